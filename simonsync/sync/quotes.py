"""Quotes of Sellsy become work orders in Simon, one for each quote, for ever [5.9, 5.10].

Lists have no rows: a quote is opened once, and again only when its step or amount has moved. Those that could
have become work orders when people chose which ones do are left alone: they have their own way by then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.domain.reading import is_over
from simonsync.domain.records import NewUsedItem, Quote, QuoteHead
from simonsync.errors import NotFound, Refused, UsageError
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.rules.work_order import is_surely_wanted, is_wanted, work_order_of
from simonsync.settings.declaration import Settings
from simonsync.store.lists import Scan
from simonsync.store.state import State
from simonsync.sync.absence import Absence, absence_of
from simonsync.sync.actions import Action, CreateWorkOrder, Hold, Plan, Tell
from simonsync.sync.closing import open_cases
from simonsync.sync.ports import SellsyReader
from simonsync.sync.run import Planning

STREAM = "quotes"
UNSEEN = ""
"""The look of a quote whose work order was found in Simon: how it was when that was made is not known."""
_WAITS = " waits"
"""Marks the look of a quote that is wanted and cannot come yet, so that it is not opened again meanwhile."""


_LEFT_ALONE = " left alone"
"""Marks the look that a quote had when it was left alone."""
_CHOICE = ("quotes_to_work_orders", "quote_statuses", "quotes_containing")
_AGE, _RECENT = timedelta(days=365), timedelta(days=30)
_A_PAGE = timedelta(seconds=30)
"""How long the whole list waits for each of its pages: at ten pages until the next cycle. Recent ones come
each time."""


def leave_alone(state: State, sellsy: SellsyReader, settings: Settings, now: datetime) -> int | None:
    """Leave those quotes alone that are eligible as the choice of quotes changes; return how many [5.9].

    None where there is no new choice. Quotes that wait already go on waiting, and those made since the change
    come like any other.
    """
    since, scan = state.settings.unchanged_since(*_CHOICE), state.scans.get(STREAM)
    if not settings.quotes_to_work_orders or since is None or scan.position == since.isoformat():
        return None
    left = 0
    for page in sellsy.quotes(settings.quote_statuses, now - _AGE):
        for head in page:
            seen = state.quotes.look(head.key) or ""
            # Sellsy tells whole seconds.
            is_newer = head.created_at >= since.replace(microsecond=0)
            if is_newer or seen.endswith(_WAITS) or state.bindings.get(head.key) is not None:
                continue
            try:
                eligible = is_surely_wanted(head, settings) or is_wanted(sellsy.quote(head.key), settings)
            except (NotFound, Refused):
                continue
            left += eligible
            state.quotes.dealt_with(head.key, _look(head) + (_LEFT_ALONE if eligible else ""))
    state.scans.put(Scan(STREAM, position=since.isoformat()))
    return left


def plan_quotes(run: Planning, *, full: bool = False) -> Iterator[Plan]:
    """Plan a work order for each wanted quote of the last year that has none."""
    if not run.settings.quotes_to_work_orders:
        _cure_all_but((), (), run)
        return
    now = run.sellsy_now()
    leave_alone(run.state, run.sellsy, run.settings, now)
    scan = run.state.scans.get(STREAM)
    whole = full or _is_due(scan, run.now())
    done = pages = 0
    waiting: set[tuple[str, str]] = set()
    tried: set[str] = set()
    for page in run.sellsy.quotes(run.settings.quote_statuses, now - (_AGE if whole else _RECENT)):
        actions = [action for head in page if (action := _plan_one(head, run)) is not None]
        waiting.update(
            (action.record, action.message.kind.code) for action in actions if isinstance(action, Hold)
        )
        tried.update(action.record.key.ext_key for action in actions if isinstance(action, CreateWorkOrder))
        done, pages = done + len(page), pages + 1
        yield Plan(tuple(actions), STREAM)
        run.progress(STREAM, done, None)
    if whole:
        _cure_all_but(waiting, tried, run)
        run.state.scans.put(replace(scan, turn=pages, turn_ended=run.now()))


def _is_due(scan: Scan, now: datetime) -> bool:
    """Tell whether the whole list is to be read, by how many pages it had the last time (`turn`)."""
    return is_over(scan.turn * _A_PAGE, scan.turn_ended, now)


def plan_named_quotes(run: Planning, numbers: Collection[str]) -> Iterator[Plan]:
    """Plan a work order for each quote that a person names, whatever its step, date and words say [5.9].

    Raises UsageError where a number names none, or several.
    """
    heads: list[QuoteHead] = []
    for number in numbers:
        found = run.sellsy.quotes_by_number(number)
        if len(found) != 1:
            raise UsageError("quote-several" if found else "quote-unknown", quote=number)
        heads += found
    for head in heads:
        seen = run.state.quotes.look(head.key)
        if run.state.bindings.get(head.key) is None or seen is None:
            action = _work_order_for(head, run, seen, named=True)
            yield Plan(() if action is None else (action,), STREAM)


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
    if seen is not None and seen.endswith(_LEFT_ALONE):
        if head.step != "accepted" or seen.startswith("accepted "):
            return None
        seen = None
    if made is None and seen == look:
        return None
    return _work_order_for(head, run, seen)


def _work_order_for(
    head: QuoteHead, run: Planning, seen: str | None, *, named: bool = False
) -> Action | None:
    """Open a quote and plan its work order; one that a person has `named` is wanted whatever it says."""
    look = _look(head)
    customer_known = run.state.bindings.get(head.customer) is not None
    somewhere = _first_place(head.customer, run) if customer_known else None
    if somewhere is None and seen == look + _WAITS and not named:
        return _customer_missing(head)
    if not customer_known and (named or is_surely_wanted(head, run.settings)):
        return _customer_missing(head)
    # A work order that was made before a crash may still lack used items: it is gone through again.
    try:
        quote = run.sellsy.quote(head.key)
    except (NotFound, Refused):
        return Hold(
            Message(kinds.QUOTE_UNREADABLE, {"quote": head.number}), head.key.ext_key, Table.WORK_ORDER
        )
    if not named and not is_wanted(quote, run.settings):
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
