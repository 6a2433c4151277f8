"""Runs the program as the timer and the admin do, and watches how each run ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from simonsync.account.execution import RunResult
from simonsync.domain.phase import Phase
from simonsync.errors import (
    CredentialsRefused,
    ExitCode,
    ServiceUnavailable,
    StateLost,
    StateUnusable,
    Stopped,
    UsageError,
    WrongPhase,
)
from simonsync.sandbox.request_log import LogEntry
from simonsync.secrecy import forget
from simonsync.settings.declaration import Documents, ProductChoice, Settings
from tools.soak.expected import Expectations
from tools.soak.firm import SimulatedFirm
from tools.soak.memory import Memory
from tools.soak.moments import Crash

T = TypeVar("T")

STEP = 14
"""Minutes between two runs when all is calm: less than what makes the program wait."""
REST = 70
"""Minutes after which everything that was late has come, and the drafts are watched again."""
LOOKS = 3
"""Hours for which the drafts are watched before everything must be known."""
WAITS = 8
"""Runs at that pace after which every wait that ends by itself is over."""
MOST = 15
"""Runs after which it must have become quiet."""
REFUSED = 400
"""The status with which Simon refuses a record."""
CALM_ENDS = (ExitCode.DONE, ExitCode.NEEDS_SOMEONE, ExitCode.UNKNOWN_OUTCOME, ExitCode.BRAKE)
"""How a run may end when nothing goes wrong."""
TALLY: Counter[str] = Counter()
"""What has happened in all schedules of this process."""


class Runner:
    """The program of one firm.

    Attributes:
        valid: the settings that the file had before somebody wrote nonsense into it.
        in_force: the settings of the last run that came to its end; None where nobody knows any more.
        wrong_clocks: minutes by which the clock of a service is wrong.
    """

    def __init__(self, firm: SimulatedFirm) -> None:
        self.firm = firm
        self.memory = Memory(firm.box)
        self.expected = Expectations(firm, self.memory)
        self.valid = firm.settings
        self.in_force: Settings | None = firm.settings
        self.wrong_clocks: dict[str, int] = {}
        self.memory.look()
        firm.moments.watch = self.memory.look
        TALLY["schedules"] += 1

    # --- single runs --------------------------------------------------------------------------------------

    def decide(self, number: str, choice: str, named: int | None = None) -> None:
        """Note a human's word, which is about to be given to the program."""
        self.memory.decided(number, choice, self.expected.shown(number), named)

    def carry_out(self, command: Callable[[], T], *, may_write: bool = True, about: str = "") -> T | None:
        """Run a command to whatever end it finds; None where it did not come to its own end.

        Only documented ends are any: everything else goes through, and is a finding. `about`: the work order
        that a human has decided about; a word that is refused is none.
        """
        self.firm.later(seconds=1)
        self.firm.box.log.clear()
        self.memory.pdfs_wanted = self.firm.settings == self.valid == self.in_force and (
            self.valid.documents is Documents.WORK_ORDER
        )
        was_inactive = self.memory.inactive
        try:
            return self.firm.carry_out(command)
        except Crash:
            self.memory.crashes += 1
            TALLY["crashes"] += 1
        except Stopped:
            TALLY["stopped by a signal"] += 1
        except WrongPhase:
            assert was_inactive
            assert not len(self.firm.box.log), "a run in a wrong phase asked a service"
        except StateLost:
            assert self.memory.state_lost, "a state is held to be lost that is not"
            TALLY["ended by StateLost"] += 1
            self.note_phase()
            if about:
                self.memory.refused(about)
        except StateUnusable:
            raise  # a usage error, too, but none that these people can make
        except (CredentialsRefused, ServiceUnavailable, UsageError) as error:
            TALLY[f"ended by {type(error).__name__}"] += 1
            if about and isinstance(error, UsageError):
                self.memory.refused(about)
        finally:
            forget()  # as the end of the process would: the next run's tokens are others
            self._note_requests()
            self.expected.after_run(may_write=may_write)
        return None

    def run(self, command: Callable[[], RunResult], *, about: str = "") -> ExitCode | None:
        """Run one of the commands that carry data; return how it ended, if it did."""
        result = self.carry_out(command, about=about)
        if self.memory.state_lost:
            # It may have been noticed now.
            self.note_phase()
        if result is None:
            return None
        TALLY[f"exit {int(result.exit_code)}"] += 1
        if result.exit_code is ExitCode.UNKNOWN_OUTCOME:
            assert self.memory.something_to_wait_for(), "it waits, although nothing is unknown"
        if result.exit_code in CALM_ENDS:
            self.in_force = self.firm.settings
        return result.exit_code

    def _note_requests(self) -> None:
        requests = self.firm.box.log.entries()
        self.memory.asked(requests)
        self.memory.look()
        TALLY["runs"] += 1
        TALLY["requests"] += len(requests)
        TALLY.update(f"fault {each.fault}" for each in requests if each.fault is not None)

    # --- the phase ----------------------------------------------------------------------------------------

    def note_phase(self) -> None:
        """See whether the integration is active."""
        self.memory.inactive = self.firm.phase() is not Phase.ACTIVE
        self.memory.ended = self.memory.ended or self.memory.inactive

    def note_loss(self) -> None:
        """Note that the state is not what it was."""
        self.memory.state_lost = True
        self.in_force = None
        self.note_phase()

    def reactivate(self) -> None:
        """Take the steps of the activation once more."""
        self.carry_out(self.firm.restart, may_write=False)
        self.note_phase()

    # --- the calm -----------------------------------------------------------------------------------------

    def calm(self, *, rest: bool) -> None:
        """Let the timer run until nothing is left to do: everything must have come right.

        With a `rest` it has not run for more than an hour, as after a weekend: most is over by then.
        """
        self._end_of_trouble()
        if rest:
            self.firm.later(minutes=REST)
            self._sync_or_push(1)
        self._until_quiet(1 if rest else 6)
        if self.memory.may_be_passed_over or self.memory.has_untagged:
            # What Simon once did not list, and a document without its tag, is looked for once a day.
            self.firm.later(hours=25)
            self._until_quiet(2)
        for _ in range(LOOKS):
            # A draft that somebody deleted is told after two looks, an hour apart.
            self.firm.later(minutes=61)
            self._sync_or_push(2)
        self._second_sync_writes_nothing()
        books = self.carry_out(self.firm.reconcile, may_write=False)
        assert books is not None
        self.expected.always()
        self.expected.when_calm(books)
        self._note_outcome()

    def accept_credentials(self) -> None:
        """Both services let the program in."""
        self.firm.box.sellsy.refuse_credentials(refused=False)
        self.firm.box.simon.access.password = PASSWORD
        self.firm.box.simon.access.licence_active = True

    def _end_of_trouble(self) -> None:
        # What people were about to do comes first: they, too, may hide a document.
        self.firm.moments.act_now()
        self.firm.box.faults.clear()
        self.firm.ahead = timedelta(0)
        self.memory.show_all()
        self.accept_credentials()
        self.firm.later(minutes=max(map(abs, self.wrong_clocks.values()), default=0))
        self.wrong_clocks.clear()
        self.firm.settings = self.valid = self._mended(self.valid)
        self._active_again()

    def _mended(self, wanted: Settings) -> Settings:
        """Let the admin take out what is refused: products that Sellsy does not have.

        Those in force may go missing; whoever changes a setting or activates again is asked for all.
        """
        if wanted == self.in_force and not self.memory.inactive:
            return wanted
        products = self.firm.box.sellsy.products.values()
        active = Counter(f"{each.type}:{each.name}" for each in products if each.active)
        refused: dict[str, Any] = {
            key: None
            for key, (choice, _) in wanted.differences(Settings()).items()
            if isinstance(choice, ProductChoice) and active[str(choice)] != 1
        }
        return replace(wanted, **refused)

    def _active_again(self) -> None:
        if self.memory.inactive:
            self.reactivate()
            assert not self.memory.inactive, "it cannot be activated, although nothing goes wrong"

    def _until_quiet(self, least: int) -> None:
        """Run until nothing is written any more, and until every wait for an unknown outcome is over."""
        for run in range(1, MOST + 1):
            self.firm.later(minutes=STEP)
            code = self._sync_or_push(run)
            waits = code is ExitCode.UNKNOWN_OUTCOME and run < WAITS
            if run >= least and not waits and not self.firm.box.log.writes():
                return
        raise AssertionError("it never becomes quiet")

    def _sync_or_push(self, run: int) -> ExitCode:
        """Do what the timer does; the half that has nothing to do is mostly left out, to save time."""
        code = self.run(self.firm.sync if run % 6 == 1 else self.firm.push)
        assert code in CALM_ENDS, f"a run ended with {code!r}, although nothing goes wrong"
        self._active_again()
        return code

    def _second_sync_writes_nothing(self) -> None:
        self.run(self.firm.sync)
        self.run(self.firm.sync)
        written = [
            (each.method, each.params) for each in self.firm.box.log.writes() if not self._refused(each)
        ]
        assert not written, f"a second sync wrote {written}"

    def _refused(self, request: LogEntry) -> bool:
        """Tell whether Simon refused a record, as people deleted there what it needs: it is tried again."""
        return bool(self.memory.deleted_by_hand) and request.service == "simon" and request.status == REFUSED

    def _note_outcome(self) -> None:
        TALLY["calms"] += 1
        for entry in self.firm.journal():
            code = entry.message.kind.code
            if "draft" in code or entry.open:
                TALLY[f"told {code}"] += 1


PASSWORD = "bureau-2022"
