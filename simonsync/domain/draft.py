"""The draft invoice that a work order becomes, and the arithmetic of its totals [3.4]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from simonsync.domain.key import Key
from simonsync.messages.kinds import Message

CENT = Decimal("0.01")


class LineKind(StrEnum):
    """What a line of a draft is."""

    COMMENT = "comment"
    ITEM = "item"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line of a draft invoice, with the reason for it.

    Attributes:
        source: the Simon record or the setting that the line comes from (`used_item:12`, `work_time`).
        product: the article of Sellsy; None for comments and free lines.
        name: reference of the article, or the free text.
        text: commercial name, or the comment. Plain text; the adapter escapes it.
        quantity: as in Simon; hours for time.
        unit_price: euros before tax.
        tax_rate: in per cent.
        discount: taken off by Sellsy, in per cent or euros as `discount_unit` says.
        why: how the line came about, for `explain` and `preview`.
    """

    kind: LineKind
    source: str
    why: Message
    text: str = ""
    name: str = ""
    product: Key | None = None
    quantity: Decimal = Decimal(0)
    unit: str = ""
    unit_price: Decimal = Decimal(0)
    tax_id: str = ""
    tax_rate: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    discount_unit: str = "percent"

    @property
    def total(self) -> Decimal:
        """What the line adds to the total before tax, in euros, rounded to cents as Sellsy does."""
        gross = self.quantity * self.unit_price
        off = self.discount if self.discount_unit == "amount" else gross * self.discount / 100
        return (gross - off).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """What one VAT rate amounts to, in euros."""

    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """HT, TVA by rate and TTC of a draft, in euros."""

    before_tax: Decimal
    taxes: tuple[TaxTotal, ...]
    with_tax: Decimal


@dataclass(frozen=True, slots=True)
class DraftInvoice:
    """The draft that a work order becomes in Sellsy, before it is written.

    Attributes:
        work_order_id: Simon's Id.
        subject: title with the marker at its end, one line of plain ASCII.
        reference: None where nothing is to be said (the key is not sent then).
        note: None likewise.
        service_from, service_until: first and last day of the work; None where they are not to be said.
        price_category: id of the customer's price category, where prices on the draft are that category's.
        delivery: the customer's address in Sellsy where goods were delivered; None where that is not said.
        warnings: what a person should know about this draft.
        findings: what an e-invoice made of it would lack.
    """

    work_order_id: str
    number: str
    marker: str
    customer: Key
    subject: str
    lines: tuple[DraftLine, ...]
    reference: str | None = None
    note: str | None = None
    service_from: date | None = None
    service_until: date | None = None
    price_category: str = ""
    delivery: Key | None = None
    warnings: tuple[Message, ...] = ()
    findings: tuple[Message, ...] = ()

    @property
    def billed(self) -> tuple[DraftLine, ...]:
        """The lines that carry a price."""
        return tuple(line for line in self.lines if line.kind is not LineKind.COMMENT)


@dataclass(frozen=True, slots=True)
class Computed:
    """What Sellsy adds a draft up to without making it, in euros."""

    before_tax: Decimal
    with_tax: Decimal


def totals(lines: tuple[DraftLine, ...]) -> Totals:
    """Add up a draft as Sellsy does: each row rounded to cents, then the tax per rate."""
    bases: dict[Decimal, Decimal] = {}
    for line in lines:
        if line.kind is not LineKind.COMMENT:
            bases[line.tax_rate] = bases.get(line.tax_rate, Decimal(0)) + line.total
    taxes = tuple(
        TaxTotal(rate, base, (base * rate / 100).quantize(CENT, ROUND_HALF_UP))
        for rate, base in sorted(bases.items(), reverse=True)
    )
    before_tax = sum((tax.base for tax in taxes), Decimal("0.00"))
    return Totals(before_tax, taxes, before_tax + sum((tax.amount for tax in taxes), Decimal(0)))
