"""Which machine this is: a state that was written by another one may be an old copy."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

MACHINE_ID = Path("/etc/machine-id")
_ID = re.compile(r"[0-9a-f]{32}")


def machine_identity() -> str | None:
    """Return an identity of this machine that says nothing about it; None where the system has none.

    It is the system's machine id, hashed as its documentation asks for. A container that is made afresh for
    each run has none, and nothing else that would be the same the next time.
    """
    try:
        known = MACHINE_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        return None
    if not _ID.fullmatch(known):
        return None
    return hashlib.sha256(f"simonsync|{known}".encode()).hexdigest()[:32]
