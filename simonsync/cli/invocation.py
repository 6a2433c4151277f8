"""One start of the program, which is what the parser hands to each command."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simonsync.cli.start import LanguageCode, Start, locale_language

if TYPE_CHECKING:
    import typer

    from simonsync.cli.context import Context


class Invocation:
    """One start of the program; what a command needs is made when it is first asked for."""

    def __init__(self, start: Start, environ: Mapping[str, str], folder: Path) -> None:
        """Take what the scan found, the environment and the working folder."""
        self.options = start.options
        self.start = start
        self.environ = environ
        self.folder = folder

    @property
    def language(self) -> LanguageCode:
        """The language of the help, for which no configuration is read: `--lang`, else the locale's."""
        return self.options.lang or locale_language(self.environ)

    @cached_property
    def context(self) -> Context:
        """The surroundings of the command that is run."""
        from simonsync.cli.context import Context
        from simonsync.cli.output import Output

        output = Output(self.environ, as_json=self.start.as_json, quiet=self.options.quiet)
        return Context(self.start.command, self.options, output, self.environ, self.folder)


def context_of(ctx: typer.Context) -> Context:
    """Return the context of the command that is being run."""
    session = ctx.find_object(Invocation)
    if session is None:
        raise TypeError("the command was not started by simonsync.cli.app.run")
    return session.context
