"""Texts on a terminal: how wide they are, and where a line may break."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Blanks and the word after them. The signs that French sets apart may not begin a line, and a command that is
# to be typed stays together with its options.
_CHUNK: Final = re.compile(r" *(?:« )?(?:simonsync [^ ]+(?: --[^ ]+)*|[^ ]+)(?: [?!:;»]+[.,)]?(?= |$))*")
_NARROWEST: Final = 20


def columns() -> int:
    """Return how many columns the terminal has."""
    from shutil import get_terminal_size

    return max(get_terminal_size().columns, _NARROWEST)


def width_of(text: str) -> int:
    """Return how many columns a text takes on a terminal; accents on their own take none, some signs two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def longest_word(text: str) -> int:
    """Return the width below which a text cannot be broken between words."""
    return max((width_of(chunk.strip(" ")) for chunk in _CHUNK.findall(text)), default=0)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Break a text between words; what is longer than a line, such as a path, stays whole to be copied."""
    lines, empty = [""], True
    for chunk in _CHUNK.findall(text):
        if not empty and width_of(lines[-1] + chunk) > width:
            lines.append(indent + chunk.lstrip(" "))
        else:
            lines[-1] += chunk
        empty = False
    return lines
