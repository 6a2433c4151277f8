"""Sellsy through its API v1: what `sync.ports` asks of it.

To use another of its methods:

1. in `sync/ports.py`, what the engine wants to know, in the words of the field, and what it raises.
2. here, the call; its name in `READS` of `client`, which lets no other through; `records` reads its answer.
3. in the sandbox, the method, written from Sellsy's documentation and not from this adapter, and its line in
   `sandbox/sellsy/methods.py`.
4. in `tests/contract`, what the engine may rely on, and in `tests/sandbox`, how strict the stand-in is.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from types import TracebackType
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from simonsync.domain.draft import Computed, DraftInvoice
from simonsync.domain.key import Key, Kind
from simonsync.domain.records import (
    Address,
    Customer,
    Document,
    DocumentHead,
    ListStep,
    Product,
    Quote,
    QuoteHead,
    SellsyAccount,
    StoredFile,
    Tax,
)
from simonsync.errors import NotFound, Refused
from simonsync.http import Session
from simonsync.rules.marker import nonce
from simonsync.sellsy.bearer import Bearer
from simonsync.sellsy.credentials import SellsyCredentials
from simonsync.sellsy.v1 import records
from simonsync.sellsy.v1.client import SellsyClient, Upload
from simonsync.sellsy.v1.draft import TAG, create_params
from simonsync.sellsy.v1.listing import ListPage, counted, from_page
from simonsync.sellsy.v1.turns import by_creation, by_pages, newly_created
from simonsync.sellsy.v1.values import Record, members, record_id, section, text, wire_id, yes

_CLOCKS_APART = timedelta(days=1)
"""How much earlier a list is asked for: whose zone and clock its filter means is not documented."""

T = TypeVar("T")


class SellsyV1:
    """Reads customers, catalogue, quotes and invoices; writes draft invoices and files, nothing else.

    Taxes, units, categories and currencies are read once. Every call may raise CredentialsRefused or
    ServiceUnavailable; `sync.ports` tells what else.
    """

    def __init__(
        self,
        session: Session,
        who: SellsyCredentials | Bearer,
        *,
        zone: ZoneInfo,
        now: Callable[[], datetime],
    ) -> None:
        """Take a session to Sellsy's address, who we are, the account's zone, and our own clock."""
        self._session = session
        self._client = SellsyClient(session, who)
        self._zone = zone
        self._now = now
        self._knows_windows = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    @property
    def client(self) -> SellsyClient:
        """What calls one method at a time: for `verify`, which looks at answers as they come."""
        return self._client

    @property
    def requests(self) -> int:
        """How many requests were sent so far, those for access tokens included."""
        return self._client.requests

    @property
    def answers(self) -> int:
        """How many answers that made sense came so far, refusals included."""
        return self._session.answers

    def server_time(self) -> datetime | None:
        """Return Sellsy's own clock as of its last answer; None before the first."""
        return self._session.server_time

    # --- the account ------------------------------------------------------------------------------

    def account(self) -> SellsyAccount:
        """Tell whose account this is: the call that proves the credentials."""

        def read(response: Any) -> tuple[str, str, str]:  # noqa: ANN401 - any JSON
            user = response["userdatas"]
            return text(user["corpId"]), text(user.get("corpName")), record_id(user.get("currencyId"))

        corp_id, name, currency = self._client.call("Infos.getInfos", {}, read)
        return SellsyAccount(corp_id, name, self._currencies.get(currency, currency), self._country)

    def categories(self) -> dict[str, str]:
        """Map the ids of the catalogue's categories to their names."""
        return dict(self._categories)

    def taxes(self) -> tuple[Tax, ...]:
        """List the account's VAT rates, the disabled ones included."""
        return self._taxes

    def units(self) -> tuple[str, ...]:
        """List the account's unit texts, in Sellsy's order."""
        return self._units

    def unit_codes(self) -> Mapping[str, str]:
        """Map unit texts to their UN/ECE codes: v1 tells none."""
        return {}

    @cached_property
    def _categories(self) -> dict[str, str]:
        return {
            text(each["id"]): text(each.get("name")) for each in self._members("Catalogue.getCategories", {})
        }

    @cached_property
    def _taxes(self) -> tuple[Tax, ...]:
        params = {"includeEcoTax": "N", "enabled": "all"}
        return tuple(records.tax(each) for each in self._members("Accountdatas.getTaxes", params))

    @cached_property
    def _units(self) -> tuple[str, ...]:
        values = (text(each.get("value")) for each in self._members("Accountdatas.getUnits", {}))
        return tuple(value for value in values if value)

    @cached_property
    def _currencies(self) -> dict[str, str]:
        """Currency codes by id; without the right to read them, ids stand for themselves."""
        try:
            listed = self._members("AccountPrefs.getCurrencies", {})
        except Refused:
            return {}
        return {text(each["id"]): text(each["name"]) for each in listed if text(each.get("name"))}

    @cached_property
    def _country(self) -> str:
        """The firm's country: its address's, else that of its VAT number, else France."""
        try:
            firm = self._client.call("AccountPrefs.getCorpInfos", {}, section)
        except Refused:
            firm = {}
        country = text(firm.get("addr_countrycode")) or text(firm.get("countrycode"))
        vat = text(firm.get("vat"))[:2]
        return country.upper() or (vat.upper() if vat.isalpha() else "") or "FR"

    @property
    def _default_price_category(self) -> str:
        """Id of the price category that customers have unless told otherwise; "" where none says so."""
        return self._price_categories[0]

    @cached_property
    def _price_categories(self) -> tuple[str, int]:
        """The default price category, and how many there are."""

        def read(response: Any) -> tuple[str, int]:  # noqa: ANN401 - any JSON
            found = [each for each in members(response) if "id" in each]
            marked = (text(each["id"]) for each in found if yes(each.get("isDefault")))
            return next(marked, "") or record_id(section(response).get("default")), len(found)

        try:
            return self._client.call("Accountdatas.getRateCategories", {}, read)
        except Refused:
            return "", 0

    # --- catalogue --------------------------------------------------------------------------------

    def products(self, kind: Kind, *, archived: bool = False) -> Iterator[Sequence[Product]]:
        """Page through the catalogue's items or services [3.1], declinations included; counted."""
        return self._listed_products(kind, {"actif": "N" if archived else "Y"})

    def product_steps(self, kind: Kind, position: str, most: int | None) -> Iterator[ListStep[Product]]:
        """Go through the active catalogue page by page [3.1], in at most so many requests."""

        def pages(first: int) -> Iterator[ListPage[Product]]:
            return from_page(
                self._client,
                "Catalogue.getList",
                {"type": kind, "search": {"actif": "Y"}},
                lambda record: records.product(record, kind, self._currencies),
                first=first,
                most=most,
            )

        return by_pages(pages, position)

    def product(self, key: Key) -> Product:
        """Read one product, service or declination afresh. Raises NotFound where it is gone."""
        parent_id, _, wanted = key.id.partition("_")
        params = {"type": key.kind, "id": wire_id(parent_id), "includeDecli": "Y"}
        parent = self._client.call("Catalogue.getOne", params, _record)
        _require_asked_for(parent_id, records.product_id(parent).partition("_")[0], "Catalogue.getOne")
        if not wanted:
            return records.product(parent, key.kind, self._currencies)
        found = records.declination(parent, key.id)
        if found is not None:
            return records.product(found, key.kind, self._currencies)
        return self._listed_declination(key, text(parent.get("name")))

    def products_by_reference(self, kind: Kind, reference: str) -> tuple[Product, ...]:
        """Find all products with exactly this reference (case-sensitive), archived ones included.

        Sellsy searches for texts that contain it; what it finds is compared here.
        """
        if not reference.strip():
            return ()
        return tuple(
            product
            for archived in ("Y", "N")
            for page in self._listed_products(kind, {"name": reference, "actif": archived})
            for product in page
            if product.reference == reference
        )

    def _listed_products(self, kind: Kind, search: Mapping[str, str]) -> Iterator[Sequence[Product]]:
        for page in counted(self._client, "Catalogue.getList", {"type": kind, "search": search}):
            yield tuple(records.product(each, kind, self._currencies) for each in page)

    def _listed_declination(self, key: Key, parent_reference: str) -> Product:
        """Find a declination that its product does not show, among what is called like the product."""
        for archived in ("Y", "N"):
            search = {"name": parent_reference, "actif": archived}
            for page in self._listed_products(key.kind, search):
                for product in page:
                    if product.key == key:
                        return product
        raise NotFound("sellsy-not-found", method="Catalogue.getList", cause=key.ext_key)

    # --- customers --------------------------------------------------------------------------------

    def customers(self, *, archived: bool = False) -> Iterator[Sequence[Customer]]:
        """Page through the customers [3.2]; counted. Their `addresses` hold the main address only."""
        params = {"search": {"actif": "N" if archived else "Y"}}
        for page in counted(self._client, "Client.getList", params):
            yield tuple(records.customer(each, self._default_price_category) for each in page)

    def addresses(self) -> Iterator[Sequence[tuple[Key, Address]]]:
        """Page through the addresses of all customers [3.3], each with its customer's key; counted.

        Raises Refused where the account's rights do not allow this list.
        """
        for page in counted(self._client, "Addresses.getList", {}):
            found = tuple(filter(None, map(records.customer_address, page)))
            if found:
                yield found

    def customer_steps(self, position: str) -> Iterator[ListStep[Customer]]:
        """Go through the active customers by windows of creation [3.2].

        Where this Sellsy knows no such windows there is only the whole list, counted.
        """
        try:
            yield from by_creation(self._created, position, self._clock)
        except Refused:
            self._knows_windows = False
            for page in self.customers():
                yield ListStep(page, None)
            yield ListStep((), "", ends_turn=True)

    tells_changes = False
    """v1 cannot be asked for what has changed."""

    def changed_customers(self, position: str) -> Iterator[ListStep[Customer]]:
        """Read the customers created since the last look [3.2]; the whole list tells them, too."""
        if self._knows_windows:
            yield from newly_created(self._created, position, self._clock)

    def _created(self, since: datetime, until: datetime) -> Iterator[ListPage[Customer]]:
        window = {
            "periodecreated_start": int(since.timestamp()),
            "periodecreated_end": int(until.timestamp()),
        }
        default = self._default_price_category
        return from_page(
            self._client,
            "Client.getList",
            {"search": {"actif": "Y", **window}},
            lambda record: records.customer(record, default),
        )

    def _clock(self) -> datetime:
        return self.server_time() or self._now()

    def address_steps(self, position: str, most: int | None) -> Iterator[ListStep[tuple[Key, Address]]]:
        """Go through the addresses of all customers page by page, in at most so many requests.

        Raises Refused where the account's rights do not allow this list.
        """

        def pages(first: int) -> Iterator[ListPage[tuple[Key, Address]]]:
            return from_page(
                self._client, "Addresses.getList", {}, records.customer_address, first=first, most=most
            )

        return by_pages(pages, position)

    def customer(self, key: Key) -> Customer:
        """Read one customer afresh, all addresses included. Raises NotFound where it is gone.

        A client that was turned back into a prospect is found among those.
        """
        default = self._default_price_category

        def client(response: Any) -> Customer:  # noqa: ANN401 - any JSON
            return records.customer_alone(response, default)

        def prospect(response: Any) -> Customer:  # noqa: ANN401 - any JSON
            return records.customer_alone(response, default, prospect=True)

        try:
            found = self._client.call("Client.getOne", {"clientid": wire_id(key.id)}, client)
        except NotFound:
            found = self._client.call("Prospects.getOne", {"id": wire_id(key.id)}, prospect)
        _require_asked_for(key.id, found.key.id, "Client.getOne")
        return found

    def price_category(self, customer: Customer) -> str:
        """Return a customer's price category; the list of customers tells it where the customer does not."""
        if customer.price_category is not None or self._price_categories[1] <= 1:
            return customer.price_category or ""
        # Where it cannot be learnt the draft is made all the same, with the catalogue's price.
        listed = self._as_listed(customer)
        return (listed.price_category if listed else None) or ""

    def main_address(self, customer: Customer) -> Key | None:
        """Return a customer's main address; the list of customers tells it where the customer does not."""
        known = customer if customer.invoiced_at else self._as_listed(customer)
        return known.main_address if known else None

    def _as_listed(self, customer: Customer) -> Customer | None:
        """Find a customer in the list; None where it is not there, or the account may not list."""
        # Sellsy looks for what contains the text.
        named = {"ident": customer.number} if customer.number else {"name": customer.name}
        params = {"search": {"actif": "N" if customer.archived else "Y", **named}}
        try:
            for page in counted(self._client, "Client.getList", params):
                for each in page:
                    listed = records.customer(each, self._default_price_category)
                    if listed.key == customer.key:
                        return listed
        except Refused:
            pass
        return None

    # --- documents --------------------------------------------------------------------------------

    def quotes(self, steps: Sequence[str], since: datetime) -> Iterator[Sequence[QuoteHead]]:
        """Page through the quotes in these steps created since a moment [5.9]; counted."""
        search = {"steps": list(steps), **_created_since(since - _CLOCKS_APART)}
        for page in self._documents("estimate", search):
            heads = (records.quote_head(each, self._zone, self._currencies) for each in page)
            # Sellsy tells whole seconds.
            yield tuple(head for head in heads if head.created_at >= since.replace(microsecond=0))

    def quotes_by_number(self, number: str) -> tuple[QuoteHead, ...]:
        """Find the quotes with exactly this number; Sellsy looks for what contains it."""
        if not number.strip():
            return ()
        return tuple(
            head
            for page in self._documents("estimate", {"ident": number})
            for head in (records.quote_head(each, self._zone, self._currencies) for each in page)
            if head.number == number
        )

    def quote(self, key: Key) -> Quote:
        """Open one quote. Raises NotFound where it is gone."""
        currencies = self._currencies

        def read(response: Any) -> Quote:  # noqa: ANN401 - any JSON
            return records.quote(response, self._zone, currencies)

        found = self._document("estimate", key.id, read)
        _require_asked_for(key.id, found.head.key.id, "Document.getOne")
        return found

    def tagged_invoices(self, since: datetime | None) -> Iterator[Sequence[DocumentHead]]:
        """Page through the invoices that carry our tag, every step, created since a moment; counted."""
        return self._invoices({"tags": TAG, **_created_since(since)})

    def invoices_of(self, customer: Key, since: datetime | None) -> Iterator[Sequence[DocumentHead]]:
        """Page through all invoices of a customer, tagged or not, created since a moment; counted."""
        return self._invoices({"thirds": [wire_id(customer.id)], **_created_since(since)})

    def shows_invoices(self) -> bool:
        """Tell whether any invoice of the account is shown, tagged or not: at the price of one request."""
        params = {"doctype": "invoice", "includePayments": "N"}
        page = next(from_page(self._client, "Document.getList", params, _record, first=1, most=1))
        return bool(page.records)

    def invoice(self, document_id: str) -> Document:
        """Read an invoice back. Raises NotFound while Sellsy does not show it (it may be very fresh)."""
        currencies = self._currencies

        def read(response: Any) -> Document:  # noqa: ANN401 - any JSON
            return records.document(response, self._zone, currencies)

        found = self._document("invoice", document_id, read)
        _require_asked_for(document_id, found.head.id, "Document.getOne")
        return found

    def has_arrived(self, mark: str, attempt: int) -> bool | None:
        """Tell whether the request of an attempt at a draft has reached Sellsy; None where that is not clear.

        Its nonce is spent on a question: one that Sellsy has seen, has arrived. One that it has not may have
        been forgotten. With an access token there are no nonces, and it is never clear. To be asked once.
        Raises NotSent or Stopped where nothing was asked.
        """
        return self._client.is_spent(nonce(mark, attempt))

    def create_draft(self, draft: DraftInvoice, attempt: int) -> str:
        """Make a draft invoice [3.4] and return its id; the attempt counts from 1 for each work order.

        Sent once, never repeated. Raises NotSent or Refused where nothing was done, OutcomeUnknown where it
        may have been.
        """
        params = create_params(draft, self._clock(), self._zone)
        return self._client.call(
            "Document.create",
            params,
            lambda response: _given_id(response, "doc_id"),
            nonce=nonce(draft.marker, attempt),
        )

    def _invoices(self, search: Mapping[str, Any]) -> Iterator[Sequence[DocumentHead]]:
        for page in self._documents("invoice", search):
            yield tuple(records.document_head(each, self._zone, self._currencies) for each in page)

    def _documents(self, doctype: str, search: Mapping[str, Any]) -> Iterator[Sequence[Record]]:
        params = {"doctype": doctype, "includePayments": "N", "search": search}
        return counted(self._client, "Document.getList", params)

    def _document(self, doctype: str, document_id: str, read: Callable[[Any], T]) -> T:
        params = {"doctype": doctype, "docid": wire_id(document_id)}
        return self._client.call("Document.getOne", params, read)

    def computed(self, draft: DraftInvoice) -> Computed | None:  # noqa: ARG002 - the port's
        """Add a draft up without making it: v1 computes nothing that it does not store."""
        return None

    def is_same(self, key: Key) -> bool | None:
        """Tell whether a customer, product or quote is there; None where it is gone."""
        return None if self._known_as(key) is None else True

    def is_same_invoice(self, document_id: str) -> bool | None:
        """Tell whether an invoice is there; None where it is gone."""
        try:
            self.invoice(document_id)
        except (NotFound, Refused):
            return None
        return True

    def _known_as(self, key: Key) -> str | None:
        """Return what people know a record by: a name, a reference, a number; None where it is gone."""
        try:
            match key.kind:
                case Kind.CUSTOMER:
                    return self.customer(key).name
                case Kind.QUOTE:
                    return self.quote(key).head.number
                case _:
                    return self.product(key).reference
        except (NotFound, Refused):
            return None

    # --- files ------------------------------------------------------------------------------------

    def files_of(self, customer: Key) -> Iterator[Sequence[StoredFile]]:
        """Page through the documents on a customer's record [5.11]."""
        search = {"linkedtype": "third", "linkedid": wire_id(customer.id), "mode": "files"}
        for page in counted(self._client, "Briefcases.getList", {"search": search}):
            yield tuple(records.stored_file(each) for each in page)

    def upload(self, customer: Key, file_name: str, content: bytes) -> str:
        """Put a file among the customer's documents [5.11], once, and return its id.

        Raises as `create_draft` does.
        """
        content_type = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
        return self._client.call(
            "Briefcases.uploadFile",
            {"linkedtype": "third", "linkedid": wire_id(customer.id)},
            lambda response: _given_id(response, "file_id"),
            Upload(file_name, content, content_type),
        )

    def _members(self, method: str, params: Mapping[str, Any]) -> tuple[Record, ...]:
        return self._client.call(method, params, lambda response: tuple(members(response)))


def _record(response: Any) -> Record:  # noqa: ANN401 - any JSON
    """Take a response that must be one record. Raises TypeError where it is none."""
    if not isinstance(response, Mapping):
        raise TypeError(response)
    return response


def _require_asked_for(asked: str, found: str, method: str) -> None:
    """Refuse another record than the one that was asked for: one that was merged into it, or a cache's.

    Raises Refused: it is the matter of what needs that record, and of nothing else.
    """
    if asked != found:
        raise Refused("sellsy-other-record", method=method, asked=asked, found=found)


def _given_id(response: object, name: str) -> str:
    """Take the id of what was made, which stands by itself or under its name.

    Raises ValueError where there is none: then nobody knows whether it was made.
    """
    given = record_id(response.get(name) if isinstance(response, Mapping) else response)
    if not given.isdecimal() or not int(given):
        raise ValueError(name)
    return given


def _created_since(since: datetime | None) -> dict[str, int]:
    """Ask for documents by the moment they were made; `periodecreated` means the date printed on them."""
    return {} if since is None else {"periodecreationDate_start": int(since.timestamp())}
