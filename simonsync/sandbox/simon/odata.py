"""`$filter` of OData 4: text to a tree, and the tree against a record.

The libraries on offer either build requests or translate filters for a database; none answers them from
plain records, so the subset that Simon needs is read here. It is strict, so that a client's wrong literal is
seen: operators are lower case, dates stand without quotes, `not` needs parentheses, types must agree.
Comparisons with null follow the standard: only `eq` and `ne` know it, functions of null are unknown.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from simonsync.sandbox.simon.refusal import SimonRefusalError, bad_request
from simonsync.sandbox.simon.schema import Kind

_DEEPEST = 40
_LONGEST = 4000

_TOKENS = re.compile(
    r"""\s*(?:
      (?P<prefixed>datetime(?:offset)?'[^']*')
    | (?P<text>'(?:[^']|'')*')
    | (?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)
    | (?P<day>\d{4}-\d\d-\d\d)(?![\w-])
    | (?P<number>-?\d+(?:\.\d+)?)(?![\w.-])
    | (?P<word>[A-Za-z_]\w*)
    | (?P<mark>[(),])
    )""",
    re.VERBOSE | re.ASCII,
)

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}

_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "contains": operator.contains,
    "startswith": str.startswith,
}

_SORTS = {
    Kind.TEXT: "text",
    Kind.INT32: "number",
    Kind.INT64: "number",
    Kind.DECIMAL: "number",
    Kind.BOOLEAN: "truth",
    Kind.DAY: "day",
    Kind.MOMENT: "moment",
}


@dataclass(frozen=True, slots=True)
class Property:
    """The value that a record has under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the filter; `sort` is text, number, truth, day, moment or null."""

    value: str | Decimal | bool | date | datetime | None
    sort: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values and an operator between them."""

    left: Property | Literal
    operator: str
    right: Property | Literal


@dataclass(frozen=True, slots=True)
class TableCall:
    """`contains(where, what)` or `startswith(where, what)`."""

    function: str
    where: Property | Literal
    what: Property | Literal


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    inner: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """`and`."""

    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Either:
    """`or`."""

    left: Condition
    right: Condition


Condition = Comparison | TableCall | Not | Both | Either


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server wants dates to be written.

    Attributes:
        prefixed_dates: True = `datetime'…'` as in OData 2 and 3, and nothing else.
        zone: where a moment without offset is meant; None = it is refused.
    """

    prefixed_dates: bool = False
    zone: tzinfo | None = None


OData4 = Dialect()


def parse_filter(text: str, kinds: Mapping[str, Kind], dialect: Dialect = OData4) -> Condition:
    """Read a filter over the properties in `kinds`; 400 for whatever does not belong there."""
    return _Parser(text, kinds, dialect).parse()


def holds(condition: Condition, row: Mapping[str, Any]) -> bool | None:
    """Whether a record meets the condition; None = unknown, which a listing leaves out like False."""
    match condition:
        case Comparison(left, sign, right):
            return _compare(sign, _value(left, row), _value(right, row))
        case TableCall(function, where, what):
            haystack, needle = _value(where, row), _value(what, row)
            return None if haystack is None or needle is None else _FUNCTIONS[function](haystack, needle)
        case Not(inner):
            known = holds(inner, row)
            return None if known is None else not known
        case Both(left, right):
            return _combine(holds(left, row), holds(right, row), decisive=False)
        case Either(left, right):
            return _combine(holds(left, row), holds(right, row), decisive=True)


def _value(operand: Property | Literal, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any record's value
    return row[operand.name] if isinstance(operand, Property) else operand.value


def _compare(sign: str, left: object, right: object) -> bool:
    if left is None or right is None:
        return (left is right) if sign == "eq" else (left is not right) if sign == "ne" else False
    return _OPERATORS[sign](left, right)


def _combine(left: bool | None, right: bool | None, *, decisive: bool) -> bool | None:  # noqa: FBT001 - values
    if left is decisive or right is decisive:
        return decisive
    return None if left is None or right is None else not decisive


class _Parser:
    def __init__(self, text: str, kinds: Mapping[str, Kind], dialect: Dialect) -> None:
        self._kinds = kinds
        self._dialect = dialect
        self._tokens = _tokens(text)
        self._position = 0
        self._depth = 0

    def parse(self) -> Condition:
        condition = self._either()
        if self._position < len(self._tokens):
            raise _wrong(f"'{self._tokens[self._position][1]}' is not expected here")
        return condition

    def _either(self) -> Condition:
        condition = self._both()
        while self._take_if("or"):
            condition = Either(condition, self._both())
        return condition

    def _both(self) -> Condition:
        condition = self._single()
        while self._take_if("and"):
            condition = Both(condition, self._single())
        return condition

    def _single(self) -> Condition:
        if self._take_if("not"):
            # By the standard `not` binds tighter than a comparison: `not A eq 1` would negate A.
            if self._peek()[1] not in {"(", "not", *_FUNCTIONS}:
                raise _wrong("after 'not' comes a condition in parentheses or a function")
            return Not(self._nested(self._single))
        if self._take_if("("):
            condition = self._nested(self._either)
            self._expect(")")
            return condition
        if self._peek()[1] in _FUNCTIONS:
            return self._call()
        return self._comparison()

    def _nested(self, read: Callable[[], Condition]) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _wrong("it is nested too deeply")
        condition = read()
        self._depth -= 1
        return condition

    def _call(self) -> TableCall:
        function = self._take()[1]
        self._expect("(")
        where = self._operand()
        self._expect(",")
        what = self._operand()
        self._expect(")")
        for operand in (where, what):
            if self._sort(operand) not in {"text", "null"}:
                raise _wrong(f"{function} takes texts")
        return TableCall(function, where, what)

    def _comparison(self) -> Comparison:
        left = self._operand()
        sign = self._take()[1]
        if sign not in _OPERATORS:
            raise _wrong(f"'{sign}' is no operator")
        right = self._operand()
        sorts = {self._sort(left), self._sort(right)} - {"null"}
        if len(sorts) > 1:
            raise _wrong(f"{' and '.join(sorted(sorts))} cannot be compared")
        return Comparison(left, sign, right)

    def _operand(self) -> Property | Literal:
        kind, text = self._take()
        if kind == "word":
            return self._word(text)
        if kind == "text":
            return Literal(text[1:-1].replace("''", "'"), "text")
        if kind == "number":
            return Literal(Decimal(text), "number")
        if kind in {"moment", "day", "prefixed"}:
            return self._date(kind, text)
        raise _wrong(f"'{text}' is no value")

    def _word(self, text: str) -> Property | Literal:
        if text in {"true", "false"}:
            return Literal(text == "true", "truth")
        if text == "null":
            return Literal(None, "null")
        if text not in self._kinds:
            raise bad_request("UnknownProperty", f"$filter: there is no property {text}.", text)
        return Property(text)

    def _date(self, kind: str, text: str) -> Literal:
        if (kind == "prefixed") is not self._dialect.prefixed_dates:
            wanted = "datetime'…'" if self._dialect.prefixed_dates else "no quotes and no prefix"
            raise _wrong(f"a date is written with {wanted}, not {text}")
        try:
            if kind == "day":
                return Literal(date.fromisoformat(text), "day")
            moment = datetime.fromisoformat(text.split("'")[1] if kind == "prefixed" else text)
            zone = moment.tzinfo or (UTC if kind == "prefixed" else self._dialect.zone)
            if zone is None:
                raise _wrong(f"{text} needs its offset, such as Z")
            return Literal(moment.replace(tzinfo=zone).astimezone(UTC), "moment")
        except (ValueError, OverflowError):
            raise _wrong(f"{text} is no date") from None

    def _sort(self, operand: Property | Literal) -> str:
        return operand.sort if isinstance(operand, Literal) else _SORTS[self._kinds[operand.name]]

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._position] if self._position < len(self._tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        kind, text = self._peek()
        if kind == "end":
            raise _wrong("it ends too early")
        self._position += 1
        return kind, text

    def _take_if(self, text: str) -> bool:
        if self._peek() not in {("word", text), ("mark", text)}:
            return False
        self._position += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._take_if(text):
            raise _wrong(f"'{text}' is missing before '{self._peek()[1]}'")


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > _LONGEST:
        raise _wrong("it is too long")
    tokens = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        found = _TOKENS.match(text, position)
        if found is None or found.lastgroup is None:
            raise _wrong(f"'{text[position : position + 20].strip()}' cannot be read")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        position = found.end()
    return tokens


def _wrong(reason: str) -> SimonRefusalError:
    return bad_request("InvalidFilter", f"$filter: {reason}.", "$filter")
