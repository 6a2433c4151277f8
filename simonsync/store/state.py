"""Everything that simonsync remembers about one account, behind one door."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING

from simonsync.store.attempts import Attempts, draft_subject
from simonsync.store.database import Database
from simonsync.store.deletions import Plans
from simonsync.store.journal import Journal
from simonsync.store.ledger import Ledger
from simonsync.store.phases import Activations, SettingsHistory
from simonsync.store.runs import Cursors, Runs
from simonsync.store.values import Garbled

if TYPE_CHECKING:
    from simonsync.store.bindings import Bindings, Quotes
    from simonsync.store.deletions import Deletions, Restored
    from simonsync.store.documents import KnownDocuments
    from simonsync.store.lists import AddressMirror, Scans
    from simonsync.store.readiness import NotReady
    from simonsync.store.scratch import Inventory, Present, Reckoning
    from simonsync.store.simon_tables import Absences, SimonTables
    from simonsync.store.waits import Waits
    from simonsync.store.witness import Witness


class State:
    """The state of one account; each part is a view of the same file."""

    def __init__(self, database: Database) -> None:
        """Take an open state file."""
        self.database = database
        self.ledger = Ledger(database)
        self.attempts = Attempts(database)
        self.cursors = Cursors(database)
        self.runs = Runs(database)
        self.journal = Journal(database)
        self.activation = Activations(database)
        self.settings = SettingsHistory(database)
        self.plans = Plans(database)

    # --- what only a run needs is loaded when it is asked for ---------------------------------------

    @cached_property
    def absences(self) -> Absences:
        """What Simon refused as not found, and since when."""
        from simonsync.store.simon_tables import Absences

        return Absences(self.database)

    @cached_property
    def bindings(self) -> Bindings:
        """Which record of one system is which record of the other."""
        from simonsync.store.bindings import Bindings

        return Bindings(self.database)

    @cached_property
    def deletions(self) -> Deletions:
        """Deletions that were begun."""
        from simonsync.store.deletions import Deletions

        return Deletions(self.database)

    @cached_property
    def not_ready(self) -> NotReady:
        """What is not ready for e-invoices."""
        from simonsync.store.readiness import NotReady

        return NotReady(self.database)

    @cached_property
    def documents(self) -> KnownDocuments:
        """What is known of our documents in Sellsy."""
        from simonsync.store.documents import KnownDocuments

        return KnownDocuments(self.database)

    @cached_property
    def quotes(self) -> Quotes:
        """How each quote looked when it was last opened."""
        from simonsync.store.bindings import Quotes

        return Quotes(self.database)

    @cached_property
    def scans(self) -> Scans:
        """How far each list has been gone through."""
        from simonsync.store.lists import Scans

        return Scans(self.database)

    @cached_property
    def simon_tables(self) -> SimonTables:
        """Which tables Simon has, of those that one may lack."""
        from simonsync.store.simon_tables import SimonTables

        return SimonTables(self.database)

    @cached_property
    def addresses(self) -> AddressMirror:
        """The addresses of all customers, as last listed."""
        from simonsync.store.lists import AddressMirror

        return AddressMirror(self.database)

    @cached_property
    def waits(self) -> Waits:
        """Why and since when no draft is made."""
        from simonsync.store.waits import Waits

        return Waits(self.database)

    @cached_property
    def witness(self) -> Witness:
        """The file that tells whether this one is an old copy."""
        from simonsync.store.witness import Witness

        return Witness(self.database)

    @cached_property
    def restored(self) -> Restored:
        """What was brought back by hand."""
        from simonsync.store.deletions import Restored

        return Restored(self.database)

    # --- comparisons that are gone when the state is closed -----------------------------------------

    def inventory(self) -> Inventory:
        """Begin a comparison of the complete lists of both sides."""
        from simonsync.store.scratch import Inventory

        return Inventory(self.database)

    def reckoning(self) -> Reckoning:
        """Begin a comparison of documents with the ledger."""
        from simonsync.store.scratch import Reckoning

        return Reckoning(self.database)

    def present(self) -> Present:
        """Begin a list of what is in Simon now."""
        from simonsync.store.scratch import Present

        return Present(self.database)

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with the file, or with what stands in it; nothing where it is sound."""
        return self.database.check()

    def require_sound(self) -> None:
        """Refuse a file in which anything is wrong. Raises StateUnusable."""
        if damage := self.check():
            raise Garbled("; ".join(damage))

    def rename_work_order(self, old: str, new: str) -> None:
        """Let everything that is known of a work order stand under another Id."""
        with self.database.transaction():
            for statement, *parameters in (
                ("UPDATE work_orders SET id = ?, changed = 0 WHERE id = ?", new, old),
                ("UPDATE disowned SET work_order = ? WHERE work_order = ?", new, old),
                ("UPDATE former_documents SET work_order = ? WHERE work_order = ?", new, old),
                ("UPDATE held_up SET work_order = ? WHERE work_order = ?", new, old),
                (
                    "UPDATE attempts SET subject = ? WHERE subject = ?",
                    draft_subject(new),
                    draft_subject(old),
                ),
                ("UPDATE journal SET record = ? WHERE kind = 'work_order' AND record = ?", new, old),
                ("DELETE FROM absences WHERE id = ?", old),
            ):
                self.database.execute(statement, parameters)
            for table, column, before in (
                ("attempts", "subject", "file:"),
                ("bindings", "id", ""),
                ("journal", "record", ""),
            ):
                kind = {"bindings": " AND kind = 'file'"}.get(table, "")
                beginning = f"{before}{old}:"
                self.database.execute(
                    f"UPDATE {table} SET {column} = ? || substr({column}, ?) "
                    f"WHERE substr({column}, 1, ?) = ?{kind}",
                    (f"{before}{new}:", len(beginning) + 1, len(beginning), beginning),
                )

    def commit(self) -> AbstractContextManager[None]:
        """Make everything inside one durable step."""
        return self.database.transaction()
