"""`einvoicing`: which master data is not ready for e-invoices, and what the office has to do about it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simonsync.cli.context import Context, account_of, place_for
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.messages.kinds import Severity
from simonsync.messages.render import sentence, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simonsync.account.readiness import Unready

COLUMNS = ("kind", "id", "name", "rule", "severity", "text", "remedy")


def einvoicing(
    ctx: typer.Context, csv: Annotated[str | None, typer.Option("--csv", metavar="FILE")] = None
) -> Result:
    """List what is not ready."""
    from simonsync.account.readiness import not_ready

    context = context_of(ctx)
    with account_of(context) as account:
        found = not_ready(account)
    rows = _rows(context, found)
    counts = Counter(each.kind for each in found)
    if csv is not None:
        _write(context, csv, rows)
    elif not context.output.as_json:
        _print(context, found)
    kinds = ("customer", "item", "service", "unit", "tax")
    return Result({"counts": {kind: counts[kind] for kind in kinds}, "findings": rows, "path": csv})


def _rows(context: Context, found: Sequence[Unready]) -> list[dict[str, Any]]:
    from simonsync.report.draft import finding_as_json

    return [
        {
            "kind": each.kind,
            "id": each.id,
            "name": each.name,
            **finding_as_json(one, context.language, context.zone),
        }
        for each in found
        for one in each.findings
    ]


def _write(context: Context, path: str, rows: Sequence[dict[str, Any]]) -> None:
    from simonsync.files import not_writable, replacing_text
    from simonsync.report.export import write_table

    place = place_for(context, path)
    try:
        with replacing_text(place) as file:
            write_table(COLUMNS, rows, file)
    except OSError as error:
        raise not_writable(place, error) from None
    context.output.note(f"{word('file-written', context.language)} {path}", Style.GOOD)


def _print(context: Context, found: Sequence[Unready]) -> None:
    from simonsync.rules.einvoicing import RULE_OF

    out, language = context.output, context.language
    for each in found:
        out.line(f"{word(f'einvoice-kind-{each.kind}', language)} {each.name}", Style.STRONG)
        for one in each.findings:
            style = Style.ERROR if one.kind.severity is Severity.ERROR else Style.WARNING
            out.line(f"{RULE_OF[one.kind]}  {sentence(one, language)}", style, indent="  ")
    if not found:
        out.line(word("einvoice-ready", language), Style.GOOD)
