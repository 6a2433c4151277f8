"""What must stand in each column of the state file, and what does not.

SQLite checks its own structure, and that texts are texts. That a status is one of ours, or a moment a moment,
is checked here: a work order whose status nobody knows would be asked for by no query, and never be missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from simonsync.domain.key import Kind, Origin
from simonsync.domain.phase import Phase
from simonsync.messages.kinds import Severity, Table
from simonsync.store.attempts import AttemptOutcome
from simonsync.store.documents import Says
from simonsync.store.ledger import Status
from simonsync.store.values import PLACES, Garbled
from simonsync.store.waits import WaitReason

if TYPE_CHECKING:
    from simonsync.store.database import Database


class Shape(StrEnum):
    """What a column holds beyond the type that SQLite knows."""

    TEXT = "text"
    """Anything: names, ids, hashes."""
    NUMBER = "number"
    MOMENT = "moment"
    READING = "reading"
    """A look at the clocks (`domain.reading`)."""
    OBJECT = "object"
    LIST = "list"
    PLACE = "place"
    """A table of Simon's, or what else is asked for there."""


_S = Shape

_Columns = Mapping[str, Mapping[str, Shape | type[StrEnum]]]

COLUMNS: Final[_Columns] = {
    "absences": {"place": _S.TEXT, "id": _S.TEXT, "since": _S.READING},
    "activation": {
        "phase": Phase,
        "terms_accepted_at": _S.MOMENT,
        "corp_id": _S.TEXT,
        "company": _S.TEXT,
        "licence_hash": _S.TEXT,
        "api": _S.TEXT,
        "machine": _S.TEXT,
        "creates_wait_until": _S.MOMENT,
        "only": _S.NUMBER,
        "had_invoices": _S.NUMBER,
    },
    "addresses": {"id": _S.TEXT, "customer": _S.TEXT, "fields": _S.OBJECT},
    "attempts": {
        "subject": _S.TEXT,
        "payload": _S.TEXT,
        "customer": _S.TEXT,
        "t0": _S.MOMENT,
        "intended_at": _S.MOMENT,
        "outcome": AttemptOutcome,
        "unknown_since": _S.READING,
        "attempt": _S.NUMBER,
        "run": _S.NUMBER,
        "empty_lookups": _S.NUMBER,
        "last_lookup_run": _S.NUMBER,
        "asked_after": _S.NUMBER,
        "arrived": _S.NUMBER,
    },
    "bindings": {
        "origin": Origin,
        "kind": Kind,
        "id": _S.TEXT,
        "target_id": _S.TEXT,
        "fingerprint": _S.TEXT,
        "bound_at": _S.MOMENT,
        "missing_since": _S.READING,
    },
    "cursors": {"stream": _S.TEXT, "mutation": _S.MOMENT, "updated_at": _S.MOMENT},
    "deletions": {
        "place": _S.PLACE,
        "id": _S.TEXT,
        "name": _S.TEXT,
        "reason": _S.TEXT,
        "ext_key": _S.TEXT,
        "begun_at": _S.MOMENT,
    },
    "disowned": {"document_id": _S.TEXT, "work_order": _S.TEXT, "at": _S.MOMENT},
    "former_documents": {
        "document_id": _S.TEXT,
        "work_order": _S.TEXT,
        "drafted_at": _S.MOMENT,
        "watched_until": _S.MOMENT,
    },
    "held_up": {
        "work_order": _S.TEXT,
        "times": _S.NUMBER,
        "wait": _S.NUMBER,
        "let_through": _S.NUMBER,
    },
    "journal": {
        "first_at": _S.MOMENT,
        "last_at": _S.MOMENT,
        "severity": Severity,
        "code": _S.TEXT,
        "kind": Table,
        "record": _S.TEXT,
        "number": _S.TEXT,
        "params": _S.OBJECT,
        "cured_at": _S.MOMENT,
        "id": _S.NUMBER,
        "run": _S.NUMBER,
        "times": _S.NUMBER,
        "open": _S.NUMBER,
        "cured_run": _S.NUMBER,
    },
    "listed": {"stream": _S.TEXT, "id": _S.TEXT},
    "looks": {"what": _S.TEXT, "at": _S.READING},
    "not_ready": {"kind": _S.TEXT, "id": _S.TEXT, "unit": _S.TEXT},
    "periods": {
        "since": _S.MOMENT,
        "until": _S.MOMENT,
        "simon_since": _S.MOMENT,
        "simon_until": _S.MOMENT,
    },
    "plans": {"id": _S.TEXT, "made_at": _S.MOMENT, "reason": _S.TEXT, "deletions": _S.LIST},
    "quotes": {"id": _S.TEXT, "look": _S.TEXT},
    "restored": {"place": _S.TEXT, "old_id": _S.TEXT, "new_id": _S.TEXT, "at": _S.MOMENT},
    "runs": {
        "command": _S.TEXT,
        "started_at": _S.MOMENT,
        "finished_at": _S.MOMENT,
        "id": _S.NUMBER,
        "exit_code": _S.NUMBER,
        "sellsy_requests": _S.NUMBER,
        "simon_requests": _S.NUMBER,
        "clocks": _S.READING,
    },
    "scans": {
        "stream": _S.TEXT,
        "position": _S.TEXT,
        "turn_began": _S.MOMENT,
        "turn_ended": _S.MOMENT,
        "turn": _S.NUMBER,
    },
    "settings_history": {
        "at": _S.MOMENT,
        "settings": _S.OBJECT,
        "revision": _S.NUMBER,
    },
    "unlisted": {"id": _S.TEXT, "says": Says, "asked": _S.READING, "missing_since": _S.READING},
    "waits": {
        "number": _S.NUMBER,
        "reason": WaitReason,
        "knows": _S.NUMBER,
        "since": _S.READING,
        "over": _S.NUMBER,
    },
    "witness": {"only": _S.NUMBER, "number": _S.NUMBER},
    "simon_tables": {"name": _S.PLACE},
    "work_orders": {
        "id": _S.TEXT,
        "number": _S.TEXT,
        "marker": _S.TEXT,
        "archived_at": _S.MOMENT,
        "mutated_at": _S.MOMENT,
        "status": Status,
        "customer": _S.TEXT,
        "content": _S.TEXT,
        "document_id": _S.TEXT,
        "drafted_at": _S.MOMENT,
        "expected": _S.OBJECT,
        "read_back_at": _S.MOMENT,
        "step": _S.TEXT,
        "watched_until": _S.MOMENT,
        "documents_at": _S.MOMENT,
        "unseen_since": _S.MOMENT,
        "force": _S.NUMBER,
        "changed": _S.NUMBER,
        "settings_revision": _S.NUMBER,
    },
}
"""Each column of each table; a test holds this to the schema."""


def missing_columns(database: Database) -> tuple[str, ...]:
    """Name the columns that are not there, each after its table."""
    query = (
        "SELECT t.name || '.' || c.name AS place FROM sqlite_master AS t, pragma_table_info(t.name) AS c "
        "WHERE t.type = 'table'"
    )
    found = {str(row["place"]) for row in database.rows(query)}
    known = (f"{table}.{column}" for table, columns in COLUMNS.items() for column in columns)
    return tuple(place for place in known if place not in found)


def garbled_values(database: Database, within: _Columns = COLUMNS) -> tuple[str, ...]:
    """Name the columns that hold what this program never writes there, each with one such value."""
    found = []
    for table, shapes in within.items():
        for column, shape in shapes.items():
            condition = _wrong(column, shape)
            query = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL AND {condition} LIMIT 1"
            found += [f"{table}.{column} = {row[0]}" for row in database.rows(query)] if condition else []
    return tuple(found)


_NAMED: Final = 3

_ASKED_BY: Final[_Columns] = {"attempts": {"outcome": AttemptOutcome}, "work_orders": {"status": Status}}
"""Columns by whose values work is found: what has another one is never looked at again."""


def require_nothing_hidden(database: Database) -> None:
    """Refuse what would make a work order vanish from every question; quick enough for each command.

    Raises Garbled.
    """
    if hidden := missing_columns(database) or garbled_values(database, _ASKED_BY):
        raise Garbled(", ".join(hidden[:_NAMED]))


_DIGITS: Final = dict.fromkeys("YMDhms", "[0-9]")
_MOMENT: Final = "".join(_DIGITS.get(letter, letter) for letter in "YYYY-MM-DDThh:mm:ss.ssssssZ")


def _wrong(column: str, shape: Shape | type[StrEnum]) -> str:
    """Return the condition, in SQL, under which a value is none of ours; "" where any is."""
    match shape:
        case Shape.TEXT | Shape.NUMBER:
            return ""
        case Shape.MOMENT:
            return f"NOT ({column} GLOB '{_MOMENT}' AND julianday({column}) IS NOT NULL)"
        case Shape.READING:
            told = f"{column} GLOB '{_MOMENT}*' OR {column} GLOB '|?*|[-0-9]*'"
            # A machine that does not count, and a service that tells no time.
            return f"NOT ({told} OR {column} = '')"
        case Shape.OBJECT | Shape.LIST:
            wanted = "object" if shape is Shape.OBJECT else "array"
            return f"NOT (json_valid({column}) AND json_type({column}) = '{wanted}')"
    return f"{column} NOT IN ({_listed(PLACES if shape is Shape.PLACE else shape)})"


def _listed(allowed: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in allowed)
