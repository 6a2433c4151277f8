"""`reconcile` never says that the books are complete while a work order has neither document nor reason."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from simonsync.account.reconcile import Books, reconcile
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.store.ledger import Status
from tests.firm import Firm


@pytest.fixture
def office(tmp_path: Path) -> Firm:
    tmp_path.chmod(0o700)
    firm = Firm(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    firm.activate(skip_work_orders_containing="garantie")
    firm.pull()
    firm.later(minutes=1)
    firm.archived(work=30)
    firm.push()
    firm.later(hours=1)
    return firm


def books(firm: Firm) -> Books:
    return reconcile(firm.account())


def name(firm: Firm, order: int) -> str:
    return str(firm.box.simon.row("WorkOrder", order)["Number"])


def test_what_the_list_of_changes_never_named_is_missing_and_waits_to_be_sent(office: Firm) -> None:
    order = office.archived(work=30)
    office.box.simon.restamp("WorkOrder", order, MutationDate=office.box.clock() - timedelta(days=1))
    office.later(minutes=1)
    office.push()
    found = books(office)
    assert (found.missing, found.complete) == ([name(office, order)], False)
    assert office.codes(codes=["work-order-found"]) == ["work-order-found"]
    assert office.entry(order).status is Status.WAITING
    for _ in range(3):
        office.later(minutes=10)
        office.push()
    assert books(office).complete


@pytest.mark.parametrize("stamps", [{"MutationDate": None}, {"MutationDate": None, "CreationDate": None}])
def test_a_work_order_without_stamps_is_compared_like_any_other(
    office: Firm, stamps: dict[str, None]
) -> None:
    order = office.archived(work=30)
    office.box.simon.restamp("WorkOrder", order, **stamps)
    assert books(office).missing == [name(office, order)]


def test_one_that_was_deleted_in_simon_is_named_with_its_reason(office: Firm) -> None:
    order = office.archived(CustomerId=None)
    number = name(office, order)
    office.push()
    office.box.simon.delete("WorkOrder", order)
    for _ in range(5):
        office.push()
        office.later(minutes=10)
    found = books(office)
    assert (found.deleted, found.complete) == ([number], True)
    assert office.codes(codes=["work-order-deleted"]) == ["work-order-deleted"]


def test_one_that_seemed_deleted_and_is_there_is_missing(office: Firm) -> None:
    order = office.archived(work=30, CustomerId=None)
    office.push()
    with office.state() as state:
        state.ledger.set_status(str(order), Status.GONE)
    found = books(office)
    assert (found.missing, found.deleted) == ([name(office, order)], [])
    assert office.entry(order).status is Status.WAITING


def test_one_that_is_listed_and_not_shown_is_missing(office: Firm) -> None:
    order = office.archived(work=30)
    office.box.simon.restamp("WorkOrder", order, MutationDate=None)
    office.box.faults.set("not_found", service="simon", path=f"/WorkOrder({order})", times=None)
    assert books(office).missing == [f"id:{order}"]


def test_a_filtered_one_is_no_gap_while_its_reason_stands(office: Firm) -> None:
    order = office.archived("sous garantie")
    office.push()
    assert office.entry(order).status is Status.SETTLED
    assert books(office).complete
    office.configure(skip_work_orders_containing="autre")
    office.later(minutes=5)
    office.push()
    assert books(office).complete, "a changed word does not change what was settled"


def test_a_filtered_one_whose_content_is_another_now_is_missing(office: Firm) -> None:
    order = office.archived("sous garantie")
    office.push()
    stamp = office.box.simon.row("WorkOrder", order)["MutationDate"]
    office.box.simon.edit("WorkOrder", order, Description="à facturer")
    office.box.simon.restamp("WorkOrder", order, MutationDate=stamp)
    assert books(office).missing == [name(office, order)]


def test_while_inactive_nothing_is_taken_in_and_nothing_is_hidden(office: Firm) -> None:
    with office.state() as state:
        state.activation.deactivate(office.box.clock(), office.box.clock())
    order = office.archived(work=30)
    assert books(office).missing == [name(office, order)]
    with office.state() as state:
        assert state.ledger.get(str(order)) is None
