"""Which records of Simon were brought back from a backup, and under which new Id.

Simon gives a restored record a new Id. Old and new Ids are remembered for ever: a restore that was
interrupted goes on, and what points at a restored record finds it.
"""

from __future__ import annotations

from collections.abc import Iterable
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
                "ON CONFLICT DO UPDATE SET new_id = excluded.new_id, at = excluded.at",
                (table, old_id, new_id, to_text(at)),
            )


class Present:
    """What is in Simon now, as listed in this run; it is gone when the file is closed."""

    def __init__(self, database: Database) -> None:
        """Begin empty."""
        self._database = database
        database.execute(
            "CREATE TEMP TABLE IF NOT EXISTS present ("
            "place TEXT NOT NULL, id TEXT NOT NULL, ext_key TEXT NOT NULL, PRIMARY KEY (place, id)"
            ") STRICT, WITHOUT ROWID"
        )
        database.execute("CREATE INDEX IF NOT EXISTS temp.present_by_key ON present (place, ext_key)")
        database.execute("DELETE FROM temp.present")

    def add(self, table: str, page: Iterable[tuple[str, str]]) -> None:
        """Take in Ids and ExtKeys of a table."""
        with self._database.transaction():
            for record_id, ext_key in page:
                self._database.execute(
                    "INSERT OR REPLACE INTO temp.present VALUES (?, ?, ?)", (table, record_id, ext_key)
                )

    def has(self, table: str, record_id: str) -> bool:
        """Tell whether there is a record of this Id."""
        row = self._database.one("SELECT 1 FROM temp.present WHERE place = ? AND id = ?", (table, record_id))
        return row is not None

    def by_ext_key(self, table: str, ext_key: str) -> str | None:
        """Return the Id of the record with this ExtKey; None where there is none."""
        row = self._database.one(
            "SELECT id FROM temp.present WHERE place = ? AND ext_key = ?", (table, ext_key)
        )
        return None if row is None else str(row["id"])
