from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.reading import Reading, read_reading

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WAIT = timedelta(minutes=15)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("since", "now", "over"),
    [
        (Reading(NOON), Reading(after(14)), False),
        (Reading(NOON), Reading(after(15)), True),
        (Reading(NOON, "a", 0), Reading(None, "a", 899), False),
        (Reading(NOON, "a", 0), Reading(None, "a", 900), True),
        (Reading(NOON, "a", 0), Reading(after(15), "b", 3), True),
        (Reading(None, "a", 0), Reading(after(60), "b", 9000), False),
        (Reading(None, "", 0), Reading(None, "", 9000), False),
        (Reading(NOON, "a", 0), Reading(after(-60), "a", 900), True),
    ],
)
def test_a_wait_is_over_when_one_clock_that_both_readings_show_says_so(
    since: Reading, now: Reading, *, over: bool
) -> None:
    assert now.has_passed(WAIT, since) is over


def test_a_reading_that_lies_in_the_future_is_known_by_the_services_clock_first() -> None:
    assert Reading(NOON, "a", 9).is_before(Reading(after(1), "a", 3))
    assert not Reading(after(1), "a", 3).is_before(Reading(NOON, "a", 9))
    assert Reading(None, "a", 3).is_before(Reading(NOON, "a", 9))
    assert not Reading(None, "b", 3).is_before(Reading(NOON, "a", 9))


def test_a_machine_that_was_put_back_has_counted_less_than_the_service() -> None:
    before = Reading(NOON, "a", 100)
    assert Reading(after(60), "a", 160).gained_on_boot(before) == timedelta(minutes=59)
    assert Reading(after(60), "b", 160).gained_on_boot(before) is None
    assert Reading(None, "a", 160).gained_on_boot(before) is None
    assert Reading(after(60), "a", 99).gained_on_boot(before) is None


def test_two_readings_without_a_common_clock_are_not_comparable() -> None:
    assert not Reading(None, "a", 1).is_comparable(Reading(NOON, "b", 1))
    assert not Reading(None).is_comparable(Reading(None))
    assert Reading(None, "a", 1).is_comparable(Reading(NOON, "a", 1))


@given(
    st.none() | st.timedeltas(-timedelta(days=9000), timedelta(days=9000)).map(lambda span: NOON + span),
    st.sampled_from(["", "4c1f-boot"]),
    st.integers(0, 10**9),
)
def test_a_reading_comes_back_from_its_text(said: datetime | None, boot: str, milliseconds: int) -> None:
    reading = Reading(said, boot, milliseconds / 1000 if boot else 0.0)
    assert read_reading(reading.as_text()) == reading


def test_a_plain_moment_of_the_first_edition_is_a_reading() -> None:
    assert read_reading("2026-11-24T12:00:00.000000Z") == Reading(NOON)
