"""One execution that holds the lock: what it works with, and how it speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from simonsync.domain.key import Key
from simonsync.domain.reading import Reading
from simonsync.domain.records import SellsyAccount, WorkOrder
from simonsync.messages.kinds import TO_LOOK_AT, Message, Severity, Table
from simonsync.messages.render import Language
from simonsync.settings.declaration import Settings
from simonsync.store.state import State
from simonsync.store.waits import Wait
from simonsync.sync.ports import SellsyReader, SellsyWriter, SimonReader, SimonWriter

Draw = Callable[[WorkOrder, SellsyAccount, str], bytes | None]
"""Draws a work order's PDF, given the firm and how its customer is called; None where it cannot."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The waits of the exactly-once protocol.

    Attributes:
        unknown_wait: how long an unknown outcome waits before a look-up may count.
        consistency_wait: how long a run waits for a fresh document to become readable.
        budget: how long a run may take before it yields at a clean point.
    """

    unknown_wait: timedelta = timedelta(minutes=15)
    consistency_wait: timedelta = timedelta(seconds=20)
    budget: timedelta = timedelta(seconds=240)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Where time comes from.

    Attributes:
        now: aware UTC, our clock.
        elapsed: seconds of a clock that also counts while the machine sleeps.
        sleep: wait some seconds.
        boot: which start of the machine `elapsed` counts from; "" where the system does not tell.
    """

    now: Callable[[], datetime]
    elapsed: Callable[[], float]
    sleep: Callable[[float], None]
    boot: str = ""

    def reading(self, said: datetime | None) -> Reading:
        """Return what the clocks say now, given what the service says."""
        return Reading(said, self.boot, self.elapsed())


def as_text(moment: datetime) -> str:
    """Write a moment as a parameter of a message; it is shown in the reader's zone and form."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Progress = Callable[[str, int, int | None], None]
"""Told of (stream, done, total or None) while long work goes on."""


@dataclass(slots=True)
class Planning:
    """What plans are made of: readers of both services, our memory, settings and clocks, and no writer.

    Attributes:
        account: who we are in Sellsy, read when the run began.
        settings_revision: number of the settings in force, noted with each draft.
        draw: draws a work order's PDF where Simon has none; None where it cannot.
        scan_requests: how many requests a cycle may spend on going through Sellsy's lists.
        pull_until: by the clock of `clocks.elapsed`, when a pull yields to the push; None = never.
        workers: how many records are written to Simon at once.
        stop: raises Stopped at a clean point once a signal asked for it.
        wait: what kept drafts from being made when this run began.
        looked_up_at: when this run's look-up began; a wait must have ended by then.
        unknown_at: how many answers Sellsy had given when an outcome was last found to be unknown.
        new_cases: what newly needs someone; a timer prints these and nothing else.
    """

    id: int
    state: State
    sellsy: SellsyReader
    simon: SimonReader
    account: SellsyAccount
    settings: Settings
    settings_revision: int
    language: Language
    clocks: Clocks
    timing: Timing = field(default_factory=Timing)
    draw: Draw = lambda _order, _account, _customer_name: None
    scan_requests: int = 60
    pull_until: float | None = None
    workers: int = 1
    stop: Callable[[], None] = lambda: None
    progress: Progress = lambda _stream, _done, _total: None
    wait: Wait | None = None
    looked_up_at: Reading | None = None
    unknown_at: int = 0
    new_cases: list[Message] = field(default_factory=list)

    def now(self) -> datetime:
        """Return the present moment by our clock."""
        return self.clocks.now()

    def sellsy_now(self) -> datetime:
        """Return Sellsy's clock: its last word and what has passed since; ours before its first answer."""
        return self.sellsy.server_time() or self.now()

    def sellsy_reading(self) -> Reading:
        """Return what Sellsy's clock and the machine's say now: waits for Sellsy are measured by these."""
        return self.clocks.reading(self.sellsy.server_time())

    def simon_reading(self) -> Reading:
        """Return what Simon's clock and the machine's say now."""
        return self.clocks.reading(self.simon.server_time())

    def say(self, message: Message, record: str = "", table: Table | None = None) -> None:
        """Write a message into the journal; what is new and needs someone is also kept for the terminal."""
        new = self.state.journal.note(message, self.now(), run=self.id, record=record, table=table)
        if new and message.kind.severity is not Severity.INFO:
            self.new_cases.append(message)

    def cure(self, table: Table, record: str, *codes: str) -> int:
        """Close what was open about a record, and count it."""
        return self.state.journal.cure(table, record, self.now(), run=self.id, codes=codes)

    def looked_at(self, work_order_id: str, *, but: str = "") -> int:
        """Close what was to be looked at on a work order's draft, and count it; the code `but` stays."""
        return self.cure(Table.WORK_ORDER, work_order_id, *(code for code in TO_LOOK_AT if code != but))

    def simon_id(self, key: Key) -> str:
        """Turn a key into Simon's Id. Raises KeyError where the record is not there (yet)."""
        binding = self.state.bindings.get(key)
        if binding is None:
            raise KeyError(key)
        return binding.target_id


@dataclass(slots=True)
class Run(Planning):
    """What a run works with: what planning has, and the writers that `sync.apply` alone is given."""

    sellsy: SellsyWriter
    simon: SimonWriter
