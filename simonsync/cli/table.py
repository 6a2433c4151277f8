"""Tables that read well on a wide terminal, on a narrow one, and in a pipe."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from simonsync.messages.render import clean

if TYPE_CHECKING:
    from simonsync.cli.output import Output

GAP = "  "


def print_table(
    output: Output, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()
) -> None:
    """Print a table: aligned lines in a pipe; on a terminal wrapped to its width, or one field a line."""
    cells = [[clean(cell) for cell in row] for row in rows]
    if not output.is_terminal(output.people):
        for line in aligned(columns, cells, right):
            output.line(line)
        return
    from shutil import get_terminal_size

    width = get_terminal_size().columns
    if narrowest(columns, cells) > width:
        for line in one_field_a_line(columns, cells):
            output.line(line)
        return
    _print_wrapped(output, columns, cells, right, width)


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
    widths = [
        max((width_of(word) for line in (columns, *rows) for word in line[index].split()), default=1)
        for index in range(len(columns))
    ]
    return sum(widths) + len(GAP) * (len(columns) - 1)


def width_of(text: str) -> int:
    """Return how many columns a text takes on a terminal; accents on their own take none, some signs two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def _padded(cell: str, width: int, *, to_the_right: bool) -> str:
    blanks = " " * (width - width_of(cell))
    return blanks + cell if to_the_right else cell + blanks


def _print_wrapped(
    output: Output,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[int],
    width: int,
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, len(GAP), 0, 0), header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(Text(column), justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        # Text, not str: rich would read markup into brackets that a customer's name may have.
        table.add_row(*(Text(cell) for cell in row))
    coloured = output.shows_colours(output.people)
    Console(
        file=output.people,
        width=width,
        color_system="standard" if coloured else None,
        force_terminal=coloured,
        highlight=False,
    ).print(table)
