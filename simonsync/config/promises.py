"""Values that are allowed each by itself and break a promise together, or beside what is fixed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

FASTEST_V1: Final = 5
"""Requests a second that Sellsy's API v1 answers, which is always spoken; more is refused (429)."""
SLOWEST: Final = 0.1
DEADLINE: Final = 4
"""A request as a whole may take so many times the `timeout`."""
_OF_THE_STATE: Final = (".answers", ".db", ".lock", ".token", ".wire", ".witness")


class Broken(NamedTuple):
    """A promise that cannot be kept: the option to change, the problem, and what its sentence needs."""

    path: str
    code: str
    params: Mapping[str, str]


def broken_promises(values: Mapping[str, object], file: Path, *, loopback: bool) -> Iterator[Broken]:
    """Name what breaks a promise in checked values, by their dotted paths.

    `loopback`: Sellsy is a stand-in on this machine, which answers as fast as one asks.
    """
    pace = _number(values, "sellsy.requests_per_second")
    if pace > FASTEST_V1 and not loopback:
        yield Broken(
            "sellsy.requests_per_second", "config-too-fast", {"value": f"{pace:g}", "most": str(FASTEST_V1)}
        )
    pace = _number(values, "simon.requests_per_second")
    if 0 < pace < SLOWEST:
        yield Broken(
            "simon.requests_per_second", "config-too-slow", {"value": f"{pace:g}", "least": f"{SLOWEST:g}"}
        )
    yield from _about_time(values)
    if values["alerts.digest"] != "never" and not values["alerts.notify"]:
        yield Broken("alerts.digest", "config-digest-for-nobody", {"value": str(values["alerts.digest"])})
    taken, state, profile = (values[path] for path in ("alerts.metrics_file", "state", "simon.profile"))
    ours = [file, *([profile] if isinstance(profile, Path) else [])]
    if (
        isinstance(taken, Path)
        and isinstance(state, Path)
        and is_ours(taken, state, str(values["account"]), *ours)
    ):
        yield Broken("alerts.metrics_file", "config-file-taken", {"value": str(taken)})


def _about_time(values: Mapping[str, object]) -> Iterator[Broken]:
    budget = _number(values, "sync.time_budget")
    slowest = max(("sellsy.timeout", "simon.timeout"), key=lambda path: _number(values, path))
    deadline = DEADLINE * _number(values, slowest)
    if budget < deadline:
        params = {"value": f"{budget:g}", "least": f"{deadline:g}", "timeout": slowest}
        yield Broken("sync.time_budget", "config-budget-short", params)
    wait = _number(values, "sync.consistency_wait_seconds")
    if wait >= budget:
        yield Broken(
            "sync.consistency_wait_seconds",
            "config-consistency-long",
            {"value": f"{wait:g}", "budget": f"{budget:g}"},
        )


def is_ours(path: Path, state: Path, account: str, *files: Path) -> bool:
    """Tell whether a file is one of an account: its state, credentials, a backup, or one of `files`."""
    place = path.parent.resolve() / path.name
    if place in {file.parent.resolve() / file.name for file in files}:
        return True
    if state.resolve() not in place.parents:
        return False
    inside = place.relative_to(state.resolve()).parts[0]
    return inside in {"backups", "credentials.yaml"} or inside.startswith(
        tuple(f"{account}{ending}" for ending in _OF_THE_STATE)
    )


def _number(values: Mapping[str, object], path: str) -> float:
    value = values[path]
    return float(value) if isinstance(value, int | float) else 0.0
