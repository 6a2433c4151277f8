"""What an e-invoice made of a draft would lack, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from simonsync.domain.draft import DraftInvoice
from simonsync.domain.records import Tax, UsedItem, WorkPlace
from simonsync.messages.kinds import FINDINGS, Message, Severity
from simonsync.rules.einvoicing import (
    RULE_OF,
    Places,
    customer_findings,
    findings,
    product_findings,
    refused,
    tax_findings,
    unit_findings,
)
from simonsync.rules.invoice import draft_invoice
from simonsync.settings.declaration import Einvoicing, Settings
from tests.builders import address, billing, customer, office, product, used, work_order
from tests.einvoicing.cases import ACCOUNT, CASES, PERSON, SITE, SITE_PLACE, Case, case, free, hours, line

READY = case("ready", line(), hours())
ELSEWHERE = Places(WorkPlace("9", "Chantier", "1 quai Rambaud", "", "69002", "Lyon", "FR"))


def found(case: Case) -> tuple[Message, ...]:
    return findings(case.draft, case.customer, case.places, case.taxes, case.units, case.account)


def codes(case: Case) -> list[str]:
    return [each.code.removeprefix("einvoicing-") for each in found(case)]


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_a_draft_that_is_ready_breaks_no_rule_and_each_twin_its_own(case: Case) -> None:
    assert {RULE_OF[each.kind] for each in refused(found(case))} == ({case.broken} if case.broken else set())


def test_a_draft_that_is_ready_has_nothing_to_tell() -> None:
    assert found(READY) == ()


def test_every_finding_belongs_to_a_rule() -> None:
    assert {kind.code for kind in RULE_OF} == FINDINGS.keys()


WARNED = {
    "vat-missing": replace(READY, customer=customer(vat_number="")),
    "vat-wrong": replace(READY, customer=customer(vat_number="FR45732829320")),
    # No fatal rule asks for a whole address; the law does.
    "address-incomplete": replace(READY, customer=customer(addresses=(address(1, zip_code=""),))),
    "delivery-missing": replace(READY, places=ELSEWHERE),
    "category-unclear": case("", free("Gaine récupérée")),
    "unit-unsure": case("", line(unit="bobineau"), hours()),
    "time-unit": case("", line(), hours(unit="unité")),
    "exemption-unsure": case(
        "", line(tax_id="0", tax_rate=Decimal(0)), taxes=(Tax("0", Decimal(0), enabled=True),)
    ),
    "line-unclear": case("", line(text="")),
    "currency": replace(READY, account=replace(ACCOUNT, currency="CHF")),
    "delivery-incomplete": case(
        "", line(), places=Places(SITE_PLACE.work, replace(SITE, town="")), delivery=SITE.key
    ),
}


@pytest.mark.parametrize("code", WARNED)
def test_what_the_law_asks_for_or_is_likely_wrong_is_warned_of(code: str) -> None:
    assert codes(WARNED[code]) == [code]
    assert refused(found(WARNED[code])) == ()


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (replace(READY, customer=PERSON), "e-reporting"),
        (replace(READY, draft=replace(READY.draft, service_from=None)), "service-date-missing"),
        (replace(READY, draft=replace(READY.draft, reference="x" * 101)), "reference-long"),
    ],
)
def test_what_is_only_to_be_known_is_information(case: Case, code: str) -> None:
    (told,) = found(case)
    assert (told.code, told.kind.severity) == (f"einvoicing-{code}", Severity.INFO)


def test_a_service_that_ends_before_it_begins_would_be_refused() -> None:
    backwards = replace(READY.draft, service_until=date(2026, 11, 19))
    assert codes(replace(READY, draft=backwards)) == ["service-dates-reversed"]


def test_work_at_the_customers_own_address_needs_no_delivery_address_however_it_is_written() -> None:
    own = Places(WorkPlace("9", "", "1  RUE de la Republique", "", "69002", "LYON", "FR"))
    assert codes(replace(READY, places=own)) == []
    assert codes(replace(READY, places=SITE_PLACE)) == ["delivery-missing"]
    assert codes(case("", hours(), places=SITE_PLACE)) == []


def test_where_the_main_address_is_not_known_one_that_is_complete_will_do() -> None:
    several = (address(1, country="", town=""), address(2))
    assert not [*customer_findings(customer(main_address=None, addresses=several), ACCOUNT)]
    worse = (several[0], address(3, country="", zip_code=""))
    told = [each.code for each in customer_findings(customer(main_address=None, addresses=worse), ACCOUNT)]
    assert told == ["einvoicing-country-unknown", "einvoicing-address-incomplete"]


def test_master_data_is_checked_by_the_same_rules() -> None:
    taxes = (Tax("1", Decimal(20), enabled=True), Tax("5", Decimal("19.6"), enabled=False))
    good = product("P-12", "8.50", "Prise")
    assert not [*product_findings(good, good.unit_price, taxes, {})]
    old = replace(good, unit="bobineau", tax_id="5", tax_rate=Decimal("19.6"))
    told = [each.code for each in product_findings(old, Decimal("0.333333333"), taxes, {})]
    assert told == ["einvoicing-unit-unsure", "einvoicing-tax-refused", "einvoicing-price-decimals"]
    assert [each.code for each in unit_findings("x", {"x": "hur"})] == ["einvoicing-unit-refused"]
    assert [each.code for each in tax_findings(Tax("9", Decimal(19), enabled=True))] == [
        "einvoicing-rate-unknown"
    ]


# --- the setting --------------------------------------------------------------------------------------

SOCKET = product("P-12", "8.5000001", "Prise")
BILLED = billing(articles={"31": SOCKET})
ORDER = work_order(used_items=(used(1, "1", "31"),))


def decided(mode: Einvoicing, country: str = "FR") -> DraftInvoice | Message:
    where = office(account=replace(ACCOUNT, country=country))
    return draft_invoice(ORDER, "0123456789AB", Settings(einvoicing=mode), BILLED, where)


def test_informed_the_draft_is_made_and_counts_what_is_to_mend() -> None:
    draft = decided(Einvoicing.INFORM)
    assert isinstance(draft, DraftInvoice)
    assert [each.code for each in refused(draft.findings)] == ["einvoicing-price-decimals"]
    (told,) = draft.warnings
    assert (told.code, dict(told.params)) == (
        "einvoice-not-ready",
        {"number": "4711", "count": "2", "rules": "EI-07, EI-16"},
    )


@pytest.mark.parametrize(
    ("items", "warned"),
    [((), "draft-without-lines"), ((used(1, "1"),), "free-line-price-missing")],
)
def test_what_people_are_to_look_at_anyhow_is_not_told_twice(
    items: tuple[UsedItem, ...], warned: str
) -> None:
    informed = Settings(einvoicing=Einvoicing.INFORM)
    draft = draft_invoice(work_order(used_items=items), "0123456789AB", informed, billing(), office())
    assert isinstance(draft, DraftInvoice)
    assert draft.findings
    assert [told.code for told in draft.warnings] == [warned]


def test_strict_holds_what_would_be_refused_and_says_why() -> None:
    held = decided(Einvoicing.STRICT)
    assert isinstance(held, Message)
    assert held.code == "einvoice-would-be-refused"
    assert [cause.code for cause in held.causes] == ["einvoicing-price-decimals"]
    mended = billing(articles={"31": replace(SOCKET, unit_price=Decimal("8.5"))})
    strict = Settings(einvoicing=Einvoicing.STRICT)
    # What only lacks a mention of the law is sent.
    assert isinstance(draft_invoice(ORDER, "0123456789AB", strict, mended, office()), DraftInvoice)


@pytest.mark.parametrize(("mode", "country"), [(Einvoicing.OFF, "FR"), (Einvoicing.BY_COUNTRY, "BE")])
def test_off_or_outside_france_nothing_is_checked(mode: Einvoicing, country: str) -> None:
    draft = decided(mode, country)
    assert isinstance(draft, DraftInvoice)
    assert (draft.findings, draft.warnings) == ((), ())


def test_in_france_people_are_informed_where_nobody_says_otherwise() -> None:
    assert decided(Einvoicing.BY_COUNTRY) == decided(Einvoicing.INFORM)


@pytest.mark.parametrize(("wanted", "goods"), [("yes", "goods"), ("yes", ""), ("", "goods")])
def test_the_work_address_becomes_the_delivery_address_where_that_is_wished(wanted: str, goods: str) -> None:
    who = customer(addresses=(address(1), SITE))
    settings = Settings(delivery_address=bool(wanted))
    order = ORDER if goods else work_order()
    bill = replace(BILLED, customer=who, work_address=SITE)
    draft = draft_invoice(replace(order, place=SITE_PLACE.work), "0123456789AB", settings, bill, office())
    assert isinstance(draft, DraftInvoice)
    assert draft.delivery == (SITE.key if wanted and goods else None)
    told = {each.code for each in draft.findings}
    assert ("einvoicing-delivery-missing" in told) is bool(goods and not wanted)


def test_the_customers_own_address_is_no_delivery_address() -> None:
    own = replace(BILLED, work_address=address(1))
    draft = draft_invoice(ORDER, "0123456789AB", Settings(delivery_address=True), own, office())
    assert isinstance(draft, DraftInvoice)
    assert draft.delivery is None


def test_a_currency_of_which_only_sellsys_id_is_known_is_no_finding() -> None:
    assert codes(replace(READY, account=replace(ACCOUNT, currency="1"))) == []
