"""`status`: where the account stands, and what waits for whom [6.4]."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from simonsync.cli.context import Context, clock_of, opened_state
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.files import is_there
from simonsync.messages.render import moment, word

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from simonsync.report.status import AccountStatus


def status(ctx: typer.Context) -> Result:
    """Show where the account stands, and what waits for whom."""
    from simonsync.report.status import status_as_json

    context = context_of(ctx)
    found = status_of_account(context)
    if not context.output.as_json:
        _print_status(context, found)
    return Result(status_as_json(found))


def status_of_account(context: Context) -> AccountStatus:
    """Gather the status; no service is asked. Raises UsageError."""
    from simonsync.report.status import NEVER_ACTIVATED, status_of

    with opened_state(context) as state:
        found = NEVER_ACTIVATED if state is None else status_of(state)
    if found.active:
        from simonsync.host.timers import next_sync

        configuration = context.configuration
        next_run = next_sync(configuration.account, configuration.file, context.environ, clock_of(context)())
        found = replace(found, next_run=next_run)
    return found


def _print_status(context: Context, found: AccountStatus) -> None:
    language = context.language

    def shown(at: datetime | None) -> str:
        return moment(at, context.zone, language) if at else word("no-date", language)

    out = context.output
    _print_phase(context, found)
    out.line(f"{word('begin', language)} {shown(found.since)}   {word('end', language)} {shown(found.until)}")
    out.line()
    out.table(
        [word(name, language) for name in ("column-simon-table", "column-simon-mutation", "column-updated")],
        [
            (word(f"stream-{row.table}", language), shown(row.simon_mutation), shown(row.updated))
            for row in found.streams
        ],
    )
    out.line()
    _print_next(context, found)


def print_standing(context: Context, found: AccountStatus) -> None:
    """Print the status without the manual's table: phase, last run, and what comes next."""
    _print_phase(context, found)
    _print_next(context, found)


def _print_phase(context: Context, found: AccountStatus) -> None:
    context.output.line(
        f"{word('status', context.language)} {word(f'phase-{found.phase}', context.language)}",
        Style.GOOD if found.active else Style.WARNING,
    )


def _print_next(context: Context, found: AccountStatus) -> None:
    configuration = context.configuration
    if not is_there(configuration.database):
        # Another --account, or a folder that is not mounted, looks like a new one.
        place = {"account": configuration.account, "path": str(configuration.state)}
        context.output.line(word("state-none", context.language).format_map(place), Style.WARNING)
    for line in _runs(context, found):
        context.output.line(*line, indent="  ")
    context.output.line(*_summary(context, found))


def _runs(context: Context, found: AccountStatus) -> Iterator[tuple[str, Style]]:
    """Say what the last run came to, and when the next one begins."""
    language, run = context.language, found.last_run
    if run is not None:
        began = moment(run.started_at, context.zone, language)
        result = word("run-unfinished" if run.exit_code is None else f"run-ended-{run.exit_code}", language)
        style = Style.GOOD if run.exit_code == 0 else Style.WARNING
        yield f"{word('summary-last-run', language)} {run.command}, {began} – {result}", style
    if found.next_run is not None:
        yield (
            f"{word('summary-next-run', language)} {moment(found.next_run, context.zone, language)}",
            Style.PLAIN,
        )
    elif found.active:
        yield f"{word('summary-no-timer', language)} simonsync schedule install", Style.WARNING


def _summary(context: Context, found: AccountStatus) -> tuple[str, Style]:
    """Say in one line what waits and what needs someone."""
    language = context.language
    parts = [f"{word('summary-waiting', language)} {found.waiting}"]
    if found.held:
        parts.append(f"{word('summary-held', language)} {', '.join(found.held)}")
    if found.unknown:
        parts.append(f"{word('summary-unknown', language)} {', '.join(found.unknown)}")
    if found.dormant:
        parts.append(f"{word('summary-dormant', language)} {found.dormant}")
    if found.plan:
        parts.append(f"{word('summary-plan', language)} {found.plan}")
    if found.deletions:
        parts.append(f"{word('summary-deletions', language)} {found.deletions} (simonsync cleanup)")
    if any(found.not_ready.values()):
        shown = word("summary-einvoice", language).format_map(found.not_ready)
        parts.append(f"{shown} (simonsync einvoicing)")
    if found.errors:
        parts.append(f"{word('summary-errors', language)} {found.errors} (simonsync log --errors)")
    if found.to_look_at:
        shown = f"{word('summary-to-look-at', language)} {found.to_look_at}"
        parts.append(f"{shown} (simonsync log --warnings)")
    if found.warnings:
        shown = f"{word('summary-warnings', language)} {found.warnings}"
        parts.append(f"{shown} (simonsync log --warnings)")
    needs_someone = found.held or found.unknown or found.plan or found.errors
    if not found.active:
        parts.append(f"{word('summary-start', language)} simonsync activate")
    elif not any(row.updated for row in found.streams):
        parts.append(f"{word('summary-first', language)} simonsync sync")
    elif not found.waiting and not needs_someone:
        parts.append(word("summary-fine", language))
    return " · ".join(parts), Style.ERROR if needs_someone else Style.GOOD
