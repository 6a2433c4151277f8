"""How texts are compared and cut."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Return a text as filter words see it: without case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def contains(word: str, *texts: str) -> bool:
    """Tell whether a filter word occurs in one of the texts [5.6, 5.9.1]; blanks only are no word."""
    wanted = folded(word.strip())
    return bool(wanted) and any(wanted in folded(text) for text in texts)


def one_line(text: str) -> str:
    """Return a text without line breaks, control characters and runs of blanks."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def cut(text: str, length: int) -> str:
    """Return one line of at most so many characters; what was cut off shows as `…`."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
