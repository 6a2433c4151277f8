"""Open what is remembered about an account: the one place that knows where it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simonsync.store.sqlite.file import StateFile
from simonsync.store.sqlite.soundness import require_nothing_hidden
from simonsync.store.state import State
from simonsync.store.values import Garbled


@contextmanager
def open_state(path: Path, *, rehearsal: bool = False) -> Iterator[State]:
    """Open the state of an account; a rehearsal forgets at the end what it wrote.

    Raises StateUnusable where it cannot be used.
    """
    database = StateFile(path, rehearsal=rehearsal)
    try:
        require_nothing_hidden(database)
        yield State(database)
    except Garbled as error:
        raise error.at(path) from error
    finally:
        database.close()
