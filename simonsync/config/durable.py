"""Write a small file so that after a power cut there is the old content or the new one, never half of it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_durably(path: Path, content: str, *, mode: int) -> None:
    """Replace a file by new content; it never exists with wider rights than `mode`.

    A symbolic link stays a link: the file that it points at is replaced. What the superuser writes belongs to
    whoever owned the file, or the folder: the timer must still be able to read it. Raises OSError.
    """
    target = path.resolve()
    before = (target if target.exists() else target.parent).stat()
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    # No O_TRUNC: O_EXCL makes sure that nobody prepared this file with rights of their own.
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode())
            file.flush()
            if os.geteuid() == 0:
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
