"""Which customers have changed: v2 tells it by the moment of the last change, of companies and of persons.

A look asks for what has changed since the last one began, with ten minutes of overlap: whether the bounds are
inclusive, and how far Sellsy's own clocks differ, is not documented. What was told once is not told again: a
position holds, beside the moment, what was seen within the overlap. So a look that was interrupted goes on
where it stopped, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simonsync.sellsy.v1.turns import zoned_moment
from simonsync.sellsy.v2.client import QuestionsV2, Row

OVERLAP: Final = timedelta(minutes=10)
SEARCHES: Final = ("POST companies/search", "POST individuals/search")


@dataclass(frozen=True, slots=True)
class Changed:
    """A customer that has changed, as far as it is told here.

    Attributes:
        created: when it was created; None where that is not told.
    """

    id: str
    name: str
    created: datetime | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a step of a look found; `position` is where the next one goes on."""

    changed: tuple[Changed, ...]
    position: str


def changes(client: QuestionsV2, position: str, now: datetime) -> Iterator[Looked]:
    """Tell the active clients that have changed since the look that left this position.

    Without a position nothing has: only the moment is noted. Raises what `QuestionsV2` does.
    """
    since, seen = _read(position)
    if since is None:
        yield Looked((), _written(now, {}))
        return
    # Whether archived ones come where nothing is said is not documented. A prospect is no customer yet.
    filters = {
        "type": ["client"],
        "is_archived": False,
        "updated_at": {"start": _begin(since).isoformat()},
    }
    for search in SEARCHES:
        for rows in client.rows(search, filters):
            told = [row for row in rows if not _stamp(row) or seen.get(_id(row)) != _stamp(row)]
            seen |= {_id(row): _stamp(row) for row in told if _stamp(row)}
            yield Looked(tuple(map(_changed, told)), _written(since, seen))
    kept = {each: stamp for each, stamp in seen.items() if (zoned_moment(stamp) or now) >= _begin(now)}
    yield Looked((), _written(now, kept))


def _begin(since: datetime) -> datetime:
    """Return from when on changes are asked for; Sellsy tells whole seconds."""
    return (since - OVERLAP).astimezone(UTC).replace(microsecond=0)


def names_of(client: QuestionsV2, customer: str) -> Sequence[str]:
    """Return how v2 calls the customers of an id: companies and persons have their lists each."""
    filters = {"id": [int(customer)]}
    return tuple(_name(row) for search in SEARCHES for rows in client.rows(search, filters) for row in rows)


def _changed(row: Row) -> Changed:
    return Changed(_id(row), _name(row), zoned_moment(_text(row.get("created"))))


def _name(row: Row) -> str:
    """A company's name, or a person's forename and name."""
    person = " ".join(filter(None, (_text(row.get("first_name")), _text(row.get("last_name")))))
    return _text(row.get("name")) or person


def _id(row: Row) -> str:
    return str(row["id"])


def _stamp(row: Row) -> str:
    """When a row was changed; the field was added late, and a row without it is told each time."""
    return _text(row.get("updated_at"))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _read(position: str) -> tuple[datetime | None, dict[str, str]]:
    """Read a position, or the bare moment that v1 leaves.

    One that makes no sense is none: the list of customers brings what was missed.
    """
    if (moment := zoned_moment(position)) is not None:
        return moment, {}
    try:
        said: Mapping[str, Any] = json.loads(position)
        since, seen = (
            zoned_moment(said["since"]),
            {str(each): str(stamp) for each, stamp in said["seen"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, {}
    return since, seen


def _written(since: datetime, seen: Mapping[str, str]) -> str:
    return json.dumps({"since": since.isoformat(), "seen": seen}, separators=(",", ":"))
