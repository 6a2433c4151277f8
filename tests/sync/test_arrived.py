"""Sellsy refuses a request that it has seen before: that tells what became of one without an answer."""

from __future__ import annotations

import shutil

import pytest

from simonsync.account.resolve import Choice, resolve
from simonsync.errors import ExitCode
from tests.firm import Firm

CREATE = "Document.create"
ARRIVED = "draft-request-arrived"


def runs(firm: Firm, count: int) -> list[ExitCode]:
    """Push every five minutes, so many times."""
    codes = []
    for _ in range(count):
        firm.later(minutes=5)
        codes.append(firm.push().exit_code)
    return codes


def lost_in_sellsy(firm: Firm) -> int:
    """Let a draft be made without an answer, and people delete it before it was ever seen."""
    order = firm.archived(work=30)
    firm.box.faults.set("drop_after", service="sellsy", method=CREATE)
    assert firm.push().exit_code is ExitCode.UNKNOWN_OUTCOME
    (draft,) = firm.drafts()
    del firm.box.sellsy.documents[draft.id]
    return order


def test_a_request_that_arrived_is_not_sent_again_but_a_case(active: Firm) -> None:
    order = lost_in_sellsy(active)
    assert runs(active, 10) == [ExitCode.UNKNOWN_OUTCOME] * 10
    assert active.drafts() == []
    assert active.codes(only_open=True, record=str(order)) == [ARRIVED]
    # It is still looked for: one that shows after all is adopted.
    active.box.log.clear()
    active.push()
    assert "Document.getList" in [entry.method for entry in active.box.log.entries("sellsy")]


def test_it_is_asked_once_and_never_in_a_dry_run(active: Firm) -> None:
    order = lost_in_sellsy(active)
    runs(active, 5)
    active.later(minutes=5)
    for _ in range(2):
        assert [action.attempt for action in active.push(dry_run=True).actions] == [2]  # type: ignore[union-attr]
    runs(active, 2)
    assert active.codes(only_open=True, record=str(order)) == [ARRIVED]


@pytest.mark.parametrize("seconds", [0, 300])
def test_where_sellsy_has_forgotten_it_the_waits_alone_decide(active: Firm, seconds: int) -> None:
    active.box.sellsy.remember_nonces(seconds)
    lost_in_sellsy(active)
    assert runs(active, 6)[-1] is ExitCode.DONE
    assert len(active.drafts()) == 1
    assert ARRIVED not in active.codes()


def test_a_human_who_found_none_has_it_made(active: Firm) -> None:
    order = lost_in_sellsy(active)
    runs(active, 7)
    resolve(active.account(), active.entry(order).number, Choice.CREATE)
    assert ARRIVED not in active.codes(only_open=True)
    assert ExitCode.DONE in runs(active, 4)
    assert len(active.drafts()) == 1


def test_a_human_who_wants_none_closes_the_case(active: Firm) -> None:
    order = lost_in_sellsy(active)
    runs(active, 7)
    resolve(active.account(), active.entry(order).number, Choice.NEVER)
    assert runs(active, 2) == [ExitCode.DONE] * 2
    assert active.drafts() == []


def test_what_was_asked_after_cannot_be_carried_out_late(active: Firm) -> None:
    active.archived(work=30)
    active.box.faults.set("late", service="sellsy", method=CREATE, seconds=3600)
    active.push()
    assert runs(active, 6)[-1] is ExitCode.DONE
    active.later(minutes=61)
    active.push()
    assert len(active.drafts()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_before"},
        {"kind": "drop_after"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 429},
        {"kind": "empty", "applied": True},
    ],
    ids=str,
)
def test_an_answer_that_says_nothing_is_no_evidence(active: Firm, fault: dict[str, object]) -> None:
    """The draft was never made, and is made by the waits; a question without an answer is not asked again."""
    active.archived(work=30)
    active.box.faults.set("drop_before", service="sellsy", method=CREATE)
    active.push()
    assert runs(active, 5)[-1] is ExitCode.UNKNOWN_OUTCOME
    # A run asks who we are first, and about the nonce last.
    active.box.faults.set(service="sellsy", method="Infos.getInfos", call=2, **fault)  # type: ignore[arg-type]
    assert ExitCode.DONE in runs(active, 3)
    assert len(active.drafts()) == 1
    assert ARRIVED not in active.codes()


def test_an_old_copy_of_the_whole_folder_makes_no_second_draft(
    active: Firm, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """State and witness are put back, and Sellsy does not show the draft yet: only the nonce knows."""
    active.archived(work=30)
    copy = tmp_path_factory.mktemp("copy") / "state"
    shutil.copytree(active.folder, copy)
    active.box.faults.set("invisible", service="sellsy", method=CREATE, seconds=3600)
    active.push()
    shutil.rmtree(active.folder)
    shutil.copytree(copy, active.folder)
    active.later(minutes=5)
    assert active.push().exit_code is ExitCode.UNKNOWN_OUTCOME
    active.later(minutes=60)
    active.push()
    assert len(active.drafts()) == 1
    assert "outcome-unknown" not in active.codes(only_open=True)
