"""A look-up is worth what its lists are worth: whole, and of an account that shows its documents at all."""

from __future__ import annotations

from typing import Any

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


# --- lists that stay broken ------------------------------------------------------------------------


def unknown(firm: Firm, *, made: bool) -> int:
    """Let the draft of a work order have an unknown outcome."""
    order = firm.archived("inconnu", work=30)
    firm.box.faults.set("drop_after" if made else "drop_before", service="sellsy", method=CREATE)
    firm.push()
    return order


@pytest.mark.parametrize(
    "trouble",
    [{"kind": "miscounted"}, {"kind": "frameless", "form": "rows"}],
    ids=["miscounted", "frameless"],
)
def test_a_list_that_never_adds_up_blocks_new_work_orders_for_an_hour_at_most(
    active: Firm, trouble: dict[str, Any]
) -> None:
    doubtful = unknown(active, made=False)
    broken = active.box.faults.set(service="sellsy", method=LIST, times=None, **trouble)
    assert set(rounds(active, 12)) == {ExitCode.UNAVAILABLE}
    active.archived("nouveau", work=30)
    assert set(rounds(active, 6)) == {ExitCode.UNKNOWN_OUTCOME}
    assert len(active.drafts()) == 1
    assert active.entry(doubtful).document_id is None
    assert sorted(active.codes(only_open=True)) == ["list-incomplete", "outcome-unknown"]
    (told,) = active.journal(codes=["list-incomplete"])
    assert told.message.params["numbers"] == str(active.box.simon.row("WorkOrder", doubtful)["Number"])
    # As soon as the list is whole, everything goes on by itself.
    active.box.faults.remove(broken)
    assert rounds(active, 3)[-1] is ExitCode.DONE
    assert len(active.drafts()) == 2
    assert active.codes(only_open=True) == []


def test_what_a_broken_list_does_show_is_believed(active: Firm) -> None:
    unknown(active, made=True)
    active.box.faults.set("miscounted", service="sellsy", method=LIST, times=None)
    assert rounds(active, 14)[-1] is ExitCode.NEEDS_SOMEONE
    assert "draft-adopted" in active.codes()
    assert active.codes(only_open=True) == ["list-incomplete"]
    assert len(active.drafts()) == 1


def test_an_hourly_timer_is_held_up_once(active: Firm) -> None:
    active.box.faults.set("miscounted", service="sellsy", method=LIST, times=None)
    active.archived("nouveau", work=30)
    assert rounds(active, 2, minutes=60) == [ExitCode.UNAVAILABLE, ExitCode.NEEDS_SOMEONE]
    assert len(active.drafts()) == 1


def test_a_gap_of_another_day_is_another_gap(active: Firm) -> None:
    for _ in range(2):
        broken = active.box.faults.set("miscounted", service="sellsy", method=LIST, times=None)
        active.archived("nouveau", work=30)
        assert rounds(active, 6) == [ExitCode.UNAVAILABLE] * 6
        active.box.faults.remove(broken)
        assert rounds(active, 1) == [ExitCode.DONE]
        active.later(days=1)
    assert "list-incomplete" not in active.codes()


# --- lists that are short of what we know ----------------------------------------------------------


def asked_for(firm: Firm, document: int) -> int:
    """How often a document was asked for by itself since the log was cleared."""
    return sum(
        str(entry.params["docid"]) == str(document)
        for entry in firm.box.log.entries("sellsy")
        if entry.method == "Document.getOne"
    )


def settled_draft(firm: Firm, description: str = "ancien") -> int:
    """Have a draft that Sellsy has listed for a while."""
    firm.archived(description, work=30)
    firm.push()
    firm.later(minutes=20)
    return int(firm.drafts()[-1].id)


def test_a_list_without_a_document_that_is_there_is_not_whole(active: Firm) -> None:
    draft = settled_draft(active)
    order = unknown(active, made=True)
    for each in active.drafts():
        active.box.sellsy.edit_document(each.id, unlisted=True)
    assert set(rounds(active, 12)) == {ExitCode.UNAVAILABLE}
    active.archived("nouveau", work=30)
    assert set(rounds(active, 6)) == {ExitCode.UNKNOWN_OUTCOME}
    assert len(active.drafts()) == 3
    (told,) = active.journal(codes=["list-incomplete"])
    assert str(draft) in told.message.params["documents"]
    for each in active.drafts():
        active.box.sellsy.edit_document(each.id, unlisted=False)
    assert rounds(active, 1) == [ExitCode.DONE]
    assert active.entry(order).document_id is not None
    assert len(active.drafts()) == 3
    assert active.codes(only_open=True) == []


def test_a_document_without_its_tag_says_why_once_a_day(active: Firm) -> None:
    draft = settled_draft(active)
    active.box.sellsy.edit_document(draft, tags=[])
    active.box.log.clear()
    for _ in range(20):
        active.archived("suivant", work=30)
        assert rounds(active, 1, minutes=60) == [ExitCode.DONE]
    assert asked_for(active, draft) == 1
    active.later(hours=5)
    active.archived("suivant", work=30)
    assert rounds(active, 1) == [ExitCode.DONE]
    assert asked_for(active, draft) == 2
    assert "draft-deleted-in-sellsy" not in active.codes()


def test_a_tag_that_is_taken_off_all_documents_stops_nothing(active: Firm) -> None:
    """Somebody deletes the tag itself: no list of it shows anything any more."""
    for _ in range(45):
        active.archived("un", work=30)
    active.push()
    active.later(minutes=20)
    for draft in active.drafts():
        active.box.sellsy.edit_document(draft.id, tags=[])
    active.box.log.clear()
    active.archived("deux", work=30)
    rounds(active, 3)
    assert len(active.drafts()) == 1
    asked = [entry for entry in active.box.log.entries("sellsy") if entry.method == "Document.getOne"]
    assert len(asked) <= 50
    assert active.codes(only_open=True) == []


# --- documents that are not visible at all ---------------------------------------------------------


@pytest.mark.parametrize("known", [True, False], ids=["with a draft of ours", "without one"])
def test_look_ups_of_an_account_that_shows_no_document_do_not_count(active: Firm, *, known: bool) -> None:
    """The rights to see documents were taken away, politely."""
    if known:
        settled_draft(active)
    order = unknown(active, made=True)
    made = len(active.drafts())
    blind = active.box.faults.set("unseen", service="sellsy", method="Document.*", times=None)
    rounds(active, 30)
    assert len(active.drafts()) == made
    assert "list-incomplete" in active.codes(only_open=True)
    active.archived("nouveau", work=30)
    rounds(active, 1)
    assert len(active.drafts()) == made + 1
    active.box.faults.remove(blind)
    rounds(active, 2)
    assert active.entry(order).document_id is not None
    assert len(active.drafts()) == made + 1
    assert active.codes(only_open=True) == []


def test_where_we_have_no_document_yet_any_invoice_shows_that_they_are_visible(active: Firm) -> None:
    unknown(active, made=False)
    assert rounds(active, 6)[-1] is ExitCode.DONE
    assert len(active.drafts()) == 1


@pytest.mark.parametrize("had_some", [True, False])
def test_an_account_that_had_no_invoice_when_it_was_connected_needs_none(
    active: Firm, *, had_some: bool
) -> None:
    for document in active.box.sellsy.documents_of():
        active.box.sellsy.delete_document(document.id)
    with active.state() as state:
        state.activation.had_invoices(some=had_some)
    unknown(active, made=False)
    rounds(active, 6)
    assert len(active.drafts()) == (0 if had_some else 1)


def test_the_list_reaches_back_to_the_newest_document_that_it_must_show(active: Firm) -> None:
    """The last draft is a year old: without it a look-up could not tell whether documents are visible."""
    settled_draft(active)
    active.later(days=365)
    unknown(active, made=False)
    assert rounds(active, 6)[-1] is ExitCode.DONE
    assert len(active.drafts()) == 2


# --- Simon's own lists --------------------------------------------------------------------------------


@pytest.mark.parametrize("entity", ["UsedItem", "TimeSheet"])
def test_3_4_a_draft_never_lacks_lines_because_simon_shows_a_table_no_more(active: Firm, entity: str) -> None:
    active.archived("vu", work=30, items=(("SER001", 1),))
    active.push()
    order = active.archived("sans droits", work=30, items=(("SER001", 2),))
    hidden = active.box.faults.set("unseen", service="simon", method=f"GET {entity}", times=None)
    assert set(rounds(active, 3)) == {ExitCode.UNAVAILABLE}
    assert len(active.drafts()) == 1
    assert "service-unavailable" in active.codes(only_open=True)
    active.box.faults.remove(hidden)
    assert rounds(active, 1) == [ExitCode.DONE]
    assert active.entry(order).document_id is not None


def test_3_4_a_table_that_never_showed_anything_may_be_empty(active: Firm) -> None:
    active.archived("rien", work=0)
    active.push()
    assert len(active.drafts()) == 1
    assert active.to_look_at() == ["draft-without-lines"]
