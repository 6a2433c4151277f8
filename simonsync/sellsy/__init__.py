"""Sellsy, the ERP: customers, catalogue and quotes come from it, draft invoices and files go to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from simonsync.errors import UsageError
from simonsync.sellsy.credentials import ClientSecret, SellsyCredentials

if TYPE_CHECKING:
    from simonsync.http import Hooks
    from simonsync.sellsy.v1.api import SellsyV1

__all__ = ["ClientSecret", "SellsyCredentials", "connect"]


class Addresses(NamedTuple):
    """Where Sellsy's services are: both APIs, and the login that gives access tokens."""

    v1: str
    login: str
    v2: str


def addresses(url: str) -> Addresses:
    """Return all addresses for the configured one.

    Sellsy's own are known. Whatever stands in for it, on this machine or as a proxy, has all of them.
    """
    parts = urlsplit(url)
    if (parts.hostname or "").endswith(".sellsy.com"):
        return Addresses(
            "https://apifeed.sellsy.com/0/",
            "https://login.sellsy.com/oauth2/access-tokens",
            "https://api.sellsy.com/v2",
        )
    here = f"{parts.scheme}://{parts.netloc}"
    return Addresses(url, f"{here}/oauth2/access-tokens", f"{here}/v2")


def connect(
    url: str,
    credentials: SellsyCredentials | ClientSecret,
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
        credentials: who we are; a client's secret is exchanged for a token with the first request.
        api: `v1`, or `v2` = v1 and beside it v2 for what only that tells; it needs a client's secret.
        requests_per_second: what Sellsy allows an account.
        timeout: seconds to connect, and to be answered.
        insecure_http: allow plain http beyond loopback.
        timezone: the account's zone, in which Sellsy writes its moments.
        hooks: clocks, waiting, stop and transport.

    Raises:
        UsageError: the address must not be used, or the credentials are none for this API.
    """
    from zoneinfo import ZoneInfo

    from simonsync.http import Hooks, Pacer, Session
    from simonsync.sellsy.v1.api import SellsyV1

    hooks = hooks or Hooks()
    where = addresses(url)
    pace = Pacer(requests_per_second, hooks.clock)

    def session(address: str, pacer: Pacer | None) -> Session:
        return Session(
            "Sellsy", address, timeout=timeout, insecure_http=insecure_http, hooks=hooks, pacer=pacer
        )

    v1, zone = session(where.v1, pace), ZoneInfo(timezone)
    if isinstance(credentials, SellsyCredentials):
        if api != "v1":
            raise UsageError("sellsy-client-needed", api=api)
        return SellsyV1(v1, credentials, zone=zone, now=hooks.now)
    from simonsync.sellsy.bearer import Bearer

    bearer = Bearer(session(where.login, None), credentials, hooks.now)
    if api == "v1":
        return SellsyV1(v1, bearer, zone=zone, now=hooks.now)
    from simonsync.sellsy.v2.api import SellsyHybrid

    # Whether the two APIs share a quota is not known: they share the pace.
    return SellsyHybrid(v1, session(where.v2, pace), bearer, zone=zone, now=hooks.now)
