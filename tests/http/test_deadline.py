"""Nothing hangs: a request ends, whatever the other side does, and a signal ends it sooner."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simonsync.errors import (
    ExitCode,
    NotSent,
    OutcomeUnknown,
    ServiceUnavailable,
    SimonsyncError,
    Stopped,
)
from simonsync.http import PATIENCE, Answer, Call, Session
from tests.http.scripted import Canned, Scripted, Step, VirtualTime, answer, drop

READ = Call("Client.getList", "POST", repeatable=True, body=b"read")
WRITE = Call("Document.create", "POST", repeatable=False, body=b"write")
BOTH = pytest.mark.parametrize(("call", "kind"), [(WRITE, OutcomeUnknown), (READ, ServiceUnavailable)])
OK = answer()
LONG = 1000.0
"""Seconds after which nothing more comes: far beyond every deadline."""


def parsed(got: Answer) -> Any:
    return got.json()


def dripping(time: VirtualTime, start: bytes, drop_of_it: bytes, seconds: float = 0.5) -> Step:
    """Say something, then a little more now and then, and hold the line until the client hangs up."""

    def step(connection: socket.socket) -> bool:
        connection.sendall(start)
        while time.seconds < LONG:
            time.seconds += seconds
            connection.sendall(drop_of_it)
        while connection.recv(65536):
            pass
        return False

    return step


def holding(time: VirtualTime, seconds: float) -> Step:
    """Say nothing, let time pass, and hold the line until the client hangs up."""

    def step(connection: socket.socket) -> bool:
        time.seconds += seconds
        while connection.recv(65536):
            pass
        return False

    return step


DRIPS = [
    pytest.param(b"HTTP", b"/", id="status line"),
    pytest.param(b"HTTP/1.1 200 OK\r\nX: ", b"x", id="header"),
    pytest.param(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", id="headers"),
    pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", id="100"),
    pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", b" ", id="body"),
    pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", id="chunks"),
    pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0", id="length of a chunk"),
    pytest.param(b"HTTP/1.0 200 OK\r\n\r\n", b" ", id="body without length"),
]


@BOTH
@pytest.mark.parametrize(("start", "drop_of_it"), DRIPS)
def test_an_answer_that_drips_is_given_up_and_not_asked_for_again(
    start: bytes,
    drop_of_it: bytes,
    call: Call,
    kind: type[SimonsyncError],
    open_session: Callable[..., Session],
    time: VirtualTime,
) -> None:
    # So many seconds a drop that no reader's own limit of bytes is met before the deadline.
    with Scripted(dripping(time, start, drop_of_it, seconds=20)) as server:
        session = open_session(server.url, timeout=30)
        with pytest.raises(kind) as caught:
            session.send(call, parsed)
        assert len(server.seen) == session.requests == 1
    problem = caught.value.problems[0]
    assert problem.params["cause"] == "@cause-drip"
    if call is READ:
        assert (problem.code, problem.params["seconds"]) == ("service-answer-drips", "120")
    with pytest.raises(ServiceUnavailable) as again:
        session.send(READ, parsed)
    assert again.value.code == "service-circuit-open"


def test_a_drip_is_not_waited_for_longer_than_four_times_the_limit(
    open_session: Callable[..., Session], time: VirtualTime
) -> None:
    def drip() -> Iterator[bytes]:
        while True:
            time.seconds += 5
            yield b" "

    session = open_session("http://127.0.0.1:1/", timeout=30, hooks={"transport": Canned(drip)})
    with pytest.raises(OutcomeUnknown):
        session.send(WRITE, parsed)
    assert time.seconds == 120


@BOTH
def test_a_body_that_nobody_reads_is_given_up(
    call: Call, kind: type[SimonsyncError], open_session: Callable[..., Session], time: VirtualTime
) -> None:
    large = Call(call.name, "POST", repeatable=call.repeatable, body=b"x" * 20_000_000)

    def never_reading(_connection: socket.socket) -> bool:
        time.seconds += 500
        server.finished.wait()
        return False

    with Scripted(never_reading, reads_bodies=False) as server:
        with pytest.raises(kind) as caught:
            open_session(server.url, timeout=30).send(large, parsed)
        server.finished.set()
    assert caught.value.problems[0].params["cause"] == "@cause-drip"


def test_a_large_file_may_take_its_time(open_session: Callable[..., Session], time: VirtualTime) -> None:
    def slow() -> Iterator[bytes]:
        for _ in range(20):
            time.seconds += 5
            yield b"x" * 1_000_000

    session = open_session("http://127.0.0.1:1/", timeout=30, hooks={"transport": Canned(slow)})
    assert session.send(WRITE, lambda got: len(got.body)) == 20_000_000


def test_a_file_that_is_too_large_for_the_line_does_not_make_the_service_one_that_is_down(
    open_session: Callable[..., Session], time: VirtualTime
) -> None:
    def slow() -> Iterator[bytes]:
        while True:
            time.seconds += 5
            yield b"x" * 1_000_000

    transport = Canned(slow, lambda: iter([b"{}"]))
    session = open_session("http://127.0.0.1:1/", timeout=30, hooks={"transport": transport})
    with pytest.raises(ServiceUnavailable):
        session.send(READ, parsed)
    assert session.send(READ, parsed) == {}


@pytest.mark.parametrize(("call", "kind"), [(WRITE, NotSent), (READ, ServiceUnavailable)])
def test_a_tls_handshake_that_drags_on_sends_nothing(
    call: Call, kind: type[SimonsyncError], open_session: Callable[..., Session], time: VirtualTime
) -> None:
    with Scripted(OK, greeting=holding(time, 45)) as server:
        with pytest.raises(kind) as caught:
            open_session(server.url.replace("http:", "https:"), timeout=30).send(call, parsed)
        assert server.seen == []
        assert server.connections == 1
    assert caught.value.code == "service-unreachable"


@pytest.mark.parametrize(("call", "kind"), [(WRITE, NotSent), (READ, ServiceUnavailable)])
def test_a_proxy_that_drips_sends_nothing(
    call: Call,
    kind: type[SimonsyncError],
    open_session: Callable[..., Session],
    time: VirtualTime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Scripted(dripping(time, b"HTTP/1.1 200 Connection established\r\n", b"X: y\r\n", 20)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with pytest.raises(kind) as caught:
            open_session("https://sellsy.invalid/0/", timeout=30).send(call, parsed)
        assert [seen.line for seen in proxy.seen] == ["CONNECT sellsy.invalid:443 HTTP/1.0"]
    assert caught.value.code == "service-unreachable"


@pytest.fixture
def lookup(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let the look-up of names hang until the event is set."""
    known, done = socket.getaddrinfo, threading.Event()

    def hanging(*words: Any, **more: Any) -> Any:
        done.wait()
        return known(*words, **more)

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    yield done
    done.set()


def end_of_requests() -> None:
    """Wait for the threads of requests that were given up."""
    for thread in threading.enumerate():
        if thread.name == "simonsync-request":
            thread.join()


def test_what_was_given_up_while_its_host_was_looked_up_is_not_sent_later(
    lookup: threading.Event, open_session: Callable[..., Session], time: VirtualTime
) -> None:
    with Scripted(OK) as server:
        session = open_session(server.url, timeout=30, hooks={"clock": late(time)})
        with pytest.raises(NotSent) as caught:
            session.send(WRITE, parsed)
        lookup.set()
        end_of_requests()
        assert server.seen == []
    assert caught.value.problems[0].params["cause"] == "@cause-timeout"


def late(time: VirtualTime) -> Callable[[], float]:
    """Move a clock on by a second each time that it is asked."""

    def clock() -> float:
        time.seconds += 1
        return time.seconds

    return clock


class Signal:
    """What asks for a stop once a step of the server has run."""

    def __init__(self) -> None:
        self.came = threading.Event()

    def __call__(self) -> None:
        if self.came.is_set():
            raise Stopped(ExitCode.TERMINATED)

    def then(self, step: Step) -> Step:
        def stopping(connection: socket.socket) -> bool:
            self.came.set()
            return step(connection)

        return stopping


@pytest.mark.parametrize(("call", "kind"), [(WRITE, OutcomeUnknown), (READ, Stopped)])
@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n{"])
def test_a_signal_ends_the_wait_for_an_answer_within_seconds(
    start: bytes,
    call: Call,
    kind: type[SimonsyncError],
    open_session: Callable[..., Session],
    time: VirtualTime,
) -> None:
    signal = Signal()

    def step(connection: socket.socket) -> bool:
        connection.sendall(start)
        signal.came.set()
        while connection.recv(65536):
            pass
        return False

    with Scripted(step) as server:
        session = open_session(server.url, timeout=30, hooks={"stop": signal, "clock": late(time)})
        with pytest.raises(kind) as caught:
            session.send(call, parsed)
        assert len(server.seen) == 1
    if call is WRITE:
        assert caught.value.problems[0].params["cause"] == "@cause-stopped"
        with pytest.raises(Stopped):
            session.send(READ, parsed)


@pytest.mark.parametrize("call", [WRITE, READ])
def test_an_answer_that_comes_soon_after_a_signal_still_counts(
    call: Call, open_session: Callable[..., Session]
) -> None:
    signal = Signal()
    with Scripted(signal.then(OK)) as server:
        session = open_session(server.url, hooks={"stop": signal})
        assert session.send(call, parsed) == {"ok": True}
        with pytest.raises(Stopped):
            session.send(call, parsed)
        assert len(server.seen) == 1


@pytest.mark.parametrize("call", [WRITE, READ])
def test_a_signal_while_connecting_sends_nothing(call: Call, open_session: Callable[..., Session]) -> None:
    signal = Signal()

    def greeting(connection: socket.socket) -> bool:
        signal.came.set()
        while connection.recv(65536):
            pass
        return False

    with Scripted(OK, greeting=greeting) as server:
        session = open_session(server.url.replace("http:", "https:"), hooks={"stop": signal})
        with pytest.raises(Stopped) as caught:
            session.send(call, parsed)
        assert server.seen == []
    assert caught.value.exit_code == ExitCode.TERMINATED


@pytest.mark.parametrize("call", [WRITE, READ])
def test_a_signal_while_a_host_is_looked_up_sends_nothing(
    call: Call, open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    signal, known, done = Signal(), socket.getaddrinfo, threading.Event()

    def hanging(*words: Any, **more: Any) -> Any:
        signal.came.set()
        done.wait()
        return known(*words, **more)

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    with Scripted(OK) as server:
        session = open_session(server.url, hooks={"stop": signal})
        with pytest.raises(Stopped):
            session.send(call, parsed)
        done.set()
        end_of_requests()
        assert server.seen == []


def test_a_machine_without_room_for_a_request_sends_nothing(
    open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_thread: threading.Thread) -> None:
        raise RuntimeError

    session = open_session("http://127.0.0.1:1/")
    monkeypatch.setattr(threading.Thread, "start", full)
    with pytest.raises(NotSent):
        session.send(WRITE, parsed)


def test_a_service_that_does_not_answer_at_all_is_down_within_forty_seconds(
    open_session: Callable[..., Session], time: VirtualTime
) -> None:
    with Scripted(drop) as server, pytest.raises(ServiceUnavailable):
        open_session(server.url, timeout=30).send(READ, parsed)
    assert time.seconds <= PATIENCE
