"""One clock for processes that were forked from each other: whoever moves it moves it for all."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta

from simonsync.sandbox.clock import Clock

_SECONDS = struct.Struct("d")


class SharedClock(Clock):
    """A clock that stands still until it is moved, in memory that is shared across `fork`."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) -> None:
        super().__init__()
        self._start = start
        self._memory = mmap.mmap(-1, _SECONDS.size)

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=self._passed())

    def advance(self, seconds: float) -> None:
        with self._lock:
            _SECONDS.pack_into(self._memory, 0, self._passed() + seconds)

    def unshare(self) -> None:
        """Go on with memory of one's own: what is forked from here on shares that."""
        passed = self._passed()
        self._memory = mmap.mmap(-1, _SECONDS.size)
        _SECONDS.pack_into(self._memory, 0, passed)

    def _passed(self) -> float:
        (passed,) = _SECONDS.unpack_from(self._memory, 0)
        return float(passed)
