"""Where a run can die: before and after each request that goes out, and each commit of the state file.

The program itself knows nothing of this. In the process that is to die, the two places through which every
request and every commit pass (requests' adapter, the state file's statements) are wrapped.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from requests.adapters import HTTPAdapter

from simonsync.store.sqlite.file import StateFile

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

T = TypeVar("T")

REQUEST, COMMIT = "request", "commit"
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class Boundary:
    """A moment in a scenario: before or after its n-th request or commit, counted from 1."""

    what: str
    number: int
    side: str

    def __str__(self) -> str:
        return f"{self.what}:{self.number}:{self.side}"


@dataclass(frozen=True, slots=True)
class Passed:
    """What was counted: a request, or a commit that wrote to the state file."""

    what: str
    number: int


class Tripwire:
    """Counts what passes, and tells a listener before and after each."""

    def __init__(self, listen: Callable[[Boundary], None]) -> None:
        self._listen = listen
        self._counts = {REQUEST: 0, COMMIT: 0}

    def stretch(self) -> None:
        """Wrap both places, in this process and for ever: it is one that was forked for this."""
        send, execute = HTTPAdapter.send, StateFile.execute

        def counted_send(adapter: HTTPAdapter, request: PreparedRequest, **options: Any) -> Response:
            return self._around(REQUEST, lambda: send(adapter, request, **options))

        def counted_execute(database: StateFile, sql: str, parameters: Sequence[Any] = ()) -> Any:
            if sql != "COMMIT":
                return execute(database, sql, parameters)
            return self._around(COMMIT, lambda: execute(database, sql, parameters))

        HTTPAdapter.send = counted_send  # type: ignore[method-assign,assignment]
        StateFile.execute = counted_execute  # type: ignore[method-assign,assignment]

    def _around(self, what: str, do: Callable[[], T]) -> T:
        self._counts[what] += 1
        number = self._counts[what]
        self._listen(Boundary(what, number, BEFORE))
        done = do()
        self._listen(Boundary(what, number, AFTER))
        return done


def die_at(boundary: Boundary, tell: int) -> Tripwire:
    """Return a tripwire that kills this process at a boundary, as the kernel or a power cut would.

    The boundary's name is written to the descriptor `tell` first: the proof that it was reached.
    """

    def listen(reached: Boundary) -> None:
        if reached == boundary:
            os.write(tell, str(reached).encode())
            os.kill(os.getpid(), signal.SIGKILL)

    return Tripwire(listen)


def record(state_file: Path, passed: list[Passed]) -> Tripwire:
    """Return a tripwire that notes what passes; of the commits only those that change the state file.

    Temporary tables are committed, too, and leave nothing that could be lost. A second connection tells:
    SQLite lets it know whether another one has changed the file.
    """
    witness = sqlite3.connect(state_file)
    seen = [0]

    def version() -> int:
        return int(witness.execute("PRAGMA data_version").fetchone()[0])

    def listen(reached: Boundary) -> None:
        if reached.side == BEFORE and reached.what == REQUEST:
            passed.append(Passed(REQUEST, reached.number))
        elif reached.side == BEFORE:
            seen[0] = version()
        elif reached.what == COMMIT and version() != seen[0]:
            passed.append(Passed(COMMIT, reached.number))

    return Tripwire(listen)
