"""Which customers and articles were not ready for e-invoices when Sellsy last showed them."""

from __future__ import annotations

from collections.abc import Mapping

from simonsync.domain.entities import ARTICLES
from simonsync.domain.key import Key, Kind
from simonsync.store.database import Database, marks


class NotReady:
    """Only what is not ready is kept; what is gone from Simon is not counted."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def note(self, seen: Mapping[Key, str | None]) -> None:
        """Note of each record whether it is ready: None, or else the unit that is the matter, "" for none."""
        for kind in {key.kind for key in seen}:
            now = {key.id: unit for key, unit in seen.items() if key.kind is kind}
            rows = self._database.rows(
                f"SELECT id, unit FROM not_ready WHERE kind = ? AND id IN ({marks([*now])})", (kind, *now)
            )
            before: dict[str, str | None] = {row["id"]: row["unit"] for row in rows}
            changed = [each for each, unit in now.items() if before.get(each) != unit]
            if not changed:
                continue
            with self._database.transaction():
                for each in changed:
                    self._database.execute("DELETE FROM not_ready WHERE kind = ? AND id = ?", (kind, each))
                    if now[each] is not None:
                        self._database.execute(
                            "INSERT INTO not_ready (kind, id, unit) VALUES (?, ?, ?)", (kind, each, now[each])
                        )

    def forget(self) -> None:
        """Forget all, where nobody wants to know."""
        if self._database.one("SELECT 1 FROM not_ready LIMIT 1") is not None:
            with self._database.transaction():
                self._database.execute("DELETE FROM not_ready")

    def counts(self) -> dict[str, int]:
        """Count customers, articles and units."""
        return {
            "customers": self._count("count(*)", Kind.CUSTOMER),
            "products": self._count("count(*)", *ARTICLES),
            "units": self._count("count(DISTINCT nullif(unit, ''))", *ARTICLES),
        }

    def _count(self, what: str, *kinds: Kind) -> int:
        row = self._database.one(
            f"SELECT {what} FROM not_ready WHERE kind IN ({marks(kinds)}) AND EXISTS (SELECT 1 FROM bindings "
            "WHERE bindings.kind = not_ready.kind AND bindings.id = not_ready.id)",
            kinds,
        )
        return int(row[0]) if row else 0
