"""JSON in and out: exact numbers, moments in ISO 8601 with `Z`."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from simonsync.sandbox.simon.refusal import bad_request
from simonsync.sandbox.simon.schema import Kind


def read_object(body: bytes) -> dict[str, object]:
    """A request's JSON object; decimals stay exact. 400 for anything else."""
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise bad_request("InvalidBody", "The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise bad_request("InvalidBody", "The body must be one JSON object.")
    return value


def typed(value: object, kind: Kind) -> object:
    """A JSON value as the type of its property; what does not fit stays, for the world to refuse."""
    try:
        if isinstance(value, str) and kind is Kind.MOMENT:
            return datetime.fromisoformat(value)
        if isinstance(value, str) and kind is Kind.DAY:
            return date.fromisoformat(value)
    except ValueError:
        pass
    return value


def plain(value: object) -> object:
    """A value as JSON has it: moments in UTC, decimals as numbers without trailing zeros."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _no_constant(name: str) -> object:
    raise ValueError(name)
