"""Where Simon has no PDF of a work order, its own is drawn and sent [5.11]."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from simonsync.account.execution import execute
from simonsync.domain.records import SellsyAccount, WorkOrder
from simonsync.messages.render import Language
from simonsync.pdf.work_order import draw_work_order
from simonsync.settings.declaration import Documents
from simonsync.sync import cycle
from tests.firm import Firm


def drawn(order: WorkOrder, firm: SellsyAccount, customer_name: str) -> bytes:
    return draw_work_order(order, firm, customer_name, Language.FR, ZoneInfo("Europe/Paris"))


def push(firm: Firm, draw: Callable[[WorkOrder, SellsyAccount, str], bytes | None]) -> None:
    execute(replace(firm.account(), draw=draw), "push", cycle.push)


@pytest.fixture
def sending(active: Firm) -> Firm:
    active.configure(documents=Documents.WORK_ORDER)
    active.box.simon.switches.work_order_pdf = "none"
    return active


def test_5_11_a_drawn_work_order_names_its_customer_and_is_stored_with_it(sending: Firm) -> None:
    client = sending.clients()[0]
    order = sending.archived("Remplacer le tableau", customer=client, work=90, items=(("SER001", 1),))
    push(sending, drawn)
    (stored,) = sending.box.sellsy.files_of(client)
    number = sending.box.simon.row("WorkOrder", order)["Number"]
    assert stored.file_name == f"BT-{number} Rapport d'intervention.pdf"
    text = " ".join(PdfReader(BytesIO(stored.content)).pages[0].extract_text().split())
    assert f"Client Adresse de travail {sending.box.sellsy.customers[client].full_name}" in text
    assert "Remplacer le tableau" in text
    assert "Total temps de travail 90" in text


def test_5_11_what_cannot_be_drawn_is_a_warning_and_the_draft_stays(sending: Firm) -> None:
    sending.archived(customer=sending.clients()[0], work=90)
    push(sending, lambda _order, _firm, _name: None)
    assert len(sending.drafts()) == 1
    assert sending.codes(codes=["document-unavailable"]) == ["document-unavailable"]
