"""Run something in a process of its own and see what it cost."""

from __future__ import annotations

import os
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

MEGABYTE = 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall and of the processor, and the peak of memory in megabytes."""

    wall: float
    cpu: float
    peak: float
    result: Any = None


def in_child(work: Callable[[], Any]) -> Cost:
    """Do some work in a fork and return its cost and result."""
    reader, writer = os.pipe()
    begun = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        try:
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(work(), pipe)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    _, _, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - begun
    result = pickle.loads(content) if content else None  # noqa: S301 our own child's
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MEGABYTE, result)


def of_command(arguments: Sequence[str], **options: Any) -> Cost:
    """Run a command and return its cost; the result is how it ended, 0 where all went well."""
    # As where it is installed: compiled once, and not at every start.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    with subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, **options
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MEGABYTE, process.returncode)


def interleaved(*subjects: Callable[[], Cost], rounds: int) -> list[Cost]:
    """Measure subjects in turn, so that a machine that drifts does not favour one; return the medians."""
    costs: list[list[Cost]] = [[] for _ in subjects]
    for _ in range(rounds):
        for place, subject in enumerate(subjects):
            costs[place].append(subject())
    return [
        Cost(
            statistics.median(cost.wall for cost in found),
            statistics.median(cost.cpu for cost in found),
            statistics.median(cost.peak for cost in found),
            found[-1].result,
        )
        for found in costs
    ]


PYTHON = sys.executable
