"""What the engine may rely on when it speaks to Sellsy: the same over every API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from simonsync.domain.draft import Computed, DraftLine, LineKind, totals
from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import Address, ListStep, SellsyAccount
from simonsync.errors import CredentialsRefused, NotFound, OutcomeUnknown, Refused
from simonsync.rules.prices import price_before_tax
from simonsync.sellsy.v1 import turns
from tests.contract.sellsy_office import START, WHY, Office, flat

# --- the account ----------------------------------------------------------------------------------


def test_the_account_tells_whose_it_is(office: Office) -> None:
    firm = office.world.company
    assert office.sellsy.server_time() is None
    assert office.sellsy.account() == SellsyAccount(str(firm.id), firm.name, "EUR", "FR")
    assert office.sellsy.server_time() == START


def test_answers_that_make_sense_are_counted_refusals_included(office: Office) -> None:
    assert office.sellsy.answers == 0
    with pytest.raises(NotFound):
        office.sellsy.product(sellsy_key(Kind.ITEM, 999999))
    assert office.sellsy.answers == 1
    office.disturb("html", "Document.create", times=1)
    with pytest.raises(OutcomeUnknown):
        office.sellsy.create_draft(office.draft(), 1)
    assert office.sellsy.answers == 1


@pytest.mark.parametrize(("remembers", "arrived"), [(None, True), (0, False)])
def test_an_attempt_that_was_sent_is_known_while_sellsy_remembers(
    office: Office, remembers: float | None, *, arrived: bool
) -> None:
    office.world.gate.remember_for = remembers
    draft = office.draft(office.line("DISJ-16A"))
    office.sellsy.create_draft(draft, 1)
    if office.variant.with_token:
        # A request that is signed with a token has no nonce: nothing can be learnt, and nothing is asked.
        before = office.sellsy.requests
        assert office.sellsy.has_arrived(draft.marker, 1) is None
        assert office.sellsy.requests == before
        return
    assert office.sellsy.has_arrived(draft.marker, 1) is arrived
    assert office.sellsy.has_arrived(draft.marker, 2) is False


def test_taxes_units_and_categories_are_read_once(office: Office) -> None:
    for _ in range(2):
        assert [(tax.rate, tax.enabled) for tax in office.sellsy.taxes()] == [
            (Decimal(20), True),
            (Decimal(10), True),
            (Decimal("5.5"), True),
            (Decimal("19.6"), False),
        ]
        assert office.sellsy.units() == tuple(unit.value for unit in office.world.units.values())
        names = {str(each.id): each.name for each in office.world.categories.values()}
        assert office.sellsy.categories() == names
    asked = [entry.method for entry in office.box.log.entries("sellsy")]
    assert len(asked) == 3 + len([method for method in asked if method == "GET /v2/taxes"])
    assert len(asked) == len(set(asked))


def test_refused_credentials_are_told_by_every_call(office: Office) -> None:
    office.world.refuse_credentials()
    for call in (
        office.sellsy.account,
        lambda: flat(office.sellsy.customers()),
        lambda: office.sellsy.create_draft(office.draft(office.line("DISJ-16A")), 1),
    ):
        with pytest.raises(CredentialsRefused):
            call()
    assert office.ours() == []


# --- catalogue ------------------------------------------------------------------------------------


def test_3_1_items_and_services_are_listed_apart_with_their_declinations(office: Office) -> None:
    for kind in (Kind.ITEM, Kind.SERVICE):
        found = {product.key.id: product for product in flat(office.sellsy.products(kind))}
        expected = {}
        for product in office.world.products.values():
            if product.type == kind and product.active:
                expected[str(product.id)] = product.name
                expected |= {f"{product.id}_{each.id}": each.name for each in product.declinations}
        assert {key: product.reference for key, product in found.items()} == expected
        assert {product.key.kind for product in found.values()} == {kind}
        assert not any(product.archived for product in found.values())


def test_3_1_archived_products_are_listed_apart(office: Office) -> None:
    office.world.archive_product(office.world.product_named("DISJ-16A").id)
    assert "DISJ-16A" not in {product.reference for product in flat(office.sellsy.products(Kind.ITEM))}
    archived = flat(office.sellsy.products(Kind.ITEM, archived=True))
    assert {product.reference for product in archived} == {"DISJ-16A", "AMP-60W"}
    assert all(product.archived for product in archived)


def test_3_1_each_product_read_afresh_is_what_the_list_says(office: Office) -> None:
    listed = flat(office.sellsy.products(Kind.ITEM)) + flat(office.sellsy.products(Kind.SERVICE))
    assert [office.sellsy.product(product.key) for product in listed] == listed


def test_3_1_what_a_product_costs_and_belongs_to(office: Office) -> None:
    product = office.sellsy.product(office.product("DIFF-40A"))
    source = office.world.product_named("DIFF-40A")
    assert (product.name, product.unit, product.category) == (
        source.tradename,
        "unité",
        str(source.category_id),
    )
    assert (product.unit_price, product.tax_id, product.tax_rate) == (
        Decimal("31.91"),
        str(source.tax_id),
        Decimal(20),
    )
    assert price_before_tax(product) == Decimal("31.91")


def test_3_1_a_price_kept_with_tax_is_billed_without_it(office: Office) -> None:
    product = office.sellsy.product(office.product("DETECT"))
    assert product.price_includes_tax
    assert price_before_tax(product) == Decimal("20.75")


@pytest.mark.parametrize("reference", ["PRISE", "PRISE-BL"])
def test_3_1_a_product_that_was_deleted_is_gone(office: Office, reference: str) -> None:
    (product,) = office.sellsy.products_by_reference(Kind.ITEM, reference)
    office.world.delete_product(int(product.key.id.partition("_")[0]))
    with pytest.raises(NotFound):
        office.sellsy.product(product.key)


def test_3_1_a_declination_that_was_deleted_is_gone(office: Office) -> None:
    (product,) = office.sellsy.products_by_reference(Kind.ITEM, "PRISE-BL")
    parent = office.world.product_named("PRISE")
    parent.declinations = [each for each in parent.declinations if each.name != "PRISE-BL"]
    with pytest.raises(NotFound):
        office.sellsy.product(product.key)


def test_3_1_an_item_is_no_service(office: Office) -> None:
    with pytest.raises(NotFound):
        office.sellsy.product(office.product("DISJ-16A", Kind.SERVICE))


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("DISJ-16A", 1),
        ("disj-16a", 0),
        ("DISJ", 0),
        ("PRISE", 1),
        ("PRISE-AN", 1),
        ("AMP-60W", 1),
        ("NONE", 0),
        ("", 0),
        ("  ", 0),
    ],
)
def test_5_2_a_product_is_found_by_its_exact_reference(office: Office, reference: str, expected: int) -> None:
    found = office.sellsy.products_by_reference(Kind.ITEM, reference)
    assert [product.reference for product in found] == [reference] * expected


def test_5_2_a_reference_that_two_products_have_finds_both(office: Office) -> None:
    twin = office.world.add_product("DISJ-16A", "Un autre", "1")
    office.world.archive_product(twin.id)
    found = office.sellsy.products_by_reference(Kind.ITEM, "DISJ-16A")
    assert {product.archived for product in found} == {True, False}


# --- customers ------------------------------------------------------------------------------------


def test_3_2_customers_are_listed_once_over_many_pages(large_office: Office) -> None:
    found = flat(large_office.sellsy.customers())
    expected = [str(each.id) for each in large_office.world.clients() if each.active]
    assert [customer.key.id for customer in found] == expected
    assert len(found) > 200


def test_3_2_companies_and_persons_with_all_that_is_kept_of_them(office: Office) -> None:
    company = office.world.add_customer(
        "A & <B>",
        email="a@b.example",
        tel="04",
        mobile="06",
        vat="FR1",
        address={"name": "Siège", "town": "Lyon"},
    )
    person = office.world.add_customer(
        "Bernard", type="person", forename="Lucas", email="l@b.example", tel="05"
    )
    found = {customer.key.id: customer for customer in flat(office.sellsy.customers())}
    one, other = found[str(company.id)], found[str(person.id)]
    assert (one.name, one.number, one.email) == ("A & <B>", company.ident, "a@b.example")
    assert (one.phone, one.mobile, one.vat_number) == ("04", "06", "FR1")
    assert (other.name, other.email, other.phone) == ("Lucas Bernard", "l@b.example", "05")
    assert (other.main_address, other.addresses) == (None, ())


def test_3_2_a_firm_has_its_registration_numbers_and_a_person_none(office: Office) -> None:
    firm = office.world.add_customer(
        "Dupont SARL", siren="732829320", siret="73282932000074", vat="FR44732829320"
    )
    person = office.world.add_customer("Bernard", type="person", forename="Lucas")
    listed = {customer.key.id: customer for customer in flat(office.sellsy.customers())}
    for numbers, record in ((("732829320", "73282932000074", False), firm), (("", "", True), person)):
        for found in (listed[str(record.id)], office.sellsy.customer(listed[str(record.id)].key)):
            assert (found.siren, found.siret, found.person) == numbers


def test_3_3_which_of_several_addresses_is_the_main_one_is_told_by_the_list(office: Office) -> None:
    for listed in flat(office.sellsy.customers()):
        alone = office.sellsy.customer(listed.key)
        if len(alone.addresses) > 1:
            assert office.sellsy.main_address(alone) == listed.main_address


def test_3_2_a_customer_read_afresh_is_what_the_list_says(office: Office) -> None:
    for listed in flat(office.sellsy.customers()):
        afresh = office.sellsy.customer(listed.key)
        assert replace(afresh, addresses=(), main_address=None) == replace(
            listed, addresses=(), main_address=None
        )
        assert {address.key for address in listed.addresses} <= {address.key for address in afresh.addresses}


def test_3_2_archived_customers_are_listed_apart(office: Office) -> None:
    key = office.customer
    office.world.archive_customer(int(key.id))
    assert key not in {customer.key for customer in flat(office.sellsy.customers())}
    (archived,) = (each for each in flat(office.sellsy.customers(archived=True)) if each.key == key)
    assert archived.archived
    assert office.sellsy.customer(key).archived


def test_3_2_a_customer_that_was_deleted_is_gone(office: Office) -> None:
    key = office.customer
    office.world.delete_customer(int(key.id))
    with pytest.raises(NotFound):
        office.sellsy.customer(key)


def test_3_2_a_client_that_became_a_prospect_leaves_the_list_and_is_told_apart(office: Office) -> None:
    key = office.customer
    name = office.sellsy.customer(key).name
    office.world.make_prospect(int(key.id))
    assert key not in {customer.key for customer in flat(office.sellsy.customers())}
    found = office.sellsy.customer(key)
    assert (found.prospect, found.name) == (True, name)


def test_a_price_category_is_told_where_it_is_not_everybody_s(office: Office) -> None:
    told = {customer.name: customer.price_category for customer in flat(office.sellsy.customers())}
    special = next(each.id for each in office.world.rate_categories.values() if not each.is_default)
    assert told.pop("Syndic Rhône Gestion") == str(special)
    assert set(told.values()) == {""}


def test_a_price_category_that_a_customer_alone_does_not_tell_is_told_by_the_list(office: Office) -> None:
    office.world.category_in_list_only = True
    special = next(each.id for each in office.world.rate_categories.values() if not each.is_default)
    told = {
        customer.name: office.sellsy.price_category(office.sellsy.customer(customer.key))
        for customer in flat(office.sellsy.customers())
    }
    assert told.pop("Syndic Rhône Gestion") == str(special)
    assert set(told.values()) == {""}


def test_3_4_3_a_product_tells_its_price_for_a_price_category(office: Office) -> None:
    special = next(each.id for each in office.world.rate_categories.values() if not each.is_default)
    sold = office.world.product_named("SER001")
    office.world.edit_product(sold.id, category_prices={special: Decimal("48.50")})
    product = office.sellsy.product(office.product("SER001", Kind.SERVICE))
    (price,) = [each for each in product.category_prices if each.category == str(special)]
    assert (price.price, price.includes_tax, price.currency) == (Decimal("48.50"), False, "EUR")


def test_3_2_who_works_for_a_company_is_the_same_in_the_list_and_by_itself(office: Office) -> None:
    client = office.world.add_customer("Boulangerie Petit").id
    people = [office.world.add_contact(client, name, position="Gérant") for name in ("Petit", "Roux")]
    office.world.edit_customer(client, main_contact_id=people[1].link_id)
    found = {customer.key: customer.contacts for customer in flat(office.sellsy.customers())}
    assert [person.name for person in found[sellsy_key(Kind.CUSTOMER, client)]] == ["Roux", "Petit"]
    for key, contacts in found.items():
        assert office.sellsy.customer(key).contacts == contacts
        mains = [contact.main for contact in contacts]
        assert mains == sorted(mains, reverse=True)
    assert {contact.customer for contacts in found.values() for contact in contacts} <= found.keys()


def test_3_3_the_main_address_comes_with_the_customer(office: Office) -> None:
    address = {
        "name": "Siège",
        "part1": "1 rue de l'Église",
        "part2": "Bât. B",
        "zip": "69002",
        "town": "Lyon",
    }
    made = office.world.add_customer("Neuf", address={**address, "countrycode": "FR"})
    (customer,) = (each for each in flat(office.sellsy.customers()) if each.key.id == str(made.id))
    key = sellsy_key(Kind.ADDRESS, made.main_address_id)
    assert customer.main_address == key
    assert customer.addresses == (
        Address(key, "Siège", "1 rue de l'Église", "Bât. B", "69002", "Lyon", "", "FR"),
    )


def test_3_3_the_list_of_addresses_has_every_customer_s_own_and_no_other(office: Office) -> None:
    contact = next(each for customer in office.world.customers.values() for each in customer.contacts)
    office.world.add_contact_address(contact.id, name="Privé", part1="9 rue", town="Lyon")
    listed = flat(office.sellsy.addresses())
    expected = {
        (str(customer.id), str(address.id))
        for customer in office.world.customers.values()
        for address in customer.addresses
    }
    assert {(customer.id, address.key.id) for customer, address in listed} == expected
    for customer, address in listed:
        if office.world.customers[int(customer.id)].relation == "client":
            assert address in office.sellsy.customer(customer).addresses


def test_3_3_every_line_of_an_address_is_kept(office: Office) -> None:
    made = office.world.add_address(
        int(office.customer.id),
        name="Magasin",
        part1="41 Grande Rue",
        part2="1er étage",
        part3="Code 12A4",
        part4="Sonner",
    )
    found = {address.key.id: address for address in office.sellsy.customer(office.customer).addresses}
    assert found[str(made.id)].street == "41 Grande Rue"
    assert found[str(made.id)].second_line == "1er étage, Code 12A4, Sonner"


def test_what_the_rights_do_not_allow_is_refused(office: Office) -> None:
    office.world.deny("Addresses.*")
    with pytest.raises(Refused):
        flat(office.sellsy.addresses())
    with pytest.raises(Refused):
        next(office.sellsy.address_steps("", None))


# --- lists gone through in turns --------------------------------------------------------------------


def listed(steps: Iterator[ListStep[Any]]) -> list[Any]:
    return [each for step in steps for each in step.records]


def test_a_turn_of_the_catalogue_goes_on_where_a_step_ended(large_office: Office) -> None:
    for number in range(130):
        large_office.world.add_product(f"X-{number:03d}", "", "1")
    whole = [product.key for product in flat(large_office.sellsy.products(Kind.ITEM))]
    first, *rest = large_office.sellsy.product_steps(Kind.ITEM, "", None)
    assert [product.key for step in (first, *rest) for product in step.records] == whole
    assert not first.ends_turn
    assert rest[-1].ends_turn
    assert first.position
    again = listed(large_office.sellsy.product_steps(Kind.ITEM, first.position, None))
    assert [product.key for product in again] == whole[len(first.records) :]
    (only,) = large_office.sellsy.product_steps(Kind.ITEM, "", 1)
    assert only.position == first.position


def test_a_turn_that_goes_on_behind_the_end_of_a_list_is_over(office: Office) -> None:
    *_, last = office.sellsy.product_steps(Kind.ITEM, "", None)
    (only,) = office.sellsy.product_steps(Kind.ITEM, "999", None)
    assert only.ends_turn
    assert last.ends_turn
    assert only.records == ()


def test_a_turn_of_the_addresses_leaves_contacts_out(office: Office) -> None:
    assert listed(office.sellsy.address_steps("", None)) == flat(office.sellsy.addresses())


def test_a_turn_of_the_customers_goes_on_where_a_step_ended(
    large_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "SLICE", 40)
    whole = sorted(customer.key for customer in flat(large_office.sellsy.customers()))
    steps = list(large_office.sellsy.customer_steps(""))
    assert sorted({customer.key for step in steps for customer in step.records}) == whole
    assert steps[-1].ends_turn
    place = [n for n, step in enumerate(steps) if step.position is not None and not step.ends_turn][-1]
    rest = listed(large_office.sellsy.customer_steps(steps[place].position or ""))
    before = {customer.key for step in steps[: place + 1] for customer in step.records}
    assert sorted(before | {customer.key for customer in rest}) == whole
    assert len(rest) < len(whole)


def test_a_sellsy_without_windows_of_creation_gives_its_whole_list(office: Office) -> None:
    office.box.faults.set(
        "api_error", service="sellsy", method="Client.getList", code="E_PARAM_INVALID", times=1
    )
    steps = list(office.sellsy.customer_steps(""))
    assert listed(iter(steps)) == flat(office.sellsy.customers())
    assert steps[-1].ends_turn
    assert listed(office.sellsy.changed_customers("")) == []


def test_customers_are_found_by_when_they_were_created(office: Office) -> None:
    *_, noted = office.sellsy.changed_customers("")
    assert noted.position
    old = office.world.add_customer("Ancien", created=START - timedelta(days=9))
    new = office.world.add_customer("Nouveau", created=START)
    found = [customer.key.id for customer in listed(office.sellsy.changed_customers(noted.position))]
    assert str(new.id) in found
    assert str(old.id) not in found


def test_where_changes_are_told_an_edited_customer_is_among_them(office: Office) -> None:
    *_, noted = office.sellsy.changed_customers("")
    office.box.clock.advance(7200)
    old = next(office.world.clients())
    office.world.edit_customer(old.id, email="neuf@example.org")
    found = [customer.key.id for customer in listed(office.sellsy.changed_customers(noted.position or ""))]
    assert (str(old.id) in found) is office.sellsy.tells_changes


def test_a_draft_is_added_up_without_being_made_where_that_is_offered(office: Office) -> None:
    before = office.world.snapshot()
    draft = office.draft(
        office.comment("Remplacer"),
        office.line("DISJ-16A", "3", discount=Decimal(10)),
        office.line("PRISE", "2", product=sellsy_key(Kind.ITEM, f"{office.product('PRISE').id}_55001")),
        DraftLine(
            LineKind.FREE,
            "used_item:2",
            WHY,
            text="Divers",
            quantity=Decimal(1),
            unit_price=Decimal("1.005"),
            tax_id=str(office.world.tax_of("10").id),
            tax_rate=Decimal(10),
        ),
    )
    for customer in (
        office.customer,
        *(sellsy_key(Kind.CUSTOMER, each.id) for each in office.world.clients()),
    ):
        said = office.sellsy.computed(replace(draft, customer=customer))
        if not office.sellsy.tells_changes:
            assert said is None
            continue
        ours = totals(draft.lines)
        assert said == Computed(ours.before_tax, ours.with_tax)
    assert office.world.snapshot() == before


def test_units_have_codes_where_they_are_told(office: Office) -> None:
    codes = office.sellsy.unit_codes()
    assert set(codes) <= set(office.sellsy.units())
    assert codes.get("h") == ("HUR" if office.sellsy.tells_changes else None)


def test_a_record_is_the_same_over_everything_that_is_spoken_or_gone(office: Office) -> None:
    sellsy = office.sellsy
    quote = sellsy_key(Kind.QUOTE, office.world.documents_of("estimate")[0].id)
    for key in (office.customer, office.product("DISJ-16A"), office.product("SER001", Kind.SERVICE), quote):
        assert sellsy.is_same(key) is True
        assert sellsy.is_same(sellsy_key(key.kind, 99)) is None
    document = sellsy.create_draft(office.draft(), 1)
    assert sellsy.is_same_invoice(document) is True
    assert sellsy.is_same_invoice("99") is None


# --- reading writes nothing -------------------------------------------------------------------------


def test_reading_everything_writes_nothing(office: Office) -> None:
    before = office.world.snapshot()
    sellsy = office.sellsy
    sellsy.account()
    for customer in flat(sellsy.customers()) + flat(sellsy.customers(archived=True)):
        sellsy.customer(customer.key)
        flat(sellsy.files_of(customer.key))
        flat(sellsy.invoices_of(customer.key, None))
    for kind in (Kind.ITEM, Kind.SERVICE):
        for product in flat(sellsy.products(kind)):
            sellsy.product(product.key)
            sellsy.products_by_reference(kind, product.reference)
    for head in flat(sellsy.quotes(["draft", "sent", "accepted", "invoiced"], START - timedelta(days=3650))):
        sellsy.quote(head.key)
    flat(sellsy.addresses())
    flat(sellsy.tagged_invoices(None))
    assert office.box.log.writes("sellsy") == []
    assert office.world.snapshot() == before
    assert {(each.method, each.unread) for each in office.box.log if each.unread} == set()
