"""Find the work orders that a person names: by Simon's number, exactly, or by `id:` and Simon's Id."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from simonsync.domain.records import WorkOrderHead
from simonsync.errors import NotFound, UsageError
from simonsync.store.ledger import Ledger, LedgerEntry, Status
from simonsync.sync.archived import register, take
from simonsync.sync.identity import entry_of
from simonsync.sync.ports import SimonReader
from simonsync.sync.run import Planning
from simonsync.sync.still_there import own_documents
from simonsync.sync.watch import shown_again

BY_ID = "id:"
_CLOSE, _SHOWN = 20, 3


def find_work_order(number: str, simon: SimonReader, ledger: Ledger) -> WorkOrderHead:
    """Find one work order in Simon. Raises UsageError where there is none, or several of one number."""
    if number.startswith(BY_ID):
        try:
            return simon.work_order_head(number.removeprefix(BY_ID))
        except NotFound:
            raise unknown(number, ledger) from None
    found = simon.work_orders_by_number(number)
    if not found:
        raise unknown(number, ledger)
    return _only(number, found)


def find_in_ledger(number: str, ledger: Ledger) -> LedgerEntry | None:
    """Find one archived work order that we know. Raises UsageError where several have the number."""
    if number.startswith(BY_ID):
        return ledger.get(number.removeprefix(BY_ID))
    found = ledger.by_number(number)
    if len(found) > 1:
        raise UsageError("work-order-several", number=number, ids=", ".join(f"id:{one.id}" for one in found))
    return found[0] if found else None


def unknown(number: str, ledger: Ledger) -> UsageError:
    """Say that a number does not exist, and which known ones look like it."""
    near = _near_numbers(number, ledger)
    if near:
        return UsageError("work-order-unknown-near", number=number, near=", ".join(near))
    return UsageError("work-order-unknown", number=number)


def _near_numbers(number: str, ledger: Ledger) -> list[str]:
    known = {entry.number for entry in ledger.all()}
    close = get_close_matches(number, known, n=_CLOSE)
    # Two digits that have changed places are the commonest slip.
    return sorted(close, key=lambda each: sorted(each) != sorted(number))[:_SHOWN]


def choose(numbers: Sequence[str], run: Planning) -> tuple[str, ...]:
    """Let the named work orders be sent, whatever held them back before; return their Ids [9.2].

    Raises UsageError where one is unknown, not archived, sent already, or settled for ever by a human, and
    where a document of it is there that seemed to be deleted.
    """
    register(run)
    chosen: list[str] = []
    for number in numbers:
        head = find_work_order(number, run.simon, run.state.ledger)
        if head.archived_at is None:
            raise UsageError("work-order-not-archived", number=number)
        entry = entry_of(head, run)
        if entry is None:
            take(head, run)
        elif entry.status is Status.SENT:
            raise UsageError("work-order-already-sent", number=number, document=entry.document_id or "")
        elif entry.status is Status.NEVER:
            raise UsageError("work-order-settled-for-ever", number=number)
        else:
            _require_none_there(entry, run)
        run.state.ledger.ask_to_send(head.id)
        chosen.append(head.id)
    return tuple(chosen)


def _require_none_there(entry: LedgerEntry, run: Planning) -> None:
    """Refuse to have a draft made while one that the work order has, or had, is there. Raises UsageError."""
    there = own_documents(entry, run)
    if entry.document_id in there:
        shown_again(entry, run)
    if there:
        raise UsageError("document-is-there", number=entry.number, documents=", ".join(there))


def _only(number: str, found: Sequence[WorkOrderHead]) -> WorkOrderHead:
    if len(found) > 1:
        raise UsageError("work-order-several", number=number, ids=", ".join(f"id:{one.id}" for one in found))
    return found[0]
