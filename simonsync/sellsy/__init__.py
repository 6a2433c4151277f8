"""Sellsy over its API: what the engine reads there and writes there."""

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
    requests_per_second: float = 5.0,
    timeout: float = 30.0,
    insecure_http: bool = False,
    timezone: str = "Europe/Paris",
    hooks: Hooks | None = None,
) -> SellsyV1:
    """Make the connection to a firm's Sellsy [4.3]; nothing is sent before something is read.

    Args:
        url: the API's one address, with its trailing slash.
        credentials: the four tokens of the private application.
        api: which of Sellsy's APIs.
        requests_per_second: Sellsy's limit, 5 by its own rules.
        timeout: seconds to wait for an answer.
        insecure_http: allow plain http beyond this machine.
        timezone: the account's zone, in which Sellsy writes moments.
        hooks: clock, waiting, stop and transport, for tests.

    Raises:
        UsageError: the address or the API cannot be used.
    """
    if api != "v1":
        raise UsageError("sellsy-v2-not-yet", api=api)
    from zoneinfo import ZoneInfo

    from simonsync.http import Hooks, Session
    from simonsync.sellsy.v1.api import SellsyV1
    from simonsync.sellsy.v1.client import SellsyClient

    hooks = hooks or Hooks()
    session = Session(
        "Sellsy",
        url,
        timeout=timeout,
        requests_per_second=requests_per_second,
        insecure_http=insecure_http,
        hooks=hooks,
    )
    return SellsyV1(SellsyClient(session, credentials), ZoneInfo(timezone), hooks.now)
