"""Close cases that people have cured by hand, where nothing else notices: what is over is told no more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from simonsync.domain.key import Kind, sellsy_key, simon_key
from simonsync.domain.reading import is_over
from simonsync.errors import NotFound, Refused
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, MessageKind, Table
from simonsync.store.attempts import draft_subject
from simonsync.store.journal import Entry, JournalFilter
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.scratch import Inventory
from simonsync.sync.absence import Absence, absence_of
from simonsync.sync.identity import is_another
from simonsync.sync.run import Planning

_HOUR = timedelta(hours=1)
FILE_CASES = (kinds.DOCUMENT_UPLOAD_FAILED, kinds.DOCUMENT_UNAVAILABLE)
"""What people are told of a file that did not come to Sellsy."""
BY_HAND = "by hand"
"""Stands for the id of a file that people have seen to themselves."""
_AT_ONCE = 50
"""How many old work orders are looked at a day."""
_KINDS_OF = {
    Table.CUSTOMER: (Kind.CUSTOMER,),
    Table.WORK_ADDRESS: (Kind.ADDRESS,),
    Table.NONE: (Kind.CONTACT,),
    Table.ITEM: (Kind.ITEM, Kind.SERVICE),
}


def open_cases(run: Planning, *wanted: MessageKind) -> tuple[Entry, ...]:
    """List the open cases of some kinds, the longest quiet ones first."""
    codes = tuple(kind.code for kind in wanted)
    return tuple(run.state.journal.entries(JournalFilter(codes=codes, only_open=True)))


def close_files(run: Planning) -> None:
    """Close the cases of files that are not missing any more; asked after all that are due were looked at.

    What was taken out of Simon is not repeated, while each that still lasts was repeated within the hour.
    """
    for case in open_cases(run, *FILE_CASES):
        if _is_quiet(case, run):
            run.cure(case.table, case.record, case.message.kind.code)
    for case in open_cases(run, kinds.ATTACHMENTS_UNAVAILABLE):
        if not run.settings.attachments and _is_quiet(case, run):
            run.cure(case.table, case.record, case.message.kind.code)


def leave_files(work_order_id: str, run: Planning) -> int:
    """Take a person's word that the missing files of a work order are dealt with, and count them.

    Nobody tries them again; without this word a file that Sellsy never takes would be told for ever.
    """
    cases = [case for case in open_cases(run, *FILE_CASES) if case.record.startswith(f"{work_order_id}:")]
    for case in cases:
        run.state.bindings.bind(simon_key(Kind.FILE, case.record), BY_HAND, "", run.now())
        run.cure(case.table, case.record)
    return len(cases)


def close_old_work_orders(run: Planning, turn: int) -> None:
    """Look at some of the work orders that are sent only when they are named: opened again, or deleted?

    `turn`: which of them, where there are many.
    """
    cases = open_cases(run, kinds.ARCHIVED_WHILE_INACTIVE, kinds.WORK_ORDER_DOUBTFUL)
    begin = turn * _AT_ONCE % len(cases) if len(cases) > _AT_ONCE else 0
    for case in cases[begin : begin + _AT_ONCE]:
        run.stop()
        entry = run.state.ledger.get(case.record)
        if entry is None or entry.status is not Status.DORMANT:
            run.cure(case.table, case.record, case.message.kind.code)
        elif not run.state.attempts.open_at(draft_subject(entry.id)):
            _look_at(entry, run)


def _look_at(entry: LedgerEntry, run: Planning) -> None:
    if entry.is_aside:
        # Another one has its Id: it is no longer in Simon, which must not be asked for a name of ours.
        _is_gone(entry, run)
        return
    try:
        head = run.simon.work_order_head(entry.id)
    except NotFound:
        if absence_of("work_orders", entry.id, run) is Absence.CERTAIN:
            _is_gone(entry, run)
        return
    except Refused:
        return
    run.state.absences.forget("work_orders", entry.id)
    if head.archived_at is None and not is_another(entry, head, run.account.corp_id, run.simon):
        with run.state.commit():
            run.state.ledger.forget(entry.id)
            run.cure(Table.WORK_ORDER, entry.id)


def _is_gone(entry: LedgerEntry, run: Planning) -> None:
    with run.state.commit():
        run.state.ledger.set_status(entry.id, Status.GONE)
        run.state.absences.forget("work_orders", entry.id)
        run.cure(Table.WORK_ORDER, entry.id)
        run.say(Message(kinds.WORK_ORDER_DELETED, {"number": entry.number}), entry.id)


def close_refused_records(inventory: Inventory, tables: Collection[Table], run: Planning) -> None:
    """Close the cases of records that Simon refused and that Sellsy no longer lists as active.

    `tables`: those whose records were listed.
    """
    for case in open_cases(run, kinds.RECORD_REFUSED, kinds.RECORD_UNCONFIRMED):
        if case.table in tables and not any(
            inventory.is_active(sellsy_key(kind, case.record)) for kind in _KINDS_OF[case.table]
        ):
            run.cure(case.table, case.record, case.message.kind.code)


def _is_quiet(case: Entry, run: Planning) -> bool:
    """Tell whether a case of files was not repeated, although it was looked at once an hour."""
    return is_over(2 * _HOUR, case.last_at, run.now())
