"""Credentials: obtained from the environment or a person, proven by real calls, and only then kept [4.3]."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from simonsync.cli.questions import ask, ask_secret, may_ask
from simonsync.config.credentials import (
    SIMON,
    SIMON_OPTIONAL,
    Credentials,
    from_environment,
    missing_credentials,
    store_credentials,
    variable_of,
)
from simonsync.errors import CredentialsRefused, UsageError
from simonsync.messages.render import word
from simonsync.secrecy import keep

if TYPE_CHECKING:
    from simonsync.account.execution import Account
    from simonsync.cli.context import Context
    from simonsync.domain.records import SellsyAccount
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
        keep(*Credentials(typed).secrets)
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
