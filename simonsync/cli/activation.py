"""Commands that start and stop the integration, and that change it: the manual's three steps [4, 5, 6, 9]."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli import completion
from simonsync.cli.context import Context, context_of
from simonsync.cli.output import Result, Style, labelled
from simonsync.errors import ExitCode, Problem, UsageError, WrongPhase
from simonsync.messages.render import word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simonsync.domain.records import Product
    from simonsync.operate.activation import Standing, WipeSurvey
    from simonsync.operate.configuration import Configured
    from simonsync.settings.declaration import Settings

Yes = Annotated[bool, typer.Option("--yes")]
Tables = Annotated[
    str | None, typer.Option("--tables", metavar="LIST", autocompletion=completion.erased_tables)
]
IncludeUnsent = Annotated[bool, typer.Option("--include-unsent")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", autocompletion=completion.settings)
]
FromFile = Annotated[Path | None, typer.Option("--from", metavar="FILE")]
FromEnv = Annotated[bool, typer.Option("--from-env")]
AcceptTerms = Annotated[bool, typer.Option("--accept-terms")]

_STEPS = ("wipe", "connect", "settings")


def activate(
    ctx: typer.Context,
    yes: Yes = False,  # noqa: FBT002 the parser's signature
    accept_terms: AcceptTerms = False,  # noqa: FBT002 likewise
    assignments: Assignments = None,
    file: FromFile = None,
    tables: Tables = None,
    include_unsent: IncludeUnsent = False,  # noqa: FBT002 likewise
    from_env: FromEnv = False,  # noqa: FBT002 likewise
) -> Result:
    """Take the three steps in their order: wipe, connect, settings [4.3]."""
    from simonsync.cli.activating import Activating

    context = context_of(ctx)
    where = standing_of_account(context)
    if where.phase == "active":
        raise WrongPhase("activate-while-active")
    steps = Activating(
        context,
        yes=yes,
        accept_terms=accept_terms,
        assignments=assignments or (),
        file=file,
        tables=tables,
        include_unsent=include_unsent,
        from_env=from_env,
    )
    return steps.take(where)


def wipe(
    ctx: typer.Context,
    tables: Tables = None,
    include_unsent: IncludeUnsent = False,  # noqa: FBT002 likewise
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,  # noqa: FBT002 likewise
    yes: Yes = False,  # noqa: FBT002 likewise
) -> Result:
    """Save everything in Simon, then empty it: the first step [4.3]."""
    from simonsync.cli import wiping
    from simonsync.cli.connecting import Keyring
    from simonsync.cli.questions import may_ask
    from simonsync.operate.activation import require_wipe_allowed

    context = context_of(ctx)
    where = standing_of_account(context)
    require_wipe_allowed(where)
    chosen = wiping.tables_of(tables)
    if not dry_run and not may_ask(context):
        if chosen is None and not where.first:
            raise UsageError("answer-needed", option="--tables")
        if not yes:
            raise UsageError("answer-needed", option="--yes")
    keyring = Keyring(context)
    found = wiping.survey(context, keyring, where, chosen)
    if dry_run:
        wiping.show_tables(context, found, found.tables)
        return Result(wiping.survey_as_json(found), messages=_unsent(found))
    keyring.keep()
    if chosen is None and not where.first:
        chosen = wiping.choose_tables(context, found)
        found = wiping.survey(context, keyring, where, chosen)
    return wipe_chosen(context, found, include_unsent=include_unsent, yes=yes)


def wipe_chosen(context: Context, found: WipeSurvey, *, include_unsent: bool, yes: bool) -> Result:
    """Show, confirm and carry out a wipe. Raises UsageError where work orders would be lost."""
    from simonsync.cli import wiping

    if not found.tables:
        context.output.line(word("wipe-nothing", context.language))
        return Result({"deleted": {}, "kept": [], "left": 0, "backup": None})
    if found.unsent and not include_unsent:
        raise UsageError.of(_unsent(found))
    wiping.show_tables(context, found, found.tables)
    wiping.confirm_wipe(context, found, yes=yes)
    result = wiping.carry_out(context, found.tables, include_unsent=include_unsent)
    where = standing_of_account(context)
    data = {**wiping.wiped_as_json(context, result), "phase": where.phase}
    if where.first and result.left:
        return Result(
            data, ExitCode.NEEDS_SOMEONE, (Problem("wipe-incomplete", {"count": str(result.left)}),)
        )
    return Result(data)


def _unsent(found: WipeSurvey) -> tuple[Problem, ...]:
    if not found.unsent:
        return ()
    params = {"numbers": ", ".join(found.unsent), "count": str(len(found.unsent))}
    return (Problem("wipe-unsent", params),)


def connect(
    ctx: typer.Context,
    from_env: FromEnv = False,  # noqa: FBT002 the parser's signature
    check: Annotated[bool, typer.Option("--check")] = False,  # noqa: FBT002 likewise
) -> Result:
    """Verify both sides by real calls and keep the credentials: the second step [4.3]."""
    from simonsync.cli.connecting import Keyring, check_connection, connect_step
    from simonsync.operate.activation import connect as connect_both
    from simonsync.operate.activation import require_connect_allowed

    context = context_of(ctx)
    keyring = Keyring(context, ask_people=not from_env)
    if check:
        who, found = check_connection(context, keyring)
        context.output.line(f"✓ {labelled('sellsy', who.name, context.language)}", Style.GOOD)
        address = labelled("simon", context.configuration.simon.url, context.language)
        context.output.line(f"✓ {address}", Style.GOOD)
        data = {"company": who.name, "mismatches": [problem.code for problem in found]}
        return Result(data, ExitCode.NEEDS_SOMEONE if found else ExitCode.DONE, found)
    where = standing_of_account(context)
    require_connect_allowed(where)
    # Simon's credentials were proven a moment ago, by the wipe before.
    renew_simon = where.phase != "wiped"
    who = connect_step(context, keyring, connect_both, renew=True, renew_simon=renew_simon)
    where = standing_of_account(context)
    if where.phase == "connected":
        show_steps(context, where)
    return Result({"company": who.name, "phase": where.phase})


def configure(
    ctx: typer.Context,
    assignments: Assignments = None,
    file: FromFile = None,
    accept_terms: AcceptTerms = False,  # noqa: FBT002 the parser's signature
    check: Annotated[bool, typer.Option("--check")] = False,  # noqa: FBT002 likewise
    show: Annotated[bool, typer.Option("--show")] = False,  # noqa: FBT002 likewise
) -> Result:
    """Show, check or change the settings; the third step, and any later change [5, 6]."""
    context = context_of(ctx)
    if show:
        return _show_settings(context)
    from simonsync.cli.account import account_of
    from simonsync.cli.questions import may_ask
    from simonsync.cli.settings_dialogue import show_products, wanted_settings
    from simonsync.operate.configuration import check as check_settings
    from simonsync.operate.configuration import require_configure_allowed

    wanted = wanted_settings(context.configuration.settings, assignments or (), file)
    require_configure_allowed(standing_of_account(context))
    if check:
        with account_of(context) as account:
            products = check_settings(account, wanted, account.connect()[0])
        show_products(context, products)
        return Result({"settings": settings_as_json(wanted), "products": products_as_json(products)})
    by_people = may_ask(context) and not assignments and file is None
    return settings_step(context, wanted, by_people=by_people, accept_terms=accept_terms)


def deactivate(
    ctx: typer.Context,
    yes: Yes = False,  # noqa: FBT002 the parser's signature
) -> Result:
    """Stop both directions at once, after a confirmation [4.4, 9.1]."""
    from simonsync.cli.account import account_of
    from simonsync.cli.questions import confirm
    from simonsync.operate.activation import deactivate as stop

    context = context_of(ctx)
    where = standing_of_account(context)
    if where.phase == "active" and not yes:
        question = word("deactivate-question", context.language)
        if not confirm(context, question, "--yes"):
            raise UsageError("not-confirmed")
    with account_of(context) as account:
        stopped = stop(account)
    context.output.line(word("deactivated" if stopped else "deactivated-already", context.language))
    return Result({"phase": standing_of_account(context).phase, "changed": stopped})


# --- what several commands do ---------------------------------------------------------------------


def standing_of_account(context: Context) -> Standing:
    """Tell where the account stands; nothing is asked of a service. Raises UsageError."""
    from simonsync.cli.account import account_of
    from simonsync.config.state_folder import check_state_folder
    from simonsync.operate.activation import Standing, standing
    from simonsync.store.activation import Activation

    # A look must not make the folder.
    if not check_state_folder(context.configuration.state, to_write=False):
        return Standing(Activation(), first=True)
    with account_of(context) as account:
        return standing(account)


def show_working(context: Context, where: Standing) -> None:
    """Print what the integration does, and where it stands [4.1, 4.2]."""
    out, language = context.output, context.language
    out.line(word("activation-integration", language), Style.STRONG)
    out.line(word("activation-working", language))
    for number in (1, 2, 3):
        out.line(f"  {number}. {word(f'activation-working-{number}', language)}", indent="     ")
    out.line()
    out.line(f"{word('status', language)} {word(f'phase-{where.phase}', language)}", Style.STRONG)


def show_steps(context: Context, where: Standing, done: int | None = None) -> None:
    """Print the three steps with their ticks, and what comes next [4.3]."""
    out, language = context.output, context.language
    reached = where.steps_done if done is None else done
    out.line()
    out.line(word("activation-steps", language), Style.STRONG)
    for number, step in enumerate(_STEPS):
        ticked = "[x]" if number < reached else "[ ]"
        button = f"   ← {word(f'button-{step}', language)}" if number == reached else ""
        style = Style.GOOD if number < reached else Style.PLAIN
        out.line(f"{ticked} {word(f'activation-step-{step}', language)}{button}", style, indent="    ")
    out.line()


def settings_step(context: Context, wanted: Settings, *, by_people: bool, accept_terms: bool) -> Result:
    """Ask by the wizard where people are asked, then check, save and, once connected, start [5, 6]."""
    from simonsync.cli.account import account_of, connect_sellsy
    from simonsync.cli.settings_dialogue import accept_terms as terms_accepted
    from simonsync.cli.settings_dialogue import interview, remarks, show_products
    from simonsync.config.rewrite import rewrite_settings
    from simonsync.operate.configuration import configure as save_settings

    where = standing_of_account(context)
    if by_people:
        if where.phase == "connected" and not (where.terms_accepted or accept_terms):
            accept_terms = terms_accepted(context)
            if not accept_terms:
                raise UsageError("terms-not-accepted")
        with account_of(context) as account:
            sellsy = connect_sellsy(context, account.clocks, account.stop)
        wanted, _checked = interview(context, wanted, sellsy)
    remarks(context, wanted)
    with account_of(context) as account:
        configured = save_settings(
            account,
            wanted,
            *account.connect(),
            lambda settings: rewrite_settings(context.configuration.file, settings),
            accept_terms=accept_terms,
        )
    if not by_people:
        show_products(context, configured.products)
    return _saved(context, wanted, configured)


def _saved(context: Context, wanted: Settings, configured: Configured) -> Result:
    out, language = context.output, context.language
    out.line(word("settings-saved", language), Style.GOOD)
    where = standing_of_account(context)
    if configured.activated:
        show_steps(context, where)
        out.line(f"{word('status', language)} {word('phase-active', language)}", Style.GOOD)
        out.note(word("activated-next", language))
    if configured.terms_missing:
        out.note(word("settings-terms-missing", language), Style.WARNING)
    return Result(
        {
            "settings": settings_as_json(wanted),
            "changed": configured.changed,
            "products": products_as_json(configured.products),
            "activated": configured.activated,
            "phase": where.phase,
        }
    )


def _show_settings(context: Context) -> Result:
    settings = settings_as_json(context.configuration.settings)
    for key, value in settings.items():
        context.output.verbatim(f"{key} = {value}")
    return Result({"settings": settings})


def settings_as_json(settings: Settings) -> dict[str, str]:
    """Write settings as `--set` takes them."""
    from simonsync.settings.values import as_mapping, to_text

    return {key: to_text(value) for key, value in as_mapping(settings).items()}


def products_as_json(products: Mapping[str, Product]) -> dict[str, dict[str, object]]:
    """Describe the products that settings name, as Sellsy has them."""
    return {
        key: {
            "key": product.key.ext_key,
            "reference": product.reference,
            "name": product.name,
            "unit_price": product.unit_price,
            "price_includes_tax": product.price_includes_tax,
        }
        for key, product in products.items()
    }
