"""What people do to our drafts is seen, and what only seems so is taken back [3.11]."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simonsync.account.choose import choose
from simonsync.account.reconcile import reconcile
from simonsync.account.resolve import Choice, resolve
from simonsync.errors import ExitCode, UsageError
from simonsync.store.ledger import Status
from simonsync.sync import cycle
from simonsync.sync.actions import Sink
from simonsync.sync.run import Planning
from tests.firm import Firm

CREATE = "Document.create"


def rounds(firm: Firm, count: int, minutes: float = 5) -> list[ExitCode]:
    """Push every few minutes and return how the runs ended."""
    ends = []
    for _ in range(count):
        firm.later(minutes=minutes)
        ends.append(firm.push().exit_code)
    return ends


def number_of(firm: Firm, order: int) -> str:
    return str(firm.box.simon.row("WorkOrder", order)["Number"])


def sent(firm: Firm, description: str = "un") -> tuple[int, int]:
    """Have a draft; return the work order and the document."""
    order = firm.archived(description, work=30)
    firm.push()
    document = firm.entry(order).document_id
    assert document is not None
    return order, int(document)


def named(firm: Firm, order: int) -> ExitCode:
    """Give `push --work-order`."""

    def work(run: Planning, sink: Sink) -> None:
        cycle.push(run, sink, choose((number_of(firm, order),), run))

    return firm.run("push", work).exit_code


# --- deleted, or only out of sight -----------------------------------------------------------------


def test_a_draft_that_was_out_of_sight_once_is_no_deleted_one(active: Firm) -> None:
    sent(active)
    order, document = sent(active, "deux")
    for _ in range(3):
        active.box.sellsy.hide_document(document, 90 * 60)
        rounds(active, 2, minutes=61)
    assert active.entry(order).status is Status.SENT
    assert "draft-deleted-in-sellsy" not in active.codes()


def test_a_draft_that_was_out_of_sight_for_hours_is_its_work_orders_again(active: Firm) -> None:
    sent(active)
    order, document = sent(active, "deux")
    active.box.sellsy.hide_document(document, 4 * 60 * 60)
    rounds(active, 3, minutes=61)
    assert active.entry(order).status is Status.DELETED
    assert "draft-deleted-in-sellsy" in active.to_look_at()
    rounds(active, 3, minutes=61)
    entry = active.entry(order)
    assert (entry.status, entry.document_id) == (Status.SENT, str(document))
    assert "draft-deleted-in-sellsy" not in active.to_look_at()
    assert "draft-shown-again" in active.codes(record=str(order))
    # It is watched as before.
    active.box.simon.edit("WorkOrder", order, Description="Autre chose")
    rounds(active, 1)
    assert "work-order-changed-after-draft" in active.to_look_at()
    assert len(active.drafts()) == 2


def test_two_sightings_are_an_hour_apart(active: Firm) -> None:
    sent(active)
    order, document = sent(active, "deux")
    active.box.sellsy.delete_document(document)
    told_after = 0
    while active.entry(order).status is Status.SENT:
        active.archived("suivant", work=30)
        rounds(active, 1)
        told_after += 5
    # The hourly list is the first that reaches back to it.
    assert 60 < told_after <= 125


def test_a_showing_between_two_sightings_cancels_the_first(active: Firm) -> None:
    sent(active)
    order, document = sent(active, "deux")
    for _ in range(3):
        active.box.sellsy.hide_document(document, 30 * 60)
        active.archived("suivant", work=30)
        rounds(active, 1)
        active.later(minutes=30)
        active.archived("suivant", work=30)
        rounds(active, 1)
    assert active.entry(order).status is Status.SENT


def test_rights_that_were_taken_away_make_no_draft_deleted(active: Firm) -> None:
    orders = [sent(active, description)[0] for description in ("un", "deux", "trois")]
    blind = active.box.faults.set("unseen", service="sellsy", method="Document.*", times=None)
    rounds(active, 30, minutes=61)
    assert {active.entry(order).status for order in orders} == {Status.SENT}
    assert active.codes(only_open=True) == ["list-incomplete"]
    active.box.faults.remove(blind)
    assert rounds(active, 1, minutes=61) == [ExitCode.DONE]
    assert active.codes(only_open=True) == []
    assert "draft-deleted-in-sellsy" not in active.codes()


def test_the_only_draft_is_deleted_if_other_invoices_are_shown(active: Firm) -> None:
    order, document = sent(active)
    active.box.sellsy.delete_document(document)
    rounds(active, 3, minutes=61)
    assert active.entry(order).status is Status.DELETED
    assert active.to_look_at() == ["draft-deleted-in-sellsy"]
    resolve(active.account(), number_of(active, order), Choice.SEEN)
    assert active.to_look_at() == []


def test_a_draft_that_sellsy_never_showed_is_told_after_a_day(active: Firm) -> None:
    sent(active)
    active.box.faults.set("invisible", service="sellsy", method=CREATE, seconds=10**7)
    order = active.archived("deux", work=30)
    active.push()
    rounds(active, 20, minutes=61)
    assert active.entry(order).status is Status.SENT
    rounds(active, 8, minutes=61)
    assert active.entry(order).status is Status.DELETED


def test_a_clock_that_was_ahead_once_does_not_blind_the_watch(active: Firm) -> None:
    sent(active)
    order, document = sent(active, "deux")
    ahead = active.box.faults.set("clock_skew", service="sellsy", seconds=400 * 86400, times=None)
    rounds(active, 1, minutes=61)
    active.box.faults.remove(ahead)
    active.box.sellsy.delete_document(document)
    rounds(active, 4, minutes=61)
    assert active.entry(order).status is Status.DELETED


def test_a_watch_ends_only_with_a_list_made_after_its_last_day(active: Firm) -> None:
    """Nobody runs anything for months; what was copied meanwhile is seen all the same."""
    order, document = sent(active)
    active.later(days=89)
    draft = active.box.sellsy.documents[document]
    active.box.sellsy.add_document("invoice", draft.third_id, subject=draft.subject, tags=list(draft.tags))
    active.later(days=60)
    broken = active.box.faults.set("miscounted", service="sellsy", method="Document.getList", times=None)
    rounds(active, 1)
    active.box.faults.remove(broken)
    rounds(active, 1)
    (case,) = active.journal(codes=["several-drafts-found"])
    assert case.record == str(order)


# --- one too many ----------------------------------------------------------------------------------


def test_a_draft_that_is_applied_after_never_is_a_case(active: Firm) -> None:
    order = active.archived(work=30)
    active.box.faults.set("late", service="sellsy", method=CREATE, seconds=3 * 60 * 60)
    active.push()
    resolve(active.account(), number_of(active, order), Choice.NEVER)
    assert rounds(active, 2, minutes=61) == [ExitCode.DONE] * 2
    assert rounds(active, 2, minutes=61)[-1] is ExitCode.NEEDS_SOMEONE
    (case,) = active.journal(only_open=True)
    assert (case.message.kind.code, case.record) == ("several-drafts-found", str(order))
    assert active.entry(order).status is Status.NEVER


def test_a_deleted_draft_that_shows_again_after_never_is_a_case(active: Firm) -> None:
    sent(active)
    order, document = sent(active, "deux")
    active.box.sellsy.hide_document(document, 5 * 60 * 60)
    rounds(active, 3, minutes=61)
    resolve(active.account(), number_of(active, order), Choice.NEVER)
    rounds(active, 4, minutes=61)
    (case,) = active.journal(only_open=True)
    assert case.message.params["documents"] == str(document)
    assert active.entry(order).status is Status.NEVER


def test_another_document_of_a_deleted_draft_is_a_case(active: Firm) -> None:
    sent(active)
    order, document = sent(active, "deux")
    draft = active.box.sellsy.documents[document]
    active.box.sellsy.delete_document(document)
    rounds(active, 3, minutes=61)
    assert active.entry(order).status is Status.DELETED
    other = active.box.sellsy.add_document(
        "invoice", draft.third_id, subject=draft.subject, tags=list(draft.tags)
    )
    rounds(active, 1, minutes=61)
    (case,) = active.journal(only_open=True)
    assert case.message.params["documents"] == f"{document}, {other.id}"


@pytest.mark.parametrize("word", ["push", "create"])
@pytest.mark.parametrize("untagged", [False, True])
def test_a_draft_made_after_a_deletion_names_the_old_one_which_stays_watched(
    active: Firm, word: str, *, untagged: bool
) -> None:
    sent(active)
    order, document = sent(active, "deux")
    if untagged:
        active.box.sellsy.edit_document(document, tags=[], subject="Revu")
    active.box.sellsy.hide_document(document, 10 * 60 * 60)
    rounds(active, 3, minutes=61)
    assert active.entry(order).status is Status.DELETED
    if word == "push":
        named(active, order)
    else:
        resolve(active.account(), number_of(active, order), Choice.CREATE)
        rounds(active, 1)
    new = active.entry(order).document_id
    assert new is not None
    assert new != str(document)
    (told,) = active.journal(codes=["draft-replaces-deleted"])
    assert (told.open, told.message.params["former"]) == (True, str(document))
    rounds(active, 40, minutes=61)
    (case,) = active.journal(only_open=True)
    assert case.message.kind.code == "several-drafts-found"
    assert sorted(case.message.params["documents"].split(", ")) == sorted([new, str(document)])
    (twice,) = reconcile(active.account()).duplicates
    assert (twice.number, set(twice.documents)) == (number_of(active, order), {new, str(document)})


@pytest.mark.parametrize("what", ["copy", "stranger"])
def test_a_case_about_a_document_that_was_deleted_closes_by_itself(active: Firm, what: str) -> None:
    sent(active)
    order = active.archived("deux", work=30)
    active.box.faults.set("drop_before", service="sellsy", method=CREATE)
    active.push()
    rounds(active, 8)
    draft = active.box.sellsy.documents[int(active.entry(order).document_id or 0)]
    subject = draft.subject if what == "copy" else "Revu"
    other = active.box.sellsy.add_document("invoice", draft.third_id, subject=subject, tags=["simonsync"])
    assert rounds(active, 1, minutes=61) == [ExitCode.NEEDS_SOMEONE]
    active.box.sellsy.hide_document(other.id, 30 * 60)
    assert rounds(active, 2, minutes=61) == [ExitCode.NEEDS_SOMEONE] * 2
    active.box.sellsy.delete_document(other.id)
    assert rounds(active, 3, minutes=61)[-1] is ExitCode.DONE
    assert active.entry(order).document_id == str(draft.id)


def test_a_replaced_document_stays_watched_however_old_it_is(active: Firm) -> None:
    order, document = sent(active)
    active.box.sellsy.hide_document(document, 150 * 86400)
    rounds(active, 3, minutes=61)
    assert active.entry(order).status is Status.DELETED
    active.later(days=120)
    named(active, order)
    assert active.entry(order).document_id != str(document)
    active.later(days=31)
    active.box.log.clear()
    rounds(active, 1)
    (case,) = active.journal(only_open=True)
    assert case.message.kind.code == "several-drafts-found"
    lists = [each.params for each in active.box.log.entries("sellsy") if each.method == "Document.getList"]
    begins = [params["search"]["periodecreationDate_start"] for params in lists]
    assert min(begins) > (active.box.clock() - timedelta(days=40)).timestamp()


# --- at the moment of a human's word ---------------------------------------------------------------


def test_nothing_is_made_while_the_old_document_is_there(active: Firm) -> None:
    sent(active)
    order, document = sent(active, "deux")
    active.box.sellsy.hide_document(document, 4 * 60 * 60)
    rounds(active, 3, minutes=61)
    assert active.entry(order).status is Status.DELETED
    active.later(hours=2)
    with pytest.raises(UsageError, match="document-is-there"):
        resolve(active.account(), number_of(active, order), Choice.CREATE)
    assert active.entry(order).status is Status.SENT
    with pytest.raises(UsageError, match="resolve-bound"):
        resolve(active.account(), number_of(active, order), Choice.CREATE)
    with pytest.raises(UsageError, match="work-order-already-sent"):
        named(active, order)
    rounds(active, 3)
    assert len(active.drafts()) == 2


def test_naming_a_work_order_looks_at_its_deleted_document_first(active: Firm) -> None:
    sent(active)
    order, document = sent(active, "deux")
    active.box.sellsy.hide_document(document, 4 * 60 * 60)
    rounds(active, 3, minutes=61)
    active.later(hours=2)
    with pytest.raises(UsageError, match="document-is-there"):
        named(active, order)
    assert active.entry(order).status is Status.SENT
    assert len(active.drafts()) == 2


def test_a_document_that_shows_while_another_is_about_to_be_made_stays_the_only_one(active: Firm) -> None:
    sent(active)
    order, document = sent(active, "deux")
    active.box.sellsy.hide_document(document, 4 * 60 * 60)
    rounds(active, 3, minutes=61)
    resolve(active.account(), number_of(active, order), Choice.CREATE)
    active.later(hours=2)
    rounds(active, 1)
    assert len(active.drafts()) == 2
    assert active.entry(order).status is Status.SENT


@pytest.mark.parametrize("mark", ["own marker", "number and another marker"])
def test_the_customers_other_invoices_are_looked_at_too(active: Firm, mark: str) -> None:
    """Old, untagged, and of a time that no look-up reaches."""
    client = active.clients()[0]
    order = active.archived(work=30, customer=client, ready=False)
    active.box.simon.edit("WorkOrder", order, CustomerId=None)
    active.ready(order)
    active.push()
    subject = f"Bon de travail {number_of(active, order)} [SS-{active.entry(order).marker}]"
    if mark != "own marker":
        subject = f"Bon de travail {number_of(active, order)} [SS-000000000000]"
    document = active.box.sellsy.add_document("invoice", client, subject=subject)
    card = active.simon_id("Customer", f"customer:{client}")
    active.later(days=30)
    active.box.simon.edit("WorkOrder", order, CustomerId=card)
    problem = "document-is-there" if mark == "own marker" else "document-may-be-it"
    with pytest.raises(UsageError, match=problem) as caught:
        resolve(active.account(), number_of(active, order), Choice.CREATE)
    assert str(document.id) in str(caught.value)
    assert active.drafts() == []
    if problem == "document-may-be-it":
        # Once a human has been shown it, the word counts.
        resolve(active.account(), number_of(active, order), Choice.CREATE)
        rounds(active, 1)
        assert len(active.drafts()) == 1


def test_two_documents_that_went_out_of_sight_do_not_make_room_for_a_third(active: Firm) -> None:
    client = active.clients()[0]
    order = active.archived(work=30, customer=client, ready=False)
    active.box.simon.edit("WorkOrder", order, CustomerId=None)
    active.ready(order)
    active.push()
    subject = f"Bon de travail {number_of(active, order)} [SS-{active.entry(order).marker}]"
    two = [
        active.box.sellsy.add_document("invoice", client, subject=subject, tags=["simonsync"]).id
        for _ in range(2)
    ]
    active.box.simon.edit("WorkOrder", order, CustomerId=active.simon_id("Customer", f"customer:{client}"))
    rounds(active, 1)
    assert active.codes(only_open=True, codes=["several-drafts-found"]) == ["several-drafts-found"]
    for each in two:
        active.box.sellsy.hide_document(each, 5 * 60 * 60)
    assert set(rounds(active, 12)) == {ExitCode.NEEDS_SOMEONE}
    assert len(active.drafts()) == 2
    active.later(hours=5)
    with pytest.raises(UsageError, match="document-is-there"):
        resolve(active.account(), number_of(active, order), Choice.CREATE)


# --- documents that nobody knows -------------------------------------------------------------------


def stranger(firm: Firm, client: int, subject: str = "Revu par le bureau") -> int:
    return firm.box.sellsy.add_document("invoice", client, subject=subject, tags=["simonsync"]).id


def test_a_stranger_that_people_were_told_of_is_not_forgotten_when_it_is_out_of_sight(active: Firm) -> None:
    client = active.clients()[0]
    document = stranger(active, client)
    order = active.archived(work=30, customer=client)
    rounds(active, 1)
    assert active.codes(only_open=True) == ["foreign-marker"]
    active.box.sellsy.hide_document(document, 30 * 60)
    assert set(rounds(active, 5)) == {ExitCode.NEEDS_SOMEONE}
    rounds(active, 20, minutes=120)
    assert active.drafts() == [active.box.sellsy.documents[document]]
    # Deleted for certain, it is in nobody's way.
    active.box.sellsy.delete_document(document)
    rounds(active, 16)
    assert [str(draft.id) for draft in active.drafts()] == [active.entry(order).document_id]
    assert active.codes(only_open=True) == []


@pytest.mark.parametrize("what", ["settled", "deleted", "sent twice"])
def test_a_stranger_is_a_case_for_what_is_not_to_be_sent_too(active: Firm, what: str) -> None:
    sent(active, "zéro")
    client = active.clients()[0]
    if what == "settled":
        order = active.archived(work=30, customer=client)
        active.box.faults.set("drop_before", service="sellsy", method=CREATE)
        active.push()
        active.configure(skip_work_orders_containing="tableau")
        rounds(active, 8)
        assert active.entry(order).status is Status.SETTLED
    elif what == "deleted":
        order, document = sent(active)
        active.box.sellsy.delete_document(document)
        rounds(active, 3, minutes=61)
        assert active.entry(order).status is Status.DELETED
    else:
        order = active.archived(work=30, customer=client)
        active.box.faults.set("drop_before", service="sellsy", method=CREATE)
        active.push()
        rounds(active, 8)
        assert active.entry(order).status is Status.SENT
    found = stranger(active, client)
    rounds(active, 1, minutes=61)
    case = next(each for each in active.journal(only_open=True) if each.record == str(order))
    assert (case.message.kind.code, case.message.params["document"]) == ("foreign-marker", str(found))


def test_3_11_who_adopts_another_document_is_told_of_the_one_that_is_still_there(active: Firm) -> None:
    order = active.archived(work=30)
    active.push()
    (draft,) = active.drafts()
    number = active.entry(order).number
    copy = active.box.sellsy.add_document(
        "invoice", draft.third_id, subject=draft.subject, tags=["simonsync"]
    )
    resolve(active.account(), number, Choice.ADOPT, str(copy.id))
    for _ in range(14):
        active.later(minutes=5)
        active.push()
    (case,) = active.journal(codes=["several-drafts-found"], only_open=True)
    assert {str(draft.id), str(copy.id)} <= set(case.message.params["documents"].split(", "))
    # Whoever has been shown both and says it again is not asked once more.
    resolve(active.account(), number, Choice.ADOPT, str(copy.id))
    for _ in range(14):
        active.later(minutes=5)
        active.push()
    assert active.codes(codes=["several-drafts-found"], only_open=True) == []
