"""Which price of Sellsy's a line of a draft has, in euros before tax."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from simonsync.domain.draft import DraftLine
from simonsync.domain.records import Product, Quote, QuoteRow
from simonsync.messages import kinds

_SIX_DECIMALS = Decimal("0.000001")
"""What an e-invoice takes of a price or a discount; Sellsy would keep nine."""
_HALF_CENT = Decimal("0.005")
_HUNDRED = Decimal(100)


def price_for(product: Product, category: str, currency: str) -> Product:
    """Give a product the price of a price category, or leave it its reference price.

    A price of nothing, in another currency or with another tax in it is none that could be billed unseen.
    """
    for price in product.category_prices:
        tax_is_ours = not price.includes_tax or price.tax_rate == product.tax_rate
        if price.category == category and price.price and price.currency in {"", currency} and tax_is_ours:
            return replace(
                product,
                unit_price=price.price,
                price_includes_tax=price.includes_tax,
                priced_for=category,
            )
    return product


def price_before_tax(product: Product) -> Decimal:
    """Return a product's price before tax, in euros, with at most six decimals where it is worked out."""
    if not product.price_includes_tax:
        return product.unit_price
    return (product.unit_price / (1 + product.tax_rate / 100)).quantize(_SIX_DECIMALS, ROUND_HALF_UP)


def is_catalogue_price(line: DraftLine) -> bool:
    """Tell whether a line is billed at Sellsy's price of today: an article, but not as a quote has it."""
    return line.product is not None and line.why.kind is not kinds.LINE_FROM_QUOTE


def is_off(line: DraftLine, product: Product) -> bool:
    """Tell whether a price worked out with six decimals puts a line's total off by more than half a cent."""
    if not product.price_includes_tax or not is_catalogue_price(line):
        return False
    exact = line.quantity * product.unit_price / (1 + product.tax_rate / 100)
    return abs(exact - line.quantity * line.unit_price) > _HALF_CENT


def signed_discount(row: QuoteRow, quote: Quote) -> tuple[Decimal, str]:
    """Return what comes off a row, with its unit: its own discount, then its share of one on the whole."""
    if not quote.discount:
        return row.discount, row.discount_unit
    gross = row.quantity * row.unit_price
    own = row.discount
    if row.discount_unit == "amount":
        own = own / gross * _HUNDRED if gross else Decimal(0)
    left = (_HUNDRED - own) * (_HUNDRED - quote.discount) / _HUNDRED
    return (_HUNDRED - left).quantize(_SIX_DECIMALS, ROUND_HALF_UP), "percent"
