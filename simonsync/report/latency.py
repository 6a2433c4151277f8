"""How long it took from archiving to the draft: the promise of five minutes, measured [1.2]."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from simonsync.store.ledger import LedgerEntry


@dataclass(frozen=True, slots=True)
class Latency:
    """Minutes from archived to drafted: the median, the 95th percentile, and each work order's own.

    Attributes:
        points: (when drafted, minutes), in the order of drafting.
    """

    points: tuple[tuple[datetime, float], ...]
    p50: float | None
    p95: float | None


def latency_of(entries: Sequence[LedgerEntry]) -> Latency:
    """Measure the work orders that were drafted; adopted documents count as well."""
    points = tuple(
        (entry.drafted_at, max(0.0, (entry.drafted_at - entry.archived_at).total_seconds() / 60))
        for entry in entries
        if entry.drafted_at is not None
    )
    minutes = sorted(span for _, span in points)
    return Latency(points, _percentile(minutes, 50), _percentile(minutes, 95))


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    """Return the nearest-rank percentile; None of nothing."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else None
