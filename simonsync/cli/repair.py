"""The commands that settle and prove: `resolve`, `reconcile`."""

from __future__ import annotations

from typing import Annotated

import typer

from simonsync.cli import completion
from simonsync.cli.context import context_of
from simonsync.cli.output import Result, Style
from simonsync.cli.questions import confirm
from simonsync.errors import ExitCode, UsageError
from simonsync.messages.render import word


def resolve(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", autocompletion=completion.work_orders)],
    adopt: Annotated[str | None, typer.Option("--adopt", metavar="DOCID")] = None,
    create: Annotated[bool, typer.Option("--create")] = False,  # noqa: FBT002 the parser's signature
    never: Annotated[bool, typer.Option("--never")] = False,  # noqa: FBT002 likewise
    yes: Annotated[bool, typer.Option("--yes")] = False,  # noqa: FBT002 likewise
) -> Result:
    """Settle the open case of a work order."""
    from simonsync.cli.account import account_of
    from simonsync.operate.resolve import Choice, require_resolvable
    from simonsync.operate.resolve import resolve as settle

    context = context_of(ctx)
    choices = [
        choice
        for choice, given in ((Choice.ADOPT, adopt), (Choice.CREATE, create), (Choice.NEVER, never))
        if given
    ]
    if len(choices) != 1:
        raise UsageError("resolve-one-choice")
    (choice,) = choices
    said = f"{number} – {word(choice, context.language)}"
    with account_of(context) as account:
        # Nobody is asked about what is refused anyway.
        require_resolvable(account, number, choice)
        if not yes and not confirm(context, said, "--yes"):
            raise UsageError("not-confirmed")
        done = settle(account, number, choice, adopt)
    context.output.line(f"✓ {said}", Style.GOOD)
    return Result({"number": done.number, "choice": choice.value, "document": done.document})


def reconcile(ctx: typer.Context) -> Result:
    """Prove that every archived work order has exactly one document."""
    from simonsync.cli.account import account_of
    from simonsync.operate.reconcile import reconcile as compare

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
        },
        ExitCode.DONE if books.complete else ExitCode.NEEDS_SOMEONE,
    )
