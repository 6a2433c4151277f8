"""The manual's story from the first customer to the invoice, over both services [1, 2, 3, 9]."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from simonsync.account.execution import execute
from simonsync.domain.key import Kind
from simonsync.errors import ExitCode, WrongPhase
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sellsy.v1 import turns
from simonsync.settings.declaration import ProductChoice
from simonsync.sync.pull import pull
from tests.firm import Firm, number


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    tmp_path.chmod(0o700)
    made = Firm(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    made.activate(
        work_time_product=ProductChoice(Kind.SERVICE, "SER001"),
        travel_time_product=ProductChoice(Kind.SERVICE, "SER002"),
    )
    made.pull()
    made.later(minutes=1)
    made.box.log.clear()
    return made


def five_minutes_later(firm: Firm) -> ExitCode:
    firm.later(minutes=5)
    return firm.sync().exit_code


def test_1_2_from_a_new_customer_to_the_draft_on_the_next_run_after_archiving(firm: Firm) -> None:
    client = firm.box.sellsy.add_customer(
        "Café du Port", address={"name": "", "part1": "1 quai", "town": "Sète"}
    )
    five_minutes_later(firm)
    card = firm.simon_id("Customer", f"customer:{client.id}")
    (place,) = [row for row in firm.box.simon.rows("Location") if row["CustomerId"] == card]
    order = firm.box.simon.add_work_order(number(place["Id"]), "Poser une prise")
    steps = (
        lambda: firm.box.simon.schedule(order),
        lambda: firm.box.simon.begin(order),
        lambda: firm.box.simon.add_time(order, "Work", 90),
        lambda: firm.box.simon.use_item(order, firm.item("DISJ-16A"), 2),
        lambda: firm.box.simon.declare_ready(order),
    )
    for step in steps:
        step()
        assert five_minutes_later(firm) is ExitCode.DONE
        assert firm.drafts() == []
    firm.box.simon.archive(order)
    five_minutes_later(firm)
    (draft,) = firm.drafts()
    assert (draft.step, draft.third_id) == ("draft", client.id)
    assert [(row.name, row.quantity) for row in draft.rows] == [
        ("DISJ-16A", Decimal(2)),
        ("SER001", Decimal("1.5")),
    ]


def test_1_2_nobody_but_people_confirms_sends_or_deletes_a_draft(firm: Firm) -> None:
    firm.archived("un", work=30)
    for _ in range(15):
        five_minutes_later(firm)
    written = {entry.method for entry in firm.box.log.writes("sellsy")}
    assert written == {"Document.create"}
    assert [draft.step for draft in firm.drafts()] == ["draft"]


def test_2_1_what_is_made_or_changed_in_simon_never_reaches_sellsys_customers_and_products(
    firm: Firm,
) -> None:
    before = firm.box.sellsy.snapshot()
    firm.box.simon.add("Customer", Name="Fait dans Simon")
    firm.box.simon.add("Item", Name="Fait dans Simon")
    card = firm.simon_id("Customer", f"customer:{firm.clients()[0]}")
    firm.box.simon.edit("Customer", card, Name="Renommé dans Simon", City="Ailleurs")
    five_minutes_later(firm)
    after = firm.box.sellsy.snapshot()
    assert (after["customers"], after["products"]) == (before["customers"], before["products"])


def test_2_4_what_the_office_corrects_before_archiving_is_billed(firm: Firm) -> None:
    order = firm.archived("un", ready=False, items=(("DISJ-16A", 3),))
    firm.box.simon.declare_ready(order)
    (line,) = firm.box.simon.children("UsedItem", order)
    firm.box.simon.edit("UsedItem", number(line["Id"]), Quantity=Decimal(1))
    firm.box.simon.use_item(order, firm.item("DIFF-40A"), 1)
    firm.box.simon.archive(order)
    five_minutes_later(firm)
    (draft,) = firm.drafts()
    assert [(row.name, row.quantity) for row in draft.rows] == [
        ("DISJ-16A", Decimal(1)),
        ("DIFF-40A", Decimal(1)),
    ]


def test_3_3_a_work_address_made_in_simon_is_kept_and_worked_at(firm: Firm) -> None:
    client = firm.clients()[0]
    card = firm.simon_id("Customer", f"customer:{client}")
    places = [
        firm.box.simon.add("Location", CustomerId=card, Name=f"Chantier {place}") for place in range(30)
    ]
    order = firm.box.simon.add_work_order(places[-1], "Poser une prise")
    firm.box.simon.add_time(order, "Work", 60)
    firm.ready(order)
    five_minutes_later(firm)
    (draft,) = firm.drafts()
    assert draft.third_id == client
    assert {number(row["Id"]) for row in firm.box.simon.rows("Location")} >= set(places)


def test_3_4_1_what_people_change_on_the_draft_stays_changed(firm: Firm) -> None:
    firm.archived("un", travel=15)
    five_minutes_later(firm)
    (draft,) = firm.drafts()
    (row,) = draft.rows
    assert (row.name, row.quantity) == ("SER002", Decimal("0.25"))
    row.quantity, row.unit_amount, row.linked_id = (
        Decimal(1),
        Decimal(20),
        firm.box.sellsy.product_named("SER003").id,
    )
    for _ in range(15):
        five_minutes_later(firm)
    assert [(row.quantity, row.unit_amount) for row in firm.drafts()[0].rows] == [(Decimal(1), Decimal(20))]
    assert firm.codes(only_open=True) == []


def test_9_2_from_deactivation_nothing_moves_in_either_direction(firm: Firm) -> None:
    with firm.state() as state:
        state.activation.deactivate(firm.box.clock(), firm.box.clock())
    firm.box.sellsy.add_customer("Café du Port", address={"name": "", "town": "Sète"})
    firm.archived("entre-temps", work=30)
    firm.box.log.clear()
    for command in (firm.pull, firm.push, firm.sync):
        firm.later(minutes=5)
        with pytest.raises(WrongPhase):
            command()
    assert len(firm.box.log) == 0


def test_9_2_after_a_restart_both_directions_move_again(firm: Firm) -> None:
    with firm.state() as state:
        state.activation.deactivate(firm.box.clock(), firm.box.clock())
    client = firm.box.sellsy.add_customer("Café du Port", address={"name": "", "town": "Sète"})
    firm.later(minutes=5)
    with firm.state() as state:
        state.activation.activate(firm.box.clock(), firm.box.clock())
    firm.later(minutes=1)
    firm.sync()
    firm.later(minutes=1)
    firm.archived("depuis", customer=client.id, work=30)
    five_minutes_later(firm)
    assert [draft.third_id for draft in firm.drafts()] == [client.id]


def imported(firm: Firm) -> int:
    return sum(str(row["ExtKey"]).startswith("customer:") for row in firm.box.simon.rows("Customer"))


@pytest.fixture
def large(tmp_path: Path) -> Firm:
    """A firm with more customers than one page of a list holds, none of them in Simon yet."""
    tmp_path.chmod(0o700)
    made = Firm(Sandbox(customers=250, clock=VirtualClock()), tmp_path, in_process=True)
    made.activate()
    made.box.log.clear()
    return made


def test_7_4_a_first_import_that_is_interrupted_goes_on_where_it_stopped(large: Firm) -> None:
    large.box.faults.set("status", service="simon", method="POST Customer", status=401, call=130, times=8)
    assert large.pull().exit_code is ExitCode.CREDENTIALS
    assert 0 < imported(large) < 250
    large.box.faults.clear()
    large.later(minutes=5)
    assert large.pull().exit_code is ExitCode.DONE
    assert imported(large) == 250
    made = [entry for entry in large.box.log.entries("simon", "POST Customer") if entry.status == 201]
    assert len(made) == 250


@pytest.mark.parametrize("slice_size", [turns.SLICE, 40])
def test_7_4_the_first_import_tells_how_far_it_is_and_how_far_it_goes(
    large: Firm, monkeypatch: pytest.MonkeyPatch, slice_size: int
) -> None:
    monkeypatch.setattr(turns, "SLICE", slice_size)
    told: list[tuple[str, int, int | None]] = []
    account = replace(large.account(), progress=lambda *step: told.append(step))
    execute(account, "pull", pull)
    steps = [(done, total) for stream, done, total in told if stream == "customers"]
    counts = [done for done, _ in steps]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] == 250
    assert {total for _, total in steps} == {250}
