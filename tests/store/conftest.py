"""A fresh state file for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.store.opening import open_state
from simonsync.store.state import State


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(tmp_path / "firm.db") as opened:
        yield opened
