"""What a "not found" of Simon is worth: alone, nothing.

A proxy, a restart or a renamed address answers like a record that was deleted. So a record counts as deleted
only once it was refused twice, some time apart, while its table answered and did not list it.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from simonsync.sync.run import Planning

APART = timedelta(minutes=30)
"""How far apart two refusals must be, by Simon's clock."""


class Absence(StrEnum):
    """What is known of a record that Simon refused as not found when it was asked for by itself."""

    LISTED = "listed"
    """Its table lists it all the same: something else is the matter."""
    DOUBTFUL = "doubtful"
    """It is not listed either; it will be asked for again."""
    CERTAIN = "certain"
    """It was so long enough ago, too: it is deleted."""


def absence_of(table: str, record_id: str, run: Planning) -> Absence:
    """Judge a record that was refused just now, and remember the first refusal.

    Raises ServiceUnavailable where its table does not answer: then nothing is known of any record.
    """
    if run.simon.is_listed(table, record_id):
        run.state.absences.forget(table, record_id)
        return Absence.LISTED
    return Absence.CERTAIN if has_lasted(table, record_id, APART, run) else Absence.DOUBTFUL


def has_lasted(place: str, record_id: str, wait: timedelta, run: Planning) -> bool:
    """Note that something is amiss with a record, and tell whether it was so long ago, too.

    A first look that no clock of today can be compared with counts for nothing: it is made anew.
    """
    now, since = run.simon_reading(), run.state.absences.since(place, record_id)
    if since is None or not now.follows(since):
        run.state.absences.note(place, record_id, now)
        return False
    return now.has_passed(wait, since)
