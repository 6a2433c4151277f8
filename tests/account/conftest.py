"""A firm on the sandbox that has never been activated, with a clock that only moves when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from tests.account.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    tmp_path.chmod(0o700)
    with Sandbox(clock=VirtualClock()) as box:
        yield Office(box, tmp_path)
