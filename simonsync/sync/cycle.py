"""What one run does, in order: pull brings Simon up to date, push brings the drafts to Sellsy."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from simonsync.errors import ExitCode
from simonsync.store.ledger import Status
from simonsync.sync.actions import Plan, Sink
from simonsync.sync.archived import register, tell_changes
from simonsync.sync.census import census
from simonsync.sync.documents import plan_documents
from simonsync.sync.drafts import due_for_read_back
from simonsync.sync.lookup import look_up, look_up_needed
from simonsync.sync.pull import pull
from simonsync.sync.push import office_of, plan_push
from simonsync.sync.run import Planning

SYNC: Final = "sync"
CUT_OFF: Final = (None, ExitCode.TERMINATED, ExitCode.INTERRUPTED)
"""How a run ended that did not come to its end."""


def push(run: Planning, sink: Sink, chosen: Collection[str] = ()) -> None:
    """Bring archived work orders to Sellsy as draft invoices, then their documents [3.4, 5.11].

    `chosen` restricts the drafts to some work orders, by Simon's Id.
    """
    census(run, register(run))
    tell_changes(run)
    found = look_up(run) if look_up_needed(run) else None
    due_for_read_back(run)
    if found is not None:
        for adopted in found.adopted:
            # It may have been changed between the attempt and now.
            run.state.ledger.has_changed(adopted)
        tell_changes(run)
        sink(Plan(tuple(found.cases.values())))
        office = office_of(run.sellsy, run.account, run.language)
        for plan in plan_push(run, found, office, tuple(chosen)):
            sink(plan)
    for plan in plan_documents(run):
        sink(plan)


def sync(run: Planning, sink: Sink) -> None:
    """Pull, then push: what the timer starts every five minutes [7.2].

    A long pull yields after three quarters of the run's time, so that no work order waits for it. Where the
    last sync was cut off all the same, as by a timer while each answer takes long, what waits is sent first:
    else each run would end before the first draft.
    """
    budget = run.timing.budget.total_seconds()
    before = run.state.runs.last(before=run.id, command=SYNC)
    if before is not None and before.exit_code in CUT_OFF and run.state.ledger.count(Status.WAITING):
        push(run, sink)
        run.pull_until = run.clocks.elapsed() + budget / 4
        pull(run, sink)
    else:
        run.pull_until = run.clocks.elapsed() + budget * 3 / 4
        pull(run, sink)
        push(run, sink)
