"""What Simon is to have of Sellsy's customers and catalogue."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.key import Key, Kind, parse_ext_key, quote_row_key, sellsy_key
from simonsync.domain.records import Address
from simonsync.messages.render import Language
from simonsync.rules.master_data import customer_card, fingerprint, item, item_group, work_addresses
from tests.builders import address, customer, product, service


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (sellsy_key(Kind.CUSTOMER, 2655), "customer:2655"),
        (sellsy_key(Kind.ITEM, "41_7"), "item:41_7"),
        (sellsy_key(Kind.SERVICE, 9), "service:9"),
        (sellsy_key(Kind.ADDRESS, 36048), "address:36048"),
        (sellsy_key(Kind.CATEGORY, "none:service"), "category:none:service"),
        (sellsy_key(Kind.QUOTE, 77), "quote:77"),
        (quote_row_key(sellsy_key(Kind.QUOTE, 77), "5"), "quote:77:row:5"),
    ],
)
def test_ext_keys_are_written_and_read_back(key: Key, text: str) -> None:
    assert key.ext_key == text
    assert parse_ext_key(text) == key


@pytest.mark.parametrize("text", [None, "", "customer:", "garage", "work_order:5", "file:5", ":5"])
def test_an_ext_key_that_is_not_ours_is_none(text: str | None) -> None:
    assert parse_ext_key(text) is None


def test_3_1_a_product_becomes_an_article_with_code_and_name() -> None:
    made = item(product("P-12", "8.50", "Prise 16 A"), sellsy_key(Kind.CATEGORY, 3))
    assert (made.code, made.name, made.unit) == ("P-12", "Prise 16 A", "unité")
    assert made.group == sellsy_key(Kind.CATEGORY, 3)


def test_3_1_without_a_commercial_name_the_reference_is_the_name() -> None:
    made = item(product("P-12", "8.50", " "), sellsy_key(Kind.CATEGORY, 3))
    assert made.name == "P-12"


@pytest.mark.parametrize(
    ("kind", "language", "name", "key"),
    [
        (Kind.ITEM, Language.FR, "Produits", "category:none:item"),
        (Kind.SERVICE, Language.FR, "Services", "category:none:service"),
        (Kind.SERVICE, Language.NL, "Diensten", "category:none:service"),
    ],
)
def test_3_1_without_a_category_the_group_is_by_type(
    kind: Kind, language: Language, name: str, key: str
) -> None:
    made = item_group(service("SER001", "55", key=sellsy_key(kind, 1)), {}, language)
    assert (made.name, made.key.ext_key) == (name, key)


def test_3_1_the_group_is_sellsys_category() -> None:
    made = item_group(product("P-12", "8.50", category="3"), {"3": "Appareillage"}, Language.FR)
    assert (made.name, made.key.ext_key) == ("Appareillage", "category:3")


def test_3_2_a_long_name_is_cut_and_shows_it() -> None:
    card = customer_card(customer(name="É" * 300))
    assert len(card.name) == 100
    assert card.name.endswith("…")


@pytest.mark.parametrize("name", ["", "   ", "\t\n"])
def test_3_2_a_customer_without_a_name_goes_by_its_number(name: str) -> None:
    assert customer_card(customer(name=name, number="CLI-00007")).name == "CLI-00007"
    assert customer_card(customer(7, name=name, number="")).name == "7"


def test_3_3_the_default_invoice_address_is_the_customers_own_and_a_work_address() -> None:
    main, site = address(1), address(2, name="Chantier Bellecour")
    one = customer(main_address=main.key, addresses=(main, site))
    assert customer_card(one).address == main
    places = work_addresses(one)
    assert [place.key for place in places] == [main.key, site.key]
    assert [place.name for place in places] == ["Lyon", "Chantier Bellecour"]
    assert {place.customer for place in places} == {one.key}


def test_3_3_the_same_address_in_two_roles_gives_one_work_address() -> None:
    main = address(1)
    assert len(work_addresses(customer(main_address=main.key, addresses=(main, main)))) == 1


def test_3_3_without_an_address_there_is_no_work_address() -> None:
    nowhere = Address(sellsy_key(Kind.ADDRESS, 1), country="FR")
    assert work_addresses(customer(addresses=(nowhere,))) == ()
    assert customer_card(customer(addresses=())).address is None


def test_3_3_an_address_without_name_and_town_goes_by_the_customer() -> None:
    nameless = address(1, town="")
    assert work_addresses(customer(addresses=(nameless,)))[0].name == "Garage Dupont"


@given(st.text(), st.text(max_size=60))
def test_whatever_a_customer_is_called_simon_takes_it(name: str, number: str) -> None:
    card = customer_card(customer(name=name, number=number))
    assert 1 <= len(card.name) <= 100
    assert len(card.number) <= 50
    assert (card.name + card.number).isprintable()


def test_a_fingerprint_moves_with_what_is_written_and_with_nothing_else() -> None:
    one = customer(main_address=address(1).key, addresses=(address(1),))
    same = customer(main_address=address(1).key, addresses=(address(1), address(2)), archived=True)
    moved = customer(main_address=address(1).key, addresses=(address(1, town="Villeurbanne"),))
    assert fingerprint(customer_card(one)) == fingerprint(customer_card(same))
    assert fingerprint(customer_card(one)) != fingerprint(customer_card(moved))
