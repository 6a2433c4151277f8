"""The cleanup as a run: the brake, the plan that waits for a human, the backup, the deletions [7.3]."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from simonsync.account.execution import Account, RunResult, execute, require_phase
from simonsync.domain.entities import ENTITIES, MASTER_TABLES, used_by
from simonsync.domain.phase import Phase
from simonsync.errors import NotFound, UsageError
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.rules.cleanup import (
    Brake,
    Doomed,
    Limits,
    Reason,
    approved,
    as_deletion,
    brake,
    is_stale,
    plan_id,
)
from simonsync.store.archive import SavedRecord, save_records
from simonsync.store.deletions import StoredPlan
from simonsync.store.journal import JournalFilter
from simonsync.store.opening import open_state
from simonsync.sync.actions import Plan, Sink
from simonsync.sync.cleanup import Findings, find_doomed, forget_plan, plan_deletions
from simonsync.sync.deletions import finish_deletions
from simonsync.sync.ports import SimonReader
from simonsync.sync.run import Planning

COMMAND = "cleanup"

_KEPT = (kinds.CUSTOMER_KEPT, kinds.RECORD_IN_USE, kinds.RECORD_NOT_DELETED)


@dataclass(slots=True)
class Cleanup:
    """What a cleanup came to.

    Attributes:
        deletions: what went, would go, or waits in the plan: kind, id, name, reason.
        waiting: what is gone at a first look, and goes at the second.
        reason: why the brake stopped it; None where it did not.
        brake: the same as people read it.
        declined: a person looked at the deletions and said no.
    """

    result: RunResult = field(default_factory=RunResult)
    deletions: Sequence[dict[str, str]] = ()
    waiting: Sequence[dict[str, str]] = ()
    reason: Brake | None = None
    brake: Message | None = None
    declined: bool = False

    def as_json(self) -> dict[str, object]:
        """Describe the plan for scripts; its id is what `--approve` takes."""
        return {
            "id": plan_id(self.deletions) if self.deletions else None,
            "deletions": list(self.deletions),
            "waiting": list(self.waiting),
            "reason": self.reason,
        }


def _yes(_deletions: Sequence[dict[str, str]]) -> bool:
    return True


def clean_up(
    account: Account,
    limits: Limits,
    *,
    approve: str | None = None,
    dry_run: bool = False,
    confirm: Callable[[Sequence[dict[str, str]]], bool] = _yes,
) -> Cleanup:
    """Delete from Simon what Sellsy no longer has and what was made there [2.1, 2.5, 3.1, 7.3].

    `approve` names the plan that a human has seen: only what is in it goes, whatever its size; without it,
    the brake may store a plan instead of deleting. `confirm` is asked once, before anything is deleted.
    Raises UsageError where there is no such plan or it has waited too long, and what `execute` raises.
    """
    done = Cleanup()
    seen = None if approve is None else _stored_plan(approve, account)

    def work(run: Planning, sink: Sink) -> None:
        finish_deletions(run)
        # By the earlier of two clocks: ours may be wrong by a year, and what is deleted here is gone.
        run.state.journal.prune(min(run.now(), run.sellsy_now()) - account.keep_information)
        findings = find_doomed(run, plan_seen=seen is not None)
        done.waiting = [as_deletion(each) for each in findings.waiting]
        _report_kept(findings, run, sink)
        if seen is None:
            going = _unless_braked(findings, limits, run, done)
        else:
            going = approved(findings.doomed, {(each["kind"], each["id"]) for each in seen.deletions})
            done.deletions = [as_deletion(each) for each in going]
        if going and not dry_run:
            done.declined = not confirm(done.deletions)
            if done.declined:
                return
            _save(going, account, run)
        for plan in plan_deletions(going):
            sink(plan)
        if done.reason is None:
            forget_plan(run)

    done.result = execute(account, COMMAND, work, dry_run=dry_run)
    return done


def _stored_plan(name: str, account: Account) -> StoredPlan:
    """Find the plan that a human approves, before anything is asked of a service. Raises UsageError."""
    require_phase(account.database, Phase.ACTIVE)
    with open_state(account.database) as state:
        plan, waiting = state.plans.get(name), state.plans.waiting()
    if plan is None:
        raise UsageError("plan-unknown", plan=name, waiting=waiting.id if waiting else "@nothing")
    if is_stale(plan.made_at, account.clocks.now()):
        raise UsageError("plan-stale", plan=name)
    return plan


def _unless_braked(findings: Findings, limits: Limits, run: Planning, done: Cleanup) -> Sequence[Doomed]:
    """Return what may go without a human: everything, or nothing and a plan is stored."""
    done.deletions = [as_deletion(each) for each in findings.doomed]
    done.reason = brake(findings.doomed, findings.rows, limits, list_became_empty=findings.list_became_empty)
    if done.reason is None:
        return findings.doomed
    plan = StoredPlan(plan_id(done.deletions), run.now(), done.reason.value, done.deletions)
    params = {"plan": plan.id, "count": str(len(plan.deletions)), "reason": f"@{plan.reason}"}
    done.brake = Message(kinds.BRAKE, params)
    with run.state.commit():
        run.state.plans.store(plan)
        run.say(done.brake)
    return ()


def _report_kept(findings: Findings, run: Planning, sink: Sink) -> None:
    """Tell what stays although it should go, and close the cases of what no longer has to go."""
    sink(Plan(findings.kept))
    still = {(hold.table, hold.record) for hold in findings.kept}
    # What Simon refuses to delete although nothing seems to use it: deleting it is what closes its case.
    still |= {
        (ENTITIES[each.standing.table].journal, each.standing.id)
        for each in findings.doomed
        if used_by(each.standing.table)
    }
    wanted = JournalFilter(codes=tuple(kind.code for kind in _KEPT), only_open=True)
    for entry in tuple(run.state.journal.entries(wanted)):
        if (entry.table, entry.record) not in still:
            run.cure(entry.table, entry.record, entry.message.kind.code)


# --- the backup -------------------------------------------------------------------------------------


def _save(going: Sequence[Doomed], account: Account, run: Planning) -> None:
    """Save every record before the first is deleted; without a backup nothing is."""
    save_records(account.folder / "backups", account.name, run.now(), _to_save(going, run.simon))


def _to_save(going: Sequence[Doomed], simon: SimonReader) -> Iterator[tuple[str, Iterator[SavedRecord]]]:
    ids = {
        table: [each.standing.id for each in going if each.standing.table == table] for table in MASTER_TABLES
    }
    for table, mine in ids.items():
        if mine and table != "contacts":
            yield table, _saved(table, mine, simon)
    owners = [each for each in going if each.standing.table == "customers"]
    owners += [each for each in going if each.reason is Reason.CUSTOMER_GONE]
    if owners or ids["contacts"]:
        yield "contacts", _saved_contacts(owners, ids["contacts"], simon)


def _saved(table: str, ids: Sequence[str], simon: SimonReader) -> Iterator[SavedRecord]:
    for record_id in ids:
        try:
            yield _record(table, simon.record(table, record_id), simon)
        except NotFound:
            if simon.is_listed(table, record_id):
                raise  # without it this is no backup, and nothing is deleted
            continue  # somebody was quicker


def _saved_contacts(
    owners: Sequence[Doomed], ids: Sequence[str], simon: SimonReader
) -> Iterator[SavedRecord]:
    """Save contacts, and those of customers and of their work addresses: Simon deletes them along."""
    seen: set[str] = set()
    for record in _saved("contacts", ids, simon):
        seen.add(record.id)
        yield record
    for owner in owners:
        for page in simon.pointing_at("contacts", *owner.place):
            for record in (_record("contacts", fields, simon) for fields in page):
                if record.id not in seen:
                    seen.add(record.id)
                    yield record


def _record(table: str, fields: Mapping[str, object], simon: SimonReader) -> SavedRecord:
    entry = simon.entry(table, fields)
    return SavedRecord(entry.id, entry.ext_key, entry.name, fields)
