"""`wipe`: the first step, the seven tables to be emptied, and a word to type [4.3]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from simonsync.cli.context import Context, account_of
from simonsync.cli.invocation import context_of
from simonsync.cli.options import DryRun, IncludeUnsent, Tables, Yes
from simonsync.cli.output import Result, labelled
from simonsync.cli.questions import ask, may_ask
from simonsync.cli.steps import standing_of_account
from simonsync.cli.style import Style
from simonsync.cli.values import ALL, NONE, tables_of
from simonsync.errors import ExitCode, UsageError
from simonsync.messages.kinds import Message
from simonsync.messages.render import moment, sentence, word

if TYPE_CHECKING:
    from simonsync.account.activation import Standing, WipeSurvey
    from simonsync.cli.keyring import Keyring
    from simonsync.sync.wipe import Wiped

TICKED, EMPTY = "[x]", "[ ]"
_SHOWN_KEPT = 20


def wipe(
    ctx: typer.Context,
    tables: Tables = None,
    include_unsent: IncludeUnsent = False,  # noqa: FBT002 the parser's signature
    dry_run: DryRun = False,  # noqa: FBT002 likewise
    yes: Yes = False,  # noqa: FBT002 likewise
) -> Result:
    """Save everything in Simon, then empty it: the first step [4.3]."""
    from simonsync.account.activation import require_wipe_allowed
    from simonsync.cli.keyring import Keyring

    context = context_of(ctx)
    where = standing_of_account(context)
    require_wipe_allowed(where)
    chosen = tables_of(tables)
    if not dry_run and not may_ask(context):
        if chosen is None and not where.first:
            raise UsageError("answer-needed", option="--tables")
        if not yes:
            raise UsageError("answer-needed", option="--yes")
    keyring = Keyring(context)
    found = survey(context, keyring, where, chosen)
    if dry_run:
        show_tables(context, found, found.tables)
        return Result(survey_as_json(found), messages=_unsent(found))
    keyring.keep()
    if chosen is None and not where.first:
        chosen = choose_tables(context, found)
        found = survey(context, keyring, where, chosen)
    return wipe_chosen(context, found, include_unsent=include_unsent, yes=yes)


def wipe_chosen(context: Context, found: WipeSurvey, *, include_unsent: bool, yes: bool) -> Result:
    """Show, confirm and carry out a wipe. Raises UsageError where work orders would be lost."""
    if not found.tables:
        context.output.line(word("wipe-nothing", context.language))
        return Result({"deleted": {}, "kept": [], "left": 0, "backup": None})
    if found.unsent and not include_unsent:
        raise UsageError.of(_unsent(found))
    show_tables(context, found, found.tables)
    confirm_wipe(context, found, yes=yes)
    result = carry_out(context, found.tables, include_unsent=include_unsent)
    where = standing_of_account(context)
    data = {**wiped_as_json(context, result), "phase": where.phase}
    if where.first and result.left:
        return Result(
            data, ExitCode.NEEDS_SOMEONE, (Message.of("wipe-incomplete", {"count": str(result.left)}),)
        )
    return Result(data)


def _unsent(found: WipeSurvey) -> tuple[Message, ...]:
    if not found.unsent:
        return ()
    params = {"numbers": ", ".join(found.unsent), "count": str(len(found.unsent))}
    return (Message.of("wipe-unsent", params),)


def survey(context: Context, keyring: Keyring, where: Standing, tables: Sequence[str] | None) -> WipeSurvey:
    """Prove Simon's credentials and look at what a wipe would do; then keep the credentials that were typed.

    Raises UsageError, WrongPhase, CredentialsRefused, ServiceUnavailable.
    """
    from simonsync.account.activation import survey_wipe, wanted_tables
    from simonsync.config.credentials import SIMON

    wanted_tables(where, tables)

    def look() -> WipeSurvey:
        context.output.going_on(word("reading-tables", context.language))
        with account_of(context) as account:
            return survey_wipe(account, account.simon(), tables)

    return keyring.until_accepted(lambda again: keyring.obtain(*SIMON, renew=again), look)


def choose_tables(context: Context, found: WipeSurvey) -> tuple[str, ...]:
    """Ask at a restart which tables are to be emptied; nothing is chosen beforehand [4.3]."""
    from simonsync.domain.entities import MANUAL_TABLES

    show_tables(context, found, ())
    while True:
        typed = ask(
            context, word("wipe-choose", context.language), "--tables", word("wipe-none", context.language)
        )
        names = [
            MANUAL_TABLES[int(part) - 1] if part.isdigit() and 0 < int(part) <= len(MANUAL_TABLES) else part
            for part in (each.strip() for each in typed.split(","))
        ]
        words = {word(f"wipe-{each}", context.language): each for each in (ALL, NONE)}
        words |= {word(f"simon-{each}", context.language).casefold(): each for each in MANUAL_TABLES}
        try:
            return tables_of(",".join(words.get(name.casefold(), name) for name in names)) or ()
        except UsageError as error:
            context.output.tell(error.problems[0], context.language)


def show_tables(context: Context, found: WipeSurvey, chosen: Sequence[str]) -> None:
    """Print the manual's table: what is to be emptied, how many records, and when they last changed [4.3]."""
    language, zone = context.language, context.zone
    context.output.line(word("activation-tables", language))
    context.output.line()
    context.output.table(
        ["", "", *(word(f"column-{name}", language) for name in ("simon-table", "count", "last-mutation"))],
        [
            (
                TICKED if count.table in chosen else EMPTY,
                str(number),
                word(f"simon-{count.table}", language),
                str(count.count),
                moment(count.last_mutation, zone, language)
                if count.last_mutation
                else word("no-date", language),
            )
            for number, count in enumerate(found.counts, 1)
        ],
        right=(3,),
    )
    context.output.line()


def confirm_wipe(context: Context, found: WipeSurvey, *, yes: bool) -> None:
    """Let a person type the word that erases; `--yes` says it too. Raises UsageError."""
    if yes:
        return
    language = context.language
    if may_ask(context):
        context.output.note(word("wipe-backup-first", language))
        if "work_orders" in found.tables:
            context.output.note(word("wipe-not-saved", language), Style.WARNING)
    typed = ask(context, word("wipe-confirm", language), "--yes")
    if typed.casefold() != word("wipe-erase-word", language).casefold():
        raise UsageError("not-confirmed")


def carry_out(context: Context, tables: Sequence[str] | None, *, include_unsent: bool) -> Wiped:
    """Empty the tables and print what came of it. Raises as `account.activation.wipe` does."""
    from simonsync.account.activation import wipe

    with account_of(context) as account:
        result = wipe(
            account,
            account.simon(),
            tables,
            include_unsent=include_unsent,
        )
    _show(context, result)
    return result


def _show(context: Context, result: Wiped) -> None:
    out, language = context.output, context.language
    out.line(labelled("wipe-deleted", str(sum(result.deleted.values())), language), Style.GOOD)
    if result.backup is not None:
        out.line(labelled("backup", str(result.backup), language))
    if not result.kept:
        return
    out.line(labelled("wipe-kept", str(len(result.kept)), language), Style.WARNING)
    for each in result.kept[:_SHOWN_KEPT]:
        out.line(f"  {word(f'simon-{each.table}', language)} {each.name or each.id}")
    if len(result.kept) > _SHOWN_KEPT:
        out.line("  …")


def survey_as_json(found: WipeSurvey) -> dict[str, object]:
    """Describe what a wipe would do."""
    return {
        "tables": [
            {"table": count.table, "count": count.count, "last_mutation": count.last_mutation}
            for count in found.counts
        ],
        "chosen": found.tables,
        "unsent": found.unsent,
    }


def wiped_as_json(context: Context, result: Wiped) -> dict[str, object]:
    """Describe what a wipe came to."""
    return {
        "deleted": result.deleted,
        "kept": [
            {
                "table": each.table,
                "id": each.id,
                "name": each.name,
                "reason": each.problem.code,
                "text": sentence(each.problem, context.language),
            }
            for each in result.kept
        ],
        "left": result.left,
        "backup": result.backup,
    }
