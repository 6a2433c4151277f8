"""One action at a time, in a thread of its own, so that a page can tell how far it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simonsync.errors import ExitCode, SimonsyncError, Stopped
from simonsync.messages.kinds import Message

_log = logging.getLogger("simonsync.desk")


@dataclass(slots=True)
class Doing:
    """An action that somebody has asked for.

    Attributes:
        command: what would be typed at a terminal, without the program's name.
        bars: how far it is, by stream: done, and how many in all where that is known.
        messages: what it has said in the end; `exit_code` is None while it goes on.
    """

    command: str
    who: str
    begun: datetime
    bars: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    exit_code: ExitCode | None = None

    def progress(self, stream: str, done: int, total: int | None) -> None:
        """Note how far a stream is."""
        self.bars[stream] = (done, total)


Act = Callable[[Doing], tuple[ExitCode, tuple[Message, ...]]]


class Hands:
    """What the desk does just now, or did last. Nothing waits in a queue: who comes second is told so."""

    def __init__(self) -> None:
        """Begin idle."""
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.last: Doing | None = None

    def begin(self, doing: Doing, act: Act) -> bool:
        """Start an action, unless another one goes on or the desk closes; tell whether it was started."""
        with self._lock:
            if self._stopping.is_set() or (self.last is not None and self.last.exit_code is None):
                return False
            self.last = doing
            self._thread = threading.Thread(target=_carry_out, args=(doing, act))
            self._thread.start()
            return True

    def check(self) -> None:
        """Raise Stopped where the desk closes."""
        if self._stopping.is_set():
            raise Stopped(ExitCode.TERMINATED)

    def sleep(self, seconds: float) -> None:
        """Wait, but not longer than until the desk closes."""
        self._stopping.wait(seconds)

    def finish(self) -> None:
        """Let what goes on come to a clean point, and begin nothing more."""
        self._stopping.set()
        self.wait()

    def wait(self) -> None:
        """Wait until what goes on is over."""
        if self._thread is not None:
            self._thread.join()


def _carry_out(doing: Doing, act: Act) -> None:
    try:
        code, messages = act(doing)
    except SimonsyncError as error:
        code, messages = error.exit_code, error.problems
    except Exception as error:  # noqa: BLE001 whatever it is
        # The thread would take it along, and nobody would be told.
        bug = Message.of("bug", {"kind": type(error).__name__, "place": "simonsync.desk"})
        code, messages = ExitCode.BUG, (bug,)
        _log.exception("%s", doing.command)
    doing.messages, doing.exit_code = messages, code
