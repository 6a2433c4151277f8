"""What waits, and until when: an unknown outcome, and all drafts while this state may be an old copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.attempts import Attempt, draft_subject
from simonsync.store.ledger import LedgerEntry
from simonsync.store.state import State
from simonsync.sync.run import TIMER_INTERVAL, Run, Timing, as_text

EMPTY_LOOKUPS = 3
"""Complete look-ups after the wait that must find nothing before a draft may be made again."""


def begin_waits(unknown: Iterable[Attempt], run: Run) -> None:
    """Let the attempts of runs that died wait from Sellsy's first answer to this run."""
    for attempt in unknown:
        if attempt.unknown_since is None:
            run.state.attempts.wait_from(attempt.subject, attempt.number, run.sellsy_now())


def count_empty_lookup(run: Run) -> None:
    """Count a complete look-up that found nothing, for whatever had waited long enough when it began."""
    for attempt in run.state.attempts.unknown():
        if waited_long_enough(attempt.unknown_since, run):
            run.state.attempts.count_empty_lookup(attempt.subject, attempt.number, run.id)


def waited_long_enough(since: datetime | None, run: Run) -> bool:
    """Tell whether an unknown outcome had waited when this run's look-up began, by Sellsy's clock."""
    at = run.looked_up_at or run.sellsy_now()
    return since is not None and at - since >= run.timing.unknown_wait


def still_unknown(entry: LedgerEntry, run: Run) -> Message | None:
    """Say that a draft of a work order may exist; None where none may, or look-ups showed that none does."""
    open_attempts = run.state.attempts.open_at(draft_subject(entry.id))
    if not open_attempts or _proven_absent(open_attempts, run, force=entry.force):
        return None
    return Message(kinds.OUTCOME_UNKNOWN, {"number": entry.number, "until": _until(open_attempts, run)})


def _proven_absent(attempts: Sequence[Attempt], run: Run, *, force: bool) -> bool:
    """Tell whether enough look-ups found nothing; a second unknown needs a human's word as well."""
    return (len(attempts) == 1 or force) and all(
        attempt.empty_lookups >= EMPTY_LOOKUPS and attempt.last_lookup_run == run.id for attempt in attempts
    )


def _until(attempts: Sequence[Attempt], run: Run) -> str:
    since = max((attempt.unknown_since or run.sellsy_now()) for attempt in attempts)
    return as_text(since + run.timing.unknown_wait)


def creates_wait(entry: LedgerEntry, run: Run) -> Message | None:
    """Say that no draft is made yet; None where drafts may be made."""
    wait_until = creates_wait_until(run)
    if wait_until is None:
        return None
    return Message(kinds.CREATES_WAIT, {"number": entry.number, "until": as_text(wait_until)})


def creates_wait_until(run: Run) -> datetime | None:
    """Return until when no draft may be made: after a loss of state, or a rest of three timer intervals."""
    until = run.state.activation.get().creates_wait_until
    at = run.looked_up_at or run.sellsy_now()
    return until if until is not None and at < until else None


def note_rest(state: State, now: datetime, timing: Timing) -> bool:
    """Tell whether the last run is so long ago that this state may be an old copy, and make creates wait.

    This is noted before any service is asked, by our clock: a run that gets no answer must not make the next
    one believe that there was no rest.
    """
    last = state.runs.last()
    if last is None or now - (last.finished_at or last.started_at) <= 3 * TIMER_INTERVAL:
        return False
    state.activation.wait_with_creates(now + timing.unknown_wait)
    return True


def after_rest(run: Run, *, rested: bool) -> None:
    """Let the wait with creates be by Sellsy's clock, now that it has answered."""
    if rested:
        run.state.activation.wait_with_creates(run.sellsy_now() + run.timing.unknown_wait)
    run.rested = creates_wait_until(run) is not None
