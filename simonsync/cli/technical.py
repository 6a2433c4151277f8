"""`--verbose`: the technical lines of a run, on stderr, without the values of credentials."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from simonsync.cli.redaction import without_secrets

if TYPE_CHECKING:
    from simonsync.cli.context import Context


class _ToNotes(logging.Handler):
    """Prints each record beside the result, and hides what must be hidden, whoever logged it."""

    def __init__(self, context: Context) -> None:
        super().__init__(logging.DEBUG)
        self._context = context
        self.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = without_secrets(self.format(record), self._context.secrets)
            self._context.output.technical(text)
        except Exception:  # noqa: BLE001 a line that cannot be shown must not stop a sync
            self.handleError(record)


def show_technical_lines(context: Context) -> None:
    """Show what simonsync logs, and the warnings of the libraries that it uses."""
    handler = _ToNotes(context)
    logging.getLogger().addHandler(handler)
    logging.getLogger("simonsync").setLevel(logging.DEBUG)
