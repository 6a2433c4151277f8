"""`connect`: the second step, verify both sides by real calls and keep the credentials [4.3]."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli.context import Context, account_of
from simonsync.cli.invocation import context_of
from simonsync.cli.keyring import Keyring
from simonsync.cli.options import FromEnv
from simonsync.cli.output import Result, labelled
from simonsync.cli.steps import show_steps, standing_of_account
from simonsync.cli.style import Style
from simonsync.errors import ExitCode
from simonsync.messages.kinds import Message
from simonsync.messages.render import word

if TYPE_CHECKING:
    from simonsync.account.execution import Account
    from simonsync.domain.records import SellsyAccount
    from simonsync.sync.ports import SellsyWriter, SimonWriter

Take = Callable[["Account", "SellsyWriter", "SimonWriter", Callable[[], None]], "SellsyAccount"]


def connect(
    ctx: typer.Context,
    from_env: FromEnv = False,  # noqa: FBT002 the parser's signature
    check: Annotated[bool, typer.Option("--check")] = False,  # noqa: FBT002 likewise
) -> Result:
    """Verify both sides by real calls and keep the credentials: the second step [4.3]."""
    from simonsync.account.activation import connect as connect_both
    from simonsync.account.activation import require_connect_allowed

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


def connect_step(
    context: Context, keyring: Keyring, take: Take, *, renew: bool = False, renew_simon: bool = False
) -> SellsyAccount:
    """Obtain what is missing, connect both sides by `take`, and keep the credentials [4.3].

    With `renew` Sellsy's credentials are asked for again, with `renew_simon` Simon's. Raises UsageError,
    WrongPhase, CredentialsRefused, ServiceUnavailable.
    """
    from simonsync.config.credentials import SIMON

    def obtain(again: bool) -> bool:  # noqa: FBT001 as `until_accepted` calls it
        sellsy = keyring.obtain(*keyring.sellsy_names(renew=renew or again), renew=renew or again)
        simon = keyring.obtain(*SIMON, renew=renew_simon or again)
        return sellsy or simon

    def use() -> SellsyAccount:
        context.output.going_on(word("connecting", context.language))
        with account_of(context) as account:
            return take(account, *account.connect(), keyring.keep)

    who = keyring.until_accepted(obtain, use)
    context.output.note(labelled("connected-to", who.name, context.language), Style.GOOD)
    return who


def check_connection(context: Context, keyring: Keyring) -> tuple[SellsyAccount, tuple[Message, ...]]:
    """Verify both sides and compare the profile with what Simon answers; nothing is kept.

    Raises UsageError, CredentialsRefused, ServiceUnavailable.
    """
    from simonsync.account.activation import verify_both
    from simonsync.config.credentials import SIMON
    from simonsync.simon.api import Simon
    from simonsync.simon.check import profile_mismatches

    keyring.obtain(*keyring.sellsy_names(), *SIMON)
    with account_of(context) as account:
        sellsy = account.sellsy()
        simon = account.simon()
        who = verify_both(sellsy, simon)
        return who, profile_mismatches(simon) if isinstance(simon, Simon) else ()
