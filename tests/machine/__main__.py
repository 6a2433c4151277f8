"""Draw random weeks and live through them: `make soak N=500`, `python -m tests.machine --help`."""

from __future__ import annotations

import argparse
import secrets
import sys
from time import monotonic

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.machine import Weeks
from tests.machine.runner import TALLY

BATCH = 100
"""Weeks that are drawn from one seed: what goes wrong late in a long walk is seen again within a minute."""


def say(line: str) -> None:
    """Print a line at once, so that a long walk shows where it is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Run the machine with new random numbers; what goes wrong is made small and told as a story."""
    parser = argparse.ArgumentParser(prog="python -m tests.machine", description=__doc__)
    parser.add_argument("--weeks", type=int, default=500, metavar="N", help="how many schedules")
    parser.add_argument("--steps", type=int, default=40, metavar="N", help="the most that happens in each")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(10**9), help="to see the same ones again"
    )
    arguments = parser.parse_args()
    begun = monotonic()
    for first in range(0, arguments.weeks, BATCH):
        weeks, number = min(BATCH, arguments.weeks - first), arguments.seed + first // BATCH
        again = f"python -m tests.machine --weeks {weeks} --steps {arguments.steps} --seed {number}"
        say(f"{first} weeks in {monotonic() - begun:.0f} s; the next again with: {again}")
        run_state_machine_as_test(
            seed(number)(Weeks),
            settings=settings(
                max_examples=weeks,
                stateful_step_count=arguments.steps,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    told = ", ".join(f"{name} {count}" for name, count in sorted(TALLY.items()))
    say(f"{arguments.weeks} weeks in {monotonic() - begun:.0f} s, and nothing went wrong ({told})")


if __name__ == "__main__":
    main()
