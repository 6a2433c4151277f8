"""Values of options that need more than their type: lists by comma, and moments in the past."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from simonsync.errors import UsageError

ALL, NONE = "all", "none"
_AGO = re.compile(r"(\d+)([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def list_of(text: str, allowed: Sequence[str], option: str) -> tuple[str, ...]:
    """Read a list by comma, in the order of what is allowed; nothing means all. Raises UsageError."""
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [part for part in wanted if part not in allowed]
    if unknown:
        raise UsageError("usage-list", option=option, value=", ".join(unknown), allowed=", ".join(allowed))
    return tuple(name for name in allowed if name in wanted) if wanted else tuple(allowed)


def moment_of(text: str, now: datetime, zone: tzinfo, option: str) -> datetime:
    """Read a date or time in the account's zone, or a span back from now such as `30m 2h 3d 1w`.

    Raises UsageError.
    """
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago:
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise UsageError("usage-moment", option=option, value=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def tables_of(text: str | None) -> tuple[str, ...] | None:
    """Read `--tables`: `all`, `none`, or names by comma; None where it was not given. Raises UsageError."""
    from simonsync.domain.entities import MANUAL_TABLES

    match (text or "").strip().casefold():
        case _ if text is None:
            return None
        case "all":
            return MANUAL_TABLES
        case "none" | "":
            return ()
    return list_of(text, (*MANUAL_TABLES, ALL, NONE), "--tables")
