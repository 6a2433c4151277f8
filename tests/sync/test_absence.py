"""A "not found" of Simon alone settles nothing: a proxy, a restart or a renamed table says the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simonsync.account.execution import RunResult
from simonsync.domain.key import Kind
from simonsync.errors import ExitCode
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language, render
from simonsync.report.status import status_of
from simonsync.store.deletions import Deletion
from simonsync.store.ledger import Status
from simonsync.sync.deletions import finish_deletions
from tests.firm import Firm
from tests.sync.quoting import finish, free, quote


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


def test_3_4_a_work_order_that_is_refused_once_is_told_and_sent_by_the_next_run(steady: Firm) -> None:
    order = steady.archived(work=30)
    not_found(steady, f"/WorkOrder({order})", times=1)
    steady.push()
    assert steady.entry(order).status is Status.WAITING
    assert steady.codes(only_open=True) == ["work-order-unreadable"]
    steady.later(minutes=5)
    assert steady.push().exit_code is ExitCode.DONE
    assert len(steady.drafts()) == 1
    assert steady.codes(only_open=True) == []


def test_3_4_a_deleted_work_order_is_settled_at_the_second_look_half_an_hour_later(steady: Firm) -> None:
    order = steady.archived(work=30)
    steady.box.faults.set("api_error", service="sellsy", method="Document.create", code="E_PARAM_INVALID")
    steady.push()
    name = number_of(steady, order)
    steady.later(minutes=60)
    steady.box.simon.delete("WorkOrder", order)
    for minutes in (0, 10, 19):
        steady.later(minutes=minutes)
        steady.push()
        assert steady.entry(order).status is Status.WAITING
        assert "work-order-not-found" in steady.codes(only_open=True)
        with steady.state() as state:
            assert status_of(state).held == (name,)
    steady.later(minutes=1)
    steady.push()
    assert steady.entry(order).status is Status.GONE
    (told,) = steady.journal(codes=["work-order-deleted"])
    assert (told.message.kind.severity, told.number) == ("warning", name)
    assert name in render(told.message, Language.FR)[0]
    assert steady.codes(only_open=True, record=str(order)) == []
    steady.box.log.clear()
    steady.later(minutes=5)
    steady.push()
    assert [entry for entry in steady.box.log.entries("simon") if "(" in entry.params["path"]] == []


def test_3_4_what_was_shown_in_between_counts_from_the_beginning(steady: Firm) -> None:
    order = steady.archived(CustomerId=None)
    steady.push()
    row = dict(steady.box.simon.row("WorkOrder", order))
    for _ in range(2):
        hidden = steady.box.simon._rows["WorkOrder"].pop(order)  # noqa: SLF001 - nobody can hide a record
        steady.push()
        assert steady.codes(only_open=True) == ["work-order-not-found"]
        steady.box.simon._rows["WorkOrder"][order] = hidden  # noqa: SLF001
        steady.later(minutes=20)
        steady.push()
        assert steady.codes(only_open=True) == ["work-order-without-customer"]
    assert steady.entry(order).status is Status.WAITING
    assert row == steady.box.simon.row("WorkOrder", order)


def test_3_4_a_work_order_that_is_there_after_all_is_open_again(steady: Firm) -> None:
    order = steady.archived(CustomerId=None)
    steady.push()
    hidden = steady.box.simon._rows["WorkOrder"].pop(order)  # noqa: SLF001 - nobody can hide a record
    assert len(list(pushes(steady, 40))) == 5
    assert steady.entry(order).status is Status.GONE
    steady.box.simon._rows["WorkOrder"][order] = hidden  # noqa: SLF001
    card = steady.simon_id("Customer", f"customer:{steady.clients()[0]}")
    steady.box.simon.edit("WorkOrder", order, CustomerId=card)
    steady.push()
    assert steady.codes(codes=["work-order-found"]) == ["work-order-found"]
    assert len(steady.drafts()) == 1


@pytest.mark.parametrize("path", ["/*", "/WorkOrder*"])
def test_3_4_a_service_that_finds_nothing_is_in_trouble_and_settles_nothing(steady: Firm, path: str) -> None:
    order = steady.archived(work=30)
    fault = steady.box.faults.set(
        "api_error", service="sellsy", method="Document.create", code="E_PARAM_INVALID", times=1
    )
    steady.push()
    steady.box.faults.remove(fault)
    fault = not_found(steady, path)
    assert {result.exit_code for result in pushes(steady, 80)} == {ExitCode.UNAVAILABLE}
    assert steady.entry(order).status is Status.WAITING
    assert "service-unavailable" in steady.codes(only_open=True)
    steady.box.faults.remove(fault)
    assert steady.push().exit_code is ExitCode.DONE
    assert len(steady.drafts()) == 1
    assert steady.codes(only_open=True) == []


def test_3_4_a_table_that_goes_away_in_the_middle_of_a_run_settles_nothing(steady: Firm) -> None:
    order = steady.archived(work=30)
    fault = steady.box.faults.set(
        "status", service="simon", method="GET WorkOrder", status=404, call=2, times=None
    )
    assert {result.exit_code for result in pushes(steady, 40)} == {ExitCode.UNAVAILABLE}
    assert steady.entry(order).status is Status.WAITING
    steady.box.faults.remove(fault)
    assert steady.push().exit_code is ExitCode.DONE
    assert len(steady.drafts()) == 1


def test_3_4_records_that_are_listed_but_not_shown_are_held_for_as_long_as_it_lasts(steady: Firm) -> None:
    order = steady.archived(work=30)
    fault = not_found(steady, "/WorkOrder(*")
    assert {result.exit_code for result in pushes(steady, 80)} == {ExitCode.NEEDS_SOMEONE}
    (case,) = steady.journal(only_open=True)
    assert case.message == Message(
        kinds.WORK_ORDER_UNREADABLE, {"number": number_of(steady, order), "cause": "@cause-not-shown"}
    )
    assert steady.entry(order).status is Status.WAITING
    steady.box.faults.remove(fault)
    steady.push()
    assert len(steady.drafts()) == 1


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
    steady: Firm, path: str, part: str
) -> None:
    order = steady.archived(work=30)
    not_found(steady, path, times=1)
    assert steady.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert steady.drafts() == []
    (case,) = steady.journal(only_open=True)
    assert (case.message.kind.code, case.record) == ("work-order-unreadable", str(order))
    assert part.casefold() in render(case.message, Language.FR)[0].casefold()
    steady.later(minutes=5)
    assert steady.push().exit_code is ExitCode.DONE
    assert len(steady.drafts()) == 1


@pytest.mark.parametrize("path", ["/UsedItem", "/TimeSheet", "/Location*"])
def test_3_4_a_table_of_parts_that_is_gone_is_the_services_trouble(steady: Firm, path: str) -> None:
    orders = [steady.archived(work=30), steady.archived(work=60)]
    fault = not_found(steady, path)
    assert {result.exit_code for result in pushes(steady, 40)} == {ExitCode.UNAVAILABLE}
    assert [steady.entry(order).status for order in orders] == [Status.WAITING] * 2
    assert steady.codes(only_open=True) == ["service-unavailable"]
    steady.box.faults.remove(fault)
    assert steady.push().exit_code is ExitCode.DONE
    assert len(steady.drafts()) == 2


# --- a change after the draft -------------------------------------------------------------------------


def changed_after_its_draft(firm: Firm) -> int:
    order = firm.archived("Dépannage", work=30)
    firm.push()
    firm.later(minutes=5)
    firm.box.simon.edit("WorkOrder", order, Description="Dépannage et réglage")
    return order


@pytest.mark.parametrize(("path", "status"), [("/WorkOrder(*", 404), ("/TimeSheet", 400)])
def test_8_a_change_that_cannot_be_read_at_once_is_told_later(steady: Firm, path: str, status: int) -> None:
    changed_after_its_draft(steady)
    fault = steady.box.faults.set("status", service="simon", status=status, path=path, times=None)
    steady.push()
    steady.box.faults.remove(fault)
    assert steady.codes(codes=["work-order-changed-after-draft"]) == []
    steady.later(hours=2)
    assert len(list(pushes(steady, 40))) == 5
    assert steady.codes(codes=["work-order-changed-after-draft"]) == ["work-order-changed-after-draft"]


def test_8_a_change_that_stays_unreadable_is_told_as_such_once(steady: Firm) -> None:
    changed_after_its_draft(steady)
    fault = steady.box.faults.set("status", service="simon", method="GET UsedItem", status=400, times=None)
    assert len(list(pushes(steady, 80))) == 9
    (told,) = steady.journal(codes=["work-order-changed-after-draft"])
    assert "illisible" in render(told.message, Language.FR)[0]
    steady.box.faults.remove(fault)


def test_8_a_sent_work_order_that_was_deleted_is_not_asked_for_for_ever(steady: Firm) -> None:
    order = changed_after_its_draft(steady)
    not_found(steady, f"/WorkOrder({order})", times=1)
    steady.push()
    steady.box.simon.delete("WorkOrder", order)
    assert len(list(pushes(steady, 60))) == 7
    steady.box.log.clear()
    steady.push()
    assert [entry for entry in steady.box.log.entries("simon") if "(" in entry.params["path"]] == []
    assert steady.entry(order).status is Status.SENT


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


def test_7_3_a_deletion_is_not_believed_while_the_record_is_listed(steady: Firm) -> None:
    client = steady.clients()[0]
    card = steady.simon_id("Customer", f"customer:{client}")
    with steady.state() as state:
        binding = state.bindings.by_target(str(card), Kind.CUSTOMER)
        assert binding is not None
        state.deletions.begin(
            Deletion("customers", str(card), "Durand", "gone-in-sellsy", binding.key), steady.box.clock()
        )
    fault = not_found(steady, f"/Customer({card})")
    steady.run("cleanup", lambda run, _sink: finish_deletions(run))
    with steady.state() as state:
        assert state.deletions.begun() != ()
        assert state.bindings.get(binding.key) is not None
    steady.box.faults.remove(fault)
    steady.run("cleanup", lambda run, _sink: finish_deletions(run))
    with steady.state() as state:
        assert state.deletions.begun() == ()
        assert state.bindings.get(binding.key) is not None
    assert steady.codes(codes=["customer-deleted"]) == []


# --- what Sellsy does not show ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "code"),
    [("Client.getOne", "work-order-customer-unknown"), ("Catalogue.getOne", "work-order-item-unknown")],
)
def test_2_3_what_sellsy_does_not_show_holds_a_work_order_and_never_loses_it(
    steady: Firm, method: str, code: str
) -> None:
    order = steady.archived(items=(("DISJ-16A", 1),))
    fault = steady.box.faults.set("not_loadable", service="sellsy", method=method, times=None)
    assert {result.exit_code for result in pushes(steady, 80)} == {ExitCode.NEEDS_SOMEONE}
    assert steady.codes(only_open=True) == [code]
    assert steady.entry(order).status is Status.WAITING
    steady.box.faults.remove(fault)
    steady.later(minutes=5)
    assert steady.push().exit_code is ExitCode.DONE
    assert len(steady.drafts()) == 1
