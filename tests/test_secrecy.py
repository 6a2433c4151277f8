"""Secrets are taken out of whatever leaves the program, in whatever form they come back."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.errors import Refused
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.secrecy import HIDDEN, forget, is_strong, keep, without_secrets

SECRET = "hunter+2/é='\"& %x"


@pytest.fixture(autouse=True)
def _no_secrets() -> Iterator[None]:
    forget()
    yield
    forget()


FORMS = {
    "as it is": SECRET,
    "in capitals": SECRET.upper(),
    "repr": repr(SECRET),
    "bytes": SECRET.encode().hex(),
    "URL": quote(SECRET),
    "URL, whole": quote(SECRET, safe=""),
    "URL, small letters": quote(SECRET, safe="").lower(),
    "form": quote_plus(SECRET),
    "signature": quote(quote(SECRET, safe="") + "&x", safe=""),
    "JSON": json.dumps(SECRET),
    "JSON of PHP": json.dumps(SECRET).replace("/", r"\/"),
    "JSON, UTF-8": json.dumps(SECRET, ensure_ascii=False),
    "HTML": html.escape(SECRET),
    "HTML of PHP": html.escape(SECRET).replace("&#x27;", "&#039;"),
    "HTML, quotes as they are": html.escape(SECRET, quote=False),
    "PHP": SECRET.replace("'", r"\'").replace('"', r"\""),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 of an address": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "login": base64.b64encode(b"bob:" + SECRET.encode()).decode(),
    "login, longer": base64.b64encode(b"robin:" + SECRET.encode() + b":x").decode(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("around", ["{}", "token {} here", "{0}{0}", '{{"password": "{}"}}'])
def test_no_form_of_a_secret_passes(form: str, around: str) -> None:
    keep(SECRET)
    shown = without_secrets(around.format(FORMS[form]))
    assert HIDDEN in shown
    assert without_secrets(shown) == shown
    for part in ("hunter", "HUNTER", "68756e746572", SECRET.encode()[4:8].hex()):
        assert part not in shown


@given(st.text(min_size=8, max_size=40).filter(is_strong), st.binary(max_size=5), st.binary(max_size=5))
def test_base64_hides_a_secret_wherever_it_begins(secret: str, before: bytes, after: bytes) -> None:
    forget()
    keep(secret)
    assert HIDDEN in without_secrets(base64.b64encode(before + secret.encode() + after).decode())


@pytest.mark.parametrize("text", ["1234 5678 9012 3456", "1234-5678-9012-3456", "12 34 56 78 90 12 34 56"])
def test_a_licence_code_is_recognised_in_groups(text: str) -> None:
    keep("1234567890123456")
    assert without_secrets(f"licence {text}!") == f"licence {HIDDEN}!"


def test_a_secret_that_contains_another_is_hidden_whole() -> None:
    keep("12345678-abcd", "12345678-abcd-90")
    assert without_secrets("x 12345678-abcd-90 12345678-abcd") == f"x {HIDDEN} {HIDDEN}"


@pytest.mark.parametrize("weak", ["4711", "office", "customer", "12345678"])
def test_a_weak_password_makes_nothing_of_ours_unreadable_but_services_do_not_say_it(weak: str) -> None:
    keep(weak)
    assert without_secrets(f"Work order {weak}") == f"Work order {weak}"
    assert without_secrets(f"Work order {weak}", thoroughly=True) == f"Work order {HIDDEN}"


@pytest.mark.parametrize("tiny", ["", "x", "abc"])
def test_what_is_too_short_to_be_told_from_other_words_is_left(tiny: str) -> None:
    keep(tiny)
    assert without_secrets("xxabcxx", thoroughly=True) == "xxabcxx"


def test_messages_and_errors_carry_no_secret() -> None:
    keep(SECRET)
    message = Message(kinds.DRAFT_REFUSED, {"number": "4711", "cause": f"wrong: {SECRET}"})
    assert message.params == {"number": "4711", "cause": f"wrong: {HIDDEN}"}
    error = Refused("sellsy-refused", method="Document.create", cause=SECRET)
    assert SECRET not in str(error)
    assert error.problems[0].params["cause"] == HIDDEN


def test_what_is_kept_twice_is_kept_once_and_nothing_kept_changes_nothing() -> None:
    assert without_secrets(SECRET) == SECRET
    keep(SECRET, SECRET)
    keep(SECRET)
    assert without_secrets(SECRET) == HIDDEN
