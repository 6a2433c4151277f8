"""Everything that simonsync remembers about one account, behind one door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from simonsync.store.activation import Activations, SettingsHistory
from simonsync.store.attempts import Attempts
from simonsync.store.bindings import Bindings
from simonsync.store.database import Database
from simonsync.store.deletions import Deletions
from simonsync.store.journal import Journal
from simonsync.store.ledger import Ledger
from simonsync.store.mirror import AddressMirror
from simonsync.store.plans import Plans
from simonsync.store.quotes import Quotes
from simonsync.store.restored import Restored
from simonsync.store.runs import Cursors, Runs
from simonsync.store.scans import Scans


class State:
    """The state of one account; each part is a view of the same file."""

    def __init__(self, database: Database) -> None:
        """Take an open state file."""
        self.database = database
        self.bindings = Bindings(database)
        self.ledger = Ledger(database)
        self.attempts = Attempts(database)
        self.cursors = Cursors(database)
        self.runs = Runs(database)
        self.journal = Journal(database)
        self.activation = Activations(database)
        self.settings = SettingsHistory(database)
        self.plans = Plans(database)
        self.deletions = Deletions(database)
        self.quotes = Quotes(database)
        self.scans = Scans(database)
        self.addresses = AddressMirror(database)
        self.restored = Restored(database)

    def commit(self) -> AbstractContextManager[None]:
        """Make everything inside one durable step."""
        return self.database.transaction()


@contextmanager
def open_state(path: Path, *, rehearsal: bool = False) -> Iterator[State]:
    """Open the state of an account; a rehearsal forgets at the end what it wrote.

    Raises StateUnusable where the file cannot be used.
    """
    database = Database(path, rehearsal=rehearsal)
    try:
        yield State(database)
    finally:
        database.close()
