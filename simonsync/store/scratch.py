"""What is compared while a run goes on: complete lists, side by side, in tables that are gone when it ends.

They pass through temporary tables, so that memory stays flat however long they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from simonsync.domain.key import Key, Kind, Origin
from simonsync.domain.reading import Reading
from simonsync.domain.records import SimonEntry
from simonsync.store.database import Database, Row, marks
from simonsync.store.values import optional_reading, understood

_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS in_sellsy (
    kind TEXT NOT NULL, id TEXT NOT NULL, archived INTEGER NOT NULL, PRIMARY KEY (kind, id)
);
CREATE TEMP TABLE IF NOT EXISTS in_simon (
    name_of_table TEXT NOT NULL, id TEXT NOT NULL, ext_key TEXT NOT NULL, name TEXT NOT NULL,
    owner TEXT NOT NULL, doomed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (name_of_table, id)
);
CREATE INDEX IF NOT EXISTS in_simon_by_owner ON in_simon (name_of_table, owner);
CREATE TEMP TABLE IF NOT EXISTS used_by (
    name_of_table TEXT NOT NULL, id TEXT NOT NULL, number TEXT NOT NULL,
    PRIMARY KEY (name_of_table, id, number)
)
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A record of Simon, what it is bound to, and whether Sellsy lists that.

    Attributes:
        key: None where it is bound to nothing.
        archived: None where Sellsy lists it neither among the active nor among the archived ones.
    """

    entry: SimonEntry
    key: Key | None
    missing_since: Reading | None
    archived: bool | None


class Inventory:
    """What was listed in this run; it knows nothing of rules."""

    def __init__(self, database: Database) -> None:
        """Begin empty."""
        self._database = database
        for statement in _TABLES.split(";"):
            database.execute(statement)
        for table in ("in_sellsy", "in_simon", "used_by"):
            database.execute(f"DELETE FROM {table}")

    # --- taking in ----------------------------------------------------------------------------------

    def listed_in_sellsy(self, keys: Iterable[Key], *, archived: bool = False) -> None:
        """Take in a page of a list of Sellsy; a record that two lists name counts as active."""
        with self._database.transaction():
            for key in keys:
                self._database.execute(
                    "INSERT INTO in_sellsy VALUES (?, ?, ?) "
                    "ON CONFLICT (kind, id) DO UPDATE SET archived = in_sellsy.archived * excluded.archived",
                    (key.kind, key.id, int(archived)),
                )

    def listed_in_simon(self, table: str, entries: Iterable[SimonEntry]) -> None:
        """Take in a page of a table of Simon."""
        with self._database.transaction():
            for entry in entries:
                self._database.execute(
                    "INSERT INTO in_simon (name_of_table, id, ext_key, name, owner) VALUES (?, ?, ?, ?, ?) "
                    "ON CONFLICT (name_of_table, id) DO UPDATE SET ext_key = excluded.ext_key, "
                    "name = excluded.name, owner = excluded.owner",
                    (table, entry.id, entry.ext_key, entry.name, entry.owner),
                )

    def used(self, number: str, table: str, ids: Iterable[str]) -> None:
        """Note which records the work order of this number uses."""
        with self._database.transaction():
            for record_id in ids:
                self._database.execute(
                    "INSERT INTO used_by VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (table, record_id, number)
                )

    def doom(self, places: Iterable[tuple[str, str]]) -> None:
        """Note which records are to go, by table and Id, for the questions about what is left."""
        with self._database.transaction():
            for place in places:
                self._database.execute(
                    "UPDATE in_simon SET doomed = 1 WHERE name_of_table = ? AND id = ?", place
                )

    # --- asking -------------------------------------------------------------------------------------

    def active_in_sellsy(self, kind: Kind) -> int:
        """Count the records of a kind that Sellsy lists as active."""
        return self._count("SELECT count(*) FROM in_sellsy WHERE kind = ? AND archived = 0", kind)

    def is_active(self, key: Key) -> bool:
        """Tell whether Sellsy lists a record as active."""
        row = self._database.one(
            "SELECT 1 FROM in_sellsy WHERE kind = ? AND id = ? AND archived = 0", (key.kind, key.id)
        )
        return row is not None

    def rows_in_simon(self, table: str) -> int:
        """Count the rows of a table of Simon."""
        return self._count("SELECT count(*) FROM in_simon WHERE name_of_table = ?", table)

    def pairs(self, table: str, kinds: Collection[Kind]) -> Iterator[Pair]:
        """Iterate over the records of a table beside what they are bound to, by Id.

        Where something strange has bound a record twice, the binding that Sellsy still lists comes first.
        """
        rows = self._database.rows(
            "SELECT s.id, s.ext_key, s.name, s.owner, b.origin, b.kind, b.id AS bound, b.missing_since, "
            f"l.archived FROM in_simon s LEFT JOIN bindings b ON b.kind IN ({marks([*kinds])}) "
            "AND b.target_id = s.id LEFT JOIN in_sellsy l ON l.kind = b.kind AND l.id = b.id "
            "WHERE s.name_of_table = ? ORDER BY length(s.id), s.id, l.archived IS NULL, l.archived",
            (*kinds, table),
        )
        last = None
        for row in rows:
            if row["id"] != last:
                yield _pair(row)
            last = row["id"]

    def not_in_simon(self, table: str, kinds: Collection[Kind]) -> tuple[Key, ...]:
        """Name what we have bound to a record of a table that is no longer there."""
        return tuple(
            _key(row, row["id"])
            for row in self._database.rows(
                "SELECT b.origin, b.kind, b.id FROM bindings b LEFT JOIN in_simon s "
                f"ON s.name_of_table = ? AND s.id = b.target_id WHERE b.kind IN ({marks([*kinds])}) "
                "AND s.id IS NULL ORDER BY b.kind, b.id",
                (table, *kinds),
            )
        )

    def owned(self, table: str, owner: str) -> tuple[SimonEntry, ...]:
        """List the records of a table that belong to one record: a customer's work addresses."""
        return tuple(
            SimonEntry(row["id"], row["ext_key"], row["name"], row["owner"])
            for row in self._database.rows(
                "SELECT * FROM in_simon WHERE name_of_table = ? AND owner = ? ORDER BY length(id), id",
                (table, owner),
            )
        )

    def keeps_any(self, table: str, owner: str) -> bool:
        """Tell whether a record that is not to go still belongs to this one: an article to its group."""
        row = self._database.one(
            "SELECT 1 FROM in_simon WHERE name_of_table = ? AND owner = ? AND doomed = 0 LIMIT 1",
            (table, owner),
        )
        return row is not None

    def numbers_using(self, table: str, record_id: str) -> Sequence[str]:
        """List the numbers of the noted work orders that use a record."""
        return tuple(
            str(row["number"])
            for row in self._database.rows(
                "SELECT number FROM used_by WHERE name_of_table = ? AND id = ? "
                "ORDER BY length(number), number",
                (table, record_id),
            )
        )

    def _count(self, sql: str, value: str) -> int:
        row = self._database.one(sql, (value,))
        return int(row[0]) if row else 0


def _key(row: Row, record_id: str) -> Key:
    return Key(understood(Origin, row["origin"]), understood(Kind, row["kind"]), record_id)


def _pair(row: Row) -> Pair:
    return Pair(
        entry=SimonEntry(row["id"], row["ext_key"], row["name"], row["owner"]),
        key=None if row["bound"] is None else _key(row, row["bound"]),
        missing_since=optional_reading(row["missing_since"]),
        archived=None if row["archived"] is None else bool(row["archived"]),
    )


class Reckoning:
    """Documents by marker, in a temporary table that is gone when the file is closed."""

    def __init__(self, database: Database) -> None:
        """Begin empty."""
        self._database = database
        database.execute(
            "CREATE TEMP TABLE IF NOT EXISTS reckoning (document TEXT PRIMARY KEY, marker TEXT NOT NULL)"
        )
        database.execute("CREATE INDEX IF NOT EXISTS reckoning_by_marker ON reckoning (marker)")
        database.execute("DELETE FROM reckoning")

    def add(self, documents: Iterable[tuple[str, str]]) -> None:
        """Take in documents and their markers; "" for one without."""
        with self._database.transaction():
            for document, mark in documents:
                self._database.execute(
                    "INSERT INTO reckoning VALUES (?, ?) "
                    "ON CONFLICT (document) DO UPDATE SET marker = excluded.marker",
                    (document, mark),
                )

    def count(self) -> int:
        """Count the documents."""
        row = self._database.one("SELECT count(*) FROM reckoning")
        return int(row[0]) if row else 0

    def of_marker(self, mark: str) -> tuple[str, ...]:
        """List the documents with a marker."""
        rows = self._database.rows(
            "SELECT document FROM reckoning WHERE marker = ? ORDER BY length(document), document",
            (mark,),
        )
        return tuple(str(row["document"]) for row in rows)

    def strangers(self) -> Iterator[str]:
        """Iterate over the documents that no work order has: by neither marker nor binding."""
        for row in self._database.rows(
            "SELECT document FROM reckoning AS listed WHERE NOT EXISTS "
            "(SELECT 1 FROM work_orders WHERE work_orders.marker = listed.marker "
            "OR work_orders.document_id = listed.document) AND NOT EXISTS "
            "(SELECT 1 FROM disowned WHERE disowned.document_id = listed.document) "
            "ORDER BY length(document), document"
        ):
            yield str(row["document"])


class Present:
    """What is in Simon now, as listed in this run; it is gone when the file is closed."""

    def __init__(self, database: Database) -> None:
        """Begin empty."""
        self._database = database
        database.execute(
            "CREATE TEMP TABLE IF NOT EXISTS present ("
            "place TEXT NOT NULL, id TEXT NOT NULL, ext_key TEXT NOT NULL, PRIMARY KEY (place, id)"
            ")"
        )
        database.execute("CREATE INDEX IF NOT EXISTS present_by_key ON present (place, ext_key)")
        database.execute("DELETE FROM present")

    def add(self, table: str, page: Iterable[tuple[str, str]]) -> None:
        """Take in Ids and ExtKeys of a table."""
        with self._database.transaction():
            for record_id, ext_key in page:
                self._database.execute(
                    "INSERT INTO present VALUES (?, ?, ?) "
                    "ON CONFLICT (place, id) DO UPDATE SET ext_key = excluded.ext_key",
                    (table, record_id, ext_key),
                )

    def has(self, table: str, record_id: str) -> bool:
        """Tell whether there is a record of this Id."""
        row = self._database.one("SELECT 1 FROM present WHERE place = ? AND id = ?", (table, record_id))
        return row is not None

    def by_ext_key(self, table: str, ext_key: str) -> str | None:
        """Return the Id of the record with this ExtKey; None where there is none."""
        row = self._database.one("SELECT id FROM present WHERE place = ? AND ext_key = ?", (table, ext_key))
        return None if row is None else str(row["id"])
