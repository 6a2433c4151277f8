"""The firm that activation and repairs are tried on, whom it tells, and a state of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.store.opening import open_state
from simonsync.store.state import State
from tests.account.conftest import office
from tests.host.monitor import Monitor, monitor

__all__ = ["office"]


@pytest.fixture
def watcher() -> Iterator[Monitor]:
    with monitor() as there:
        yield there


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    (tmp_path / "state").mkdir(mode=0o700)
    with open_state(tmp_path / "state" / "firm.db") as opened:
        yield opened
