"""What a work order says, in a form that shows people what has changed after its draft was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from simonsync.domain.records import TimeKind, WorkOrder
from simonsync.rules.time import days_of_work


def content(order: WorkOrder) -> dict[str, str]:
    """Return what of a work order enters an invoice; prices do not belong to it."""
    place = order.place
    return {
        "customer": order.customer_id,
        "work_address": ""
        if place is None
        else ", ".join(
            part for part in (place.name, place.street, place.second_line, place.zip_code, place.town) if part
        ),
        "description": order.description,
        "work_done": order.work_done,
        "customer_reference": order.customer_reference,
        "used_items": "; ".join(
            f"{used.quantity.normalize():f} × {used.description or used.item_id}" for used in order.used_items
        ),
        "work_minutes": _minutes(order, TimeKind.WORK),
        "travel_minutes": _minutes(order, TimeKind.TRAVEL),
        "days": " – ".join(dict.fromkeys(day.isoformat() for day in days_of_work(order.time_sheets) or ())),
    }


def content_hash(order: WorkOrder) -> str:
    """Hash a work order's content."""
    text = json.dumps(content(order), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """List what has changed: the aspect, its value before and after; what was not noted then is not known."""
    return tuple(
        (aspect, before[aspect], value)
        for aspect, value in after.items()
        if aspect in before and before[aspect] != value
    )


def _minutes(order: WorkOrder, kind: TimeKind) -> str:
    seconds = sum(sheet.seconds for sheet in order.time_sheets if sheet.kind is kind)
    return f"{seconds / 60:g}"
