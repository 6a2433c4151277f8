"""`deactivate`: stop both directions [4.4, 9.1]."""

from __future__ import annotations

import typer

from simonsync.cli.context import account_of
from simonsync.cli.invocation import context_of
from simonsync.cli.options import Yes
from simonsync.cli.output import Result
from simonsync.cli.steps import standing_of_account
from simonsync.errors import UsageError
from simonsync.messages.render import word


def deactivate(
    ctx: typer.Context,
    yes: Yes = False,  # noqa: FBT002 the parser's signature
) -> Result:
    """Stop both directions at once, after a confirmation [4.4, 9.1]."""
    from simonsync.account.activation import deactivate as stop
    from simonsync.cli.questions import confirm

    context = context_of(ctx)
    where = standing_of_account(context)
    if where.phase == "active" and not yes:
        question = word("deactivate-question", context.language)
        if not confirm(context, question, "--yes"):
            raise UsageError("not-confirmed")
    with account_of(context) as account:
        stopped = stop(account)
    context.output.line(word("deactivated" if stopped else "deactivated-already", context.language))
    return Result({"phase": standing_of_account(context).phase, "changed": stopped})
