"""One run at a time: a kernel lock that dies with its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simonsync.errors import AnotherRun, ExitCode
from simonsync.store.lock import hold_lock
from tests.builders import NOON

HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from simonsync.store.lock import hold_lock
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
