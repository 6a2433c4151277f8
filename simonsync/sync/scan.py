"""Go through Sellsy's lists in turns, a bounded number of requests a cycle [7.2, 7.4].

Sellsy v1 cannot be asked for what has changed, and a page of a list is only a position that moves. So:

- customers are gone through in slices that are windows of creation time, since a customer's creation never
  moves; pages exist only inside a slice;
- catalogue and addresses know no such window and are gone through page by page;
- what is new is asked for by its own window each cycle.

Small firms are gone through whole in every cycle; for large ones a turn takes as many cycles as its requests
need. Each step is noted once what it found has been written: a run that is killed goes on there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from simonsync.domain.entities import ARTICLES, STREAMS
from simonsync.domain.key import Key
from simonsync.domain.records import Address, Customer, ListPage, SimonRecord
from simonsync.errors import NotFound
from simonsync.rules.master_data import customer_card, fingerprint, item, item_group, work_addresses
from simonsync.store.scans import Scan
from simonsync.store.state import State
from simonsync.sync.actions import Action, Create, Plan, Update
from simonsync.sync.run import Run

CATALOGUE = {stream: kind for kind, stream in STREAMS.items() if kind in ARTICLES}
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before this nobody was a customer in Sellsy."""
SLICE = 2000
"""How many customers a window of creation may hold before it is made smaller."""
TOGETHER = 400
"""How many records a first import writes together: work addresses wait for their customers, and workers idle
meanwhile."""
SHORTEST = timedelta(seconds=1)
AHEAD = timedelta(days=1)
"""How far the last window reaches beyond now: clocks differ."""
NEW_OVERLAP = timedelta(hours=1)
"""How far before the last look for new customers the next one begins."""


@dataclass(slots=True)
class Budget:
    """What a part of a cycle may spend: requests (None = as many as it takes) and time."""

    run: Run
    requests: int | None
    _begun: int = 0

    def __post_init__(self) -> None:
        """Count from the requests sent so far."""
        self._begun = self.run.sellsy.requests

    @property
    def left(self) -> int | None:
        """How many requests may still be sent."""
        if self.requests is None:
            return None
        return self.requests - (self.run.sellsy.requests - self._begun)

    @property
    def late(self) -> bool:
        """Whether it is time to yield to the push."""
        self.run.stop()
        until = self.run.pull_until
        return until is not None and self.run.clocks.elapsed() >= until

    @property
    def spent(self) -> bool:
        """Whether time or requests are used up."""
        return self.late or (self.left is not None and self.left <= 0)


def needed(records: Sequence[SimonRecord], state: State) -> Iterator[Action]:
    """Give what Simon lacks of records: nothing where a fingerprint is the one last written."""
    bound = state.bindings.among(record.key for record in records)
    for record in records:
        binding = bound.get(record.key)
        if binding is None:
            yield Create(record)
        elif binding.fingerprint != fingerprint(record):
            yield Update(record, binding.target_id)


# --- catalogue ------------------------------------------------------------------------------------


def plan_catalogue(run: Run, stream: str, budget: Budget) -> Iterator[Plan]:
    """Plan what Simon's articles and their groups lack; archived products are left to the cleanup [3.1]."""
    categories = run.sellsy.categories()
    planned: set[Key] = set()
    scan = _begun(run.state.scans.get(stream), run)
    page: ListPage[object] | None = None
    for page in run.sellsy.product_pages(CATALOGUE[stream], int(scan.position or 1), budget.left):
        records: list[SimonRecord] = []
        for product in page.records:
            group = item_group(product, categories, run.language)
            if group.key not in planned:
                planned.add(group.key)
                records.append(group)
            records.append(item(product, group.key))
        yield Plan(tuple(needed(records, run.state)), stream)
        _page_done(scan, page, run)
        if budget.late:
            return
    _turn_done_if_empty(scan, page, run)


# --- addresses ------------------------------------------------------------------------------------


def plan_addresses(run: Run, budget: Budget) -> Iterator[Plan]:
    """Plan what Simon's work addresses lack of the next pages of Sellsy's list of addresses [3.3].

    Raises Refused where the account's rights do not allow that list.
    """
    scan = _begun(run.state.scans.get("addresses"), run)
    page: ListPage[object] | None = None
    for page in run.sellsy.address_pages(int(scan.position or 1), budget.left):
        places: list[SimonRecord] = []
        for customer, address in run.state.addresses.add(page.records):
            # Without its customer in Simon it comes when the customer does.
            if run.state.bindings.get(customer) is not None and (address.name or address.town):
                places += work_addresses(Customer(customer, "", addresses=(address,)))
        yield Plan(tuple(needed(places, run.state)), "customers")
        _page_done(scan, page, run)
        if budget.late:
            return
    _turn_done_if_empty(scan, page, run)


# --- customers ------------------------------------------------------------------------------------


def plan_customers(run: Run, budget: Budget, *, addresses_listed: bool) -> Iterator[Plan]:
    """Plan what Simon's customers lack of the next slices of Sellsy's [3.2].

    A slice is read once more where records came or went while it was read. Raises Refused where this Sellsy
    knows no windows of creation.
    """
    done, total = 0, None
    turn = run.state.scans.get("customers").turn
    while not budget.spent:
        scan = _begun(run.state.scans.get("customers"), run)
        if scan.turn != turn:
            return
        since = datetime.fromisoformat(scan.position) if scan.position else EARLIEST
        end = run.sellsy_now() + AHEAD
        span = timedelta(seconds=scan.span) if scan.span else end - since
        until = min(since + max(span, SHORTEST), end)
        pages = run.sellsy.customer_pages(since, until)
        first = next(pages)
        if until == end:
            # This window holds all that are left, whether it is gone through or made smaller.
            total = done + first.total
        if first.total > SLICE and until - since > SHORTEST:
            shorter = (until - since) * (SLICE / 2 / first.total)
            run.state.scans.put(replace(scan, span=max(shorter, SHORTEST).total_seconds()))
            continue
        actions: list[Action] = []
        for page in _slice(first, pages, run, since, until):
            actions += _for_customers(page.records, run, addresses_listed=addresses_listed)
            done += len(page.records)
            if len(actions) >= TOGETHER:
                yield Plan(tuple(actions), "customers")
                actions = []
            if not actions:
                run.progress("customers", done, total)
        yield Plan(tuple(actions), "customers")
        run.progress("customers", done, total)
        _slice_done(scan, since, until, end, first.total, run)


def plan_all_customers(run: Run, *, addresses_listed: bool) -> Iterator[Plan]:
    """Plan what Simon's customers lack of the whole, counted list."""
    for page in run.sellsy.customers():
        yield Plan(tuple(_for_customers(page, run, addresses_listed=addresses_listed)), "customers")


def _slice(
    first: ListPage[Customer], rest: Iterator[ListPage[Customer]], run: Run, since: datetime, until: datetime
) -> Iterator[ListPage[Customer]]:
    """Read a slice to its end, and once more where records came or went meanwhile."""
    seen: set[Key] = set()
    last = first
    for last in chain((first,), rest):
        seen.update(customer.key for customer in last.records)
        yield last
    if not len(seen) == first.total == last.total:
        yield from run.sellsy.customer_pages(since, until)


def plan_new_customers(run: Run, *, addresses_listed: bool) -> Iterator[Plan]:
    """Plan the customers that were created since the last look: they are in Simon within minutes [3.2]."""
    scan = run.state.scans.get("new-customers")
    now = run.sellsy_now()
    since = datetime.fromisoformat(scan.position) if scan.position else now
    for page in run.sellsy.customer_pages(since - NEW_OVERLAP, now + AHEAD):
        unknown = [customer for customer in page.records if run.state.bindings.get(customer.key) is None]
        yield Plan(tuple(_for_customers(unknown, run, addresses_listed=addresses_listed)), "customers")
    run.state.scans.put(replace(scan, position=now.isoformat()))


def _for_customers(customers: Sequence[Customer], run: Run, *, addresses_listed: bool) -> Iterator[Action]:
    kept = run.state.addresses.of_many([customer.key for customer in customers])
    records: list[SimonRecord] = []
    for listed in customers:
        customer = _with_addresses(listed, kept[listed.key], run, addresses_listed=addresses_listed)
        if customer is not None:
            records += (customer_card(customer), *work_addresses(customer))
    return needed(records, run.state)


def _with_addresses(
    listed: Customer, kept: tuple[Address, ...], run: Run, *, addresses_listed: bool
) -> Customer | None:
    """Complete a customer as listed, which has its main address only.

    One that is new is read by itself, and so is a changed one where the account may not list addresses. None
    where there is nothing to do, or it has gone between list and reading.
    """
    joined = replace(listed, addresses=merged(listed.addresses, kept))
    if addresses_listed and (kept or listed.main_address is None):
        return joined
    known = run.state.bindings.get(listed.key) is not None
    if known and addresses_listed:
        return joined
    if known and not any(needed((customer_card(joined),), run.state)):
        return None
    try:
        # Read by itself, a customer does not tell which of its addresses is the main one.
        alone = replace(run.sellsy.customer(listed.key), main_address=listed.main_address)
    except NotFound:
        return None
    run.state.addresses.add([(listed.key, address) for address in alone.addresses])
    return alone


def merged(shown: tuple[Address, ...], kept: tuple[Address, ...]) -> tuple[Address, ...]:
    """Join the address shown with a customer and those kept of the list of addresses.

    The list knows the third and fourth line of an address; where the two do not agree, what is shown now is
    newer than what was kept.
    """
    known = {address.key: address for address in kept}
    for address in shown:
        same = known.get(address.key)
        if same is None or not _agree(same, address):
            known[address.key] = address
    return tuple(known.values())


def _agree(kept: Address, shown: Address) -> bool:
    return kept == shown or (
        kept.second_line.startswith(shown.second_line)
        and replace(kept, second_line=shown.second_line) == shown
    )


# --- turns ----------------------------------------------------------------------------------------


def _begun(scan: Scan, run: Run) -> Scan:
    return scan if scan.turn_began is not None else replace(scan, turn_began=run.now())


def _ended(scan: Scan, run: Run) -> Scan:
    return Scan(scan.stream, span=scan.span, turn=scan.turn + 1, turn_ended=run.now())


def _page_done(scan: Scan, page: ListPage[object], run: Run) -> None:
    if page.number >= page.pages:
        run.state.scans.put(_ended(scan, run))
    else:
        run.state.scans.put(replace(scan, position=str(page.number + 1)))
    run.progress(scan.stream, page.number, page.pages)


def _turn_done_if_empty(scan: Scan, page: ListPage[object] | None, run: Run) -> None:
    """A list that has become shorter than the place where we went on has come to its end."""
    if page is None:
        run.state.scans.put(_ended(scan, run))


def _slice_done(scan: Scan, since: datetime, until: datetime, end: datetime, total: int, run: Run) -> None:
    if until >= end:
        run.state.scans.put(_ended(scan, run))
        return
    # Aim at slices that are half full: the next one may hold more.
    fuller = (until - since).total_seconds() * min(8.0, SLICE / 2 / max(total, 1))
    run.state.scans.put(replace(scan, position=until.isoformat(), span=max(fuller, SHORTEST.total_seconds())))
