"""What a command works with: configuration, credentials, language, zone, output."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simonsync.cli.output import Output
from simonsync.cli.start import Options, locale_language
from simonsync.errors import UsageError
from simonsync.messages.render import Language
from simonsync.secrecy import keep

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from simonsync.account.execution import Account
    from simonsync.account.surroundings import Surroundings
    from simonsync.config.credentials import Credentials
    from simonsync.config.file import Glimpse
    from simonsync.config.schema import Configuration
    from simonsync.store.state import State
    from simonsync.sync.run import Clocks


class Context:
    """One command's surroundings. Each part is read when it is first asked for, and only then."""

    def __init__(
        self, command: str, options: Options, output: Output, environ: Mapping[str, str], folder: Path
    ) -> None:
        """Take the command's name, the global options, the output, the environment and the working folder."""
        self.command = command
        self.options = options
        self.output = output
        self.environ = environ
        self.folder = folder
        self.surroundings: Surroundings | None = None

    @cached_property
    def file(self) -> Path:
        """The configuration file. Raises UsageError where there is none."""
        from simonsync.config.file import find

        return find(self.options.config, self.environ, self.folder)

    @cached_property
    def configuration(self) -> Configuration:
        """The configuration, checked. Raises UsageError with every problem."""
        from simonsync.config.file import load

        configuration = load(self.file, account=self.options.account)
        self.output.zone = lambda: configuration.zone
        return configuration

    @cached_property
    def credentials(self) -> Credentials:
        """The credentials that can be found; what is missing is up to the command. Raises UsageError."""
        from simonsync.cli.technical import show_warnings
        from simonsync.config.credentials import read_credentials

        show_warnings(self.output)
        credentials = read_credentials(self.configuration.state, self.environ)
        keep(*credentials.secrets)
        return credentials

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone. Raises UsageError."""
        return self.configuration.zone

    @cached_property
    def language(self) -> Language:
        """The reader's language: `--lang`, else the configuration's, else the locale's. Never raises."""
        if self.options.lang:
            return Language(self.options.lang)
        return self._glimpse.language or Language(locale_language(self.environ))

    @property
    def account(self) -> str:
        """The account's name, as far as it can be told. Never raises."""
        return self.options.account or self._glimpse.account or "default"

    @cached_property
    def _glimpse(self) -> Glimpse:
        """What the file says even if it has errors: they are told in its language."""
        from simonsync.config.file import Glimpse, glimpse

        if "configuration" in self.__dict__:
            return Glimpse(self.configuration.account, self.configuration.language)
        try:
            return glimpse(self.file)
        except UsageError:
            return Glimpse()


@contextmanager
def account_of(context: Context) -> Iterator[Account]:
    """Give the account to work with; while it is in use, signals stop it cleanly. Raises UsageError."""
    from simonsync.account.composition import put_together
    from simonsync.account.surroundings import Surroundings
    from simonsync.cli.progress import Progress
    from simonsync.cli.signals import Stopper

    stopper = Stopper()
    with stopper.listening(), Progress(context.output, context.language) as progress:
        yield put_together(
            context.configuration,
            context.environ,
            credentials=lambda: context.credentials,
            sleep=stopper.sleep,
            stop=stopper.check,
            progress=progress.step,
            surroundings=replace(context.surroundings or Surroundings(), waiting=progress.waiting),
        )


def clocks_of(context: Context, sleep: Callable[[float], None] = time.sleep) -> Clocks:
    """Return the clocks of this command; `sleep` waits. Raises UsageError."""
    from simonsync.account import clocks

    recorded = context.surroundings.clocks if context.surroundings else None
    return recorded or clocks.clocks_of(context.configuration, context.environ, sleep)


def clock_of(context: Context) -> Callable[[], datetime]:
    """Return our clock. Raises UsageError."""
    return clocks_of(context).now


def opened_state(context: Context) -> AbstractContextManager[State | None]:
    """Open the state to read; None where the account has none yet. Raises UsageError."""
    from simonsync.account.existing import existing_state

    return existing_state(context.configuration)


def place_for(context: Context, name: str) -> Path:
    """Return where a file belongs that a command writes for people. Raises UsageError for one of our own."""
    from simonsync.config.promises import is_ours

    configuration = context.configuration
    place, profile = context.folder / name, configuration.simon.profile
    ours = (configuration.file, *([profile] if profile else []))
    if is_ours(place, configuration.state, configuration.account, *ours):
        raise UsageError("file-taken", path=str(place))
    return place
