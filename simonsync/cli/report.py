"""`report`: one page to look at, or to send to somebody."""

from __future__ import annotations

from typing import Annotated

import typer

from simonsync.cli.context import clock_of, opened_state, place_for
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.messages.render import word


def report(
    ctx: typer.Context, html: Annotated[str, typer.Option("--html", metavar="FILE")] = "simonsync.html"
) -> Result:
    """Write the page."""
    from simonsync.files import not_writable, write_durably
    from simonsync.report.page import facts_of, page

    context = context_of(ctx)
    with opened_state(context) as state:
        url = context.configuration.sellsy.document_url
        facts = facts_of(state, context.configuration.account, clock_of(context)(), url)
        content = page(facts, context.language, context.zone)
    path = place_for(context, html)
    try:
        write_durably(path, content)
    except OSError as error:
        raise not_writable(path, error) from None
    context.output.line(f"{word('page-written', context.language)} {path}", Style.GOOD)
    return Result({"path": str(path)})
