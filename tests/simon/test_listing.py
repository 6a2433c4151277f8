"""Lists are complete or refused: against faults, odd services, and people who work while a list is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simonsync.domain.key import Kind, sellsy_key
from simonsync.errors import ServiceUnavailable
from simonsync.sandbox.simon.world import SimonWorld
from simonsync.simon import connect
from simonsync.simon.api import Simon
from tests.simon.odd import Answer, Between, served
from tests.simon.service import ODATA, REST, START, Service, Services, Variant, credentials_of, hooks_of


@pytest.fixture
def service(services: Services, tmp_path: Path) -> Iterator[Service]:
    with services.connected(ODATA, tmp_path) as connected:
        yield connected


@contextmanager
def between(
    service: Service,
    *,
    after: Callable[[Answer], None] = lambda _answer: None,
    before: Callable[[str, dict[str, str]], None] = lambda _path, _query: None,
    dialect: str = "odata",
) -> Iterator[Simon]:
    """Speak to the stand-in through something that changes answers or requests."""
    with (
        served(Between(service.box.wsgi("simon"), after, before)) as url,
        connect(url, credentials_of(service.box), dialect=dialect, hooks=hooks_of(service.clock)) as simon,
    ):
        yield simon


def flat(pages: Iterator[Any]) -> list[Any]:
    return [each for page in pages for each in page]


def customers(world: SimonWorld, number: int) -> list[str]:
    return [
        str(world.add("Customer", Name=f"Client {each}", ExtKey=f"customer:{each}")) for each in range(number)
    ]


def archived(world: SimonWorld, number: int) -> list[str]:
    place = world.add("Location", Name="Atelier")
    return [str(archive(world, world.add_work_order(place))) for _ in range(number)]


def archive(world: SimonWorld, order: int) -> int:
    world.declare_ready(order)
    world.archive(order)
    return order


def ids(simon: Simon) -> list[str]:
    return [row[0] for row in flat(simon.keys("customers"))]


def heads(simon: Simon, since: datetime | None = None) -> list[str]:
    return [head.id for head in flat(simon.archived_work_orders(since))]


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["wrong_page", "repeated_page", "shifting_pages"])
@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("number", [5, 20, 45])
def test_a_list_with_a_wrong_page_is_read_again(service: Service, kind: str, call: int, number: int) -> None:
    made = customers(service.world, number)
    orders = archived(service.world, number)
    service.box.faults.set(kind, service="simon", method="GET Customer", call=call)
    assert sorted(ids(service.simon), key=int) == made
    service.box.faults.set(kind, service="simon", method="GET WorkOrder", call=call)
    assert heads(service.simon) == orders


def test_a_list_that_stays_wrong_is_refused_and_never_short(service: Service) -> None:
    customers(service.world, 45)
    archived(service.world, 45)
    service.box.faults.set("wrong_page", service="simon", times=None)
    with pytest.raises(ServiceUnavailable) as caught:
        ids(service.simon)
    assert caught.value.code == "listing-incomplete"
    assert caught.value.problems[0].params == {"list": "customers"}
    with pytest.raises(ServiceUnavailable, match="listing-incomplete"):
        heads(service.simon)


def test_a_key_is_not_taken_for_unknown_because_of_a_wrong_page(service: Service) -> None:
    made = customers(service.world, 3)
    service.box.faults.set("wrong_page", service="simon", method="GET Customer")
    assert service.simon.find(sellsy_key(Kind.CUSTOMER, 1)) == made[1]


# --- odd services ---------------------------------------------------------------------------------


def strip(answer: Answer) -> None:
    """A service that answers with bare arrays."""
    if answer.status == 200 and b'"value"' in answer.body:
        answer.json = answer.json["value"]


def without_annotations(answer: Answer) -> None:
    if answer.status == 200 and b'"value"' in answer.body:
        answer.json = {"value": answer.json["value"]}


@pytest.mark.parametrize("after", [strip, without_annotations])
@pytest.mark.parametrize("number", [0, 5, 20, 45])
def test_lists_without_a_count_and_with_a_limit_that_is_not_told_come_whole(
    service: Service, after: Callable[[Answer], None], number: int
) -> None:
    made = customers(service.world, number)
    orders = archived(service.world, number)
    with between(service, after=after) as simon:
        assert ids(simon) == made
        assert heads(simon) == orders
        assert simon.table_counts()[4].count == number
        assert len(flat(simon.open_work_orders())) == 0
        if made:
            assert simon.find(sellsy_key(Kind.CUSTOMER, number - 1)) == made[-1]


@pytest.mark.parametrize("option", ["$filter", "$orderby"])
@pytest.mark.parametrize("after", [strip, lambda _answer: None])
def test_a_service_that_leaves_out_a_filter_or_an_order_is_found_out(
    service: Service, option: str, after: Callable[[Answer], None]
) -> None:
    customers(service.world, 45)

    def before(_path: str, query: dict[str, str]) -> None:
        if option == "$orderby":
            query["$orderby"] = "Name desc"
        else:
            query.pop(option, None)

    with between(service, before=before, after=after) as simon, pytest.raises(ServiceUnavailable):
        ids(simon)


def test_a_filter_that_is_left_out_finds_no_foreign_record(service: Service) -> None:
    customers(service.world, 3)
    open_order = service.world.add_work_order(service.world.add("Location", Name="Atelier"))
    (order,) = archived(service.world, 1)
    service.world.use_item(int(order), None, 1, "Joint")

    def before(_path: str, query: dict[str, str]) -> None:
        query.pop("$filter", None)

    with between(service, before=before) as simon:
        assert simon.find(sellsy_key(Kind.CUSTOMER, 99)) is None
        assert simon.find(sellsy_key(Kind.CUSTOMER, 2)) is not None
        assert simon.work_order(str(open_order)).used_items == ()
        assert [each.head.id for each in flat(simon.open_work_orders())] == [str(open_order)]
        assert heads(simon) == [order]


def test_stamps_stored_finer_than_shown_do_not_end_or_lose_a_list(service: Service) -> None:
    world = service.world
    orders = []
    for _ in range(65):
        orders += archived(world, 1)
        service.clock.advance(0.4 if len(orders) % 2 else 0.6)

    def to_the_minute(answer: Answer) -> None:
        if answer.status == 200 and answer.path == "/WorkOrder":
            shown = answer.json
            for row in shown["value"]:
                row["MutationDate"] = row["MutationDate"][:17] + "00Z"
            answer.json = shown

    with between(service, after=to_the_minute) as simon:
        assert heads(simon) == orders
        assert heads(simon, START) == orders


def test_a_link_that_leads_elsewhere_is_not_followed(service: Service) -> None:
    made = customers(service.world, 45)
    elsewhere: list[str] = []

    def lead_away(answer: Answer) -> None:
        if b"@odata.nextLink" in answer.body:
            answer.json = {**answer.json, "@odata.nextLink": url + "/Customer"}

    def note(answer: Answer) -> None:
        elsewhere.append(answer.path)

    with served(Between(None, note)) as url, between(service, after=lead_away) as simon:
        assert ids(simon) == made
    assert elsewhere == []


def test_the_old_service_may_heed_no_filter_at_all(services: Services, tmp_path: Path) -> None:
    with services.connected(REST, tmp_path) as service:
        made = customers(service.world, 3)
        open_order = service.world.add_work_order(service.world.add("Location", Name="Atelier"))
        (order,) = archived(service.world, 1)
        service.world.use_item(int(order), None, 1, "Joint")

        def before(path: str, query: dict[str, str]) -> None:
            if path.endswith("/read"):
                query.clear()

        with between(service, before=before, dialect="rest") as simon:
            assert simon.find(sellsy_key(Kind.CUSTOMER, 1)) == made[1]
            assert simon.find(sellsy_key(Kind.CUSTOMER, 9)) is None
            assert [each.head.id for each in flat(simon.open_work_orders())] == [str(open_order)]
            assert simon.work_order(str(open_order)).used_items == ()
            assert heads(simon) == [order]


def test_the_old_service_is_not_asked_for_every_archived_work_order_to_find_the_open_ones(
    services: Services, tmp_path: Path
) -> None:
    with services.connected(REST, tmp_path) as service:
        archived(service.world, 30)
        service.world.add_work_order(service.world.add("Location", Name="Atelier"))
        service.simon.verify()
        service.box.log.clear()
        assert len(flat(service.simon.open_work_orders())) == 1
        assert len(service.requests()) == 5


@pytest.mark.parametrize("order", [1, -1])
def test_the_old_services_last_mutation_is_found_whatever_the_order_of_its_lists(
    services: Services, tmp_path: Path, order: int
) -> None:
    with services.connected(REST, tmp_path) as service:
        for _ in range(30):
            customers(service.world, 0)
            service.world.add("Customer", Name="x")
            service.clock.advance(60)

        def turned(answer: Answer) -> None:
            if answer.path.lower().endswith("/readsync"):
                answer.json = answer.json[::order]

        with between(service, after=turned, dialect="rest") as simon:
            before = simon.requests
            count = simon.table_counts()[4]
            assert (count.count, count.last_mutation) == (
                30,
                service.world.rows("Customer")[-1]["MutationDate"],
            )
            assert simon.requests - before < 25


# --- people at work -------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", [ODATA, REST], ids=str)
@pytest.mark.parametrize("at", range(1, 5))
@pytest.mark.parametrize("act", ["delete", "add", "both"])
def test_records_that_come_and_go_meanwhile_hide_no_other(
    services: Services, tmp_path: Path, variant: Variant, at: int, act: str
) -> None:
    with services.connected(variant, tmp_path) as service:
        world = service.world
        made = customers(world, 45)
        asked = 0

        def meanwhile(path: str, _query: dict[str, str]) -> None:
            nonlocal asked
            if "ustomer" in path:
                asked += 1
                if asked == at and act != "add":
                    world.delete("Customer", int(made[2]))
                if asked == at and act != "delete":
                    world.add("Customer", Name="Nouveau")

        with between(service, before=meanwhile, dialect=variant.dialect) as simon:
            found = ids(simon)
        assert set(made) - {made[2]} <= set(found)
        assert len(found) == len(set(found))


def test_a_table_that_never_rests_is_refused(service: Service) -> None:
    customers(service.world, 45)

    def meanwhile(path: str, _query: dict[str, str]) -> None:
        if path == "/Customer":
            service.world.add("Customer", Name="Nouveau")

    with between(service, before=meanwhile) as simon, pytest.raises(ServiceUnavailable):
        ids(simon)


def act(service: Service, place: int, which: int, what: str) -> None:
    """Let an office worker do something."""
    world = service.world
    alive = world.rows("WorkOrder")
    if what == "wait":
        service.clock.advance(1)
    elif what == "new" or not alive:
        world.add_work_order(place)
    else:
        row = alive[which % len(alive)]
        if what == "archive" and row["Status"] == "New":
            archive(world, row["Id"])
        elif what == "reopen" and row["Status"] == "Archived":
            world.reopen(row["Id"])
        elif what == "edit":
            world.edit("WorkOrder", row["Id"], Description="autre")
        elif what == "delete":
            world.delete("WorkOrder", row["Id"])


@pytest.mark.parametrize("variant", [ODATA, REST], ids=str)
@pytest.mark.parametrize("at", range(1, 12))
@pytest.mark.parametrize("page_cap", [2, 20])
def test_what_is_archived_while_a_later_change_is_read_comes_with_the_next_run(
    services: Services, tmp_path: Path, variant: Variant, at: int, page_cap: int
) -> None:
    """One work order is archived, then one that is yet to be read changes: it must not hide the first."""
    with services.connected(variant, tmp_path) as service:
        world, clock = service.world, service.clock
        world.switches.page_cap = page_cap
        late = world.add_work_order(world.add("Location", Name="Atelier"))
        changed = int(archived(world, 4)[2])
        clock.advance(1)
        asked = 0

        def meanwhile(path: str, _query: dict[str, str]) -> None:
            nonlocal asked
            asked += "orkorder" in path.lower()
            if asked == at and world.row("WorkOrder", late)["Status"] == "New":
                archive(world, late)
                clock.advance(1)
                world.edit("WorkOrder", changed, Description="corrigé")
                clock.advance(1)

        with between(service, before=meanwhile, dialect=variant.dialect) as simon:
            first = flat(simon.archived_work_orders(None))
            asked = at - 1
            meanwhile("/WorkOrder", {})
            second = flat(simon.archived_work_orders(max(head.mutated_at for head in first)))
        stamps = {(head.id, head.mutated_at) for head in (*first, *second)}
        for order in (late, changed):
            assert (str(order), world.row("WorkOrder", order)["MutationDate"]) in stamps


ACTS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(["archive", "reopen", "edit", "delete", "wait", "new"])),
    max_size=12,
)


@pytest.mark.parametrize("variant", [ODATA, REST], ids=str)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cycles=st.lists(ACTS, min_size=1, max_size=4), size=st.sampled_from([2, 30]))
def test_whatever_people_do_meanwhile_no_archived_work_order_falls_behind_the_cursor(
    services: Services,
    tmp_path: Path,
    variant: Variant,
    cycles: list[list[tuple[int, str]]],
    size: int,
) -> None:
    """Each request of a cycle may be preceded by acts; after a last quiet cycle every state was seen."""
    with services.connected(variant, tmp_path) as service:
        world, clock = service.world, service.clock
        world.switches.page_cap = 5
        place = world.add("Location", Name="Atelier")
        orders = [world.add_work_order(place) for _ in range(size)]
        for order in orders[: size // 2]:
            archive(world, order)
        pending: list[tuple[int, str]] = []

        def meanwhile(path: str, _query: dict[str, str]) -> None:
            if "orkorder" in path.lower() and pending:
                act(service, place, *pending.pop(0))

        seen: set[tuple[str, datetime]] = set()
        cursor: datetime | None = None
        with between(service, before=meanwhile, dialect=variant.dialect) as simon:
            for acts in [*cycles, []]:
                pending[:] = acts
                for page in simon.archived_work_orders(cursor):
                    for head in page:
                        seen.add((head.id, head.mutated_at))
                        cursor = max(cursor or head.mutated_at, head.mutated_at)
                while pending:
                    act(service, place, *pending.pop(0))
                clock.advance(1)
            pending.clear()
            for head in flat(simon.archived_work_orders(cursor)):
                seen.add((head.id, head.mutated_at))
        expected = {
            (str(row["Id"]), row["MutationDate"])
            for row in world.rows("WorkOrder")
            if row["Status"] == "Archived"
        }
        assert expected <= seen
