"""The folder that holds everything simonsync remembers: only its owner may look inside."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from simonsync.errors import StateUnusable, UsageError

MODE = 0o700


def make_state_folder(folder: Path) -> Path:
    """Make the folder where there is none, and check it as `check_state_folder` does.

    Raises UsageError or StateUnusable with the remedy.
    """
    try:
        folder.mkdir(mode=MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise state_problem(folder, error) from None
    check_state_folder(folder)
    return folder


def check_state_folder(folder: Path, *, to_write: bool = True) -> bool:
    """Tell whether the folder is there; refuse one that others may enter, or that cannot be used.

    Raises UsageError where its rights are too wide, StateUnusable where it cannot be read or written.
    """
    try:
        found = folder.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise state_problem(folder, error) from None
    if not stat.S_ISDIR(found.st_mode):
        raise StateUnusable("state-folder-not-a-folder", path=str(folder))
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        raise UsageError("state-folder-too-open", path=str(folder), mode=f"{mode:04o}")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise StateUnusable("state-folder-not-readable", path=str(folder))
    if to_write and not os.access(folder, os.W_OK):
        raise StateUnusable("state-folder-not-writable", path=str(folder))
    return True


def state_problem(path: Path, error: OSError) -> StateUnusable:
    """Turn what the system said about a path into a sentence with a remedy."""
    cause = error.strerror or type(error).__name__
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return StateUnusable("state-disk-full", path=str(path), cause=cause)
        case errno.ENOTDIR | errno.EEXIST:
            return StateUnusable("state-folder-not-a-folder", path=str(path))
        case errno.EROFS:
            return StateUnusable("state-read-only", path=str(path), cause=cause)
        case errno.EACCES | errno.EPERM:
            return StateUnusable("state-folder-not-writable", path=str(path))
    return StateUnusable("state-disk-error", path=str(path), cause=cause)
