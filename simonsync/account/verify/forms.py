"""How values are written on the wire, and what the form of a value looks like without the value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_MOST = 40
_KEYS = 12
_WORD = re.compile(r"[A-Za-z][A-Za-z_]{0,19}")
_EMPTY_DATES = ("0000-00-00", "0000-00-00 00:00:00", "NC.")


@dataclass(frozen=True, slots=True)
class WireForm:
    """A form that values of a field are believed to have.

    Attributes:
        name: its text is `form-` and this.
        fits: whether a value that is not empty has it.
        words: whether its values are words of the service, which may be shown as they are.
        told: what is shown of it beside its word.
    """

    name: str
    fits: Callable[[Any], bool]
    words: bool = False
    told: str = ""

    def shown(self, value: object) -> str:
        """Return what may be told of a value that does not have the form."""
        if self.words and isinstance(value, str) and _WORD.fullmatch(value):
            return value
        return shape_of(value)


def is_empty(value: object) -> bool:
    """Tell whether a value says nothing of its form; PHP writes an empty object as `[]`."""
    return value is None or value in ("", [], {}) or value in _EMPTY_DATES


def shape_of(value: object) -> str:
    """Describe a value by its kind: digits become 9, words become a; names of members stay."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float() | Decimal():
            return "decimal"
        case str():
            return f'text "{_pattern(value)}"' if value else "text, empty"
        case Mapping():
            names = sorted({_pattern(str(key)) if str(key)[:1].isdigit() else str(key) for key in value})
            return f"object of {', '.join(names[:_KEYS])}{', …' if len(names) > _KEYS else ''}"
        case list():
            return f"list of {shape_of(value[0])}" if value else "list, empty"
    return type(value).__name__


def _pattern(text: str) -> str:
    signs = []
    for sign in text[: 4 * _MOST]:
        kind = unicodedata.category(sign)[0]
        if kind == "N":
            signs.append("9")
        elif kind in "LM":
            if signs[-1:] != ["a"]:
                signs.append("a")
        else:
            signs.append(sign if kind in "PS" else " ")
    pattern = "".join(signs)
    return pattern if len(pattern) <= _MOST else f"{pattern[:_MOST]}…"


def written_as(name: str, pattern: str) -> WireForm:
    """Return the form of texts that match a pattern as a whole."""
    exact = re.compile(pattern)
    return WireForm(name, lambda value: isinstance(value, str) and exact.fullmatch(value) is not None)


def one_of(*words: str) -> WireForm:
    """Return the form of a word of the service's own."""
    return WireForm("word", lambda value: value in words, words=True, told=", ".join(words))


def _is_keyed(value: object) -> bool:
    return isinstance(value, Mapping) and any(str(key)[:1].isdigit() for key in value)


ID = written_as("id", r"\d+")
AMOUNT = written_as("amount", r"-?\d+\.\d{2,9}")
DATE_TIME = written_as("date-time", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
ISO = written_as("iso", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")
BOOLEAN = WireForm("boolean", lambda value: isinstance(value, bool))
COUNTRY = written_as("country", r"[A-Z]{2}")
CURRENCY = written_as("currency", r"[A-Z]{3}")
DIGITS = written_as("digits", r"\d+")
TEXT = WireForm("text", lambda value: isinstance(value, str))
YES_NO = WireForm("yes-no", lambda value: value in ("Y", "N"))
WHOLE = WireForm("whole", lambda value: isinstance(value, int) and not isinstance(value, bool))
OBJECT = WireForm("object", lambda value: isinstance(value, Mapping))
KEYED = WireForm("keyed", _is_keyed)
LIST = WireForm("list", lambda value: isinstance(value, list))
LISTED = WireForm("listed", lambda value: isinstance(value, list) or _is_keyed(value))
"""Either of both ways in which PHP writes a list."""
REFERENCE = WireForm(
    "reference",
    lambda value: WHOLE.fits(value) or (isinstance(value, str) and value != ""),
)
NUMBER = WireForm(
    "number",
    lambda value: not isinstance(value, bool) and re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None,
)
