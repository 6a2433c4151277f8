"""What is logged, on stderr and without secrets: warnings always, with `--verbose` the technical lines."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from simonsync.secrecy import keep, without_secrets

if TYPE_CHECKING:
    from simonsync.cli.output import Output


class _ToNotes(logging.Handler):
    """Prints each record beside the result, and hides what must be hidden, whoever logged it."""

    def __init__(self, output: Output, level: int, form: str) -> None:
        super().__init__(level)
        self._output = output
        self.setFormatter(logging.Formatter(form))

    def emit(self, record: logging.LogRecord) -> None:
        # A line that cannot be shown must not stop a sync, and Python would show it as it is.
        with suppress(Exception):
            self._output.technical(without_secrets(self.format(record), thoroughly=True))


def show_technical_lines(output: Output, environ: Mapping[str, str]) -> None:
    """Show what simonsync logs, and the warnings of the libraries that it uses."""
    _keep_given(environ)
    handler = _ToNotes(output, logging.DEBUG, "%(asctime)s %(name)s: %(message)s")
    logging.getLogger().addHandler(handler)
    logging.getLogger("simonsync").setLevel(logging.DEBUG)


def show_warnings(output: Output) -> None:
    """Show warnings where nothing else shows them; Python would print them as they are."""
    logging.lastResort = _ToNotes(output, logging.WARNING, "%(message)s")


def without_known_secrets(text: str, environ: Mapping[str, str]) -> str:
    """Return a technical text without any secret, those of the environment included. Never raises."""
    _keep_given(environ)
    return without_secrets(text, thoroughly=True)


def _keep_given(environ: Mapping[str, str]) -> None:
    from simonsync.config.credentials import from_environment

    keep(*from_environment(environ).secrets)
