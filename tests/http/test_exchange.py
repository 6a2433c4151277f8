"""What is sent, what arrives, and what is shown of it."""

from __future__ import annotations

import gzip
import json
import logging
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simonsync.errors import (
    OutcomeUnknown,
    SimonsyncError,
    UsageError,
)
from simonsync.http import Answer, Call, Session
from tests.http.scripted import Scripted, Step, answer, drop

READ = Call("Client.getList", "POST", repeatable=True, body=b"read")
WRITE = Call("Document.create", "POST", repeatable=False, body=b"write")
OK = answer()


def parsed(got: Answer) -> Any:
    return got.json()


def chunked(body: bytes, *headers: str) -> Step:
    """Answer as web servers do that do not know the length before: in chunks of odd sizes."""
    sizes = [1, 7, 4096, 65_536, 100_000]

    def step(connection: socket.socket) -> bool:
        head = ["HTTP/1.1 200 OK", "Transfer-Encoding: chunked", *headers, "", ""]
        connection.sendall("\r\n".join(head).encode())
        place = 0
        while place < len(body):
            block = body[place : place + sizes[place % len(sizes)]]
            connection.sendall(b"%x\r\n%s\r\n" % (len(block), block))
            place += len(block)
        connection.sendall(b"0\r\n\r\n")
        return True

    return step


LARGE = json.dumps({str(number): f"{number:09d}" for number in range(100_000)}).encode()
ZIPPED = gzip.compress(LARGE)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(answer(200, LARGE), id="plain"),
        pytest.param(chunked(LARGE), id="chunked"),
        pytest.param(answer(200, ZIPPED, "Content-Encoding: gzip"), id="zipped"),
        pytest.param(chunked(ZIPPED, "Content-Encoding: gzip"), id="chunked and zipped"),
    ],
)
def test_large_answers_arrive_whole_however_they_are_sent(
    step: Step, open_session: Callable[..., Session]
) -> None:
    with Scripted(step) as server:
        session = open_session(server.url)
        for _ in range(2):
            assert session.send(WRITE, lambda got: got.body) == LARGE
        assert server.connections == 1
        session.close()


def cut_short(connection: socket.socket) -> bool:
    """Close in the middle of a chunked answer."""
    connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"ok": tr\r\n')
    return False


def cut_zip(connection: socket.socket) -> bool:
    """Close in the middle of a zipped answer whose length nobody told."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + ZIPPED[: len(ZIPPED) // 2])
    return False


@pytest.mark.parametrize("step", [cut_short, cut_zip])
def test_an_answer_that_is_cut_short_is_no_answer(step: Step, open_session: Callable[..., Session]) -> None:
    with Scripted(step, OK) as server:
        with pytest.raises(OutcomeUnknown):
            open_session(server.url).send(WRITE, parsed)
        assert len(server.seen) == 1


def test_fractions_are_read_exactly(open_session: Callable[..., Session]) -> None:
    with Scripted(answer(200, b'{"amount": 22.900000000, "count": 3}')) as server:
        assert open_session(server.url).send(READ, parsed) == {"amount": Decimal("22.900000000"), "count": 3}


def test_the_service_s_clock_is_kept(open_session: Callable[..., Session]) -> None:
    with Scripted(answer(200, b"{}", "Date: Tue, 24 Nov 2026 07:44:53 GMT"), answer(200, b"{}")) as server:
        session = open_session(server.url)
        assert session.server_time is None
        for _ in range(2):
            session.send(READ, parsed)
            assert session.server_time == datetime(2026, 11, 24, 7, 44, 53, tzinfo=UTC)


@pytest.mark.parametrize("date", ["yesterday", "Tue, 99 Nov 2026 07:44:53 GMT"])
def test_a_date_that_is_none_is_ignored(date: str, open_session: Callable[..., Session]) -> None:
    with Scripted(answer(200, b"{}", f"Date: {date}")) as server:
        session = open_session(server.url)
        session.send(READ, parsed)
    assert session.server_time is None


def test_the_path_parameters_and_headers_of_a_call_are_sent(open_session: Callable[..., Session]) -> None:
    call = Call(
        "GET Customer",
        "GET",
        repeatable=True,
        path="odata/Customer",
        params={"$top": "2"},
        headers={"X": "y"},
    )
    with Scripted(OK) as server:
        open_session(server.url).send(call, parsed)
        seen = server.seen[0]
    assert seen.line == "GET /0/odata/Customer?%24top=2 HTTP/1.1"
    assert seen.headers["x"] == "y"
    assert seen.headers["user-agent"].startswith("simonsync/")
    assert "content-length" not in seen.headers


def test_netrc_and_cookies_add_nothing(
    open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password planted-secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Scripted(answer(200, b"{}", "Set-Cookie: s=1; Path=/")) as server:
        session = open_session(server.url)
        session.send(READ, parsed)
        session.send(READ, parsed)
    assert all("authorization" not in seen.headers and "cookie" not in seen.headers for seen in server.seen)


def test_loopback_is_spoken_to_without_a_proxy(
    open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with Scripted(OK) as server:
        assert open_session(server.url).send(READ, parsed) == {"ok": True}


def test_a_session_serves_several_threads(open_session: Callable[..., Session]) -> None:
    with Scripted(OK) as server:
        session = open_session(server.url)
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda _: session.send(READ, parsed), range(40)))
        assert results == [{"ok": True}] * 40
        assert session.requests == len(server.seen) == 40
        session.close()


def test_a_trace_is_one_line_without_secrets(
    open_session: Callable[..., Session], caplog: pytest.LogCaptureFixture
) -> None:
    call = Call(
        "Document.create",
        "POST",
        repeatable=False,
        params={"token": "planted-param"},
        headers={"Authorization": "planted-header"},
        body=b"planted-body",
    )
    caplog.set_level(logging.DEBUG)
    with Scripted(answer(200, b'"planted-answer"'), answer(502, b"planted-answer"), drop) as server:
        session = open_session(server.url)
        session.send(call, parsed)
        for _ in range(2):
            with pytest.raises(OutcomeUnknown) as caught:
                session.send(call, parsed)
            assert "planted" not in str(caught.value)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        "Sellsy Document.create 200 0 ms 16 bytes",
        "Sellsy Document.create 502 0 ms 14 bytes",
        "Sellsy Document.create - cause-connection-lost 0 ms 0 bytes",
    ]
    assert "planted" not in f"{call!r} {Answer(200, {'a': 'planted'}, b'planted')!r}"


@pytest.mark.parametrize(
    "name", ["requests_oauthlib.oauth1_auth", "oauthlib.oauth1.rfc5849", "urllib3.connectionpool"]
)
def test_libraries_that_would_log_secrets_are_silenced(name: str) -> None:
    assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)


def test_a_header_that_cannot_be_sent_is_not_shown(open_session: Callable[..., Session]) -> None:
    for value in ("planted\nsecret", "planted-\N{EURO SIGN}"):
        call = Call("GET Customer", "GET", repeatable=True, headers={"Token": value})
        with Scripted(OK) as server, pytest.raises(SimonsyncError) as caught:
            open_session(server.url).send(call, parsed)
        assert isinstance(caught.value, UsageError)
        assert "planted" not in str(caught.value)
        assert server.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "https://apifeed.sellsy.com/0/",
        "http://127.0.0.1:8080/0/",
        "http://[::1]:8080/0/",
        "http://localhost/0/",
    ],
)
def test_https_and_loopback_are_spoken_to(url: str) -> None:
    Session("Sellsy", url).close()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://apifeed.sellsy.com/0/", "plain-http-refused"),
        ("http://192.168.0.4/", "plain-http-refused"),
        ("http://localhost.example.com/", "plain-http-refused"),
        ("ftp://apifeed.sellsy.com/", "service-url-invalid"),
        ("apifeed.sellsy.com", "service-url-invalid"),
        ("https://", "service-url-invalid"),
        ("https://user:planted@apifeed.sellsy.com/", "service-url-invalid"),
        ("", "service-url-invalid"),
    ],
)
def test_other_addresses_are_refused(url: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        Session("Sellsy", url)
    assert caught.value.code == code
    assert "planted" not in str(caught.value)


def test_plain_http_is_spoken_where_the_configuration_says_so() -> None:
    Session("Sellsy", "http://192.168.0.4/", insecure_http=True).close()
