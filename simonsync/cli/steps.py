"""Where an account stands on its way to being active: the manual's three steps with their ticks [4]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simonsync.cli.context import Context, account_of
from simonsync.cli.style import Style
from simonsync.messages.render import word

if TYPE_CHECKING:
    from simonsync.account.activation import Standing

_STEPS = ("wipe", "connect", "settings")


def standing_of_account(context: Context) -> Standing:
    """Tell where the account stands; nothing is asked of a service. Raises UsageError."""
    from simonsync.account.activation import Standing, standing
    from simonsync.config.state_folder import check_state_folder
    from simonsync.store.phases import Activation

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
