"""`pull`: catalogue, customers and quotes, from Sellsy to Simon [3.1-3.3]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli import completion
from simonsync.cli.options import DryRun
from simonsync.cli.output import Result
from simonsync.cli.run import carry
from simonsync.cli.values import list_of

if TYPE_CHECKING:
    from simonsync.sync.actions import Sink
    from simonsync.sync.run import Planning


def pull(
    ctx: typer.Context,
    full: Annotated[bool, typer.Option("--full")] = False,  # noqa: FBT002 the parser's signature
    only: Annotated[str, typer.Option("--only", metavar="STREAMS", autocompletion=completion.streams)] = "",
    quote: Annotated[list[str] | None, typer.Option("--quote", metavar="NUMBER")] = None,
    dry_run: DryRun = False,  # noqa: FBT002 likewise
) -> Result:
    """Bring catalogue, customers and quotes from Sellsy to Simon."""
    from simonsync.sync.pull import PULL_STREAMS
    from simonsync.sync.pull import pull as pull_streams

    streams = list_of(only, PULL_STREAMS, "--only")
    quotes = tuple(quote or ())

    def work(run: Planning, sink: Sink) -> None:
        pull_streams(run, sink, streams, full=full, quotes=quotes)

    return carry(ctx, "pull", work, dry_run=dry_run, named=bool(quotes))
