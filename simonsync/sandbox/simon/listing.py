"""A page of records: `$filter`, `$orderby`, `$top`, `$skip`, `$count`, `$select`, and the server's cap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from simonsync.sandbox.simon.odata import Condition, Dialect, holds, parse_filter
from simonsync.sandbox.simon.refusal import SimonRefusalError, bad_request
from simonsync.sandbox.simon.schema import Kind

_KNOWN = frozenset({"$filter", "$orderby", "$top", "$skip", "$count", "$select"})
_ORDER_PARTS = 2
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Listing:
    """What a client wants to see of an entity set.

    Attributes:
        order: (property, descending) pairs, the first one weighs most.
        top: most rows in all; None = all of them.
        select: names of the properties to show; () = all.
    """

    condition: Condition | None = None
    order: tuple[tuple[str, bool], ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    select: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The rows to show, how many there are in all (None = not asked), where the next page begins."""

    rows: list[Mapping[str, Any]]
    count: int | None
    next_skip: int | None
    next_top: int | None


def read_listing(
    options: Iterable[tuple[str, str]], kinds: Mapping[str, Kind], dialect: Dialect, *, single: bool = False
) -> Listing:
    """Turn query options into a listing over the properties in `kinds`; unknown options are refused.

    A single record (`single`) can only be asked for some of its properties.
    """
    given: dict[str, str] = {}
    for name, value in options:
        if name not in ({"$select"} if single else _KNOWN):
            raise bad_request("UnknownOption", f"The option {name} is not supported here.", name)
        if name in given:
            raise bad_request("InvalidOption", f"The option {name} is given twice.", name)
        given[name] = value
    top = _whole("$top", given["$top"]) if "$top" in given else None
    return Listing(
        condition=parse_filter(given["$filter"], kinds, dialect) if "$filter" in given else None,
        order=_order(given["$orderby"], kinds) if "$orderby" in given else (),
        top=top,
        skip=_whole("$skip", given.get("$skip", "0")),
        count=_truth(given.get("$count", "false")),
        select=_select(given["$select"], kinds) if "$select" in given else (),
    )


def page_of(rows: Sequence[Mapping[str, Any]], listing: Listing, cap: int) -> Page:
    """Cut the page out of all rows. Offsets are live: rows added or removed meanwhile shift it."""
    condition = listing.condition
    found = list(rows) if condition is None else [row for row in rows if holds(condition, row)]
    # Stable sorts from the least to the most important property; the rows come by ascending Id.
    for name, descending in reversed(listing.order):
        found.sort(key=lambda row, name=name: _rank(row[name]), reverse=descending)  # type: ignore[misc]
    wanted = len(found) - listing.skip if listing.top is None else listing.top
    shown = found[listing.skip : listing.skip + min(wanted, cap)]
    more = len(shown) == cap < wanted and listing.skip + cap < len(found)
    if listing.select:
        shown = [{name: row[name] for name in listing.select} for row in shown]
    return Page(
        rows=shown,
        count=len(found) if listing.count else None,
        next_skip=listing.skip + cap if more else None,
        next_top=listing.top - cap if more and listing.top is not None else None,
    )


def _rank(value: str | Decimal | date | datetime | None) -> tuple[int, Any]:
    """By the standard null comes before every value, and so last when descending."""
    return (0, 0) if value is None else (1, value)


def _invalid(name: str, reason: str) -> SimonRefusalError:
    return bad_request("InvalidOption", f"{name} {reason}.", name)


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise _invalid(name, "must be a whole number, 0 or more")
    return int(text)


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise _invalid("$count", "is true or false")
    return text == "true"


def _order(text: str, kinds: Mapping[str, Kind]) -> tuple[tuple[str, bool], ...]:
    order = []
    for part in text.split(","):
        words = part.split()
        if not words or len(words) > _ORDER_PARTS or words[0] not in kinds:
            raise _invalid("$orderby", f"cannot order by '{part.strip()}'")
        if words[1:] not in ([], ["asc"], ["desc"]):
            raise _invalid("$orderby", f"knows asc and desc, not '{words[1]}'")
        order.append((words[0], words[1:] == ["desc"]))
    return tuple(order)


def _select(text: str, kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if name not in kinds:
            raise _invalid("$select", f"knows no property '{name}'")
    return names
