"""The secrets of both services, and the net that takes them out of whatever leaves the program.

Who learns a secret keeps it here: a token, a password that was just typed. From then on it stands in no
message, error, journal, JSON document, log or alert, whoever sent it back: a service that echoes what the
other one was told, a library that logs an address, a traceback.

A secret is recognised in the forms in which it travels: percent-encoded, escaped for JSON, HTML or PHP, in
base64, in hexadecimal, in groups of digits. A strong one is taken out of everything. A weak one, such as a
password `office`, is a word or a number that people need to read: it is taken out of what services and
libraries say, where it may be the secret, and left in what we say ourselves.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

HIDDEN: Final = "…"
_SHORTEST: Final = 4
_STRONG: Final = 12
_STRONG_IF_MIXED: Final = 8
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~")
_GROUPED: Final = 12
"""Digits from which on a number is written in groups."""
_lock = threading.Lock()


class _Net(NamedTuple):
    """What one secret is looked for by: quickly, as lower-case texts; then exactly."""

    is_strong: bool
    signs: tuple[str, ...]
    pattern: re.Pattern[str]


_kept: tuple[str, ...] = ()
"""The secrets, the longest first: one may contain another, and is to be hidden whole."""


def keep(*secrets: str) -> None:
    """Take secrets out of everything from now on; those of fewer than four signs cannot be."""
    global _kept  # noqa: PLW0603 replaced as a whole: a thread that looks through a text sees the old or the new
    new = {secret for secret in secrets if len(secret) >= _SHORTEST} - {*_kept}
    if new:
        with _lock:
            _kept = tuple(sorted({*_kept, *new}, key=len, reverse=True))


def forget() -> None:
    """Forget all secrets."""
    global _kept  # noqa: PLW0603 likewise
    with _lock:
        _kept = ()
        _net.cache_clear()


def without_secrets(text: str, *, thoroughly: bool = False) -> str:
    """Return a text in which no secret stands; `thoroughly`, weak ones do not either."""
    lowered = text.lower()
    for net in map(_net, _kept):
        if (thoroughly or net.is_strong) and any(sign in lowered for sign in net.signs):
            text = net.pattern.sub(HIDDEN, text)
    return text


def is_strong(secret: str) -> bool:
    """Tell whether a secret can only be the secret where it stands in a text."""
    kinds = (str.isalpha, str.isdigit, lambda char: not char.isalnum())
    mixed = sum(any(kind(char) for char in secret) for kind in kinds) > 1
    return len(secret) >= _STRONG or (mixed and len(secret) >= _STRONG_IF_MIXED)


@cache
def _net(secret: str) -> _Net:
    forms = sorted(set(_forms(secret)), key=len, reverse=True)
    patterns = [re.escape(form) for form in forms]
    signs = {form.lower() for form in forms}
    if secret.isdigit() and len(secret) >= _GROUPED:
        patterns.append(r"[ .\-\u00a0]?".join(secret))
        signs.add(secret[:2])
    return _Net(is_strong(secret), tuple(signs), re.compile("|".join(patterns), re.IGNORECASE))


def _forms(secret: str) -> Iterator[str]:
    """Write a secret in every way in which it may come back; upper and lower case do not matter."""
    import html
    import json

    encoded = _percent_encoded(secret)
    in_html = html.escape(secret)
    in_json = json.dumps(secret)[1:-1]
    yield from (secret, repr(secret)[1:-1])
    yield from (encoded, encoded.replace("%20", "+"), _percent_encoded(encoded), encoded.replace("%2F", "/"))
    yield from (in_json, in_json.replace("/", r"\/"), json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from (in_html, in_html.replace("&#x27;", "&#39;"), in_html.replace("&#x27;", "&#039;"))
    yield from (html.escape(secret, quote=False), re.sub(r"(['\"\\])", r"\\\1", secret))
    yield secret.encode().hex()
    yield from _in_base64(secret.encode())


def _percent_encoded(text: str) -> str:
    return "".join(
        char if char in _UNRESERVED else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
        for char in text
    )


def _in_base64(secret: bytes) -> Iterator[str]:
    """Write what stands for it in base64, wherever it begins, without the signs that neighbours share."""
    from base64 import b64encode, urlsafe_b64encode

    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(secret)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            form = encode(b"\0" * before + secret).decode("ascii")[first:last]
            if len(form) >= _SHORTEST + 2:
                yield form
