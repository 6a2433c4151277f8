"""`resolve`: settle the open case of a work order."""

from __future__ import annotations

from typing import Annotated

import typer

from simonsync.cli import completion
from simonsync.cli.context import account_of
from simonsync.cli.invocation import context_of
from simonsync.cli.options import Yes
from simonsync.cli.output import Result
from simonsync.cli.questions import confirm
from simonsync.cli.style import Style
from simonsync.errors import UsageError
from simonsync.messages.render import word


def resolve(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", autocompletion=completion.work_orders)],
    adopt: Annotated[str | None, typer.Option("--adopt", metavar="DOCID")] = None,
    create: Annotated[bool, typer.Option("--create")] = False,  # noqa: FBT002 the parser's signature
    never: Annotated[bool, typer.Option("--never")] = False,  # noqa: FBT002 likewise
    seen: Annotated[bool, typer.Option("--seen")] = False,  # noqa: FBT002 likewise
    yes: Yes = False,  # noqa: FBT002 likewise
) -> Result:
    """Settle the open case of a work order."""
    from simonsync.account.resolve import Choice, require_resolvable
    from simonsync.account.resolve import resolve as settle

    context = context_of(ctx)
    answers = {Choice.ADOPT: adopt, Choice.CREATE: create, Choice.NEVER: never, Choice.SEEN: seen}
    choices = [choice for choice, given in answers.items() if given]
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
    if done.nothing_open:
        context.output.line(f"{number} – {word('nothing-to-look-at', context.language)}")
    else:
        context.output.line(f"✓ {said}", Style.GOOD)
    return Result({"number": done.number, "choice": choice.value, "document": done.document})
