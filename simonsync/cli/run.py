"""What the commands that carry data have in common: the run, and what is said about it [3, 7.2]."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simonsync.cli.context import Context, account_of, clock_of
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result, labelled
from simonsync.errors import WrongPhase

if TYPE_CHECKING:
    import typer

    from simonsync.account.execution import Account, RunResult
    from simonsync.sync.actions import Sink
    from simonsync.sync.run import Planning


def carry(
    ctx: typer.Context,
    command: str,
    work: Callable[[Planning, Sink], None],
    *,
    dry_run: bool,
    named: bool = False,
) -> Result:
    """Carry out a run; who has named work orders is told as well why one of them is not sent on purpose."""
    from simonsync.account.execution import execute
    from simonsync.host.alerts import announced

    context = context_of(ctx)
    on_timer = command == "sync" and not dry_run
    with (
        announced(context.configuration, clock_of(context), dry_run=dry_run) as told,
        account_of(context) as account,
    ):
        try:
            result = execute(
                account,
                command,
                _backing_up(account, context.configuration.backup.keep, work) if on_timer else work,
                dry_run=dry_run,
            )
        except WrongPhase as error:
            if on_timer and not _watched(context) and error.problems[0].code == "phase-inactive":
                # Somebody stopped it on purpose and left the timer: that is no news every five minutes.
                told.exit_code = error.exit_code
                return Result(exit_code=error.exit_code)
            raise
        told.exit_code = result.exit_code
    shown = show_run(context, result, dry_run=dry_run, on_timer=on_timer)
    if named:
        settled = tuple(settle.message for settle in result.skipped if settle.message not in shown.messages)
        shown = shown._replace(messages=(*shown.messages, *settled))
    return shown


def _backing_up(
    account: Account, keep: int, work: Callable[[Planning, Sink], None]
) -> Callable[[Planning, Sink], None]:
    """Save the state once a day before a run's work: what is wrong with that counts as one of its cases."""
    from simonsync.account.backup import keep_backed_up

    def both(run: Planning, sink: Sink) -> None:
        keep_backed_up(account, keep, run)
        work(run, sink)

    return both


def show_run(context: Context, result: RunResult, *, dry_run: bool, on_timer: bool) -> Result:
    """Say what a run did: a dry run shows its plan, a timer only what is new and needs someone.

    Cron mails what a command says, and twelve mails an hour say no more than one: `on_timer`, a problem
    that lasts is told once. The exit code says it every time.
    """
    data = run_as_json(result)
    if dry_run:
        _show_plan(context, data["actions"])
    elif context.output.is_terminal(context.output.people):
        show_summary(context, result)
    told = result.new_cases if not dry_run else [hold.message for hold in result.held]
    silent = on_timer and not _watched(context)
    problems = () if silent or result.new_cases else result.problems
    return Result(data=data, exit_code=result.exit_code, messages=(*told, *problems))


def _watched(context: Context) -> bool:
    """Tell whether a person or a script reads along."""
    out = context.output
    return out.as_json or out.is_terminal(out.people) or out.is_terminal(out.notes)


def run_as_json(result: RunResult) -> dict[str, Any]:
    """Describe what a run did, or what a dry run would do, for scripts.

    Of a run that did more than a thousand things, `actions` tells the first thousand, and `counts` all.
    """
    from simonsync.sync.actions import as_json

    return {
        "actions": [described for action in result.actions if (described := as_json(action)) is not None],
        "counts": dict(result.counts),
        "held": [
            {"record": hold.record, "code": hold.message.kind.code, **hold.message.shown}
            for hold in result.held
        ],
        "skipped": [
            {"record": settle.work_order_id, "code": settle.message.kind.code, **settle.message.shown}
            for settle in result.skipped
        ],
    }


def _show_plan(context: Context, actions: list[dict[str, object]]) -> None:
    from simonsync.messages.render import word

    if not actions:
        context.output.line(word("plan-empty", context.language))
        return
    columns = [word(f"column-{name}", context.language) for name in ("doing", "target", "kind", "what")]
    rows = [
        (
            word(f"doing-{action['action']}", context.language),
            word(str(action["target"]), context.language),
            word(f"kind-{action['kind']}", context.language),
            _what(action),
        )
        for action in actions
    ]
    context.output.table(columns, rows)


def _what(action: dict[str, object]) -> str:
    fields = action["fields"]
    if isinstance(fields, dict):
        for name in ("name", "subject", "file_name", "description"):
            if fields.get(name):
                return str(fields[name])
    return str(action["key"] or action["record"] or "")


def show_summary(context: Context, result: RunResult) -> None:
    """Tell a person at a terminal what was done, in one line."""
    from simonsync.messages.render import word

    parts = [_counted(context, name, result) for name in result.counts]
    if not parts and (result.new_cases or result.problems):
        # What is new is told below.
        return
    nothing = "done-nothing-new" if result.exit_code else "done-nothing"
    context.output.line(" · ".join(parts) or word(nothing, context.language))


def _counted(context: Context, doing: str, result: RunResult) -> str:
    """Tell how many were created, say, and how many of which kind where there are several."""
    from simonsync.messages.render import word

    kinds: dict[str, int] = {}
    for (done, kind), count in result.kinds.items():
        if done == doing:
            name = word(f"kind-{kind}", context.language)
            kinds[name] = kinds.get(name, 0) + count
    shown = str(result.counts[doing])
    if len(kinds) > 1:
        shown += f" ({', '.join(f'{name} {count}' for name, count in kinds.items())})"
    return labelled(f"done-{doing}", shown, context.language)
