"""Random weeks of a firm: people, services and machines do what they like, in any order [Hypothesis].

Each rule is one thing that happens. After each, what must always hold is checked (`expected`); now and then,
and at the end, the firm is left alone until it is quiet, and everything must have come right.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache, wraps
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from simonsync.account import activation
from simonsync.account.backup import backup, find_archive, restore_state
from simonsync.account.choose import choose
from simonsync.account.cleanup import clean_up
from simonsync.account.resolve import Choice, resolve
from simonsync.domain.key import Kind
from simonsync.errors import AnotherRun, WrongPhase
from simonsync.rules.cleanup import Limits
from simonsync.sandbox.faults import Fault
from simonsync.settings.declaration import Documents, ProductChoice
from simonsync.sync import cycle
from tools.soak import faults
from tools.soak.firm import Copy, Template
from tools.soak.moments import Plan
from tools.soak.people import (
    CUSTOMER_ACTS,
    DRAFT_ACTS,
    ORDER_ACTS,
    PRODUCT_ACTS,
    QUOTE_ACTS,
    People,
    chosen,
)
from tools.soak.runner import TALLY, Runner

WHEN = st.one_of(st.none(), st.none(), st.integers(1, 60))
"""Now, or at some moment of the next run."""
PLACE = st.integers(0, 7)
SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"skip_work_orders_containing": "garantie"},
    {"skip_work_orders_containing": ""},
    {"default_product": ProductChoice(Kind.SERVICE, "SER003"), "description_as_first_line": True},
    {"work_time_product": ProductChoice(Kind.SERVICE, "SER001")},
    {"quotes_to_work_orders": True, "quote_lines_as_used_items": True},
    {"documents": Documents.WORK_ORDER},
)
UNKNOWN_PRODUCT = {"default_product": ProductChoice(Kind.SERVICE, "SER999")}
ROLLED_BACK = 240
"""Seconds of which a machine must have been put back for its clock to tell."""
PAUSES = (1, 5, 5, 16, 20, 40, 60, 120, 13 * 60, 24 * 60, 3 * 24 * 60, 8 * 24 * 60, 31 * 24 * 60)
"""Minutes that pass without a run."""
JUMPS = (timedelta(hours=2), timedelta(days=400), timedelta(hours=-2))
"""By how much the clock of this machine may be wrong."""
SKEWS = (("sellsy", -90), ("sellsy", -7), ("sellsy", 7), ("sellsy", 90), ("simon", -7), ("simon", 7))
"""Minutes by which a service's clock may be wrong."""


@cache
def template() -> Template:
    """Return the firm that every schedule begins with; it lives in memory where the machine lets it."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="simonsync-machine-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Template(folder)


def happening(**what: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Make a rule of something that happens, after which the timer may start its next run."""

    def decorate(method: Callable[..., None]) -> Any:
        @wraps(method)
        def happens(self: Weeks, *, timer: bool, **details: Any) -> None:
            self.happenings += 1
            method(self, **details)
            if timer:
                self.timer()

        make: Any = rule
        return make(**what, timer=st.booleans())(happens)

    return decorate


class Weeks(RuleBasedStateMachine):
    """Some weeks in the life of a firm."""

    def __init__(self) -> None:
        super().__init__()
        self.firm = template().copy()
        self.runner = Runner(self.firm)
        self.memory = self.runner.memory
        self.people = People(self.firm, self.memory)
        self.copy: Copy | None = None
        self.refused = False
        self.happenings = 0

    @initialize(
        profile=st.sampled_from(SETTINGS),
        cascade=st.booleans(),
        orders=st.integers(1, 3),
        container=st.booleans(),
    )
    def begin(self, profile: dict[str, Any], orders: int, *, cascade: bool, container: bool) -> None:
        if container:
            # A machine that is made afresh for each run has no id.
            self.firm.machine_id = None
        self.firm.configure(**profile)
        self.runner.valid = self.firm.settings
        self.firm.box.simon.switches.cascade = cascade
        for place in range(orders):
            self.people.order(place, place, item=place, travel=15, work=60, archive=True)
        self.firm.later(seconds=2)

    # --- people ---------------------------------------------------------------------------------------------

    def let(self, act: Callable[[], None], when: int | None = None) -> None:
        """Let people act now, or within the next run; every act takes a moment."""

        def do() -> None:
            self.firm.later(seconds=2)
            act()

        if when is None:
            do()
        else:
            self.firm.moments.plans.append(Plan(do, when))

    @happening(
        place=PLACE,
        text=PLACE,
        item=st.integers(0, 3),
        times=st.sampled_from(((0, 0), (15, 60), (0, 60))),
        archive=st.sampled_from((True, True, True, False)),
        when=WHEN,
    )
    def work_order(
        self, place: int, text: int, item: int, times: tuple[int, int], when: int | None, *, archive: bool
    ) -> None:
        travel, work = times

        def act() -> None:
            self.people.order(place, text, item=item, travel=travel, work=work, archive=archive)

        self.let(act, when)

    @precondition(lambda self: self.people.orders())
    @happening(act=st.sampled_from(ORDER_ACTS), place=PLACE, value=PLACE, when=WHEN)
    def on_work_order(self, act: str, place: int, value: int, when: int | None) -> None:
        order = chosen(self.people.orders(), place)
        if order is not None:
            self.let(lambda: self.people.on_order(act, order, value), when)

    @happening(act=st.sampled_from(CUSTOMER_ACTS), place=PLACE, when=WHEN)
    def on_customer(self, act: str, place: int, when: int | None) -> None:
        self.let(lambda: self.people.on_customer(act, place), when)

    @happening(act=st.sampled_from(PRODUCT_ACTS), place=PLACE, when=WHEN)
    def on_product(self, act: str, place: int, when: int | None) -> None:
        self.let(lambda: self.people.on_product(act, place), when)

    @precondition(lambda self: self.memory.made)
    @happening(act=st.sampled_from(DRAFT_ACTS), place=PLACE, when=WHEN)
    def on_draft(self, act: str, place: int, when: int | None) -> None:
        self.let(lambda: self.people.on_draft(act, place), when)

    @precondition(lambda self: self.firm.settings.quotes_to_work_orders)
    @happening(act=st.sampled_from(QUOTE_ACTS), place=PLACE, when=WHEN)
    def on_quote(self, act: str, place: int, when: int | None) -> None:
        self.let(lambda: self.people.on_quote(act, place), when)

    @happening(entity=st.sampled_from(("Customer", "Item", "Location", "new")), place=PLACE)
    def by_hand_in_simon(self, entity: str, place: int) -> None:
        if entity == "new":
            self.let(self.people.own_customer)
        else:
            self.let(lambda: self.people.delete_by_hand(entity, place))

    # --- trouble --------------------------------------------------------------------------------------------

    @happening(fault=faults.SOME)
    def trouble(self, fault: Fault) -> None:
        self.firm.box.faults.add(fault)
        if fault.kind == "unseen" and fault.service == "simon":
            self.memory.may_be_passed_over = True

    @happening(
        place=PLACE,
        doubt=st.one_of(
            faults.LOST_ANSWERS.map(lambda fault: (fault,)), faults.LATE_WRITES, st.integers(1, 6)
        ),
    )
    def doubtful(self, place: int, doubt: tuple[Fault, ...] | int) -> None:
        """A work order is archived, and what becomes of its draft is hidden from the next run."""
        self.let(lambda: self.people.order(place, 0, item=0, travel=15, work=60, archive=True))
        if isinstance(doubt, int):
            self._crash_in(doubt, "Document.create")
        else:
            for fault in doubt:
                self.firm.box.faults.add(fault)
        self.timer()

    doubtful_again = doubtful

    @precondition(lambda self: self.firm.box.faults.as_json())
    @rule()
    def trouble_is_over(self) -> None:
        self.firm.box.faults.clear()

    @happening(
        after=st.sampled_from(("", "", "Document.create", "uploadFile", "commit")),
        count=st.one_of(st.integers(1, 6), st.integers(1, 90)),
    )
    def crash_ahead(self, after: str, count: int) -> None:
        self._crash_in(count, after)

    def _crash_in(self, count: int, after: str) -> None:
        self.firm.moments.plans.append(Plan(self.firm.moments.die, count, after, of_a_run=True))

    @happening(what=st.sampled_from(("signal", "second runner")), count=st.integers(1, 60))
    def within_the_next_run(self, what: str, count: int) -> None:
        act = self.firm.ask_to_stop if what == "signal" else self._second_runner
        self.firm.moments.plans.append(Plan(act, count, of_a_run=True))

    def _second_runner(self) -> None:
        try:
            self.firm.second_runner()
        except AnotherRun:
            TALLY["second runners turned away"] += 1
        except WrongPhase:
            # An activation that has not taken the lock yet.
            assert self.memory.inactive
        else:
            raise AssertionError("two runs at once")

    @precondition(lambda self: not self.refused)
    @happening(what=st.sampled_from(("sellsy", "simon", "licence")))
    def credentials_are_refused(self, what: str) -> None:
        self.refused = True
        match what:
            case "sellsy":
                self.firm.box.sellsy.refuse_credentials()
            case "simon":
                self.firm.box.simon.access.password = "changed"
            case _:
                self.firm.box.simon.access.licence_active = False

    @precondition(lambda self: self.refused)
    @rule()
    def credentials_are_accepted(self) -> None:
        self.refused = False
        self.runner.accept_credentials()

    # --- time -----------------------------------------------------------------------------------------------

    @happening(minutes=st.sampled_from(PAUSES))
    def time_passes(self, minutes: int) -> None:
        self.firm.later(minutes=minutes)

    @happening(skew=st.sampled_from(SKEWS))
    def clock_is_wrong(self, skew: tuple[str, int]) -> None:
        service, minutes = skew
        if service not in self.runner.wrong_clocks:
            self.firm.box.faults.set("clock_skew", service=service, seconds=60.0 * minutes, times=None)
            self.runner.wrong_clocks[service] = minutes
            self.memory.skewed.add(service)

    @happening(ahead=st.sampled_from(JUMPS))
    def our_clock_is_wrong(self, ahead: timedelta) -> None:
        """The clock of this machine jumps, and is put right again within the next runs."""
        self.firm.ahead = timedelta(0) if self.firm.ahead else ahead
        self.memory.own_clock_was_wrong = True

    # --- the program ----------------------------------------------------------------------------------------

    @rule()
    def timer(self) -> None:
        self.firm.later(minutes=5)
        self.runner.run(self.firm.sync)

    @happening(command=st.sampled_from(("sync", "push", "pull")), dry_run=st.booleans())
    def command(self, command: str, *, dry_run: bool) -> None:
        run = {"sync": self.firm.sync, "push": self.firm.push, "pull": self.firm.pull}[command]
        if dry_run:
            self.runner.carry_out(lambda: run(dry_run=True), may_write=False)
        else:
            self.runner.run(run)

    @precondition(lambda self: self.people.orders())
    @happening(place=PLACE)
    def push_work_order(self, place: int) -> None:
        number = self._number(place)
        self.runner.decide(number, "push")
        self.runner.run(
            lambda: self.firm.run("push", lambda run, sink: cycle.push(run, sink, choose([number], run))),
            about=number,
        )

    @precondition(lambda self: self.people.orders())
    @happening(place=PLACE, choice=st.sampled_from(tuple(Choice)), document=PLACE)
    def resolve(self, place: int, choice: Choice, document: int) -> None:
        number = self._number(place)
        named = None
        if choice is Choice.ADOPT:
            listed = chosen(self.firm.box.sellsy.documents_of("invoice"), document)
            named = 1 if listed is None else listed.id
        self.runner.decide(number, str(choice), named)
        self.runner.carry_out(
            lambda: resolve(self.firm.account(), number, choice, None if named is None else str(named)),
            may_write=False,
            about=number,
        )

    def _number(self, place: int) -> str:
        order = chosen(self.people.orders(), place)
        assert order is not None
        return str(self.firm.box.simon.row("WorkOrder", order)["Number"])

    @happening(approve=st.booleans())
    def cleanup(self, *, approve: bool) -> None:
        limits = Limits(max_deletions=50, max_percent=10)
        plan = self.firm.plan_that_waits() if approve else None
        self.runner.run(lambda: clean_up(self.firm.account(), limits, approve=plan).result)

    @happening(profile=st.sampled_from((*SETTINGS, UNKNOWN_PRODUCT)))
    def settings(self, profile: dict[str, Any]) -> None:
        self.firm.settings = replace(self.runner.valid, **profile)
        if profile is not UNKNOWN_PRODUCT:
            self.runner.valid = self.firm.settings

    @precondition(lambda self: not self.memory.inactive)
    @happening()
    def deactivate(self) -> None:
        # What is archived while it goes on may already be too late to be sent.
        self.memory.inactive = True
        self.runner.carry_out(lambda: activation.deactivate(self.firm.account()), may_write=False)
        self.runner.note_phase()

    @precondition(lambda self: self.memory.inactive)
    @rule()
    def reactivate(self) -> None:
        self.runner.reactivate()

    # --- the state is lost --------------------------------------------------------------------------------

    @precondition(lambda self: self.firm.database.exists())
    @rule(program=st.booleans())
    def state_is_saved(self, *, program: bool) -> None:
        """The state is backed up, or somebody copies the file by hand."""
        if program:
            self.runner.carry_out(lambda: backup(self.firm.account(), keep=2), may_write=False)
        else:
            self.copy = self.firm.copy()

    @precondition(lambda self: not self.memory.state_lost)
    @happening(how=st.sampled_from(("copy", "snapshot", "backup", "gone", "witness", "machine")))
    def state_is_lost(self, how: str) -> None:
        match how:
            case "copy" if self.copy is not None:
                self.firm.put_state(self.copy.state)
            case "snapshot" if (
                self.copy is not None and self.firm.elapsed() - self.copy.elapsed > ROLLED_BACK
            ):
                self.firm.roll_back(self.copy)
            case "machine" if self.firm.machine_id is not None:
                self.firm.machine_id = "0" * 32
            case "witness" if self.firm.witness.exists():
                self.firm.witness.unlink()
            case "backup" if self.firm.backups():
                account, file = self.firm.account(), self.firm.backups()[0]
                self.runner.carry_out(
                    lambda: restore_state(account, find_archive(account, file)), may_write=False
                )
            case "gone":
                self.firm.put_state(None)
            case _:
                return
        self.runner.note_loss()

    @precondition(lambda self: not self.memory.state_lost)
    @happening()
    def machine_restarts(self) -> None:
        # Copies of another start tell nothing by their clock.
        self.copy = None
        self.firm.reboot()

    # --- what must hold -------------------------------------------------------------------------------------

    @invariant()
    def always(self) -> None:
        self.runner.expected.always()

    @precondition(lambda self: self.happenings > 5)
    @rule(rest=st.booleans())
    def calm(self, *, rest: bool) -> None:
        self.happenings = 0
        self.refused = False
        self.runner.calm(rest=rest)

    def teardown(self) -> None:
        if sys.exc_info()[0] is None and self.happenings:
            self.runner.calm(rest=True)
