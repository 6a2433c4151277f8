"""What one run does, in order: pull brings Simon up to date, push brings the drafts to Sellsy."""

from __future__ import annotations

from collections.abc import Callable, Collection

from simonsync.sync.actions import Plan
from simonsync.sync.documents import plan_documents
from simonsync.sync.drafts import due_for_read_back
from simonsync.sync.lookup import look_up, look_up_needed
from simonsync.sync.pull import CATALOGUE, PULL_STREAMS, plan_catalogue, plan_customers
from simonsync.sync.push import office_of, plan_push, register
from simonsync.sync.quotes import plan_quotes
from simonsync.sync.run import Run

Sink = Callable[[Plan], None]
"""Takes each plan as it is made: to apply it, or, in a dry run, to show it."""


def pull(run: Run, sink: Sink, streams: Collection[str] = PULL_STREAMS) -> None:
    """Bring catalogue, customers and quotes from Sellsy to Simon [3.1-3.3, 5.9]."""
    for stream in (name for name in CATALOGUE if name in streams):
        for plan in plan_catalogue(run.sellsy, run.state, stream, run.language, run.progress):
            sink(plan)
    if "customers" in streams:
        for plan in plan_customers(run.sellsy, run.state, run.progress):
            sink(plan)
    if "quotes" in streams and run.settings.quotes_to_work_orders:
        for plan in plan_quotes(run):
            sink(plan)


def push(run: Run, sink: Sink, chosen: Collection[str] = ()) -> None:
    """Bring archived work orders to Sellsy as draft invoices, then their documents [3.4, 5.11].

    `chosen` restricts the drafts to some work orders, by Simon's Id.
    """
    due_for_read_back(run)
    register(run)
    if look_up_needed(run):
        found = look_up(run)
        sink(Plan(tuple(found.cases.values())))
        office = office_of(run.sellsy, run.account, run.language)
        for plan in plan_push(run, found, office, tuple(chosen)):
            sink(plan)
    for plan in plan_documents(run):
        sink(plan)


def sync(run: Run, sink: Sink) -> None:
    """Pull, then push: what the timer starts every five minutes [7.2]."""
    pull(run, sink)
    push(run, sink)
