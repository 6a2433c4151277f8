"""Which table of Simon is which: the program's names for them, what they point at, what only Simon writes."""

from __future__ import annotations

from typing import cast

from simonsync.domain.key import Kind
from simonsync.simon.profile import Entity, Profile

MANUAL_ORDER = (
    "item_groups",
    "items",
    "work_orders",
    "work_addresses",
    "customers",
    "objects",
    "contacts",
)
"""The seven tables that a wipe may empty, in the manual's order [4.3]."""

CHILDREN = ("used_items", "time_sheets", "surveys")
"""What hangs on work orders and goes with them."""

OPTIONAL = frozenset({"objects", "contacts", "surveys", "attachments"})
"""Tables that the older service may lack: where it does not know them, they are empty."""

_OF_KIND = {
    Kind.CUSTOMER: "customers",
    Kind.ADDRESS: "work_addresses",
    Kind.ITEM: "items",
    Kind.SERVICE: "items",
    Kind.CATEGORY: "item_groups",
    Kind.QUOTE: "work_orders",
    Kind.QUOTE_ROW: "used_items",
}

_POINTS_AT: dict[str, dict[str, str]] = {
    "items": {"group": "item_groups"},
    "work_orders": {
        "customer": "customers",
        "work_address": "work_addresses",
        "contact": "contacts",
        "equipment": "objects",
    },
    "work_addresses": {"customer": "customers"},
    "objects": {"work_address": "work_addresses"},
    "contacts": {"customer": "customers", "work_address": "work_addresses"},
    "used_items": {"work_order": "work_orders", "item": "items"},
    "time_sheets": {"work_order": "work_orders"},
    "surveys": {"work_order": "work_orders"},
}


def entity(profile: Profile, table: str) -> Entity:
    """Return the names of a table; raise ValueError where there is no table of that name."""
    if table not in (*MANUAL_ORDER, *CHILDREN, "attachments"):
        raise ValueError(table)
    return cast("Entity", getattr(profile, table))


def table_of_kind(kind: Kind) -> str:
    """Return the table in which records of Sellsy of this kind live in Simon; raise ValueError for others."""
    try:
        return _OF_KIND[kind]
    except KeyError:
        raise ValueError(kind) from None


def label_field(profile: Profile, table: str) -> str:
    """Return the field by which people know a record of a table: its name, or a work order's number."""
    names = entity(profile, table)
    for attribute in ("number", "name") if table == "work_orders" else ("name", "description"):
        if field := cast("str", getattr(names, attribute, "")):
            return field
    return ""


def owner_field(profile: Profile, table: str) -> str:
    """Return the field that says what a record belongs to: an article's group, a work address's customer."""
    owner = {"items": "group", "work_addresses": "customer"}.get(table)
    return cast("str", getattr(entity(profile, table), owner)) if owner else ""


def references(profile: Profile, table: str) -> dict[str, str]:
    """Map the fields of a table that point at other records to the table they point at."""
    names = entity(profile, table)
    pointers = {
        cast("str", getattr(names, name)): target for name, target in _POINTS_AT.get(table, {}).items()
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
