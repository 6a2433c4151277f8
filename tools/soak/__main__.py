"""Draw random weeks and live through them: `make soak N=500`, `python -m tools.soak --help`."""

from __future__ import annotations

import argparse
import secrets
import sys
from time import monotonic

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tools.soak.machine import Weeks
from tools.soak.processes import live
from tools.soak.runner import TALLY

BATCH = 100
"""Weeks that are drawn from one seed: what goes wrong late in a long walk is seen again within a minute."""


def say(line: str) -> None:
    """Print a line at once, so that a long walk shows where it is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Draw with new random numbers; what goes wrong in a week is made small and told as a story."""
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__)
    parser.add_argument("--weeks", type=int, default=500, metavar="N", help="how many schedules")
    parser.add_argument("--steps", type=int, default=40, metavar="N", help="the most that happens in each")
    parser.add_argument(
        "--processes", action="store_true", help="one long life instead, each run a process of its own"
    )
    parser.add_argument("--runs", type=int, default=100, metavar="N", help="how many runs it has")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(10**9), help="to see the same ones again"
    )
    parser.add_argument(
        "--as-drawn",
        action="store_true",
        help="show what went wrong as it was drawn, without making it small",
    )
    arguments = parser.parse_args()
    begun = monotonic()
    if arguments.processes:
        done = f"{arguments.runs} runs with real processes"
        say(f"again with: python -m tools.soak --processes --runs {arguments.runs} --seed {arguments.seed}")
        live(arguments.runs, arguments.seed)
    else:
        done = f"{arguments.weeks} weeks"
        draw(arguments.weeks, arguments.steps, arguments.seed, as_drawn=arguments.as_drawn)
    told = ", ".join(f"{name} {count}" for name, count in sorted(TALLY.items()))
    say(f"{done} in {monotonic() - begun:.0f} s, and nothing went wrong ({told})")


def draw(weeks: int, steps: int, first_seed: int, *, as_drawn: bool) -> None:
    """Draw so many weeks and live through them, in batches that can be seen again one by one."""
    begun = monotonic()
    for drawn in range(0, weeks, BATCH):
        count, number = min(BATCH, weeks - drawn), first_seed + drawn // BATCH
        again = f"python -m tools.soak --weeks {count} --steps {steps} --seed {number}"
        say(f"{drawn} weeks in {monotonic() - begun:.0f} s; the next again with: {again}")
        run_state_machine_as_test(
            seed(number)(Weeks),
            settings=settings(
                max_examples=count,
                stateful_step_count=steps,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.generate,) if as_drawn else tuple(Phase),
            ),
        )


if __name__ == "__main__":
    main()
