"""The moments of a run at which something may happen: before and after each request and each commit.

A crash is planned for one of them, or a person acts, or a second runner tries its luck. A crash takes away
all that was in memory: from then on neither a request goes out nor a commit comes in, whatever the dying
program still tries; the state file stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Cursor
from unittest.mock import patch

from simonsync.store import opening
from simonsync.store.database import Value
from simonsync.store.sqlite.file import StateFile


class Crash(BaseException):
    """The process is gone. Nobody catches it, as nobody catches a SIGKILL."""


@dataclass
class Plan:
    """Something that is to happen at a moment yet to come.

    Attributes:
        after: part of the name of the moment at which the count begins; "" begins with the next one.
        count: how many moments from there, 1 for the very one.
        of_a_run: whether it is about a run (a crash, a signal) and is called off where none is to be.
    """

    act: Callable[[], None]
    count: int
    after: str = ""
    of_a_run: bool = False
    begun: bool = False

    def is_due(self, name: str) -> bool:
        """Take note of a moment and tell whether this is the one."""
        self.begun = self.begun or self.after in name
        self.count -= self.begun
        return self.count <= 0


class Moments:
    """Counts the moments and carries out what is planned for them.

    Attributes:
        watch: looks at the services once a request has been carried out, before anything else happens.
    """

    def __init__(self) -> None:
        self.dead = False
        self.watch: Callable[[], None] = lambda: None
        self.plans: list[Plan] = []

    def __call__(self, name: str) -> None:
        """Let a moment pass. Raises Crash where the program is dead, or dies now."""
        if self.dead:
            raise Crash
        if name.startswith("after ") and name != "after commit":
            self.watch()
        due = [plan for plan in self.plans if plan.is_due(name)]
        self.plans = [plan for plan in self.plans if plan not in due]
        for plan in due:
            plan.act()

    def die(self) -> None:
        """Kill the program here and now."""
        self.dead = True
        raise Crash

    def act_now(self) -> None:
        """Let people do at once what they had planned for later; what is about a run is called off."""
        plans, self.plans = self.plans, []
        for plan in plans:
            if not plan.of_a_run:
                plan.act()

    def watching(self) -> AbstractContextManager[object]:
        """While this is entered, state files that are opened have their commits counted."""
        moments = self

        class Watched(WatchedDatabase):
            def __init__(self, path: Path, *, rehearsal: bool = False) -> None:
                self.moments = moments
                super().__init__(path, rehearsal=rehearsal)

        return patch.object(opening, "StateFile", Watched)


class WatchedDatabase(StateFile):
    """A state file whose commits are moments; not flushed to disk, for nobody pulls the plug here."""

    moments: Moments

    def _prepare(self) -> None:
        super()._prepare()
        if not self._rehearsal:
            self._connection.execute("PRAGMA synchronous = OFF")

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> Cursor:
        """Run one statement, unless the program is dead."""
        if self.moments.dead:
            raise Crash
        if sql != "COMMIT":
            return super().execute(sql, parameters)
        self.moments("before commit")
        cursor = super().execute(sql, parameters)
        self.moments("after commit")
        return cursor
