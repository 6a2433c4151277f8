"""Sellsy v1 as the engine's port: lists that are counted, records read afresh, drafts and files made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import cached_property
from mimetypes import guess_type
from typing import Any

from simonsync.domain.draft import DraftInvoice
from simonsync.domain.key import Key, Kind
from simonsync.domain.records import (
    Address,
    Customer,
    Document,
    DocumentHead,
    ListPage,
    Product,
    Quote,
    QuoteHead,
    SellsyAccount,
    StoredFile,
    Tax,
)
from simonsync.errors import NotFound, OutcomeUnknown, ServiceUnavailable
from simonsync.sellsy.v1 import records
from simonsync.sellsy.v1.client import SellsyClient, Upload
from simonsync.sellsy.v1.wire import Raw, identity, members, text

PER_PAGE = 100
"""Records asked for in one page; the largest that Sellsy takes is not documented."""
_TRIES = 2


class SellsyV1:
    """One firm's Sellsy; reference data is read once."""

    def __init__(self, client: SellsyClient, zone: tzinfo, now: Callable[[], datetime]) -> None:
        """Take the signed client, the account's zone and our clock."""
        self._client = client
        self._zone = zone
        self._now = now

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._client.requests

    def server_time(self) -> datetime | None:
        """Return Sellsy's clock as of its last answer."""
        return self._client.server_time()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    # --- the account ------------------------------------------------------------------------------

    def account(self) -> SellsyAccount:
        """Tell whose account this is: the call that proves the credentials."""
        user = _mapping(_mapping(self._client.call("Infos.getInfos", {})).get("userdatas"))
        firm = self._firm
        return SellsyAccount(
            corp_id=text(user, "corpId"),
            name=text(user, "corpName"),
            currency=self._currencies.get(text(user, "currencyId"), ""),
            country=text(firm, "countrycode").upper() or "FR",
        )

    @cached_property
    def _firm(self) -> Raw:
        return _mapping(self._client.call("AccountPrefs.getCorpInfos", {}))

    @cached_property
    def _currencies(self) -> dict[str, str]:
        found = members(self._client.call("AccountPrefs.getCurrencies", {}))
        return {text(record, "id") or key: text(record, "name") for key, record in found}

    @cached_property
    def _default_price_category(self) -> str:
        """The price category that everybody has; which one it is stands beside the records, or in one."""
        response = self._client.call("Accountdatas.getRateCategories", {})
        default = identity(_mapping(response), "default")
        marked = (text(record, "id") for _, record in members(response) if text(record, "isDefault") == "Y")
        return default or next(marked, "")

    def taxes(self) -> tuple[Tax, ...]:
        """List the account's VAT rates."""
        response = self._client.call("Accountdatas.getTaxes", {"includeEcoTax": "N", "enabled": "all"})
        return tuple(records.tax(record) for _, record in members(response))

    def units(self) -> tuple[str, ...]:
        """List the account's unit texts, in Sellsy's order."""
        response = self._client.call("Accountdatas.getUnits", {})
        return tuple(value for _, record in members(response) if (value := text(record, "value")))

    def categories(self) -> dict[str, str]:
        """Map category ids to names."""
        response = self._client.call("Catalogue.getCategories", {})
        return {text(record, "id"): text(record, "name") for _, record in members(response)}

    # --- catalogue --------------------------------------------------------------------------------

    def products(self, kind: Kind, *, archived: bool = False) -> Iterator[Sequence[Product]]:
        """Page through items or services, declinations included."""
        params = {"type": kind.value, "search": {"actif": "N" if archived else "Y"}}
        for page in self._listing("Catalogue.getList", params):
            yield [records.product(record, kind) for _, record in page]

    def product(self, key: Key) -> Product:
        """Read one product, service or declination afresh. Raises NotFound where it is gone."""
        record_id, _, declination = key.id.partition("_")
        params = {"type": key.kind.value, "id": record_id}
        if declination:
            params["includeDecli"] = "Y"
        response = _mapping(self._client.call("Catalogue.getOne", params))
        if not declination:
            return records.product(response, key.kind)
        for _, record in members(response.get("declinations")):
            if identity(record, "declid") == declination or identity(record, "decl_id") == declination:
                return records.product(record, key.kind)
        raise NotFound("sellsy-not-found", method="Catalogue.getOne", cause=key.ext_key)

    def products_by_reference(self, kind: Kind, reference: str) -> tuple[Product, ...]:
        """Find all products with exactly this reference, archived ones included; Sellsy searches loosely."""
        found = [
            product
            for actif in ("Y", "N")
            for page in self._listing(
                "Catalogue.getList", {"type": kind.value, "search": {"name": reference, "actif": actif}}
            )
            for _, record in page
            if (product := records.product(record, kind)).reference == reference
        ]
        return tuple({product.key: product for product in found}.values())

    # --- customers --------------------------------------------------------------------------------

    def customers(self, *, archived: bool = False) -> Iterator[Sequence[Customer]]:
        """Page through the customers, each with its main address only."""
        params = {"search": {"actif": "N" if archived else "Y"}}
        for page in self._listing("Client.getList", params):
            yield [records.listed_customer(record, self._default_price_category) for _, record in page]

    def addresses(self) -> Iterator[Sequence[tuple[Key, Address]]]:
        """Page through the addresses of customers; those of contacts are left out."""
        for page in self._listing("Addresses.getList", {}):
            found = (records.customer_address(record) for _, record in page)
            yield [each for each in found if each is not None]

    def customer(self, key: Key) -> Customer:
        """Read one customer afresh, also one that was turned back into a prospect. Raises NotFound."""
        try:
            response, prospect = self._client.call("Client.getOne", {"clientid": key.id}), False
        except NotFound:
            response, prospect = self._client.call("Prospects.getOne", {"id": key.id}), True
        return records.single_customer(_mapping(response), self._default_price_category, prospect=prospect)

    def files_of(self, customer: Key) -> Iterator[Sequence[StoredFile]]:
        """Page through the documents on a customer's record."""
        search = {"linkedtype": "third", "linkedid": customer.id, "mode": "files"}
        for page in self._listing("Briefcases.getList", {"search": search}):
            yield [records.stored_file(record) for _, record in page]

    # --- documents --------------------------------------------------------------------------------

    def quotes(self, steps: Sequence[str], since: datetime) -> Iterator[Sequence[QuoteHead]]:
        """Page through the quotes in these steps created since a moment."""
        search = {"steps": list(steps), **_created_since(since)}
        for page in self._listing("Document.getList", {"doctype": "estimate", "search": search}):
            yield [records.quote_head(record, self._zone, self._currencies) for _, record in page]

    def quote(self, key: Key) -> Quote:
        """Open one quote. Raises NotFound where it is gone."""
        response = self._client.call("Document.getOne", {"doctype": "estimate", "docid": key.id})
        return records.quote(_mapping(response), self._zone, self._currencies)

    def tagged_invoices(self, since: datetime | None) -> Iterator[Sequence[DocumentHead]]:
        """Page through the invoices that carry our tag, every step."""
        yield from self._invoices({"tags": records.TAG, **_created_since(since)})

    def invoices_of(self, customer: Key, since: datetime | None) -> Iterator[Sequence[DocumentHead]]:
        """Page through all invoices of a customer, tagged or not."""
        yield from self._invoices({"thirds": [int(customer.id)], **_created_since(since)})

    def _invoices(self, search: Mapping[str, Any]) -> Iterator[Sequence[DocumentHead]]:
        for page in self._listing("Document.getList", {"doctype": "invoice", "search": search}):
            yield [records.document_head(record, self._zone, self._currencies) for _, record in page]

    def invoice(self, document_id: str) -> Document:
        """Read an invoice back. Raises NotFound while Sellsy does not show it."""
        response = self._client.call("Document.getOne", {"doctype": "invoice", "docid": document_id})
        return records.document(_mapping(response), self._zone, self._currencies)

    def create_draft(self, draft: DraftInvoice) -> str:
        """Make a draft invoice, once, and return its id."""
        today = self._now().astimezone(self._zone)
        response = self._client.call("Document.create", records.creation(draft, today))
        # Older accounts answer with the bare id.
        document_id = identity(_mapping(response), "doc_id") or _bare_id(response)
        if not document_id:
            raise OutcomeUnknown(
                "write-outcome-unknown",
                service="Sellsy",
                host="",
                method="Document.create",
                cause="@cause-empty",
            )
        return document_id

    def upload(self, customer: Key, file_name: str, content: bytes) -> str:
        """Put a file among the customer's documents, once, and return its id."""
        mime = guess_type(file_name)[0] or "application/octet-stream"
        response = self._client.call(
            "Briefcases.uploadFile",
            {"linkedtype": "third", "linkedid": customer.id},
            Upload(file_name, content, mime),
        )
        return identity(_mapping(response), "file_id") or _bare_id(response) or file_name

    # --- lists gone through in turns -----------------------------------------------------------------

    def product_pages(self, kind: Kind, first: int = 1) -> Iterator[ListPage[Product]]:
        """Read the active catalogue from a page on, to its end."""
        params = {"type": kind.value, "search": {"actif": "Y"}}
        for page in self._pages("Catalogue.getList", params, first):
            yield replace(page, records=[records.product(record, kind) for record in page.records])

    def address_pages(self, first: int = 1) -> Iterator[ListPage[tuple[Key, Address]]]:
        """Read the addresses of all customers from a page on, to the end; those of contacts are left out."""
        for page in self._pages("Addresses.getList", {}, first):
            found = map(records.customer_address, page.records)
            yield replace(page, records=[each for each in found if each is not None])

    def customer_pages(self, since: datetime, until: datetime) -> Iterator[ListPage[Customer]]:
        """Read the active customers that were created in a window."""
        window = {
            "periodecreated_start": int(since.timestamp()),
            "periodecreated_end": int(until.timestamp()),
        }
        for page in self._pages("Client.getList", {"search": {"actif": "Y", **window}}, 1):
            found = [records.listed_customer(record, self._default_price_category) for record in page.records]
            yield replace(page, records=found)

    def _pages(self, method: str, params: Mapping[str, Any], first: int) -> Iterator[ListPage[Any]]:
        """Read pages one by one, to the last; at least one page is read, though it may be empty."""
        number = first
        while True:
            pagination = {"nbperpage": PER_PAGE, "pagenum": number}
            response = _mapping(self._client.call(method, {**params, "pagination": pagination}))
            infos = _mapping(response.get("infos"))
            pages = _pages(infos)
            found = [record for _, record in members(response.get("result"))]
            yield ListPage(found, number, pages, _count(infos))
            if number >= pages:
                return
            number += 1

    # --- lists ------------------------------------------------------------------------------------

    def _listing(self, method: str, params: Mapping[str, Any]) -> Iterator[list[tuple[str, Raw]]]:
        """Page through a list, each record once, and vouch for its being complete.

        Offsets are live: a record that comes or goes while we read shifts the pages. So what was announced at
        the beginning and at the end must be what was seen; where it is not, the list is read once more for
        what was missed, and then given up with ServiceUnavailable.
        """
        seen: set[str] = set()
        for _ in range(_TRIES):
            first = last = -1
            page = 0
            while True:
                page += 1
                pagination = {"nbperpage": PER_PAGE, "pagenum": page}
                response = _mapping(self._client.call(method, {**params, "pagination": pagination}))
                infos = _mapping(response.get("infos"))
                found = [(key, record) for key, record in members(response.get("result"))]
                last = _count(infos)
                first = last if first < 0 else first
                fresh = [(key, record) for key, record in found if key not in seen]
                seen.update(key for key, _ in fresh)
                if fresh:
                    yield fresh
                if not found or page >= _pages(infos):
                    break
            if first == last == len(seen):
                return
        raise ServiceUnavailable("listing-incomplete", service="Sellsy", list=method, cause="@cause-shifted")


def _created_since(since: datetime | None) -> dict[str, int]:
    """Write the filter on a document's creation stamp; the other filter is about the date it shows."""
    return {} if since is None else {"periodecreationDate_start": int(since.timestamp())}


def _count(infos: Raw) -> int:
    """Read how many records a list announces: a text among numbers."""
    total = text(infos, "nbtotal")
    return int(total) if total.isdigit() else -1


def _pages(infos: Raw) -> int:
    pages = text(infos, "nbpages")
    return int(pages) if pages.isdigit() else 0


def _bare_id(response: object) -> str:
    found = str(response) if isinstance(response, int | str) and not isinstance(response, bool) else ""
    return found if found.isdigit() and found != "0" else ""


def _mapping(value: object) -> Raw:
    return value if isinstance(value, Mapping) else {}
