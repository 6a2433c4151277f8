"""What Simon gives in the place of a file is tried again, and taken neither for it nor for none [5.11]."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from simonsync.errors import ExitCode
from simonsync.messages.render import Language, render
from simonsync.sandbox.simon.pdf import work_order_pdf
from simonsync.settings.declaration import Documents
from tests.sync.filing import PHOTO, REPORT, Archive

PDF_OF = "GET workorder/digitalpresentation"
FORM_OF = "GET workordersurvey/digitalpresentation"
PHOTO_OF = "GET Attachment/$value"
SPOILT = ("empty", "html", "garbage", "half")


def given(filing: Archive, kind: str, method: str, **members: Any) -> int:
    return filing.box.faults.set(kind, service="simon", method=method, **{"times": None, **members})


def own_pdf(filing: Archive, order: int) -> bytes:
    return work_order_pdf(filing.box.simon, order)[1]


@pytest.mark.parametrize("kind", SPOILT)
def test_5_11_what_is_no_pdf_is_fetched_again_and_never_drawn_instead(filing: Archive, kind: str) -> None:
    filing.configure(documents=Documents.WORK_ORDER)
    order = filing.with_papers()
    fault = given(filing, kind, PDF_OF)
    for times in (1, 2, 3):
        assert filing.push().exit_code is ExitCode.DONE
        assert filing.filed() == []
        assert filing.waiting() == [("document-unavailable", times)]
        filing.later(minutes=5)
    (told,) = filing.journal(only_open=True)
    assert "@" not in render(told.message, Language.FR)[0]
    filing.box.faults.remove(fault)
    filing.push()
    assert [(stored.file_name, stored.content) for stored in filing.filed()] == [
        (filing.bt(order, REPORT), own_pdf(filing, order))
    ]
    assert filing.waiting() == []


@pytest.mark.parametrize("kind", SPOILT)
def test_5_11_a_form_that_is_no_pdf_is_fetched_again(filing: Archive, kind: str) -> None:
    filing.configure(documents=Documents.FORMS)
    order = filing.with_papers("Contrôle")
    fault = given(filing, kind, FORM_OF)
    assert filing.push().exit_code is ExitCode.DONE
    assert (filing.filed(), filing.waiting()) == ([], [("document-unavailable", 1)])
    filing.box.faults.remove(fault)
    filing.later_push()
    assert filing.names() == [filing.bt(order, "Contrôle.pdf")]
    assert filing.waiting() == []


def test_5_11_what_stays_away_is_asked_for_once_an_hour_after_the_first(filing: Archive) -> None:
    filing.configure(documents=Documents.WORK_ORDER)
    filing.with_papers()
    given(filing, "html", PDF_OF)
    asked = []
    for _ in range(36):
        filing.box.log.clear()
        filing.later_push()
        asked.append(sum(entry.method == PDF_OF for entry in filing.box.log.entries("simon")))
    assert sum(asked[:12]) >= 11
    assert sum(asked[12:]) == 2


# --- a work order's own PDF that is not found ------------------------------------------------------------


def test_5_11_a_simon_that_never_gave_one_has_none(filing: Archive) -> None:
    filing.configure(documents=Documents.WORK_ORDER)
    filing.box.simon.switches.work_order_pdf = "none"
    order = filing.with_papers()
    filing.push()
    (stored,) = filing.filed()
    assert stored.content != own_pdf(filing, order)
    assert "Dépannage" in PdfReader(io.BytesIO(stored.content)).pages[0].extract_text()


@pytest.mark.parametrize("form", ["refusal", "html"])
def test_5_11_one_that_is_not_found_though_others_were_is_drawn_only_once_that_has_lasted(
    filing: Archive, form: str
) -> None:
    filing.configure(documents=Documents.WORK_ORDER)
    filing.with_papers()
    filing.push()
    filing.later(minutes=10)
    order = filing.with_papers()
    fault = given(filing, "not_found", PDF_OF, form=form)
    for _ in range(3):
        assert filing.push().exit_code is ExitCode.DONE
        assert len(filing.filed()) == 1
        assert [code for code, _ in filing.waiting()] == ["document-unavailable"]
        filing.later(minutes=10)
    filing.push()
    filing.box.faults.remove(fault)
    assert len(filing.filed()) == 2
    assert filing.names()[1] == filing.bt(order, REPORT)
    assert filing.filed()[1].content != own_pdf(filing, order)
    assert filing.waiting() == []


def test_5_11_one_that_is_found_again_is_simons_own(filing: Archive) -> None:
    filing.configure(documents=Documents.WORK_ORDER)
    filing.with_papers()
    filing.push()
    filing.later(minutes=10)
    order = filing.with_papers()
    fault = given(filing, "not_found", PDF_OF)
    filing.push()
    filing.box.faults.remove(fault)
    filing.later_push(10)
    assert filing.filed()[1].content == own_pdf(filing, order)


def test_5_11_while_the_work_order_itself_is_not_found_nothing_is_drawn(filing: Archive) -> None:
    filing.configure(documents=Documents.WORK_ORDER)
    filing.box.simon.switches.work_order_pdf = "none"
    order = filing.with_papers()
    filing.box.faults.set("not_found", service="simon", path=f"/WorkOrder({order})", call=2, times=None)
    for _ in range(5):
        filing.push()
        filing.later(minutes=10)
    assert filing.filed() == []
    assert [code for code, _ in filing.waiting()] == ["document-unavailable"]


def test_5_11_a_page_without_its_customer_is_not_drawn(filing: Archive) -> None:
    filing.configure(documents=Documents.WORK_ORDER)
    filing.box.simon.switches.work_order_pdf = "none"
    filing.with_papers()
    fault = filing.box.faults.set("not_found", service="simon", path="/Customer(*", times=None)
    filing.push()
    assert (filing.filed(), filing.waiting()) == ([], [("document-unavailable", 1)])
    filing.box.faults.remove(fault)
    filing.later_push()
    assert len(filing.filed()) == 1


def test_5_11_an_error_in_the_place_of_a_pdf_is_this_files_matter(filing: Archive) -> None:
    filing.configure(documents=Documents.WORK_ORDER)
    order = filing.with_papers()
    fault = given(filing, "status", PDF_OF, status=409)
    filing.push()
    assert (filing.filed(), filing.waiting()) == ([], [("document-unavailable", 1)])
    filing.box.faults.remove(fault)
    filing.later_push()
    assert filing.names() == [filing.bt(order, REPORT)]


# --- attachments -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SPOILT)
def test_5_11_what_is_not_the_photo_is_fetched_again(filing: Archive, kind: str) -> None:
    filing.configure(documents=Documents.NONE)
    order = filing.with_papers(photos=("avant.jpg",))
    fault = given(filing, kind, PHOTO_OF)
    assert filing.push().exit_code is ExitCode.DONE
    assert (filing.filed(), filing.waiting()) == ([], [("document-unavailable", 1)])
    filing.box.faults.remove(fault)
    filing.later_push()
    assert [(stored.file_name, stored.content) for stored in filing.filed()] == [
        (filing.bt(order, "avant.jpg"), PHOTO)
    ]
    assert filing.waiting() == []


def test_5_11_a_file_without_a_signature_that_comes_half_is_known_by_its_length(filing: Archive) -> None:
    filing.configure(documents=Documents.NONE)
    order = filing.archived("Dépannage")
    filing.box.simon.attach(order, "mesures.dat", b"0123456789" * 50, "application/octet-stream")
    fault = given(filing, "half", PHOTO_OF)
    filing.push()
    assert (filing.filed(), filing.waiting()) == ([], [("document-unavailable", 1)])
    filing.box.faults.remove(fault)
    filing.later_push()
    assert [len(stored.content) for stored in filing.filed()] == [500]


@pytest.mark.parametrize(("table", "setting"), [("WorkOrderSurvey", "forms"), ("Attachment", "attachments")])
def test_5_11_a_list_that_was_there_and_is_not_found_is_no_empty_list(
    filing: Archive, table: str, setting: str
) -> None:
    filing.configure(
        documents=Documents.FORMS if setting == "forms" else Documents.NONE, attachments=setting != "forms"
    )
    filing.with_papers("Contrôle", photos=("avant.jpg",))
    filing.push()
    assert len(filing.filed()) == 1
    filing.later(minutes=10)
    filing.with_papers("Contrôle", photos=("avant.jpg",))
    fault = filing.box.faults.set("table_gone", service="simon", table=table)
    assert filing.push().exit_code is ExitCode.UNAVAILABLE
    assert len(filing.drafts()) == 2
    filing.box.faults.remove(fault)
    assert filing.later_push() is ExitCode.DONE
    assert len(filing.filed()) == 2
    assert filing.waiting() == []
