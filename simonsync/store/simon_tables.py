"""What Simon has: tables, of those that an older one may lack, and records that it refused as not found."""

from __future__ import annotations

from collections.abc import Iterable

from simonsync.domain.reading import Reading
from simonsync.store.database import Database
from simonsync.store.values import to_place, to_reading


class SimonTables:
    """Which tables have answered, so that not found is told from empty; also whether there are PDFs."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def known(self) -> frozenset[str]:
        """Name what has answered."""
        return frozenset(
            to_place(row["name"]) for row in self._database.rows("SELECT name FROM simon_tables")
        )

    def learn(self, names: Iterable[str]) -> None:
        """Note what has answered, beside what is known."""
        fresh = sorted({*names} - self.known())
        if fresh:
            with self._database.transaction():
                for name in fresh:
                    self._database.execute("INSERT INTO simon_tables VALUES (?)", (name,))

    def replace(self, names: Iterable[str]) -> None:
        """Note what there is now that the credentials were verified; the rest counts as not there."""
        with self._database.transaction():
            self._database.execute("DELETE FROM simon_tables")
            self.learn(names)


class Absences:
    """The first refusals: a second one, long enough after it, makes certain what one leaves in doubt."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def since(self, place: str, record_id: str) -> Reading | None:
        """Return when a record of a table was first refused; None where it was not."""
        row = self._database.one("SELECT since FROM absences WHERE place = ? AND id = ?", (place, record_id))
        return None if row is None else to_reading(row["since"])

    def note(self, place: str, record_id: str, at: Reading) -> None:
        """Note that a record was refused, for the first time or as if it were."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO absences VALUES (?, ?, ?) "
                "ON CONFLICT (place, id) DO UPDATE SET since = excluded.since",
                (place, record_id, at.as_text()),
            )

    def forget(self, place: str, record_id: str) -> None:
        """Note that a record is there, or that what became of it is certain."""
        if self.since(place, record_id) is not None:
            with self._database.transaction():
                self._database.execute("DELETE FROM absences WHERE place = ? AND id = ?", (place, record_id))
