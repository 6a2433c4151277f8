"""The first screen, `simonsync` alone: where the account stands, the next step, and the commands for it."""

from __future__ import annotations

from importlib import import_module

import typer

from simonsync.cli.commands import GROUPS
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.status import print_standing, status_of_account
from simonsync.cli.style import Style
from simonsync.errors import UsageError
from simonsync.messages.render import sentence, word


def welcome(ctx: typer.Context) -> Result:
    """Say where the account stands and what comes next, then name the commands; no service is asked."""
    context = context_of(ctx)
    out, language = context.output, context.language
    result = Result()
    try:
        print_standing(context, status_of_account(context))
    except UsageError as error:
        if error.code == "config-not-found":
            # Somebody has just installed it.
            out.line(sentence(error.problems[0], language))
            out.line(f"{word('welcome-try', language)} simonsync demo", Style.GOOD)
        else:
            result = Result(exit_code=error.exit_code, messages=error.problems)
    out.line()
    headings: dict[str, str] = import_module(f"simonsync.messages.texts.{language}.commands").GROUPS
    for group, names in GROUPS.items():
        out.line(headings[group], Style.STRONG)
        out.line(f"  {', '.join(names)}")
    out.line(f"{word('welcome-help', language)} simonsync help activate", Style.FAINT)
    return result
