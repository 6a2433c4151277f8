"""From registered time to a quantity of hours [3.4.1, 3.4.2, 5.2, 5.3]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from simonsync.domain.records import TimeKind, TimeSheet

_HUNDREDTH = Decimal("0.01")


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


def billed_time(sheets: Sequence[TimeSheet], kind: TimeKind, rounding_minutes: int) -> BilledTime | None:
    """Add up the time of one kind, round the sum up to the step (in minutes), and turn it into hours.

    Given 15 minutes, 0.25; given 50 minutes, 0.83. None where there is no time of the kind.
    """
    spans = tuple(sheet.seconds for sheet in sheets if sheet.kind is kind)
    seconds = sum(spans)
    if rounding_minutes:
        seconds = -(-seconds // (rounding_minutes * 60)) * rounding_minutes * 60
    hours = (Decimal(seconds) / 3600).quantize(_HUNDREDTH, ROUND_HALF_UP)
    return BilledTime(spans, seconds, hours) if hours > 0 else None
