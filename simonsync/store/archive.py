"""Backups: one `.tar.gz` with a manifest, either of the state file or of records taken from Simon.

An archive appears under its name only when it is complete, and every byte of it is checked against the
manifest before anything is taken out. It is the owner's alone (0600) and holds no credentials. Neither
writing nor reading keeps more in memory than one record.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from simonsync.errors import StateUnusable, UsageError
from simonsync.files import NotPlain, open_to_read, sync_folder
from simonsync.store.database import Database

FORMAT: Final = 1
"""Version of the form of archives; a newer one is refused."""

_MANIFEST: Final = "manifest.json"
_STATE: Final = "state.db"
_RECORDS: Final = re.compile(r"records/([a-z_]{1,40})\.jsonl")
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_BLOCK: Final = 1 << 20
_LARGEST_MANIFEST: Final = 1 << 20
_OWNER_ONLY: Final = 0o600
_UNFINISHED: Final = ".saving-"
_DAY_SECONDS: Final = 86_400


class ArchiveKind(StrEnum):
    """What an archive holds."""

    STATE = "state"
    """A consistent copy of the state file."""
    RECORDS = "records"
    """Records of Simon, saved before a wipe or a cleanup deleted them."""


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """A record of Simon as it was; `fields` are Simon's own, numbers with a fraction as Decimal."""

    id: str
    ext_key: str
    name: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says about itself.

    Attributes:
        account: name of the pair it belongs to.
        counts: records by table; empty for a state.
        sha256: hash (hex) of each member.
    """

    kind: ArchiveKind
    account: str
    created_at: datetime
    counts: Mapping[str, int]
    sha256: Mapping[str, str]


# --- writing --------------------------------------------------------------------------------------


def save_state(folder: Path, account: str, at: datetime, database: Database) -> Path:
    """Save a consistent copy of the state, also while a run goes on, and return the archive's path.

    Raises StateUnusable where it cannot be written.
    """
    with _spool(folder) as spool:
        member = spool / "state"
        try:
            database.copy_to(member)
        except StateUnusable as error:
            params = error.problems[0].params
            if params.get("path") != str(member):
                raise
            raise _not_written(folder, params.get("cause", "")) from error
        return _pack(folder, account, ArchiveKind.STATE, at, {_STATE: member}, {})


def save_records(
    folder: Path, account: str, at: datetime, tables: Iterable[tuple[str, Iterable[SavedRecord]]]
) -> Path:
    """Save records of Simon by table, and return the archive's path.

    The tables are read as they are written. Raises StateUnusable where the archive cannot be written; what
    reading raises passes through, and no archive is left.
    """
    with _spool(folder) as spool:
        members: dict[str, Path] = {}
        counts: dict[str, int] = {}
        for table, saved in tables:
            member = spool / table
            counts[table] = _write_lines(member, saved)
            members[f"records/{table}.jsonl"] = member
        return _pack(folder, account, ArchiveKind.RECORDS, at, members, counts)


def archived_at(folder: Path, account: str) -> Iterator[datetime]:
    """Tell when the archives of an account's state were made, by their names.

    Raises StateUnusable where the folder cannot be read.
    """
    name = re.compile(rf"{re.escape(account)}-{ArchiveKind.STATE}-(\d{{8}}T\d{{6}})Z(?:-\d+)?\.tar\.gz")
    try:
        found = list(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise _not_written(folder, error.strerror or "") from error
    for path in found:
        if match := name.fullmatch(path.name):
            yield datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def rotate(folder: Path, account: str, kind: ArchiveKind, keep: int, now: datetime) -> tuple[Path, ...]:
    """Delete all but the newest archives of a kind, and return what was deleted.

    One that is dated in the future counts as the oldest: else it would push out those that are made from now
    on.
    """
    name = re.compile(rf"{re.escape(account)}-{kind}-(\d{{8}}T\d{{6}}Z)(?:-(\d+))?\.tar\.gz")
    present = now.astimezone(UTC).strftime(_STAMP)
    found = sorted(
        (match[1] <= present, match[1], int(match[2] or 1), path)
        for path in (folder.iterdir() if folder.is_dir() else ())
        if (match := name.fullmatch(path.name)) and path.is_file()
    )
    old = tuple(path for *_, path in found[: max(0, len(found) - keep)])
    for path in old:
        path.unlink(missing_ok=True)
    return old


@contextmanager
def _spool(folder: Path) -> Iterator[Path]:
    """Give a folder for the members until their sizes and hashes are known, on the archive's own disk."""
    try:
        if not folder.is_symlink():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(folder)
        with TemporaryDirectory(dir=folder, prefix=_UNFINISHED) as name:
            yield Path(name)
    except OSError as error:
        raise _not_written(folder, error.strerror or "") from error


def _not_written(folder: Path, cause: str) -> StateUnusable:
    """Name the place itself: a folder that is a link to another disk says nothing of that disk."""
    return StateUnusable("archive-not-written", path=str(folder.resolve()), cause=cause)


def _sweep(folder: Path) -> None:
    """Throw away what a program that was killed has left behind; one that is at work is younger."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > _DAY_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _write_lines(path: Path, saved: Iterable[SavedRecord]) -> int:
    count = 0
    with path.open("x", encoding="utf-8", newline="\n") as lines:
        for record in saved:
            line = {"id": record.id, "ext_key": record.ext_key, "name": record.name, "fields": record.fields}
            lines.write(json.dumps(line, ensure_ascii=False, default=_plain))
            lines.write("\n")
            count += 1
    return count


def _plain(value: object) -> object:
    """Write a Decimal as a JSON number where that is exact, else as text."""
    if isinstance(value, Decimal):
        number = int(value) if value == value.to_integral_value() else float(value)
        return number if Decimal(repr(number)) == value else str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def _pack(
    folder: Path,
    account: str,
    kind: ArchiveKind,
    at: datetime,
    members: Mapping[str, Path],
    counts: Mapping[str, int],
) -> Path:
    manifest = {
        "format": FORMAT,
        "kind": kind,
        "account": account,
        "created_at": at.astimezone(UTC).isoformat(),
        "counts": dict(counts),
        "sha256": {name: _hash_of(path) for name, path in members.items()},
    }
    unfinished = next(iter(members.values())).parent / "archive"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz") as tar:
            text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
            tar.addfile(_entry(_MANIFEST, len(text), at), io.BytesIO(text))
            for name, path in members.items():
                with path.open("rb") as content:
                    tar.addfile(_entry(name, path.stat().st_size, at), content)
        file.flush()
        os.fsync(file.fileno())
    return _put_in_place(unfinished, folder, f"{account}-{kind}-{at.astimezone(UTC):{_STAMP}}")


def _entry(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, _OWNER_ONLY, at.timestamp()
    return entry


def _put_in_place(unfinished: Path, folder: Path, stem: str) -> Path:
    """Give a complete archive its name; an older one of the same second keeps its own."""
    number = 1
    while True:
        path = folder / (f"{stem}.tar.gz" if number == 1 else f"{stem}-{number}.tar.gz")
        try:
            os.link(unfinished, path)
        except FileExistsError:
            number += 1
            continue
        sync_folder(folder)
        return path


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- reading --------------------------------------------------------------------------------------


class Archive:
    """An archive whose every byte has been checked."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Take the path and manifest of a checked archive; `open_archive` checks."""
        self.path = path
        self.manifest = manifest

    def tables(self) -> tuple[str, ...]:
        """Name the tables whose records it holds, in the order in which they were saved."""
        return tuple(self.manifest.counts)

    def records(self, table: str) -> Iterator[SavedRecord]:
        """Iterate over the records of a table; nothing where it holds none of it."""
        wanted = f"records/{table}.jsonl"
        with _reading(self.path) as (tar, _stream):
            for name, content in _members(tar, self.path):
                if name == wanted:
                    for line in content:
                        yield _record(line, self.path)
                    return

    def extract_state(self, target: Path) -> None:
        """Write the saved state file to a path that does not exist yet, for its owner alone."""
        with _reading(self.path) as (tar, _stream):
            for name, content in _members(tar, self.path):
                if name == _STATE:
                    _copy_out(content, target)
                    return
        raise UsageError("archive-foreign", path=str(self.path))


def open_archive(path: Path, account: str) -> Archive:
    """Check an archive from its first byte to its last.

    Raises UsageError: it cannot be read, is no archive of ours, is damaged or cut off, comes from a newer
    version, or belongs to another account.
    """
    manifest: Manifest | None = None
    found: dict[str, str] = {}
    with _reading(path) as (tar, stream):
        for name, content in _members(tar, path):
            if manifest is None:
                # It comes first, so that a foreign file is known at once.
                if name != _MANIFEST:
                    raise UsageError("archive-foreign", path=str(path))
                manifest = _manifest(content.read(_LARGEST_MANIFEST + 1), path)
            elif name in found:
                raise UsageError("archive-damaged", path=str(path), member=name)
            else:
                found[name] = _hash(content)
        # The compressed stream has a checksum of its own at its end.
        while stream.read(_BLOCK):
            pass
    if manifest is None:
        raise UsageError("archive-foreign", path=str(path))
    for name in sorted({*found, *manifest.sha256}):
        if found.get(name) != manifest.sha256.get(name):
            raise UsageError("archive-damaged", path=str(path), member=name)
    if manifest.account != account:
        raise UsageError("archive-other-account", path=str(path), found=manifest.account, account=account)
    return Archive(path, manifest)


@contextmanager
def _reading(path: Path) -> Iterator[tuple[tarfile.TarFile, gzip.GzipFile]]:
    """Open an archive as a stream, and say clearly what is wrong with it."""
    try:
        with (
            os.fdopen(open_to_read(path), "rb") as file,
            gzip.open(file, "rb") as stream,
            tarfile.open(fileobj=stream, mode="r|") as tar,
        ):
            yield tar, stream
    except gzip.BadGzipFile as error:
        code = "archive-foreign" if "Not a gzipped file" in str(error) else "archive-damaged"
        raise UsageError(code, path=str(path), member=path.name) from error
    except EOFError as error:
        raise UsageError("archive-cut-off", path=str(path)) from error
    except (tarfile.TarError, zlib.error, UnicodeDecodeError) as error:
        raise UsageError("archive-damaged", path=str(path), member=path.name) from error
    except NotPlain as error:
        raise UsageError(error.code, path=str(path)) from error
    except OSError as error:
        raise UsageError("archive-unreadable", path=str(path), cause=error.strerror or "") from error


def _members(tar: tarfile.TarFile, path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Iterate over name and content; anything but a plain file under one of our names is refused."""
    for entry in tar:
        content = tar.extractfile(entry) if entry.isreg() else None
        known = entry.name in {_MANIFEST, _STATE} or _RECORDS.fullmatch(entry.name)
        if content is None or not known:
            raise UsageError("archive-foreign", path=str(path))
        yield entry.name, content


def _manifest(text: bytes, path: Path) -> Manifest:
    try:
        found = json.loads(text[:_LARGEST_MANIFEST])
        number = int(found["format"])
        manifest = Manifest(
            kind=ArchiveKind(found["kind"]),
            account=str(found["account"]),
            created_at=datetime.fromisoformat(found["created_at"]).astimezone(UTC),
            counts={str(table): int(count) for table, count in found["counts"].items()},
            sha256={str(name): str(digest) for name, digest in found["sha256"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError("archive-foreign", path=str(path)) from error
    if number > FORMAT:
        raise UsageError("archive-newer", path=str(path), found=str(number), known=str(FORMAT))
    return manifest


def _record(line: bytes, path: Path) -> SavedRecord:
    try:
        found: dict[str, Any] = json.loads(line, parse_float=Decimal)
        return SavedRecord(found["id"], found["ext_key"], found["name"], found["fields"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError("archive-damaged", path=str(path), member=path.name) from error


def _hash(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := content.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _copy_out(content: IO[bytes], target: Path) -> None:
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            while block := content.read(_BLOCK):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        target.unlink(missing_ok=True)
        raise StateUnusable("archive-not-written", path=str(target), cause=error.strerror or "") from error
