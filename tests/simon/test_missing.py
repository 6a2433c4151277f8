"""What a 404 means depends on what was asked for: a record, something that hangs on it, or a whole table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simonsync.errors import NotFound, Refused, ServiceUnavailable
from simonsync.simon.profile import Dialect
from tests.simon.service import ODATA, REST, Service, Services, Variant


@pytest.fixture(params=[ODATA, REST], ids=str)
def service(services: Services, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    variant: Variant = request.param
    with services.connected(variant, tmp_path) as connected:
        yield connected


def a_work_order(service: Service) -> tuple[str, dict[str, str]]:
    """Make a work order with one of everything; return its Id and those of its parts."""
    world = service.world
    place = world.add("Location", Name="Atelier")
    order = world.add_work_order(place, "Dépannage")
    sheet = world.add_time(order, "Work", 30)
    used = world.use_item(order, None, 1, "Vis")
    return str(order), {"work_addresses": str(place), "time_sheets": str(sheet), "used_items": str(used)}


_PATHS = {
    "odata": {"work_orders": "/WorkOrder", "work_addresses": "/Location", "time_sheets": "/TimeSheet"},
    "rest": {"work_orders": "/workorder", "work_addresses": "/location", "time_sheets": "/timesheet"},
}


def hidden(service: Service, table: str, record: str = "") -> None:
    """Let Simon answer 404 where one record is read by itself, or for everything of a table."""
    dialect = service.simon.profile.dialect.value
    path = _PATHS[dialect][table]
    one = {"odata": f"{path}({record})", "rest": f"{path}/read/{record}"}[dialect]
    service.box.faults.set(
        "status", service="simon", status=404, path=one if record else f"{path}*", times=None
    )


def test_3_4_a_work_order_that_is_refused_itself_is_not_found_and_may_be_listed(service: Service) -> None:
    order, _ = a_work_order(service)
    hidden(service, "work_orders", order)
    with pytest.raises(NotFound):
        service.simon.work_order(order)
    assert service.simon.is_listed("work_orders", order)
    service.world.delete("WorkOrder", int(order))
    assert not service.simon.is_listed("work_orders", order)


def test_3_4_an_unknown_id_is_not_listed(service: Service) -> None:
    a_work_order(service)
    assert not service.simon.is_listed("work_orders", "987")


def test_3_4_a_work_address_that_is_not_found_is_named(service: Service) -> None:
    order, parts = a_work_order(service)
    hidden(service, "work_addresses", parts["work_addresses"])
    with pytest.raises(Refused) as caught:
        service.simon.work_order(order)
    assert caught.value.code == "simon-part-missing"
    assert caught.value.problems[0].params == {"part": f"@simon-work_addresses {parts['work_addresses']}"}


def test_3_4_1_one_time_sheet_that_is_not_found_is_never_left_out(service: Service) -> None:
    """The older service lists Ids, and each record is asked for by itself."""
    order, parts = a_work_order(service)
    hidden(service, "time_sheets", parts["time_sheets"])
    if service.simon.profile.dialect is Dialect.ODATA:
        assert len(service.simon.work_order(order).time_sheets) == 1
        return
    with pytest.raises(Refused) as caught:
        service.simon.work_order(order)
    assert caught.value.problems[0].params == {"part": f"@simon-time_sheets {parts['time_sheets']}"}
    with pytest.raises(ServiceUnavailable):
        list(service.simon.records("time_sheets"))


@pytest.mark.parametrize("table", ["work_addresses", "time_sheets"])
def test_3_4_a_table_that_is_gone_is_no_matter_of_one_work_order(service: Service, table: str) -> None:
    order, _ = a_work_order(service)
    hidden(service, table)
    with pytest.raises(ServiceUnavailable) as caught:
        service.simon.work_order(order)
    assert caught.value.code == "simon-table-missing"


def test_a_table_that_is_gone_lists_nothing_for_certain(service: Service) -> None:
    order, _ = a_work_order(service)
    hidden(service, "work_orders")
    for ask in (
        lambda: service.simon.is_listed("work_orders", order),
        lambda: list(service.simon.archived_work_orders(None)),
        lambda: list(service.simon.records("work_orders")),
        service.simon.table_counts,
    ):
        with pytest.raises(ServiceUnavailable) as caught:
            ask()
        assert caught.value.code == "simon-table-missing"


def test_what_is_listed_still_was_not_deleted(service: Service) -> None:
    place = str(service.world.add("Location", Name="Atelier"))
    dialect = service.simon.profile.dialect.value
    path = {"odata": f"/Location({place})", "rest": "/location/delete"}[dialect]
    fault = service.box.faults.set("status", service="simon", status=404, path=path, times=None)
    with pytest.raises(Refused):
        service.simon.delete("work_addresses", place)
    service.box.faults.remove(fault)
    for _ in range(2):
        service.simon.delete("work_addresses", place)
    assert service.world.rows("Location") == []


def test_5_10_the_number_of_a_new_work_order_is_read_without_what_hangs_on_it(service: Service) -> None:
    order, _ = a_work_order(service)
    for table in ("work_addresses", "time_sheets"):
        hidden(service, table)
    row: Any = service.world.row("WorkOrder", int(order))
    assert service.simon.work_order_head(order).number == row["Number"]
    assert service.simon.customer_of(order) == ""
