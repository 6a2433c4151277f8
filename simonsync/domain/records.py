"""The records that travel: read from one system, turned once by a rule, written to the other.

Amounts and quantities are `Decimal`; moments are aware datetimes in UTC; texts are plain (no HTML);
a missing text is the empty string, so that nobody has to tell it from None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from simonsync.domain.key import Key

# --- born in Sellsy -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address of a customer in Sellsy. `country` is an ISO 3166 code such as `FR`."""

    key: Key
    name: str = ""
    street: str = ""
    second_line: str = ""
    zip_code: str = ""
    town: str = ""
    state: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class ContactPerson:
    """A person who works for a customer, in Sellsy and in Simon.

    Attributes:
        key: names the link between person and customer: a person may work for several.
        main: the one that Sellsy names first; no part of what is compared.
    """

    key: Key
    customer: Key
    name: str
    function: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    main: bool = field(default=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Customer:
    """A third party of Sellsy, company or person, with all its addresses [3.2, 3.3].

    Attributes:
        name: a company's name; a person's first name and name, as Sellsy writes them.
        number: the customer's number in Sellsy (`ident`).
        main_address: key of the default invoice address; None where Sellsy has none.
        addresses: every address of the customer itself, the main one included, each once.
        contacts: who works there, the main one first; a customer that is a person has none.
        price_category: id of a price category other than the account's default, else ""; None where Sellsy
            does not say it here.
        currency: the customer's currency where Sellsy tells one, else "".
        person: it is an individual, and no company.
        siren, siret: the numbers of a French company and of its establishment, as people typed them.
    """

    key: Key
    name: str
    number: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    vat_number: str = ""
    archived: bool = False
    prospect: bool = False
    price_category: str | None = ""
    currency: str = ""
    main_address: Key | None = None
    addresses: tuple[Address, ...] = ()
    contacts: tuple[ContactPerson, ...] = ()
    person: bool = False
    siren: str = ""
    siret: str = ""

    @property
    def invoiced_at(self) -> Address | None:
        """The main address; None where it is not known which of several that is."""
        if self.main_address is None and len(self.addresses) == 1:
            return self.addresses[0]
        return next((each for each in self.addresses if each.key == self.main_address), None)


@dataclass(frozen=True, slots=True)
class CategoryPrice:
    """What a product costs for the customers of one price category of Sellsy.

    Attributes:
        category: id of the price category.
        price: in `currency` ("" = not told); before tax unless `includes_tax`.
        tax_rate: in per cent, of the tax that may be in it.
    """

    category: str
    price: Decimal
    includes_tax: bool = False
    tax_rate: Decimal = Decimal(0)
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """A product or service of Sellsy's catalogue [3.1]. A declination is a product of its own.

    Attributes:
        reference: what people call the article (`SER001`).
        name: commercial name.
        unit: unit text; "" where Sellsy has none.
        unit_price: reference price in euros; before tax unless `price_includes_tax`.
        tax_id: the account's id of the tax rate; "" where Sellsy has none.
        tax_rate: in per cent (20 for 20 %).
        category: id of the category; "" where it has none.
        category_prices: its prices for customers of a price category.
        priced_for: the price category whose price `unit_price` is; "" for the reference price.
    """

    key: Key
    reference: str
    name: str = ""
    unit: str = ""
    unit_price: Decimal = Decimal(0)
    price_includes_tax: bool = False
    tax_id: str = ""
    tax_rate: Decimal = Decimal(0)
    category: str = ""
    archived: bool = False
    category_prices: tuple[CategoryPrice, ...] = ()
    priced_for: str = ""


@dataclass(frozen=True, slots=True)
class Tax:
    """A VAT rate of the Sellsy account, in per cent.

    Attributes:
        category: what kind of VAT it is, by UNTDID 5305 (`S`, `E`, `AE`, `K`, `G`, `O`, `Z`); None where
            Sellsy's API does not tell it.
        exemption: the VATEX code of the reason for which no VAT is due; None likewise.
        compliant: Sellsy takes it for e-invoices; None likewise.
    """

    id: str
    rate: Decimal
    enabled: bool
    category: str | None = None
    exemption: str | None = None
    compliant: bool | None = None


class QuoteRowKind(StrEnum):
    """What a row of a quote is."""

    ITEM = "item"
    FREE = "once"
    TITLE = "title"
    COMMENT = "comment"
    OTHER = "other"
    """Subtotals, page breaks, blank lines, shipping and packaging: never a used item."""


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """One row of a quote, in the order in which people see them.

    `discount` is what Sellsy takes off the row, in per cent or in euros as `discount_unit` says
    (`percent` or `amount`). `product` names the article by its id; whether it is an item or a service is not
    told by a row.
    """

    key: Key
    kind: QuoteRowKind
    rank: int
    reference: str = ""
    text: str = ""
    product: Key | None = None
    quantity: Decimal = Decimal(0)
    unit: str = ""
    unit_price: Decimal = Decimal(0)
    tax_id: str = ""
    tax_rate: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    discount_unit: str = "percent"
    option: bool = False


@dataclass(frozen=True, slots=True)
class QuoteHead:
    """A quote as Sellsy's list shows it, without rows: enough to see whether it must be opened [5.9]."""

    key: Key
    number: str
    step: str
    customer: Key
    subject: str
    note: str
    total: Decimal
    created_at: datetime
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote (devis) of Sellsy with its rows [5.9, 5.10].

    Attributes:
        address: the copy printed on it.
        discount: what is taken off the whole, in per cent of its rows.
        charges: what it asks for shipping and packaging, in euros before tax.
    """

    head: QuoteHead
    rows: tuple[QuoteRow, ...]
    address: Address | None = None
    terms: str = ""
    discount: Decimal = Decimal(0)
    charges: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class SellsyAccount:
    """Who we are in Sellsy."""

    corp_id: str
    name: str
    currency: str
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """An invoice as Sellsy's list shows it.

    Attributes:
        tagged: it carries the one tag of ours.
    """

    id: str
    number: str
    step: str
    customer: Key
    subject: str
    total: Decimal
    currency: str = ""
    created_at: datetime | None = None
    tagged: bool = False


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A row of an invoice as read back.

    Attributes:
        kind: a `LineKind`; a row of another type than we make keeps Sellsy's word for it.
        product_id: as in a key, a declined product as `ID_DECL`; "" where it names none.
        tax_rate: in per cent; None where it is not told.
    """

    kind: str
    product_id: str
    text: str
    quantity: Decimal
    unit_price: Decimal
    tax_id: str
    discount: Decimal = Decimal(0)
    tax_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice as read back, rows in the order people see; totals in euros."""

    head: DocumentHead
    rows: tuple[DocumentRow, ...]
    total_before_tax: Decimal


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file among the documents of a customer in Sellsy; `size` in bytes where Sellsy tells it."""

    id: str
    name: str
    size: int | None = None


# --- what Simon receives --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """A group of articles in Simon."""

    key: Key
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """An article in Simon, made from a product or a service of Sellsy [3.1]."""

    key: Key
    code: str
    name: str
    group: Key
    unit: str = ""


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer in Simon; `address` is its own address [3.2, 3.3]."""

    key: Key
    name: str
    number: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    vat_number: str = ""
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class WorkAddress:
    """A place where work is done for a customer [3.3]; `name` is the label people pick it by."""

    key: Key
    customer: Key
    name: str
    address: Address


@dataclass(frozen=True, slots=True)
class NewWorkOrder:
    """A work order to be made in Simon from a quote [5.9]."""

    key: Key
    customer: Key
    work_address: Key
    description: str
    customer_reference: str = ""


@dataclass(frozen=True, slots=True)
class NewUsedItem:
    """A used item to be put on a work order made from a quote [5.9.2]; no `item` means free text."""

    key: Key
    work_order: Key
    item: Key | None
    description: str
    quantity: Decimal


SimonRecord = ItemGroup | Item | CustomerCard | WorkAddress | ContactPerson | NewWorkOrder | NewUsedItem


# --- born in Simon --------------------------------------------------------------------------------


class TimeKind(StrEnum):
    """The two kinds of time that Simon registers [3.4.1, 3.4.2]."""

    TRAVEL = "travel"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class TimeSheet:
    """One registered span of travel or working time, in whole seconds.

    Attributes:
        seconds: what is billed: Simon's own minutes where they are positive, else from start to end.
        person: Simon's Id of who registered it; "" where it does not tell.
        unfinished: it was started and never stopped: nothing is billed for it.
        span: from start to end, where there is a duration besides.
    """

    id: str
    kind: TimeKind
    seconds: int
    day: date | None = None
    person: str = ""
    unfinished: bool = False
    span: int | None = None


@dataclass(frozen=True, slots=True)
class UsedItem:
    """An article used on a work order [3.4.3].

    Attributes:
        id: Simon's Id; lines of the draft follow it.
        item_id: Simon's Id of the article; "" for free text.
        ext_key: Simon's ExtKey; `quote:ID:row:ROWID` where the line came from a quote.
    """

    id: str
    item_id: str
    description: str
    quantity: Decimal
    ext_key: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """A form of the firm's own on a work order; it has a PDF once completed [5.11]."""

    id: str
    name: str
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was added to a work order in Simon [5.11].

    Attributes:
        content_type: its kind as Simon has it.
        size: its length in bytes; None where Simon does not tell.
    """

    id: str
    file_name: str
    content_type: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class WorkOrderHead:
    """A work order as a list shows it: enough to queue it.

    Attributes:
        archived_at: ArchivedDate, else the mutation date; None while it is not archived.
        created_at: CreationDate, which enters the marker of its draft; None where Simon tells none.
    """

    id: str
    number: str
    archived_at: datetime | None
    mutated_at: datetime
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """The work address of a work order, as Simon has it; `customer_id` is Simon's Id, "" for none."""

    id: str
    name: str = ""
    street: str = ""
    second_line: str = ""
    zip_code: str = ""
    town: str = ""
    country: str = ""
    customer_id: str = ""


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """A work order of Simon with all that was registered on it [2.2, 3.4].

    Attributes:
        customer_id: Simon's Id of its customer, "" where it has none.
        description: the work to be done; `work_done`: what was done, where Simon keeps it apart.
        ext_key: `quote:ID` where simonsync made it from a quote.
    """

    head: WorkOrderHead
    customer_id: str = ""
    place: WorkPlace | None = None
    description: str = ""
    work_done: str = ""
    customer_reference: str = ""
    ext_key: str = ""
    used_items: tuple[UsedItem, ...] = ()
    time_sheets: tuple[TimeSheet, ...] = ()


@dataclass(frozen=True, slots=True)
class SimonEntry:
    """A record of Simon as far as it must be known to compare a table with Sellsy.

    Attributes:
        owner: Simon's Id of what it belongs to: a work address's customer, an article's group; "" for none.
    """

    id: str
    ext_key: str
    name: str
    owner: str = ""


Listed_co = TypeVar("Listed_co", covariant=True)


@dataclass(frozen=True, slots=True)
class ListStep(Generic[Listed_co]):
    """Some records of a list that is gone through in turns, a bounded number of requests a cycle.

    Attributes:
        position: where to go on once everything up to here has been dealt with; only the adapter reads it.
            None = nowhere new: whoever is stopped here begins again where he began.
        ends_turn: the list has been gone through to its end.
        done: how far this turn has come, and `total` where it ends, in whatever the adapter counts.
    """

    records: Sequence[Listed_co]
    position: str | None
    ends_turn: bool = False
    done: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class TableCount:
    """How many records a table of Simon has, and when the last of them changed [4.3]."""

    table: str
    count: int
    last_mutation: datetime | None
