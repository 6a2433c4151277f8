"""A quote of Sellsy becomes a work order in Simon [5.9, 5.10]."""

from __future__ import annotations

from dataclasses import dataclass

from simonsync.domain.key import Key
from simonsync.domain.records import NewUsedItem, NewWorkOrder, Quote, QuoteHead, QuoteRow, QuoteRowKind
from simonsync.rules.invoice import is_used_item, used_item_text
from simonsync.rules.text import contains, cut
from simonsync.settings.declaration import Settings, WorkOrderDescription

_SPEAKING = {QuoteRowKind.TITLE, QuoteRowKind.COMMENT, QuoteRowKind.ITEM, QuoteRowKind.FREE}
_REFERENCE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class QuotedWork:
    """A work order to be made, and the used items to be put on it."""

    work_order: NewWorkOrder
    used_items: tuple[NewUsedItem, ...]


def first_line(quote: Quote) -> str:
    """Return the first row that says something: a title, comment, article or free line, by rank."""
    for row in sorted(quote.rows, key=lambda row: row.rank):
        text = _row_text(row)
        if row.kind in _SPEAKING and text:
            return text
    return ""


def is_wanted(quote: Quote, settings: Settings) -> bool:
    """Tell whether a quote has the filter word in subject, note or first line [5.9.1]; no word wants all."""
    return is_surely_wanted(quote.head, settings) or contains(settings.quotes_containing, first_line(quote))


def is_surely_wanted(head: QuoteHead, settings: Settings) -> bool:
    """Tell whether a quote is wanted whatever its rows say, so that it need not be opened to know."""
    word = settings.quotes_containing
    return not word.strip() or contains(word, head.subject, head.note)


def work_order_of(quote: Quote, work_address: Key, settings: Settings) -> QuotedWork:
    """Return the work order for a quote: its customer, work address, description and used items."""
    order = NewWorkOrder(
        key=quote.head.key,
        customer=quote.head.customer,
        work_address=work_address,
        description=_description(quote, settings),
        customer_reference=cut(quote.head.number, _REFERENCE_LENGTH),
    )
    rows = sorted(quote.rows, key=lambda row: row.rank) if settings.quote_lines_as_used_items else ()
    return QuotedWork(
        order,
        tuple(
            NewUsedItem(row.key, order.key, row.product, used_item_text(row), row.quantity)
            for row in rows
            if is_used_item(row)
        ),
    )


def _description(quote: Quote, settings: Settings) -> str:
    """Describe the work: the quote's first line, its note or both [5.9.3], its terms if asked [5.9.4].

    Where they say nothing it is the quote's subject: nobody is sent out with an empty work order.
    """
    parts = {
        WorkOrderDescription.FIRST_LINE: (first_line(quote),),
        WorkOrderDescription.NOTE: (quote.head.note.strip(),),
        WorkOrderDescription.FIRST_LINE_AND_NOTE: (first_line(quote), quote.head.note.strip()),
    }[settings.work_order_description]
    terms = (quote.terms.strip(),) if settings.quote_terms else ()
    return "\n\n".join(part for part in (*parts, *terms) if part) or quote.head.subject.strip()


def _row_text(row: QuoteRow) -> str:
    return (row.text or row.reference).strip()
