"""Monitors and people are told how a run went, and can neither hurt it nor hold it up."""

from __future__ import annotations

import logging
import socket
import stat
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from simonsync.errors import AnotherRun, CredentialsRefused, ExitCode, Stopped
from simonsync.host import alerts
from simonsync.host.alerts import (
    MOST_MESSAGES,
    announce_end,
    announce_start,
    announced,
    new_cases,
    notifications_of,
    ping_address,
    without_customers,
)
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Severity
from simonsync.store.state import State
from tests.host.history import BEGUN, configured, noted, ran, read_metrics
from tests.host.monitor import Monitor

# Apprise looks for a module of Python that is going away.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


# --- the ping ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "signal", "address"),
    [
        ("https://hc.example/ping/1234", "", "https://hc.example/ping/1234"),
        ("https://hc.example/ping/1234", "start", "https://hc.example/ping/1234/start"),
        ("https://hc.example/ping/1234/", "5", "https://hc.example/ping/1234/5"),
        ("https://hc.example/ping/k/sync?create=1", "start", "https://hc.example/ping/k/sync/start?create=1"),
        ("https://hc.example", "2", "https://hc.example/2"),
    ],
)
def test_a_signal_is_the_last_part_of_the_path(url: str, signal: str, address: str) -> None:
    assert ping_address(url, signal) == address


@pytest.mark.parametrize(
    ("code", "signals"),
    [
        (ExitCode.DONE, ["/start", ""]),
        (ExitCode.NEEDS_SOMEONE, ["/start", ""]),
        (ExitCode.BRAKE, ["/start", ""]),
        (ExitCode.UNKNOWN_OUTCOME, ["/start", ""]),
        (ExitCode.BUG, ["/start", "/1"]),
        (ExitCode.USAGE, ["/start", "/2"]),
        (ExitCode.CREDENTIALS, ["/start", "/5"]),
        (ExitCode.UNAVAILABLE, ["/start", "/7"]),
        (ExitCode.WRONG_PHASE, ["/start", "/9"]),
        (ExitCode.TERMINATED, ["/start", "/143"]),
        # The run that holds the account tells how it went; a success here would hide one that hangs.
        (ExitCode.LOCKED, ["/start"]),
    ],
)
def test_the_monitor_hears_start_and_end(
    watcher: Monitor, tmp_path: Path, code: ExitCode, signals: list[str]
) -> None:
    configuration = configured(tmp_path, ping_url=watcher.url)
    announce_start(configuration)
    announce_end(configuration, BEGUN, code)
    assert watcher.signals() == signals


def test_a_run_is_announced_with_the_code_that_it_gives(watcher: Monitor, tmp_path: Path) -> None:
    configuration = configured(tmp_path, ping_url=watcher.url)
    with announced(configuration, lambda: BEGUN) as told:
        assert watcher.signals() == ["/start"]
        told.exit_code = ExitCode.UNAVAILABLE
    assert watcher.signals() == ["/start", "/7"]


@pytest.mark.parametrize(
    ("error", "signals"),
    [
        (CredentialsRefused("sellsy-credentials-refused", cause="401"), ["/start", "/5"]),
        (Stopped(ExitCode.TERMINATED), ["/start", "/143"]),
        (KeyboardInterrupt(), ["/start", "/130"]),
        (ZeroDivisionError(), ["/start", "/1"]),
        (AnotherRun("another-run", command="sync", pid="1", since="2026-11-24T08:00:00Z"), ["/start"]),
    ],
)
def test_an_exception_is_announced_and_goes_on(
    watcher: Monitor, tmp_path: Path, error: BaseException, signals: list[str]
) -> None:
    configuration = configured(tmp_path, ping_url=watcher.url)
    with pytest.raises(type(error)), announced(configuration, lambda: BEGUN):
        raise error
    assert watcher.signals() == signals


def test_a_dry_run_is_not_announced(watcher: Monitor, tmp_path: Path) -> None:
    configuration = configured(tmp_path, ping_url=watcher.url, metrics_file="metrics.prom")
    with announced(configuration, lambda: BEGUN, dry_run=True) as told:
        told.exit_code = ExitCode.DONE
    assert watcher.calls == []
    assert not (tmp_path / "metrics.prom").exists()


def test_where_nobody_is_to_be_told_nothing_is_done(tmp_path: Path) -> None:
    with announced(configured(tmp_path), lambda: BEGUN) as told:
        told.exit_code = ExitCode.DONE
    assert not (tmp_path / "state").exists()


# --- monitors that are dead ---------------------------------------------------------------------------


def dead_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def test_a_monitor_that_is_down_leaves_one_line_without_its_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "simonsync.alerts")
    announce_start(configured(tmp_path, ping_url=f"http://127.0.0.1:{dead_port()}/ping/0123-secret"))
    (line,) = [record.getMessage() for record in caplog.records if record.name == "simonsync.alerts"]
    assert line.startswith("ping: ")
    assert "0123-secret" not in caplog.text


def test_a_monitor_that_says_no_leaves_a_line(
    watcher: Monitor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "simonsync.alerts")
    watcher.status = 404
    announce_start(configured(tmp_path, ping_url=watcher.url))
    assert caplog.messages == ["ping: HTTP 404"]


def test_a_monitor_that_keeps_silent_is_left_behind(
    watcher: Monitor, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test would hang, were the run to wait: the monitor answers only when the test is over."""
    caplog.set_level(logging.INFO, "simonsync.alerts")
    monkeypatch.setattr(alerts, "PING_LIMIT", 0.2)
    watcher.silent = True
    announce_start(configured(tmp_path, ping_url=watcher.url))
    assert watcher.signals() == ["/start"]
    assert len(caplog.messages) == 1
    assert not watcher.enough.is_set()


def test_what_cannot_be_hurried_is_not_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the look-up of a name nor a file system that hangs has a time limit of its own."""
    caplog.set_level(logging.INFO, "simonsync.alerts")
    hangs, asked = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> None:
        asked.set()
        hangs.wait()
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(alerts, "PING_LIMIT", 0.2)
    announce_start(configured(tmp_path, ping_url="https://hc.example/ping/0123-secret"))
    assert asked.is_set()
    # The session gives up by itself, or is given up.
    (line,) = caplog.messages
    assert line.startswith("ping: ")
    assert "secret" not in line
    for thread in threading.enumerate():
        if thread.name == "simonsync-ping":
            hangs.set()
            thread.join()


def test_a_state_that_cannot_be_read_hurts_nobody(
    watcher: Monitor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "simonsync.alerts")
    (tmp_path / "state").mkdir(mode=0o700)
    broken = tmp_path / "state" / "firm.db"
    broken.write_bytes(b"this is no database" * 100)
    broken.chmod(0o600)
    configuration = configured(tmp_path, ping_url=watcher.url, metrics_file="metrics.prom")
    announce_end(configuration, BEGUN, ExitCode.USAGE)
    assert watcher.signals() == ["/2"]
    assert [message.partition(" ")[0] for message in caplog.messages] == ["state:"]


# --- Prometheus ---------------------------------------------------------------------------------------


def test_the_file_is_there_for_all_to_read_and_never_half_written(state: State, tmp_path: Path) -> None:
    ran(state)
    path = tmp_path / "metrics.prom"
    path.write_text("old")
    path.chmod(0o600)
    before = path.stat().st_ino
    announce_end(configured(tmp_path, metrics_file="metrics.prom"), BEGUN, ExitCode.DONE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert path.stat().st_ino != before
    assert read_metrics(path.read_text())[("last_run_exit_code", "command=sync")] == 0
    assert [found.name for found in tmp_path.iterdir() if "metrics" in found.name] == ["metrics.prom"]


def test_a_file_that_cannot_be_written_leaves_a_line(
    state: State, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "simonsync.alerts")
    ran(state)
    announce_end(configured(tmp_path, metrics_file="missing/metrics.prom"), BEGUN, ExitCode.DONE)
    (line,) = caplog.messages
    assert "file-not-writable" in line
    assert str(tmp_path / "missing" / "metrics.prom") in line


# --- people -----------------------------------------------------------------------------------------


def test_each_new_case_is_told_once(watcher: Monitor, state: State, tmp_path: Path) -> None:
    configuration = configured(tmp_path, notify=f"[{watcher.address}]")
    ran(state)
    noted(state)
    noted(state, number="4712")
    announce_end(configuration, BEGUN, ExitCode.NEEDS_SOMEONE)
    assert [message["type"] for message in watcher.messages] == ["failure", "failure"]
    first = watcher.messages[0]
    assert first["title"] == "simonsync firm: Error"
    assert "4711" in first["message"]
    assert "\n→ " in first["message"]
    later = BEGUN + timedelta(minutes=5)
    ran(state, later)
    noted(state, later)
    announce_end(configuration, later, ExitCode.NEEDS_SOMEONE)
    assert len(watcher.messages) == 2


def test_people_read_the_language_of_the_account(watcher: Monitor, state: State, tmp_path: Path) -> None:
    ran(state)
    noted(state)
    announce_end(configured(tmp_path, "fr", notify=watcher.address), BEGUN, ExitCode.NEEDS_SOMEONE)
    assert watcher.messages[0]["title"] == "simonsync firm: Erreur"
    assert "bon de travail 4711" in watcher.messages[0]["message"].lower()


@pytest.mark.parametrize(("allowed", "count"), [("false", 0), ("true", 1)])
def test_customers_are_only_named_where_that_is_allowed(
    watcher: Monitor, state: State, tmp_path: Path, allowed: str, count: int
) -> None:
    ran(state)
    noted(state)
    configuration = configured(tmp_path, notify=watcher.address, customer_names=allowed)
    announce_end(configuration, BEGUN, ExitCode.NEEDS_SOMEONE)
    assert watcher.messages[0]["message"].count("Dupont SARL") == count


@pytest.mark.parametrize("kind", kinds.KINDS.values(), ids=lambda kind: kind.code)
def test_no_message_names_a_customer_unasked(kind: kinds.MessageKind) -> None:
    left = without_customers(Message(kind, dict.fromkeys(kind.parameters, "Dupont")))
    assert not set(left.params) & {"name", "customer", "address_customer", "file"}
    # What technicians write may name a customer, or the code of a door.
    assert not set(left.params) & {"item", "text", "difference"}
    assert "number" in left.params or "number" not in kind.parameters


def test_what_was_cured_or_is_no_case_is_not_told(state: State) -> None:
    ran(state)
    noted(state)
    state.journal.cure(kinds.WORK_ORDER_CUSTOMER_UNKNOWN.table, "id-4711", BEGUN)
    state.journal.note(Message(kinds.DRAFT_CREATED, {"number": "4712"}), BEGUN + timedelta(seconds=2))
    state.journal.note(Message(kinds.DRAFT_WITHOUT_LINES, {"number": "4713"}), BEGUN + timedelta(seconds=2))
    assert [entry.number for entry in new_cases(state, BEGUN)] == ["4713"]


def test_what_a_run_left_that_died_is_told_by_the_next(state: State) -> None:
    ran(state, BEGUN - timedelta(minutes=15))
    noted(state, BEGUN - timedelta(minutes=15), number="1")
    ran(state, BEGUN - timedelta(minutes=10), code=None)
    noted(state, BEGUN - timedelta(minutes=10), number="2")
    ran(state, BEGUN - timedelta(minutes=5), code=None)
    noted(state, BEGUN - timedelta(minutes=5), number="3")
    ran(state, BEGUN)
    noted(state, BEGUN, number="4")
    assert [entry.number for entry in new_cases(state, BEGUN)] == ["2", "3", "4"]


def test_what_a_run_found_that_was_stopped_is_told_by_the_next(
    watcher: Monitor, state: State, tmp_path: Path
) -> None:
    configuration = configured(tmp_path, notify=watcher.address)
    ran(state, BEGUN, code=143)
    noted(state, BEGUN, number="1")
    announce_end(configuration, BEGUN, ExitCode.TERMINATED)
    assert watcher.messages == []
    later = BEGUN + timedelta(minutes=5)
    ran(state, later)
    announce_end(configuration, later, ExitCode.DONE)
    assert len(watcher.messages) == 1


def test_a_run_that_never_began_has_no_cases(state: State) -> None:
    ran(state, BEGUN - timedelta(minutes=5))
    noted(state, BEGUN - timedelta(minutes=5))
    assert new_cases(state, BEGUN) == ()


def test_what_a_run_noted_ahead_of_time_is_told_once(state: State) -> None:
    ahead = BEGUN + timedelta(days=400)
    ran(state, ahead)
    noted(state, ahead, number="1")
    assert [entry.number for entry in new_cases(state, ahead)] == ["1"]
    ran(state)
    noted(state, number="2")
    assert [entry.number for entry in new_cases(state, BEGUN)] == ["2"]


def test_a_flood_ends_in_a_message_that_counts(state: State, tmp_path: Path) -> None:
    ran(state)
    for number in range(25):
        noted(state, number=str(number))
    written = notifications_of(new_cases(state, BEGUN), configured(tmp_path))
    assert len(written) == MOST_MESSAGES + 1
    assert written[-1].body.startswith("15 more cases")
    assert {each.severity for each in written} == {Severity.ERROR}


def test_without_the_extra_it_says_what_to_install(
    state: State, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    ran(state)
    noted(state)
    announce_end(configured(tmp_path, notify="json://127.0.0.1:9/"), BEGUN, ExitCode.NEEDS_SOMEONE)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert 'pip install "simonsync[notify]"' in record.getMessage()


def test_an_address_that_is_none_is_named_by_its_place_only(
    watcher: Monitor, state: State, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ran(state)
    noted(state)
    configuration = configured(tmp_path, notify=f"['nonsense://user:planted-secret@x', '{watcher.address}']")
    announce_end(configuration, BEGUN, ExitCode.NEEDS_SOMEONE)
    assert len(watcher.messages) == 1
    assert "alerts.notify[0] is no address" in caplog.text
    assert {record.name for record in caplog.records} == {"simonsync.alerts"}
    assert "planted-secret" not in caplog.text


def test_people_who_cannot_be_reached_leave_a_line_without_their_address(
    state: State, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ran(state)
    noted(state)
    address = f"json://user:planted-secret@127.0.0.1:{dead_port()}/"
    announce_end(configured(tmp_path, notify=address), BEGUN, ExitCode.NEEDS_SOMEONE)
    assert "notify: not everybody could be told" in caplog.messages
    assert "planted-secret" not in caplog.text


def test_a_second_run_tells_nobody(watcher: Monitor, state: State, tmp_path: Path) -> None:
    ran(state, code=None)
    noted(state)
    configuration = configured(tmp_path, notify=watcher.address, metrics_file="metrics.prom")
    announce_end(configuration, BEGUN, ExitCode.LOCKED)
    assert watcher.messages == []
    assert not (tmp_path / "metrics.prom").exists()


def test_a_signal_while_people_are_told_does_not_lose_the_code(watcher: Monitor, tmp_path: Path) -> None:
    configuration = configured(tmp_path, ping_url=watcher.url)
    with suppress(Stopped), announced(configuration, lambda: BEGUN):
        raise Stopped(ExitCode.INTERRUPTED)
    assert watcher.signals()[-1] == "/130"
