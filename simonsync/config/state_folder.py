"""The folder that holds everything simonsync remembers: only its owner may look inside."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from simonsync.errors import StateUnusable, UsageError
from simonsync.files import state_problem

MODE = 0o700

BACKUPS = "backups"
"""The folder of the backups, inside the state folder; it may be a link to another disk."""


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
