"""Drafts as an office meets them, each ready for an e-invoice, and the same with one thing wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import Customer, SellsyAccount, Tax, WorkPlace
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.rules.einvoicing import LEGAL_RATES, Places
from simonsync.rules.units import COMMON_CODES
from tests.builders import address, customer

ACCOUNT = SellsyAccount("42", "Électricité Moreau", "EUR", "FR")
UNITS = {"unité": "C62", "h": "HUR", "m": "MTR", "forfait": "LS", "km": "KMT"}
RATES = {f"r{rate}": Tax(f"r{rate}", rate, enabled=True, category="S") for rate in LEGAL_RATES if rate}
ZERO = {
    "E": Tax("E", Decimal(0), enabled=True, category="E", exemption="VATEX-EU-132-1I"),
    "AE": Tax("AE", Decimal(0), enabled=True, category="AE", exemption="VATEX-EU-AE"),
    "K": Tax("K", Decimal(0), enabled=True, category="K", exemption="VATEX-EU-IC"),
    "G": Tax("G", Decimal(0), enabled=True, category="G", exemption="VATEX-EU-G"),
    "O": Tax("O", Decimal(0), enabled=True, category="O", exemption="VATEX-EU-O"),
    "Z": Tax("Z", Decimal(0), enabled=True, category="Z"),
}
WHY = Message(kinds.LINE_DEFAULT_PRODUCT)


@dataclass(frozen=True)
class Case:
    """A draft with all that the rules are told.

    Attributes:
        broken: the rule that it breaks and that the platform would refuse it for; "" = it is ready.
        ours: why the official schematrons let it pass all the same; "" = they do not.
    """

    name: str
    draft: DraftInvoice
    customer: Customer
    places: Places = field(default_factory=Places)
    taxes: tuple[Tax, ...] = (*RATES.values(), *ZERO.values())
    units: Mapping[str, str] = field(default_factory=lambda: UNITS)
    account: SellsyAccount = ACCOUNT
    broken: str = ""
    ours: str = ""

    def but(self, name: str, rule: str, ours: str = "", /, **changes: Any) -> Case:
        return replace(self, name=f"{self.name}, {name}", broken=rule, ours=ours, **changes)

    def with_lines(self, *lines: DraftLine) -> DraftInvoice:
        return replace(self.draft, lines=lines)


def line(price: str = "31.91", quantity: str = "2", **changes: Any) -> DraftLine:
    values: dict[str, Any] = {
        "kind": LineKind.ITEM,
        "source": "used_item:1",
        "why": WHY,
        "text": "Interrupteur différentiel",
        "name": "DIFF-40A",
        "product": sellsy_key(Kind.ITEM, "41"),
        "quantity": Decimal(quantity),
        "unit": "unité",
        "unit_price": Decimal(price),
        "tax_id": "r20",
        "tax_rate": Decimal(20),
    }
    return DraftLine(**{**values, **changes})


def hours(quantity: str = "1.25", **changes: Any) -> DraftLine:
    service = {"source": "work_time", "name": "SER001", "text": "Temps de travail", "unit": "h"}
    return line("55", quantity, product=sellsy_key(Kind.SERVICE, "7"), **{**service, **changes})


def free(text: str, price: str = "12", **changes: Any) -> DraftLine:
    return line(price, kind=LineKind.FREE, product=None, name=text, text="", **changes)


def taxed(tax: Tax, **changes: Any) -> DraftLine:
    return line(tax_id=tax.id, tax_rate=tax.rate, **changes)


COMMENT = DraftLine(LineKind.COMMENT, "description", WHY, text="Tableau remplacé")


def case(name: str, *lines: DraftLine, who: Customer | None = None, **changes: Any) -> Case:
    draft_changes = {key: changes.pop(key) for key in ("reference", "delivery") if key in changes}
    draft = DraftInvoice(
        work_order_id="123",
        number="4711",
        marker="0123456789AB",
        customer=sellsy_key(Kind.CUSTOMER, "7"),
        subject="Bon de travail 4711 [SS-0123456789AB]",
        lines=lines,
        service_from=date(2026, 11, 20),
        service_until=date(2026, 11, 23),
    )
    return Case(name, replace(draft, **draft_changes), who or customer(), **changes)


def lives(**where: Any) -> Customer:
    return customer(addresses=(address(1, **where),))


def abroad(country: str, vat: str = "") -> Customer:
    return replace(lives(country=country), siren="", siret="", vat_number=vat)


PERSON = customer(name="Lucas Bernard", person=True, siren="", siret="", vat_number="")
SITE = address(2, name="Entrepôt", street="3 rue de l'Industrie", zip_code="69200", town="Vénissieux")
SITE_PLACE = Places(WorkPlace("55", "Entrepôt", SITE.street, "", SITE.zip_code, SITE.town, "FR", "900"), SITE)


def ready() -> Iterator[Case]:
    """Give drafts that nothing is wrong with."""
    yield case("articles and time", COMMENT, line(), hours())
    yield case("time alone", hours(), hours("0.83", source="travel_time", name="SER002"))
    yield case("a reference", line(), reference="4711 / Commande 12")
    yield case("a credit by quantity", line(), line(quantity="-1"))
    yield case("a line for nothing", line("0"), hours())
    yield case("a free line with a price", free("Gaine récupérée"), hours())
    yield case("a free line alone", free("Petit matériel"))
    yield case("a discount in per cent", line(discount=Decimal("12.5")), hours())
    yield case("a discount in euros", line(discount=Decimal("3.50"), discount_unit="amount"))
    yield case("a spread discount", line(discount=Decimal("14.285714")), hours(discount=Decimal("14.285714")))
    yield case("a price kept with tax", line("20.833333", "3"))
    yield case("a quarter of an hour in four decimals", hours("0.2500"), hours("0.3333"))
    yield case("a long list", *(line(f"{number}.07", str(number)) for number in range(1, 41)))
    yield case("two rates", line(), taxed(RATES["r10"]), hours())
    yield case("three rates", line(), taxed(RATES["r10"]), taxed(RATES["r5.5"]))
    yield case("a rate and an exemption", line(), taxed(ZERO["E"]))
    for rate in sorted(RATES.values(), key=lambda tax: tax.rate):
        yield case(f"{rate.rate} %", taxed(rate), hours(tax_id=rate.id, tax_rate=rate.rate))
    for unit in ("unité", "h", "m", "forfait", "km"):
        yield case(f"the unit {unit}", line(unit=unit))
    for text, code in (("kg", "KGM"), ("m²", "MTK"), ("litre", "LTR"), ("jour", "DAY"), ("rouleau", "XRO")):
        yield case(f"the unit {text}, whose code we guess", line(unit=text), units={})
        yield case(f"a unit of its own name with the code {code}", line(unit="x"), units={"x": code})
    for code in sorted(COMMON_CODES):
        yield case(f"the unit code {code}", line(unit="x"), units={"x": code})
    yield case("a person", line(), hours(), who=PERSON)
    for country, vat in (("BE", "BE0403170701"), ("DE", "DE136695976"), ("CH", ""), ("US", ""), ("GB", "")):
        yield case(f"a customer in {country}", line(), hours(), who=abroad(country, vat))
    for country in ("RE", "GP", "MQ"):
        yield case(f"a customer in {country} at 8.5 %", taxed(RATES["r8.5"]), who=lives(country=country))
        yield case(f"a customer in {country} whose address says FR", taxed(RATES["r8.5"]), who=lives())
    for country in ("GF", "YT"):
        yield case(f"a customer in {country} without VAT", taxed(ZERO["E"]), who=lives(country=country))
    yield case("reverse charge", taxed(ZERO["AE"]), hours(tax_id="AE", tax_rate=Decimal(0)))
    yield case("reverse charge and a rate", taxed(ZERO["AE"]), line())
    yield case("reverse charge by SIREN", taxed(ZERO["AE"]), who=customer(vat_number=""))
    yield case("within the Union", taxed(ZERO["K"]), who=abroad("BE", "BE0403170701"))
    yield case("export", taxed(ZERO["G"]), who=abroad("CH"))
    yield case("outside VAT", taxed(ZERO["O"]), who=abroad("US"))
    yield case("zero rated", taxed(ZERO["Z"]))
    yield case("SIRET alone", line(), who=customer(siren=""))
    yield case("SIREN alone", line(), who=customer(siret=""))
    yield case("numbers in groups", line(), who=customer(siren="732 829 320", siret=""))
    yield case("a delivery address", line(), places=SITE_PLACE, delivery=SITE.key)
    yield case("services elsewhere", hours(), places=SITE_PLACE)


Break = Callable[[Case], Case | None]


def _first(base: Case, **changes: Any) -> DraftInvoice:
    """Change the first line that is billed."""
    number = next(n for n, each in enumerate(base.draft.lines) if each.kind is not LineKind.COMMENT)
    lines = list(base.draft.lines)
    lines[number] = replace(lines[number], **changes)
    return base.with_lines(*lines)


def _is_b2b(base: Case) -> bool:
    return (
        not base.customer.person and base.customer.vat_number[:2] in {"FR", ""} and bool(base.customer.siren)
    )


def _no_siren(base: Case) -> Case | None:
    who = replace(base.customer, siren="", siret="", vat_number=base.customer.vat_number or "FR44732829320")
    return base.but("no SIREN", "EI-01", customer=who) if _is_b2b(base) else None


def _short_siren(base: Case) -> Case | None:
    who = replace(base.customer, siren="73282932", siret="")
    return base.but("a SIREN of eight digits", "EI-02", customer=who) if _is_b2b(base) else None


def _wrong_siren(base: Case) -> Case | None:
    who = replace(base.customer, siren="732829321", siret="")
    ours = (
        "the schematron counts the digits of a SIREN and does not check the last one; the directory has none"
    )
    return base.but("a wrong digit in the SIREN", "EI-02", ours, customer=who) if _is_b2b(base) else None


def _other_siret(base: Case) -> Case | None:
    who = replace(base.customer, siret="44306184100047")
    return base.but("another firm's SIRET", "EI-02", customer=who) if _is_b2b(base) else None


def _country(base: Case) -> Case | None:
    where = replace(base.customer.addresses[0], country="FRANCE")
    return base.but("a country in words", "EI-05", customer=replace(base.customer, addresses=(where,)))


def _no_country(base: Case) -> Case | None:
    if not base.customer.siren:
        return None
    where = replace(base.customer.addresses[0], country="")
    return base.but("no country", "EI-05", customer=replace(base.customer, addresses=(where,)))


def _no_delivery_country(base: Case) -> Case | None:
    site = replace(SITE, country="")
    places = Places(SITE_PLACE.work, site)
    draft = replace(base.draft, delivery=site.key)
    return base.but("a delivery address without country", "EI-07", draft=draft, places=places)


def _unit(code: str) -> Break:
    def broken(base: Case) -> Case | None:
        draft = _first(base, unit="x")
        return base.but(f"the unit code “{code}”", "EI-09", draft=draft, units={**base.units, "x": code})

    return broken


def _illegal_rate(base: Case) -> Case | None:
    tax = Tax("r19", Decimal(19), enabled=True, category="S")
    draft = _first(base, tax_id=tax.id, tax_rate=tax.rate)
    if "O" in {each.tax_id for each in base.draft.lines}:
        return None
    return base.but("19 %", "EI-11", draft=draft, taxes=(*base.taxes, tax))


def _no_reason(base: Case) -> Case | None:
    tax = Tax("E0", Decimal(0), enabled=True, category="E", exemption="")
    if "O" in {each.tax_id for each in base.draft.lines}:
        return None
    draft = _first(base, tax_id=tax.id, tax_rate=tax.rate)
    return base.but("exempt without a reason", "EI-12", draft=draft, taxes=(*base.taxes, tax))


def _zero_as_a_rate(base: Case) -> Case | None:
    tax = Tax("S0", Decimal(0), enabled=True, category="S")
    if "O" in {each.tax_id for each in base.draft.lines}:
        return None
    draft = _first(base, tax_id=tax.id, tax_rate=tax.rate)
    return base.but("the old rate of 0 %", "EI-12", draft=draft, taxes=(*base.taxes, tax))


def _nobody_owes(base: Case) -> Case | None:
    if not {"AE", "K"} & {each.tax_id for each in base.draft.lines}:
        return None
    who = replace(base.customer, siren="", siret="", vat_number="", person=True)
    return base.but("a buyer without numbers", "EI-13", customer=who)


def _refused_by_sellsy(base: Case) -> Case | None:
    taxes = tuple(replace(tax, compliant=False) for tax in base.taxes)
    ours = "Sellsy itself refuses the rate; the document does not show that"
    return base.but("a rate that Sellsy does not take", "EI-11", ours, taxes=taxes)


BREAKS: tuple[Break, ...] = (
    _no_siren,
    _country,
    _unit("heure"),
    lambda base: base.but("a price below 0", "EI-15", draft=_first(base, unit_price=Decimal(-5))),
    _illegal_rate,
    _other_siret,
    lambda base: base.but(
        "a price of seven decimals", "EI-16", draft=_first(base, unit_price=Decimal("1.2345678"))
    ),
    _no_reason,
    _no_country,
    lambda base: base.but("five decimals", "EI-17", draft=_first(base, quantity=Decimal("0.12345"))),
    _short_siren,
    _unit("H"),
    lambda base: base.but("a line without a name", "EI-14", draft=_first(base, name=" ")),
    _no_delivery_country,
    lambda base: base.but("nothing to bill", "EI-18", draft=base.with_lines(COMMENT)),
    _zero_as_a_rate,
    _unit("hur"),
    _wrong_siren,
    _unit(""),
    _nobody_owes,
    _refused_by_sellsy,
)


def pairs() -> Iterator[tuple[Case, Case]]:
    """Give each draft that is ready, with twins of it that are not: two of the breaks that fit, in turn."""
    for turn, good in enumerate(ready()):
        fitting = [(n, twin) for n, each in enumerate(BREAKS) if (twin := each(good)) is not None]
        chosen = [twin for n, twin in fitting if n in {turn % len(BREAKS), (turn + 7) % len(BREAKS)}]
        overseas = good.customer.addresses[0].country != "FR"
        always = {"EI-13", "EI-01"} if overseas else {"EI-13"}
        chosen += [twin for _, twin in fitting if twin.broken in always and twin not in chosen]
        for twin in chosen or [fitting[turn % len(fitting)][1]]:
            yield good, twin


PAIRS = tuple(pairs())
CASES = {each.name: each for pair in PAIRS for each in pair}
