"""`verify`: whether both services answer as the program believes, fact by fact; a report to send on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli.context import Context, account_of, place_for
from simonsync.cli.invocation import context_of
from simonsync.cli.options import Yes
from simonsync.cli.output import Result
from simonsync.cli.questions import confirm
from simonsync.cli.style import Style
from simonsync.errors import UsageError

if TYPE_CHECKING:
    from simonsync.account.verify.verification import Verification
    from simonsync.account.verify.write import Left


def verify(
    ctx: typer.Context,
    write: Annotated[str | None, typer.Option("--write", metavar="CUSTOMER")] = None,
    wait: Annotated[int, typer.Option("--wait", metavar="MINUTES", min=0, max=60)] = 0,
    report: Annotated[str, typer.Option("--report", metavar="FILE")] = "simonsync-verify.txt",
    yes: Yes = False,  # noqa: FBT002 the parser's signature
) -> Result:
    """Compare what both services answer with what the program believes."""
    from simonsync.account.verify.report import report_as_json, report_as_text
    from simonsync.account.verify.verification import Writing
    from simonsync.account.verify.verification import verify as compare
    from simonsync.files import not_writable, write_durably

    context = context_of(ctx)
    place = place_for(context, report)
    if write is None and (wait or yes):
        raise UsageError("verify-wait-needs-write")
    lefts: list[Left] = []

    def agreed(left: Left) -> bool:
        lefts.append(left)
        return yes or confirm(context, _question(context, left), "--yes")

    writing = None if write is None else Writing(write, agreed, timedelta(minutes=wait))
    try:
        with account_of(context) as account:
            # Bars that move would write over the question.
            found = compare(replace(account, progress=lambda *_: None), context.zone, writing)
        if found is None:
            raise UsageError("not-confirmed")
        try:
            write_durably(place, report_as_text(found, context.language))
        except OSError as error:
            raise not_writable(place, error) from None
        _show(context, found)
        context.output.note(f"{_said(context, 'report-written')} {place}", Style.GOOD)
    finally:
        # Whatever ended it: what is there must be deleted by somebody.
        for left in lefts:
            _show_left(context, left)
    return Result({**report_as_json(found), "report": str(place)}, found.exit_code, found.problems)


def _said(context: Context, key: str, **params: str) -> str:
    from simonsync.messages.render import wire_text

    return wire_text(key, params, context.language)


def _question(context: Context, left: Left) -> str:
    return _said(context, "question", name=left.name)


def _show_left(context: Context, left: Left) -> None:
    from simonsync.account.verify.report import to_delete

    for line in to_delete(left, context.language):
        context.output.line(f"{_said(context, 'heading-left')} {line}", Style.WARNING)


def _show(context: Context, found: Verification) -> None:
    """Print how many facts are as believed, what was not seen by its reason, and each difference."""
    from simonsync.account.verify.facts import Sight
    from simonsync.account.verify.report import ORDER, believed, seen

    out, language = context.output, context.language
    for sight in reversed(ORDER):
        out.line(f"{_said(context, f'heading-{sight}')} {found.count(sight)}", Style.STRONG)
        told = [(fact, judgement) for fact, judgement in found.results if judgement.sight is sight]
        if sight is Sight.CONFIRMED:
            counts = Counter(fact.place for fact, _ in told)
            if line := ", ".join(f"{place} {count}" for place, count in counts.items()):
                out.line(f"✔ {line}", Style.GOOD, indent="  ")
        elif sight is Sight.NOT_SEEN:
            for why in dict.fromkeys(judgement.why for _, judgement in told):
                names = ", ".join(fact.name for fact, judgement in told if judgement.why == why)
                out.line(f"– {_said(context, f'why-{why}')} ({names})", Style.FAINT, indent="  ")
        else:
            for fact, judgement in told:
                out.line(f"✖ {fact.name}: {believed(fact, language)}", Style.ERROR, indent="  ")
                out.line(f"  {_said(context, 'label-seen')} {seen(judgement, language)}", indent="    ")
