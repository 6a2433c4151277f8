"""`log`: the journal of messages [8]."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli import completion
from simonsync.cli.context import Context, clock_of, opened_state, place_for
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.cli.values import list_of, moment_of
from simonsync.domain.phase import Phase
from simonsync.errors import ExitCode, UsageError
from simonsync.messages.kinds import Severity, Table
from simonsync.messages.render import moment, render, word

if TYPE_CHECKING:
    from datetime import datetime

    from simonsync.store.journal import Entry, JournalFilter
    from simonsync.store.state import State

FOLLOW_PAUSE = 1.0
"""Seconds between two looks into the journal while it is followed."""
_NEWEST = 100
ICONS = {Severity.INFO: "●", Severity.WARNING: "▲", Severity.ERROR: "✖"}


def log(  # noqa: PLR0913, PLR0917 one parameter per option
    ctx: typer.Context,
    errors: Annotated[bool, typer.Option("--errors")] = False,  # noqa: FBT002 the parser's signature
    warnings: Annotated[bool, typer.Option("--warnings")] = False,  # noqa: FBT002 likewise
    show_all: Annotated[bool, typer.Option("--all")] = False,  # noqa: FBT002 likewise
    table: Annotated[
        str, typer.Option("--table", metavar="T", autocompletion=completion.journal_tables)
    ] = "",
    record: Annotated[str | None, typer.Option("--record", metavar="R")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="WHEN")] = None,
    follow: Annotated[bool, typer.Option("--follow")] = False,  # noqa: FBT002 likewise
    last: Annotated[int | None, typer.Option("-n", metavar="N", min=1)] = None,
    export: Annotated[str | None, typer.Option("--export", metavar="FILE")] = None,
    locale: Annotated[bool, typer.Option("--locale")] = False,  # noqa: FBT002 likewise
) -> Result | None:
    """Show the journal, oldest first."""
    from simonsync.report.journal import entry_as_json
    from simonsync.store.journal import JournalFilter

    context = context_of(ctx)
    severities = [
        severity for severity, wanted in ((Severity.WARNING, warnings), (Severity.ERROR, errors)) if wanted
    ]
    tables = list_of(table, tuple(Table), "--table")
    wanted = JournalFilter(
        severities=severities or tuple(Severity),
        table=Table(tables[0]) if table else None,
        record=record,
        since=moment_of(since, _now(context), context.zone, "--since") if since else None,
        only_open=bool(severities) and not show_all,
    )
    if export is not None:
        return _export(context, wanted, last, export, in_locale=locale)
    if follow:
        try:
            _follow(context, wanted, last)
        except KeyboardInterrupt:
            # To be stopped is how it ends: the code tells it, no words are needed.
            return Result(exit_code=ExitCode.INTERRUPTED)
        return None
    with opened_state(context) as state:
        if state is None:
            if not context.output.as_json:
                _tell_beginning(context)
            return Result({"entries": []})
        entries = state.journal.entries(wanted, last=last)
        if context.output.as_json:
            return Result(
                {"entries": [entry_as_json(entry, context.language, context.zone) for entry in entries]}
            )
        _highest_mutation(context, state)
        shown = False
        # `log | head -1` leaves off in the middle: the query ends before the state is closed.
        with closing(entries):
            for entry in entries:
                if context.output.closed:
                    break
                shown = True
                _print_entry(context, entry)
        if not shown:
            context.output.line(word("log-empty", context.language))
            if state.activation.get().phase is Phase.NEVER_ACTIVATED:
                _tell_beginning(context)
    return None


def _tell_beginning(context: Context) -> None:
    """Say why the journal of an account that was never activated is empty."""
    context.output.line(f"{word('log-before-activation', context.language)} simonsync activate")


def _export(
    context: Context, wanted: JournalFilter, last: int | None, path: str, *, in_locale: bool
) -> Result:
    """Write the entries into a file; its ending says in which form."""
    from simonsync.files import not_writable, replacing_text
    from simonsync.report.export import exporter_of

    write = exporter_of(path, in_locale=in_locale)
    if write is None:
        raise UsageError("export-form-unknown", path=path)
    place = place_for(context, path)
    with opened_state(context) as state:
        try:
            with (
                closing(state.journal.entries(wanted, last=last) if state else _none()) as entries,
                replacing_text(place) as file,
            ):
                write(entries, file, context.language, context.zone)
        except OSError as error:
            raise not_writable(place, error) from None
    context.output.note(f"{word('file-written', context.language)} {path}", Style.GOOD)
    return Result({"path": path})


def _none() -> Generator[Entry]:
    """Give no entries: those of an account without a state."""
    yield from ()


def _follow(context: Context, wanted: JournalFilter, last: int | None) -> None:
    """Show what is there, then each new or repeated entry as it comes, until somebody stops it."""
    from simonsync.report.journal import entry_as_json

    seen: dict[int, datetime] = {}
    first = True
    while not context.output.closed:
        with opened_state(context) as state:
            # Without a number the first look shows the whole journal; later ones only what may be new.
            newest = (max(last, _NEWEST) if last else None) if first else _NEWEST
            entries = list(state.journal.entries(wanted, last=newest)) if state else []
        if first and last:
            # Those before were not asked for: they are known, and not shown.
            seen = {entry.id: entry.last_at for entry in entries[:-last]}
        for entry in entries:
            if seen.get(entry.id) == entry.last_at:
                continue
            seen[entry.id] = entry.last_at
            if context.output.as_json:
                context.output.json_line(entry_as_json(entry, context.language, context.zone))
            else:
                _print_entry(context, entry)
        first = False
        time.sleep(FOLLOW_PAUSE)


def _print_entry(context: Context, entry: Entry) -> None:
    language, kind = context.language, entry.message.kind
    text, action = render(entry.message, language, context.zone, record=entry.number or entry.record)
    style = {
        Severity.ERROR: Style.ERROR,
        Severity.WARNING: Style.WARNING,
        Severity.INFO: Style.NEWS if kind.news else Style.NOTHING_TO_DO,
    }[kind.severity]
    if entry.cured_at is not None:
        style = Style.FAINT
    parts = [
        moment(entry.last_at, context.zone, language),
        ICONS[kind.severity],
        word(f"table-{entry.table}", language),
        # Simon's Ids are for programs; what a text is about has a name in it.
        entry.number,
        text,
    ]
    if entry.times > 1:
        parts.append(f"(× {entry.times})")
    context.output.line("  ".join(part for part in parts if part), style, indent="    ")
    if entry.cured_at is not None:
        at = moment(entry.cured_at, context.zone, language)
        run = f" (#{entry.cured_run})" if entry.cured_run else ""
        context.output.line(f"    ✔ {word('cured', language)} {at}{run}", Style.FAINT)
    elif action and kind.severity is not Severity.INFO:
        context.output.line(f"    → {action}", style, indent="      ")


def _highest_mutation(context: Context, state: State) -> None:
    """Show the manual's green icon: the last mutation that came through [7.2]."""
    from simonsync.report.status import status_of

    highest = status_of(state).highest_mutation
    if highest is not None:
        shown = moment(highest, context.zone, context.language)
        context.output.line(f"● {word('highest-mutation', context.language)} {shown}", Style.GOOD)


def _now(context: Context) -> datetime:

    return clock_of(context)()
