"""When the program ran, how it ended, and how far each stream has been read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from simonsync.domain.reading import Reading
from simonsync.store.database import Database, Row
from simonsync.store.values import optional_moment, optional_reading, optional_text, to_moment, to_text


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One execution that held the lock; not finished means that it died or still goes on.

    Attributes:
        clocks: what the clocks said when Sellsy first answered; None where it never did.
    """

    id: int
    command: str
    started_at: datetime
    finished_at: datetime | None
    exit_code: int | None
    sellsy_requests: int
    simon_requests: int
    clocks: Reading | None = None

    @property
    def ended_at(self) -> datetime:
        """When it ended, or began where it never did: by Sellsy's clock where that was told, else by ours."""
        ended = self.finished_at or self.started_at
        if self.clocks is None or self.clocks.said is None:
            return ended
        return self.clocks.said + max(timedelta(0), ended - self.started_at)


class Runs:
    """The runs of one account."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def begin(self, command: str, at: datetime) -> int:
        """Note that a run begins and return its number."""
        with self._database.transaction():
            row = self._database.one(
                "INSERT INTO runs (command, started_at) VALUES (?, ?) RETURNING id", (command, to_text(at))
            )
        return int(row["id"]) if row else 0

    def finish(
        self, run: int, at: datetime, *, exit_code: int, sellsy_requests: int, simon_requests: int
    ) -> None:
        """Note how a run ended and what it cost."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE runs SET finished_at = ?, exit_code = ?, sellsy_requests = ?, simon_requests = ? "
                "WHERE id = ?",
                (to_text(at), exit_code, sellsy_requests, simon_requests, run),
            )

    def last(
        self, *, before: int | None = None, command: str | None = None, exit_codes: Sequence[int] = ()
    ) -> RunRecord | None:
        """Return the newest run (before another, of a command, that ended so, where given)."""
        ended = f"AND exit_code IN ({', '.join('?' * len(exit_codes))}) " if exit_codes else ""
        row = self._database.one(
            "SELECT * FROM runs WHERE (? IS NULL OR id < ?) AND (? IS NULL OR command = ?) "
            f"{ended}ORDER BY id DESC LIMIT 1",
            (before, before, command, command, *exit_codes),
        )
        return None if row is None else _run(row)

    def at(self, run: int, clocks: Reading) -> None:
        """Note what the clocks said when Sellsy first answered a run."""
        with self._database.transaction():
            self._database.execute("UPDATE runs SET clocks = ? WHERE id = ?", (clocks.as_text(), run))

    def last_heard(self, before: int | None = None) -> Reading | None:
        """Return what the clocks said when Sellsy last told a run its time (before another, where given)."""
        row = self._database.one(
            "SELECT clocks FROM runs WHERE (? IS NULL OR id < ?) AND clocks >= '0' AND clocks < ':' "
            "ORDER BY id DESC LIMIT 1",
            (before, before),
        )
        return None if row is None else optional_reading(row["clocks"])

    def since(self, moment: datetime) -> Iterator[RunRecord]:
        """Iterate over the runs that began since a moment."""
        for row in self._database.rows(
            "SELECT * FROM runs WHERE started_at >= ? ORDER BY id", (to_text(moment),)
        ):
            yield _run(row)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a stream has been handled [7.2].

    Attributes:
        mutation: highest mutation date read from its source and fully handled.
        updated_at: when the integration last changed something in it.
    """

    stream: str
    mutation: datetime | None
    updated_at: datetime | None


class Cursors:
    """The cursors of one account."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def get(self, stream: str) -> Cursor:
        """Return a stream's cursor; empty before its first run."""
        row = self._database.one("SELECT * FROM cursors WHERE stream = ?", (stream,))
        if row is None:
            return Cursor(stream, None, None)
        return Cursor(stream, optional_moment(row["mutation"]), optional_moment(row["updated_at"]))

    def move(
        self, stream: str, *, mutation: datetime | None = None, updated_at: datetime | None = None
    ) -> None:
        """Move a cursor forward, and note the last change; what is None stays as it is."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO cursors VALUES (?, ?, ?) ON CONFLICT (stream) DO UPDATE SET "
                "mutation = CASE WHEN cursors.mutation > excluded.mutation THEN cursors.mutation "
                "ELSE coalesce(excluded.mutation, cursors.mutation) END, "
                "updated_at = coalesce(excluded.updated_at, cursors.updated_at)",
                (stream, optional_text(mutation), optional_text(updated_at)),
            )

    def put(self, stream: str, mutation: datetime) -> None:
        """Note how far a stream was read, also where that lies behind what was noted before."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO cursors (stream, mutation) VALUES (?, ?) "
                "ON CONFLICT (stream) DO UPDATE SET mutation = excluded.mutation",
                (stream, optional_text(mutation)),
            )


def _run(row: Row) -> RunRecord:
    return RunRecord(
        id=row["id"],
        command=row["command"],
        started_at=to_moment(row["started_at"]),
        finished_at=optional_moment(row["finished_at"]),
        exit_code=row["exit_code"],
        sellsy_requests=row["sellsy_requests"] or 0,
        simon_requests=row["simon_requests"] or 0,
        clocks=optional_reading(row["clocks"]),
    )
