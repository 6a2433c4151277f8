"""What Sellsy shows of our documents: in its lists, and by themselves where a list should have shown them.

A list that adds up may still be short of something: of what the account's rights hide, or an index lacks. So
a list counts as whole only where it holds each document of ours that must lie in it by what we know, or where
that document, asked for by itself, is refused or says why it lies outside. And whether documents are visible
at all is seen by one that is there for certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simonsync.domain.key import Key
from simonsync.domain.records import DocumentHead
from simonsync.errors import ListIncomplete, NotFound, Refused
from simonsync.rules.marker import marker_in
from simonsync.store.documents import Known, Says, Unlisted
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.sync.drafts import READ_BACK_LIMIT
from simonsync.sync.run import Planning

OVERLAP = timedelta(days=1)
"""How far before the oldest moment of interest a look-up begins: clocks differ, zones are mistaken."""
LAG = timedelta(minutes=15)
"""How long Sellsy may take to list what it has made; eight minutes were seen."""
APART = timedelta(hours=1)
"""How far apart two sightings must be before a document counts as deleted."""
AGAIN = timedelta(days=1)
"""How long the word of a document that no list shows is believed."""
ASKED_AT_MOST = 40
"""Documents that are asked for by themselves in one look-up: a tag that is taken off all makes many."""


@dataclass(slots=True)
class Shown:
    """What one look-up was shown.

    Attributes:
        since: from when on the list of our tag was asked for.
        documents: what the lists showed, by id.
        alone: what was shown only when it was asked for by itself.
        gap: why the lists are not whole, as a word of the catalogue; "" where they are.
        missing: documents that are there, must be listed, and are not.
        all_asked: every document that no list showed has said why.
    """

    since: datetime
    documents: dict[str, DocumentHead] = field(default_factory=dict)
    alone: dict[str, DocumentHead] = field(default_factory=dict)
    gap: str = ""
    missing: list[str] = field(default_factory=list)
    all_asked: bool = True
    _said: dict[str, Says | None] = field(default_factory=dict)
    _visible: bool | None = None

    def head(self, document_id: str) -> DocumentHead | None:
        """Return a document that was shown in one way or the other."""
        return self.documents.get(document_id) or self.alone.get(document_id)

    def ask(self, document_id: str, run: Planning) -> Says | None:
        """Ask for a document by itself, once a look-up; None where it is shown."""
        if document_id not in self._said:
            found = asked_alone(document_id, run)
            if isinstance(found, Says):
                self._said[document_id] = found
            else:
                self._said[document_id] = None
                self.alone[document_id] = found
        return self._said[document_id]

    def shows_ours(self, run: Planning, *, but: str = "") -> bool:
        """Tell whether a list shows any document of ours, other than one."""
        return any(document_id != but and is_ours(head, run) for document_id, head in self.documents.items())

    def is_visible(self, run: Planning) -> bool | None:
        """Tell whether documents are visible at all; None where this look-up cannot tell.

        A list shows one of ours. Where none of ours is old enough to be listed, any invoice of the account
        serves, and an account that had none when it was connected needs none.
        """
        if self.shows_ours(run):
            return True
        newest = run.state.documents.newest_to_show(run.sellsy_now() - LAG)
        if newest is not None:
            return False if newest.made_at >= self.since + OVERLAP else None
        return self._shows_any(run)

    def _shows_any(self, run: Planning) -> bool:
        if self._visible is None:
            self._visible = run.state.activation.get().had_invoices is False or _shows_invoices(run)
        return self._visible

    def was_asked(self, document_id: str) -> bool:
        """Tell whether a document was asked for by itself in this look-up."""
        return document_id in self._said

    def proves_absence(self, document_id: str, run: Planning) -> bool:
        """Tell whether a list that does not show a document says something about it: it shows another.

        Where there is no other that it could show, any invoice of the account serves.
        """
        if self.shows_ours(run, but=document_id):
            return True
        newest = run.state.documents.newest_to_show(run.sellsy_now() - LAG, but=document_id)
        return newest is None and self._shows_any(run)


def owner_of(document: DocumentHead, run: Planning) -> LedgerEntry | None:
    """Return the work order whose document it is, or says to be."""
    mark = marker_in(document.subject)
    ledger = run.state.ledger
    return ledger.by_document(document.id) or (ledger.by_marker(mark) if mark else None)


def is_ours(document: DocumentHead, run: Planning) -> bool:
    """Tell whether a document belongs to a work order that we know, now or before."""
    return owner_of(document, run) is not None or run.state.documents.former_owner(document.id) is not None


def asked_alone(document_id: str, run: Planning) -> DocumentHead | Says:
    """Ask for a document by itself; one that Sellsy refuses to show is there for all we know."""
    try:
        return run.sellsy.invoice(document_id).head
    except NotFound:
        return Says.NOT_FOUND
    except Refused:
        return Says.REFUSED


def _shows_invoices(run: Planning) -> bool:
    try:
        return run.sellsy.shows_invoices()
    except (ListIncomplete, Refused):
        return False


def read_lists(since: datetime, customers: Mapping[Key, datetime | None], run: Planning) -> Shown:
    """Read the list of our tag, and those of customers: of these what carries a marker.

    A list that is not whole is noted as a gap; what it did show is there, and counts. Raises
    ServiceUnavailable where Sellsy does not answer.
    """
    shown = Shown(since)
    try:
        for page in run.sellsy.tagged_invoices(since):
            shown.documents.update((document.id, document) for document in page)
    except ListIncomplete as error:
        shown.gap = error.problems[0].params["cause"]
    for customer, begin in customers.items():
        try:
            for page in run.sellsy.invoices_of(customer, begin):
                for document in page:
                    # Without the tag only our marker makes it ours.
                    if marker_in(document.subject):
                        shown.documents.setdefault(document.id, document)
        except ListIncomplete as error:
            shown.gap = shown.gap or error.problems[0].params["cause"]
    return shown


def ask_for_unlisted(shown: Shown, needed_since: datetime, run: Planning) -> None:
    """Ask for each document of ours that must lie in the lists and does not, by itself.

    What it says is believed for a day. Those made before `needed_since` are only watched: with them a look-up
    is whole without having asked for all.
    """
    run.state.documents.listed(shown.documents)
    if shown.gap:
        return
    asked = 0
    answers: list[tuple[Known, Says | None]] = []
    for known in list(run.state.documents.known(shown.since + OVERLAP, run.sellsy_now())):
        if known.id in shown.documents or not _is_due(known, run):
            continue
        if asked >= ASKED_AT_MOST:
            shown.all_asked = False
            if known.made_at >= needed_since:
                shown.gap = "@cause-documents-not-asked"
            break
        asked += 1
        run.stop()
        says = shown.ask(known.id, run)
        if says is None and _must_be_listed(shown.alone[known.id], shown):
            # The list may need a while longer than the document itself.
            if known.made_at <= run.sellsy_now() - LAG:
                shown.missing.append(known.id)
                shown.gap = "@cause-documents-missing"
        else:
            answers.append((known, says))
    for known, says in answers:
        _remember(known.id, says, shown, run, fresh=_is_fresh(known, run))


def _must_be_listed(document: DocumentHead, shown: Shown) -> bool:
    made_at = document.created_at
    return document.tagged and made_at is not None and made_at >= shown.since + OVERLAP


def _is_due(known: Known, run: Planning) -> bool:
    """Tell whether a document that no list shows is to be asked for: once a day, in doubt once an hour."""
    before = run.state.documents.unlisted(known.id)
    now = run.sellsy_reading()
    if before is None or not now.follows(before.asked):
        return True
    entry = run.state.ledger.get(known.work_order)
    if entry is not None and entry.status is Status.WAITING:
        # A draft is about to take its place.
        return True
    doubtful = before.says is Says.NOT_FOUND and entry is not None and entry.status is Status.SENT
    return now.has_passed(APART if doubtful else AGAIN, before.asked)


def _remember(document_id: str, says: Says | None, shown: Shown, run: Planning, *, fresh: bool) -> None:
    """Note what a document said; a list that is not whole proves nothing about one that is not found."""
    now, before = run.sellsy_reading(), run.state.documents.unlisted(document_id)
    missing_since = None if before is None else before.missing_since
    if missing_since is not None and not now.follows(missing_since):
        missing_since = None
    if says is None:
        missing_since = None
    elif says is Says.NOT_FOUND and missing_since is None and not (shown.gap or fresh):
        missing_since = now if shown.proves_absence(document_id, run) else None
    run.state.documents.remember(Unlisted(document_id, says or Says.OUTSIDE, now, missing_since))


def _is_fresh(known: Known, run: Planning) -> bool:
    """Tell whether a document was never seen yet: Sellsy may still be about to show it."""
    entry = run.state.ledger.get(known.work_order) if known.current else None
    return (
        entry is not None
        and entry.expected is not None
        and entry.read_back_at is None
        and run.sellsy_now() - known.made_at <= READ_BACK_LIMIT
    )


def is_gone(document_id: str, shown: Shown, run: Planning) -> bool:
    """Tell whether a document is deleted for certain: found missing an hour ago at least, and now."""
    if shown.gap or document_id in shown.documents or shown.ask(document_id, run) is not Says.NOT_FOUND:
        return False
    before, now = run.state.documents.unlisted(document_id), run.sellsy_reading()
    return (
        before is not None
        and before.missing_since is not None
        and now.follows(before.missing_since)
        and now.has_passed(APART, before.missing_since)
        and shown.proves_absence(document_id, run)
    )


def is_gone_now_or_later(document_id: str, shown: Shown, run: Planning) -> bool:
    """Tell whether a document that people were told of is gone for certain; if it is missing, note that."""
    if is_gone(document_id, shown, run):
        return True
    if document_id not in shown.documents:
        _remember(document_id, shown.ask(document_id, run), shown, run, fresh=False)
    return False
