"""Delete records from Simon, and never without the journal saying so [7.3].

A deletion is noted before the call and journalled after it. Where the run dies between the two, the next one
asks Simon what became of it.
"""

from __future__ import annotations

from simonsync.domain.entities import ENTITIES
from simonsync.domain.key import Kind
from simonsync.errors import InUse, NotFound, RecordError
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.store.deletions import Deletion
from simonsync.sync.actions import Delete
from simonsync.sync.run import Planning, Run
from simonsync.sync.sightings import forget_question


def delete(action: Delete, run: Run) -> None:
    """Delete a record of Simon; one that is gone already is fine. Raises InUse or Refused."""
    deletion = Deletion(action.table, action.target_id, action.name, action.reason, action.key)
    run.state.deletions.begin(deletion, run.now())
    try:
        run.simon.delete(action.table, action.target_id)
    except RecordError as error:
        with run.state.commit():
            run.state.deletions.end(deletion)
            table = kind.table if (kind := ENTITIES[action.table].deleted) else Table.NONE
            run.say(_kept(action, error), action.target_id, table)
        raise
    _deleted(deletion, run)


def _kept(action: Delete, error: RecordError) -> Message:
    if isinstance(error, InUse):
        return Message(kinds.RECORD_IN_USE, {"name": action.name})
    return Message(kinds.RECORD_NOT_DELETED, {"name": action.name}, error.problems)


def finish_deletions(run: Planning) -> None:
    """Find out what became of a deletion during which a run died; without such a one nothing is asked."""
    for deletion in run.state.deletions.begun():
        try:
            run.simon.record(deletion.table, deletion.id)
        except NotFound:
            if not run.simon.is_listed(deletion.table, deletion.id):
                _deleted(deletion, run)
        else:
            run.state.deletions.end(deletion)


def _deleted(deletion: Deletion, run: Planning) -> None:
    with run.state.commit():
        run.state.deletions.end(deletion)
        if deletion.key is not None:
            run.state.bindings.unbind(deletion.key)
            forget_question(deletion.key, run)
            if deletion.key.kind is Kind.ADDRESS:
                run.state.addresses.forget(deletion.key)
        kind = ENTITIES[deletion.table].deleted
        if kind is not None:
            run.cure(kind.table, deletion.id)
            params = {"name": deletion.name, "reason": f"@{deletion.reason}"}
            run.say(Message(kind, params), deletion.id)
