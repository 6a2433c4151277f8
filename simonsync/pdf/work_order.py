"""A work order as a PDF, as it is handed to the customer, where Simon has none [5.11].

ReportLab costs a tenth of a second: this module is imported where a PDF is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from zoneinfo import ZoneInfo

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table, TableStyle

from simonsync.domain.records import SellsyAccount, TimeKind, TimeSheet, WorkOrder, WorkPlace
from simonsync.messages.render import Language, moment, number, word
from simonsync.messages.render import day as day_text
from simonsync.pdf.layout import (
    FAINT,
    RULE,
    WIDTH,
    document,
    facts,
    heading,
    listing,
    paragraph,
    section_label,
    text_section,
)

_HUNDREDTH: Final = Decimal("0.01")


def draw_work_order(
    order: WorkOrder, firm: SellsyAccount, customer_name: str, language: Language, zone: ZoneInfo
) -> bytes:
    """Draw a work order as it is handed to the customer [5.11].

    Given the work order with used items and time sheets, the firm, how the customer is called, the account's
    language and zone, return the PDF: whose work it is and where, its dates, what was to be done and what
    was done, used items, minutes of travel and work with their sums, and a field to sign.
    """
    title = f"{word('subject-work-order', language)} {order.head.number}"

    def story() -> Iterator[Flowable]:
        yield from heading(firm.name, title)
        yield from facts(
            (word("customer", language), customer_name),
            (word("pdf-work-address", language), _address(order.place, firm.country)),
        )
        yield from facts(*_dates_and_reference(order, language, zone))
        yield from text_section(word("pdf-description", language), order.description)
        if order.work_done != order.description:
            yield from text_section(word("pdf-work-done", language), order.work_done)
        yield from _used_items(order, language)
        yield from _times(order.time_sheets, language)
        yield _signature(language)

    return document(story, title, firm.name, language)


def _address(place: WorkPlace | None, home: str) -> str:
    """Write a work address, a line each; its country only where it is not the firm's own."""
    if place is None:
        return ""
    country = place.country if place.country.strip().upper() != home.upper() else ""
    lines = (place.name, place.street, place.second_line, f"{place.zip_code} {place.town}", country)
    return "\n".join(line.strip() for line in lines if line.strip())


def _dates_and_reference(order: WorkOrder, language: Language, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    if order.head.created_at:
        yield word("pdf-created", language), moment(order.head.created_at, zone, language)
    if order.head.archived_at:
        yield word("pdf-archived", language), moment(order.head.archived_at, zone, language)
    if order.customer_reference.strip():
        yield word("pdf-customer-reference", language), order.customer_reference


def _used_items(order: WorkOrder, language: Language) -> Iterator[Flowable]:
    if not order.used_items:
        return
    yield from section_label(word("pdf-used-items", language))
    yield listing(
        (word("pdf-article", language), word("quantity", language)),
        [
            (used.description.strip() or "–", number(used.quantity.normalize(), language))
            for used in order.used_items
        ],
        (0.8, 0.2),
    )
    yield Spacer(1, 4 * mm)


def _times(sheets: Sequence[TimeSheet], language: Language) -> Iterator[Flowable]:
    if not sheets:
        return
    rows = [
        (_day(sheet.day, language), word(f"pdf-{sheet.kind}", language), _minutes(sheet.seconds, language))
        for sheet in sheets
    ]
    sums = [
        (word(f"pdf-total-{kind}", language), "", _minutes(seconds, language))
        for kind in TimeKind
        if (seconds := sum(sheet.seconds for sheet in sheets if sheet.kind is kind))
    ]
    yield from section_label(word("pdf-time", language))
    columns = (word("pdf-date", language), word("pdf-kind", language), word("pdf-minutes", language))
    yield listing(columns, rows + sums, (0.5, 0.3, 0.2), sums=len(sums), text=1)
    yield Spacer(1, 4 * mm)


def _day(of: date | None, language: Language) -> str:
    return day_text(of, language) if of else "–"


def _minutes(seconds: int, language: Language) -> str:
    return number((Decimal(seconds) / 60).quantize(_HUNDREDTH, ROUND_HALF_UP).normalize(), language)


def _signature(language: Language) -> Flowable:
    labels = (word("pdf-date", language), word("pdf-name-signature", language))
    field = Table(
        [[paragraph(label, 7.5, colour=FAINT) for label in labels]],
        colWidths=[0.3 * WIDTH, 0.7 * WIDTH],
        rowHeights=[30 * mm],
        style=TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("GRID", (0, 0), (-1, -1), 0.6, RULE)]),
    )
    return KeepTogether([Spacer(1, 4 * mm), field])
