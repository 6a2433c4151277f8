"""Where an account stands between its first start and its end [4, 9]."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """The strict order of activation: each step is open only after the one before it [4.3]."""

    NEVER_ACTIVATED = "never_activated"
    WIPED = "wiped"
    CONNECTED = "connected"
    ACTIVE = "active"
    INACTIVE = "inactive"
