"""The only module that writes: each action is done, bound and journalled before the next begins.

Simon's records carry an ExtKey, which makes inserting them idempotent: where it is taken, the record is found
by it and brought up to date. Drafts and files in Sellsy have nothing of the kind; `sync.drafts` and
`sync.documents` make them with a durable intent before and a binding after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from simonsync.domain.key import Kind
from simonsync.domain.records import (
    CustomerCard,
    Item,
    ItemGroup,
    NewUsedItem,
    NewWorkOrder,
    SimonRecord,
    WorkAddress,
)
from simonsync.errors import Conflict, InUse, NotFound, OutcomeUnknown, RecordError, Refused
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
from simonsync.sync.documents import attach
from simonsync.sync.drafts import create_draft
from simonsync.sync.run import Run

TABLES: dict[Kind, Table] = {
    Kind.CUSTOMER: Table.CUSTOMER,
    Kind.ADDRESS: Table.WORK_ADDRESS,
    Kind.ITEM: Table.ITEM,
    Kind.SERVICE: Table.ITEM,
    Kind.CATEGORY: Table.ITEM,
    Kind.QUOTE: Table.WORK_ORDER,
    Kind.QUOTE_ROW: Table.USED_ITEM,
}


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
    for action in plan.actions:
        run.stop()
        try:
            _do(action, run)
        except RecordError as error:
            yield Outcome(action, error)
        else:
            changed = changed or not isinstance(action, Hold | Settle | Tell)
            yield Outcome(action)
    if plan.stream is not None:
        run.state.cursors.move(plan.stream, mutation=plan.mutation, updated_at=run.now() if changed else None)


def _do(action: Action, run: Run) -> None:
    match action:
        case Create(record):
            _reported(record, run, _create)
        case Update(record, target_id):
            _reported(record, run, partial(_update, target_id=target_id))
        case CreateWorkOrder(record):
            _reported(record, run, lambda _record, run: _create_work_order(action, run))
        case Delete():
            _delete(action, run)
        case CreateDraft():
            create_draft(action, run)
        case Attach():
            attach(action, run)
        case Hold(message, record_id, table):
            run.say(message, record_id, table)
        case Settle(message, work_order_id, content):
            with run.state.commit():
                run.state.ledger.set_status(work_order_id, Status.SETTLED, content=content)
                run.cure(Table.WORK_ORDER, work_order_id)
                run.say(message, work_order_id)
        case Tell(message, record_id, quote, look):
            with run.state.commit():
                run.state.quotes.dealt_with(quote, look)
                run.say(message, record_id)
        case _:
            assert_never(action)


def _reported(record: SimonRecord, run: Run, do: Callable[[SimonRecord, Run], None]) -> None:
    """Do it; a refusal is an open case about the record until it succeeds."""
    try:
        do(record, run)
    except KeyError as error:
        # What it points at was refused before, and has its own case.
        raise Refused("dependency-missing", record=record.key.ext_key, missing=str(error.args[0])) from None
    except OutcomeUnknown:
        # The ExtKey makes it safe to try again in the next run.
        raise
    except RecordError as error:
        cause = "; ".join(problem.params.get("cause", problem.code) for problem in error.problems)
        message = Message(kinds.RECORD_REFUSED, {"name": _name(record), "cause": cause})
        run.say(message, record.key.id, TABLES[record.key.kind])
        raise


def _create(record: SimonRecord, run: Run) -> None:
    try:
        record_id = run.simon.create(record, run.simon_id)
    except Conflict:
        found = run.simon.find(record.key)
        if found is None:
            raise
        run.simon.update(record, found, run.simon_id)
        record_id = found
    _bind(record, record_id, run, _CREATED)


def _update(record: SimonRecord, run: Run, target_id: str) -> None:
    try:
        run.simon.update(record, target_id, run.simon_id)
    except NotFound:
        # Somebody deleted it by hand in Simon; Sellsy leads, so it is made again.
        _create(record, run)
    else:
        _bind(record, target_id, run, _UPDATED)


_CREATED = {
    CustomerCard: kinds.CUSTOMER_CREATED,
    Item: kinds.ITEM_CREATED,
    WorkAddress: kinds.WORK_ADDRESS_CREATED,
}
_UPDATED = {
    CustomerCard: kinds.CUSTOMER_UPDATED,
    Item: kinds.ITEM_UPDATED,
    WorkAddress: kinds.WORK_ADDRESS_UPDATED,
}


def _bind(
    record: SimonRecord,
    record_id: str,
    run: Run,
    messages: dict[type[CustomerCard | Item | WorkAddress], kinds.MessageKind],
) -> None:
    with run.state.commit():
        run.state.bindings.bind(record.key, record_id, fingerprint(record), run.now())
        run.cure(TABLES[record.key.kind], record.key.id, kinds.RECORD_REFUSED.code)
        if isinstance(record, CustomerCard | Item | WorkAddress):
            run.say(Message(messages[type(record)], {"name": record.name}), record.key.id)


def _name(record: SimonRecord) -> str:
    match record:
        case ItemGroup(name=name) | Item(name=name) | CustomerCard(name=name) | WorkAddress(name=name):
            return name
        case NewWorkOrder(description=text) | NewUsedItem(description=text):
            return text
        case _:
            assert_never(record)


def _create_work_order(action: CreateWorkOrder, run: Run) -> None:
    """Make a quote's work order, then its used items; each is found again by its ExtKey after a crash."""
    record = action.record
    if run.state.bindings.get(record.key) is None:
        work_order_id = _made_once(record, run)
        number = run.simon.work_order(work_order_id).head.number
        with run.state.commit():
            run.state.bindings.bind(record.key, work_order_id, fingerprint(record), run.now())
            run.cure(Table.WORK_ORDER, record.key.id)
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
    run.state.quotes.dealt_with(record.key, action.look)


def _made_once(record: NewWorkOrder | NewUsedItem, run: Run) -> str:
    """Insert a record that belongs to people from then on: one that is there already is left as it is."""
    try:
        return run.simon.create(record, run.simon_id)
    except (Conflict, OutcomeUnknown):
        found = run.simon.find(record.key)
        if found is None:
            raise
        return found


_DELETED = {
    "customers": kinds.CUSTOMER_DELETED,
    "items": kinds.ITEM_DELETED,
    "work_addresses": kinds.WORK_ADDRESS_DELETED,
}


def _delete(action: Delete, run: Run) -> None:
    try:
        run.simon.delete(action.table, action.target_id)
    except InUse:
        message = Message(kinds.RECORD_IN_USE, {"name": action.name})
        table = _DELETED[action.table].table if action.table in _DELETED else Table.NONE
        run.say(message, action.target_id, table)
        raise
    with run.state.commit():
        if action.key is not None:
            run.state.bindings.unbind(action.key)
        if action.table in _DELETED:
            kind = _DELETED[action.table]
            run.cure(kind.table, action.target_id)
            params = {"name": action.name, "reason": f"@{action.reason}"}
            run.say(Message(kind, params), action.target_id)
