"""How far the list of archived work orders was read: never beyond Simon's own clock, whatever stamps say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simonsync.errors import ExitCode
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.store.ledger import Status
from simonsync.sync.archived import OVERLAP, READ_TO, STREAM
from tests.firm import Firm


@pytest.fixture
def office(tmp_path: Path) -> Firm:
    tmp_path.chmod(0o700)
    firm = Firm(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    firm.activate()
    firm.pull()
    firm.later(minutes=1)
    return firm


def in_a_month(firm: Firm) -> datetime:
    return (firm.box.clock() + timedelta(days=30)).replace(microsecond=0)


def cursor(firm: Firm, stream: str) -> datetime | None:
    with firm.state() as state:
        return state.cursors.get(stream).mutation


def every_five_minutes(firm: Firm, times: int) -> None:
    for _ in range(times):
        firm.later(minutes=5)
        firm.push()


@pytest.mark.parametrize("date", [True, False])
def test_3_4_one_record_from_the_future_hides_none_that_comes_later(office: Firm, date: bool) -> None:  # noqa: FBT001
    if not date:
        office.box.faults.set("no_date", service="simon", times=None)
    future = office.archived("du futur", work=30)
    office.box.simon.restamp("WorkOrder", future, MutationDate=in_a_month(office))
    office.push()
    assert office.entry(future).status is Status.SENT
    later = office.archived("d'aujourd'hui", work=30)
    every_five_minutes(office, 5)
    assert office.entry(later).status is Status.SENT
    assert len(office.drafts()) == 2


def test_3_4_the_list_is_read_again_up_to_its_overlap_before_simons_clock(office: Firm) -> None:
    office.archived(work=30)
    office.push()
    told = office.box.clock().astimezone(UTC)
    read_to = cursor(office, READ_TO)
    assert read_to is not None
    assert read_to <= told - OVERLAP


def test_3_4_what_simon_commits_late_with_an_earlier_stamp_is_taken(office: Firm) -> None:
    late = office.archived("tard", work=30, CustomerId=None)
    hidden = office.box.simon._rows["WorkOrder"].pop(late)  # noqa: SLF001 - a record that is not committed yet
    every_five_minutes(office, 1)
    office.archived("tôt", work=30)
    office.push()
    office.later(minutes=1)
    office.box.simon._rows["WorkOrder"][late] = hidden  # noqa: SLF001
    office.push()
    assert office.entry(late).status is Status.WAITING


def test_3_4_a_change_after_a_stamp_from_the_future_is_a_change(office: Firm) -> None:
    order = office.archived("Dépannage", work=30)
    office.box.simon.restamp("WorkOrder", order, MutationDate=in_a_month(office))
    office.push()
    office.later(minutes=5)
    office.box.simon.edit("WorkOrder", order, Description="Autre chose")
    office.push()
    assert office.codes(codes=["work-order-changed-after-draft"]) == ["work-order-changed-after-draft"]


def test_5_6_an_edit_after_a_stamp_from_the_future_is_judged_anew(office: Firm) -> None:
    office.configure(skip_work_orders_containing="garantie")
    order = office.archived("sous garantie", work=30)
    office.box.simon.restamp("WorkOrder", order, MutationDate=in_a_month(office))
    office.push()
    assert office.entry(order).status is Status.SETTLED
    office.later(minutes=5)
    office.box.simon.edit("WorkOrder", order, Description="à facturer")
    office.push()
    assert office.entry(order).status is Status.SENT


def test_6_4_the_screen_shows_the_newest_stamp_but_none_from_the_future(office: Firm) -> None:
    office.archived(work=30)
    office.push()
    stamp = office.box.simon.rows("WorkOrder")[-1]["MutationDate"]
    assert cursor(office, STREAM) == stamp
    future = office.archived(work=30)
    office.box.simon.restamp("WorkOrder", future, MutationDate=in_a_month(office))
    office.push()
    shown = cursor(office, STREAM)
    assert shown is not None
    assert stamp <= shown <= office.box.clock()


@pytest.mark.parametrize("pause", [timedelta(minutes=5), timedelta(days=1)])
def test_a_cursor_of_the_first_edition_that_lies_in_the_future_comes_right(
    office: Firm, pause: timedelta
) -> None:
    with office.state() as state:
        state.cursors.put(STREAM, in_a_month(office))
    first = office.archived(work=30)
    office.box.clock.advance(pause.total_seconds())
    office.push()
    assert office.entry(first).status is not Status.DORMANT
    second = office.archived(work=30)
    office.box.clock.advance(pause.total_seconds())
    office.push()
    assert office.entry(second).status is not Status.DORMANT
    shown = cursor(office, STREAM)
    assert shown is not None
    assert shown <= office.box.clock()


def test_a_cursor_of_the_first_edition_goes_on_where_it_stood(office: Firm) -> None:
    before = office.archived(work=30)
    office.push()
    with office.state() as state:
        at = state.cursors.get(STREAM).mutation
        assert at is not None
        state.database.execute("DELETE FROM cursors WHERE stream = ?", (READ_TO,))
        state.ledger.forget(str(before))
    office.later(hours=2)
    office.box.log.clear()
    after = office.archived(work=30)
    office.push()
    assert office.entry(after).status is not None
    asked = [
        entry.params["$filter"] for entry in office.box.log.entries("simon") if "$filter" in entry.params
    ]
    assert any((at - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ") in each for each in asked)


def test_3_4_simons_clock_ahead_for_one_run_leaves_no_gap(office: Firm) -> None:
    """Stamps and Date were two hours ahead; what comes afterwards is not older than what was read."""
    fault = office.box.faults.set("clock_skew", service="simon", seconds=7200)
    order = office.archived(work=30)
    ahead = (office.box.clock() + timedelta(hours=2)).replace(microsecond=0)
    office.box.simon.restamp("WorkOrder", order, MutationDate=ahead)
    office.push()
    office.box.faults.remove(fault)
    office.later(minutes=30)
    second = office.archived(work=30)
    office.later(days=1)
    office.push()
    assert office.entry(second).status is not None


def test_7_2_a_run_with_nothing_new_asks_simon_for_two_things(office: Firm) -> None:
    office.archived(work=30)
    office.push()
    office.later(minutes=30)
    office.push()
    office.later(minutes=5)
    office.box.log.clear()
    assert office.push().exit_code is ExitCode.DONE
    assert [entry.method for entry in office.box.log.entries("simon")] == ["POST login", "GET WorkOrder"]
