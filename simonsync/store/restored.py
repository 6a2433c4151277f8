"""Which records of Simon were brought back from a backup, and under which new Id.

Simon gives a restored record a new Id. Old and new Ids are remembered for ever: a restore that was
interrupted goes on, and what points at a restored record finds it.
"""

from __future__ import annotations

from datetime import datetime

from simonsync.store.database import Database
from simonsync.store.values import to_text


class Restored:
    """Old and new Ids, by table of Simon."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def new_id(self, table: str, old_id: str) -> str | None:
        """Return the Id under which a record was brought back last; None where it was not."""
        row = self._database.one(
            "SELECT new_id FROM restored WHERE place = ? AND old_id = ?", (table, old_id)
        )
        return None if row is None else row["new_id"]

    def is_new_id(self, table: str, record_id: str) -> bool:
        """Tell whether a record of Simon is one that was brought back."""
        row = self._database.one("SELECT 1 FROM restored WHERE place = ? AND new_id = ?", (table, record_id))
        return row is not None

    def intend(self, table: str, old_id: str, at: datetime) -> None:
        """Note that a record is about to be inserted, before it is."""
        self._put(table, old_id, None, at)

    def intended(self, table: str, old_id: str) -> bool:
        """Tell whether a record was about to be inserted, and nobody knows what became of it."""
        row = self._database.one(
            "SELECT 1 FROM restored WHERE place = ? AND old_id = ? AND new_id IS NULL", (table, old_id)
        )
        return row is not None

    def note(self, table: str, old_id: str, new_id: str, at: datetime) -> None:
        """Note under which Id a record was brought back."""
        self._put(table, old_id, new_id, at)

    def forget(self, table: str, old_id: str) -> None:
        """Drop an intent that is known to have come to nothing."""
        with self._database.transaction():
            self._database.execute("DELETE FROM restored WHERE place = ? AND old_id = ?", (table, old_id))

    def _put(self, table: str, old_id: str, new_id: str | None, at: datetime) -> None:
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO restored VALUES (?, ?, ?, ?) "
                "ON CONFLICT (place, old_id) DO UPDATE SET new_id = excluded.new_id, at = excluded.at",
                (table, old_id, new_id, to_text(at)),
            )
