"""Ctrl-C and SIGTERM: the request in flight is finished, what it did is committed, then the run stops."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from simonsync.errors import ExitCode, Stopped

_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}


class Stopper:
    """Remembers that a signal came, until the run reaches a clean point."""

    def __init__(self) -> None:
        """Begin without a signal."""
        self._event = threading.Event()
        self._code = ExitCode.INTERRUPTED

    def check(self) -> None:
        """Raise Stopped if a signal came."""
        if self._event.is_set():
            raise Stopped(self._code)

    def sleep(self, seconds: float) -> None:
        """Wait, but not longer than until a signal comes."""
        self._event.wait(seconds)

    def _remember(self, number: int, _frame: FrameType | None) -> None:
        if self._event.is_set() and number == signal.SIGINT:
            # Who presses Ctrl-C twice does not want to wait; intents make it safe.
            raise KeyboardInterrupt
        self._code = _CODES[signal.Signals(number)]
        self._event.set()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the signals while the body runs."""
        before = {number: signal.signal(number, self._remember) for number in _CODES}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
