"""Files reach Sellsy once, whatever happens on the way, and no bad one does [5.11]."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simonsync.errors import ExitCode
from simonsync.messages.render import Language, render
from simonsync.settings.declaration import Documents
from simonsync.store.ledger import Status
from tests.sync.filing import REPORT, UPLOAD, Archive

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
        state.database.execute("DELETE FROM journal WHERE code = 'document-uploaded'")
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


# --- bad files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "arrives"),
    [
        pytest.param("photo.jpg", b"", False, id="zero bytes"),
        pytest.param("photo.jpg", b"\n <!DOCTYPE HTML><html>maintenance</html>", False, id="a web page"),
        pytest.param("mesures.html", b"<html>18 kW</html>", True, id="a web page that is one"),
        pytest.param("plan.pdf", b"%PDF-1.7\n" + b"0" * 20_000_000, True, id="20 MB"),
        pytest.param("sans nom", b"\xff\xd8\x00", True, id="no ending"),
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


def test_5_11_files_that_were_never_looked_for_follow_after_any_pause(filing: Archive) -> None:
    order = filing.with_papers(photos=("avant.jpg",))
    filing.box.faults.set("drop_before", service="sellsy", method=UPLOAD, times=None)
    filing.box.faults.set("drop_before", service="sellsy", method="Briefcases.getList", times=None)
    filing.push()
    assert filing.entry(order).status is Status.SENT
    assert not filing.filed()
    filing.box.faults.clear()
    filing.later(days=40)
    filing.push()
    assert filing.names() == [filing.bt(order, "Rapport d'intervention.pdf"), filing.bt(order, "avant.jpg")]


def test_5_11_a_file_that_fails_after_a_long_pause_is_told_and_tried_again(filing: Archive) -> None:
    order = filing.with_papers()
    filing.box.faults.set("drop_before", service="sellsy", method="Briefcases.getList", times=None)
    filing.push()
    filing.box.faults.clear()
    filing.later(days=40)
    fault = filing.box.faults.set("status", service="sellsy", method=UPLOAD, status=404, times=None)
    filing.push()
    assert [code for code, _ in filing.waiting()] == ["document-upload-failed"]
    filing.later(days=3)
    filing.push()
    assert [code for code, _ in filing.waiting()] == ["document-upload-failed"]
    filing.box.faults.remove(fault)
    filing.later(days=3)
    filing.push()
    assert filing.waiting() == []
    assert filing.names() == [filing.bt(order, "Rapport d'intervention.pdf")]


def test_5_11_a_file_that_was_told_before_nothing_could_be_sent_for_weeks_follows(filing: Archive) -> None:
    order = filing.with_papers()
    fault = filing.box.faults.set(
        "api_error", service="sellsy", method=UPLOAD, code="E_PARAM_INVALID", times=None
    )
    filing.push()
    assert [code for code, _ in filing.waiting()] == ["document-upload-failed"]
    filing.box.faults.remove(fault)
    filing.later(days=40)
    filing.push()
    assert filing.waiting() == []
    assert filing.names() == [filing.bt(order, "Rapport d'intervention.pdf")]


def test_5_11_after_a_rebuild_only_the_files_of_the_last_week_are_looked_for(filing: Archive) -> None:
    filing.with_papers()
    filing.push()
    filing.later(days=30)
    young = filing.with_papers()
    filing.push()
    filing.later(minutes=5)
    with filing.state() as state:
        state.database.execute("DELETE FROM work_orders")
        state.database.execute("DELETE FROM bindings WHERE kind = 'file'")
        state.activation.on_machine("another machine")
    filing.sync()
    with filing.state() as state:
        state.activation.activate(filing.box.clock(), filing.box.clock())
    filing.later(minutes=5)
    filing.box.log.clear()
    filing.push()
    asked = [each.method for each in filing.box.log.entries() if each.method == "Briefcases.getList"]
    assert len(asked) == 1
    assert filing.entry(young).document_id is not None
