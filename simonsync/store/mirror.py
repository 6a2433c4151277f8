"""The addresses of all customers, as last listed.

Sellsy v1 lists addresses apart from customers, and neither list can be asked for what has changed. So the
list of addresses is gone through in turns, a few pages a run, and what it said is kept here to be joined with
customers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.store.database import Database, Row

if TYPE_CHECKING:
    from simonsync.domain.records import Address


class AddressMirror:
    """Addresses by customer, each with the turn in which it was last seen."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def add(self, page: Sequence[tuple[Key, Address]], turn: int) -> Iterator[tuple[Key, Address]]:
        """Take in a page of the list; return what is new or has changed, by customer."""
        changed = []
        with self._database.transaction():
            for customer, address in page:
                fields = _fields(address)
                known = self._database.one(
                    "SELECT fields FROM addresses WHERE customer = ? AND id = ?",
                    (customer.id, address.key.id),
                )
                if known is None or known["fields"] != fields:
                    changed.append((customer, address))
                self._database.execute(
                    "INSERT INTO addresses VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                    "fields = excluded.fields, turn = excluded.turn",
                    (customer.id, address.key.id, fields, turn),
                )
        return iter(changed)

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

    def forget_unseen(self, turn: int) -> None:
        """Forget what was not seen for two whole turns: it is gone."""
        with self._database.transaction():
            self._database.execute("DELETE FROM addresses WHERE turn < ?", (turn - 1,))


def _fields(address: Address) -> str:
    fields = {name: value for name, value in asdict(address).items() if name != "key"}
    return json.dumps(fields, sort_keys=True, ensure_ascii=False)


def _address(row: Row) -> Address:
    from simonsync.domain.records import Address

    return Address(sellsy_key(Kind.ADDRESS, row["id"]), **json.loads(row["fields"]))
