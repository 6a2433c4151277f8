"""What would have to go from Simon, but stays because work orders use it [2.5, 7.3].

Work orders that are not yet archived and sent are named to people. Everything else that a work order uses
stays too: Simon refuses to delete it, or, worse, would delete the work orders along with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simonsync.domain.entities import ENTITIES, used_by
from simonsync.domain.key import Kind
from simonsync.domain.records import SimonEntry, WorkOrder
from simonsync.errors import NotFound, Refused
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, MessageKind
from simonsync.rules.cleanup import KINDS_IN, Candidate, Doomed, Listed, Reason
from simonsync.store.ledger import Status
from simonsync.store.scratch import Inventory, Pair
from simonsync.sync.actions import Hold
from simonsync.sync.ports import SimonReader
from simonsync.sync.run import Planning

_NOT_SENT = (Status.WAITING, Status.DORMANT)
_TOLD_IF_KEPT = ("customers", "items")
_NUMBERS_SHOWN = 10


def note_use(order: WorkOrder, inventory: Inventory) -> None:
    """Note what a work order uses that is not yet archived and sent."""
    number = order.head.number
    if order.customer_id:
        inventory.used(number, "customers", [order.customer_id])
    inventory.used(number, "items", [used.item_id for used in order.used_items if used.item_id])


def standing_of(table: str, pair: Pair) -> Candidate:
    """Put a record of Simon beside what both sides know of it."""
    listed = {None: Listed.ABSENT, True: Listed.ARCHIVED, False: Listed.ACTIVE}[pair.archived]
    entry = pair.entry
    return Candidate(
        table, entry.id, entry.name, entry.ext_key, entry.owner, pair.key, listed, pair.missing_since
    )


def without_the_needed(
    doomed: Sequence[Doomed], inventory: Inventory, run: Planning, *, look_in_simon: bool
) -> tuple[tuple[Doomed, ...], tuple[Hold, ...]]:
    """Leave out what work orders use, and let customers take their work addresses along.

    Return what goes, in the order of deletion, and what is kept as cases for people. `look_in_simon`: ask
    Simon whether any work order, archived and sent ones included, uses a record.
    """
    if any(each.standing.table in _TOLD_IF_KEPT for each in doomed):
        _note_not_sent(inventory, run)
    going: dict[tuple[str, str], Doomed] = {}
    kept: list[Hold] = []
    # Customers first: an address that is gone itself goes with its customer if that goes.
    for each in sorted(doomed, key=lambda each: each.standing.table != "customers"):
        run.stop()
        if each.place in going:
            continue
        table = each.standing.table
        owned = tuple(_work_addresses(each.standing.id, inventory, run)) if table == "customers" else ()
        numbers = inventory.numbers_using(table, each.standing.id)
        if numbers:
            kept.append(_kept(each, kinds.CUSTOMER_KEPT, {"numbers": _shown(numbers)}))
        elif not look_in_simon or not any(_is_used(one, run.simon) for one in (*owned, each)):
            going |= {one.place: one for one in (*owned, each)}
        elif table in _TOLD_IF_KEPT:
            kept.append(_kept(each, kinds.RECORD_IN_USE, {}))
    order = list(KINDS_IN)
    return tuple(sorted(going.values(), key=lambda each: order.index(each.standing.table))), tuple(kept)


def _note_not_sent(inventory: Inventory, run: Planning) -> None:
    """Note what is used by archived work orders whose draft has not been made."""
    simon: SimonReader = run.simon
    for status in _NOT_SENT:
        for entry in run.state.ledger.of_status(status):
            run.stop()
            try:
                order = simon.work_order(entry.id)
            except (NotFound, Refused):
                # One that cannot be read is not named; what it uses is still found in use.
                continue
            note_use(order, inventory)


def _work_addresses(customer_id: str, inventory: Inventory, run: Planning) -> Iterator[Doomed]:
    for entry in inventory.owned("work_addresses", customer_id):
        yield Doomed(_owned_standing(entry, run), Reason.CUSTOMER_GONE)


def _owned_standing(entry: SimonEntry, run: Planning) -> Candidate:
    binding = run.state.bindings.by_target(entry.id, Kind.ADDRESS)
    key = binding.key if binding else None
    return Candidate("work_addresses", entry.id, entry.name, entry.ext_key, entry.owner, key)


def _is_used(each: Doomed, simon: SimonReader) -> bool:
    table, record_id = each.standing.table, each.standing.id
    user = used_by(table)
    return user is not None and any(page for page in simon.pointing_at(user, table, record_id))


def _kept(each: Doomed, kind: MessageKind, params: dict[str, str]) -> Hold:
    message = Message(kind, {"name": each.standing.name, **params})
    return Hold(message, each.standing.id, ENTITIES[each.standing.table].journal)


def _shown(numbers: Sequence[str]) -> str:
    more = len(numbers) - _NUMBERS_SHOWN
    return ", ".join(numbers[:_NUMBERS_SHOWN]) + (f" … (+{more})" if more > 0 else "")
