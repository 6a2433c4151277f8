"""Sessions whose waiting moves a clock instead of costing time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simonsync.http import Hooks, Session
from tests.http.scripted import VirtualTime


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def open_session(time: VirtualTime) -> Iterator[Callable[..., Session]]:
    opened = []

    def open_one(url: str, **options: Any) -> Session:
        hooks = {"sleep": time.sleep, "clock": time, "random": lambda: 1.0, **options.pop("hooks", {})}
        session = Session("Sellsy", url, hooks=Hooks(**hooks), **options)
        opened.append(session)
        return session

    yield open_one
    for session in opened:
        session.close()
