"""One run at a time: a kernel lock that dies with its process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simonsync.errors import AnotherRun, ExitCode, StateUnusable
from simonsync.store.lock import hold_lock, take_lock
from tests.builders import NOON

HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from simonsync.store.lock import hold_lock, take_lock
with hold_lock(Path(sys.argv[1]), "sync", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_run_says_who_holds_the_account_and_since_when(tmp_path: Path) -> None:
    path = tmp_path / "firm.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AnotherRun) as caught, hold_lock(path, "push", NOON):
            pass
        assert caught.value.exit_code is ExitCode.LOCKED
        assert caught.value.problems[0].params == {
            "command": "sync",
            "pid": str(holder.pid),
            "since": "2026-01-02T03:04:05Z",
        }
        holder.kill()
    with hold_lock(path, "push", NOON):
        assert path.exists()


def test_an_account_is_free_after_a_run(tmp_path: Path) -> None:
    for _ in range(2):
        with hold_lock(tmp_path / "firm.lock", "sync", NOON):
            pass
    assert (tmp_path / "firm.lock").stat().st_mode & 0o777 == 0o600


def test_9_1_who_must_have_the_account_now_asks_its_holder_to_stop(tmp_path: Path) -> None:
    path = tmp_path / "firm.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"

        def until_it_ends(_seconds: float) -> None:
            holder.wait(timeout=10)

        with take_lock(path, "deactivate", NOON, until_it_ends):
            assert holder.returncode == -signal.SIGTERM


def test_a_holder_that_cannot_be_asked_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "firm.lock"
    waited: list[float] = []
    # This very process: it must not be told to stop itself.
    with (
        hold_lock(path, "sync", NOON),
        pytest.raises(AnotherRun),
        take_lock(path, "deactivate", NOON, waited.append),
    ):
        pass
    assert waited == []


def test_a_number_in_the_lock_that_is_another_process_is_left_alone(tmp_path: Path) -> None:
    path, other = tmp_path / "firm.lock", tmp_path / "other.lock"
    with (
        subprocess.Popen(
            [sys.executable, "-c", HOLD, str(other)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as stranger,
        hold_lock(path, "sync", NOON),
    ):
        assert stranger.stdout is not None
        assert stranger.stdout.readline() == b"held\n"
        path.write_text(json.dumps({"command": "sync", "pid": str(stranger.pid), "since": "?"}))
        waited: list[float] = []
        with pytest.raises(AnotherRun), take_lock(path, "deactivate", NOON, waited.append):
            pass
        assert waited == []
        assert stranger.poll() is None
        stranger.kill()


def test_a_holder_that_does_not_stop_is_named_after_a_minute(tmp_path: Path) -> None:
    path = tmp_path / "firm.lock"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + HOLD
    waited: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-c", deaf, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AnotherRun), take_lock(path, "deactivate", NOON, waited.append):
            pass
        holder.kill()
    assert sum(waited) == 60


def test_the_lock_is_never_written_through_a_link(tmp_path: Path) -> None:
    path, precious = tmp_path / "firm.lock", tmp_path / "precious"
    precious.write_text("mine")
    for make in (path.symlink_to, path.hardlink_to):
        make(precious)
        with pytest.raises(StateUnusable) as caught, hold_lock(path, "sync", NOON):
            pass
        assert caught.value.code in {"file-symlink", "file-second-name"}
        assert precious.read_text() == "mine"
        path.unlink()
