"""`status`: where the account stands, and what waits for whom [6.4]."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from simonsync.cli.context import Context, opened_state
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.messages.render import moment, word

if TYPE_CHECKING:
    from datetime import datetime

    from simonsync.report.status import AccountStatus


def status(ctx: typer.Context) -> Result:
    """Show where the account stands, and what waits for whom."""
    from simonsync.report.status import NEVER_ACTIVATED, status_as_json, status_of

    context = context_of(ctx)
    with opened_state(context) as state:
        found = NEVER_ACTIVATED if state is None else status_of(state)
    if not context.output.as_json:
        _print_status(context, found)
    return Result(status_as_json(found))


def _print_status(context: Context, found: AccountStatus) -> None:
    language = context.language

    def shown(at: datetime | None) -> str:
        return moment(at, context.zone, language) if at else word("no-date", language)

    out = context.output
    out.line(
        f"{word('status', language)} {word(f'phase-{found.phase}', language)}",
        Style.GOOD if found.active else Style.WARNING,
    )
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
    out.line(*_summary(context, found))


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
