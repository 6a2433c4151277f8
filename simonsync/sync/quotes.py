"""Quotes of Sellsy become work orders in Simon, one for each quote, for ever [5.9, 5.10].

Lists have no rows: a quote is opened once, and again only when its step or amount has moved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.domain.records import NewUsedItem, Quote, QuoteHead
from simonsync.errors import NotFound
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.rules.work_order import is_wanted, work_order_of
from simonsync.sync.actions import Action, CreateWorkOrder, Hold, Plan, Tell
from simonsync.sync.run import Run

STREAM = "quotes"


def plan_quotes(run: Run) -> Iterator[Plan]:
    """Plan a work order for each wanted quote that has none; only quotes made since it was switched on."""
    since = run.state.settings.switched_on("quotes_to_work_orders")
    if since is None:
        return
    done = 0
    for page in run.sellsy.quotes(run.settings.quote_statuses, since):
        actions = [action for head in page if (action := _plan_one(head, run)) is not None]
        done += len(page)
        yield Plan(tuple(actions), STREAM)
        run.progress(STREAM, done, None)


def _plan_one(head: QuoteHead, run: Run) -> Action | None:
    seen, look = run.state.quotes.look(head.key), _look(head)
    made = run.state.bindings.get(head.key)
    if made is not None and seen is not None:
        return None if seen == look else Tell(_changed(head, made.target_id), made.target_id, head.key, look)
    if made is None and seen == look:
        return None
    # A work order that was made before a crash may still lack used items: it is gone through again.
    try:
        quote = run.sellsy.quote(head.key)
    except NotFound:
        return None
    if not is_wanted(quote, run.settings):
        run.state.quotes.dealt_with(head.key, look)
        return None
    if run.state.bindings.get(head.customer) is None:
        return _customer_missing(head)
    work_address = _work_address(quote, run)
    if work_address is None:
        return _customer_missing(head)
    work = work_order_of(quote, work_address, run.settings)
    used_items = tuple(_known_in_simon(used, run) for used in work.used_items)
    return CreateWorkOrder(work.work_order, used_items, head.number, look)


def _changed(head: QuoteHead, work_order_id: str) -> Message:
    return Message(kinds.QUOTE_CHANGED, {"quote": head.number, "number": work_order_id})


def _customer_missing(head: QuoteHead) -> Hold:
    return Hold(Message(kinds.QUOTE_CUSTOMER_MISSING, {"quote": head.number}), head.key.id, Table.WORK_ORDER)


def _known_in_simon(used: NewUsedItem, run: Run) -> NewUsedItem:
    """Point a line at the article or service that Simon has; keep it as text where it has none.

    An archived product, say, is not in Simon.
    """
    if used.item is None:
        return used
    candidates = (sellsy_key(kind, used.item.id) for kind in (Kind.ITEM, Kind.SERVICE))
    known = next((key for key in candidates if run.state.bindings.get(key) is not None), None)
    return replace(used, item=known)


def _look(head: QuoteHead) -> str:
    """Hash what moves when a quote is edited: its step and its amount."""
    return hashlib.sha256(f"{head.step}|{head.total}|{head.subject}".encode()).hexdigest()[:32]


def _work_address(quote: Quote, run: Run) -> Key | None:
    """Return the work address: the quote's own if Simon has it, else the customer's first."""
    if quote.address is not None and run.state.bindings.get(quote.address.key) is not None:
        return quote.address.key
    for address in run.sellsy.customer(quote.head.customer).addresses:
        if run.state.bindings.get(address.key) is not None:
            return address.key
    return None
