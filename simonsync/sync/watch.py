"""Watch what people do to our drafts in Sellsy: confirmed, deleted, and there again [3.11].

Once an hour the list of a look-up reaches back to the oldest draft that is watched. A draft counts as deleted
only once it was found missing twice, an hour apart, each time by itself as well and while Sellsy showed
another of ours; and it is there again as soon as it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from simonsync.domain.reading import past
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.store.attempts import AttemptOutcome, draft_subject
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.sync.drafts import saw_step
from simonsync.sync.run import Planning
from simonsync.sync.shown import OVERLAP, Shown, is_gone

INTERVAL = timedelta(hours=1)
"""How often the drafts of the last months are listed, to see what people did to them."""
_LOOK = "watch"


def is_due(run: Planning) -> bool:
    """Tell whether the drafts are to be listed: an hour after the last time; one in the future is none."""
    last = run.state.documents.looked(_LOOK)
    now = run.sellsy_reading()
    return last is None or not now.follows(last) or now.has_passed(INTERVAL, last)


def to_watch(run: Planning) -> Iterator[LedgerEntry]:
    """List the work orders whose drafts are to be watched in this run.

    One whose time is over is looked at once more, after its last day.
    """
    if is_due(run):
        yield from run.state.ledger.watched(_last(run))


def _last(run: Planning) -> datetime | None:
    """Return when the drafts were last listed whole, by Sellsy's present clock; None where it cannot tell."""
    last, now = run.state.documents.looked(_LOOK), run.sellsy_reading()
    if last is None or not now.follows(last):
        # What the first edition noted is better than nothing.
        return past(run.state.cursors.get(_LOOK).updated_at, run.sellsy_now())
    return run.sellsy_now() - now.passed(last)


def note_shown_again(shown: Shown, run: Planning) -> None:
    """Take back what was thought of documents that are shown: they are their work orders' after all."""
    for document_id, head in (*shown.documents.items(), *shown.alone.items()):
        entry = run.state.ledger.by_document(document_id)
        if entry is None or entry.status in {Status.SENT, Status.NEVER}:
            continue
        shown_again(entry, run)
        saw_step(entry, head.step, run)


def shown_again(entry: LedgerEntry, run: Planning) -> None:
    """Let a work order be sent again: its document is there. What was to take its place is not made."""
    with run.state.commit():
        run.state.ledger.is_there(entry.id)
        run.state.attempts.close_all(draft_subject(entry.id), AttemptOutcome.NOT_APPLIED)
        run.cure(Table.WORK_ORDER, entry.id)
        run.cure(Table.WORK_ORDER, entry.id, kinds.DRAFT_DELETED.code)
        params = {"number": entry.number, "document": entry.document_id or ""}
        run.say(Message(kinds.DRAFT_SHOWN_AGAIN, params), entry.id)


def note_deleted(shown: Shown, run: Planning) -> None:
    """Say which drafts are no longer in Sellsy; they are never made again by themselves.

    To be called with lists that are whole.
    """
    for known in list(run.state.documents.known(shown.since + OVERLAP, run.sellsy_now())):
        if not known.current or not shown.was_asked(known.id):
            continue
        entry = run.state.ledger.get(known.work_order)
        if entry is not None and entry.status is Status.SENT and is_gone(known.id, shown, run):
            with run.state.commit():
                run.looked_at(entry.id)
                run.state.ledger.is_deleted(entry.id)
                params = {"number": entry.number, "document": known.id}
                run.say(Message(kinds.DRAFT_DELETED, params), entry.id)


def watch(watched: Iterable[LedgerEntry], shown: Shown, run: Planning) -> None:
    """Note in which step our drafts are; one whose last day is over needs no look any more.

    To be called with lists that are whole, and only then a watch has been made.
    """
    for entry in watched:
        head = shown.head(entry.document_id or "")
        with run.state.commit():
            if head is not None and entry.status is not Status.NEVER:
                saw_step(entry, head.step, run)
            if entry.watched_until is not None and entry.watched_until < run.sellsy_now():
                run.looked_at(entry.id, but=kinds.DRAFT_DELETED.code)
    if shown.all_asked:
        run.state.documents.look(_LOOK, run.sellsy_reading())
