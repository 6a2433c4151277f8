"""How often a service is asked."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.http import Pacer
from tests.http.scripted import VirtualTime


def starts(pacer: Pacer, time: VirtualTime, works: list[float]) -> list[float]:
    """Ask once for each piece of work and return when the requests began."""
    begun = []
    for work in works:
        time.sleep(pacer.reserve())
        begun.append(time.seconds)
        time.seconds += work
    return begun


def test_five_a_second_are_two_hundred_milliseconds_start_to_start_and_a_little_to_spare() -> None:
    time = VirtualTime()
    begun = starts(Pacer(5, time), time, [0.0, 0.1, 0.05, 1.0, 0.0])
    assert begun == pytest.approx([0, 0.202, 0.404, 0.606, 1.606])


def test_no_limit_is_no_wait() -> None:
    time = VirtualTime()
    assert starts(Pacer(0, time), time, [0.0] * 5) == [0.0] * 5


@given(st.lists(st.floats(0, 2), min_size=2, max_size=60), st.sampled_from([1, 2, 5, 20]))
def test_no_window_of_a_second_holds_more_than_the_limit(works: list[float], limit: int) -> None:
    time = VirtualTime()
    begun = starts(Pacer(limit, time), time, works)
    for start in begun:
        assert sum(start <= other < start + 1 - 1e-6 for other in begun) <= limit


@given(st.integers(20, 200))
def test_work_that_is_faster_than_the_limit_uses_all_of_it(requests: int) -> None:
    time = VirtualTime()
    assert starts(Pacer(5, time), time, [0.05] * requests)[-1] <= (requests - 1) / 5 / 0.98


def test_what_counts_is_when_a_request_leaves_and_not_when_its_slot_began() -> None:
    time = VirtualTime()
    pacer = Pacer(5, time)
    left = []
    for connecting in (0.15, 0.0, 0.19, 0.0, 0.5, 0.0):
        time.sleep(pacer.reserve())
        time.sleep(connecting)
        while (wait := pacer.depart()) > 0:
            time.sleep(wait)
        time.sleep(0.001)  # until it really leaves
        pacer.departed()
        left.append(time.seconds)
    assert all(after - before >= 0.2 for before, after in itertools.pairwise(left))


def test_refusals_lengthen_the_step_by_two_per_cent_up_to_ten() -> None:
    time = VirtualTime()
    pacer = Pacer(5, time)
    gaps = []
    for _ in range(8):
        pacer.refused(0)
        pacer.accepted()
        time.seconds += 10
        first, second = starts(pacer, time, [0.0, 0.0])
        gaps.append(second - first)
    steps = [0.202 * 1.02**times for times in range(1, 5)]
    assert gaps == pytest.approx([*steps, 0.22, 0.22, 0.22, 0.22])


def test_refusals_in_a_row_double_the_wait() -> None:
    time = VirtualTime()
    pacer = Pacer(5, time)
    waits = []
    for _ in range(4):
        pacer.reserve()
        pacer.refused(0)
        waits.append(pacer.reserve())
        time.seconds += 100
    assert waits == pytest.approx([0.2, 0.4, 0.8, 1.6], abs=0.005)


def test_the_service_s_word_on_how_long_to_wait_counts() -> None:
    time = VirtualTime()
    pacer = Pacer(5, time)
    pacer.refused(7)
    assert pacer.reserve() == 7
