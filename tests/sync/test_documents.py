"""PDFs and attachments of a work order among the customer's documents, over both services [5.11]."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from simonsync.errors import ExitCode
from simonsync.messages.render import Language, render
from simonsync.sandbox.simon.pdf import survey_pdf, work_order_pdf
from simonsync.settings.declaration import Documents
from tests.firm import number
from tests.sync.filing import PHOTO, REPORT, UPLOAD, Archive, archive, unfinished

# --- which files, under which names -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("documents", "attachments", "expected"),
    [
        (Documents.NONE, False, []),
        (Documents.WORK_ORDER, False, [REPORT]),
        (Documents.FORMS, False, ["Contrôle.pdf"]),
        (Documents.WORK_ORDER_AND_FORMS, False, [REPORT, "Contrôle.pdf"]),
        (Documents.NONE, True, ["avant.jpg"]),
        (Documents.WORK_ORDER_AND_FORMS, True, [REPORT, "Contrôle.pdf", "avant.jpg"]),
    ],
)
def test_5_11_what_was_chosen_is_among_the_customers_documents(
    tmp_path: Path,
    documents: Documents,
    attachments: bool,  # noqa: FBT001 a column of the table
    expected: list[str],
) -> None:
    firm = archive(tmp_path, documents=documents, attachments=attachments)
    client, other = firm.clients()
    order = firm.with_papers("Contrôle", photos=("avant.jpg",), customer=client)
    assert firm.push().exit_code is ExitCode.DONE
    assert firm.names(client) == [firm.bt(order, name) for name in expected]
    assert firm.names(other) == []
    assert firm.codes(only_open=True) == []


def test_5_11_with_nothing_chosen_neither_service_is_asked_for_files(tmp_path: Path) -> None:
    firm = archive(tmp_path)
    firm.with_papers("Contrôle", photos=("avant.jpg",))
    firm.push()
    asked = {entry.method for entry in firm.box.log.entries()}
    assert "Document.create" in asked
    assert not {
        method for method in asked if "Briefcases" in method or "urvey" in method or "Attach" in method
    }


def test_5_11_files_arrive_byte_for_byte_as_simon_gives_them(filing: Archive) -> None:
    order = filing.with_papers("Contrôle", photos=("avant.jpg",))
    form = number(filing.box.simon.children("WorkOrderSurvey", order)[0]["Id"])
    filing.push()
    assert [(stored.content, stored.content_type) for stored in filing.filed()] == [
        (work_order_pdf(filing.box.simon, order)[1], "application/pdf"),
        (survey_pdf(filing.box.simon, form)[1], "application/pdf"),
        (PHOTO, "image/jpeg"),
    ]


def test_5_11_a_pdf_that_comes_inside_json_is_taken_out_of_it(filing: Archive) -> None:
    filing.box.simon.switches.work_order_pdf = filing.box.simon.switches.survey_pdf = "json"
    filing.with_papers("Contrôle")
    filing.push()
    assert [stored.content[:5] for stored in filing.filed()] == [b"%PDF-"] * 2


def test_5_11_where_simon_has_no_pdf_the_work_order_is_drawn(filing: Archive) -> None:
    filing.box.simon.switches.work_order_pdf = "none"
    order = filing.with_papers(items=(("DISJ-16A", 2),))
    filing.push()
    (stored,) = filing.filed()
    shown = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(stored.content)).pages)
    card = filing.box.simon.row("Customer", number(filing.box.simon.row("WorkOrder", order)["CustomerId"]))
    for text in (filing.bt(order, "")[3:].strip(), "Dépannage", "Disjoncteur 16 A", str(card["Name"])):
        assert text in shown


@pytest.mark.parametrize("language", Language)
def test_5_11_names_are_the_same_in_every_language(filing: Archive, language: Language) -> None:
    filing.language = language
    order = filing.with_papers()
    filing.push()
    assert filing.names() == [filing.bt(order, REPORT)]


def test_5_11_several_of_one_name_are_numbered_in_the_order_of_simon(filing: Archive) -> None:
    order = filing.with_papers("Contrôle", "Contrôle", photos=("avant.jpg", "avant.jpg", REPORT))
    filing.push()
    assert sorted(filing.names()) == sorted(
        filing.bt(order, name)
        for name in (
            REPORT,
            "Contrôle.pdf",
            "Contrôle (2).pdf",
            "avant.jpg",
            "avant (2).jpg",
            "Rapport d'intervention (2).pdf",
        )
    )


def test_8_1_what_was_filed_is_told_once_with_its_name(filing: Archive) -> None:
    order = filing.with_papers("Contrôle")
    for _ in range(3):
        filing.later_push()
    told = filing.journal(codes=["document-uploaded"])
    assert [(entry.record, entry.message.params["file"]) for entry in told] == [
        (str(order), filing.bt(order, REPORT)),
        (str(order), filing.bt(order, "Contrôle.pdf")),
    ]
    assert filing.bt(order, REPORT) in render(told[0].message, Language.FR)[0]


def test_7_2_a_second_push_files_nothing(filing: Archive) -> None:
    filing.with_papers("Contrôle", photos=("avant.jpg",))
    filing.push()
    filing.box.log.clear()
    filing.later_push()
    assert filing.writes() == []
    filing.box.log.clear()
    # Everything is there: it is looked for again only after an hour.
    filing.later_push()
    assert filing.box.log.entries("sellsy", "Briefcases.getList") == []
    assert filing.box.log.entries("simon", "GET WorkOrderSurvey") == []


def test_7_2_a_dry_run_shows_the_files_and_sends_none(filing: Archive) -> None:
    filing.box.faults.set("api_error", service="sellsy", method=UPLOAD, code="E_PARAM_INVALID")
    filing.with_papers()
    filing.push()
    filing.box.log.clear()
    result = filing.push(dry_run=True)
    assert len(result.actions) == 1
    assert filing.writes() == []


# --- forms that are finished later --------------------------------------------------------------------


def test_5_11_a_form_that_is_not_finished_has_no_pdf_and_no_warning(filing: Archive) -> None:
    order = filing.with_papers()
    unfinished(filing, order, "Contrôle")
    filing.push()
    assert filing.names() == [filing.bt(order, REPORT)]
    assert filing.waiting() == []


def test_5_11_a_form_finished_within_a_week_follows_within_the_hour(filing: Archive) -> None:
    order = filing.with_papers()
    unfinished(filing, order, "Contrôle")
    filing.push()
    filing.later_push()
    filing.later(days=6)
    filing.push()
    filing.box.simon.complete_survey(order, "Contrôle")
    filing.later_push(61)
    assert filing.names() == [filing.bt(order, REPORT), filing.bt(order, "Contrôle.pdf")]


def test_5_11_after_a_week_nobody_looks_any_more(filing: Archive) -> None:
    order = filing.with_papers()
    unfinished(filing, order, "Contrôle")
    filing.push()
    filing.later(days=8)
    filing.box.simon.complete_survey(order, "Contrôle")
    filing.push()
    filing.box.log.clear()
    filing.later_push(61)
    assert filing.names() == [filing.bt(order, REPORT)]
    assert filing.box.log.entries("simon", "GET WorkOrderSurvey") == []


def test_5_11_a_form_finished_later_is_not_taken_for_another_of_its_name(filing: Archive) -> None:
    order = filing.with_papers()
    late = unfinished(filing, order, "Contrôle")
    early = filing.box.simon.add(
        "WorkOrderSurvey", WorkOrderId=order, SurveyName="Contrôle", CompletedDate=filing.box.clock()
    )
    filing.push()
    filing.later(minutes=5)
    filing.box.simon.edit("WorkOrderSurvey", late, CompletedDate=filing.box.clock())
    filing.later_push(61)
    contents = {stored.file_name: stored.content for stored in filing.filed()}
    assert contents[filing.bt(order, "Contrôle.pdf")] == survey_pdf(filing.box.simon, late)[1]
    assert contents[filing.bt(order, "Contrôle (2).pdf")] == survey_pdf(filing.box.simon, early)[1]


def test_5_11_an_attachment_is_not_taken_for_a_deleted_one_of_its_name(filing: Archive) -> None:
    order = filing.with_papers(photos=("avant.jpg", "avant.jpg"))
    filing.push()
    first = filing.box.simon.children("Attachment", order)[0]
    filing.box.simon.delete("Attachment", number(first["Id"]))
    filing.box.simon.attach(order, "avant.jpg", b"\xff\xd8\xff another photo")
    filing.later_push(61)
    filing.later_push(61)
    assert [stored.content for stored in filing.filed()][1:] == [PHOTO, PHOTO, b"\xff\xd8\xff another photo"]


# --- settings and what Simon offers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Documents.NONE, Documents.WORK_ORDER_AND_FORMS, []),
        (Documents.FORMS, Documents.WORK_ORDER, ["Contrôle.pdf"]),
        (Documents.WORK_ORDER_AND_FORMS, Documents.NONE, [REPORT, "Contrôle.pdf"]),
    ],
)
def test_6_1_the_settings_under_which_the_draft_was_made_count(
    filing: Archive, before: Documents, after: Documents, expected: list[str]
) -> None:
    filing.configure(documents=before)
    order = filing.with_papers()
    unfinished(filing, order, "Contrôle")
    filing.push()
    filing.later(minutes=5)
    filing.configure(documents=after)
    filing.push()
    filing.box.simon.complete_survey(order, "Contrôle")
    filing.later_push(61)
    assert filing.names() == [filing.bt(order, name) for name in expected]


def test_5_11_a_simon_without_attachments_is_told_once_and_cured(filing: Archive) -> None:
    filing.box.simon.switches.attachments = False
    order = filing.with_papers()
    assert filing.push().exit_code is ExitCode.DONE
    assert filing.names() == [filing.bt(order, REPORT)]
    assert [code for code, _ in filing.waiting()] == ["attachments-unavailable"]
    filing.later_push()
    filing.box.simon.switches.attachments = True
    filing.box.simon.attach(order, "avant.jpg", PHOTO)
    filing.later_push(61)
    assert filing.names() == [filing.bt(order, REPORT), filing.bt(order, "avant.jpg")]
    assert filing.waiting() == []


def test_5_11_a_held_work_order_sends_no_files(filing: Archive) -> None:
    filing.with_papers("Contrôle", CustomerId=None)
    filing.push()
    assert filing.box.sellsy.files == {}


def test_5_11_a_draft_that_was_adopted_gets_its_files_too(filing: Archive) -> None:
    order = filing.with_papers()
    filing.box.faults.set("drop_after", service="sellsy", method="Document.create")
    assert filing.push().exit_code is ExitCode.UNKNOWN_OUTCOME
    assert filing.box.sellsy.files == {}
    assert filing.later_push() is ExitCode.DONE
    assert filing.names() == [filing.bt(order, REPORT)]


Office = Callable[[Archive, int], object]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda firm, draft: firm.box.sellsy.finalise_document(draft), id="finalised"),
        pytest.param(lambda firm, draft: firm.box.sellsy.edit_document(draft, tags=[]), id="untagged"),
    ],
)
def test_5_11_whatever_becomes_of_the_draft_its_late_forms_follow(filing: Archive, act: Office) -> None:
    order = filing.with_papers()
    unfinished(filing, order, "Contrôle")
    filing.push()
    act(filing, filing.drafts()[0].id)
    filing.later(minutes=5)
    filing.box.simon.complete_survey(order, "Contrôle")
    filing.later_push(61)
    assert filing.names() == [filing.bt(order, REPORT), filing.bt(order, "Contrôle.pdf")]
