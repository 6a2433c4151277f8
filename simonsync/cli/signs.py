"""What stands on an old terminal or in an old file for the signs that its encoding does not have."""

from __future__ import annotations

import unicodedata
from typing import Final

# Severities stay apart without colours: * for information, ! for a warning, x for an error.
_NEAREST: Final = {
    "●": "*",
    "▲": "!",
    "✖": "x",
    "✔": "+",
    "✓": "+",
    "→": ">",
    "←": "<",
    "≥": ">=",
    "×": "x",
    "÷": "/",
    "·": "|",
    "–": "-",
    "’": "'",
    "«": '"',
    "»": '"',
    "€": "EUR",
    "œ": "oe",
    "Œ": "OE",
    "─": "-",
    "━": "-",
    "╸": "-",
    "╺": "-",
    "│": "|",
    "├": "|",
    "└": "`",
}


def nearest(error: UnicodeError) -> tuple[str, int]:
    """Give what to write for signs that could not be encoded: the nearest one, a bare letter, at last `?`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_plain(sign) for sign in error.object[error.start : error.end]), error.end


def _plain(sign: str) -> str:
    letters = unicodedata.normalize("NFKD", sign)
    return _NEAREST.get(sign) or "".join(letter for letter in letters if letter.isascii()) or "?"
