"""Once a day all archived work orders are counted through by Id: none is lost, whatever its stamps say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from simonsync.account.execution import execute
from simonsync.errors import ExitCode
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.store.ledger import Status
from simonsync.sync import cycle
from simonsync.sync.run import Timing
from tests.firm import Firm


@pytest.fixture
def office(tmp_path: Path) -> Firm:
    """A firm that has been active for a while: its list of changes was read up to a few minutes ago."""
    tmp_path.chmod(0o700)
    firm = Firm(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    firm.activate()
    firm.pull()
    firm.later(minutes=1)
    for _ in range(2):
        firm.archived(work=30)
        firm.push()
        firm.later(minutes=10)
    return firm


def overlooked(firm: Firm, stamp: timedelta | None = timedelta(hours=-3)) -> int:
    """Archive a work order whose mutation date lies before what was read, or is none at all."""
    order = firm.archived("oublié", work=30)
    moment = None if stamp is None else firm.box.clock() + stamp
    firm.box.simon.restamp("WorkOrder", order, MutationDate=moment)
    return order


def a_day_later(firm: Firm) -> None:
    """Let the last turn have begun a day earlier: nothing else has rested for so long."""
    with firm.state() as state:
        scan = state.scans.get("census")
        assert scan.turn_began is not None
        state.scans.put(replace(scan, turn_began=scan.turn_began - timedelta(days=1)))
    firm.later(minutes=5)


def in_books(firm: Firm, order: int) -> bool:
    with firm.state() as state:
        return state.ledger.get(str(order)) is not None


def requests(firm: Firm) -> list[str]:
    return [entry.method for entry in firm.box.log.entries("simon")]


def null_stamps(firm: Firm, order: int) -> None:
    firm.box.simon.restamp("WorkOrder", order, MutationDate=None)


def no_stamp_but_the_archiving(firm: Firm, order: int) -> None:
    firm.box.simon.restamp("WorkOrder", order, MutationDate=None, CreationDate=None)


def an_old_stamp(firm: Firm, order: int) -> None:
    firm.box.simon.restamp("WorkOrder", order, MutationDate=firm.box.clock() - timedelta(hours=3))


def the_oldest_stamp(firm: Firm, order: int) -> None:
    firm.box.simon.restamp("WorkOrder", order, MutationDate=firm.box.clock().replace(year=1, month=1, day=2))


@pytest.mark.parametrize("spoil", [null_stamps, no_stamp_but_the_archiving, an_old_stamp, the_oldest_stamp])
def test_3_4_what_the_list_of_changes_never_names_is_found_within_a_day_and_sent(
    office: Firm, spoil: Callable[[Firm, int], None]
) -> None:
    order = office.archived("oublié", work=30)
    spoil(office, order)
    office.push()
    assert not in_books(office, order)
    a_day_later(office)
    assert office.push().exit_code is ExitCode.DONE
    assert office.entry(order).status is Status.SENT
    assert len(office.drafts()) == 3
    assert office.codes(record=str(order))[:1] == ["work-order-found"]


def test_3_4_what_was_archived_while_inactive_is_found_and_not_sent(office: Firm) -> None:
    a_day_later(office)
    order = overlooked(office)
    office.box.simon.restamp("WorkOrder", order, ArchivedDate=office.box.clock() - timedelta(days=400))
    office.push()
    assert office.entry(order).status is Status.DORMANT
    assert office.codes(record=str(order)) == ["work-order-found", "archived-while-inactive"]


def test_3_4_one_that_seemed_deleted_and_is_there_is_open_again(office: Firm) -> None:
    order = office.archived(CustomerId=None)
    office.push()
    with office.state() as state:
        state.ledger.set_status(str(order), Status.GONE)
    an_old_stamp(office, order)
    office.push()
    assert office.entry(order).status is Status.GONE
    a_day_later(office)
    office.push()
    assert office.entry(order).status is Status.WAITING
    assert office.codes(codes=["work-order-found"]) == ["work-order-found"]


def test_3_4_what_was_archived_in_the_same_moment_is_no_find(office: Firm) -> None:
    a_day_later(office)
    office.box.simon.switches.page_cap = 1
    order = office.archived(work=30)
    office.push()
    assert office.entry(order).status is Status.SENT
    assert office.codes(codes=["work-order-found"]) == []


def test_7_2_a_turn_costs_few_requests_and_comes_once_a_day(office: Firm) -> None:
    counted = []
    for _ in range(180):
        office.later(minutes=10)
        office.box.log.clear()
        office.push()
        counted.append(requests(office).count("GET WorkOrder"))
    assert sorted(set(counted)) == [1, 2]
    assert counted.count(2) == 1


def test_7_2_a_long_turn_goes_in_slices_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    firm = Firm(Sandbox(customers=1, clock=VirtualClock()), tmp_path, in_process=True)
    firm.box.simon.switches.page_cap = 1
    firm.activate()
    firm.pull()
    firm.later(minutes=1)
    orders = [firm.archived(work=30) for _ in range(130)]
    firm.push()
    with firm.state() as state:
        assert state.ledger.count(Status.SENT) == len(orders)
        scan = state.scans.get("census")
        assert 0 < int(scan.position) < max(orders)
    seen = set()
    for _ in range(4):
        firm.later(minutes=5)
        firm.box.log.clear()
        firm.push()
        asked = [str(entry.params.get("$filter")) for entry in firm.box.log.entries("simon")]
        by_id = [each for each in asked if "Id gt" in each and "MutationDate" not in each]
        assert len(by_id) <= 60
        seen |= {*by_id}
    assert len(seen) >= len(orders) - 60
    with firm.state() as state:
        assert state.scans.get("census").position == ""
        assert state.scans.get("census").turn == 2


def test_7_2_a_slice_takes_no_more_than_its_part_of_a_runs_time(office: Firm) -> None:
    a_day_later(office)
    office.box.simon.switches.page_cap = 1
    for _ in range(6):
        office.archived(work=30)
    office.push()
    a_day_later(office)
    office.box.faults.set("slow_first_byte", service="simon", method="GET WorkOrder", seconds=4, times=None)
    account = replace(office.account(), timing=Timing(budget=timedelta(seconds=40)))
    execute(account, "push", cycle.push)
    with office.state() as state:
        assert state.scans.get("census").position != ""


def test_3_4_a_list_that_does_not_add_up_is_told_and_stops_no_draft(office: Firm) -> None:
    a_day_later(office)
    order = office.archived(work=30)
    fault = office.box.faults.set("miscounted", service="simon", method="GET WorkOrder", call=2, times=None)
    office.push()
    office.box.faults.remove(fault)
    assert office.entry(order).status is Status.SENT
    assert office.codes(only_open=True) == ["census-incomplete"]
    a_day_later(office)
    office.push()
    assert office.codes(only_open=True) == []


def test_3_4_an_unknown_one_that_cannot_be_read_is_told_until_it_can_or_is_gone(office: Firm) -> None:
    a_day_later(office)
    orders = [overlooked(office), overlooked(office)]
    for order in orders:
        office.box.faults.set("not_found", service="simon", path=f"/WorkOrder({order})", times=None)
    assert office.push().exit_code is ExitCode.NEEDS_SOMEONE
    cases = office.journal(only_open=True)
    assert [(case.message.kind.code, case.record) for case in cases] == [
        ("work-order-unreadable", str(order)) for order in orders
    ]
    office.box.faults.clear()
    office.box.simon.delete("WorkOrder", orders[0])
    a_day_later(office)
    office.push()
    assert office.entry(orders[1]).status is Status.SENT
    assert not in_books(office, orders[0])
    assert office.codes(only_open=True) == []


def test_a_turn_that_began_in_the_future_counts_as_none(office: Firm) -> None:
    order = overlooked(office)
    office.push()
    assert not in_books(office, order)
    with office.state() as state:
        scan = state.scans.get("census")
        assert scan.turn_began is not None
        state.database.execute(
            "UPDATE scans SET turn_began = '2027-12-24T10:00:00.000000Z' WHERE stream = 'census'"
        )
    office.push()
    assert in_books(office, order)
