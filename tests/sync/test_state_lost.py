"""A state that was lost, is old, or comes from another machine: nothing is invoiced twice."""

from __future__ import annotations

import shutil

import pytest

from simonsync.account.choose import choose
from simonsync.account.resolve import Choice, resolve
from simonsync.domain.phase import Phase
from simonsync.errors import ExitCode
from simonsync.store.ledger import Status
from simonsync.sync import cycle
from tests.firm import Firm


def phase(firm: Firm) -> Phase:
    with firm.state() as state:
        return state.activation.get().phase


def reactivate(firm: Firm) -> None:
    """A human looks, and activates without a wipe."""
    with firm.state() as state:
        state.activation.activate(firm.box.clock(), firm.box.clock())


def copied_to_another_machine(firm: Firm) -> None:
    with firm.state() as state:
        state.activation.on_machine("another machine")


def restored_from_an_old_copy(firm: Firm) -> None:
    shutil.copy(firm.folder / "old.db", firm.folder / "firm.db")
    for name in ("firm.db-wal", "firm.db-shm"):
        (firm.folder / name).unlink(missing_ok=True)
    firm.later(hours=1)


def forgotten_while_open_and_archived_once_more(firm: Firm, order: int) -> None:
    """The state is lost while a work order is open again; days later it is archived, and the timer runs."""
    firm.box.simon.reopen(order)
    with firm.state() as state:
        state.database.execute("DELETE FROM work_orders")
    copied_to_another_machine(firm)
    firm.sync()
    reactivate(firm)
    firm.later(days=5)
    firm.ready(order)
    for _ in range(6):
        firm.later(minutes=5)
        firm.sync()


@pytest.mark.parametrize("lose", [copied_to_another_machine, restored_from_an_old_copy])
def test_a_lost_state_is_noticed_rebuilt_and_nothing_is_invoiced_twice(active: Firm, lose: object) -> None:
    assert callable(lose)
    with active.state() as state:
        state.database.copy_to(active.folder / "old.db")
    active.later(minutes=5)
    sent = active.archived("envoyé", work=30)
    active.push()
    active.later(minutes=5)
    waiting = active.archived("pas encore envoyé", work=30)
    lose(active)
    active.box.log.clear()
    result = active.sync()
    assert (result.exit_code, phase(active)) == (ExitCode.NEEDS_SOMEONE, Phase.CONNECTED)
    assert "Document.create" not in active.writes()
    assert active.entry(sent).status is Status.SENT
    assert active.entry(waiting).status is Status.DORMANT
    assert active.codes(only_open=True) == ["state-lost"]

    reactivate(active)
    for _ in range(6):
        active.later(minutes=5)
        active.sync()
    assert len(active.drafts()) == 1


def test_after_a_rebuild_a_named_work_order_is_sent_once_the_wait_is_over(active: Firm) -> None:
    order = active.archived("ancien", work=30)
    number = str(active.box.simon.row("WorkOrder", order)["Number"])
    copied_to_another_machine(active)
    active.sync()
    reactivate(active)
    codes = []
    for _ in range(6):
        codes.append(
            active.run("push", lambda run, sink: cycle.push(run, sink, choose([number], run))).exit_code
        )
        if codes[-1] is ExitCode.DONE:
            break
        active.later(minutes=5)
    assert codes[0] is ExitCode.UNKNOWN_OUTCOME
    assert codes[-1] is ExitCode.DONE
    assert len(active.drafts()) == 1
    assert active.codes(only_open=True) == []


def test_a_rebuild_does_not_bring_back_what_a_human_has_ruled_out(active: Firm) -> None:
    order = active.archived("ancien", work=30)
    active.push()
    number = str(active.box.simon.row("WorkOrder", order)["Number"])
    (draft,) = active.drafts()
    active.box.sellsy.add_document("invoice", draft.third_id, subject=draft.subject, tags=list(draft.tags))
    for _ in range(2):
        with active.state() as state:
            state.database.execute("DELETE FROM work_orders")
        copied_to_another_machine(active)
        active.sync()
        if "several-drafts-found" in active.codes(only_open=True):
            resolve(active.account(), number, Choice.ADOPT, str(draft.id))
            reactivate(active)
    assert active.codes(codes=["several-drafts-found"]) == ["several-drafts-found"]
    assert active.entry(order).document_id == str(draft.id)
    assert active.codes(only_open=True) == ["state-lost"]


def test_one_of_two_documents_that_were_told_is_not_taken_because_the_other_is_out_of_sight(
    active: Firm,
) -> None:
    order = active.archived("ancien", work=30)
    active.push()
    (draft,) = active.drafts()
    active.later(days=5)
    copy = active.box.sellsy.add_document(
        "invoice", draft.third_id, subject=draft.subject, tags=list(draft.tags)
    )
    with active.state() as state:
        state.database.execute("DELETE FROM work_orders")
    copied_to_another_machine(active)
    active.sync()
    reactivate(active)
    active.archived("nouveau", work=30)
    for _ in range(5):
        active.later(minutes=5)
        active.sync()
    assert active.entry(order).document_id is None
    (case,) = active.journal(codes=["several-drafts-found"], only_open=True)
    assert set(case.message.params["documents"].split(", ")) == {str(draft.id), str(copy.id)}

    active.box.sellsy.delete_document(draft.id)
    active.archived("encore", work=30)
    active.later(minutes=5)
    active.sync()
    assert active.entry(order).document_id == str(copy.id)


def test_what_was_sent_and_opened_again_before_the_loss_is_not_sent_twice(active: Firm) -> None:
    order = active.archived("envoyé", work=30)
    active.push()
    (draft,) = active.drafts()
    forgotten_while_open_and_archived_once_more(active, order)
    assert active.drafts() == [draft]
    assert active.entry(order).document_id == str(draft.id)


def test_what_has_two_documents_and_was_opened_again_before_the_loss_waits_for_a_human(active: Firm) -> None:
    order = active.archived("envoyé", work=30)
    active.push()
    (draft,) = active.drafts()
    active.box.sellsy.add_document("invoice", draft.third_id, subject=draft.subject, tags=list(draft.tags))
    forgotten_while_open_and_archived_once_more(active, order)
    assert len(active.drafts()) == 2
    assert active.entry(order).document_id is None
    assert active.codes(only_open=True) == ["several-drafts-found"]


def test_of_two_documents_from_before_the_loss_the_one_that_people_leave_is_adopted(active: Firm) -> None:
    order = active.archived("envoyé", work=30)
    active.push()
    (draft,) = active.drafts()
    known = {"subject": draft.subject, "tags": list(draft.tags)}
    copy = active.box.sellsy.add_document("invoice", draft.third_id, **known)
    forgotten_while_open_and_archived_once_more(active, order)
    assert active.codes(only_open=True) == ["several-drafts-found"]
    active.box.sellsy.delete_document(copy.id)
    for _ in range(6):
        active.later(minutes=5)
        active.sync()
    assert [each.id for each in active.drafts()] == [draft.id]
    assert active.entry(order).document_id == str(draft.id)
    # It was adopted although nothing was unknown: whoever made the copy may do so again.
    assert active.codes(only_open=True) == ["second-writer"]


def test_what_was_rebuilt_is_brought_up_to_date_and_not_made_anew(active: Firm) -> None:
    before = {row["Id"] for row in active.box.simon.rows("Customer")}
    with active.state() as state:
        state.database.execute("DELETE FROM bindings")
    copied_to_another_machine(active)
    active.sync()
    reactivate(active)
    active.pull()
    assert {row["Id"] for row in active.box.simon.rows("Customer")} == before
    active.box.log.clear()
    active.pull()
    assert active.writes() == []


def test_a_rebuild_that_gets_no_answer_is_tried_again(active: Firm) -> None:
    copied_to_another_machine(active)
    fault = active.box.faults.set(
        "status", service="sellsy", method="Document.getList", status=503, times=None
    )
    assert active.sync().exit_code is ExitCode.UNAVAILABLE
    assert phase(active) is Phase.ACTIVE
    active.box.faults.remove(fault)
    active.later(minutes=5)
    assert active.sync().exit_code is ExitCode.NEEDS_SOMEONE
    assert phase(active) is Phase.CONNECTED
