"""What the office sees, and what its buttons do: what the commands show and do."""

from __future__ import annotations

import threading
from pathlib import Path

from simonsync.account.cleanup import clean_up
from simonsync.account.readiness import not_ready
from simonsync.desk.doing import Doing
from simonsync.errors import ExitCode
from simonsync.messages.kinds import Message
from simonsync.rules.cleanup import Limits
from simonsync.store.ledger import Status
from simonsync.store.lock import hold_lock
from tests.desk.conftest import Seat


def test_a_case_is_shown_with_its_remedy_and_closed_by_a_button(desk: Seat) -> None:
    order = desk.firm.archived(work=30, CustomerId=None)
    said = desk.press("/sync")
    assert "simonsync sync" in said
    assert desk.number(order) in said
    needs = desk.get("/needs")
    assert f'href="/work-orders/{order}"' in needs
    for button in ("Try again", "Never invoice"):
        assert f'aria-label="{button} – {desk.number(order)}"' in needs
    desk.get(f"/work-orders/{order}")
    assert "Done." in desk.press("/resolve", record=str(order), choice="never")
    assert desk.firm.entry(order).status is Status.NEVER
    (done,) = [each for each in desk.firm.journal(codes=["desk-action"]) if each.record == str(order)]
    assert done.message.params["who"] == "amelie"
    assert done.message.params["command"] == f"simonsync resolve {desk.number(order)} --never"
    assert "amelie has done this at the desk" in desk.get("/journal")
    assert desk.number(order) not in desk.get("/needs")


def test_what_was_cured_goes_at_the_next_try(desk: Seat) -> None:
    order = desk.firm.archived(work=30, CustomerId=None)
    desk.press("/sync")
    card = desk.firm.simon_id("Customer", f"customer:{desk.firm.clients()[0]}")
    desk.firm.box.simon.edit("WorkOrder", order, CustomerId=card)
    assert "Done." in desk.press("/send", record=str(order))
    assert desk.firm.entry(order).status is Status.SENT
    assert len(desk.firm.drafts()) == 1
    page = desk.get(f"/work-orders/{order}")
    assert str(desk.firm.drafts()[0].id) in page
    pdf = desk.browser.get(f"{desk.root}/work-orders/{order}/preview.pdf", timeout=20)
    assert pdf.content.startswith(b"%PDF")


def test_candidates_stand_side_by_side_with_their_differences_and_one_is_adopted(desk: Seat) -> None:
    order = desk.firm.archived("un", work=30)
    desk.press("/sync")
    (first,) = desk.firm.drafts()
    sellsy = desk.firm.box.sellsy
    second = sellsy.add_document("invoice", first.third_id, subject=first.subject, tags=list(first.tags))
    desk.later(minutes=61)
    desk.press("/sync")
    assert "Compare and choose" in desk.get("/needs")
    page = desk.get(f"/work-orders/{order}")
    for document in (first, second):
        assert f'name="document" value="{document.id}"' in page
    # The copy has no line: its lines and its total differ, and nothing else does.
    assert page.count("≠") == 2
    said = desk.press("/resolve", record=str(order), choice="adopt", document=str(second.id))
    assert "Done." in said
    assert desk.firm.entry(order).document_id == str(second.id)


def test_a_draft_to_look_at_is_closed_by_a_word(desk: Seat) -> None:
    order = desk.firm.archived(work=30, ready=False)
    desk.firm.box.simon.use_item(order, None, 1, "Câble")
    desk.firm.ready(order)
    desk.press("/sync")
    assert "I have looked at it" in desk.get("/look")
    assert desk.number(order) not in desk.get("/needs")
    desk.press("/resolve", record=str(order), choice="seen")
    assert "I have looked at it" not in desk.get("/look")
    assert desk.firm.to_look_at() == []


def test_what_does_not_fit_is_said_as_the_command_says_it(desk: Seat) -> None:
    order = desk.firm.archived(work=30)
    desk.press("/sync")
    assert "This was not done" in desk.press("/resolve", record=str(order), choice="never")
    assert desk.firm.entry(order).status is Status.SENT
    assert desk.firm.journal(codes=["desk-action"])[-1].message.params["command"] == "simonsync sync"
    assert "There is no work order" in desk.press("/find", number="0000") or "0000" in desk.press(
        "/find", number="0000"
    )


def test_another_run_is_said_and_nothing_is_queued(desk: Seat) -> None:
    order = desk.firm.archived(work=30)
    account = desk.site.account()
    with hold_lock(account.lock, "cleanup", desk.firm.now()):
        said = desk.press("/sync")
    assert "cleanup" in said
    assert desk.firm.drafts() == []
    desk.press("/sync")
    assert desk.firm.entry(order).status is Status.SENT


def test_who_presses_twice_is_told_and_nothing_is_done_twice(desk: Seat) -> None:
    going, free = threading.Event(), threading.Event()

    def act(_doing: Doing) -> tuple[ExitCode, tuple[Message, ...]]:
        going.set()
        free.wait(20)
        return ExitCode.DONE, ()

    assert desk.site.begin("sync", act)
    going.wait(20)
    try:
        answer = desk.browser.post(f"{desk.root}/sync", data={"token": desk.token}, timeout=20)
        assert "Nothing was queued" in answer.text
        assert "In progress: sync" in desk.get("/needs").replace("\n", " ").replace(
            "  ", " "
        ) or "sync" in desk.get("/")
        assert 'data-live="1"' in desk.get("/doing")
    finally:
        free.set()


def test_a_save_is_checked_in_sellsy_and_written_as_configure_does(desk: Seat) -> None:
    file = desk.site.configured().file
    before = file.read_text()
    wrong = desk.press("/save", work_time_product="service", **{"work_time_product.reference": "NONE-1"})
    assert "NONE-1" in wrong
    assert file.read_text() == before
    refused = desk.press("/save", invoice_note="everything")
    assert "This was not done" in refused
    said = desk.press(
        "/save",
        work_time_product="service",
        invoice_note="description",
        **{"work_time_product.reference": "SER001"},
    )
    assert "Done." in said
    text = file.read_text()
    assert text.startswith("# Our firm.\n")
    assert "work_time_product: service:SER001" in text
    page = desk.get("/settings")
    assert 'value="SER001"' in page
    done = desk.firm.journal(codes=["desk-action"])[-1]
    assert done.message.params["command"] == "simonsync configure --set invoice_note=description"


def test_7_3_deletions_that_wait_are_shown_with_their_reason_and_go_once_approved(desk: Seat) -> None:
    for number in range(4):
        desk.firm.box.simon.add("Customer", Name=f"Stranger {number}")
    plan = clean_up(desk.site.account(), Limits(3, 100)).as_json()["id"]
    page = desk.get("/deletions")
    assert page.count("Stranger") == 4
    assert "made in Simon" in page
    assert "Done." in desk.press("/approve", plan=str(plan))
    assert not [row for row in desk.firm.box.simon.rows("Customer") if "Stranger" in str(row["Name"])]
    assert "No deletions wait" in desk.get("/deletions")
    assert "This was not done" not in desk.get("/")
    assert "plan" in desk.press("/approve", plan="00000000")


def test_the_journal_is_searched_by_words_whatever_their_accents(desk: Seat) -> None:
    desk.firm.archived("Électricité", work=30, CustomerId=None)
    desk.press("/sync")
    answer = desk.browser.post(
        f"{desk.root}/journal",
        data={"token": desk.token, "words": "NÔ CUSTOMER", "severity": "error"},
        timeout=20,
    )
    assert answer.text.count('<article class="case error"') == 1
    none = desk.browser.post(f"{desk.root}/journal", data={"token": desk.token, "words": "zzz"}, timeout=20)
    assert "<article" not in none.text


def test_readiness_is_what_the_command_lists(desk: Seat) -> None:
    assert "<section>" not in desk.get("/e-invoicing")
    found = not_ready(desk.site.account())
    page = desk.press("/e-invoicing")
    assert page.count("<section>") == len(found) > 0


def test_a_configuration_that_breaks_while_the_desk_is_open_is_said_on_the_page(
    desk: Seat, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text("sellsi: {}\n")
    assert "sellsi" in desk.get("/settings")


def test_a_document_that_sellsy_refuses_to_show_leaves_the_others_and_the_buttons(desk: Seat) -> None:
    order = desk.firm.archived(work=30)
    desk.press("/sync")
    (draft,) = desk.firm.drafts()
    known = {"subject": draft.subject, "tags": list(draft.tags)}
    desk.firm.box.sellsy.add_document("invoice", draft.third_id, **known)
    for _ in range(14):
        desk.firm.later(minutes=5)
        desk.firm.push()
    refusal = {"code": "E_PRIV_NOT_ALLOWED", "method": "Document.getOne", "times": None}
    desk.firm.box.faults.set("api_error", service="sellsy", **refusal)
    page = desk.get(f"/work-orders/{order}")
    assert "This is its invoice" in page
