"""Bring back into Simon the records that a wipe or a cleanup removed [4.3, 7.3].

They come back table by table, each after what it points at, under new Ids; what points at them is told these.
Work orders are new in Simon, which gives them number and status; those that were sent, or may have been, do
not come back, so that none is ever invoiced twice. Every insert is noted before it is made: a restore that
was interrupted is run again and goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from simonsync.account.activation import standing_of
from simonsync.account.execution import Account, without_records
from simonsync.config.state_folder import make_state_folder
from simonsync.domain.entities import POINTED_AT_FIRST
from simonsync.domain.key import parse_ext_key
from simonsync.domain.phase import Phase
from simonsync.errors import NotSent, OutcomeUnknown, RecordError, ServiceUnavailable, UsageError
from simonsync.files import is_there
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.archive import Archive, SavedRecord
from simonsync.store.attempts import draft_subject
from simonsync.store.ledger import Status
from simonsync.store.lock import hold_lock
from simonsync.store.opening import open_state
from simonsync.store.state import State
from simonsync.sync.ports import SimonReader, SimonWriter
from simonsync.sync.wipe import Refusal


class RecordFate(StrEnum):
    """What becomes of a saved record."""

    RESTORED = "restored"
    PRESENT = "present"
    """It is in Simon: it was never deleted, was brought back before, or came anew from Sellsy."""
    SENT = "sent"
    """A work order that was sent, may have been, or shall have no invoice."""
    ITS_WORK_ORDER = "its_work_order"
    """It hangs on a work order that does not come back, or has lost nothing."""
    FILE = "file"
    """A file on a work order: Simon takes none back."""
    REFUSED = "refused"
    """Simon would not take it."""


@dataclass(slots=True)
class RecordsRestore:
    """What bringing records back came to, or would.

    Attributes:
        fates: how many records of each table met which fate.
        refused: what Simon would not take, and why.
    """

    fates: dict[str, Counter[RecordFate]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    def total(self, fate: RecordFate) -> int:
        """Count the records with a fate."""
        return sum(counts[fate] for counts in self.fates.values())


class _Insert(Protocol):
    """Puts one record into Simon, or only pretends to; raises RecordError where that failed."""

    def __call__(self, table: str, saved: SavedRecord) -> str:
        """Return the record's new Id."""


@without_records()
def look_at_records(account: Account, archive: Archive, simon: SimonReader) -> RecordsRestore:
    """Tell what bringing records back would do; nothing is written anywhere.

    Raises UsageError, CredentialsRefused, ServiceUnavailable or AnotherRun.
    """
    with _rehearsal(account) as state:
        _require_same_simon(state, simon)
        simon.verify()
        return _Restore(account, archive, simon, state).carry_out(lambda _table, saved: f"new:{saved.id}")


@without_records()
def restore_records(account: Account, archive: Archive, simon: SimonWriter) -> RecordsRestore:
    """Bring the saved records back, as far as they are not in Simon.

    Before a first activation Simon is then no longer empty, and the activation begins at its beginning.
    Raises UsageError, CredentialsRefused, ServiceUnavailable, AnotherRun or Stopped; run again, it goes on.
    """
    make_state_folder(account.folder)
    with (
        hold_lock(account.lock, "restore", account.clocks.now()),
        open_state(account.database) as state,
    ):
        _require_same_simon(state, simon)
        simon.verify()
        restore = _Restore(account, archive, simon, state)

        def insert(table: str, saved: SavedRecord) -> str:
            _no_longer_empty(state)
            return _insert(table, saved, simon, restore)

        try:
            return restore.carry_out(insert)
        finally:
            restored = restore.result.total(RecordFate.RESTORED)
            if restored:
                params = {"count": str(restored), "backup": archive.path.name}
                state.journal.note(Message(kinds.RECORDS_RESTORED, params), account.clocks.now())


@contextmanager
def _rehearsal(account: Account) -> Iterator[State]:
    """Open the state so that it forgets; where there is none, an empty one elsewhere."""
    if is_there(account.database):
        with (
            hold_lock(account.lock, "restore", account.clocks.now()),
            open_state(account.database, rehearsal=True) as state,
        ):
            yield state
        return
    with TemporaryDirectory() as folder, open_state(Path(folder) / "none.db") as state:
        yield state


def _require_same_simon(state: State, simon: SimonReader) -> None:
    known = state.activation.get().licence_hash
    if known is not None and known != simon.licence_hash():
        raise UsageError("other-simon")


def _no_longer_empty(state: State) -> None:
    """Before a first activation a wipe is undone: its step has to be taken again."""
    where = standing_of(state)
    if where.first and not where.state_lost and where.phase in {Phase.WIPED, Phase.CONNECTED}:
        state.activation.set_phase(Phase.NEVER_ACTIVATED)


class _WithoutWorkOrder(Exception):
    """The record hangs on a work order that does not come back, or was never away."""


class _Restore:
    """One way through an archive."""

    def __init__(self, account: Account, archive: Archive, simon: SimonReader, state: State) -> None:
        self.account = account
        self.archive = archive
        self.simon = simon
        self.state = state
        self.result = RecordsRestore()
        self._present = state.present()
        self._tables = [table for table in POINTED_AT_FIRST if archive.manifest.counts.get(table)]

    def carry_out(self, insert: _Insert) -> RecordsRestore:
        """Go through all records; `insert` puts into Simon what is to come back."""
        total, done = sum(self.archive.manifest.counts[table] for table in self._tables), 0
        for table in self._tables:
            for page in self.simon.keys(table) if table != "attachments" else ():
                self._present.add(table, ((record_id, ext_key) for record_id, ext_key, _name in page))
        for table in self._tables:
            counts = self.result.fates[table] = Counter()
            for saved in self.archive.records(table):
                self.account.stop()
                counts[self._one(table, saved, insert)] += 1
                done += 1
                self.account.progress("restoring", done, total)
        return self.result

    def _one(self, table: str, saved: SavedRecord, insert: _Insert) -> RecordFate:
        if table == "attachments":
            return RecordFate.FILE
        try:
            here = self._found(table, saved)
            if here is not None:
                self._note(table, saved, here)
                return RecordFate.PRESENT
            if table == "work_orders" and self._was_sent(saved.id):
                return RecordFate.SENT
            self.simon.restorable(table, saved.fields, self.new_id)
            new_id = insert(table, saved)
        except _WithoutWorkOrder:
            return RecordFate.ITS_WORK_ORDER
        except RecordError as error:
            self.result.refused.append(Refusal(table, saved.id, saved.name, error.problems[0]))
            return RecordFate.REFUSED
        self._note(table, saved, new_id)
        return RecordFate.RESTORED

    def _found(self, table: str, saved: SavedRecord) -> str | None:
        """Return the Id under which a saved record is in Simon; None where it is not."""
        here = self._current_id(table, saved.id)
        if here is None and saved.ext_key:
            here = self._present.by_ext_key(table, saved.ext_key)
        if here is None and self.state.restored.intended(table, self.last_id(table, saved.id)):
            here = self.look_for(table, saved)
        return here

    def look_for(self, table: str, saved: SavedRecord) -> str | None:
        """Look in Simon for a record whose insert may have been made: one that says the same."""
        wanted = self.simon.restorable(table, saved.fields, self.new_id)
        for page in self.simon.records(table):
            for fields in page:
                found = self.simon.entry(table, fields)
                if self.state.restored.is_new_id(table, found.id):
                    continue
                if all(fields.get(name) == value for name, value in wanted.items()):
                    return found.id
        return None

    def new_id(self, table: str, old_id: str) -> str | None:
        """Return the present Id of what a record points at; None where it has not changed."""
        here = self._current_id(table, old_id)
        if table == "work_orders" and (here in {None, old_id} or self._was_sent(old_id)):
            raise _WithoutWorkOrder
        return here

    def _current_id(self, table: str, old_id: str) -> str | None:
        """Follow a record from one restore to the next, up to the Id under which Simon has it now."""
        last = self.last_id(table, old_id)
        return last if self._present.has(table, last) else None

    def last_id(self, table: str, old_id: str) -> str:
        """Return the newest Id that a record is known to have had."""
        *_, last = self._ids(table, old_id)
        return last

    def _ids(self, table: str, old_id: str) -> Iterator[str]:
        """Iterate over all Ids that a record has had, the newest last."""
        record_id: str | None = old_id
        while record_id is not None:
            yield record_id
            record_id = self.state.restored.new_id(table, record_id)

    def _was_sent(self, work_order_id: str) -> bool:
        for record_id in self._ids("work_orders", work_order_id):
            known = self.state.ledger.get(record_id)
            if known is not None and known.status in {Status.SENT, Status.DELETED, Status.NEVER}:
                return True
            if self.state.attempts.open_at(draft_subject(record_id)):
                return True
        return False

    def _note(self, table: str, saved: SavedRecord, record_id: str) -> None:
        """Remember where a record is now, and bind it again where it is one of ours."""
        now, bindings = self.account.clocks.now(), self.state.bindings
        with self.state.commit():
            if record_id != self._current_id(table, saved.id):
                self.state.restored.note(table, self.last_id(table, saved.id), record_id, now)
            self._present.add(table, [(record_id, saved.ext_key)])
            key = parse_ext_key(saved.ext_key)
            if key is not None:
                known = bindings.get(key)
                if known is None or known.target_id != record_id:
                    # Without a fingerprint: the next pull brings it up to date.
                    bindings.bind(key, record_id, "", now)


def _insert(table: str, saved: SavedRecord, simon: SimonWriter, restore: _Restore) -> str:
    """Insert a record once. Raises RecordError, ServiceUnavailable or CredentialsRefused."""
    remembered, old_id = restore.state.restored, restore.last_id(table, saved.id)
    remembered.intend(table, old_id, restore.account.clocks.now())
    try:
        return simon.restore(table, saved.fields, restore.new_id)
    except NotSent as error:
        remembered.forget(table, old_id)
        first, *more = error.problems
        raise ServiceUnavailable(first.code, more=more, **first.params) from error
    except OutcomeUnknown:
        found = restore.look_for(table, saved)
        if found is None:
            raise
        return found
    except RecordError:
        remembered.forget(table, old_id)
        raise
