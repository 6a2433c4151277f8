"""Commands that start and stop the integration [4, 5, 9]."""

from __future__ import annotations

from typing import Annotated

import typer

from simonsync.cli.context import context_of
from simonsync.cli.output import Result


def configure(
    ctx: typer.Context,
    show: Annotated[bool, typer.Option("--show")] = False,  # noqa: FBT002 the parser's signature
) -> Result:
    """Show or change the settings [5]."""
    from simonsync.settings.values import as_mapping, to_text

    context = context_of(ctx)
    settings = {key: to_text(value) for key, value in as_mapping(context.configuration.settings).items()}
    for key, value in settings.items():
        context.output.line(f"{key} = {value}")
    return Result({"settings": settings, "shown": show})
