"""Credentials: obtained from the environment or a person, proven by real calls, and only then kept [4.3]."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from simonsync.cli.questions import ask, ask_secret, may_ask
from simonsync.cli.style import Style
from simonsync.config.credentials import (
    SELLSY_CLIENT,
    SELLSY_TOKENS,
    SIMON,
    SIMON_OPTIONAL,
    Credentials,
    from_environment,
    missing_credentials,
    sellsy_names,
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
_KINDS = {"1": SELLSY_CLIENT, "2": SELLSY_TOKENS}
_CALLED = {SELLSY_CLIENT: "credential-kind-client", SELLSY_TOKENS: "credential-kind-tokens"}
_WHERE = {SELLSY_CLIENT: "credentials-where-client", SELLSY_TOKENS: "credentials-where"}
_TYPED_WRONG = frozenset({"simon-key-form"})


class Keyring:
    """The credentials of one command: what is kept, and what was typed and is not proven yet."""

    def __init__(self, context: Context, *, ask_people: bool = True) -> None:
        """Take the command's surroundings; without `ask_people` nobody is asked, terminal or not."""
        self._context = context
        self._typed: dict[str, str] = {}
        self.asks = ask_people and may_ask(context)

    def sellsy_names(self, *, renew: bool = False) -> tuple[str, ...]:
        """Name Sellsy's credentials; where they are to be entered, a person says of which kind they are."""
        names = sellsy_names(self._context.configuration.sellsy.api, self._context.credentials)
        complete = all(self._context.credentials.get(name) for name in names)
        if self.asks and (renew or not complete):
            names = self._kind(names if complete else SELLSY_CLIENT)
            self._context.output.note(word(_WHERE[names], self._context.language), Style.FAINT)
        return names

    def _kind(self, default: tuple[str, ...]) -> tuple[str, ...]:
        """Ask what Sellsy has given the firm; there is nothing to ask where only one kind can do."""
        given = from_environment(self._context.environ)
        if self._context.configuration.sellsy.api != "v1" or any(
            given.get(name) for name in (*SELLSY_CLIENT, *SELLSY_TOKENS)
        ):
            return default
        language = self._context.language
        self._context.output.line(word("credential-kind", language))
        for number, names in _KINDS.items():
            self._context.output.line(f"  {number}  {word(_CALLED[names], language)}")
        usual = next(number for number, names in _KINDS.items() if names == default)
        while True:
            answer = ask(self._context, "1/2 ?", variable_of(default[0]), usual)
            if answer in _KINDS:
                return _KINDS[answer]

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
        # Of Sellsy's two kinds the one that was entered counts, and is kept alone.
        other = SELLSY_TOKENS if typed.keys() & {*SELLSY_CLIENT} else SELLSY_CLIENT
        if typed.keys() & {*SELLSY_CLIENT, *SELLSY_TOKENS}:
            typed |= dict.fromkeys(other, "")
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
