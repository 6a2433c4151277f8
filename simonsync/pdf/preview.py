"""The draft that a work order would become, as a PDF plainly marked as no invoice [3.4].

ReportLab costs a tenth of a second: this module is imported where a PDF is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind, totals
from simonsync.domain.records import SellsyAccount
from simonsync.messages.render import Language, money, number, word
from simonsync.messages.render import day as day_text
from simonsync.pdf.layout import (
    Command,
    banner,
    document,
    facts,
    heading,
    listing,
    paragraph,
    table,
    text_section,
)

_DRAFT_COLUMNS: Final = (0.44, 0.14, 0.16, 0.1, 0.16)


def draw_preview(draft: DraftInvoice, firm: SellsyAccount, customer_name: str, language: Language) -> bytes:
    """Draw the draft that a work order would become, plainly marked as no invoice [3.4].

    Given the draft, the firm, how the customer is called and the reader's language, return the PDF: lines,
    the total before tax, VAT by rate and the total with tax, all as they would be sent.
    """
    warning = word("pdf-preview", language)
    title = f"{word('subject-work-order', language)} {draft.number}"

    def story() -> Iterator[Flowable]:
        yield from heading(firm.name, title)
        yield banner(warning)
        yield from facts(
            (word("customer", language), customer_name),
            (word("pdf-subject", language), draft.subject),
            *([(word("pdf-customer-reference", language), draft.reference)] if draft.reference else []),
            *_service_dates(draft, language),
        )
        yield from _draft_lines(draft.lines, language)
        yield from _totals(draft.lines, language)
        yield from text_section(word("pdf-note", language), draft.note or "")

    return document(story, f"{title} – {warning}", firm.name, language)


def _service_dates(draft: DraftInvoice, language: Language) -> Iterator[tuple[str, str]]:
    if draft.service_from is not None and draft.service_until is not None:
        days = dict.fromkeys(day_text(day, language) for day in (draft.service_from, draft.service_until))
        yield word("pdf-service-dates", language), " – ".join(days)


def _draft_lines(lines: Sequence[DraftLine], language: Language) -> Iterator[Flowable]:
    """Show comments over the full width, and what lies between them as tables."""
    for is_comment, together in groupby(lines, key=lambda line: line.kind is LineKind.COMMENT):
        if is_comment:
            for line in together:
                yield paragraph(line.text)
                yield Spacer(1, 3 * mm)
        else:
            names = ("pdf-article", "quantity", "unit-price", "tax", "pdf-line-total")
            columns = [word(name, language) for name in names]
            yield listing(columns, [_priced(line, language) for line in together], _DRAFT_COLUMNS)


def _priced(line: DraftLine, language: Language) -> tuple[str, ...]:
    text = "\n".join(part for part in (line.name, line.text) if part.strip())
    if line.discount:
        in_euros = line.discount_unit == "amount"
        off = money(line.discount, language) if in_euros else _percent(line.discount, language)
        text += f"\n{word('pdf-discount', language)} {off}"
    return (
        text,
        f"{number(line.quantity.normalize(), language)} {line.unit}".strip(),
        money(line.unit_price, language),
        _percent(line.tax_rate, language),
        money(line.total, language),
    )


def _percent(value: Decimal, language: Language) -> str:
    return f"{number(value.normalize(), language)} %"


def _totals(lines: tuple[DraftLine, ...], language: Language) -> Iterator[Flowable]:
    sums = totals(lines)
    rows = [(word("before-tax", language), money(sums.before_tax, language))]
    for tax in sums.taxes:
        rate = f"{word('tax', language)} {_percent(tax.rate, language)}"
        rows.append((f"{rate} ({money(tax.base, language)})", money(tax.amount, language)))
    rows.append((word("with-tax", language), money(sums.with_tax, language)))
    cells = [
        [Spacer(0, 0), paragraph(label, bold=last, right=True), paragraph(value, bold=last, right=True)]
        for line, (label, value) in enumerate(rows)
        for last in [line == len(rows) - 1]
    ]
    style: list[Command] = [("RIGHTPADDING", (0, 0), (-1, -1), 4), ("TOPPADDING", (0, 0), (-1, -1), 1)]
    yield KeepTogether([Spacer(1, 3 * mm), table(cells, (0.3, 0.5, 0.2), style), Spacer(1, 6 * mm)])
