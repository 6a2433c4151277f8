"""Settle a case by a human's word: this document is it, none is, none is to be, or I have seen it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from simonsync.account.choose import find_in_ledger, unknown
from simonsync.account.execution import Account, recorded_run, require_phase
from simonsync.domain.phase import Phase
from simonsync.domain.records import DocumentHead
from simonsync.errors import NotFound, Refused, UsageError
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.store.attempts import draft_subject
from simonsync.store.journal import JournalFilter
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.opening import open_state
from simonsync.store.state import State
from simonsync.sync.closing import leave_files
from simonsync.sync.drafts import want_none
from simonsync.sync.lookup import adopt, customers_of
from simonsync.sync.run import Planning
from simonsync.sync.shown import owner_of
from simonsync.sync.still_there import documents_now
from simonsync.sync.watch import shown_again

_NAMING_DOCUMENTS = (
    kinds.SEVERAL_DRAFTS.code,
    kinds.FOREIGN_MARKER.code,
    kinds.SECOND_WRITER.code,
)
RESOLVABLE = (Phase.ACTIVE, Phase.INACTIVE, Phase.CONNECTED)


class Choice(StrEnum):
    """What a human can say about a work order's document."""

    ADOPT = "adopt"
    CREATE = "create"
    NEVER = "never"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was settled: the work order, the choice, and the document that is its own now.

    `nothing_open`: there was nothing to look at, perhaps because another number was meant.
    """

    number: str
    choice: Choice
    document: str | None = None
    nothing_open: bool = False


def resolve(account: Account, number: str, choice: Choice, document_id: str | None = None) -> Resolution:
    """Settle the case of a work order.

    `adopt` binds it to the named document, whose customer is verified; `create` lets the next runs make a
    draft, after the look-ups and the wait, but not while a document of it is there; `never` wants no invoice.
    Documents that were shown and not adopted are disowned: they are not named again. `seen` closes what was
    to be looked at on the draft, leaves its missing files alone, and does nothing else. Raises UsageError
    where the choice does not fit.
    """
    with recorded_run(account, "resolve", *RESOLVABLE) as run:
        entry = _entry(number, choice, run.state)
        if choice is Choice.SEEN:
            with run.state.commit():
                closed = run.looked_at(entry.id) + leave_files(entry.id, run)
                if closed:
                    _say_settled(entry, choice, run)
            return Resolution(entry.number, choice, nothing_open=not closed)
        shown = documents_shown(entry, run.state)
        match choice:
            case Choice.ADOPT:
                # The one it had before is ruled out only where a case has named it beside this one.
                document_id = _adopt(entry, document_id or "", run)
            case Choice.CREATE:
                shown = documents_shown(entry, run.state, kinds.FOREIGN_MARKER.code)
                _require_none_there(entry, shown, run)
                with run.state.commit():
                    run.state.ledger.ask_to_send(entry.id)
                    run.state.attempts.disbelieve(draft_subject(entry.id))
                    run.state.waits.let_through(entry.id)
            case Choice.NEVER:
                _never(entry, run)
        with run.state.commit():
            for shown_id in shown:
                if shown_id != document_id:
                    run.state.ledger.disown(shown_id, entry.id, run.now())
            run.cure(Table.WORK_ORDER, entry.id)
            if choice is Choice.NEVER:
                # Of a draft that was deleted there is nothing to look at any more.
                run.looked_at(entry.id)
            _say_settled(entry, choice, run)
        return Resolution(entry.number, choice, document_id)


def _say_settled(entry: LedgerEntry, choice: Choice, run: Planning) -> None:
    params = {"number": entry.number, "choice": f"@{choice.value}"}
    run.say(Message(kinds.CASE_RESOLVED, params), entry.id)


def require_resolvable(account: Account, number: str, choice: Choice) -> None:
    """Say without any request whether a choice fits. Raises UsageError, WrongPhase."""
    require_phase(account.database, *RESOLVABLE)
    with open_state(account.database) as state:
        _entry(number, choice, state)


def _entry(number: str, choice: Choice, state: State) -> LedgerEntry:
    entry = find_in_ledger(number, state.ledger)
    if entry is None:
        raise unknown(number, state.ledger)
    if choice in {Choice.CREATE, Choice.NEVER} and entry.status is Status.SENT:
        raise UsageError("resolve-bound", number=entry.number, document=entry.document_id or "")
    return entry


def _require_none_there(entry: LedgerEntry, shown: Collection[str], run: Planning) -> None:
    """Refuse to have a draft made while a document of the work order is there, or one nobody has looked at.

    Whatever people were told: its own document, alive, is never ruled out. Raises UsageError, ListIncomplete.
    """
    found = documents_now(entry, run)
    if entry.document_id in found.own:
        shown_again(entry, run)
    if found.own:
        raise UsageError("document-is-there", number=entry.number, documents=", ".join(found.own))
    unseen = [document for document in found.others if document not in shown]
    if unseen:
        documents = ", ".join(found.others)
        run.say(Message(kinds.FOREIGN_MARKER, {"number": entry.number, "document": documents}), entry.id)
        raise UsageError("document-may-be-it", number=entry.number, documents=", ".join(unseen))


def documents_shown(entry: LedgerEntry, state: State, *codes: str) -> tuple[str, ...]:
    """List the documents that the open cases of a work order name, of these codes or of any."""
    wanted = JournalFilter(
        codes=codes or _NAMING_DOCUMENTS, table=Table.WORK_ORDER, record=entry.id, only_open=True
    )
    named = [
        document
        for case in state.journal.entries(wanted)
        for name in ("documents", "document")
        for document in case.message.params.get(name, "").split(", ")
        if document
    ]
    return tuple(dict.fromkeys(named))


def _adopt(entry: LedgerEntry, named: str, run: Planning) -> str:
    document = _document(entry, named, run)
    _require_ours(entry, document, run)
    adopt(entry, document, run)
    return document.id


def _document(entry: LedgerEntry, named: str, run: Planning) -> DocumentHead:
    """Find a document by its id, or by the number that people see in Sellsy. Raises UsageError."""
    try:
        return run.sellsy.invoice(named).head
    except (NotFound, Refused) as error:
        code = "resolve-document-id" if isinstance(error, Refused) else "resolve-document-unknown"
    numbered = [
        head
        for customer in set(customers_of(entry, run))
        for page in run.sellsy.invoices_of(customer, None)
        for head in page
        if head.number == named
    ]
    if len(numbered) != 1:
        raise UsageError(code, document=named)
    return numbered[0]


def _require_ours(entry: LedgerEntry, document: DocumentHead, run: Planning) -> None:
    """Refuse a document of another work order or another customer."""
    other = owner_of(document, run)
    if other is not None and other.id != entry.id:
        raise UsageError("resolve-other-work-order", document=document.id, number=other.number)
    customers = set(customers_of(entry, run))
    if document.customer not in customers:
        raise UsageError(
            "resolve-other-customer",
            document=document.id,
            customer=document.customer.id,
            expected=", ".join(sorted(key.id for key in customers)) or "–",
        )


def _never(entry: LedgerEntry, run: Planning) -> None:
    with run.state.commit():
        run.state.ledger.set_status(entry.id, Status.NEVER)
        want_none(entry.id, run)
        params = {"number": entry.number, "reason": "@never"}
        run.say(Message(kinds.WORK_ORDER_SETTLED, params), entry.id)
