"""A short life of a firm with the real command; `make soak` draws longer ones."""

from __future__ import annotations

from tools.soak.processes import live
from tools.soak.runner import TALLY


def test_whatever_kills_the_command_each_work_order_ends_with_one_draft_or_a_reason() -> None:
    TALLY.clear()
    live(runs=20, seed=4)
    assert TALLY["crashes"]
    assert TALLY["told draft-created"]
