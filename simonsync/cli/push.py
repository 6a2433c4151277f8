"""`push`: archived work orders, from Simon to Sellsy [3.4]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli import completion
from simonsync.cli.options import DryRun
from simonsync.cli.output import Result
from simonsync.cli.run import carry

if TYPE_CHECKING:
    from simonsync.sync.actions import Sink
    from simonsync.sync.run import Planning


def push(
    ctx: typer.Context,
    work_order: Annotated[
        list[str] | None,
        typer.Option("--work-order", metavar="NUMBER", autocompletion=completion.work_orders),
    ] = None,
    dry_run: DryRun = False,  # noqa: FBT002 the parser's signature
) -> Result:
    """Bring archived work orders from Simon to Sellsy as draft invoices."""
    from simonsync.account.choose import choose
    from simonsync.sync import cycle

    numbers = tuple(work_order or ())

    def work(run: Planning, sink: Sink) -> None:
        cycle.push(run, sink, choose(numbers, run) if numbers else ())

    return carry(ctx, "push", work, dry_run=dry_run, named=bool(numbers))
