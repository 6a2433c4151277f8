"""Look for our documents in Sellsy before anything is made there.

Once a run, before its first create: all documents that carry our tag, and for each unknown outcome also every
invoice of its customer, whole (`sync.shown`). Their markers are compared with what we know. What fits is
adopted; what does not fit is a case for people, and never a second create.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from simonsync.domain.draft_record import from_record
from simonsync.domain.key import Key, Kind
from simonsync.domain.records import DocumentHead
from simonsync.errors import ExitCode, NotFound, Refused, StateLost
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, MessageKind, Table
from simonsync.rules.marker import marker_in, names_number
from simonsync.store.attempts import Attempt, AttemptOutcome, draft_subject
from simonsync.store.documents import Says
from simonsync.store.journal import JournalFilter
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.waits import Wait
from simonsync.sync.actions import Hold
from simonsync.sync.drafts import WATCH, saw_step
from simonsync.sync.gaps import are_visible, is_whole
from simonsync.sync.run import Planning
from simonsync.sync.shown import (
    LAG,
    OVERLAP,
    Shown,
    ask_for_unlisted,
    asked_alone,
    is_gone_now_or_later,
    owner_of,
    read_lists,
)
from simonsync.sync.waits import count_empty_lookup, creates_wait, still_unknown
from simonsync.sync.watch import note_deleted, note_shown_again, to_watch, watch

_TO_ITS_END = (ExitCode.DONE, ExitCode.NEEDS_SOMEONE, ExitCode.BRAKE, ExitCode.UNKNOWN_OUTCOME)
_MAY_HAVE_MORE = (Status.SETTLED, Status.DELETED)
"""Work orders that are not to be sent, and of which there may be a document all the same."""


@dataclass(slots=True)
class LookUp:
    """What a look-up found.

    Attributes:
        shown: what Sellsy showed.
        unowned: documents of ours that belong to no work order we know, by customer.
        misnamed: documents with the marker of one work order whose subject does not name it, by customer.
        cases: what people must look at; nothing is made for these work orders.
        adopted: the work orders whose document was found, by Simon's Id.
        second_writer: somebody else writes with our markers; nothing is made in this run.
    """

    shown: Shown
    unowned: dict[Key, list[DocumentHead]] = field(default_factory=dict)
    misnamed: dict[Key, list[DocumentHead]] = field(default_factory=dict)
    cases: dict[str, Hold] = field(default_factory=dict)
    adopted: list[str] = field(default_factory=list)
    second_writer: bool = False


def look_up(run: Planning) -> LookUp:
    """Find our documents, adopt what fits, raise cases for what does not, and count empty look-ups.

    Once an hour the list reaches back to the oldest draft that is watched, and tells what people did to it.
    Raises ServiceUnavailable where the lists are not whole: then nothing is made in this run. Where they have
    not been for an hour, that is told; what is unknown stays a case for people, and the rest goes on.
    """
    run.looked_up_at = run.sellsy_reading()
    watched = tuple(to_watch(run))
    unknown = tuple(run.state.attempts.unknown())
    shown = _shown(unknown, watched, run)
    note_shown_again(shown, run)
    whole = is_whole(shown, run)
    found = LookUp(shown)
    _compare(found, run, explained=bool(unknown))
    if whole:
        note_deleted(shown, run)
        if are_visible(shown, run, asked=bool(unknown or watched)):
            count_empty_lookup(run)
        run.state.ledger.looked_up(but=found.cases)
        if watched:
            watch(watched, shown, run)
            _close_cases(found, run)
    return found


def look_up_needed(run: Planning) -> bool:
    """Tell whether this run may create something, has an unknown outcome to settle, or drafts to watch."""
    return (
        run.state.ledger.count(Status.WAITING) > 0
        or any(True for _ in run.state.attempts.unknown())
        or any(True for _ in to_watch(run))
    )


def _shown(unknown: Sequence[Attempt], watched: Sequence[LedgerEntry], run: Planning) -> Shown:
    """Read the lists of what may be ours; only few documents are that young.

    For what is unknown they reach back to the newest document that they must show, and the customer's own
    invoices are read too; so they are for what a human has named.
    """
    moments = [run.sellsy_now(), *(attempt.t0 for attempt in unknown)]
    unseen_since = run.state.ledger.unseen_since()
    if unseen_since is not None:
        moments.append(unseen_since)
    newest = run.state.documents.newest_to_show(run.sellsy_now() - LAG) if unknown else None
    if newest is not None:
        moments.append(newest.made_at)
    needed_since = min(moments)
    drafted = [entry.drafted_at for entry in watched if entry.drafted_at is not None]
    since = min([needed_since, *drafted]) - OVERLAP
    customers: dict[Key, datetime | None] = {}
    for customer, begin in _whose_invoices(unknown, run):
        known = customers.get(customer)
        customers[customer] = begin if known is None else min(known, begin)
    shown = read_lists(since, customers, run)
    ask_for_unlisted(shown, needed_since, run)
    return shown


def _whose_invoices(unknown: Iterable[Attempt], run: Planning) -> Iterator[tuple[Key, datetime]]:
    """Say whose invoices are to be read whether tagged or not, and since when."""
    for attempt in unknown:
        yield attempt.customer, attempt.t0 - OVERLAP
    for entry in run.state.ledger.named():
        attempts = run.state.attempts.of(draft_subject(entry.id))
        moments = [entry.archived_at, entry.drafted_at, *(attempt.t0 for attempt in attempts)]
        begin = min(moment for moment in moments if moment is not None) - OVERLAP
        for customer in customers_of(entry, run):
            yield customer, begin


def customers_of(entry: LedgerEntry, run: Planning) -> Iterator[Key]:
    """List the customers whose document it may be: the present one, and those of earlier attempts."""
    if entry.customer is not None:
        yield entry.customer
    for attempt in run.state.attempts.of(draft_subject(entry.id)):
        yield attempt.customer
    if entry.is_aside:
        return
    try:
        customer_id = run.simon.customer_of(entry.id)
    except (NotFound, Refused):
        return
    binding = run.state.bindings.by_target(customer_id, Kind.CUSTOMER) if customer_id else None
    if binding is not None:
        yield binding.key


# --- whose is what ------------------------------------------------------------------------------------


def _compare(found: LookUp, run: Planning, *, explained: bool) -> None:
    """Sort what was shown by the work orders it belongs to, and decide about each of these."""
    groups: dict[str, list[DocumentHead]] = {}
    for document in (*found.shown.documents.values(), *found.shown.alone.values()):
        entry = _whose(document, run)
        if entry is None:
            found.unowned.setdefault(document.customer, []).append(document)
        else:
            groups.setdefault(entry.id, []).append(document)
            if marker_in(document.subject) and not names_number(document.subject, entry.number):
                found.misnamed.setdefault(document.customer, []).append(document)
    for work_order_id, group in groups.items():
        entry = run.state.ledger.get(work_order_id)
        if entry is not None:
            _judge(entry, group, found, run, explained=explained)
    _tell_the_settled(found, run)


def _whose(document: DocumentHead, run: Planning) -> LedgerEntry | None:
    """Return the work order whose document it is, or was, or says to be."""
    owner = owner_of(document, run)
    former = None if owner else run.state.documents.former_owner(document.id)
    return run.state.ledger.get(former) if former else owner


def _judge(
    entry: LedgerEntry, group: list[DocumentHead], found: LookUp, run: Planning, *, explained: bool
) -> None:
    """Decide about the documents of one work order, as they say or as we know."""
    ledger = run.state.ledger
    # Where a human wanted no invoice, its own is one too many as well.
    own = None if entry.status is Status.NEVER else entry.document_id
    others = [
        document for document in group if document.id != own and not ledger.disowned(document.id, entry.id)
    ]
    if not others:
        return
    more = [own] if own else _told_before(entry, group, run)
    if more or entry.status is Status.NEVER or len(others) > 1:
        ids = ", ".join([*more, *(document.id for document in others)])
        message = Message(kinds.SEVERAL_DRAFTS, {"number": entry.number, "documents": ids})
        found.cases[entry.id] = Hold(message, entry.id)
        return
    if not explained and run.wait is not None and _is_newer(others[0], run.wait, run):
        # This file is an old copy: whoever wrote since then did it with a newer one.
        raise StateLost("state-lost", reason="@markers-newer")
    adopt(entry, others[0], run)
    found.adopted.append(entry.id)
    if not explained:
        found.second_writer = True
        params = {"number": entry.number, "document": others[0].id}
        found.cases[entry.id] = Hold(Message(kinds.SECOND_WRITER, params), entry.id)


def _told_before(entry: LedgerEntry, group: Iterable[DocumentHead], run: Planning) -> list[str]:
    """List the documents that people were told of as well and that are still there, though not listed now.

    A look-up lists what is young. One of two documents alone is not the work order's: a human says which.
    """
    unseen = sorted(_told(entry, kinds.SEVERAL_DRAFTS, run) - {document.id for document in group})
    return [document for document in unseen if _carries_marker(document, entry, run)]


def _told(entry: LedgerEntry, kind: MessageKind, run: Planning) -> set[str]:
    """Return the documents that an open case of a work order names."""
    wanted = JournalFilter(codes=(kind.code,), table=Table.WORK_ORDER, record=entry.id, only_open=True)
    name = "documents" if "documents" in kind.parameters else "document"
    return {
        document
        for case in run.state.journal.entries(wanted)
        for document in case.message.params[name].split(", ")
    }


def _carries_marker(document_id: str, entry: LedgerEntry, run: Planning) -> bool:
    """Tell whether a document is still there and still says that it is the work order's."""
    found = asked_alone(document_id, run)
    if isinstance(found, Says):
        return found is Says.REFUSED
    return marker_in(found.subject) == entry.marker


def _is_newer(document: DocumentHead, wait: Wait, run: Planning) -> bool:
    """Tell whether a document is younger than the last run before a wait that got to its end."""
    last = run.state.runs.last(before=wait.knows + 1, exit_codes=_TO_ITS_END)
    if last is None or document.created_at is None:
        return False
    return document.created_at > last.ended_at


def adopt(entry: LedgerEntry, document: DocumentHead, run: Planning) -> None:
    """Bind a work order to a document that was found: what seemed unknown was done after all."""
    made_at = document.created_at or run.sellsy_now()
    with run.state.commit():
        run.state.attempts.close_all(draft_subject(entry.id), AttemptOutcome.APPLIED)
        run.state.ledger.bind(
            entry.id,
            document.id,
            drafted_at=made_at,
            watched_until=made_at + WATCH,
            # Of what is settled only a hash is known.
            content="" if entry.status is Status.SETTLED else entry.content,
            settings_revision=entry.settings_revision or run.settings_revision,
            expected=entry.expected,
        )
        run.state.ledger.of_whom(entry.id, document.customer)
        run.cure(Table.WORK_ORDER, entry.id)
        if entry.document_id not in {None, document.id}:
            run.looked_at(entry.id)
        run.say(Message(kinds.DRAFT_ADOPTED, {"number": entry.number, "document": document.id}), entry.id)
        if entry.expected is not None and entry.document_id is None:
            for warning in from_record(entry.expected).warnings:
                run.say(warning, entry.id)
        saw_step(entry, document.step, run)


def _close_cases(found: LookUp, run: Planning) -> None:
    """Close the cases about documents that are no longer there, of work orders that are not to be sent.

    What waits closes its own when its draft is made or found.
    """
    codes = tuple(kind.code for kind in (kinds.SEVERAL_DRAFTS, kinds.FOREIGN_MARKER))
    wanted = JournalFilter(codes=codes, table=Table.WORK_ORDER, only_open=True)
    for work_order_id in {case.record for case in run.state.journal.entries(wanted)} - found.cases.keys():
        entry = run.state.ledger.get(work_order_id)
        if entry is not None and entry.status is not Status.WAITING:
            told = _told(entry, kinds.SEVERAL_DRAFTS, run) | _told(entry, kinds.FOREIGN_MARKER, run)
            if not any(_is_in_the_way(document, entry, found, run) for document in told):
                run.cure(Table.WORK_ORDER, entry.id, *codes)


def _is_in_the_way(document_id: str, entry: LedgerEntry, found: LookUp, run: Planning) -> bool:
    """Tell whether a document that people were told of is one too many for a work order."""
    if document_id == entry.document_id and entry.has_document:
        return False
    bound = run.state.ledger.by_document(document_id)
    if run.state.ledger.disowned(document_id, entry.id) or (bound is not None and bound.id != entry.id):
        return False
    return not is_gone_now_or_later(document_id, found.shown, run)


# --- what keeps a draft from being made ---------------------------------------------------------------


def obstacle(entry: LedgerEntry, customer: Key, found: LookUp, run: Planning) -> Message | None:
    """Say what keeps this run from making a work order's draft; None where nothing does.

    For several documents of it, and for a document that nobody knows, at the same customer or one that an
    earlier attempt was for, until a human has looked; for an unknown outcome until enough look-ups after the
    wait found nothing; and while all creates wait.
    """
    several = _told(entry, kinds.SEVERAL_DRAFTS, run)
    if several:
        params = {"number": entry.number, "documents": ", ".join(sorted(several))}
        return Message(kinds.SEVERAL_DRAFTS, params)
    attempts = run.state.attempts.of(draft_subject(entry.id))
    customers = dict.fromkeys([customer, *(attempt.customer for attempt in attempts)])
    strangers = _strangers(entry, customers, found, run)
    strangers += sorted(
        document
        for document in _told(entry, kinds.FOREIGN_MARKER, run) - {*strangers}
        if _is_in_the_way(document, entry, found, run)
    )
    if strangers:
        return _foreign(entry, strangers)
    return still_unknown(entry, run) or creates_wait(entry, run)


def _foreign(entry: LedgerEntry, documents: Iterable[str]) -> Message:
    return Message(kinds.FOREIGN_MARKER, {"number": entry.number, "document": ", ".join(documents)})


def _strangers(entry: LedgerEntry, customers: Iterable[Key], found: LookUp, run: Planning) -> list[str]:
    """List the documents at some customers that may be a work order's, though they do not say so.

    Those that nobody knows, and those that name its number beside the marker of another.
    """
    disowned = run.state.ledger.disowned
    strange = [
        document
        for customer in customers
        for document in (
            *found.unowned.get(customer, ()),
            *(each for each in found.misnamed.get(customer, ()) if _names(each, entry)),
        )
        if not disowned(document.id, entry.id)
    ]
    return list(dict.fromkeys(document.id for document in strange))


def _names(document: DocumentHead, entry: LedgerEntry) -> bool:
    is_own = marker_in(document.subject) == entry.marker or document.id == entry.document_id
    return not is_own and names_number(document.subject, entry.number)


def _tell_the_settled(found: LookUp, run: Planning) -> None:
    """Raise a case for each work order that is not to be sent and whose document may be there."""
    ledger, attempts = run.state.ledger, run.state.attempts
    for customer in {**found.unowned, **found.misnamed}:
        entries = {entry.id: entry for entry in ledger.of_customer(customer)}
        for work_order_id in attempts.work_orders_of(customer):
            entry = ledger.get(work_order_id)
            if entry is not None:
                entries.setdefault(work_order_id, entry)
        for entry in entries.values():
            sent_twice = entry.status is Status.SENT and len(attempts.of(draft_subject(entry.id))) > 1
            if entry.status in _MAY_HAVE_MORE or sent_twice:
                strangers = _strangers(entry, [customer], found, run)
                if strangers:
                    found.cases.setdefault(entry.id, Hold(_foreign(entry, strangers), entry.id))
