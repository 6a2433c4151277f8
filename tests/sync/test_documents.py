"""PDFs and attachments of a work order among the customer's documents, over both services [5.11]."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from simonsync.domain.records import SellsyAccount, WorkOrder
from simonsync.errors import ExitCode
from simonsync.messages.render import Language, render
from simonsync.operate.execution import Account
from simonsync.pdf import draw_work_order
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.sellsy.records import StoredFile
from simonsync.sandbox.simon.pdf import survey_pdf, work_order_pdf
from simonsync.settings.declaration import Documents
from simonsync.sync.run import Timing
from tests.firm import Firm, number

UPLOAD = "Briefcases.uploadFile"
PHOTO = b"\xff\xd8\xff\xe0 a photo"


class Archive(Firm):
    """A firm that files its papers: simonsync draws where Simon has no PDF."""

    language = Language.FR
    budget = timedelta(seconds=240)

    def account(self) -> Account:
        def draw(order: WorkOrder, firm: SellsyAccount, customer_name: str) -> bytes:
            return draw_work_order(order, firm, customer_name, self.language, ZoneInfo("Europe/Paris"))

        timing = Timing(consistency_wait=timedelta(seconds=3), budget=self.budget)
        return replace(super().account(), draw=draw, language=self.language, timing=timing)

    def filed(self, customer: int | None = None) -> list[StoredFile]:
        """List the customer's documents in Sellsy, oldest first."""
        return self.box.sellsy.files_of(customer if customer is not None else self.clients()[0])

    def names(self, customer: int | None = None) -> list[str]:
        return [stored.file_name for stored in self.filed(customer)]

    def with_papers(self, *forms: str, photos: tuple[str, ...] = (), **values: Any) -> int:
        """Archive a work order with completed forms and photos; return Simon's Id of it."""
        order = self.archived("Dépannage", work=30, **values)
        for form in forms:
            self.box.simon.complete_survey(order, form)
        for photo in photos:
            self.box.simon.attach(order, photo, PHOTO)
        return order

    def bt(self, order: int, name: str) -> str:
        return f"BT-{self.box.simon.row('WorkOrder', order)['Number']} {name}"

    def waiting(self) -> list[tuple[str, int]]:
        """List the open cases about files: code and how often."""
        return [(entry.message.kind.code, entry.times) for entry in self.journal(only_open=True)]

    def later_push(self, minutes: int = 5) -> ExitCode:
        self.later(minutes=minutes)
        return self.push().exit_code


def archive(tmp_path: Path, **settings: Any) -> Archive:
    tmp_path.chmod(0o700)
    firm = Archive(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    firm.activate(**settings)
    firm.pull()
    firm.later(minutes=1)
    firm.box.log.clear()
    return firm


@pytest.fixture
def filing(tmp_path: Path) -> Archive:
    """A firm that wants every file in Sellsy."""
    return archive(tmp_path, documents=Documents.WORK_ORDER_AND_FORMS, attachments=True)


REPORT = "Rapport d'intervention.pdf"


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


# --- no copy twice ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after"},
        {"kind": "half"},
        {"kind": "status", "status": 500, "applied": True},
        {"kind": "empty", "applied": True},
        {"kind": "html", "applied": True},
        {"kind": "slow_first_byte", "seconds": 7},
    ],
    ids=lambda fault: str(fault["kind"]),
)
def test_5_11_an_upload_without_an_answer_is_found_under_its_name(
    filing: Archive, fault: dict[str, Any]
) -> None:
    order = filing.with_papers("Contrôle")
    filing.box.faults.set(service="sellsy", method=UPLOAD, **fault)
    assert filing.push().exit_code is ExitCode.DONE
    assert filing.waiting() == [("document-upload-failed", 1)]
    assert filing.later_push() is ExitCode.DONE
    assert sorted(filing.names()) == sorted(filing.bt(order, name) for name in (REPORT, "Contrôle.pdf"))
    assert filing.waiting() == []


@pytest.mark.parametrize(
    "fault",
    [{"kind": "drop_before"}, {"kind": "status", "status": 500}, {"kind": "empty"}, {"kind": "html"}],
    ids=lambda fault: str(fault["kind"]),
)
def test_5_11_an_upload_of_unknown_outcome_waits_before_it_is_made_again(
    filing: Archive, fault: dict[str, Any]
) -> None:
    order = filing.with_papers()
    filing.box.faults.set(service="sellsy", method=UPLOAD, **fault)
    filing.push()
    (case,) = filing.journal(only_open=True)
    filing.box.log.clear()
    filing.later_push()
    filing.later_push()
    assert filing.writes() == []
    (case,) = filing.journal(only_open=True)
    assert (case.message.kind.code, case.times) == ("document-upload-failed", 3)
    assert "on ne sait pas encore" in render(case.message, Language.FR)[0]
    filing.later_push(10)
    assert filing.names() == [filing.bt(order, REPORT)]
    assert filing.waiting() == []


def test_5_11_an_upload_that_arrives_late_is_not_made_again(filing: Archive) -> None:
    filing.with_papers()
    filing.box.faults.set("late", service="sellsy", method=UPLOAD, seconds=12 * 60)
    filing.push()
    for _ in range(5):
        filing.later_push()
    assert len(filing.filed()) == 1
    assert filing.waiting() == []


def test_5_11_a_run_that_died_after_its_upload_finds_the_file(filing: Archive) -> None:
    filing.with_papers()
    filing.push()
    with filing.state() as state:
        state.database.execute("DELETE FROM bindings WHERE kind = 'file'")
        state.database.execute("UPDATE attempts SET outcome = NULL WHERE subject LIKE 'file:%'")
        state.database.execute("UPDATE work_orders SET documents_at = NULL")
    filing.later_push()
    assert len(filing.filed()) == 1
    assert filing.codes(codes=["document-uploaded"]) == ["document-uploaded"]


def test_5_11_a_file_that_sellsy_renamed_is_recognised(filing: Archive) -> None:
    """Sellsy may put `.pdf` behind every name."""
    filing.with_papers(photos=("avant.jpg",))
    filing.box.faults.set("drop_after", service="sellsy", method=UPLOAD, times=2)
    filing.push()
    for stored in filing.filed():
        stored.file_name += ".pdf"
    filing.later_push()
    filing.later_push(20)
    assert len(filing.filed()) == 2
    assert filing.waiting() == []


def test_5_11_a_file_that_people_put_there_is_not_doubled(filing: Archive) -> None:
    order = filing.with_papers()
    filing.box.sellsy.add_file("third", filing.clients()[0], filing.bt(order, REPORT), b"%PDF-scan")
    filing.push()
    assert [stored.content for stored in filing.filed()] == [b"%PDF-scan"]


def test_5_11_a_file_is_recognised_among_hundreds(filing: Archive) -> None:
    order = filing.with_papers()
    for place in range(250):
        filing.box.sellsy.add_file("third", filing.clients()[0], f"scan {place}.pdf", b"%PDF-")
    filing.box.sellsy.add_file("third", filing.clients()[0], filing.bt(order, REPORT), b"%PDF-")
    filing.push()
    assert UPLOAD not in filing.writes()


# --- a failed upload ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "api_error", "code": "E_PARAM_INVALID"},
        {"kind": "status", "status": 429},
        {"kind": "bare_error"},
    ],
    ids=lambda fault: str(fault["kind"]),
)
def test_5_11_a_failed_upload_is_a_warning_and_leaves_the_draft_alone(
    filing: Archive, fault: dict[str, Any]
) -> None:
    order = filing.with_papers("Contrôle")
    filing.box.faults.set(service="sellsy", method=UPLOAD, **fault)
    result = filing.push()
    assert result.exit_code is ExitCode.DONE
    assert "document-upload-failed" in [message.kind.code for message in result.new_cases]
    assert len(filing.drafts()) == 1
    assert filing.entry(order).document_id == str(filing.drafts()[0].id)
    # The other file is there all the same.
    assert filing.names() == [filing.bt(order, "Contrôle.pdf")]
    filing.later_push(20)
    assert len(filing.filed()) == 2
    assert filing.waiting() == []


def test_5_11_a_failed_upload_is_tried_again_and_counted_until_it_works(filing: Archive) -> None:
    filing.with_papers()
    fault = filing.box.faults.set(
        "api_error", service="sellsy", method=UPLOAD, code="E_PARAM_INVALID", times=None
    )
    for times in (1, 2, 3):
        assert filing.later_push() is ExitCode.DONE
        assert filing.waiting() == [("document-upload-failed", times)]
    filing.box.faults.remove(fault)
    filing.later_push()
    assert len(filing.filed()) == 1
    assert filing.waiting() == []


def test_5_11_a_customer_deleted_after_the_draft_is_a_warning(filing: Archive) -> None:
    filing.with_papers()
    fault = filing.box.faults.set("api_error", service="sellsy", method=UPLOAD, code="E_PARAM_INVALID")
    filing.push()
    filing.box.faults.remove(fault)
    filing.box.sellsy.delete_customer(filing.clients()[0])
    assert filing.later_push() is ExitCode.DONE
    assert filing.waiting() == [("document-upload-failed", 2)]


@pytest.mark.parametrize("method", ["Briefcases.getList", "GET WorkOrderSurvey"])
def test_5_11_a_service_that_is_down_ends_the_run_and_the_next_goes_on(filing: Archive, method: str) -> None:
    order = filing.with_papers("Contrôle")
    fault = filing.box.faults.set("status", method=method, status=502, times=None)
    assert filing.push().exit_code is ExitCode.UNAVAILABLE
    assert len(filing.drafts()) == 1
    filing.box.faults.remove(fault)
    assert filing.later_push() is ExitCode.DONE
    assert sorted(filing.names()) == sorted(filing.bt(order, name) for name in (REPORT, "Contrôle.pdf"))


def test_5_11_a_file_that_simon_fails_to_give_is_this_files_matter_alone(filing: Archive) -> None:
    """Simon answers otherwise: neither the other files nor the exit code suffer."""
    order = filing.with_papers("Contrôle")
    fault = filing.box.faults.set(
        "status", service="simon", method="GET workorder/digitalpresentation", status=500, times=None
    )
    assert filing.push().exit_code is ExitCode.DONE
    assert filing.names() == [filing.bt(order, "Contrôle.pdf")]
    assert filing.waiting() == [("document-upload-failed", 1)]
    filing.box.faults.remove(fault)
    filing.later_push()
    assert sorted(filing.names()) == sorted(filing.bt(order, name) for name in (REPORT, "Contrôle.pdf"))
    assert filing.waiting() == []


def test_5_11_a_simon_that_is_down_altogether_ends_the_run(filing: Archive) -> None:
    filing.with_papers()
    filing.box.faults.set(
        "status", service="simon", method="GET workorder/digitalpresentation", status=500, times=None
    )
    filing.box.faults.set("status", service="simon", method="POST login", status=500, call=2, times=None)
    assert filing.push().exit_code is ExitCode.UNAVAILABLE
    assert len(filing.drafts()) == 1


def test_5_11_files_take_no_longer_than_a_run_may(filing: Archive) -> None:
    """Each file that Simon fails to give costs half a minute of patience; drafts must not wait for them."""
    orders = [filing.with_papers(customer=filing.clients()[place % 2]) for place in range(5)]
    filing.budget = timedelta(seconds=60)
    filing.box.faults.set(
        "status", service="simon", method="GET workorder/digitalpresentation", status=500, times=None
    )
    before = filing.elapsed()
    filing.push()
    assert filing.elapsed() - before < 180
    assert len(filing.drafts()) == len(orders)
    assert 1 <= len(filing.waiting()) < len(orders)


# --- forms that are finished later --------------------------------------------------------------------


def unfinished(firm: Archive, order: int, name: str) -> int:
    return firm.box.simon.add("WorkOrderSurvey", WorkOrderId=order, SurveyName=name)


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


# --- bad files ----------------------------------------------------------------------------------------

PDF_OF = "GET workorder/digitalpresentation"
FORM_OF = "GET workordersurvey/digitalpresentation"


@pytest.mark.parametrize("kind", ["empty", "html"])
def test_5_11_an_empty_or_foreign_work_order_pdf_is_drawn_instead(filing: Archive, kind: str) -> None:
    filing.with_papers()
    filing.box.faults.set(kind, service="simon", method=PDF_OF)
    assert filing.push().exit_code is ExitCode.DONE
    (stored,) = filing.filed()
    assert "Dépannage" in PdfReader(io.BytesIO(stored.content)).pages[0].extract_text()
    assert filing.waiting() == []


@pytest.mark.parametrize("kind", ["empty", "html"])
def test_5_11_an_empty_or_foreign_form_is_a_warning_until_simon_gives_it(filing: Archive, kind: str) -> None:
    filing.configure(documents=Documents.FORMS)
    order = filing.with_papers("Contrôle")
    fault = filing.box.faults.set(kind, service="simon", method=FORM_OF, times=None)
    assert filing.push().exit_code is ExitCode.DONE
    for times in (1, 2):
        # It is looked for again once an hour, not in every run.
        assert filing.later_push() is ExitCode.DONE
        assert filing.waiting() == [("document-unavailable", times)]
        assert filing.later_push(61) is ExitCode.DONE
    assert filing.filed() == []
    filing.box.faults.remove(fault)
    filing.later_push(61)
    assert filing.names() == [filing.bt(order, "Contrôle.pdf")]
    assert filing.waiting() == []


@pytest.mark.parametrize(
    ("name", "content", "arrives"),
    [
        pytest.param("photo.jpg", b"", False, id="zero bytes"),
        pytest.param("photo.jpg", b"\n <!DOCTYPE HTML><html>maintenance</html>", False, id="a web page"),
        pytest.param("mesures.html", b"<html>18 kW</html>", True, id="a web page that is one"),
        pytest.param("plan.pdf", b"%PDF-1.7\n" + b"0" * 20_000_000, True, id="20 MB"),
        pytest.param("sans nom", b"\x00\x01", True, id="no ending"),
    ],
)
def test_5_11_an_attachment_is_whatever_people_added_but_no_empty_file_and_no_error_page(
    filing: Archive, name: str, content: bytes, *, arrives: bool
) -> None:
    filing.configure(documents=Documents.NONE)
    order = filing.archived("Dépannage")
    filing.box.simon.attach(order, name, content)
    assert filing.push().exit_code is ExitCode.DONE
    assert [stored.content for stored in filing.filed()] == ([content] if arrives else [])
    assert filing.waiting() == ([] if arrives else [("document-unavailable", 1)])


HOSTILE = {
    "quotes and tags": ('<b>Contrôle</b> & "été"', "-b-Contrôle--b- & -été-"),
    "a path": ("../../etc/passwd", "-..-etc-passwd"),
    "an apostrophe": ("Contrôle d'été", "Contrôle d'été"),
    "an emoji": ("Contrôle ⚡", "Contrôle ⚡"),
    "several lines": ("Contrôle\r\nde l'été", "Contrôle de l'été"),
    "nothing but blanks": (" \t ", "Formulaire"),
    "three hundred letters": ("é" * 300, "é" * 119 + "…"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_5_11_a_forms_name_is_made_fit_for_a_file(filing: Archive, kind: str) -> None:
    given, shown = HOSTILE[kind]
    filing.configure(documents=Documents.FORMS)
    order = filing.archived("Dépannage")
    if kind == "nothing but blanks":
        given = "."  # Simon takes no blank name; one without a letter comes to the same.
    filing.box.simon.complete_survey(order, given)
    filing.push()
    assert filing.names() == [filing.bt(order, f"{shown}.pdf")]
    filing.box.log.clear()
    filing.later_push(61)
    assert filing.writes() == []


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
