"""What becomes of a request in every way it can end."""

from __future__ import annotations

import gzip
import json
import logging
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simonsync.errors import (
    CredentialsRefused,
    ExitCode,
    NotSent,
    OutcomeUnknown,
    ServiceUnavailable,
    SimonsyncError,
    Stopped,
    UsageError,
)
from simonsync.http import PATIENCE, Answer, Call, Hooks, Session, Unsettled
from tests.http.scripted import Canned, Scripted, Step, VirtualTime, answer, drop, half, hang_up, reset

READ = Call("Client.getList", "POST", repeatable=True, body=b"read")
WRITE = Call("Document.create", "POST", repeatable=False, body=b"write")
SELF_SIGNED = Path(__file__).with_name("self_signed.pem")
OK = answer()


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def open_session(time: VirtualTime) -> Iterator[Callable[..., Session]]:
    opened = []

    def open_one(url: str, **options: Any) -> Session:
        hooks = {"sleep": time.sleep, "clock": time, "random": lambda: 1.0, **options.pop("hooks", {})}
        session = Session("Sellsy", url, hooks=Hooks(**hooks), **options)
        opened.append(session)
        return session

    yield open_one
    for session in opened:
        session.close()


def parsed(got: Answer) -> Any:
    return got.json()


FAILURES = [
    pytest.param(answer(500, b"<html>"), id="500"),
    pytest.param(answer(502, b""), id="502"),
    pytest.param(answer(503, b"{}"), id="503"),
    pytest.param(drop, id="dropped"),
    pytest.param(reset, id="reset"),
    pytest.param(half(), id="half of the body"),
    pytest.param(answer(200, b""), id="empty"),
    pytest.param(answer(200, b"  \n"), id="blank"),
    pytest.param(answer(200, b"<html></html>"), id="HTML"),
    pytest.param(answer(200, b'{"ok": tr'), id="half JSON"),
    pytest.param(answer(200, b"\xff\xfe\x00"), id="no text"),
]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_write_that_fails_may_have_been_applied_and_is_sent_once(
    failure: Step, open_session: Callable[..., Session]
) -> None:
    with Scripted(failure, OK) as server:
        session = open_session(server.url)
        with pytest.raises(OutcomeUnknown) as caught:
            session.send(WRITE, parsed)
        assert [seen.body for seen in server.seen] == [b"write"]
        assert session.requests == 1
    assert caught.value.code == "write-outcome-unknown"
    assert caught.value.problems[0].params["method"] == "Document.create"


@pytest.mark.parametrize("failure", FAILURES)
def test_a_read_that_fails_is_repeated_with_growing_pauses(
    failure: Step, open_session: Callable[..., Session], time: VirtualTime
) -> None:
    with Scripted(failure, failure, failure, OK) as server:
        assert open_session(server.url).send(READ, parsed) == {"ok": True}
        assert [seen.body for seen in server.seen] == [b"read"] * 4
    assert time.waits == [0.5, 1.0, 1.0, 1.0]  # 0.5, 1, 2; long waits come in steps of a second


@pytest.mark.parametrize("failure", FAILURES)
def test_a_service_that_stays_down_is_given_up_within_forty_seconds(
    failure: Step, open_session: Callable[..., Session], time: VirtualTime
) -> None:
    with Scripted(failure) as server:
        session = open_session(server.url)
        with pytest.raises(ServiceUnavailable):
            session.send(READ, parsed)
        assert len(server.seen) > 5
        assert time.seconds <= PATIENCE
        with pytest.raises(ServiceUnavailable) as caught:
            session.send(READ, parsed)
    assert time.seconds <= PATIENCE + 1
    assert caught.value.exit_code == ExitCode.UNAVAILABLE


def test_a_connection_that_was_never_made_sends_nothing(open_session: Callable[..., Session]) -> None:
    with Scripted(OK) as server:
        pass
    with pytest.raises(NotSent) as caught:
        open_session(server.url).send(WRITE, parsed)
    assert caught.value.code == "service-unreachable"
    assert caught.value.problems[0].params["host"] == "127.0.0.1"


def test_a_name_that_does_not_resolve_sends_nothing(open_session: Callable[..., Session]) -> None:
    with pytest.raises(NotSent):
        open_session("https://sellsy.invalid/0/").send(WRITE, parsed)


@pytest.mark.parametrize(("repeatable", "kind"), [("yes", ServiceUnavailable), ("", NotSent)])
def test_a_call_without_body_tells_that_nobody_is_there(
    repeatable: str, kind: type[SimonsyncError], open_session: Callable[..., Session]
) -> None:
    with Scripted(OK) as server:
        pass
    with pytest.raises(SimonsyncError) as caught:
        open_session(server.url).send(Call("GET Customer", "GET", repeatable=bool(repeatable)), parsed)
    assert caught.value.code == "service-unreachable"
    assert isinstance(caught.value, kind)


@pytest.mark.parametrize("greeting", [answer(400, b"Plain HTTP here"), hang_up])
def test_a_failed_tls_handshake_sends_nothing(greeting: Step, open_session: Callable[..., Session]) -> None:
    with Scripted(OK, greeting=greeting) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(NotSent):
            open_session(url).send(WRITE, parsed)


@pytest.mark.parametrize(("call", "kind"), [(WRITE, NotSent), (READ, ServiceUnavailable)])
def test_an_untrusted_certificate_is_refused_at_once(
    call: Call, kind: type[SimonsyncError], open_session: Callable[..., Session], time: VirtualTime
) -> None:
    with Scripted(OK, certificate=SELF_SIGNED) as server:
        with pytest.raises(kind) as caught:
            open_session(server.url).send(call, parsed)
        assert server.seen == []
    assert caught.value.code == "service-certificate-refused"
    assert time.waits == []


def test_a_certificate_of_the_firm_is_trusted_where_the_machine_trusts_it(
    open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(SELF_SIGNED))
    with Scripted(OK, certificate=SELF_SIGNED) as server:
        session = open_session(server.url)
        assert session.send(WRITE, parsed) == {"ok": True}
        session.close()


@pytest.mark.parametrize("call", [READ, WRITE])
def test_silence_ends_in_a_time_out(call: Call, open_session: Callable[..., Session]) -> None:
    server = Scripted(OK)
    server.steps = [server.silent]
    with server:
        session = open_session(server.url, timeout=0.05, hooks={"clock": _LateClock()})
        with pytest.raises(OutcomeUnknown if call is WRITE else ServiceUnavailable) as caught:
            session.send(call, parsed)
        server.finished.set()
    assert caught.value.problems[0].params["cause"] == "@cause-timeout"


class _LateClock:
    """Says that all patience is gone once the first request is out."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        return 0.0 if self.asked < 7 else PATIENCE


def test_a_body_that_drips_is_not_waited_for(open_session: Callable[..., Session], time: VirtualTime) -> None:
    def drip() -> Iterator[bytes]:
        while True:
            time.seconds += 5
            yield b" "

    session = open_session("http://127.0.0.1:1/", timeout=30, hooks={"transport": Canned(drip)})
    with pytest.raises(OutcomeUnknown):
        session.send(WRITE, parsed)
    assert time.seconds == 30
    with pytest.raises(ServiceUnavailable):
        session.send(READ, parsed)
    assert time.seconds == 40


def test_a_large_file_may_take_its_time(open_session: Callable[..., Session], time: VirtualTime) -> None:
    def slow() -> Iterator[bytes]:
        for _ in range(20):
            time.seconds += 4
            yield b"x" * 1_000_000

    session = open_session("http://127.0.0.1:1/", timeout=10, hooks={"transport": Canned(slow)})
    assert session.send(WRITE, lambda got: len(got.body)) == 20_000_000


@pytest.mark.parametrize(("call", "kind"), [(WRITE, OutcomeUnknown), (READ, ServiceUnavailable)])
def test_an_absurdly_large_answer_is_not_read(
    call: Call, kind: type[SimonsyncError], open_session: Callable[..., Session]
) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1_000_000

    transport = Canned(endless)
    session = open_session("http://127.0.0.1:1/", hooks={"transport": transport})
    with pytest.raises(kind):
        session.send(call, parsed)
    assert len(transport.sent) == 1


@pytest.mark.parametrize(("call", "kind"), [(WRITE, OutcomeUnknown), (READ, ServiceUnavailable)])
def test_a_redirect_is_not_followed(
    call: Call, kind: type[SimonsyncError], open_session: Callable[..., Session]
) -> None:
    with Scripted(OK) as elsewhere, Scripted(answer(307, b"", f"Location: {elsewhere.url}")) as server:
        with pytest.raises(kind):
            open_session(server.url).send(call, parsed)
        assert len(server.seen) == 1
        assert elsewhere.seen == []


def test_a_write_after_429_was_not_applied_and_is_not_repeated(open_session: Callable[..., Session]) -> None:
    with Scripted(answer(429, b"Too Many Requests"), OK) as server:
        with pytest.raises(NotSent) as caught:
            open_session(server.url).send(WRITE, parsed)
        assert len(server.seen) == 1
    assert caught.value.code == "service-busy"


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ((), 0.2),
        (("Retry-After: 3",), 3.0),
        (("Retry-After: Tue, 24 Nov 2026 12:00:07 GMT",), 7.0),
        (("Retry-After: soon",), 0.2),
    ],
)
def test_a_read_after_429_waits_as_told_or_for_the_next_slot(
    headers: tuple[str, ...], waited: float, open_session: Callable[..., Session], time: VirtualTime
) -> None:
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    with Scripted(answer(429, b"", *headers), OK) as server:
        session = open_session(server.url, requests_per_second=5, hooks={"now": lambda: noon})
        assert session.send(READ, parsed) == {"ok": True}
    assert sum(time.waits) == pytest.approx(waited, abs=0.01)


@pytest.mark.parametrize("call", [READ, WRITE])
def test_a_quota_that_is_spent_for_long_ends_the_run_without_waiting(
    call: Call, open_session: Callable[..., Session], time: VirtualTime
) -> None:
    with Scripted(answer(429, b"", "Retry-After: 3600")) as server:
        session = open_session(server.url)
        with pytest.raises(ServiceUnavailable) as caught:
            session.send(READ, parsed)
        with pytest.raises(ServiceUnavailable):
            session.send(call, parsed)
        assert len(server.seen) == 1
    assert caught.value.code == "service-quota-spent"
    assert time.seconds == 0


def test_429_for_ever_is_given_up_too(open_session: Callable[..., Session], time: VirtualTime) -> None:
    with Scripted(answer(429, b"")) as server:
        with pytest.raises(ServiceUnavailable):
            open_session(server.url, requests_per_second=5).send(READ, parsed)
        assert len(server.seen) > 5
    assert time.seconds <= PATIENCE


def test_maintenance_that_says_how_long_is_waited_for(
    open_session: Callable[..., Session], time: VirtualTime
) -> None:
    with Scripted(answer(503, b"", "Retry-After: 12"), OK) as server:
        assert open_session(server.url).send(READ, parsed) == {"ok": True}
    assert sum(time.waits) == 12


def test_after_five_failed_calls_the_service_is_left_alone(open_session: Callable[..., Session]) -> None:
    with Scripted(answer(502, b"")) as server:
        session = open_session(server.url)
        for _ in range(5):
            with pytest.raises(OutcomeUnknown):
                session.send(WRITE, parsed)
        with pytest.raises(ServiceUnavailable) as caught:
            session.send(WRITE, parsed)
        assert len(server.seen) == session.requests == 5
    assert caught.value.code == "service-circuit-open"


def test_an_answer_in_between_starts_the_count_anew(open_session: Callable[..., Session]) -> None:
    with Scripted(*[answer(502, b"")] * 4, OK, *[answer(502, b"")] * 4, OK) as server:
        session = open_session(server.url)
        for _ in range(2):
            for _ in range(4):
                with pytest.raises(OutcomeUnknown):
                    session.send(WRITE, parsed)
            session.send(WRITE, parsed)


def test_what_read_raises_is_final_and_shows_that_the_service_works(
    open_session: Callable[..., Session],
) -> None:
    def refuse(_: Answer) -> None:
        raise CredentialsRefused("sellsy-credentials-refused", cause="signature_invalid")

    with Scripted(answer(401, b"oauth_problem=signature_invalid")) as server:
        session = open_session(server.url)
        for _ in range(7):
            with pytest.raises(CredentialsRefused):
                session.send(READ, refuse)
        assert len(server.seen) == 7


@pytest.mark.parametrize(("call", "kind"), [(WRITE, OutcomeUnknown), (READ, ServiceUnavailable)])
def test_read_may_say_that_the_service_did_not_settle_it(
    call: Call, kind: type[SimonsyncError], open_session: Callable[..., Session]
) -> None:
    def unsettled(_: Answer) -> None:
        raise Unsettled("E_UNKNOW")

    with Scripted(OK) as server, pytest.raises(kind) as caught:
        open_session(server.url).send(call, unsettled)
    assert caught.value.problems[0].params["cause"] == "E_UNKNOW"


def test_a_reset_in_the_middle_of_an_upload_is_unknown(open_session: Callable[..., Session]) -> None:
    upload = Call("Briefcases.uploadFile", "POST", repeatable=False, body=b"x" * 20_000_000)
    with Scripted(reset, reads_bodies=False) as server, pytest.raises(OutcomeUnknown):
        open_session(server.url).send(upload, parsed)


def test_a_fresh_call_uses_no_idle_connection(open_session: Callable[..., Session]) -> None:
    fresh = Call("Document.create", "POST", repeatable=False, body=b"write", fresh=True)
    with Scripted(OK) as server:
        session = open_session(server.url)
        for call in (READ, READ, fresh, READ):
            session.send(call, parsed)
        assert server.connections == 2
        session.close()


def test_a_stop_comes_before_the_request(open_session: Callable[..., Session]) -> None:
    def stop() -> None:
        raise Stopped(ExitCode.TERMINATED)

    with Scripted(OK) as server:
        session = open_session(server.url, hooks={"stop": stop})
        for call in (READ, WRITE):
            with pytest.raises(Stopped):
                session.send(call, parsed)
        assert session.requests == 0


def test_a_stop_does_not_wait_for_the_end_of_a_pause(
    open_session: Callable[..., Session], time: VirtualTime
) -> None:
    def stop() -> None:
        if time.seconds >= 2:
            raise Stopped(ExitCode.INTERRUPTED)

    with Scripted(answer(503, b"", "Retry-After: 30")) as server, pytest.raises(Stopped):
        open_session(server.url, hooks={"stop": stop}).send(READ, parsed)
    assert time.seconds == 2


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
