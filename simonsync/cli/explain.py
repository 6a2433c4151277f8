"""`explain`: a tree from the work order to each line of its draft, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli import completion
from simonsync.cli.context import Context
from simonsync.cli.output import Result, Style
from simonsync.cli.session import context_of
from simonsync.domain.draft import DraftInvoice, LineKind, totals
from simonsync.messages.kinds import Message
from simonsync.messages.render import moment, money, number, render, word

if TYPE_CHECKING:
    from datetime import datetime

    from simonsync.cli.output import Output
    from simonsync.operate.explain import Explanation


def explain(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", autocompletion=completion.work_orders)],
) -> Result:
    """Say for each line where it comes from, or why nothing was sent."""
    from simonsync.cli.account import account_of
    from simonsync.operate.explain import explain as gather
    from simonsync.report.draft import draft_as_json

    context = context_of(ctx)
    with account_of(context) as account:
        found = gather(account, number)
    if not context.output.as_json:
        _print(context, found)
    data = draft_as_json(found.preview.number, found.decision, context.language, context.zone)
    told = tuple(case.message for case in found.cases)
    if not context.output.as_json:
        # The tree has just told why nothing is sent, and what to do about it.
        told = tuple(
            one for one in told if not isinstance(found.decision, Message) or one.kind != found.decision.kind
        )
    return Result(data, messages=told)


def _print(context: Context, found: Explanation) -> None:
    language, out = context.language, context.output
    order = found.preview.order
    out.line(f"{word('subject-work-order', language)} {order.head.number} (id:{order.head.id})", Style.STRONG)
    if order.head.archived_at:
        _branch(out, f"├─ {word('explain-archived', language)} {_at(context, order.head.archived_at)}")
    _branch(out, f"├─ {word('explain-status', language)} {_status(context, found)}")
    if found.settings_revision is not None:
        since = _at(context, found.settings_at)
        _branch(out, f"├─ {word('explain-settings', language)} #{found.settings_revision} ({since})")
    if isinstance(found.decision, DraftInvoice):
        _print_lines(context, found.decision)
    else:
        text, action = render(found.decision, language, context.zone)
        out.line(f"└─ {text}", Style.WARNING, indent="   ")
        if action:
            out.line(f"   → {action}", indent="     ")
    for entry in found.history:
        text, _ = render(entry.message, language, context.zone, record=entry.number)
        out.line(f"   {_at(context, entry.last_at)}  {text}", Style.FAINT, indent="     ")


def _branch(out: Output, text: str, trunk: str = "│  ", style: Style = Style.PLAIN) -> None:
    """Print a part of the tree: where it breaks, the trunk goes on beside it."""
    out.line(text, style, indent=trunk)


def _status(context: Context, found: Explanation) -> str:
    language, entry = context.language, found.entry
    if entry is None:
        archived = found.preview.order.head.archived_at is not None
        return word("explain-not-seen" if archived else "explain-not-archived", language)
    shown = word(f"ledger-{entry.status}", language)
    if entry.document_id is not None:
        shown += f" – {word('explain-document', language)} {entry.document_id}"
        shown += f", {_at(context, entry.drafted_at)}"
    return shown


def _print_lines(context: Context, draft: DraftInvoice) -> None:
    language, out = context.language, context.output
    out.line(f"└─ {draft.subject}")
    for place, line in enumerate(draft.lines, start=1):
        last = place == len(draft.lines)
        trunk = "    " if last else "   │"
        text = " – ".join(part for part in (line.name, line.text) if part)
        if line.kind is not LineKind.COMMENT:
            text = f"{number(line.quantity, language)} × {text} = {money(line.total, language)}"
        _branch(out, f"   {'└─' if last else '├─'} {text}", f"{trunk:<6}")
        why, _ = render(line.why, language, context.zone)
        _branch(out, f"{trunk}     {why}", f"{trunk}       ", Style.FAINT)
    sums = totals(draft.lines)
    out.line(
        f"   {word('before-tax', language)} {money(sums.before_tax, language)}"
        f" · {word('with-tax', language)} {money(sums.with_tax, language)}",
        Style.STRONG,
    )


def _at(context: Context, at: datetime | None) -> str:
    return moment(at, context.zone, context.language) if at else word("no-date", context.language)
