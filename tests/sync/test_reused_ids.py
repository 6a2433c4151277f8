"""Simon gives an Id to another work order, as after a database was put back: both keep what is theirs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simonsync.account import activation
from simonsync.account.choose import choose
from simonsync.account.reconcile import reconcile
from simonsync.account.resolve import Choice, resolve
from simonsync.errors import ExitCode
from simonsync.settings.declaration import Documents
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.sync import cycle
from simonsync.sync.pull import pull
from tests.firm import Firm, number
from tests.sync.filing import Archive, archive


@pytest.fixture
def office(tmp_path: Path) -> Archive:
    return archive(tmp_path, documents=Documents.NONE)


def name(firm: Firm, order: int) -> str:
    return str(firm.box.simon.row("WorkOrder", order)["Number"])


def reused(firm: Firm, order: int, *, ready: bool = True, **values: Any) -> str:
    """Let the Id of a work order go to another one, which is archived unless told otherwise; its number."""
    firm.later(minutes=10)
    firm.box.simon.delete("WorkOrder", order)
    firm.box.simon.hand_out_again("WorkOrder", order)
    assert firm.archived("une autre intervention", work=60, ready=ready, **values) == order
    return name(firm, order)


def entries(firm: Firm) -> dict[str, LedgerEntry]:
    with firm.state() as state:
        return {entry.number: entry for entry in state.ledger.all()}


def pushes(firm: Firm, times: int) -> ExitCode:
    code = ExitCode.DONE
    for _ in range(times):
        firm.later(minutes=10)
        code = firm.push().exit_code
    return code


def test_3_4_both_are_sent_once_and_keep_their_documents(office: Archive) -> None:
    order = office.archived("une intervention", work=30)
    office.push()
    first = name(office, order)
    second = reused(office, order)
    assert pushes(office, 3) is ExitCode.DONE
    assert len(office.drafts()) == 2
    books = entries(office)
    documents = [books[number].document_id for number in (first, second)]
    assert [books[number].status for number in (first, second)] == [Status.SENT] * 2
    assert documents == [str(draft.id) for draft in office.drafts()]
    assert (books[second].id, books[first].is_aside) == (str(order), True)
    (told,) = office.journal(codes=["work-order-id-reused"])
    assert told.message.params == {"number": second, "other": first}
    assert office.codes(codes=["work-order-changed-after-draft"]) == []
    proof = reconcile(office.account())
    assert (proof.complete, proof.work_orders, proof.documents) == (True, 1, 2)


def test_3_11_the_draft_of_the_first_one_is_watched_on(office: Archive) -> None:
    order = office.archived("une intervention", work=30)
    office.push()
    first = name(office, order)
    reused(office, order)
    pushes(office, 1)
    office.box.sellsy.delete_document(office.drafts()[0].id)
    pushes(office, 20)
    (told,) = office.journal(codes=["draft-deleted-in-sellsy"])
    assert told.number == first
    assert entries(office)[first].status is Status.DELETED


def test_3_4_one_that_was_held_is_told_as_deleted_and_the_other_is_sent(office: Archive) -> None:
    order = office.archived("une intervention", work=30, CustomerId=None)
    office.push()
    first = name(office, order)
    second = reused(office, order)
    assert pushes(office, 2) is ExitCode.DONE
    books = entries(office)
    assert (books[first].status, books[second].status) == (Status.GONE, Status.SENT)
    assert [case.number for case in office.journal(codes=["work-order-deleted"])] == [first]
    assert office.codes(only_open=True) == []
    assert reconcile(office.account()).deleted == [first]


@pytest.mark.parametrize("sent", [True, False])
def test_3_4_one_whose_id_an_open_work_order_has_now_is_not_forgotten(office: Archive, *, sent: bool) -> None:
    unsent: dict[str, Any] = {} if sent else {"CustomerId": None}
    order = office.archived("une intervention", work=30, **unsent)
    office.push()
    first = name(office, order)
    reused(office, order, ready=False)
    pushes(office, 3)
    assert entries(office)[first].status is (Status.SENT if sent else Status.GONE)
    assert len(office.drafts()) == sent
    office.ready(order)
    pushes(office, 1)
    assert entries(office)[name(office, order)].status is Status.SENT
    assert len(office.drafts()) == 1 + sent


def test_5_11_files_of_the_one_never_go_to_the_customer_of_the_other(office: Archive) -> None:
    office.configure(documents=Documents.WORK_ORDER_AND_FORMS, attachments=True)
    one, other = office.clients()[:2]
    order = office.with_papers("Contrôle", customer=one)
    office.push()
    first = name(office, order)
    reused(office, order, ready=False, customer=other)
    office.box.simon.complete_survey(order, "Confidentiel")
    for _ in range(3):
        office.later_push(61)
    office.ready(order)
    for _ in range(8):
        office.later_push(10)
    second = name(office, order)
    assert sorted(office.names(one)) == [f"BT-{first} Contrôle.pdf", f"BT-{first} Rapport d'intervention.pdf"]
    assert sorted(office.names(other)) == [
        f"BT-{second} Confidentiel.pdf",
        f"BT-{second} Rapport d'intervention.pdf",
    ]


@pytest.mark.parametrize("change", [{"Number": "9999"}, {"CreationDate": timedelta(days=-3)}])
def test_3_4_another_number_or_another_date_alone_is_the_same_work_order(
    office: Archive, change: dict[str, Any]
) -> None:
    order = office.archived("une intervention", work=30)
    office.push()
    office.later(minutes=5)
    row = office.box.simon.row("WorkOrder", order)
    changes = {
        key: row["CreationDate"] + value if key == "CreationDate" else value for key, value in change.items()
    }
    office.box.simon._save("WorkOrder", row, changes)  # noqa: SLF001 - nobody can do this in Simon
    pushes(office, 2)
    assert len(office.drafts()) == 1
    assert office.codes(codes=["work-order-id-reused"]) == []


def test_3_4_one_that_is_no_younger_is_sent_only_when_it_is_named(office: Archive) -> None:
    order = office.archived("une intervention", work=30)
    office.push()
    first = name(office, order)
    second = reused(office, order)
    made = entries(office)[first].archived_at - timedelta(days=1)
    office.box.simon.restamp("WorkOrder", order, CreationDate=made)
    pushes(office, 2)
    assert len(office.drafts()) == 1
    assert entries(office)[second].status is Status.DORMANT
    assert office.codes(only_open=True) == ["work-order-doubtful"]
    office.later(minutes=5)
    office.run("push", lambda run, sink: cycle.push(run, sink, choose([second], run)))
    assert len(office.drafts()) == 2
    assert office.codes(only_open=True) == []


def test_3_4_one_that_comes_back_is_known_again(office: Archive) -> None:
    """The database is put back once more: the first work order is there, the other is not."""
    order = office.archived("une intervention", work=30)
    office.push()
    first, row = name(office, order), dict(office.box.simon.row("WorkOrder", order))
    second = reused(office, order)
    pushes(office, 2)
    office.box.simon._put("WorkOrder", {**row, "MutationDate": office.box.clock()})  # noqa: SLF001 - the same
    pushes(office, 3)
    books = entries(office)
    assert (books[first].id, books[first].status) == (str(order), Status.SENT)
    assert (books[second].is_aside, books[second].status) == (True, Status.SENT)
    assert len(office.drafts()) == 2


# --- customers and articles ---------------------------------------------------------------------------


def test_3_4_a_customer_made_by_hand_that_got_a_bound_id_is_nobody_of_sellsys(active: Firm) -> None:
    order = active.archived("Dépannage", work=30)
    card = number(active.box.simon.row("WorkOrder", order)["CustomerId"])
    active.box.simon.replace("Customer", card, Name="Zoé Martin")
    assert active.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert active.drafts() == []
    assert active.codes(only_open=True) == ["work-order-customer-unknown"]


def test_3_4_a_customer_of_sellsy_that_got_the_id_of_another_one_is_billed_itself(active: Firm) -> None:
    first, second = active.clients()[:2]
    order = active.archived("Dépannage", customer=first, work=30)
    card = number(active.box.simon.row("WorkOrder", order)["CustomerId"])
    active.box.simon.replace("Customer", card, ExtKey=f"customer:{second}")
    assert active.push().exit_code is ExitCode.DONE
    (draft,) = active.drafts()
    assert draft.third_id == second


def test_3_4_an_article_made_by_hand_that_got_a_bound_id_holds_the_work_order(active: Firm) -> None:
    active.archived("Dépannage", items=(("SER001", 100),))
    active.box.simon.replace("Item", active.item("SER001"), Name="Vis")
    assert active.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert active.drafts() == []
    assert active.codes(only_open=True) == ["work-order-item-unknown"]


def test_3_2_a_record_made_by_hand_is_not_overwritten_by_one_that_had_its_id(active: Firm) -> None:
    client = active.clients()[0]
    card = active.simon_id("Customer", f"customer:{client}")
    active.box.simon.replace("Customer", card, Name="Zoé Martin")
    active.box.sellsy.edit_customer(client, tel="+33478009900")
    active.later(minutes=5)
    active.run("pull", lambda run, sink: pull(run, sink, full=True))
    assert active.box.simon.row("Customer", card)["Name"] == "Zoé Martin"
    assert active.simon_id("Customer", f"customer:{client}") != card


@pytest.mark.parametrize("settled", [False, True])
def test_3_4_one_with_the_number_of_the_first_that_is_younger_is_a_case(
    office: Archive, *, settled: bool
) -> None:
    unsent: dict[str, Any] = {"CustomerId": None} if settled else {}
    order = office.archived("entretien mensuel", work=30, **unsent)
    number_of_both = name(office, order)
    office.push()
    if settled:
        resolve(office.account(), number_of_both, Choice.NEVER)
    office.later(days=1)
    reused(office, order)
    kept = {"Number": number_of_both, "ExtKey": office.box.simon.row("WorkOrder", order)["ExtKey"]}
    office.box.simon.replace("WorkOrder", order, **kept)
    drafts = len(office.drafts())
    assert pushes(office, 3) is ExitCode.DONE
    assert len(office.drafts()) == drafts
    assert [each.number for each in office.journal(codes=["work-order-doubtful"], only_open=True)] == [
        number_of_both
    ]
    assert reconcile(office.account()).missing == [number_of_both]
    office.run("push", lambda run, sink: cycle.push(run, sink, choose([f"id:{order}"], run)))
    assert len(office.drafts()) == drafts + 1
    assert office.codes(codes=["work-order-doubtful"], only_open=True) == []
    assert reconcile(office.account()).complete


def test_9_2_one_that_was_archived_while_inactive_and_lost_its_id_stops_no_run(office: Archive) -> None:
    activation.deactivate(office.account())
    order = office.archived("pendant la pause", work=30)
    office.later(minutes=5)
    with office.state() as state:
        state.activation.activate(office.box.clock(), office.box.clock())
    office.later(minutes=5)
    office.push()
    first = name(office, order)
    assert entries(office)[first].status is Status.DORMANT
    second = reused(office, order)
    assert pushes(office, 1) is ExitCode.DONE
    office.later(days=1, minutes=1)
    assert pushes(office, 1) is ExitCode.DONE
    assert (entries(office)[first].status, entries(office)[second].status) == (Status.GONE, Status.SENT)
    assert reconcile(office.account()).deleted == [first]
