"""The door of the program: arguments in, one exit code out; every exception becomes a sentence here."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simonsync.cli.commands import Commands, CommandTexts, ParserCommand, localise, new_app
from simonsync.cli.start import LanguageCode, Options, Session, locale_language, scan

if TYPE_CHECKING:
    from simonsync.cli.output import Result

PROGRAM = "simonsync"
GROUPS = ("schedule",)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code; whatever goes wrong is told in one sentence."""
    session = Session(scan(arguments, GROUPS), os.environ, Path.cwd())
    _let_every_text_through(as_json=session.start.as_json)
    try:
        code = _run(arguments, session)
        sys.stdout.flush()
    except BrokenPipeError:
        # `simonsync --help | head -1`: who listened has gone, and there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _run(arguments: Sequence[str], session: Session) -> int:
    try:
        outcome = command_group(session).main(
            list(arguments), prog_name=PROGRAM, standalone_mode=False, obj=session
        )
    except SystemExit as ended:
        # Completion scripts and the like: the parser has printed, and tells its code.
        return int(ended.code or 0)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 the one place where nothing may pass
        from simonsync.cli.failures import result_of

        outcome = result_of(error, session)
    if isinstance(outcome, int):
        if outcome == 0:
            return 0
        from simonsync.cli.failures import result_of

        # The parser's word for Ctrl-C.
        outcome = result_of(KeyboardInterrupt(), session)
    return _finish(outcome, session)


def _finish(result: Result | None, session: Session) -> int:
    """Print what a command had to say, and return its code."""
    from simonsync.cli.output import Result

    result = result or Result()
    context = session.context
    if context.output.as_json:
        context.output.document(context.command, context.account, result, context.language)
    else:
        for message in result.messages:
            context.output.tell(message, context.language)
    return int(result.exit_code)


def command_group(session: Session) -> ParserCommand:
    """Build the parser; the commands themselves are imported when they are called."""
    texts = CommandTexts(session.options.lang or locale_language(session.environ))
    app = new_app(cls=Commands, add_completion=True, no_args_is_help=True)
    app.callback()(global_options)
    group: ParserCommand = typer.main.get_command(app)
    group.help = texts.summaries[""]
    group.texts = texts
    localise(group, "", texts)
    return group


def _print_version(ctx: typer.Context, wanted: bool) -> None:  # noqa: FBT001 the parser's signature
    if not wanted or ctx.resilient_parsing:
        return
    from simonsync import __version__

    session = ctx.find_object(Session)
    if session and session.start.as_json:
        from simonsync.cli.output import Result

        session.context.output.document("", "", Result({"version": __version__}), session.context.language)
    else:
        typer.echo(f"{PROGRAM} {__version__}")
    raise typer.Exit


def global_options(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE")] = None,
    account: Annotated[str | None, typer.Option("--account", metavar="NAME")] = None,
    lang: Annotated[LanguageCode | None, typer.Option("--lang")] = None,
    quiet: Annotated[bool, typer.Option("--quiet")] = False,  # noqa: FBT002 the parser's signature
    verbose: Annotated[bool, typer.Option("--verbose")] = False,  # noqa: FBT002 likewise
    version: Annotated[  # noqa: ARG001, FBT002 handled by its callback
        bool, typer.Option("--version", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that every command understands."""
    session = ctx.find_object(Session)
    if session:
        session.options = Options(config, account, lang, quiet=quiet, verbose=verbose)


def _let_every_text_through(*, as_json: bool) -> None:
    """Print what a terminal's old encoding cannot show as `?`, rather than fail; JSON is always UTF-8."""
    for channel in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(channel, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
            if as_json and channel is sys.stdout:
                reconfigure(encoding="utf-8")
