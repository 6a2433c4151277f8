"""Which record of one system is which record of the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from simonsync.domain.key import Key, Kind, Origin
from simonsync.domain.reading import Reading
from simonsync.store.database import Database, Row, marks
from simonsync.store.values import optional_reading, to_text, understood


@dataclass(frozen=True, slots=True)
class Binding:
    """A key and its id in the target.

    Attributes:
        fingerprint: hash of the content last written there.
        missing_since: when its origin first refused the record, by the clock there; None while it is there.
    """

    key: Key
    target_id: str
    fingerprint: str
    missing_since: Reading | None = None


class Bindings:
    """The table that says what has been done; look-ups in it are how a second run finds nothing to do."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def get(self, key: Key) -> Binding | None:
        """Find a record's binding."""
        row = self._database.one(
            "SELECT * FROM bindings WHERE origin = ? AND kind = ? AND id = ?", (key.origin, key.kind, key.id)
        )
        return None if row is None else _binding(row)

    def among(self, keys: Iterable[Key]) -> dict[Key, Binding]:
        """Find the bindings of many records at once; those without one are left out."""
        ids: dict[tuple[Origin, Kind], list[str]] = {}
        for key in keys:
            ids.setdefault((key.origin, key.kind), []).append(key.id)
        found = (
            _binding(row)
            for (origin, kind), wanted in ids.items()
            for row in self._database.rows(
                f"SELECT * FROM bindings WHERE origin = ? AND kind = ? AND id IN ({marks(wanted)})",
                (origin, kind, *wanted),
            )
        )
        return {binding.key: binding for binding in found}

    def by_target(self, target_id: str, *kinds: Kind) -> Binding | None:
        """Find the record that a target's id stands for."""
        row = self._database.one(
            f"SELECT * FROM bindings WHERE kind IN ({marks(kinds)}) AND target_id = ?",
            (*kinds, target_id),
        )
        return None if row is None else _binding(row)

    def of_kind(self, *kinds: Kind) -> Iterator[Binding]:
        """Iterate over all bindings of some kinds, by id."""
        marks = ", ".join("?" * len(kinds))
        for row in self._database.rows(
            f"SELECT * FROM bindings WHERE kind IN ({marks}) ORDER BY origin, kind, id",
            kinds,
        ):
            yield _binding(row)

    def newest(self, kind: Kind, most: int) -> Iterator[Binding]:
        """Iterate over the records of a kind that were bound last."""
        for row in self._database.rows(
            "SELECT * FROM bindings WHERE kind = ? AND origin = ? ORDER BY bound_at DESC, id LIMIT ?",
            (kind, Origin.SELLSY, most),
        ):
            yield _binding(row)

    def count(self, *kinds: Kind) -> int:
        """Count the bindings of some kinds."""
        marks = ", ".join("?" * len(kinds))
        row = self._database.one(f"SELECT count(*) FROM bindings WHERE kind IN ({marks})", kinds)
        return int(row[0]) if row else 0

    def missing(self) -> int:
        """Count the records whose origin has refused them: they go once it does so again, later."""
        row = self._database.one("SELECT count(*) FROM bindings WHERE missing_since IS NOT NULL")
        return int(row[0]) if row else 0

    def bind(self, key: Key, target_id: str, fingerprint: str, at: datetime) -> None:
        """Note that a record is there, with this content; an earlier binding of the key is replaced."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO bindings (origin, kind, id, target_id, fingerprint, bound_at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (origin, kind, id) DO UPDATE SET "
                "target_id = excluded.target_id, "
                "fingerprint = excluded.fingerprint, bound_at = excluded.bound_at, missing_since = NULL",
                (key.origin, key.kind, key.id, target_id, fingerprint, to_text(at)),
            )

    def unbind(self, key: Key) -> None:
        """Forget a record that is no longer in the target."""
        with self._database.transaction():
            self._database.execute(
                "DELETE FROM bindings WHERE origin = ? AND kind = ? AND id = ?",
                (key.origin, key.kind, key.id),
            )

    def outdate(self, *kinds: Kind) -> None:
        """Note that records in the target are no longer as they were written: the next pull mends them."""
        with self._database.transaction():
            for kind in kinds:
                self._database.execute("UPDATE bindings SET fingerprint = '' WHERE kind = ?", (kind,))

    def seen_missing(self, key: Key, at: Reading) -> None:
        """Note that a record's origin has just refused it; the first time counts, unless it lies ahead.

        It costs a run no request, and the cleanup that finds the record gone half an hour later need not wait
        for the one after.
        """
        with self._database.transaction():
            known = self.get(key)
            if known is not None and (known.missing_since is None or not at.follows(known.missing_since)):
                self._missing(key, at.as_text())

    def there_again(self, key: Key) -> None:
        """Note that a record is there at its origin: that it was refused counts no longer."""
        self._missing(key, None)

    def _missing(self, key: Key, since: str | None) -> None:
        with self._database.transaction():
            self._database.execute(
                "UPDATE bindings SET missing_since = ? WHERE origin = ? AND kind = ? AND id = ?",
                (since, key.origin, key.kind, key.id),
            )


def _binding(row: Row) -> Binding:
    key = Key(understood(Origin, row["origin"]), understood(Kind, row["kind"]), row["id"])
    return Binding(key, row["target_id"], row["fingerprint"], optional_reading(row["missing_since"]))


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
                "INSERT INTO quotes VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET look = excluded.look",
                (quote.id, look),
            )

    def forget(self, quote: Key) -> None:
        """Forget that a quote was dealt with: it is gone through again."""
        with self._database.transaction():
            self._database.execute("DELETE FROM quotes WHERE id = ?", (quote.id,))
