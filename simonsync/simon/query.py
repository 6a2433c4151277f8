"""What is asked of a table of Simon, in words that both dialects can put into their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from simonsync.domain.records import TableCount
from simonsync.simon.records import Wire

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Is:
    """A field holds one of these values; negated: none of them."""

    field: str
    values: tuple[Value, ...]
    negated: bool = False

    def holds(self, wire: Wire) -> bool:
        """Tell whether a record fits: some services leave out a filter that they do not know."""
        found = wire.get(self.field)
        return any(_same(found, value) for value in self.values) is not self.negated


def _same(found: object, value: Value) -> bool:
    if found is None or value is None:
        return found is value
    if isinstance(value, bool):
        return str(found).casefold() in ({"true", "1"} if value else {"false", "0"})
    return str(found) == str(value)


Where = tuple[Is, ...]


class TableService(Protocol):
    """One way of speaking to Simon's tables; records go and come as Simon has them."""

    def list(self, table: str, where: Where = (), fields: Sequence[str] = ()) -> Iterator[Sequence[Wire]]:
        """Page through a table by Id, each record once, complete or ServiceUnavailable.

        `fields` names those that are wanted; all may come. Raises NotFound where the table is unknown.
        """

    def ids(self, table: str, where: Where, after: str = "") -> Iterator[Sequence[str]]:
        """Page through the Ids of a table, ascending, from the one after `after` on; complete as `list` is.

        Where the service cannot narrow by `where`, others come too. Raises as `list` does.
        """

    def changed(
        self, table: str, where: Where, since: datetime | None, fields: Sequence[str] = ()
    ) -> Iterator[Sequence[Wire]]:
        """Page through a table by mutation date and Id, from a moment on (≥)."""

    def sample(self, table: str, size: int) -> Sequence[Wire]:
        """Read a few records of a table, for a look at their fields. Raises NotFound as `list` does."""

    def count(self, table: str) -> TableCount:
        """Count a table and tell when it last changed. Raises NotFound as `list` does."""

    def find(self, table: str, ext_key: str) -> str | None:
        """Return the Id of the record with exactly this ExtKey, or None."""

    def lists(self, table: str, record_id: str) -> bool:
        """Tell whether a table lists a record of this Id. Raises NotFound where the table is unknown."""

    def read(self, table: str, record_id: str) -> Wire:
        """Read one record. Raises NotFound."""

    def insert(self, table: str, fields: Mapping[str, object]) -> str:
        """Insert a record, once, and return its Id. Raises Conflict, Refused, NotSent or OutcomeUnknown."""

    def update(self, table: str, record_id: str, fields: Mapping[str, object]) -> None:
        """Change these fields of a record. Raises NotFound, Conflict, Refused, NotSent or OutcomeUnknown."""

    def delete(self, table: str, record_id: str) -> None:
        """Delete a record. Raises NotFound, InUse, Refused, NotSent or OutcomeUnknown."""
