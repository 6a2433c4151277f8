"""Walk through every boundary and every fault: `python -m tools.crash.walk` (or `make crash-walk`).

    --sample N     N cases instead of all, chosen by --seed S
    --kills        only the kills;  --faults: only the faults;  --fault F: only this one, by its name here
    --around M     only the kills right before, at and right after the requests of method M
    --workers N    N records at once to Simon, as in real life: where a run dies is then a matter of luck
    --api v2       a firm whose Sellsy is spoken to over both of its APIs
    --only CASE    one case, with all that it has to say (the line that a failing case prints)
    --jobs N       processes at once

Prints how far it is and, at the end, the figure. Exits with 1 where a case went wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from tools.crash.cases import KILL, SPOILT, Case, around, kills, read_case, spoilings
from tools.crash.play import Played, Prepared, Undisturbed, play, play_undisturbed
from tools.crash.scenario import SCENES, Scene, Spoken, prepare
from tools.crash.service import fork

LONGEST = 300
"""Seconds after which a case counts as hanging."""
PROGRESS = 50
"""After how many cases the walk says how far it is."""
SHOWN = 8
"""How many lines of what is wrong with a case are shown."""
JOBS_PER_CORE = 3
"""Cases at once for each core: the slow services keep many of them waiting."""


Set = tuple[Prepared, Undisturbed]
"""A scene, ready to be played."""


@dataclass(slots=True)
class Tally:
    """What the walk found so far."""

    done: int = 0
    failed: dict[str, list[str]] = field(default_factory=dict)

    def of_kind(self, word: str) -> int:
        """Count the findings that begin with a word."""
        return sum(line.startswith(word) for lines in self.failed.values() for line in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk, and return the exit code."""
    options = _options(arguments)
    Spoken.api = options.api
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="simonsync-walk-", dir=where) as name:
        work = Path(name)
        scenes = {scene.name: _set_up(scene, work, options.workers) for scene in SCENES.values()}
        cases = list(_cases(options, scenes))
        begun = time.monotonic()
        tally = Tally()
        for case, played in _played(cases, scenes, work, options.jobs):
            _note(case, played, tally, verbose=bool(options.only))
            if tally.done % PROGRESS == 0:
                _progress(tally, len(cases), begun)
    _conclude(tally, cases, scenes["whole"][1], time.monotonic() - begun)
    return 1 if tally.failed else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.crash.walk", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sample", type=int, metavar="N", help="so many cases instead of all")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="chooses the sample")
    parser.add_argument("--kills", action="store_true", help="kills only")
    parser.add_argument("--faults", action="store_true", help="faults only")
    parser.add_argument("--fault", action="append", choices=sorted(SPOILT), metavar="F", help="this fault")
    parser.add_argument("--around", metavar="METHOD", help="only the kills around the requests of a method")
    parser.add_argument("--only", action="append", type=read_case, metavar="CASE", help="this case")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="records at once to Simon")
    parser.add_argument("--api", choices=("v1", "v2"), default="v1", help="Sellsy's API: `sellsy.api`")
    parser.add_argument("--jobs", type=int, default=JOBS_PER_CORE * (os.cpu_count() or 1), metavar="N")
    return parser.parse_args(arguments)


def _set_up(scene: Scene, work: Path, workers: int) -> Set:
    """Make the firm of a scene, and play it undisturbed, in a process of its own: its tripwire stays."""
    state = work / f"{scene.name}-prepared"
    state.mkdir(mode=0o700)
    prepared = Prepared(*prepare(state, scene), state, workers)
    result = work / f"{scene.name}.pickle"
    folder = work / scene.name
    child = fork(lambda: _save(result, pickle.dumps(play_undisturbed(scene, prepared, folder))))
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit(f"The scene {scene.name} does not work even undisturbed.")
    return prepared, pickle.loads(result.read_bytes())  # noqa: S301 - written by ourselves just now


def _cases(options: argparse.Namespace, scenes: Mapping[str, Set]) -> Iterator[Case]:
    if options.only:
        yield from options.only
        return
    whole = scenes["whole"][1]
    if options.around:
        yield from kills(around(options.around, whole.steps, whole.passed))
        return
    both = options.kills == options.faults and not options.fault
    cases = [
        *(kills(whole.passed) if both or options.kills else ()),
    ]
    if both or options.faults or options.fault:
        for name in ("sync", "cleanup"):
            spoilt = spoilings(SCENES[name], scenes[name][1].steps)
            cases += [case for case in spoilt if case.spoilt in (options.fault or SPOILT)]
    if options.sample is not None:
        cases = random.Random(options.seed).sample(cases, min(options.sample, len(cases)))  # noqa: S311
    yield from cases


def _played(
    cases: Sequence[Case], scenes: Mapping[str, Set], work: Path, jobs: int
) -> Iterator[tuple[Case, Played]]:
    """Play the cases, several at once, each in a process of its own."""
    waiting = list(enumerate(cases))[::-1]
    running: dict[int, tuple[Case, Path]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            number, case = waiting.pop()
            folder = work / f"case-{number}"
            sys.stdout.flush()
            running[fork(partial(_play, case, scenes[case.scene.name], folder))] = (case, folder)
        child, status = os.waitpid(-1, 0)
        case, folder = running.pop(child)
        result = folder.with_suffix(".json")
        if status == 0:
            yield case, Played(**json.loads(result.read_text("utf-8")))
            result.unlink()
        else:
            yield case, Played([f"bug: the case itself ended with {os.waitstatus_to_exitcode(status)}"])


def _play(case: Case, scene: Set, folder: Path) -> None:
    signal.alarm(LONGEST)
    played = play(case, *scene, folder)
    _save(folder.with_suffix(".json"), json.dumps(asdict(played)).encode())


def _save(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _note(case: Case, played: Played, tally: Tally, *, verbose: bool) -> None:
    tally.done += 1
    if verbose:
        _say(f"{case}: the runs ended with {' '.join(played.ends)}")
    if played.wrong:
        tally.failed[str(case)] = played.wrong
        shown = [f"  {line}" for line in played.wrong[:SHOWN]]
        _say(f"FAILED {case}", *shown, f"  again: python -m tools.crash.walk --only {case}")


def _progress(tally: Tally, count: int, begun: float) -> None:
    seconds = time.monotonic() - begun
    left = seconds / tally.done * (count - tally.done)
    _say(f"{tally.done} of {count} cases, {seconds:.0f} s, about {left:.0f} s to go")


def _conclude(tally: Tally, cases: Sequence[Case], undisturbed: Undisturbed, seconds: float) -> None:
    boundaries = len({str(case.boundary) for case in cases if case.how == KILL})
    faults = len({case.spoilt for case in cases if case.how != KILL})
    requests = len(undisturbed.steps)
    duplicates, losses = tally.of_kind("duplicate"), tally.of_kind("loss")
    _say(
        f"{boundaries} boundaries × {faults} faults, {len(cases)} cases over {requests} requests and "
        f"{len(undisturbed.passed) - requests} commits in {seconds:.0f} s: "
        f"{duplicates} duplicates, {losses} losses"
        + (f"; {len(tally.failed)} cases went wrong" if tally.failed else "")
    )


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
