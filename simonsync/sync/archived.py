"""Take what was archived in Simon into the ledger, and notice what was changed after its draft [3.4].

Each run lists what has changed since the last one, by mutation date. How far that was read never lies beyond
Simon's own clock: a record with a stamp from the future is taken at once and read again, and hides nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from simonsync.domain.records import WorkOrderHead
from simonsync.errors import NotFound, Refused
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.rules.content import content, difference
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.values import to_object
from simonsync.sync.absence import APART, Absence, absence_of, has_lasted
from simonsync.sync.identity import entry_of, is_another
from simonsync.sync.run import Planning

STREAM = "work_orders"
READ_TO = "work_orders_read"
"""The cursor of how far the list was read; that of the stream is the newest stamp, which people are shown."""
OVERLAP = timedelta(minutes=10)
"""How far the list reaches back: Simon may commit a work order late, with an earlier stamp."""
_WITHOUT_DATE = timedelta(days=1)
"""The same where Simon does not tell its time: then it is only ours that says where the future begins."""
_CHANGES = "changes"
"""Where it is noted that a change could not be read, beside the records that could not be found."""


def register(run: Planning) -> datetime:
    """Take the work orders that were archived since the last run into the ledger, page by page.

    The list compares with ≥ and reaches back: overlap costs nothing, since the ledger knows each. Return when
    it began, by Simon's clock: what was archived before that should have been in it.
    """
    clock = run.simon.ask_time()
    begun = run.now() if clock is None else clock
    since = _read_to(begun, run)
    for page in run.simon.archived_work_orders(None if since is None else since - OVERLAP):
        with run.state.commit():
            for head in page:
                take(head, run)
            if page:
                read(max(head.mutated_at for head in page), clock, run)
        run.stop()
    return begun


def _read_to(begun: datetime, run: Planning) -> datetime | None:
    """Return how far the list was read; None where that is not known: then it is read whole.

    What the first edition remembers is the newest stamp. One that lies in the future says nothing of what was
    archived before it.
    """
    cursors = run.state.cursors
    known = cursors.get(READ_TO).mutation or cursors.get(STREAM).mutation
    return None if known is None or known > begun else known


def read(newest: datetime, clock: datetime | None, run: Planning) -> None:
    """Note that everything up to a stamp was read, as far as Simon's clock and ours bear that out.

    `clock`: what Simon's said when the list began; None where it does not tell.
    """
    now = run.now()
    until = now - _WITHOUT_DATE if clock is None else min(clock, now) - OVERLAP
    for stream, moment, limit in ((READ_TO, newest, until), (STREAM, newest, clock or now)):
        before = run.state.cursors.get(stream).mutation
        reached = min(moment, limit)
        if before is not None and before <= (clock or now):
            reached = max(reached, before)
        run.state.cursors.put(stream, reached)


def take(head: WorkOrderHead, run: Planning, *, late: bool = False) -> None:
    """Take one archived work order into the ledger, or note that one we know has changed.

    `late`: the list of what has changed should have named it before, and did not.
    """
    known, had_id = entry_of(head, run), run.state.ledger.set_aside(head.id)
    status = Status.WAITING
    if known is None or known.status is Status.GONE:
        if known is not None or late:
            run.say(Message(kinds.WORK_ORDER_FOUND, {"number": head.number}), head.id)
        if not run.state.activation.was_active(head.archived_at or head.mutated_at):
            status = Status.DORMANT
            run.say(Message(kinds.ARCHIVED_WHILE_INACTIVE, {"number": head.number}), head.id)
        elif any(each.number == head.number or not _is_younger(head, each) for each in had_id):
            # As old as one that had its Id, or of its number: perhaps only the way has changed in which Simon
            # is read.
            status = Status.DORMANT
            params = {"number": head.number, "other": had_id[-1].number}
            run.say(Message(kinds.WORK_ORDER_DOUBTFUL, params), head.id)
    run.state.ledger.register(head, run.simon.marker(run.account.corp_id, head), status)


def _is_younger(head: WorkOrderHead, other: LedgerEntry) -> bool:
    """Tell whether a work order was made after another one was archived."""
    return head.created_at is not None and head.created_at >= other.archived_at


def tell_changes(run: Planning) -> None:
    """Warn once for each change made in Simon after the draft was sent; the draft is never touched.

    What cannot be read now is told when it can be, or as unreadable once that has lasted.
    """
    for entry in run.state.ledger.changed():
        run.stop()
        try:
            order = run.simon.work_order(entry.id)
        except NotFound:
            if absence_of("work_orders", entry.id, run) is Absence.CERTAIN:
                # Deleted after it was sent: there is nothing to compare with.
                run.state.ledger.told(entry.id)
        except Refused:
            if has_lasted(_CHANGES, entry.id, APART, run):
                with run.state.commit():
                    run.state.absences.forget(_CHANGES, entry.id)
                    run.state.ledger.told(entry.id)
                    _say_changed(entry, "@cause-unreadable", run)
        else:
            with run.state.commit():
                run.state.absences.forget(_CHANGES, entry.id)
                if is_another(entry, order.head, run.account.corp_id, run.simon):
                    run.state.ledger.told(entry.id)
                else:
                    _tell_change(entry, content(order), run)


def _tell_change(entry: LedgerEntry, now: Mapping[str, str], run: Planning) -> None:
    before = to_object(entry.content) if entry.content else None
    run.state.ledger.content_is(entry.id, json.dumps(now, ensure_ascii=False))
    if before is None:
        return
    changes = [
        # Nobody has ever seen Simon's Ids.
        (aspect, *(_customer(each, run) if aspect == "customer" else each for each in values))
        for aspect, *values in difference(before, now)
    ]
    if changes:
        listed = "; ".join(f"@aspect-{aspect}: {old or '–'} → {new or '–'}" for aspect, old, new in changes)
        _say_changed(entry, listed, run)


def _customer(customer_id: str, run: Planning) -> str:
    return (run.simon.customer_name(customer_id) if customer_id else "") or customer_id


def _say_changed(entry: LedgerEntry, difference: str, run: Planning) -> None:
    params = {"number": entry.number, "document": entry.document_id or "", "difference": difference}
    run.say(Message(kinds.WORK_ORDER_CHANGED, params), entry.id)
