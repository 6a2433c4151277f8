"""A draft as v2 takes it to add it up without making it; amounts and quantities are texts there.

Source: `POST /invoices/compute` of the OpenAPI document of Sellsy's API v2. Units are left out: they change
no total, and that both APIs know them by the same ids is not known. Texts are plain: nobody reads them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simonsync.domain.draft import Computed, DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Kind

_ITEM_TYPES = {Kind.ITEM: "product", Kind.SERVICE: "service"}


def compute_body(draft: DraftInvoice, *, company: bool) -> dict[str, Any]:
    """Write a draft for a customer that is a company, or a person."""
    related = {"id": int(draft.customer.id), "type": "company" if company else "individual"}
    return {"subject": draft.subject, "related": [related], "rows": [_row(line) for line in draft.lines]}


def computed_of(said: Any) -> Computed:  # noqa: ANN401 - any JSON
    """Read what it comes to."""
    amounts = said["amounts"]
    return Computed(Decimal(amounts["total_excl_tax"]), Decimal(amounts["total_incl_tax"]))


def _row(line: DraftLine) -> dict[str, Any]:
    if line.kind is LineKind.COMMENT:
        return {"type": "comment", "text": line.text}
    row: dict[str, Any] = {"type": "single"}
    if line.kind is LineKind.ITEM and line.product is not None:
        item, _, declination = line.product.id.partition("_")
        related: dict[str, Any] = {"id": int(item), "type": _ITEM_TYPES[line.product.kind]}
        if declination:
            related["declination_id"] = int(declination)
        row = {"type": "catalog", "related": related}
    row |= {
        "quantity": f"{line.quantity:f}",
        "unit_amount": f"{line.unit_price:f}",
        "tax_id": int(line.tax_id),
        "description": line.text or line.name,
    }
    if line.name:
        row["reference"] = line.name
    if line.discount:
        row["discount"] = {"type": line.discount_unit, "value": f"{line.discount:f}"}
    return row
