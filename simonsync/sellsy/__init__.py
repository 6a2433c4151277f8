"""Sellsy, the ERP: customers, catalogue and quotes come from it, draft invoices and files go to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from simonsync.errors import UsageError
from simonsync.sellsy.credentials import ClientSecret, SellsyCredentials

if TYPE_CHECKING:
    from simonsync.http import Hooks
    from simonsync.sellsy.bearer import Bearer
    from simonsync.sellsy.v1.api import SellsyV1

__all__ = ["ClientSecret", "SellsyCredentials", "connect"]


class Addresses(NamedTuple):
    """Where Sellsy's services are: API v1, and the login that gives access tokens."""

    v1: str
    login: str


def addresses(url: str) -> Addresses:
    """Return all addresses for the configured one.

    Sellsy's own are known. Whatever stands in for it, on this machine or as a proxy, has all of them.
    """
    parts = urlsplit(url)
    if (parts.hostname or "").endswith(".sellsy.com"):
        return Addresses("https://apifeed.sellsy.com/0/", "https://login.sellsy.com/oauth2/access-tokens")
    return Addresses(url, f"{parts.scheme}://{parts.netloc}/oauth2/access-tokens")


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
    where = addresses(url)
    session = Session(
        "Sellsy",
        where.v1,
        timeout=timeout,
        requests_per_second=requests_per_second,
        insecure_http=insecure_http,
        hooks=hooks,
    )
    who: SellsyCredentials | Bearer
    if isinstance(credentials, SellsyCredentials):
        who = credentials
    else:
        from simonsync.sellsy.bearer import Bearer

        login = Session("Sellsy", where.login, timeout=timeout, insecure_http=insecure_http, hooks=hooks)
        who = Bearer(login, credentials, hooks.now)
    return SellsyV1(session, who, zone=ZoneInfo(timezone), now=hooks.now)
