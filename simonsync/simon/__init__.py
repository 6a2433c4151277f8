"""Simple-Simon over its API: what the engine reads there and writes there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from simonsync.rules.marker import marker
from simonsync.simon.credentials import SimonCredentials
from simonsync.simon.profile import Dialect
from simonsync.simon.profile_file import load_profile

if TYPE_CHECKING:
    from simonsync.http import Hooks
    from simonsync.simon.api import Simon

__all__ = ["SimonCredentials", "connect"]


def connect(  # noqa: PLR0913 each of them by its name
    url: str,
    credentials: SimonCredentials,
    *,
    dialect: Dialect | str = Dialect.ODATA,
    profile: Path | None = None,
    timeout: float = 30.0,
    requests_per_second: float = 0.0,
    insecure_http: bool = False,
    hooks: Hooks | None = None,
    mark: Callable[..., str] = marker,
) -> Simon:
    """Make the connection to a firm's Simon [4.3]; nothing is sent before something is read.

    Args:
        url: the address that Simple-Simon mailed.
        credentials: licence, user and password.
        dialect: `odata`, or `rest` for the older service.
        profile: a YAML file that overrides wire names.
        timeout: seconds to wait for an answer.
        requests_per_second: a limit to keep to; 0 = none known.
        insecure_http: allow plain http beyond this machine.
        hooks: clock, waiting, stop and transport, for tests.
        mark: works out a work order's marker.

    Raises:
        UsageError: the address or the profile cannot be used.
    """
    from simonsync.http import Session
    from simonsync.simon.api import Simon
    from simonsync.simon.client import SimonClient
    from simonsync.simon.odata import OdataDialect
    from simonsync.simon.rest import RestDialect

    names = load_profile(profile, Dialect(dialect))
    session = Session(
        "Simon",
        url,
        timeout=timeout,
        requests_per_second=requests_per_second,
        insecure_http=insecure_http,
        hooks=hooks,
    )
    client = SimonClient(session, credentials, names, hooks)
    tables = OdataDialect(client, names) if names.dialect is Dialect.ODATA else RestDialect(client, names)
    return Simon(client, tables, names, mark)
