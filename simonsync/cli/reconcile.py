"""`reconcile`: prove that every archived work order has exactly one document."""

from __future__ import annotations

import typer

from simonsync.cli.context import account_of
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.errors import ExitCode
from simonsync.messages.render import word


def reconcile(ctx: typer.Context) -> Result:
    """Prove that every archived work order has exactly one document."""
    from simonsync.account.reconcile import reconcile as compare

    context = context_of(ctx)
    with account_of(context) as account:
        books = compare(account)
    out, language = context.output, context.language
    out.line(f"{word('reconcile-work-orders', language)} {books.work_orders}")
    out.line(f"{word('reconcile-documents', language)} {books.documents}")
    for name, found in (
        ("missing", books.missing),
        ("extra", books.extra),
        ("duplicates", [f"{one.number} ({', '.join(one.documents)})" for one in books.duplicates]),
    ):
        if found:
            out.line(f"{word(f'reconcile-{name}', language)} {', '.join(found)}", Style.ERROR)
    if books.deleted:
        out.line(f"{word('reconcile-deleted', language)} {', '.join(books.deleted)}")
    if books.missing:
        out.line(f"  → simonsync explain {books.missing[0]}")
    if books.complete:
        out.line(word("reconcile-complete", language), Style.GOOD)
    return Result(
        {
            "work_orders": books.work_orders,
            "documents": books.documents,
            "missing": books.missing,
            "extra": books.extra,
            "duplicates": [
                {"number": one.number, "documents": list(one.documents)} for one in books.duplicates
            ],
            "deleted": books.deleted,
        },
        ExitCode.DONE if books.complete else ExitCode.NEEDS_SOMEONE,
    )
