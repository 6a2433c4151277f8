"""Sellsy → Simon: what Simon lacks of the catalogue and the customers [3.1, 3.2, 3.3].

A page of Sellsy's list becomes a small plan, which is applied and committed before the next page is read: a
run that is killed goes on where it stopped, and a second one finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from simonsync.domain.key import Key, Kind
from simonsync.domain.records import Address, Customer, SimonRecord
from simonsync.errors import NotFound, Refused
from simonsync.messages.render import Language
from simonsync.rules.master_data import customer_card, fingerprint, item, item_group, work_addresses
from simonsync.store.mirror import AddressMirror
from simonsync.store.state import State
from simonsync.sync.actions import Action, Create, Plan, Update
from simonsync.sync.ports import SellsyReader
from simonsync.sync.run import Progress

CATALOGUE = {"services": Kind.SERVICE, "products": Kind.ITEM}
PULL_STREAMS = ("services", "products", "customers", "quotes")


def plan_catalogue(
    sellsy: SellsyReader, state: State, stream: str, language: Language, progress: Progress
) -> Iterator[Plan]:
    """Plan what Simon's articles and their groups lack; archived products are left to the cleanup [3.1]."""
    categories = sellsy.categories()
    planned_groups: set[Key] = set()
    done = 0
    for page in sellsy.products(CATALOGUE[stream]):
        actions: list[Action] = []
        for product in page:
            group = item_group(product, categories, language)
            if group.key not in planned_groups:
                planned_groups.add(group.key)
                actions += _needed(group, state)
            actions += _needed(item(product, group.key), state)
        done += len(page)
        yield Plan(tuple(actions), stream)
        progress(stream, done, None)


def plan_customers(sellsy: SellsyReader, state: State, progress: Progress) -> Iterator[Plan]:
    """Plan what Simon's customers and work addresses lack; archived customers are left to the cleanup."""
    mirror = _listed_addresses(sellsy, state, progress)
    done = 0
    for page in sellsy.customers():
        actions: list[Action] = []
        for listed in page:
            customer = _with_addresses(listed, mirror, sellsy, state)
            if customer is None:
                continue
            actions += _needed(customer_card(customer), state)
            for address in work_addresses(customer):
                actions += _needed(address, state)
        done += len(page)
        yield Plan(tuple(actions), "customers")
        progress("customers", done, None)


def _needed(record: SimonRecord, state: State) -> Collection[Action]:
    binding = state.bindings.get(record.key)
    if binding is None:
        return (Create(record),)
    if binding.fingerprint != fingerprint(record):
        return (Update(record, binding.target_id),)
    return ()


def _listed_addresses(sellsy: SellsyReader, state: State, progress: Progress) -> AddressMirror | None:
    """Take in the list of all addresses; None where the account's rights refuse that list."""
    mirror = AddressMirror(state.database)
    done = 0
    try:
        for page in sellsy.addresses():
            mirror.add(page)
            done += len(page)
            progress("addresses", done, None)
    except Refused:
        return None
    return mirror


def _with_addresses(
    listed: Customer, mirror: AddressMirror | None, sellsy: SellsyReader, state: State
) -> Customer | None:
    """Complete a customer as listed (which has its main address only) with its other addresses.

    Where addresses cannot be listed, a new or changed customer is read by itself. None where it has gone
    between list and reading.
    """
    if mirror is not None:
        return replace(listed, addresses=_merged(listed.addresses, mirror.of(listed.key)))
    if not _needed(customer_card(listed), state):
        return None
    try:
        # Read by itself, a customer does not tell which of its addresses is the main one.
        return replace(sellsy.customer(listed.key), main_address=listed.main_address)
    except NotFound:
        return None


def _merged(inline: tuple[Address, ...], listed: tuple[Address, ...]) -> tuple[Address, ...]:
    """Join the address shown with a customer and those of the list: the list knows more lines of it."""
    known = {address.key: address for address in inline}
    for address in listed:
        shown = known.get(address.key)
        known[address.key] = replace(address, name=address.name or shown.name) if shown else address
    return tuple(known.values())
