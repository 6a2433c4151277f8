"""What the office is to look at before it sends a draft stays open until somebody has looked [8.2]."""

from __future__ import annotations

import pytest

from simonsync.account.resolve import Choice, resolve
from simonsync.errors import ExitCode
from simonsync.report.status import status_of
from tests.firm import Firm


def to_look_at(firm: Firm) -> int:
    with firm.state() as state:
        return status_of(state).to_look_at


def with_free_lines(firm: Firm, *texts: str) -> int:
    """Bill free lines without a price: a warning for each."""
    order = firm.archived(work=30, ready=False)
    for text in texts:
        firm.box.simon.use_item(order, None, 1, text)
    firm.ready(order)
    firm.push()
    return order


def test_each_warning_about_a_draft_stays_open_and_drafts_are_counted(active: Firm) -> None:
    with_free_lines(active, "Câble", "Gaine")
    active.archived("deux", work=30)
    assert active.push().exit_code is ExitCode.DONE
    assert active.to_look_at() == [
        "free-line-price-missing",
        "free-line-price-missing",
        "draft-without-lines",
    ]
    assert to_look_at(active) == 2


def test_a_person_who_has_looked_closes_them_for_this_draft_alone(active: Firm) -> None:
    order = with_free_lines(active, "Câble")
    other = with_free_lines(active, "Gaine")
    number = str(active.box.simon.row("WorkOrder", order)["Number"])
    assert resolve(active.account(), number, Choice.SEEN).choice is Choice.SEEN
    (left,) = active.journal(codes=["free-line-price-missing"], record=str(other))
    assert active.to_look_at() == ["free-line-price-missing"]
    assert left.open
    assert active.codes()[-1] == "case-resolved"
    assert active.entry(order).document_id is not None
    # What comes later is to be looked at again.
    active.later(minutes=5)
    active.box.simon.edit("WorkOrder", order, Description="Autre chose")
    active.push()
    assert sorted(active.to_look_at()) == ["free-line-price-missing", "work-order-changed-after-draft"]


@pytest.mark.parametrize("sent", [True, False])
def test_a_draft_that_was_sent_needs_no_look_any_more(active: Firm, *, sent: bool) -> None:
    with_free_lines(active, "Câble")
    (draft,) = active.drafts()
    if sent:
        active.box.sellsy.finalise_document(draft.id)
    for _ in range(2):
        active.later(minutes=61)
        active.push()
    assert active.to_look_at() == ([] if sent else ["free-line-price-missing"])


def test_nobody_is_asked_to_look_at_a_draft_that_is_watched_no_longer(active: Firm) -> None:
    with_free_lines(active, "Câble")
    active.later(days=89)
    active.push()
    assert active.to_look_at() == ["free-line-price-missing"]
    active.later(days=2)
    active.push()
    assert active.to_look_at() == []


def test_an_adopted_draft_has_the_warnings_that_it_was_made_with(active: Firm) -> None:
    active.box.faults.set("drop_after", service="sellsy", method="Document.create")
    with_free_lines(active, "Câble")
    active.later(minutes=5)
    assert active.push().exit_code is ExitCode.DONE
    assert active.to_look_at() == ["free-line-price-missing"]


def test_an_open_case_that_settles_itself_leaves_what_is_to_be_looked_at(active: Firm) -> None:
    order = with_free_lines(active, "Câble")
    with active.state() as state:
        (entry,) = [each for each in state.ledger.all() if each.id == str(order)]
    resolve(active.account(), entry.number, Choice.ADOPT, entry.document_id)
    assert active.to_look_at() == ["free-line-price-missing"]


def test_rows_that_differ_are_an_error_until_a_person_has_looked(active: Firm) -> None:
    order = active.archived("Dépannage", items=(("DISJ-16A", 2),))
    active.box.faults.set("invisible", service="sellsy", method="Document.create", seconds=10)
    active.push()
    (draft,) = active.drafts()
    active.box.sellsy.edit_document(draft.id, rows=[])
    active.later(minutes=1)
    assert active.push().exit_code is ExitCode.NEEDS_SOMEONE
    number = str(active.box.simon.row("WorkOrder", order)["Number"])
    resolve(active.account(), number, Choice.SEEN)
    active.later(minutes=5)
    assert active.push().exit_code is ExitCode.DONE
