"""Which quotes were opened, and how they looked then."""

from __future__ import annotations

from simonsync.domain.key import Key
from simonsync.store.database import Database


class Quotes:
    """The quotes that were dealt with; one that still looks the same is not opened again."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def look(self, quote: Key) -> str | None:
        """Return how a quote looked when it was dealt with; None where it was not."""
        row = self._database.one("SELECT look FROM quotes WHERE id = ?", (quote.id,))
        return None if row is None else str(row["look"])

    def dealt_with(self, quote: Key, look: str) -> None:
        """Note that a quote was dealt with."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO quotes VALUES (?, ?) ON CONFLICT DO UPDATE SET look = excluded.look",
                (quote.id, look),
            )

    def forget(self, quote: Key) -> None:
        """Forget that a quote was dealt with: it is gone through again."""
        with self._database.transaction():
            self._database.execute("DELETE FROM quotes WHERE id = ?", (quote.id,))
