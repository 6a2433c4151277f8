"""What Sellsy's lists show is looked at as an e-invoice would see it: the status counts what is not ready."""

from __future__ import annotations

from collections.abc import Sequence

from simonsync.domain.records import Customer, Product
from simonsync.messages import kinds
from simonsync.rules.einvoicing import customer_findings, product_findings, to_mend
from simonsync.rules.prices import price_before_tax
from simonsync.settings.declaration import Einvoicing
from simonsync.sync.run import Planning

_UNITS = {kinds.EI_UNIT_REFUSED, kinds.EI_UNIT_UNSURE}


def note_customers(customers: Sequence[Customer], run: Planning) -> None:
    """Note which of these customers are not ready."""
    if _is_wanted(run):
        run.state.not_ready.note(
            {
                each.key: "" if to_mend((*customer_findings(each, run.account),)) else None
                for each in customers
            }
        )


def note_products(products: Sequence[Product], run: Planning) -> None:
    """Note which of these articles are not ready, and where it is their unit."""
    if not _is_wanted(run):
        return
    seen: dict[Product, str | None] = {}
    for product in products:
        found = (
            *product_findings(
                product, price_before_tax(product), run.sellsy.taxes(), run.sellsy.unit_codes()
            ),
        )
        of_unit = any(each.kind in _UNITS for each in found)
        seen[product] = (product.unit if of_unit else "") if to_mend(found) else None
    run.state.not_ready.note({product.key: unit for product, unit in seen.items()})


def _is_wanted(run: Planning) -> bool:
    if run.settings.einvoicing.in_force(run.account.country) is not Einvoicing.OFF:
        return True
    run.state.not_ready.forget()
    return False
