"""How the doctor works: one check after the other, each of them harmless, each with its finding in words.

A check never raises; one whose prerequisite failed is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from simonsync.config.credentials import Credentials
from simonsync.config.schema import Configuration
from simonsync.domain.records import SellsyAccount
from simonsync.errors import SimonsyncError, Stopped
from simonsync.files import is_there
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language, finding, sentence
from simonsync.store.opening import open_state
from simonsync.store.phases import Activation
from simonsync.store.state import State
from simonsync.sync.ports import SellsyReader, SimonReader

Shown = Callable[[Mapping[str, str]], Mapping[str, str]]
"""Turns the parameters of a text into those that are shown."""


class Verdict(StrEnum):
    """What came of a check."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked; `remedy` is empty where nothing is to be done."""

    name: str
    result: Verdict
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Setup:
    """How to get at what is checked; each of these may raise what it has to say.

    Attributes:
        sellsy, simon: make the adapters; nothing is asked of the services yet.
        shown: how what was found is shown; `support-bundle` leaves names out.
    """

    configuration: Callable[[], Configuration]
    credentials: Callable[[], Credentials]
    sellsy: Callable[[], SellsyReader]
    simon: Callable[[], SimonReader]
    now: Callable[[], datetime]
    environ: Mapping[str, str]
    language: Language
    shown: Shown = dict


class Finding(NamedTuple):
    """What a check found, in no language yet; `problems` are told in the place of `{problems}`."""

    result: Verdict
    code: str
    params: Mapping[str, str] = {}
    problems: tuple[Message, ...] = ()


def ok(code: str, **params: str) -> Finding:
    """Everything is in order."""
    return Finding(Verdict.OK, code, params)


def warning(code: str, **params: str) -> Finding:
    """Somebody should look at this."""
    return Finding(Verdict.WARNING, code, params)


def error(code: str, **params: str) -> Finding:
    """This must be put right."""
    return Finding(Verdict.ERROR, code, params)


def skipped(code: str, **params: str) -> Finding:
    """There is nothing to check (yet)."""
    return Finding(Verdict.SKIPPED, code, params)


def wrong(problems: Iterable[Message]) -> Finding:
    """Tell problems that have sentences of their own."""
    return Finding(Verdict.ERROR, "refused", {}, tuple(problems))


@dataclass
class Bench:
    """What the checks look at, got once and only when it is asked for.

    Attributes:
        clocks: how far ours is before each service's, measured when it answered.
    """

    setup: Setup
    closing: ExitStack
    clocks: dict[str, timedelta] = field(default_factory=dict)

    @cached_property
    def configuration(self) -> Configuration:
        """The configuration. Raises UsageError."""
        return self.setup.configuration()

    @cached_property
    def credentials(self) -> Credentials:
        """The credentials. Raises UsageError."""
        return self.setup.credentials()

    @cached_property
    def state(self) -> State | None:
        """The state; None where there is none yet. Raises StateUnusable."""
        path = self.configuration.database
        return self.closing.enter_context(open_state(path)) if is_there(path) else None

    @cached_property
    def activation(self) -> Activation:
        """Where the account stands. Raises StateUnusable."""
        return Activation() if self.state is None else self.state.activation.get()

    @cached_property
    def sellsy(self) -> SellsyReader:
        """Sellsy; nothing is asked of it yet."""
        return self.setup.sellsy()

    @cached_property
    def simon(self) -> SimonReader:
        """Simon; nothing is asked of it yet."""
        return self.setup.simon()

    @cached_property
    def account(self) -> SellsyAccount:
        """Whose account this is in Sellsy: asked there. Raises CredentialsRefused, ServiceUnavailable."""
        try:
            return self.sellsy.account()
        finally:
            self.note_clock("sellsy", self.sellsy.server_time())

    def note_clock(self, service: str, its_time: datetime | None) -> None:
        """Compare our clock with a service's, at once: its answer has just come."""
        if its_time is not None:
            self.clocks[service] = self.setup.now() - its_time

    @property
    def zone(self) -> tzinfo:
        """The reader's zone, as far as it is known."""
        return self.configuration.zone if "configuration" in self.__dict__ else UTC


class Probe(NamedTuple):
    """One check: what must not have failed before, and what is looked at."""

    name: str
    needs: tuple[str, ...]
    look: Callable[[Bench], Finding]


def carry_out(probes: Iterable[Probe], setup: Setup) -> Iterator[Check]:
    """Make the checks, and give each as soon as it is made. Raises Stopped and nothing else."""
    failed: set[str] = set()
    with ExitStack() as closing:
        bench = Bench(setup, closing)
        for probe in probes:
            lacking = [name for name in probe.needs if name in failed]
            found = _blocked(lacking) if lacking else _found(probe, bench)
            if lacking or found.result is Verdict.ERROR:
                failed.add(probe.name)
            yield _told(probe.name, found, bench)


def _blocked(lacking: list[str]) -> Finding:
    return skipped("skipped", checks=", ".join(f"@doctor-{name}" for name in lacking))


def _found(probe: Probe, bench: Bench) -> Finding:
    try:
        return probe.look(bench)
    except Stopped:
        raise
    except SimonsyncError as refusal:
        return wrong(refusal.problems)
    except Exception as bug:  # noqa: BLE001 a check that fails in an unforeseen way is a finding, too
        return error("check-failed", kind=type(bug).__name__)


def _told(name: str, found: Finding, bench: Bench) -> Check:
    language = bench.setup.language
    params = dict(bench.setup.shown(found.params))
    if found.problems:
        problems = [Message(each.kind, bench.setup.shown(each.params)) for each in found.problems]
        params["problems"] = " ".join(sentence(problem, language, bench.zone) for problem in problems)
    text, remedy = finding(found.code, params, language, bench.zone)
    return Check(name, found.result, text, remedy)
