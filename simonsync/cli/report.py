"""`report`: one page to look at, or to send to somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli.context import Context, clock_of, opened_state, place_for
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.messages.kinds import Severity
from simonsync.messages.render import word

if TYPE_CHECKING:
    from datetime import datetime

    from simonsync.report.page import PageFacts
    from simonsync.store.state import State

DAYS = 14
"""How far back the drafts of the page go."""


def report(
    ctx: typer.Context, html: Annotated[str, typer.Option("--html", metavar="FILE")] = "simonsync.html"
) -> Result:
    """Write the page."""
    from simonsync.files import not_writable, write_durably
    from simonsync.report.page import page

    context = context_of(ctx)
    with opened_state(context) as state:
        facts = _facts(context, state, clock_of(context)())
        content = page(facts, context.language, context.zone)
    path = place_for(context, html)
    try:
        write_durably(path, content)
    except OSError as error:
        raise not_writable(path, error) from None
    context.output.line(f"{word('page-written', context.language)} {path}", Style.GOOD)
    return Result({"path": str(path)})


def _facts(context: Context, state: State | None, now: datetime) -> PageFacts:
    from simonsync.report.page import PageFacts
    from simonsync.report.status import NEVER_ACTIVATED, status_of
    from simonsync.store.journal import JournalFilter

    account = context.configuration.account
    if state is None:
        return PageFacts(account, "", NEVER_ACTIVATED, (), (), 0, now)
    errors, warnings = (
        tuple(state.journal.entries(JournalFilter(severities=[severity], only_open=True)))
        for severity in (Severity.ERROR, Severity.WARNING)
    )
    drafted = list(state.ledger.drafted_since(now - timedelta(days=DAYS)))
    return PageFacts(
        account=account,
        company=state.activation.get().company or "",
        status=status_of(state),
        cases=(*errors, *warnings),
        drafted=tuple(entry for entry in reversed(drafted) if entry.document_id),
        requests_today=sum(run.sellsy_requests for run in state.runs.since(now - timedelta(days=1))),
        made_at=now,
        document_url=context.configuration.sellsy.document_url,
    )
