"""What time it is for a service of the sandbox."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Now = Callable[[], datetime]
"""Anything that tells the time as an aware UTC datetime."""


class Clock:
    """The wall clock, moved forward at will, so that minutes of waiting cost nothing in a test.

    Calling it gives an aware UTC datetime. Safe to read and move from several threads.
    """

    def __init__(self, offset: float = 0.0) -> None:
        self._lock = threading.Lock()
        self._offset = timedelta(seconds=offset)

    def __call__(self) -> datetime:
        """Return the present moment of this clock, UTC."""
        with self._lock:
            return self._base() + self._offset

    def advance(self, seconds: float) -> None:
        """Move this clock by so many seconds; negative ones move it back."""
        with self._lock:
            self._offset += timedelta(seconds=seconds)

    def _base(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock(Clock):
    """A clock that stands still until it is moved: every run of a test sees the same times."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) -> None:
        super().__init__()
        self._start = start.astimezone(UTC)

    def _base(self) -> datetime:
        return self._start
