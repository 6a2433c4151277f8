"""Why a draft is as it is, or why there is none: for the colleague on the phone [3.4, 8]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simonsync.account.execution import Account
from simonsync.account.preview import Preview, preview_of
from simonsync.domain.draft import DraftInvoice
from simonsync.domain.draft_record import from_record
from simonsync.messages.kinds import Message, Table
from simonsync.store.journal import Entry, JournalFilter
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.opening import open_state
from simonsync.store.values import understood


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a work order.

    Attributes:
        decision: the draft that was sent; before that, the one that would be, or the reason why not.
        sent: whether the draft was sent (or adopted) already.
        settings_at: since when the settings applied under which it was made.
        cases: open entries of the journal about it.
        history: all entries about it, oldest first.
    """

    preview: Preview
    decision: DraftInvoice | Message
    sent: bool
    entry: LedgerEntry | None
    settings_revision: int | None
    settings_at: datetime | None
    history: tuple[Entry, ...]

    @property
    def cases(self) -> tuple[Entry, ...]:
        """The entries that still need someone, or still last."""
        return tuple(entry for entry in self.history if entry.open)


def explain(account: Account, number: str) -> Explanation:
    """Gather everything about a work order. Raises UsageError for a number that does not exist."""
    preview = preview_of(account, number)
    entry = preview.entry
    with open_state(account.database) as state:
        sent = entry is not None and entry.status in {Status.SENT, Status.DELETED}
        revision = entry.settings_revision if entry is not None and sent else preview.revision
        settings = None if revision is None else state.settings.revision(revision)
        wanted = JournalFilter(table=Table.WORK_ORDER, record=preview.order.head.id)
        history = tuple(state.journal.entries(wanted))
        decision = preview.decision
        if entry is not None and sent and entry.expected is not None:
            decision = understood(from_record, entry.expected)
    return Explanation(
        preview=preview,
        decision=decision,
        sent=sent,
        entry=entry,
        settings_revision=revision,
        settings_at=None if settings is None else settings[0],
        history=history,
    )
