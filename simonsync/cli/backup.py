"""`backup`: save the state."""

from __future__ import annotations

import typer

from simonsync.cli.context import account_of
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result, labelled
from simonsync.cli.style import Style


def backup(ctx: typer.Context) -> Result:
    """Save a consistent copy of the state, also while a sync runs."""
    from simonsync.account.backup import backup as save

    context = context_of(ctx)
    with account_of(context) as account:
        made = save(account, context.configuration.backup.keep)
    context.output.line(labelled("backup", str(made.path), context.language), Style.GOOD)
    if made.rotated:
        names = ", ".join(path.name for path in made.rotated)
        context.output.note(labelled("backup-rotated", names, context.language), Style.FAINT)
    return Result({"path": made.path, "rotated": made.rotated})
