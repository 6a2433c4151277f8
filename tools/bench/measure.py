"""Run something in a process of its own and see what it cost."""

from __future__ import annotations

import ast
import os
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
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


# A process that was forked from a large one counts as large itself, so a small one starts what is measured.
_LAUNCHER = """
import os, sys, time
begun = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - begun
code = os.waitstatus_to_exitcode(status)
os.write(int(sys.argv[1]), repr((wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, code)).encode())
"""


def of_command(
    arguments: Sequence[str], *, cwd: str | None = None, more: Mapping[str, str] | None = None
) -> Cost:
    """Run a command and return its cost; the result is how it ended, 0 where all went well."""
    # As where it is installed: compiled once, and not at every start.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as pipe:
        launched = subprocess.Popen(
            [PYTHON, "-I", "-S", "-c", _LAUNCHER, str(writer), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=cwd,
            env=environment | dict(more or {}),
            pass_fds=(writer,),
        )
        os.close(writer)
        wall, cpu, peak, code = ast.literal_eval(pipe.read().decode())
        launched.wait()
    return Cost(wall, cpu, peak / MEGABYTE, code)


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
