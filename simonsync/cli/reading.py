"""The commands that only read: `log`, `status`, `preview`, `explain` [3.4, 6.4, 8]."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli import completion
from simonsync.cli.context import Context, context_of
from simonsync.cli.output import Result, Style
from simonsync.cli.values import list_of, moment_of
from simonsync.errors import ExitCode, UsageError
from simonsync.messages.kinds import Severity, Table
from simonsync.messages.render import moment, render, word

if TYPE_CHECKING:
    from datetime import datetime

    from simonsync.operate.preview import Preview
    from simonsync.report.status import AccountStatus
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
        return _export(context, wanted, last, export)
    if follow:
        try:
            _follow(context, wanted, last)
        except KeyboardInterrupt:
            # To be stopped is how it ends: the code tells it, no words are needed.
            return Result(exit_code=ExitCode.INTERRUPTED)
        return None
    with opened_state(context) as state:
        if state is None:
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
    return None


def _export(context: Context, wanted: JournalFilter, last: int | None, path: str) -> Result:
    """Write the entries into a file; its ending says in which form."""
    from simonsync.report.export import exporter_of

    write = exporter_of(path)
    if write is None:
        raise UsageError("export-form-unknown", path=path)
    with opened_state(context) as state:
        try:
            with (
                closing(state.journal.entries(wanted, last=last) if state else _none()) as entries,
                (context.folder / path).open("w", encoding="utf-8", newline="") as file,
            ):
                write(entries, file, context.language, context.zone)
        except OSError as error:
            raise UsageError("file-not-writable", path=path, cause=error.strerror or "") from None
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
        entry.number or entry.record,
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


@contextmanager
def opened_state(context: Context) -> Iterator[State | None]:
    """Open the state to read; None where the account has none yet. Raises UsageError."""
    from simonsync.config.state_folder import check_state_folder
    from simonsync.store.state import open_state

    configuration = context.configuration
    check_state_folder(configuration.state, to_write=False)
    if not configuration.database.exists():
        yield None
        return
    with open_state(configuration.database) as state:
        yield state


def _now(context: Context) -> datetime:
    from simonsync.cli.account import clock_of

    return clock_of(context)()


def preview(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", autocompletion=completion.work_orders)],
    pdf: Annotated[str | None, typer.Option("--pdf", metavar="FILE")] = None,
) -> Result:
    """Show the draft that a work order would become; nothing is written."""
    from simonsync.cli.account import account_of
    from simonsync.domain.draft import DraftInvoice
    from simonsync.operate.preview import preview_of
    from simonsync.report.draft import draft_as_json

    context = context_of(ctx)
    with account_of(context) as account:
        found = preview_of(account, number)
    if not context.output.as_json:
        from simonsync.cli.draft_table import print_draft

        print_draft(context, found)
    if pdf is not None:
        _write_pdf(context, pdf, found)
    data = draft_as_json(found.number, found.decision, context.language, context.zone)
    told = found.decision.warnings if isinstance(found.decision, DraftInvoice) else (found.decision,)
    return Result(data, ExitCode.DONE, told)


def _write_pdf(context: Context, path: str, found: Preview) -> None:
    from simonsync.domain.draft import DraftInvoice
    from simonsync.pdf import draw_preview

    if not isinstance(found.decision, DraftInvoice):
        return
    content = draw_preview(found.decision, found.firm, found.customer_name, context.language)
    try:
        (context.folder / path).write_bytes(content)
    except OSError as error:
        raise UsageError("file-not-writable", path=path, cause=error.strerror or "") from None
    context.output.note(f"{word('file-written', context.language)} {path}", Style.GOOD)
