"""Deletions in Simon that have begun: what a run that died may have deleted without saying so [7.3]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simonsync.domain.key import Key, parse_ext_key
from simonsync.store.database import Database
from simonsync.store.values import to_text


@dataclass(frozen=True, slots=True)
class Deletion:
    """A record of Simon that is to go.

    Attributes:
        table: of Simon; `id` is its Id there.
        reason: a word of the catalogue.
        key: what it is bound to; None for a record that was made in Simon.
    """

    table: str
    id: str
    name: str
    reason: str
    key: Key | None


class Deletions:
    """The deletions of one account that have begun and not ended; there is one at most unless a run died."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def begin(self, deletion: Deletion, at: datetime) -> None:
        """Note, durably, that a record is about to be deleted."""
        key = None if deletion.key is None else deletion.key.ext_key
        with self._database.transaction():
            self._database.execute(
                "INSERT OR REPLACE INTO deletions VALUES (?, ?, ?, ?, ?, ?)",
                (deletion.table, deletion.id, deletion.name, deletion.reason, key, to_text(at)),
            )

    def end(self, deletion: Deletion) -> None:
        """Note that it is known what became of a deletion."""
        with self._database.transaction():
            self._database.execute(
                "DELETE FROM deletions WHERE place = ? AND id = ?", (deletion.table, deletion.id)
            )

    def begun(self) -> tuple[Deletion, ...]:
        """List the deletions of which nobody knows what became of them, in their order."""
        return tuple(
            Deletion(row["place"], row["id"], row["name"], row["reason"], parse_ext_key(row["ext_key"]))
            for row in self._database.rows("SELECT * FROM deletions ORDER BY begun_at, place, id")
        )
