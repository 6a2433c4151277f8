"""Carry out one run: hold the account, check that state and services fit, work, account for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from simonsync.account.machine import machine_identity
from simonsync.account.same_ids import require_same_ids
from simonsync.account.settings_check import adopt_settings
from simonsync.account.wire_log import wire_log
from simonsync.domain.phase import Phase
from simonsync.domain.records import SellsyAccount
from simonsync.errors import (
    CredentialsRefused,
    ExitCode,
    RecordError,
    ServiceUnavailable,
    SimonsyncError,
    StateLost,
    StateUnusable,
    Stopped,
    UsageError,
    WrongPhase,
)
from simonsync.files import is_there
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, MessageKind, Severity, Table
from simonsync.messages.render import Language
from simonsync.settings.declaration import Settings
from simonsync.store.ledger import Status
from simonsync.store.lock import hold_lock
from simonsync.store.opening import open_state
from simonsync.store.state import State
from simonsync.sync.actions import Action, Hold, Plan, Settle, Sink, doing, kind_of
from simonsync.sync.apply import apply
from simonsync.sync.cleanup import forget_stale_plan
from simonsync.sync.ports import SellsyReader, SellsyWriter, SimonWriter
from simonsync.sync.rebuild import rebuild
from simonsync.sync.run import Clocks, Draw, Planning, Progress, Run, Timing
from simonsync.sync.waits import begin_waits, sellsy_answered, wait_in_force


@dataclass(frozen=True, slots=True)
class Account:
    """One pair of Simon and Sellsy, as configured.

    Attributes:
        folder: the state folder.
        settings: what the configuration file wants; the state's history says what applies.
        api: which of Sellsy's APIs the ids belong to.
        sellsy, simon: make the adapters; no request is made yet.
        draw: draws a work order's PDF where Simon has none.
        scan_requests: how many requests a cycle may spend on going through Sellsy's lists.
        workers: how many records are written to Simon at once.
        machine: which machine this is.
    """

    name: str
    folder: Path
    language: Language
    settings: Settings
    api: str
    sellsy: Callable[[], SellsyWriter]
    simon: Callable[[], SimonWriter]
    clocks: Clocks
    timing: Timing = field(default_factory=Timing)
    draw: Draw = lambda _order, _account, _customer_name: None
    scan_requests: int = 60
    keep_information: timedelta = timedelta(days=365)
    workers: int = 1
    stop: Callable[[], None] = lambda: None
    progress: Progress = lambda _stream, _done, _total: None
    machine: Callable[[], str | None] = machine_identity

    def connect(self) -> tuple[SellsyWriter, SimonWriter]:
        """Make both adapters. Raises UsageError naming every credential that is missing."""
        return self.sellsy(), self.simon()

    @property
    def database(self) -> Path:
        """The state file."""
        return self.folder / f"{self.name}.db"

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.folder / f"{self.name}.lock"


KEPT = 1000
"""How many actions a run remembers for its report: a first import does hundreds of thousands."""


@dataclass(slots=True)
class RunResult:
    """What a run came to.

    Attributes:
        actions: what would be done in a dry run, all of it; else the first thousand actions that were done.
        counts: how many actions there were in all, by what they do (`sync.actions.doing`).
        kinds: likewise, by what they do and what they are about.
        new_cases: what newly needs someone.
        problems: why the run ended early, if it did.
    """

    exit_code: ExitCode = ExitCode.DONE
    actions: list[Action] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    held: list[Hold] = field(default_factory=list)
    skipped: list[Settle] = field(default_factory=list)
    new_cases: list[Message] = field(default_factory=list)
    problems: tuple[Message, ...] = ()

    def take(self, action: Action, most: int | None = None) -> None:
        """Sort an action by what it means to people; keep so many of them at most."""
        match action:
            case Hold():
                self.held.append(action)
            case Settle():
                self.skipped.append(action)
            case _:
                if (name := doing(action)) is not None:
                    self.counts[name] += 1
                    self.kinds[name, kind_of(action)] += 1
                if most is None or len(self.actions) < most:
                    self.actions.append(action)


def require_phase(state_file: Path, *allowed: Phase) -> None:
    """Refuse a command in a wrong phase, before anything is asked of a service. Raises WrongPhase."""
    phase = Phase.NEVER_ACTIVATED
    if is_there(state_file):
        with open_state(state_file) as state:
            phase = state.activation.get().phase
    if phase not in allowed:
        raise WrongPhase(f"phase-{phase.replace('_', '-')}")


def execute(
    account: Account, command: str, work: Callable[[Planning, Sink], None], *, dry_run: bool = False
) -> RunResult:
    """Do a run's work for an active account.

    Given the account, the command's name and its work, return what it came to. In a dry run the work's plans
    are collected instead of applied, and the state forgets the run. Raises AnotherRun, UsageError, WrongPhase
    and Stopped; a service that is down or refuses the credentials is journalled and becomes the exit code.
    """
    result = RunResult()
    try:
        with recorded_run(account, command, Phase.ACTIVE, rehearsal=dry_run, cases=result.new_cases) as run:
            work(run, result_sink(run, result, dry_run=dry_run))
            result.exit_code = settled(run)
    except (CredentialsRefused, ServiceUnavailable, StateLost) as error:
        result.exit_code, result.problems = error.exit_code, error.problems
    return result


def result_sink(run: Run, result: RunResult, *, dry_run: bool) -> Sink:
    """Return what takes the plans: apply them one by one, or only show them."""

    def show(plan: Plan) -> None:
        for action in plan.actions:
            result.take(action)

    def carry_out(plan: Plan) -> None:
        for outcome in apply(plan, run):
            if outcome.error is None:
                result.take(outcome.action, KEPT)

    return show if dry_run else carry_out


@contextmanager
def recorded_run(
    account: Account,
    command: str,
    *phases: Phase,
    rehearsal: bool = False,
    cases: list[Message] | None = None,
) -> Iterator[Run]:
    """Hold the account for a run, and write down how it ended, whatever happens.

    `cases` takes what newly needs someone. Raises AnotherRun, WrongPhase, UsageError, CredentialsRefused,
    ServiceUnavailable and Stopped; the latter leave their line in journal and runs.
    """
    told = [] if cases is None else cases
    with hold_lock(account.lock, command, account.clocks.now()):
        require_phase(account.database, *phases)
        # Begun by a run that asks a service: one in a wrong phase leaves the log of the last one as it is.
        with (
            wire_log(account.folder, account.name, command),
            open_state(account.database, rehearsal=rehearsal) as state,
        ):
            sellsy, simon = account.connect()
            simon.expect(state.simon_tables.known())
            run_id = state.runs.begin(command, account.clocks.now())
            code = ExitCode.BUG
            try:
                run = _begin(account, state, run_id, sellsy, simon)
                sellsy_answered(run)
                run.new_cases = told
                try:
                    _require_our_machine(run, account.machine())
                    yield run
                except StateLost as lost:
                    rebuild(run, lost.problems[0].params["reason"])
                    _on_this_machine(state, account.machine())
                    state.witness.write()
                    raise
                code = settled(run)
            except (CredentialsRefused, ServiceUnavailable) as error:
                told += _journal_service_error(state, error, account, run_id)
                code = error.exit_code
                raise
            except RecordError as error:
                refusing = _refusing_service(error)
                told += _journal_service_error(state, refusing, account, run_id)
                code = refusing.exit_code
                raise refusing from error
            except UsageError as error:
                code = error.exit_code
                if error.code not in _NO_LOGIN:
                    raise
                # It was there when the credentials were verified: the service is in trouble.
                gone = _without_login(error)
                told += _journal_service_error(state, gone, account, run_id)
                code = gone.exit_code
                raise gone from error
            except SimonsyncError as error:
                code = error.exit_code
                raise
            except KeyboardInterrupt:
                code = ExitCode.INTERRUPTED
                raise Stopped(code) from None
            finally:
                state.simon_tables.learn(simon.there)
                state.runs.finish(
                    run_id,
                    account.clocks.now(),
                    exit_code=code,
                    sellsy_requests=sellsy.requests,
                    simon_requests=simon.requests,
                )


def _require_our_machine(run: Run, here: str | None) -> None:
    """Notice a state that was copied to another machine. Raises StateLost."""
    known = run.state.activation.get().machine
    if known is None:
        _on_this_machine(run.state, here)
    elif here is not None and known != here:
        raise StateLost("state-lost", reason="@machine-changed")


def _on_this_machine(state: State, here: str | None) -> None:
    """Note the machine that writes now; one without an id leaves no trace."""
    if here is not None:
        state.activation.on_machine(here)


def _begin(account: Account, state: State, run_id: int, sellsy: SellsyWriter, simon: SimonWriter) -> Run:
    """Check that this state belongs to these services, and put the wanted settings into force."""
    who = sellsy.account()
    require_pair(state, who, simon.licence_hash(), sellsy, account.api, account.clocks.now())
    state.activation.speaks(account.api)
    revision, settings = adopt_settings(account.settings, state, sellsy, account.clocks.now(), run_id)
    run = run_of(account, state, run_id, sellsy, simon, who, settings, revision)
    forget_stale_plan(run)
    return run


def run_of(
    account: Account,
    state: State,
    run_id: int,
    sellsy: SellsyWriter,
    simon: SimonWriter,
    who: SellsyAccount,
    settings: Settings,
    revision: int,
) -> Run:
    """Give a run of an account what it works with: who we are in Sellsy, and the settings in force."""
    return Run(
        id=run_id,
        state=state,
        sellsy=sellsy,
        simon=simon,
        account=who,
        settings=settings,
        settings_revision=revision,
        language=account.language,
        clocks=account.clocks,
        timing=account.timing,
        draw=account.draw,
        scan_requests=account.scan_requests,
        workers=account.workers,
        stop=account.stop,
        progress=account.progress,
    )


def require_pair(
    state: State, who: SellsyAccount, licence_hash: str, sellsy: SellsyReader, api: str, now: datetime
) -> None:
    """Refuse a state that belongs to another Sellsy company or Simon licence. Raises StateUnusable.

    Another of Sellsy's APIs is proven first, and refused where its ids are others.
    """
    known = state.activation.get()
    if known.corp_id is None:
        return
    if (known.corp_id, known.licence_hash) != (who.corp_id, licence_hash):
        raise StateUnusable("state-other-pair", company=known.company or known.corp_id, found=who.name)
    if known.api != api:
        require_same_ids(state, sellsy, api, now)


def settled(run: Run) -> ExitCode:
    """Close what a run that got to its end has shown to be over, and say how it went."""
    begin_waits(run)
    _services_answer(run)
    _cure_lost_state(run)
    return exit_code_of(run)


def _services_answer(run: Run) -> None:
    """Both services answered to the end: what said otherwise is cured."""
    for service, codes in _SERVICE_CODES.items():
        if any(run.state.journal.is_open(code, service) for code in codes):
            run.cure(Table.NONE, service, *codes)
            run.say(Message(kinds.SYNC_RESUMED, {"service": f"@{service}"}))


def _cure_lost_state(run: Run) -> None:
    """Close the case of a lost state once a human has activated and decided about each old work order."""
    state = run.state
    decided = state.activation.get().phase is Phase.ACTIVE and not state.ledger.count(Status.DORMANT)
    if decided and state.journal.is_open(kinds.STATE_LOST.code, ""):
        run.cure(Table.NONE, "", kinds.STATE_LOST.code)


_SERVICE_CODES: dict[str, tuple[str, ...]] = {
    "sellsy": (kinds.SERVICE_UNAVAILABLE.code, kinds.SELLSY_CREDENTIALS_REFUSED.code),
    "simon": (
        kinds.SERVICE_UNAVAILABLE.code,
        kinds.SIMON_CREDENTIALS_REFUSED.code,
        kinds.SIMON_LICENCE_LAPSED.code,
    ),
}


@contextmanager
def without_records() -> Iterator[None]:
    """Do what is about no single record: who refuses a list or the account then does not answer as it should.

    Raises ServiceUnavailable in the place of a RecordError.
    """
    try:
        yield
    except RecordError as error:
        raise _refusing_service(error) from error


_NO_LOGIN = ("simon-login-not-found", "simon-login-unreadable")


def _without_login(error: UsageError) -> ServiceUnavailable:
    problem = error.problems[0]
    params = {**problem.params, "service": "Simon", "cause": "@cause-no-login"}
    return ServiceUnavailable(problem.code, more=error.problems[1:], **params)


def _refusing_service(error: RecordError) -> ServiceUnavailable:
    """Say whose trouble a refusal is that concerns no record: a list, or the account, was refused."""
    problem = error.problems[0]
    service = "Simon" if problem.code.startswith("simon") else "Sellsy"
    cause = " ".join(filter(None, (problem.params.get("sellsy_code"), problem.params.get("cause"))))
    params = {**problem.params, "service": service, "cause": cause or problem.code}
    return ServiceUnavailable(problem.code, more=error.problems[1:], **params)


def _journal_service_error(
    state: State, error: CredentialsRefused | ServiceUnavailable, account: Account, run_id: int
) -> list[Message]:
    """Journal a service that is down or refuses us, counted while it lasts; return it if it is new."""
    problem = error.problems[0]
    kind: MessageKind = kinds.SERVICE_UNAVAILABLE
    if isinstance(error, CredentialsRefused):
        kind = kinds.KINDS.get(problem.code, kinds.SELLSY_CREDENTIALS_REFUSED)
    named = problem.params.get("service", "").lower()
    service = named or ("simon" if kind.code.startswith("simon") else "sellsy")
    params = {"service": f"@{service}", "cause": problem.params.get("cause", problem.code)}
    # What has no words of the service has a sentence of ours.
    causes = () if "cause" in problem.params or problem.code == kind.code else (problem,)
    message = Message(kind, {name: params[name] for name in kind.parameters}, causes)
    new = state.journal.note(message, account.clocks.now(), run=run_id, record=service)
    return [message] if new else []


def exit_code_of(run: Run) -> ExitCode:
    """Say how a run that got to its end went: the most urgent thing that is left over."""
    state = run.state
    waiting = state.ledger.count(Status.WAITING) > 0
    if any(True for _ in state.attempts.unknown()) or (waiting and wait_in_force(run)):
        return ExitCode.UNKNOWN_OUTCOME
    if state.plans.waiting() is not None:
        return ExitCode.BRAKE
    if state.journal.open_count(Severity.ERROR):
        return ExitCode.NEEDS_SOMEONE
    return ExitCode.DONE
