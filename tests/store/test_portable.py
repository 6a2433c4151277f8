"""What we remember is asked for in SQL that SQLite and PostgreSQL read; `store.sqlite` speaks its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import simonsync.store

FILES = sorted(Path(simonsync.store.__file__).parent.glob("*.py"))
OF_SQLITE_ALONE = re.compile(
    r"INSERT OR|lastrowid|\bGLOB\b|json_each|julianday|PRAGMA|\btemp\.|WITHOUT ROWID|ON CONFLICT DO UPDATE|"
    r"IS NOT \?|\bmax\([^)]*,|\bmin\([^)]*,|rowid"
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_statement_is_read_by_both_databases(path: Path) -> None:
    statements = re.findall(r'"((?:[^"\\\n]|\\.)*)"', path.read_text("utf-8"))
    assert [text for text in statements if OF_SQLITE_ALONE.search(text)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_only_the_opening_knows_which_database_it_is(path: Path) -> None:
    known = "simonsync.store.sqlite" in path.read_text("utf-8")
    assert known == (path.stem == "opening")
