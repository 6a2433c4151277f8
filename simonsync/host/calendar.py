"""When a cleanup runs: calendar expressions as systemd reads them, and what of them cron can say.

An expression names weekdays, a date and a time: `Mon,Thu 03:00`, `*-*-1,15 02:30`, `weekly`. One that systemd
does not understand would be a timer that never starts, so each is checked before it is written anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from simonsync.errors import UsageError

if TYPE_CHECKING:
    from oncalendar import BaseIterator, Field

_MORE_WORDS: Final = {
    **dict.fromkeys(("semi-annually", "bi-annually", "biannually"), "semiannually"),
    "anually": "annually",
}
"""Words of systemd that the library does not know."""
_ONE_REPEATED: Final = re.compile(r"\b0*(\d+)\.\.0*\1/0*[1-9]\d*(?!\d)")
"""A range of one value with a step, `5..5/1`: that value to systemd, each from there on to the library."""
_FARTHEST: Final = 28
"""Days from the end of a month, which every month has."""
_ANY_TIME: Final = datetime(1970, 1, 1)  # noqa: DTZ001 nobody asks here when it comes next


class Calendar(NamedTuple):
    """When something is to happen.

    Attributes:
        parts: the values of each part; weekday 0 is Monday, day -1 the last of a month.
        zone: a time zone, or "" for the machine's.
    """

    parts: BaseIterator
    zone: str


def parse(text: str) -> Calendar:
    """Read a calendar expression. Raises UsageError with examples where systemd would not understand it."""
    from oncalendar import BaseIterator, OnCalendarError

    expression, zone = _without_zone(text.strip())
    expression = _ONE_REPEATED.sub(r"\1", _MORE_WORDS.get(expression.lower(), expression))
    try:
        calendar = Calendar(BaseIterator(expression, _ANY_TIME), zone)
    except OnCalendarError:
        raise UsageError("calendar-invalid", value=text) from None
    if any(_mistaken(field, values) for field, values in _lists(expression)):
        raise UsageError("calendar-invalid", value=text)
    return calendar


def _without_zone(text: str) -> tuple[str, str]:
    expression, blank, zone = text.rpartition(" ")
    if blank and not expression.endswith(" ") and (zone.upper() == "UTC" or _is_zone(zone)):
        return expression, zone
    return text, ""


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _lists(expression: str) -> Iterator[tuple[Field, str]]:
    """Take a date and a time apart into the lists of their values."""
    from oncalendar import Field

    for word in expression.split():
        if ":" in word:
            yield from zip((Field.HOUR, Field.MINUTE, Field.SECOND), word.split(":"), strict=False)
        elif not word[0].isalpha():
            backwards = reversed(word.replace("~", "-~").split("-"))
            yield from zip((Field.DAY, Field.MONTH, Field.YEAR), backwards, strict=False)


def _mistaken(field: Field, values: str) -> bool:
    """Tell of what systemd does not take: `50/30` minutes, which never repeat, a day far from the end."""
    from_end = "~" if values.startswith("~") else ""
    for item in values.removeprefix("~").split(","):
        found = field.parse(from_end + item) - ({0} if from_end else set())
        if min(found) < -_FARTHEST or ("/" in item and ".." not in item and len(found) == 1):
            return True
    return False


def cron_fields(text: str) -> str:
    """Say an expression in cron's five fields: `0 3 * * 1,4` for `Mon,Thu 03:00`.

    Raises UsageError naming what cron cannot say, or what is not understood at all.
    """
    calendar = parse(text)
    reason = _beyond_cron(calendar)
    if reason:
        raise UsageError("calendar-not-for-cron", value=text, cause=reason)
    parts = calendar.parts
    # Sunday is 0 in every cron; 7 is not known to all of them.
    weekdays = {(day + 1) % 7 for day in parts.weekdays}
    fields = (parts.minutes, 60), (parts.hours, 24), (parts.days, 31), (parts.months, 12), (weekdays, 7)
    return " ".join(_field(values, count) for values, count in fields)


def _beyond_cron(calendar: Calendar) -> str:
    from oncalendar import RANGES, Field

    parts = calendar.parts
    if calendar.zone:
        return "@cron-zone"
    if len(parts.years) < len(RANGES[Field.YEAR]):
        return "@cron-year"
    if parts.seconds != {0}:
        return "@cron-seconds"
    if min(parts.days) < 0:
        return "@cron-days-from-end"
    if len(parts.weekdays) < len(RANGES[Field.DOW]) and len(parts.days) < len(RANGES[Field.DAY]):
        # Cron would run on either of them, systemd runs only where both fit.
        return "@cron-weekday-and-day"
    return ""


def _field(values: Collection[int], count: int) -> str:
    return "*" if len(values) == count else ",".join(map(str, sorted(values)))


def sync_minutes(cleanup: str) -> str:
    """Choose cron's minutes for the sync, every five, so that it has ended when a cleanup begins.

    Both at once would send one of them away: only one run holds an account.
    """
    busy = {minute % 5 for minute in parse(cleanup).parts.minutes}
    first = max(range(5), key=lambda begin: (min((minute - begin) % 5 for minute in busy), -begin))
    return f"{first}-59/5" if first else "*/5"
