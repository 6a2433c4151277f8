"""When a cleanup runs: calendar expressions as systemd reads them, and what of them cron can say.

An expression names weekdays, a date and a time: `Mon,Thu 03:00`, `*-*-1,15 02:30`, `weekly`. One that systemd
does not understand would be a timer that never starts, so each is checked before it is written anywhere.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from simonsync.errors import UsageError

Values = frozenset[Decimal]
"""The values that a part allows; all of its range for `*`."""


@dataclass(frozen=True, slots=True)
class Range:
    """The values that a part of an expression may have, both ends included."""

    least: int
    most: int

    def all(self) -> Values:
        """Return every whole value."""
        return frozenset(map(Decimal, range(self.least, self.most + 1)))


WEEKDAYS: Final = Range(1, 7)
YEARS: Final = Range(1970, 2199)
MONTHS: Final = Range(1, 12)
DAYS: Final = Range(1, 31)
DAYS_FROM_END: Final = Range(1, 28)
HOURS: Final = Range(0, 23)
MINUTES: Final = Range(0, 59)
SECONDS: Final = Range(0, 59)

_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORDS: Final = {
    "minutely": "*-*-* *:*:00",
    "hourly": "*-*-* *:00:00",
    "daily": "*-*-* 00:00:00",
    "weekly": "Mon *-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00",
    **dict.fromkeys(("semi-annually", "semiannually", "bi-annually", "biannually"), "*-01,07-01 00:00:00"),
    **dict.fromkeys(("yearly", "annually", "anually"), "*-01-01 00:00:00"),
}
_DAY = "|".join(f"{name}|{name[:3]}" for name in _NAMES)
_WEEKDAYS = re.compile(rf"((?:{_DAY})(?:(?:,|-|\.\.)(?:{_DAY}))*),?(?: +|$)", re.IGNORECASE)
_DATE = re.compile(r"(?:([^-~]+)-)?([^-~]+)([-~])([^-~]+)")
_TIME = re.compile(r"([^:]+):([^:]+)(?::([^:]+))?")
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_ITEM = re.compile(rf"{_NUMBER}(?:\.\.{_NUMBER})?(?:/{_NUMBER})?")
_CENTURY, _YEARS_OF_1900 = 100, 70


@dataclass(frozen=True, slots=True)
class Calendar:
    """When something is to happen.

    Attributes:
        weekdays: 1 is Monday.
        from_end: whether days are counted from the end of the month, 1 being its last.
        zone: a time zone, or "" for the machine's.
    """

    weekdays: Values
    years: Values
    months: Values
    days: Values
    from_end: bool
    hours: Values
    minutes: Values
    seconds: Values
    zone: str


class _NotUnderstood(Exception):
    """The expression is none."""


def parse(text: str) -> Calendar:
    """Read a calendar expression. Raises UsageError with examples where systemd would not understand it."""
    try:
        return _parsed(text.strip())
    except _NotUnderstood:
        raise UsageError("calendar-invalid", value=text) from None


def _parsed(text: str) -> Calendar:
    expression, zone = _without_zone(text)
    if expression.startswith("@"):
        expression, zone = _moment(expression), "UTC"
    expression = _WORDS.get(expression.lower(), expression)
    weekdays, rest = _weekdays(expression)
    parts = rest.split()
    if not parts:
        parts = ["*-*-*"] if weekdays else []
    weekdays = weekdays or WEEKDAYS.all()
    match parts:
        case [date] if ":" not in date:
            return Calendar(weekdays, *_date(date), *_time("00:00"), zone)
        case [clock]:
            return Calendar(weekdays, *_date("*-*-*"), *_time(clock), zone)
        case [date, clock]:
            return Calendar(weekdays, *_date(date), *_time(clock), zone)
    raise _NotUnderstood


def _moment(text: str) -> str:
    """Read `@` and seconds since 1970: systemd's way to name one moment."""
    try:
        return f"{datetime.fromtimestamp(int(text[1:]), UTC):%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        raise _NotUnderstood from None


def _without_zone(text: str) -> tuple[str, str]:
    expression, blank, zone = text.rpartition(" ")
    if (
        blank
        and not expression.endswith(" ")
        and (zone.upper() == "UTC" or zone in time.tzname or _is_zone(zone))
    ):
        return expression, zone
    return text, ""


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _weekdays(text: str) -> tuple[Values, str]:
    found = _WEEKDAYS.match(text)
    if found is None:
        return frozenset(), text
    days: set[int] = set()
    for item in found[1].lower().split(","):
        first, *rest = [_number_of(name) for name in re.split(r"-|\.\.", item)]
        last = rest[0] if rest else first
        if len(rest) > 1 or last < first:
            raise _NotUnderstood
        days.update(range(first, last + 1))
    return frozenset(map(Decimal, days)), text[found.end() :]


def _number_of(name: str) -> int:
    return next(number for number, day in enumerate(_NAMES, 1) if day.startswith(name))


def _date(text: str) -> tuple[Values, Values, Values, bool]:
    found = _DATE.fullmatch(text)
    if found is None:
        raise _NotUnderstood
    year, month, sign, day = found.groups()
    from_end = sign == "~"
    days = _values(day, DAYS_FROM_END if from_end and day != "*" else DAYS, downwards=from_end)
    return _values(year or "*", YEARS), _values(month, MONTHS), days, from_end


def _time(text: str) -> tuple[Values, Values, Values]:
    found = _TIME.fullmatch(text)
    if found is None:
        raise _NotUnderstood
    hour, minute, second = found.groups()
    return _values(hour, HOURS), _values(minute, MINUTES), _values(second or "0", SECONDS)


def _values(text: str, within: Range, *, downwards: bool = False) -> Values:
    """Read a list of values, ranges and repetitions, or `*`."""
    if text == "*":
        return within.all()
    values: set[Decimal] = set()
    for item in text.split(","):
        values |= _item(item, within, downwards=downwards)
    return frozenset(values)


def _item(text: str, within: Range, *, downwards: bool) -> set[Decimal]:
    found = _ITEM.fullmatch(text)
    if found is None or ("." in text.replace("..", "") and within is not SECONDS):
        raise _NotUnderstood
    start, stop, step = (None if number is None else Decimal(number) for number in found.groups())
    if within is YEARS:
        start, stop = _full_year(start), _full_year(stop)
    if start is None or step == 0:
        raise _NotUnderstood
    if stop is None:
        # A repetition goes on to the end of the range; one that never repeats is a mistake.
        stop = start if step is None else Decimal(within.least if downwards else within.most)
        if step is not None and abs(stop - start) < step:
            raise _NotUnderstood
    elif stop < start:
        raise _NotUnderstood
    elif step is not None:
        # What lies behind the last repetition does not count: 0..24/5 ends at 20.
        stop -= (stop - start) % step
    least, most = min(start, stop), max(start, stop)
    # Seconds have fractions: 59.9 is one of them.
    if least < within.least or most >= within.most + 1:
        raise _NotUnderstood
    step = step or Decimal(1)
    steps = range(int((most - least) / step) + 1)
    return {start - step * count if stop < start else start + step * count for count in steps}


def _full_year(year: Decimal | None) -> Decimal | None:
    """Complete a year of two digits."""
    if year is None or year >= _CENTURY:
        return year
    return year + (1900 if year >= _YEARS_OF_1900 else 2000)


def cron_fields(text: str) -> str:
    """Say an expression in cron's five fields: `0 3 * * 1,4` for `Mon,Thu 03:00`.

    Raises UsageError naming what cron cannot say, or what is not understood at all.
    """
    calendar = parse(text)
    reason = _beyond_cron(calendar)
    if reason:
        raise UsageError("calendar-not-for-cron", value=text, cause=reason)
    # Sunday is 0 in every cron; 7 is not known to all of them.
    weekdays = frozenset(day % 7 for day in calendar.weekdays)
    return " ".join(
        (
            _field(calendar.minutes, MINUTES),
            _field(calendar.hours, HOURS),
            _field(calendar.days, DAYS),
            _field(calendar.months, MONTHS),
            _field(weekdays, Range(0, 6)),
        )
    )


def _beyond_cron(calendar: Calendar) -> str:
    if calendar.zone:
        return "@cron-zone"
    if calendar.years != YEARS.all():
        return "@cron-year"
    if calendar.seconds != {0}:
        return "@cron-seconds"
    if calendar.from_end:
        return "@cron-days-from-end"
    if calendar.weekdays != WEEKDAYS.all() and calendar.days != DAYS.all():
        # Cron would run on either of them, systemd runs only where both fit.
        return "@cron-weekday-and-day"
    return ""


def _field(values: Values, within: Range) -> str:
    if values == within.all():
        return "*"
    return ",".join(_runs(sorted(map(int, values))))


def _runs(values: Iterable[int]) -> list[str]:
    """Write neighbours as a range: 1, 2, 3, 5 is `1-3,5`."""
    runs: list[list[int]] = []
    for value in values:
        if runs and runs[-1][-1] == value - 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    least = 3
    return [
        part
        for run in runs
        for part in ([f"{run[0]}-{run[-1]}"] if len(run) >= least else [str(value) for value in run])
    ]


def sync_minutes(cleanup_minutes: Values) -> str:
    """Choose cron's minutes for the sync, every five, so that it has ended when a cleanup begins.

    Both at once would send one of them away: only one run holds an account.
    """
    busy = {int(minute) % 5 for minute in cleanup_minutes}
    first = max(range(5), key=lambda begin: (min((minute - begin) % 5 for minute in busy), -begin))
    return f"{first}-59/5" if first else "*/5"
