"""What Sellsy sends, as records of ours."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import Address, CategoryPrice, Customer, Product, QuoteRowKind, StoredFile, Tax
from simonsync.sellsy.v1 import records

PARIS = ZoneInfo("Europe/Paris")
EURO = {"1": "EUR"}

PRODUCT = {
    "id": "1825031",
    "type": "item",
    "actif": "Y",
    "name": "CABLE",
    "tradename": "Câble 3G1,5 mm²",
    "unitAmount": "1.120000000",
    "unitAmountIsTaxesFree": "Y",
    "unitAmountTaxesInc": "1.344000000",
    "unit": "m",
    "taxid": "17",
    "taxrate": "20.000000000",
    "declid": "0",
    "decl_id": "0",
    "categoryid": "9",
}


def test_3_1_a_product() -> None:
    assert records.product(PRODUCT, Kind.ITEM, EURO) == Product(
        key=sellsy_key(Kind.ITEM, 1825031),
        reference="CABLE",
        name="Câble 3G1,5 mm²",
        unit="m",
        unit_price=Decimal("1.12"),
        tax_id="17",
        tax_rate=Decimal(20),
        category="9",
    )


def test_3_4_3_prices_for_price_categories_are_the_products_own() -> None:
    prices = {
        "9001": {"rcid": "62985", "declid": "0", "amount": "1.120000000", "hasTaxesInc": "N"},
        "9002": {"rcid": 62986, "declid": 0, "amount": "0.990000000", "hasTaxesInc": "Y", "taxrate": "20.00"},
        "9003": {"rcid": "62986", "declid": "7", "amount": "0.500000000", "currencyid": "1"},
        "_xml_childtag": "price",
    }

    def found(**more: Any) -> list[CategoryPrice]:
        return list(records.product({**PRODUCT, "prices": prices, **more}, Kind.ITEM, EURO).category_prices)

    assert found() == [
        CategoryPrice("62985", Decimal("1.12")),
        CategoryPrice("62986", Decimal("0.99"), includes_tax=True, tax_rate=Decimal(20)),
    ]
    assert found(declid="7") == [CategoryPrice("62986", Decimal("0.5"), currency="EUR")]
    assert found(prices=[]) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"declid": "7"}, "1825031_7"),
        ({"declid": 7}, "1825031_7"),
        ({"declid": "0", "decl_id": "7"}, "1825031_7"),
        ({"declid": None, "decl_id": None}, "1825031"),
    ],
)
def test_3_1_a_declination_is_a_product_of_its_own(more: dict[str, Any], expected: str) -> None:
    assert records.product({**PRODUCT, **more}, Kind.ITEM, EURO).key == sellsy_key(Kind.ITEM, expected)


@pytest.mark.parametrize(
    "unit_amount",
    [
        pytest.param("20.750000000", id="which is before tax all the same"),
        pytest.param("24.900000000", id="which is with tax"),
    ],
)
def test_a_price_kept_with_tax_is_read_whatever_unit_amount_means(unit_amount: str) -> None:
    kept = {"unitAmount": unit_amount, "unitAmountIsTaxesFree": "N", "unitAmountTaxesInc": "24.900000000"}
    product = records.product({**PRODUCT, **kept}, Kind.ITEM, EURO)
    assert (product.unit_price, product.price_includes_tax) == (Decimal("24.9"), True)


@pytest.mark.parametrize(
    ("more", "field", "expected"),
    [
        ({"actif": "N"}, "archived", True),
        ({"actif": None}, "archived", False),
        ({"taxid": "0"}, "tax_id", ""),
        ({"categoryid": "0"}, "category", ""),
        ({"unit": None}, "unit", ""),
        ({"name": "A & <B>"}, "reference", "A & <B>"),
    ],
)
def test_3_1_odd_products(more: dict[str, Any], field: str, expected: object) -> None:
    assert getattr(records.product({**PRODUCT, **more}, Kind.SERVICE, EURO), field) == expected


@pytest.mark.parametrize(
    "declinations",
    [
        {"7": {"name": "CABLE-BL", "declid": "7"}, "_xml_childtag": "decl"},
        [{"id": "1825031", "name": "CABLE-BL", "declid": 7}],
        {"7": {"name": "CABLE-BL"}},
    ],
)
def test_a_declination_inherits_what_it_does_not_say(declinations: object) -> None:
    found = records.declination({**PRODUCT, "declinations": declinations}, "1825031_7")
    assert found is not None
    product = records.product(found, Kind.ITEM, EURO)
    assert (product.key.id, product.reference, product.unit) == ("1825031_7", "CABLE-BL", "m")


@pytest.mark.parametrize("declinations", [[], None, {"8": {"declid": "8"}}])
def test_a_declination_may_be_missing(declinations: object) -> None:
    assert records.declination({**PRODUCT, "declinations": declinations}, "1825031_7") is None


CUSTOMER = {
    "id": "2655",
    "thirdid": "2655",
    "ident": "CLI-1",
    "type": "corporation",
    "relationType": "client",
    "actif": "Y",
    "name": "Dupont & <Fils>",
    "fullName": "M. Dupont",
    "email": "a@dupont.example",
    "tel": "0478",
    "mobile": "06",
    "vat": "FR1",
    "rateCategory": "62985",
    "mainaddressid": "36048",
    "addr_name": "Siège",
    "addr_part1": "1 rue de l'Église",
    "addr_part2": "Bât. B",
    "addr_zip": "69002",
    "addr_town": "Lyon",
    "addr_state": "",
    "addr_countrycode": "fr",
}
ADDRESS = sellsy_key(Kind.ADDRESS, 36048)


def test_3_2_a_company_of_the_list() -> None:
    assert records.customer(CUSTOMER, "62985") == Customer(
        key=sellsy_key(Kind.CUSTOMER, 2655),
        name="Dupont & <Fils>",
        number="CLI-1",
        email="a@dupont.example",
        phone="0478",
        mobile="06",
        vat_number="FR1",
        main_address=ADDRESS,
        addresses=(Address(ADDRESS, "Siège", "1 rue de l'Église", "Bât. B", "69002", "Lyon", "", "FR"),),
    )


@pytest.mark.parametrize(
    ("more", "field", "expected"),
    [
        ({"type": "person", "fullName": "Lucas Bernard"}, "name", "Lucas Bernard"),
        ({"type": "person", "fullName": ""}, "name", "Dupont & <Fils>"),
        ({"actif": "N"}, "archived", True),
        ({"relationType": "prospect"}, "prospect", True),
        ({"rateCategory": "62986"}, "price_category", "62986"),
        ({"rateCategory": "0"}, "price_category", ""),
        ({"rateCategory": 62985}, "price_category", ""),
        ({"mainaddressid": "0"}, "main_address", None),
        ({"mainaddressid": 36048}, "main_address", ADDRESS),
        ({"addr_part1": "", "addr_part2": "", "addr_zip": "", "addr_town": None}, "main_address", None),
        ({"addr_part1": "", "addr_part2": "", "addr_zip": "", "addr_town": None}, "addresses", ()),
    ],
)
def test_3_2_odd_customers_of_the_list(more: dict[str, Any], field: str, expected: object) -> None:
    assert getattr(records.customer({**CUSTOMER, **more}, "62985"), field) == expected


def alone(**more: Any) -> dict[str, Any]:
    return {
        "client": {"id": "2655", "ident": "CLI-1", "type": "corporation", "name": "Dupont", "actif": "Y"},
        "corporation": {"name": "Dupont", "email": "a@dupont.example", "tel": "0478", "vat": "FR1"},
        "contacts": {"9": {"id": "9", "email": "boss@dupont.example"}},
        "address": [
            {
                "id": "36048",
                "name": "Siège",
                "part1": "1 rue",
                "part2": "B",
                "part3": "3e",
                "part4": "g.",
                "town": "Lyon",
            },
            {"id": "36049", "name": "Dépôt", "part1": "2 rue", "zip": "69200", "countrycode": "FR"},
        ],
        "customFields": [],
        "tags": [],
        **more,
    }


def test_3_3_a_company_by_itself_has_all_its_addresses() -> None:
    customer = records.customer_alone(alone(), "")
    assert (customer.name, customer.email, customer.vat_number) == ("Dupont", "a@dupont.example", "FR1")
    assert customer.addresses == (
        Address(ADDRESS, "Siège", "1 rue", "B, 3e, g.", town="Lyon"),
        Address(sellsy_key(Kind.ADDRESS, 36049), "Dépôt", "2 rue", zip_code="69200", country="FR"),
    )
    assert customer.main_address is None


@pytest.mark.parametrize("where", ["client", "corporation"])
def test_3_3_the_main_address_is_told_by_client_or_company(where: str) -> None:
    told = alone()
    told[where] = {**told[where], "mainaddressid": "36048"}
    assert records.customer_alone(told, "").main_address == ADDRESS


@pytest.mark.parametrize(
    "addresses", [[], {}, None, {"1": {"id": "1", "name": "empty", "part1": "", "countrycode": "FR"}}]
)
def test_3_3_no_address_is_no_address(addresses: object) -> None:
    assert records.customer_alone(alone(address=addresses), "").addresses == ()


def test_3_3_addresses_of_contacts_are_left_alone() -> None:
    both = [
        {"id": "1", "part1": "a", "linkedtype": "people", "linkedid": "9"},
        {"id": "2", "part1": "b", "linkedtype": "third", "linkedid": "2655"},
    ]
    assert [each.key.id for each in records.customer_alone(alone(address=both), "").addresses] == ["2"]
    assert [records.customer_address(each) for each in both] == [
        None,
        (sellsy_key(Kind.CUSTOMER, 2655), Address(sellsy_key(Kind.ADDRESS, 2), street="b")),
    ]


@pytest.mark.parametrize(
    ("client", "contact", "expected"),
    [
        ({"fullName": "Lucas Bernard"}, {}, "Lucas Bernard"),
        ({}, {"fullName": "M. Lucas Bernard"}, "M. Lucas Bernard"),
        ({}, {"forename": "Lucas", "name": "Bernard"}, "Lucas Bernard"),
        ({"name": "Bernard"}, {}, "Bernard"),
    ],
)
def test_3_2_a_person_is_named_as_sellsy_writes_it(
    client: dict[str, Any], contact: dict[str, Any], expected: str
) -> None:
    told = {
        "client": {"id": "7", "type": "person", **client},
        "contact": {"email": "l@b.example", **contact},
        "address": [],
    }
    customer = records.customer_alone(told, "")
    assert (customer.name, customer.email) == (expected, "l@b.example")


def test_a_prospect_is_told_by_its_relation_or_by_where_it_was_found() -> None:
    as_prospect = alone()
    as_prospect["client"]["relationType"] = "prospect"
    assert records.customer_alone(as_prospect, "").prospect
    assert records.customer_alone(alone(), "", prospect=True).prospect
    assert not records.customer_alone(alone(), "").prospect


ROW = {
    "id": "551",
    "rank": "1",
    "type": "item",
    "linkedid": "41",
    "declid": "0",
    "name": "REF-1",
    "notes": "Détecteur<br />NF &amp; CE",
    "unitAmount": "20.750000000",
    "unitText": "unité",
    "qt": "3.000000000",
    "discount": "10.000000000",
    "discountUnit": "percent",
    "taxid": "17",
    "taxrate": "20.000000000",
    "isOption": "N",
}
DOCUMENT = {
    "id": "88127",
    "ident": "DEV-1",
    "step": "sent",
    "created": "2026-11-24 10:58:00",
    "displayedDate": "24/11/2026",
    "thirdid": "2655",
    "subject": "Détecteurs<br />de fumée [SS-7F3A2C]",
    "notes": "Bâtiment A<br />\n2e &eacute;tage",
    "totalAmountTaxesFree": "62.250000000",
    "currencyid": "1",
    "thirdAddress": {"id": "9", "originalid": "36048", "part1": "1 rue", "town": "Lyon"},
    "shipAddress": [],
    "map": {"docid": "88127", "rows": {"551": ROW, "_xml_childtag": "row"}},
}


def test_5_9_a_quote_with_its_rows() -> None:
    quote = records.quote(DOCUMENT, PARIS, EURO)
    head = quote.head
    assert (head.key.ext_key, head.number, head.step, head.customer.id) == (
        "quote:88127",
        "DEV-1",
        "sent",
        "2655",
    )
    assert head.created_at == datetime(2026, 11, 24, 9, 58, tzinfo=UTC)
    assert (head.subject, head.note) == ("Détecteurs\nde fumée [SS-7F3A2C]", "Bâtiment A\n2e étage")
    assert (head.total, head.currency) == (Decimal("62.25"), "EUR")
    assert quote.address == Address(ADDRESS, street="1 rue", town="Lyon")
    (row,) = quote.rows
    assert row.key.ext_key == "quote:88127:row:551"
    assert (row.kind, row.rank, row.reference, row.text) == (
        QuoteRowKind.ITEM,
        1,
        "REF-1",
        "Détecteur\nNF & CE",
    )
    assert row.product == sellsy_key(Kind.ITEM, 41)
    assert (row.quantity, row.unit, row.unit_price) == (Decimal(3), "unité", Decimal("20.75"))
    assert (row.tax_id, row.tax_rate, row.discount, row.discount_unit) == (
        "17",
        Decimal(20),
        Decimal(10),
        "percent",
    )
    assert not row.option


@pytest.mark.parametrize(
    ("more", "field", "expected"),
    [
        ({"type": "once", "name": "Setup <fast>", "notes": "in <b>detail</b>"}, "text", "Setup <fast>"),
        ({"type": "once", "name": "", "notes": "in <b>detail</b>"}, "text", "in detail"),
        ({"type": "once"}, "kind", QuoteRowKind.FREE),
        ({"type": "once"}, "product", None),
        ({"type": "once"}, "reference", ""),
        ({"type": "comment", "name": "", "notes": "A &amp; B<br />c"}, "text", "A & B\nc"),
        ({"type": "title", "name": "<b>Cuisine</b>", "notes": ""}, "text", "Cuisine"),
        ({"type": "title"}, "kind", QuoteRowKind.TITLE),
        ({"type": "sum"}, "kind", QuoteRowKind.OTHER),
        ({"type": "break"}, "kind", QuoteRowKind.OTHER),
        ({"type": "shipping"}, "kind", QuoteRowKind.OTHER),
        ({"notes": ""}, "text", "REF-1"),
        ({"linkedid": "0"}, "product", None),
        ({"declid": "7"}, "product", sellsy_key(Kind.ITEM, "41_7")),
        ({"isOption": "Y"}, "option", True),
        ({"discountUnit": "amount"}, "discount_unit", "amount"),
        ({"discountUnit": ""}, "discount_unit", "percent"),
    ],
)
def test_5_9_2_rows_of_every_kind(more: dict[str, Any], field: str, expected: object) -> None:
    rows = {"1": {**ROW, **more}}
    (row,) = records.quote({**DOCUMENT, "map": {"rows": rows}}, PARIS, EURO).rows
    assert getattr(row, field) == expected


def test_rows_are_ordered_by_rank_not_by_key() -> None:
    rows = {key: {**ROW, "id": key, "rank": rank} for key, rank in [("10", "2"), ("2", "10"), ("9", "1")]}
    document = records.document({**DOCUMENT, "map": {"rows": rows}}, PARIS, EURO)
    quote = records.quote({**DOCUMENT, "map": {"rows": rows}}, PARIS, EURO)
    assert len(document.rows) == 3
    assert [row.key.id for row in quote.rows] == ["88127:row:9", "88127:row:10", "88127:row:2"]


@pytest.mark.parametrize("rows", [[], {}, None, {"_xml_childtag": "row"}])
def test_a_document_may_have_no_rows(rows: object) -> None:
    assert records.document({**DOCUMENT, "map": {"rows": rows}}, PARIS, EURO).rows == ()


def test_an_invoice_is_read_back() -> None:
    document = records.document(DOCUMENT, PARIS, EURO)
    assert (document.head.id, document.head.step, document.total_before_tax) == (
        "88127",
        "sent",
        Decimal("62.25"),
    )
    (row,) = document.rows
    assert (row.kind, row.product_id) == ("item", "41")
    assert (row.quantity, row.unit_price, row.tax_id, row.discount) == (
        Decimal(3),
        Decimal("20.75"),
        "17",
        Decimal(10),
    )


@pytest.mark.parametrize(
    ("currency", "expected"), [("1", "EUR"), (1, "EUR"), ("3", "3"), ("0", ""), (None, "")]
)
def test_a_currency_without_a_name_stands_for_itself(currency: object, expected: str) -> None:
    assert records.document_head({**DOCUMENT, "currencyid": currency}, PARIS, EURO).currency == expected


def test_where_a_quote_is_delivered_is_where_the_work_is() -> None:
    delivered = {"id": "8", "originalid": "36049", "part1": "2 rue"}
    address = records.quote({**DOCUMENT, "shipAddress": delivered}, PARIS, EURO).address
    assert address == Address(sellsy_key(Kind.ADDRESS, 36049), street="2 rue")


@pytest.mark.parametrize("printed", [[], {"id": "9", "originalid": "0", "part1": "1 rue"}])
def test_a_copy_of_nothing_names_no_address(printed: object) -> None:
    assert records.quote({**DOCUMENT, "thirdAddress": printed}, PARIS, EURO).address is None


@pytest.mark.parametrize("missing", ["id", "step", "thirdid"])
def test_a_document_that_lacks_what_matters_is_no_document(missing: str) -> None:
    broken = {name: value for name, value in DOCUMENT.items() if name != missing}
    with pytest.raises(KeyError):
        records.document_head(broken, PARIS, EURO)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"id": "1", "name": "BT-1.pdf", "size": "1200"}, StoredFile("1", "BT-1.pdf", 1200)),
        ({"id": 1, "name": "BT-1", "extension": "pdf"}, StoredFile("1", "BT-1.pdf")),
        ({"id": "1", "name": "BT-1", "extension": ".PDF"}, StoredFile("1", "BT-1.PDF")),
        (
            {"id": "1", "name": "x", "file_fullname": "BT-1.pdf", "extension": "pdf"},
            StoredFile("1", "BT-1.pdf"),
        ),
        ({"id": "1", "name": "photo.jpg", "extension": "jpg", "size": None}, StoredFile("1", "photo.jpg")),
    ],
)
def test_5_11_files(record: dict[str, Any], expected: StoredFile) -> None:
    assert records.stored_file(record) == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"id": 17, "value": "5.50", "isEnabled": "Y"}, Tax("17", Decimal("5.5"), enabled=True)),
        ({"id": "17", "value": "19.60", "isEnabled": "N"}, Tax("17", Decimal("19.6"), enabled=False)),
        ({"id": "17", "value": "20.00"}, Tax("17", Decimal(20), enabled=True)),
    ],
)
def test_taxes(record: dict[str, Any], expected: Tax) -> None:
    assert records.tax(record) == expected
