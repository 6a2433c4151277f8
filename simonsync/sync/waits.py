"""What waits, and until when: an unknown outcome, and all drafts while this state may be an old copy.

A pause is no reason to wait, however long. What is one: the witness beside the state file knows more than the
file or is gone; or Sellsy's clock has gone further than this machine's since the last run, although the
machine was not started anew. A wait is measured by two readings of one clock, never by ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from simonsync.domain.reading import Reading
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.attempts import Attempt, draft_subject
from simonsync.store.ledger import LedgerEntry
from simonsync.store.waits import Wait, WaitReason
from simonsync.sync.run import Planning, as_text

EMPTY_LOOKUPS = 3
"""Complete look-ups after the wait that must find nothing before a draft may be made again."""
TOO_OFTEN = 3
"""A work order that was held up so often is a case for people: something here is not as it should be."""
TOLERANCE, DRIFT = timedelta(minutes=2), 0.001
"""By how much two clocks may differ from one run to the next, and how much of that time more."""


def sellsy_answered(run: Planning) -> None:
    """Take Sellsy's first answer to a run: see whether this state may be an old copy, and begin what waits.

    To be called once, before anything is done. Raises StateUnusable where the witness cannot be used.
    """
    now, state = run.sellsy_reading(), run.state
    with state.commit():
        reason = _evidence(run, now)
        _carry_over(run, now)
        run.wait = state.waits.current()
        if run.wait is not None and run.wait.since is None:
            # What was noticed now is what it is about to wait for.
            state.waits.begin_anew(run.wait, now)
        elif reason is not None:
            run.wait = state.waits.begin(reason, now, knows=run.id - 1)
        elif run.wait is not None:
            _renew(run.wait, now, run)
        if reason is not None or state.witness.is_new:
            state.witness.step()
        state.runs.at(run.id, now)
        begin_waits(run)
    state.witness.write()


def _evidence(run: Planning, now: Reading) -> WaitReason | None:
    doubt = run.state.witness.doubt()
    if doubt is not None:
        return doubt
    before = run.state.runs.last_heard(before=run.id)
    gained = None if before is None else now.gained_on_boot(before)
    if before is None or gained is None:
        return None
    counted = timedelta(seconds=now.elapsed - before.elapsed)
    return WaitReason.CLOCKS if gained > TOLERANCE + counted * DRIFT else None


def _carry_over(run: Planning, now: Reading) -> None:
    """Turn a wait of the first edition, which had its end by Sellsy's clock, into one that has its begin."""
    until = run.state.activation.get().creates_wait_until
    if until is not None:
        if run.sellsy_now() < until and run.state.waits.current() is None:
            run.state.waits.begin(WaitReason.REBUILT, now, knows=run.id - 1)
        run.state.activation.forget_end_of_wait()


def _renew(wait: Wait, now: Reading, run: Planning) -> None:
    """End a wait that is over, and let one begin anew whose begin says nothing any more."""
    if wait.since is not None and now.has_passed(run.timing.unknown_wait, wait.since):
        run.state.waits.end(wait)
    elif wait.since is None or not now.follows(wait.since):
        run.state.waits.begin_anew(wait, now)


# --- an unknown outcome ---------------------------------------------------------------------------


def begin_waits(run: Planning) -> None:
    """Let what is unknown wait from Sellsy's first answer after it was noted, in this run or the next.

    Nothing that was heard before counts, and the answer that failed least of all.
    """
    now = run.sellsy_reading()
    for attempt in run.state.attempts.unknown(""):
        since = attempt.unknown_since
        if since is None:
            begins = attempt.run != run.id or run.sellsy.answers > run.unknown_at
        else:
            begins = not now.has_passed(run.timing.unknown_wait, since) and not now.follows(since)
        if begins:
            run.state.attempts.wait_from(attempt.subject, attempt.number, now)


def count_empty_lookup(run: Planning) -> None:
    """Count a complete look-up that found nothing, for whatever had waited long enough when it began."""
    for attempt in run.state.attempts.unknown():
        if waited_long_enough(attempt.unknown_since, run):
            run.state.attempts.count_empty_lookup(attempt.subject, attempt.number, run.id)


def waited_long_enough(since: Reading | None, run: Planning) -> bool:
    """Tell whether a wait that began then was over when this run's look-up began."""
    at = run.looked_up_at or run.sellsy_reading()
    return since is not None and at.has_passed(run.timing.unknown_wait, since)


def still_unknown(entry: LedgerEntry, run: Planning) -> Message | None:
    """Say that a draft of a work order may exist; None where none may, or look-ups showed that none does."""
    open_attempts = run.state.attempts.open_at(draft_subject(entry.id))
    if any(attempt.arrived for attempt in open_attempts):
        return Message(kinds.DRAFT_REQUEST_ARRIVED, {"number": entry.number})
    if not open_attempts or _proven_absent(open_attempts, run, force=entry.force):
        return None
    at = until([attempt.unknown_since for attempt in open_attempts], run)
    return Message(kinds.OUTCOME_UNKNOWN, {"number": entry.number, "until": at})


def _proven_absent(attempts: Sequence[Attempt], run: Planning, *, force: bool) -> bool:
    """Tell whether enough look-ups found nothing; a second unknown needs a human's word as well."""
    return (len(attempts) == 1 or force) and all(
        attempt.empty_lookups >= EMPTY_LOOKUPS and attempt.last_lookup_run == run.id for attempt in attempts
    )


# --- all drafts -----------------------------------------------------------------------------------


def wait_in_force(run: Planning) -> Wait | None:
    """Return what keeps this run from making drafts; the look-up that ends it is made after it."""
    wait = run.state.waits.current()
    return None if wait is None or waited_long_enough(wait.since, run) else wait


def creates_wait(entry: LedgerEntry, run: Planning) -> Message | None:
    """Say why a work order's draft is not made yet; None where drafts may be made.

    One that was held up too often by what was noticed here waits for a human's word, and then for nothing
    else that is noticed.
    """
    wait = wait_in_force(run)
    if wait is not None and wait.reason.is_evidence:
        run.state.waits.hold_up(entry.id, wait)
    held_up = run.state.waits.held_up(entry.id)
    if held_up is not None and held_up.times >= TOO_OFTEN:
        if not held_up.let_through:
            return Message(kinds.CREATES_WAIT_AGAIN, {"number": entry.number, "reason": _why(held_up.reason)})
        if wait is not None and wait.reason.is_evidence:
            return None
    if wait is None:
        return None
    params = {"number": entry.number, "reason": _why(wait.reason), "until": until((wait.since,), run)}
    return Message(kinds.CREATES_WAIT, params)


def _why(reason: WaitReason) -> str:
    return f"@wait-{reason}"


def until(begins: Sequence[Reading | None], run: Planning) -> str:
    """Tell when the last of these waits will be over, as far as can be said."""
    now = run.sellsy_reading()
    passed = min(timedelta(0) if since is None else now.passed(since) for since in begins)
    return as_text(run.sellsy_now() + run.timing.unknown_wait - passed)
