"""The one switch from exceptions to exit codes and sentences."""

from __future__ import annotations

import re
from typing import Any

import typer

from simonsync.cli.invocation import Invocation
from simonsync.cli.output import Result
from simonsync.cli.start import GLOBAL
from simonsync.errors import ExitCode, SimonsyncError
from simonsync.messages.kinds import Message

# Typer does not export the exceptions of its parser.
ParserError = Any


def result_of(error: BaseException, session: Invocation) -> Result:
    """Say what an exception means: exit code, and one sentence per problem.

    What nobody foresaw is a bug: the sentence asks for a report, and `--verbose` shows the traceback, without
    the values of credentials.
    """
    match error:
        case SimonsyncError():
            return Result(exit_code=error.exit_code, messages=error.problems)
        case KeyboardInterrupt():
            return Result(exit_code=ExitCode.INTERRUPTED, messages=(Message.of("stopped"),))
        case typer.Abort():
            # A question to which the input had no answer: it ended.
            return Result(exit_code=ExitCode.USAGE, messages=(Message.of("answer-missing"),))
        case Exception() if hasattr(error, "format_message") and hasattr(error, "ctx"):
            if type(error).__name__ == "NoArgsIsHelpError" and not session.start.as_json:
                session.context.output.technical(str(error))
                return Result(exit_code=ExitCode.USAGE)
            return Result(exit_code=ExitCode.USAGE, messages=(_usage_problem(error),))
    _show_traceback(error, session)
    bug = Message.of("bug", {"kind": type(error).__name__, "place": _place(error)})
    return Result(exit_code=ExitCode.BUG, messages=(bug,))


def _usage_problem(error: ParserError) -> Message:
    """Say in the reader's language what the parser did not understand; names tell its exceptions apart."""
    match type(error).__name__:
        case "NoArgsIsHelpError":
            return Message.of("usage-command-missing")
        case "UsageError" if error.message == "Missing command.":
            return Message.of("usage-command-missing")
        case "NoSuchOption":
            option = str(getattr(error, "option_name", ""))
            if option in GLOBAL:
                return Message.of("usage-option-goes-first", {"option": option})
            nearest = sorted(getattr(error, "possibilities", None) or ())
            if nearest:
                return Message.of(
                    "usage-unknown-option-near", {"option": option, "nearest": ", ".join(nearest)}
                )
            return Message.of("usage-unknown-option", {"option": option})
        case "MissingParameter":
            return Message.of("usage-value-missing", {"name": _parameter_name(error)})
        case "BadOptionUsage":
            option = str(getattr(error, "option_name", ""))
            if "not take" in error.message:
                return Message.of("usage-no-value", {"option": option})
            return Message.of("usage-value-missing", {"name": option})
        case "BadParameter" if hasattr(error.param.type, "choices"):
            typed = re.match(r"'(.*)' is not one of", error.message)
            allowed = ", ".join(str(choice) for choice in error.param.type.choices)
            given = {"option": _parameter_name(error), "value": typed[1] if typed else ""}
            return Message.of("usage-list", {**given, "allowed": allowed})
        case "BadParameter" if hasattr(error.param.type, "min"):
            least, most = error.param.type.min, error.param.type.max
            limits = f"≥ {least}" if most is None else f"{least}–{most}"
            return Message.of("usage-number", {"name": _parameter_name(error), "range": limits})
        case "UsageError" if unknown := re.match(r"No such command '(.*)'", error.message):
            return Message.of("usage-unknown-command", {"name": unknown[1]})
        case "UsageError" if surplus := re.search(r"unexpected extra arguments?\S* \((.*)\)", error.message):
            return Message.of("usage-too-many", {"value": surplus[1]})
        case "BadParameter":
            return Message.of("usage-value-wrong", {"name": _parameter_name(error), "cause": error.message})
    return Message.of("usage", {"cause": error.format_message().rstrip(".")})


def _parameter_name(error: ParserError) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name.upper())


def _place(error: BaseException) -> str:
    """Name the innermost line of ours, so that a report without a traceback is of use."""
    place = "?"
    trace = error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("simonsync"):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _show_traceback(error: BaseException, session: Invocation) -> None:
    if not session.options.verbose:
        return
    import traceback

    from simonsync.cli.technical import without_known_secrets

    text = "".join(traceback.format_exception(error))
    session.context.output.technical(without_known_secrets(text, session.environ))
