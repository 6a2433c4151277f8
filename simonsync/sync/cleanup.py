"""What Simon has too much of, compared with Sellsy [2.1, 2.5, 3.1, 3.3, 7.3].

Complete, counted lists of both sides come first; one that cannot be completed ends the run before anything
is decided. What is in no list of Sellsy is then asked for by itself. Only readers are used here: deleting is
left to `sync.apply`, and the brake to `account.cleanup`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from simonsync.domain.entities import ARTICLES, STREAMS
from simonsync.domain.key import Key, Kind
from simonsync.domain.records import Customer
from simonsync.errors import RecordError, Refused
from simonsync.messages import kinds
from simonsync.messages.kinds import Table
from simonsync.rules.cleanup import (
    KINDS_IN,
    Candidate,
    Doomed,
    Fate,
    Reason,
    is_gone,
    is_stale,
    judge,
    key_of,
)
from simonsync.rules.master_data import item_group
from simonsync.store.scratch import Inventory
from simonsync.sync.actions import Delete, Hold, Plan
from simonsync.sync.closing import close_refused_records
from simonsync.sync.ports import SellsyReader, SimonReader
from simonsync.sync.run import Planning
from simonsync.sync.sightings import first_sighting, unless_gone
from simonsync.sync.still_needed import note_use, standing_of, without_the_needed

Found = TypeVar("Found")

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Findings:
    """What a comparison of both sides came to.

    Attributes:
        doomed: what is to go, in the order in which it must.
        kept: what would have to go but is still needed, as cases for people.
        rows: how many rows each table of Simon has.
        list_became_empty: a list of Sellsy has nothing in it although Simon has records of it.
        waiting: what is gone at a first look, and goes once a second one, half an hour later, says the same.
    """

    doomed: tuple[Doomed, ...]
    kept: tuple[Hold, ...]
    rows: Mapping[str, int]
    list_became_empty: bool
    waiting: tuple[Doomed, ...] = ()


def find_doomed(run: Planning, *, plan_seen: bool = False) -> Findings:
    """Compare Simon with Sellsy and say what is to go.

    Once a human has `plan_seen`, only what is gone for certain counts; before that, what an empty list lets
    appear as gone is shown, too. Raises ServiceUnavailable where a list could not be completed.
    """
    inventory = run.state.inventory()
    addresses_listed = _list_sellsy(run.sellsy, inventory, run)
    _list_simon(run.simon, inventory, run)
    _bring_bindings_in_line(inventory, run)
    listed = {Table.CUSTOMER, Table.ITEM, Table.NONE} | ({Table.WORK_ADDRESS} if addresses_listed else set())
    close_refused_records(inventory, listed, run)
    empty = _empty_lists(inventory, run, addresses_listed=addresses_listed)
    doomed, uncertain = _judged(inventory, run, addresses_listed=addresses_listed)
    only_shown = bool(empty) and not plan_seen
    if only_shown:
        doomed += [each for each in uncertain if each.standing.key and each.standing.key.kind in empty]
    going, kept = without_the_needed(doomed, inventory, run, look_in_simon=not only_shown)
    return Findings(
        doomed=(*going, *_emptied_groups(going, inventory)),
        kept=kept,
        rows={table: inventory.rows_in_simon(table) for table in KINDS_IN},
        list_became_empty=bool(empty),
        waiting=() if only_shown else tuple(uncertain),
    )


def plan_deletions(doomed: Sequence[Doomed]) -> Iterator[Plan]:
    """Plan the deletions, in the order in which they were found."""
    for start in range(0, len(doomed), _AT_ONCE):
        yield Plan(
            tuple(
                Delete(
                    each.standing.table,
                    each.standing.id,
                    each.standing.name,
                    each.reason.value,
                    each.standing.key,
                )
                for each in doomed[start : start + _AT_ONCE]
            )
        )


def forget_stale_plan(run: Planning) -> None:
    """Forget a plan that has waited too long for an approval, and close its case."""
    plan = run.state.plans.waiting()
    if plan is not None and is_stale(plan.made_at, run.now()):
        forget_plan(run)


def forget_plan(run: Planning) -> None:
    """Forget the plan that waits: it was carried out, or is no longer needed."""
    with run.state.commit():
        run.state.plans.drop()
        run.cure(Table.NONE, "", kinds.BRAKE.code)


# --- the lists of both sides ------------------------------------------------------------------------


def _list_sellsy(sellsy: SellsyReader, inventory: Inventory, run: Planning) -> bool:
    """Read Sellsy's lists; return whether the account's rights allow the one of addresses.

    The archived ones come first: a record that is taken out of the archive meanwhile is then in both lists
    and counts as active; one that is archived meanwhile is in none and will be asked for.
    """
    categories = sellsy.categories()
    for kind in ARTICLES:
        for archived in (True, False):
            for products in _read(sellsy.products(kind, archived=archived), STREAMS[kind], run):
                inventory.listed_in_sellsy((product.key for product in products), archived=archived)
                if not archived:
                    groups = {item_group(product, categories, run.language).key for product in products}
                    inventory.listed_in_sellsy(groups)
    for archived in (True, False):
        for customers in _read(sellsy.customers(archived=archived), "customers", run):
            inventory.listed_in_sellsy((customer.key for customer in customers), archived=archived)
            # Those of an archived customer go along with it, or stay where it does.
            inventory.listed_in_sellsy(each.key for customer in customers for each in customer.contacts)
    try:
        for addresses in _read(sellsy.addresses(), "addresses", run):
            inventory.listed_in_sellsy(address.key for _customer, address in addresses)
    except Refused:
        return False
    return True


def _read(pages: Iterable[Sequence[Found]], stream: str, run: Planning) -> Iterator[Sequence[Found]]:
    """Page through a list, tell how far it is, and stop where a signal asks for it."""
    done = 0
    for page in pages:
        yield page
        done += len(page)
        run.progress(stream, done, None)
        run.stop()


def recognise(run: Planning) -> None:
    """Compare Simon's tables with what we know of them, so that what is missing there is made again."""
    inventory = run.state.inventory()
    _list_tables(run.simon, inventory, run)
    _bring_bindings_in_line(inventory, run)


def _list_tables(simon: SimonReader, inventory: Inventory, run: Planning) -> None:
    for table in KINDS_IN:
        for entries in simon.entries(table):
            inventory.listed_in_simon(table, entries)
            run.stop()


def _list_simon(simon: SimonReader, inventory: Inventory, run: Planning) -> None:
    _list_tables(simon, inventory, run)
    for orders in simon.open_work_orders():
        for order in orders:
            note_use(order, inventory)
        run.stop()


def _empty_lists(inventory: Inventory, run: Planning, *, addresses_listed: bool) -> frozenset[Kind]:
    """Name the kinds of which Sellsy lists nothing any more, although we have brought some to Simon."""
    listed = {Kind.CUSTOMER, Kind.ITEM, Kind.SERVICE} | ({Kind.ADDRESS} if addresses_listed else set())
    return frozenset(
        kind for kind in listed if not inventory.active_in_sellsy(kind) and run.state.bindings.count(kind)
    )


# --- bindings ---------------------------------------------------------------------------------------


def _bring_bindings_in_line(inventory: Inventory, run: Planning) -> None:
    """Forget what was deleted by hand in Simon, and recognise what carries our ExtKey.

    What is forgotten is made again by the next pull. What is recognised has an unknown content, so that the
    next pull brings it up to date. Work orders made from quotes are not touched: they belong to people.
    """
    bindings = run.state.bindings
    for table, living_there in KINDS_IN.items():
        gone = inventory.not_in_simon(table, living_there)
        ours = [
            (pair.entry, key)
            for pair in inventory.pairs(table, living_there)
            if pair.key is None and (key := key_of(table, pair.entry.ext_key)) is not None
        ]
        with run.state.commit():
            for key in gone:
                bindings.unbind(key)
            for entry, key in ours:
                # An ExtKey is unique in Simon: where its record is bound already, this is somebody's copy.
                if bindings.get(key) is None:
                    bindings.bind(key, entry.id, "", run.now())


# --- decisions --------------------------------------------------------------------------------------


def _judged(
    inventory: Inventory, run: Planning, *, addresses_listed: bool
) -> tuple[list[Doomed], list[Doomed]]:
    """Decide about every record; return what is to go, and what looks gone but is not so for certain."""
    doomed: list[Doomed] = []
    to_ask: list[Candidate] = []
    back: list[Key] = []
    for table, living_there in KINDS_IN.items():
        if table == "work_addresses" and not addresses_listed:
            continue
        for pair in inventory.pairs(table, living_there):
            standing = standing_of(table, pair)
            match judge(standing):
                case Fate.ASK:
                    to_ask.append(standing)
                case Reason() as reason:
                    doomed.append(Doomed(standing, reason))
            if pair.missing_since is not None and pair.archived is not None and pair.key is not None:
                back.append(pair.key)
    for key in back:
        run.state.bindings.there_again(key)
    certain, uncertain = _asked(to_ask, run)
    return doomed + certain, uncertain


def _asked(to_ask: list[Candidate], run: Planning) -> tuple[list[Doomed], list[Doomed]]:
    """Ask Sellsy for each record that no list names, those first that were refused before.

    Where there are so many that the run's time does not suffice, the next run goes on.
    """
    certain: list[Doomed] = []
    uncertain: list[Doomed] = []
    deadline = run.clocks.elapsed() + run.timing.budget / timedelta(seconds=1)
    questions = _Questions(run)
    # Customers before their addresses and contacts: what is known of a customer answers for those.
    of_customers = {"work_addresses", "contacts"}
    in_order = sorted(to_ask, key=lambda each: (each.missing_since is None, each.table in of_customers))
    for standing in in_order:
        run.stop()
        doomed = Doomed(standing, Reason.GONE)
        if run.clocks.elapsed() > deadline:
            uncertain.append(doomed)
        elif not questions.is_refused(standing):
            continue
        elif is_gone(standing.missing_since, run.sellsy_reading()):
            certain.append(doomed)
        else:
            uncertain.append(doomed)
    return certain, uncertain


@dataclass(slots=True)
class _Questions:
    """Asks Sellsy for records one by one; a customer is asked for once, whatever its answer is needed for."""

    run: Planning
    _belongings: dict[Key, frozenset[Key] | None] = field(default_factory=dict)

    def is_refused(self, standing: Candidate) -> bool:
        """Ask for one record; note since when it is refused, or that it is there after all."""
        key, bindings = standing.key, self.run.state.bindings
        assert key is not None  # noqa: S101 what is bound to nothing is never asked for
        try:
            refused = self._asks_in_vain(key, standing)
        except RecordError:
            # Sellsy gave no clear answer: the record is kept, and what was noted stays.
            return False
        if refused:
            first_sighting(key, standing.name, self.run)
        if not refused and standing.missing_since is not None:
            bindings.there_again(key)
        return refused

    def _asks_in_vain(self, key: Key, standing: Candidate) -> bool:
        if key.kind is Kind.CUSTOMER:
            return self._belongings_of(key) is None
        if key.kind in {Kind.ADDRESS, Kind.CONTACT}:
            owner = self.run.state.bindings.by_target(standing.owner, Kind.CUSTOMER)
            # Where the customer is gone or unknown, what is its own goes along with it or not at all.
            belongings = self._belongings_of(owner.key) if owner else None
            return belongings is not None and key not in belongings
        return unless_gone(lambda: self.run.sellsy.product(key)) is None

    def _belongings_of(self, key: Key) -> frozenset[Key] | None:
        """Return the addresses and contacts that a customer has now; None where the customer is gone."""
        if key not in self._belongings:
            customer = unless_gone(lambda: self.run.sellsy.customer(key))
            self._belongings[key] = None if customer is None else frozenset(_own(customer))
        return self._belongings[key]


def _own(customer: Customer) -> Iterator[Key]:
    yield from (address.key for address in customer.addresses)
    yield from (contact.key for contact in customer.contacts)


def _emptied_groups(going: Sequence[Doomed], inventory: Inventory) -> Iterator[Doomed]:
    """Return our groups without any article left in Simon, and of which Sellsy has no active one either."""
    inventory.doom(each.place for each in going)
    for pair in inventory.pairs("item_groups", KINDS_IN["item_groups"]):
        is_ours_and_unused = pair.key is not None and pair.archived is None
        if is_ours_and_unused and not inventory.keeps_any("items", pair.entry.id):
            yield Doomed(standing_of("item_groups", pair), Reason.GROUP_EMPTY)
