"""`sync`: pull, then push [7.2]."""

from __future__ import annotations

import typer

from simonsync.cli.options import DryRun
from simonsync.cli.output import Result
from simonsync.cli.run import carry


def sync(ctx: typer.Context, dry_run: DryRun = False) -> Result:  # noqa: FBT002 the parser's signature
    """Pull, then push: what the timer starts every five minutes."""
    from simonsync.sync import cycle

    return carry(ctx, "sync", cycle.sync, dry_run=dry_run)
