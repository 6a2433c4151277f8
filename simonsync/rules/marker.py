"""The marker by which a draft of ours is recognised in Sellsy, whatever happened to our memory of it."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

NONCE_LENGTH = 32
"""Digits of a nonce of ours: 128 bits, so that none of an account is ever like another."""

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


def nonce(mark: str, attempt: int) -> str:
    """Return the one-time word that an attempt at a work order's draft is signed with, in hexadecimal.

    The first 128 bits of the SHA-256 of `simonsync1|<marker>|<attempt>`. Whoever sends the same attempt again
    (a proxy that doubles a request, an old copy of the state) uses the same word, and a service that
    remembers words refuses it. A later attempt has another one.
    """
    return hashlib.sha256(f"simonsync1|{mark}|{attempt}".encode()).hexdigest()[:NONCE_LENGTH]


def marked(title: str, mark: str) -> str:
    """Return a document's subject: a title of printable ASCII with the marker at its end."""
    return f"{_printable(title)} [SS-{mark}]"


def _printable(text: str) -> str:
    return "".join(char if " " <= char <= "~" else "?" for char in text)


def names_number(subject: str, number: str) -> bool:
    """Tell whether a document's subject names a work order's number, as a word of its own."""
    wanted = re.escape(_printable(number))
    return bool(wanted) and re.search(rf"(?<!\w){wanted}(?!\w)", _MARKED.sub("", subject)) is not None


def marker_in(subject: str) -> str | None:
    """Find a marker in a document's subject; people may have written around it."""
    found = _MARKED.findall(subject)
    return str(found[-1]) if found else None
