"""The last net below everything technical that is printed: values of credentials never pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

HIDDEN: Final = "…"


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which no secret stands, in any of the forms in which it travels."""
    from urllib.parse import quote, quote_plus

    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for form in {secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}:
            text = text.replace(form, HIDDEN)
    return text
