"""Random weeks of a firm, the same ones in every run; `make soak` draws new ones for as long as it is let."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

from tools.soak.machine import Weeks

TestWeeks = Weeks.TestCase
TestWeeks.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
