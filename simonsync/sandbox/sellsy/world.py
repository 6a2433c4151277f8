"""The data of the Sellsy account and the rules of the house, read and changed by the API and by tests.

Tests play the office staff: they rename a customer, archive a product, finalise or delete a draft. Every
method takes the one lock; records that come back are the stored ones, so change them through the methods.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from simonsync.sandbox.clock import Now
from simonsync.sandbox.sellsy.account import Account, Company
from simonsync.sandbox.sellsy.oauth import Credentials
from simonsync.sandbox.sellsy.records import (
    Address,
    Category,
    Contact,
    Customer,
    Declination,
    Document,
    Product,
    Row,
    StoredFile,
)
from simonsync.sandbox.sellsy.tokens import Client
from simonsync.sandbox.snapshot import plain

STEPS: Mapping[str, tuple[str, ...]] = {
    "invoice": ("draft", "due", "payinprogress", "paid", "late", "cancelled"),
    "estimate": (
        "draft",
        "sent",
        "read",
        "accepted",
        "refused",
        "expired",
        "advanced",
        "partialinvoiced",
        "invoiced",
        "cancelled",
    ),
    "creditnote": ("draft", "stored", "partialspend", "spent", "cancelled"),
    "proforma": ("draft", "sent", "read", "accepted", "refused", "invoiced", "cancelled"),
    "delivery": ("draft", "sent", "read", "accepted", "refused", "invoiced", "cancelled"),
    "order": ("draft", "sent", "read", "accepted", "refused", "invoiced", "cancelled"),
    "model": ("draft",),
}
"""The steps of each kind of document; those of proforma, delivery, order and model are not documented."""

_PREFIX = {
    "invoice": "FACT",
    "estimate": "DEV",
    "creditnote": "AVR",
    "proforma": "PRO",
    "delivery": "BL",
    "order": "BC",
}


class SellsyWorld(Account):
    """Everything the account holds: customers, catalogue, documents, files."""

    def __init__(
        self, clock: Now, *, credentials: Credentials, client: Client, company: Company | None = None
    ) -> None:
        super().__init__(clock, credentials=credentials, client=client, company=company)
        self.customers: dict[int, Customer] = {}
        self.products: dict[int, Product] = {}
        self.categories: dict[int, Category] = {}
        self.documents: dict[int, Document] = {}
        self.files: dict[int, StoredFile] = {}
        self.contact_addresses: dict[int, Address] = {}

    # Customers ------------------------------------------------------------------------------------------

    def add_customer(
        self,
        name: str,
        *,
        type: str = "corporation",  # noqa: A002 - Sellsy's word
        forename: str = "",
        civil: str = "",
        address: Mapping[str, str] | None = None,
        created: datetime | None = None,
        prospect: bool = False,
        **fields: Any,  # noqa: ANN401 - fields of Customer
    ) -> Customer:
        """Add a company or a person, with its main address where one is given."""
        with self.lock:
            moment = created or self.clock()
            customer = Customer(self.next_id("third"), type, name, moment, moment, **fields)
            customer.relation = "prospect" if prospect else "client"
            customer.ident = customer.ident or f"CLI{self.next_id('client'):06d}"
            customer.rate_category = customer.rate_category or self.default_rate_category
            self.customers[customer.id] = customer
            if type == "person":
                person = {"forename": forename, "civil": civil, "email": customer.email, "tel": customer.tel}
                self.add_contact(customer.id, name, **person)
            if address is not None:
                self.add_address(customer.id, main=True, **address)
            return customer

    def add_contact(self, customer_id: int, name: str, **fields: Any) -> Contact:  # noqa: ANN401 - fields of Contact
        """Add a contact to a customer; the first one becomes its main contact."""
        with self.lock:
            customer = self.customers[customer_id]
            contact = Contact(self.next_id("contact"), self.next_id("link"), name, **fields)
            customer.contacts.append(contact)
            customer.main_contact_id = customer.main_contact_id or contact.link_id
            return contact

    def edit_customer(self, customer_id: int, **fields: Any) -> Customer:  # noqa: ANN401 - fields of Customer
        """Change fields of a customer as office staff would."""
        with self.lock:
            customer = self.customers[customer_id]
            forename = fields.pop("forename", None)
            _change(customer, fields)
            if customer.type == "person" and customer.contacts:
                person = {"name": customer.name} | ({} if forename is None else {"forename": forename})
                _change(customer.contacts[0], person)
            customer.updated = self.clock()
            return customer

    def archive_customer(self, customer_id: int, *, active: bool = False) -> None:
        """Archive a customer, or take it back into use."""
        self.edit_customer(customer_id, active=active)

    def delete_customer(self, customer_id: int) -> None:
        """Delete a customer with its addresses; its documents stay."""
        with self.lock:
            del self.customers[customer_id]

    def make_prospect(self, customer_id: int, *, prospect: bool = True) -> None:
        """Turn a client back into a prospect: it leaves the list of clients without being deleted."""
        self.edit_customer(customer_id, relation="prospect" if prospect else "client")

    def add_address(self, customer_id: int, *, name: str, main: bool = False, **fields: str) -> Address:
        """Add an address to a customer; the first one, or one that says so, becomes the main address."""
        with self.lock:
            customer = self.customers[customer_id]
            address = Address(self.next_id("address"), name, linkedid=customer_id, **fields)
            customer.addresses.append(address)
            if main or not customer.main_address_id:
                customer.main_address_id = address.id
            customer.updated = self.clock()
            return address

    def add_contact_address(self, contact_id: int, *, name: str, **fields: str) -> Address:
        """Add the private address of a contact, which is none of its employer's."""
        with self.lock:
            address = Address(
                self.next_id("address"), name, linkedtype="people", linkedid=contact_id, **fields
            )
            self.contact_addresses[address.id] = address
            return address

    def edit_address(self, address_id: int, **fields: Any) -> Address:  # noqa: ANN401 - fields of Address
        """Change an address; `main=True` makes it its customer's main one."""
        with self.lock:
            customer, address = self._address(address_id)
            if fields.pop("main", False):
                customer.main_address_id = address_id
            _change(address, fields)
            customer.updated = self.clock()
            return address

    def delete_address(self, address_id: int) -> None:
        """Delete an address; where it was the main one, the next one takes its place."""
        with self.lock:
            customer, address = self._address(address_id)
            customer.addresses.remove(address)
            if customer.main_address_id == address_id:
                customer.main_address_id = customer.addresses[0].id if customer.addresses else 0
            customer.updated = self.clock()

    def _address(self, address_id: int) -> tuple[Customer, Address]:
        for customer in self.customers.values():
            for address in customer.addresses:
                if address.id == address_id:
                    return customer, address
        raise KeyError(address_id)

    def addresses(self) -> Iterator[Address]:
        """Return all addresses, those of contacts last."""
        for customer in self.customers.values():
            yield from customer.addresses
        yield from self.contact_addresses.values()

    def clients(self) -> Iterator[Customer]:
        """Return the customers this caller may see, prospects left out, oldest id first."""
        return (
            c for c in self.customers.values() if c.relation == "client" and c.id not in self.hidden_customers
        )

    # Catalogue ------------------------------------------------------------------------------------------

    def add_product(
        self,
        name: str,
        tradename: str,
        unit_amount: str | Decimal,
        *,
        type: str = "item",  # noqa: A002 - Sellsy's word
        tax: str | Decimal = "20",
        unit: str = "unité",
        created: datetime | None = None,
        **fields: Any,  # noqa: ANN401 - fields of Product
    ) -> Product:
        """Add an article or a service with the account's enabled VAT rate `tax` and its unit `unit`."""
        with self.lock:
            moment = created or self.clock()
            product = Product(
                self.next_id("product"),
                type,
                name,
                tradename,
                Decimal(unit_amount),
                self.tax_of(tax).id,
                self.unit_of(unit).id,
                moment,
                moment,
                **fields,
            )
            self.products[product.id] = product
            return product

    def add_declination(self, product_id: int, name: str, tradename: str, unit_amount: str) -> Declination:
        """Add a variant to a product."""
        with self.lock:
            product, moment = self.products[product_id], self.products[product_id].created
            variant = Declination(
                self.next_id("declination"), name, tradename, Decimal(unit_amount), moment, moment
            )
            product.declinations.append(variant)
            return variant

    def edit_product(self, product_id: int, *, touch: bool = True, **fields: Any) -> Product:  # noqa: ANN401 - fields of Product
        """Change fields of a product; without `touch` its `updatedAt` stays, as some changes may leave it."""
        with self.lock:
            product = self.products[product_id]
            if "unit_amount" in fields:
                fields["unit_amount"] = Decimal(fields["unit_amount"])
            _change(product, fields)
            if touch:
                product.updated = self.clock()
            return product

    def archive_product(self, product_id: int, *, active: bool = False) -> None:
        """Archive a product, or take it back into use."""
        self.edit_product(product_id, active=active)

    def delete_product(self, product_id: int) -> None:
        """Delete a product; rows of documents that point to it stay."""
        with self.lock:
            del self.products[product_id]

    def add_category(self, name: str, parent_id: int = 0) -> Category:
        """Add a category of the catalogue."""
        with self.lock:
            category = Category(self.next_id("category"), name, parent_id)
            self.categories[category.id] = category
            return category

    def product_named(self, name: str) -> Product:
        """Return the product with this reference; raise KeyError where there is none."""
        with self.lock:
            found = next((p for p in self.products.values() if p.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    # Documents ------------------------------------------------------------------------------------------

    def add_document(
        self,
        doctype: str,
        third_id: int,
        *,
        rows: Iterable[Row] = (),
        step: str = "draft",
        created: datetime | None = None,
        displayed: date | None = None,
        currency_id: int | None = None,
        **fields: Any,  # noqa: ANN401 - fields of Document
    ) -> Document:
        """Add a document with its rows; it gets the next number of its kind, a draft a provisional one."""
        with self.lock:
            moment = created or self.clock()
            document = Document(
                self.next_id("document"),
                doctype,
                third_id,
                step,
                moment,
                displayed or moment.astimezone(self.company.zone).date(),
                self.company.currency_id if currency_id is None else currency_id,
                **fields,
            )
            document.map_id = document.id + 4_000_000
            if not document.ident or any(d.ident == document.ident for d in self.documents.values()):
                # A number that is taken is silently replaced, as the real service does.
                document.ident = self._number(document)
            document.rows = [self.numbered(row) for row in rows]
            self.documents[document.id] = document
            return document

    def numbered(self, row: Row) -> Row:
        """Return a row with an id of its own."""
        row.id = row.id or self.next_id("row")
        return row

    def _number(self, document: Document) -> str:
        number, prefix = self.next_id("number"), _PREFIX.get(document.doctype, "MOD")
        if document.doctype == "invoice" and document.step == "draft":
            return f"#{prefix}-DRAFT-{number:05d}"
        return f"{prefix}-{document.displayed:%Y%m}-{number:05d}"

    def edit_document(self, document_id: int, **fields: Any) -> Document:  # noqa: ANN401 - fields of Document
        """Change a document as office staff would: subject, rows, step, tags."""
        with self.lock:
            document = self.documents[document_id]
            if "rows" in fields:
                fields["rows"] = [self.numbered(row) for row in fields["rows"]]
            _change(document, fields)
            return document

    def finalise_document(self, document_id: int) -> Document:
        """Finalise a draft as office staff would: it gets its official number and is due."""
        with self.lock:
            document = self.documents[document_id]
            document.step = "due" if document.doctype == "invoice" else "sent"
            document.ident = self._number(document)
            return document

    def delete_document(self, document_id: int) -> None:
        """Delete a document as office staff would."""
        with self.lock:
            del self.documents[document_id]

    def hide_document(self, document_id: int, seconds: float) -> None:
        """Let a document be neither listed nor given for some seconds, as while an index is made anew."""
        with self.lock:
            self.documents[document_id].readable_from = self.passing() + timedelta(seconds=seconds)

    def readable(self, document: Document) -> bool:
        """Say whether the service already shows a document."""
        return document.readable_from is None or document.readable_from <= self.passing()

    def documents_of(
        self, doctype: str = "invoice", *, third_id: int | None = None, tag: str | None = None
    ) -> list[Document]:
        """Return the documents of a kind, also those that are not readable yet, oldest first."""
        with self.lock:
            return [
                d
                for d in self.documents.values()
                if d.doctype == doctype and third_id in (None, d.third_id) and (tag is None or tag in d.tags)
            ]

    # Files ----------------------------------------------------------------------------------------------

    def add_file(
        self, linkedtype: str, linkedid: int, file_name: str, content: bytes, content_type: str = ""
    ) -> StoredFile:
        """Store a file; a second one of the same name is a second file."""
        with self.lock:
            stored = StoredFile(
                self.next_id("file"), linkedtype, linkedid, file_name, content, self.clock(), content_type
            )
            self.files[stored.id] = stored
            return stored

    def delete_file(self, file_id: int) -> None:
        """Delete a file."""
        with self.lock:
            del self.files[file_id]

    def files_of(self, linkedid: int, linkedtype: str = "third") -> list[StoredFile]:
        """Return the files of an object, oldest first."""
        with self.lock:
            return [f for f in self.files.values() if (f.linkedtype, f.linkedid) == (linkedtype, linkedid)]

    def snapshot(self) -> dict[str, Any]:
        """Return all data as plain JSON values, to compare two worlds."""
        with self.lock:
            return {
                "customers": plain(self.customers),
                "products": plain(self.products),
                "documents": plain(self.documents),
                "files": {
                    str(stored.id): {
                        "linkedtype": stored.linkedtype,
                        "linkedid": stored.linkedid,
                        "name": stored.file_name,
                        "size": len(stored.content),
                    }
                    for stored in self.files.values()
                },
            }


def _change(record: Any, fields: Mapping[str, Any]) -> None:  # noqa: ANN401 - one of the records
    for name, value in fields.items():
        if name not in record.__slots__:
            raise AttributeError(f"{type(record).__name__} has no field {name}")
        setattr(record, name, value)
