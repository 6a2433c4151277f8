"""Simon's newer dialect: resources and OData.

Pages are not asked for by position but by what follows the last record read (`Id gt 20`): a record that is
added or deleted while a table is being read then shifts nothing, so that nothing can slip through, and no
link that the service hands out is followed. The announced count is compared nevertheless, at the beginning
and the end: a service that leaves out a filter or an order is found out.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from urllib.parse import quote

from simonsync.domain.records import TableCount
from simonsync.errors import NotFound, ServiceUnavailable
from simonsync.simon import tables
from simonsync.simon.client import SimonClient
from simonsync.simon.moments import literal_moment
from simonsync.simon.profile import Profile
from simonsync.simon.query import Is, Value, Where
from simonsync.simon.records import Wire, moment, mutation, record_id, require_asked_for

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Page:
    """Records of a table, and how many fit the request in all, where the service tells."""

    rows: tuple[Wire, ...]
    count: int | None
    more: bool
    """The service says that others follow."""


_Mark = tuple[str, datetime]
"""A record at a moment: its Id and its mutation date."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page by mutation date begins: a condition, the stamp it stands for, and a position after it."""

    anchor: str
    stamp: datetime | None = None
    skip: int = 0


@dataclass(frozen=True, slots=True)
class _Held:
    """A page that waits for the next one, and how many records that one must have or announce."""

    place: _Place
    fresh: Sequence[Wire]
    marks: Sequence[_Mark]
    following: int


class OdataDialect:
    """Tables over OData v4, or v2/v3 where the profile says so."""

    def __init__(self, client: SimonClient, profile: Profile) -> None:
        """Speak over this client by these names."""
        self._client = client
        self._profile = profile

    # --- reading ----------------------------------------------------------------------------------

    def list(
        self, table: str, where: Where = (), fields: Sequence[str] = (), *, after: str = ""
    ) -> Iterator[Sequence[Wire]]:
        """Page through a table by Id, or what comes `after` one: each record once, complete, or Unavailable.

        A listing that was disturbed is begun again once; what came before is not given a second time.
        """
        given: set[str] = set()
        for _attempt in range(2):
            if (yield from self._walk(table, where, fields, given, after)):
                return
        raise ServiceUnavailable("listing-incomplete", list=table)

    def ids(self, table: str, where: Where, after: str = "") -> Iterator[Sequence[str]]:
        """Page through the Ids of a table, ascending, from the one after `after` on."""
        for page in self.list(table, where, (self._profile.common.id,), after=after):
            yield [record_id(table, row, self._profile) for row in page]

    def _walk(
        self, table: str, where: Where, fields: Sequence[str], given: set[str], after: str
    ) -> Generator[Sequence[Wire], None, bool]:
        """Read a table from its beginning, or from an Id on; return whether it is complete for certain."""
        wanted = (*fields, *(condition.field for condition in where)) if fields else ()
        found: set[str] = set()
        ascending = True
        last: str | None = after or None
        begin: int | None = None
        pages = 0
        while True:
            page = self._page(table, self._from(where, last), self._profile.common.id, fields=wanted)
            pages += 1
            ids = [record_id(table, row, self._profile) for row in page.rows]
            if pages == 1:
                begin = page.count
            fresh = [
                row
                for each, row in zip(ids, page.rows, strict=True)
                if each not in given and all(condition.holds(row) for condition in where)
            ]
            before = len(found)
            ascending = ascending and _ascending(ids, last)
            found.update(ids)
            given.update(ids)
            if fresh:
                yield fresh
            if not _follows(page):
                break
            if len(found) == before:
                return False  # the page repeats what came before
            last = ids[-1]
        if begin is None:
            return ascending  # nothing was announced: an order without a gap, up to an empty page, must do
        end = begin if pages == 1 else self._page(table, self._from(where, after or None), "", top=1).count
        return begin == len(found) == end

    def _from(self, where: Where, last: str | None) -> Sequence[str]:
        """Put into conditions what is asked for, and after which record."""
        after = [] if last is None else [f"{self._profile.common.id} gt {_id_literal(last)}"]
        return [*map(_condition, where), *after]

    def changed(
        self, table: str, where: Where, since: datetime | None, fields: Sequence[str] = ()
    ) -> Iterator[Sequence[Wire]]:
        """Page through a table by mutation date and Id, from a moment on (≥).

        A page is given only when the one after it vouches for it: where fewer records follow than were
        announced, it is read again, because some may have been left out.
        """
        common = self._profile.common
        wanted = (common.id, common.mutation_date, *fields) if fields else ()
        place = _Place(
            f"{common.mutation_date} ge {literal_moment(since, self._profile.dates)}" if since else ""
        )
        seen: set[_Mark] = set()
        held: _Held | None = None
        tries = 0
        while True:
            conditions = [*map(_condition, where), *filter(None, [place.anchor])]
            order = f"{common.mutation_date},{common.id}"
            page = self._page(table, conditions, order, skip=place.skip, fields=wanted)
            following = None if page.count is None else page.count - place.skip - len(page.rows)
            lost = held is not None and following is not None and following + len(page.rows) < held.following
            if lost or (following and not page.rows):
                tries += 1
                if tries == _TRIES:
                    raise ServiceUnavailable("listing-incomplete", list=table)
                place, held = (held.place if held else place), None
                continue
            if held is not None:
                tries = 0
                seen.update(held.marks)
                if held.fresh:
                    yield held.fresh
            marks = [
                (record_id(table, row, self._profile), mutation(table, row, self._profile))
                for row in page.rows
            ]
            fresh = [row for mark, row in zip(marks, page.rows, strict=True) if mark not in seen]
            if following == 0 or not (marks or page.more):
                if fresh:
                    yield fresh
                return
            if not marks or (place.skip and held is not None and marks == held.marks):
                raise ServiceUnavailable("listing-incomplete", list=table)
            held = _Held(place, fresh, marks, following or 0)
            place = self._place_after(place, marks, forward=bool(fresh))

    def _place_after(self, place: _Place, marks: Sequence[_Mark], *, forward: bool) -> _Place:
        """Return where the next page begins: after the last record of this one.

        Stamps that are stored finer than they are shown can give the same records again; then the position
        must do.
        """
        common = self._profile.common
        last_id, stamp = marks[-1]
        if not forward or (place.skip and place.stamp is not None and stamp <= place.stamp):
            return _Place(place.anchor, place.stamp, place.skip + len(marks))
        literal = literal_moment(stamp, self._profile.dates)
        later = f"{common.mutation_date} gt {literal}"
        equal = f"{common.mutation_date} eq {literal} and {common.id} gt {_id_literal(last_id)}"
        return _Place(f"({later} or ({equal}))", stamp)

    def sample(self, table: str, size: int) -> Sequence[Wire]:
        """Read a few records of a table."""
        return self._page(table, [], "", top=size).rows

    def count(self, table: str) -> TableCount:
        """Count a table and tell when it last changed, in one request."""
        changed = self._profile.common.mutation_date
        page = self._page(table, [], f"{changed} desc", top=1)
        latest = (moment(table, row, changed, self._profile) for row in page.rows)
        last = max((stamp for stamp in latest if stamp), default=None)
        total = page.count
        if total is None:
            total = sum(len(rows) for rows in self.list(table, fields=(self._profile.common.id,)))
        return TableCount(table, total, last)

    def find(self, table: str, ext_key: str) -> str | None:
        """Return the Id of the record with exactly this ExtKey, or None."""
        common = self._profile.common
        rows = self.list(table, (Is(common.ext_key, (ext_key,)),), (common.id,))
        found = [record_id(table, row, self._profile) for page in rows for row in page]
        return found[0] if found else None

    def lists(self, table: str, record_id: str) -> bool:
        """Tell whether a table lists a record of this Id. Raises NotFound where the table is unknown."""
        common = self._profile.common
        condition = Is(common.id, (int(record_id) if _is_number(record_id) else record_id,))
        return any(True for page in self.list(table, (condition,), (common.id,)) for _ in page)

    def read(self, table: str, record_id: str) -> Wire:
        """Read one record. Raises NotFound; Refused where it is another one."""
        answer = self._client.get(self._path(table, record_id))
        if not isinstance(answer, Mapping):
            raise ServiceUnavailable("simon-answer-unreadable", path=self._path(table, record_id))
        require_asked_for(table, record_id, answer, self._profile)
        return answer

    # --- writing ----------------------------------------------------------------------------------

    def insert(self, table: str, fields: Mapping[str, object]) -> str:
        """Insert a record, once, and return its Id."""
        return self._client.insert(self._table_path(table), fields)

    def update(self, table: str, record_id: str, fields: Mapping[str, object]) -> None:
        """Change these fields of a record; Simon leaves the others as they are."""
        self._client.change("PUT", self._path(table, record_id), fields)

    def delete(self, table: str, record_id: str) -> None:
        """Delete a record."""
        self._client.remove("DELETE", self._path(table, record_id))

    # --- requests ---------------------------------------------------------------------------------

    def _page(
        self,
        table: str,
        conditions: Sequence[str],
        order: str,
        *,
        top: int | None = None,
        skip: int = 0,
        fields: Sequence[str] = (),
    ) -> Page:
        parameters = {"$top": str(top or self._profile.odata.page_size), "$count": "true"}
        if conditions:
            parameters["$filter"] = " and ".join(conditions)
        if order:
            parameters["$orderby"] = order
        if skip:
            parameters["$skip"] = str(skip)
        if fields:
            parameters["$select"] = ",".join(dict.fromkeys(field for field in fields if field))
        path = self._table_path(table)
        return _read_page(self._client.get(path, parameters), path)

    def _table_path(self, table: str) -> str:
        path = tables.entity(self._profile, table).path
        if not path:
            raise NotFound("simon-not-found", path=table)
        return path

    def _path(self, table: str, record_id: str) -> str:
        template = self._profile.odata.record_path
        return template.replace("{path}", self._table_path(table)).replace("{id}", quote(record_id, safe=""))


def _read_page(answer: object, path: str) -> Page:
    """Read a collection: OData's envelope, or a bare array."""
    count, more, rows = None, False, answer
    if isinstance(answer, Mapping):
        rows = answer.get("value")
        more = bool(answer.get("@odata.nextLink"))
        announced = str(answer.get("@odata.count", ""))
        count = int(announced) if announced.isascii() and announced.isdigit() else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ServiceUnavailable("simon-answer-unreadable", path=path)
    return Page(tuple(rows), count, more)


def _follows(page: Page) -> bool:
    """Tell whether another page follows. Without a count, only an empty page is the end.

    A service that is short of a page's size may have a smaller limit of its own and not say so.
    """
    if page.more or page.count is None:
        return page.more or bool(page.rows)
    return page.count > len(page.rows) and bool(page.rows)


def _ascending(ids: Sequence[str], last: str | None) -> bool:
    ordered = ids if last is None else [last, *ids]
    if not all(each.isascii() and each.isdigit() for each in ordered):
        return len(ordered) <= 1
    numbers = [int(each) for each in ordered]
    return all(first < second for first, second in pairwise(numbers))


def _condition(condition: Is) -> str:
    operator, joint = ("ne", " and ") if condition.negated else ("eq", " or ")
    terms = [f"{condition.field} {operator} {_literal(value)}" for value in condition.values]
    return terms[0] if len(terms) == 1 else f"({joint.join(terms)})"


def _literal(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def _id_literal(record_id: str) -> str:
    return record_id if _is_number(record_id) else _literal(record_id)


def _is_number(record_id: str) -> bool:
    return record_id.isascii() and record_id.isdigit()
