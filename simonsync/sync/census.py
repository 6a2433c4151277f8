"""Count through all archived work orders once a day, so that none is lost, whatever its stamps say [3.4].

The list of changes goes by mutation dates, and by how far it was read before. The census goes by Ids alone:
each that the ledger does not know is read and taken in, and one that it holds to be deleted in Simon is open
again. It goes in slices, so that no draft waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from simonsync.domain.reading import is_over
from simonsync.errors import NotFound, Refused, ServiceUnavailable
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.store.journal import JournalFilter
from simonsync.store.lists import Scan
from simonsync.sync.archived import take
from simonsync.sync.closing import close_old_work_orders
from simonsync.sync.run import Planning

STREAM = "census"
_DAILY = timedelta(days=1)
_REQUESTS_AN_HOUR = 60
"""What a slice may cost; where runs are rare, as much as those of a timer would have had."""
_SHARE = 4
"""The part of a run's time that a slice may take."""


def census(run: Planning, listed_at: datetime) -> None:
    """Compare the next slice of Simon's archived work orders with the ledger, where a turn is due or begun.

    `listed_at`: when the list of changes began that should have named them (see `archived.register`). A list
    of Ids that does not come complete is told; it keeps nothing else from being done. Raises
    ServiceUnavailable where Simon does not answer at all.
    """
    scan, now = run.state.scans.get(STREAM), run.now()
    if not scan.position:
        if not is_over(_DAILY, scan.turn_began, now):
            return
        scan = replace(scan, turn_began=now)
    try:
        _go_on(scan, listed_at, run)
    except ServiceUnavailable as unavailable:
        if unavailable.code != "listing-incomplete":
            raise
        # From the beginning, tomorrow: what was listed does not add up.
        run.state.scans.put(replace(scan, position=""))
        run.say(Message(kinds.CENSUS_INCOMPLETE))
    except Refused:
        # It may be the place where we went on that Simon does not understand: from the beginning, next time.
        run.state.scans.put(replace(scan, position=""))
        raise


def _go_on(scan: Scan, listed_at: datetime, run: Planning) -> None:
    requests = run.simon.requests + _allowed(run)
    until = run.clocks.elapsed() + run.timing.budget.total_seconds() / _SHARE
    for ids in run.simon.archived_ids(scan.position):
        compare(ids, listed_at, run)
        run.state.scans.put(replace(scan, position=ids[-1]))
        run.stop()
        if run.simon.requests >= requests or run.clocks.elapsed() >= until:
            return
    end_turn(scan.turn_began or run.now(), run)


def _allowed(run: Planning) -> int:
    last = run.state.runs.last(before=run.id)
    pause = run.now() - last.started_at if last is not None else timedelta(0)
    return _REQUESTS_AN_HOUR * max(1, int(pause / timedelta(hours=1)))


def end_turn(began: datetime, run: Planning) -> None:
    """Note that all archived work orders were compared; what could not be read and is gone now is over."""
    scan = run.state.scans.get(STREAM)
    with run.state.commit():
        run.state.scans.put(Scan(STREAM, "", scan.turn + 1, began, run.now()))
        run.cure(Table.NONE, "", kinds.CENSUS_INCOMPLETE.code)
        unread = JournalFilter(codes=(kinds.WORK_ORDER_UNREADABLE.code,), only_open=True)
        for entry in tuple(run.state.journal.entries(unread)):
            if entry.last_at < began and run.state.ledger.get(entry.record) is None:
                run.cure(Table.WORK_ORDER, entry.record, kinds.WORK_ORDER_UNREADABLE.code)
    close_old_work_orders(run, scan.turn)


def compare(work_order_ids: Sequence[str], listed_at: datetime, run: Planning) -> None:
    """Take in those of some listed work orders that the ledger does not know."""
    for work_order_id in run.state.ledger.not_known(work_order_ids):
        try:
            head = run.simon.work_order_head(work_order_id)
        except NotFound:
            # Somebody may just have deleted it.
            if run.simon.is_listed("work_orders", work_order_id):
                _say_unread(work_order_id, "@cause-not-shown", (), run)
            continue
        except Refused as error:
            _say_unread(work_order_id, "", error.problems, run)
            continue
        if head.archived_at is None:
            continue
        with run.state.commit():
            run.cure(Table.WORK_ORDER, work_order_id)
            take(head, run, late=head.archived_at < listed_at.replace(microsecond=0))


def _say_unread(work_order_id: str, cause: str, causes: tuple[Message, ...], run: Planning) -> None:
    params = {"number": f"id:{work_order_id}"} | ({"cause": cause} if cause else {})
    run.say(Message(kinds.WORK_ORDER_UNREADABLE, params, causes), work_order_id)
