"""What an account takes from where it runs, and what a recording or a replay puts in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simonsync.account.machine import machine_identity
from simonsync.rules.marker import marker

if TYPE_CHECKING:
    from simonsync.http import Around
    from simonsync.sync.run import Clocks


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an account runs; by default on this machine.

    Attributes:
        around: stands around each request to either service; None = straight to the network.
        clocks: take the place of this machine's.
        waiting: told of a service that has to be waited for: its name, why, for how many seconds.
        machine: which machine this is.
        mark: works out a work order's marker.
    """

    around: Around | None = None
    clocks: Clocks | None = None
    waiting: Callable[[str, str, float], None] | None = None
    machine: Callable[[], str | None] = machine_identity
    mark: Callable[..., str] = marker
