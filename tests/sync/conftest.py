"""A firm on the sandbox, with a clock that only moves when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from tests.firm import Firm


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    tmp_path.chmod(0o700)
    with Sandbox(clock=VirtualClock()) as box:
        yield Firm(box, tmp_path)


@pytest.fixture
def active(firm: Firm) -> Firm:
    """The firm once it is active and its customers and catalogue are in Simon."""
    firm.activate()
    firm.pull()
    firm.box.log.clear()
    return firm
