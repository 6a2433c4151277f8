from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest

from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.simon.refusal import SimonRefusalError
from simonsync.sandbox.simon.schema import TABLES
from simonsync.sandbox.simon.world import SimonWorld

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Firm:
    """A customer with a work address, an article, and one work order."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.world = SimonWorld.empty(self.clock)
        self.customer = self.world.add("Customer", Name="Durand")
        self.location = self.world.add("Location", CustomerId=self.customer, Name="Atelier")
        self.group = self.world.add("ItemGroup", Name="Produits")
        self.item = self.world.add("Item", Name="Tube", ItemGroupId=self.group)
        self.order = self.world.add_work_order(self.location, "Fuite")

    @property
    def status(self) -> str:
        return str(self.world.row("WorkOrder", self.order)["Status"])

    def mutation(self, entity: str, record: int) -> timedelta:
        moment: datetime = self.world.row(entity, record)["MutationDate"]
        return moment - START


@pytest.fixture
def firm() -> Firm:
    return Firm()


def refused(act: Callable[[], object]) -> tuple[int, str, str]:
    with pytest.raises(SimonRefusalError) as refusal:
        act()
    return int(refusal.value.status), refusal.value.code, refusal.value.target


# --- records ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({}, (400, "Required", "Name")),
        ({"Name": None}, (400, "Required", "Name")),
        ({"Name": "  "}, (400, "Required", "Name")),
        ({"Name": "x" * 101}, (400, "TooLong", "Name")),
        ({"Name": "x", "Colour": "red"}, (400, "UnknownProperty", "Colour")),
        ({"Name": "x", "name": "x"}, (400, "UnknownProperty", "name")),
        ({"Name": "x", "Id": 5}, (400, "ReadOnlyProperty", "Id")),
        ({"Name": "x", "MutationDate": START}, (400, "ReadOnlyProperty", "MutationDate")),
        ({"Name": 5}, (400, "InvalidType", "Name")),
        ({"Name": "x", "ExtKey": 5}, (400, "InvalidType", "ExtKey")),
        ({"Name": "x", "ExtKey": "k" * 51}, (400, "TooLong", "ExtKey")),
        ({"Name": "half \ud83d"}, (400, "InvalidValue", "Name")),
    ],
)
def test_a_wrong_customer_is_refused(
    firm: Firm, values: dict[str, object], answer: tuple[int, str, str]
) -> None:
    assert refused(lambda: firm.world.insert("Customer", values)) == answer
    assert len(firm.world.rows("Customer")) == 1


@pytest.mark.parametrize(
    ("entity", "values", "answer"),
    [
        ("Location", {"Name": "x", "CustomerId": 99}, (400, "UnknownReference", "CustomerId")),
        ("Location", {"Name": "x", "CustomerId": "1"}, (400, "InvalidType", "CustomerId")),
        ("Location", {"Name": "x", "CustomerId": True}, (400, "InvalidType", "CustomerId")),
        ("WorkOrder", {}, (400, "Required", "LocationId")),
        ("WorkOrder", {"LocationId": 1, "Status": "Archived"}, (400, "ReadOnlyProperty", "Status")),
        ("WorkOrder", {"LocationId": 1, "Number": "4711"}, (400, "ReadOnlyProperty", "Number")),
        ("Contact", {"Name": "x"}, (400, "Required", "CustomerId")),
        ("UsedItem", {"WorkOrderId": 1, "Quantity": "2"}, (400, "InvalidType", "Quantity")),
        ("UsedItem", {"WorkOrderId": 1, "Quantity": Decimal("1e12")}, (400, "InvalidType", "Quantity")),
        ("UsedItem", {"WorkOrderId": 1, "Quantity": 1, "Date": START}, (400, "InvalidType", "Date")),
        (
            "TimeSheet",
            {"WorkOrderId": 1, "UserId": 2, "Type": "Pause", "Minutes": 5},
            (400, "InvalidValue", "Type"),
        ),
        (
            "TimeSheet",
            {"WorkOrderId": 1, "UserId": 2, "Type": "Work", "Minutes": 2**31},
            (400, "InvalidType", "Minutes"),
        ),
        (
            "Scheduling",
            {
                "WorkOrderId": 1,
                "UserId": 2,
                "StartTime": datetime(2026, 3, 3, 8),  # noqa: DTZ001 - the missing offset is the point
                "EndTime": START,
            },
            (400, "InvalidType", "StartTime"),
        ),
    ],
)
def test_a_wrong_record_is_refused(
    firm: Firm, entity: str, values: dict[str, object], answer: tuple[int, str, str]
) -> None:
    assert refused(lambda: firm.world.insert(entity, values)) == answer


def test_ids_ascend_and_are_never_used_again(firm: Firm) -> None:
    first = firm.world.add("Customer", Name="a")
    firm.world.delete("Customer", first)
    assert firm.world.add("Customer", Name="b") == first + 1


def test_a_change_touches_only_what_is_given(firm: Firm) -> None:
    firm.world.edit("Customer", firm.customer, City="Tours", ExtKey="customer:1")
    firm.clock.advance(60)
    firm.world.edit("Customer", firm.customer, Phone="02")
    row = firm.world.row("Customer", firm.customer)
    assert (row["Name"], row["City"], row["ExtKey"], row["Phone"]) == ("Durand", "Tours", "customer:1", "02")
    assert row["CreationDate"] == START
    assert row["MutationDate"] == START + timedelta(minutes=1)


def test_a_row_that_was_read_does_not_change(firm: Firm) -> None:
    before = firm.world.row("Customer", firm.customer)
    firm.world.edit("Customer", firm.customer, Name="Dupont")
    assert before["Name"] == "Durand"


def test_an_external_key_is_empty_or_unique_within_its_table(firm: Firm) -> None:
    first = firm.world.add("Customer", Name="a", ExtKey="customer:1")
    firm.world.add("Location", Name="a", ExtKey="customer:1")
    firm.world.add("Customer", Name="b", ExtKey="")
    other = firm.world.add("Customer", Name="c")
    duplicate = (409, "DuplicateExtKey", "ExtKey")
    assert refused(lambda: firm.world.add("Customer", Name="d", ExtKey="customer:1")) == duplicate
    assert refused(lambda: firm.world.edit("Customer", other, ExtKey="customer:1")) == duplicate
    firm.world.edit("Customer", first, ExtKey="customer:1")
    firm.world.edit("Customer", first, ExtKey=None)
    firm.world.edit("Customer", other, ExtKey="customer:1")
    firm.world.delete("Customer", other)
    firm.world.edit("Customer", first, ExtKey="customer:1")
    assert firm.world.find("Customer", ExtKey="customer:1")["Id"] == first


def test_stamps_are_whole_seconds_or_minutes_and_may_be_equal(firm: Firm) -> None:
    firm.clock.advance(59.9)
    record = firm.world.add("Customer", Name="a")
    assert firm.mutation("Customer", record) == timedelta(seconds=59)
    firm.clock.advance(0.05)
    assert firm.mutation("Customer", firm.world.add("Customer", Name="b")) == timedelta(seconds=59)
    firm.world.switches.stamp_seconds = 60
    assert firm.mutation("Customer", firm.world.add("Customer", Name="c")) == timedelta(0)


# --- deleting -----------------------------------------------------------------------------------------


def test_records_in_use_cannot_be_deleted(firm: Firm) -> None:
    firm.world.use_item(firm.order, firm.item, 1)
    field_worker = firm.world.find("User", IsField=True)["Id"]
    firm.world.add_time(firm.order, "Work", 30)
    for entity, record in (
        ("Customer", firm.customer),
        ("Location", firm.location),
        ("Item", firm.item),
        ("User", field_worker),
    ):
        assert refused(lambda entity=entity, record=record: firm.world.delete(entity, record))[:2] == (  # type: ignore[misc]
            409,
            "InUse",
        )


def test_a_customer_with_a_work_address_cannot_be_deleted_even_without_work_orders(firm: Firm) -> None:
    firm.world.delete("WorkOrder", firm.order)
    assert refused(lambda: firm.world.delete("Customer", firm.customer))[:2] == (409, "InUse")
    firm.world.delete("Location", firm.location)
    firm.world.delete("Customer", firm.customer)
    assert firm.world.rows("Customer") == []


def test_a_work_order_takes_its_children_along(firm: Firm) -> None:
    other = firm.world.add_work_order(firm.location)
    for order in (firm.order, other):
        firm.world.schedule(order)
        firm.world.use_item(order, firm.item, 1)
        firm.world.add_time(order, "Travel", 15)
        firm.world.complete_survey(order, "Contrôle")
        firm.world.attach(order, "photo.jpg", b"jpeg")
    firm.world.delete("WorkOrder", firm.order)
    for entity in ("Scheduling", "UsedItem", "TimeSheet", "WorkOrderSurvey", "Attachment"):
        assert [row["WorkOrderId"] for row in firm.world.rows(entity)] == [other], entity
    firm.world.delete("WorkOrder", other)
    firm.world.delete("Item", firm.item)


def test_an_item_group_empties_the_links_to_it(firm: Firm) -> None:
    firm.clock.advance(60)
    firm.world.delete("ItemGroup", firm.group)
    assert firm.world.row("Item", firm.item)["ItemGroupId"] is None
    assert firm.mutation("Item", firm.item) == timedelta(minutes=1)


def test_a_contact_goes_with_its_last_owner(firm: Firm) -> None:
    location = firm.world.add("Location", Name="Chantier")
    shared = firm.world.add("Contact", Name="Anne", CustomerId=firm.customer, LocationId=location)
    lonely = firm.world.add("Contact", Name="Paul", LocationId=location)
    firm.world.delete("Location", location)
    assert [row["Id"] for row in firm.world.rows("Contact")] == [shared]
    assert lonely not in [row["Id"] for row in firm.world.rows("Contact")]
    assert firm.world.row("Contact", shared)["LocationId"] is None


def test_a_refused_deletion_leaves_everything_as_it_was(firm: Firm) -> None:
    contact = firm.world.add("Contact", Name="Anne", CustomerId=firm.customer)
    before = {name: firm.world.rows(name) for name in TABLES}
    refused(lambda: firm.world.delete("Customer", firm.customer))
    assert {name: firm.world.rows(name) for name in TABLES} == before
    assert firm.world.row("Contact", contact)["CustomerId"] == firm.customer


def test_a_server_that_cascades_deletes_what_uses_the_record(firm: Firm) -> None:
    firm.world.switches.cascade = True
    firm.world.use_item(firm.order, firm.item, 1)
    firm.world.delete("Customer", firm.customer)
    for entity in ("Customer", "Location", "WorkOrder", "UsedItem"):
        assert firm.world.rows(entity) == [], entity
    assert len(firm.world.rows("Item")) == 1


# --- the life of a work order ---------------------------------------------------------------------------


def test_a_work_order_takes_the_customer_of_its_address_unless_told_otherwise(firm: Firm) -> None:
    assert firm.world.row("WorkOrder", firm.order)["CustomerId"] == firm.customer
    without = firm.world.add_work_order(firm.location, CustomerId=None)
    assert firm.world.row("WorkOrder", without)["CustomerId"] is None


def test_simon_numbers_work_orders_and_goes_on_after_a_wipe(firm: Firm) -> None:
    number = firm.world.row("WorkOrder", firm.order)["Number"]
    firm.world.delete("WorkOrder", firm.order)
    following = firm.world.row("WorkOrder", firm.world.add_work_order(firm.location))["Number"]
    assert int(following) == int(number) + 1


def test_2_4_from_new_to_archived(firm: Firm) -> None:
    assert firm.status == "New"
    planned = firm.world.schedule(firm.order)
    assert firm.status == "Planned"
    firm.world.delete("Scheduling", planned)
    assert firm.status == "New"
    firm.world.schedule(firm.order)
    firm.world.begin(firm.order)
    firm.world.begin(firm.order)
    assert firm.status == "InProgress"
    firm.clock.advance(3600)
    firm.world.declare_ready(firm.order)
    assert firm.status == "Ready"
    firm.clock.advance(3600)
    firm.world.archive(firm.order)
    row = firm.world.row("WorkOrder", firm.order)
    assert row["Status"] == "Archived"
    assert row["ReadyDate"] == START + timedelta(hours=1)
    assert row["ArchivedDate"] == row["MutationDate"] == START + timedelta(hours=2)


def test_3_4_only_a_ready_work_order_can_be_archived(firm: Firm) -> None:
    refusal = (409, "InvalidStatus", "Status")
    assert refused(lambda: firm.world.archive(firm.order)) == refusal
    firm.world.begin(firm.order)
    assert refused(lambda: firm.world.archive(firm.order)) == refusal
    assert refused(lambda: firm.world.reopen(firm.order)) == refusal
    firm.world.declare_ready(firm.order)
    assert refused(lambda: firm.world.declare_ready(firm.order)) == refusal
    firm.world.archive(firm.order)
    assert refused(lambda: firm.world.archive(firm.order)) == refusal


def test_a_reopened_work_order_can_be_archived_again(firm: Firm) -> None:
    firm.world.declare_ready(firm.order)
    firm.world.archive(firm.order)
    firm.world.reopen(firm.order)
    row = firm.world.row("WorkOrder", firm.order)
    assert (row["Status"], row["ReadyDate"], row["ArchivedDate"]) == ("InProgress", None, None)
    firm.world.declare_ready(firm.order)
    firm.world.archive(firm.order)
    assert firm.status == "Archived"


@pytest.mark.parametrize("touch", [True, False])
def test_a_work_order_changes_with_its_children(firm: Firm, touch: bool) -> None:  # noqa: FBT001 - a case
    firm.world.switches.children_touch_work_order = touch
    used = firm.world.use_item(firm.order, firm.item, 1)
    acts: list[Callable[[], object]] = [
        lambda: firm.world.add_time(firm.order, "Work", 30),
        lambda: firm.world.edit("UsedItem", used, Quantity=Decimal(2)),
        lambda: firm.world.complete_survey(firm.order, "Contrôle"),
        lambda: firm.world.attach(firm.order, "photo.jpg", b"jpeg"),
        lambda: firm.world.delete("UsedItem", used),
    ]
    for minutes, act in enumerate(acts, start=1):
        firm.clock.advance(60)
        act()
        assert firm.mutation("WorkOrder", firm.order) == timedelta(minutes=minutes if touch else 0)


# --- what field workers enter -----------------------------------------------------------------------------


def test_used_items_copy_the_article_name_and_free_text_stands_alone(firm: Firm) -> None:
    firm.world.use_item(firm.order, firm.item, "2.5")
    firm.world.use_item(firm.order, None, -1, "Reprise", ExtKey="quote:1:row:2")
    article, free = firm.world.rows("UsedItem")
    assert (article["Description"], article["Quantity"], article["Date"]) == (
        "Tube",
        Decimal("2.5"),
        date(2026, 3, 2),
    )
    assert (free["ItemId"], free["Description"], free["Quantity"]) == (None, "Reprise", Decimal(-1))


def test_time_ends_now_unless_a_start_is_given(firm: Firm) -> None:
    firm.world.add_time(firm.order, "Travel", 15)
    sheet = firm.world.rows("TimeSheet")[0]
    assert (sheet["StartTime"], sheet["EndTime"]) == (START - timedelta(minutes=15), START)
    assert sheet["UserId"] == firm.world.find("User", IsField=True)["Id"]


def test_a_waiting_questionnaire_is_the_one_that_gets_completed(firm: Firm) -> None:
    waiting = firm.world.add("WorkOrderSurvey", WorkOrderId=firm.order, SurveyName="Contrôle")
    assert firm.world.complete_survey(firm.order, "Contrôle") == waiting
    assert firm.world.complete_survey(firm.order, "Contrôle") != waiting
    assert [row["CompletedDate"] for row in firm.world.rows("WorkOrderSurvey")] == [START, START]


def test_find_wants_exactly_one(firm: Firm) -> None:
    with pytest.raises(LookupError, match="2 records of User"):
        firm.world.find("User")
    with pytest.raises(LookupError, match="0 records of Item"):
        firm.world.find("Item", Name="nothing")


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Python changes threads after every few instructions, so that a missing lock shows."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("impatient_threads")
def test_threads_never_get_the_same_id_or_key(firm: Firm) -> None:
    refusals: list[SimonRefusalError] = []

    def add() -> None:
        for number in range(50):
            try:
                firm.world.add("Item", Name="x", ExtKey=f"item:{number}")
            except SimonRefusalError as refusal:
                refusals.append(refusal)

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = [row for row in firm.world.rows("Item") if row["ExtKey"]]
    assert len(rows) == len({row["Id"] for row in rows}) == len({row["ExtKey"] for row in rows}) == 50
    assert len(refusals) == 150


def test_a_record_may_bear_a_stamp_of_the_future(firm: Firm) -> None:
    ahead = START + timedelta(days=400)
    firm.world.restamp("WorkOrder", firm.order, MutationDate=ahead)
    assert firm.mutation("WorkOrder", firm.order) == timedelta(days=400)
    firm.world.edit("WorkOrder", firm.order, Description="Grosse fuite")
    assert firm.mutation("WorkOrder", firm.order) == timedelta(0)


def test_an_id_may_be_handed_out_again(firm: Firm) -> None:
    with pytest.raises(ValueError, match="not free"):
        firm.world.hand_out_again("WorkOrder", firm.order)
    number = firm.world.row("WorkOrder", firm.order)["Number"]
    firm.world.delete("WorkOrder", firm.order)
    firm.world.hand_out_again("WorkOrder", firm.order)
    assert firm.world.add_work_order(firm.location, "Autre") == firm.order
    assert firm.world.row("WorkOrder", firm.order)["Number"] != number
