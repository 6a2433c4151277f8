"""Figures of an account for a monitor, as Prometheus reads them from a text file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from simonsync import __version__
from simonsync.domain.phase import Phase
from simonsync.domain.reading import past
from simonsync.errors import ExitCode
from simonsync.messages.kinds import Severity
from simonsync.report.status import status_of
from simonsync.store.journal import JournalFilter
from simonsync.store.runs import RunRecord
from simonsync.store.state import State

DONE: Final = (ExitCode.DONE, ExitCode.NEEDS_SOMEONE, ExitCode.BRAKE, ExitCode.UNKNOWN_OUTCOME)
"""Exit codes of runs that did all their work; what waits for someone is another matter."""
COMMANDS: Final = ("sync", "pull", "push", "cleanup")


@dataclass(frozen=True, slots=True)
class CommandFigures:
    """The last run of a command, and when it last did all its work."""

    run: RunRecord
    last_success: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a monitor watches.

    Attributes:
        waiting, held, unknown: how many work orders are to be sent, need someone, have no certain outcome.
        oldest_unsent: when the longest waiting work order was archived.
        plan: whether deletions wait for an approval.
        to_look_at: how many drafts somebody is to look at before sending them.
        deletions: how many records are gone in Sellsy and go with the next cleanup.
        errors: how many errors are open, by code.
    """

    active: bool
    commands: Mapping[str, CommandFigures]
    waiting: int
    held: int
    unknown: int
    oldest_unsent: datetime | None
    plan: bool
    to_look_at: int
    deletions: int
    errors: Mapping[str, int]


def figures_of(state: State) -> Figures:
    """Gather the figures from the state; no service is asked."""
    status = status_of(state)
    commands: dict[str, CommandFigures] = {}
    for command in COMMANDS:
        run = state.runs.last(command=command)
        if run is not None:
            success = state.runs.last(command=command, exit_codes=DONE)
            # One that ended after the newest run ended in the future: our clock was wrong.
            at = None if success is None else past(success.finished_at, run.finished_at or run.started_at)
            commands[command] = CommandFigures(run, at)
    wanted = JournalFilter(severities=(Severity.ERROR,), only_open=True)
    errors = Counter(entry.message.kind.code for entry in state.journal.entries(wanted))
    return Figures(
        active=status.phase is Phase.ACTIVE,
        commands=commands,
        waiting=status.waiting,
        held=len(status.held),
        unknown=len(status.unknown),
        oldest_unsent=state.ledger.oldest_waiting(),
        plan=status.plan is not None,
        to_look_at=status.to_look_at,
        deletions=status.deletions,
        errors=errors,
    )


def metrics_text(figures: Figures, account: str) -> str:
    """Write the figures in Prometheus' text format; times are seconds since 1970, durations seconds."""
    lines: list[str] = []
    for name, help_text, samples in _metrics(figures):
        rows = [(dict(labels), value) for labels, value in samples]
        if rows:
            lines += [f"# HELP {_PREFIX}{name} {help_text}", f"# TYPE {_PREFIX}{name} gauge"]
        for labels, value in rows:
            shown = ",".join(f'{key}="{text}"' for key, text in {"account": account, **labels}.items())
            lines.append(f"{_PREFIX}{name}{{{shown}}} {value:.15g}")
    return "\n".join(lines) + "\n"


_PREFIX: Final = "simonsync_"
_Sample = tuple[Mapping[str, str], float]
_Metric = tuple[str, str, list[_Sample]]


def _metrics(figures: Figures) -> Iterator[_Metric]:
    yield "info", "Version of the program.", [({"version": __version__}, 1)]
    yield "active", "Whether the integration is active.", _one(figures.active)
    yield from _metrics_of_runs(figures.commands)
    yield "work_orders_waiting", "Work orders to be sent, held ones included.", _one(figures.waiting)
    yield "work_orders_held", "Work orders that need someone.", _one(figures.held)
    yield "work_orders_unknown", "Work orders whose outcome is not known yet.", _one(figures.unknown)
    yield (
        "oldest_unsent_work_order_timestamp_seconds",
        "When the longest waiting work order was archived; absent where none waits.",
        _one(figures.oldest_unsent),
    )
    yield "deletions_waiting", "Whether deletions wait for an approval.", _one(figures.plan)
    yield "drafts_to_look_at", "Drafts to look at before they are sent.", _one(figures.to_look_at)
    yield "records_gone", "Records gone in Sellsy that the next cleanup deletes.", _one(figures.deletions)
    yield (
        "open_errors",
        "Errors that need someone, by code.",
        [({"code": code}, count) for code, count in sorted(figures.errors.items())],
    )


def _metrics_of_runs(commands: Mapping[str, CommandFigures]) -> Iterator[_Metric]:
    ended = {name: each.run for name, each in commands.items() if each.run.finished_at is not None}
    yield (
        "last_success_timestamp_seconds",
        "When a command last did all its work.",
        [_of(name, each.last_success) for name, each in commands.items() if each.last_success],
    )
    yield (
        "last_run_timestamp_seconds",
        "When a command's last run began.",
        [_of(name, each.run.started_at) for name, each in commands.items()],
    )
    yield (
        "last_run_exit_code",
        "How a command's last run ended.",
        [_of(name, run.exit_code) for name, run in ended.items() if run.exit_code is not None],
    )
    yield (
        "last_run_duration_seconds",
        "How long a command's last run took.",
        [
            _of(name, (run.finished_at - run.started_at).total_seconds())
            for name, run in ended.items()
            if run.finished_at
        ],
    )
    yield (
        "last_run_requests",
        "Requests that a command's last run sent to a service.",
        [
            ({"command": name, "service": service}, count)
            for name, run in ended.items()
            for service, count in (("sellsy", run.sellsy_requests), ("simon", run.simon_requests))
        ],
    )


def _one(value: float | datetime | None) -> list[_Sample]:
    return [] if value is None else [({}, _number(value))]


def _of(command: str, value: float | datetime) -> _Sample:
    return {"command": command}, _number(value)


def _number(value: float | datetime) -> float:
    return value.timestamp() if isinstance(value, datetime) else value
