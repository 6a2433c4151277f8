"""What the last run asked of both services: one line a request, for whoever asks for help."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from simonsync.files import write_durably
from simonsync.secrecy import without_secrets

ENDING: Final = ".wire"
"""Of the file, which is named like the account."""
MOST: Final = 2000
"""So many requests of a run are kept, the last ones: a first import makes many more."""


class _Collecting(logging.Handler):
    """Keeps the lines of the log that tells each request."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: deque[str] = deque(maxlen=MOST)
        self.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def wire_log(folder: Path, account: str, command: str) -> Iterator[None]:
    """Keep the requests that are made inside, in the place of those of the run before.

    A disk that has no room for it is no reason to fail: this only helps somebody who looks later.
    """
    log, collecting = logging.getLogger("simonsync.http"), _Collecting()
    level = log.level
    log.addHandler(collecting)
    log.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        log.removeHandler(collecting)
        log.setLevel(level)
        text = "".join(f"{line}\n" for line in (f"# {command}", *collecting.lines))
        with suppress(OSError):
            write_durably(folder / f"{account}{ENDING}", without_secrets(text, thoroughly=True))
