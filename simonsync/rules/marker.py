"""The marker by which a draft of ours is recognised in Sellsy, whatever happened to our memory of it."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_MARKED = re.compile(rf"\[SS-([{_ALPHABET}]{{{_LENGTH}}})\]")


def marker(
    *, corp_id: str, licence: str, work_order_id: str, number: str, created_at: datetime | None
) -> str:
    """Return a work order's marker: 12 characters of Crockford's base32, the first 60 bits of a SHA-256.

    The hash covers both accounts and the work order's identity; none of them can be read from it.
    """
    created = "" if created_at is None else str(int(created_at.timestamp()))
    text = f"simonsync1|{corp_id}|{licence}|{work_order_id}|{number}|{created}"
    bits = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 4
    return "".join(_ALPHABET[bits >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def marked(title: str, mark: str) -> str:
    """Return a document's subject: a title of printable ASCII with the marker at its end."""
    plain = "".join(char if " " <= char <= "~" else "?" for char in title)
    return f"{plain} [SS-{mark}]"


def marker_in(subject: str) -> str | None:
    """Find a marker in a document's subject; people may have written around it."""
    found = _MARKED.findall(subject)
    return str(found[-1]) if found else None
