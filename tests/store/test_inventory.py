"""The complete lists of both sides, side by side [7.3]."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.reading import Reading
from simonsync.domain.records import SimonEntry
from simonsync.store.state import State

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
CUSTOMERS = (Kind.CUSTOMER,)
A, B = sellsy_key(Kind.CUSTOMER, 5), sellsy_key(Kind.CUSTOMER, 6)


@pytest.mark.parametrize("first", [True, False])
def test_a_record_that_two_lists_name_counts_as_active(state: State, first: bool) -> None:  # noqa: FBT001 a column
    state.bindings.bind(A, "12", "", NOW)
    inventory = state.inventory()
    inventory.listed_in_simon("customers", [SimonEntry("12", A.ext_key, "Dupont")])
    inventory.listed_in_sellsy([A], archived=first)
    inventory.listed_in_sellsy([A], archived=not first)
    (pair,) = inventory.pairs("customers", CUSTOMERS)
    assert (pair.key, pair.archived) == (A, False)
    assert inventory.active_in_sellsy(Kind.CUSTOMER) == 1


def test_a_record_stands_beside_its_binding_and_sellsys_lists(state: State) -> None:
    state.bindings.bind(A, "12", "", NOW)
    state.bindings.bind(B, "9", "", NOW)
    state.bindings.seen_missing(B, Reading(NOW))
    inventory = state.inventory()
    entries = [SimonEntry(each, "", f"Client {each}") for each in ("12", "9", "100")]
    inventory.listed_in_simon("customers", entries)
    inventory.listed_in_sellsy([A], archived=True)
    found = [
        (pair.entry.id, pair.key, pair.archived, pair.missing_since)
        for pair in inventory.pairs("customers", CUSTOMERS)
    ]
    assert found == [("9", B, None, Reading(NOW)), ("12", A, True, None), ("100", None, None, None)]


def test_what_is_bound_twice_is_judged_once_and_kindly(state: State) -> None:
    state.bindings.bind(A, "12", "", NOW)
    state.bindings.bind(B, "12", "", NOW)
    inventory = state.inventory()
    inventory.listed_in_simon("customers", [SimonEntry("12", "", "Dupont")])
    inventory.listed_in_sellsy([B])
    (pair,) = inventory.pairs("customers", CUSTOMERS)
    assert (pair.key, pair.archived) == (B, False)


def test_what_is_no_longer_in_simon_is_named(state: State) -> None:
    state.bindings.bind(A, "12", "", NOW)
    state.bindings.bind(B, "13", "", NOW)
    inventory = state.inventory()
    inventory.listed_in_simon("customers", [SimonEntry("13", "", "Durand")])
    inventory.listed_in_simon("items", [SimonEntry("12", "", "an article of the same Id")])
    assert inventory.not_in_simon("customers", CUSTOMERS) == (A,)


def test_owners_and_users_are_found(state: State) -> None:
    inventory = state.inventory()
    site = SimonEntry("3", "", "Chantier", "12")
    inventory.listed_in_simon("work_addresses", [site, SimonEntry("4", "", "Ailleurs", "13")])
    inventory.used("4711", "customers", ["12"])
    inventory.used("9", "customers", ["12", "13"])
    assert inventory.owned("work_addresses", "12") == (site,)
    assert inventory.numbers_using("customers", "12") == ("9", "4711")
    assert inventory.numbers_using("items", "12") == ()
    assert inventory.keeps_any("work_addresses", "12")
    inventory.doom([("work_addresses", "3")])
    assert not inventory.keeps_any("work_addresses", "12")
    assert inventory.rows_in_simon("work_addresses") == 2


def test_a_second_inventory_begins_empty(state: State) -> None:
    first = state.inventory()
    first.listed_in_simon("customers", [SimonEntry("12", "", "Dupont")])
    first.listed_in_sellsy([A])
    first.used("1", "customers", ["12"])
    second = state.inventory()
    assert second.rows_in_simon("customers") == 0
    assert second.active_in_sellsy(Kind.CUSTOMER) == 0
    assert second.numbers_using("customers", "12") == ()
