"""What the engine needs of the two services. Adapters fit by structure; planners get readers only.

A reader never writes: a planner that was given readers cannot, by type. Pages come as they are read, so that
memory stays flat; a `counted` listing raises `ListIncomplete`, which is a `ServiceUnavailable`, where it
cannot vouch for being complete (fewer or more distinct ids than announced, a total that moved, a page that
repeats, or one without its total).

Every call may raise `CredentialsRefused` or `ServiceUnavailable`; what else it raises is said beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from simonsync.domain.draft import Computed, DraftInvoice
from simonsync.domain.key import Key, Kind
from simonsync.domain.records import (
    Address,
    Attachment,
    Customer,
    Document,
    DocumentHead,
    ListStep,
    Product,
    Quote,
    QuoteHead,
    SellsyAccount,
    SimonEntry,
    SimonRecord,
    StoredFile,
    Survey,
    TableCount,
    Tax,
    WorkOrder,
    WorkOrderHead,
)


class SellsyReader(Protocol):
    """What is read from Sellsy."""

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""

    @property
    def answers(self) -> int:
        """How many answers that made sense came so far, refusals included."""

    def account(self) -> SellsyAccount:
        """Tell whose account this is: the call that proves the credentials."""

    def server_time(self) -> datetime | None:
        """Return Sellsy's own clock as of its last answer (Date header); None before the first answer."""

    def categories(self) -> dict[str, str]:
        """Map category ids to names."""

    def taxes(self) -> tuple[Tax, ...]:
        """List the account's VAT rates."""

    def units(self) -> tuple[str, ...]:
        """List the account's unit texts, in Sellsy's order."""

    def unit_codes(self) -> Mapping[str, str]:
        """Map unit texts to the UN/ECE codes that e-invoices name them by, as far as they are told."""

    def products(self, kind: Kind, *, archived: bool = False) -> Iterator[Sequence[Product]]:
        """Page through the catalogue's items or services, declinations included; counted."""

    def customers(self, *, archived: bool = False) -> Iterator[Sequence[Customer]]:
        """Page through the customers; counted. Their `addresses` hold the main address only."""

    def addresses(self) -> Iterator[Sequence[tuple[Key, Address]]]:
        """Page through the addresses of all customers, each with its customer's key; counted.

        Raises Refused where the account's rights do not allow this list.
        """

    def product_steps(self, kind: Kind, position: str, most: int | None) -> Iterator[ListStep[Product]]:
        """Go through the active catalogue from a position on, in at most so many requests."""

    def address_steps(self, position: str, most: int | None) -> Iterator[ListStep[tuple[Key, Address]]]:
        """Go through the addresses of all customers from a position on, in at most so many requests.

        Raises Refused where the account's rights do not allow this list.
        """

    def customer_steps(self, position: str) -> Iterator[ListStep[Customer]]:
        """Go through the active customers from a position on; whoever has enough stops where a step ends."""

    @property
    def tells_changes(self) -> bool:
        """Whether `changed_customers` tells edits too: then the list itself may be gone through slowly."""

    def changed_customers(self, position: str) -> Iterator[ListStep[Customer]]:
        """Read the active customers that were created since the last look, or changed, where that is told.

        Those of a service that tells changes come with all their addresses.
        """

    def price_category(self, customer: Customer) -> str:
        """Return the price category of a customer that is not shown with one; "" for the default."""
        ...

    def main_address(self, customer: Customer) -> Key | None:
        """Return the main address of a customer that is not shown with one; None where nothing tells it."""
        ...

    def customer(self, key: Key) -> Customer:
        """Read one customer afresh, all addresses included. Raises NotFound where it is gone."""

    def product(self, key: Key) -> Product:
        """Read one product or service afresh. Raises NotFound where it is gone."""

    def products_by_reference(self, kind: Kind, reference: str) -> tuple[Product, ...]:
        """Find all products with exactly this reference (case-sensitive), archived ones included."""

    def quotes(self, steps: Sequence[str], since: datetime) -> Iterator[Sequence[QuoteHead]]:
        """Page through the quotes in these steps created since a moment; counted."""

    def quotes_by_number(self, number: str) -> tuple[QuoteHead, ...]:
        """Find the quotes with exactly this number, whatever their step and age."""

    def quote(self, key: Key) -> Quote:
        """Open one quote. Raises NotFound where it is gone."""

    def tagged_invoices(self, since: datetime | None) -> Iterator[Sequence[DocumentHead]]:
        """Page through the invoices that carry our tag, every step, created since a moment; counted."""

    def invoices_of(self, customer: Key, since: datetime | None) -> Iterator[Sequence[DocumentHead]]:
        """Page through all invoices of a customer, tagged or not, created since a moment; counted."""

    def shows_invoices(self) -> bool:
        """Tell whether any invoice of the account is shown, tagged or not: at the price of one request."""

    def invoice(self, document_id: str) -> Document:
        """Read an invoice back. Raises NotFound while Sellsy does not show it (it may be very fresh)."""

    def computed(self, draft: DraftInvoice) -> Computed | None:
        """Let Sellsy add a draft up without making it; None where it offers no such thing.

        Raises Refused where it would refuse the draft, or may not be asked.
        """

    def is_same(self, key: Key) -> bool | None:
        """Tell whether a customer, product or quote is the same over every interface that is spoken here.

        By what people know it by; None where it is gone.
        """

    def is_same_invoice(self, document_id: str) -> bool | None:
        """Tell the same of an invoice."""

    def files_of(self, customer: Key) -> Iterator[Sequence[StoredFile]]:
        """Page through the documents on a customer's record."""

    def has_arrived(self, mark: str, attempt: int) -> bool | None:
        """Tell whether the request of an attempt at a draft has reached Sellsy, by its marker.

        None where that is not clear, False where Sellsy has not seen it or has forgotten it. To be asked
        once: it is evidence besides the waits, never instead of them. Raises NotSent or Stopped where nothing
        was asked.
        """


class SellsyWriter(SellsyReader, Protocol):
    """What is written to Sellsy: draft invoices and files, nothing else, ever."""

    def create_draft(self, draft: DraftInvoice, attempt: int) -> str:
        """Make a draft invoice and return its id; attempts at a work order's draft count from 1.

        Sent once, never repeated. Raises NotSent or Refused where nothing was done, OutcomeUnknown where
        it may have been.
        """

    def upload(self, customer: Key, file_name: str, content: bytes) -> str:
        """Put a file among the customer's documents and return its id. Raises as `create_draft` does."""


class SimonReader(Protocol):
    """What is read from Simon."""

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""

    def licence_hash(self) -> str:
        """Return the SHA-256 (hex) of the licence code: who we are in Simon."""

    def marker(self, corp_id: str, head: WorkOrderHead) -> str:
        """Return a work order's marker; the licence code enters it, and goes nowhere else."""

    def verify(self) -> None:
        """Log in and read something: the calls that prove the credentials."""

    def server_time(self) -> datetime | None:
        """Return Simon's own clock as of its last answer (Date header); None before the first answer."""

    def ask_time(self) -> datetime | None:
        """Return Simon's own clock, logging in where it has said nothing yet; None where it does not tell."""

    def expect(self, there: Iterable[str]) -> None:
        """Hold tables to be there that a Simon may lack, and PDFs: not to find one is then trouble."""

    @property
    def there(self) -> frozenset[str]:
        """Which tables that a Simon may lack have answered, or are held to be there; and PDFs."""

    def ask_tables(self) -> frozenset[str]:
        """Ask all tables that a Simon may lack, and return which there are.

        Raises ServiceUnavailable where one is not found that is held to be there.
        """

    def table_counts(self) -> tuple[TableCount, ...]:
        """Count the seven tables of the manual, in its order [4.3]."""

    def archived_work_orders(self, since: datetime | None) -> Iterator[Sequence[WorkOrderHead]]:
        """Page through archived work orders changed at or after a moment, by mutation date."""

    def archived_ids(self, after: str = "") -> Iterator[Sequence[str]]:
        """Page through the Ids of all archived work orders, ascending, from the one after `after` on.

        Counted. Neither a stamp nor a cursor can hide one. Ids of open ones may come too.
        """

    def open_work_orders(self) -> Iterator[Sequence[WorkOrder]]:
        """Page through the work orders that are not archived, with their used items (no time sheets)."""

    def work_order(self, work_order_id: str) -> WorkOrder:
        """Read one work order with used items, time sheets and work address.

        Raises NotFound where the work order itself is refused (which proves nothing, see `sync.absence`),
        Refused where something on it cannot be read or found.
        """

    def work_order_head(self, work_order_id: str) -> WorkOrderHead:
        """Read what identifies a work order, and nothing that hangs on it. Raises NotFound or Refused."""

    def customer_of(self, work_order_id: str) -> str:
        """Return the Id of a work order's customer, "" where it has none. Raises NotFound."""

    def is_listed(self, table: str, record_id: str) -> bool:
        """Tell whether a table lists a record, whatever comes of asking for it by itself.

        Raises ServiceUnavailable where the table does not answer.
        """

    def ext_keys(self, table: str, record_ids: Collection[str]) -> Mapping[str, str]:
        """Return the ExtKeys of some records, by Id: what each of them is in Sellsy, as Simon has it now.

        Raises Refused where one of them is not listed.
        """

    def work_orders_by_number(self, number: str) -> tuple[WorkOrderHead, ...]:
        """Find the work orders with exactly this number."""

    def customer_name(self, customer_id: str) -> str:
        """Return how Simon calls a customer; "" where there is none of this Id."""

    def person_name(self, person_id: str) -> str:
        """Return how Simon calls one of its users; "" where there is none of this Id, or none is told."""

    def find(self, key: Key) -> str | None:
        """Return the Id of the record whose ExtKey is this key's, or None."""

    def keys(self, table: str) -> Iterator[Sequence[tuple[str, str, str]]]:
        """Page through (Id, ExtKey, name) of a table (`customers`, `items`, …); counted."""

    def entries(self, table: str) -> Iterator[Sequence[SimonEntry]]:
        """Page through a table as `keys` does, with what each record belongs to; counted."""

    def pointing_at(self, table: str, target: str, record_id: str) -> Iterator[Sequence[dict[str, object]]]:
        """Page through the raw records of a table that point at a record of another.

        `work_orders` of a customer or at a work address, `used_items` of an article, `contacts` of a
        customer: whether the first page comes at all tells, at the price of one request, if it is used.
        """

    def surveys(self, work_order_id: str) -> tuple[Survey, ...]:
        """List the forms on a work order."""

    def attachments(self, work_order_id: str) -> tuple[Attachment, ...] | None:
        """List the files on a work order; None where this Simon offers no such list."""

    def work_order_pdf(self, work_order_id: str) -> bytes | None:
        """Return the work order's PDF; None where Simon has none and says so.

        Raises NotFound where there is none at its address (see `has_pdfs`), Refused where what is there is no
        whole PDF: that is no answer.
        """

    @property
    def has_pdfs(self) -> bool:
        """Whether this Simon has ever given a work order's PDF: then one that is not found is in doubt."""

    def survey_pdf(self, survey_id: str) -> bytes | None:
        """Return a completed form's PDF; None where Simon has none and says so. Raises as above."""

    def attachment(self, attachment_id: str) -> bytes | None:
        """Return an attachment's content; None where Simon has none and says so. Raises NotFound."""

    def records(self, table: str) -> Iterator[Sequence[dict[str, object]]]:
        """Page through the raw records of a table, as Simon has them, for backups; counted."""

    def record(self, table: str, record_id: str) -> dict[str, object]:
        """Read one raw record, as Simon has it, for a backup. Raises NotFound."""

    def is_as_saved(self, table: str, fields: Mapping[str, object]) -> bool:
        """Tell whether a record is still as it was read: its mutation date, and a work order's status.

        One that is not found is: there is nothing more to lose.
        """

    def entry(self, table: str, fields: Mapping[str, object]) -> SimonEntry:
        """Tell which record a raw one is: its Id, ExtKey, name and owner. Nothing is asked of Simon."""

    def restorable(
        self, table: str, fields: Mapping[str, object], new_id: Callable[[str, str], str | None]
    ) -> dict[str, object]:
        """Return what `restore` would insert: without what only Simon writes, pointing at new Ids.

        `new_id` turns table and old Id of what the record points at into its new Id; None leaves it.
        """


class SimonWriter(SimonReader, Protocol):
    """What is written to Simon."""

    def create(self, record: SimonRecord, ids: Callable[[Key], str]) -> str:
        """Insert a record and return its Id; `ids` turns the keys it points at into Simon's Ids.

        Raises Conflict where the ExtKey is taken, Refused, NotSent or OutcomeUnknown.
        """

    def require_still(self, key: Key, record_id: str) -> None:
        """Make sure that an Id is still that of a record of ours: a Simon that was put back gives it again.

        Raises NotFound where it is not, or where there is none; Refused.
        """

    def update(self, record: SimonRecord, record_id: str, ids: Callable[[Key], str]) -> None:
        """Change a record. Raises NotFound, Refused, NotSent or OutcomeUnknown."""

    def delete(self, table: str, record_id: str) -> None:
        """Delete a record; one that is gone already is fine. Raises InUse or Refused."""

    def restore(
        self, table: str, fields: Mapping[str, object], new_id: Callable[[str, str], str | None]
    ) -> str:
        """Insert a raw record of a backup (see `restorable`) and return its new Id; sent once.

        Raises Conflict where its ExtKey is taken, Refused, NotSent or OutcomeUnknown.
        """
