"""A "not found" of Simon alone settles nothing: a proxy, a restart or a renamed table says the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.account.execution import RunResult
from simonsync.domain.key import Kind
from simonsync.errors import ExitCode
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language, render
from simonsync.report.status import status_of
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.store.deletions import Deletion
from simonsync.store.ledger import Status
from simonsync.sync.deletions import finish_deletions
from tests.firm import Firm
from tests.sync.quoting import finish, free, quote


@pytest.fixture
def office(tmp_path: Path) -> Firm:
    tmp_path.chmod(0o700)
    firm = Firm(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    firm.activate()
    firm.pull()
    firm.later(minutes=1)
    return firm


def not_found(firm: Firm, path: str, times: int | None = None) -> int:
    """Let Simon answer 404 at an address."""
    return firm.box.faults.set("status", service="simon", status=404, path=path, times=times)


def pushes(firm: Firm, minutes: int) -> Iterator[RunResult]:
    """Push now and every ten minutes for some time, as the timer does."""
    for _ in range(minutes // 10 + 1):
        yield firm.push()
        firm.later(minutes=10)


def number_of(firm: Firm, order: int) -> str:
    return str(firm.box.simon.row("WorkOrder", order)["Number"])


# --- the work order itself ----------------------------------------------------------------------------


def test_3_4_a_work_order_that_is_refused_once_is_told_and_sent_by_the_next_run(office: Firm) -> None:
    order = office.archived(work=30)
    not_found(office, f"/WorkOrder({order})", times=1)
    office.push()
    assert office.entry(order).status is Status.WAITING
    assert office.codes(only_open=True) == ["work-order-unreadable"]
    office.later(minutes=5)
    assert office.push().exit_code is ExitCode.DONE
    assert len(office.drafts()) == 1
    assert office.codes(only_open=True) == []


def test_3_4_a_deleted_work_order_is_settled_at_the_second_look_half_an_hour_later(office: Firm) -> None:
    order = office.archived(work=30)
    office.box.faults.set("api_error", service="sellsy", method="Document.create", code="E_PARAM_INVALID")
    office.push()
    name = number_of(office, order)
    office.later(minutes=60)
    office.box.simon.delete("WorkOrder", order)
    for minutes in (0, 10, 19):
        office.later(minutes=minutes)
        office.push()
        assert office.entry(order).status is Status.WAITING
        assert "work-order-not-found" in office.codes(only_open=True)
        with office.state() as state:
            assert status_of(state).held == (name,)
    office.later(minutes=1)
    office.push()
    assert office.entry(order).status is Status.GONE
    (told,) = office.journal(codes=["work-order-deleted"])
    assert (told.message.kind.severity, told.number) == ("warning", name)
    assert name in render(told.message, Language.FR)[0]
    assert office.codes(only_open=True, record=str(order)) == []
    office.box.log.clear()
    office.later(minutes=5)
    office.push()
    assert [entry for entry in office.box.log.entries("simon") if "(" in entry.params["path"]] == []


def test_3_4_what_was_shown_in_between_counts_from_the_beginning(office: Firm) -> None:
    order = office.archived(CustomerId=None)
    office.push()
    row = dict(office.box.simon.row("WorkOrder", order))
    for _ in range(2):
        hidden = office.box.simon._rows["WorkOrder"].pop(order)  # noqa: SLF001 - nobody can hide a record
        office.push()
        assert office.codes(only_open=True) == ["work-order-not-found"]
        office.box.simon._rows["WorkOrder"][order] = hidden  # noqa: SLF001
        office.later(minutes=20)
        office.push()
        assert office.codes(only_open=True) == ["work-order-without-customer"]
    assert office.entry(order).status is Status.WAITING
    assert row == office.box.simon.row("WorkOrder", order)


def test_3_4_a_work_order_that_is_there_after_all_is_open_again(office: Firm) -> None:
    order = office.archived(CustomerId=None)
    office.push()
    hidden = office.box.simon._rows["WorkOrder"].pop(order)  # noqa: SLF001 - nobody can hide a record
    assert len(list(pushes(office, 40))) == 5
    assert office.entry(order).status is Status.GONE
    office.box.simon._rows["WorkOrder"][order] = hidden  # noqa: SLF001
    card = office.simon_id("Customer", f"customer:{office.clients()[0]}")
    office.box.simon.edit("WorkOrder", order, CustomerId=card)
    office.push()
    assert office.codes(codes=["work-order-found"]) == ["work-order-found"]
    assert len(office.drafts()) == 1


@pytest.mark.parametrize("path", ["/*", "/WorkOrder*"])
def test_3_4_a_service_that_finds_nothing_is_in_trouble_and_settles_nothing(office: Firm, path: str) -> None:
    order = office.archived(work=30)
    fault = office.box.faults.set(
        "api_error", service="sellsy", method="Document.create", code="E_PARAM_INVALID", times=1
    )
    office.push()
    office.box.faults.remove(fault)
    fault = not_found(office, path)
    assert {result.exit_code for result in pushes(office, 80)} == {ExitCode.UNAVAILABLE}
    assert office.entry(order).status is Status.WAITING
    assert "service-unavailable" in office.codes(only_open=True)
    office.box.faults.remove(fault)
    assert office.push().exit_code is ExitCode.DONE
    assert len(office.drafts()) == 1
    assert office.codes(only_open=True) == []


def test_3_4_a_table_that_goes_away_in_the_middle_of_a_run_settles_nothing(office: Firm) -> None:
    order = office.archived(work=30)
    fault = office.box.faults.set(
        "status", service="simon", method="GET WorkOrder", status=404, call=2, times=None
    )
    assert {result.exit_code for result in pushes(office, 40)} == {ExitCode.UNAVAILABLE}
    assert office.entry(order).status is Status.WAITING
    office.box.faults.remove(fault)
    assert office.push().exit_code is ExitCode.DONE
    assert len(office.drafts()) == 1


def test_3_4_records_that_are_listed_but_not_shown_are_held_for_as_long_as_it_lasts(office: Firm) -> None:
    order = office.archived(work=30)
    fault = not_found(office, "/WorkOrder(*")
    assert {result.exit_code for result in pushes(office, 80)} == {ExitCode.NEEDS_SOMEONE}
    (case,) = office.journal(only_open=True)
    assert case.message == Message(
        kinds.WORK_ORDER_UNREADABLE, {"number": number_of(office, order), "cause": "@cause-not-shown"}
    )
    assert office.entry(order).status is Status.WAITING
    office.box.faults.remove(fault)
    office.push()
    assert len(office.drafts()) == 1


# --- what belongs to it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/UsedItem", "Article utilisé"),
        ("/TimeSheet", "Temps"),
        ("/Location(*", "Adresse de travail"),
    ],
)
def test_3_4_what_a_work_order_lacks_for_a_moment_holds_it_and_is_named(
    office: Firm, path: str, part: str
) -> None:
    order = office.archived(work=30)
    not_found(office, path, times=1)
    assert office.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert office.drafts() == []
    (case,) = office.journal(only_open=True)
    assert (case.message.kind.code, case.record) == ("work-order-unreadable", str(order))
    assert part.casefold() in render(case.message, Language.FR)[0].casefold()
    office.later(minutes=5)
    assert office.push().exit_code is ExitCode.DONE
    assert len(office.drafts()) == 1


@pytest.mark.parametrize("path", ["/UsedItem", "/TimeSheet", "/Location*"])
def test_3_4_a_table_of_parts_that_is_gone_is_the_services_trouble(office: Firm, path: str) -> None:
    orders = [office.archived(work=30), office.archived(work=60)]
    fault = not_found(office, path)
    assert {result.exit_code for result in pushes(office, 40)} == {ExitCode.UNAVAILABLE}
    assert [office.entry(order).status for order in orders] == [Status.WAITING] * 2
    assert office.codes(only_open=True) == ["service-unavailable"]
    office.box.faults.remove(fault)
    assert office.push().exit_code is ExitCode.DONE
    assert len(office.drafts()) == 2


# --- a change after the draft -------------------------------------------------------------------------


def changed_after_its_draft(firm: Firm) -> int:
    order = firm.archived("Dépannage", work=30)
    firm.push()
    firm.later(minutes=5)
    firm.box.simon.edit("WorkOrder", order, Description="Dépannage et réglage")
    return order


@pytest.mark.parametrize(("path", "status"), [("/WorkOrder(*", 404), ("/TimeSheet", 400)])
def test_8_a_change_that_cannot_be_read_at_once_is_told_later(office: Firm, path: str, status: int) -> None:
    changed_after_its_draft(office)
    fault = office.box.faults.set("status", service="simon", status=status, path=path, times=None)
    office.push()
    office.box.faults.remove(fault)
    assert office.codes(codes=["work-order-changed-after-draft"]) == []
    office.later(hours=2)
    assert len(list(pushes(office, 40))) == 5
    assert office.codes(codes=["work-order-changed-after-draft"]) == ["work-order-changed-after-draft"]


def test_8_a_change_that_stays_unreadable_is_told_as_such_once(office: Firm) -> None:
    changed_after_its_draft(office)
    fault = office.box.faults.set("status", service="simon", method="GET UsedItem", status=400, times=None)
    assert len(list(pushes(office, 80))) == 9
    (told,) = office.journal(codes=["work-order-changed-after-draft"])
    assert "illisible" in render(told.message, Language.FR)[0]
    office.box.faults.remove(fault)


def test_8_a_sent_work_order_that_was_deleted_is_not_asked_for_for_ever(office: Firm) -> None:
    order = changed_after_its_draft(office)
    not_found(office, f"/WorkOrder({order})", times=1)
    office.push()
    office.box.simon.delete("WorkOrder", order)
    assert len(list(pushes(office, 60))) == 7
    office.box.log.clear()
    office.push()
    assert [entry for entry in office.box.log.entries("simon") if "(" in entry.params["path"]] == []
    assert office.entry(order).status is Status.SENT


# --- quotes and deletions -----------------------------------------------------------------------------


def test_5_9_an_edited_quote_is_told_also_where_its_work_order_is_not_found_at_once(quoting: Firm) -> None:
    made = quote(quoting, [free(quoting, "Pose", "45")])
    quoting.pull()
    order = quoting.simon_id("WorkOrder", f"quote:{made.id}")
    quoting.later(minutes=5)
    quoting.box.sellsy.edit_document(made.id, subject="Autre chose")
    not_found(quoting, f"/WorkOrder({order})", times=1)
    for _ in range(2):
        quoting.pull()
        quoting.later(minutes=5)
    assert quoting.codes(codes=["quote-changed-after-work-order"]) == ["quote-changed-after-work-order"]


def test_5_9_a_work_order_of_a_quote_is_made_once_although_its_parts_are_not_found(quoting: Firm) -> None:
    made = quote(quoting, [free(quoting, "Pose", "45")])
    fault = not_found(quoting, "/TimeSheet")
    quoting.pull()
    quoting.box.faults.remove(fault)
    assert quoting.codes(codes=["work-order-created"]) == ["work-order-created"]
    finish(quoting, made)
    quoting.push()
    assert len(quoting.drafts()) == 1


def test_7_3_a_deletion_is_not_believed_while_the_record_is_listed(office: Firm) -> None:
    client = office.clients()[0]
    card = office.simon_id("Customer", f"customer:{client}")
    with office.state() as state:
        binding = state.bindings.by_target(str(card), Kind.CUSTOMER)
        assert binding is not None
        state.deletions.begin(
            Deletion("customers", str(card), "Durand", "gone-in-sellsy", binding.key), office.box.clock()
        )
    fault = not_found(office, f"/Customer({card})")
    office.run("cleanup", lambda run, _sink: finish_deletions(run))
    with office.state() as state:
        assert state.deletions.begun() != ()
        assert state.bindings.get(binding.key) is not None
    office.box.faults.remove(fault)
    office.run("cleanup", lambda run, _sink: finish_deletions(run))
    with office.state() as state:
        assert state.deletions.begun() == ()
        assert state.bindings.get(binding.key) is not None
    assert office.codes(codes=["customer-deleted"]) == []


# --- what Sellsy does not show ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "code"),
    [("Client.getOne", "work-order-customer-unknown"), ("Catalogue.getOne", "work-order-item-unknown")],
)
def test_2_3_what_sellsy_does_not_show_holds_a_work_order_and_never_loses_it(
    office: Firm, method: str, code: str
) -> None:
    order = office.archived(items=(("DISJ-16A", 1),))
    fault = office.box.faults.set("not_loadable", service="sellsy", method=method, times=None)
    assert {result.exit_code for result in pushes(office, 80)} == {ExitCode.NEEDS_SOMEONE}
    assert office.codes(only_open=True) == [code]
    assert office.entry(order).status is Status.WAITING
    office.box.faults.remove(fault)
    office.later(minutes=5)
    assert office.push().exit_code is ExitCode.DONE
    assert len(office.drafts()) == 1
