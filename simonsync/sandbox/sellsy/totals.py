"""The arithmetic of a document: each row rounded to cents, then the tax per rate.

Which way the real service rounds is not documented; this is the reading taken everywhere in the project.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from simonsync.sandbox.sellsy.records import ZERO, Document, Row
from simonsync.sandbox.sellsy.wire import cents

PRICED = ("item", "once", "shipping", "packaging")
_HUNDRED = Decimal(100)


def row_total(row: Row) -> Decimal:
    """Return what a row costs before tax, its discount taken off; zero for rows that only speak."""
    if row.type not in PRICED:
        return ZERO
    gross = row.unit_amount * row.quantity
    if row.discount_unit == "amount":
        return cents(gross - row.discount)
    return cents(gross * (1 - row.discount / _HUNDRED))


def counted(row: Row) -> bool:
    """Say whether a row is part of the sum: options are only offered."""
    return row.type in PRICED and not row.is_option


def subtotals(rows: Sequence[Row]) -> dict[int, Decimal]:
    """Return what each `sum` row shows: the rows since the one before it, by row id."""
    shown, running = {}, ZERO
    for row in rows:
        if row.type == "sum":
            shown[row.id], running = running, ZERO
        elif counted(row):
            running += row_total(row)
    return shown


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a document in euros; `per_rate` holds (rate in percent, base, tax)."""

    rows: Decimal
    discount: Decimal
    discount_percent: Decimal
    taxes_free: Decimal
    per_rate: tuple[tuple[Decimal, Decimal, Decimal], ...]

    @property
    def taxes(self) -> Decimal:
        """All taxes together."""
        return sum((tax for _, _, tax in self.per_rate), ZERO)

    @property
    def all_included(self) -> Decimal:
        """What the customer pays."""
        return self.taxes_free + self.taxes


def totals(document: Document) -> Totals:
    """Return the sums of a document; a discount on the whole is spread over the rates in proportion."""
    bases: dict[Decimal, Decimal] = {}
    for row in document.rows:
        if counted(row):
            bases[row.tax_rate] = bases.get(row.tax_rate, ZERO) + row_total(row)
    rows = sum(bases.values(), ZERO)
    if document.discount_unit == "amount":
        discount = cents(document.discount)
        percent = discount / rows * _HUNDRED if rows else ZERO
    else:
        percent = document.discount
        discount = cents(rows * percent / _HUNDRED)
    per_rate = []
    for rate in sorted(bases, reverse=True):
        base = cents(bases[rate] * (1 - percent / _HUNDRED))
        per_rate.append((rate, base, cents(base * rate / _HUNDRED)))
    return Totals(rows, discount, percent, rows - discount, tuple(per_rate))
