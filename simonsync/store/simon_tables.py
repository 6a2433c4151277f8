"""Which tables Simon has, of those that an older one may lack: not found is told from empty."""

from __future__ import annotations

from collections.abc import Iterable

from simonsync.store.database import Database
from simonsync.store.values import to_place


class SimonTables:
    """What has answered; also whether there are PDFs of work orders."""

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
