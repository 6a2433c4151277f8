"""`browse`: the state file in a browser, to look at and to ask."""

from __future__ import annotations

from typing import Annotated

import typer

from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.errors import ExitCode, Stopped, UsageError
from simonsync.messages.render import word


def browse(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, show_default=False)] = 0,
) -> Result:
    """Show the state file until a signal comes."""
    from simonsync.cli.context import opened_state
    from simonsync.cli.signals import Stopper
    from simonsync.host.browse import browsing

    context = context_of(ctx)
    configuration, language = context.configuration, context.language
    # A file that is new, foreign or broken is told about as everywhere else.
    with opened_state(context) as state:
        if state is None:
            raise UsageError("browse-no-state", path=str(configuration.database))
    stopper = Stopper()
    with stopper.listening():
        try:
            with browsing(
                configuration.database, configuration.account, language, port=port, check=stopper.check
            ) as shown:
                context.output.line(shown.url, Style.STRONG)
                context.output.note(word("browse-open", language), Style.FAINT)
                data = {"url": shown.url, "database": shown.database}
                if context.output.as_json:
                    context.output.document(context.command, context.account, Result(data), language)
                while shown.running():
                    stopper.sleep(0.5)
                    stopper.check()
        except Stopped as stopped:
            # To be stopped is how it ends: the code tells it, no words are needed.
            return Result(exit_code=stopped.exit_code)
    return Result(data, ExitCode.DONE)
