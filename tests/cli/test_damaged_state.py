"""A state file that cannot be used: whatever is wrong with it, one sentence with place and remedy."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from shutil import copytree

import pytest

from simonsync.domain.key import Kind
from simonsync.domain.reading import Reading
from simonsync.sandbox.box import Sandbox
from simonsync.settings.declaration import ProductChoice
from simonsync.store.ledger import Status
from simonsync.store.opening import open_state
from simonsync.store.sqlite.soundness import COLUMNS, Shape
from simonsync.store.state import State
from simonsync.store.values import PLACES, to_text
from tests.builders import NOON
from tests.cli.program import Ended, called
from tests.firm import Firm

COMMANDS = (
    ("status",),
    ("log",),
    ("sync",),
    ("pull",),
    ("push", "--work-order", "4711"),
    ("cleanup",),
    ("wipe", "--dry-run"),
    ("connect", "--from-env"),
    ("configure", "--set", "attachments=yes", "--accept-terms"),
    ("deactivate", "--yes"),
    ("preview", "4711"),
    ("explain", "4711"),
    ("resolve", "4711", "--never", "--yes"),
    ("reconcile",),
    ("backup",),
    ("doctor",),
    ("report",),
)

READERS = ("log", "status", "sync", "explain", "cleanup", "reconcile")
READING_ALL = [command for command in COMMANDS if command[0] in READERS]
"""Commands that read each kind of row between them."""


@dataclass(frozen=True)
class Account:
    """An account in the middle of its work, with services that answer."""

    folder: Path
    credentials: Mapping[str, str]

    @property
    def path(self) -> Path:
        return self.folder / "state" / "firm.db"

    def run(self, *command: str) -> Ended:
        return called(self.folder, *command, environ=self.credentials)


def fill_empty_tables(state: State) -> None:
    """Put a row into each table that this account has not used."""
    for table, columns in COLUMNS.items():
        found = state.database.one(f"SELECT count(*) FROM {table}")  # noqa: S608
        if found is not None and not found[0]:
            values = [_sound_value(shape) for shape in columns.values()]
            marks = ", ".join("?" * len(values))
            state.database.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608
                values,
            )


def _sound_value(shape: Shape | type[StrEnum]) -> str | int:
    match shape:
        case Shape.NUMBER:
            return 1
        case Shape.TEXT:
            return "1"
        case Shape.MOMENT:
            return to_text(NOON)
        case Shape.READING:
            return Reading(NOON).as_text()
        case Shape.OBJECT:
            return "{}"
        case Shape.LIST:
            return '[{"kind": "customer", "id": "1", "name": "Dupont", "reason": "gone"}]'
        case Shape.PLACE:
            return PLACES[0]
    return str(next(iter(shape)))


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    folder = tmp_path_factory.mktemp("worked")
    (folder / "state").mkdir(mode=0o700)
    with Sandbox(customers=2) as box:
        firm = Firm(box, folder / "state")
        firm.activate(work_time_product=ProductChoice(Kind.SERVICE, "SER001"))
        firm.pull()
        for text in ("un", "deux"):
            firm.archived(text, work=30)
        firm.push()
        firm.archived("trois", CustomerId=None)
        firm.push()
        with open_state(folder / "state" / "firm.db") as state:
            fill_empty_tables(state)
        (folder / "config.yaml").write_text(
            "account: firm\nlanguage: en\n"
            f'sellsy: {{url: "{box.sellsy_url}", requests_per_second: 1000}}\n'
            f'simon: {{url: "{box.simon_url}"}}\n'
            'settings: {work_time_product: "service:SER001"}\n'
        )
        yield Account(folder, {f"SIMONSYNC_{name.upper()}": value for name, value in box.credentials.items()})


@pytest.fixture
def account(worked: Account, tmp_path: Path) -> Account:
    """The same account, to be damaged."""
    folder = tmp_path / "copy"
    copytree(worked.folder, folder)
    return replace(worked, folder=folder)


def sql(statement: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(statement)
        connection.close()

    return damage


def random_bytes(path: Path) -> None:
    path.write_bytes(os.urandom(50_000))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9000])


def cut_within_a_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def garbage_inside(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 : len(content)] = os.urandom(len(content) - 4096)
    path.write_bytes(content)


def another_program(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)")
    connection.close()
    path.chmod(0o600)


def another_program_with_versions(path: Path) -> None:
    another_program(path)
    sql("PRAGMA user_version = 75")(path)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("elsewhere.db"))


WHOLE_FILE = {
    each.__name__: each
    for each in (
        *(random_bytes, cut_within_a_page, another_program, another_program_with_versions),
        *(folder, pipe, link_to_nowhere),
    )
} | {
    "table missing": sql("DROP TABLE bindings"),
    "unknown status": sql("UPDATE work_orders SET status = 'xyz'"),
    "not a text": sql("UPDATE work_orders SET status = CAST(x'ff00fe' AS TEXT)"),
}


@pytest.mark.parametrize("damage", WHOLE_FILE.values(), ids=WHOLE_FILE)
def test_every_command_says_where_and_what_to_do(account: Account, damage: Callable[[Path], None]) -> None:
    damage(account.path)
    for command in COMMANDS:
        ended = account.run(*command)
        if command == ("doctor",):
            assert ended.code == 3
            assert str(account.path) in ended.out
        else:
            assert (command, ended.code) == (command, 2)
            assert str(account.path) in ended.err
    assert not account.path.with_name("elsewhere.db").exists()


SHAPED = [
    (table, column)
    for table, columns in COLUMNS.items()
    for column, shape in columns.items()
    if shape not in {Shape.TEXT, Shape.NUMBER}
]


@pytest.mark.parametrize(("table", "column"), SHAPED, ids=[".".join(each) for each in SHAPED])
def test_a_value_that_we_never_wrote_is_damage_and_no_bug(account: Account, table: str, column: str) -> None:
    with sqlite3.connect(account.path) as connection:
        changed = connection.execute(f"UPDATE {table} SET {column} = 'garbage'").rowcount  # noqa: S608
    connection.close()
    assert changed
    told = account.run("backup")
    assert told.code == 2
    assert f"{account.path} is damaged ({table}.{column} = garbage" in told.err
    assert f"{table}.{column}" in account.run("doctor").out
    for command in READING_ALL:
        assert (command, account.run(*command).code) != (command, 1)


@pytest.mark.parametrize(
    ("statement", "command"),
    [
        ("UPDATE work_orders SET expected = '{}'", ("explain",)),
        ("UPDATE work_orders SET expected = '{}'", ("report",)),
        ("UPDATE settings_history SET settings = '{\"work_time_product\": 7}'", ("sync",)),
        ("UPDATE settings_history SET settings = '[]'", ("sync",)),
        ("UPDATE journal SET params = '{\"causes\": 1}'", ("log",)),
        ("ALTER TABLE journal RENAME COLUMN params TO parameters", ("log",)),
        ("ALTER TABLE bindings DROP COLUMN missing_since", ("sync",)),
    ],
)
def test_what_has_the_right_form_and_no_sense_is_damage_too(
    account: Account, statement: str, command: tuple[str, ...]
) -> None:
    sql(statement)(account.path)
    if command == ("explain",):
        with open_state(account.path) as state:
            command = ("explain", next(state.ledger.of_status(Status.SENT)).number)
    told = account.run(*command)
    assert (told.code, f"{account.path} is damaged" in told.err) == (2, True)


@pytest.mark.parametrize("position", ["the first", "0", "2026-11-24", "2026-11-24T00:00:00+00:00 soon", "²"])
def test_a_turn_whose_place_is_not_known_begins_anew(account: Account, position: str) -> None:
    before = account.run("sync").code
    sql(f"UPDATE scans SET position = '{position}'")(account.path)  # noqa: S608
    # Of the count of all work orders Simon itself says that it does not understand the place.
    assert account.run("sync").code in {before, 7}
    assert account.run("sync").code == before
    with sqlite3.connect(account.path) as connection:
        places = connection.execute("SELECT position FROM scans").fetchall()
    connection.close()
    assert (position,) not in places


def test_a_log_of_changes_that_holds_garbage_is_no_bug(account: Account) -> None:
    wal = account.path.with_name("firm.db-wal")
    wal.write_bytes(os.urandom(9000))
    wal.chmod(0o600)
    for command in READING_ALL:
        assert (command, account.run(*command).code) != (command, 1)


@pytest.mark.parametrize(
    "damage", [random_bytes, cut_within_a_page, another_program, sql("UPDATE work_orders SET status = 'xyz'")]
)
def test_the_remedy_puts_it_right(account: Account, damage: Callable[[Path], None]) -> None:
    saved = account.run("backup", "--json").document["data"]["path"]
    damage(account.path)
    damaged = account.path.read_bytes()
    assert account.run("restore", saved, "--yes").code == 0
    assert account.run("status").code == 0
    kept = [path for path in account.path.parent.iterdir() if ".broken-" in path.name]
    assert [path.read_bytes() for path in kept if not path.name.endswith("-wal")] == [damaged]


def test_a_damaged_state_does_not_push_out_the_backups_of_a_sound_one(account: Account) -> None:
    sql("UPDATE journal SET last_at = 'yesterday'")(account.path)
    assert account.run("sync").code == 2
    assert not list((account.path.parent / "backups").glob("*"))


@pytest.mark.parametrize("line", ["simonsync explain 4", "simonsync configure --set work_time_product="])
def test_who_completes_a_number_is_left_in_peace(account: Account, line: str) -> None:
    sql("UPDATE work_orders SET status = 'xyz'")(account.path)
    sql("UPDATE settings_history SET settings = '{'")(account.path)
    completion = {
        "_SIMONSYNC_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(line.count(" ")),
    }
    ended = called(account.folder, environ={**account.credentials, **completion})
    assert (ended.code, ended.err) == (0, "")
