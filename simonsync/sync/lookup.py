"""Look for our documents in Sellsy before anything is made there.

Once a run, before its first create: all documents that carry our tag, and for each unknown outcome also every
invoice of its customer, complete and counted. Their markers are compared with what we know. What fits is
adopted; what does not fit is a case for people, and never a second create.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from simonsync.domain.draft_record import from_record
from simonsync.domain.key import Key
from simonsync.domain.reading import past
from simonsync.domain.records import DocumentHead
from simonsync.errors import ExitCode, NotFound, Refused, StateLost
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.rules.marker import marker_in
from simonsync.store.attempts import Attempt, AttemptOutcome, draft_subject
from simonsync.store.journal import JournalFilter
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.waits import Wait
from simonsync.sync.actions import Hold
from simonsync.sync.drafts import WATCH, saw_step
from simonsync.sync.run import Planning
from simonsync.sync.waits import count_empty_lookup, creates_wait, still_unknown

OVERLAP = timedelta(days=1)
"""How far before the oldest moment of interest a look-up begins: clocks differ, zones are mistaken."""
WATCH_STREAM = "watch"
WATCH_INTERVAL = timedelta(hours=1)
"""How often the drafts of the last months are listed, to see what people did to them."""
_TO_ITS_END = (ExitCode.DONE, ExitCode.NEEDS_SOMEONE, ExitCode.BRAKE, ExitCode.UNKNOWN_OUTCOME)


@dataclass(slots=True)
class LookUp:
    """What a complete look-up found.

    Attributes:
        unowned: documents of ours that belong to no work order we know, by customer.
        cases: what people must look at; nothing is made for these work orders.
        adopted: the work orders whose document was found, by Simon's Id.
        second_writer: somebody else writes with our markers; nothing is made in this run.
    """

    unowned: dict[Key, list[DocumentHead]] = field(default_factory=dict)
    cases: dict[str, Hold] = field(default_factory=dict)
    adopted: list[str] = field(default_factory=list)
    second_writer: bool = False


def look_up(run: Planning) -> LookUp:
    """Find our documents, adopt what fits, raise cases for what does not, and count empty look-ups.

    Once an hour the list reaches back to the oldest draft that is watched, and tells what people did to it.
    Raises ServiceUnavailable where the listing could not be completed: then nothing is made in this run.
    """
    run.looked_up_at = run.sellsy_reading()
    watched = tuple(_to_watch(run))
    unknown = tuple(run.state.attempts.unknown())
    found = LookUp()
    documents = _documents(unknown, watched, run)
    by_marker: dict[str, list[DocumentHead]] = {}
    for document in documents:
        by_marker.setdefault(marker_in(document.subject) or "", []).append(document)
    for mark, group in by_marker.items():
        entry = run.state.ledger.by_marker(mark) if mark else None
        if entry is None:
            for document in group:
                if run.state.ledger.by_document(document.id) is None:
                    found.unowned.setdefault(document.customer, []).append(document)
        else:
            _judge(entry, group, found, run, explained=bool(unknown))
    count_empty_lookup(run)
    run.state.ledger.looked_up(but=found.cases)
    if watched:
        _watch(watched, {document.id: document for document in documents}, run)
    return found


def look_up_needed(run: Planning) -> bool:
    """Tell whether this run may create something, has an unknown outcome to settle, or drafts to watch."""
    return (
        run.state.ledger.count(Status.WAITING) > 0
        or any(True for _ in run.state.attempts.unknown())
        or any(True for _ in _to_watch(run))
    )


def _to_watch(run: Planning) -> Iterator[LedgerEntry]:
    """List the drafts to watch in this run: none within an hour of the last watch.

    One whose time is over is looked at once more, after its last day.
    """
    now = run.sellsy_now()
    last = past(run.state.cursors.get(WATCH_STREAM).updated_at, now)
    if last is None or now - last >= WATCH_INTERVAL:
        yield from run.state.ledger.watched(last)


def _watch(watched: Sequence[LedgerEntry], documents: Mapping[str, DocumentHead], run: Planning) -> None:
    """Note what people did to our drafts: a deleted one is told and never made again by itself."""
    for entry in watched:
        if entry.status is not Status.SENT:
            continue
        step = _step_of(entry, documents, run)
        with run.state.commit():
            if step is not None:
                saw_step(entry, step, run)
                if entry.watched_until is not None and entry.watched_until < run.sellsy_now():
                    # This was the last look at it.
                    run.looked_at(entry.id, but=kinds.DRAFT_DELETED.code)
            else:
                run.looked_at(entry.id)
                run.state.ledger.set_status(entry.id, Status.DELETED)
                params = {"number": entry.number, "document": entry.document_id or ""}
                run.say(Message(kinds.DRAFT_DELETED, params), entry.id)
    run.state.cursors.move(WATCH_STREAM, updated_at=run.sellsy_now())


def _step_of(entry: LedgerEntry, documents: Mapping[str, DocumentHead], run: Planning) -> str | None:
    """Return the step of a document; one that is not listed (people may take the tag off) is asked for."""
    document_id = entry.document_id or ""
    if document_id in documents:
        return documents[document_id].step
    try:
        return run.sellsy.invoice(document_id).head.step
    except Refused:
        return entry.step or "draft"
    except NotFound:
        # A fresh one may not be readable yet; it is read back elsewhere.
        return entry.step if entry.expected is not None and entry.read_back_at is None else None


def _documents(
    unknown: Iterable[Attempt], watched: Iterable[LedgerEntry], run: Planning
) -> list[DocumentHead]:
    """List the documents that may be ours, each once; only few are that young."""
    moments = [run.sellsy_now(), *(attempt.t0 for attempt in unknown)]
    moments += [entry.drafted_at for entry in watched if entry.drafted_at is not None]
    unseen_since = run.state.ledger.unseen_since()
    if unseen_since is not None:
        moments.append(unseen_since)
    since = min(moments) - OVERLAP
    documents = {document.id: document for page in run.sellsy.tagged_invoices(since) for document in page}
    for attempt in unknown:
        for page in run.sellsy.invoices_of(attempt.customer, attempt.t0 - OVERLAP):
            for document in page:
                # Without the tag only our marker makes it ours.
                if marker_in(document.subject):
                    documents.setdefault(document.id, document)
    return list(documents.values())


def _judge(
    entry: LedgerEntry, group: list[DocumentHead], found: LookUp, run: Planning, *, explained: bool
) -> None:
    """Decide about the documents that carry one work order's marker."""
    ledger = run.state.ledger
    others = [
        document
        for document in group
        if document.id != entry.document_id and not ledger.disowned(document.id, entry.id)
    ]
    if not others:
        return
    more = [entry.document_id] if entry.document_id else _told_before(entry, group, run)
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
    wanted = JournalFilter(
        codes=(kinds.SEVERAL_DRAFTS.code,), table=Table.WORK_ORDER, record=entry.id, only_open=True
    )
    told = {
        document
        for case in run.state.journal.entries(wanted)
        for document in case.message.params["documents"].split(", ")
    }
    unseen = sorted(told - {document.id for document in group})
    return [document for document in unseen if _carries_marker(document, entry, run)]


def _carries_marker(document_id: str, entry: LedgerEntry, run: Planning) -> bool:
    """Tell whether a document is still there and still says that it is the work order's."""
    try:
        return marker_in(run.sellsy.invoice(document_id).head.subject) == entry.marker
    except NotFound:
        return False
    except Refused:
        return True


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


def obstacle(entry: LedgerEntry, customer: Key, found: LookUp, run: Planning) -> Message | None:
    """Say what keeps this run from making a work order's draft; None where nothing does.

    For a document that nobody knows, at the same customer or one that an earlier attempt was for; for an
    unknown outcome until enough look-ups after the wait found nothing; and while all creates wait.
    """
    attempts = run.state.attempts.of(draft_subject(entry.id))
    strangers = [
        document
        for each in dict.fromkeys([customer, *(attempt.customer for attempt in attempts)])
        for document in found.unowned.get(each, ())
        if not run.state.ledger.disowned(document.id, entry.id)
    ]
    if strangers:
        ids = ", ".join(document.id for document in strangers)
        return Message(kinds.FOREIGN_MARKER, {"number": entry.number, "document": ids})
    return still_unknown(entry, run) or creates_wait(entry, run)
