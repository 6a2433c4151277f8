"""Records for tests: plausible by default, changed by keyword."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import (
    Address,
    Customer,
    Product,
    Quote,
    QuoteHead,
    QuoteRow,
    QuoteRowKind,
    SellsyAccount,
    Tax,
    TimeKind,
    TimeSheet,
    UsedItem,
    WorkOrder,
    WorkOrderHead,
    WorkPlace,
)
from simonsync.messages.render import Language
from simonsync.rules.invoice import Billing, Office

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

TWENTY = Tax("1", Decimal(20), enabled=True)
TEN = Tax("2", Decimal(10), enabled=True)


def office(**changes: Any) -> Office:
    values: dict[str, Any] = {
        "account": SellsyAccount("42", "Électricité Moreau", "EUR", "FR"),
        "taxes": (TEN, TWENTY),
        "units": ("unité", "h"),
        "language": Language.FR,
    }
    return Office(**{**values, **changes})


def service(reference: str, price: str, name: str = "", **changes: Any) -> Product:
    number = str(sum(map(ord, reference)))
    values: dict[str, Any] = {
        "key": sellsy_key(Kind.SERVICE, number),
        "reference": reference,
        "name": name or reference.title(),
        "unit": "h",
        "unit_price": Decimal(price),
        "tax_id": TWENTY.id,
        "tax_rate": TWENTY.rate,
    }
    return Product(**{**values, **changes})


def product(reference: str, price: str, name: str = "", **changes: Any) -> Product:
    number = str(sum(map(ord, reference)))
    return service(reference, price, name, key=sellsy_key(Kind.ITEM, number), unit="unité", **changes)


def address(number: int, **changes: Any) -> Address:
    values: dict[str, Any] = {
        "name": "",
        "street": f"{number} rue de la République",
        "zip_code": "69002",
        "town": "Lyon",
        "country": "FR",
    }
    return Address(sellsy_key(Kind.ADDRESS, number), **{**values, **changes})


def customer(record_id: int = 7, **changes: Any) -> Customer:
    main = address(1)
    values: dict[str, Any] = {
        "name": "Garage Dupont",
        "number": f"CLI-{record_id:05}",
        "siren": "732829320",
        "siret": "73282932000074",
        "vat_number": "FR44732829320",
        "main_address": main.key,
        "addresses": (main,),
    }
    return Customer(sellsy_key(Kind.CUSTOMER, record_id), **{**values, **changes})


def sheet(kind: TimeKind, minutes: float, number: str = "1") -> TimeSheet:
    return TimeSheet(number, kind, round(minutes * 60))


def used(number: int, quantity: str = "1", item_id: str = "", **changes: Any) -> UsedItem:
    values: dict[str, Any] = {"description": f"Article {number}"}
    return UsedItem(str(number), item_id, quantity=Decimal(quantity), **{**values, **changes})


def work_order(**changes: Any) -> WorkOrder:
    """An archived work order 4711 with Simon's Id 123 for Simon's customer 900."""
    head = WorkOrderHead("123", "4711", NOON, NOON, NOON)
    values: dict[str, Any] = {
        "customer_id": "900",
        "description": "Remplacer le tableau électrique",
        "place": WorkPlace("55", "Atelier", "3 quai Perrache", "", "69002", "Lyon", "FR", "900"),
    }
    return WorkOrder(head, **{**values, **changes})


def billing(**changes: Any) -> Billing:
    values: dict[str, Any] = {"customer": customer(), "customer_name": "Garage Dupont"}
    return Billing(**{**values, **changes})


def quote_row(rank: int, kind: QuoteRowKind = QuoteRowKind.ITEM, **changes: Any) -> QuoteRow:
    values: dict[str, Any] = {"text": f"Ligne {rank}", "quantity": Decimal(1), "unit_price": Decimal(10)}
    key = sellsy_key(Kind.QUOTE_ROW, f"77:row:{rank}")
    return QuoteRow(key, kind, rank, **{**values, **changes})


def quote(rows: tuple[QuoteRow, ...] = (), **changes: Any) -> Quote:
    """Quote D-2026-0077 (id 77) of customer 7."""
    values: dict[str, Any] = {
        "number": "D-2026-0077",
        "step": "accepted",
        "customer": sellsy_key(Kind.CUSTOMER, 7),
        "subject": "BDT Mise aux normes",
        "note": "Accès par la cour",
        "total": Decimal(100),
        "created_at": NOON,
    }
    terms = changes.pop("terms", "")
    return Quote(QuoteHead(sellsy_key(Kind.QUOTE, 77), **{**values, **changes}), rows, terms=terms)
