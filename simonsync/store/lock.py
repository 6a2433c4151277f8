"""One run at a time for each account: a kernel lock, which dies with its process and cannot go stale."""

from __future__ import annotations

import fcntl
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from simonsync.errors import AnotherRun
from simonsync.files import open_in_place, state_problem


@contextmanager
def hold_lock(path: Path, command: str, now: datetime) -> Iterator[None]:
    """Hold the account while the body runs.

    Raises AnotherRun naming the holder's command, process and since when; StateUnusable where the lock file
    cannot be opened.
    """
    try:
        descriptor = open_in_place(path)
    except OSError as error:
        raise state_problem(path, error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _held_by(descriptor) from None
        holder = {"command": command, "pid": str(os.getpid()), "since": now.strftime("%Y-%m-%dT%H:%M:%SZ")}
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        except OSError as error:
            raise state_problem(path, error) from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def take_lock(path: Path, command: str, now: datetime, sleep: Callable[[float], None]) -> Iterator[None]:
    """Hold the account as `hold_lock` does, but ask whoever holds it to stop at a clean point.

    Raises AnotherRun where it does not stop within a minute, or cannot be asked.
    """
    with ExitStack() as stack:
        asked = False
        for pause in (*(_PAUSE,) * _PAUSES, None):
            try:
                stack.enter_context(hold_lock(path, command, now))
                break
            except AnotherRun as error:
                asked = asked or _ask_to_stop(path, error.problems[0].params["pid"])
                if pause is None or not asked:
                    raise
            sleep(pause)
        yield


_PAUSE, _PAUSES = 0.25, 240


def _ask_to_stop(path: Path, pid: str) -> bool:
    """Send SIGTERM to the process that holds the lock, if it is certain that it is this one.

    The number in the file may mean another process where folders are shared between machines or containers;
    the kernel tells which files a process has open.
    """
    try:
        if int(pid) == os.getpid() or not _has_open(int(pid), path):
            return False
        os.kill(int(pid), signal.SIGTERM)
    except (OSError, ValueError):
        return False
    return True


def _has_open(pid: int, path: Path) -> bool:
    for each in Path(f"/proc/{pid}/fd").iterdir():
        # It may close one of its files while we look.
        with suppress(OSError):
            if each.samefile(path):
                return True
    return False


def _held_by(descriptor: int) -> AnotherRun:
    """Name the holder; it may be just about to write its name."""
    try:
        found = json.loads(os.pread(descriptor, 1000, 0))
        command, pid, since = (str(found[name]) for name in ("command", "pid", "since"))
    except (ValueError, TypeError, KeyError):
        command = pid = since = "?"
    return AnotherRun("another-run", command=command, pid=pid, since=since)
