"""Go through v1's lists in turns: where a step ends is noted, and the next cycle goes on there.

v1 cannot be asked for what has changed, and a page of a list is only a position that moves. So:

- customers are gone through in slices that are windows of creation time, since a customer's creation never
  moves; pages exist only inside a slice;
- catalogue and addresses know no such window and are gone through page by page.

A position is text that only this module reads: the number of a page, or the moment at which the next window
begins, with the length of the last one in seconds. One that cannot be read is the beginning: that costs a
turn, and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TypeVar

from simonsync.domain.records import Customer, ListStep
from simonsync.sellsy.v1.listing import ListPage

T = TypeVar("T")

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before this nobody was a customer in Sellsy."""
SLICE = 1000
"""How many customers a window of creation may hold before it is made smaller."""
SHORTEST = timedelta(seconds=1)
AHEAD = timedelta(days=1)
"""How far the last window reaches beyond now: clocks differ."""
NEW_OVERLAP = timedelta(hours=1)
"""How far before the last look for new customers the next one begins."""

Window = Callable[[datetime, datetime], Iterator[ListPage[Customer]]]
"""Reads the active customers that were created in a window, both ends included."""


def by_pages(pages: Callable[[int], Iterator[ListPage[T]]], position: str) -> Iterator[ListStep[T]]:
    """Go through a list page by page, from the page that the position names."""
    page: ListPage[T] | None = None
    for page in pages(max(int(position), 1) if position.isascii() and position.isdigit() else 1):
        yield ListStep(
            page.records,
            str(page.number + 1),
            ends_turn=page.number >= page.pages,
            done=page.number,
            total=page.pages,
        )
    if page is None:
        # The list has become shorter than the place where we went on.
        yield ListStep((), "", ends_turn=True)


def by_creation(window: Window, position: str, now: Callable[[], datetime]) -> Iterator[ListStep[Customer]]:
    """Go through the customers slice by slice, from the moment that the position names.

    A slice is read once more where records came or went while it was read.
    """
    since, span = _read(position)
    done, total = 0, None
    while True:
        end = now() + AHEAD
        until = min(since + max(span or end - since, SHORTEST), end)
        pages = window(since, until)
        first = next(pages)
        if until == end:
            # This window holds all that are left, whether it is gone through or made smaller.
            total = done + first.total
        if first.total > SLICE and until - since > SHORTEST:
            span = max((until - since) * (SLICE / 2 / first.total), SHORTEST)
            continue
        for page in _slice(first, pages, window, since, until):
            done += len(page.records)
            yield ListStep(page.records, None, done=done, total=total)
        # Aim at slices that are half full: the next one may hold more.
        span = max((until - since) * min(8.0, SLICE / 2 / max(first.total, 1)), SHORTEST)
        since = until
        yield ListStep((), _written(since, span), ends_turn=until >= end, done=done, total=total)
        if until >= end:
            return


def newly_created(window: Window, position: str, now: Callable[[], datetime]) -> Iterator[ListStep[Customer]]:
    """Read the customers created since the last look, and note this one."""
    at = now()
    since = zoned_moment(position) or at
    for page in window(since - NEW_OVERLAP, at + AHEAD):
        yield ListStep(page.records, None)
    yield ListStep((), at.isoformat())


def _slice(
    first: ListPage[Customer],
    rest: Iterator[ListPage[Customer]],
    window: Window,
    since: datetime,
    until: datetime,
) -> Iterator[ListPage[Customer]]:
    seen: set[object] = set()
    last = first
    for last in chain((first,), rest):
        seen.update(customer.key for customer in last.records)
        yield last
    if not len(seen) == first.total == last.total:
        yield from window(since, until)


def _read(position: str) -> tuple[datetime, timedelta | None]:
    """Read where a window begins, and how long it is to be; None where nothing is known of that."""
    since, _, span = position.partition(" ")
    begin = zoned_moment(since)
    if begin is None:
        return EARLIEST, None
    try:
        return begin, timedelta(seconds=float(span)) if span else None
    except (ValueError, OverflowError):
        return begin, None


def zoned_moment(text: str) -> datetime | None:
    """Read a moment that stands in a position; None where it is none, or has no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _written(since: datetime, span: timedelta) -> str:
    return f"{since.isoformat()} {span.total_seconds()}"
