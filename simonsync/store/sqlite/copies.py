"""A copy of a state file that leaves the machine."""

from __future__ import annotations

from pathlib import Path

from simonsync.secrecy import without_secrets
from simonsync.store.sqlite.file import StateFile


def copy_without_secrets(source: Path, target: Path, licence_hash: str) -> None:
    """Write a consistent copy in which another licence stands, and no secret.

    The licence's own hash is left out, since a code of sixteen digits can be found again from it.
    Raises StateUnusable.
    """
    database = StateFile(source)
    try:
        database.copy_to(target)
    finally:
        database.close()
    copy = StateFile(target)
    try:
        copy.execute("UPDATE activation SET licence_hash = ? WHERE licence_hash IS NOT NULL", (licence_hash,))
        _clean(copy)
        # What was overwritten is still in the file until it is written anew.
        copy.execute("VACUUM")
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()


def _clean(copy: StateFile) -> None:
    copy.connection.create_function("clean", 1, without_secrets, deterministic=True)
    tables = [str(row[0]) for row in copy.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        columns = [str(row[1]) for row in copy.rows(f"PRAGMA table_info({table})") if row[2] == "TEXT"]
        for column in columns:
            copy.execute(
                f"UPDATE {table} SET {column} = clean({column}) "
                f"WHERE {column} IS NOT NULL AND {column} != clean({column})"
            )
