"""Simon's moments: from the wire to UTC and back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from simonsync.simon.profile import DateFormat, DateLiteral, Dates

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR = 1900
_MILLISECONDS = re.compile(r"(?:/Date\()?(-?\d+)(?:[+-]\d{4})?(?:\)/)?")
_LONG_FRACTION = re.compile(r"(\.\d{6})\d+")


def parse_moment(value: object, dates: Dates) -> datetime | None:
    """Return a moment in UTC, None where there is none; raise ValueError where it cannot be read.

    None are null, an empty text, and the first days of calendars by which databases say that there is no date
    (`0001-01-01`, `1753-01-01`, `1899-12-30`).

    An offset on the wire counts; without one the profile's zone does. At the end of summer time an hour
    comes twice: without an offset it is read as the first, which is the careful side for a cursor.
    """
    if value is None or value == "":
        return None
    moment = _parsed(str(value).strip(), dates)
    return moment if moment.year >= _FIRST_YEAR else None


def _parsed(text: str, dates: Dates) -> datetime:
    if dates.format == DateFormat.MILLISECONDS:
        match = _MILLISECONDS.fullmatch(text)
        if match is None:
            raise ValueError(text)
        try:
            return _EPOCH + timedelta(milliseconds=int(match[1]))
        except OverflowError:
            raise ValueError(text) from None
    if dates.format == DateFormat.ISO:
        # .NET writes seven digits of a second; what is cut off here only makes a cursor look earlier.
        moment = datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", text))
    else:
        moment = datetime.strptime(text, dates.format)  # noqa: DTZ007 - the zone is put in below
    if moment.year < _FIRST_YEAR:
        return moment
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_zone(dates.zone), fold=0)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None


def wire_moment(moment: datetime, dates: Dates) -> str:
    """Write a moment as Simon writes it, for parameters.

    In the hour that comes twice at the end of summer time, a format without an offset asks from that
    hour's first pass on: reading a little twice is harmless, missing something is not.
    """
    if dates.format == DateFormat.MILLISECONDS:
        return str((moment - _EPOCH) // timedelta(milliseconds=1))
    if dates.format == DateFormat.ISO:
        return _utc_text(moment)
    return _local(moment, dates).strftime(dates.format)


def literal_moment(moment: datetime, dates: Dates) -> str:
    """Write a moment as it stands inside an OData filter."""
    match dates.literal:
        case DateLiteral.PLAIN:
            return _utc_text(moment)
        case DateLiteral.DATETIMEOFFSET:
            return f"datetimeoffset'{_utc_text(moment)}'"
        case DateLiteral.DATETIME:
            return f"datetime'{_local(moment, dates).replace(tzinfo=None).isoformat()}'"


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _local(moment: datetime, dates: Dates) -> datetime:
    local = moment.astimezone(_zone(dates.zone))
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    if first is not None and second is not None and first > second:
        return local - (first - second)
    return local


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
