"""From registered time to a quantity of hours [3.4.1, 3.4.2, 5.2, 5.3]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from simonsync.domain.records import TimeKind, TimeSheet
from simonsync.settings.declaration import RoundingOf

_HUNDREDTH = Decimal("0.01")
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class BilledTime:
    """The sum of one kind of time.

    Attributes:
        sheets: seconds of each time sheet, in order.
        seconds: their sum, after rounding up.
        hours: the quantity on the draft, two decimals, half up.
    """

    sheets: tuple[int, ...]
    seconds: int
    hours: Decimal


def billed_time(
    sheets: Sequence[TimeSheet], kind: TimeKind, step: int, of: RoundingOf = RoundingOf.SUM
) -> BilledTime | None:
    """Add up the time of one kind, round it up to the step (in minutes), and turn it into hours.

    Given 15 minutes, 0.25; given 50 minutes, 0.83. The step applies to the sum, or `of` each time sheet. None
    where there is no time of the kind.
    """
    spans = tuple(sheet.seconds for sheet in sheets if sheet.kind is kind and not sheet.unfinished)
    if of is RoundingOf.TIME_SHEET:
        seconds = sum(_rounded_up(span, step) for span in spans)
    else:
        seconds = _rounded_up(sum(spans), step)
    hours = (Decimal(seconds) / 3600).quantize(_HUNDREDTH, ROUND_HALF_UP)
    return BilledTime(spans, seconds, hours) if hours > 0 else None


def _rounded_up(seconds: int, step: int) -> int:
    return -(-seconds // (step * 60)) * step * 60 if step else seconds


def days_of_work(sheets: Sequence[TimeSheet]) -> tuple[date, date] | None:
    """Return the first and the last day on which time was registered; None where no sheet tells a day."""
    days = sorted(sheet.day for sheet in sheets if sheet.day is not None and not sheet.unfinished)
    return (days[0], days[-1]) if days else None


def differs(sheet: TimeSheet) -> bool:
    """Tell whether a sheet's duration and its span are more than a minute apart: somebody corrected one."""
    return sheet.span is not None and abs(sheet.seconds - sheet.span) > _MINUTE
