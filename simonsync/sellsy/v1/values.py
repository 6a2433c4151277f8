"""How v1 writes values, and how they are written to it.

Ids and amounts are texts, yes and no are `Y` and `N`, moments are local to the account, lists are objects
keyed by id with noise among the keys, an empty list is `[]`, and notes, subjects and comments
may come back as HTML (names do not).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

Record = Mapping[str, Any]

# `nl2br` leaves the line break behind the tag.
_BREAK = re.compile(r"<br\s*/?>(?:\r\n|\r|\n)?|</(?:p|div|li|tr|h[1-6])\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_DATES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
_NOISE = "_xml_childtag"


def text(value: object) -> str:
    """Return a value as text; null is the empty text."""
    # Most values are texts already, and a pull of a large firm asks some millions of times.
    if type(value) is str:
        return value.strip()
    return "" if value is None or isinstance(value, bool | Mapping | list) else str(value).strip()


def record_id(value: object) -> str:
    """Return an id as text; `0` stands for none."""
    written = text(value)
    return "" if written == "0" else written


def plain(value: object) -> str:
    """Return an HTML text without markup: `<br />` as a line break, entities as characters."""
    written = _TAG.sub("", _BREAK.sub("\n", text(value)))
    return html.unescape(written).replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ").strip()


def escaped(value: str) -> str:
    """Write a text of people into a field that takes HTML, so that it shows as it was typed."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "<br />".join(html.escape(line, quote=False) for line in lines)


def amount(value: object) -> Decimal:
    """Return an amount, quantity or rate without idle zeros; what is none is 0."""
    if isinstance(value, bool):
        return Decimal(0)
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        return Decimal(0)
    return tidy(number) if number.is_finite() else Decimal(0)


def tidy(number: Decimal) -> Decimal:
    """Return a number without idle zeros, and without an exponent."""
    short = number.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short + 0


def wire_amount(number: Decimal) -> str:
    """Write an amount or quantity: a text, since a bare number 0 counts as missing."""
    return f"{tidy(number):f}"


def wire_id(written: str) -> int | str:
    """Write an id: a number, as Sellsy's own examples do."""
    return int(written) if written.isdecimal() else written


def yes(value: object) -> bool:
    """Read a yes, which is `Y`, `1` or true."""
    return value is True or text(value) in {"Y", "1"}


def members(value: object) -> Iterator[Record]:
    """Go through the records of a list, which is an object keyed by id, an array, or `[]` when empty."""
    for _, record in keyed(value):
        yield record


def keyed(value: object) -> Iterator[tuple[str, Record]]:
    """Go through the records of a list with their keys; an array's are the ids of its records."""
    if isinstance(value, Mapping):
        for key, record in value.items():
            if isinstance(record, Mapping) and key != _NOISE:
                yield str(key), record
    elif isinstance(value, list):
        for record in value:
            if isinstance(record, Mapping):
                yield text(record.get("id")), record


def section(value: object) -> Record:
    """Return an object; what is empty, and so an array in PHP, is an empty one."""
    return value if isinstance(value, Mapping) else {}


def moment(value: object, zone: tzinfo) -> datetime | None:
    """Return a moment in UTC that is written in the account's zone; None for an empty date.

    Lists write dates from the year on, single documents as people do; `0000-00-00` and `NC.` are empty.
    """
    written = text(value)
    for form in _DATES:
        try:
            local = datetime.strptime(written, form)  # noqa: DTZ007 - the zone is put in below
        except ValueError:
            continue
        return local.replace(tzinfo=zone).astimezone(UTC)
    return None
