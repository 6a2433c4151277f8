"""From registered time to hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.records import TimeKind, TimeSheet
from simonsync.rules.time import billed_time, days_of_work, differs
from simonsync.settings.declaration import ROUNDING_STEPS, RoundingOf
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


@pytest.mark.parametrize(
    ("of", "hours"),
    [(RoundingOf.SUM, "0.50"), (RoundingOf.TIME_SHEET, "0.75")],
)
def test_the_step_applies_to_the_sum_or_to_each_visit(of: RoundingOf, hours: str) -> None:
    sheets = [sheet(TimeKind.WORK, minutes) for minutes in (5, 10, 15)]
    time = billed_time(sheets, TimeKind.WORK, 15, of)
    assert time is not None
    assert time.hours == Decimal(hours)


def test_3_4_2_a_sheet_that_was_never_stopped_bills_nothing() -> None:
    running = replace(sheet(TimeKind.WORK, 0), unfinished=True)
    time = billed_time([running, sheet(TimeKind.WORK, 30)], TimeKind.WORK, 0)
    assert time is not None
    assert time.sheets == (1800,)
    assert days_of_work([replace(running, day=date(2026, 11, 24))]) is None


@pytest.mark.parametrize(("span", "apart"), [(None, False), (3660, False), (3661, True), (3539, True)])
def test_3_4_2_minutes_and_span_may_be_a_minute_apart(span: int | None, *, apart: bool) -> None:
    assert differs(replace(sheet(TimeKind.WORK, 60), span=span)) is apart
