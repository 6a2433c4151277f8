"""The addresses of all customers, as listed in this run.

Sellsy v1 lists addresses apart from customers. To join the two without holding them in memory they pass
through a temporary table, which is gone when the file is closed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.domain.records import Address
from simonsync.store.database import Database


class AddressMirror:
    """Addresses by customer."""

    def __init__(self, database: Database) -> None:
        """Begin empty."""
        self._database = database
        database.execute(
            "CREATE TEMP TABLE IF NOT EXISTS listed_addresses ("
            "customer TEXT NOT NULL, id TEXT NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (customer, id)"
            ") STRICT, WITHOUT ROWID"
        )
        database.execute("DELETE FROM temp.listed_addresses")

    def add(self, page: Sequence[tuple[Key, Address]]) -> None:
        """Take in a page of the list."""
        with self._database.transaction():
            for customer, address in page:
                fields = {name: value for name, value in asdict(address).items() if name != "key"}
                self._database.execute(
                    "INSERT OR REPLACE INTO temp.listed_addresses VALUES (?, ?, ?)",
                    (customer.id, address.key.id, json.dumps(fields)),
                )

    def of(self, customer: Key) -> tuple[Address, ...]:
        """Return a customer's addresses, by id."""
        rows = self._database.rows(
            "SELECT id, fields FROM temp.listed_addresses WHERE customer = ? ORDER BY length(id), id",
            (customer.id,),
        )
        return tuple(
            Address(sellsy_key(Kind.ADDRESS, row["id"]), **json.loads(row["fields"])) for row in rows
        )
