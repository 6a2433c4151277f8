"""What people have cured by hand closes by itself: nothing that is over is told for ever [8]."""

from __future__ import annotations

from pathlib import Path

import pytest

from simonsync.account.resolve import Choice, resolve
from simonsync.domain.key import Kind
from simonsync.errors import ExitCode, UsageError
from simonsync.messages import kinds
from simonsync.messages.kinds import KINDS, Message, MessageKind, Table
from simonsync.sandbox.sellsy.records import Document
from simonsync.settings.declaration import ProductChoice
from simonsync.store.ledger import Status
from simonsync.sync.push import _REASONS, _WAITS
from tests.firm import Firm
from tests.sync.filing import UPLOAD, Archive, archive
from tests.sync.quoting import quote, title
from tests.sync.test_cleanup import clean


def open_codes(firm: Firm) -> list[str]:
    return firm.codes(only_open=True)


# --- settings -----------------------------------------------------------------------------------------


def test_6_2_a_setting_that_was_tried_and_refused_changes_no_later_run(active: Firm) -> None:
    active.configure(default_product=ProductChoice(Kind.SERVICE, "SER999"))
    for _ in range(2):
        with pytest.raises(UsageError):
            active.push()
    assert open_codes(active) == ["setting-product-unknown"]
    active.configure(default_product=None)
    assert active.push().exit_code is ExitCode.DONE
    assert open_codes(active) == []


def test_6_2_of_two_wrong_settings_the_one_that_is_right_again_closes(active: Firm) -> None:
    wrong = ProductChoice(Kind.SERVICE, "SER999")
    active.configure(default_product=wrong, work_time_product=wrong)
    with pytest.raises(UsageError):
        active.push()
    active.configure(default_product=wrong, work_time_product=ProductChoice(Kind.SERVICE, "SER001"))
    with pytest.raises(UsageError):
        active.push()
    (case,) = active.journal(only_open=True)
    assert case.message.params["setting"] == "default_product"


# --- quotes -------------------------------------------------------------------------------------------


def test_5_9_quotes_that_are_wanted_no_longer_wait_for_nobody(quoting: Firm) -> None:
    prospect = quoting.box.sellsy.add_customer("Café du Port", prospect=True)
    quote(quoting, [title("Terrasse")], customer=prospect.id)
    quoting.pull()
    assert open_codes(quoting) == ["quote-customer-missing"]
    quoting.configure(quotes_to_work_orders=False)
    quoting.later(minutes=5)
    quoting.pull()
    assert open_codes(quoting) == []


def test_5_9_a_quote_whose_work_order_simon_refused_and_that_was_withdrawn_closes(quoting: Firm) -> None:
    made = quote(quoting, [title("Terrasse")])
    fault = quoting.box.faults.set("status", service="simon", method="POST WorkOrder", status=422, times=None)
    quoting.pull()
    assert open_codes(quoting) == ["record-refused"]
    quoting.box.faults.remove(fault)
    quoting.box.sellsy.edit_document(made.id, step="refused")
    quoting.later(minutes=5)
    quoting.pull()
    assert open_codes(quoting) == []


# --- master data --------------------------------------------------------------------------------------


def test_8_a_record_that_simon_refused_and_that_sellsy_has_no_longer_is_no_case(active: Firm) -> None:
    kept = active.box.sellsy.add_product("NEUF-1", "Disjoncteur neuf", "11.20")
    gone = active.box.sellsy.add_product("NEUF-2", "Disjoncteur retiré", "11.20")
    active.box.faults.set("status", service="simon", method="POST Item", status=422, times=None)
    active.pull()
    assert open_codes(active) == ["record-refused"] * 2
    active.box.sellsy.archive_product(gone.id)
    clean(active)
    (case,) = active.journal(only_open=True)
    assert case.record == str(kept.id)


# --- files --------------------------------------------------------------------------------------------


@pytest.fixture
def filing(tmp_path: Path) -> Archive:
    return archive(tmp_path, attachments=True)


def test_5_11_a_file_that_fails_for_ever_is_told_until_a_person_has_seen_it(filing: Archive) -> None:
    order = filing.with_papers(photos=("avant.jpg",))
    filing.box.faults.set("status", service="sellsy", method=UPLOAD, status=404, times=None)
    for days in (0, 6, 2, 30):
        filing.later(days=days)
        filing.push()
        assert [code for code, _ in filing.waiting()] == ["document-upload-failed"]
    filing.box.log.clear()
    filing.later_push()
    assert UPLOAD not in filing.writes(), "after a week it is tried once an hour"
    assert not resolve(filing.account(), filing.entry(order).number, Choice.SEEN).nothing_open
    assert filing.waiting() == []
    filing.later(days=2)
    filing.push()
    assert (filing.waiting(), UPLOAD in filing.writes()) == ([], False)


def test_5_11_a_file_that_people_have_seen_to_at_once_is_left_alone(filing: Archive) -> None:
    order = filing.with_papers(photos=("avant.jpg",))
    fault = filing.box.faults.set("status", service="sellsy", method=UPLOAD, status=404, times=None)
    filing.push()
    resolve(filing.account(), filing.entry(order).number, Choice.SEEN)
    filing.box.faults.remove(fault)
    filing.later_push(61)
    assert (filing.waiting(), filing.filed()) == ([], [])


def test_5_11_a_file_that_was_taken_out_of_simon_is_no_case(filing: Archive) -> None:
    filing.with_papers(photos=("avant.jpg",))
    (photo,) = filing.box.simon.rows("Attachment")
    filing.box.faults.set("not_found", service="simon", method="GET *Attachment*", path="*(*)*", times=None)
    filing.push()
    assert [code for code, _ in filing.waiting()] == ["document-unavailable"]
    filing.box.simon.delete("Attachment", int(str(photo["Id"])))
    for _ in range(3):
        filing.later_push(61)
    assert filing.waiting() == []


def test_5_11_a_simon_without_attachments_is_no_case_where_none_are_wanted(filing: Archive) -> None:
    filing.box.simon.switches.attachments = False
    filing.with_papers()
    filing.push()
    assert [code for code, _ in filing.waiting()] == ["attachments-unavailable"]
    filing.configure(attachments=False)
    filing.later(days=8)
    filing.push()
    assert filing.waiting() == []


# --- drafts -------------------------------------------------------------------------------------------


def hourly(firm: Firm, times: int) -> list[ExitCode]:
    codes = []
    for _ in range(times):
        firm.later(minutes=61)
        codes.append(firm.push().exit_code)
    return codes


def by_a_second_writer(firm: Firm) -> tuple[int, Document]:
    order = firm.archived("un", work=30)
    firm.push()
    (draft,) = firm.drafts()
    with firm.state() as state:
        state.database.execute(
            "UPDATE work_orders SET status = 'waiting', document_id = NULL, expected = NULL"
        )
        state.database.execute("DELETE FROM attempts")
    firm.later(minutes=5)
    firm.archived("deux", work=30)
    assert firm.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert "second-writer" in open_codes(firm)
    return order, draft


def test_a_second_writer_is_over_when_somebody_has_looked_at_the_draft(active: Firm) -> None:
    order, _draft = by_a_second_writer(active)
    number = str(active.box.simon.row("WorkOrder", order)["Number"])
    resolve(active.account(), number, Choice.SEEN)
    assert "second-writer" not in open_codes(active)


def test_a_second_writer_is_over_when_the_draft_has_been_sent(active: Firm) -> None:
    _order, draft = by_a_second_writer(active)
    active.box.sellsy.finalise_document(draft.id)
    assert hourly(active, 2)[-1] is ExitCode.DONE
    assert "second-writer" not in open_codes(active)


# --- old work orders ------------------------------------------------------------------------------------


def archived_while_inactive(firm: Firm) -> int:
    with firm.state() as state:
        state.activation.deactivate(firm.box.clock(), firm.box.clock())
    firm.later(minutes=1)
    order = firm.archived()
    firm.later(minutes=1)
    with firm.state() as state:
        state.activation.activate(firm.box.clock(), firm.box.clock())
    firm.push()
    assert open_codes(firm) == ["archived-while-inactive"]
    return order


def test_9_2_one_archived_while_inactive_and_opened_again_is_no_case(steady: Firm) -> None:
    order = archived_while_inactive(steady)
    steady.box.simon.reopen(order)
    steady.later(days=1, minutes=1)
    steady.push()
    assert open_codes(steady) == []


def test_9_2_one_archived_while_inactive_and_deleted_is_no_case_once_that_is_certain(steady: Firm) -> None:
    order = archived_while_inactive(steady)
    steady.box.simon.delete("WorkOrder", order)
    for days, codes in ((1, ["archived-while-inactive"]), (2, [])):
        steady.later(days=days, minutes=1)
        steady.push()
        assert open_codes(steady) == codes
    assert steady.entry(order).status is Status.GONE
    assert "work-order-deleted" in steady.codes(record=str(order))


# --- what held a work order, and what kept a run from its end -------------------------------------------


def plant(firm: Firm, kind: MessageKind, record: str, table: Table) -> None:
    """Leave a case as an earlier run has: people have cured what it tells of since."""
    message = Message(kind, dict.fromkeys(kind.parameters, "4711"))
    with firm.state() as state:
        state.journal.note(message, firm.now(), record=record, table=table)


@pytest.mark.parametrize("code", [*_REASONS, *_WAITS])
def test_what_held_a_work_order_closes_when_it_is_sent_or_held_for_another_reason(
    steady: Firm, code: str
) -> None:
    sent, held = steady.archived(work=30), steady.archived(CustomerId=None)
    for order in (sent, held):
        plant(steady, KINDS[code], str(order), Table.WORK_ORDER)
    steady.push()
    assert steady.entry(sent).status is Status.SENT
    open_of_held = {"work-order-without-customer"} | ({code} & {kinds.DRAFT_REFUSED.code, *_WAITS})
    assert set(open_codes(steady)) - {"draft-without-lines"} <= open_of_held
    assert "work-order-without-customer" in open_codes(steady)


@pytest.mark.parametrize(
    ("kind", "service"),
    [
        (kinds.SERVICE_UNAVAILABLE, "sellsy"),
        (kinds.SERVICE_UNAVAILABLE, "simon"),
        (kinds.SELLSY_CREDENTIALS_REFUSED, "sellsy"),
        (kinds.SIMON_CREDENTIALS_REFUSED, "simon"),
        (kinds.SIMON_LICENCE_LAPSED, "simon"),
    ],
)
def test_a_service_that_answers_to_the_end_of_a_run_has_no_case(
    steady: Firm, kind: MessageKind, service: str
) -> None:
    plant(steady, kind, service, Table.NONE)
    assert steady.push().exit_code is ExitCode.DONE
    assert open_codes(steady) == []


def test_a_lost_state_is_over_once_people_have_activated_and_decided_about_what_is_old(steady: Firm) -> None:
    order = archived_while_inactive(steady)
    plant(steady, kinds.STATE_LOST, "", Table.NONE)
    assert steady.push().exit_code is ExitCode.NEEDS_SOMEONE
    number = str(steady.box.simon.row("WorkOrder", order)["Number"])
    resolve(steady.account(), number, Choice.NEVER)
    assert steady.push().exit_code is ExitCode.DONE
    assert open_codes(steady) == []
