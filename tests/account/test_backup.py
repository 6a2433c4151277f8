"""Saving the state, and putting a saved one back."""

from __future__ import annotations

import gzip
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from simonsync.account.activation import standing
from simonsync.account.backup import backup, daily_backup, find_archive, look_at_state, restore_state
from simonsync.account.reconcile import reconcile
from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.phase import Phase
from simonsync.errors import AnotherRun, StateUnusable, UsageError
from simonsync.settings.declaration import ProductChoice
from simonsync.store.archive import Archive
from simonsync.store.lock import hold_lock
from simonsync.store.opening import open_state
from simonsync.store.waits import WaitReason
from tests.account.office import Office

KEY = sellsy_key(Kind.CUSTOMER, 424242)


def saved(office: Office) -> Archive:
    return find_archive(office.account(), backup(office.account(), keep=14).path)


@pytest.fixture
def working(office: Office) -> Office:
    """The firm once it is active and has sent a work order."""
    office.start(work_time_product=ProductChoice(Kind.SERVICE, "SER001"))
    office.sync()
    office.archived(work=15)
    office.later(minutes=5)
    office.sync()
    return office


def test_a_backup_holds_what_the_state_holds_and_no_secret(working: Office) -> None:
    made = backup(working.account(), keep=14)
    archive = find_archive(working.account(), made.path)
    target = working.folder / "copy.db"
    archive.extract_state(target)
    with open_state(target) as copy, working.state() as state:
        assert [entry.id for entry in copy.ledger.all()] == [entry.id for entry in state.ledger.all()]
        assert copy.activation.get() == state.activation.get()
        assert copy.activation.get().phase is Phase.ACTIVE
    content = gzip.decompress(made.path.read_bytes())
    for name, secret in working.box.credentials.items():
        if name != "simon_user":
            assert secret.encode() not in content, name


def test_a_backup_can_be_made_while_a_run_goes_on(working: Office) -> None:
    with hold_lock(working.account().lock, "sync", working.box.clock()), working.state() as state:
        state.bindings.bind(KEY, "1", "f", working.box.clock())
        assert saved(working).manifest.counts == {}


def test_the_newest_backups_are_kept_and_those_of_records_for_ever(office: Office) -> None:
    office.start()
    of_records = office.backups()
    assert len(of_records) == 1
    made = []
    for _ in range(4):
        office.later(days=1)
        made.append(backup(office.account(), keep=2))
    assert [each.rotated for each in made] == [(), (), (made[0].path,), (made[1].path,)]
    assert set(office.backups()) == {*of_records, made[2].path, made[3].path}


def test_without_a_state_there_is_nothing_to_back_up(office: Office) -> None:
    with pytest.raises(UsageError) as caught:
        backup(office.account(), keep=14)
    assert caught.value.code == "backup-nothing"
    assert not (office.folder / "firm.db").exists()


def test_a_backup_is_found_by_its_name_alone(working: Office) -> None:
    made = backup(working.account(), keep=14)
    assert find_archive(working.account(), Path(made.path.name)).path == made.path


def test_a_restored_state_is_as_it_was_but_waits_for_a_human(working: Office) -> None:
    archive = saved(working)
    created_at = archive.manifest.created_at
    drafts = len(working.drafts())
    working.later(minutes=30)
    with working.state() as state:
        state.bindings.bind(KEY, "1", "f", working.box.clock())
    result = restore_state(working.account(), archive)
    assert result.saved_at == created_at
    assert result.now is not None
    assert result.now.phase is Phase.ACTIVE
    with working.state() as state:
        assert state.bindings.get(KEY) is None
        assert [entry.status for entry in state.ledger.all()] == ["sent"]
        found = state.activation.get()
        assert found.phase is Phase.CONNECTED
        assert found.until == created_at
        wait = state.waits.current()
        assert wait is not None
        # It begins when Sellsy is next heard.
        assert (wait.reason, wait.since) == (WaitReason.RESTORED, None)
        assert state.journal.is_open("state-lost", "")
    # Nobody wipes a Simon by a state that is out of date.
    assert standing(working.account()).state_lost
    # What was there before the restore is in a backup of its own.
    assert result.backup is not None
    before = find_archive(working.account(), result.backup)
    before.extract_state(working.folder / "before.db")
    with open_state(working.folder / "before.db") as state:
        assert state.bindings.get(KEY) is not None
    reconcile(working.account())
    with working.state() as state:
        begun = state.waits.current()
        assert begun is not None
        # That the witness knows more is what it waits for already.
        assert (begun.number, begun.reason) == (wait.number, WaitReason.RESTORED)
        assert begun.since is not None
    # Activated again, nothing is invoiced a second time.
    working.save_settings()
    for _ in range(6):
        working.later(minutes=5)
        working.sync()
    assert len(working.drafts()) == drafts


def test_work_orders_archived_after_the_backup_are_not_sent_by_themselves(working: Office) -> None:
    archive = saved(working)
    working.later(minutes=5)
    sent_after = working.archived(work=30)
    working.later(minutes=5)
    working.sync()
    drafts = len(working.drafts())
    working.later(minutes=5)
    restore_state(working.account(), archive)
    working.later(seconds=5)
    working.save_settings()
    for _ in range(6):
        working.later(minutes=5)
        working.sync()
    assert len(working.drafts()) == drafts
    assert working.entry(sent_after).status in {"sent", "dormant"}


def test_looking_at_a_restore_changes_nothing(working: Office) -> None:
    archive = saved(working)
    before = (working.folder / "firm.db").read_bytes()
    found = look_at_state(working.account(), archive)
    assert found.saved.phase is Phase.ACTIVE
    assert found.now == found.saved
    assert (working.folder / "firm.db").read_bytes() == before
    assert sorted(path.name for path in working.folder.iterdir()) == [
        "backups",
        "firm.db",
        "firm.lock",
        "firm.wire",
        "firm.witness",
    ]


def test_a_corrupt_state_is_put_aside_and_replaced(working: Office) -> None:
    archive = saved(working)
    database = working.folder / "firm.db"
    database.write_bytes(b"not a database at all" * 1000)
    database.chmod(0o600)
    result = restore_state(working.account(), archive)
    assert result.now is None
    assert result.backup is None
    assert working.phase() is Phase.CONNECTED
    aside = list(working.folder.glob("firm.db.broken-*"))
    assert [path.read_bytes()[:21] for path in aside] == [b"not a database at all"]


def test_a_lost_state_folder_is_filled_again(working: Office) -> None:
    archive = saved(working)
    (working.folder / "firm.db").unlink()
    result = restore_state(working.account(), archive)
    assert result.now is None
    assert working.phase() is Phase.CONNECTED


def test_no_log_of_the_old_file_survives_a_restore(working: Office) -> None:
    archive = saved(working)
    with sqlite3.connect(working.folder / "firm.db") as reader:
        reader.execute("SELECT count(*) FROM bindings").fetchone()
        with working.state() as state:
            state.bindings.bind(KEY, "1", "f", working.box.clock())
        assert (working.folder / "firm.db-wal").exists()
        restore_state(working.account(), archive)
    reader.close()
    with working.state() as state:
        assert state.database.check() == ()
        assert state.bindings.get(KEY) is None


def test_a_reader_in_the_middle_of_its_work_keeps_the_state(working: Office) -> None:
    archive = saved(working)
    reader = sqlite3.connect(working.folder / "firm.db", isolation_level=None)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM bindings").fetchone()
        with working.state() as state:
            state.bindings.bind(KEY, "1", "f", working.box.clock())
        with pytest.raises(StateUnusable) as caught:
            restore_state(working.account(), archive)
    finally:
        reader.close()
    assert caught.value.code == "state-busy"
    with working.state() as state:
        assert state.bindings.get(KEY) is not None
        assert state.activation.get().phase is Phase.ACTIVE


def test_a_backup_of_another_pair_is_refused(working: Office) -> None:
    archive = saved(working)
    with working.state() as state:
        state.activation.belong_to(corp_id="1", company="Autre", licence_hash="x", api="v1")
    for look in (look_at_state, restore_state):
        with pytest.raises(UsageError) as caught:
            look(working.account(), archive)
        assert caught.value.code == "archive-other-pair"
    assert working.phase() is Phase.ACTIVE


def test_a_state_from_before_the_connection_keeps_its_phase(office: Office) -> None:
    office.wipe()
    archive = saved(office)
    office.connect_both()
    restore_state(office.account(), archive)
    assert office.phase() is Phase.WIPED
    assert not standing(office.account()).state_lost


def test_another_run_keeps_a_restore_out(working: Office) -> None:
    archive = saved(working)
    with hold_lock(working.account().lock, "sync", working.box.clock()), pytest.raises(AnotherRun):
        restore_state(working.account(), archive)


def test_a_state_is_saved_once_a_day(working: Office) -> None:
    assert daily_backup(working.account(), keep=14) is not None
    working.later(hours=23)
    assert daily_backup(working.account(), keep=14) is None
    working.later(hours=2)
    assert daily_backup(working.account(), keep=14) is not None


def test_a_backup_that_was_made_ahead_of_time_does_not_stand_for_those_of_the_days_after(
    working: Office,
) -> None:
    working.ahead = timedelta(days=400)
    assert daily_backup(working.account(), keep=1) is not None
    working.ahead = timedelta(0)
    made = daily_backup(working.account(), keep=1)
    assert made is not None
    assert made.path.exists()
    working.later(hours=23)
    assert daily_backup(working.account(), keep=1) is None
