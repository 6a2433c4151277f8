"""From registered time to hours."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.records import TimeKind, TimeSheet
from simonsync.rules.time import billed_time
from simonsync.settings.declaration import ROUNDING_STEPS
from tests.builders import sheet


@pytest.mark.parametrize(
    ("minutes", "hours"),
    [
        pytest.param((15,), "0.25", id="the manual's example"),
        pytest.param((120,), "2.00", id="two hours are two times the product"),
        pytest.param((50,), "0.83", id="half up"),
        pytest.param((15, 45), "1.00", id="sheets are added up"),
        pytest.param((10, 10, 10), "0.50", id="rounded once, at the end"),
        pytest.param((0.3,), "0.01", id="18 seconds are the least that shows"),
    ],
)
@pytest.mark.parametrize("kind", TimeKind)
def test_3_4_1_and_3_4_2_minutes_become_hours(kind: TimeKind, minutes: tuple[float, ...], hours: str) -> None:
    time = billed_time([sheet(kind, span) for span in minutes], kind, 0)
    assert time is not None
    assert time.hours == Decimal(hours)


def test_3_4_1_without_time_there_is_no_line() -> None:
    assert billed_time([sheet(TimeKind.WORK, 60)], TimeKind.TRAVEL, 0) is None
    assert billed_time([], TimeKind.WORK, 15) is None
    assert billed_time([sheet(TimeKind.WORK, 0)], TimeKind.WORK, 15) is None


@pytest.mark.parametrize(
    ("step", "hours"),
    [(0, "0.83"), (5, "0.83"), (6, "0.90"), (10, "0.83"), (15, "1.00"), (30, "1.00"), (60, "1.00")],
)
def test_the_sum_is_rounded_up_to_the_step(step: int, hours: str) -> None:
    time = billed_time([sheet(TimeKind.WORK, 20), sheet(TimeKind.WORK, 30)], TimeKind.WORK, step)
    assert time is not None
    assert time.hours == Decimal(hours)


@given(
    st.lists(st.integers(min_value=1, max_value=36_000), min_size=1, max_size=20),
    st.sampled_from(ROUNDING_STEPS),
)
def test_rounding_never_loses_time_and_adds_less_than_a_step(spans: list[int], step: int) -> None:
    time = billed_time([TimeSheet("1", TimeKind.WORK, span) for span in spans], TimeKind.WORK, step)
    if time is None:
        assert step == 0
        assert sum(spans) < 18
        return
    assert time.seconds >= sum(spans)
    assert time.seconds - sum(spans) < max(step * 60, 1)
    assert abs(time.hours - Decimal(time.seconds) / 3600) <= Decimal("0.005")
