"""Write records to Simon: several at once, each bound as soon as it is there.

Simon's records carry an ExtKey, which makes inserting them idempotent: where it is taken, the record is found
by it and brought up to date. So a run may be killed at any moment and the next one goes on. Worker threads
only speak to Simon; everything that we remember is written by the one thread that owns the state.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import assert_never

from simonsync.domain.entities import ENTITY_OF
from simonsync.domain.key import Key, Kind
from simonsync.domain.records import (
    ContactPerson,
    CustomerCard,
    Item,
    ItemGroup,
    NewUsedItem,
    NewWorkOrder,
    SimonRecord,
    WorkAddress,
)
from simonsync.errors import Conflict, NotFound, NotSent, OutcomeUnknown, RecordError, Refused
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.rules.master_data import fingerprint
from simonsync.sync.actions import Create, Update
from simonsync.sync.ports import SimonWriter
from simonsync.sync.run import Run


@dataclass(frozen=True, slots=True)
class Written:
    """A record that is in Simon now, and whether it was not there before."""

    record_id: str
    created: bool


def write_records(
    actions: Sequence[Create | Update], run: Run
) -> Iterator[tuple[Create | Update, RecordError | None]]:
    """Write records, those that others point at first, and tell what became of each.

    A refused record is an open case about it until it succeeds. What ends the run (a service that is down, a
    signal) is raised after everything that was answered has been bound.
    """
    waves: tuple[list[Create | Update], ...] = ([], [], [])
    for action in actions:
        waves[_wave(action.record)].append(action)
    for wave in waves:
        run.stop()
        yield from _in_order(wave, run) if run.workers == 1 else _at_once(wave, run)


def _wave(record: SimonRecord) -> int:
    """Say when a record is written: after what it points at, and after the contact that people see first."""
    match record:
        case ItemGroup() | CustomerCard():
            return 0
        case ContactPerson(main=False):
            return 2
        case _:
            return 1


def _in_order(
    wave: Sequence[Create | Update], run: Run
) -> Iterator[tuple[Create | Update, RecordError | None]]:
    for action in wave:
        run.stop()
        job = _job(action, run)
        yield action, _settled(action, job, run)


def _at_once(
    wave: Sequence[Create | Update], run: Run
) -> Iterator[tuple[Create | Update, RecordError | None]]:
    with ThreadPoolExecutor(run.workers, thread_name_prefix="simon") as pool:
        waiting = deque((action, pool.submit(_job(action, run))) for action in wave)
        fatal: BaseException | None = None
        try:
            while waiting:
                answered = _answered(waiting)
                errors = [future.exception() for _, future in answered]
                last = next((error for error in errors if not isinstance(error, RecordError | None)), None)
                if last is not None and fatal is None:
                    fatal = last
                    waiting = deque(pair for pair in waiting if not pair[1].cancel())
                # One durable step for all of them: on a slow disk that, and not Simon, would set the pace.
                with run.state.commit():
                    settled = [
                        (action, _settled(action, future.result, run))
                        for (action, future), error in zip(answered, errors, strict=True)
                        if isinstance(error, RecordError | None)
                    ]
                yield from settled
        finally:
            for _, future in waiting:
                future.cancel()
        if fatal is not None:
            raise fatal


def _answered(
    waiting: deque[tuple[Create | Update, Future[Written]]],
) -> list[tuple[Create | Update, Future[Written]]]:
    """Wait for the next answer, and take along those behind it that have come meanwhile."""
    wait([waiting[0][1]])
    answered = [waiting.popleft()]
    while waiting and waiting[0][1].done():
        answered.append(waiting.popleft())
    return answered


def _job(action: Create | Update, run: Run) -> Callable[[], Written]:
    """Prepare a write: what the record points at is looked up here, in the thread that owns the state."""
    record, simon = action.record, run.simon
    target_id = action.target_id if isinstance(action, Update) else None
    ids = {key: run.state.bindings.get(key) for key in _points_at(record)}
    missing = next((key for key, binding in ids.items() if binding is None), None)
    if missing is not None:
        error = Refused("dependency-missing", record=record.key.ext_key, missing=missing.ext_key)
        return _raising(error)
    known = {key: binding.target_id for key, binding in ids.items() if binding is not None}
    return lambda: _write(record, target_id, known.__getitem__, simon)


def _raising(error: RecordError) -> Callable[[], Written]:
    def job() -> Written:
        raise error

    return job


def _write(
    record: SimonRecord, target_id: str | None, ids: Callable[[Key], str], simon: SimonWriter
) -> Written:
    """Bring one record to Simon; runs in a worker and touches nothing else."""
    if target_id is not None:
        try:
            simon.require_still(record.key, target_id)
            simon.update(record, target_id, ids)
        except NotFound:
            # Deleted by hand, if its table answers and has no such ExtKey: Sellsy leads, so it is made again.
            # Its Id may be another record's by now, which is none of ours to change.
            if simon.find(record.key) == target_id:
                raise
        else:
            return Written(target_id, created=False)
    try:
        return Written(simon.create(record, ids), created=True)
    except Conflict:
        found = simon.find(record.key)
        if found is None:
            raise
        simon.update(record, found, ids)
        return Written(found, created=True)


def _settled(action: Create | Update, result: Callable[[], Written], run: Run) -> RecordError | None:
    """Bind a record that was written; journal one that was refused."""
    record = action.record
    try:
        written = result()
    except RecordError as error:
        if error.code != "dependency-missing":
            # What a record waits for was refused before, and has its own case.
            journal_refusal(record, error, run)
        return error
    entity = ENTITY_OF[record.key.kind]
    news = entity.created if written.created else entity.updated
    with run.state.commit():
        run.state.bindings.bind(record.key, written.record_id, fingerprint(record), run.now())
        codes = (kinds.RECORD_REFUSED.code, kinds.RECORD_UNCONFIRMED.code)
        run.cure(entity.journal, record.key.id, *codes)
        if news is not None:
            run.say(Message(news, {"name": name_of(record)}), record.key.id)
    return None


def journal_refusal(record: SimonRecord, error: RecordError, run: Run) -> None:
    """Open a case about a record that Simon refused, or did not confirm.

    The ExtKey makes it safe to try the latter again in the next run; it is told because it may last.
    """
    unanswered = isinstance(error, NotSent | OutcomeUnknown)
    kind = kinds.RECORD_UNCONFIRMED if unanswered else kinds.RECORD_REFUSED
    message = Message(kind, {"name": name_of(record)}, error.problems)
    # A quote's id must not be taken for the Id of a work order.
    case = record.key.ext_key if record.key.kind is Kind.QUOTE else record.key.id
    run.say(message, case, ENTITY_OF[record.key.kind].journal)


def name_of(record: SimonRecord) -> str:
    """Return what people call a record."""
    match record:
        case ItemGroup(name=name) | Item(name=name) | CustomerCard(name=name) | WorkAddress(name=name):
            return name
        case ContactPerson(name=name):
            return name
        case NewWorkOrder(description=text) | NewUsedItem(description=text):
            return text
        case _:
            assert_never(record)


def _points_at(record: SimonRecord) -> tuple[Key, ...]:
    match record:
        case Item(group=group):
            return (group,)
        case WorkAddress(customer=customer) | ContactPerson(customer=customer):
            return (customer,)
        case NewWorkOrder(customer=customer, work_address=address):
            return (customer, address)
        case NewUsedItem(work_order=order, item=item):
            return (order,) if item is None else (order, item)
        case ItemGroup() | CustomerCard():
            return ()
        case _:
            assert_never(record)
