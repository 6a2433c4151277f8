"""Play one case: disturb the scenario, let the program come right by itself, and look what came of it."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from simonsync.account.reconcile import reconcile
from simonsync.account.resolve import Choice, resolve
from simonsync.errors import ExitCode, SimonsyncError
from simonsync.settings.declaration import Settings
from simonsync.store.attempts import draft_subject
from simonsync.store.ledger import Status
from tools.crash.boundaries import BEFORE, REQUEST, Boundary, Passed, die_at, record
from tools.crash.cases import ALSO_SAID, HURRIED_BY, KILL, LONG, SPOILT, Case, Step, fault_of, steps_of
from tools.crash.picture import Picture, differences, picture
from tools.crash.scenario import CLEANUP, HURRIED, PATIENT, WHOLE, Office, Premises, Scene
from tools.crash.service import Served, fork, served

MINUTES = 5
"""Between two runs, as the timer has it."""
LASTS, LASTS_AT_CREATES = 2, 8
"""How many rounds a fault for long goes on after the scenario; at creates, until a person is needed."""
ROUNDS = 24
"""In so many rounds, two hours, everything must have come right."""
SHOWN_BY_THEN = 15
"""Minutes after which every document can be read."""
QUIET = (ExitCode.DONE, ExitCode.NEEDS_SOMEONE)
NEVER = (ExitCode.BUG, ExitCode.USAGE, ExitCode.LOCKED, ExitCode.WRONG_PHASE)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The firm before a scene; `workers` write to Simon at once, and then no two runs are the same."""

    box: Premises
    settings: Settings
    folder: Path
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A scene when nothing goes wrong: what passes, what is asked, and its end."""

    passed: Sequence[Passed]
    steps: Sequence[Step]
    end: Picture
    books: str


@dataclass(slots=True)
class Played:
    """What came of a case: what is wrong, and how each run ended."""

    wrong: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)

    def run(self, office: Office, run: str) -> ExitCode:
        """Do a run and note how it ended, as its exit code would tell."""
        try:
            code = office.work(run).exit_code
        except SimonsyncError as error:
            code = error.exit_code
            if code in (*QUIET, *NEVER):
                self.wrong.append(f"escaped: {type(error).__name__} {error}")
        except Exception as error:  # noqa: BLE001 - the program would have ended with a traceback
            code = ExitCode.BUG
            self.wrong.append(f"bug: {error!r}")
        self.ends.append(str(int(code)))
        return code


def play_undisturbed(scene: Scene, prepared: Prepared, folder: Path) -> Undisturbed:
    """Play a scene without any disturbance. Raises AssertionError where it does not come right."""
    with _staged(prepared, folder) as (office, services):
        passed: list[Passed] = []
        played = Played()
        record(office.folder / "firm.db", passed).stretch()
        for run in scene.runs:
            played.run(office, run)
        seen, steps = tuple(passed), steps_of(services.requests())
        _come_right(scene, office, services, None, played)
        if played.wrong:
            raise AssertionError("\n".join(["undisturbed, and yet:", *played.wrong]))
        return Undisturbed(seen, steps, _picture(office, services), _books(office))


def play(case: Case, prepared: Prepared, undisturbed: Undisturbed, folder: Path) -> Played:
    """Play a case, in this process and those that it forks, and compare its end with the undisturbed one."""
    played = Played()
    with _staged(prepared, folder) as (office, services):
        if case.boundary is not None:
            played.wrong += _kill(office, services, case.boundary, undisturbed)
        else:
            _spoil(case, office, services, undisturbed, played)
        also_said = ALSO_SAID.get(case.spoilt, frozenset())
        _come_right(case.scene, office, services, undisturbed, played, also_said)
        played.wrong += differences(undisturbed.end, _picture(office, services), also_said)
        if (books := _books(office)) != undisturbed.books:
            played.wrong.append(f"books: {books} instead of {undisturbed.books}")
    return played


@contextmanager
def _staged(prepared: Prepared, folder: Path) -> Iterator[tuple[Office, Served]]:
    """Set up the firm of one case: a copy of its state, a clock, and the services in another process."""
    shutil.copytree(prepared.folder, folder)
    folder.chmod(0o700)
    prepared.box.time.unshare()
    try:
        with served(prepared.box) as services:
            office = Office(prepared.box, folder, services.urls, prepared.settings)
            office.workers = prepared.workers
            yield office, services
    finally:
        shutil.rmtree(folder)


# --- disturbances ---------------------------------------------------------------------------------


def _kill(office: Office, services: Served, boundary: Boundary, undisturbed: Undisturbed) -> Iterator[str]:
    """Let a process play the whole and die at a boundary; say where that did not happen as planned."""
    told, tell = os.pipe()

    def scenario() -> None:
        die_at(boundary, tell).stretch()
        for run in WHOLE.runs:
            office.work(run)

    child = fork(scenario, closing=(told,))
    os.close(tell)
    with os.fdopen(told) as heard:
        name = heard.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL and name == str(boundary)
    if office.workers > 1:
        # What was answered meanwhile is bound in one commit, so there may be fewer of them.
        if not killed and (boundary.what == REQUEST or name or status):
            yield f"not killed: it ended with {os.waitstatus_to_exitcode(status)}"
        return
    if not killed:
        yield f"not killed: it ended with {os.waitstatus_to_exitcode(status)} and was at {name or 'its end'}"
    seen, expected = len(services.requests()), requests_by(boundary, undisturbed.passed)
    if seen != expected:
        yield f"not killed there: the services saw {seen} requests instead of {expected}"


def requests_by(boundary: Boundary, passed: Sequence[Passed]) -> int:
    """Return how many requests the services have seen when a boundary is reached."""
    if boundary.what == REQUEST:
        return boundary.number - (boundary.side == BEFORE)
    place = passed.index(Passed(boundary.what, boundary.number))
    return sum(each.what == REQUEST for each in passed[:place])


def _spoil(case: Case, office: Office, services: Served, undisturbed: Undisturbed, played: Played) -> None:
    """Play a scene with a fault, once or for long, and see that it struck and was not kept silent."""
    fault = fault_of(case, undisturbed.steps)
    fired = 0

    def heal() -> None:
        nonlocal fired
        fired += sum(each["fired"] for each in services.faults())
        services.heal()

    if case.spoilt in HURRIED_BY:
        office.timeout = HURRIED
    if case.how != LONG and fault["kind"] == "refuse":
        # It is over as soon as somebody waits for it to be.
        office.pausing = heal
    services.spoil(fault)
    again = 0
    if case.how == LONG:
        step = undisturbed.steps[case.step - 1]
        again = LASTS_AT_CREATES if step.method == "Document.create" else LASTS
    ends: list[ExitCode] = []
    for number in range(1 + again):
        if number:
            office.later(minutes=MINUTES)
        ends = [played.run(office, run) for run in case.scene.runs]
    if case.how == LONG and not _cannot_be_known(case, undisturbed):
        played.wrong += _silent(ends, office, services, undisturbed)
    heal()
    office.timeout, office.pausing = PATIENT, lambda: None
    if not fired and SPOILT[case.spoilt]["kind"] != "clock_skew":
        played.wrong.append("never happened: the fault did not strike")


def _cannot_be_known(case: Case, undisturbed: Undisturbed) -> bool:
    """Tell whether the program has no way to know of the fault while it lasts.

    A list that is empty and says so looks like any other, and a cleanup is merely kept from finding out: what
    is not gone for certain stays, untold.
    """
    reads = not undisturbed.steps[case.step - 1].is_write
    return reads and (case.spoilt == "unseen" or case.scene.name == CLEANUP)


def _silent(
    ends: Sequence[ExitCode], office: Office, services: Served, undisturbed: Undisturbed
) -> Iterator[str]:
    """Say what is missing while nobody is told: neither by a case nor by an exit code."""
    now = _picture(office, services)
    if all(code in QUIET for code in ends) and now.still_open <= undisturbed.end.still_open:
        for wrong in differences(undisturbed.end, now):
            if wrong.startswith("loss"):
                yield f"silent {wrong}"


# --- afterwards -----------------------------------------------------------------------------------


def _come_right(
    scene: Scene,
    office: Office,
    services: Served,
    undisturbed: Undisturbed | None,
    played: Played,
    also_said: frozenset[str] = frozenset(),
) -> None:
    """Run as the timers do until nothing more is written, and all is as without the disturbance."""
    asked: set[str] = set()
    for number in range(ROUNDS):
        if number == ROUNDS // 2:
            # Some things are looked for once a day.
            office.later(days=1)
        services.clear_log()
        ends = []
        for run in scene.afterwards:
            office.later(minutes=MINUTES)
            ends.append(played.run(office, run))
            # A plan that waits is gone once a cleanup finds that it is not needed.
            if ends[-1] not in (*QUIET, ExitCode.BRAKE) or services.requests(writes=True):
                break
        if set(ends) <= set(QUIET) and not services.requests(writes=True):
            if undisturbed is None:
                return
            if not any(differences(undisturbed.end, _picture(office, services), also_said)):
                return
        _person_decides(office, asked)
    played.wrong.append(f"not right after {ROUNDS} rounds, the runs ended with {' '.join(played.ends)}")


def _person_decides(office: Office, asked: set[str]) -> None:
    """Do what a case asks a person to do once a second outcome is unknown: have looked, and say so."""
    with office.state() as state:
        waiting = [
            entry.number
            for entry in state.ledger.of_status(Status.WAITING)
            if len(state.attempts.open_at(draft_subject(entry.id))) > 1
        ]
    for number in waiting:
        if number not in asked:
            asked.add(number)
            resolve(office.account(), number, Choice.CREATE)


def _picture(office: Office, services: Served) -> Picture:
    return picture(services.world("sellsy"), services.world("simon"), office.journal())


def _books(office: Office) -> str:
    """Reconcile once everything that was made can be read."""
    office.later(minutes=SHOWN_BY_THEN)
    books = reconcile(office.account())
    return f"missing {books.missing}, extra {len(books.extra)}, duplicates {len(books.duplicates)}"


__all__ = ["KILL", "Played", "Prepared", "Undisturbed", "play", "play_undisturbed"]
