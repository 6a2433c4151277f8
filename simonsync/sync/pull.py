"""Sellsy → Simon: what Simon lacks of the catalogue and the customers [3.1, 3.2, 3.3].

What Sellsy lists becomes small plans, each applied and committed before the next page is read: a run that is
killed goes on where it stopped, and a second one finds nothing to do. How much of the lists a cycle goes
through is the matter of `sync.scan`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from simonsync.domain.entities import STREAMS
from simonsync.domain.key import Kind
from simonsync.errors import Refused
from simonsync.sync.actions import Plan, Sink
from simonsync.sync.cleanup import recognise
from simonsync.sync.deletions import finish_deletions
from simonsync.sync.quotes import plan_named_quotes, plan_quotes
from simonsync.sync.run import Planning
from simonsync.sync.scan import (
    CATALOGUE,
    Budget,
    plan_addresses,
    plan_catalogue,
    plan_changed_customers,
    plan_customers,
)

PULL_STREAMS = tuple(STREAMS.values())


def pull(
    run: Planning,
    sink: Sink,
    streams: Collection[str] = PULL_STREAMS,
    *,
    full: bool = False,
    quotes: Collection[str] = (),
) -> None:
    """Bring catalogue, customers and quotes from Sellsy to Simon [3.1-3.3, 5.9].

    A list that was never gone through whole, or with `full` every one, is gone through to its end; else the
    cycle spends the requests it has, a third of them on the catalogue. `full` also makes again what somebody
    has deleted by hand in Simon. `quotes` become work orders whatever their step, date and words say.
    """
    finish_deletions(run)
    if full:
        recognise(run)
    for stream in CATALOGUE:
        if stream in streams:
            _carry(plan_catalogue(run, stream, _budget(run, stream, run.scan_requests // 6, full=full)), sink)
    if "customers" in streams:
        _pull_customers(run, sink, full=full)
    if "quotes" in streams:
        _carry(plan_quotes(run, full=full), sink)
    _carry(plan_named_quotes(run, quotes), sink)


def _pull_customers(run: Planning, sink: Sink, *, full: bool) -> None:
    """Addresses first, so that customers find theirs; then the customers, the new ones in any case.

    Where Sellsy tells what has changed, the lists only show what is gone, and edits of addresses: a quarter
    of the requests does.
    """
    tells = run.sellsy.tells_changes
    most = run.scan_requests // (12 if tells else 3)

    def budget(list_name: str, kind: Kind) -> Budget:
        return _budget(run, list_name, min(most, _within_the_hour(run, kind)), full=full)

    listed = True
    try:
        _carry(plan_addresses(run, budget("addresses", Kind.ADDRESS)), sink)
    except Refused:
        listed = False
    turn = run.state.scans.get("customers").turn
    if tells:
        # Before the list: what changes while a first import goes through it is not missed.
        _carry(plan_changed_customers(run, addresses_listed=listed), sink)
    _carry(plan_customers(run, budget("customers", Kind.CUSTOMER), addresses_listed=listed), sink)
    if not tells and run.state.scans.get("customers").turn == turn:
        _carry(plan_changed_customers(run, addresses_listed=listed), sink)


_A_PAGE, _CYCLES, _LEAST = 100, 10, 9
"""Records that a request brings, cycles in less than an hour, requests for a small firm as a whole."""


def _within_the_hour(run: Planning, kind: Kind) -> int:
    """Return how many requests a cycle must spend so that a turn through a list ends within the hour."""
    pages = -(-run.state.bindings.count(kind) // _A_PAGE)
    return max(_LEAST, -(-pages // _CYCLES))


def _budget(run: Planning, stream: str, requests: int, *, full: bool) -> Budget:
    first_turn = run.state.scans.get(stream).turn_ended is None
    return Budget(run, None if full or first_turn else max(requests, 1))


def _carry(plans: Iterator[Plan], sink: Sink) -> None:
    for plan in plans:
        sink(plan)
