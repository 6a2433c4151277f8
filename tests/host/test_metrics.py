"""The figures that a monitor watches are those of the state, in a form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from simonsync.domain.phase import Phase
from simonsync.domain.records import WorkOrderHead
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.report.metrics import figures_of, metrics_text
from simonsync.store.ledger import Status
from simonsync.store.opening import open_state
from simonsync.store.state import State
from tests.host.history import BEGUN, noted, ran, read_metrics


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(tmp_path / "firm.db") as opened:
        yield opened


def waits(state: State, number: str, archived_at: datetime) -> None:
    head = WorkOrderHead(number, number, archived_at, archived_at, None)
    state.ledger.register(head, f"[SS-{number}]", Status.WAITING)


def test_the_figures_are_those_of_the_state(state: State) -> None:
    state.activation.activate(BEGUN, BEGUN)
    ran(state, BEGUN, code=0)
    ran(state, BEGUN + timedelta(minutes=5), code=3)
    ran(state, BEGUN + timedelta(minutes=10), code=7, seconds=41)
    ran(state, BEGUN + timedelta(minutes=11), command="cleanup", code=4)
    noted(state)
    noted(state, number="4712")
    noted(state, number="4713")
    state.journal.cure(kinds.WORK_ORDER_CUSTOMER_UNKNOWN.table, "id-4713", BEGUN)
    warning = Message(kinds.DRAFT_WITHOUT_LINES, {"number": "4700"})
    state.journal.note(warning, BEGUN, record="id-4700")
    for number in ("4711", "4712", "4715"):
        waits(state, number, BEGUN - timedelta(minutes=int(number[-1])))
    found = read_metrics(metrics_text(figures_of(state), "firm"))
    begun = BEGUN.timestamp()
    assert {key: value for key, value in found.items() if key[0] != "info"} == {
        ("active",): 1,
        ("last_success_timestamp_seconds", "command=sync"): begun + 300 + 7,
        ("last_success_timestamp_seconds", "command=cleanup"): begun + 660 + 7,
        ("last_run_timestamp_seconds", "command=sync"): begun + 600,
        ("last_run_timestamp_seconds", "command=cleanup"): begun + 660,
        ("last_run_exit_code", "command=sync"): 7,
        ("last_run_exit_code", "command=cleanup"): 4,
        ("last_run_duration_seconds", "command=sync"): 41,
        ("last_run_duration_seconds", "command=cleanup"): 7,
        ("last_run_requests", "command=sync", "service=sellsy"): 42,
        ("last_run_requests", "command=sync", "service=simon"): 17,
        ("last_run_requests", "command=cleanup", "service=sellsy"): 42,
        ("last_run_requests", "command=cleanup", "service=simon"): 17,
        ("work_orders_waiting",): 3,
        ("work_orders_held",): 2,
        ("work_orders_unknown",): 0,
        ("oldest_unsent_work_order_timestamp_seconds",): begun - 300,
        ("deletions_waiting",): 0,
        ("drafts_to_look_at",): 1,
        ("records_gone",): 0,
        ("open_errors", "code=work-order-customer-unknown"): 2,
    }


def test_a_success_in_the_future_is_none(state: State) -> None:
    ran(state, BEGUN + timedelta(days=400))
    ran(state, BEGUN, code=7)
    found = read_metrics(metrics_text(figures_of(state), "firm"))
    assert ("last_success_timestamp_seconds", "command=sync") not in found


def test_a_run_that_died_has_no_end(state: State) -> None:
    ran(state, code=None)
    found = read_metrics(metrics_text(figures_of(state), "firm"))
    assert ("last_run_timestamp_seconds", "command=sync") in found
    assert not {"last_run_exit_code", "last_run_duration_seconds", "last_run_requests"} & {
        key[0] for key in found
    }


def test_an_account_without_runs_has_figures_too(state: State) -> None:
    state.activation.set_phase(Phase.CONNECTED)
    found = read_metrics(metrics_text(figures_of(state), "firm"))
    assert (found[("active",)], found[("work_orders_waiting",)]) == (0, 0)
    assert ("oldest_unsent_work_order_timestamp_seconds",) not in found
