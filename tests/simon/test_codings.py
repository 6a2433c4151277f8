"""Every coding of status and time that a profile can name, against a service that speaks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from simonsync.domain.records import TimeKind
from simonsync.simon.check import profile_mismatches
from tests.simon.service import START, Service, Services, Variant

STATUS: dict[str, tuple[Any, str]] = {
    "words": (
        {"New": "Nieuw", "Planned": "Gepland", "InProgress": "Bezig", "Ready": "Gereed", "Archived": "Weg"},
        "status: {open: [Nieuw, Gepland, Bezig], ready: [Gereed], archived: [Weg]}",
    ),
    "numbers": (
        {"New": 0, "Planned": 1, "InProgress": 2, "Ready": 3, "Archived": 4},
        "status: {coding: integer, open: [0, 1, 2], ready: [3], archived: [4]}",
    ),
    "flags": (
        {"flags": {"Ready": "IsReady", "Archived": "IsArchived"}},
        "status: {coding: flags}",
    ),
    "dates": ("dates", "status: {coding: dates}"),
}
TIME: dict[str, tuple[dict[str, Any], str]] = {
    "minutes": ({"time_sheet": "type_minutes"}, "form: minutes"),
    "minutes by code": (
        {"time_sheet": "type_minutes", "time_kinds": {"Travel": 1, "Work": 2}},
        "travel: [1], work: [2]",
    ),
    "two columns": ({"time_sheet": "two_durations"}, "form: two_columns"),
    "span": ({"time_sheet": "start_end"}, "form: span"),
    "decimal hours": ({"time_sheet": "decimal_hours"}, "form: decimal_hours, duration: Hours"),
    "clock": ({"time_sheet": "hh_mm"}, "form: clock, duration: Duration"),
}
DIALECTS: tuple[Literal["odata"], Literal["rest"]] = ("odata", "rest")


@pytest.fixture(params=[(dialect, name) for dialect in DIALECTS for name in STATUS], ids="-".join)
def by_status(request: pytest.FixtureRequest, services: Services, tmp_path: Path) -> Iterator[Service]:
    dialect, name = request.param
    names, profile = STATUS[name]
    variant = Variant(f"{dialect}-{name}", dialect, {"status": names}, f"work_orders: {{{profile}}}")
    with services.connected(variant, tmp_path) as service:
        yield service


@pytest.fixture(params=[(dialect, name) for dialect in DIALECTS for name in TIME], ids="-".join)
def by_time(request: pytest.FixtureRequest, services: Services, tmp_path: Path) -> Iterator[Service]:
    dialect, name = request.param
    names, profile = TIME[name]
    variant = Variant(f"{dialect}-{name}", dialect, names, f"time_sheets: {{{profile}}}")
    with services.connected(variant, tmp_path) as service:
        yield service


def test_2_4_archived_and_open_work_orders_are_told_apart(by_status: Service) -> None:
    world, simon = by_status.world, by_status.simon
    place = world.add("Location", Name="Atelier")
    new, ready, archived, reopened = (world.add_work_order(place) for _ in range(4))
    for order in (ready, archived, reopened):
        world.declare_ready(order)
    by_status.clock.advance(60)
    for order in (archived, reopened):
        world.archive(order)
    world.reopen(reopened)
    heads = [head for page in simon.archived_work_orders(None) for head in page]
    assert [head.id for head in heads] == [str(archived)]
    assert heads[0].archived_at == START + timedelta(minutes=1)
    open_ids = {order.head.id for page in simon.open_work_orders() for order in page}
    assert open_ids == {str(new), str(ready), str(reopened)}
    assert profile_mismatches(simon) == ()


@pytest.mark.parametrize("shown", ["duration", "duration and span"])
def test_3_4_1_travel_and_work_are_the_same_time_in_every_form(by_time: Service, shown: str) -> None:
    world, simon = by_time.world, by_time.simon
    order = world.add_work_order(world.add("Location", Name="Atelier"))
    for kind, minutes in (("Travel", 15), ("Work", 50), ("Travel", 20), ("Work", 0), ("Work", 121)):
        span = {"StartTime": START, "EndTime": START + timedelta(minutes=minutes)} if "span" in shown else {}
        user = world.rows("User")[0]["Id"]
        world.add("TimeSheet", WorkOrderId=order, UserId=user, Type=kind, Minutes=minutes, **span)
    sheets = simon.work_order(str(order)).time_sheets
    seconds = {kind: sum(sheet.seconds for sheet in sheets if sheet.kind is kind) for kind in TimeKind}
    assert seconds == {TimeKind.TRAVEL: 35 * 60, TimeKind.WORK: 171 * 60}
    assert profile_mismatches(simon) == ()
