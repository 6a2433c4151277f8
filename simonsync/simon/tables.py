"""Which table of Simon is which: the program's names for them, what they point at, what only Simon writes."""

from __future__ import annotations

from typing import cast

from simonsync.domain.entities import ENTITIES
from simonsync.simon.profile import NamedTable, Profile


def entity(profile: Profile, table: str) -> NamedTable:
    """Return the names of a table; raise ValueError where there is no table of that name."""
    if table not in ENTITIES and table != "users":
        raise ValueError(table)
    return cast("NamedTable", getattr(profile, table))


def label_field(profile: Profile, table: str) -> str:
    """Return the field by which people know a record of a table: its name, or a work order's number."""
    names = entity(profile, table)
    for attribute in ENTITIES[table].label:
        if field := cast("str", getattr(names, attribute, "")):
            return field
    return ""


def owner_field(profile: Profile, table: str) -> str:
    """Return the field that says what a record belongs to: an article's group, a work address's customer."""
    owner = ENTITIES[table].owner
    return cast("str", getattr(entity(profile, table), owner)) if owner else ""


def references(profile: Profile, table: str) -> dict[str, str]:
    """Map the fields of a table that point at other records to the table they point at."""
    names = entity(profile, table)
    pointers = {
        cast("str", getattr(names, name)): target for name, target in ENTITIES[table].points_at.items()
    }
    pointers.pop("", None)
    return pointers


def read_only(profile: Profile, table: str) -> frozenset[str]:
    """Name the fields of a table that Simon alone writes."""
    common = profile.common
    fields = {common.id, common.mutation_date, common.creation_date}
    if table == "work_orders":
        names = profile.work_orders
        status = names.status
        fields |= {names.number, names.ready_date, names.archived_date}
        fields |= {status.field, status.ready_flag, status.archived_flag}
    return frozenset(fields - {""})
