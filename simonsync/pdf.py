"""Work orders and previews as PDFs, where people want paper [3.4, 5.11].

The same values give the same bytes: nothing of the moment of drawing enters them, so that a file that was
sent before is recognised. Whatever people typed is shown as they typed it; a character that the font does not
have is shown by its nearest letters, or as `?`.

ReportLab costs a tenth of a second: this module is imported where a PDF is drawn.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from io import BytesIO
from itertools import groupby
from textwrap import wrap
from typing import Any, Final
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind, totals
from simonsync.domain.records import SellsyAccount, TimeKind, TimeSheet, WorkOrder, WorkPlace
from simonsync.messages.render import Language, moment, money, number, word
from simonsync.messages.render import day as day_text

_Command = tuple[str, tuple[int, int], tuple[int, int], *tuple[Any, ...]]
"""What a table's style is made of: name, first and last cell (column, line), values."""

_FONT, _BOLD = "Vera", "Vera-Bold"
_MARGIN: Final = 18 * mm
_WIDTH: Final = A4[0] - 2 * _MARGIN
_PADDING: Final = 6
"""What ReportLab itself keeps free around the text, in points."""
_INK, _FAINT, _RULE, _SHADE = (HexColor(code) for code in ("#1c2733", "#5b6875", "#c5ccd3", "#eef1f4"))
_WARNING: Final = HexColor("#b3261e")
_HUNDREDTH = Decimal("0.01")
_UNKNOWN = "?"
_SHORT, _SHORT_LINES = 500, 12
"""Characters and lines of names and addresses, many times what is usual."""
_NARROW, _PIECE_LINES = 40, 25
"""Characters on a line of the narrowest column of texts, and lines of one row of a table."""
_DRAFT_COLUMNS: Final = (0.44, 0.14, 0.16, 0.1, 0.16)


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
        yield from _heading(firm.name, title)
        yield from _facts(
            (word("customer", language), customer_name),
            (word("pdf-work-address", language), _address(order.place, firm.country)),
        )
        yield from _facts(*_dates_and_reference(order, language, zone))
        yield from _text_section(word("pdf-description", language), order.description)
        if order.work_done != order.description:
            yield from _text_section(word("pdf-work-done", language), order.work_done)
        yield from _used_items(order, language)
        yield from _times(order.time_sheets, language)
        yield _signature(language)

    return _document(story, title, firm.name, language)


def draw_preview(draft: DraftInvoice, firm: SellsyAccount, customer_name: str, language: Language) -> bytes:
    """Draw the draft that a work order would become, plainly marked as no invoice [3.4].

    Given the draft, the firm, how the customer is called and the reader's language, return the PDF: lines,
    the total before tax, VAT by rate and the total with tax, all as they would be sent.
    """
    warning = word("pdf-preview", language)
    title = f"{word('subject-work-order', language)} {draft.number}"

    def story() -> Iterator[Flowable]:
        yield from _heading(firm.name, title)
        yield _banner(warning)
        yield from _facts(
            (word("customer", language), customer_name),
            (word("pdf-subject", language), draft.subject),
            *([(word("pdf-customer-reference", language), draft.reference)] if draft.reference else []),
            *_service_dates(draft, language),
        )
        yield from _draft_lines(draft.lines, language)
        yield from _totals(draft.lines, language)
        yield from _text_section(word("pdf-note", language), draft.note or "")

    return _document(story, f"{title} – {warning}", firm.name, language)


def _service_dates(draft: DraftInvoice, language: Language) -> Iterator[tuple[str, str]]:
    if draft.service_from is not None and draft.service_until is not None:
        days = dict.fromkeys(day_text(day, language) for day in (draft.service_from, draft.service_until))
        yield word("pdf-service-dates", language), " – ".join(days)


# --- the page -----------------------------------------------------------------------------------------


def _document(story: Callable[[], Iterator[Flowable]], title: str, author: str, language: Language) -> bytes:
    _fonts()
    file = BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_MARGIN - _PADDING,
        rightMargin=_MARGIN - _PADDING,
        topMargin=_MARGIN - _PADDING,
        bottomMargin=_MARGIN + 6 * mm,
        title=_shown(title),
        author=_shown(author),
        creator="simonsync",
        lang=language.value,
        # No date of making and no random id: equal work orders give equal files.
        invariant=1,
    )

    def footer(canvas: Canvas, _document: object) -> None:
        canvas.saveState()
        canvas.setStrokeColor(_RULE)
        canvas.line(_MARGIN, _MARGIN + 4 * mm, A4[0] - _MARGIN, _MARGIN + 4 * mm)
        canvas.setFillColor(_FAINT)
        canvas.setFont(_FONT, 7.5)
        canvas.drawString(_MARGIN, _MARGIN, _cut(_shown(title), 90))
        canvas.doForm(_page_number_form(canvas.getPageNumber()))
        canvas.restoreState()

    document.build(list(story()), onFirstPage=footer, onLaterPages=footer, canvasmaker=_NumberedCanvas)
    return file.getvalue()


class _NumberedCanvas(Canvas):
    """Fills in `1/3` on each page at the end, when it is known how many there are."""

    def save(self) -> None:
        """Draw what the pages' footers point at, then close the document."""
        pages = self.getPageNumber() - 1
        for page in range(1, pages + 1):
            self.beginForm(_page_number_form(page))
            self.setFillColor(_FAINT)
            self.setFont(_FONT, 7.5)
            self.drawRightString(A4[0] - _MARGIN, _MARGIN, f"{page}/{pages}")
            self.endForm()
        super().save()


def _page_number_form(page: int) -> str:
    return f"page-number-{page}"


@cache
def _fonts() -> frozenset[int]:
    """Register the fonts that ReportLab brings along; return the characters they have."""
    regular = TTFont(_FONT, "Vera.ttf")
    pdfmetrics.registerFont(regular)
    pdfmetrics.registerFont(TTFont(_BOLD, "VeraBd.ttf"))
    return frozenset(regular.face.charToGlyph)


# --- texts --------------------------------------------------------------------------------------------


def _shown(text: str) -> str:
    """Return a text in characters that the font has: `ő` becomes `o`, an emoji `?`."""
    known = _fonts()
    return "".join(char if char == "\n" or ord(char) in known else _nearest(char, known) for char in text)


def _nearest(char: str, known: frozenset[int]) -> str:
    if char in "\t\v\f\x85\u2028\u2029":
        return " " if char == "\t" else "\n"
    if unicodedata.category(char) in {"Cc", "Cf", "Mn", "Me"}:
        # Invisible by itself: marks that were joined to a letter or an emoji, joiners, control characters.
        return ""
    letters = [
        part for part in unicodedata.normalize("NFKD", char) if unicodedata.category(part) not in {"Mn", "Me"}
    ]
    return "".join(letters) if letters and all(ord(part) in known for part in letters) else _UNKNOWN


def _cut(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _short(text: str) -> str:
    """Keep a name or an address to what a form has room for."""
    lines = text.strip().splitlines()[:_SHORT_LINES]
    return "\n".join(_cut(line, _SHORT // len(lines)) for line in lines)


def _pieces(text: str) -> Iterator[str]:
    """Cut a text so that each piece fits on a page: a table breaks between its rows only."""
    piece: list[str] = []
    for line in text.splitlines() or [""]:
        for part in wrap(line, _SHORT) or [""]:
            if sum(len(each) // _NARROW + 1 for each in (*piece, part)) > _PIECE_LINES:
                yield "\n".join(piece)
                piece = []
            piece.append(part)
    yield "\n".join(piece)


def _paragraph(
    text: str, size: float = 9, *, bold: bool = False, colour: Color = _INK, right: bool = False
) -> Paragraph:
    """Make a paragraph of what somebody typed: no character of it is markup, its line breaks stay."""
    lines = (
        _shown(unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n"))
        .strip()
        .split("\n")
    )
    style = _style(size, bold=bold, colour=colour, right=right)
    return Paragraph("<br/>".join(escape(line.rstrip()) for line in lines), style)


@cache
def _style(size: float, *, bold: bool, colour: Color, right: bool) -> ParagraphStyle:
    return ParagraphStyle(
        "text",
        fontName=_BOLD if bold else _FONT,
        fontSize=size,
        leading=size * 1.4,
        textColor=colour,
        alignment=TA_RIGHT if right else 0,
        splitLongWords=1,
    )


# --- building blocks ------------------------------------------------------------------------------------


def _heading(firm: str, title: str) -> Iterator[Flowable]:
    yield _table(
        [[_paragraph(_short(firm), 11, bold=True), _paragraph(title, 13, bold=True, right=True)]],
        (0.5, 0.5),
        [("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LINEBELOW", (0, 0), (-1, -1), 1.2, _INK)],
    )
    yield Spacer(1, 4 * mm)


def _facts(*facts: tuple[str, str]) -> Iterator[Flowable]:
    """Show what belongs together side by side, each below its label."""
    if not facts:
        return
    share = 1 / len(facts)
    yield _table(
        [
            [_paragraph(label, 7.5, colour=_FAINT) for label, _value in facts],
            [_paragraph(_short(value) or "–", 9.5) for _label, value in facts],
        ],
        (share,) * len(facts),
        [
            ("RIGHTPADDING", (0, 0), (-2, -1), 8),
            ("BOTTOMPADDING", (0, 0), (-1, 0), 0),
            ("TOPPADDING", (0, 1), (-1, 1), 1),
        ],
    )
    yield Spacer(1, 3 * mm)


def _text_section(label: str, text: str) -> Iterator[Flowable]:
    if text.strip():
        yield from _section_label(label)
        yield _paragraph(text)
        yield Spacer(1, 4 * mm)


def _section_label(label: str) -> Iterator[Flowable]:
    # A label alone at the foot of a page belongs to nothing.
    yield CondPageBreak(25 * mm)
    yield _paragraph(label, 9.5, bold=True)


def _banner(text: str) -> Flowable:
    return KeepTogether(
        [
            _table(
                [[_paragraph(text, 12, bold=True, colour=_WARNING)]],
                (1,),
                [("BOX", (0, 0), (-1, -1), 1, _WARNING), ("LEFTPADDING", (0, 0), (-1, -1), 6)],
            ),
            Spacer(1, 4 * mm),
        ]
    )


def _listing(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    *,
    sums: int = 0,
    text: int = 0,
) -> Flowable:
    """Make a table of columns under their names, repeated on every page; the last `sums` rows are totals.

    Every column but those up to `text` holds numbers.
    """
    cells = [[_paragraph(name, 7.5, colour=_FAINT, right=place > text) for place, name in enumerate(columns)]]
    for line, row in enumerate(rows):
        is_sum = line >= len(rows) - sums
        for piece, part in enumerate(_pieces(row[0])):
            shown = (part, *(row[1:] if piece == 0 else [""] * len(row[1:])))
            cells.append(
                [_paragraph(cell, bold=is_sum, right=place > text) for place, cell in enumerate(shown)]
            )
    style: list[_Command] = [
        ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, _RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    return _table(cells, shares, style, repeated=1)


def _table(
    cells: Sequence[Sequence[Flowable]],
    shares: Sequence[float],
    style: Sequence[_Command],
    *,
    repeated: int = 0,
) -> Table:
    """Make a table of the full width; it breaks between its rows."""
    return Table(
        [list(row) for row in cells],
        colWidths=[share * _WIDTH for share in shares],
        repeatRows=repeated,
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                *style,
            ]
        ),
    )


# --- a work order -------------------------------------------------------------------------------------


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
    yield from _section_label(word("pdf-used-items", language))
    yield _listing(
        (word("pdf-article", language), word("quantity", language)),
        [
            (used.description.strip() or "–", number(_plain(used.quantity), language))
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
    yield from _section_label(word("pdf-time", language))
    columns = (word("pdf-date", language), word("pdf-kind", language), word("pdf-minutes", language))
    yield _listing(columns, rows + sums, (0.5, 0.3, 0.2), sums=len(sums), text=1)
    yield Spacer(1, 4 * mm)


def _day(of: date | None, language: Language) -> str:
    return day_text(of, language) if of else "–"


def _minutes(seconds: int, language: Language) -> str:
    return number(_plain((Decimal(seconds) / 60).quantize(_HUNDREDTH, ROUND_HALF_UP)), language)


def _plain(value: Decimal) -> Decimal:
    """Leave out zeros behind the point."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _signature(language: Language) -> Flowable:
    labels = (word("pdf-date", language), word("pdf-name-signature", language))
    field = Table(
        [[_paragraph(label, 7.5, colour=_FAINT) for label in labels]],
        colWidths=[0.3 * _WIDTH, 0.7 * _WIDTH],
        rowHeights=[30 * mm],
        style=TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("GRID", (0, 0), (-1, -1), 0.6, _RULE)]),
    )
    return KeepTogether([Spacer(1, 4 * mm), field])


# --- a preview ----------------------------------------------------------------------------------------


def _draft_lines(lines: Sequence[DraftLine], language: Language) -> Iterator[Flowable]:
    """Show comments over the full width, and what lies between them as tables."""
    for is_comment, together in groupby(lines, key=lambda line: line.kind is LineKind.COMMENT):
        if is_comment:
            for line in together:
                yield _paragraph(line.text)
                yield Spacer(1, 3 * mm)
        else:
            names = ("pdf-article", "quantity", "unit-price", "tax", "pdf-line-total")
            columns = [word(name, language) for name in names]
            yield _listing(columns, [_priced(line, language) for line in together], _DRAFT_COLUMNS)


def _priced(line: DraftLine, language: Language) -> tuple[str, ...]:
    text = "\n".join(part for part in (line.name, line.text) if part.strip())
    if line.discount:
        in_euros = line.discount_unit == "amount"
        off = money(line.discount, language) if in_euros else _percent(line.discount, language)
        text += f"\n{word('pdf-discount', language)} {off}"
    return (
        text,
        f"{number(_plain(line.quantity), language)} {line.unit}".strip(),
        money(line.unit_price, language),
        _percent(line.tax_rate, language),
        money(line.total, language),
    )


def _percent(value: Decimal, language: Language) -> str:
    return f"{number(_plain(value), language)} %"


def _totals(lines: tuple[DraftLine, ...], language: Language) -> Iterator[Flowable]:
    sums = totals(lines)
    rows = [(word("before-tax", language), money(sums.before_tax, language))]
    for tax in sums.taxes:
        rate = f"{word('tax', language)} {_percent(tax.rate, language)}"
        rows.append((f"{rate} ({money(tax.base, language)})", money(tax.amount, language)))
    rows.append((word("with-tax", language), money(sums.with_tax, language)))
    cells = [
        [Spacer(0, 0), _paragraph(label, bold=last, right=True), _paragraph(value, bold=last, right=True)]
        for line, (label, value) in enumerate(rows)
        for last in [line == len(rows) - 1]
    ]
    style: list[_Command] = [("RIGHTPADDING", (0, 0), (-1, -1), 4), ("TOPPADDING", (0, 0), (-1, -1), 1)]
    yield KeepTogether([Spacer(1, 3 * mm), _table(cells, (0.3, 0.5, 0.2), style), Spacer(1, 6 * mm)])
