"""The door of the program: arguments in, one exit code out; every exception becomes a sentence here."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simonsync.cli.commands import COMMANDS
from simonsync.cli.invocation import Invocation
from simonsync.cli.start import scan

if TYPE_CHECKING:
    from simonsync.cli.output import Result

PROGRAM = "simonsync"
NARROW = 52
"""Columns below which the parser's own layout of the help would be wider than the terminal."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code; whatever goes wrong is told in one sentence."""
    groups = [name for name, command in COMMANDS.items() if command.below]
    session = Invocation(scan(arguments, groups), os.environ, _folder())
    _let_every_text_through(as_json=session.start.as_json)
    try:
        code = _version(session) if session.start.version else _run(arguments, session)
        sys.stdout.flush()
    except BrokenPipeError:
        # `simonsync --help | head -1`: who listened has gone, and there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _version(session: Invocation) -> int:
    """Print the version; not even the parser is needed for that."""
    from simonsync import __version__

    if session.start.as_json:
        from simonsync.cli.output import Result

        return _finish(Result({"version": __version__}), session)
    sys.stdout.write(f"{PROGRAM} {__version__}\n")
    return 0


def _run(arguments: Sequence[str], session: Invocation) -> int:
    if session.start.options.record is None:
        outcome = carry_out(arguments, session)
    else:
        from simonsync.cli.record import record

        outcome = record(arguments, session, carry_out)
    if isinstance(outcome, int):
        return outcome
    try:
        return _finish(outcome, session)
    except Exception as error:  # noqa: BLE001 likewise: a result that cannot be printed
        from simonsync.cli.failures import result_of

        return _finish(result_of(error, session), session)


def carry_out(arguments: Sequence[str], session: Invocation) -> Result | int:
    """Run one command and return what it has to say; a code where the parser has said it."""
    from simonsync.cli.completion import whole_words
    from simonsync.cli.parser import command_group

    try:
        with whole_words(os.environ):
            outcome = command_group(session).main(
                list(arguments),
                prog_name=PROGRAM,
                standalone_mode=False,
                obj=session,
                terminal_width=_width(),
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
    from simonsync.cli.output import Result

    return outcome or Result()


def _finish(result: Result, session: Invocation) -> int:
    """Print what a command had to say, and return its code."""
    context = session.context
    if context.output.as_json:
        context.output.document(context.command, context.account, result, context.language)
    for message in result.messages:
        context.output.tell(message, context.language)
    if context.output.failure:
        from simonsync.errors import ExitCode
        from simonsync.messages.kinds import Message

        context.output.tell(Message.of("output-failed", {"cause": context.output.failure}), context.language)
        return int(result.exit_code or ExitCode.USAGE)
    return int(result.exit_code)


def _width() -> int | None:
    """Return the width of the help on a narrow terminal; the parser would not go below 50."""
    from shutil import get_terminal_size

    columns = get_terminal_size().columns
    return columns - 2 if columns < NARROW else None


def _folder() -> Path:
    """Return the working folder; one that was deleted meanwhile has no configuration file either."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")


def _let_every_text_through(*, as_json: bool) -> None:
    """Print what a terminal's old encoding cannot show as the nearest it can; JSON is always UTF-8."""
    codecs.register_error(PROGRAM, _nearest)
    for channel in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(channel, "reconfigure", None)
        if reconfigure:
            reconfigure(errors=PROGRAM)
            if as_json and channel is sys.stdout:
                reconfigure(encoding="utf-8")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    from simonsync.cli.signs import nearest

    return nearest(error)
