"""Every archived work order that was ever seen, and what became of it: the queue and the books of `push`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.store.database import Database, Row, Value, marks
from simonsync.store.values import optional_moment, to_moment, to_object, to_text, understood

if TYPE_CHECKING:
    # Making the many record types costs a command like `status` a third of its start.
    from simonsync.domain.records import WorkOrderHead


class Status(StrEnum):
    """What became of an archived work order."""

    WAITING = "waiting"
    """To be sent; tried again each run, held ones too."""
    SETTLED = "settled"
    """On purpose not sent, for the content it has."""
    NEVER = "never"
    """A human decided that there is to be no invoice."""
    DORMANT = "dormant"
    """Archived while the integration was inactive, or before a rebuild: sent only when named."""
    SENT = "sent"
    """Bound to its document in Sellsy."""
    DELETED = "deleted"
    """Its draft was deleted in Sellsy; never made again by itself."""
    GONE = "gone"
    """Deleted in Simon before it was sent; open again should it be found there."""


_ASIDE = "@"
"""Between Simon's Id and the marker of a work order whose Id another one has now."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One archived work order.

    Attributes:
        content: hash of the content that was sent or settled.
        force: a human asked to send it although a rule holds it back.
        document_id: the document in Sellsy it is bound to.
        drafted_at: when that document was made or adopted, by Sellsy's clock.
        settings_revision: the settings in force when the draft was made.
        expected: the rows and total we asked for, until they are read back.
        step: the document's last seen step in Sellsy.
        watched_until: until when the document is watched for changes by people.
        documents_at: when its PDFs and attachments were last found to be all in Sellsy.
    """

    id: str
    number: str
    marker: str
    archived_at: datetime
    mutated_at: datetime
    status: Status
    customer: Key | None = None
    content: str = ""
    force: bool = False
    document_id: str | None = None
    drafted_at: datetime | None = None
    settings_revision: int | None = None
    expected: Mapping[str, Any] | None = None
    read_back_at: datetime | None = None
    step: str | None = None
    watched_until: datetime | None = None
    documents_at: datetime | None = None

    @property
    def has_document(self) -> bool:
        """Whether a document was made of it, which people may have deleted since."""
        return self.status in {Status.SENT, Status.DELETED}

    @property
    def is_aside(self) -> bool:
        """Whether Simon has given its Id to another work order: it is not there any more."""
        return _ASIDE in self.id

    @property
    def name_aside(self) -> str:
        """What it is called in the books once another work order has its Id."""
        return f"{self.id}{_ASIDE}{self.marker}"


class Ledger:
    """The work orders of one account."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def register(self, head: WorkOrderHead, marker: str, status: Status) -> None:
        """Queue an archived work order, or note that one we know has changed.

        A settled one waits again after a change, so that it is judged anew; a dormant one does once it is
        archived again, and one that seemed to be gone is there after all; a decision of a human stands, and a
        sent one is never sent twice. A stamp may also go back: one from the future is put right some day.

        Documents of it may be as old as itself: it may have been sent and opened again before our memory of
        that was lost.
        """
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO work_orders AS known "
                "(id, number, marker, archived_at, mutated_at, unseen_since, status) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "status = CASE WHEN known.status = 'settled' AND known.mutated_at <> excluded.mutated_at "
                "THEN 'waiting' "
                "WHEN known.status = 'dormant' AND known.archived_at <> excluded.archived_at "
                "THEN excluded.status "
                "WHEN known.status = 'gone' THEN excluded.status "
                "ELSE known.status END, "
                "unseen_since = CASE WHEN known.archived_at <> excluded.archived_at "
                "THEN excluded.unseen_since "
                "ELSE known.unseen_since END, "
                "changed = CASE WHEN known.status = 'sent' AND known.mutated_at <> excluded.mutated_at "
                "THEN 1 "
                "ELSE known.changed END, "
                "archived_at = excluded.archived_at, mutated_at = excluded.mutated_at",
                (
                    head.id,
                    head.number,
                    marker,
                    to_text(head.archived_at or head.mutated_at),
                    to_text(head.mutated_at),
                    to_text(head.created_at or head.archived_at or head.mutated_at),
                    status,
                ),
            )

    def get(self, work_order_id: str) -> LedgerEntry | None:
        """Find a work order by Simon's Id."""
        return self._one("id = ?", work_order_id)

    def set_aside(self, work_order_id: str) -> tuple[LedgerEntry, ...]:
        """List the work orders that had an Id before the one that has it now, by moment of archiving."""
        beginning = f"{work_order_id}{_ASIDE}"
        return tuple(self._many("substr(id, 1, ?) = ? ORDER BY archived_at, id", len(beginning), beginning))

    def not_known(self, work_order_ids: Sequence[str]) -> tuple[str, ...]:
        """Name those of some work orders that we do not know, or hold to be deleted in Simon."""
        known = {
            row["id"]
            for row in self._database.rows(
                f"SELECT id FROM work_orders WHERE id IN ({marks(work_order_ids)}) AND status <> 'gone'",
                work_order_ids,
            )
        }
        return tuple(each for each in work_order_ids if each not in known)

    def by_marker(self, marker: str) -> LedgerEntry | None:
        """Find a work order by its marker."""
        return self._one("marker = ?", marker)

    def by_document(self, document_id: str) -> LedgerEntry | None:
        """Find the work order that a document is bound to."""
        return self._one("document_id = ?", document_id)

    def by_number(self, number: str) -> tuple[LedgerEntry, ...]:
        """Find the work orders with exactly this number."""
        return tuple(self._many("number = ? ORDER BY id", number))

    def waiting(self) -> Iterator[LedgerEntry]:
        """Iterate over what is to be sent, in the order of archiving.

        The ids are read first: a work order that is sent meanwhile changes the table.
        """
        ids = [
            row["id"]
            for row in self._database.rows(
                "SELECT id FROM work_orders WHERE status = 'waiting' ORDER BY archived_at, id"
            )
        ]
        for work_order_id in ids:
            entry = self.get(work_order_id)
            if entry is not None and entry.status is Status.WAITING:
                yield entry

    def named(self) -> Iterator[LedgerEntry]:
        """Iterate over what a human has named and what waits to be sent because of that."""
        yield from list(self._many("status = 'waiting' AND force = 1 ORDER BY id"))

    def of_status(self, status: Status) -> Iterator[LedgerEntry]:
        """Iterate over the work orders with a status, by moment of archiving."""
        yield from self._many("status = ? ORDER BY archived_at, id", status)

    def count(self, status: Status) -> int:
        """Count the work orders with a status."""
        row = self._database.one("SELECT count(*) FROM work_orders WHERE status = ?", (status,))
        return int(row[0]) if row else 0

    def oldest_waiting(self) -> datetime | None:
        """Return when the longest waiting work order was archived."""
        row = self._database.one("SELECT min(archived_at) FROM work_orders WHERE status = 'waiting'")
        return optional_moment(row[0]) if row else None

    def unseen_since(self) -> datetime | None:
        """Return from when on a work order that waits may have a document that no look-up has seen yet."""
        row = self._database.one("SELECT min(unseen_since) FROM work_orders WHERE status = 'waiting'")
        return optional_moment(row[0]) if row else None

    def looked_up(self, but: Collection[str]) -> None:
        """Note that of what waits there is no document but what is made after the archiving.

        `but`: work orders that have documents; those must be seen each time.
        """
        with self._database.transaction():
            self._database.execute(
                "UPDATE work_orders SET unseen_since = archived_at "
                f"WHERE status = 'waiting' AND unseen_since < archived_at AND id NOT IN ({marks([*but])})",
                tuple(but),
            )

    def to_read_back(self) -> Iterator[LedgerEntry]:
        """Iterate over the drafts whose rows have not been compared yet."""
        yield from list(
            self._many(
                "status = 'sent' AND read_back_at IS NULL AND expected IS NOT NULL ORDER BY drafted_at"
            )
        )

    def watched(self, last: datetime | None) -> Iterator[LedgerEntry]:
        """Iterate over the work orders whose documents were still to be watched at the last watch."""
        since = "" if last is None else to_text(last)
        yield from self._many("watched_until >= ? ORDER BY id", since)

    def watch(self, work_order_id: str, *, since: datetime, until: datetime) -> None:
        """Watch for documents of a work order that has none: one may still appear."""
        self._set(work_order_id, drafted_at=to_text(since), watched_until=to_text(until))

    def with_documents(
        self, drafted_since: datetime, now: datetime, again: timedelta, codes: Sequence[str]
    ) -> Iterator[LedgerEntry]:
        """Iterate over the sent work orders whose PDFs are still to be sent or looked for, newest first.

        They are looked for `again` after some time; a look that lies in the future is none. Older drafts are
        among them where their files were never complete and nobody was told, or where a case of these codes
        is open: no file is given up before people say so.
        """
        told = f"SELECT substr(record, 1, instr(record, ':') - 1) FROM journal WHERE code IN ({marks(codes)})"
        recently = (to_text(now - again), to_text(now))
        yield from list(
            self._many(
                f"status = 'sent' AND instr(id, '{_ASIDE}') = 0 AND CASE WHEN drafted_at >= ? "
                "THEN documents_at IS NULL OR documents_at NOT BETWEEN ? AND ? "
                f"ELSE (documents_at IS NULL AND id NOT IN ({told})) "
                f"OR id IN ({told} AND open = 1 AND last_at NOT BETWEEN ? AND ?) END "
                "ORDER BY drafted_at DESC, id DESC",
                to_text(drafted_since),
                *recently,
                *codes,
                *codes,
                *recently,
            )
        )

    def documents_complete(self, work_order_id: str, at: datetime) -> None:
        """Note that all documents of a work order known at this moment are in Sellsy."""
        self._set(work_order_id, documents_at=to_text(at))

    def drafted_since(self, since: datetime) -> Iterator[LedgerEntry]:
        """Iterate over the work orders whose draft was made since a moment, by that moment."""
        yield from self._many("drafted_at >= ? ORDER BY drafted_at", to_text(since))

    def of_customer(self, customer: Key) -> Iterator[LedgerEntry]:
        """Iterate over a customer's work orders."""
        yield from self._many("customer = ? ORDER BY id", customer.id)

    def all(self) -> Iterator[LedgerEntry]:
        """Iterate over every work order, by Simon's Id."""
        yield from self._many("true ORDER BY id")

    def set_status(self, work_order_id: str, status: Status, *, content: str = "") -> None:
        """Note what became of a work order."""
        self._set(work_order_id, status=status, content=content, force=0)

    def ask_to_send(self, work_order_id: str) -> None:
        """A human names this work order: it waits to be sent, whatever held it back before.

        Documents of it may be as old as the one that it had.
        """
        with self._database.transaction():
            self._set(work_order_id, status=Status.WAITING, force=1)
            self._database.execute(
                "UPDATE work_orders SET unseen_since = drafted_at WHERE id = ? AND drafted_at < unseen_since",
                (work_order_id,),
            )

    def take_word_back(self, work_order_id: str) -> None:
        """What a human asked for was tried: the next time needs a word of its own."""
        self._set(work_order_id, force=0)

    def about_to_send(
        self, work_order_id: str, *, content: str, settings_revision: int, expected: Mapping[str, Any]
    ) -> None:
        """Note what is about to be sent, so that a draft found later is known as well as one made now."""
        self._set(
            work_order_id,
            content=content,
            settings_revision=settings_revision,
            expected=json.dumps(expected),
        )

    def forget(self, work_order_id: str) -> None:
        """Drop a work order that is no longer archived; archived again, it is registered anew."""
        with self._database.transaction():
            self._database.execute("DELETE FROM work_orders WHERE id = ?", (work_order_id,))

    def of_whom(self, work_order_id: str, customer: Key) -> None:
        """Note a work order's customer in Sellsy."""
        self._set(work_order_id, customer=customer.id)

    def bind(
        self,
        work_order_id: str,
        document_id: str,
        *,
        drafted_at: datetime,
        watched_until: datetime,
        content: str = "",
        settings_revision: int | None = None,
        expected: Mapping[str, Any] | None = None,
    ) -> None:
        """Bind a work order to its document: from now on it is sent, for ever.

        Another document that it had is remembered: it may still be there, or show again.
        """
        with self._database.transaction():
            self._replace_document(work_order_id, document_id, watched_until)
            self._set(
                work_order_id,
                status=Status.SENT,
                document_id=document_id,
                drafted_at=to_text(drafted_at),
                watched_until=to_text(watched_until),
                content=content,
                settings_revision=settings_revision,
                expected=None if expected is None else json.dumps(expected),
                read_back_at=None,
                documents_at=None,
                step="draft",
                force=0,
            )

    def _replace_document(self, work_order_id: str, document_id: str, watched_until: datetime) -> None:
        """Remember the document that a work order had, if it was another one, and watch it as long."""
        self._database.execute("DELETE FROM former_documents WHERE document_id = ?", (document_id,))
        self._database.execute(
            "INSERT INTO former_documents SELECT document_id, id, drafted_at, ? "
            "FROM work_orders WHERE id = ? AND document_id <> ? "
            "ON CONFLICT (document_id) DO UPDATE SET work_order = excluded.work_order, "
            "drafted_at = excluded.drafted_at, watched_until = excluded.watched_until",
            (to_text(watched_until), work_order_id, document_id),
        )

    def is_deleted(self, work_order_id: str) -> None:
        """Note that a work order's document is no longer in Sellsy; what it was sent with stays known."""
        self._set(work_order_id, status=Status.DELETED, force=0)

    def is_there(self, work_order_id: str) -> None:
        """Note that a work order's document is in Sellsy after all, whatever was thought of it."""
        self._set(work_order_id, status=Status.SENT, force=0)

    def read_back(self, work_order_id: str, at: datetime) -> None:
        """Note that a draft's rows were compared with what was asked for."""
        self._set(work_order_id, read_back_at=to_text(at))

    def seen_step(self, work_order_id: str, step: str) -> None:
        """Note the step in which a document was last seen."""
        self._set(work_order_id, step=step)

    def changed(self) -> Iterator[LedgerEntry]:
        """Iterate over the sent work orders that have changed since and of which nobody was told yet."""
        yield from list(self._many("changed = 1 ORDER BY id"))

    def has_changed(self, work_order_id: str) -> None:
        """Note that a sent work order may be another one than was sent: people are to be told."""
        self._set(work_order_id, changed=1)

    def told(self, work_order_id: str) -> None:
        """Note that there is nothing to tell about a work order's changes any more."""
        self._set(work_order_id, changed=0)

    def content_is(self, work_order_id: str, content: str) -> None:
        """Note the content that people have been told about."""
        self._set(work_order_id, content=content, changed=0)

    def disown(self, document_id: str, work_order_id: str, at: datetime) -> None:
        """Note that a human was shown a document and did not adopt it for this work order."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO disowned VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (document_id, work_order_id, to_text(at)),
            )

    def disowned(self, document_id: str, work_order_id: str) -> bool:
        """Tell whether a human has said that a document is not this work order's."""
        row = self._database.one(
            "SELECT 1 FROM disowned WHERE document_id = ? AND work_order = ?", (document_id, work_order_id)
        )
        return row is not None

    def _set(self, work_order_id: str, **columns: Value) -> None:
        names = ", ".join(f"{name} = ?" for name in columns)
        with self._database.transaction():
            self._database.execute(
                f"UPDATE work_orders SET {names} WHERE id = ?",
                (*columns.values(), work_order_id),
            )

    def _one(self, condition: str, value: Value) -> LedgerEntry | None:
        row = self._database.one(f"SELECT * FROM work_orders WHERE {condition}", (value,))
        return None if row is None else _entry(row)

    def _many(self, condition: str, *values: Value) -> Iterator[LedgerEntry]:
        for row in self._database.rows(f"SELECT * FROM work_orders WHERE {condition}", values):
            yield _entry(row)


def _entry(row: Row) -> LedgerEntry:
    return LedgerEntry(
        id=row["id"],
        number=row["number"],
        marker=row["marker"],
        archived_at=to_moment(row["archived_at"]),
        mutated_at=to_moment(row["mutated_at"]),
        status=understood(Status, row["status"]),
        customer=None if row["customer"] is None else sellsy_key(Kind.CUSTOMER, row["customer"]),
        content=row["content"] or "",
        force=bool(row["force"]),
        document_id=row["document_id"],
        drafted_at=optional_moment(row["drafted_at"]),
        settings_revision=row["settings_revision"],
        expected=None if row["expected"] is None else to_object(row["expected"]),
        read_back_at=optional_moment(row["read_back_at"]),
        step=row["step"],
        watched_until=optional_moment(row["watched_until"]),
        documents_at=optional_moment(row["documents_at"]),
    )
