"""A draft invoice as Sellsy v1 wants it."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo
from typing import Any

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.rules.text import one_line
from simonsync.sellsy.v1.values import escaped, wire_amount, wire_id

TAG = "simonsync"
"""The one tag on every draft of ours, by which they are listed again."""


def create_params(draft: DraftInvoice, now: datetime, zone: tzinfo) -> dict[str, Any]:
    """Write the parameters of `Document.create` [3.4].

    The document's date is today in the account's zone. Rows stand beside the document: inside it they would
    be ignored, without an error. What is not said is not sent: an empty reference would replace the
    customer's own.
    """
    document: dict[str, Any] = {
        "doctype": "invoice",
        "thirdid": wire_id(draft.customer.id),
        "subject": draft.subject,
        "tags": TAG,
        "displayedDate": _noon_in_seconds(now.astimezone(zone).date(), zone),
    }
    if draft.reference is not None:
        document["thirdident"] = draft.reference
    if draft.note is not None:
        document["notes"] = escaped(draft.note)
    if draft.service_from is not None and draft.service_until is not None:
        document["useServiceDates"] = "Y"
        document["serviceDateStart"] = _noon_in_seconds(draft.service_from, zone)
        document["serviceDateStop"] = _noon_in_seconds(draft.service_until, zone)
    if draft.price_category:
        document["rateCategory"] = wire_id(draft.price_category)
    params: dict[str, Any] = {"document": document}
    if draft.delivery is not None:
        document["displayShipAddress"] = "Y"
        params["shipaddress"] = {"id": wire_id(draft.delivery.id)}
    if draft.lines:
        params["row"] = {str(place): _row(line) for place, line in enumerate(draft.lines, start=1)}
    return params


def _noon_in_seconds(day: date, zone: tzinfo) -> int:
    """Name a day by its noon, which is that day in every zone that may be meant."""
    return int(datetime.combine(day, time(12), zone).timestamp())


def _row(line: DraftLine) -> dict[str, Any]:
    if line.kind is LineKind.COMMENT:
        return {"row_type": "comment", "row_comment": escaped(line.text)}
    row: dict[str, Any] = {"row_type": "once"}
    if line.kind is LineKind.ITEM and line.product is not None:
        item, _, declination = line.product.id.partition("_")
        row = {
            "row_type": "item",
            "row_linkedid": wire_id(item),
            "row_declid": wire_id(declination or "0"),
        }
    row |= {
        "row_name": one_line(line.name),
        "row_notes": escaped(line.text),
        "row_unit": line.unit,
        "row_unitAmount": wire_amount(line.unit_price),
        "row_taxid": wire_id(line.tax_id),
        "row_qt": wire_amount(line.quantity),
    }
    if line.discount:
        row |= {"row_discount": wire_amount(line.discount), "row_discountUnit": line.discount_unit}
    return row
