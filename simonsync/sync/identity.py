"""Which work order a record of Simon is: by its Id, unless Simon has given that to another one meanwhile.

After a database was put back, Simon hands out Ids anew, and perhaps numbers. A record with another number and
another creation date is another work order: it is sent by itself, and what was done for the first one stays
with that. So is one with the same number that was made after the first one was archived; as only dates tell
the two apart, a person says whether it is sent.
"""

from __future__ import annotations

from dataclasses import replace

from simonsync.domain.records import WorkOrderHead
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.ledger import LedgerEntry
from simonsync.sync.ports import SimonReader
from simonsync.sync.run import Planning


def is_another(known: LedgerEntry, head: WorkOrderHead, corp_id: str, simon: SimonReader) -> bool:
    """Tell whether a record is another work order than the one that we know by its Id."""
    numbered = bool(head.number and known.number)
    if head.created_at is None or not numbered:
        return False
    if head.number == known.number and head.created_at <= known.archived_at:
        return False
    # Our marker of the first one holds its creation date.
    return simon.marker(corp_id, replace(head, number=known.number)) != known.marker


def entry_of(head: WorkOrderHead, run: Planning) -> LedgerEntry | None:
    """Return what the books have of a work order; another one that had its Id is set aside.

    People are told. One that had been set aside itself is there again under its own Id.
    """
    corp_id, simon = run.account.corp_id, run.simon
    known = run.state.ledger.get(head.id)
    if known is None or not is_another(known, head, corp_id, simon):
        return known
    with run.state.commit():
        run.state.rename_work_order(known.id, known.name_aside)
        own = run.state.ledger.by_marker(simon.marker(corp_id, head))
        if own is not None:
            run.state.rename_work_order(own.id, head.id)
        params = {"number": head.number, "other": known.number}
        run.say(Message(kinds.WORK_ORDER_ID_REUSED, params), known.name_aside)
    return run.state.ledger.get(head.id)
