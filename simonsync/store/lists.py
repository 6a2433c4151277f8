"""How far each list of Sellsy has been gone through, and what the list of addresses said.

Sellsy v1 lists addresses apart from customers, and neither list can be asked for what has changed. So the
list of addresses is gone through in turns, and what it said is kept here to be joined with customers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.store.database import Database, Row, marks
from simonsync.store.values import optional_moment, optional_text, to_object, understood

if TYPE_CHECKING:
    from simonsync.domain.records import Address


@dataclass(frozen=True, slots=True)
class Scan:
    """Where the turn through a list stands.

    Attributes:
        position: where to go on, as the adapter wrote it; "" at the beginning.
        turn: number of the present turn.
        turn_began: when the present turn began.
        turn_ended: when the last whole turn ended; None before the first.
    """

    stream: str
    position: str = ""
    turn: int = 1
    turn_began: datetime | None = None
    turn_ended: datetime | None = None


class Scans:
    """The turns of one account."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def get(self, stream: str) -> Scan:
        """Return where the turn through a list stands."""
        row = self._database.one("SELECT * FROM scans WHERE stream = ?", (stream,))
        if row is None:
            return Scan(stream)
        return Scan(
            stream,
            row["position"],
            row["turn"],
            optional_moment(row["turn_began"]),
            optional_moment(row["turn_ended"]),
        )

    def put(self, scan: Scan) -> None:
        """Note where the turn stands."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO scans VALUES (?, ?, ?, ?, ?) ON CONFLICT (stream) DO UPDATE SET "
                "position = excluded.position, turn = excluded.turn, turn_began = excluded.turn_began, "
                "turn_ended = excluded.turn_ended",
                (
                    scan.stream,
                    scan.position,
                    scan.turn,
                    optional_text(scan.turn_began),
                    optional_text(scan.turn_ended),
                ),
            )

    def go_on(self, scan: Scan, listed: Collection[Key]) -> None:
        """Note where the turn stands, and what it has shown since it was noted last."""
        with self._database.transaction():
            for key in listed:
                self._database.execute(
                    "INSERT INTO listed VALUES (?, ?) ON CONFLICT DO NOTHING", (scan.stream, key.id)
                )
            self.put(scan)

    def end(self, scan: Scan) -> frozenset[str]:
        """Note that a turn has ended, and return the ids that it had shown where it was noted last."""
        with self._database.transaction():
            rows = self._database.rows("SELECT id FROM listed WHERE stream = ?", (scan.stream,))
            listed = frozenset(str(row["id"]) for row in rows)
            self._database.execute("DELETE FROM listed WHERE stream = ?", (scan.stream,))
            self.put(scan)
        return listed

    def forget(self) -> None:
        """Begin all lists anew, after Simon was emptied or a state rebuilt; nothing listed before counts."""
        with self._database.transaction():
            self._database.execute("DELETE FROM scans")
            self._database.execute("DELETE FROM listed")
            self._database.execute("DELETE FROM addresses")


_FIELDS = ("name", "street", "second_line", "zip_code", "town", "state", "country")


class AddressMirror:
    """Addresses by customer; only what has changed is written."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def add(self, page: Sequence[tuple[Key, Address]]) -> Sequence[tuple[Key, Address]]:
        """Take in a page of the list; return what is new or has changed, by customer."""
        ids = [address.key.id for _, address in page]
        kept = {
            row["id"]: (row["customer"], row["fields"])
            for row in self._database.rows(
                f"SELECT id, customer, fields FROM addresses WHERE id IN ({marks(ids)})", ids
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
                    "INSERT INTO addresses VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                    "customer = excluded.customer, fields = excluded.fields",
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
            f"WHERE customer IN ({marks([*found])}) ORDER BY length(id), id",
            [*found],
        )
        for row in rows:
            found[row["customer"]].append(_address(row))
        return {customer: tuple(found[customer.id]) for customer in customers}

    def owner(self, address: Key) -> Key | None:
        """Return whose address it is; None where the list has not told."""
        row = self._database.one("SELECT customer FROM addresses WHERE id = ?", (address.id,))
        return None if row is None else sellsy_key(Kind.CUSTOMER, row["customer"])

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
