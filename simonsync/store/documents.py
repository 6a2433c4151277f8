"""What is known of our documents in Sellsy, beside which work order has which (`store.ledger`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from simonsync.domain.reading import Reading
from simonsync.store.database import Database
from simonsync.store.values import optional_reading, to_moment, to_reading, to_text, understood


@dataclass(frozen=True, slots=True)
class Known:
    """A document of ours.

    Attributes:
        made_at: when it was made or adopted, by Sellsy's clock.
        current: it is the work order's; otherwise it was, before another took its place.
    """

    id: str
    work_order: str
    made_at: datetime
    current: bool


class Says(StrEnum):
    """What a document that a list did not show said when it was asked for by itself."""

    NOT_FOUND = "not_found"
    REFUSED = "refused"
    OUTSIDE = "outside"
    """It is there, and no list of ours need show it: people took its tag off, or it has another date."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A document that a list did not show although it should.

    Attributes:
        asked: when it was last asked for by itself.
        missing_since: when it was first missing for good reasons; None where it was not.
    """

    id: str
    says: Says
    asked: Reading
    missing_since: Reading | None = None


class KnownDocuments:
    """Our documents in Sellsy, and when they were last looked at."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def known(self, since: datetime, now: datetime) -> Iterator[Known]:
        """Iterate over our documents, the newest first; not over what a human disowned.

        Those made since a moment, and those of any age that were replaced and are still watched.
        """
        rows = self._database.rows(
            "SELECT document_id, id AS work_order, drafted_at, 1 AS current FROM work_orders "
            "WHERE drafted_at >= ? AND document_id IS NOT NULL "
            "UNION ALL SELECT document_id, work_order, drafted_at, 0 FROM former_documents AS former "
            "WHERE watched_until >= ? AND NOT EXISTS (SELECT 1 FROM disowned "
            "WHERE disowned.document_id = former.document_id AND disowned.work_order = former.work_order) "
            "ORDER BY drafted_at DESC, document_id",
            (to_text(since), to_text(now)),
        )
        for row in rows:
            yield Known(
                row["document_id"], row["work_order"], to_moment(row["drafted_at"]), bool(row["current"])
            )

    def newest_to_show(self, until: datetime, *, but: str = "") -> Known | None:
        """Return the newest document that a list of our tag must show: it is there for all we know."""
        row = self._database.one(
            "SELECT document_id, id, drafted_at FROM work_orders "
            "WHERE status = 'sent' AND drafted_at <= ? AND document_id <> ? "
            "AND NOT EXISTS (SELECT 1 FROM unlisted WHERE unlisted.id = document_id AND says = 'outside') "
            "ORDER BY drafted_at DESC LIMIT 1",
            (to_text(until), but),
        )
        return (
            None
            if row is None
            else Known(row["document_id"], row["id"], to_moment(row["drafted_at"]), current=True)
        )

    def former(self, work_order_id: str) -> tuple[str, ...]:
        """List the documents that a work order had before."""
        rows = self._database.rows(
            "SELECT document_id FROM former_documents WHERE work_order = ? ORDER BY drafted_at",
            (work_order_id,),
        )
        return tuple(str(row["document_id"]) for row in rows)

    def former_owner(self, document_id: str) -> str | None:
        """Return the work order that had a document before."""
        row = self._database.one(
            "SELECT work_order FROM former_documents WHERE document_id = ?", (document_id,)
        )
        return None if row is None else str(row["work_order"])

    # --- what no list showed --------------------------------------------------------------------------

    def unlisted(self, document_id: str) -> Unlisted | None:
        """Return what is known of a document that no list showed."""
        row = self._database.one("SELECT * FROM unlisted WHERE id = ?", (document_id,))
        if row is None:
            return None
        return Unlisted(
            row["id"],
            understood(Says, row["says"]),
            to_reading(row["asked"]),
            optional_reading(row["missing_since"]),
        )

    def remember(self, unlisted: Unlisted) -> None:
        """Note what a document that no list showed said by itself."""
        since = unlisted.missing_since
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO unlisted VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "says = excluded.says, asked = excluded.asked, missing_since = excluded.missing_since",
                (
                    unlisted.id,
                    unlisted.says,
                    unlisted.asked.as_text(),
                    None if since is None else since.as_text(),
                ),
            )

    def listed(self, document_ids: Iterable[str]) -> None:
        """Note that lists show documents: what was thought of those counts no longer."""
        known = {str(row["id"]) for row in self._database.rows("SELECT id FROM unlisted")}
        with self._database.transaction():
            for document_id in known.intersection(document_ids):
                self._database.execute("DELETE FROM unlisted WHERE id = ?", (document_id,))

    # --- when something was last seen, or first -------------------------------------------------------

    def looked(self, what: str) -> Reading | None:
        """Return the moment that is kept under a name; None where there is none."""
        row = self._database.one("SELECT at FROM looks WHERE what = ?", (what,))
        return None if row is None else to_reading(row["at"])

    def look(self, what: str, at: Reading) -> None:
        """Keep a moment under a name."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO looks VALUES (?, ?) ON CONFLICT (what) DO UPDATE SET at = excluded.at",
                (what, at.as_text()),
            )

    def forget_look(self, what: str) -> None:
        """Keep it no longer."""
        if self.looked(what) is not None:
            with self._database.transaction():
                self._database.execute("DELETE FROM looks WHERE what = ?", (what,))
