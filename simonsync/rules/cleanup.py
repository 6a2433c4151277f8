"""What the cleanup deletes from Simon and why, and when it must not without a human [2.1, 2.5, 3.1, 7.3].

Nothing is read and nothing deleted here: records come in as values, decisions go out as values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from simonsync.domain.entities import ENTITIES, LIVING_IN, MASTER_TABLES
from simonsync.domain.key import Key, parse_ext_key
from simonsync.domain.reading import Reading

KINDS_IN = {table: LIVING_IN[table] for table in reversed(MASTER_TABLES)}
"""The tables of Simon that are compared with Sellsy, and what lives in them; in the order of deletion.

Work addresses precede their customers and articles their groups, because Simon keeps what is pointed at.
"""

BETWEEN_SIGHTINGS = timedelta(minutes=30)
"""A record must be found gone twice, so far apart: a service that is being repaired hides records."""
PLAN_IS_VALID = timedelta(days=7)
"""How long a plan waits for a human."""
FEW = 3
"""So many deletions of one table never trip the brake by their share: small tables have large shares."""


class Listed(StrEnum):
    """What Sellsy's complete lists say about a record."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    ABSENT = "absent"


class Reason(StrEnum):
    """Why a record goes; a word of the catalogue."""

    GONE = "gone-in-sellsy"
    ARCHIVED = "archived-in-sellsy"
    MADE_IN_SIMON = "made-in-simon"
    CUSTOMER_GONE = "customer-gone"
    GROUP_EMPTY = "group-empty"


class Fate(StrEnum):
    """What becomes of a record that does not simply go."""

    KEEP = "keep"
    ASK = "ask"
    """It is in no list: Sellsy is asked for it by itself."""


class Brake(StrEnum):
    """Why a human must look first; a word of the catalogue."""

    EMPTY_LIST = "listing-empty"
    TOO_MANY = "more-than-max-deletions"
    TOO_LARGE_A_SHARE = "more-than-max-percent"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of Simon beside what the state and Sellsy say about it.

    Attributes:
        owner: Simon's Id of what it belongs to; "" for none.
        key: the record of Sellsy that it stands for; None for one that was made in Simon.
        missing_since: when Sellsy first refused to give that record; None while it is there.
    """

    table: str
    id: str
    name: str
    ext_key: str = ""
    owner: str = ""
    key: Key | None = None
    listed: Listed = Listed.ABSENT
    missing_since: Reading | None = None


@dataclass(frozen=True, slots=True)
class Doomed:
    """A record that is to go from Simon."""

    standing: Candidate
    reason: Reason

    @property
    def place(self) -> tuple[str, str]:
        """Table and Id: what makes it this record."""
        return self.standing.table, self.standing.id


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go without a human: records in all, and per cent of the rows of one table."""

    max_deletions: int
    max_percent: float


def key_of(table: str, ext_key: str) -> Key | None:
    """Return the record of Sellsy that an ExtKey in a table of Simon names.

    None where it is empty or foreign: not written by simonsync, or not one of what lives in this table.
    """
    key = parse_ext_key(ext_key)
    return key if key is not None and key.kind in KINDS_IN[table] else None


def judge(standing: Candidate) -> Fate | Reason:
    """Decide about a record by the lists of both sides [2.1, 2.5, 3.1, 3.3].

    Customers and articles that were made in Simon go, so that nobody is invoiced by mistake; work addresses
    and contacts that were made there stay. What Sellsy has archived goes; what is in no list is asked for.
    """
    if standing.table == "item_groups":
        return Fate.KEEP  # they go along with their last article
    if standing.key is None:
        may_be_made_there = standing.table in {"work_addresses", "contacts"}
        return Fate.KEEP if may_be_made_there else Reason.MADE_IN_SIMON
    match standing.listed:
        case Listed.ACTIVE:
            return Fate.KEEP
        case Listed.ARCHIVED:
            return Reason.ARCHIVED
        case Listed.ABSENT:
            return Fate.ASK


def is_gone(missing_since: Reading | None, refused_at: Reading) -> bool:
    """Tell whether a record that Sellsy has just refused is gone: it was refused long enough ago, too."""
    return missing_since is not None and refused_at.has_passed(BETWEEN_SIGHTINGS, missing_since)


def brake(
    doomed: Iterable[Doomed], rows: Mapping[str, int], limits: Limits, *, list_became_empty: bool
) -> Brake | None:
    """Say why so much may not go without a human; None where it may [7.3].

    Given what is to go and the number of rows of each table of Simon. `list_became_empty`: a list of Sellsy
    has nothing in it although we have brought records of it to Simon.
    """
    by_table: dict[str, int] = {}
    for each in doomed:
        by_table[each.standing.table] = by_table.get(each.standing.table, 0) + 1
    if not by_table:
        return None
    if list_became_empty:
        return Brake.EMPTY_LIST
    if sum(by_table.values()) > limits.max_deletions:
        return Brake.TOO_MANY
    for table, count in by_table.items():
        if count > FEW and count * 100 > limits.max_percent * rows.get(table, 0):
            return Brake.TOO_LARGE_A_SHARE
    return None


def as_deletion(doomed: Doomed) -> dict[str, str]:
    """Describe a deletion as plans and scripts show it."""
    standing = doomed.standing
    return {
        "kind": ENTITIES[standing.table].one,
        "id": standing.id,
        "name": standing.name,
        "reason": doomed.reason.value,
    }


def plan_id(deletions: Sequence[Mapping[str, str]]) -> str:
    """Name a plan by its content: 8 hex digits, the same for the same deletions."""
    content = sorted((each["kind"], each["id"], each["name"], each["reason"]) for each in deletions)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:8]


def is_stale(made_at: datetime, now: datetime) -> bool:
    """Tell whether a plan has waited too long to be approved, or was made long after now."""
    return abs(now - made_at) > PLAN_IS_VALID


def approved(doomed: Sequence[Doomed], plan: Collection[tuple[str, str]]) -> tuple[Doomed, ...]:
    """Return what is still doomed and in the plan a human has seen.

    Given the plan as (kind, id). A customer stays, with all its work addresses, where one of these was not
    in the plan, and a group where one of its articles was not.
    """
    seen = {each.place for each in doomed if (ENTITIES[each.standing.table].one, each.standing.id) in plan}
    unseen = [each for each in doomed if each.place not in seen]
    staying = {("customers", each.standing.owner) for each in unseen if each.reason is Reason.CUSTOMER_GONE}
    staying |= {("item_groups", each.standing.owner) for each in unseen if each.standing.table == "items"}
    staying |= {each.place for each in unseen}
    return tuple(
        each
        for each in doomed
        if each.place not in staying
        and not (each.reason is Reason.CUSTOMER_GONE and ("customers", each.standing.owner) in staying)
    )
