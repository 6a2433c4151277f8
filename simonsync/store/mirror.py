"""The addresses of all customers, as last listed.

Sellsy v1 lists addresses apart from customers, and neither list can be asked for what has changed. So the
list of addresses is gone through in turns, a few pages a run, and what it said is kept here to be joined with
customers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.store.database import Database, Row
from simonsync.store.values import to_object, understood

if TYPE_CHECKING:
    from simonsync.domain.records import Address

_FIELDS = ("name", "street", "second_line", "zip_code", "town", "state", "country")


class AddressMirror:
    """Addresses by customer; only what has changed is written."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def add(self, page: Sequence[tuple[Key, Address]]) -> Sequence[tuple[Key, Address]]:
        """Take in a page of the list; return what is new or has changed, by customer."""
        kept = {
            row["id"]: (row["customer"], row["fields"])
            for row in self._database.rows(
                "SELECT id, customer, fields FROM addresses WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps([address.key.id for _, address in page]),),
            )
        }
        changed = [
            (customer, address)
            for customer, address in page
            if kept.get(address.key.id) != (customer.id, _fields(address))
        ]
        with self._database.transaction():
            for customer, address in changed:
                self._database.execute(
                    "INSERT OR REPLACE INTO addresses VALUES (?, ?, ?)",
                    (address.key.id, customer.id, _fields(address)),
                )
        return changed

    def of(self, customer: Key) -> tuple[Address, ...]:
        """Return a customer's addresses, by id."""
        return self.of_many([customer])[customer]

    def of_many(self, customers: Collection[Key]) -> dict[Key, tuple[Address, ...]]:
        """Return the addresses of many customers at once, each by id."""
        found: dict[str, list[Address]] = {customer.id: [] for customer in customers}
        rows = self._database.rows(
            "SELECT id, customer, fields FROM addresses "
            "WHERE customer IN (SELECT value FROM json_each(?)) ORDER BY length(id), id",
            (json.dumps(list(found)),),
        )
        for row in rows:
            found[row["customer"]].append(_address(row))
        return {customer: tuple(found[customer.id]) for customer in customers}

    def forget(self, address: Key) -> None:
        """Forget an address that is gone in Sellsy."""
        with self._database.transaction():
            self._database.execute("DELETE FROM addresses WHERE id = ?", (address.id,))


def _fields(address: Address) -> str:
    return json.dumps({name: getattr(address, name) for name in _FIELDS}, ensure_ascii=False)


def _address(row: Row) -> Address:
    from simonsync.domain.records import Address

    key = sellsy_key(Kind.ADDRESS, row["id"])
    return understood(lambda fields: Address(key, **to_object(fields)), row["fields"])
