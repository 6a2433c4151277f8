"""How long Sellsy's lists have not been whole, or have shown nothing of ours, and what follows from that.

For an hour nothing is made meanwhile: lists mend themselves. After it people are told, what is unknown stays
a case for them, and the work orders of which nothing is unknown go on: a list that never adds up must not
keep a firm from working.
"""

from __future__ import annotations

from datetime import timedelta

from simonsync.errors import ListIncomplete
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.store.attempts import work_order_of
from simonsync.sync.run import Planning
from simonsync.sync.shown import LAG, Shown

PATIENCE = timedelta(hours=1)
"""How long a gap may last before people are told."""
_GAP, _HIDDEN = "gap", "hidden"


def is_whole(shown: Shown, run: Planning) -> bool:
    """Tell whether the lists of a look-up are whole; a gap of an hour is told.

    Raises ListIncomplete for one that is younger.
    """
    if not shown.gap:
        _is_over(_GAP, run)
        return True
    if not has_lasted(run, _GAP):
        raise ListIncomplete("listing-incomplete", service="Sellsy", list="Document.getList", cause=shown.gap)
    _tell(shown.gap, shown.missing, run)
    return False


def are_visible(shown: Shown, run: Planning, *, asked: bool) -> bool:
    """Tell whether a look-up may count: documents are visible at all. An hour in which none is, is told.

    `asked`: the lists reach back far enough to tell.
    """
    visible = shown.is_visible(run) if asked else None
    if visible:
        _is_over(_HIDDEN, run)
    elif visible is False and has_lasted(run, _HIDDEN):
        newest = run.state.documents.newest_to_show(run.sellsy_now() - LAG)
        _tell("@cause-documents-hidden", [newest.id] if newest else [], run)
    return bool(visible)


def has_lasted(run: Planning, what: str = _GAP) -> bool:
    """Note that there is a gap, and tell whether it began an hour ago or more."""
    since, now = run.state.documents.looked(what), run.sellsy_reading()
    if since is None or not now.follows(since):
        run.state.documents.look(what, now)
        return False
    return now.has_passed(PATIENCE, since)


def _is_over(what: str, run: Planning) -> None:
    """Note that a gap is over; the case closes with the last one."""
    documents = run.state.documents
    with run.state.commit():
        documents.forget_look(what)
        if documents.looked(_GAP) is None and documents.looked(_HIDDEN) is None:
            run.cure(Table.NONE, "", kinds.LIST_INCOMPLETE.code)


def _tell(cause: str, documents: list[str], run: Planning) -> None:
    unknown = {work_order_of(attempt.subject) for attempt in run.state.attempts.unknown()}
    numbers = sorted(entry.number for each in unknown if (entry := run.state.ledger.get(each)))
    params = {
        "cause": cause,
        "documents": ", ".join(documents) or "–",
        "numbers": ", ".join(numbers) or "–",
    }
    run.say(Message(kinds.LIST_INCOMPLETE, params))
