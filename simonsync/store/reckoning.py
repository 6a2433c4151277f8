"""A list of documents to compare with the ledger, kept out of memory while the books are reconciled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simonsync.store.database import Database


class Reckoning:
    """Documents by marker, in a temporary table that is gone when the file is closed."""

    def __init__(self, database: Database) -> None:
        """Begin empty."""
        self._database = database
        database.execute(
            "CREATE TEMP TABLE IF NOT EXISTS reckoning "
            "(document TEXT PRIMARY KEY, marker TEXT NOT NULL) STRICT, WITHOUT ROWID"
        )
        database.execute("CREATE INDEX IF NOT EXISTS temp.reckoning_by_marker ON reckoning (marker)")
        database.execute("DELETE FROM temp.reckoning")

    def add(self, documents: Iterable[tuple[str, str]]) -> None:
        """Take in documents and their markers; "" for one without."""
        with self._database.transaction():
            for document, mark in documents:
                self._database.execute(
                    "INSERT OR REPLACE INTO temp.reckoning VALUES (?, ?)", (document, mark)
                )

    def count(self) -> int:
        """Count the documents."""
        row = self._database.one("SELECT count(*) FROM temp.reckoning")
        return int(row[0]) if row else 0

    def of_marker(self, mark: str) -> tuple[str, ...]:
        """List the documents with a marker."""
        rows = self._database.rows(
            "SELECT document FROM temp.reckoning WHERE marker = ? ORDER BY length(document), document",
            (mark,),
        )
        return tuple(str(row["document"]) for row in rows)

    def strangers(self) -> Iterator[str]:
        """Iterate over the documents that no work order has: by neither marker nor binding."""
        for row in self._database.rows(
            "SELECT document FROM temp.reckoning AS listed WHERE NOT EXISTS "
            "(SELECT 1 FROM work_orders WHERE work_orders.marker = listed.marker "
            "OR work_orders.document_id = listed.document) AND NOT EXISTS "
            "(SELECT 1 FROM disowned WHERE disowned.document_id = listed.document) "
            "ORDER BY length(document), document"
        ):
            yield str(row["document"])
