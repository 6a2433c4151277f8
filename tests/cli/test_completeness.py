"""Nothing is lost, through the real command: what one strange answer of Simon may not do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simonsync.sandbox.simon.day import carry_out_a_work_order
from tests.cli.test_activation import ALL_YES, Desk, desk

__all__ = ["desk"]


def started(desk: Desk) -> None:
    assert desk.run(*ALL_YES).code == 0
    assert desk.run("sync").code == 0


def test_3_4_a_404_for_a_while_is_told_and_the_draft_follows(desk: Desk) -> None:
    started(desk)
    order = carry_out_a_work_order(desk.box.simon)
    fault = desk.box.faults.set("not_found", service="simon", path=f"/WorkOrder({order['Id']})", times=None)
    done = desk.ask("sync")
    assert (done["exit_code"], done["data"]["held"][0]["number"]) == (3, order["Number"])
    assert desk.ask("status")["data"]["held"] == [order["Number"]]
    assert desk.ask("reconcile")["exit_code"] == 3
    desk.box.faults.remove(fault)
    assert desk.run("sync").code == 0
    proof = desk.ask("reconcile")
    assert (proof["exit_code"], proof["data"]["documents"], proof["data"]["deleted"]) == (0, 1, [])


def test_3_4_a_table_that_is_gone_is_exit_7_and_says_so(desk: Desk) -> None:
    started(desk)
    order = carry_out_a_work_order(desk.box.simon)
    fault = desk.box.faults.set("table_gone", service="simon", table="WorkOrder")
    done = desk.ask("sync")
    assert done["exit_code"] == 7
    assert "work order" in done["messages"][0]["text"].casefold()
    desk.box.faults.remove(fault)
    assert desk.run("sync").code == 0
    assert desk.ask("explain", order["Number"])["data"]["would_send"] is not None
    assert desk.ask("reconcile")["exit_code"] == 0


def test_reconcile_finds_what_no_list_of_changes_named(desk: Desk) -> None:
    started(desk)
    carry_out_a_work_order(desk.box.simon)
    assert desk.run("sync").code == 0
    order = carry_out_a_work_order(desk.box.simon)
    long_ago = datetime.now(UTC) - timedelta(days=2)
    desk.box.simon.restamp("WorkOrder", order["Id"], MutationDate=long_ago)
    assert desk.run("sync").code == 0
    proof = desk.ask("reconcile")
    assert (proof["exit_code"], proof["data"]["missing"]) == (3, [order["Number"]])
    assert desk.run("sync").code == 0
    assert desk.ask("reconcile")["exit_code"] == 0
