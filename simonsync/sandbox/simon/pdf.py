"""The PDFs that Simon makes of a work order and of a completed questionnaire: small, real, readable."""

from __future__ import annotations

import io
from collections.abc import Iterable

from simonsync.sandbox.simon.refusal import not_found
from simonsync.sandbox.simon.world import SimonWorld

_FONT = "Helvetica"
_SIZE = 11
_LINE = 16
_MARGIN = 60
_TOP = 780


def work_order_pdf(world: SimonWorld, work_order: int) -> tuple[str, bytes]:
    """File name and bytes of a work order's PDF."""
    row = world.row("WorkOrder", work_order)
    location = world.row("Location", row["LocationId"])
    address = (location["Name"], location["Street"], location["ZipCode"], location["City"])
    lines = [
        row["Description"] or "",
        ", ".join(part for part in address if part),
        *(f"{used['Quantity']} x {used['Description']}" for used in world.children("UsedItem", work_order)),
        *(f"{sheet['Type']}: {sheet['Minutes']} min" for sheet in world.children("TimeSheet", work_order)),
    ]
    return f"{row['Number']}.pdf", _draw(f"Bon de travail {row['Number']}", lines)


def survey_pdf(world: SimonWorld, survey: int) -> tuple[str, bytes]:
    """File name and bytes of a questionnaire's PDF; 404 until it is completed."""
    row = world.row("WorkOrderSurvey", survey)
    if row["CompletedDate"] is None:
        raise not_found(f"The questionnaire {survey} is not completed.", "WorkOrderSurvey")
    number = world.row("WorkOrder", row["WorkOrderId"])["Number"]
    lines = [f"Bon de travail {number}", f"{row['CompletedDate']:%d/%m/%Y %H:%M}"]
    return f"{row['SurveyName']}.pdf", _draw(row["SurveyName"], lines)


def _draw(title: str, lines: Iterable[str]) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    # Invariant: the same record gives the same bytes, so that a client may compare them.
    canvas = Canvas(target, pagesize=A4, invariant=1)
    canvas.setTitle(title)
    canvas.setFont(f"{_FONT}-Bold", 16)
    canvas.drawString(_MARGIN, _TOP, title)
    canvas.setFont(_FONT, _SIZE)
    height = _TOP - 2 * _LINE
    for line in (part for text in lines for part in simpleSplit(text, _FONT, _SIZE, A4[0] - 2 * _MARGIN)):
        if height < _MARGIN:
            canvas.showPage()
            canvas.setFont(_FONT, _SIZE)
            height = _TOP
        canvas.drawString(_MARGIN, height, line)
        height -= _LINE
    canvas.save()
    return target.getvalue()
