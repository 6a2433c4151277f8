"""The status of an account, from its state alone [6.4, 7.2]."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simonsync.domain.records import WorkOrderHead
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.report.status import NEVER_ACTIVATED, status_as_json, status_of
from simonsync.store.ledger import Status
from simonsync.store.opening import open_state
from simonsync.store.state import State

NOON = datetime(2022, 5, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(tmp_path / "firm.db") as opened:
        yield opened


def test_6_4_without_a_state_every_date_is_empty() -> None:
    shown = status_as_json(NEVER_ACTIVATED)
    assert [row["table"] for row in shown["streams"]] == [
        "Item_Services",
        "WorkOrder",
        "Item",
        "Customer",
        "UsedItem",
    ]
    assert {row["simon_mutation"] for row in shown["streams"]} == {None}
    assert {row["updated"] for row in shown["streams"]} == {None}
    assert NEVER_ACTIVATED.highest_mutation is None


def test_6_4_services_and_products_are_two_rows(state: State) -> None:
    state.cursors.move("services", updated_at=NOON)
    state.cursors.move("products", updated_at=NOON + timedelta(minutes=1))
    updated = {row["table"]: row["updated"] for row in status_as_json(status_of(state))["streams"]}
    assert updated["Item_Services"] == "2022-05-18T12:00:00Z"
    assert updated["Item"] == "2022-05-18T12:01:00Z"


def test_6_4_work_orders_sum_up_both_directions(state: State) -> None:
    state.cursors.move("work_orders", mutation=NOON, updated_at=NOON)
    state.cursors.move("quotes", updated_at=NOON + timedelta(minutes=5))
    row = next(row for row in status_of(state).streams if row.table == "WorkOrder")
    assert (row.simon_mutation, row.updated) == (NOON, NOON + timedelta(minutes=5))


def test_7_2_the_highest_mutation_is_the_last_that_came_through_in_either_direction(state: State) -> None:
    state.cursors.move("work_orders", mutation=NOON + timedelta(hours=1), updated_at=NOON)
    state.cursors.move("customers", updated_at=NOON - timedelta(hours=1))
    assert status_of(state).highest_mutation == NOON + timedelta(hours=1)


def test_9_1_begin_and_end_are_those_of_the_last_active_period(state: State) -> None:
    state.activation.activate(NOON, NOON)
    assert (status_of(state).since, status_of(state).until) == (NOON, None)
    state.activation.deactivate(NOON + timedelta(days=1), NOON + timedelta(days=1))
    assert status_of(state).until == NOON + timedelta(days=1)


def test_8_1_what_waits_and_what_needs_someone_is_counted_and_named(state: State) -> None:
    for place in ("1", "2", "3"):
        state.ledger.register(WorkOrderHead(place, f"471{place}", NOON, NOON), place * 12, Status.WAITING)
    state.journal.note(
        Message(kinds.WORK_ORDER_WITHOUT_CUSTOMER, {"number": "4712", "address_customer": "–"}),
        NOON,
        record="2",
    )
    found = status_of(state)
    assert (found.waiting, found.held, found.errors) == (3, ("4712",), 1)


def test_7_2_the_last_run_is_told_with_its_result_and_what_is_open_is_counted(state: State) -> None:
    assert status_as_json(status_of(state))["last_run"] is None
    state.runs.begin("pull", NOON - timedelta(minutes=5))
    run = state.runs.begin("sync", NOON)
    shown = status_as_json(status_of(state))
    assert shown["last_run"] == {
        "command": "sync",
        "started_at": "2022-05-18T12:00:00Z",
        "finished_at": None,
        "exit_code": None,
    }
    assert (shown["open_errors"], shown["to_look_at"], shown["next_run_at"]) == (0, 0, None)
    state.runs.finish(run, NOON + timedelta(minutes=1), exit_code=3, sellsy_requests=1, simon_requests=1)
    state.journal.note(Message(kinds.WORK_ORDER_WITHOUT_CUSTOMER, {"number": "4712"}), NOON, record="2")
    shown = status_as_json(status_of(state))
    assert (shown["last_run"]["finished_at"], shown["last_run"]["exit_code"]) == ("2022-05-18T12:01:00Z", 3)
    assert shown["open_errors"] == 1
