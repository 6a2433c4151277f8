"""Values as they stand in the state file, and back: what a person or a broken disk put there is told apart.

Every value of a row that is more than a text or a number passes through here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from simonsync.domain import reading
from simonsync.domain.entities import ENTITIES, PDFS
from simonsync.domain.reading import Reading
from simonsync.errors import StateUnusable, UsageError

_T = TypeVar("_T")
_SHOWN: Final = 60
"""Letters of a value that a sentence shows."""


PLACES: Final = (*ENTITIES, PDFS, "users")
"""What Simon is asked for: its tables, the PDFs of work orders, its users."""
_NOT_UNDERSTOOD: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    UsageError,
    ValueError,
)


class Garbled(StateUnusable):
    """A value in the state file that this program never wrote; `open_state` says in which file it stands."""

    def __init__(self, value: object) -> None:
        """Take what was found."""
        shown = str(value)
        cause = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        super().__init__("state-corrupt", path="", cause=cause)

    def at(self, path: Path) -> StateUnusable:
        """Say in which file it was found."""
        return StateUnusable("state-corrupt", path=str(path), cause=self.problems[0].params["cause"])


def understood(read: Callable[[Any], _T], value: object) -> _T:
    """Turn a value of a row into what it stands for: `understood(Status, row["status"])`. Raises Garbled."""
    try:
        return read(value)
    except _NOT_UNDERSTOOD as error:
        raise Garbled(value) from error


def to_object(text: str) -> dict[str, Any]:
    """Read a JSON object back. Raises Garbled."""
    return understood(_object, text)


def to_objects(text: str) -> list[dict[str, Any]]:
    """Read a JSON list of objects back. Raises Garbled."""
    return understood(lambda each: [_as_object(part) for part in json.loads(each)], text)


def to_place(text: str) -> str:
    """Read the name of a table of Simon's back, or of what else is asked for there. Raises Garbled."""
    if text not in PLACES:
        raise Garbled(text)
    return text


def to_reading(text: str) -> Reading:
    """Read a look at the clocks back. Raises Garbled."""
    return understood(reading.read_reading, text)


def optional_reading(text: str | None) -> Reading | None:
    """Read a look at the clocks, or nothing. Raises Garbled."""
    return None if text is None else to_reading(text)


def to_text(moment: datetime) -> str:
    """Write a moment in UTC so that texts sort as moments do."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def to_moment(text: str) -> datetime:
    """Read a moment back; aware, UTC. Raises Garbled."""
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise Garbled(text) from error
    if moment.tzinfo is None:
        raise Garbled(text)
    return moment


def optional_text(moment: datetime | None) -> str | None:
    """Write a moment, or nothing."""
    return None if moment is None else to_text(moment)


def optional_moment(text: str | None) -> datetime | None:
    """Read a moment, or nothing."""
    return None if text is None else to_moment(text)


def _object(text: str) -> dict[str, Any]:
    return _as_object(json.loads(text))


def _as_object(found: Any) -> dict[str, Any]:  # noqa: ANN401 whatever stands in a JSON text
    if not isinstance(found, dict):
        raise TypeError(type(found).__name__)
    return found
