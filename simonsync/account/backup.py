"""Save the state while runs go on, and put a saved one back [4.3]."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from simonsync.account.execution import Account
from simonsync.config.state_folder import BACKUPS, make_state_folder
from simonsync.domain.phase import Phase
from simonsync.domain.reading import past
from simonsync.errors import StateUnusable, UsageError
from simonsync.files import is_there, state_problem, sync_folder
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.archive import Archive, ArchiveKind, archived_at, open_archive, rotate, save_state
from simonsync.store.lock import hold_lock
from simonsync.store.opening import open_state
from simonsync.store.phases import Activation
from simonsync.store.state import State
from simonsync.store.waits import WaitReason
from simonsync.sync.run import Planning

_BROKEN = frozenset({"state-corrupt", "state-newer", "state-error"})
"""What is wrong with a state file that may be put aside; with anything else a restore would not help."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made, and the old ones that made room for it."""

    path: Path
    rotated: tuple[Path, ...]


def backup(account: Account, keep: int) -> BackedUp:
    """Save a consistent copy of the state, also while a run goes on, and keep the newest `keep` of them.

    Backups of records, made before a wipe or a cleanup, are never thrown away. Raises UsageError where there
    is no state yet, StateUnusable where the copy cannot be written.
    """
    if not is_there(account.database):
        raise UsageError("backup-nothing", path=str(account.database))
    folder = account.folder / BACKUPS
    with open_state(account.database) as state:
        # A damaged state must not push out the last backup of a sound one.
        state.require_sound()
        path = save_state(folder, account.name, account.clocks.now(), state.database)
    return BackedUp(path, rotate(folder, account.name, ArchiveKind.STATE, keep, account.clocks.now()))


def newest_backup(folder: Path, account: str, now: datetime) -> datetime | None:
    """Tell when an account's state was last saved in a state folder; a date in the future counts as never.

    Raises StateUnusable where the backups cannot be listed.
    """
    made = (past(at, now) for at in archived_at(folder / BACKUPS, account))
    return max((at for at in made if at is not None), default=None)


def daily_backup(account: Account, keep: int) -> BackedUp | None:
    """Save the state once a day, so that there always is one to restore; None where there is a fresh one.

    Raises what `backup` does.
    """
    now = account.clocks.now()
    newest = newest_backup(account.folder, account.name, now)
    if newest is not None and newest > now - timedelta(days=1):
        return None
    return backup(account, keep)


def keep_backed_up(account: Account, keep: int, run: Planning) -> None:
    """Save the state once a day while a run goes on.

    Where that cannot be, the run goes on all the same: it is a case of the journal until there is a fresh
    backup. Raises StateUnusable for a state that is damaged.
    """
    kind = kinds.BACKUP_FAILED
    try:
        daily_backup(account, keep)
    except StateUnusable as error:
        if error.code == "state-corrupt":
            raise
        said = error.problems[0].params
        run.say(Message(kind, {"path": said.get("path", ""), "cause": said.get("cause", error.code)}))
    else:
        run.cure(kind.table, "", kind.code)


def find_archive(account: Account, file: Path) -> Archive:
    """Open and check an archive; one that is not found is looked for by its name among the backups.

    Raises UsageError as `store.archive.open_archive` does.
    """
    kept = account.folder / BACKUPS / file.name
    return open_archive(kept if not file.exists() and kept.exists() else file, account.name)


@dataclass(frozen=True, slots=True)
class StateRestore:
    """What putting a state back means.

    Attributes:
        saved_at: when it was saved.
        saved: where the account stood then.
        now: where it stands; None where there is no state, or none that can be read.
        backup: the backup that was made of the present state before it was replaced.
    """

    saved_at: datetime
    saved: Activation
    now: Activation | None
    backup: Path | None = None


def look_at_state(account: Account, archive: Archive) -> StateRestore:
    """Tell what putting a saved state back would mean; the present one is left alone.

    Raises UsageError or StateUnusable where it cannot be put back.
    """
    with _unpacked(account, archive) as path, open_state(path) as saved:
        now = _present(account)
        _require_same_pair(saved.activation.get(), now, archive)
        return StateRestore(archive.manifest.created_at, saved.activation.get(), now)


def restore_state(account: Account, archive: Archive) -> StateRestore:
    """Replace the state by a saved one, in one step; the integration is connected then, not active.

    A restored state is out of date: what was done since it was saved is not in it. So a human activates, no
    draft is made before the wait of an unknown outcome is over, and work orders archived since are not sent
    by themselves. The present state is backed up first; one that cannot be read is kept beside the new one.
    Raises UsageError, StateUnusable or AnotherRun; then the present state is as it was.
    """
    make_state_folder(account.folder)
    with (
        hold_lock(account.lock, "restore", account.clocks.now()),
        _unpacked(account, archive) as path,
    ):
        now = _present(account)
        with open_state(path) as saved:
            was = saved.activation.get()
            _require_same_pair(was, now, archive)
            saved_before = backup(account, keep=_ALL).path if now is not None else None
            _make_out_of_date(saved, was, account, archive)
        _replace(account, path)
        return StateRestore(archive.manifest.created_at, was, now, saved_before)


_ALL = 1_000_000


@contextmanager
def _unpacked(account: Account, archive: Archive) -> Iterator[Path]:
    """Unpack a state beside the present one, and make sure that it is sound."""
    make_state_folder(account.folder)
    with TemporaryDirectory(dir=account.folder, prefix=".restoring-") as folder:
        path = Path(folder) / "state.db"
        archive.extract_state(path)
        with open_state(path) as saved:
            found = saved.check()
        if found:
            raise UsageError("archive-damaged", path=str(archive.path), member=found[0])
        yield path


def _present(account: Account) -> Activation | None:
    if not is_there(account.database):
        return None
    try:
        with open_state(account.database) as state:
            return None if state.check() else state.activation.get()
    except StateUnusable as error:
        if error.code not in _BROKEN:
            raise
        return None


def _require_same_pair(saved: Activation, now: Activation | None, archive: Archive) -> None:
    if now is None or now.corp_id is None or saved.corp_id is None:
        return
    if (now.corp_id, now.licence_hash) != (saved.corp_id, saved.licence_hash):
        raise UsageError(
            "archive-other-pair",
            path=str(archive.path),
            found=saved.company or saved.corp_id,
            company=now.company or now.corp_id,
        )


def _make_out_of_date(saved: State, was: Activation, account: Account, archive: Archive) -> None:
    now = account.clocks.now()
    with saved.commit():
        # Whatever was archived since the backup was archived while nobody watched.
        saved.activation.end_period(min(archive.manifest.created_at, now))
        if was.corp_id is None:
            return
        saved.activation.set_phase(Phase.CONNECTED)
        last = saved.runs.last()
        saved.waits.begin(WaitReason.RESTORED, None, knows=last.id if last else 0)
        saved.journal.note(Message(kinds.STATE_LOST, {"reason": "@state-restored"}), now)


def _replace(account: Account, fresh: Path) -> None:
    """Put a state file in the place of the present one, so that at no moment there is half of either."""
    path = account.database
    wal, shm = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
    try:
        if is_there(path):
            _empty_wal(account)
        # A log of the old file must never be taken for one of the new.
        wal.unlink(missing_ok=True)
        shm.unlink(missing_ok=True)
        fresh.replace(path)
        sync_folder(account.folder)
    except OSError as error:
        raise state_problem(path, error) from error


def _empty_wal(account: Account) -> None:
    """Bring everything into the state file itself; one that cannot be read is kept under another name."""
    path = account.database
    busy = 1
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if _present(account) is None:
        stamp = account.clocks.now().strftime("%Y%m%dT%H%M%SZ")
        for suffix in ("", "-wal"):
            with suppress(FileNotFoundError):
                os.link(
                    path.with_name(path.name + suffix), path.with_name(f"{path.name}.broken-{stamp}{suffix}")
                )
    elif busy:
        raise StateUnusable("state-busy", path=str(path), cause="wal")
