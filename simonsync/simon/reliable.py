"""Tables of Simon that can be relied on: there, whole and readable, or ServiceUnavailable.

A table that every Simon has is never empty because of a 404: then the service is in trouble. One that an
older Simon may lack is empty only as long as it has never answered. What hangs on work orders is never empty
as a whole once it has shown a record: rights that were taken away politely would leave lines out of a draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from simonsync.domain.entities import ENTITIES
from simonsync.domain.records import TableCount
from simonsync.errors import NotFound, Refused, ServiceUnavailable
from simonsync.simon.query import TableService, Where
from simonsync.simon.records import Wire, part_missing

T = TypeVar("T")


class ReliableTables:
    """The tables of one Simon, over either dialect."""

    def __init__(self, dialect: TableService) -> None:
        """Nothing is asked yet."""
        self._dialect = dialect
        self._there: set[str] = set()
        self._shown: set[str] = set()

    @property
    def there(self) -> frozenset[str]:
        """Which of the tables that a Simon may lack have answered, or are held to be there.

        Of those that every Simon has, which have shown a record on a work order.
        """
        return frozenset(self._there)

    def expect(self, tables: Iterable[str]) -> None:
        """Hold tables to be there: one of them that is not found, or shows nothing at all, is in trouble."""
        self._there.update(tables)

    def ask_all(self) -> frozenset[str]:
        """Ask each table that a Simon may lack for a record, and return which there are.

        Raises ServiceUnavailable where one is not found that is held to be there.
        """
        for table, entity in ENTITIES.items():
            if entity.optional:
                with readable():
                    self._asked(table)
        return self.there

    def _asked(self, table: str) -> None:
        try:
            self._dialect.sample(table, 1)
        except NotFound:
            self._require_absent(table)
        else:
            self._answers(table)

    def pages(self, table: str, where: Where = (), fields: Sequence[str] = ()) -> Iterator[Sequence[Wire]]:
        """Page through a table by Id, each record once, complete."""
        with readable():
            try:
                yield from self._noted(table, self._dialect.list(table, where, fields))
            except NotFound:
                self._require_absent(table)

    def children(self, table: str, where: Where) -> list[Wire]:
        """Read all records of a table that hang on one work order, which has answered.

        Raises Refused where only these are not to be had; ServiceUnavailable where the table shows nothing of
        anybody any more, although it has.
        """
        try:
            rows = [row for page in self._dialect.list(table, where) for row in page]
        except NotFound:
            raise self.lacks(table) from None
        if rows:
            self._there.add(table)
            self._shown.add(table)
        elif table in self._there - self._shown:
            if not self._dialect.sample(table, 1):
                raise table_failed("simon-table-empty", table)
            self._shown.add(table)
        return rows

    def rows(self, table: str, where: Where) -> list[Wire]:
        """Read all records of a table that fit."""
        return [row for page in self.pages(table, where) for row in page]

    def changed(
        self, table: str, where: Where, since: datetime | None, fields: Sequence[str] = ()
    ) -> Iterator[Sequence[Wire]]:
        """Page through a table by mutation date and Id, from a moment on (≥)."""
        with readable():
            try:
                yield from self._noted(table, self._dialect.changed(table, where, since, fields))
            except NotFound:
                self._require_absent(table)

    def ids(self, table: str, where: Where, after: str = "") -> Iterator[Sequence[str]]:
        """Page through the Ids of a table, ascending, from the one after `after` on."""
        with readable():
            try:
                yield from self._noted(table, self._dialect.ids(table, where, after))
            except NotFound:
                self._require_absent(table)

    def count(self, table: str) -> TableCount:
        """Count a table and tell when it last changed."""
        with readable():
            try:
                counted = self._dialect.count(table)
            except NotFound:
                self._require_absent(table)
                return TableCount(table, 0, None)
            self._answers(table)
            return counted

    def lists(self, table: str, record_id: str) -> bool:
        """Tell whether a table lists a record, whatever comes of asking for it by itself."""
        with readable():
            try:
                return self._dialect.lists(table, record_id)
            except NotFound:
                raise table_failed("simon-table-missing", table) from None

    def lacks(self, table: str, record_id: str = "") -> Refused:
        """Make the error that says what is not found of something else that is there.

        Raises ServiceUnavailable where the whole table is not: then it is no matter of that one.
        """
        try:
            self._dialect.sample(table, 1)
        except NotFound:
            raise table_failed("simon-table-missing", table) from None
        return part_missing(table, record_id)

    def _noted(self, table: str, pages: Iterator[T]) -> Iterator[T]:
        for page in pages:
            self._answers(table)
            yield page
        self._answers(table)

    def _answers(self, table: str) -> None:
        if ENTITIES[table].optional:
            self._there.add(table)

    def _require_absent(self, table: str) -> None:
        """Take a table for one that this Simon lacks. Raises ServiceUnavailable where it must have it."""
        if not ENTITIES[table].optional or table in self._there:
            raise table_failed("simon-table-missing", table) from None


def table_failed(code: str, table: str) -> ServiceUnavailable:
    """Make the error of a table that is not as it must be: the service is in trouble."""
    cause = f"@cause-{code.removeprefix('simon-')}, @simon-{table}"
    return ServiceUnavailable(code, service="Simon", table=f"@simon-{table}", cause=cause)


@contextmanager
def readable() -> Iterator[None]:
    """Turn an unreadable field inside a list into the service's failure: a list with a hole is no list."""
    try:
        yield
    except Refused as refused:
        if refused.code not in {"simon-field-unreadable", "simon-part-missing"}:
            raise
        first, *more = refused.problems
        raise ServiceUnavailable(first.code, more=more, **first.params) from refused
