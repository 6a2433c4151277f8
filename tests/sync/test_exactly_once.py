"""Exactly one draft per work order, whatever the network does."""

from __future__ import annotations

import pytest

from simonsync.errors import ExitCode
from simonsync.sandbox.sellsy.records import Document
from simonsync.settings.declaration import Documents
from simonsync.store.ledger import Status
from tests.firm import Firm

CREATE = "Document.create"


def numbers(firm: Firm) -> list[str]:
    """The work order numbers in the subjects of our drafts."""
    return [str(draft.subject).split()[3] for draft in firm.drafts()]


def until_quiet(firm: Firm, minutes: int = 5, runs: int = 10) -> list[ExitCode]:
    """Run every five minutes until a run is done; return the exit codes on the way."""
    codes = []
    for _ in range(runs):
        firm.later(minutes=minutes)
        codes.append(firm.push().exit_code)
        if codes[-1] is ExitCode.DONE:
            break
    return codes


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after"},
        {"kind": "half"},
        {"kind": "status", "status": 500, "applied": True},
        {"kind": "status", "status": 502, "applied": True},
        {"kind": "empty", "applied": True},
        {"kind": "html", "applied": True},
        {"kind": "slow_first_byte", "seconds": 7},
    ],
    ids=lambda fault: str(fault["kind"]),
)
def test_a_draft_that_was_made_without_an_answer_is_found_and_adopted(
    active: Firm, fault: dict[str, object]
) -> None:
    order = active.archived(work=30)
    active.box.faults.set(service="sellsy", method=CREATE, **fault)  # type: ignore[arg-type]
    assert active.push().exit_code is ExitCode.UNKNOWN_OUTCOME
    assert active.codes(only_open=True) == ["outcome-unknown"]
    active.later(minutes=5)
    assert active.push().exit_code is ExitCode.DONE
    assert len(active.drafts()) == 1
    assert active.codes(record=str(order)) == [
        "outcome-unknown",
        "draft-adopted",
        "draft-without-lines",
    ]
    assert active.codes(only_open=True) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_before"},
        {"kind": "status", "status": 500},
        {"kind": "empty"},
        {"kind": "api_error", "code": "E_UNKNOW"},
        {"kind": "api_error", "code": "E_SERVICE_UNVAILABLE"},
        {"kind": "nonce_used"},
    ],
    ids=lambda fault: str(fault.get("code", fault["kind"])),
)
def test_a_draft_is_made_again_only_after_three_empty_look_ups_and_the_wait(
    active: Firm, fault: dict[str, object]
) -> None:
    active.archived(work=30)
    active.box.faults.set(service="sellsy", method=CREATE, **fault)  # type: ignore[arg-type]
    assert active.push().exit_code is ExitCode.UNKNOWN_OUTCOME
    codes = until_quiet(active)
    # Three runs until the quarter of an hour has passed by Sellsy's whole seconds, two empty look-ups after
    # it, then the third with the create.
    assert codes == [ExitCode.UNKNOWN_OUTCOME] * 5 + [ExitCode.DONE]
    assert len(active.drafts()) == 1
    assert "draft-created-again" in active.codes()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429},
        {"kind": "api_error", "code": "E_PARAM_INVALID"},
    ],
    ids=lambda fault: str(fault.get("code", fault["kind"])),
)
def test_what_was_certainly_not_applied_is_made_by_the_next_run(
    active: Firm, fault: dict[str, object]
) -> None:
    active.archived(work=30)
    active.box.faults.set(service="sellsy", method=CREATE, **fault)  # type: ignore[arg-type]
    active.push()
    active.later(minutes=5)
    assert active.push().exit_code is ExitCode.DONE
    assert len(active.drafts()) == 1
    assert "outcome-unknown" not in active.codes()


def test_a_draft_that_cannot_be_sent_at_all_is_told_and_made_later(active: Firm) -> None:
    active.archived(work=30)
    number = active.box.faults.set("refuse", service="sellsy", method=CREATE, times=None)
    assert active.push().exit_code in {ExitCode.UNAVAILABLE, ExitCode.UNKNOWN_OUTCOME}
    assert active.codes(only_open=True) != []
    active.box.faults.remove(number)
    assert until_quiet(active)[-1] is ExitCode.DONE
    assert len(active.drafts()) == 1
    assert active.codes(only_open=True) == []


def test_a_draft_that_is_applied_late_is_adopted_within_the_wait(active: Firm) -> None:
    active.archived(work=30)
    active.box.faults.set("late", service="sellsy", method=CREATE, seconds=12 * 60)
    active.push()
    codes = until_quiet(active)
    assert codes[-1] is ExitCode.DONE
    assert len(active.drafts()) == 1
    assert "draft-adopted" in active.codes()


def test_a_draft_that_stays_invisible_for_eight_minutes_is_not_made_twice(active: Firm) -> None:
    active.archived(work=30)
    active.box.faults.set("invisible", service="sellsy", method=CREATE, seconds=8 * 60, times=None)
    active.box.faults.set("drop_after", service="sellsy", method=CREATE)
    active.push()
    until_quiet(active)
    assert len(active.drafts()) == 1
    assert active.codes(only_open=True) == []


def test_a_fresh_draft_is_read_back_in_a_later_run_where_sellsy_lags(active: Firm) -> None:
    order = active.archived(work=30)
    active.box.faults.set("invisible", service="sellsy", method=CREATE, seconds=60)
    assert active.push().exit_code is ExitCode.DONE
    assert active.entry(order).read_back_at is None
    active.later(minutes=5)
    active.push()
    assert active.entry(order).read_back_at is not None
    assert len(active.drafts()) == 1


def test_a_failed_look_up_makes_nothing(active: Firm) -> None:
    active.archived(work=30)
    active.box.faults.set("status", service="sellsy", method="Document.getList", status=500, times=None)
    assert active.push().exit_code is ExitCode.UNAVAILABLE
    assert CREATE not in active.writes()
    assert active.codes(only_open=True) == ["service-unavailable"]


def copy_of(firm: Firm, draft: Document) -> Document:
    """Somebody copies a draft by hand, tag, subject and all."""
    return firm.box.sellsy.add_document(
        "invoice", draft.third_id, subject=draft.subject, tags=list(draft.tags)
    )


def test_a_second_document_of_one_work_order_is_a_case_that_names_both(active: Firm) -> None:
    active.archived("un", work=30)
    active.push()
    (first,) = active.drafts()
    second = copy_of(active, first)
    active.later(minutes=5)
    active.archived("deux", work=30)
    assert active.push().exit_code is ExitCode.NEEDS_SOMEONE
    (entry,) = active.journal(only_open=True)
    assert entry.message.kind.code == "several-drafts-found"
    assert entry.message.params["documents"] == f"{first.id}, {second.id}"


def test_a_document_of_ours_that_nobody_knows_stops_its_customers_drafts(active: Firm) -> None:
    client, other = active.clients()[:2]
    active.box.sellsy.add_document(
        "invoice", client, subject="Bon de travail 1 [SS-0123456789AB]", tags=["simonsync"]
    )
    active.archived(customer=client)
    active.archived(customer=other)
    assert active.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert [draft.third_id for draft in active.drafts()] == [client, other]
    assert active.codes(only_open=True) == ["foreign-marker"]


def test_a_second_writer_is_noticed_and_nothing_is_made_in_that_run(active: Firm) -> None:
    first = active.archived("un", work=30)
    active.push()
    (draft,) = active.drafts()
    with active.state() as state:
        state.database.execute(
            "UPDATE work_orders SET status = 'waiting', document_id = NULL, expected = NULL"
        )
        state.database.execute("DELETE FROM attempts")
    active.later(minutes=5)
    active.archived("deux", work=30)
    assert active.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert len(active.drafts()) == 1
    assert active.entry(first).document_id == str(draft.id)
    assert "second-writer" in active.codes(only_open=True)


def test_a_second_unknown_outcome_waits_for_a_human(active: Firm) -> None:
    order = active.archived(work=30)
    active.box.faults.set("drop_before", service="sellsy", method=CREATE, times=2)
    active.push()
    codes = until_quiet(active, runs=20)
    assert set(codes) == {ExitCode.UNKNOWN_OUTCOME}
    assert active.drafts() == []
    assert active.entry(order).status is Status.WAITING
    assert active.codes(only_open=True) == ["outcome-unknown"]


def test_refused_credentials_stop_writing_and_are_told_once(active: Firm) -> None:
    active.archived(work=30)
    active.box.sellsy.refuse_credentials()
    for _ in range(2):
        result = active.push()
        assert result.exit_code is ExitCode.CREDENTIALS
    (entry,) = active.journal(only_open=True)
    assert (entry.message.kind.code, entry.times) == ("sellsy-credentials-refused", 2)


@pytest.mark.parametrize("answer", ["half", "drop_after"])
def test_a_file_that_arrived_without_an_answer_is_journalled_as_sent(active: Firm, answer: str) -> None:
    active.configure(documents=Documents.WORK_ORDER)
    active.archived(work=30)
    active.box.faults.set(answer, service="sellsy", method="Briefcases.uploadFile")
    active.push()
    assert active.codes(only_open=True) == ["document-upload-failed"]
    active.later(minutes=5)
    active.push()
    assert active.codes(only_open=True) == []
    assert active.codes()[-1] == "document-uploaded"
    assert len(active.box.sellsy.files) == 1


def test_a_file_that_people_had_put_there_is_not_called_sent(active: Firm) -> None:
    active.configure(documents=Documents.WORK_ORDER)
    order = active.archived(work=30)
    named = f"BT-{active.box.simon.row('WorkOrder', order)['Number']} Rapport d'intervention.pdf"
    active.box.sellsy.add_file("third", active.clients()[0], named, b"%PDF-1.4")
    active.push()
    assert "document-uploaded" not in active.codes()
    assert len(active.box.sellsy.files) == 1


@pytest.mark.parametrize("paper", ["work_order", "form"])
def test_half_a_pdf_is_never_sent(active: Firm, paper: str) -> None:
    active.configure(documents=Documents.WORK_ORDER if paper == "work_order" else Documents.FORMS)
    order = active.archived(work=30)
    active.box.simon.complete_survey(order, "Contrôle")
    active.box.faults.set("half", service="simon", method="GET *presentation")
    active.push()
    assert active.box.sellsy.files == {}
    assert active.codes(only_open=True) == ["document-unavailable"]
    active.later(minutes=61)
    active.push()
    (filed,) = active.box.sellsy.files.values()
    assert b"%%EOF" in filed.content
    assert active.codes(only_open=True) == []
