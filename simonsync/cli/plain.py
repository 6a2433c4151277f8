"""Tables and trees in a pipe or a file: as wide as they need to be, so that nothing is cut for `grep`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from simonsync.cli.style import Branch


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Lay out a table in lines; `right` names the columns of numbers."""
    lines = [heads, *rows]
    widths = [max(width_of(line[index]) for line in lines) for index in range(len(heads))]
    return [
        "  ".join(
            blanks + cell if index in right else cell + blanks
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
            for blanks in (" " * (width - width_of(cell)),)
        ).rstrip()
        for line in lines
    ]


def tree(root: Branch) -> Iterator[str]:
    """Lay out a tree in lines: each branch with its notes, then those below it."""
    yield root.text
    yield from (f"   {note}" for note in root.notes)
    for place, branch in enumerate(root.below, start=1):
        last = place == len(root.below)
        first, *others = tree(branch)
        yield f"{'└─' if last else '├─'} {first}"
        yield from (f"{' ' if last else '│'}  {line}" for line in others)


def width_of(text: str) -> int:
    """Return how many columns a text takes; accents on their own take none, some signs two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
