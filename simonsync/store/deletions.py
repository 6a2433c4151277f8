"""Deletions in Simon: those that have begun, and those that the brake holds back for a human [7.3]."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from simonsync.domain.key import Key, parse_ext_key
from simonsync.store.database import Database, Row
from simonsync.store.values import to_moment, to_objects, to_place, to_text, understood


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
                "INSERT INTO deletions VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (place, id) DO UPDATE SET "
                "name = excluded.name, reason = excluded.reason, ext_key = excluded.ext_key, "
                "begun_at = excluded.begun_at",
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
            Deletion(
                to_place(row["place"]),
                row["id"],
                row["name"],
                row["reason"],
                parse_ext_key(row["ext_key"]),
            )
            for row in self._database.rows("SELECT * FROM deletions ORDER BY begun_at, place, id")
        )


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A stored plan: 8 hex digits of its content, when it was made, why, and what it would delete."""

    id: str
    made_at: datetime
    reason: str
    deletions: Sequence[dict[str, str]]


class Plans:
    """The plans of one account."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def store(self, plan: StoredPlan) -> None:
        """Keep a plan; the newest replaces all others."""
        with self._database.transaction():
            self._database.execute("DELETE FROM plans")
            self._database.execute(
                "INSERT INTO plans VALUES (?, ?, ?, ?)",
                (plan.id, to_text(plan.made_at), plan.reason, json.dumps(list(plan.deletions))),
            )

    def get(self, plan_id: str) -> StoredPlan | None:
        """Find a plan by its id."""
        row = self._database.one("SELECT * FROM plans WHERE id = ?", (plan_id,))
        return None if row is None else _plan(row)

    def waiting(self) -> StoredPlan | None:
        """Return the plan that waits for approval, if any."""
        row = self._database.one("SELECT * FROM plans ORDER BY made_at DESC LIMIT 1")
        return None if row is None else _plan(row)

    def drop(self) -> None:
        """Forget the plan: it was carried out, or is no longer needed."""
        with self._database.transaction():
            self._database.execute("DELETE FROM plans")


def _plan(row: Row) -> StoredPlan:
    return StoredPlan(
        row["id"], to_moment(row["made_at"]), row["reason"], understood(_deletions, row["deletions"])
    )


def _deletions(text: str) -> list[dict[str, str]]:
    return [{name: each[name] for name in ("kind", "id", "name", "reason")} for each in to_objects(text)]


class Restored:
    """Which records of Simon were brought back from a backup, and under which new Id, by table.

    Simon gives a restored record a new Id. Old and new Ids are remembered for ever: a restore that was
    interrupted goes on, and what points at a restored record finds it.
    """

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
