"""The state file of one account: opened, kept durable, and explained where it is broken."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from simonsync.errors import StateUnusable
from simonsync.files import is_full, make_in_place, state_problem
from simonsync.store.database import Row, Value

SCHEMA_VERSION = 5
"""Number of the newest migration in `store.sqlite.schema`; a test holds the two together."""

_FIRST_TABLES = frozenset({"activation", "attempts", "bindings", "journal", "work_orders"})
"""Tables that a state file of any version has."""
_BOOKKEEPING = "_sqlite_migrations"


class StateFile:
    """The open state file.

    Every transaction is durable when it ends (synchronous=FULL): a power cut loses nothing committed.

    In a *rehearsal* everything happens inside one transaction that is rolled back at the end: a dry run sees
    its own changes, and leaves none.
    """

    def __init__(self, path: Path, *, rehearsal: bool = False) -> None:
        """Open and, where it is older, migrate the file. Raises StateUnusable with the remedy."""
        self.path = path
        self._rehearsal = rehearsal
        self._depth = 0
        _make_private(path)
        with self._explained():
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=10)
        try:
            with self._explained():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        self._connection.row_factory = sqlite3.Row
        version = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
        self._require_ours(version)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        if version > SCHEMA_VERSION:
            raise StateUnusable(
                "state-newer", path=str(self.path), found=str(version), known=str(SCHEMA_VERSION)
            )
        if version < SCHEMA_VERSION:
            from simonsync.store.sqlite.schema import migrate

            if version:
                self.copy_to(self.path.with_name(f"{self.path.name}.before-version-{SCHEMA_VERSION}"))
            migrate(self._connection)
        if self._rehearsal:
            self._connection.execute("BEGIN IMMEDIATE")

    def _require_ours(self, version: int) -> None:
        """Refuse the database of another program, before it is changed."""
        found = {str(row[0]) for row in self._connection.execute("SELECT name FROM sqlite_master")}
        if not (found >= _FIRST_TABLES if version else found <= {_BOOKKEEPING}):
            raise StateUnusable("state-corrupt", path=str(self.path), cause=", ".join(sorted(found)[:3]))

    @property
    def rehearsal(self) -> bool:
        """Whether everything is forgotten at the end."""
        return self._rehearsal

    @property
    def connection(self) -> sqlite3.Connection:
        """The raw connection, for `backup` and integrity checks."""
        return self._connection

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> sqlite3.Cursor:
        """Run one statement. Raises StateUnusable where the file cannot be read or written."""
        # Some hundred thousand statements a pull: a context manager around each one would be felt.
        try:
            return self._connection.execute(sql, parameters)
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def one(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        """Return the first row, or None."""
        try:
            row: Row | None = self._connection.execute(sql, parameters).fetchone()
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        return row

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> Iterator[Row]:
        """Iterate over the rows as SQLite finds them."""
        try:
            # Not `yield from`: who stops half-way, and closes the file, must not be told that it is closed.
            for row in self._connection.execute(sql, parameters):  # noqa: UP028 likewise
                yield row
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one durable step; inside another transaction it is part of that one."""
        if self._depth:
            yield
            return
        begin, commit, rollback = (
            ("SAVEPOINT step", "RELEASE step", "ROLLBACK TO step")
            if self._rehearsal
            else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        )
        self.execute(begin)
        self._depth += 1
        try:
            yield
            self._depth -= 1
            self.execute(commit)
        except BaseException:
            self._depth = 0
            # SQLite has rolled back already where the disk is full or the file is broken.
            if self._connection.in_transaction:
                self._connection.execute(rollback)
            raise

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy, also while a run goes on; mode 0600 from the start."""
        _make_private(path)
        try:
            with closing(sqlite3.connect(path)) as target:
                self._connection.backup(target)
        except sqlite3.Error as error:
            # What SQLite could not write is the copy: this file was only read.
            raise self._unusable(error, path if _problem(error) in _NO_PLACE else self.path) from error

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with the file, or with what stands in it; nothing where it is sound."""
        with self._explained():
            found = [str(row[0]) for row in self._connection.execute("PRAGMA integrity_check(5)")]
        from simonsync.store.sqlite.soundness import garbled_values

        return garbled_values(self) if found == ["ok"] else tuple(found)

    def close(self) -> None:
        """Close the file; a rehearsal forgets everything."""
        if self._rehearsal and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: sqlite3.Error, place: Path | None = None) -> StateUnusable:
        code, path = _problem(error), place or self.path
        if code in {"state-disk-error", "state-cannot-open"} and is_full(path.parent):
            # Where SQLite finds no room for its companions, it speaks of an error only.
            code = "state-disk-full"
        return StateUnusable(code, path=str(path), cause=str(error))


_NO_PLACE = frozenset({"state-disk-full", "state-read-only", "state-cannot-open", "state-disk-error"})
"""What is wrong with the place that is written to."""


def _make_private(path: Path) -> None:
    """Create the file for its owner alone; refuse one that others may read. SQLite's own files follow it."""
    try:
        mode = make_in_place(path).st_mode & 0o777
    except OSError as error:
        raise state_problem(path, error) from error
    if mode & 0o077:
        raise StateUnusable("state-mode-wide", path=str(path), mode=f"{mode:04o}")


def _problem(error: sqlite3.Error) -> str:
    """Name what is wrong by SQLite's own result code."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    is_no_text = isinstance(error, sqlite3.OperationalError) and not primary
    if is_no_text or str(error).startswith(_NOT_OUR_SCHEMA):
        return "state-corrupt"
    return {
        sqlite3.SQLITE_FULL: "state-disk-full",
        sqlite3.SQLITE_READONLY: "state-read-only",
        sqlite3.SQLITE_CANTOPEN: "state-cannot-open",
        sqlite3.SQLITE_CORRUPT: "state-corrupt",
        sqlite3.SQLITE_NOTADB: "state-corrupt",
        sqlite3.SQLITE_MISMATCH: "state-corrupt",
        sqlite3.SQLITE_BUSY: "state-busy",
        sqlite3.SQLITE_LOCKED: "state-busy",
        sqlite3.SQLITE_IOERR: "state-disk-error",
    }.get(primary, "state-error")


_NOT_OUR_SCHEMA = ("no such table", "no such column", "no such index", "table ")
"""How SQLite begins what it says of a table that is not as our migrations made it."""
