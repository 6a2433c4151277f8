"""What Sellsy v1 sends, as records of the domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from simonsync.domain.draft import LineKind
from simonsync.domain.key import Key, Kind, quote_row_key, sellsy_key
from simonsync.domain.records import (
    Address,
    CategoryPrice,
    ContactPerson,
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
from simonsync.sellsy.v1.draft import TAG
from simonsync.sellsy.v1.values import (
    Record,
    amount,
    keyed,
    members,
    moment,
    plain,
    record_id,
    section,
    text,
    yes,
)

_PERSON = "person"
_PROSPECT = "prospect"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tax(record: Record) -> Tax:
    """Read a VAT rate; `value` is in per cent."""
    return Tax(text(record["id"]), amount(record["value"]), text(record.get("isEnabled")) != "N")


def _archived(record: Record) -> bool:
    return text(record.get("actif")) == "N"


# --- customers ------------------------------------------------------------------------------------


def customer(record: Record, default_category: str) -> Customer:
    """Read a customer as the list shows it, which holds the main address only [3.2]."""
    name = record.get("fullName") if text(record.get("type")) == _PERSON else record.get("name")
    main = _main_address(record)
    return Customer(
        key=_customer_key(record.get("thirdid") or record["id"]),
        name=text(name) or text(record.get("name")),
        number=text(record.get("ident")),
        email=text(record.get("email")),
        phone=text(record.get("tel")),
        mobile=text(record.get("mobile")),
        vat_number=text(record.get("vat")),
        archived=_archived(record),
        prospect=text(record.get("relationType")) == _PROSPECT,
        price_category=_price_category(record, default_category),
        main_address=main.key if main else None,
        addresses=(main,) if main else (),
        contacts=_contacts(record, record),
        person=text(record.get("type")) == _PERSON,
        siren=text(record.get("siren")),
        siret=text(record.get("siret")),
    )


def customer_alone(response: Record, default_category: str, *, prospect: bool = False) -> Customer:
    """Read a customer as it is shown by itself, with all its own addresses [3.3].

    A company has `corporation` and `contacts`, a person `contact`; addresses of contacts are left alone.
    """
    third = section(response.get("client") or response.get("prospect"))
    details = section(response.get("corporation")) or section(response.get("contact"))
    contact = section(response.get("contact"))
    addresses = tuple(
        address(record)
        for record in members(response.get("address"))
        if text(record.get("linkedtype")) in {"", "third"} and _says_where(record)
    )
    main_id = record_id(third.get("mainaddressid")) or record_id(details.get("mainaddressid"))
    main = next((each.key for each in addresses if each.key.id == main_id), None)
    if text(third.get("type")) == _PERSON:
        forename_and_name = f"{text(contact.get('forename'))} {text(contact.get('name'))}"
        name = text(third.get("fullName") or contact.get("fullName") or forename_and_name)
    else:
        name = text(third.get("name") or details.get("name"))
    return Customer(
        key=_customer_key(third["id"]),
        name=name or text(third.get("name")),
        number=text(third.get("ident")),
        email=text(details.get("email") or third.get("email")),
        phone=text(details.get("tel") or third.get("tel")),
        mobile=text(details.get("mobile") or third.get("mobile")),
        vat_number=text(details.get("vat") or third.get("vat")),
        archived=_archived(third),
        prospect=prospect or text(third.get("relationType")) == _PROSPECT,
        # The list tells it for certain; of a customer by itself only some answers are known.
        price_category=_price_category(third, default_category) if "rateCategory" in third else None,
        main_address=main,
        addresses=addresses,
        contacts=_contacts(third, response),
        person=text(third.get("type")) == _PERSON,
        siren=text(details.get("siren") or third.get("siren")),
        siret=text(details.get("siret") or third.get("siret")),
    )


def _contacts(third: Record, holder: Record) -> tuple[ContactPerson, ...]:
    """Read who works for a company, the main one first; a person is nobody's contact but their own."""
    if text(third.get("type")) == _PERSON:
        return ()
    customer, main = _customer_key(third.get("thirdid") or third["id"]), record_id(third.get("maincontactid"))
    found = (
        ContactPerson(
            key=sellsy_key(Kind.CONTACT, text(record["id"])),
            customer=customer,
            name=f"{text(record.get('forename'))} {text(record.get('name'))}".strip(),
            function=text(record.get("position")),
            email=text(record.get("email")),
            phone=text(record.get("tel")),
            mobile=text(record.get("mobile")),
            main=text(record["id"]) == main,
        )
        for record in members(holder.get("contacts"))
    )
    return tuple(sorted(found, key=lambda person: (not person.main, len(person.key.id), person.key.id)))


def _customer_key(value: object) -> Key:
    return sellsy_key(Kind.CUSTOMER, text(value))


def _price_category(record: Record, default_category: str) -> str:
    category = record_id(record.get("rateCategory"))
    return "" if category == default_category else category


_PARTS = ("part1", "part2", "part3", "part4")


def _says_where(record: Record, prefix: str = "") -> bool:
    """Tell whether an address has anything that leads somewhere; a name or a country alone does not."""
    return any(text(record.get(prefix + part)) for part in (*_PARTS, "zip", "town"))


def _main_address(record: Record) -> Address | None:
    main_id = record_id(record.get("mainaddressid"))
    if not main_id or not _says_where(record, "addr_"):
        return None
    return address({**record, "id": main_id}, "addr_")


def address(record: Record, prefix: str = "") -> Address:
    """Read an address; its lines beyond the first share one, since Simon has two."""
    first, *others = (text(record.get(prefix + part)) for part in _PARTS)
    return Address(
        key=sellsy_key(Kind.ADDRESS, text(record["id"])),
        name=text(record.get(f"{prefix}name")),
        street=first,
        second_line=", ".join(line for line in others if line),
        zip_code=text(record.get(f"{prefix}zip")),
        town=text(record.get(f"{prefix}town")),
        state=text(record.get(f"{prefix}state")),
        country=text(record.get(f"{prefix}countrycode")).upper(),
    )


def customer_address(record: Record) -> tuple[Key, Address] | None:
    """Read an address of the list of all addresses; None where it is not a customer's own."""
    if text(record.get("linkedtype")) != "third" or not _says_where(record):
        return None
    return _customer_key(record["linkedid"]), address(record)


# --- catalogue ------------------------------------------------------------------------------------


def product_id(record: Record) -> str:
    """Name a product or declination: the key of either is the pair of both ids."""
    declination = record_id(record.get("declid")) or record_id(record.get("decl_id"))
    return f"{text(record['id'])}_{declination}" if declination else text(record["id"])


def product(record: Record, kind: Kind, currencies: Mapping[str, str]) -> Product:
    """Read a product or service [3.1].

    Where prices are kept with tax, `unitAmountTaxesInc` is that price; what `unitAmount` holds then is told
    in two ways, so it is not read.
    """
    with_tax = text(record.get("unitAmountIsTaxesFree")) == "N" and text(record.get("unitAmountTaxesInc"))
    return Product(
        key=sellsy_key(kind, product_id(record)),
        reference=text(record.get("name")),
        name=text(record.get("tradename")),
        unit=text(record.get("unit")),
        unit_price=amount(record.get("unitAmountTaxesInc" if with_tax else "unitAmount")),
        price_includes_tax=bool(with_tax),
        tax_id=record_id(record.get("taxid")),
        tax_rate=amount(record.get("taxrate")),
        category=record_id(record.get("categoryid")),
        archived=_archived(record),
        category_prices=tuple(_category_prices(record, currencies)),
    )


def _category_prices(record: Record, currencies: Mapping[str, str]) -> Iterator[CategoryPrice]:
    """Read the prices for price categories; a declination does not have its product's."""
    own = record_id(record.get("declid")) or record_id(record.get("decl_id"))
    for price in members(record.get("prices")):
        if record_id(price.get("rcid")) and record_id(price.get("declid")) == own:
            yield CategoryPrice(
                record_id(price["rcid"]),
                amount(price.get("amount")),
                includes_tax=yes(price.get("hasTaxesInc")),
                tax_rate=amount(price.get("taxrate")),
                currency=_currency(price, currencies),
            )


def declination(parent: Record, wanted: str) -> Record | None:
    """Find a declination in its product, as it is shown by itself; what it does not say, its product does."""
    for key, record in keyed(parent.get("declinations")):
        found = {**parent, **record, "id": parent["id"], "declid": record.get("declid") or key}
        if product_id(found) == wanted:
            return found
    return None


# --- documents ------------------------------------------------------------------------------------


def _currency(record: Record, currencies: Mapping[str, str]) -> str:
    currency = record_id(record.get("currencyid"))
    return currencies.get(currency, currency)


def quote_head(record: Record, zone: tzinfo, currencies: Mapping[str, str]) -> QuoteHead:
    """Read a quote as list and single document show it [5.9]."""
    return QuoteHead(
        key=sellsy_key(Kind.QUOTE, text(record["id"])),
        number=text(record.get("ident")),
        step=text(record["step"]),
        customer=_customer_key(record["thirdid"]),
        subject=plain(record.get("subject")),
        note=plain(record.get("notes")),
        total=amount(record.get("totalAmountTaxesFree")),
        created_at=moment(record.get("created"), zone) or _EPOCH,
        currency=_currency(record, currencies),
    )


def document_head(record: Record, zone: tzinfo, currencies: Mapping[str, str]) -> DocumentHead:
    """Read an invoice as list and single document show it."""
    return DocumentHead(
        id=text(record["id"]),
        number=text(record.get("ident")),
        step=text(record["step"]),
        customer=_customer_key(record["thirdid"]),
        subject=plain(record.get("subject")),
        total=amount(record.get("totalAmountTaxesFree")),
        currency=_currency(record, currencies),
        created_at=moment(record.get("created"), zone),
        tagged=any(text(tag.get("word")) == TAG for tag in members(record.get("tags"))),
    )


def rows(record: Record) -> tuple[Record, ...]:
    """Return the rows of a document in the order in which people see them: by rank, not by key."""
    found = members(section(record.get("map")).get("rows"))
    return tuple(sorted(found, key=lambda row: amount(row.get("rank"))))


def document(record: Record, zone: tzinfo, currencies: Mapping[str, str]) -> Document:
    """Read an invoice back."""
    return Document(
        head=document_head(record, zone, currencies),
        rows=tuple(map(_document_row, rows(record))),
        total_before_tax=amount(record.get("totalAmountTaxesFree")),
    )


def _row_text(row: Record, kind: QuoteRowKind) -> str:
    """Return what a row says: an article's name is its reference, a free line's what it is about.

    Descriptions, comments and titles are HTML, names are not.
    """
    notes, name = plain(row.get("notes")), text(row.get("name"))
    if kind is QuoteRowKind.FREE:
        return name or notes
    return notes or (name if kind is QuoteRowKind.ITEM else plain(name))


def _document_row(row: Record) -> DocumentRow:
    return DocumentRow(
        kind=_DOCUMENT_ROWS.get(text(row["type"]), text(row["type"])),
        product_id=_product_id(row),
        text=plain(row.get("notes")) or text(row.get("name")),
        quantity=amount(row.get("qt")),
        unit_price=amount(row.get("unitAmount")),
        tax_id=record_id(row.get("taxid")),
        discount=amount(row.get("discount")),
        tax_rate=amount(row["taxrate"]) if text(row.get("taxrate")) else None,
    )


def _product_id(row: Record) -> str:
    """Name the article of a row as our keys do; in v1 a declination is a field of its own, 0 for none."""
    linked, declination = record_id(row.get("linkedid")), record_id(row.get("declid"))
    return f"{linked}_{declination}" if linked and declination not in {"", "0"} else linked


_DOCUMENT_ROWS = {"comment": LineKind.COMMENT, "item": LineKind.ITEM, "once": LineKind.FREE}
_QUOTE_ROWS = {
    "item": QuoteRowKind.ITEM,
    "service": QuoteRowKind.ITEM,
    "once": QuoteRowKind.FREE,
    "title": QuoteRowKind.TITLE,
    "comment": QuoteRowKind.COMMENT,
}


def quote(record: Record, zone: tzinfo, currencies: Mapping[str, str]) -> Quote:
    """Read a quote with its rows; v1 gives no terms [5.9.4]."""
    head = quote_head(record, zone, currencies)
    found = tuple(_quote_row(head.key, row) for row in rows(record))
    return Quote(
        head=head,
        rows=found,
        address=printed_address(record),
        discount=_discount_on_the_whole(record),
        charges=_charges(record),
    )


def _charges(record: Record) -> Decimal:
    """Return what a document asks for shipping and packaging, as rows of it or on the whole."""
    of_rows = sum(
        (
            amount(row.get("qt")) * amount(row.get("unitAmount"))
            for row in rows(record)
            if text(row["type"]) in _CHARGES and not yes(row.get("isOption"))
        ),
        Decimal(0),
    )
    return of_rows or amount(record.get("shippingsAmount")) + amount(record.get("packagingsAmount"))


_CHARGES = ("shipping", "packaging")


def _discount_on_the_whole(record: Record) -> Decimal:
    """Return what is taken off the sum of a document's rows, in per cent, also where it was an amount."""
    of_rows, taken_off = amount(record.get("rowsAmount")), amount(record.get("discountAmount"))
    return amount(record.get("discountPercent")) or (taken_off / of_rows * 100 if of_rows else Decimal(0))


def _row_product(row: Record) -> Key | None:
    """Name the article of a row. Whether it is an item or a service is not told; they share their ids."""
    if not record_id(row.get("linkedid")):
        return None
    return sellsy_key(Kind.ITEM, product_id({"id": row["linkedid"], "declid": row.get("declid")}))


def _quote_row(of: Key, row: Record) -> QuoteRow:
    """Read a row of a quote [5.9.2]; amounts are before tax."""
    kind = _QUOTE_ROWS.get(text(row["type"]), QuoteRowKind.OTHER)
    is_item = kind is QuoteRowKind.ITEM
    return QuoteRow(
        key=quote_row_key(of, text(row["id"])),
        kind=kind,
        rank=int(amount(row.get("rank"))),
        reference=text(row.get("name")) if is_item else "",
        text=_row_text(row, kind),
        product=_row_product(row) if is_item else None,
        quantity=amount(row.get("qt")),
        unit=text(row.get("unitText")),
        unit_price=amount(row.get("unitAmount")),
        tax_id=record_id(row.get("taxid")),
        tax_rate=amount(row.get("taxrate")),
        discount=amount(row.get("discount")),
        discount_unit=text(row.get("discountUnit")) or "percent",
        option=yes(row.get("isOption")),
    )


def printed_address(record: Record) -> Address | None:
    """Read where a quote's work is to be done: its delivery address, else its invoice address.

    Both are copies, named by the address that they were copied from; None where neither has one.
    """
    for name in ("shipAddress", "thirdAddress"):
        printed = section(record.get(name))
        if record_id(printed.get("originalid")):
            return address({**printed, "id": printed["originalid"]})
    return None


def stored_file(record: Record) -> StoredFile:
    """Read a file of a customer's documents; its size is in bytes."""
    name = text(record.get("file_fullname")) or text(record.get("name"))
    extension = text(record.get("extension")).removeprefix(".")
    if extension and not name.lower().endswith(f".{extension.lower()}"):
        name = f"{name}.{extension}"
    size = text(record.get("size"))
    return StoredFile(text(record["id"]), name, int(size) if size.isdecimal() else None)
