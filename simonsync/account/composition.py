"""Put an account together from its configuration: adapters, credentials, clocks. The composition root.

Nothing here knows a terminal: a command gives what stops it and what shows how far it is, a page, a worker or
a test may do without.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from simonsync.account.clocks import clocks_of
from simonsync.account.execution import Account
from simonsync.account.surroundings import Surroundings
from simonsync.errors import UsageError
from simonsync.sync.run import Clocks, Draw, Progress, Timing

if TYPE_CHECKING:
    from simonsync.config.credentials import Credentials
    from simonsync.config.schema import Configuration
    from simonsync.domain.records import SellsyAccount, WorkOrder
    from simonsync.http import Hooks
    from simonsync.sync.ports import SellsyWriter, SimonWriter


def put_together(
    configuration: Configuration,
    environ: Mapping[str, str],
    *,
    credentials: Callable[[], Credentials] | None = None,
    sleep: Callable[[float], None] = time.sleep,
    stop: Callable[[], None] = lambda: None,
    progress: Progress = lambda _stream, _done, _total: None,
    surroundings: Surroundings | None = None,
) -> Account:
    """Give the account to work with, and make its state folder. Raises UsageError.

    Credentials are read when the first adapter is made: from the state folder and the environment, unless
    they are given. `stop` raises Stopped where somebody wants it to end. `surroundings` take the place of
    this machine and its network.
    """
    from simonsync.config.credentials import SIMON, missing_credentials, read_credentials, sellsy_names
    from simonsync.config.state_folder import make_state_folder

    make_state_folder(configuration.state)
    where = surroundings or Surroundings()
    clocks = where.clocks or clocks_of(configuration, environ, sleep)

    def known(*, sellsy: bool) -> Credentials:
        found = credentials() if credentials else read_credentials(configuration.state, environ)
        # Who speaks to Sellsy works with both: everything that is missing is told at once.
        names = sellsy_names(configuration.sellsy.api, found) if sellsy else ()
        missing = missing_credentials(found, configuration.state, *names, *SIMON)
        if missing:
            raise UsageError.of(missing)
        return found

    return Account(
        name=configuration.account,
        folder=configuration.state,
        language=configuration.language,
        settings=configuration.settings,
        api=configuration.sellsy.api,
        sellsy=lambda: sellsy_of(configuration, known(sellsy=True), clocks, stop, where),
        simon=lambda: simon_of(configuration, known(sellsy=False), clocks, stop, where),
        clocks=clocks,
        timing=Timing(
            unknown_wait=timedelta(minutes=configuration.sync.unknown_wait_minutes),
            consistency_wait=timedelta(seconds=configuration.sync.consistency_wait_seconds),
            budget=timedelta(seconds=configuration.sync.time_budget),
        ),
        draw=_drawing(configuration),
        scan_requests=configuration.sync.scan_requests_per_cycle,
        keep_information=timedelta(days=configuration.journal.keep_information_days),
        workers=configuration.simon.workers,
        stop=stop,
        progress=progress,
        machine=where.machine,
    )


def sellsy_of(
    configuration: Configuration,
    credentials: Credentials,
    clocks: Clocks,
    stop: Callable[[], None],
    where: Surroundings | None = None,
) -> SellsyWriter:
    """Make the adapter of Sellsy; nothing is sent yet."""
    from simonsync import sellsy
    from simonsync.config.credentials import SELLSY_CLIENT, sellsy_names

    names = sellsy_names(configuration.sellsy.api, credentials)
    first, second, *others = (credentials.get(name, "") for name in names)
    who: sellsy.SellsyCredentials | sellsy.ClientSecret
    if names == SELLSY_CLIENT:
        who = sellsy.ClientSecret(first, second, configuration.database.with_suffix(".token"))
    else:
        who = sellsy.SellsyCredentials(first, second, *others)
    return sellsy.connect(
        configuration.sellsy.url,
        who,
        api=configuration.sellsy.api,
        requests_per_second=configuration.sellsy.requests_per_second,
        timeout=configuration.sellsy.timeout,
        insecure_http=configuration.insecure_http,
        timezone=configuration.timezone,
        hooks=_hooks(clocks, stop, where or Surroundings()),
    )


def simon_of(
    configuration: Configuration,
    credentials: Credentials,
    clocks: Clocks,
    stop: Callable[[], None],
    where: Surroundings | None = None,
) -> SimonWriter:
    """Make the adapter of Simon; nothing is sent yet."""
    from simonsync import simon

    where = where or Surroundings()
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
        hooks=_hooks(clocks, stop, where),
        mark=where.mark,
    )


def _hooks(clocks: Clocks, stop: Callable[[], None], where: Surroundings) -> Hooks:
    from simonsync.http import Hooks

    hooks = Hooks(sleep=clocks.sleep, clock=clocks.elapsed, now=clocks.now, stop=stop)
    hooks = replace(hooks, around=where.around) if where.around else hooks
    return replace(hooks, waiting=where.waiting) if where.waiting else hooks


def _drawing(configuration: Configuration) -> Draw:
    def draw(order: WorkOrder, firm: SellsyAccount, customer_name: str) -> bytes:
        from simonsync.pdf.work_order import draw_work_order

        return draw_work_order(order, firm, customer_name, configuration.language, configuration.zone)

    return draw
