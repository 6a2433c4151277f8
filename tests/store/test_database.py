"""The state file: durable steps, rehearsals, and clear words where it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.phase import Phase
from simonsync.errors import ExitCode, StateUnusable
from simonsync.store.ledger import Status
from simonsync.store.opening import open_state
from simonsync.store.sqlite.file import SCHEMA_VERSION, StateFile
from simonsync.store.sqlite.schema import migrations
from simonsync.store.values import to_moment, to_text


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    with open_state(path) as state:
        state.activation.set_phase(Phase.WIPED)
        files = list(tmp_path.iterdir())
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert path.exists()


def test_the_schema_version_is_the_newest_migration(tmp_path: Path) -> None:
    database = StateFile(tmp_path / "firm.db")
    row = database.one("PRAGMA user_version")
    database.close()
    assert row is not None
    assert row[0] == SCHEMA_VERSION


def first_version(path: Path) -> None:
    raw = sqlite3.connect(path)
    migrations.apply(sqlite_utils.Database(raw, execute_plugins=False), stop_before="m002_unseen_since")
    raw.execute(
        "INSERT INTO work_orders (id, number, marker, archived_at, mutated_at, status) VALUES "
        "('1', '4711', 'M', '2026-05-12T10:00:00.000000Z', '2026-05-12T10:00:00.000000Z', 'waiting')"
    )
    raw.commit()
    raw.close()
    path.chmod(0o600)


def test_a_file_of_the_first_version_is_brought_forward_after_a_copy_of_it(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    first_version(path)
    with open_state(path) as state:
        # Its documents may be of any age.
        assert state.ledger.unseen_since() == datetime(2000, 1, 1, tzinfo=UTC)
    copy = sqlite3.connect(tmp_path / f"firm.db.before-version-{SCHEMA_VERSION}")
    assert copy.execute("PRAGMA user_version").fetchone() == (1,)
    assert copy.execute("SELECT number FROM work_orders").fetchall() == [("4711",)]
    copy.close()


def test_what_one_refusal_had_settled_as_deleted_in_simon_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    raw = sqlite3.connect(path)
    migrations.apply(sqlite_utils.Database(raw, execute_plugins=False), stop_before="m003_trust")
    moment = "2026-05-12T10:00:00.000000Z"
    for record, status, content in (("1", "settled", ""), ("2", "settled", "hash"), ("3", "never", "")):
        raw.execute(
            "INSERT INTO work_orders (id, number, marker, archived_at, mutated_at, status, content) "
            "VALUES (?, '4711', ?, ?, ?, ?, ?)",
            (record, f"M{record}", moment, moment, status, content),
        )
    raw.commit()
    raw.close()
    path.chmod(0o600)
    with open_state(path) as state:
        assert [entry.status for entry in state.ledger.all()] == [Status.GONE, Status.SETTLED, Status.NEVER]


@pytest.mark.parametrize("begin", ["new", "first version", "present version"])
@pytest.mark.parametrize("rehearsal", [False, True])
def test_every_step_reaches_the_disk_before_it_counts_as_done(
    tmp_path: Path, begin: str, *, rehearsal: bool
) -> None:
    path = tmp_path / "firm.db"
    if begin == "first version":
        first_version(path)
    elif begin == "present version":
        StateFile(path).close()
    database = StateFile(path, rehearsal=rehearsal)
    full = 2
    for _step in range(2):
        row = database.one("PRAGMA synchronous")
        assert row is not None
        assert row[0] == full
        with database.transaction():
            database.execute("INSERT INTO runs (command, started_at) VALUES ('sync', '2026')")
    database.close()


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    StateFile(path).close()
    path.chmod(0o644)
    with pytest.raises(StateUnusable) as caught:
        StateFile(path)
    assert (caught.value.code, caught.value.exit_code) == ("state-mode-wide", ExitCode.USAGE)


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    StateFile(path).close()
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(StateUnusable) as caught:
        StateFile(path)
    assert caught.value.code == "state-newer"
    assert path.read_bytes() == before


def test_something_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    path.write_text("<html>not a database</html>" * 100)
    path.chmod(0o600)
    with pytest.raises(StateUnusable) as caught:
        StateFile(path)
    assert caught.value.code == "state-corrupt"


def test_a_flipped_page_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    with open_state(path) as state:
        for number in range(300):
            state.settings.add({"number": number, "text": "x" * 200}, datetime(2026, 1, 1, tzinfo=UTC))
    content = bytearray(path.read_bytes())
    content[8192 : 8192 + 64] = b"\xff" * 64
    path.write_bytes(content)
    database = StateFile(path)
    try:
        found = database.check()
    except StateUnusable as error:
        found = (error.code,)
    finally:
        database.close()
    assert found


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    with open_state(path) as state:
        state.settings.add({"kept": True}, moment)
        pages = state.database.one("PRAGMA page_count")
        assert pages is not None
        # SQLite answers a file that may not grow as it answers a full disk.
        state.database.execute(f"PRAGMA max_page_count = {pages[0]}")
        with pytest.raises(StateUnusable) as caught:
            state.settings.add({"text": "x" * 100_000}, moment)
        assert caught.value.code == "state-disk-full"
        current = state.settings.current()
        assert current is not None
        assert current[1] == {"kept": True}


def test_a_rehearsal_sees_its_own_changes_and_leaves_none(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    with open_state(path) as state:
        state.activation.set_phase(Phase.WIPED)
    with open_state(path, rehearsal=True) as state:
        state.activation.set_phase(Phase.CONNECTED)
        with suppress(RuntimeError), state.commit():
            state.activation.set_phase(Phase.ACTIVE)
            raise RuntimeError
        assert state.activation.get().phase is Phase.CONNECTED
    with open_state(path) as state:
        assert state.activation.get().phase is Phase.WIPED


def test_a_step_that_fails_leaves_nothing_half_done(tmp_path: Path) -> None:
    with open_state(tmp_path / "firm.db") as state:
        with suppress(RuntimeError), state.commit():
            state.activation.set_phase(Phase.WIPED)
            with state.commit():
                state.settings.add({}, datetime(2026, 1, 1, tzinfo=UTC))
            raise RuntimeError
        assert state.activation.get().phase is Phase.NEVER_ACTIVATED
        assert state.settings.current() is None
        state.activation.set_phase(Phase.WIPED)
        assert state.activation.get().phase is Phase.WIPED


def test_a_copy_is_made_while_others_write(tmp_path: Path) -> None:
    with open_state(tmp_path / "firm.db") as state:
        state.activation.set_phase(Phase.WIPED)
        state.database.copy_to(tmp_path / "copy.db")
    with open_state(tmp_path / "copy.db") as copy:
        assert copy.activation.get().phase is Phase.WIPED


@given(st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)), st.integers(-12, 14))  # noqa: DTZ001
def test_moments_come_back_and_sort_as_texts(naive: datetime, hours: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert to_moment(to_text(moment)) == moment
    later = moment + timedelta(microseconds=1)
    assert to_text(moment) < to_text(later)


@pytest.mark.parametrize(
    "name", ["firm.db", f"firm.db.before-version-{SCHEMA_VERSION}", "firm.db-wal", "firm.db-shm"]
)
def test_no_file_of_the_state_is_written_through_a_link(tmp_path: Path, name: str) -> None:
    path, precious = tmp_path / "firm.db", tmp_path / "precious"
    precious.touch(mode=0o600)
    if "before" in name:
        first_version(path)
    (tmp_path / name).symlink_to(precious)
    with pytest.raises(StateUnusable) as caught:
        StateFile(path)
    assert caught.value.exit_code is ExitCode.USAGE
    assert precious.read_bytes() == b""


def test_a_file_that_is_open_keeps_its_locks_when_it_is_opened_again(tmp_path: Path) -> None:
    """POSIX drops all locks of a process on a file as soon as the process closes any descriptor of it."""
    path = tmp_path / "firm.db"
    database = StateFile(path)
    held = locks_on(path)
    assert held
    again = StateFile(path)
    assert locks_on(path) >= held
    again.close()
    database.close()


def locks_on(path: Path) -> set[str]:
    inode = f":{path.stat().st_ino}"
    lines = Path("/proc/locks").read_text("ascii").splitlines()
    return {line.split(":", 1)[1] for line in lines if inode in line and f" {os.getpid()} " in line}


@pytest.mark.parametrize(("room", "code"), [(0, "state-disk-full"), (10**9, "state-cannot-open")])
def test_where_sqlite_finds_no_room_for_its_companions_the_disk_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, code: str
) -> None:
    path = tmp_path / "firm.db"
    StateFile(path).close()
    # In its place SQLite can open nothing, as on a disk without a single free block.
    (tmp_path / "firm.db-wal").mkdir()
    disk = list(os.statvfs(tmp_path))
    disk[0:5] = [1, 1, room, room, room]
    monkeypatch.setattr(os, "statvfs", lambda _folder: os.statvfs_result(disk))
    with pytest.raises(StateUnusable) as caught:
        StateFile(path)
    assert caught.value.code == code
