"""A firm on the sandbox, with a clock that only moves when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.settings.declaration import Documents
from tests.firm import Firm
from tests.sync.filing import Archive, archive


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


@pytest.fixture
def steady(tmp_path: Path) -> Firm:
    """The firm once it is active, in-process: time passes in it, and nothing is spent on sockets."""
    tmp_path.chmod(0o700)
    firm = Firm(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    firm.activate()
    firm.pull()
    firm.later(minutes=1)
    firm.box.log.clear()
    return firm


@pytest.fixture
def quoting(tmp_path: Path) -> Firm:
    """A firm whose quotes become work orders, lines and all; in-process, since there are many stumbles."""
    tmp_path.chmod(0o700)
    firm = Firm(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    firm.activate(quotes_to_work_orders=True, quote_lines_as_used_items=True)
    firm.pull()
    firm.later(minutes=1)
    firm.box.log.clear()
    return firm


@pytest.fixture
def filing(tmp_path: Path) -> Archive:
    """A firm that wants every file in Sellsy."""
    return archive(tmp_path, documents=Documents.WORK_ORDER_AND_FORMS, attachments=True)
