"""`configure`: the third step, and any later look at the settings or change of them [5, 6]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simonsync.cli.context import Context, account_of
from simonsync.cli.invocation import context_of
from simonsync.cli.options import AcceptTerms, Assignments, FromFile
from simonsync.cli.output import Result
from simonsync.cli.steps import show_steps, standing_of_account
from simonsync.cli.style import Style
from simonsync.errors import UsageError
from simonsync.messages.kinds import Message
from simonsync.messages.render import sentence, word
from simonsync.settings.declaration import Settings
from simonsync.settings.values import as_mapping, parse_text, read_settings, setting_of, to_text, unknown_key

if TYPE_CHECKING:
    from simonsync.account.configuration import Configured
    from simonsync.domain.records import Product

_BLOCK = "settings"


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
    from simonsync.account.configuration import check as check_settings
    from simonsync.account.configuration import require_configure_allowed
    from simonsync.cli.questions import may_ask

    wanted = wanted_settings(context.configuration.settings, assignments or (), file)
    require_configure_allowed(standing_of_account(context))
    if check:
        with account_of(context) as account:
            products = check_settings(account, wanted, account.sellsy())
        show_products(context, products)
        return Result({"settings": settings_as_json(wanted), "products": products_as_json(products)})
    by_people = may_ask(context) and not assignments and file is None
    return settings_step(context, wanted, by_people=by_people, accept_terms=accept_terms)


# --- what several commands do ---------------------------------------------------------------------


def settings_step(context: Context, wanted: Settings, *, by_people: bool, accept_terms: bool) -> Result:
    """Ask by the wizard where people are asked, then check, save and, once connected, start [5, 6]."""
    from simonsync.account.configuration import configure as save_settings
    from simonsync.cli.answers import forget_answers
    from simonsync.cli.wizard import accept_terms as terms_accepted
    from simonsync.cli.wizard import ask_settings
    from simonsync.config.rewrite import rewrite_settings

    where = standing_of_account(context)
    if by_people:
        if where.phase == "connected" and not (where.terms_accepted or accept_terms):
            accept_terms = terms_accepted(context)
            if not accept_terms:
                raise UsageError("terms-not-accepted")
        with account_of(context) as account:
            sellsy = account.sellsy()
        wanted = ask_settings(context, wanted, sellsy)
    remarks(context, wanted)
    with account_of(context) as account:
        configured = save_settings(
            account,
            wanted,
            *account.connect(),
            lambda settings: rewrite_settings(context.configuration.file, settings),
            accept_terms=accept_terms,
        )
    if by_people:
        forget_answers(context.configuration)
    else:
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
    if configured.quotes_left_alone:
        count = str(configured.quotes_left_alone)
        out.note(sentence(Message.of("quotes-left-alone", {"count": count}), language))
    if configured.terms_missing:
        out.note(word("settings-terms-missing", language), Style.WARNING)
    return Result(
        {
            "settings": settings_as_json(wanted),
            "changed": configured.changed,
            "products": products_as_json(configured.products),
            "activated": configured.activated,
            "quotes_left_alone": configured.quotes_left_alone,
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


def wanted_settings(before: Settings, assignments: Sequence[str], file: Path | None) -> Settings:
    """Return the settings with what `--from` and then `--set` say on top.

    Raises UsageError listing every problem: a form that is not KEY=VALUE, unknown keys, values not allowed.
    """
    values: dict[str, Any] = dict(as_mapping(before))
    if file is not None:
        values |= _from_file(file)
    problems: list[Message] = []
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        setting = setting_of(key.strip())
        if not equals:
            problems.append(Message.of("usage-set", {"value": assignment}))
        elif setting is None:
            problems.append(unknown_key(key.strip(), _BLOCK))
        else:
            try:
                values[setting.key] = parse_text(setting, text)
            except UsageError as error:
                problems += error.problems
    if problems:
        raise UsageError.of(problems)
    return Settings(**values)


def _from_file(file: Path) -> dict[str, Any]:
    """Read the settings that a YAML file names: at its top, or in a `settings:` block as in config.yaml."""
    from simonsync.config.yaml_text import parse, read_text

    data = parse(read_text(file), file).data
    inner = data.get(_BLOCK)
    block: Mapping[str, object] = inner if isinstance(inner, dict) else data
    read = as_mapping(read_settings(block, file.name))
    named = {setting.key for key in block if (setting := setting_of(str(key))) is not None}
    return {key: read[key] for key in named}


def show_products(context: Context, products: Mapping[str, Product]) -> None:
    """Show the products that settings name, as Sellsy has them."""
    from simonsync.settings.interview import product_line

    for key, product in products.items():
        context.output.line(f"✓ {key} = {product_line(product, context.language)}", Style.GOOD)


def remarks(context: Context, wanted: Settings) -> None:
    """Say what a setting cannot do here."""
    if wanted.quote_terms:
        context.output.note(word("settings-no-quote-terms", context.language), Style.WARNING)
