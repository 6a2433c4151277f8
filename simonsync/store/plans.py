"""Deletions that the brake has stopped, kept until a human approves them [7.3]."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from simonsync.store.database import Database, Row
from simonsync.store.values import to_moment, to_objects, to_text


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
    return StoredPlan(row["id"], to_moment(row["made_at"]), row["reason"], to_objects(row["deletions"]))
