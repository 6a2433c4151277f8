"""`preview`: the draft that a work order would become, its lines, then HT, TVA by rate and TTC [3.4]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli import completion
from simonsync.cli.context import Context, account_of, place_for
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind, totals
from simonsync.errors import ExitCode, UsageError
from simonsync.messages import kinds
from simonsync.messages.kinds import Severity
from simonsync.messages.render import Language, money, number, sentence, word

if TYPE_CHECKING:
    from simonsync.account.preview import Preview


def preview(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", autocompletion=completion.work_orders)],
    pdf: Annotated[str | None, typer.Option("--pdf", metavar="FILE")] = None,
    compute: Annotated[bool, typer.Option("--compute")] = False,  # noqa: FBT002 the parser's signature
) -> Result:
    """Show the draft that a work order would become; nothing is written."""
    from simonsync.account.preview import preview_of
    from simonsync.cli.explain import what_became_of
    from simonsync.report.draft import draft_as_json
    from simonsync.store.ledger import Status

    context = context_of(ctx)
    if compute and context.configuration.sellsy.api == "v1":
        raise UsageError("compute-needs-v2")
    with account_of(context) as account:
        found = preview_of(account, number, compute=compute)
    if not context.output.as_json:
        if found.entry is not None and found.entry.status is not Status.WAITING:
            context.output.line(what_became_of(context, found.entry), Style.WARNING)
            context.output.line()
        print_draft(context, found)
    if pdf is not None:
        _write_pdf(context, pdf, found)
    data = draft_as_json(found.number, found.decision, found.entry, context.language, context.zone)
    told = found.decision.warnings if isinstance(found.decision, DraftInvoice) else (found.decision,)
    if not context.output.as_json:
        # The findings have just been listed.
        told = tuple(one for one in told if one.kind is not kinds.EINVOICE_NOT_READY)
    return Result({**data, "computed": _computed_as_json(found)}, ExitCode.DONE, (*told, *found.refusal))


def _computed_as_json(found: Preview) -> dict[str, object] | None:
    if found.computed is None or not isinstance(found.decision, DraftInvoice):
        return None
    computed, ours = found.computed, totals(found.decision.lines)
    agrees = (computed.before_tax, computed.with_tax) == (ours.before_tax, ours.with_tax)
    return {"ht": str(computed.before_tax), "ttc": str(computed.with_tax), "agrees": agrees}


def _write_pdf(context: Context, path: str, found: Preview) -> None:
    from simonsync.files import not_writable, write_durably
    from simonsync.pdf.preview import draw_preview

    if not isinstance(found.decision, DraftInvoice):
        return
    place = place_for(context, path)
    content = draw_preview(found.decision, found.firm, found.customer_name, context.language)
    try:
        write_durably(place, content)
    except OSError as error:
        raise not_writable(place, error) from None
    context.output.note(f"{word('file-written', context.language)} {path}", Style.GOOD)


def print_draft(context: Context, found: Preview) -> None:
    """Print the draft; a reason why there is none is told as a message instead."""
    if not isinstance(found.decision, DraftInvoice):
        return
    draft, language, out = found.decision, context.language, context.output
    out.line(f"{word('draft-invoice', language)} – {found.customer_name}", Style.STRONG)
    out.line(draft.subject)
    if draft.reference:
        out.line(f"{word('column-reference', language)} {draft.reference}")
    out.line()
    columns = ("column-text", "quantity", "unit-price", "column-tax-rate", "column-total")
    out.table(
        [word(name, language) for name in columns],
        [_row(line, language) for line in draft.lines],
        right=(1, 2, 3, 4),
    )
    sums = totals(draft.lines)
    out.line()
    out.line(f"{word('before-tax', language)} {money(sums.before_tax, language)}")
    for tax in sums.taxes:
        rate = f"{number(tax.rate.normalize(), language)} %"
        base = money(tax.base, language)
        out.line(f"{word('tax', language)} {rate} ({base}) {money(tax.amount, language)}")
    out.line(f"{word('with-tax', language)} {money(sums.with_tax, language)}", Style.STRONG)
    said = _computed_as_json(found)
    if said is not None and found.computed is not None:
        before, with_tax = (
            money(sum_, language) for sum_ in (found.computed.before_tax, found.computed.with_tax)
        )
        words = word("computed-same" if said["agrees"] else "computed-other", language)
        style = Style.GOOD if said["agrees"] else Style.WARNING
        out.line(
            f"{words} {word('before-tax', language)} {before}, {word('with-tax', language)} {with_tax}", style
        )
    if draft.note:
        out.line()
        for line in draft.note.splitlines():
            out.line(line, Style.FAINT)
    if draft.delivery is not None and found.order.place is not None:
        place = found.order.place
        where = ", ".join(part for part in (place.name, place.street, place.zip_code, place.town) if part)
        out.line(f"{word('delivery-address', language)} {where}")
    _print_findings(context, found, draft)
    if found.order.head.archived_at is None:
        out.line()
        out.line(word("preview-not-archived", language), Style.WARNING)


def _print_findings(context: Context, found: Preview, draft: DraftInvoice) -> None:
    """Say what an e-invoice made of the draft would lack; errors would be refused."""
    from simonsync.rules.einvoicing import RULE_OF, to_mend

    language, out = context.language, context.output
    if not found.checked:
        return
    out.line()
    if to_mend(draft.findings):
        out.line(word("einvoice-mend", language), Style.WARNING)
    else:
        out.line(word("einvoice-ready", language), Style.GOOD)
    for each in sorted(draft.findings, key=lambda one: RULE_OF[one.kind]):
        out.line(f"{RULE_OF[each.kind]}  {sentence(each, language)}", STYLES[each.kind.severity], indent="  ")


STYLES = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING, Severity.INFO: Style.FAINT}


def _row(line: DraftLine, language: Language) -> tuple[str, ...]:
    text = " – ".join(part for part in (line.name, line.text) if part)
    if line.kind is LineKind.COMMENT:
        return (text, "", "", "", "")
    return (
        text,
        f"{number(line.quantity, language)} {line.unit}".strip(),
        money(line.unit_price, language),
        f"{number(line.tax_rate.normalize(), language)} %",
        money(line.total, language),
    )
