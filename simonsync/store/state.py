"""Everything that simonsync remembers about one account, behind one door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simonsync.store.activation import Activations, SettingsHistory
from simonsync.store.attempts import Attempts
from simonsync.store.database import Database
from simonsync.store.journal import Journal
from simonsync.store.ledger import Ledger
from simonsync.store.plans import Plans
from simonsync.store.runs import Cursors, Runs
from simonsync.store.soundness import garbled_values, require_nothing_hidden
from simonsync.store.values import Garbled

if TYPE_CHECKING:
    from simonsync.store.absences import Absences
    from simonsync.store.bindings import Bindings
    from simonsync.store.deletions import Deletions
    from simonsync.store.mirror import AddressMirror
    from simonsync.store.quotes import Quotes
    from simonsync.store.restored import Restored
    from simonsync.store.scans import Scans
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
        from simonsync.store.absences import Absences

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
    def quotes(self) -> Quotes:
        """How each quote looked when it was last opened."""
        from simonsync.store.quotes import Quotes

        return Quotes(self.database)

    @cached_property
    def scans(self) -> Scans:
        """How far each list has been gone through."""
        from simonsync.store.scans import Scans

        return Scans(self.database)

    @cached_property
    def addresses(self) -> AddressMirror:
        """The addresses of all customers, as last listed."""
        from simonsync.store.mirror import AddressMirror

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
        from simonsync.store.restored import Restored

        return Restored(self.database)

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with the file, or with what stands in it; nothing where it is sound."""
        return self.database.check() or garbled_values(self.database)

    def require_sound(self) -> None:
        """Refuse a file in which anything is wrong. Raises StateUnusable."""
        if damage := self.check():
            raise Garbled("; ".join(damage))

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
        require_nothing_hidden(database)
        yield State(database)
    except Garbled as error:
        raise error.at(path) from error
    finally:
        database.close()
