"""Sellsy, the ERP: customers, catalogue and quotes come from it, draft invoices and files go to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simonsync.errors import UsageError
from simonsync.sellsy.credentials import SellsyCredentials

if TYPE_CHECKING:
    from simonsync.http import Hooks
    from simonsync.sellsy.v1.api import SellsyV1

__all__ = ["SellsyCredentials", "connect"]


def connect(
    url: str,
    credentials: SellsyCredentials,
    *,
    api: str = "v1",
    requests_per_second: float = 5,
    timeout: float = 30,
    insecure_http: bool = False,
    timezone: str = "Europe/Paris",
    hooks: Hooks | None = None,
) -> SellsyV1:
    """Prepare to speak to Sellsy; nothing is sent yet, so nothing is proven (`account()` does).

    Args:
        url: the service's address.
        credentials: who we are.
        api: `v1`; `v2` cannot be spoken yet.
        requests_per_second: what Sellsy allows an account.
        timeout: seconds to connect, and to be answered.
        insecure_http: allow plain http beyond loopback.
        timezone: the account's zone, in which Sellsy writes its moments.
        hooks: clocks, waiting, stop and transport.

    Raises:
        UsageError: the address must not be used, or the API is not known.
    """
    if api != "v1":
        raise UsageError("sellsy-v2-not-yet", api=api)
    from zoneinfo import ZoneInfo

    from simonsync.http import Hooks, Session
    from simonsync.sellsy.v1.api import SellsyV1

    hooks = hooks or Hooks()
    session = Session(
        "Sellsy",
        url,
        timeout=timeout,
        requests_per_second=requests_per_second,
        insecure_http=insecure_http,
        hooks=hooks,
    )
    return SellsyV1(session, credentials, zone=ZoneInfo(timezone), now=hooks.now)
