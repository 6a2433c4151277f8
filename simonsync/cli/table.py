"""Tables that read well on a wide terminal, on a narrow one, and in a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from simonsync.cli.wrapping import longest_word, width_of, wrapped

GAP = "  "


def fitting(
    columns: Sequence[str], rows: Sequence[Sequence[str]], width: int, right: Sequence[int] = ()
) -> tuple[list[str], list[str]]:
    """Lay out a table for a terminal that is wide enough: the lines of its head, and those of its rows."""
    widths = _fitted(columns, rows, width)
    return _broken(columns, widths, right), [line for row in rows for line in _broken(row, widths, right)]


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Lay out a table in lines as wide as they need to be, so that nothing is cut for `grep` and `awk`."""
    lines = [columns, *rows]
    widths = [max(width_of(line[index]) for line in lines) for index in range(len(columns))]
    return [
        GAP.join(
            _padded(cell, width, to_the_right=index in right)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def one_field_a_line(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay out a table for a terminal that is too narrow for its columns."""
    lines: list[str] = []
    for row in rows:
        if lines:
            lines.append("")
        lines += [f"{column}: {cell}" for column, cell in zip(columns, row, strict=True) if cell]
    return lines


def narrowest(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return the width below which words would be cut in two."""
    return sum(_floors(columns, rows)) + len(GAP) * (len(columns) - 1)


def _padded(cell: str, width: int, *, to_the_right: bool) -> str:
    blanks = " " * (width - width_of(cell))
    return blanks + cell if to_the_right else cell + blanks


def _floors(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return for each column the width of its longest word."""
    return [max(longest_word(line[index]) for line in (columns, *rows)) for index in range(len(columns))]


def _fitted(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return the widths of the columns: as wide as they need to be, the widest ones narrower to fit."""
    widths = [max(width_of(line[index]) for line in (columns, *rows)) for index in range(len(columns))]
    floors = _floors(columns, rows)
    for _ in range(sum(widths) + len(GAP) * (len(columns) - 1) - width):
        widest = max(
            (index for index in range(len(widths)) if widths[index] > floors[index]), key=widths.__getitem__
        )
        widths[widest] -= 1
    return widths


def _broken(row: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> list[str]:
    """Lay out one row in as many lines as its longest cell needs."""
    cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    return [
        GAP.join(
            _padded(part, width, to_the_right=index in right)
            for index, (part, width) in enumerate(zip(parts, widths, strict=True))
        ).rstrip()
        for parts in zip_longest(*cells, fillvalue="")
    ]
