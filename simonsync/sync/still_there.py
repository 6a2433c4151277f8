"""Look at one work order's documents at this moment, before a human's word lets another be made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from simonsync.domain.key import Key
from simonsync.domain.records import DocumentHead
from simonsync.errors import ListIncomplete
from simonsync.rules.marker import marker_in, names_number
from simonsync.store.attempts import draft_subject
from simonsync.store.documents import Says
from simonsync.store.ledger import LedgerEntry
from simonsync.sync.gaps import has_lasted
from simonsync.sync.lookup import customers_of
from simonsync.sync.run import Planning
from simonsync.sync.shown import OVERLAP, asked_alone, owner_of, read_lists


@dataclass(frozen=True, slots=True)
class Found:
    """The documents of a work order that Sellsy shows now, and of which no human has said otherwise.

    Attributes:
        own: it has, had, or says to have them.
        others: they may be its own: nobody knows them, or they name its number beside another marker.
    """

    own: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def own_documents(entry: LedgerEntry, run: Planning) -> tuple[str, ...]:
    """List the documents that a work order has or had and that are there now, each asked for by itself.

    One that Sellsy refuses to show is there for all we know.
    """
    known = [*run.state.documents.former(entry.id), *([entry.document_id] if entry.document_id else [])]
    return tuple(
        document
        for document in known
        if not _is_disowned(document, entry, run) and asked_alone(document, run) is not Says.NOT_FOUND
    )


def documents_now(entry: LedgerEntry, run: Planning) -> Found:
    """Find what Sellsy shows of a work order: its documents, its marker, all invoices of its customers.

    Raises ListIncomplete where a list is not whole, unless that has lasted for an hour.
    """
    own = list(own_documents(entry, run))
    moments = [entry.archived_at, entry.drafted_at]
    moments += [attempt.t0 for attempt in run.state.attempts.of(draft_subject(entry.id))]
    since = min(moment for moment in moments if moment is not None) - OVERLAP
    everything: dict[Key, None] = dict.fromkeys(customers_of(entry, run))
    shown = read_lists(since, everything, run)
    if shown.gap and not has_lasted(run):
        raise ListIncomplete("listing-incomplete", service="Sellsy", list="Document.getList", cause=shown.gap)
    others = []
    for document in shown.documents.values():
        if document.id in own or _is_disowned(document.id, entry, run):
            continue
        if marker_in(document.subject) == entry.marker:
            own.append(document.id)
        elif _may_be_its_own(document, entry, everything, run):
            others.append(document.id)
    return Found(tuple(own), tuple(others))


def _is_disowned(document_id: str, entry: LedgerEntry, run: Planning) -> bool:
    return run.state.ledger.disowned(document_id, entry.id)


def _may_be_its_own(
    document: DocumentHead, entry: LedgerEntry, customers: Collection[Key], run: Planning
) -> bool:
    if document.customer not in customers:
        return False
    other = owner_of(document, run)
    if other is None:
        return True
    return names_number(document.subject, entry.number) and not names_number(document.subject, other.number)
