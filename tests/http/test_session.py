"""What becomes of a request in every way it can end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import certifi
import pytest

from simonsync.errors import (
    CredentialsRefused,
    ExitCode,
    NotSent,
    OutcomeUnknown,
    ServiceUnavailable,
    SimonsyncError,
    Stopped,
)
from simonsync.http import PATIENCE, Answer, Call, Session, Unsettled
from tests.http.scripted import Canned, Scripted, Step, VirtualTime, answer, drop, half, hang_up, reset

READ = Call("Client.getList", "POST", repeatable=True, body=b"read")
WRITE = Call("Document.create", "POST", repeatable=False, body=b"write")
SELF_SIGNED = Path(__file__).with_name("self_signed.pem")
OK = answer()


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


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_of_certificates_says_whom_to_trust_and_not_to_trust_anybody(
    variable: str, open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv(variable, certifi.where())
    with Scripted(OK, certificate=SELF_SIGNED) as server:
        with pytest.raises(NotSent) as caught:
            open_session(server.url).send(WRITE, parsed)
        assert server.seen == []
    assert caught.value.code == "service-certificate-refused"


def test_a_bundle_of_certificates_that_is_not_there_is_no_reason_to_trust_anybody(
    open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "gone.pem"))
    with Scripted(OK, certificate=SELF_SIGNED) as server:
        with pytest.raises(NotSent):
            open_session(server.url).send(WRITE, parsed)
        assert server.seen == []


@pytest.mark.parametrize("call", [READ, WRITE])
def test_silence_ends_in_a_time_out(
    call: Call, open_session: Callable[..., Session], time: VirtualTime
) -> None:
    server = Scripted(OK)
    server.steps = [server.silent]
    with server:
        session = open_session(server.url, timeout=0.02)
        with pytest.raises(OutcomeUnknown if call is WRITE else ServiceUnavailable) as caught:
            session.send(call, parsed)
        server.finished.set()
    assert caught.value.problems[0].params["cause"] == "@cause-timeout"
    assert time.seconds <= PATIENCE


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


def test_a_write_is_sent_soon_or_not_at_all(open_session: Callable[..., Session], time: VirtualTime) -> None:
    with Scripted(answer(429, b"", "Retry-After: 25"), OK) as server:
        session = open_session(server.url)
        with pytest.raises(NotSent):
            session.send(WRITE, parsed)
        with pytest.raises(ServiceUnavailable) as caught:
            session.send(WRITE, parsed)
        assert len(server.seen) == 1
    assert caught.value.code == "service-quota-spent"
    assert time.seconds == 0


def test_the_services_clock_goes_on_between_its_answers(
    open_session: Callable[..., Session], time: VirtualTime
) -> None:
    with Scripted(answer(200, b"{}", "Date: Tue, 24 Nov 2026 12:00:07 GMT")) as server:
        session = open_session(server.url)
        assert session.server_time is None
        session.send(READ, parsed)
        assert session.server_time == datetime(2026, 11, 24, 12, 0, 7, tzinfo=UTC)
        time.sleep(90)
        assert session.server_time == datetime(2026, 11, 24, 12, 1, 37, tzinfo=UTC)


def test_the_date_of_an_answer_that_makes_no_sense_does_not_count(
    open_session: Callable[..., Session],
) -> None:
    date = "Date: Tue, 24 Nov 2026 12:00:07 GMT"
    with Scripted(answer(200, b"<html>", date), answer(502, b"", date)) as server:
        session = open_session(server.url)
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                session.send(WRITE, parsed)
        assert session.server_time is None


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
