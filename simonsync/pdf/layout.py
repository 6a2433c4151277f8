"""What every PDF of ours is made of: page, texts, sections and tables.

The same values give the same bytes: nothing of the moment of drawing enters them, so that a file that was
sent before is recognised. Whatever people typed is shown as they typed it; a character that the font does not
have is shown by its nearest letters, or as `?`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from io import BytesIO
from textwrap import wrap
from typing import Any, Final
from xml.sax.saxutils import escape

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

from simonsync.messages.render import Language

Command = tuple[str, tuple[int, int], tuple[int, int], *tuple[Any, ...]]
"""What a table's style is made of: name, first and last cell (column, line), values."""

_FONT, _BOLD = "Vera", "Vera-Bold"
_MARGIN: Final = 18 * mm
WIDTH: Final = A4[0] - 2 * _MARGIN
_PADDING: Final = 6
"""What ReportLab itself keeps free around the text, in points."""
_INK, FAINT, RULE, _SHADE = (HexColor(code) for code in ("#1c2733", "#5b6875", "#c5ccd3", "#eef1f4"))
_WARNING: Final = HexColor("#b3261e")
_UNKNOWN = "?"
_SHORT, _SHORT_LINES = 500, 12
"""Characters and lines of names and addresses, many times what is usual."""
_NARROW, _PIECE_LINES = 40, 25
"""Characters on a line of the narrowest column of texts, and lines of one row of a table."""


# --- the page -----------------------------------------------------------------------------------------


def document(story: Callable[[], Iterator[Flowable]], title: str, author: str, language: Language) -> bytes:
    """Lay the parts of a story out on numbered pages of A4, and return the PDF."""
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
        canvas.setStrokeColor(RULE)
        canvas.line(_MARGIN, _MARGIN + 4 * mm, A4[0] - _MARGIN, _MARGIN + 4 * mm)
        canvas.setFillColor(FAINT)
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
            self.setFillColor(FAINT)
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


def paragraph(
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


def heading(firm: str, title: str) -> Iterator[Flowable]:
    """Open the page: whose it is, and what it is."""
    yield table(
        [[paragraph(_short(firm), 11, bold=True), paragraph(title, 13, bold=True, right=True)]],
        (0.5, 0.5),
        [("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LINEBELOW", (0, 0), (-1, -1), 1.2, _INK)],
    )
    yield Spacer(1, 4 * mm)


def facts(*facts: tuple[str, str]) -> Iterator[Flowable]:
    """Show what belongs together side by side, each below its label."""
    if not facts:
        return
    share = 1 / len(facts)
    yield table(
        [
            [paragraph(label, 7.5, colour=FAINT) for label, _value in facts],
            [paragraph(_short(value) or "–", 9.5) for _label, value in facts],
        ],
        (share,) * len(facts),
        [
            ("RIGHTPADDING", (0, 0), (-2, -1), 8),
            ("BOTTOMPADDING", (0, 0), (-1, 0), 0),
            ("TOPPADDING", (0, 1), (-1, 1), 1),
        ],
    )
    yield Spacer(1, 3 * mm)


def text_section(label: str, text: str) -> Iterator[Flowable]:
    """Show a text under its label; nothing where there is none."""
    if text.strip():
        yield from section_label(label)
        yield paragraph(text)
        yield Spacer(1, 4 * mm)


def section_label(label: str) -> Iterator[Flowable]:
    """Head what follows."""
    # A label alone at the foot of a page belongs to nothing.
    yield CondPageBreak(25 * mm)
    yield paragraph(label, 9.5, bold=True)


def banner(text: str) -> Flowable:
    """Warn in a box over the full width."""
    return KeepTogether(
        [
            table(
                [[paragraph(text, 12, bold=True, colour=_WARNING)]],
                (1,),
                [("BOX", (0, 0), (-1, -1), 1, _WARNING), ("LEFTPADDING", (0, 0), (-1, -1), 6)],
            ),
            Spacer(1, 4 * mm),
        ]
    )


def listing(
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
    cells = [[paragraph(name, 7.5, colour=FAINT, right=place > text) for place, name in enumerate(columns)]]
    for line, row in enumerate(rows):
        is_sum = line >= len(rows) - sums
        for piece, part in enumerate(_pieces(row[0])):
            shown = (part, *(row[1:] if piece == 0 else [""] * len(row[1:])))
            cells.append(
                [paragraph(cell, bold=is_sum, right=place > text) for place, cell in enumerate(shown)]
            )
    style: list[Command] = [
        ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    return table(cells, shares, style, repeated=1)


def table(
    cells: Sequence[Sequence[Flowable]],
    shares: Sequence[float],
    style: Sequence[Command],
    *,
    repeated: int = 0,
) -> Table:
    """Make a table of the full width; it breaks between its rows."""
    return Table(
        [list(row) for row in cells],
        colWidths=[share * WIDTH for share in shares],
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
