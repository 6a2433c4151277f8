"""What a person sees at a terminal: rich lays out texts, tables and trees there, and colours them.

Only where somebody looks is this imported: what goes into a pipe or a file is plain, and starts faster.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from io import StringIO
from itertools import chain, repeat
from shutil import get_terminal_size
from typing import Final

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from simonsync.cli.style import Branch, Style

_NARROWEST: Final = 20
_GAP: Final = 2
# Where no line may break: before the signs that French sets apart, and within a command to be typed.
_KEPT: Final = re.compile(r"« |simonsync [^ ]+(?: --[^ ]+)*| (?=[?!:;»]+[.,)]?(?: |$))|\N{NO-BREAK SPACE}")
_BLANKS, _HELD = " \N{NO-BREAK SPACE}", "\ue000\ue001"
"""What stands for such a blank while rich looks for a place to break."""
_HOLD, _LET_GO = str.maketrans(_BLANKS, _HELD), str.maketrans(_HELD, _BLANKS)


def columns() -> int:
    """Return how many columns the terminal has."""
    return max(get_terminal_size().columns, _NARROWEST)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Break a text between words; what is longer than a line, such as a path, stays whole to be copied."""
    first, rest = text[: len(indent)], Text(_held(text[len(indent) :]), overflow="ignore")
    lines = rest.wrap(_console(width, in_colours=False), width - len(indent))
    return [
        before + line.plain.rstrip().translate(_LET_GO)
        for before, line in zip(chain((first,), repeat(indent)), lines, strict=False)
    ]


def coloured(text: str, style: Style) -> str:
    """Return a line in the colour of its style; it is not broken."""
    return _rendered(Text(text, style.value), in_colours=True, soft_wrap=True).removesuffix("\n")


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int], *, in_colours: bool
) -> str | None:
    """Return a table that fits the terminal; None where words would have to be cut for that."""
    lines = [[Text(_held(cell)) for cell in line] for line in (heads, *rows)]
    cells_of = list(zip(*lines, strict=True))
    widths = [max(cell.cell_len for cell in cells) for cells in cells_of]
    floors = [
        max(cell_len(word) for cell in cells for word in cell.plain.split() or [""]) for cells in cells_of
    ]
    room = columns() - _GAP * (len(widths) - 1)
    if sum(floors) > room:
        return None
    while sum(widths) > room:
        # Rich would narrow the widest column, also where it holds one long word.
        widest = max(range(len(widths)), key=lambda index: (widths[index] > floors[index], widths[index]))
        widths[widest] -= 1
    laid_out = Table(box=None, padding=(0, _GAP // 2), pad_edge=False, header_style=Style.STRONG.value)
    for index, head in enumerate(lines[0]):
        laid_out.add_column(head, justify="right" if index in right else "left", width=widths[index])
    for line in lines[1:]:
        laid_out.add_row(*line)
    return _rendered(laid_out, in_colours=in_colours)


def tree(root: Branch, *, in_colours: bool) -> str:
    """Return a tree with its branches."""

    def label(branch: Branch) -> RenderableType:
        notes = (
            Padding(Text(_held(note), Style.FAINT.value), (0, 0, 0, 2), expand=False) for note in branch.notes
        )
        return Group(Text(_held(branch.text), branch.style.value), *notes)

    def grow(trunk: Tree, branches: Sequence[Branch]) -> None:
        for branch in branches:
            grow(trunk.add(label(branch)), branch.below)

    grown = Tree(label(root), guide_style=Style.FAINT.value)
    grow(grown, root.below)
    return _rendered(grown, in_colours=in_colours)


def _held(text: str) -> str:
    return _KEPT.sub(lambda found: found[0].translate(_HOLD), text)


def _rendered(shown: RenderableType, *, in_colours: bool, soft_wrap: bool = False) -> str:
    console = _console(columns(), in_colours=in_colours)
    with console.capture() as captured:
        console.print(shown, soft_wrap=soft_wrap)
    return captured.get().translate(_LET_GO)


@cache
def _console(width: int, *, in_colours: bool) -> Console:
    return Console(
        file=StringIO(),
        width=width,
        force_terminal=True,
        color_system="standard" if in_colours else None,
        highlight=False,
        legacy_windows=False,
    )
