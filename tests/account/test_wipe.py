"""Emptying Simon: everything saved first, then gone, in an order that its references allow [4.3, 7.1]."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest

from simonsync.account.activation import survey_wipe, wipe
from simonsync.domain.entities import MANUAL_TABLES, POINTED_AT_FIRST
from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.phase import Phase
from simonsync.errors import (
    AnotherRun,
    CredentialsRefused,
    ExitCode,
    ServiceUnavailable,
    StateUnusable,
    UsageError,
    WrongPhase,
)
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.archive import open_archive
from simonsync.store.deletions import StoredPlan
from simonsync.store.ledger import Status
from simonsync.store.lock import hold_lock
from tests.account.office import ENTITIES, Office, StoppedByTest
from tests.firm import number

FULL = {
    "ItemGroup": 3,
    "Item": 12,
    "WorkOrder": 43,
    "Location": 18,
    "Customer": 6,
    "Equipment": 6,
    "Contact": 10,
}
EMPTY = dict.fromkeys(ENTITIES, 0)
ENTITY_OF = dict(zip(MANUAL_TABLES, ENTITIES, strict=True))


def writes(office: Office) -> list[str]:
    """What was written to Simon; a login is none."""
    return [method for method in office.writes() if "login" not in method]


def inactive(office: Office) -> None:
    """The firm was active once, and its Simon is full: a restart is possible."""
    with office.state() as state:
        state.activation.belong_to(
            corp_id="1", company="Moreau", licence_hash=office.simon.licence_hash(), api="v1"
        )
        state.activation.activate(office.box.clock(), office.box.clock())
        state.activation.deactivate(office.box.clock(), office.box.clock())


def test_4_3_the_first_wipe_shows_the_seven_tables_in_the_manuals_order(office: Office) -> None:
    survey = survey_wipe(office.account(), office.simon, None)
    assert [count.table for count in survey.counts] == list(MANUAL_TABLES)
    assert [count.count for count in survey.counts] == [3, 12, 43, 18, 6, 6, 10]
    assert survey.tables == MANUAL_TABLES
    assert survey.unsent == ()
    assert not (office.folder / "firm.db").exists()
    assert writes(office) == []


def test_4_3_the_first_wipe_empties_everything_and_saves_it_first(office: Office) -> None:
    before = {entity: office.box.simon.rows(entity) for entity in ENTITIES}
    children = {
        table: len(office.box.simon.rows(entity))
        for table, entity in {
            "used_items": "UsedItem",
            "time_sheets": "TimeSheet",
            "surveys": "WorkOrderSurvey",
            "attachments": "Attachment",
        }.items()
    }
    result = office.wipe()
    assert office.counts() == EMPTY
    assert office.phase() is Phase.WIPED
    assert result.deleted == {table: FULL[ENTITY_OF[table]] for table in MANUAL_TABLES}
    assert result.kept == []
    assert result.left == 0
    assert result.backup is not None
    archive = open_archive(result.backup, "firm")
    assert archive.tables() == POINTED_AT_FIRST
    for table in MANUAL_TABLES:
        saved = {record.id for record in archive.records(table)}
        assert saved == {str(row["Id"]) for row in before[ENTITY_OF[table]]}
    assert {table: archive.manifest.counts[table] for table in children} == children
    assert all(children.values())
    assert office.codes() == ["wiped"]
    params = office.journal()[0].message.params
    assert params == {"count": "98", "backup": result.backup.name}


def test_4_3_a_first_wipe_leaves_nothing_out(office: Office) -> None:
    with pytest.raises(UsageError) as caught:
        office.wipe(["items", "customers"])
    assert caught.value.code == "wipe-all-obligatory"
    assert "work_orders" in caught.value.problems[0].params["left_out"]
    assert office.counts() == FULL
    assert office.backups() == []


@pytest.mark.parametrize("size", [1, 2, 6, 7])
def test_4_3_a_restart_empties_what_was_chosen_in_an_order_that_references_allow(
    office: Office, size: int
) -> None:
    inactive(office)
    chosen = next(
        tables
        for tables in combinations(MANUAL_TABLES, size)
        # Whatever points at a chosen table must be chosen too, else Simon keeps what is in use.
        if ("work_addresses" not in tables or "work_orders" in tables)
        and ("customers" not in tables or {"work_orders", "work_addresses"} <= set(tables))
        and ("items" not in tables or "work_orders" in tables)
    )
    result = office.wipe(chosen, include_unsent=True)
    gone = {ENTITY_OF[table] for table in chosen}
    assert {entity for entity, count in office.counts().items() if not count} >= gone
    assert result.kept == []
    assert office.phase() is Phase.INACTIVE


def test_4_3_a_restart_that_chooses_nothing_keeps_everything(office: Office) -> None:
    inactive(office)
    result = office.wipe(None)
    assert office.counts() == FULL
    assert result.backup is None
    assert office.phase() is Phase.INACTIVE


def test_4_3_a_plan_of_what_is_gone_now_waits_for_nobody(office: Office) -> None:
    inactive(office)
    with office.state() as state:
        state.plans.store(StoredPlan("cafe0000", office.now(), "more-than-max-deletions", []))
        params = {"plan": "cafe0000", "count": "60", "reason": "@more-than-max-deletions"}
        state.journal.note(Message(kinds.BRAKE, params), office.now())
    office.wipe(MANUAL_TABLES, include_unsent=True)
    with office.state() as state:
        assert state.plans.waiting() is None
        assert not state.journal.is_open(kinds.BRAKE.code, "")


def test_what_is_in_use_stays_and_is_named(office: Office) -> None:
    inactive(office)
    result = office.wipe(["customers"])
    assert office.counts() == FULL
    assert len(result.kept) == result.left == 6
    assert {each.problem.code for each in result.kept} == {"simon-record-in-use"}
    assert "Boulangerie Lefèvre" in {each.name for each in result.kept}


def test_a_restart_that_would_lose_invoices_is_stopped_and_names_the_work_orders(office: Office) -> None:
    inactive(office)
    archived = [row for row in office.box.simon.rows("WorkOrder") if row["Status"] == "Archived"]
    sent, settled, waiting = archived[0], archived[1], archived[2]
    with office.state() as state:
        for page in office.simon.archived_work_orders(None):
            for head in page:
                state.ledger.register(head, f"marker {head.id}", Status.WAITING)
        for row in archived:
            state.ledger.set_status(str(row["Id"]), Status.SENT)
        state.ledger.set_status(str(settled["Id"]), Status.SETTLED)
        state.ledger.set_status(str(waiting["Id"]), Status.WAITING)
    with pytest.raises(UsageError) as caught:
        office.wipe(["work_orders"])
    assert caught.value.code == "wipe-unsent"
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.problems[0].params == {"numbers": waiting["Number"], "count": "1"}
    assert survey_wipe(office.account(), office.simon, ["work_orders"]).unsent == (waiting["Number"],)
    assert office.counts() == FULL
    office.wipe(["work_orders"], include_unsent=True)
    assert office.counts()["WorkOrder"] == 0
    # The books know what became of each: drafts stay bound for ever, what was lost is closed.
    assert office.entry(int(str(sent["Id"]))).status is Status.SENT
    assert office.entry(int(str(waiting["Id"]))).status is Status.GONE
    assert "work-order-settled" in office.codes()


def test_a_settled_work_order_that_was_changed_since_is_not_lost_either(office: Office) -> None:
    inactive(office)
    with office.state() as state:
        for page in office.simon.archived_work_orders(None):
            for head in page:
                state.ledger.register(head, f"marker {head.id}", Status.WAITING)
                state.ledger.set_status(head.id, Status.SETTLED)
    changed = next(row for row in office.box.simon.rows("WorkOrder") if row["Status"] == "Archived")
    office.box.simon.edit("WorkOrder", int(str(changed["Id"])), Description="Plus de garantie")
    assert survey_wipe(office.account(), office.simon, ["work_orders"]).unsent == (changed["Number"],)


def test_bindings_of_what_is_gone_are_forgotten_and_of_what_stays_are_kept(office: Office) -> None:
    inactive(office)
    item, customer = office.box.simon.rows("Item")[0], office.box.simon.rows("Customer")[0]
    group = office.box.simon.rows("ItemGroup")[0]
    keys = {
        "customer": sellsy_key(Kind.CUSTOMER, 9),
        "item": sellsy_key(Kind.ITEM, 5),
        "group": sellsy_key(Kind.CATEGORY, 3),
        "quote": sellsy_key(Kind.QUOTE, 7),
    }
    with office.state() as state:
        state.bindings.bind(keys["customer"], str(customer["Id"]), "f", office.box.clock())
        state.bindings.bind(keys["item"], str(item["Id"]), "f", office.box.clock())
        state.bindings.bind(keys["group"], str(group["Id"]), "f", office.box.clock())
        state.bindings.bind(keys["quote"], "1", "f", office.box.clock())
    office.wipe(["item_groups", "customers", "work_orders"], include_unsent=True)
    with office.state() as state:
        found = {name: state.bindings.get(key) for name, key in keys.items()}
    # A customer with work addresses is in use, and stays bound.
    assert found["customer"] is not None
    assert found["customer"].fingerprint == "f"
    assert found["group"] is None
    # The article has lost its group: the next pull must write it again.
    assert found["item"] is not None
    assert found["item"].fingerprint == ""
    # One work order for each quote, for ever.
    assert found["quote"] is not None


def test_a_wipe_that_was_interrupted_is_run_again_and_goes_on(office: Office) -> None:
    office.workers = 1
    with office.stopping_after(30), pytest.raises(StoppedByTest):
        office.wipe()
    left = sum(office.counts().values())
    assert 0 < left < 98
    assert office.phase() is Phase.NEVER_ACTIVATED
    assert len(office.backups()) == 1
    assert office.journal()[0].message.params["count"] == str(98 - left)
    office.later(seconds=5)
    result = office.wipe()
    assert office.counts() == EMPTY
    assert sum(result.deleted.values()) == left
    assert office.phase() is Phase.WIPED
    assert len(office.backups()) == 2


def test_an_interrupted_backup_deletes_nothing(office: Office) -> None:
    with office.stopping_after(3), pytest.raises(StoppedByTest):
        office.wipe()
    assert office.counts() == FULL
    assert office.backups() == []


def test_without_a_backup_there_is_no_wipe(office: Office) -> None:
    (office.folder / "backups").write_text("a file where the folder is due")
    with pytest.raises(StateUnusable):
        office.wipe()
    assert office.counts() == FULL


def test_a_record_that_somebody_deletes_meanwhile_is_fine(office: Office) -> None:
    first = int(str(office.box.simon.rows("WorkOrder")[0]["Id"]))
    asked = 0

    def stop() -> None:
        nonlocal asked
        asked += 1
        # The backup is complete by then: its tables were asked for page by page.
        if office.backups() and any(row["Id"] == first for row in office.box.simon.rows("WorkOrder")):
            office.box.simon.delete("WorkOrder", first)

    office.stop = stop
    assert office.wipe().kept == []
    assert asked
    assert office.counts() == EMPTY


def test_what_is_made_during_a_first_wipe_keeps_the_step_open(office: Office) -> None:
    made = False

    def stop() -> None:
        nonlocal made
        if office.backups() and not made:
            made = True
            office.box.simon.add("Customer", Name="Nouveau")

    office.stop = stop
    result = office.wipe()
    assert result.left == 1
    assert office.phase() is Phase.NEVER_ACTIVATED
    office.stop = lambda: None
    office.later(seconds=1)
    assert office.wipe().left == 0
    assert office.phase() is Phase.WIPED


def test_several_deletions_go_on_at_once_without_losing_one(office: Office) -> None:
    office.workers = 8
    result = office.wipe()
    assert sum(result.deleted.values()) == 98
    assert office.counts() == EMPTY


def test_an_empty_simon_needs_no_backup(office: Office) -> None:
    office.wipe()
    office.later(seconds=1)
    assert office.wipe().backup is None
    assert len(office.backups()) == 1
    assert office.phase() is Phase.WIPED


def test_progress_is_told_up_to_the_last_record(office: Office) -> None:
    told: list[tuple[str, int, int | None]] = []
    office.progress = lambda *step: told.append(step)
    office.wipe()
    assert told[-1] == ("deleting", 98, 98)
    assert {name for name, _done, _total in told} == {"saving", "deleting"}


# --- refusals ---------------------------------------------------------------------------------------


def test_4_3_a_wipe_while_active_is_refused_before_anything_is_asked(office: Office) -> None:
    with office.state() as state:
        state.activation.activate(office.box.clock(), office.box.clock())
    office.box.log.clear()
    with pytest.raises(WrongPhase) as caught:
        office.wipe()
    assert caught.value.code == "wipe-while-active"
    assert caught.value.exit_code is ExitCode.WRONG_PHASE
    assert office.box.log.entries() == []


def test_after_a_loss_of_state_nothing_is_wiped(office: Office) -> None:
    with office.state() as state:
        state.journal.note(Message(kinds.STATE_LOST, {"reason": "@state-missing"}), office.box.clock())
    with pytest.raises(UsageError) as caught:
        office.wipe()
    assert caught.value.code == "wipe-after-state-loss"
    assert office.counts() == FULL


def test_wrong_credentials_stop_a_wipe_before_anything_is_read(office: Office) -> None:
    simon = office.simon
    office.box.simon.access.password = "changed"
    with pytest.raises(CredentialsRefused):
        survey_wipe(office.account(), simon, None)
    with pytest.raises(CredentialsRefused):
        wipe(office.account(), simon, None)
    assert office.counts() == FULL
    assert office.phase() is Phase.NEVER_ACTIVATED


def test_a_simon_that_goes_down_in_the_middle_keeps_what_is_left(office: Office) -> None:
    def stop() -> None:
        if sum(office.counts().values()) < 60:
            office.box.faults.set("status", service="simon", status=503, times=None)

    office.stop = stop
    with pytest.raises(ServiceUnavailable):
        office.wipe()
    assert 0 < sum(office.counts().values()) < 98
    assert office.phase() is Phase.NEVER_ACTIVATED


def test_another_run_keeps_a_wipe_out(office: Office) -> None:
    account = office.account()
    with hold_lock(account.lock, "sync", office.box.clock()), pytest.raises(AnotherRun):
        office.wipe()
    assert office.counts() == FULL


def test_a_restart_does_not_wipe_another_simon(office: Office) -> None:
    with office.state() as state:
        state.activation.belong_to(corp_id="1", company="Moreau", licence_hash="another", api="v1")
        state.activation.activate(office.box.clock(), office.box.clock())
        state.activation.deactivate(office.box.clock(), office.box.clock())
    with pytest.raises(UsageError) as caught:
        office.wipe(["contacts"])
    assert caught.value.code == "other-simon"
    assert office.counts() == FULL


# --- a backup that is whole -----------------------------------------------------------------------

OPTIONAL = {"Equipment": 3, "Contact": 3, "WorkOrderSurvey": 2, "Attachment": 2}
"""Tables that a Simon may lack, and which request for one is the backup's."""


@pytest.mark.parametrize("table", OPTIONAL)
def test_7_1_a_table_that_is_not_found_during_the_backup_stops_the_wipe(office: Office, table: str) -> None:
    office.box.faults.set(
        "not_found", service="simon", method=f"GET {table}", call=OPTIONAL[table], times=None
    )
    with pytest.raises(ServiceUnavailable) as caught:
        office.wipe()
    assert caught.value.code == "simon-table-missing"
    assert (office.counts(), writes(office), office.backups()) == (FULL, [], [])
    # What has answered once is remembered: it is no table that this Simon lacks.
    with pytest.raises(ServiceUnavailable):
        office.wipe()
    assert office.counts() == FULL


@pytest.mark.parametrize("table", OPTIONAL)
def test_7_1_a_table_that_was_there_when_the_credentials_were_verified_must_be_there(
    office: Office, table: str
) -> None:
    inactive(office)
    sellsy, simon = office.connect()
    with office.state() as state:
        state.activation.belong_to(
            corp_id=sellsy.account().corp_id, company="", licence_hash=simon.licence_hash(), api="v1"
        )
    office.connect_both()
    office.box.faults.set("table_gone", service="simon", table=table)
    with pytest.raises(ServiceUnavailable):
        survey_wipe(office.account(), office.simon, ["contacts"])
    with pytest.raises(ServiceUnavailable):
        office.wipe(["contacts"])
    assert office.counts() == FULL


def test_4_3_a_table_that_simon_lacks_for_good_is_learnt_by_connecting_anew(office: Office) -> None:
    office.start()
    office.deactivate()
    office.box.simon.switches.attachments = False
    place = office.box.simon.add("Location", Name="Atelier")
    office.box.simon.add_work_order(place)
    with pytest.raises(ServiceUnavailable):
        office.wipe(["work_orders"])
    office.connect_both()
    assert office.wipe(["work_orders"]).deleted == {"work_orders": 1}


def test_7_1_a_backup_with_fewer_records_than_were_counted_is_none(office: Office) -> None:
    """The list of customers is empty, and says so politely, when it is saved."""
    office.box.faults.set("unseen", service="simon", method="GET Customer", call=4, times=None)
    with pytest.raises(ServiceUnavailable) as caught:
        office.wipe()
    assert caught.value.code == "listing-incomplete"
    assert (office.counts(), writes(office)) == (FULL, [])


# --- what changes while a wipe goes on -----------------------------------------------------------


def when_deleting(office: Office, act: Callable[[], object]) -> None:
    """Do something once everything is saved and the first records are being deleted."""
    done: list[object] = []

    def progress(stream: str, _done: int, _total: int | None) -> None:
        if stream == "deleting" and not done:
            done.append(act())

    office.progress = progress


def ready_to_archive(office: Office) -> int:
    row = next(row for row in reversed(office.box.simon.rows("WorkOrder")) if row["Status"] == "Ready")
    return number(row["Id"])


@pytest.mark.parametrize("cascade", [False, True])
def test_9_2_a_work_order_archived_between_check_and_deletion_is_kept_and_named(
    office: Office, *, cascade: bool
) -> None:
    inactive(office)
    office.workers = 1
    office.box.simon.switches.cascade = cascade
    order = ready_to_archive(office)
    with office.state() as state:
        for page in office.simon.archived_work_orders(None):
            for head in page:
                state.ledger.register(head, f"marker {head.id}", Status.SENT)
    when_deleting(office, lambda: office.box.simon.archive(order))
    result = office.wipe(MANUAL_TABLES)
    name = office.box.simon.row("WorkOrder", order)["Number"]
    assert [(each.table, each.name) for each in result.kept] == [("work_orders", name)]
    assert result.kept[0].problem.code == "wipe-changed-since-saved"
    assert office.box.simon.row("WorkOrder", order)["Status"] == "Archived"
    # Its customer, its articles and everything else are there, for its invoice.
    assert office.counts() == {**FULL, "WorkOrder": 1}
    with pytest.raises(UsageError) as caught:
        office.wipe(MANUAL_TABLES)
    assert caught.value.problems[0].params["numbers"] == name


@pytest.mark.parametrize("cascade", [False, True])
def test_4_3_a_work_order_made_while_the_wipe_goes_on_is_kept_with_its_customer(
    office: Office, *, cascade: bool
) -> None:
    office.workers = 1
    office.box.simon.switches.cascade = cascade
    place = number(office.box.simon.rows("Location")[0]["Id"])
    when_deleting(office, lambda: office.box.simon.add_work_order(place, "tout juste"))
    result = office.wipe()
    assert [each.table for each in result.kept] == ["work_orders"]
    assert office.counts() == {**FULL, "WorkOrder": 1}
    assert office.phase() is Phase.NEVER_ACTIVATED
    again = office.wipe()
    assert (again.kept, again.left, office.counts()) == ([], 0, EMPTY)


def test_4_3_a_deletion_that_simon_did_not_find_is_not_counted_while_the_record_is_listed(
    office: Office,
) -> None:
    office.box.faults.set("not_found", service="simon", method="DELETE ItemGroup", times=None)
    result = office.wipe()
    assert result.deleted["item_groups"] == 0
    assert [each.table for each in result.kept] == ["item_groups"] * 3
    assert office.counts()["ItemGroup"] == result.left == 3
