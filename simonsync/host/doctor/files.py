"""What the doctor looks at on this machine: the configuration file, the state folder, the disk."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from simonsync.config.credentials import FILE, FOLDER_VARIABLE, NAMES, from_environment
from simonsync.config.state_folder import BACKUPS, check_state_folder
from simonsync.domain.phase import Phase
from simonsync.domain.reading import past
from simonsync.errors import StateUnusable
from simonsync.files import is_there, state_problem
from simonsync.host.doctor.examination import Bench, Finding, Probe, error, ok, skipped, warning
from simonsync.sync.run import as_text

OLD: Final = timedelta(days=365)
"""Age from which on credentials should be renewed."""
LITTLE: Final = 500
TOO_LITTLE: Final = 50
"""Free megabytes below which the disk will be full soon, and below which a run may not end."""
_FRESH: Final = timedelta(days=2)
"""Age of the newest backup from which on the daily one was missed."""
_MEGABYTE: Final = 1_000_000
_MOST_NAMED: Final = 10


def _configuration(bench: Bench) -> Finding:
    return ok("configuration-ok", path=str(bench.configuration.file))


def _state_folder(bench: Bench) -> Finding:
    folder = bench.configuration.state
    there = check_state_folder(folder)
    return ok("folder-ok", path=str(folder)) if there else skipped("folder-missing", path=str(folder))


def _file_modes(bench: Bench) -> Finding:
    """Look for files that others may read, and for files that another user left behind."""
    folder = bench.configuration.state
    if not folder.exists():
        return skipped("folder-missing", path=str(folder))
    owner = folder.stat().st_uid
    # Whoever collects the metrics may read them: that file is made for others.
    files = [each for each in _files_below(folder) if each[0] != bench.configuration.alerts.metrics_file]
    wide = [path for path, found in files if stat.S_IMODE(found.st_mode) & 0o077]
    if wide:
        return error("modes-wide", paths=_quoted(wide))
    foreign = [path for path, found in files if found.st_uid != owner]
    if foreign:
        return error("owner-foreign", paths=_quoted(foreign), owner=str(owner))
    return ok("modes-ok", count=str(len(files)))


def _files_below(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(place) / name
            try:
                found = path.stat()
            except FileNotFoundError:
                # A run that goes on makes files and takes them away.
                continue
            yield path, found


def _quoted(paths: list[Path]) -> str:
    return shlex.join(str(path) for path in sorted(paths)[:_MOST_NAMED])


def _write_test(bench: Bench) -> Finding:
    """Write as a run does, to the disk itself."""
    folder = bench.configuration.state
    if not folder.exists():
        return skipped("folder-missing", path=str(folder))
    try:
        _write_into(folder)
    except OSError as problem:
        raise state_problem(folder, problem) from None
    return ok("write-ok")


def _write_into(folder: Path) -> None:
    path = folder / f".doctor.{secrets.token_hex(4)}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, b"simonsync doctor\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
        path.unlink()


def _disk_space(bench: Bench) -> Finding:
    folder = bench.configuration.state
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = _free(there)
    return _little_room(there, free, TOO_LITTLE) or ok("disk-ok", free=str(free))


def _free(place: Path) -> int:
    """Return the room that a disk has left, in megabytes."""
    return shutil.disk_usage(place).free // _MEGABYTE


def _little_room(there: Path, free: int, least: int) -> Finding | None:
    """Tell where a disk will be full soon, or has less than the megabytes that are needed at once."""
    if free >= LITTLE and free >= least:
        return None
    return (error if free < least else warning)("disk-low", free=str(free), path=str(there))


def _backups(bench: Bench) -> Finding:
    """Look whether the daily backup can be written, on whichever disk it lies, and how old the newest is."""
    from simonsync.account.backup import newest_backup

    state, name, now = bench.configuration.state, bench.configuration.account, bench.setup.now()
    folder = state / BACKUPS
    if not is_there(folder):
        return skipped("backups-none")
    place = folder.resolve()
    try:
        _write_into(place)
    except OSError as problem:
        raise StateUnusable("archive-not-written", path=str(place), cause=problem.strerror or "") from None
    if place.stat().st_dev != state.stat().st_dev:
        # The copy and the archive made of it lie side by side for a moment.
        size = bench.configuration.database.stat().st_size if is_there(bench.configuration.database) else 0
        little = _little_room(place, _free(place), max(TOO_LITTLE, 2 * size // _MEGABYTE))
        if little is not None:
            return little
    newest = newest_backup(state, name, now)
    if newest is not None and newest > now - _FRESH:
        return ok("backups-ok", at=as_text(newest))
    synced = bench.activation.phase is Phase.ACTIVE and (bench.activation.since or now) < now - _FRESH
    return warning("backups-old", path=str(place)) if synced else skipped("backups-none")


def _state_file(bench: Bench) -> Finding:
    path = bench.configuration.database
    if bench.state is None:
        return skipped("state-missing", path=str(path))
    damage = bench.state.check()
    if damage:
        return error("state-damaged", path=str(path), cause="; ".join(damage))
    return ok("state-ok", path=str(path))


def credentials_age(bench: Bench) -> Finding:
    """Tell how old the files with credentials are; those of the environment have no age."""
    folder = bench.setup.environ.get(FOLDER_VARIABLE)
    places = [bench.configuration.state / FILE, *(Path(folder) / name for name in NAMES if folder)]
    now = bench.setup.now()
    found = (datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in places if path.is_file())
    written = [at for at in found if past(at, now) is not None]
    if not written or set(from_environment(bench.setup.environ)) == set(bench.credentials):
        return skipped("age-unknown")
    age = now - min(written)
    if age.days < 1:
        return ok("age-today")
    days = str(age.days)
    return warning("age-old", count=days) if age > OLD else ok("age-ok", count=days)


FILE_PROBES: Final = (
    Probe("configuration", (), _configuration),
    Probe("state_folder", ("configuration",), _state_folder),
    Probe("file_modes", ("state_folder",), _file_modes),
    Probe("write_test", ("state_folder",), _write_test),
    Probe("disk_space", ("configuration",), _disk_space),
    Probe("state_file", ("state_folder",), _state_file),
    Probe("backups", ("state_file",), _backups),
)
"""The first checks, in the order in which people read them."""
