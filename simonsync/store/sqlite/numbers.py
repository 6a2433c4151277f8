"""Numbers and Ids of work orders, for completion in a shell: read only, and never waited for.

Somebody presses a key while a run may be going on. So the file is opened without a lock of its own, nothing
is made where there is nothing, and a file from another version is left alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from simonsync.store.ledger import Status
from simonsync.store.sqlite.file import SCHEMA_VERSION
from simonsync.store.values import to_object, understood

_PATIENCE = 0.2
"""Seconds to wait for a run that is just writing."""
_LAST = "\U0010ffff"
"""Sorts after every text that goes on."""


def beginning_with(
    path: Path, text: str, column: Literal["number", "id"], *, limit: int = 100
) -> dict[str, Status]:
    """Return numbers, or Ids, that begin with a text, each with its status; the newest ones.

    Raises sqlite3.Error where there is no state file, or one that cannot be read; Garbled where what it holds
    makes no sense.
    """
    with _reading(path) as connection:
        rows = connection.execute(
            f"SELECT {column}, status FROM work_orders WHERE {column} >= ? AND {column} < ? "
            "ORDER BY archived_at DESC LIMIT ?",
            (text, text + _LAST, limit),
        )
        return {name: understood(Status, status) for name, status in rows.fetchall()}


def past_settings(path: Path, *, limit: int = 20) -> tuple[Mapping[str, Any], ...]:
    """Return the settings that applied last, the newest first. Raises sqlite3.Error, Garbled."""
    with _reading(path) as connection:
        rows = connection.execute(
            "SELECT settings FROM settings_history ORDER BY revision DESC LIMIT ?", (limit,)
        )
        return tuple(to_object(row[0]) for row in rows.fetchall())


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    # To read a file that nobody has open, SQLite would make its two companions, and leave them behind.
    mode = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=_PATIENCE)
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
            raise sqlite3.DatabaseError("a state file of another version")
        yield connection
    finally:
        connection.close()
