"""Sellsy → Simon over both real services."""

from __future__ import annotations

from functools import partial

import pytest

from simonsync.account import execution
from simonsync.errors import ExitCode
from simonsync.sync.pull import pull
from tests.firm import Firm, number


def texts(firm: Firm, entity: str, field: str) -> set[str]:
    return {str(row[field]) for row in firm.box.simon.rows(entity)}


def test_3_1_products_and_services_become_articles_in_groups(firm: Firm) -> None:
    firm.activate()
    result = firm.pull()
    assert result.exit_code is ExitCode.DONE
    service = firm.box.simon.find("Item", Code="SER001")
    assert service["Name"] == "Temps de travail"
    assert str(service["ExtKey"]).startswith("service:")
    group = firm.box.simon.row("ItemGroup", int(str(service["ItemGroupId"])))
    assert str(group["ExtKey"]).startswith("category:")
    active = [product for product in firm.box.sellsy.products.values() if product.active]
    assert {product.name for product in active} <= texts(firm, "Item", "Code")


def test_3_1_archived_products_do_not_appear(firm: Firm) -> None:
    firm.activate()
    firm.pull()
    archived = {product.name for product in firm.box.sellsy.products.values() if not product.active}
    assert archived
    assert not archived & texts(firm, "Item", "Code")


def test_3_2_companies_and_persons_become_customers(firm: Firm) -> None:
    firm.activate()
    firm.pull()
    for client in firm.clients():
        card = firm.box.simon.find("Customer", ExtKey=f"customer:{client}")
        assert card["Name"] == firm.box.sellsy.customers[client].full_name
        assert card["Number"] == firm.box.sellsy.customers[client].ident
    assert len(firm.box.simon.rows("Customer")) == len(firm.clients())


def test_3_3_addresses_become_the_customers_own_and_work_addresses(firm: Firm) -> None:
    client = firm.clients()[0]
    firm.box.sellsy.add_address(client, name="Chantier Bellecour", part1="1 place Bellecour", town="Lyon")
    firm.activate()
    firm.pull()
    customer = firm.box.sellsy.customers[client]
    card = firm.box.simon.find("Customer", ExtKey=f"customer:{client}")
    assert customer.main_address is not None
    assert card["Street"] == customer.main_address.part1
    places = [row for row in firm.box.simon.rows("Location") if row["CustomerId"] == card["Id"]]
    assert {row["ExtKey"] for row in places} == {f"address:{address.id}" for address in customer.addresses}
    assert "Chantier Bellecour" in {row["Name"] for row in places}


def test_3_3_contacts_addresses_are_left_alone(firm: Firm) -> None:
    client = next(
        customer for customer in firm.box.sellsy.customers.values() if customer.contacts and customer.active
    )
    private = firm.box.sellsy.add_contact_address(client.contacts[0].id, name="Chez lui", town="Lyon")
    firm.activate()
    firm.pull()
    assert f"address:{private.id}" not in texts(firm, "Location", "ExtKey")


def test_7_2_a_second_pull_right_after_the_first_writes_nothing(active: Firm) -> None:
    result = active.pull()
    assert active.writes() == []
    assert result.actions == []


@pytest.mark.parametrize("stream", ["customer", "product", "address"])
def test_7_2_a_change_in_sellsy_is_one_change_in_simon(active: Firm, stream: str) -> None:
    client = active.clients()[0]
    match stream:
        case "customer":
            active.box.sellsy.edit_customer(client, email="compta@exemple.fr")
            expected = ["PUT Customer"]
        case "product":
            product = next(one for one in active.box.sellsy.products.values() if one.active)
            active.box.sellsy.edit_product(product.id, tradename="Nouveau nom")
            expected = ["PUT Item"]
        case _:
            address = active.box.sellsy.add_address(client, name="Dépôt", part1="2 rue X", town="Bron")
            assert address.id
            expected = ["POST Location"]
    active.pull()
    assert active.writes() == expected
    active.box.log.clear()
    active.pull()
    assert active.writes() == []


def test_7_2_a_dry_run_writes_nothing_and_shows_what_would_be_done(firm: Firm) -> None:
    firm.activate()
    before = firm.journal()
    result = firm.pull(dry_run=True)
    assert firm.writes() == []
    assert len(result.actions) > 30
    assert firm.journal() == before
    assert firm.box.simon.rows("Customer") == []


def test_a_run_counts_everything_it_did_but_remembers_only_the_first_of_it(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "KEPT", 5)
    firm.activate()
    result = firm.pull()
    made = [line for line in firm.writes() if line.startswith("POST")]
    assert result.counts == {"create-simon": len(made)}
    assert len(result.actions) == 5


def test_1_1_an_article_deleted_by_hand_in_simon_is_made_again_when_it_changes(active: Firm) -> None:
    product = active.box.sellsy.product_named("SER003")
    active.box.simon.delete("Item", active.item("SER003"))
    active.box.sellsy.edit_product(product.id, tradename="Frais de visite")
    active.pull()
    assert active.box.simon.find("Item", Code="SER003")["Name"] == "Frais de visite"


def test_1_1_an_update_that_says_404_makes_nothing_again_while_the_table_has_its_ext_key(
    active: Firm,
) -> None:
    product = active.box.sellsy.product_named("SER003")
    active.box.sellsy.edit_product(product.id, tradename="Frais de visite")
    active.box.faults.set("status", service="simon", method="PUT Item", status=404, times=None)
    active.box.log.clear()
    active.pull()
    assert set(active.writes()) == {"PUT Item"}
    assert active.codes(only_open=True) == ["record-refused"]


def test_1_1_what_was_deleted_by_hand_in_simon_is_made_again_by_a_full_pull(active: Firm) -> None:
    client = active.clients()[0]
    card = active.simon_id("Customer", f"customer:{client}")
    places = [row for row in active.box.simon.rows("Location") if row["CustomerId"] == card]
    for place in places:
        active.box.simon.delete("Location", number(place["Id"]))
    active.box.simon.delete("Customer", card)
    active.box.simon.delete("Item", active.item("SER003"))
    active.pull()
    assert active.writes() == []
    assert active.run("pull", partial(pull, full=True)).exit_code is ExitCode.DONE
    again = active.simon_id("Customer", f"customer:{client}")
    assert {row["ExtKey"] for row in active.box.simon.rows("Location") if row["CustomerId"] == again} == {
        place["ExtKey"] for place in places
    }
    assert active.box.simon.find("Item", Code="SER003")["Name"]
    assert active.codes(only_open=True) == []


def test_a_record_that_is_there_already_is_found_by_its_ext_key(active: Firm) -> None:
    client = active.clients()[0]
    with active.state() as state:
        state.database.execute("DELETE FROM bindings WHERE kind = 'customer'")
    active.pull()
    assert len(active.box.simon.rows("Customer")) == len(active.clients())
    with active.state() as state:
        found = state.database.one(
            "SELECT target_id FROM bindings WHERE kind = 'customer' AND id = ?", (str(client),)
        )
    assert found is not None
    assert found[0] == str(active.simon_id("Customer", f"customer:{client}"))


@pytest.mark.parametrize("name", ["A & <B> \"C\" 'D'", "Étienne 🚀 Électricité", "x" * 300, "   "])
def test_3_2_names_of_every_kind_arrive(firm: Firm, name: str) -> None:
    client = firm.box.sellsy.add_customer(name, address={"name": "Siège", "town": "Lyon"})
    firm.activate()
    firm.pull()
    card = firm.box.simon.find("Customer", ExtKey=f"customer:{client.id}")
    expected = name.strip() or client.ident
    assert str(card["Name"]).removesuffix("…") == expected[: 99 if len(expected) > 100 else 100]


def test_2_5_an_archived_customer_is_not_brought_to_simon(firm: Firm) -> None:
    client = firm.clients()[0]
    firm.box.sellsy.archive_customer(client)
    firm.activate()
    firm.pull()
    assert f"customer:{client}" not in texts(firm, "Customer", "ExtKey")


def test_where_addresses_may_not_be_listed_new_customers_are_read_one_by_one(firm: Firm) -> None:
    client = firm.clients()[0]
    firm.box.sellsy.add_address(client, name="Chantier", part1="1 rue Y", town="Lyon")
    firm.box.faults.set(
        "api_error", service="sellsy", method="Addresses.*", code="E_PRIV_NOT_ALLOWED", times=None
    )
    firm.activate()
    firm.pull()
    ours = {f"address:{address.id}" for address in firm.box.sellsy.customers[client].addresses}
    assert ours <= texts(firm, "Location", "ExtKey")
    firm.box.log.clear()
    firm.pull()
    assert firm.writes() == []
    assert "Client.getOne" not in {entry.method for entry in firm.box.log}


def test_7_4_a_turn_of_many_customers_takes_several_cycles_and_finds_every_change(active: Firm) -> None:
    for place in range(250):
        active.later(minutes=1)
        active.box.sellsy.add_customer(f"Client {place}", address={"name": "Siège", "town": "Lyon"})
    active.run("pull", lambda run, sink: pull(run, sink, full=True))
    cards = {row["ExtKey"] for row in active.box.simon.rows("Customer")}
    assert {f"customer:{client}" for client in active.clients()} == cards
    renamed = active.clients()[100]
    active.box.sellsy.edit_customer(renamed, name="Nouveau nom")
    active.scan_requests = 6
    for _ in range(12):
        active.later(minutes=5)
        active.pull()
    assert active.box.simon.find("Customer", ExtKey=f"customer:{renamed}")["Name"] == "Nouveau nom"


def test_7_2_an_idle_cycle_costs_a_bounded_number_of_requests(active: Firm) -> None:
    counts = []
    for more in (0, 600):
        for place in range(more):
            active.box.sellsy.add_customer(f"Client {place}", address={"name": "Siège", "town": "Lyon"})
        active.scan_requests = 12
        active.run("pull", lambda run, sink: pull(run, sink, full=True))
        active.later(minutes=5)
        active.box.log.clear()
        active.pull()
        counts.append(len(active.box.log.entries("sellsy")))
    assert max(counts) <= 12 + 10
    assert active.writes() == []


def test_3_2_a_new_customer_is_in_simon_after_one_cycle_however_long_a_turn_is(active: Firm) -> None:
    for place in range(300):
        active.later(minutes=1)
        active.box.sellsy.add_customer(f"Client {place}", address={"name": "Siège", "town": "Lyon"})
    active.run("pull", lambda run, sink: pull(run, sink, full=True))
    active.scan_requests = 3
    active.later(minutes=5)
    active.pull()
    client = active.box.sellsy.add_customer("Tout nouveau", address={"name": "Siège", "town": "Bron"})
    active.later(minutes=5)
    active.pull()
    assert active.box.simon.find("Customer", ExtKey=f"customer:{client.id}")["City"] == "Bron"


def test_where_sellsy_knows_no_windows_of_creation_the_whole_list_is_read(firm: Firm) -> None:
    firm.box.faults.set("api_error", service="sellsy", method="Client.getList", code="E_PARAM_INVALID")
    firm.activate()
    firm.pull()
    assert len(firm.box.simon.rows("Customer")) == len(firm.clients())


def test_several_workers_write_the_same_as_one(firm: Firm) -> None:
    firm.workers = 4
    firm.activate()
    firm.pull()
    assert len(firm.box.simon.rows("Customer")) == len(firm.clients())
    firm.box.log.clear()
    firm.pull()
    assert firm.writes() == []


@pytest.mark.parametrize("status", [429, 502])
def test_8_a_record_that_simon_does_not_confirm_is_told_until_it_is(active: Firm, status: int) -> None:
    active.box.sellsy.add_product("NEUF-1", "Disjoncteur neuf", "11.20")
    fault = active.box.faults.set("status", service="simon", method="POST Item", status=status, times=None)
    for times in (1, 2):
        active.pull()
        (entry,) = active.journal(only_open=True)
        assert (entry.message.kind.code, entry.times) == ("record-unconfirmed", times)
        assert entry.message.shown == {"name": "Disjoncteur neuf", "cause": f"HTTP {status}"}
        active.later(minutes=5)
    active.box.faults.remove(fault)
    active.pull()
    assert active.codes(only_open=True) == []
    assert active.item("NEUF-1")
