"""PDFs and attachments of a work order go to the customer's documents in Sellsy [5.11].

A file's name is its identity there: a file that is listed under its name is taken as sent, so that nothing
lies there twice, whatever became of an earlier upload. A failed upload never undoes the draft.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta

from simonsync.domain.entities import PDFS
from simonsync.domain.key import Kind, simon_key
from simonsync.domain.records import Attachment, WorkOrder
from simonsync.errors import (
    CredentialsRefused,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RecordError,
    Refused,
    ServiceUnavailable,
    Stopped,
)
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.rules.file_content import flaw_of_attachment
from simonsync.rules.file_names import file_names, same_file
from simonsync.settings.declaration import Documents, Settings
from simonsync.settings.values import read_settings
from simonsync.store.attempts import Attempt, AttemptOutcome
from simonsync.store.ledger import LedgerEntry
from simonsync.store.values import understood
from simonsync.sync.absence import APART, has_lasted
from simonsync.sync.actions import Attach, Plan
from simonsync.sync.closing import FILE_CASES, close_files
from simonsync.sync.identity import is_another
from simonsync.sync.run import Planning, Run

LOOK_FOR_FORMS = timedelta(days=7)
"""How long after the draft forms that are finished late are still looked for."""
LOOK_AGAIN = timedelta(hours=1)
"""How often they are looked for."""


def plan_documents(run: Planning) -> Iterator[Plan]:
    """Plan the files that Sellsy lacks, work order by work order, the newest first.

    Files take no longer than a run may: the next one goes on, so that no draft waits for them.
    """
    since = run.sellsy_now() - LOOK_FOR_FORMS
    codes = tuple(kind.code for kind in FILE_CASES)
    until = run.clocks.elapsed() + run.timing.budget.total_seconds()
    for entry in run.state.ledger.with_documents(since, run.now(), LOOK_AGAIN, codes):
        run.stop()
        if run.clocks.elapsed() >= until:
            return
        settings = _settings_of(entry, run)
        actions: tuple[Attach, ...] = ()
        if settings.documents is not Documents.NONE or settings.attachments:
            actions = tuple(_missing(entry, settings, run))
        if actions and _is_another_now(entry, run):
            actions = ()
        if actions:
            yield Plan(actions)
        if all(run.state.bindings.get(action.key) is not None for action in actions):
            run.state.ledger.documents_complete(entry.id, run.now())
    close_files(run)


def _is_another_now(entry: LedgerEntry, run: Planning) -> bool:
    """Tell whether Simon has given a work order's Id to another one: its files are not this one's."""
    try:
        head = run.simon.work_order_head(entry.id)
    except (NotFound, Refused):
        return False
    return is_another(entry, head, run.account.corp_id, run.simon)


def _settings_of(entry: LedgerEntry, run: Planning) -> Settings:
    """Return the settings under which the draft was made: changes are never retroactive [6.1]."""
    revision = entry.settings_revision
    stored = None if revision is None else run.state.settings.revision(revision)
    return run.settings if stored is None else understood(read_settings, stored[1])


def _missing(entry: LedgerEntry, settings: Settings, run: Planning) -> Iterator[Attach]:
    if entry.customer is None:
        return
    files: list[tuple[str, str, str]] = []
    attachments: dict[str, Attachment] = {}
    unfinished: set[str] = set()
    if settings.documents in {Documents.WORK_ORDER, Documents.WORK_ORDER_AND_FORMS}:
        files.append(("work_order", entry.id, ""))
    if settings.documents in {Documents.FORMS, Documents.WORK_ORDER_AND_FORMS}:
        surveys = run.simon.surveys(entry.id)
        files += [("survey", survey.id, survey.name) for survey in surveys]
        unfinished = {survey.id for survey in surveys if not survey.completed_at}
    if settings.attachments:
        attachments = {attachment.id: attachment for attachment in _attachments(entry, run)}
        files += [("attachment", each.id, each.file_name) for each in attachments.values()]
    # A form that is finished later must not take the name of one that is there already: all are named.
    for (source, source_id, _), name in zip(files, file_names(entry.number, files), strict=True):
        if source == "survey" and source_id in unfinished:
            continue
        key = simon_key(Kind.FILE, f"{entry.id}:{source}:{source_id}")
        if run.state.bindings.get(key) is None:
            found = attachments.get(source_id) if source == "attachment" else None
            yield Attach(
                key,
                entry.id,
                entry.number,
                entry.customer,
                name,
                source,
                source_id,
                content_type=found.content_type if found else "",
                size=found.size if found else None,
            )


def _attachments(entry: LedgerEntry, run: Planning) -> Sequence[Attachment]:
    """List what was added to a work order; a Simon that does not offer such a list is one open case."""
    found = run.simon.attachments(entry.id)
    if found is None:
        run.say(Message(kinds.ATTACHMENTS_UNAVAILABLE))
        return ()
    run.cure(Table.NONE, "", kinds.ATTACHMENTS_UNAVAILABLE.code)
    return found


def attach(action: Attach, run: Run) -> None:
    """Upload one file, unless the customer's documents already hold it.

    Raises RecordError where it could not be done: the journal has a warning, and the next run tries again.
    """
    try:
        _attach(action, run)
    except RecordError as error:
        params = {"number": action.number, "file": action.file_name}
        run.say(Message(kinds.DOCUMENT_UPLOAD_FAILED, params, error.problems), _record(action))
        raise


def _attach(action: Attach, run: Run) -> None:
    subject = f"file:{action.key.id}"
    attempts = run.state.attempts.of(subject)
    listed = _listed(action, run)
    if listed is not None:
        # What we had begun to send has arrived; what people put there is none of our news.
        _bind(action, subject, listed, run, sent=bool(run.state.attempts.open_at(subject)))
        return
    if any(_may_still_appear(attempt, run) for attempt in attempts):
        raise OutcomeUnknown("upload-unknown", file=action.file_name, cause="@cause-upload-unknown")
    try:
        content = _content(action, run)
    except (NotFound, _NotThere) as error:
        _unavailable(action, error.problems, run)
        return
    number = len(attempts) + 1
    run.state.attempts.intend(
        subject,
        number,
        payload=hashlib.sha256(content).hexdigest()[:32],
        customer=action.customer,
        t0=run.sellsy_now(),
        at=run.now(),
        run=run.id,
    )
    try:
        file_id = run.sellsy.upload(action.customer, action.file_name, content)
    except (NotSent, Refused, CredentialsRefused, ServiceUnavailable, Stopped):
        run.state.attempts.close(subject, number, AttemptOutcome.NOT_APPLIED)
        raise
    except OutcomeUnknown:
        run.unknown_at = run.sellsy.answers
        run.state.attempts.close(subject, number, AttemptOutcome.UNKNOWN)
        raise
    _bind(action, subject, file_id, run, sent=True)


def _bind(action: Attach, subject: str, file_id: str, run: Planning, *, sent: bool) -> None:
    with run.state.commit():
        run.state.attempts.close_all(subject, AttemptOutcome.APPLIED)
        run.state.bindings.bind(action.key, file_id, "", run.now())
        run.cure(Table.WORK_ORDER, _record(action))
        if sent:
            params = {"number": action.number, "file": action.file_name}
            run.say(Message(kinds.DOCUMENT_UPLOADED, params), action.work_order_id)


def _record(action: Attach) -> str:
    """A file has its own case, so that one that arrives does not cure another."""
    return action.key.id


def _listed(action: Attach, run: Planning) -> str | None:
    """Find a file under its name; one that is known to be another file of ours is not it."""
    for page in run.sellsy.files_of(action.customer):
        for stored in page:
            if same_file(stored.name, action.file_name):
                known = run.state.bindings.by_target(stored.id, Kind.FILE)
                if known is None or known.key == action.key:
                    return stored.id
    return None


def _may_still_appear(attempt: Attempt, run: Planning) -> bool:
    """Tell whether an upload without a certain outcome is so young that Sellsy may not list it yet."""
    if attempt.outcome not in {None, AttemptOutcome.UNKNOWN}:
        return False
    since = attempt.unknown_since
    return since is None or not run.sellsy_reading().has_passed(run.timing.unknown_wait, since)


class _NotThere(Refused):
    """Simon does not give a file, or gives something else in its place: it is fetched again."""


def _unavailable(action: Attach, causes: tuple[Message, ...], run: Run) -> None:
    """Tell that a file could not be fetched; the next runs try again, after an hour once an hour."""
    params = {"number": action.number, "file": action.file_name}
    run.say(Message(kinds.DOCUMENT_UNAVAILABLE, params, causes), _record(action))
    entry = run.state.ledger.get(action.work_order_id)
    if entry is None or entry.drafted_at is None or run.sellsy_now() - entry.drafted_at >= LOOK_AGAIN:
        run.state.ledger.documents_complete(action.work_order_id, run.now())


def _content(action: Attach, run: Planning) -> bytes:
    """Fetch a file from Simon. Raises NotFound or _NotThere where it is not to be had.

    A file that Simon fails to give although it answers otherwise is a matter of this file alone: Refused.
    """
    try:
        return _fetched(action, run)
    except ServiceUnavailable as unavailable:
        run.simon.verify()
        first, *more = unavailable.problems
        raise Refused(first.code, more=more, **first.params) from unavailable
    except (NotFound, _NotThere):
        raise
    except Refused as refused:
        first, *more = refused.problems
        raise _NotThere(first.code, more=more, **first.params) from refused


def _fetched(action: Attach, run: Planning) -> bytes:
    match action.source:
        case "survey":
            return _there(run.simon.survey_pdf(action.source_id))
        case "attachment":
            content = _there(run.simon.attachment(action.source_id))
            flaw = flaw_of_attachment(content, action.file_name, action.content_type, action.size)
            if flaw:
                raise _NotThere("simon-file-flawed", path=action.file_name, cause=flaw)
            return content
        case _:
            return _work_order_pdf(action, run)


def _there(content: bytes | None) -> bytes:
    if content is None:
        raise _NotThere("simon-file-flawed", path="", cause="@cause-empty")
    return content


def _work_order_pdf(action: Attach, run: Planning) -> bytes:
    """Take the work order's own PDF, or draw one where Simon says that it has none.

    That it is not found at its address says so only while the work order itself is there; and of a Simon that
    has given PDFs before, only when that has lasted.
    """
    try:
        content = run.simon.work_order_pdf(action.source_id)
    except NotFound:
        run.simon.work_order_head(action.work_order_id)
        if run.simon.has_pdfs and not has_lasted(PDFS, action.work_order_id, APART, run):
            raise
        content = None
    run.state.absences.forget(PDFS, action.work_order_id)
    return _there(_drawn(action, run)) if content is None else content


def _drawn(action: Attach, run: Planning) -> bytes | None:
    """Draw the work order ourselves where Simon has no PDF of it."""
    order: WorkOrder = run.simon.work_order(action.work_order_id)
    customer_name = run.simon.customer_name(order.customer_id) if order.customer_id else ""
    if order.customer_id and not customer_name:
        raise _NotThere("simon-part-missing", part=f"@simon-customers {order.customer_id}")
    return run.draw(order, run.account, customer_name)
