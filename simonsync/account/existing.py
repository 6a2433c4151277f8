"""The state of an account to look at, where it has one: for commands and pages that only show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simonsync.config.state_folder import check_state_folder
from simonsync.files import is_there
from simonsync.store.opening import open_state

if TYPE_CHECKING:
    from simonsync.config.schema import Configuration
    from simonsync.store.state import State


@contextmanager
def existing_state(configuration: Configuration) -> Iterator[State | None]:
    """Open the state to read; None where the account has none yet. Raises UsageError."""
    check_state_folder(configuration.state, to_write=False)
    if not is_there(configuration.database):
        yield None
        return
    with open_state(configuration.database) as state:
        yield state
