from __future__ import annotations

from collections.abc import Iterator

import pytest

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from tests.sandbox.sellsy_caller import SellsyCaller


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock()) as served:
        yield served


@pytest.fixture
def sellsy(box: Sandbox) -> Iterator[SellsyCaller]:
    with SellsyCaller(box) as caller:
        yield caller
