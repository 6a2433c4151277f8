"""Why a draft is as it is, or why there is none: for the colleague on the phone [3.4, 8]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simonsync.account.choose import find_in_ledger
from simonsync.account.execution import Account
from simonsync.account.preview import preview_of
from simonsync.domain.draft import DraftInvoice
from simonsync.domain.draft_record import from_record
from simonsync.domain.records import WorkOrderHead
from simonsync.files import is_there
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.store.journal import Entry, JournalFilter
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.opening import open_state
from simonsync.store.state import State
from simonsync.store.values import understood


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a work order.

    Attributes:
        decision: the draft that was sent; before that, the one that would be, or the reason why not.
        settings_at: since when the settings applied under which it was made.
        cases: open entries of the journal about it.
        history: all entries about it, oldest first.
    """

    number: str
    id: str
    archived_at: datetime | None
    decision: DraftInvoice | Message
    entry: LedgerEntry | None
    settings_revision: int | None
    settings_at: datetime | None
    history: tuple[Entry, ...]

    @property
    def cases(self) -> tuple[Entry, ...]:
        """The entries that still need someone, or still last."""
        return tuple(entry for entry in self.history if entry.open)

    @property
    def told(self) -> tuple[Message, ...]:
        """What there is to do: the open cases, and about a draft that is gone also once that was seen."""
        told = tuple(case.message for case in self.cases)
        if self.entry is None or self.entry.status is not Status.DELETED:
            return told
        params = {"number": self.number, "document": self.entry.document_id or ""}
        return tuple(dict.fromkeys((*told, Message(kinds.DRAFT_DELETED, params))))


def explain(account: Account, number: str) -> Explanation:
    """Gather everything about a work order. Raises UsageError for a number that does not exist.

    What was sent is told from our own books: for that no service is asked.
    """
    if is_there(account.database):
        with open_state(account.database) as state:
            entry = find_in_ledger(number, state.ledger)
            if entry is not None and entry.has_document and entry.expected is not None:
                sent = understood(from_record, entry.expected)
                return _explanation(state, entry, entry, sent, entry.settings_revision)
    preview = preview_of(account, number)
    with open_state(account.database) as state:
        return _explanation(state, preview.order.head, preview.entry, preview.decision, preview.revision)


def _explanation(
    state: State,
    order: WorkOrderHead | LedgerEntry,
    entry: LedgerEntry | None,
    decision: DraftInvoice | Message,
    revision: int | None,
) -> Explanation:
    settings = None if revision is None else state.settings.revision(revision)
    wanted = JournalFilter(table=Table.WORK_ORDER, record=order.id)
    return Explanation(
        number=order.number,
        id=order.id,
        archived_at=order.archived_at,
        decision=decision,
        entry=entry,
        settings_revision=revision,
        settings_at=None if settings is None else settings[0],
        history=tuple(state.journal.entries(wanted)),
    )
