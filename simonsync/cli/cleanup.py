"""The command that deletes: `cleanup` [7.3]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli.context import Context, account_of, clock_of
from simonsync.cli.invocation import context_of
from simonsync.cli.options import DryRun, Yes
from simonsync.cli.output import Result
from simonsync.cli.questions import confirm, may_ask
from simonsync.cli.run import run_as_json, show_summary
from simonsync.errors import UsageError
from simonsync.messages.render import word

if TYPE_CHECKING:
    from simonsync.account.cleanup import Cleanup


def cleanup(
    ctx: typer.Context,
    dry_run: DryRun = False,  # noqa: FBT002 the parser's signature
    approve: Annotated[str | None, typer.Option("--approve", metavar="PLAN")] = None,
    yes: Yes = False,  # noqa: FBT002 likewise
) -> Result:
    """Delete in Simon what is gone in Sellsy or was made in Simon, behind the brake."""
    from simonsync.account.cleanup import clean_up
    from simonsync.host.alerts import announced
    from simonsync.rules.cleanup import Limits

    context = context_of(ctx)
    limits = context.configuration.cleanup
    # A timer is nobody to ask: what may go without a human, the brake decides.
    ask = may_ask(context) and not yes and not dry_run

    def agreed(deletions: Sequence[dict[str, str]]) -> bool:
        show_deletions(context, deletions)
        return confirm(context, f"{word('cleanup-question', context.language)} ({len(deletions)})", "--yes")

    with (
        announced(context.configuration, clock_of(context), dry_run=dry_run) as told,
        account_of(context) as account,
    ):
        done = clean_up(
            # Bars that move would write over the question.
            replace(account, progress=lambda _stream, _done, _total: None) if ask else account,
            Limits(limits.max_deletions, limits.max_percent),
            approve=approve,
            dry_run=dry_run,
            confirm=agreed if ask else lambda _deletions: True,
        )
        told.exit_code = done.result.exit_code
    if done.declined:
        raise UsageError("not-confirmed")
    return _shown(context, done, dry_run=dry_run)


def _shown(context: Context, done: Cleanup, *, dry_run: bool) -> Result:
    """Say what went: a timer hears only what is new, a person sees what waits as well."""
    watched = context.output.is_terminal(context.output.people)
    told = [hold.message for hold in done.result.held] if dry_run else list(done.result.new_cases)
    if done.brake is not None and done.brake not in told and (watched or context.output.as_json or dry_run):
        told.append(done.brake)
    if dry_run or (watched and done.brake is not None):
        show_deletions(context, done.deletions)
    elif watched:
        show_summary(context, done.result)
    if done.waiting and (dry_run or watched):
        context.output.line(word("cleanup-waiting", context.language))
        show_deletions(context, done.waiting)
    return Result(
        data={**run_as_json(done.result), "plan": done.as_json()},
        exit_code=done.result.exit_code,
        messages=(*told, *(() if done.result.new_cases else done.result.problems)),
    )


def show_deletions(context: Context, deletions: Sequence[dict[str, str]]) -> None:
    """Print what would go, each with its reason."""
    if not deletions:
        context.output.line(word("plan-empty", context.language))
        return
    from simonsync.domain.entities import ENTITIES

    tables = {entity.one: f"simon-{table}" for table, entity in ENTITIES.items()}
    context.output.table(
        [word(f"column-{name}", context.language) for name in ("kind", "what", "reason")],
        [
            (
                word(tables[each["kind"]], context.language),
                each["name"] or each["id"],
                word(each["reason"], context.language),
            )
            for each in deletions
        ],
    )
