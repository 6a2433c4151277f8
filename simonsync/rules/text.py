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
    """Return a text without line breaks, control characters and runs of blanks.

    Characters that nobody sees (soft hyphens, marks of direction) are left out and part no word.
    """
    if text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(_shown(char) for char in text).split())


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    return "" if unicodedata.category(char) == "Cf" else " "


def cut(text: str, length: int) -> str:
    """Return one line of at most so many characters; what was cut off shows as `…`.

    A character beyond the first 65,536, such as an emoji, counts twice: so do the services' databases.
    """
    line = one_line(text)
    if _size(line) <= length:
        return line
    kept = line[: length - 1]
    while _size(kept) > length - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
