"""Which machine this is: a state that was written by another one may be an old copy."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

MACHINE_ID = Path("/etc/machine-id")


def machine_identity() -> str:
    """Return an identity of this machine that says nothing about it.

    The system's machine id, hashed as its documentation asks for; where there is none, the network card's.
    """
    try:
        known = MACHINE_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        known = ""
    return hashlib.sha256(f"simonsync|{known or uuid.getnode()}".encode()).hexdigest()[:32]
