"""How a result looks: its colours [8.4], and the branches of a tree."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Style(Enum):
    """How a text looks on a terminal that shows colours [8.4]; the values are rich's words for it."""

    PLAIN = ""
    STRONG = "bold"
    FAINT = "dim"
    NOTHING_TO_DO = "white"
    NEWS = "blue"
    WARNING = "yellow"
    ERROR = "red"
    GOOD = "green"


class Branch(NamedTuple):
    """A part of a tree.

    Attributes:
        notes: what is said about it, in fainter lines below it.
    """

    text: str
    style: Style = Style.PLAIN
    notes: tuple[str, ...] = ()
    below: tuple[Branch, ...] = ()
