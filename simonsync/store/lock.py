"""One run at a time for each account: a kernel lock, which dies with its process and cannot go stale."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from simonsync.errors import AnotherRun, StateUnusable


@contextmanager
def hold_lock(path: Path, command: str, now: datetime) -> Iterator[None]:
    """Hold the account while the body runs.

    Raises AnotherRun naming the holder's command, process and since when; StateUnusable where the lock file
    cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StateUnusable("state-cannot-open", path=str(path), cause=error.strerror or "") from error
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
            raise StateUnusable("state-disk-full", path=str(path), cause=error.strerror or "") from error
        yield
    finally:
        os.close(descriptor)


def _held_by(descriptor: int) -> AnotherRun:
    """Name the holder; it may be just about to write its name."""
    try:
        found = json.loads(os.pread(descriptor, 1000, 0))
        command, pid, since = (str(found[name]) for name in ("command", "pid", "since"))
    except (ValueError, TypeError, KeyError):
        command = pid = since = "?"
    return AnotherRun("another-run", command=command, pid=pid, since=since)
