"""How Sellsy v1 writes values: maps for lists, texts for numbers, HTML in notes and subjects."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

Raw = Mapping[str, Any]

_BREAK = re.compile(r"<br\s*/?>\n?", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_EMPTY_MOMENTS = frozenset({"", "NC.", "0000-00-00", "0000-00-00 00:00:00"})


def members(value: object) -> Iterator[tuple[str, Raw]]:
    """Iterate over a list that Sellsy writes as a map keyed by id, `[]` when it is empty.

    What is no record (`_xml_childtag`, a `default…` id among the records) is passed over.
    """
    if isinstance(value, Mapping):
        for key, record in value.items():
            if isinstance(record, Mapping):
                yield str(key), record
    elif isinstance(value, list):
        for record in value:
            if isinstance(record, Mapping):
                yield str(record.get("id", "")), record


def text(record: Raw, name: str) -> str:
    """Read a text; absent, null and false are the empty text. Ids are read so: they may be numbers."""
    value = record.get(name)
    return "" if value is None or value is False else str(value).strip()


def identity(record: Raw, name: str) -> str:
    """Read the id of another record; 0 means none."""
    value = text(record, name)
    return "" if value == "0" else value


def decimal(record: Raw, name: str) -> Decimal:
    """Read an amount, a quantity or a rate: a text with nine decimals, sometimes a number."""
    value = text(record, name)
    try:
        number = Decimal(value or "0")
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def yes(record: Raw, name: str, *, default: bool = False) -> bool:
    """Read `Y` and `N`, which sometimes are `1` and `0` or booleans."""
    value = record.get(name)
    if value is None or value == "":
        return default
    return value is True or str(value) in {"Y", "1"}


def moment(record: Raw, name: str, zone: tzinfo) -> datetime | None:
    """Read a moment written in the account's local time without a zone."""
    value = text(record, name)
    if value in _EMPTY_MOMENTS:
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None


def plain(value: str) -> str:
    """Turn what Sellsy treats as HTML into plain text: breaks become new lines, tags and entities go."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", value))).strip()


def as_html(value: str) -> str:
    """Write a plain text where Sellsy expects HTML: what comes from outside is escaped."""
    return html.escape(value.replace("\r\n", "\n").replace("\r", "\n"), quote=False).replace("\n", "<br />")


def number(value: Decimal) -> str:
    """Write an amount or quantity: plain digits; zero is the text `0`, the number would count as missing."""
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") or "0" if "." in shown else shown
