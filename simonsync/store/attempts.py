"""Intents: durable notes that something without an idempotency key is about to be made in Sellsy.

An attempt is noted before the call and closed after it. One that is neither closed as applied nor as not
applied is *unknown*: the document may exist, and must be looked for before it is made again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.domain.reading import Reading
from simonsync.store.database import Database, Row, Value
from simonsync.store.values import optional_reading, to_moment, to_text, understood


class AttemptOutcome(StrEnum):
    """How an attempt ended."""

    APPLIED = "applied"
    NOT_APPLIED = "not_applied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to make something.

    Attributes:
        subject: what is to be made: `work_order:ID`, or `file:…` for an upload.
        number: 1 for the first try.
        payload: hash of what was to be sent.
        customer: whose document it is to be.
        t0: Sellsy's clock just before the intent.
        intended_at: our clock at the intent.
        outcome: None where the run died before it could tell.
        unknown_since: when Sellsy first answered after the outcome was found to be unknown; the wait begins
            here. None before that.
        empty_lookups: complete look-ups after the wait that found nothing.
        last_lookup_run: the run of the last of these.
        asked_after: Sellsy was asked whether it arrived; it can be asked only once.
        arrived: what Sellsy said; None where nothing is known, or a human knows better.
    """

    subject: str
    number: int
    payload: str
    customer: Key
    t0: datetime
    intended_at: datetime
    run: int
    outcome: AttemptOutcome | None
    unknown_since: Reading | None
    empty_lookups: int
    last_lookup_run: int | None
    asked_after: bool
    arrived: bool | None


class Attempts:
    """The attempts of one account."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def intend(
        self,
        subject: str,
        number: int,
        *,
        payload: str,
        customer: Key,
        t0: datetime,
        at: datetime,
        run: int,
    ) -> bool:
        """Note an intent, durably; False where this attempt was noted before (compare-and-set)."""
        with self._database.transaction():
            return (
                self._database.execute(
                    "INSERT INTO attempts (subject, attempt, payload, customer, t0, intended_at, run) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (subject, number, payload, customer.id, to_text(t0), to_text(at), run),
                ).rowcount
                == 1
            )

    def close(self, subject: str, number: int, outcome: AttemptOutcome) -> None:
        """Note how an attempt ended; the wait of an unknown one has not begun yet."""
        self._set("outcome = ?", (outcome,), subject, number)

    def close_all(self, subject: str, outcome: AttemptOutcome) -> None:
        """Note how all open attempts at something ended, once a document was found or disowned."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE attempts SET outcome = ? WHERE subject = ? "
                "AND (outcome IS NULL OR outcome = 'unknown')",
                (outcome, subject),
            )

    def wait_from(self, subject: str, number: int, since: Reading) -> None:
        """Begin the wait of an attempt that is unknown, or whose run died."""
        self._set("outcome = 'unknown', unknown_since = ?", (since.as_text(),), subject, number)

    def count_empty_lookup(self, subject: str, number: int, run: int) -> None:
        """Note a complete look-up after the wait that found nothing; one a run counts."""
        self._set(
            "empty_lookups = empty_lookups + CASE WHEN last_lookup_run = ? THEN 0 ELSE 1 END, "
            "last_lookup_run = ?",
            (run, run),
            subject,
            number,
        )

    def ask_after(self, subject: str, number: int, *, asked: bool = True) -> None:
        """Note, before it is done, that Sellsy is asked whether an attempt arrived, or that it was not."""
        self._set("asked_after = ?", (int(asked),), subject, number)

    def told_after(self, subject: str, number: int, *, arrived: bool | None) -> None:
        """Note what Sellsy said about it."""
        self._set("arrived = ?", (None if arrived is None else int(arrived),), subject, number)

    def disbelieve(self, subject: str) -> None:
        """Leave aside what Sellsy said about all attempts at something: a human has looked."""
        with self._database.transaction():
            self._database.execute("UPDATE attempts SET arrived = NULL WHERE subject = ?", (subject,))

    def of(self, subject: str) -> tuple[Attempt, ...]:
        """List all attempts at something, in their order."""
        rows = self._database.rows("SELECT * FROM attempts WHERE subject = ? ORDER BY attempt", (subject,))
        return tuple(_attempt(row) for row in rows)

    def open_at(self, subject: str) -> tuple[Attempt, ...]:
        """List the attempts at something whose outcome is not certain."""
        return tuple(
            attempt for attempt in self.of(subject) if attempt.outcome in {None, AttemptOutcome.UNKNOWN}
        )

    def work_orders_of(self, customer: Key) -> tuple[str, ...]:
        """List the work orders, by Simon's Id, for which something was tried for a customer."""
        rows = self._database.rows(
            "SELECT DISTINCT subject FROM attempts WHERE customer = ? AND subject >= ? AND subject < ?",
            (customer.id, draft_subject(""), draft_subject("\uffff")),
        )
        return tuple(work_order_of(str(row["subject"])) for row in rows)

    def unknown(self, prefix: str = "work_order:") -> Iterator[Attempt]:
        """Iterate over the attempts without a certain outcome."""
        for row in self._database.rows(
            "SELECT * FROM attempts WHERE (outcome IS NULL OR outcome = 'unknown') "
            "AND subject >= ? AND subject < ? ORDER BY subject, attempt",
            (prefix, prefix + "\uffff"),
        ):
            yield _attempt(row)

    def _set(self, assignment: str, values: tuple[Value, ...], subject: str, number: int) -> None:
        with self._database.transaction():
            self._database.execute(
                f"UPDATE attempts SET {assignment} WHERE subject = ? AND attempt = ?",
                (*values, subject, number),
            )


def draft_subject(work_order_id: str) -> str:
    """Name the draft of a work order."""
    return f"work_order:{work_order_id}"


def work_order_of(subject: str) -> str:
    """Return the work order that a draft's subject names."""
    return subject.removeprefix("work_order:")


def _attempt(row: Row) -> Attempt:
    return Attempt(
        subject=row["subject"],
        number=row["attempt"],
        payload=row["payload"],
        customer=sellsy_key(Kind.CUSTOMER, row["customer"]),
        t0=to_moment(row["t0"]),
        intended_at=to_moment(row["intended_at"]),
        run=row["run"],
        outcome=None if row["outcome"] is None else understood(AttemptOutcome, row["outcome"]),
        unknown_since=optional_reading(row["unknown_since"]),
        empty_lookups=row["empty_lookups"],
        last_lookup_run=row["last_lookup_run"],
        asked_after=bool(row["asked_after"]),
        arrived=None if row["arrived"] is None else bool(row["arrived"]),
    )
