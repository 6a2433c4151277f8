"""Quotes of Sellsy become work orders in Simon, one for each quote, for ever [5.9, 5.10].

Lists have no rows: a quote is opened once, and again only when its step or amount has moved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import replace

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.domain.records import NewUsedItem, Quote, QuoteHead
from simonsync.errors import NotFound, Refused
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.rules.work_order import is_surely_wanted, is_wanted, work_order_of
from simonsync.sync.absence import Absence, absence_of
from simonsync.sync.actions import Action, CreateWorkOrder, Hold, Plan, Tell
from simonsync.sync.closing import open_cases
from simonsync.sync.run import Planning

STREAM = "quotes"
UNSEEN = ""
"""The look of a quote whose work order was found in Simon: how it was when that was made is not known."""
_WAITS = " waits"
"""Marks the look of a quote that is wanted and cannot come yet, so that it is not opened again meanwhile."""


def plan_quotes(run: Planning) -> Iterator[Plan]:
    """Plan a work order for each wanted quote that has none; only quotes made since it was switched on."""
    since = run.state.settings.switched_on("quotes_to_work_orders")
    if since is None:
        _cure_all_but((), (), run)
        return
    done = 0
    waiting: set[tuple[str, str]] = set()
    tried: set[str] = set()
    for page in run.sellsy.quotes(run.settings.quote_statuses, since):
        actions = [action for head in page if (action := _plan_one(head, run)) is not None]
        waiting.update(
            (action.record, action.message.kind.code) for action in actions if isinstance(action, Hold)
        )
        tried.update(action.record.key.ext_key for action in actions if isinstance(action, CreateWorkOrder))
        done += len(page)
        yield Plan(tuple(actions), STREAM)
        run.progress(STREAM, done, None)
    _cure_all_but(waiting, tried, run)


def _cure_all_but(waiting: Collection[tuple[str, str]], tried: Collection[str], run: Planning) -> None:
    """Close the cases of quotes that wait no longer: refused, expired, deleted, or no longer wanted."""
    for case in open_cases(run, kinds.QUOTE_CUSTOMER_MISSING, kinds.QUOTE_UNREADABLE):
        if (case.record, case.message.kind.code) not in waiting:
            run.cure(case.table, case.record, case.message.kind.code)
    for case in open_cases(run, kinds.RECORD_REFUSED, kinds.RECORD_UNCONFIRMED):
        if case.table is Table.WORK_ORDER and case.record not in tried:
            run.cure(case.table, case.record, case.message.kind.code)


def _plan_one(head: QuoteHead, run: Planning) -> Action | None:
    seen, look = run.state.quotes.look(head.key), _look(head)
    made = run.state.bindings.get(head.key)
    if made is not None and seen == UNSEEN:
        run.state.quotes.dealt_with(head.key, look)
        return None
    if made is not None and seen is not None:
        return None if _content(seen) == _content(look) else _edited(head, made.target_id, look, run)
    if made is None and seen == look:
        return None
    customer_known = run.state.bindings.get(head.customer) is not None
    somewhere = _first_place(head.customer, run) if customer_known else None
    if somewhere is None and seen == look + _WAITS:
        return _customer_missing(head)
    if not customer_known and is_surely_wanted(head, run.settings):
        return _customer_missing(head)
    # A work order that was made before a crash may still lack used items: it is gone through again.
    try:
        quote = run.sellsy.quote(head.key)
    except (NotFound, Refused):
        return Hold(
            Message(kinds.QUOTE_UNREADABLE, {"quote": head.number}), head.key.ext_key, Table.WORK_ORDER
        )
    if not is_wanted(quote, run.settings):
        run.state.quotes.dealt_with(head.key, look)
        return None
    place = (_own_place(quote, run) or somewhere) if customer_known else None
    if place is None:
        run.state.quotes.dealt_with(head.key, look + _WAITS)
        return _customer_missing(head)
    work = work_order_of(quote, place, run.settings)
    used_items = tuple(_known_in_simon(used, run) for used in work.used_items)
    return CreateWorkOrder(work.work_order, used_items, head.number, look)


def _edited(head: QuoteHead, work_order_id: str, look: str, run: Planning) -> Action | None:
    """Tell people that a quote was edited after its work order was made, unless that was surely deleted."""
    try:
        order = run.simon.entry("work_orders", run.simon.record("work_orders", work_order_id))
    except NotFound:
        if absence_of("work_orders", work_order_id, run) is Absence.CERTAIN:
            run.state.quotes.dealt_with(head.key, look)
        return None
    message = Message(kinds.QUOTE_CHANGED, {"quote": head.number, "number": order.name})
    return Tell(message, work_order_id, head.key, look)


def _customer_missing(head: QuoteHead) -> Hold:
    message = Message(kinds.QUOTE_CUSTOMER_MISSING, {"quote": head.number})
    return Hold(message, head.key.ext_key, Table.WORK_ORDER)


def _known_in_simon(used: NewUsedItem, run: Planning) -> NewUsedItem:
    """Point a line at the article or service that Simon has; keep it as text where it has none.

    An archived product, say, is not in Simon.
    """
    if used.item is None:
        return used
    candidates = (sellsy_key(kind, used.item.id) for kind in (Kind.ITEM, Kind.SERVICE))
    known = next((key for key in candidates if run.state.bindings.get(key) is not None), None)
    return replace(used, item=known)


def _look(head: QuoteHead) -> str:
    """Describe a quote as the list shows it: its step, and a hash of what people edit."""
    edited = f"{head.total}|{head.subject}|{head.note}"
    return f"{head.step} {hashlib.sha256(edited.encode()).hexdigest()[:32]}"


def _content(look: str) -> str:
    """Take the step out of a look: a quote that is sent, read and accepted goes its way, nobody edits it."""
    return look.partition(" ")[2]


def _own_place(quote: Quote, run: Planning) -> Key | None:
    """Return the address printed on a quote, if it is a work address in Simon."""
    place = quote.address
    return place.key if place is not None and run.state.bindings.get(place.key) is not None else None


def _first_place(customer: Key, run: Planning) -> Key | None:
    """Return the first of a customer's addresses that is a work address in Simon."""
    keys = (address.key for address in run.state.addresses.of(customer))
    return next((key for key in keys if run.state.bindings.get(key) is not None), None)
