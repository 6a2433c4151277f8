"""Make a draft invoice exactly once, and read it back.

Sellsy has no idempotency key, and may show a document only minutes after it was made. So: a durable intent
before the call, a binding after it, and whatever lies between the two is *unknown* and is looked up
(`sync.lookup`) before anything is made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from simonsync.domain.draft import CENT, DraftInvoice, DraftLine, LineKind, totals
from simonsync.domain.draft_record import from_record, to_record
from simonsync.domain.records import Document, DocumentHead, DocumentRow
from simonsync.errors import (
    CredentialsRefused,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Refused,
    ServiceUnavailable,
    StateUnusable,
    Stopped,
)
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.rules.marker import marker_in
from simonsync.store.attempts import AttemptOutcome, draft_subject
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.values import understood
from simonsync.sync.actions import CreateDraft
from simonsync.sync.run import Planning, Run
from simonsync.sync.waits import begin_waits, until

INTENT_LIFE = 30.0
"""Seconds after which an intent is too old to be acted on: the machine may have slept in between."""
READ_BACK_EXACT = timedelta(minutes=10)
"""How long rows are compared; later people may have edited the draft, and only its existence is looked at."""
READ_BACK_LIMIT = timedelta(hours=24)
"""How long a draft may stay unreadable before people are told."""
WATCH = timedelta(days=90)
"""How long a draft is watched for what people do to it."""


def payload_hash(draft: DraftInvoice) -> str:
    """Hash what is to be sent, so that an attempt tells what it was about."""
    text = json.dumps(to_record(draft), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def create_draft(action: CreateDraft, run: Run) -> None:
    """Make the draft of a work order.

    Raises RecordError where nothing was made (it waits for the next run) or where the outcome is unknown (it
    waits to be looked up).
    """
    draft = action.draft
    subject = draft_subject(draft.work_order_id)
    attempts = run.state.attempts
    number = action.attempt
    _ask_whether_arrived(draft, run)
    begin_waits(run)
    begun = run.clocks.elapsed()
    with run.state.commit():
        entry = run.state.ledger.get(draft.work_order_id)
        is_waiting = entry is not None and entry.status is Status.WAITING
        intended = is_waiting and attempts.intend(
            subject,
            number,
            payload=payload_hash(draft),
            customer=draft.customer,
            t0=_before_this(entry, run),
            at=run.now(),
            run=run.id,
        )
        if intended:
            run.state.witness.step()
            # What is adopted later is then known as well as what is bound at once.
            run.state.ledger.about_to_send(
                draft.work_order_id,
                content=_content(action),
                settings_revision=run.settings_revision,
                expected=to_record(draft),
            )
    if not intended:
        raise OutcomeUnknown("attempt-taken", number=draft.number)
    try:
        run.state.witness.write()
        document_id = _sent(draft, number, begun, run)
        _require_unbound(document_id, draft, run)
    except (NotSent, Refused, CredentialsRefused, ServiceUnavailable, StateUnusable, Stopped) as error:
        # A signal stops a run before a request, never within one: nothing was sent.
        attempts.close(subject, number, AttemptOutcome.NOT_APPLIED)
        if isinstance(error, Refused):
            message = Message(kinds.DRAFT_REFUSED, {"number": draft.number}, error.problems)
            run.say(message, draft.work_order_id)
        raise
    except OutcomeUnknown:
        # The wait begins when Sellsy is next heard, not with what it said before or with this answer.
        run.unknown_at = run.sellsy.answers
        with run.state.commit():
            attempts.close(subject, number, AttemptOutcome.UNKNOWN)
            if len(attempts.open_at(subject)) > 1:
                # A human's word counts for one attempt.
                run.state.ledger.take_word_back(draft.work_order_id)
            message = Message(kinds.OUTCOME_UNKNOWN, {"number": draft.number, "until": until((None,), run)})
            run.say(message, draft.work_order_id)
        raise
    _bind(action, document_id, run)
    entry = run.state.ledger.get(draft.work_order_id)
    if entry is not None:
        read_back(entry, run, patience=run.timing.consistency_wait)


def _require_unbound(document_id: str, draft: DraftInvoice, run: Planning) -> None:
    """Refuse the document of another work order as this one's, whatever the answer says.

    What was made is somewhere, and the next run looks it up. Raises OutcomeUnknown.
    """
    owner = run.state.ledger.by_document(document_id)
    if owner is not None and owner.id != draft.work_order_id:
        raise OutcomeUnknown("draft-of-another", document=document_id, number=owner.number)


def _before_this(entry: LedgerEntry | None, run: Planning) -> datetime:
    """Return a moment by Sellsy's clock before which no document of this attempt can have been made.

    Where Sellsy tells no time, ours may be wrong by days: then it is not later than the archiving.
    """
    said = run.sellsy.server_time()
    if said is not None or entry is None:
        return said or run.now()
    return min(run.now(), entry.archived_at)


def _ask_whether_arrived(draft: DraftInvoice, run: Run) -> None:
    """Ask Sellsy whether it has received an earlier attempt, before another one is made.

    A request that arrived may have been carried out, however long nothing shows: that is a case for people,
    and the look-ups go on. Raises OutcomeUnknown.
    """
    subject, attempts = draft_subject(draft.work_order_id), run.state.attempts
    for attempt in attempts.open_at(subject):
        if attempt.asked_after:
            continue
        # What is asked is spent by asking: if the run dies here, nothing can be learnt any more.
        attempts.ask_after(subject, attempt.number)
        try:
            arrived = run.sellsy.has_arrived(draft.marker, attempt.number)
        except Stopped:
            attempts.ask_after(subject, attempt.number, asked=False)
            raise
        except NotSent as error:
            attempts.ask_after(subject, attempt.number, asked=False)
            raise _unreachable(error) from error
        attempts.told_after(subject, attempt.number, arrived=arrived)
        if arrived:
            message = Message(kinds.DRAFT_REQUEST_ARRIVED, {"number": draft.number})
            with run.state.commit():
                run.cure(Table.WORK_ORDER, draft.work_order_id, kinds.OUTCOME_UNKNOWN.code)
                run.say(message, draft.work_order_id)
            raise OutcomeUnknown(message.code, number=draft.number)


def _sent(draft: DraftInvoice, attempt: int, intended: float, run: Run) -> str:
    """Send the draft once; an intent that the machine slept over is not acted on.

    A Sellsy that cannot be reached for this draft cannot be for the next: the run ends, and people are told.
    """
    if run.clocks.elapsed() - intended > INTENT_LIFE:
        raise NotSent("intent-too-old", number=draft.number)
    try:
        return run.sellsy.create_draft(draft, attempt)
    except NotSent as error:
        raise _unreachable(error) from error


def _unreachable(error: NotSent) -> ServiceUnavailable:
    """Say that Sellsy cannot be reached for this draft, and so not for the next either."""
    (problem, *_) = error.problems
    known = {name: problem.params.get(name, "") for name in ("host", "method", "cause")}
    return ServiceUnavailable(problem.code, more=(), service="Sellsy", **known)


def _bind(action: CreateDraft, document_id: str, run: Planning) -> None:
    """Note the document before anything else: an id that was given and lost is a duplicate tomorrow."""
    draft = action.draft
    made_at = run.sellsy_now()
    amount = totals(draft.lines).before_tax
    kind = kinds.DRAFT_CREATED_AGAIN if action.again else kinds.DRAFT_CREATED
    before = run.state.ledger.get(draft.work_order_id)
    former = [*run.state.documents.former(draft.work_order_id)]
    if before is not None and before.document_id is not None:
        former.append(before.document_id)
    with run.state.commit():
        run.state.attempts.close_all(draft_subject(draft.work_order_id), AttemptOutcome.APPLIED)
        run.state.ledger.bind(
            draft.work_order_id,
            document_id,
            drafted_at=made_at,
            watched_until=made_at + WATCH,
            content=_content(action),
            settings_revision=run.settings_revision,
            expected=to_record(draft),
        )
        run.cure(Table.WORK_ORDER, draft.work_order_id)
        params = {"number": draft.number, "document": document_id, "total": str(amount)}
        run.say(Message(kind, params), draft.work_order_id)
        for warning in draft.warnings:
            run.say(warning, draft.work_order_id)
        if former:
            params = {"number": draft.number, "document": document_id, "former": ", ".join(former)}
            run.say(Message(kinds.DRAFT_REPLACES_DELETED, params), draft.work_order_id)


def _content(action: CreateDraft) -> str:
    return json.dumps(dict(action.content), ensure_ascii=False)


def read_back(entry: LedgerEntry, run: Planning, *, patience: timedelta = timedelta(0)) -> None:
    """Compare a fresh draft with what was asked for, waiting a little for Sellsy to show it.

    What is not readable yet is looked at again in the next runs; rows are compared only while nobody can
    reasonably have edited them.
    """
    if entry.document_id is None or entry.expected is None or entry.drafted_at is None:
        return
    document = _readable(entry.document_id, run, patience)
    age = run.sellsy_now() - entry.drafted_at
    params = {"number": entry.number, "document": entry.document_id}
    if document is None:
        if age > READ_BACK_LIMIT:
            # Whether it is deleted is seen by the watch, as for any other.
            run.state.ledger.read_back(entry.id, run.now())
        return
    with run.state.commit():
        run.state.ledger.read_back(entry.id, run.now())
        saw_step(entry, document.head.step, run)
        if age <= READ_BACK_EXACT and document.head.step == "draft":
            for message in _findings(understood(from_record, entry.expected), document, params):
                run.say(message, entry.id)


def saw_step(entry: LedgerEntry, step: str, run: Planning) -> None:
    """Note the step in which a work order's document is: what is no draft any more has been looked at."""
    run.state.ledger.seen_step(entry.id, step)
    if step != "draft":
        run.looked_at(entry.id, but=kinds.DRAFT_DELETED.code)


def _readable(document_id: str, run: Planning, patience: timedelta) -> Document | None:
    deadline = run.clocks.elapsed() + patience.total_seconds()
    pause = 0.5
    while True:
        try:
            return run.sellsy.invoice(document_id)
        except (NotFound, Refused):
            # One that Sellsy will not show is looked at again, as one that it does not show yet.
            if run.clocks.elapsed() + pause > deadline:
                return None
        run.stop()
        run.clocks.sleep(pause)
        pause *= 2


def _findings(draft: DraftInvoice, document: Document, params: Mapping[str, str]) -> Iterator[Message]:
    """Say where a draft is not what was asked for: rows, quantities, unit amounts and taxes exactly."""
    differences = (*_head_differences(draft, document.head), *row_differences(draft.lines, document.rows))
    if differences:
        yield Message(kinds.DRAFT_LINES_DIFFER, {**params, "difference": "; ".join(differences)})
    asked, found = totals(draft.lines).before_tax, document.total_before_tax
    if asked == found:
        return
    amounts = {**params, "expected": str(asked), "found": str(found)}
    rounding = CENT * len(document.rows)
    kind = kinds.DRAFT_TOTAL_ROUNDED if abs(asked - found) <= rounding else kinds.DRAFT_TOTAL_DIFFERS
    yield Message(kind, amounts)


def _head_differences(draft: DraftInvoice, head: DocumentHead) -> Iterator[str]:
    """Say whether a draft is somebody else's, or does not name its work order."""
    if head.customer != draft.customer:
        yield f"@document-customer {head.customer.id} ≠ {draft.customer.id}"
    if marker_in(head.subject) != draft.marker:
        yield f"@document-subject {head.subject or '–'}"


def row_differences(lines: Sequence[DraftLine], rows: Sequence[DocumentRow]) -> Iterator[str]:
    """Compare rows with what was asked for, one by one, in the order people see."""
    if len(lines) != len(rows):
        yield f"@row-count {len(rows)} ≠ {len(lines)}"
    for place, (line, row) in enumerate(zip(lines, rows, strict=False), start=1):
        if row.kind != line.kind:
            yield f"@row-kind {place}: {row.kind} ≠ {line.kind}"
        elif line.kind is not LineKind.COMMENT:
            yield from _value_differences(place, line, row)


def _value_differences(place: int, line: DraftLine, row: DocumentRow) -> Iterator[str]:
    if line.product is not None and row.product_id != line.product.id:
        yield f"@row-article {place}: {row.product_id} ≠ {line.product.id}"
    for name, asked, found in (
        ("@row-quantity", line.quantity, row.quantity),
        ("@row-unit-price", line.unit_price, row.unit_price),
    ):
        if asked != found:
            yield f"{name} {place}: {found.normalize():f} ≠ {asked.normalize():f}"
    if line.tax_id != row.tax_id:
        yield f"@row-tax {place}: {row.tax_id} ≠ {line.tax_id}"
    elif row.tax_rate is not None and row.tax_rate != line.tax_rate:
        # The rate behind an id can be changed in Sellsy; a line of a quote has the one that was signed.
        yield f"@row-tax {place}: {row.tax_rate.normalize():f} % ≠ {line.tax_rate.normalize():f} %"


def due_for_read_back(run: Planning) -> None:
    """Look again at the drafts that could not be read when they were made."""
    for entry in run.state.ledger.to_read_back():
        run.stop()
        read_back(entry, run)


def want_none(work_order_id: str, run: Planning) -> None:
    """Wait no longer for drafts that may exist, but watch: one that is applied late is one too many."""
    subject = draft_subject(work_order_id)
    open_attempts = run.state.attempts.open_at(subject)
    if open_attempts:
        since = min(attempt.t0 for attempt in open_attempts)
        run.state.ledger.watch(work_order_id, since=since, until=run.sellsy_now() + WATCH)
        run.state.attempts.close_all(subject, AttemptOutcome.NOT_APPLIED)
