"""Customers, prospects and their addresses as Sellsy's v1 service shows and changes them."""

from __future__ import annotations

import pytest

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.sellsy.company import demo_company
from tests.sandbox.sellsy_caller import SellsyCaller


def ids(listed: dict[str, object]) -> list[str]:
    result = listed["result"]
    return list(result) if isinstance(result, dict) else []


def test_a_list_is_a_map_with_three_numbers_and_one_text(sellsy: SellsyCaller) -> None:
    listed = sellsy.ok("Client.getList", {"search": {"actif": "Y"}})
    assert listed["infos"] == {"nbperpage": 10, "nbpages": 1, "pagenum": 1, "nbtotal": "6"}
    assert all(key == record["id"] == record["thirdid"] for key, record in listed["result"].items())


def test_an_empty_list_is_an_array(sellsy: SellsyCaller) -> None:
    listed = sellsy.ok("Client.getList", {"search": {"contains": "nobody at all"}})
    assert listed["result"] == []
    assert listed["infos"]["nbtotal"] == "0"


def test_pages_follow_each_other_and_end_in_an_empty_one(sellsy: SellsyCaller) -> None:
    pages = [ids(sellsy.page("Client.getList", number, 3)) for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert len({third for page in pages for third in page}) == 7


@pytest.mark.parametrize(
    ("pagination", "code"),
    [
        ({"nbperpage": 1001, "pagenum": 1}, "E_PAGINATION_MAX"),
        ({"nbperpage": 0, "pagenum": 1}, "E_PARAM_INVALID"),
        ({"nbperpage": 10, "pagenum": 0}, "E_PARAM_INVALID"),
        ({"nbperpage": "many", "pagenum": 1}, "E_PARAM_INVALID"),
        ("all", "E_PARAM_INVALID"),
    ],
)
def test_a_wrong_page_is_refused(sellsy: SellsyCaller, pagination: object, code: str) -> None:
    assert sellsy.refused("Client.getList", {"pagination": pagination})[0] == code


def test_a_page_may_hold_a_thousand(sellsy: SellsyCaller) -> None:
    assert len(ids(sellsy.page("Client.getList", 1, 1000))) == 7


def test_an_unknown_search_key_is_refused(sellsy: SellsyCaller) -> None:
    assert sellsy.refused("Client.getList", {"search": {"periodeupdated_start": 1}}) == (
        "E_PARAM_INVALID",
        "periodeupdated_start is invalid",
    )


def test_without_actif_archived_ones_are_among_them(sellsy: SellsyCaller) -> None:
    def names(**search: str) -> set[str]:
        listed = sellsy.ok("Client.getList", {"search": search})["result"]
        return {record["name"] for record in listed.values()}

    assert names(actif="N") == {"Café des Négociants"}
    assert names() == names(actif="Y") | names(actif="N")


def test_only_the_main_address_is_in_the_list(box: Sandbox, sellsy: SellsyCaller) -> None:
    third = next(iter(box.sellsy.customers.values()))
    record = sellsy.ok("Client.getList")["result"][str(third.id)]
    assert (record["mainaddressid"], record["addr_part1"]) == (
        str(third.main_address_id),
        "12 rue de la République",
    )
    assert "addr_part3" not in record
    assert "Magasin Croix-Rousse" not in str(record)
    assert not {"updated", "created"} & set(record)
    assert record["customfields"]["_xml_childtag"]
    assert record["customfields"]["0"]["cfid"] == 4410
    assert [contact["thirdid"] for contact in record["contacts"].values()] == [None]


def test_alone_a_company_shows_all_its_addresses(box: Sandbox, sellsy: SellsyCaller) -> None:
    third = next(iter(box.sellsy.customers.values()))
    alone = sellsy.ok("Client.getOne", {"clientid": str(third.id)})
    assert [address["name"] for address in alone["address"]] == [
        "Siège social",
        "Entrepôt de Vénissieux",
        "Magasin Croix-Rousse",
    ]
    assert alone["address"][2]["part"] == "41 Grande Rue\n1er étage\nCode 12A4\nSonner deux fois"
    assert alone["corporation"]["updated"] == "2022-01-11 08:34:00"
    assert [c["isBillingContact"] for c in alone["contacts"].values()] == ["Y"]


def test_a_person_has_one_contact_and_no_corporation(box: Sandbox, sellsy: SellsyCaller) -> None:
    person = next(c for c in box.sellsy.customers.values() if c.type == "person")
    alone = sellsy.ok("Client.getOne", {"clientid": person.id})
    assert "corporation" not in alone
    assert (alone["contact"]["forename"], alone["contact"]["name"]) == ("Lucas", "Bernard")
    assert alone["client"]["fullName"] == "Lucas Bernard"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (999, ("E_OBJ_NOT_LOADABLE", "Object third not loadable")),
        ("abc", ("E_PARAM_INVALID", "clientid is invalid")),
        ("", ("E_PARAM_MISSING", "clientid is missing")),
        (True, ("E_PARAM_INVALID", "clientid is invalid")),
    ],
)
def test_a_wrong_id_is_refused(sellsy: SellsyCaller, given: object, refusal: tuple[str, str]) -> None:
    assert sellsy.refused("Client.getOne", {"clientid": given}) == refusal


def test_a_window_of_creation_holds_its_edges(box: Sandbox, sellsy: SellsyCaller) -> None:
    third = list(box.sellsy.customers.values())[1]
    moment = int(third.created.timestamp())
    for start, end, found in (
        (moment, moment, 1),
        (moment + 1, moment + 60, 0),
        (moment - 60, moment - 1, 0),
    ):
        search = {"periodecreated_start": start, "periodecreated_end": end}
        assert sellsy.ok("Client.getList", {"search": search})["infos"]["nbtotal"] == str(found)


@pytest.mark.parametrize("given", ["2022-01-01", 1_640_995_200_000, [1]])
def test_dates_travel_as_unix_seconds(sellsy: SellsyCaller, given: object) -> None:
    refusal = sellsy.refused("Client.getList", {"search": {"periodecreated_start": given}})
    assert refusal == ("E_PARAM_INVALID", "periodecreated_start is invalid")


def test_search_by_number_is_not_exact(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.sellsy.add_customer("Longer", ident="CLI0000012")
    found = sellsy.ok("Client.getList", {"search": {"ident": "CLI000001"}})["result"]
    assert {record["ident"] for record in found.values()} == {"CLI000001", "CLI0000012"}


def test_a_client_turned_prospect_leaves_the_list(box: Sandbox, sellsy: SellsyCaller) -> None:
    third = next(iter(box.sellsy.customers))
    sellsy.ok("Client.transformToProspect", {"clientid": third})
    assert str(third) not in sellsy.ok("Client.getList")["result"]
    assert sellsy.refused("Client.getOne", {"clientid": third})[0] == "E_OBJ_NOT_LOADABLE"
    assert sellsy.ok("Prospects.getOne", {"id": third})["prospect"]["name"] == "Dupont & Fils"


def test_an_archived_client_can_still_be_read(box: Sandbox, sellsy: SellsyCaller) -> None:
    third = next(iter(box.sellsy.customers))
    box.sellsy.archive_customer(third)
    assert sellsy.ok("Client.getOne", {"clientid": third})["client"]["actif"] == "N"
    box.sellsy.delete_customer(third)
    assert sellsy.refused("Client.getOne", {"clientid": third})[0] == "E_OBJ_NOT_LOADABLE"


def test_a_restricted_owner_sees_fewer_clients_silently(box: Sandbox, sellsy: SellsyCaller) -> None:
    third = next(iter(box.sellsy.customers))
    box.sellsy.hide_customers(third)
    listed = sellsy.ok("Client.getList")
    assert (str(third) in listed["result"], listed["infos"]["nbtotal"]) == (False, "6")


def test_addresses_of_clients_and_contacts_stand_in_one_list(box: Sandbox, sellsy: SellsyCaller) -> None:
    listed = sellsy.page("Addresses.getList", 1, 100)["result"]
    kinds = {record["linkedtype"] for record in listed.values()}
    assert kinds == {"third", "people"}
    own = [a for a in listed.values() if a["linkedid"] == str(next(iter(box.sellsy.customers)))]
    assert len(own) == 3
    one = sellsy.ok("Addresses.getOne", {"id": own[0]["id"]})
    assert one == own[0]
    assert sellsy.refused("Addresses.getOne", {"id": 1}) == (
        "E_OBJ_NOT_LOADABLE",
        "Object address not loadable",
    )
    assert sellsy.refused("Addresses.getList", {"search": {"linkedid": 1}})[0] == "E_PARAM_INVALID"


def test_a_client_is_made_changed_and_deleted(sellsy: SellsyCaller) -> None:
    made = sellsy.ok(
        "Client.create",
        {
            "third": {"name": "Menuiserie Faure", "type": "corporation", "email": "a@faure.example"},
            "contact": {"name": "Faure", "forename": "Jean"},
            "address": {"name": "Atelier", "part1": "1 rue Haute", "zip": "69001", "town": "Lyon"},
        },
    )["client_id"]
    second = sellsy.ok(
        "Client.addAddress",
        {"clientid": made, "address": {"name": "Dépôt", "zip": "69002", "town": "Lyon", "isMain": "Y"}},
    )["address_id"]
    record = sellsy.ok("Client.getList", {"search": {"name": "menuiserie faure"}})["result"][str(made)]
    assert (record["mainaddressid"], record["mainContactName"]) == (str(second), "Jean Faure")
    sellsy.ok("Client.updateAddress", {"clientid": made, "addressid": second, "address": {"town": "Bron"}})
    sellsy.ok("Client.update", {"clientid": made, "third": {"name": "Faure SARL"}})
    alone = sellsy.ok("Client.getOne", {"clientid": made})
    assert (alone["corporation"]["name"], alone["address"][1]["town"]) == ("Faure SARL", "Bron")
    assert alone["corporation"]["email"] == "a@faure.example"
    sellsy.ok("Client.deleteAddress", {"clientid": made, "addressid": second})
    assert len(sellsy.ok("Client.getOne", {"clientid": made})["address"]) == 1
    sellsy.ok("Client.delete", {"clientid": made})
    assert sellsy.refused("Client.getOne", {"clientid": made})[0] == "E_OBJ_NOT_LOADABLE"


def test_a_person_is_made_with_its_first_name(sellsy: SellsyCaller) -> None:
    third = {"name": "Perrin", "type": "person"}
    made = sellsy.ok("Client.create", {"third": third, "contact": {"forename": "Zoé"}})["client_id"]
    sellsy.ok("Client.update", {"clientid": made, "third": {"name": "Perrin-Roy"}})
    assert sellsy.ok("Client.getOne", {"clientid": made})["client"]["fullName"] == "Zoé Perrin-Roy"


@pytest.mark.parametrize(
    ("method", "params", "missing"),
    [
        ("Client.create", {}, "third"),
        ("Client.create", {"third": {"type": "person"}}, "name"),
        ("Client.update", {"clientid": 2655001, "third": {"email": "x@y.example"}}, "name"),
        ("Client.addAddress", {"clientid": 2655001, "address": {"town": "Lyon"}}, "name"),
        ("Client.updateAddress", {"clientid": 2655001, "address": {}}, "addressid"),
    ],
)
def test_what_is_missing_is_named(sellsy: SellsyCaller, method: str, params: object, missing: str) -> None:
    assert sellsy.refused(method, params) == ("E_PARAM_MISSING", f"{missing} is missing")


def test_an_address_of_somebody_else_cannot_be_changed(box: Sandbox, sellsy: SellsyCaller) -> None:
    first, second = list(box.sellsy.customers.values())[:2]
    params = {"clientid": second.id, "addressid": first.main_address_id, "address": {"town": "Nice"}}
    assert sellsy.refused("Client.updateAddress", params)[0] == "E_OBJ_NOT_LOADABLE"


def test_the_same_seed_makes_the_same_customers() -> None:
    worlds = [demo_company(VirtualClock(), 40, seed).snapshot() for seed in (1, 1, 2)]
    assert worlds[0] == worlds[1]
    assert worlds[0] != worlds[2]
    active = [c for c in worlds[0]["customers"].values() if c["active"] and c["relation"] == "client"]
    assert len(active) == 40


def test_fewer_customers_leave_their_documents_out() -> None:
    world = demo_company(VirtualClock(), 1)
    assert len(list(world.clients())) == 2
    assert {d.third_id for d in world.documents.values()} <= set(world.customers)
