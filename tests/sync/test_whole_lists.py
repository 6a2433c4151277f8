"""A look-up is worth what its lists are worth: whole, and of an account that shows its documents at all."""

from __future__ import annotations

import pytest

from simonsync.account.cleanup import clean_up
from simonsync.errors import ExitCode
from simonsync.rules.cleanup import Limits
from tests.firm import Firm

CREATE, LIST = "Document.create", "Document.getList"


def rounds(firm: Firm, count: int, minutes: float = 5) -> list[ExitCode]:
    """Push every few minutes and return how the runs ended."""
    ends = []
    for _ in range(count):
        firm.later(minutes=minutes)
        ends.append(firm.push().exit_code)
    return ends


@pytest.mark.parametrize("form", ["null", "[]", "{}", "rows"])
def test_lists_without_their_frame_never_lead_to_a_second_draft(active: Firm, form: str) -> None:
    """The draft was made without an answer; every list from then on looks empty, or is not to be counted."""
    active.archived(work=30)
    active.box.faults.set("drop_after", service="sellsy", method=CREATE)
    active.push()
    broken = active.box.faults.set("frameless", service="sellsy", method=LIST, form=form, times=None)
    assert set(rounds(active, 8)) == {ExitCode.UNAVAILABLE}
    assert len(active.drafts()) == 1
    active.box.faults.remove(broken)
    assert rounds(active, 1) == [ExitCode.DONE]
    assert len(active.drafts()) == 1
    assert "draft-adopted" in active.codes()


@pytest.mark.parametrize("method", ["Client.getList", "Catalogue.getList"])
def test_a_cleanup_deletes_nothing_by_lists_without_their_frame(active: Firm, method: str) -> None:
    there = len(active.box.simon.rows("Customer")), len(active.box.simon.rows("Item"))
    active.box.faults.set("frameless", service="sellsy", method=method, form="[]", times=None)
    for _ in range(3):
        assert clean_up(active.account(), Limits(1000, 100)).result.exit_code is ExitCode.UNAVAILABLE
        active.later(minutes=40)
    assert (len(active.box.simon.rows("Customer")), len(active.box.simon.rows("Item"))) == there
