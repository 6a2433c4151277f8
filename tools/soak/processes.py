"""The firm's life with the real command: each run is a process of its own and speaks to the sandbox over TCP.

What people and faults do is drawn from a seed. Processes die by SIGKILL: where a request arrives, where it
has been carried out, and around the commits of the state file.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING, Any, TypeVar

from simonsync.account.clocks import OFFSET
from simonsync.account.execution import RunResult
from simonsync.account.reconcile import Books, Duplicate
from simonsync.errors import AnotherRun, ExitCode, Stopped
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.faults import ConnectionDropped
from tests.cli.program import PROGRAM, environment
from tools.soak import faults
from tools.soak.firm import SimulatedFirm, make_small
from tools.soak.moments import Crash, Plan
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

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

T = TypeVar("T")

CALM_AFTER = 10
"""Runs after which the firm is left alone until it is quiet."""
LONGEST = 120
"""Seconds after which a run counts as hanging."""
CONFIGURATION = """\
account: firm
sellsy: {{url: "{sellsy}", requests_per_second: 1000}}
simon: {{url: "{simon}", workers: 1}}
sync: {{consistency_wait_seconds: 0.1}}
settings: {{quotes_to_work_orders: true, quote_lines_as_used_items: true}}
"""
DYING = """\
import sys
from tools.crash.boundaries import COMMIT, Boundary, die_at
from simonsync.__main__ import main
side, number = sys.argv.pop(1), int(sys.argv.pop(1))
die_at(Boundary(COMMIT, number, side), sys.stderr.fileno()).stretch()
sys.exit(main())
"""
"""The program, which kills itself before or after a commit."""


class WatchedSandbox(Sandbox):
    """A sandbox that lets something happen when a request arrives and when it has been carried out."""

    moment: Callable[[str], bool] = staticmethod(lambda _name: True)
    """Told of each; False where whoever has asked is dead by then."""

    def wsgi(self, service: str) -> WSGIApplication:
        app = super().wsgi(service)

        def watched(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if not self.moment("before"):
                raise ConnectionDropped
            answer = app(environ, start_response)
            self.moment(f"after {self.log.entries()[-1].method}")
            return answer

        return watched


class ProcessFirm(SimulatedFirm):
    """A firm whose every run is the command in a process of its own.

    Attributes:
        dying: before or after which commit the next run dies, if at one.
    """

    def __init__(self, box: WatchedSandbox, folder: Path) -> None:
        super().__init__(box, folder / "state", in_process=False)
        self.configure(quotes_to_work_orders=True, quote_lines_as_used_items=True)
        self.dying: tuple[str, int] | None = None
        self._process: Popen[str] | None = None
        self._killed = False
        self._wrong: list[Exception] = []
        box.moment = self._moment
        urls = {"sellsy": box.sellsy_url, "simon": box.simon_url}
        (folder / "config.yaml").write_text(CONFIGURATION.format(**urls))

    # --- what happens within a run: in a thread of the sandbox, while the process waits for its answer -----

    def _moment(self, name: str) -> bool:
        if self._process is not None:
            try:
                self.moments(name)
            except Exception as error:  # noqa: BLE001 - told where the run is waited for
                self._wrong.append(error)
        return not self._killed

    def kill(self) -> None:
        """Kill the run."""
        self._killed = True
        self._send(signal.SIGKILL)

    def ask_to_stop(self) -> None:
        self._send(signal.SIGTERM)

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def second_runner(self) -> None:
        with self._started("sync") as second:
            out, err = second.communicate(timeout=LONGEST)
        if second.returncode != ExitCode.LOCKED:
            raise AssertionError(f"a second runner ended with {second.returncode}: {out} {err}")
        raise AnotherRun("another-run")

    # --- the commands --------------------------------------------------------------------------------------

    def carry_out(self, command: Callable[[], T]) -> T:
        return command()

    def start(self) -> None:
        self._command("activate", "--yes", "--accept-terms")

    def sync(self, *, dry_run: bool = False) -> RunResult:
        del dry_run
        return self._run("sync")

    def push(self, *, dry_run: bool = False) -> RunResult:
        del dry_run
        return self._run("push")

    def clean_up(self) -> RunResult:
        """Delete in Simon what is gone in Sellsy."""
        return self._run("cleanup", "--yes")

    def reconcile(self) -> Books:
        _, found = self._command("reconcile")
        return Books(**{**found, "duplicates": [Duplicate(**each) for each in found["duplicates"]]})

    def _run(self, *arguments: str) -> RunResult:
        code, _ = self._command(*arguments)
        return RunResult(code)

    def _command(self, *arguments: str) -> tuple[ExitCode, dict[str, Any]]:
        """Run a command and return how it ended and what it says. Raises Crash where it was killed."""
        self._killed = False
        with self._started(*arguments) as process:
            self._process = process
            out, err = process.communicate(timeout=LONGEST)
            self._process = None
        if self._wrong:
            raise self._wrong.pop()
        if process.returncode == -signal.SIGKILL:
            raise Crash
        code = ExitCode(process.returncode)
        if code is ExitCode.TERMINATED:
            raise Stopped(code)
        assert code not in {ExitCode.BUG, ExitCode.USAGE, ExitCode.LOCKED, ExitCode.WRONG_PHASE}, out + err
        document = json.loads(out)
        assert document["exit_code"] == code, out
        return code, document["data"]

    def _started(self, *arguments: str) -> Popen[str]:
        program: tuple[str, ...] = PROGRAM
        if self.dying is not None:
            side, number = self.dying
            program = (sys.executable, "-c", DYING, side, str(number))
            self.dying = None
        folder = self.folder.parent
        offset = self.box.clock() - datetime.now(UTC)
        more = {f"SIMONSYNC_{name.upper()}": value for name, value in self.box.credentials.items()}
        return Popen(
            [*program, *arguments, "--json"],
            cwd=folder,
            env=environment(folder, {**more, OFFSET: str(offset.total_seconds()), "PYTHONPATH": str(TOP)}),
            stdout=PIPE,
            stderr=PIPE,
            text=True,
            encoding="utf-8",
        )


TOP = Path(__file__).resolve().parents[2]


class Life:
    """A firm from its activation on, and what happens to it."""

    def __init__(self, firm: ProcessFirm, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - nothing is kept secret by it
        self.firm = firm
        firm.start()
        firm.sync()
        firm.later(minutes=30)
        self.runner = Runner(firm)
        self.people = People(firm, self.runner.memory)

    def go_on(self, runs: int) -> None:
        """Live through so many runs, with a calm now and then, and one in the end."""
        for run in range(1, runs + 1):
            for _ in range(self.random.randrange(1, 4)):
                self.random.choice(HAPPENINGS)(self)
            self.firm.later(minutes=self.random.choice((5, 5, 5, 16, 40)))
            self.runner.run(self.firm.clean_up if self.random.random() < 0.1 else self.firm.sync)
            self.runner.expected.always()
            if run % CALM_AFTER == 0 or run == runs:
                self.firm.dying = None
                self.runner.calm(rest=self.random.random() < 0.7)

    # --- what happens ---------------------------------------------------------------------------------------

    def _place(self) -> int:
        return self.random.randrange(8)

    def _let(self, act: Callable[[], None]) -> None:
        """Let people act now, or within the next run."""

        def do() -> None:
            self.firm.later(seconds=2)
            act()

        if self.random.random() < 0.7:
            do()
        else:
            self.firm.moments.plans.append(Plan(do, self.random.randint(1, 60)))

    def order(self) -> None:
        place, text, item = self._place(), self._place(), self.random.randrange(4)
        work, archive = self.random.choice((0, 60)), self.random.random() < 0.8
        self._let(lambda: self.people.order(place, text, item=item, travel=15, work=work, archive=archive))

    def on_order(self) -> None:
        order = chosen(self.people.orders(), self._place())
        if order is not None:
            act, value = self.random.choice(ORDER_ACTS), self._place()
            self._let(lambda: self.people.on_order(act, order, value))

    def on_records(self) -> None:
        do, acts = self.random.choice(
            (
                (self.people.on_customer, CUSTOMER_ACTS),
                (self.people.on_product, PRODUCT_ACTS),
                (self.people.on_draft, DRAFT_ACTS),
                (self.people.on_quote, QUOTE_ACTS),
            )
        )
        act, place = self.random.choice(acts), self._place()
        self._let(lambda: do(act, place))

    def fault(self) -> None:
        self.firm.box.faults.add(faults.any_brief(self.random))

    def late_write(self) -> None:
        for fault in faults.any_late_write(self.random):
            self.firm.box.faults.add(fault)

    def kill(self) -> None:
        after = self.random.choice(("", "", "Document.create", "uploadFile"))
        count = self.random.randint(1, 6 if after else 60)
        self.firm.moments.plans.append(Plan(self.firm.kill, count, after, of_a_run=True))

    def kill_at_commit(self) -> None:
        self.firm.dying = (self.random.choice(("before", "after")), self.random.randint(1, 40))

    def interfere(self) -> None:
        act = self.random.choice((self.firm.ask_to_stop, self._second_runner))
        self.firm.moments.plans.append(Plan(act, self.random.randint(1, 60), of_a_run=True))

    def _second_runner(self) -> None:
        with suppress(AnotherRun):
            self.firm.second_runner()
        TALLY["second runners turned away"] += 1


HAPPENINGS = (
    *3 * (Life.order,),
    Life.on_order,
    *2 * (Life.on_records,),
    *4 * (Life.fault,),
    Life.late_write,
    *3 * (Life.kill,),
    *2 * (Life.kill_at_commit,),
    Life.interfere,
)


def live(runs: int, seed: int) -> None:
    """Let a firm live through so many runs of the real command."""
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="simonsync-processes-", dir=where) as folder,
        WatchedSandbox(customers=3) as box,
    ):
        make_small(box)
        Life(ProcessFirm(box, Path(folder)), seed).go_on(runs)
