"""The status of an account: the manual's screen, and what waits for whom [6.4, 7.2]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simonsync.domain.phase import Phase
from simonsync.messages import kinds
from simonsync.messages.kinds import KINDS, Severity, Table
from simonsync.report.journal import utc
from simonsync.store.attempts import work_order_of
from simonsync.store.ledger import Status
from simonsync.store.runs import RunRecord
from simonsync.store.state import State

STREAMS = {
    "Item_Services": ("services",),
    "WorkOrder": ("work_orders", "quotes"),
    "Item": ("products",),
    "Customer": ("customers",),
    "UsedItem": ("used_items",),
}
"""The five rows of the manual's screen, in its order, and the streams that each one sums up."""

HELD = (
    *(
        kind.code
        for kind in KINDS.values()
        if kind.severity is Severity.ERROR
        and kind.table is Table.WORK_ORDER
        and kind is not kinds.OUTCOME_UNKNOWN
    ),
    kinds.SETTING_PRODUCT_UNKNOWN.code,
    kinds.WORK_ORDER_NOT_FOUND.code,
)
"""Codes of the cases for which a work order is not sent as it is."""


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One row of the screen; None is shown as « -- »."""

    table: str
    simon_mutation: datetime | None
    updated: datetime | None


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """Where the account stands.

    Attributes:
        waiting: how many work orders are to be sent, held and unknown ones included.
        held, unknown: numbers of the work orders that need someone, or whose outcome is not known yet.
        dormant: how many were archived while the integration was inactive.
        plan: the deletions that wait for approval.
        errors, warnings: how many are open; what is to be looked at on drafts is counted by itself.
        to_look_at: how many drafts somebody is to look at before sending them.
        not_ready: how many customers, products and units are not ready for e-invoices.
        deletions: how many records Sellsy refused at a first look: the next cleanup looks again.
        last_run: the newest run, which may still go on.
        next_run: when a timer starts the next sync; None where none does.
    """

    phase: Phase
    since: datetime | None
    until: datetime | None
    streams: tuple[StreamRow, ...]
    waiting: int = 0
    held: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    dormant: int = 0
    plan: str | None = None
    errors: int = 0
    warnings: int = 0
    to_look_at: int = 0
    not_ready: Mapping[str, int] = field(default_factory=dict)
    deletions: int = 0
    last_run: RunRecord | None = None
    next_run: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether anything is exchanged."""
        return self.phase is Phase.ACTIVE

    @property
    def highest_mutation(self) -> datetime | None:
        """The last mutation that came through: the manual's green icon [7.2]."""
        known = [at for row in self.streams for at in (row.simon_mutation, row.updated) if at is not None]
        return max(known, default=None)


NEVER_ACTIVATED = AccountStatus(
    Phase.NEVER_ACTIVATED, None, None, tuple(StreamRow(table, None, None) for table in STREAMS)
)
"""The status of an account that has no state yet [4.2]."""


def status_of(state: State) -> AccountStatus:
    """Gather the status from the state; no service is asked."""
    activation = state.activation.get()
    unknown = {work_order_of(attempt.subject) for attempt in state.attempts.unknown()}
    numbers = [entry.number for work_order in unknown if (entry := state.ledger.get(work_order))]
    plan = state.plans.waiting()
    return AccountStatus(
        phase=activation.phase,
        since=activation.since,
        until=activation.until,
        streams=tuple(_row(table, streams, state) for table, streams in STREAMS.items()),
        waiting=state.ledger.count(Status.WAITING),
        held=tuple(number for number in state.journal.open_numbers(HELD) if number),
        unknown=tuple(sorted(numbers)),
        dormant=state.ledger.count(Status.DORMANT),
        plan=None if plan is None else plan.id,
        errors=state.journal.open_count(Severity.ERROR),
        warnings=state.journal.open_count(Severity.WARNING),
        to_look_at=state.journal.to_look_at(),
        not_ready=state.not_ready.counts(),
        deletions=state.bindings.missing(),
        last_run=state.runs.last(),
    )


def _row(table: str, streams: tuple[str, ...], state: State) -> StreamRow:
    cursors = [state.cursors.get(stream) for stream in streams]
    return StreamRow(
        table,
        max((cursor.mutation for cursor in cursors if cursor.mutation), default=None),
        max((cursor.updated_at for cursor in cursors if cursor.updated_at), default=None),
    )


def status_as_json(status: AccountStatus) -> dict[str, Any]:
    """Return the status in the form that scripts read."""

    def optional(moment: datetime | None) -> str | None:
        return None if moment is None else utc(moment)

    return {
        "phase": status.phase.value,
        "since": optional(status.since),
        "until": optional(status.until),
        "streams": [
            {
                "table": row.table,
                "simon_mutation": optional(row.simon_mutation),
                "updated": optional(row.updated),
            }
            for row in status.streams
        ],
        "waiting": status.waiting,
        "held": list(status.held),
        "unknown": list(status.unknown),
        "plan": status.plan,
        "open_errors": status.errors,
        "to_look_at": status.to_look_at,
        "not_ready": {name: status.not_ready.get(name, 0) for name in ("customers", "products", "units")},
        "deletions": status.deletions,
        "last_run": None
        if status.last_run is None
        else {
            "command": status.last_run.command,
            "started_at": utc(status.last_run.started_at),
            "finished_at": optional(status.last_run.finished_at),
            "exit_code": status.last_run.exit_code,
        },
        "next_run_at": optional(status.next_run),
    }
