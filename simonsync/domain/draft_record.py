"""A draft as it is kept with its work order: what was asked for, line by line, and why [3.4].

What is kept follows from the fields of a draft and of a line (`domain.draft`): a new one is kept by itself,
and one that an older record lacks has its default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.messages.kinds import LINES, Message

T = TypeVar("T", DraftInvoice, DraftLine)


def to_record(draft: DraftInvoice) -> dict[str, Any]:
    """Turn a draft into plain JSON values; amounts as texts, so that nothing is rounded."""
    return _fields_of(draft)


def from_record(record: Mapping[str, Any]) -> DraftInvoice:
    """Turn it back into the same draft."""
    return _made(DraftInvoice, record)


def _fields_of(thing: DraftInvoice | DraftLine) -> dict[str, Any]:
    return {field.name: _plain(getattr(thing, field.name)) for field in fields(thing)}


def _plain(value: object) -> object:
    match value:
        case LineKind() | Kind():
            return value.value
        case Decimal() | date():
            return str(value)
        case Key(kind=Kind.CUSTOMER):
            return value.id
        case Key():
            return [value.kind.value, value.id]
        case Message():
            return [value.code, dict(value.params)]
        case DraftLine():
            return _fields_of(value)
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return value


def _made(kind: type[T], record: Mapping[str, Any]) -> T:
    given = {field.name: field.type for field in fields(kind) if field.name in record}
    return kind(**{name: _READ[str(form)](record[name]) for name, form in given.items()})


def _key(value: Any) -> Key | None:  # noqa: ANN401 - any JSON
    match value:
        case None:
            return None
        case str():
            return sellsy_key(Kind.CUSTOMER, value)
        case _:
            return sellsy_key(Kind(value[0]), value[1])


def _message(value: Any) -> Message:  # noqa: ANN401 - any JSON
    code, params = value
    return Message(LINES[code], params) if code in LINES else Message.of(code, params)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "str": str,
    "str | None": lambda value: value,
    "Decimal": Decimal,
    "LineKind": LineKind,
    "date | None": lambda value: None if value is None else date.fromisoformat(value),
    "Key": _key,
    "Key | None": _key,
    "Message": _message,
    "tuple[Message, ...]": lambda values: tuple(map(_message, values)),
    "tuple[DraftLine, ...]": lambda values: tuple(_made(DraftLine, value) for value in values),
}
"""How a field of each type is read back; a type that is new to drafts is named here."""
