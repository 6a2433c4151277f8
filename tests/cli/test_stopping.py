"""A signal ends the program soon, also while a service keeps it waiting: the real command, real sockets."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simonsync.sandbox.box import Sandbox
from tests.cli.program import started
from tests.firm import Firm
from tests.http.scripted import Scripted

PATIENCE = 20
"""Seconds in which a program that was asked to end must have ended, on a machine however busy."""


class Holding(Sandbox):
    """A sandbox that tells when it lets somebody wait for an answer."""

    def __init__(self) -> None:
        self.held = threading.Event()
        super().__init__()

    def _pause(self, seconds: float) -> None:
        self.held.set()
        super()._pause(seconds)


@dataclass(frozen=True)
class Office:
    """An active firm."""

    firm: Firm
    folder: Path
    box: Holding

    @property
    def environ(self) -> dict[str, str]:
        return {f"SIMONSYNC_{name.upper()}": value for name, value in self.box.credentials.items()}

    def stopped(self, asked: threading.Event, number: signal.Signals, *command: str) -> tuple[int, str]:
        """Start a command, send it a signal once a service was asked, and return how it ended."""
        process = started(self.folder, *command, environ=self.environ)
        try:
            assert asked.wait(PATIENCE)
            process.send_signal(number)
            _, told = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.communicate()
        return process.returncode, told

    def configure(self, *, sellsy: str | None = None, simon: str | None = None) -> None:
        box = self.box
        (self.folder / "config.yaml").write_text(
            "account: firm\nlanguage: en\n"
            f'sellsy: {{url: "{sellsy or box.sellsy_url}", requests_per_second: 1000}}\n'
            f'simon: {{url: "{simon or box.simon_url}"}}\n'
        )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "state").mkdir(mode=0o700)
    with Holding() as box:
        office = Office(Firm(box, tmp_path / "state"), tmp_path, box)
        office.firm.activate()
        office.configure()
        yield office


class Tap(Scripted):
    """A service whose answers drip, a byte of a header now and then, for as long as anybody listens."""

    def __init__(self) -> None:
        super().__init__(self._drip)
        self.asked = threading.Event()

    def _drip(self, connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Header: ")
        self.asked.set()
        while not self.finished.wait(0.1):
            connection.sendall(b"x")
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", [("sync",), ("push",), ("doctor",), ("connect", "--check", "--from-env")])
def test_a_signal_ends_a_command_to_which_a_service_drips(
    office: Office, command: tuple[str, ...], number: signal.Signals
) -> None:
    with Tap() as tap:
        office.configure(sellsy=tap.url)
        code, told = office.stopped(tap.asked, number, *command)
    assert code == 128 + number, told
    assert "Traceback" not in told


@pytest.mark.parametrize("method", ["POST Customer", "Client.getList"])
def test_a_signal_ends_a_run_that_waits_in_several_threads(office: Office, method: str) -> None:
    office.box.faults.set("slow_first_byte", method=method, times=None, seconds=3600)
    code, told = office.stopped(office.box.held, signal.SIGTERM, "pull", "--full")
    assert code == 143, told
    assert "Traceback" not in told


def test_4_12_a_draft_that_is_being_made_when_a_signal_comes_is_looked_up_by_the_next_run(
    office: Office,
) -> None:
    office.firm.pull()
    for _ in range(2):
        office.firm.archived(work=60)
    office.box.faults.set("slow_first_byte", method="Document.create", seconds=3600)
    code, told = office.stopped(office.box.held, signal.SIGTERM, "push")
    assert code == 143, told
    assert "outcome-unknown" in office.firm.codes(only_open=True)
    assert len(office.firm.drafts()) == 1
    assert office.firm.push().exit_code == 0
    assert len(office.firm.drafts()) == 2
