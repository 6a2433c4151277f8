"""How far the list of archived work orders was read: never beyond Simon's own clock, whatever stamps say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simonsync.errors import ExitCode
from simonsync.store.ledger import Status
from simonsync.sync.archived import OVERLAP, READ_TO, STREAM
from tests.firm import Firm


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
def test_3_4_one_record_from_the_future_hides_none_that_comes_later(steady: Firm, date: bool) -> None:  # noqa: FBT001
    if not date:
        steady.box.faults.set("no_date", service="simon", times=None)
    future = steady.archived("du futur", work=30)
    steady.box.simon.restamp("WorkOrder", future, MutationDate=in_a_month(steady))
    steady.push()
    assert steady.entry(future).status is Status.SENT
    later = steady.archived("d'aujourd'hui", work=30)
    every_five_minutes(steady, 5)
    assert steady.entry(later).status is Status.SENT
    assert len(steady.drafts()) == 2


def test_3_4_the_list_is_read_again_up_to_its_overlap_before_simons_clock(steady: Firm) -> None:
    steady.archived(work=30)
    steady.push()
    told = steady.box.clock().astimezone(UTC)
    read_to = cursor(steady, READ_TO)
    assert read_to is not None
    assert read_to <= told - OVERLAP


def test_3_4_what_simon_commits_late_with_an_earlier_stamp_is_taken(steady: Firm) -> None:
    late = steady.archived("tard", work=30, CustomerId=None)
    hidden = steady.box.simon._rows["WorkOrder"].pop(late)  # noqa: SLF001 - a record that is not committed yet
    every_five_minutes(steady, 1)
    steady.archived("tôt", work=30)
    steady.push()
    steady.later(minutes=1)
    steady.box.simon._rows["WorkOrder"][late] = hidden  # noqa: SLF001
    steady.push()
    assert steady.entry(late).status is Status.WAITING


def test_3_4_a_change_after_a_stamp_from_the_future_is_a_change(steady: Firm) -> None:
    order = steady.archived("Dépannage", work=30)
    steady.box.simon.restamp("WorkOrder", order, MutationDate=in_a_month(steady))
    steady.push()
    steady.later(minutes=5)
    steady.box.simon.edit("WorkOrder", order, Description="Autre chose")
    steady.push()
    assert steady.codes(codes=["work-order-changed-after-draft"]) == ["work-order-changed-after-draft"]


def test_5_6_an_edit_after_a_stamp_from_the_future_is_judged_anew(steady: Firm) -> None:
    steady.configure(skip_work_orders_containing="garantie")
    order = steady.archived("sous garantie", work=30)
    steady.box.simon.restamp("WorkOrder", order, MutationDate=in_a_month(steady))
    steady.push()
    assert steady.entry(order).status is Status.SETTLED
    steady.later(minutes=5)
    steady.box.simon.edit("WorkOrder", order, Description="à facturer")
    steady.push()
    assert steady.entry(order).status is Status.SENT


def test_6_4_the_screen_shows_the_newest_stamp_but_none_from_the_future(steady: Firm) -> None:
    steady.archived(work=30)
    steady.push()
    stamp = steady.box.simon.rows("WorkOrder")[-1]["MutationDate"]
    assert cursor(steady, STREAM) == stamp
    future = steady.archived(work=30)
    steady.box.simon.restamp("WorkOrder", future, MutationDate=in_a_month(steady))
    steady.push()
    shown = cursor(steady, STREAM)
    assert shown is not None
    assert stamp <= shown <= steady.box.clock()


@pytest.mark.parametrize("pause", [timedelta(minutes=5), timedelta(days=1)])
def test_a_cursor_of_the_first_edition_that_lies_in_the_future_comes_right(
    steady: Firm, pause: timedelta
) -> None:
    with steady.state() as state:
        state.cursors.put(STREAM, in_a_month(steady))
    first = steady.archived(work=30)
    steady.box.clock.advance(pause.total_seconds())
    steady.push()
    assert steady.entry(first).status is not Status.DORMANT
    second = steady.archived(work=30)
    steady.box.clock.advance(pause.total_seconds())
    steady.push()
    assert steady.entry(second).status is not Status.DORMANT
    shown = cursor(steady, STREAM)
    assert shown is not None
    assert shown <= steady.box.clock()


def test_a_cursor_of_the_first_edition_goes_on_where_it_stood(steady: Firm) -> None:
    before = steady.archived(work=30)
    steady.push()
    with steady.state() as state:
        at = state.cursors.get(STREAM).mutation
        assert at is not None
        state.database.execute("DELETE FROM cursors WHERE stream = ?", (READ_TO,))
        state.ledger.forget(str(before))
    steady.later(hours=2)
    steady.box.log.clear()
    after = steady.archived(work=30)
    steady.push()
    assert steady.entry(after).status is not None
    asked = [
        entry.params["$filter"] for entry in steady.box.log.entries("simon") if "$filter" in entry.params
    ]
    assert any((at - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ") in each for each in asked)


def test_3_4_simons_clock_ahead_for_one_run_leaves_no_gap(steady: Firm) -> None:
    """Stamps and Date were two hours ahead; what comes afterwards is not older than what was read."""
    fault = steady.box.faults.set("clock_skew", service="simon", seconds=7200)
    order = steady.archived(work=30)
    ahead = (steady.box.clock() + timedelta(hours=2)).replace(microsecond=0)
    steady.box.simon.restamp("WorkOrder", order, MutationDate=ahead)
    steady.push()
    steady.box.faults.remove(fault)
    steady.later(minutes=30)
    second = steady.archived(work=30)
    steady.later(days=1)
    steady.push()
    assert steady.entry(second).status is not None


def test_7_2_a_run_with_nothing_new_asks_simon_for_two_things(steady: Firm) -> None:
    steady.archived(work=30)
    steady.push()
    steady.later(minutes=30)
    steady.push()
    steady.later(minutes=5)
    steady.box.log.clear()
    assert steady.push().exit_code is ExitCode.DONE
    assert [entry.method for entry in steady.box.log.entries("simon")] == ["POST login", "GET WorkOrder"]
