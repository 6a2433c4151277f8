"""Services that send secrets back, their own and each other's: none of them reaches the journal [8.1]."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from simonsync.errors import ExitCode
from simonsync.secrecy import forget
from tests.firm import Firm

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    import pytest

Answer = Callable[[str], tuple[str, bytes]]


def secrets_of(firm: Firm) -> list[str]:
    """Every value that nobody may see, the session's token included."""
    known = [value for name, value in firm.box.credentials.items() if name != "simon_user"]
    return [*filter(None, known), *firm.box.simon.access.tokens()]


def every_form(firm: Firm) -> str:
    """All secrets of both services, in the forms in which services repeat what they were sent."""
    forms = [
        form
        for secret in secrets_of(firm)
        for form in (
            secret,
            quote(secret, safe=""),
            quote_plus(secret),
            json.dumps(secret),
            base64.b64encode(b"bob:" + secret.encode()).decode(),
        )
    ]
    return " ".join(forms)


def echo(firm: Firm, service: str, hits: Callable[[WSGIEnvironment, bytes], bool], answer: Answer) -> None:
    """Let a service answer some requests with what it knows."""
    known: WSGIApplication = firm.apps[service]

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        stream = environ["wsgi.input"]
        body = stream.read()
        stream.seek(0)
        if not hits(environ, body):
            return known(environ, start_response)
        status, said = answer(every_form(firm))
        start_response(status, [("Content-Type", "application/json")])
        return [said]

    firm.apps[service] = application


def sellsy_error(words: str) -> tuple[str, bytes]:
    error = {"code": "E_PARAM_INVALID", "message": words, "more": words[::-1] + words}
    return "200 OK", json.dumps({"response": None, "error": error, "status": "error"}).encode()


def simon_error(words: str) -> tuple[str, bytes]:
    return "400 Bad Request", json.dumps({"error": {"code": "x", "message": words}}).encode()


def remembered(firm: Firm) -> bytes:
    return b"".join(path.read_bytes() for path in firm.folder.rglob("*") if path.is_file())


def assert_clean(firm: Firm, shown: str, caplog: pytest.LogCaptureFixture) -> None:
    forget()  # what is read back now is what was written
    stored = remembered(firm).decode("utf-8", "replace")
    told = [str(dict(entry.message.params)) for entry in firm.journal()]
    for secret in secrets_of(firm):
        for form in (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode().rstrip("=")):
            for text in (stored, shown, caplog.text, *told):
                assert form not in text


def test_a_refused_draft_is_told_without_the_secrets_of_either_service(
    steady: Firm, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    steady.archived(work=30)
    echo(steady, "sellsy", lambda _, body: b"Document.create" in body, sellsy_error)
    result = steady.push()
    assert result.exit_code is ExitCode.NEEDS_SOMEONE
    (case,) = steady.journal(codes=("draft-refused",))
    assert "…" in str(case.message.shown)
    assert_clean(steady, str(result), caplog)


def test_a_record_that_simon_refuses_is_told_without_them(
    steady: Firm, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    steady.box.sellsy.add_customer("Neuf", address={"name": "Siège", "town": "Lyon"})
    echo(steady, "simon", lambda environ, _: environ["REQUEST_METHOD"] == "POST", simon_error)
    result = steady.pull()
    assert result.exit_code is not ExitCode.DONE
    assert_clean(steady, str(result), caplog)


def test_a_secret_in_a_name_is_not_told_either(steady: Firm) -> None:
    for secret in secrets_of(steady):
        steady.box.sellsy.add_customer(f"Maison {secret}", address={"name": "Siège", "town": "Lyon"})
    result = steady.pull()
    told = str([entry.message.params for entry in steady.journal()]) + str(result.new_cases)
    assert "Maison …" in told
    assert not [secret for secret in secrets_of(steady) if secret in told]


def test_the_beginning_of_a_secret_at_the_end_of_a_long_text_is_one_too(steady: Firm) -> None:
    steady.archived(work=30)
    secret = steady.box.credentials["sellsy_user_secret"]

    def long(_words: str) -> tuple[str, bytes]:
        return sellsy_error("x" * (199 - len(secret) // 2) + secret)

    echo(steady, "sellsy", lambda _, body: b"Document.create" in body, long)
    steady.push()
    assert secret[:6].encode() not in remembered(steady)
