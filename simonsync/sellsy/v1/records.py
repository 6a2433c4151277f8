"""Records of Sellsy v1 as records of the domain, and a draft invoice as the parameters of its creation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Key, Kind, quote_row_key, sellsy_key
from simonsync.domain.records import (
    Address,
    Customer,
    Document,
    DocumentHead,
    DocumentRow,
    Product,
    Quote,
    QuoteHead,
    QuoteRow,
    QuoteRowKind,
    StoredFile,
    Tax,
)
from simonsync.sellsy.v1.wire import (
    Raw,
    as_html,
    decimal,
    identity,
    members,
    moment,
    number,
    plain,
    text,
    yes,
)

TAG = "simonsync"
"""The one tag of our documents, by which Sellsy can list them."""

_ROW_KINDS = {kind.value: kind for kind in QuoteRowKind if kind is not QuoteRowKind.OTHER}
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def tax(record: Raw) -> Tax:
    """Read a VAT rate."""
    return Tax(text(record, "id"), decimal(record, "value"), yes(record, "isEnabled", default=True))


def product(record: Raw, kind: Kind) -> Product:
    """Read a product or service, or one of their declinations."""
    declination = identity(record, "declid") or identity(record, "decl_id")
    record_id = text(record, "id")
    return Product(
        key=sellsy_key(kind, f"{record_id}_{declination}" if declination else record_id),
        reference=text(record, "name"),
        name=text(record, "tradename"),
        unit=text(record, "unit"),
        unit_price=decimal(record, "unitAmount"),
        price_includes_tax=not yes(record, "unitAmountIsTaxesFree", default=True),
        tax_id=identity(record, "taxid"),
        tax_rate=decimal(record, "taxrate"),
        category=identity(record, "categoryid"),
        archived=not yes(record, "actif", default=True),
    )


def address(record: Raw, address_id: str) -> Address:
    """Read an address; the lines after the first become one."""
    lines = (text(record, f"part{place}") for place in (2, 3, 4))
    return Address(
        key=sellsy_key(Kind.ADDRESS, address_id),
        name=text(record, "name"),
        street=text(record, "part1"),
        second_line=", ".join(line for line in lines if line),
        zip_code=text(record, "zip"),
        town=text(record, "town"),
        state=text(record, "state"),
        country=text(record, "countrycode").upper(),
    )


def customer_address(record: Raw) -> tuple[Key, Address] | None:
    """Read an address of the list of all addresses; None where it is not a customer's own."""
    if text(record, "linkedtype") != "third":
        return None
    return sellsy_key(Kind.CUSTOMER, text(record, "linkedid")), address(record, text(record, "id"))


def listed_customer(record: Raw, default_category: str) -> Customer:
    """Read a customer of the list: only its main address is there, without the third and fourth line."""
    inline = {name.removeprefix("addr_"): value for name, value in record.items() if name.startswith("addr_")}
    main_id = identity(record, "mainaddressid")
    main = address(inline, main_id) if main_id else None
    return Customer(
        **_customer(record, record, default_category),
        main_address=main.key if main else None,
        addresses=(main,) if main else (),
    )


def single_customer(response: Raw, default_category: str, *, prospect: bool) -> Customer:
    """Read a customer by itself, with all its addresses; which of them is the main one is not told."""
    head = _mapping(response.get("client")) or _mapping(response.get("prospect"))
    person = next((record for _, record in members({"contact": response.get("contact")})), {})
    details = _mapping(response.get("corporation")) or person
    addresses = [address(record, text(record, "id")) for _, record in members(response.get("address") or [])]
    return Customer(
        **{**_customer(head, details, default_category), "prospect": prospect},
        addresses=tuple(addresses),
    )


def _customer(head: Raw, details: Raw, default_category: str) -> dict[str, Any]:
    category = identity(head, "rateCategory")
    is_person = text(head, "type") == "person"
    name = (text(head, "fullName") if is_person else "") or text(head, "name") or text(details, "name")
    return {
        "key": sellsy_key(Kind.CUSTOMER, text(head, "id")),
        "name": name,
        "number": text(head, "ident"),
        "email": text(details, "email"),
        "phone": text(details, "tel"),
        "mobile": text(details, "mobile"),
        "vat_number": text(details, "vat"),
        "archived": not yes(head, "actif", default=True),
        "prospect": text(head, "relationType") == "prospect",
        "price_category": "" if category in {"", default_category} else category,
    }


def document_head(record: Raw, zone: tzinfo, currencies: Mapping[str, str]) -> DocumentHead:
    """Read an invoice as the list shows it."""
    return DocumentHead(
        id=text(record, "id"),
        number=text(record, "ident"),
        step=text(record, "step"),
        customer=sellsy_key(Kind.CUSTOMER, text(record, "thirdid")),
        subject=plain(text(record, "subject")),
        total=decimal(record, "totalAmountTaxesFree"),
        currency=currencies.get(text(record, "currencyid"), ""),
        created_at=moment(record, "created", zone),
    )


def document(record: Raw, zone: tzinfo, currencies: Mapping[str, str]) -> Document:
    """Read an invoice with its rows, in the order people see."""
    return Document(
        head=document_head(record, zone, currencies),
        rows=tuple(_document_row(row) for row in _rows(record)),
        total_before_tax=decimal(record, "totalAmountTaxesFree"),
    )


def _rows(record: Raw) -> list[Raw]:
    rows = [row for _, row in members(_mapping(record.get("map")).get("rows"))]
    return sorted(rows, key=lambda row: decimal(row, "rank"))


def _document_row(row: Raw) -> DocumentRow:
    return DocumentRow(
        kind=text(row, "type"),
        linked_id=text(row, "linkedid"),
        declination_id=text(row, "declid") or "0",
        text=plain(text(row, "notes") or text(row, "name")),
        quantity=decimal(row, "qt"),
        unit_price=decimal(row, "unitAmount"),
        tax_id=text(row, "taxid"),
        discount=decimal(row, "discount"),
    )


def quote_head(record: Raw, zone: tzinfo, currencies: Mapping[str, str]) -> QuoteHead:
    """Read a quote as the list shows it."""
    return QuoteHead(
        key=sellsy_key(Kind.QUOTE, text(record, "id")),
        number=text(record, "ident"),
        step=text(record, "step"),
        customer=sellsy_key(Kind.CUSTOMER, text(record, "thirdid")),
        subject=plain(text(record, "subject")),
        note=plain(text(record, "notes")),
        total=decimal(record, "totalAmountTaxesFree"),
        created_at=moment(record, "created", zone) or _BEGIN,
        currency=currencies.get(text(record, "currencyid"), ""),
    )


def quote(record: Raw, zone: tzinfo, currencies: Mapping[str, str]) -> Quote:
    """Read a quote with its rows. The address printed on it is a copy that names its original.

    Sellsy v1 gives no terms.
    """
    head = quote_head(record, zone, currencies)
    printed = _mapping(record.get("shipAddress")) or _mapping(record.get("thirdAddress"))
    original = identity(printed, "originalid")
    return Quote(
        head=head,
        rows=tuple(_quote_row(row, head.key) for row in _rows(record)),
        address=address(printed, original) if original else None,
    )


def _quote_row(row: Raw, of: Key) -> QuoteRow:
    kind = _ROW_KINDS.get(text(row, "type"), QuoteRowKind.OTHER)
    notes, name = plain(text(row, "notes")), plain(text(row, "name"))
    return QuoteRow(
        key=quote_row_key(of, text(row, "id")),
        kind=kind,
        rank=int(decimal(row, "rank")),
        reference=name if kind is QuoteRowKind.ITEM else "",
        text=(notes or name) if kind is QuoteRowKind.ITEM else (name or notes),
        quantity=decimal(row, "qt"),
        unit=text(row, "unitText"),
        unit_price=decimal(row, "unitAmount"),
        tax_id=identity(row, "taxid"),
        tax_rate=decimal(row, "taxrate"),
        discount=decimal(row, "discount"),
        discount_unit=text(row, "discountUnit") or "percent",
        option=yes(row, "isOption"),
        product=_linked_product(row) if kind is QuoteRowKind.ITEM else None,
    )


def _linked_product(row: Raw) -> Key | None:
    """Return the article that a row points at.

    A row does not tell products from services; their ids are of one number space, so the kind is left to who
    looks it up.
    """
    linked, declination = identity(row, "linkedid"), identity(row, "declid")
    if not linked:
        return None
    return sellsy_key(Kind.ITEM, f"{linked}_{declination}" if declination else linked)


def stored_file(record: Raw) -> StoredFile:
    """Read a file among the documents of a customer."""
    full, name, extension = (text(record, key) for key in ("file_fullname", "name", "extension"))
    size = text(record, "size")
    return StoredFile(
        id=text(record, "id"),
        name=full or (f"{name}.{extension}" if extension else name),
        size=int(size) if size.isdigit() else None,
    )


def creation(draft: DraftInvoice, today: datetime) -> dict[str, Any]:
    """Write a draft invoice as `Document.create` wants it: rows beside the document, ids as numbers.

    `today` is the day of sending in the account's zone. Amounts are texts: the number 0 counts as missing.
    """
    invoice: dict[str, Any] = {
        "doctype": "invoice",
        "thirdid": int(draft.customer.id),
        "subject": draft.subject,
        "tags": TAG,
        "displayedDate": int(today.timestamp()),
    }
    if draft.reference is not None:
        invoice["thirdident"] = draft.reference
    if draft.note is not None:
        invoice["notes"] = as_html(draft.note)
    rows = {str(place): _created_row(line) for place, line in enumerate(draft.lines, start=1)}
    return {"document": invoice, "row": rows}


def _created_row(line: DraftLine) -> dict[str, Any]:
    if line.kind is LineKind.COMMENT:
        return {"row_type": "comment", "row_comment": as_html(line.text)}
    row: dict[str, Any] = {
        "row_type": "once" if line.product is None else "item",
        "row_name": line.name,
        "row_notes": as_html(line.text),
        "row_unit": line.unit,
        "row_unitAmount": number(line.unit_price),
        "row_taxid": int(line.tax_id),
        "row_qt": number(line.quantity),
    }
    if line.product is not None:
        linked, _, declination = line.product.id.partition("_")
        row |= {"row_linkedid": int(linked), "row_declid": int(declination or 0)}
    if line.discount != Decimal(0):
        row |= {"row_discount": number(line.discount), "row_discountUnit": line.discount_unit}
    return row


def _mapping(value: object) -> Raw:
    return value if isinstance(value, Mapping) else {}
