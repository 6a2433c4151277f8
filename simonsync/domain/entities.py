"""What Simon holds: each table once, with all that the program must know of it.

Which records of Sellsy live there, what it points at, how the journal speaks of it, what the manual says of
it: every list and order elsewhere follows from here. Wire names are the profile's (`simon.profile`).

To add a table: one entry here, its wire names in `simon.profile`, its word in `messages.texts` (`simon-…`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from simonsync.domain.key import Kind
from simonsync.messages import kinds
from simonsync.messages.kinds import MessageKind, Table


@dataclass(frozen=True, slots=True)
class Entity:
    """One table of Simon.

    Attributes:
        table: as flags, backups and settings name it.
        one: what one record of it is called.
        kinds: the records of Sellsy that live in it.
        journal: what the journal calls it.
        points_at: its references: our name of the field, and the table.
        owner: the reference to what a record belongs to; "" = to nothing.
        label: the field by which people know a record; the first that there is.
        of_work_order: it hangs on a work order and goes with it.
        optional: the older service may lack it; then it is empty.
        created, updated, deleted: what the journal says of it.
    """

    table: str
    one: str
    kinds: tuple[Kind, ...] = ()
    journal: Table = Table.NONE
    points_at: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    label: tuple[str, ...] = ("name", "description")
    of_work_order: bool = False
    optional: bool = False
    created: MessageKind | None = None
    updated: MessageKind | None = None
    deleted: MessageKind | None = None


_OF_WORK_ORDER = {"work_order": "work_orders"}

ENTITIES: Final = {
    entity.table: entity
    for entity in (
        # The seven tables that a wipe may empty, in the manual's order [4.3].
        Entity("item_groups", "item_group", (Kind.CATEGORY,), Table.ITEM),
        Entity(
            "items",
            "item",
            (Kind.ITEM, Kind.SERVICE),
            Table.ITEM,
            points_at={"group": "item_groups"},
            owner="group",
            created=kinds.ITEM_CREATED,
            updated=kinds.ITEM_UPDATED,
            deleted=kinds.ITEM_DELETED,
        ),
        Entity(
            "work_orders",
            "work_order",
            (Kind.QUOTE,),
            Table.WORK_ORDER,
            points_at={
                "customer": "customers",
                "work_address": "work_addresses",
                "contact": "contacts",
                "equipment": "objects",
            },
            label=("number", "name"),
        ),
        Entity(
            "work_addresses",
            "work_address",
            (Kind.ADDRESS,),
            Table.WORK_ADDRESS,
            points_at={"customer": "customers"},
            owner="customer",
            created=kinds.WORK_ADDRESS_CREATED,
            updated=kinds.WORK_ADDRESS_UPDATED,
            deleted=kinds.WORK_ADDRESS_DELETED,
        ),
        Entity(
            "customers",
            "customer",
            (Kind.CUSTOMER,),
            Table.CUSTOMER,
            created=kinds.CUSTOMER_CREATED,
            updated=kinds.CUSTOMER_UPDATED,
            deleted=kinds.CUSTOMER_DELETED,
        ),
        Entity("objects", "object", points_at={"work_address": "work_addresses"}, optional=True),
        Entity(
            "contacts",
            "contact",
            (Kind.CONTACT,),
            points_at={"customer": "customers", "work_address": "work_addresses"},
            owner="customer",
            optional=True,
            created=kinds.CONTACT_CREATED,
            updated=kinds.CONTACT_UPDATED,
            deleted=kinds.CONTACT_DELETED,
        ),
        # What hangs on work orders.
        Entity(
            "used_items",
            "used_item",
            (Kind.QUOTE_ROW,),
            Table.USED_ITEM,
            points_at={**_OF_WORK_ORDER, "item": "items"},
            of_work_order=True,
        ),
        Entity("time_sheets", "time_sheet", points_at=_OF_WORK_ORDER, of_work_order=True),
        Entity("surveys", "survey", points_at=_OF_WORK_ORDER, of_work_order=True, optional=True),
        Entity("attachments", "attachment", points_at=_OF_WORK_ORDER, of_work_order=True, optional=True),
    )
}

MANUAL_TABLES: Final = tuple(each.table for each in ENTITIES.values() if not each.of_work_order)
"""The tables that may be emptied, in the manual's order [4.3]."""

PDFS: Final = "work_order_pdfs"
"""Stands among the tables that a Simon may lack for its PDFs of work orders: who has given one has them."""


def _pointed_at_first() -> tuple[str, ...]:
    ordered: list[str] = []
    while len(ordered) < len(ENTITIES):
        ordered.append(
            next(
                each.table
                for each in ENTITIES.values()
                if each.table not in ordered and set(each.points_at.values()) <= {*ordered}
            )
        )
    return tuple(ordered)


POINTED_AT_FIRST: Final = _pointed_at_first()
"""Each table after those that it points at: the order of making; the other way round that of deleting."""

LIVING_IN: Final = {table: ENTITIES[table].kinds for table in POINTED_AT_FIRST if ENTITIES[table].kinds}
"""The tables that may hold records of ours, and what those stand for."""

MASTER_TABLES: Final = ("item_groups", "items", "customers", "work_addresses", "contacts")
"""The tables that Sellsy leads: they are compared with it, and what is gone there goes [2.1, 7.3]."""

ENTITY_OF: Final = {kind: entity for entity in ENTITIES.values() for kind in entity.kinds}
"""The table in which records of a kind live."""

STREAMS: Final = {
    Kind.SERVICE: "services",
    Kind.ITEM: "products",
    Kind.CUSTOMER: "customers",
    Kind.QUOTE: "quotes",
}
"""What is brought from Sellsy, in the order in which it is brought; addresses come with their customers."""

ARTICLES: Final = ENTITIES["items"].kinds
"""What may stand on a line of a draft."""


def used_by(table: str) -> str | None:
    """Return the table of what was done that points at another one: what is used there may not go."""
    return next(
        (user for user in ("work_orders", "used_items") if table in ENTITIES[user].points_at.values()), None
    )
