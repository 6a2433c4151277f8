"""A firm whose Sellsy is asked over both APIs: minutes for every change, few requests, a proven switch."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from simonsync.domain.key import Kind
from simonsync.errors import ExitCode, StateUnusable
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sellsy.v1 import listing, turns
from simonsync.settings.declaration import Einvoicing, ProductChoice
from simonsync.sync import pull
from tests.firm import Firm
from tests.sellsy.v2_schema import complaints

SCANNED = {"Addresses.getList", "Catalogue.getList", "Client.getList"}
"""The pages of the lists that are gone through in turns; they are counted apart."""
WORK_TIME = ProductChoice(Kind.SERVICE, "SER001")


def firm_of(folder: Path, api: str, customers: int, einvoicing: Einvoicing = Einvoicing.OFF) -> Firm:
    folder.chmod(0o700)
    firm = Firm(Sandbox(customers=customers, clock=VirtualClock()), folder, in_process=True)
    firm.api = api
    firm.activate(work_time_product=WORK_TIME, einvoicing=einvoicing)
    firm.sync()
    return firm


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    # Of a large firm a cycle goes through a part only; this one is large in small.
    monkeypatch.setattr(turns, "SLICE", 10)
    firm = firm_of(tmp_path, "v2", 60)
    firm.scan_requests = 12
    firm.later(minutes=20)
    firm.sync()
    return firm


def requests_of(firm: Firm) -> tuple[Counter[str], int]:
    """What a cycle asks of Sellsy, by method, and how much of Simon."""
    firm.box.log.clear()
    firm.later(minutes=5)
    assert firm.sync().exit_code is ExitCode.DONE
    return Counter(entry.method for entry in firm.box.log.entries("sellsy")), len(
        firm.box.log.entries("simon")
    )


def test_3_2_any_customer_that_is_edited_is_edited_in_simon_in_the_next_cycle(firm: Firm) -> None:
    edited = firm.clients()[::6]
    for client in edited:
        firm.box.sellsy.edit_customer(client, email=f"neu{client}@example.org")
    made = firm.box.sellsy.add_customer("Tout Neuf", address={"name": "Siège", "town": "Lyon"})
    firm.box.sellsy.add_address(made.id, name="Chantier", part1="1 rue Neuve", town="Lyon")
    firm.later(minutes=5)
    assert firm.sync().exit_code is ExitCode.DONE
    for client in edited:
        assert (
            firm.box.simon.find("Customer", ExtKey=f"customer:{client}")["Email"]
            == f"neu{client}@example.org"
        )
    card = firm.box.simon.find("Customer", ExtKey=f"customer:{made.id}")
    assert len([row for row in firm.box.simon.rows("Location") if row["CustomerId"] == card["Id"]]) == 2
    # Neither the next look nor the slow list finds anything left to do.
    firm.box.log.clear()
    for _ in range(12):
        firm.later(minutes=5)
        firm.sync()
    assert firm.writes() == []
    assert complaints(firm.box.sellsy) == []


def test_3_4_a_work_order_becomes_a_draft_in_the_next_cycle(firm: Firm) -> None:
    firm.archived(work=30)
    firm.later(minutes=5)
    assert firm.sync().exit_code is ExitCode.DONE
    assert len(firm.drafts()) == 1


def test_what_is_deleted_in_sellsy_is_noticed_by_the_slow_list(firm: Firm) -> None:
    with firm.state() as state:
        turn = state.scans.get("customers").turn
    for _ in range(30):
        firm.later(minutes=5)
        firm.sync()
    with firm.state() as state:
        assert state.scans.get("customers").turn > turn


@pytest.mark.parametrize(
    ("customers", "einvoicing", "questions"),
    [
        (6, Einvoicing.OFF, 8),
        (60, Einvoicing.OFF, 8),
        # Whether articles are ready for e-invoices depends on the rates of both APIs and the codes of units.
        (60, Einvoicing.INFORM, 11),
    ],
)
def test_an_idle_cycle_over_both_apis_asks_eight_things_and_some_pages(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    customers: int,
    einvoicing: Einvoicing,
    questions: int,
) -> None:
    monkeypatch.setattr(turns, "SLICE", 4)
    firm = firm_of(tmp_path, "v2", customers, einvoicing)
    requests_of(firm)
    for _ in range(4):
        asked, of_simon = requests_of(firm)
        pages = sum(count for method, count in asked.items() if method in SCANNED)
        assert asked.total() - pages <= questions, asked
        assert pages <= 2 + 2 * (firm.scan_requests // 12) + 1, asked
        assert of_simon <= 3


def test_an_idle_cycle_over_v1_alone_spends_no_more_than_a_turn_within_the_hour_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    monkeypatch.setattr(turns, "SLICE", 20)
    monkeypatch.setattr(pull, "_A_PAGE", 2)
    # In small what 5,000 customers with 8,000 addresses are: lists that do not end in one cycle.
    firm = firm_of(tmp_path, "v1", 100)
    requests_of(firm)
    with firm.state() as state:
        turn = state.scans.get("customers").turn
    for _ in range(12):
        asked, of_simon = requests_of(firm)
        # The catalogue is not as large in small.
        assert asked.total() - asked["Catalogue.getList"] + 2 <= 30, asked
        assert of_simon <= 3
    with firm.state() as state:
        assert state.scans.get("customers").turn > turn


def state_api(firm: Firm) -> str | None:
    with firm.state() as state:
        return state.activation.get().api


def living(folder: Path) -> Firm:
    """A firm that has spoken v1 so far, with records of every kind."""
    folder.chmod(0o700)
    firm = Firm(Sandbox(customers=6, clock=VirtualClock()), folder, in_process=True)
    firm.activate(work_time_product=WORK_TIME, quotes_to_work_orders=True)
    firm.sync()
    firm.later(minutes=5)
    client = firm.box.sellsy.customers[firm.clients()[0]]
    firm.box.sellsy.add_document("estimate", client.id, step="accepted", subject="Devis")
    firm.sync()
    firm.archived(work=30)
    firm.later(minutes=5)
    firm.sync()
    assert len(firm.drafts()) == 1
    firm.later(minutes=5)
    return firm


def test_2_4_another_api_is_taken_where_it_names_the_same_records(tmp_path: Path) -> None:
    firm = living(tmp_path)
    for api in ("v2", "v1"):
        firm.api = api
        firm.box.log.clear()
        assert firm.sync().exit_code is ExitCode.DONE
        assert firm.writes() == []
        assert state_api(firm) == api
        firm.later(minutes=5)
    # The proof is made once, and not in every run.
    assert not any("GET /v2" in method for method in requests_of(firm)[0])


def test_2_4_another_api_with_other_ids_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    firm = living(tmp_path)
    firm.box.sellsy.ids_apart = 1
    firm.api = "v2"
    firm.box.log.clear()
    for _ in range(2):
        with pytest.raises(StateUnusable) as refused:
            firm.sync()
        assert refused.value.code == "state-ids-differ"
        assert refused.value.exit_code is ExitCode.USAGE
    assert firm.writes() == []
    assert state_api(firm) == "v1"
    firm.api = "v1"
    assert firm.sync().exit_code is ExitCode.DONE


@pytest.mark.parametrize("kind", ["items", "estimates", "invoices"])
def test_2_4_each_kind_is_proven_by_itself(tmp_path: Path, kind: str) -> None:
    firm = living(tmp_path)
    firm.api = "v2"
    firm.box.faults.set("status", service="sellsy", method=f"GET /v2/{kind}/*", status=404, times=None)
    with pytest.raises(StateUnusable):
        firm.sync()
    assert state_api(firm) == "v1"
