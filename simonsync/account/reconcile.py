"""Prove that the books are complete: one document for each archived work order, and one order for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from simonsync.account.execution import Account, recorded_run
from simonsync.domain.phase import Phase
from simonsync.errors import NotFound, Refused
from simonsync.rules.content import content_hash
from simonsync.rules.invoice import is_filtered
from simonsync.rules.marker import marker_in
from simonsync.store.attempts import draft_subject
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.scratch import Reckoning
from simonsync.sync.archived import register
from simonsync.sync.census import compare, end_turn
from simonsync.sync.run import Planning
from simonsync.sync.shown import OVERLAP


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A work order with more than one document."""

    number: str
    documents: tuple[str, ...]


@dataclass(slots=True)
class Books:
    """What the comparison found; complete where the three lists are empty.

    Attributes:
        missing: numbers of the archived work orders without a document.
        extra: documents of ours without a work order.
        deleted: numbers of the work orders that were deleted in Simon before they were sent.
    """

    work_orders: int = 0
    documents: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every archived, unfiltered work order has exactly one document, and the other way round."""
        return not (self.missing or self.extra or self.duplicates)


def reconcile(account: Account) -> Books:
    """Compare all archived work orders of Simon with all documents of ours in Sellsy.

    Nothing is written to either; while active, work orders that were overlooked wait to be sent from then on.
    Raises ServiceUnavailable where a list could not be completed: then nothing is proven.
    """
    with recorded_run(account, "reconcile", Phase.ACTIVE, Phase.INACTIVE, Phase.CONNECTED) as run:
        listed = run.state.reckoning()
        for page in run.sellsy.tagged_invoices(None):
            listed.add((document.id, marker_in(document.subject) or "") for document in page)
        for entry in _sent_twice(run):
            _add_untagged(entry, listed, run)
        books = Books(documents=listed.count())
        active = run.state.activation.get().phase is Phase.ACTIVE
        began = run.now()
        listed_at = register(run) if active else began
        for ids in run.simon.archived_ids():
            if active:
                # What the daily comparison has not come to yet is taken in now.
                compare(ids, listed_at, run)
            for work_order_id in ids:
                _compare(work_order_id, listed, books, run)
            run.progress("reconcile", books.work_orders, None)
            run.stop()
        if active:
            end_turn(began, run)
        books.extra = list(listed.strangers())
        gone = {entry.number for entry in run.state.ledger.of_status(Status.GONE)}
        books.deleted = sorted(gone - {*books.missing})
        return books


def _sent_twice(run: Planning) -> Iterator[LedgerEntry]:
    """Iterate over the work orders that were ever tried twice: a document may lack the tag."""
    for entry in run.state.ledger.all():
        if len(run.state.attempts.of(draft_subject(entry.id))) > 1:
            yield entry


def _add_untagged(entry: LedgerEntry, listed: Reckoning, run: Planning) -> None:
    first = run.state.attempts.of(draft_subject(entry.id))[0]
    for page in run.sellsy.invoices_of(first.customer, first.t0 - OVERLAP):
        marks = ((document.id, marker_in(document.subject)) for document in page)
        listed.add((document, mark) for document, mark in marks if mark == entry.marker)


def _compare(work_order_id: str, listed: Reckoning, books: Books, run: Planning) -> None:
    entry = run.state.ledger.get(work_order_id)
    if entry is None or entry.status is Status.GONE:
        _unknown(work_order_id, listed, books, run)
        return
    books.work_orders += 1
    documents = _documents(entry.marker, work_order_id, listed, run)
    if entry.document_id is not None:
        documents.discard(entry.document_id)
        if _exists(entry.document_id, listed, entry.marker, run):
            documents.add(entry.document_id)
    for former in run.state.documents.former(work_order_id):
        # Another has taken its place; it may show again, with or without its tag.
        if not run.state.ledger.disowned(former, work_order_id) and _exists(
            former, listed, entry.marker, run
        ):
            documents.add(former)
    _enter(entry.number, documents, books, on_purpose=not documents and _is_on_purpose(entry, run))


def _unknown(work_order_id: str, listed: Reckoning, books: Books, run: Planning) -> None:
    """Account for a work order that the ledger has not taken in: it is not active, or it cannot be read."""
    try:
        head = run.simon.work_order_head(work_order_id)
    except (NotFound, Refused):
        if run.simon.is_listed("work_orders", work_order_id):
            books.work_orders += 1
            books.missing.append(f"id:{work_order_id}")
        return
    if head.archived_at is not None:
        books.work_orders += 1
        mark = run.simon.marker(run.account.corp_id, head)
        _enter(head.number, _documents(mark, work_order_id, listed, run), books)


def _documents(mark: str, work_order_id: str, listed: Reckoning, run: Planning) -> set[str]:
    disowned = run.state.ledger.disowned
    return {document for document in listed.of_marker(mark) if not disowned(document, work_order_id)}


def _enter(number: str, documents: set[str], books: Books, *, on_purpose: bool = False) -> None:
    if len(documents) > 1:
        books.duplicates.append(Duplicate(number, tuple(sorted(documents))))
    elif not documents and not on_purpose:
        books.missing.append(number)


def _is_on_purpose(entry: LedgerEntry, run: Planning) -> bool:
    """Tell whether a work order is not to have a document, and whether the reason for that still stands."""
    if entry.status is not Status.SETTLED:
        return entry.status is Status.NEVER
    try:
        order = run.simon.work_order(entry.id)
    except (NotFound, Refused):
        return False
    return content_hash(order) == entry.content or is_filtered(order, run.settings)


def _exists(document_id: str, listed: Reckoning, mark: str, run: Planning) -> bool:
    """Tell whether a bound document is there; people may have taken tag or marker off it."""
    if document_id in listed.of_marker(mark):
        return True
    try:
        run.sellsy.invoice(document_id)
    except NotFound:
        return False
    return True
