"""Put an account together from its configuration: adapters, clocks, progress. The composition root."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from simonsync.cli.signals import Stopper
from simonsync.errors import UsageError
from simonsync.operate.execution import Account
from simonsync.sync.run import Clocks, Draw, Timing

if TYPE_CHECKING:
    from simonsync.cli.context import Context
    from simonsync.domain.records import SellsyAccount, WorkOrder
    from simonsync.sync.ports import SellsyWriter, SimonWriter

OFFSET = "SIMONSYNC_NOW_OFFSET"
"""For tests only: seconds by which our clock and the machine's are moved alike; honoured while both services
are on this machine."""
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@contextmanager
def account_of(context: Context) -> Iterator[Account]:
    """Give the account to work with; while it is in use, signals stop it cleanly. Raises UsageError."""
    from simonsync.cli.progress import Progress
    from simonsync.config.state_folder import make_state_folder

    configuration = context.configuration
    make_state_folder(configuration.state)
    stopper = Stopper()
    clocks = clocks_of(context, stopper.sleep)
    with stopper.listening(), Progress(context.output, context.language) as progress:
        yield Account(
            name=configuration.account,
            folder=configuration.state,
            language=configuration.language,
            settings=configuration.settings,
            api=configuration.sellsy.api,
            connect=lambda: connect(context, clocks, stopper.check),
            clocks=clocks,
            timing=Timing(
                unknown_wait=timedelta(minutes=configuration.sync.unknown_wait_minutes),
                consistency_wait=timedelta(seconds=configuration.sync.consistency_wait_seconds),
                budget=timedelta(seconds=configuration.sync.time_budget),
            ),
            draw=_drawing(context),
            scan_requests=configuration.sync.scan_requests_per_cycle,
            workers=configuration.simon.workers,
            stop=stopper.check,
            progress=progress.step,
        )


def connect(context: Context, clocks: Clocks, stop: Callable[[], None]) -> tuple[SellsyWriter, SimonWriter]:
    """Make the adapters of both services; nothing is sent yet. Raises UsageError naming what is missing."""
    from simonsync.config.credentials import SIMON, missing_credentials, sellsy_names

    configuration, credentials = context.configuration, context.credentials
    missing = missing_credentials(
        credentials, configuration.state, *sellsy_names(configuration.sellsy.api), *SIMON
    )
    if missing:
        raise UsageError.of(missing)
    return connect_sellsy(context, clocks, stop), connect_simon(context, clocks, stop)


def connect_sellsy(context: Context, clocks: Clocks, stop: Callable[[], None]) -> SellsyWriter:
    """Make the adapter of Sellsy."""
    from simonsync import sellsy
    from simonsync.http import Hooks

    configuration, credentials = context.configuration, context.credentials
    return sellsy.connect(
        configuration.sellsy.url,
        sellsy.SellsyCredentials(
            *(credentials.get(name, "") for name in ("sellsy_consumer_token", "sellsy_consumer_secret")),
            *(credentials.get(name, "") for name in ("sellsy_user_token", "sellsy_user_secret")),
        ),
        api=configuration.sellsy.api,
        requests_per_second=configuration.sellsy.requests_per_second,
        timeout=configuration.sellsy.timeout,
        insecure_http=configuration.insecure_http,
        timezone=configuration.timezone,
        hooks=Hooks(sleep=clocks.sleep, now=clocks.now, stop=stop),
    )


def connect_simon(context: Context, clocks: Clocks, stop: Callable[[], None]) -> SimonWriter:
    """Make the adapter of Simon."""
    from simonsync import simon
    from simonsync.http import Hooks

    configuration, credentials = context.configuration, context.credentials
    return simon.connect(
        configuration.simon.url,
        simon.SimonCredentials(
            key=credentials.get("simon_key", ""),
            user=credentials.get("simon_user", ""),
            password=credentials.get("simon_password", ""),
            api_key=credentials.get("simon_api_key", ""),
        ),
        dialect=configuration.simon.dialect,
        profile=configuration.simon.profile,
        requests_per_second=configuration.simon.requests_per_second,
        timeout=configuration.simon.timeout,
        insecure_http=configuration.insecure_http,
        hooks=Hooks(sleep=clocks.sleep, now=clocks.now, stop=stop),
    )


def clocks_of(context: Context, sleep: Callable[[float], None]) -> Clocks:
    """Return our clocks: the wall's, and the machine's that counts from its start. Raises UsageError."""
    offset = _offset(context)
    return Clocks(clock_of(context), lambda: elapsed() + offset.total_seconds(), sleep, boot_of())


def clock_of(context: Context) -> Callable[[], datetime]:
    """Return our clock; tests may move it while both services are on this machine. Raises UsageError."""
    offset = _offset(context)
    return lambda: datetime.now(UTC) + offset


def _offset(context: Context) -> timedelta:
    from urllib.parse import urlsplit

    from simonsync.config.file import is_loopback

    text = context.environ.get(OFFSET, "")
    urls = (context.configuration.sellsy.url, context.configuration.simon.url)
    if not text or not all(is_loopback(urlsplit(url).hostname or "") for url in urls):
        return timedelta(0)
    try:
        return timedelta(seconds=float(text))
    except (ValueError, OverflowError):
        raise UsageError("now-offset-number", variable=OFFSET, value=text) from None


def elapsed() -> float:
    """Return seconds of a clock that goes on while the machine sleeps, where the system has one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def boot_of() -> str:
    """Name the present start of this machine; "" where the system does not tell."""
    try:
        return BOOT_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _drawing(context: Context) -> Draw:
    def draw(order: WorkOrder, firm: SellsyAccount, customer_name: str) -> bytes:
        from simonsync.pdf import draw_work_order

        return draw_work_order(order, firm, customer_name, context.configuration.language, context.zone)

    return draw
