from __future__ import annotations

import pytest

from tests.sandbox.simon_caller import SimonCaller


@pytest.fixture
def simon() -> SimonCaller:
    """Two customers; the first has work addresses 1 and 3, made a minute apart, the second 2."""
    caller = SimonCaller(dialect="rest").log_in()
    for name in ("Durand", "Dupont"):
        caller.world.add("Customer", Name=name)
    for number, customer in enumerate((1, 2, 1), start=1):
        caller.world.add(
            "Location", Name=f"Adresse {number}", CustomerId=customer, ExtKey=f"address:{number}"
        )
        caller.clock.advance(60)
    return caller


def test_insert_update_delete(simon: SimonCaller) -> None:
    assert simon.ok("POST", "item/insert", {"Name": "Tube", "ExtKey": "item:1"}) == {"Id": 1}
    assert simon.ok("POST", "Item/Update", {"Id": 1, "Unit": "m"}) == {"Id": 1}
    row = simon.ok("GET", "ITEM/READ/1")
    assert (row["Name"], row["Unit"], row["ExtKey"]) == ("Tube", "m", "item:1")
    assert not [name for name in row if name.startswith("@")]
    assert simon.ok("POST", "item/delete", {"Id": 1}) == {"Id": 1}
    assert simon.refused("GET", "item/read/1") == (404, "NotFound")


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [1, 2, 3]),
        ("?CustomerId=1", [1, 3]),
        ("?CustomerId=1&ExtKey=address:3", [3]),
        ("?ExtKey=address:2", [2]),
        ("?ExtKey=", []),
        ("?Street=", [1, 2, 3]),
        ("?MutationDate=2026-03-02T08:01:00Z", [2]),
    ],
)
def test_read_lists_pairs(simon: SimonCaller, query: str, ids: list[int]) -> None:
    expected = [{"Id": number, "ExtKey": f"address:{number}"} for number in ids]
    assert simon.ok("GET", f"location/read{query}") == expected


def test_read_has_no_page_cap(simon: SimonCaller) -> None:
    for number in range(45):
        simon.world.add("Item", Name=f"Article {number}")
    assert len(simon.ok("GET", "item/read")) == 45


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [1, 2, 3]),
        ("?LastId=1", [2, 3]),
        ("?LastId=3", []),
        ("?LastMutation=2026-03-02T08:01:00Z", [3]),
        ("?LastMutation=2026-03-02T09:00:59%2B01:00", [2, 3]),
        ("?LastMutation=2026-03-02T08:01:00Z&LastId=1", [2, 3]),
        ("?LastMutation=2026-03-02T08:01:00Z&LastId=2", [3]),
    ],
)
def test_readsync_lists_what_changed_after(simon: SimonCaller, query: str, ids: list[int]) -> None:
    answer = simon.client.get(f"/location/readsync{query}", headers=simon.headers)
    assert answer.json == ids


def test_readsync_comes_in_the_order_of_change(simon: SimonCaller) -> None:
    simon.world.edit("Location", 1, Remark="Portail vert")
    assert simon.ok("GET", "location/readsync?LastMutation=2026-03-02T08:00:00Z") == [2, 3, 1]


@pytest.mark.parametrize(
    ("verb", "path", "body", "refusal"),
    [
        ("GET", "item/insert", None, (405, "MethodNotAllowed")),
        ("PUT", "item/update", {"Id": 1}, (405, "MethodNotAllowed")),
        ("DELETE", "item/delete", None, (405, "MethodNotAllowed")),
        ("POST", "item/read", {}, (405, "MethodNotAllowed")),
        ("POST", "item/update", {"Name": "x"}, (400, "Required")),
        ("POST", "item/update", {"Id": "1", "Name": "x"}, (400, "Required")),
        ("POST", "item/delete", {}, (400, "Required")),
        ("POST", "item/update", {"Id": 99, "Name": "x"}, (404, "NotFound")),
        ("POST", "item/insert", {"Id": 5, "Name": "x"}, (400, "ReadOnlyProperty")),
        ("POST", "location/insert", {"Name": "x", "ExtKey": "address:1"}, (409, "DuplicateExtKey")),
        ("POST", "customer/delete", {"Id": 1}, (409, "InUse")),
        ("POST", "item/insert", [1], (400, "InvalidBody")),
        ("POST", "item/upsert", {}, (404, "NotFound")),
        ("POST", "thing/insert", {}, (404, "NotFound")),
        ("GET", "Customer", None, (404, "NotFound")),
        ("GET", "Customer(1)", None, (404, "NotFound")),
        ("GET", "location/read/x", None, (400, "InvalidParameter")),
        ("GET", "location/read/1?CustomerId=1", None, (400, "UnknownParameter")),
        ("GET", "location/read?Colour=red", None, (400, "UnknownParameter")),
        ("GET", "location/read?CustomerId=one", None, (400, "InvalidParameter")),
        ("GET", "location/read?CustomerId=1&CustomerId=2", None, (400, "InvalidParameter")),
        ("GET", "location/readsync?Since=now", None, (400, "UnknownParameter")),
        ("GET", "location/readsync?LastMutation=now", None, (400, "InvalidParameter")),
        ("GET", "location/readsync?LastMutation=2026-03-02T08:00:00", None, (400, "InvalidParameter")),
        ("GET", "location/readsync?LastId=-1", None, (400, "InvalidParameter")),
        ("GET", "location/readsync/1", None, (404, "NotFound")),
    ],
)
def test_refusals(simon: SimonCaller, verb: str, path: str, body: object, refusal: tuple[int, str]) -> None:
    assert simon.refused(verb, path, body) == refusal


def test_pdfs_and_tokens_are_the_same_in_both_dialects(simon: SimonCaller) -> None:
    order = simon.world.add_work_order(1, "Fuite")
    assert simon.call("GET", f"Workorder/digitalpresentation/{order}").content_type == "application/pdf"
    simon.world.access.expire_tokens()
    assert simon.refused("GET", "location/read") == (401, "TokenUnknown")
