"""What goes from Simon and why, and when a human must look first: pure rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.domain.reading import Reading
from simonsync.rules.cleanup import (
    Brake,
    Candidate,
    Doomed,
    Fate,
    Limits,
    Listed,
    Reason,
    approved,
    as_deletion,
    brake,
    is_gone,
    is_stale,
    judge,
    key_of,
    plan_id,
)

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
CUSTOMER, ITEM, SERVICE, ADDRESS, CATEGORY = (
    sellsy_key(kind, 5) for kind in (Kind.CUSTOMER, Kind.ITEM, Kind.SERVICE, Kind.ADDRESS, Kind.CATEGORY)
)


@pytest.mark.parametrize(
    ("table", "key", "listed", "expected"),
    [
        ("customers", CUSTOMER, Listed.ACTIVE, Fate.KEEP),
        ("customers", CUSTOMER, Listed.ARCHIVED, Reason.ARCHIVED),
        ("customers", CUSTOMER, Listed.ABSENT, Fate.ASK),
        ("customers", None, Listed.ABSENT, Reason.MADE_IN_SIMON),
        ("items", ITEM, Listed.ACTIVE, Fate.KEEP),
        ("items", SERVICE, Listed.ARCHIVED, Reason.ARCHIVED),
        ("items", ITEM, Listed.ABSENT, Fate.ASK),
        ("items", None, Listed.ABSENT, Reason.MADE_IN_SIMON),
        ("work_addresses", ADDRESS, Listed.ACTIVE, Fate.KEEP),
        ("work_addresses", ADDRESS, Listed.ABSENT, Fate.ASK),
        ("work_addresses", None, Listed.ABSENT, Fate.KEEP),
        ("item_groups", CATEGORY, Listed.ABSENT, Fate.KEEP),
        ("item_groups", None, Listed.ABSENT, Fate.KEEP),
    ],
)
def test_2_1_2_5_3_1_3_3_what_becomes_of_a_record(
    table: str, key: Key | None, listed: Listed, expected: Fate | Reason
) -> None:
    assert judge(Candidate(table, "7", "Dupont", key=key, listed=listed)) is expected


@pytest.mark.parametrize(
    ("table", "ext_key", "expected"),
    [
        ("customers", "customer:5", CUSTOMER),
        ("items", "item:5", ITEM),
        ("items", "item:5_9", sellsy_key(Kind.ITEM, "5_9")),
        ("items", "service:5", SERVICE),
        ("work_addresses", "address:5", ADDRESS),
        ("item_groups", "category:none:item", sellsy_key(Kind.CATEGORY, "none:item")),
        ("customers", "", None),
        ("customers", "ERP-2655", None),
        ("customers", "item:5", None),
        ("items", "customer:5", None),
        ("work_addresses", "quote:5", None),
        ("customers", "customer:", None),
    ],
)
def test_2_1_only_a_key_of_ours_in_its_own_table_is_ours(
    table: str, ext_key: str, expected: Key | None
) -> None:
    assert key_of(table, ext_key) == expected


@pytest.mark.parametrize(
    ("minutes_ago", "expected"), [(None, False), (0, False), (29, False), (30, True), (10_000, True)]
)
def test_7_3_gone_is_refused_twice_half_an_hour_apart(minutes_ago: int | None, expected: bool) -> None:  # noqa: FBT001 a column of the table
    first = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    assert is_gone(None if first is None else Reading(first), Reading(NOW)) is expected


@pytest.mark.parametrize(
    ("age", "stale"),
    [
        (timedelta(days=7), False),
        (timedelta(days=7, seconds=1), True),
        (-timedelta(minutes=5), False),
        (-timedelta(days=400), True),
    ],
)
def test_7_3_a_plan_waits_seven_days(age: timedelta, stale: bool) -> None:  # noqa: FBT001 a column of the table
    assert is_stale(NOW - age, NOW) is stale


def going(**tables: int) -> list[Doomed]:
    """Doom so many records of each table."""
    return [
        Doomed(Candidate(table, str(number), f"{table} {number}"), Reason.ARCHIVED)
        for table, count in tables.items()
        for number in range(count)
    ]


LIMITS = Limits(max_deletions=50, max_percent=10)


@pytest.mark.parametrize(
    ("doomed", "rows", "empty", "expected"),
    [
        ({}, {}, False, None),
        ({}, {"customers": 0}, True, None),
        ({"customers": 1}, {"customers": 500}, True, Brake.EMPTY_LIST),
        ({"customers": 50}, {"customers": 500}, False, None),
        ({"customers": 51}, {"customers": 5000}, False, Brake.TOO_MANY),
        ({"customers": 30, "items": 21}, {"customers": 5000, "items": 5000}, False, Brake.TOO_MANY),
        # Three of a small table are a large share and go; four do not.
        ({"items": 3}, {"items": 3}, False, None),
        ({"items": 4}, {"items": 39}, False, Brake.TOO_LARGE_A_SHARE),
        ({"items": 4}, {"items": 40}, False, None),
        # Each table for itself.
        ({"items": 3, "customers": 3, "work_addresses": 3}, {}, False, None),
        (
            {"items": 1, "work_addresses": 4},
            {"items": 900, "work_addresses": 20},
            False,
            Brake.TOO_LARGE_A_SHARE,
        ),
    ],
)
def test_7_3_the_brake(
    doomed: Mapping[str, int],
    rows: Mapping[str, int],
    empty: bool,  # noqa: FBT001 a column of the table
    expected: Brake | None,
) -> None:
    assert brake(going(**doomed), rows, LIMITS, list_became_empty=empty) is expected


def test_7_3_the_limits_are_the_configurations() -> None:
    doomed, rows = going(customers=5), {"customers": 100}
    assert brake(doomed, rows, Limits(4, 100), list_became_empty=False) is Brake.TOO_MANY
    assert brake(doomed, rows, Limits(5, 4.9), list_became_empty=False) is Brake.TOO_LARGE_A_SHARE
    assert brake(doomed, rows, Limits(5, 5), list_became_empty=False) is None
    assert brake(going(customers=1), rows, Limits(0, 100), list_became_empty=False) is Brake.TOO_MANY


def test_7_3_a_plan_is_named_by_its_content() -> None:
    deletions = [as_deletion(each) for each in going(customers=2, items=1)]
    name = plan_id(deletions)
    assert len(name) == 8
    assert int(name, 16) >= 0
    assert plan_id(list(reversed(deletions))) == name
    assert plan_id(deletions[1:]) != name
    for changed in ("kind", "id", "name", "reason"):
        assert plan_id([{**deletions[0], changed: "x"}, *deletions[1:]]) != name


def test_7_3_a_deletion_says_what_why_and_which() -> None:
    standing = Candidate("work_addresses", "12", "Entrepôt", key=ADDRESS)
    assert as_deletion(Doomed(standing, Reason.CUSTOMER_GONE)) == {
        "kind": "work_address",
        "id": "12",
        "name": "Entrepôt",
        "reason": "customer-gone",
    }


def customer(number: str) -> Doomed:
    return Doomed(Candidate("customers", number, "Dupont"), Reason.ARCHIVED)


def address(number: str, owner: str, reason: Reason = Reason.CUSTOMER_GONE) -> Doomed:
    return Doomed(Candidate("work_addresses", number, "Entrepôt", owner=owner), reason)


def item(number: str, group: str) -> Doomed:
    return Doomed(Candidate("items", number, "P-12", owner=group), Reason.GONE)


def group(number: str) -> Doomed:
    return Doomed(Candidate("item_groups", number, "Éclairage"), Reason.GROUP_EMPTY)


EVERYTHING = (address("1", "7"), address("2", "7"), customer("7"), customer("8"), item("4", "3"), group("3"))


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({("customer", "8")}, (customer("8"),)),
        ({("item", "99")}, ()),
        # Somebody has added a work address since: the customer stays, with all of them.
        ({("work_address", "1"), ("customer", "7")}, ()),
        # The customer itself was not in the plan: its addresses stay.
        ({("work_address", "1"), ("work_address", "2")}, ()),
        (
            {("work_address", "1"), ("work_address", "2"), ("customer", "7")},
            (address("1", "7"), address("2", "7"), customer("7")),
        ),
        ({("item_group", "3")}, ()),
        ({("item_group", "3"), ("item", "4")}, (item("4", "3"), group("3"))),
    ],
)
def test_7_3_an_approval_covers_what_was_seen_and_nothing_else(
    plan: set[tuple[str, str]], expected: Sequence[Doomed]
) -> None:
    assert approved(EVERYTHING, plan) == tuple(expected)


def test_3_3_an_address_that_is_gone_by_itself_needs_no_customer_in_the_plan() -> None:
    alone = address("1", "7", Reason.GONE)
    assert approved((alone,), {("work_address", "1")}) == (alone,)


PLACES = st.tuples(
    st.sampled_from(["customer", "work_address", "item", "item_group"]), st.sampled_from("1234567890")
)


@given(st.sets(PLACES))
def test_7_3_whatever_is_approved_is_doomed_and_in_the_plan(plan: set[tuple[str, str]]) -> None:
    left = approved(EVERYTHING, plan)
    assert set(left) <= set(EVERYTHING)
    described = [as_deletion(each) for each in left]
    assert {(each["kind"], each["id"]) for each in described} <= plan
    # Nobody loses what points at him.
    staying = set(EVERYTHING) - set(left)
    for each in left:
        owned = {one for one in staying if one.standing.owner == each.standing.id}
        if each.standing.table in {"customers", "item_groups"}:
            assert not owned
