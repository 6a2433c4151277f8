"""A run keeps to Sellsy's limit as Sellsy counts: by when requests are sent, and not by when we began."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from tests.firm import Firm

LIMIT = 5
SLOW = 0.143
"""Seconds that it takes to look up the service's name."""


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    with Sandbox(customers=3, clock=VirtualClock(), requests_per_second=LIMIT) as box:
        known = socket.getaddrinfo

        def slow(*words: Any, **more: Any) -> Any:
            box.clock.advance(SLOW)
            return known(*words, **more)

        monkeypatch.setattr(socket, "getaddrinfo", slow)
        made = Firm(box, tmp_path)
        made.requests_per_second = LIMIT
        made.activate()
        yield made


def test_5_a_second_are_never_refused_however_long_connecting_takes(firm: Firm) -> None:
    firm.box.log.clear()
    assert firm.pull().exit_code == 0
    firm.archived(work=60)
    firm.later(seconds=1)
    # Each draft is sent on a connection of its own.
    assert firm.push().exit_code == 0
    asked = firm.box.log.entries("sellsy")
    assert len(asked) > 2 * LIMIT
    assert [entry.method for entry in asked if entry.status == 429] == []
    moments = [entry.at for entry in asked]
    for first, beyond in zip(moments, moments[LIMIT:], strict=False):
        assert beyond - first >= timedelta(seconds=1)
