from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime, timedelta

import pypdf
import pytest

from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.simon.company import demo_company
from simonsync.sandbox.simon.pdf import work_order_pdf
from simonsync.sandbox.simon.schema import TABLES
from simonsync.sandbox.simon.world import SimonWorld

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def company() -> SimonWorld:
    return demo_company(VirtualClock(NOW))


@pytest.mark.parametrize(
    ("entity", "count", "days_before_the_last"),
    [
        ("ItemGroup", 3, 114),
        ("Item", 12, 114),
        ("WorkOrder", 43, 0),
        ("Location", 18, 27),
        ("Customer", 6, 87),
        ("Equipment", 6, 0),
        ("Contact", 10, 114),
    ],
)
def test_4_3_the_tables_that_will_be_emptied(
    company: SimonWorld, entity: str, count: int, days_before_the_last: int
) -> None:
    rows = company.rows(entity)
    assert len(rows) == count
    last = max(row["MutationDate"] for row in rows)
    assert (datetime(2026, 3, 1, tzinfo=UTC).date() - last.date()).days == days_before_the_last


def test_nothing_carries_a_key_or_a_date_to_come(company: SimonWorld) -> None:
    for entity in TABLES:
        for row in company.rows(entity):
            assert row["ExtKey"] is None
            assert row["CreationDate"] <= row["MutationDate"] < NOW


def test_work_orders_are_in_every_state_with_what_belongs_to_it(company: SimonWorld) -> None:
    states = Counter(row["Status"] for row in company.rows("WorkOrder"))
    assert states == {"Archived": 24, "Planned": 6, "New": 5, "Ready": 4, "InProgress": 4}
    for row in company.rows("WorkOrder"):
        assert (row["ArchivedDate"] is not None) == (row["Status"] == "Archived")
        assert (row["ReadyDate"] is not None) == (row["Status"] in {"Archived", "Ready"})
        kinds = {sheet["Type"] for sheet in company.children("TimeSheet", row["Id"])}
        done = row["Status"] in {"Archived", "Ready"}
        assert kinds == (
            {"Travel", "Work"} if done else {"Travel"} if row["Status"] == "InProgress" else set()
        )


def test_there_is_something_of_every_kind(company: SimonWorld) -> None:
    assert all(company.rows(entity) for entity in TABLES)
    assert any(row["CustomerId"] is None for row in company.rows("WorkOrder"))
    assert any(row["CustomerId"] is None for row in company.rows("Location"))
    assert any(row["ItemId"] is None for row in company.rows("UsedItem"))
    assert {row["CompletedDate"] is None for row in company.rows("WorkOrderSurvey")} == {True, False}
    assert {(row["IsOffice"], row["IsField"]) for row in company.rows("User")} == {
        (True, False),
        (False, True),
    }


def test_numbers_follow_the_order_of_creation(company: SimonWorld) -> None:
    rows = company.rows("WorkOrder")
    assert [row["Number"] for row in rows] == [str(number) for number in range(4668, 4711)]
    assert sorted(row["CreationDate"] for row in rows) == [row["CreationDate"] for row in rows]


def test_life_goes_on_with_the_given_clock() -> None:
    clock = VirtualClock(NOW)
    company = demo_company(clock)
    clock.advance(3600)
    order = company.row("WorkOrder", company.add_work_order(1, "Fuite"))
    assert order["Number"] == "4711"
    assert order["CreationDate"] == NOW + timedelta(hours=1)


def test_every_work_order_fits_on_a_page(company: SimonWorld) -> None:
    for row in company.rows("WorkOrder"):
        name, content = work_order_pdf(company, row["Id"])
        assert name == f"{row['Number']}.pdf"
        assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1
