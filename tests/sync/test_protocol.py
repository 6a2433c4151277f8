"""The protocol of exactly one draft, sentence by sentence: waits, look-ups, cases, and a human's word."""

from __future__ import annotations

from typing import Any

import pytest

from simonsync.account.resolve import Choice, resolve
from simonsync.domain.key import Kind, sellsy_key
from simonsync.errors import ExitCode
from simonsync.sandbox.sellsy.records import Document
from simonsync.store.ledger import Status
from simonsync.sync import cycle
from simonsync.sync.actions import CreateDraft, Plan, Sink
from simonsync.sync.run import Planning
from tests.firm import Firm

CREATE = "Document.create"
LIST = "Document.getList"


def rounds(firm: Firm, count: int, minutes: float = 5) -> list[ExitCode]:
    """Push every few minutes and return how the runs ended."""
    ends = []
    for _ in range(count):
        firm.later(minutes=minutes)
        ends.append(firm.push().exit_code)
    return ends


def number_of(firm: Firm, order: int) -> str:
    return str(firm.box.simon.row("WorkOrder", order)["Number"])


# --- one record's trouble is its own ---------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "service": "simon", "method": "GET TimeSheet", "status": 400},
        {"kind": "api_error", "service": "sellsy", "method": "Client.getOne", "code": "E_PRIV_NOT_ALLOWED"},
    ],
    ids=["simon", "sellsy"],
)
def test_a_work_order_that_cannot_be_read_is_a_case_and_stops_no_other(
    active: Firm, fault: dict[str, Any]
) -> None:
    first, second = active.clients()[:2]
    broken = active.archived("Illisible", work=30, customer=first)
    active.later(seconds=1)
    active.archived("Lisible", work=30, customer=second)
    for times in (1, 2):
        active.box.faults.set(**fault)
        assert active.push().exit_code is ExitCode.NEEDS_SOMEONE
        assert [draft.third_id for draft in active.drafts()] == [second]
        (entry,) = active.journal(only_open=True)
        assert (entry.message.kind.code, entry.record) == ("work-order-unreadable", str(broken))
        assert entry.times == times
        active.later(minutes=5)
    assert active.push().exit_code is ExitCode.DONE
    assert len(active.drafts()) == 2
    assert active.codes(only_open=True) == []


def test_a_draft_that_sellsy_refuses_to_show_stops_no_other(active: Firm) -> None:
    first = active.archived("un", work=30)
    fault = active.box.faults.set(
        "api_error", service="sellsy", method="Document.getOne", code="E_PRIV_NOT_ALLOWED", times=None
    )
    active.push()
    active.later(minutes=5)
    active.archived("deux", work=30)
    active.push()
    assert len(active.drafts()) == 2
    assert "draft-created" in active.codes()
    active.box.faults.remove(fault)
    active.later(minutes=5)
    assert active.push().exit_code is ExitCode.DONE
    assert active.entry(first).read_back_at is not None


# --- look-ups and waits ----------------------------------------------------------------------------


def unknown(firm: Firm, customer: int | None = None) -> int:
    """Let the draft of a work order have an unknown outcome: nothing was made."""
    order = firm.archived(work=30, customer=customer)
    firm.box.faults.set("drop_before", service="sellsy", method=CREATE)
    firm.push()
    return order


def test_a_look_up_that_began_before_the_end_of_the_wait_does_not_count(active: Firm) -> None:
    unknown(active)
    rounds(active, 2)
    # The wait ends while the third look-up's list is being read.
    active.later(minutes=4, seconds=59)
    fault = active.box.faults.set("status", service="sellsy", method=LIST, status=502, times=3)
    active.push()
    assert active.box.faults.fired(fault) == 3
    assert rounds(active, 2) == [ExitCode.UNKNOWN_OUTCOME] * 2
    assert active.drafts() == []
    assert rounds(active, 1) == [ExitCode.DONE]
    assert len(active.drafts()) == 1


def test_the_look_up_that_ends_a_wait_with_all_drafts_is_made_after_it(active: Firm) -> None:
    (active.folder / "firm.witness").unlink()
    active.archived(work=30)
    assert active.push().exit_code is ExitCode.UNKNOWN_OUTCOME
    active.later(minutes=14, seconds=59)
    # The wait ends between this run's look-up and its create.
    active.box.faults.set("status", service="sellsy", method="Accountdatas.getTaxes", status=502, times=3)
    assert active.push().exit_code is ExitCode.UNKNOWN_OUTCOME
    assert active.drafts() == []
    assert rounds(active, 1) == [ExitCode.DONE]


# --- documents that nobody knows -----------------------------------------------------------------


def rename(firm: Firm, document: Document, subject: str) -> None:
    firm.box.sellsy.edit_document(document.id, subject=subject)


def test_a_draft_at_the_earlier_customer_whose_subject_was_edited_is_a_case(active: Firm) -> None:
    """The unknown draft is there, without its marker, and the work order has another customer by now."""
    first, second = active.clients()[:2]
    order = active.archived(work=30, customer=first)
    active.box.faults.set("drop_after", service="sellsy", method=CREATE)
    active.push()
    (made,) = active.drafts()
    rename(active, made, "Revu par le bureau")
    card = active.simon_id("Customer", f"customer:{second}")
    active.box.simon.edit("WorkOrder", order, CustomerId=card)
    rounds(active, 8)
    assert active.drafts() == [made]
    (entry,) = active.journal(only_open=True, codes=["foreign-marker"])
    assert entry.record == str(order)


def test_an_untagged_document_that_names_the_number_is_a_case(active: Firm) -> None:
    """People took the tag off and changed the marker: only the number in the subject is left."""
    order = active.archived(work=30)
    active.box.faults.set("drop_after", service="sellsy", method=CREATE)
    active.push()
    (made,) = active.drafts()
    rename(active, made, f"Bon de travail {number_of(active, order)} [SS-000000000000]")
    active.box.sellsy.edit_document(made.id, tags=[])
    rounds(active, 8)
    assert active.drafts() == []
    (entry,) = active.journal(only_open=True, codes=["foreign-marker"])
    assert entry.record == str(order)
    assert entry.message.params["document"] == str(made.id)


# --- the intent ----------------------------------------------------------------------------------


def test_an_intent_that_the_machine_slept_over_is_not_acted_on(
    active: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    active.archived(work=30)
    awake = active.elapsed

    def slept() -> float:
        with active.state() as state:
            return awake() + (31 if list(state.attempts.unknown()) else 0)

    monkeypatch.setattr(active, "elapsed", slept)
    active.push()
    assert CREATE not in active.writes()
    assert active.drafts() == []
    monkeypatch.undo()
    assert rounds(active, 1) == [ExitCode.DONE]
    assert len(active.drafts()) == 1


@pytest.mark.parametrize("answered", [True, False])
def test_a_plan_that_is_carried_out_twice_makes_one_draft(active: Firm, *, answered: bool) -> None:
    active.archived(work=30)
    if not answered:
        active.box.faults.set("drop_after", service="sellsy", method=CREATE)
        # Where Sellsy does not remember what it has received, the intent alone must hold.
        active.box.sellsy.remember_nonces(0)

    def twice(run: Planning, sink: Sink) -> None:
        def carry_out(plan: Plan) -> None:
            for _ in range(2):
                sink(plan)

        cycle.push(run, carry_out)

    active.run("push", twice)
    assert len(active.drafts()) == 1
    assert rounds(active, 1) == [ExitCode.DONE]


def test_what_a_human_decided_against_meanwhile_is_not_sent(active: Firm) -> None:
    order = active.archived(work=30)

    def late(run: Planning, sink: Sink) -> None:
        def carry_out(plan: Plan) -> None:
            if any(isinstance(action, CreateDraft) for action in plan.actions):
                run.state.ledger.set_status(str(order), Status.NEVER)
            sink(plan)

        cycle.push(run, carry_out)

    active.run("push", late)
    assert active.drafts() == []
    assert active.entry(order).status is Status.NEVER
    assert rounds(active, 1) == [ExitCode.DONE]


# --- a human's word ------------------------------------------------------------------------------


def test_each_further_unknown_outcome_needs_a_word_of_its_own(active: Firm) -> None:
    order = active.archived(work=30)
    active.box.faults.set("drop_before", service="sellsy", method=CREATE, times=3)
    active.push()
    rounds(active, 16)
    resolve(active.account(), number_of(active, order), Choice.CREATE)
    assert set(rounds(active, 20)) == {ExitCode.UNKNOWN_OUTCOME}
    with active.state() as state:
        assert len(state.attempts.of(f"work_order:{order}")) == 3
    assert active.codes(only_open=True) == ["outcome-unknown"]
    resolve(active.account(), number_of(active, order), Choice.CREATE)
    assert rounds(active, 8)[-1] is ExitCode.DONE
    assert len(active.drafts()) == 1


def test_a_filtered_work_order_whose_draft_may_exist_is_settled_once_that_is_clear(active: Firm) -> None:
    order = unknown(active)
    active.configure(skip_work_orders_containing="tableau")
    ends = rounds(active, 8)
    assert active.drafts() == []
    assert ends[0] is ExitCode.UNKNOWN_OUTCOME
    assert ends[-1] is ExitCode.DONE
    assert active.entry(order).status is Status.SETTLED
    assert active.codes(only_open=True) == []


def test_a_late_draft_of_a_work_order_that_was_filtered_meanwhile_is_adopted(active: Firm) -> None:
    order = active.archived(work=30)
    active.box.faults.set("late", service="sellsy", method=CREATE, seconds=12 * 60)
    active.push()
    active.configure(skip_work_orders_containing="tableau")
    rounds(active, 8)
    assert len(active.drafts()) == 1
    assert active.entry(order).status is Status.SENT
    assert active.codes(only_open=True) == []
    active.box.simon.edit("WorkOrder", order, Description="Autre chose")
    assert rounds(active, 2) == [ExitCode.DONE] * 2


@pytest.mark.parametrize("made", ["known", "adopted"])
def test_a_change_after_the_draft_is_told_however_the_draft_came_about(active: Firm, made: str) -> None:
    order = active.archived("Dépannage", work=30)
    if made == "adopted":
        active.box.faults.set("drop_after", service="sellsy", method=CREATE)
    active.push()
    rounds(active, 1)
    assert active.entry(order).document_id is not None
    active.later(minutes=5)
    active.box.simon.edit("WorkOrder", order, Description="Dépannage et pose")
    rounds(active, 1)
    assert len(active.codes(codes=["work-order-changed-after-draft"])) == 1


def test_a_change_before_the_draft_was_found_is_told(active: Firm) -> None:
    order = active.archived("Dépannage", work=30)
    active.box.faults.set("drop_after", service="sellsy", method=CREATE)
    active.push()
    active.later(minutes=1)
    active.box.simon.reopen(order)
    active.box.simon.use_item(order, active.item("DISJ-16A"), 2)
    active.box.simon.declare_ready(order)
    active.box.simon.archive(order)
    rounds(active, 3)
    assert len(active.drafts()) == 1
    (told,) = active.journal(codes=["work-order-changed-after-draft"])
    assert told.record == str(order)


def test_an_adopted_draft_is_read_back_too(active: Firm) -> None:
    order = active.archived("Dépannage", items=(("DISJ-16A", 2),))
    active.box.faults.set("drop_after", service="sellsy", method=CREATE)
    active.push()
    (draft,) = active.drafts()
    active.box.sellsy.edit_document(draft.id, rows=[])
    rounds(active, 1)
    assert active.entry(order).read_back_at is not None
    assert "draft-lines-differ" in active.codes(record=str(order))


def test_a_customer_key_is_what_the_attempt_was_for(active: Firm) -> None:
    client = active.clients()[0]
    unknown(active, customer=client)
    with active.state() as state:
        (attempt,) = state.attempts.unknown()
    assert attempt.customer == sellsy_key(Kind.CUSTOMER, client)
