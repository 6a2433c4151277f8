"""What stands in the state file is told apart from what we never wrote: in one place, for every column."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import simonsync.store
from simonsync.errors import StateUnusable
from simonsync.store.opening import open_state
from simonsync.store.sqlite.soundness import COLUMNS, garbled_values
from simonsync.store.state import State
from simonsync.store.values import Garbled, optional_reading, to_moment, to_object, to_objects, to_reading
from tests.builders import NOON

PACKAGE = Path(simonsync.store.__file__).parent
OWN_FORM = ("values.py", "archive.py", "lock.py")
"""Modules that read something else than rows, and the one through which all of these pass."""
PLAIN = {
    *("bool", "int", "str", "parse_ext_key"),
    *(
        "to_moment",
        "optional_moment",
        "to_object",
        "to_objects",
        "to_place",
        "to_reading",
        "optional_reading",
    ),
}
MODULES = [path for path in sorted(PACKAGE.glob("*.py")) if path.name not in OWN_FORM]


def test_the_columns_are_those_of_the_schema(state: State) -> None:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'"
    schema = {
        str(table["name"]): {
            str(column["name"]) for column in state.database.rows(f"PRAGMA table_info({table['name']})")
        }
        for table in state.database.rows(tables)
    }
    found = {table: set(columns) for table, columns in COLUMNS.items()}
    assert found == schema, "COLUMNS of store/sqlite/soundness.py tells other tables than the schema"


def test_what_belongs_to_a_work_order_follows_it_to_another_id() -> None:
    renamed = set(re.findall(r"UPDATE (\w+) SET work_order", inspect.getsource(State.rename_work_order)))
    owned = [table for table, columns in COLUMNS.items() if "work_order" in columns]
    lost = [table for table in owned if table not in renamed]
    assert lost == [], "let them follow in State.rename_work_order"


def test_a_state_in_use_has_nothing_garbled(state: State) -> None:
    state.settings.add({"attachments": True}, NOON)
    state.runs.begin("sync", NOON)
    assert garbled_values(state.database) == ()
    assert state.check() == ()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_values_of_rows_are_read_in_one_place(path: Path) -> None:
    """`json.loads(row[…])` or `Status(row[…])` would make a bug of what a broken disk or a person did."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                assert name not in {"loads", "fromisoformat", "read_reading"}, f"{path.name}:{node.lineno}"
                match node.args:
                    case [ast.Subscript(value=ast.Name(id="row"))]:
                        assert name in PLAIN, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00.000000Z", "2026-11-24", 7, None])
def test_what_is_no_moment_is_garbled(text: str) -> None:
    with pytest.raises(Garbled):
        to_moment(text)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", '"text"', "[" * 100_000])
def test_what_is_no_object_is_garbled(text: str) -> None:
    with pytest.raises(Garbled):
        to_object(text)
    with pytest.raises(Garbled):
        to_objects(text if text != "[]" else '[["a"]]')


@pytest.mark.parametrize("text", ["yesterday", "|boot|soon", "x|boot|1.0"])
def test_what_is_no_look_at_the_clocks_is_garbled(text: str) -> None:
    with pytest.raises(Garbled):
        to_reading(text)
    assert optional_reading(None) is None


def test_who_reads_it_learns_in_which_file_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    with pytest.raises(StateUnusable) as caught, open_state(path):
        to_object("x" * 1000)
    assert caught.value.code == "state-corrupt"
    params = caught.value.problems[0].params
    assert params == {"path": str(path), "cause": "x" * 60 + "…"}
