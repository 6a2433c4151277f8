"""Files of ours: whole after a power cut, for nobody else's eyes, and never written through a link.

Two ways to write. Most files are *replaced*: the new one is written beside the old one and takes its name
when it is complete (`replacing`, `write_durably`). A file that must stay the same one, since others hold it
open or locked, is opened *in place* (`open_in_place`).
"""

from __future__ import annotations

import codecs
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, TextIO, cast

from simonsync.errors import StateUnusable, UsageError

OWNER_ONLY: Final = 0o600
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_ROOM: Final = 64 * 1024
"""Bytes without which not even a file that is only read can be opened by SQLite."""


class NotPlain(OSError):
    """Where a file of ours belongs stands a link, a folder, a pipe, a device, or a file with a second name.

    Attributes:
        code: the problem that says so.
    """

    def __init__(self, code: str, path: Path) -> None:
        """Name the problem and the place."""
        super().__init__(errno.EINVAL, "not a plain file", str(path))
        self.code = code


def open_in_place(path: Path) -> int:
    """Open a file of ours to read and write, made where there is none, and return its descriptor.

    It is 0600 from its first moment. Raises NotPlain, or OSError as the system does.
    """
    make_in_place(path)
    return _opened(path, os.O_RDWR | os.O_NOFOLLOW, second_name=True)


def make_in_place(path: Path) -> os.stat_result:
    """Make an empty file of ours where there is none, as `open_in_place` does, and return what is there.

    One that is there is not opened: when a process closes a file, the locks that SQLite holds on it through
    another descriptor are gone. Raises NotPlain, or OSError as the system does.
    """
    try:
        descriptor = os.open(
            path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, OWNER_ONLY
        )
    except FileExistsError:
        require_plain(path, second_name=True)
        return path.lstat()
    try:
        if os.geteuid() == 0:
            _give_to(descriptor, path.parent.stat())
        return os.fstat(descriptor)
    finally:
        os.close(descriptor)


def is_there(path: Path) -> bool:
    """Tell whether anything stands there: a link that leads nowhere too, which is not the same as nothing."""
    return os.path.lexists(path)


@contextmanager
def replacing(path: Path, *, mode: int = OWNER_ONLY) -> Iterator[BinaryIO]:
    """Replace a file by what the body writes: it appears whole, or the old one stays.

    It never exists with wider rights than `mode`. What the superuser writes belongs to whoever owned the
    file, or the folder: the timer must still be able to read it.
    Raises NotPlain, or OSError as the system does.
    """
    require_plain(path)
    before = (path if path.exists() else path.parent).stat()
    fresh = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    # O_EXCL makes sure that nobody prepared this file with rights of their own.
    descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            if os.geteuid() == 0:
                _give_to(file.fileno(), before)
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def replacing_text(path: Path) -> Iterator[TextIO]:
    """Replace a text file, as `replacing` does; line ends stay as they are written."""
    with replacing(path) as file:
        # It keeps nothing back: what a full disk refuses is refused here and now.
        yield cast("TextIO", codecs.getwriter("utf-8")(file))


def write_durably(path: Path, content: str | bytes, *, mode: int = OWNER_ONLY) -> None:
    """Replace a small file, as `replacing` does; after a power cut there is the old content or the new."""
    with replacing(path, mode=mode) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def read_plain(path: Path, *, most: int) -> bytes:
    """Read the first bytes of a file of ours. Raises NotPlain, or OSError as the system does."""
    require_plain(path)
    descriptor = _opened(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        return os.read(descriptor, most)
    finally:
        os.close(descriptor)


def is_full(folder: Path) -> bool:
    """Tell whether the disk of a folder has no room left."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < _ROOM


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: which files there are, and what they are called."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_to_read(path: Path) -> int:
    """Open a file to read and return its descriptor; a pipe that nobody fills is not waited for.

    Raises NotPlain, or OSError as the system does.
    """
    return _opened(path, os.O_RDONLY)


def _opened(path: Path, flags: int, *, second_name: bool = False) -> int:
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        # What was opened may not be what was looked at.
        _refuse(os.fstat(descriptor), path, second_name=second_name)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def not_writable(path: Path, error: OSError, code: str = "file-not-writable") -> UsageError:
    """Say why a file that somebody asked for cannot be written, and what to do."""
    if isinstance(error, NotPlain):
        return UsageError(error.code, path=str(error.filename))
    cause = error.strerror or type(error).__name__
    return UsageError("state-disk-full" if error.errno in _FULL else code, path=str(path), cause=cause)


def state_problem(path: Path, error: OSError) -> StateUnusable:
    """Say what the system reports about the state folder or a file in it, and what to do."""
    if isinstance(error, NotPlain):
        return StateUnusable(error.code, path=str(error.filename))
    cause = error.strerror or type(error).__name__
    match error.errno:
        case code if code in _FULL:
            return StateUnusable("state-disk-full", path=str(path), cause=cause)
        case errno.ENOTDIR | errno.EEXIST:
            return StateUnusable("state-folder-not-a-folder", path=str(path))
        case errno.EROFS:
            return StateUnusable("state-read-only", path=str(path), cause=cause)
        case errno.EACCES | errno.EPERM:
            return StateUnusable("state-folder-not-writable", path=str(path))
    return StateUnusable("state-disk-error", path=str(path), cause=cause)


def require_plain(path: Path, *, second_name: bool = False) -> None:
    """Refuse a place in which no file of ours can stand. Raises NotPlain."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    _refuse(found, path, second_name=second_name)


def _refuse(found: os.stat_result, path: Path, *, second_name: bool) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise NotPlain("file-symlink", path)
    if not stat.S_ISREG(found.st_mode):
        raise NotPlain("file-not-plain", path)
    if second_name and found.st_nlink > 1:
        raise NotPlain("file-second-name", path)


def _give_to(descriptor: int, owner: os.stat_result) -> None:
    os.fchown(descriptor, owner.st_uid, owner.st_gid)
