"""How far each list of Sellsy has been gone through in the present turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simonsync.store.database import Database
from simonsync.store.values import optional_moment, optional_text


@dataclass(frozen=True, slots=True)
class Scan:
    """Where the turn through a list stands.

    Attributes:
        position: where to go on, as the adapter wrote it; "" at the beginning.
        turn: number of the present turn.
        turn_began: when the present turn began.
        turn_ended: when the last whole turn ended; None before the first.
    """

    stream: str
    position: str = ""
    turn: int = 1
    turn_began: datetime | None = None
    turn_ended: datetime | None = None


class Scans:
    """The turns of one account."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def get(self, stream: str) -> Scan:
        """Return where the turn through a list stands."""
        row = self._database.one("SELECT * FROM scans WHERE stream = ?", (stream,))
        if row is None:
            return Scan(stream)
        return Scan(
            stream,
            row["position"],
            row["turn"],
            optional_moment(row["turn_began"]),
            optional_moment(row["turn_ended"]),
        )

    def put(self, scan: Scan) -> None:
        """Note where the turn stands."""
        with self._database.transaction():
            self._database.execute(
                "INSERT OR REPLACE INTO scans VALUES (?, ?, ?, ?, ?)",
                (
                    scan.stream,
                    scan.position,
                    scan.turn,
                    optional_text(scan.turn_began),
                    optional_text(scan.turn_ended),
                ),
            )

    def forget(self) -> None:
        """Begin all lists anew, after Simon was emptied or a state rebuilt; nothing listed before counts."""
        with self._database.transaction():
            self._database.execute("DELETE FROM scans")
            self._database.execute("DELETE FROM addresses")
