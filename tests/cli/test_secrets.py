"""Whatever services send back, and whatever goes wrong: the command line shows no secret of either."""

from __future__ import annotations

import base64
import json
import socket
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.cli.program import Ended, simonsync
from tests.http.scripted import Scripted, Step, answer

CREDENTIALS = {
    "sellsy_consumer_token": "0a1b2c3d4e5f-consumer",
    "sellsy_consumer_secret": "consumer+secret/é=&7",
    "sellsy_user_token": "9f8e7d6c5b4a-user",
    "sellsy_user_secret": 'user secret "quoted" <8>',
    "simon_key": "1234567890123456",
    "simon_user": "bureau",
    "simon_password": "pass%word/9",
    "simon_api_key": "api-key-0123456789",
}
SECRETS = [value for name, value in CREDENTIALS.items() if name != "simon_user"]
ENVIRON = {f"SIMONSYNC_{name.upper()}": value for name, value in CREDENTIALS.items()}


def forms(secret: str) -> list[str]:
    return [
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        quote(quote(secret, safe=""), safe=""),
        json.dumps(secret)[1:-1],
        base64.b64encode(secret.encode()).decode(),
    ]


ALL = " ".join(form for secret in SECRETS for form in forms(secret))
TOKEN = "session-token-0123456789"
REFUSAL = answer(400, json.dumps({"error": {"message": f"{ALL} {TOKEN}"}}).encode())
LOGIN = answer(200, json.dumps({"token": TOKEN, "Token": TOKEN}).encode())


def error(words: str) -> bytes:
    problem = {"code": "E_PRIV_NOT_ALLOWED", "message": words, "more": words}
    return json.dumps({"response": None, "error": problem, "status": "error"}).encode()


def broken_headers(connection: socket.socket) -> bool:
    """Answer with headers of which one is none: libraries warn of it, and name the address."""
    head = f"HTTP/1.1 401 {quote(ALL)}\r\nnothing of the kind {quote(ALL)}\r\n\r\n"
    connection.sendall(head.encode() + b"{}")
    return False


STEPS: dict[str, Step] = {
    "401 of OAuth": answer(401, f"oauth_problem=signature_invalid&debug_sbs=POST&{ALL}".encode()),
    "401": answer(401, ALL.encode()),
    "403": answer(403, ALL.encode()),
    "error": answer(200, error(ALL)),
    "long error": answer(200, error("x" * 190 + ALL)),
    "error that is a text": answer(200, json.dumps({"response": None, "error": ALL}).encode()),
    "HTML": answer(200, f"<html>{ALL}".encode()),
    "500": answer(500, ALL.encode()),
    "redirect": answer(302, b"", f"Location: https://elsewhere.invalid/?{quote(ALL)}"),
    "broken headers": broken_headers,
}
COMMANDS = [("connect", "--check", "--from-env"), ("--verbose", "doctor", "--json")]


def shown(folder: Path, sellsy: str, simon: str, *command: str, more: str = "") -> Ended:
    (folder / "config.yaml").write_text(
        "account: firm\nlanguage: en\n"
        f'sellsy: {{url: "{sellsy}", timeout: 2}}\n'
        f'simon: {{url: "{simon}", timeout: 2{more}}}\n'
    )
    return simonsync(folder, *command, environ=ENVIRON)


def assert_clean(done: Ended, folder: Path) -> None:
    files = [path.read_bytes() for path in folder.rglob("state/*") if path.is_file()]
    for text in (done.out, done.err, b"".join(files).decode("utf-8", "replace")):
        for secret in (*SECRETS, TOKEN):
            # Of base64 without its last signs, which may belong to a neighbour as well.
            for form in (*forms(secret), secret[:8], base64.b64encode(secret.encode()).decode()[:-3]):
                assert form not in text


@pytest.mark.parametrize("command", COMMANDS, ids=str)
@pytest.mark.parametrize("step", STEPS)
def test_no_secret_is_shown_whatever_sellsy_answers(
    tmp_path: Path, step: str, command: tuple[str, ...]
) -> None:
    # What is asked again is refused then: nobody waits forty seconds here.
    with Scripted(STEPS[step], STEPS["403"]) as sellsy, Scripted(LOGIN, REFUSAL) as simon:
        done = shown(tmp_path, sellsy.url, simon.url, *command)
    assert done.code in {2, 3, 5, 7}
    assert_clean(done, tmp_path)


@pytest.mark.parametrize("command", COMMANDS, ids=str)
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_no_secret_is_shown_where_the_address_of_the_login_holds_them(
    tmp_path: Path, verb: str, command: tuple[str, ...]
) -> None:
    (tmp_path / "profile.yaml").write_text(f"login: {{verb: {verb}}}\n")
    with Scripted(answer(200, error(ALL))) as sellsy, Scripted(broken_headers) as simon:
        done = shown(tmp_path, sellsy.url, simon.url, *command, more=", profile: profile.yaml")
    assert done.code in {2, 3, 5, 7}
    assert_clean(done, tmp_path)
