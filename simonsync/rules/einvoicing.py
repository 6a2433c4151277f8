"""Would a draft pass as an e-invoice, once the office sends it? In France, between firms (EN 16931, BR-FR).

Our data is checked, not a document: what Sellsy adds (number, seller, terms, electronic addresses) is its own
matter. The rules have numbers of their own, which `docs/reference/einvoicing.md` lists with their sources.
An error would be refused by the platform; a warning lacks what the law asks for, or is likely wrong. Where
Sellsy's API does not tell the code of a unit or the kind of a VAT, the rule is weaker: it warns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Kind
from simonsync.domain.records import Address, Customer, Product, SellsyAccount, Tax, WorkPlace
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, MessageKind, Severity
from simonsync.rules.text import folded, one_line
from simonsync.rules.units import COMMON_CODES, HOUR, code_of
from simonsync.settings.declaration import Einvoicing, Settings

RULE_OF: Mapping[MessageKind, str] = {
    kinds.EI_SIREN_MISSING: "EI-01",
    kinds.EI_SIREN_INVALID: "EI-02",
    kinds.EI_SIRET_INVALID: "EI-02",
    kinds.EI_VAT_MISSING: "EI-03",
    kinds.EI_VAT_WRONG: "EI-03",
    kinds.EI_E_REPORTING: "EI-04",
    kinds.EI_COUNTRY_UNKNOWN: "EI-05",
    kinds.EI_ADDRESS_INCOMPLETE: "EI-06",
    kinds.EI_DELIVERY_MISSING: "EI-07",
    kinds.EI_DELIVERY_INCOMPLETE: "EI-07",
    kinds.EI_DELIVERY_WITHOUT_COUNTRY: "EI-07",
    kinds.EI_CATEGORY_UNCLEAR: "EI-08",
    kinds.EI_UNIT_REFUSED: "EI-09",
    kinds.EI_UNIT_UNSURE: "EI-09",
    kinds.EI_TIME_UNIT: "EI-10",
    kinds.EI_RATE_UNKNOWN: "EI-11",
    kinds.EI_TAX_REFUSED: "EI-11",
    kinds.EI_EXEMPTION_MISSING: "EI-12",
    kinds.EI_EXEMPTION_UNSURE: "EI-12",
    kinds.EI_REVERSE_CHARGE: "EI-13",
    kinds.EI_LINE_WITHOUT_NAME: "EI-14",
    kinds.EI_LINE_UNCLEAR: "EI-14",
    kinds.EI_PRICE_NEGATIVE: "EI-15",
    kinds.EI_PRICE_DECIMALS: "EI-16",
    kinds.EI_QUANTITY_DECIMALS: "EI-17",
    kinds.EI_NO_PRICED_LINE: "EI-18",
    kinds.EI_SERVICE_DATE_MISSING: "EI-19",
    kinds.EI_SERVICE_DATES_REVERSED: "EI-19",
    kinds.EI_CURRENCY: "EI-20",
    kinds.EI_REFERENCE_LONG: "EI-21",
}
"""The rule that a finding belongs to."""

_RATES = "0 0.9 1.05 1.75 2.1 5.5 7 8.5 9.2 9.6 10 13 19.6 20 20.6"  # BR-FR-16
_TOLD_BY = {
    kinds.DRAFT_WITHOUT_LINES: kinds.EI_NO_PRICED_LINE,
    kinds.FREE_LINE_PRICE_MISSING: kinds.EI_CATEGORY_UNCLEAR,
}
"""Warnings of a draft that have people look at the same already."""

LEGAL_RATES = frozenset(map(Decimal, _RATES.split()))
"""The VAT rates of France, in per cent, those of the overseas departments and of former years included."""

FRENCH = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT"})
"""France with its overseas departments, whose firms have a SIREN as well; Sellsy may use either code."""

_COUNTRY_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""  # ISO 3166-1 alpha-2
_COUNTRIES = frozenset(_COUNTRY_CODES.split())
_EXEMPT = frozenset({"E", "AE", "K", "G", "O"})
"""Kinds of VAT with a rate of 0 that need a reason (UNTDID 5305)."""
_PRICE_DECIMALS, _QUANTITY_DECIMALS, _REFERENCE_LENGTH = 6, 4, 100
_CODE = re.compile(r"[A-Z0-9]{2,3}")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the work was done.

    Attributes:
        work: the work address as Simon has it; None where the work order has none.
        sellsy: the address of this customer in Sellsy that it stands for; None where it is none of those.
    """

    work: WorkPlace | None = None
    sellsy: Address | None = None


def checked(
    draft: DraftInvoice,
    customer: Customer,
    places: Places,
    settings: Settings,
    taxes: Sequence[Tax],
    units: Mapping[str, str],
    account: SellsyAccount,
) -> DraftInvoice | Message:
    """Say on a draft where the goods went, and what an e-invoice made of it would lack, as the settings wish.

    One that would be refused is held where they are strict: then the reason is returned.
    """
    elsewhere = has_goods(draft.lines) and is_elsewhere(customer, places)
    if settings.delivery_address and elsewhere and places.sellsy is not None:
        draft = replace(draft, delivery=places.sellsy.key)
    mode = settings.einvoicing.in_force(account.country)
    if mode is Einvoicing.OFF:
        return draft
    found = findings(draft, customer, places, taxes, units, account)
    if mode is Einvoicing.STRICT and (errors := refused(found)):
        return Message(kinds.EINVOICE_REFUSED, {"number": draft.number}, errors)
    draft = replace(draft, findings=found)
    told = [_TOLD_BY.get(warning.kind) for warning in draft.warnings]
    mend = tuple(each for each in to_mend(found) if each.kind not in told)
    if not mend:
        return draft
    rules = ", ".join(sorted({RULE_OF[each.kind] for each in mend}))
    counted = {"number": draft.number, "count": str(len(mend)), "rules": rules}
    return replace(draft, warnings=(*draft.warnings, Message(kinds.EINVOICE_NOT_READY, counted)))


def findings(
    draft: DraftInvoice,
    customer: Customer,
    places: Places,
    taxes: Sequence[Tax],
    units: Mapping[str, str],
    account: SellsyAccount,
) -> tuple[Message, ...]:
    """Return what an e-invoice made of a draft would lack, each finding once.

    `units` maps unit texts to their UN/ECE codes, as far as Sellsy tells them.
    """
    by_id = {tax.id: tax for tax in taxes}
    found = [*customer_findings(customer, account)]
    for place, line in enumerate(draft.lines, start=1):
        if line.kind is not LineKind.COMMENT:
            found += _line_findings(line, place, by_id.get(line.tax_id), units)
    found += _reverse_charge(draft, customer, by_id)
    found += _delivery_findings(draft, customer, places)
    if not draft.billed:
        found.append(Message(kinds.EI_NO_PRICED_LINE))
    if draft.service_from is None or draft.service_until is None:
        found.append(Message(kinds.EI_SERVICE_DATE_MISSING))
    elif draft.service_until < draft.service_from:
        found.append(Message(kinds.EI_SERVICE_DATES_REVERSED))
    # Without the right to read currencies there is only an id of Sellsy's: nothing is known of it.
    if account.currency.isalpha() and account.currency != "EUR":
        found.append(Message(kinds.EI_CURRENCY, {"currency": account.currency}))
    if draft.reference and len(draft.reference) > _REFERENCE_LENGTH:
        found.append(Message(kinds.EI_REFERENCE_LONG))
    return tuple(dict.fromkeys(found))


def refused(found: Sequence[Message]) -> tuple[Message, ...]:
    """Return the findings for which the platform would refuse the invoice."""
    return tuple(each for each in found if each.kind.severity is Severity.ERROR)


def to_mend(found: Sequence[Message]) -> tuple[Message, ...]:
    """Return the findings that somebody has to do something about."""
    return tuple(each for each in found if each.kind.severity is not Severity.INFO)


# --- the customer ---------------------------------------------------------------------------------


def customer_findings(customer: Customer, account: SellsyAccount) -> Iterator[Message]:
    """Say what an e-invoice to this customer would lack, whatever is on it."""
    name = {"name": one_line(customer.name)}
    main = customer.invoiced_at
    # Where Sellsy does not say which of several is the main one, one that is complete will do.
    addresses = customer.addresses if main is None else (main,)
    countries = [each.country.upper() for each in addresses if each.country.strip()] or [""]
    if customer.person or not any((country or account.country.upper()) in FRENCH for country in countries):
        yield Message(kinds.EI_E_REPORTING, name)
    else:
        yield from _number_findings(customer, name)
    if not _COUNTRIES.intersection(countries):
        yield Message(kinds.EI_COUNTRY_UNKNOWN, {**name, "country": countries[0] or "–"})
    if not any(map(_is_complete, addresses)):
        yield Message(kinds.EI_ADDRESS_INCOMPLETE, name)


def _is_complete(address: Address) -> bool:
    return all(part.strip() for part in (address.street, address.zip_code, address.town))


def _number_findings(customer: Customer, name: Mapping[str, str]) -> Iterator[Message]:
    from stdnum.fr import siren as sirens
    from stdnum.fr import siret as sirets

    siret = _compact(customer.siret)
    siren = siren_of(customer)
    if not siren:
        yield Message(kinds.EI_SIREN_MISSING, name)
    elif customer.siren.strip() and not sirens.is_valid(siren):
        yield Message(kinds.EI_SIREN_INVALID, {**name, "siren": siren})
    # Where the SIREN comes from the SIRET, one of the two is told.
    if siret and not (sirets.is_valid(siret) and siret.startswith(siren)):
        yield Message(kinds.EI_SIRET_INVALID, {**name, "siret": siret})
    vat = _compact(customer.vat_number).upper()
    if not vat:
        yield Message(kinds.EI_VAT_MISSING, name)
    elif sirens.is_valid(siren):
        expected = f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"
        if vat != expected:
            yield Message(kinds.EI_VAT_WRONG, {**name, "vat": vat, "expected": expected})


def siren_of(customer: Customer) -> str:
    """Return the SIREN of a company: its own, else the beginning of its SIRET; "" where it has neither."""
    return _compact(customer.siren) or _compact(customer.siret)[:9]


def _compact(number: str) -> str:
    return re.sub(r"[\s.\-]", "", number)


# --- lines and articles ---------------------------------------------------------------------------


def _line_findings(
    line: DraftLine, place: int, tax: Tax | None, units: Mapping[str, str]
) -> Iterator[Message]:
    name = {"line": one_line(line.name) or str(place)}
    if not line.name.strip():
        yield Message(kinds.EI_LINE_WITHOUT_NAME, name)
    elif line.name == "–" or (line.kind is LineKind.ITEM and not line.text.strip()):
        yield Message(kinds.EI_LINE_UNCLEAR, name)
    if line.kind is LineKind.FREE:
        yield Message(kinds.EI_CATEGORY_UNCLEAR, name)
    yield from _unit_findings(line.unit, name, units)
    if line.source in {"work_time", "travel_time"} and (units.get(line.unit) or code_of(line.unit)) != HOUR:
        yield Message(kinds.EI_TIME_UNIT, {**name, "unit": line.unit or "–"})
    yield from _tax_findings(line.tax_rate, name, tax)
    yield from _price_findings(line.unit_price, name)
    if _decimals(line.quantity) > _QUANTITY_DECIMALS:
        yield Message(kinds.EI_QUANTITY_DECIMALS, {**name, "quantity": f"{line.quantity.normalize():f}"})


def product_findings(
    product: Product, price: Decimal, taxes: Sequence[Tax], units: Mapping[str, str]
) -> Iterator[Message]:
    """Say what a line with this article would lack; `price` is the one before tax.

    An article without a unit or a VAT of its own gets the account's on a draft.
    """
    name = {"line": one_line(product.reference or product.name)}
    if not product.reference.strip():
        yield Message(kinds.EI_LINE_WITHOUT_NAME, name)
    elif not product.name.strip():
        yield Message(kinds.EI_LINE_UNCLEAR, name)
    if product.unit:
        yield from _unit_findings(product.unit, name, units)
    tax = next((tax for tax in taxes if tax.id == product.tax_id), None)
    if product.tax_id:
        yield from _tax_findings(product.tax_rate, name, tax)
        if tax is not None and not tax.enabled:
            yield Message(kinds.EI_TAX_REFUSED, {**name, "rate": f"{product.tax_rate.normalize():f}"})
    yield from _price_findings(price, name)


def _unit_findings(unit: str, name: Mapping[str, str], units: Mapping[str, str]) -> Iterator[Message]:
    code = units.get(unit)
    if not unit.strip() or (code is not None and not _CODE.fullmatch(code)):
        yield Message(kinds.EI_UNIT_REFUSED, {**name, "unit": unit or "–"})
    elif (code or code_of(unit)) not in COMMON_CODES:
        yield Message(kinds.EI_UNIT_UNSURE, {**name, "unit": unit})


def _tax_findings(rate: Decimal, name: Mapping[str, str], tax: Tax | None) -> Iterator[Message]:
    shown = {**name, "rate": f"{rate.normalize():f}"}
    if rate not in LEGAL_RATES:
        yield Message(kinds.EI_RATE_UNKNOWN, shown)
    if tax is None or tax.compliant is False:
        yield Message(kinds.EI_TAX_REFUSED, shown)
    if rate or tax is None:
        return
    if tax.category is None:
        yield Message(kinds.EI_EXEMPTION_UNSURE, name)
    elif tax.category != "Z" and (tax.category not in _EXEMPT or not tax.exemption):
        yield Message(kinds.EI_EXEMPTION_MISSING, name)


def _price_findings(price: Decimal, name: Mapping[str, str]) -> Iterator[Message]:
    shown = {**name, "price": f"{price.normalize():f}"}
    if price < 0:
        yield Message(kinds.EI_PRICE_NEGATIVE, shown)
    if _decimals(price) > _PRICE_DECIMALS:
        yield Message(kinds.EI_PRICE_DECIMALS, shown)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _reverse_charge(draft: DraftInvoice, customer: Customer, taxes: Mapping[str, Tax]) -> Iterator[Message]:
    """Say where the buyer owes the VAT and has no number: one of the two at home, that of the VAT abroad."""
    categories = {taxes[line.tax_id].category for line in draft.billed if line.tax_id in taxes}
    named = {"K": customer.vat_number.strip(), "AE": customer.vat_number.strip() or siren_of(customer)}
    if any(not number for category, number in named.items() if category in categories):
        yield Message(kinds.EI_REVERSE_CHARGE, {"name": one_line(customer.name)})


def tax_findings(tax: Tax) -> Iterator[Message]:
    """Say why a rate of the account cannot stand on an e-invoice; one that is disabled is not used."""
    if tax.enabled:
        yield from _tax_findings(tax.rate, {"line": f"{tax.rate.normalize():f} %"}, tax)


def unit_findings(unit: str, units: Mapping[str, str]) -> Iterator[Message]:
    """Say why a unit of the account cannot stand on an e-invoice, or may not."""
    yield from _unit_findings(unit, {"line": unit}, units)


# --- where the goods went -------------------------------------------------------------------------


def has_goods(lines: Sequence[DraftLine]) -> bool:
    """Tell whether goods were delivered: any line with a product that is no service."""
    return any(line.product is not None and line.product.kind is Kind.ITEM for line in lines)


def is_elsewhere(customer: Customer, places: Places) -> bool:
    """Tell whether the work was done at another place than the customer's own address."""
    own = customer.invoiced_at
    work = places.work
    if work is None or (places.sellsy is not None and own is not None and places.sellsy.key == own.key):
        return False
    if own is None:
        return bool(work.street or work.town)

    def written(*parts: str) -> str:
        return folded(" ".join("".join(parts).split()))

    return written(own.street, own.zip_code, own.town) != written(work.street, work.zip_code, work.town)


def _delivery_findings(draft: DraftInvoice, customer: Customer, places: Places) -> Iterator[Message]:
    if draft.delivery is None:
        if has_goods(draft.lines) and is_elsewhere(customer, places) and places.work is not None:
            shown = places.work.name or places.work.street or places.work.town
            yield Message(kinds.EI_DELIVERY_MISSING, {"place": one_line(shown)})
        return
    address = places.sellsy or Address(draft.delivery)
    place = {"place": one_line(address.name or address.street or address.town or address.key.id)}
    if address.country.upper() not in _COUNTRIES:
        yield Message(kinds.EI_DELIVERY_WITHOUT_COUNTRY, place)
    if not _is_complete(address):
        yield Message(kinds.EI_DELIVERY_INCOMPLETE, place)
