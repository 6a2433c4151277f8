"""The clocks of this machine: the wall's, and the one that counts from its start."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from simonsync.errors import UsageError
from simonsync.sync.run import Clocks

if TYPE_CHECKING:
    from simonsync.config.schema import Configuration

OFFSET = "SIMONSYNC_NOW_OFFSET"
"""For tests only: seconds by which our clock and the machine's are moved alike; honoured while both services
are on this machine."""
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def clocks_of(
    configuration: Configuration, environ: Mapping[str, str], sleep: Callable[[float], None] = time.sleep
) -> Clocks:
    """Return our clocks. Raises UsageError."""
    offset = _offset(configuration, environ).total_seconds()
    return Clocks(clock_of(configuration, environ), lambda: _elapsed() + offset, sleep, _boot())


def clock_of(configuration: Configuration, environ: Mapping[str, str]) -> Callable[[], datetime]:
    """Return the wall's clock, which tests may move. Raises UsageError."""
    offset = _offset(configuration, environ)
    return lambda: datetime.now(UTC) + offset


def _offset(configuration: Configuration, environ: Mapping[str, str]) -> timedelta:
    from urllib.parse import urlsplit

    from simonsync.config.file import is_loopback

    text = environ.get(OFFSET, "")
    urls = (configuration.sellsy.url, configuration.simon.url)
    if not text or not all(is_loopback(urlsplit(url).hostname or "") for url in urls):
        return timedelta(0)
    try:
        return timedelta(seconds=float(text))
    except (ValueError, OverflowError):
        raise UsageError("now-offset-number", variable=OFFSET, value=text) from None


def _elapsed() -> float:
    """Return seconds of a clock that goes on while the machine sleeps, where the system has one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _boot() -> str:
    """Name the present start of this machine; "" where the system does not tell."""
    try:
        return BOOT_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
