"""Empty Simon before the integration starts, with a backup of every record first [4.3, 7.1].

First everything is saved and the archive is checked; then exactly the saved records of the chosen tables are
deleted, in an order that Simon's references allow. A wipe that was interrupted is run again: it saves and
deletes what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from simonsync.domain.entities import LIVING_IN, MASTER_TABLES, POINTED_AT_FIRST
from simonsync.domain.records import TableCount, WorkOrderHead
from simonsync.errors import RecordError, ServiceUnavailable
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.store.archive import Archive, SavedRecord, open_archive, save_records
from simonsync.store.attempts import draft_subject
from simonsync.store.ledger import Status
from simonsync.store.state import State
from simonsync.sync.ports import SimonReader, SimonWriter
from simonsync.sync.run import Progress

_BOUND: Final = {table: LIVING_IN[table] for table in MASTER_TABLES}
"""The bindings that a wipe forgets.

Those of quotes stay, because a quote becomes a work order once for ever; so do those of drafts, which the
ledger keeps.
"""

_UNSENT: Final = frozenset({Status.WAITING, Status.DORMANT, Status.GONE})
"""What is lost with its work order; one that was taken for gone and is listed after all is among it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that Simon would not delete, or not take back."""

    table: str
    id: str
    name: str
    problem: Message


@dataclass(slots=True)
class Wiped:
    """What a wipe came to.

    Attributes:
        backup: the archive with everything; None where Simon was empty.
        deleted: deleted records by table.
        kept: what could not be deleted, because other records use it.
        left: records that are in the chosen tables now, the kept ones included.
    """

    backup: Path | None = None
    deleted: dict[str, int] = field(default_factory=dict)
    kept: list[Refusal] = field(default_factory=list)
    left: int = 0


def unsent_work_orders(simon: SimonReader, state: State) -> Iterator[WorkOrderHead]:
    """Iterate over the archived work orders neither sent nor settled: deleting them loses invoices."""
    for page in simon.archived_work_orders(None):
        for head in page:
            known = state.ledger.get(head.id)
            if known is None or known.status in _UNSENT:
                yield head
            elif known.status is Status.SETTLED and known.mutated_at != head.mutated_at:
                # It was settled for another content than it has now.
                yield head


def save_simon(
    simon: SimonReader,
    folder: Path,
    account: str,
    at: datetime,
    *,
    progress: Progress,
    stop: Callable[[], None],
) -> Archive:
    """Save every record of Simon, and check the archive to its last byte.

    Raises StateUnusable where it cannot be written, UsageError where it cannot be read back.
    """
    done = 0

    def saved(table: str) -> Iterator[SavedRecord]:
        nonlocal done
        for page in simon.records(table):
            stop()
            for fields in page:
                entry = simon.entry(table, fields)
                yield SavedRecord(entry.id, entry.ext_key, entry.name, fields)
            done += len(page)
            progress("saving", done, None)

    path = save_records(folder, account, at, ((table, saved(table)) for table in POINTED_AT_FIRST))
    return open_archive(path, account)


def require_whole(archive: Archive, counts: Iterable[TableCount]) -> None:
    """Refuse a backup that lacks records which Simon had when it was begun: then nothing is deleted.

    Raises ServiceUnavailable.
    """
    for count in counts:
        if archive.manifest.counts.get(count.table, 0) < count.count:
            raise ServiceUnavailable("listing-incomplete", list=count.table)


def wipe(
    simon: SimonWriter,
    state: State,
    archive: Archive,
    tables: Collection[str],
    at: datetime,
    *,
    workers: int,
    progress: Progress,
    stop: Callable[[], None],
) -> Wiped:
    """Delete from the chosen tables exactly the records that the archive holds.

    A work order that was added, changed or archived since it was saved stays, and so does everything that it
    may need: the wipe ends there, and the next one saves anew. `stop` is asked between deletions, of which
    `workers` go on at once. A record that is already gone is fine; one that is in use stays and is reported.
    Raises ServiceUnavailable, CredentialsRefused or Stopped; what was deleted until then is forgotten in the
    state too.
    """
    result = Wiped(backup=archive.path)
    total, done = sum(archive.manifest.counts.get(table, 0) for table in tables), 0
    if "item_groups" in tables and "items" not in tables:
        # Articles lose their group with it; the next pull gives them a new one.
        state.bindings.outdate(*_BOUND["items"])
    try:
        with ThreadPoolExecutor(max_workers=workers) as pool:
            for table in reversed(POINTED_AT_FIRST):
                if table not in tables:
                    continue
                result.deleted[table] = 0
                for batch in _batches(archive.records(table), workers):
                    stop()
                    _delete(table, batch, simon, state, pool, at, result)
                    done += len(batch)
                    progress("deleting", done, total)
                if table == "work_orders" and _keep_the_rest(simon, result):
                    break
    finally:
        # What Sellsy has is to come anew, from the beginning of each list; what was to be deleted is gone.
        state.scans.forget()
        state.plans.drop()
        state.journal.cure(kinds.BRAKE.table, "", at, codes=(kinds.BRAKE.code,))
        params = {"count": str(sum(result.deleted.values())), "backup": archive.path.name}
        state.journal.note(Message(kinds.WIPED, params), at)
    result.left = sum(count.count for count in simon.table_counts() if count.table in tables)
    return result


def _batches(records: Iterator[SavedRecord], size: int) -> Iterator[Sequence[SavedRecord]]:
    while batch := tuple(islice(records, size)):
        yield batch


def _delete(
    table: str,
    batch: Sequence[SavedRecord],
    simon: SimonWriter,
    state: State,
    pool: Executor,
    at: datetime,
    result: Wiped,
) -> None:
    """Delete some records at once.

    Bindings are forgotten first: if the program dies in between, the next pull finds what is still there by
    its ExtKey, whereas a binding to something that is gone would be believed.
    """
    bound = {
        record.id: binding
        for record in batch
        if table in _BOUND and (binding := state.bindings.by_target(record.id, *_BOUND[table])) is not None
    }
    with state.commit():
        for binding in bound.values():
            state.bindings.unbind(binding.key)
    outcomes = tuple(pool.map(partial(_delete_one, simon, table), batch))
    with state.commit():
        for record, problem in zip(batch, outcomes, strict=True):
            if problem is None:
                result.deleted[table] += 1
                if table == "work_orders":
                    _settle(record.id, state, at)
            else:
                result.kept.append(Refusal(table, record.id, record.name, problem))
                if record.id in bound:
                    binding = bound[record.id]
                    state.bindings.bind(binding.key, binding.target_id, binding.fingerprint, at)


def _keep_the_rest(simon: SimonReader, result: Wiped) -> bool:
    """Name the work orders that are left; tell whether there are any, whose customers and articles stay."""
    named = {refusal.id for refusal in result.kept}
    for page in simon.keys("work_orders"):
        for record_id, _, number in page:
            if record_id not in named:
                problem = Message.of("wipe-changed-since-saved", {"number": number})
                result.kept.append(Refusal("work_orders", record_id, number, problem))
    return any(refusal.table == "work_orders" for refusal in result.kept)


def _delete_one(simon: SimonWriter, table: str, record: SavedRecord) -> Message | None:
    try:
        if table == "work_orders" and not simon.is_as_saved(table, record.fields):
            # Archived since, it may be an invoice that nobody has seen.
            return Message.of("wipe-changed-since-saved", {"number": record.name})
        simon.delete(table, record.id)
    except RecordError as error:
        return error.problems[0]
    return None


def _settle(work_order_id: str, state: State, at: datetime) -> None:
    """Close the books on a work order that was deleted unsent; not while a draft of it may exist."""
    known = state.ledger.get(work_order_id)
    if known is None or known.status not in _UNSENT:
        return
    if state.attempts.open_at(draft_subject(work_order_id)):
        return
    state.ledger.set_status(work_order_id, Status.GONE)
    state.journal.cure(Table.WORK_ORDER, work_order_id, at)
    params = {"number": known.number, "reason": "@deleted-in-simon"}
    state.journal.note(Message(kinds.WORK_ORDER_SETTLED, params), at, record=work_order_id)
