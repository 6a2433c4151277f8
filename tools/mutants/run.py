"""Take out one guard after the other and see a test fail: `python -m tools.mutants.run` (or `make mutants`).

    --only WORD    only the guards whose name has this word
    --jobs N       so many at once

Each mutant is a copy of the tree with one change. Exits with 1 where a mutant survives its tests, and with 2
where a change no longer fits the code or the tests fail even without it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tools.mutants.listed import MUTANTS, Mutant

TOP = Path(__file__).resolve().parents[2]
COPIED = ("simonsync", "tests", "tools", "docs", "man", "pyproject.toml", "README.md", "config.example.yaml")
SOME_FAILED = 1
"""Pytest's exit code where tests ran and some failed; others mean that they could not run."""
LONGEST = 600
"""Seconds after which tests count as hanging, which is a way to fail."""
LONGEST_OF_ALL = 3600
"""The same for all tests together, without a mutant."""
KILLED, SURVIVED, BROKEN = "killed", "SURVIVED", "BROKEN"


def main(arguments: Sequence[str] | None = None) -> int:
    """Go through the mutants and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants.run")
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    options = parser.parse_args(arguments)
    chosen = [mutant for mutant in MUTANTS if options.only in mutant.guard]
    unfit = [mutant for mutant in chosen if (TOP / mutant.file).read_text("utf-8").count(mutant.old) != 1]
    for mutant in unfit:
        _say(f"{BROKEN:9} {mutant.guard}: the change does not fit {mutant.file} any more")
    if unfit or not chosen:
        return 2
    with tempfile.TemporaryDirectory(prefix="simonsync-mutants-") as name:
        work = Path(name)
        tests = dict.fromkeys(test for mutant in chosen for test in mutant.tests)
        code, said = _tested(_copy(work / "unchanged"), tests, longest=LONGEST_OF_ALL)
        if code:
            _say(f"{BROKEN:9} the tests fail even without a mutant", said)
            return 2
        with ThreadPoolExecutor(options.jobs) as pool:
            verdicts = list(pool.map(partial(_judged, work), range(len(chosen)), chosen))
    _say(f"{verdicts.count(KILLED)} of {len(verdicts)} mutants killed")
    return 0 if set(verdicts) == {KILLED} else 2 if BROKEN in verdicts else 1


def _judged(work: Path, number: int, mutant: Mutant) -> str:
    folder = _copy(work / str(number))
    changed = folder / mutant.file
    changed.write_text(changed.read_text("utf-8").replace(mutant.old, mutant.new), "utf-8")
    code, said = _tested(folder, mutant.tests, "-x")
    shutil.rmtree(folder)
    verdict = {0: SURVIVED, SOME_FAILED: KILLED}.get(code, BROKEN)
    first = next((line for line in said.splitlines() if line.startswith("FAILED ")), said[-500:])
    _say(f"{verdict:9} {mutant.guard}: {first.removeprefix('FAILED ').split(' - ')[0]}")
    return verdict


def _copy(folder: Path) -> Path:
    folder.mkdir()
    unneeded = shutil.ignore_patterns("__pycache__", ".hypothesis", "bench", "release")
    for name in COPIED:
        source = TOP / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=unneeded)
        else:
            shutil.copy(source, folder / name)
    return folder


def _tested(folder: Path, tests: Iterable[str], *options: str, longest: int = LONGEST) -> tuple[int, str]:
    """Run tests on a copy; the copy itself is what they import."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=longest
        )
    except subprocess.TimeoutExpired:
        return SOME_FAILED, "FAILED by hanging"
    return done.returncode, done.stdout + done.stderr


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
