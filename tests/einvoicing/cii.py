"""A draft as the CII document that Sellsy would make of it: factur-x builds it from the fields' numbers.

What Sellsy adds (number, date, seller, terms, notes, electronic addresses) is right in each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from facturx import generate_cii_xml

from simonsync.domain.draft import CENT, DraftLine
from simonsync.domain.key import Kind
from simonsync.domain.records import Address, Customer, Tax
from simonsync.rules.einvoicing import siren_of
from simonsync.rules.units import code_of
from tests.einvoicing.cases import Case

ISSUED = date(2026, 11, 24)
SELLER = {
    "name": "Électricité Moreau",
    "legal_identifier": "812345676",
    "legal_identifier_schemeid": "0002",
    "vat_identifier": "FR19812345676",
    "einvoicing_addr": "812345676",
    "einvoicing_addr_schemeid": "0225",
    "addr_l1": "14 rue Pierre Corneille",
    "postcode": "69003",
    "city": "Lyon",
    "country_code": "FR",
}
NOTHING = "(nothing)"
"""Stands where there is no value and factur-x insists on one; it is taken out again."""
NOTES = (
    ("PMT", "Indemnité forfaitaire pour frais de recouvrement : 40 €"),
    ("PMD", "Pénalités de retard : trois fois le taux d'intérêt légal"),
    ("AAB", "Pas d'escompte pour paiement anticipé"),
)


def document(case: Case) -> bytes:
    """Write the invoice."""
    lines = [_line(place, line, case) for place, line in enumerate(case.draft.billed, start=1)]
    taxes = list(_taxes(case))
    before_tax = sum((Decimal(tax["BT-116"]) for tax in taxes), Decimal("0.00"))
    tax = sum((Decimal(tax["BT-117"]) for tax in taxes), Decimal("0.00"))
    currency = case.account.currency
    data: dict[str, Any] = {
        "BT-1": "FACT-202611-00042",
        "BT-2": ISSUED,
        "BT-3": "380",
        "BT-5": currency,
        "BT-9": date(2026, 12, 24),
        "BT-20": "30 jours",
        "BT-23": "M1",
        "BT-24": "urn:cen.eu:en16931:2017",
        "BG-1": [
            *({"BT-21": code, "BT-22": text} for code, text in NOTES),
            {"BT-21": "BAR", "BT-22": _treatment(case)},
        ],
        "BG-4": dict(SELLER),
        "BG-7": _buyer(case),
        "BG-23": taxes,
        "BG-25": lines,
        "BT-106": str(before_tax),
        "BT-109": str(before_tax),
        "BT-110": str(tax),
        "BT-112": str(before_tax + tax),
        "BT-115": str(before_tax + tax),
    }
    if currency != "EUR":
        data |= {"BT-6": "EUR", "BT-111": str(tax)}
    if case.draft.reference:
        data["BT-13"] = case.draft.reference
    if case.draft.service_from and case.draft.service_until:
        data |= {"BT-73": case.draft.service_from, "BT-74": case.draft.service_until}
    if any(each["BT-118"] == "O" for each in taxes):
        for party in (data["BG-4"], data["BG-7"]):
            party.pop("vat_identifier", None)
    if case.draft.delivery:
        place = case.places.sellsy or Address(case.draft.delivery)
        data["BG-13"] = {"name": place.name or "Chantier", **_address(place)}
        data["BG-13"].setdefault("country_code", NOTHING)
    elif any(each["BT-118"] == "K" for each in taxes):
        data["BG-13"] = {"name": case.customer.name, **_address(case.customer.addresses[0])}
    xml: bytes = generate_cii_xml(data, level="en16931", check_xsd=False, check_schematron=False)
    for empty in (f"<ram:CountryID>{NOTHING}</ram:CountryID>", f' unitCode="{NOTHING}"', NOTHING):
        xml = xml.replace(empty.encode(), b"")
    return xml


def _treatment(case: Case) -> str:
    if case.customer.person:
        return "B2C"
    return "B2B" if _country(case.customer) in {"", "FR", "GP", "MQ", "GF", "RE", "YT"} else "B2BINT"


def _country(customer: Customer) -> str:
    return customer.addresses[0].country if customer.addresses else ""


def _buyer(case: Case) -> dict[str, Any]:
    customer = case.customer
    party: dict[str, Any] = {"name": customer.name}
    if customer.addresses:
        party |= _address(customer.addresses[0])
    party |= {"einvoicing_addr": "compta@client.example", "einvoicing_addr_schemeid": "EM"}
    siren = siren_of(customer)
    if _treatment(case) == "B2B":
        # The directory names a firm by its SIREN; without one Sellsy has nothing to look for.
        party |= {"einvoicing_addr": siren or "000000000", "einvoicing_addr_schemeid": "0225"}
    if siren:
        party |= {"legal_identifier": siren, "legal_identifier_schemeid": "0002"}
    if customer.siret:
        party["identifiers"] = {"0009": customer.siret}
    if customer.vat_number:
        party["vat_identifier"] = customer.vat_number
    return party


def _address(address: Address) -> dict[str, str]:
    named = {
        "addr_l1": address.street,
        "postcode": address.zip_code,
        "city": address.town,
        "country_code": address.country,
    }
    return {name: value for name, value in named.items() if value}


def _tax(line: DraftLine, case: Case) -> Tax:
    return next((tax for tax in case.taxes if tax.id == line.tax_id), Tax("", line.tax_rate, enabled=True))


def _category(tax: Tax) -> str:
    return tax.category or "S"


def _percent(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def _line(place: int, line: DraftLine, case: Case) -> dict[str, Any]:
    tax = _tax(line, case)
    made: dict[str, Any] = {
        "BT-126": str(place),
        "BT-153": line.name.strip() or NOTHING,
        "BT-129": f"{line.quantity:f}",
        "BT-130": case.units.get(line.unit, code_of(line.unit) or line.unit) or NOTHING,
        "BT-146": f"{line.unit_price:f}",
        "BT-131": str(line.total),
        "BT-151": _category(tax),
        "BT-152": _percent(line.tax_rate),
    }
    if line.text:
        made["BT-154"] = line.text
    if _category(tax) == "O":
        del made["BT-152"]
    off = (line.quantity * line.unit_price).quantize(CENT, ROUND_HALF_UP) - line.total
    if off:
        made["BG-27"] = [{"amount": str(off), "reason": "Remise"}]
    if line.product is not None and line.product.kind is Kind.ITEM:
        made["BT-155"] = line.product.id
    return made


def _taxes(case: Case) -> Iterator[dict[str, str]]:
    sums: dict[tuple[str, Decimal, str], Decimal] = {}
    for line in case.draft.billed:
        tax = _tax(line, case)
        key = (_category(tax), line.tax_rate, tax.exemption or "")
        sums[key] = sums.get(key, Decimal(0)) + line.total
    for (category, rate, exemption), base in sums.items():
        made = {
            "BT-116": str(base.quantize(CENT)),
            "BT-117": str((base * rate / 100).quantize(CENT, ROUND_HALF_UP)),
            "BT-118": category,
            "BT-119": _percent(rate),
        }
        if exemption:
            made["BT-121"] = exemption
        if category == "O":
            del made["BT-119"]
        yield made
