"""The addresses of all customers, as last listed.

Sellsy v1 lists addresses apart from customers, and neither list can be asked for what has changed. So the
list of addresses is gone through in turns, a few pages a run, and what it said is kept here to be joined with
customers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.store.database import Database, Row

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
        changed = [(customer, address) for customer, address in page if self._differs(customer, address)]
        with self._database.transaction():
            for customer, address in changed:
                self._database.execute(
                    "INSERT OR REPLACE INTO addresses VALUES (?, ?, ?)",
                    (address.key.id, customer.id, _fields(address)),
                )
        return changed

    def _differs(self, customer: Key, address: Address) -> bool:
        kept = self._database.one("SELECT customer, fields FROM addresses WHERE id = ?", (address.key.id,))
        return kept is None or tuple(kept) != (customer.id, _fields(address))

    def of(self, customer: Key) -> tuple[Address, ...]:
        """Return a customer's addresses, by id."""
        rows = self._database.rows(
            "SELECT id, fields FROM addresses WHERE customer = ? ORDER BY length(id), id", (customer.id,)
        )
        return tuple(_address(row) for row in rows)

    def forget(self, address: Key) -> None:
        """Forget an address that is gone in Sellsy."""
        with self._database.transaction():
            self._database.execute("DELETE FROM addresses WHERE id = ?", (address.id,))


def _fields(address: Address) -> str:
    return json.dumps({name: getattr(address, name) for name in _FIELDS}, ensure_ascii=False)


def _address(row: Row) -> Address:
    from simonsync.domain.records import Address

    return Address(sellsy_key(Kind.ADDRESS, row["id"]), **json.loads(row["fields"]))
