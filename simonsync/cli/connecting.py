"""Credentials: obtained from the environment or a person, proven by real calls, and only then kept [4.3]."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from simonsync.cli.account import account_of, connect_sellsy, connect_simon
from simonsync.cli.output import Style, labelled
from simonsync.cli.questions import ask, ask_secret, may_ask
from simonsync.config.credentials import (
    SIMON,
    SIMON_OPTIONAL,
    Credentials,
    from_environment,
    missing_credentials,
    sellsy_names,
    store_credentials,
    variable_of,
)
from simonsync.errors import CredentialsRefused, Problem, UsageError
from simonsync.messages.render import word

if TYPE_CHECKING:
    from simonsync.cli.context import Context
    from simonsync.domain.records import SellsyAccount
    from simonsync.operate.execution import Account
    from simonsync.sync.ports import SellsyWriter, SimonWriter

Found = TypeVar("Found")
Take = Callable[["Account", "SellsyWriter", "SimonWriter", Callable[[], None]], "SellsyAccount"]

_SHOWN_WHILE_TYPED = frozenset({"simon_user"})
_TYPED_WRONG = frozenset({"simon-key-form"})


class Keyring:
    """The credentials of one command: what is kept, and what was typed and is not proven yet."""

    def __init__(self, context: Context, *, ask_people: bool = True) -> None:
        """Take the command's surroundings; without `ask_people` nobody is asked, terminal or not."""
        self._context = context
        self._typed: dict[str, str] = {}
        self.asks = ask_people and may_ask(context)

    def obtain(self, *names: str, renew: bool = False) -> bool:
        """Make sure that there are credentials of these names; with `renew`, ask for those that are kept too.

        What the environment gives is never asked for; Enter keeps what is kept. Return whether anything was
        typed. Raises UsageError naming every missing one, by variable and by name.
        """
        given, kept = from_environment(self._context.environ), self._context.credentials
        typed: dict[str, str] = {}
        for name in names if self.asks else ():
            if not given.get(name) and (renew or not kept.get(name)):
                typed[name] = self._ask_for(name, kept)
        if typed.keys() & set(SIMON):
            typed |= {name: self._ask_for(name, kept, optional=True) for name in SIMON_OPTIONAL}
        typed = {name: value for name, value in typed.items() if value}
        self._context.hide(*typed.values())
        self._typed |= typed
        self._context.credentials = Credentials({**kept, **typed})
        missing = missing_credentials(self._context.credentials, self._context.configuration.state, *names)
        if missing:
            raise UsageError.of(missing)
        return bool(typed)

    def _ask_for(self, name: str, kept: Credentials, *, optional: bool = False) -> str:
        """Ask for one credential; Enter keeps the present one, or leaves out one that is not needed."""
        label = word(f"credential-{name}", self._context.language)
        if kept.get(name):
            label = f"{label} ({word('credential-keep', self._context.language)})"
        while True:
            if name in _SHOWN_WHILE_TYPED:
                value = ask(self._context, f"{label}:", variable_of(name))
            else:
                value = ask_secret(self._context, label, variable_of(name))
            if value or optional or kept.get(name):
                return value

    def keep(self) -> None:
        """Keep in the state folder what was typed. Raises UsageError."""
        if self._typed:
            store_credentials(self._context.configuration.state, self._typed)

    def until_accepted(self, obtain: Callable[[bool], bool], use: Callable[[], Found]) -> Found:
        """Use credentials; where a service refuses what a person typed, say so and ask again [4.3].

        `obtain` is told whether to ask for all of them again, and tells whether anything was typed.
        """
        again = False
        while True:
            typed = obtain(again)
            try:
                return use()
            except (CredentialsRefused, UsageError) as error:
                refused = isinstance(error, CredentialsRefused) or error.code in _TYPED_WRONG
                if not (refused and (typed or again)):
                    raise
                for problem in error.problems:
                    self._context.output.tell(problem, self._context.language)
            again = True


def connect_step(
    context: Context, keyring: Keyring, take: Take, *, renew: bool = False, renew_simon: bool = False
) -> SellsyAccount:
    """Obtain what is missing, connect both sides by `take`, and keep the credentials [4.3].

    With `renew` Sellsy's credentials are asked for again, with `renew_simon` Simon's. Raises UsageError,
    WrongPhase, CredentialsRefused, ServiceUnavailable.
    """
    names = sellsy_names(context.configuration.sellsy.api)
    if keyring.asks and (renew or not all(context.credentials.get(name) for name in names)):
        context.output.note(word("credentials-where", context.language), Style.FAINT)

    def obtain(again: bool) -> bool:  # noqa: FBT001 as `until_accepted` calls it
        sellsy = keyring.obtain(*names, renew=renew or again)
        simon = keyring.obtain(*SIMON, renew=renew_simon or again)
        return sellsy or simon

    def use() -> SellsyAccount:
        with account_of(context) as account:
            return take(account, *account.connect(), keyring.keep)

    who = keyring.until_accepted(obtain, use)
    context.output.note(labelled("connected-to", who.name, context.language), Style.GOOD)
    return who


def check_connection(context: Context, keyring: Keyring) -> tuple[SellsyAccount, tuple[Problem, ...]]:
    """Verify both sides and compare the profile with what Simon answers; nothing is kept.

    Raises UsageError, CredentialsRefused, ServiceUnavailable.
    """
    from simonsync.operate.activation import verify_both
    from simonsync.simon.api import Simon
    from simonsync.simon.check import profile_mismatches

    keyring.obtain(*sellsy_names(context.configuration.sellsy.api), *SIMON)
    with account_of(context) as account:
        sellsy = connect_sellsy(context, account.clocks, account.stop)
        simon = connect_simon(context, account.clocks, account.stop)
        who = verify_both(sellsy, simon)
        return who, profile_mismatches(simon) if isinstance(simon, Simon) else ()
