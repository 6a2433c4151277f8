"""Sellsy's products as a list to choose from: by number, by reference in any case, or by part of the name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simonsync.cli.output import labelled
from simonsync.messages.render import word
from simonsync.rules.text import contains
from simonsync.settings.interview import product_line

if TYPE_CHECKING:
    from simonsync.cli.context import Context
    from simonsync.domain.key import Kind
    from simonsync.domain.records import Product
    from simonsync.sync.ports import SellsyReader

SHOWN = 12
"""More than a screen is no list to choose from: the others are searched for."""


class ProductList:
    """The products of one kind that may be chosen, and those of them that are on the screen."""

    def __init__(self, context: Context, kind: Kind, sellsy: SellsyReader) -> None:
        """Read the list from Sellsy; a long one takes some seconds, which is said."""
        self._context = context
        context.output.going_on(word("settings-reading-products", context.language))
        self._all = tuple(
            product
            for page in sellsy.products(kind)
            for product in page
            if product.reference and not product.archived
        )
        self._screen: Sequence[Product] = ()
        # Where a reference is such a number itself, a number would be read in two ways.
        self._numbered = not any(
            product.reference.isdigit() and int(product.reference) <= SHOWN for product in self._all
        )

    def show(self, found: Sequence[Product] | None = None) -> None:
        """Show products with their numbers: all, or those that were searched for."""
        out, language = self._context.output, self._context.language
        found = self._all if found is None else found
        self._screen = found[:SHOWN]
        for number, product in enumerate(self._screen, 1):
            mark = f"{number})" if self._numbered else "-"
            out.line(f"  {mark} {product_line(product, language)}", indent="     ")
        if len(found) > SHOWN:
            more = labelled("settings-more-products", str(len(found) - SHOWN), language)
            out.line(f"  {more}", indent="     ")

    def chosen(self, typed: str) -> str:
        """Return the reference that is meant; "" where several are, which are shown then.

        What the list does not have is returned as it was typed: Sellsy may know it all the same.
        """
        if any(product.reference == typed for product in self._all):
            return typed
        if self._numbered and typed.isdigit() and 0 < int(typed) <= len(self._screen):
            return self._screen[int(typed) - 1].reference
        same = [product for product in self._all if product.reference.casefold() == typed.casefold()]
        found = same or [
            product for product in self._all if contains(typed, f"{product.reference} {product.name}")
        ]
        if len(found) > 1:
            self._context.output.line(word("settings-several-products", self._context.language))
            self.show(found)
            return ""
        return found[0].reference if found else typed
