"""Prove that the books are complete: one document for each archived work order, and one order for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from simonsync.domain.phase import Phase
from simonsync.domain.records import WorkOrderHead
from simonsync.errors import NotFound
from simonsync.operate.execution import Account, recorded_run
from simonsync.rules.marker import marker_in
from simonsync.store.attempts import draft_subject
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.reckoning import Reckoning
from simonsync.sync.archived import marker_of
from simonsync.sync.lookup import OVERLAP
from simonsync.sync.run import Run

ON_PURPOSE = (Status.SETTLED, Status.NEVER)
"""Work orders that are not to have a document."""


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
    """

    work_orders: int = 0
    documents: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every archived, unfiltered work order has exactly one document, and the other way round."""
        return not (self.missing or self.extra or self.duplicates)


def reconcile(account: Account) -> Books:
    """Compare all archived work orders of Simon with all documents of ours in Sellsy; nothing is written.

    Raises ServiceUnavailable where a list could not be completed: then nothing is proven.
    """
    with recorded_run(account, "reconcile", Phase.ACTIVE, Phase.INACTIVE, Phase.CONNECTED) as run:
        listed = Reckoning(run.state.database)
        for page in run.sellsy.tagged_invoices(None):
            listed.add((document.id, marker_in(document.subject) or "") for document in page)
        for entry in _sent_twice(run):
            _add_untagged(entry, listed, run)
        books = Books(documents=listed.count())
        for orders in run.simon.archived_work_orders(None):
            for head in orders:
                _compare(head, listed, books, run)
            run.progress("reconcile", books.work_orders, None)
            run.stop()
        books.extra = list(listed.strangers())
        return books


def _sent_twice(run: Run) -> Iterator[LedgerEntry]:
    """Iterate over the work orders that were ever tried twice: a document may lack the tag."""
    for entry in run.state.ledger.all():
        if len(run.state.attempts.of(draft_subject(entry.id))) > 1:
            yield entry


def _add_untagged(entry: LedgerEntry, listed: Reckoning, run: Run) -> None:
    first = run.state.attempts.of(draft_subject(entry.id))[0]
    for page in run.sellsy.invoices_of(first.customer, first.t0 - OVERLAP):
        marks = ((document.id, marker_in(document.subject)) for document in page)
        listed.add((document, mark) for document, mark in marks if mark == entry.marker)


def _compare(head: WorkOrderHead, listed: Reckoning, books: Books, run: Run) -> None:
    books.work_orders += 1
    entry = run.state.ledger.get(head.id)
    mark = entry.marker if entry else marker_of(head, run.account.corp_id, run.simon.licence())
    disowned = run.state.ledger.disowned
    documents = {document for document in listed.of_marker(mark) if not disowned(document, head.id)}
    if entry is not None and entry.document_id is not None:
        documents.discard(entry.document_id)
        if _exists(entry.document_id, listed, mark, run):
            documents.add(entry.document_id)
    if len(documents) > 1:
        books.duplicates.append(Duplicate(head.number, tuple(sorted(documents))))
    elif not documents and (entry is None or entry.status not in ON_PURPOSE):
        books.missing.append(head.number)


def _exists(document_id: str, listed: Reckoning, mark: str, run: Run) -> bool:
    """Tell whether a bound document is there; people may have taken tag or marker off it."""
    if document_id in listed.of_marker(mark):
        return True
    try:
        run.sellsy.invoice(document_id)
    except NotFound:
        return False
    return True
