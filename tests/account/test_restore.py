"""Bringing back what a wipe or a cleanup removed: once, under new Ids, and never what was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from simonsync.account.backup import find_archive
from simonsync.account.restore import RecordFate, RecordsRestore, look_at_records, restore_records
from simonsync.domain.entities import MANUAL_TABLES, POINTED_AT_FIRST
from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.phase import Phase
from simonsync.errors import CredentialsRefused, ServiceUnavailable, UsageError
from simonsync.settings.declaration import ProductChoice
from simonsync.store.archive import Archive, SavedRecord, open_archive, save_records
from simonsync.store.ledger import Status
from tests.account.office import Office, StoppedByTest
from tests.firm import number

SHAPES: Mapping[str, tuple[str, ...]] = {
    "ItemGroup": ("Name",),
    "Item": ("Code", "Name", "Unit"),
    "Customer": ("Name", "Street", "ZipCode", "City", "Phone", "Remark", "ExtKey"),
    "Location": ("Name", "Street", "City", "Remark", "ExtKey"),
    "Equipment": ("Name", "SerialNumber"),
    "Contact": ("Name", "Function"),
    "WorkOrder": ("Description", "WorkDone", "CustomerReference", "ExtKey"),
    "UsedItem": ("Description", "Quantity", "Date", "UserId"),
    "TimeSheet": ("Type", "StartTime", "EndTime", "Minutes", "UserId"),
    "WorkOrderSurvey": ("SurveyName", "CompletedDate"),
}
LINKS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Item": (("ItemGroupId", "ItemGroup"),),
    "Location": (("CustomerId", "Customer"),),
    "Equipment": (("LocationId", "Location"),),
    "Contact": (("CustomerId", "Customer"), ("LocationId", "Location")),
    "WorkOrder": (("CustomerId", "Customer"), ("LocationId", "Location")),
    "UsedItem": (("WorkOrderId", "WorkOrder"), ("ItemId", "Item")),
    "TimeSheet": (("WorkOrderId", "WorkOrder"),),
    "WorkOrderSurvey": (("WorkOrderId", "WorkOrder"),),
}


def picture(office: Office) -> dict[str, Counter[Any]]:
    """Everything that people can see in Simon, whatever the Ids: links are shown by what they lead to."""
    rows = {entity: {row["Id"]: row for row in office.box.simon.rows(entity)} for entity in SHAPES}

    def shown(entity: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
        own = tuple(str(row[name]) for name in SHAPES[entity])
        linked = tuple(
            None if row[field] is None else shown(target, rows[target][row[field]])
            for field, target in LINKS.get(entity, ())
        )
        return (*own, *linked)

    return {entity: Counter(shown(entity, row) for row in found.values()) for entity, found in rows.items()}


def last_archive(office: Office) -> Archive:
    return find_archive(office.account(), office.backups()[-1])


def restore(office: Office, archive: Archive | None = None) -> RecordsRestore:
    return restore_records(office.account(), archive or last_archive(office), office.simon)


def writes(office: Office) -> list[str]:
    return [method for method in office.writes() if "login" not in method]


def test_everything_that_a_wipe_removed_comes_back_with_its_links(office: Office) -> None:
    before = picture(office)
    office.wipe()
    result = restore(office)
    assert picture(office) == before
    assert result.refused == []
    assert result.fates["work_orders"] == Counter({RecordFate.RESTORED: 43})
    assert set(result.fates["attachments"]) == {RecordFate.FILE}
    assert {row["Status"] for row in office.box.simon.rows("WorkOrder")} == {"New"}
    assert office.codes()[-1] == "records-restored"
    # Simon is no longer empty: the activation begins at its beginning.
    assert office.phase() is Phase.NEVER_ACTIVATED


def test_restoring_twice_inserts_nothing_twice(office: Office) -> None:
    office.wipe()
    restore(office)
    before = picture(office)
    office.box.log.clear()
    result = restore(office)
    assert picture(office) == before
    assert writes(office) == []
    assert result.total(RecordFate.RESTORED) == 0


@pytest.mark.parametrize("steps", [1, 25, 60, 100, 140])
def test_an_interrupted_restore_goes_on_where_it_stopped(office: Office, steps: int) -> None:
    before = picture(office)
    office.wipe()
    with office.stopping_after(steps), pytest.raises(StoppedByTest):
        restore(office)
    restore(office)
    assert picture(office) == before


@pytest.mark.parametrize("kind", ["drop_after", "half", "status"])
def test_an_insert_whose_answer_was_lost_is_found_again(office: Office, kind: str) -> None:
    before = picture(office)
    office.wipe()
    more = {"status": 502, "applied": True} if kind == "status" else {}
    for method in ("POST Contact", "POST WorkOrder", "POST UsedItem"):
        office.box.faults.set(kind, service="simon", method=method, call=2, times=1, **more)
    restore(office)
    office.box.faults.clear()
    restore(office)
    assert picture(office) == before


def test_an_insert_that_died_with_its_run_is_found_again(office: Office) -> None:
    before = picture(office)
    office.wipe()
    office.box.faults.set("drop_after", service="simon", method="POST Contact", call=3, times=1)
    # Whoever looks for the record is told nothing: the run ends without knowing.
    office.box.faults.set("status", service="simon", method="GET Contact", call=2, times=None, status=503)
    with pytest.raises(ServiceUnavailable):
        restore(office)
    office.box.faults.clear()
    assert len(office.box.simon.rows("Contact")) == 3
    restore(office)
    assert picture(office) == before


def test_records_of_an_interrupted_wipe_that_are_still_there_are_left_alone(office: Office) -> None:
    before = picture(office)
    office.workers = 1
    with office.stopping_after(40), pytest.raises(StoppedByTest):
        office.wipe()
    there = {number(row["Id"]) for row in office.box.simon.rows("WorkOrder")}
    result = restore(office)
    assert picture(office) == before
    assert result.fates["work_orders"][RecordFate.PRESENT] == len(there)


def test_two_archives_of_one_wipe_bring_nothing_back_twice(office: Office) -> None:
    before = picture(office)
    office.workers = 1
    with office.stopping_after(40), pytest.raises(StoppedByTest):
        office.wipe()
    office.later(seconds=1)
    office.wipe()
    first, second = office.backups()
    restore(office, open_archive(second, "firm"))
    restore(office, open_archive(first, "firm"))
    restore(office, open_archive(second, "firm"))
    assert picture(office) == before


def test_what_was_restored_and_wiped_again_and_again_comes_back_once(office: Office) -> None:
    for _ in range(3):
        office.box.simon.delete("ItemGroup", number(office.box.simon.rows("ItemGroup")[0]["Id"]))
    for row in office.box.simon.rows("WorkOrder")[3:]:
        office.box.simon.delete("WorkOrder", number(row["Id"]))
    before = picture(office)
    for _ in range(3):
        office.wipe()
        restore(office)
        office.later(seconds=1)
    for path in office.backups():
        restore(office, open_archive(path, "firm"))
    assert picture(office) == before


def test_two_records_that_look_the_same_are_not_taken_for_one(office: Office) -> None:
    twins = [office.box.simon.add("ItemGroup", Name="Divers") for _ in range(2)]
    before = picture(office)
    office.wipe()
    office.box.faults.set("drop_after", service="simon", method="POST ItemGroup", call=5, times=1)
    restore(office)
    restore(office)
    assert picture(office) == before
    with office.state() as state:
        assert len({state.restored.new_id("item_groups", str(twin)) for twin in twins}) == 2


def test_looking_at_a_restore_writes_nothing_anywhere(office: Office) -> None:
    office.wipe()
    archive = last_archive(office)
    before = (office.folder / "firm.db").read_bytes()
    office.box.log.clear()
    found = look_at_records(office.account(), archive, office.simon)
    assert writes(office) == []
    assert (office.folder / "firm.db").read_bytes() == before
    assert found.fates == restore(office, archive).fates


def test_looking_without_a_state_makes_none(office: Office) -> None:
    office.wipe()
    archive = last_archive(office)
    (office.folder / "firm.db").unlink()
    found = look_at_records(office.account(), archive, office.simon)
    assert found.total(RecordFate.RESTORED) > 98
    assert not (office.folder / "firm.db").exists()


# --- after a restart ----------------------------------------------------------------------------------


@pytest.fixture
def worked(office: Office) -> Office:
    """The firm has sent one work order and has another one open; then it stops and wipes its work orders."""
    office.start(work_time_product=ProductChoice(Kind.SERVICE, "SER001"))
    office.sync()
    office.archived("Envoyé", work=30)
    office.later(minutes=5)
    office.sync()
    card = office.simon_id("Customer", f"customer:{office.clients()[0]}")
    place = next(row for row in office.box.simon.rows("Location") if row["CustomerId"] == card)
    order = office.box.simon.add_work_order(number(place["Id"]), "Ouvert")
    office.box.simon.add_time(order, "Work", 45)
    office.deactivate()
    office.later(minutes=1)
    return office


def test_a_work_order_that_was_sent_does_not_come_back(worked: Office) -> None:
    worked.wipe(["work_orders"])
    result = restore(worked)
    assert [row["Description"] for row in worked.box.simon.rows("WorkOrder")] == ["Ouvert"]
    assert len(worked.box.simon.rows("TimeSheet")) == 1
    assert result.fates["work_orders"] == Counter({RecordFate.SENT: 1, RecordFate.RESTORED: 1})
    assert result.fates["time_sheets"] == Counter({RecordFate.ITS_WORK_ORDER: 1, RecordFate.RESTORED: 1})
    assert worked.phase() is Phase.INACTIVE


def test_a_work_order_that_may_have_been_sent_does_not_come_back_either(worked: Office) -> None:
    order = number(worked.box.simon.find("WorkOrder", Description="Ouvert")["Id"])
    with worked.state() as state:
        state.attempts.intend(
            f"work_order:{order}",
            1,
            payload="x",
            customer=sellsy_key(Kind.CUSTOMER, 1),
            t0=worked.box.clock(),
            at=worked.box.clock(),
            run=1,
        )
    worked.wipe(["work_orders"])
    assert restore(worked).fates["work_orders"] == Counter({RecordFate.SENT: 2})
    assert worked.box.simon.rows("WorkOrder") == []


def test_a_restored_work_order_that_was_sent_then_stays_away_for_good(worked: Office) -> None:
    worked.wipe(["work_orders"])
    restore(worked)
    order = number(worked.box.simon.find("WorkOrder", Description="Ouvert")["Id"])
    worked.connect_both()
    worked.save_settings()
    worked.later(seconds=5)
    worked.box.simon.declare_ready(order)
    worked.box.simon.archive(order)
    for _ in range(5):
        worked.later(minutes=5)
        worked.sync()
    assert worked.entry(order).status is Status.SENT
    assert len(worked.drafts()) == 2
    worked.deactivate()
    worked.wipe(["work_orders"])
    for path in worked.backups()[1:]:
        restore(worked, open_archive(path, "firm"))
    assert worked.box.simon.rows("WorkOrder") == []


def test_records_of_sellsy_are_bound_again_and_the_next_pull_finds_them(worked: Office) -> None:
    before = worked.counts()
    worked.wipe(include_unsent=True, tables=MANUAL_TABLES)
    assert not any(worked.counts().values())
    result = restore(worked)
    assert result.fates["customers"][RecordFate.RESTORED] == before["Customer"]
    with worked.state() as state:
        for row in worked.box.simon.rows("Customer"):
            key = sellsy_key(Kind.CUSTOMER, str(row["ExtKey"]).removeprefix("customer:"))
            binding = state.bindings.get(key)
            assert binding is not None
            assert binding.target_id == str(row["Id"])
    worked.connect_both()
    worked.save_settings()
    worked.pull()
    assert worked.counts()["Customer"] == before["Customer"]
    assert worked.counts()["Location"] == before["Location"]
    assert worked.counts()["Item"] == before["Item"]
    worked.box.log.clear()
    worked.pull()
    assert writes(worked) == []


def test_customers_that_came_anew_from_sellsy_take_their_work_orders_back(worked: Office) -> None:
    worked.wipe(include_unsent=True, tables=MANUAL_TABLES)
    worked.connect_both()
    worked.save_settings()
    worked.pull()
    before = worked.counts()
    result = restore(worked)
    assert result.fates["customers"] == Counter({RecordFate.PRESENT: before["Customer"]})
    assert worked.counts()["Customer"] == before["Customer"]
    order = worked.box.simon.find("WorkOrder", Description="Ouvert")
    customer = worked.box.simon.row("Customer", number(order["CustomerId"]))
    assert customer["ExtKey"] == f"customer:{worked.clients()[0]}"


# --- what Simon would not take --------------------------------------------------------------------------


def test_a_record_that_simon_refuses_is_named_and_the_others_come_back(office: Office) -> None:
    contact = SavedRecord("900", "", "Sans attache", {"Id": 900, "Name": "Sans attache"})
    group = SavedRecord("901", "", "Divers", {"Id": 901, "Name": "Divers"})
    path = save_records(
        office.folder / "backups",
        "firm",
        office.box.clock(),
        [("contacts", [contact]), ("item_groups", [group])],
    )
    result = restore(office, open_archive(path, "firm"))
    assert [(each.table, each.name, each.problem.code) for each in result.refused] == [
        ("contacts", "Sans attache", "simon-refused")
    ]
    assert office.box.simon.find("ItemGroup", Name="Divers")
    assert result.fates["contacts"] == Counter({RecordFate.REFUSED: 1})


def test_a_foreign_key_that_is_taken_means_that_the_record_is_there(office: Office) -> None:
    customer = number(office.box.simon.rows("Customer")[0]["Id"])
    office.box.simon.edit("Customer", customer, ExtKey="crm-77")
    saved = SavedRecord("900", "crm-77", "Ancien", {"Id": 900, "Name": "Ancien", "ExtKey": "crm-77"})
    path = save_records(office.folder / "backups", "firm", office.box.clock(), [("customers", [saved])])
    result = restore(office, open_archive(path, "firm"))
    assert result.fates["customers"] == Counter({RecordFate.PRESENT: 1})
    assert len(office.box.simon.rows("Customer")) == 6


def test_wrong_credentials_bring_nothing_back(office: Office) -> None:
    office.wipe()
    simon = office.simon
    office.box.simon.access.password = "changed"
    with pytest.raises(CredentialsRefused):
        restore_records(office.account(), last_archive(office), simon)
    assert office.phase() is Phase.WIPED


def test_another_simon_gets_nothing(office: Office) -> None:
    office.wipe()
    office.box.simon.access.key = "6543210987654321"
    office.box.simon.access.expire_tokens()
    for look in (look_at_records, restore_records):
        with pytest.raises(UsageError) as caught:
            look(office.account(), last_archive(office), office.simon)
        assert caught.value.code == "other-simon"


def test_each_table_comes_after_what_it_points_at() -> None:
    points_at = {
        "items": {"item_groups"},
        "work_addresses": {"customers"},
        "objects": {"work_addresses"},
        "contacts": {"customers", "work_addresses"},
        "work_orders": {"customers", "work_addresses", "contacts", "objects"},
        "used_items": {"work_orders", "items"},
    }
    for table, targets in points_at.items():
        assert all(POINTED_AT_FIRST.index(target) < POINTED_AT_FIRST.index(table) for target in targets)
