"""Carry out plans: each action is done, bound and journalled before the next begins.

Together with what it calls (`records`, `drafts`, `documents`, `deletions`) only this writes.
Records of Simon are idempotent by their ExtKey (`sync.records`). Drafts and files in Sellsy have nothing of
the kind: `sync.drafts` and `sync.documents` make them with a durable intent before and a binding after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from simonsync.domain.records import NewUsedItem, NewWorkOrder
from simonsync.errors import Conflict, OutcomeUnknown, RecordError, Refused
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.rules.master_data import fingerprint
from simonsync.store.ledger import Status
from simonsync.sync.actions import (
    Action,
    Attach,
    Create,
    CreateDraft,
    CreateWorkOrder,
    Delete,
    Hold,
    Plan,
    Settle,
    Tell,
    Update,
)
from simonsync.sync.deletions import delete
from simonsync.sync.documents import attach
from simonsync.sync.drafts import create_draft, want_none
from simonsync.sync.run import Run
from simonsync.sync.write_records import journal_refusal, write_records


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an action; `error` where the record was refused and the run goes on."""

    action: Action
    error: RecordError | None = None


def apply(plan: Plan, run: Run) -> Iterator[Outcome]:
    """Carry out a plan, action by action, then move its stream's cursor.

    A refused record becomes a line of the journal; what ends the run (a service that is down, refused
    credentials, a broken state, a signal) is raised and leaves the cursor where it was.
    """
    changed = False
    for outcome in _outcomes(plan.actions, run):
        changed = changed or (outcome.error is None and not isinstance(outcome.action, Hold | Settle | Tell))
        yield outcome
    if plan.stream is not None:
        run.state.cursors.move(plan.stream, mutation=plan.mutation, updated_at=run.now() if changed else None)


def _outcomes(actions: Sequence[Action], run: Run) -> Iterator[Outcome]:
    """Write Simon's records first, several at once, then do the rest one by one."""
    records = [action for action in actions if isinstance(action, Create | Update)]
    for written, refusal in write_records(records, run):
        yield Outcome(written, refusal)
    for action in actions:
        if isinstance(action, Create | Update):
            continue
        run.stop()
        try:
            _do(action, run)
        except RecordError as error:
            yield Outcome(action, error)
        else:
            yield Outcome(action)


def _do(action: CreateWorkOrder | Delete | CreateDraft | Attach | Hold | Settle | Tell, run: Run) -> None:
    match action:
        case CreateWorkOrder():
            _create_work_order(action, run)
        case Delete():
            delete(action, run)
        case CreateDraft():
            create_draft(action, run)
        case Attach():
            attach(action, run)
        case Hold(message, record_id, table):
            run.say(message, record_id, table)
        case Settle(message, work_order_id, content):
            with run.state.commit():
                status = Status.SETTLED if content else Status.GONE
                run.state.ledger.set_status(work_order_id, status, content=content)
                run.state.absences.forget("work_orders", work_order_id)
                want_none(work_order_id, run)
                run.cure(Table.WORK_ORDER, work_order_id)
                run.say(message, work_order_id)
        case Tell(message, record_id, quote, look):
            with run.state.commit():
                run.state.quotes.dealt_with(quote, look)
                run.say(message, record_id)
        case _:
            assert_never(action)


def _create_work_order(action: CreateWorkOrder, run: Run) -> None:
    """Make a quote's work order, then its used items; each is found again by its ExtKey after a crash."""
    try:
        _make_work_order(action, run)
    except KeyError as error:
        raise Refused(
            "dependency-missing", record=action.record.key.ext_key, missing=str(error.args[0])
        ) from None
    except RecordError as error:
        journal_refusal(action.record, error, run)
        raise


def _make_work_order(action: CreateWorkOrder, run: Run) -> None:
    record = action.record
    if run.state.bindings.get(record.key) is None:
        work_order_id = _made_once(record, run)
        number = run.simon.work_order_head(work_order_id).number
        with run.state.commit():
            run.state.bindings.bind(record.key, work_order_id, fingerprint(record), run.now())
            # However the quote looked when it was last opened: its used items are still to come.
            run.state.quotes.forget(record.key)
            run.cure(Table.WORK_ORDER, record.key.ext_key)
            params = {"number": number, "quote": action.quote_number}
            run.say(Message(kinds.WORK_ORDER_CREATED, params), work_order_id)
    for used in action.used_items:
        if run.state.bindings.get(used.key) is None:
            used_item_id = _made_once(used, run)
            with run.state.commit():
                run.state.bindings.bind(used.key, used_item_id, fingerprint(used), run.now())
                run.state.cursors.move("used_items", updated_at=run.now())
                params = {"number": action.quote_number, "name": used.description}
                run.say(Message(kinds.USED_ITEM_CREATED, params), used_item_id)
    with run.state.commit():
        run.state.quotes.dealt_with(record.key, action.look)
        run.cure(Table.WORK_ORDER, record.key.ext_key)


def _made_once(record: NewWorkOrder | NewUsedItem, run: Run) -> str:
    """Insert a record that belongs to people from then on: one that is there already is left as it is."""
    try:
        return run.simon.create(record, run.simon_id)
    except (Conflict, OutcomeUnknown):
        found = run.simon.find(record.key)
        if found is None:
            raise
        return found
