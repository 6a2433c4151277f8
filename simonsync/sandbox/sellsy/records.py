"""What Sellsy stores, as plain records; how it writes them is the business of `write`."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(slots=True)
class Address:
    """A postal address of a customer (`third`) or of a contact (`people`)."""

    id: int
    name: str
    part1: str = ""
    part2: str = ""
    part3: str = ""
    part4: str = ""
    zip: str = ""
    town: str = ""
    state: str = ""
    countrycode: str = "FR"
    linkedtype: str = "third"
    linkedid: int = 0


@dataclass(slots=True)
class Contact:
    """A person who works for a customer, or who is the customer; `link_id` joins the two."""

    id: int
    link_id: int
    name: str
    forename: str = ""
    civil: str = ""
    position: str = ""
    email: str = ""
    tel: str = ""
    mobile: str = ""
    birthdate: date | None = None


@dataclass(slots=True)
class Customer:
    """A company or a person who buys, or a prospect who may."""

    id: int
    type: str
    name: str
    created: datetime
    updated: datetime
    ident: str = ""
    email: str = ""
    tel: str = ""
    mobile: str = ""
    fax: str = ""
    web: str = ""
    siret: str = ""
    siren: str = ""
    vat: str = ""
    rcs: str = ""
    apenaf: str = ""
    capital: str = ""
    accountingcode: str = ""
    auxcode: str = ""
    sticky_note: str = ""
    tags: list[str] = field(default_factory=list)
    rate_category: int = 0
    active: bool = True
    relation: str = "client"
    main_address_id: int = 0
    main_contact_id: int = 0
    addresses: list[Address] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        """The name as Sellsy shows it: for a person the first name stands before it."""
        if self.type == "person" and self.contacts and self.contacts[0].forename:
            return f"{self.contacts[0].forename} {self.name}"
        return self.name

    @property
    def main_address(self) -> Address | None:
        """The address that the list of customers holds inline."""
        return next((a for a in self.addresses if a.id == self.main_address_id), None)


@dataclass(slots=True)
class Declination:
    """A variant of a product with its own reference and price."""

    id: int
    name: str
    tradename: str
    unit_amount: Decimal
    created: datetime
    updated: datetime
    active: bool = True
    category_prices: dict[int, Decimal] = field(default_factory=dict)


@dataclass(slots=True)
class Product:
    """An article or a service of the catalogue.

    `unit_amount` is before tax where `is_taxes_free` says so, else it includes the tax of `tax_id`; the
    prices of the price categories likewise, by their ids.
    """

    id: int
    type: str
    name: str
    tradename: str
    unit_amount: Decimal
    tax_id: int
    unit_id: int
    created: datetime
    updated: datetime
    is_taxes_free: bool = True
    purchase_amount: Decimal = ZERO
    category_id: int = 0
    notes: str = ""
    active: bool = True
    tags: list[str] = field(default_factory=list)
    declinations: list[Declination] = field(default_factory=list)
    category_prices: dict[int, Decimal] = field(default_factory=dict)


@dataclass(slots=True)
class Category:
    """A category of the catalogue."""

    id: int
    name: str
    parent_id: int = 0


@dataclass(slots=True)
class Tax:
    """A VAT rate of the account; its id is the account's own, its category that of UNTDID 5305."""

    id: int
    rate: Decimal
    name: str
    enabled: bool = True
    category: str = "S"
    vatex: str | None = None
    compliant: bool = True


@dataclass(slots=True)
class Unit:
    """A unit of measure of the account; its code is UN/ECE's, "" where nobody has chosen one."""

    id: int
    value: str
    code: str = ""


@dataclass(slots=True)
class RateCategory:
    """A price category (`rateCategory`) of the account."""

    id: int
    name: str
    is_default: bool = False


@dataclass(slots=True)
class Currency:
    """A currency the account may invoice in."""

    id: int
    code: str
    symbol: str


@dataclass(slots=True)
class Row:
    """One row of a document; `notes` holds the text of titles and comments."""

    type: str
    id: int = 0
    linked_id: int = 0
    decl_id: int = 0
    name: str = ""
    notes: str = ""
    unit: str = ""
    unit_amount: Decimal = ZERO
    quantity: Decimal = ZERO
    tax_id: int = 0
    tax_rate: Decimal = ZERO
    discount: Decimal = ZERO
    discount_unit: str = "percent"
    purchase_amount: Decimal = ZERO
    is_option: bool = False


@dataclass(slots=True)
class Document:
    """A commercial document.

    `readable_from` is later than `created` where the service lags behind; `unlisted`: an index has lost it.
    """

    id: int
    doctype: str
    third_id: int
    step: str
    created: datetime
    displayed: date
    currency_id: int
    ident: str = ""
    expires: date | None = None
    service_dates: tuple[date, ...] = ()
    third_ident: str = ""
    subject: str = ""
    notes: str = ""
    tags: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    map_id: int = 0
    parent_id: int = 0
    contact_id: int = 0
    third_address_id: int = 0
    ship_address_id: int = 0
    rate_category: int = 0
    discount: Decimal = ZERO
    discount_unit: str = "percent"
    readable_from: datetime | None = None
    unlisted: bool = False


@dataclass(slots=True)
class StoredFile:
    """A file in the documents of a customer or of another object."""

    id: int
    linkedtype: str
    linkedid: int
    file_name: str
    content: bytes
    created: datetime
    content_type: str = ""

    @property
    def extension(self) -> str:
        """The part of the file name behind the last dot."""
        return self.file_name.rpartition(".")[2] if "." in self.file_name else ""
