"""A draft as it is kept with its work order: what was asked for, line by line, and why [3.4]."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Key, Kind, Origin
from simonsync.messages.kinds import KINDS, LINES, Message


def to_record(draft: DraftInvoice) -> dict[str, Any]:
    """Turn a draft into plain JSON values; amounts as texts, so that nothing is rounded."""
    return {
        "work_order_id": draft.work_order_id,
        "number": draft.number,
        "marker": draft.marker,
        "customer": draft.customer.id,
        "subject": draft.subject,
        "reference": draft.reference,
        "note": draft.note,
        "lines": [_line_to_record(line) for line in draft.lines],
        "warnings": [_message_to_record(warning) for warning in draft.warnings],
    }


def from_record(record: Mapping[str, Any]) -> DraftInvoice:
    """Turn it back into the same draft."""
    return DraftInvoice(
        work_order_id=record["work_order_id"],
        number=record["number"],
        marker=record["marker"],
        customer=Key(Origin.SELLSY, Kind.CUSTOMER, record["customer"]),
        subject=record["subject"],
        lines=tuple(_line_from_record(line) for line in record["lines"]),
        reference=record["reference"],
        note=record["note"],
        warnings=tuple(_message_from_record(warning) for warning in record["warnings"]),
    )


_AMOUNTS = ("quantity", "unit_price", "tax_rate", "discount")
_TEXTS = ("source", "text", "name", "unit", "tax_id", "discount_unit")


def _line_to_record(line: DraftLine) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "why": _message_to_record(line.why),
        "product": None if line.product is None else [line.product.kind.value, line.product.id],
        **{name: getattr(line, name) for name in _TEXTS},
        **{name: str(getattr(line, name)) for name in _AMOUNTS},
    }


def _line_from_record(record: Mapping[str, Any]) -> DraftLine:
    product = record["product"]
    values: dict[str, Any] = {name: record[name] for name in _TEXTS}
    values.update({name: Decimal(record[name]) for name in _AMOUNTS})
    return DraftLine(
        kind=LineKind(record["kind"]),
        why=_message_from_record(record["why"]),
        product=None if product is None else Key(Origin.SELLSY, Kind(product[0]), product[1]),
        **values,
    )


def _message_to_record(message: Message) -> list[Any]:
    return [message.kind.code, dict(message.params)]


def _message_from_record(record: list[Any]) -> Message:
    code, params = record
    return Message(LINES.get(code) or KINDS[code], params)
