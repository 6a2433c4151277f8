"""What our memory asks of a database: a few statements, in the SQL that SQLite and PostgreSQL both read.

Everything else in this package is written against this door. Behind it stands one file (`store.sqlite`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

Value = str | int | float | None


class Row(Protocol):
    """One row of an answer, by the names of its columns or by their numbers."""

    def __getitem__(self, column: str | int, /) -> Any:  # noqa: ANN401 what stands in a column
        """Return what stands in a column."""


class Done(Protocol):
    """What a statement did."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""


class Database(Protocol):
    """An open database with our tables in it.

    Every transaction is durable when it ends. Each call raises StateUnusable where nothing can be read or
    written.
    """

    @property
    def path(self) -> Path:
        """The file in the state folder that stands for this database; others lie beside it."""

    @property
    def rehearsal(self) -> bool:
        """Whether everything is forgotten at the end."""

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> Done:
        """Run one statement."""

    def one(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        """Return the first row, or None."""

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> Iterator[Row]:
        """Iterate over the rows as they are found."""

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy as a state file, also while a run goes on."""

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with it, or with what stands in it; nothing where it is sound."""

    def transaction(self) -> AbstractContextManager[None]:
        """Make everything inside one durable step; inside another transaction it is part of that one."""


def marks(values: Sequence[object]) -> str:
    """Return the marks for a list of texts: `?, ?, ?`; the empty text, which no id is, for an empty one."""
    return ", ".join("?" * len(values)) or "''"
