"""Lists of v1, page by page, and whether they were read whole.

Pages are offsets into a list that lives: a record that comes or goes while we read moves the others from page
to page. So a list is believed only where its total stayed the same from the first page to the last, and as
many different records were seen; else it is read once more from its beginning. One thing cannot be seen: a
record that goes and another that comes between the same two pages. So nothing is ever taken for gone, or for
never made, by one list alone.

What tells total and pages is a list's frame (`infos`). Each list that was ever recorded has one, an empty one
too: an answer without it is a broken one, however empty it looks. Of two lists nobody has shown a recording;
those are taken as they come (`_MAY_LACK_FRAME`).

As soon as a list has told how many pages it has, the next ones are asked for while the present one is dealt
with, a few at a time and no faster than the session's pace: where Sellsy is slow to answer, several requests
are under way; where it is quick, there is one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from simonsync.errors import ListIncomplete
from simonsync.sellsy.v1.client import SellsyClient
from simonsync.sellsy.v1.values import Record, keyed, section

PAGE_SIZE = 100
"""Records a page: larger ones are in use, but no limit is documented."""
AHEAD = 4
"""Pages that are asked for before the present one is dealt with: at five requests a second, up to 0.8 seconds
of waiting for an answer cost no time."""
_TIMES = 2
_FRAME = frozenset({"nbpages", "nbtotal", "pagenum"})
_MAY_LACK_FRAME = frozenset({"Addresses.getList", "Briefcases.getList"})

T = TypeVar("T")
Listed_co = TypeVar("Listed_co", covariant=True)


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Listed_co]):
    """One page of a list whose offsets are live: a record that comes or goes shifts the pages behind it.

    Attributes:
        number: from 1; `pages` is how many there were when this one was read.
        total: how many records the list announced.
    """

    records: Sequence[Listed_co]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as it came; `total` is None where the list does not tell."""

    rows: Mapping[str, Record]
    pages: int
    total: int | None


def counted(client: SellsyClient, method: str, params: Mapping[str, Any]) -> Iterator[Sequence[Record]]:
    """Go through a list, each record once.

    Where the list tells its total, raises ListIncomplete where it did not come out even at the second time.
    Where it may come without one, it ends with the first page that brings nothing new.
    """
    given: set[str] = set()
    gap = ""
    for _ in range(_TIMES):
        try:
            gap = yield from _once(client, method, params, given)
        except _FrameMissing:
            gap = "@cause-frame-missing"
        if not gap:
            return
    raise _incomplete(method, gap)


def _once(
    client: SellsyClient, method: str, params: Mapping[str, Any], given: set[str]
) -> Generator[Sequence[Record], None, str]:
    """Go through a list from its beginning, leaving out what was given; return why it is not whole, or ""."""
    shifted = "@cause-shifted"
    seen: set[str] = set()
    total: int | None = None
    for number, page in enumerate(_pages(client, method, params, 1, None), 1):
        total = page.total if number == 1 else total
        new = page.rows.keys() - seen
        if page.total != total or len(new) < len(page.rows):
            # A list without a total may not know pages at all and give its first one for ever.
            return "" if page.total is None else shifted
        seen |= new
        fresh = [record for key, record in page.rows.items() if key not in given]
        given |= new
        if fresh:
            yield fresh
        if total is None:
            if len(page.rows) < PAGE_SIZE:
                return ""
        elif not page.rows or number >= page.pages:
            return "" if len(seen) == total else shifted
    return shifted


def from_page(
    client: SellsyClient,
    method: str,
    params: Mapping[str, Any],
    read: Callable[[Record], T | None],
    *,
    first: int = 1,
    most: int | None = None,
) -> Iterator[ListPage[T]]:
    """Read a list from a page on, to its last or `most` pages of it; at least one, though it may be empty.

    What `read` makes nothing of is left out. Raises ListIncomplete where a page comes without its frame.
    """
    try:
        for number, page in enumerate(_pages(client, method, params, first, most), first):
            found = tuple(each for each in map(read, page.rows.values()) if each is not None)
            yield ListPage(found, number, page.pages, len(page.rows) if page.total is None else page.total)
            if number >= page.pages:
                return
    except _FrameMissing:
        raise _incomplete(method, "@cause-frame-missing") from None


class _FrameMissing(ListIncomplete):
    """A page came without what tells total and pages."""


def _incomplete(method: str, cause: str) -> ListIncomplete:
    return ListIncomplete("listing-incomplete", service="Sellsy", list=method, cause=cause)


def _pages(
    client: SellsyClient, method: str, params: Mapping[str, Any], first: int, most: int | None
) -> Iterator[_Page]:
    """Read pages one after the other, the next ones ahead.

    A list that does not tell how many it has is read for as long as somebody asks for the next.
    """

    def last_after(page: _Page, number: int) -> int:
        there = page.pages if page.total is not None else number + 1
        return there if most is None else min(there, first + most - 1)

    page = _page(client, method, params, first)
    yield page
    last = last_after(page, first)
    if last <= first:
        return
    with ThreadPoolExecutor(AHEAD, thread_name_prefix="sellsy") as pool:
        waiting: deque[Future[_Page]] = deque()
        asked = given = first
        try:
            # The list may get longer or shorter meanwhile: its newest page tells.
            while given < last:
                while asked < min(last, given + AHEAD):
                    asked += 1
                    waiting.append(pool.submit(_page, client, method, params, asked))
                page = waiting.popleft().result()
                given += 1
                yield page
                last = last_after(page, given)
        finally:
            for unwanted in waiting:
                unwanted.cancel()


def _page(client: SellsyClient, method: str, params: Mapping[str, Any], number: int) -> _Page:
    def read(response: Any) -> _Page:  # noqa: ANN401 - any JSON
        listed = section(response)
        infos, result = section(listed.get("infos")), listed.get("result", response)
        framed = infos.keys() >= _FRAME
        # PHP writes an empty list as `[]`; only beside a frame is `{}` one as well, and null never is.
        is_list = isinstance(result, list) or (isinstance(result, Mapping) and (framed or bool(result)))
        if not is_list or not (framed or method in _MAY_LACK_FRAME):
            raise _FrameMissing(method)
        rows = dict(keyed(result))
        if not framed:
            return _Page(rows, number, None)
        if int(infos["pagenum"]) != number:
            # Another page than the one that was asked for is a broken answer, and asked for again.
            raise ValueError(number)
        return _Page(rows, int(infos["nbpages"]), int(infos["nbtotal"]))

    return client.call(method, {**params, "pagination": {"nbperpage": PAGE_SIZE, "pagenum": number}}, read)
