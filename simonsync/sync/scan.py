"""Go through Sellsy's lists in turns, a bounded number of requests a cycle [7.2, 7.4].

How a list is gone through is the adapter's matter: it gives steps, and says where to go on. What is new comes
in each cycle, where the service can be asked for that.

Small firms are gone through whole in every cycle; for large ones a turn takes as many cycles as its requests
need. Each step is noted once what it found has been written: a run that is killed goes on there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from simonsync.domain.entities import ARTICLES, STREAMS
from simonsync.domain.key import Key, Kind
from simonsync.domain.records import Address, Customer, ListStep, Product, SimonRecord
from simonsync.errors import NotFound
from simonsync.rules.master_data import (
    contact_persons,
    customer_card,
    fingerprint,
    item,
    item_group,
    work_addresses,
)
from simonsync.store.lists import Scan
from simonsync.store.state import State
from simonsync.sync.actions import Action, Create, Plan, Update
from simonsync.sync.readiness import note_customers, note_products
from simonsync.sync.run import Planning
from simonsync.sync.sightings import look_for_absent

Listed = TypeVar("Listed")

CATALOGUE = {stream: kind for kind, stream in STREAMS.items() if kind in ARTICLES}
_IN_LIST = {**CATALOGUE, "customers": Kind.CUSTOMER, "addresses": Kind.ADDRESS}
TOGETHER = 400
"""How many records a first import writes together: work addresses wait for their customers, and workers idle
meanwhile."""


@dataclass(slots=True)
class Budget:
    """What a part of a cycle may spend: requests (None = as many as it takes) and time."""

    run: Planning
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


def plan_catalogue(run: Planning, stream: str, budget: Budget) -> Iterator[Plan]:
    """Plan what Simon's articles and their groups lack; archived products are left to the cleanup [3.1]."""
    categories = run.sellsy.categories()
    planned: set[Key] = set()

    def lacking(products: Sequence[Product]) -> Iterator[Action]:
        records: list[SimonRecord] = []
        note_products(products, run)
        for product in products:
            group = item_group(product, categories, run.language)
            if group.key not in planned:
                planned.add(group.key)
                records.append(group)
            records.append(item(product, group.key))
        return needed(records, run.state)

    position = run.state.scans.get(stream).position
    steps = run.sellsy.product_steps(CATALOGUE[stream], position, budget.left)
    yield from _gone_through(stream, steps, lacking, budget, run, told_as=stream, key=_key_of)


# --- addresses ------------------------------------------------------------------------------------


def plan_addresses(run: Planning, budget: Budget) -> Iterator[Plan]:
    """Plan what Simon's work addresses lack of the next part of Sellsy's list of addresses [3.3].

    Raises Refused where the account's rights do not allow that list.
    """

    def lacking(listed: Sequence[tuple[Key, Address]]) -> Iterator[Action]:
        places: list[SimonRecord] = []
        for customer, address in run.state.addresses.add(listed):
            # Without its customer in Simon it comes when the customer does.
            if run.state.bindings.get(customer) is not None and (address.name or address.town):
                places += work_addresses(Customer(customer, "", addresses=(address,)))
        return needed(places, run.state)

    steps = run.sellsy.address_steps(run.state.scans.get("addresses").position, budget.left)
    yield from _gone_through(
        "addresses", steps, lacking, budget, run, told_as="customers", key=lambda listed: listed[1].key
    )


# --- customers ------------------------------------------------------------------------------------


def plan_customers(run: Planning, budget: Budget, *, addresses_listed: bool) -> Iterator[Plan]:
    """Plan what Simon's customers lack of the next part of Sellsy's [3.2]."""

    def lacking(customers: Sequence[Customer]) -> Iterator[Action]:
        return _for_customers(customers, run, contacts=contacts, addresses_listed=addresses_listed)

    contacts = _has_contacts(run)
    steps = run.sellsy.customer_steps(run.state.scans.get("customers").position)
    yield from _gone_through("customers", steps, lacking, budget, run, told_as="customers", key=_key_of)


def plan_changed_customers(run: Planning, *, addresses_listed: bool) -> Iterator[Plan]:
    """Plan what Simon lacks of customers that are new, or changed where that is told [3.2]."""
    scan, contacts = run.state.scans.get("new-customers"), _has_contacts(run)
    for step in run.sellsy.changed_customers(scan.position):
        if run.sellsy.tells_changes:
            run.state.addresses.add(
                [(each.key, address) for each in step.records for address in each.addresses]
            )
        lacking = _for_customers(step.records, run, contacts=contacts, addresses_listed=addresses_listed)
        yield Plan(tuple(lacking), "customers")
        if step.position is not None:
            run.state.scans.put(replace(scan, position=step.position))


def _for_customers(
    customers: Sequence[Customer], run: Planning, *, contacts: bool, addresses_listed: bool
) -> Iterator[Action]:
    kept = run.state.addresses.of_many([customer.key for customer in customers])
    records: list[SimonRecord] = []
    note_customers(customers, run)
    for listed in customers:
        customer = _with_addresses(listed, kept[listed.key], run, addresses_listed=addresses_listed)
        if customer is not None:
            records += (customer_card(customer), *work_addresses(customer))
            records += contact_persons(customer) if contacts else ()
    return needed(records, run.state)


def _has_contacts(run: Planning) -> bool:
    """Tell whether contacts are wanted, and this Simon has a table for them: an older one may not."""
    if not run.settings.contacts:
        return False
    return "contacts" in run.simon.there or "contacts" in run.simon.ask_tables()


def _with_addresses(
    listed: Customer, kept: tuple[Address, ...], run: Planning, *, addresses_listed: bool
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


def _key_of(listed: Customer | Product) -> Key:
    return listed.key


# --- turns ----------------------------------------------------------------------------------------


def _gone_through(
    list_name: str,
    steps: Iterator[ListStep[Listed]],
    lacking: Callable[[Sequence[Listed]], Iterator[Action]],
    budget: Budget,
    run: Planning,
    *,
    told_as: str,
    key: Callable[[Listed], Key],
) -> Iterator[Plan]:
    """Plan what a list's next steps lack in Simon, and note each place where a later run can go on.

    What a whole turn did not show is looked for at its end.
    """
    scan = run.state.scans.get(list_name)
    actions: list[Action] = []
    shown: set[Key] = set()
    for step in steps:
        if scan.turn_began is None:
            scan = replace(scan, turn_began=run.now())
        actions += lacking(step.records)
        shown.update(map(key, step.records))
        if len(actions) >= TOGETHER or step.position is not None:
            yield Plan(tuple(actions), told_as)
            actions = []
        if not actions:
            run.progress(list_name, step.done, step.total)
        if step.ends_turn:
            before = run.state.scans.end(Scan(list_name, turn=scan.turn + 1, turn_ended=run.now()))
            look_for_absent(_IN_LIST[list_name], before | {each.id for each in shown}, run)
            return
        if step.position is not None:
            scan = replace(scan, position=step.position)
            run.state.scans.go_on(scan, shown)
            shown.clear()
            if budget.spent:
                return
