"""What must be true of a firm whatever happened to it, said in terms of what people see.

Everything is judged by the two services, by what the watcher knows, and by what the program says (journal,
exit codes, `reconcile`); never by what it thinks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from simonsync.account.reconcile import Books
from simonsync.messages.kinds import Severity
from simonsync.sandbox.sellsy.records import Customer, Document, Product
from simonsync.settings.declaration import ProductChoice
from simonsync.store.journal import Entry
from tools.soak.firm import SimulatedFirm
from tools.soak.memory import TAG, Memory, number_in
from tools.soak.people import FILTER_WORD, STRANGE_MARKER
from tools.soak.silence import untrue

ALLOWED_WRITES = {"Document.create", "Briefcases.uploadFile"}
_TOLD_OF_A_DRAFT = ("draft-created", "draft-created-again", "draft-adopted")
_NO_FILE = ("document-upload-failed", "document-unavailable")
PDF = "Rapport d'intervention"
_MAY_STAY_OPEN = ("draft-lines-differ", "draft-total-differs")
"""The office edited a draft before it could be read back."""

Row = Mapping[str, Any]


class Expectations:
    """What is expected of a firm, given what the watcher knows."""

    def __init__(self, firm: SimulatedFirm, memory: Memory) -> None:
        self.firm = firm
        self.memory = memory
        self.sellsy, self.simon = firm.box.sellsy, firm.box.simon

    # --- always -----------------------------------------------------------------------------------------

    def always(self) -> None:
        """What no moment may contradict."""
        memory = self.memory
        memory.look()
        for birth in memory.births:
            assert not birth.beside, (
                f"work order {birth.number} got document {birth.document} while it had {set(birth.beside)}; "
                f"people said {memory.words.get(birth.number, [])}"
            )
        names = Counter((each.linkedid, each.file_name) for each in self.sellsy.files.values())
        twice = [name for name, count in names.items() if count > 1]
        assert not twice, f"files lie twice with a customer: {twice}"
        there = {row["Id"] for row in self.simon.rows("WorkOrder")}
        lost = memory.seen_orders - there - memory.deleted_orders
        assert not lost, f"work orders {lost} are gone from Simon, and nobody deleted them"
        for key, orders in memory.quoted.items():
            assert len(orders) == 1 or memory.state_lost, f"quote {key} became work orders {orders}"

    def after_run(self, *, may_write: bool) -> None:
        """What each run may have asked for."""
        log = self.firm.box.log
        written = log.writes("sellsy")
        strange = {each.method for each in written} - ALLOWED_WRITES
        assert not strange, f"Sellsy was asked for {strange}"
        if not may_write:
            assert not log.writes(), f"written by a run that must not: {log.writes()}"
        sent = [
            str(each.params["document"]["subject"]) for each in written if each.method == "Document.create"
        ]
        assert len(sent) == len(set(sent)), f"one run asked twice for a draft: {sent}"
        self.memory.told = self._told_of_drafts()

    def _told_of_drafts(self) -> dict[str, set[int]]:
        """Return the documents that the program has told to be a work order's own, by number."""
        told: dict[str, set[int]] = {}
        if self.firm.database.exists():
            for entry in self.firm.journal(codes=_TOLD_OF_A_DRAFT):
                told.setdefault(entry.number, set()).add(int(entry.message.params["document"]))
        return told

    def shown(self, number: str) -> set[int]:
        """Return the documents that the open cases of a work order name."""
        if not self.firm.database.exists():
            return set()
        return {
            document
            for entry in self.firm.journal(only_open=True)
            if entry.number == number
            for document in named_in(entry)
        }

    # --- once it is calm ---------------------------------------------------------------------------------

    def when_calm(self, books: Books) -> None:
        """What must hold once nothing goes wrong any more and enough time has passed."""
        journal = self.firm.journal()
        archived = [row for row in self.simon.rows("WorkOrder") if row["Status"] == "Archived"]
        for row in archived:
            told = [
                each
                for each in journal
                if (each.record.partition(":")[0] == str(row["Id"]) and each.number in {row["Number"], ""})
                or _is_about_all(each)
            ]
            self._sent_or_explained(row, told)
            self._file_is_there(row, told)
        false = list(untrue(journal, self.firm.box, self.memory))
        assert not false, f"what is told is not true: {false}"
        self._documents_are_known(journal)
        self._books_agree(books, archived)
        self._master_data_arrived()

    def _sent_or_explained(self, row: Row, told: list[Entry]) -> None:
        number = str(row["Number"])
        ours, copies = self.memory.live(number), self.memory.copies(number)
        still_open = {each.message.kind.code for each in told if each.open and _is_error(each)}
        if not ours and not copies:
            excuses = self.excuses(row)
            assert excuses, f"work order {number} has no document and no reason; told: {_shown(told)}"
            fitting = [each for each in told if each.message.kind.code in excuses]
            assert fitting, f"work order {number}: none of {sorted(excuses)} was told, but {_shown(told)}"
            assert any(each.open or not _is_error(each) for each in fitting), (
                f"work order {number}: its case is closed: {_shown(told)}"
            )
        if len(self.memory.apart(number)) > 1:
            assert "several-drafts-found" in still_open, (
                f"work order {number}: nobody told of both {ours} and {copies}, but {_shown(told)}"
            )
        alone = len(ours) == 1 and not copies and not self.memory.state_lost
        if alone and self._in_its_own_hands(number):
            # One that was sent twice is named beside every document of its customer that nobody knows.
            strangers = {"foreign-marker"} & self.excuses(row)
            stale = still_open - {*_MAY_STAY_OPEN, "state-lost", *strangers}
            assert not stale, f"work order {number} has its document, but {stale} is open"

    def _file_is_there(self, row: Row, told: list[Entry]) -> None:
        """Look for the PDF of a work order whose draft was made while it was to have one."""
        number = str(row["Number"])
        wanted = [each for each in self.memory.live(number) if each.id in self.memory.with_pdf]
        if len(wanted) != 1 or not self._in_its_own_hands(number) or self.memory.state_lost:
            return
        name = f"BT-{number} {PDF}.pdf"
        there = any(each.file_name == name for each in self.sellsy.files_of(wanted[0].third_id))
        assert there or any(each.open and each.message.kind.code in _NO_FILE for each in told), (
            f"work order {number} lacks its PDF, and nobody is told, but {_shown(told)}"
        )

    def _in_its_own_hands(self, number: str) -> bool:
        """Tell whether no human has ever decided about a work order, nor hidden a document of it."""
        documents = self.memory.live(number)
        return number not in self.memory.words and all(map(self.memory.untouched, documents))

    def excuses(self, row: Row) -> frozenset[str]:
        """Say why an archived work order may have no document: the codes of what people are told then."""
        return frozenset(self._excuses(row))

    def _excuses(self, row: Row) -> Iterator[str]:
        memory, number = self.memory, str(row["Number"])
        if FILTER_WORD in f"{row['Description']} {row['WorkDone']}".casefold():
            yield "work-order-filtered"
        if "never" in memory.said(number):
            yield from ("work-order-settled", "case-resolved")
        if self._has_adopted(number):
            # The document that a human has named may be one of theirs.
            yield "case-resolved"
        if memory.gone(number):
            # Where it was the last one, Sellsy shows none of ours; where it was deleted before it was
            # bound, that it had arrived is all there is to tell.
            yield from (
                "list-incomplete",
                "draft-request-arrived",
                "draft-deleted-in-sellsy",
                "outcome-unknown",
                "several-drafts-found",
                "case-resolved",
            )
            if memory.fresh(number):
                yield from _TOLD_OF_A_DRAFT
        if row["Id"] in memory.while_inactive or (memory.ended and memory.dates_are_doubtful):
            yield "archived-while-inactive"
        if memory.state_lost:
            yield from ("archived-while-inactive", "state-lost", "foreign-marker")
        if memory.uncertain[number] + memory.crashes > 1:
            yield "outcome-unknown"
        yield from self._customer_excuses(row)
        yield from self._product_excuses(row)
        quote = self._quote(row)
        if quote is not None and quote.step in {"invoiced", "partialinvoiced", "advanced"}:
            yield "quote-already-invoiced"

    def _has_adopted(self, number: str) -> bool:
        """Tell whether a document that a human has named is still there."""
        return any(
            word.choice == "adopt" and word.named in self.sellsy.documents
            for word in self.memory.words.get(number, ())
        )

    def _customer_excuses(self, row: Row) -> Iterator[str]:
        if row["CustomerId"] is None:
            yield "work-order-without-customer"
            return
        customer = self._customer(str(self.simon.row("Customer", row["CustomerId"])["ExtKey"] or ""))
        if customer is None:
            yield "work-order-customer-unknown"
            return
        if customer.relation != "client":
            yield "work-order-customer-not-client"
        for document in self.sellsy.documents_of("invoice", third_id=customer.id, tag=TAG):
            if is_strange(document):
                yield "foreign-marker"

    def _product_excuses(self, row: Row) -> Iterator[str]:
        for used in self.simon.children("UsedItem", row["Id"]):
            if used["ItemId"] is not None:
                ext_key = str(self.simon.row("Item", used["ItemId"])["ExtKey"] or "")
                if not self._product_exists(ext_key):
                    yield "work-order-item-unknown"
        for choice in (
            self.firm.settings.default_product,
            self.firm.settings.work_time_product,
            self.firm.settings.travel_time_product,
        ):
            if choice is not None and len(list(self._products(choice))) != 1:
                yield "setting-product-unknown"

    def _customer(self, ext_key: str) -> Customer | None:
        kind, _, record = ext_key.partition(":")
        return self.sellsy.customers.get(int(record)) if kind == "customer" and record.isdigit() else None

    def _product_exists(self, ext_key: str) -> bool:
        kind, _, record = ext_key.partition(":")
        product_id, _, declination = record.partition("_")
        product = self.sellsy.products.get(int(product_id)) if product_id.isdigit() else None
        if product is None or product.type != kind:
            return False
        return not declination or any(str(each.id) == declination for each in product.declinations)

    def _products(self, choice: ProductChoice) -> Iterator[Product]:
        for product in self.sellsy.products.values():
            if product.type == choice.kind and product.name == choice.reference:
                yield product

    def _quote(self, row: Row) -> Any:
        kind, _, record = str(row["ExtKey"] or "").partition(":")
        return self.sellsy.documents.get(int(record)) if kind == "quote" and record.isdigit() else None

    # --- what the program says of itself -------------------------------------------------------------------

    def _documents_are_known(self, journal: list[Entry]) -> None:
        """Every document that was made is in the journal, or named by an open case."""
        known: set[int] = set()
        for entry in journal:
            if entry.open or entry.message.kind.code in _TOLD_OF_A_DRAFT:
                known |= named_in(entry)
        for document_id, number in self.memory.made.items():
            document = self.sellsy.documents.get(document_id)
            if document is None or not self.memory.untouched(document) or self.memory.state_lost:
                continue
            seen = {each for word in self.memory.words.get(number, ()) for each in word.shown}
            assert document_id in known | seen, (
                f"document {document_id} of work order {number} was made, and nobody was told"
            )

    def _books_agree(self, books: Books, archived: list[Row]) -> None:
        """`reconcile` sees what the watcher sees."""
        told = set(books.missing)
        for row in archived:
            number = str(row["Number"])
            ours, copies = self.memory.live(number), self.memory.copies(number)
            untouched = [each for each in ours if self.memory.untouched(each)]
            on_purpose = {"work-order-filtered", "work-order-settled"} & self.excuses(row)
            if not ours and not copies and not on_purpose and not self._has_adopted(number):
                assert number in told, f"reconcile does not miss {number}"
            ruled_out = self.memory.disowned(number)
            if [each for each in untouched if each.id not in ruled_out]:
                assert number not in told, f"reconcile misses {number}, which has {untouched[0].id}"
        doubled = {each.number for each in books.duplicates}
        for row in archived:
            number = str(row["Number"])
            listed = [*self.memory.live(number), *self.memory.copies(number)]
            if len(self.memory.apart(number)) > 1:
                assert number in doubled, f"reconcile does not see both documents of {number}"
            if len(listed) < 2:
                assert number not in doubled, f"reconcile sees a second document of {number}"
        seen = {each for words in self.memory.words.values() for word in words for each in word.shown}
        for document in self.sellsy.documents_of("invoice", tag=TAG):
            if is_strange(document) and document.id in self.memory.people_made and document.id not in seen:
                assert str(document.id) in books.extra, f"reconcile does not see stranger {document.id}"

    def _master_data_arrived(self) -> None:
        """Sellsy leads: what it has is in Simon, unless people deleted it there."""
        cards = {str(row["ExtKey"]): row for row in self.simon.rows("Customer") if row["ExtKey"]}
        for customer in self.sellsy.clients():
            key = f"customer:{customer.id}"
            if customer.active and key not in self.memory.deleted_by_hand:
                assert key in cards, f"{key} is not in Simon"
                assert cards[key]["Name"] == customer.full_name, f"{key} is called {cards[key]['Name']}"
        items = {str(row["ExtKey"]): row for row in self.simon.rows("Item") if row["ExtKey"]}
        for product in self.sellsy.products.values():
            key = f"{product.type}:{product.id}"
            if product.active and not product.declinations and key not in self.memory.deleted_by_hand:
                assert key in items, f"{key} is not in Simon"
                assert items[key]["Code"] == product.name, f"{key} is called {items[key]['Code']}"


def named_in(entry: Entry) -> set[int]:
    """Return the documents that a line of the journal names."""
    params = entry.message.params
    names = f"{params.get('document', '')}, {params.get('documents', '')}".split(", ")
    return {int(name) for name in names if name.isdigit()}


def is_strange(document: Document) -> bool:
    """Tell whether a document with our tag has the marker of no work order."""
    return STRANGE_MARKER in document.subject or not number_in(document.subject)


def _is_about_all(entry: Entry) -> bool:
    """Tell whether an entry is about every work order: what was lost, and what Sellsy no longer shows."""
    return entry.message.kind.code in {"list-incomplete", "state-lost"}


def _is_error(entry: Entry) -> bool:
    return entry.message.kind.severity is Severity.ERROR


def _shown(told: list[Entry]) -> list[tuple[str, bool, dict[str, str]]]:
    return [(each.message.kind.code, each.open, dict(each.message.params)) for each in told]
