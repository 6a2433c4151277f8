"""`explain`: a tree from the work order to each line of its draft, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli import completion
from simonsync.cli.context import Context, account_of
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Branch, Style
from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind, totals
from simonsync.messages.kinds import Message
from simonsync.messages.render import moment, money, number, render, word

if TYPE_CHECKING:
    from datetime import datetime

    from simonsync.account.explain import Explanation
    from simonsync.store.ledger import LedgerEntry


def explain(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", autocompletion=completion.work_orders)],
) -> Result:
    """Say for each line where it comes from, or why nothing was sent."""
    from simonsync.account.explain import explain as gather
    from simonsync.report.draft import draft_as_json

    context = context_of(ctx)
    with account_of(context) as account:
        found = gather(account, number)
    if not context.output.as_json:
        _print(context, found)
    data = draft_as_json(found.number, found.decision, found.entry, context.language, context.zone)
    told = found.told
    if not context.output.as_json:
        # The tree has just told why nothing is sent, and what to do about it.
        told = tuple(
            one for one in told if not isinstance(found.decision, Message) or one.kind != found.decision.kind
        )
    return Result(data, messages=told)


def _print(context: Context, found: Explanation) -> None:
    language, out = context.language, context.output
    out.tree(_tree(context, found))
    if isinstance(found.decision, DraftInvoice):
        sums = totals(found.decision.lines)
        out.line(
            f"   {word('before-tax', language)} {money(sums.before_tax, language)}"
            f" · {word('with-tax', language)} {money(sums.with_tax, language)}",
            Style.STRONG,
        )
    for entry in found.history:
        text, _ = render(entry.message, language, context.zone, record=entry.number)
        out.line(f"   {_at(context, entry.last_at)}  {text}", Style.FAINT, indent="     ")


def _tree(context: Context, found: Explanation) -> Branch:
    language = context.language
    facts = []
    if found.archived_at:
        facts.append(f"{word('explain-archived', language)} {_at(context, found.archived_at)}")
    if found.entry is not None:
        facts.append(what_became_of(context, found.entry))
    else:
        seen = "explain-not-seen" if found.archived_at else "explain-not-archived"
        facts.append(f"{word('explain-status', language)} {word(seen, language)}")
    if found.settings_revision is not None:
        since = _at(context, found.settings_at)
        facts.append(f"{word('explain-settings', language)} #{found.settings_revision} ({since})")
    if isinstance(found.decision, DraftInvoice):
        lines = tuple(_line(context, line) for line in found.decision.lines)
        outcome = Branch(found.decision.subject, below=lines)
    else:
        text, action = render(found.decision, language, context.zone)
        outcome = Branch(text, Style.WARNING, (f"→ {action}",) if action else ())
    return Branch(
        f"{word('subject-work-order', language)} {found.number} (id:{found.id})",
        Style.STRONG,
        below=(*map(Branch, facts), outcome),
    )


def _line(context: Context, line: DraftLine) -> Branch:
    language = context.language
    text = " – ".join(part for part in (line.name, line.text) if part)
    if line.kind is not LineKind.COMMENT:
        text = f"{number(line.quantity, language)} × {text} = {money(line.total, language)}"
    why, _ = render(line.why, language, context.zone)
    return Branch(text, notes=(why,))


def what_became_of(context: Context, entry: LedgerEntry) -> str:
    """Say where a work order stands, and which document it is."""
    language = context.language
    shown = f"{word('explain-status', language)} {word(f'ledger-{entry.status}', language)}"
    if entry.document_id is not None:
        shown += f" – {word('explain-document', language)} {entry.document_id}"
        shown += f", {_at(context, entry.drafted_at)}"
    return shown


def _at(context: Context, at: datetime | None) -> str:
    return moment(at, context.zone, context.language) if at else word("no-date", context.language)
