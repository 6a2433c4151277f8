"""Simon → Sellsy: archived work orders become draft invoices [3.4].

What waits in the ledger (`sync.archived` takes it in) is looked at, one by one: read afresh, turned by the
rules into a draft or a reason why not, and handed on before the next is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from simonsync.domain.draft import DraftInvoice
from simonsync.domain.entities import ARTICLES
from simonsync.domain.key import Key, Kind, parse_ext_key
from simonsync.domain.records import Address, Customer, Product, Quote, SellsyAccount, WorkOrder
from simonsync.errors import NotFound, Refused
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Severity, Table
from simonsync.messages.render import Language
from simonsync.rules.cleanup import is_gone
from simonsync.rules.content import content, content_hash
from simonsync.rules.invoice import (
    Billing,
    Office,
    draft_invoice,
    is_filtered,
    needed_choices,
    sheets_to_name,
)
from simonsync.settings.declaration import Einvoicing, ProductChoice, Settings
from simonsync.store.attempts import draft_subject
from simonsync.store.ledger import LedgerEntry
from simonsync.store.state import State
from simonsync.sync.absence import Absence, absence_of
from simonsync.sync.actions import CreateDraft, Hold, Plan, Settle
from simonsync.sync.archived import STREAM
from simonsync.sync.identity import entry_of
from simonsync.sync.lookup import LookUp, obstacle
from simonsync.sync.ports import SellsyReader, SimonReader
from simonsync.sync.run import Planning
from simonsync.sync.waits import still_unknown

Found = TypeVar("Found")

_REASONS = tuple(
    kind.code
    for kind in (
        kinds.WORK_ORDER_WITHOUT_CUSTOMER,
        kinds.WORK_ORDER_CUSTOMER_UNKNOWN,
        kinds.WORK_ORDER_CUSTOMER_NOT_CLIENT,
        kinds.WORK_ORDER_ITEM_UNKNOWN,
        kinds.WORK_ORDER_UNREADABLE,
        kinds.WORK_ORDER_NOT_FOUND,
        kinds.CURRENCY_DIFFERS,
        kinds.QUOTE_ALREADY_INVOICED,
        kinds.SETTING_PRODUCT_UNKNOWN,
        kinds.TAX_DISABLED,
        kinds.EINVOICE_REFUSED,
        kinds.DRAFT_REFUSED,
    )
)
"""Why a work order is held as it is now; what is unknown about an earlier attempt is another matter."""
_WAITS = (kinds.CREATES_WAIT.code, kinds.CREATES_WAIT_AGAIN.code)
"""Why all drafts wait; of what is unknown, or strange, only a draft or a human closes the case."""


@dataclass(slots=True)
class Catalogue:
    """Sellsy's products, customers and quotes, each read at most once a run: prices are those of today.

    `gone` is told of a record that Sellsy refuses when it is asked for by itself.
    """

    sellsy: SellsyReader
    gone: Callable[[Key], None] = lambda _key: None
    _products: dict[Key, Product | None] = field(default_factory=dict)
    _customers: dict[Key, Customer | None] = field(default_factory=dict)
    _quotes: dict[Key, Quote | None] = field(default_factory=dict)
    _chosen: dict[ProductChoice, Product | None] = field(default_factory=dict)
    _main_addresses: dict[Key, Key | None] = field(default_factory=dict)

    def product(self, key: Key) -> Product | None:
        """Return a product, or None where it is gone."""
        if key not in self._products:
            self._products[key] = self._read(self.sellsy.product, key)
        return self._products[key]

    def customer(self, key: Key) -> Customer | None:
        """Return a customer, or None where it is gone."""
        if key not in self._customers:
            found = self._read(self.sellsy.customer, key)
            if found is not None and found.price_category is None:
                found = replace(found, price_category=self.sellsy.price_category(found))
            self._customers[key] = found
        return self._customers[key]

    def main_address(self, customer: Customer) -> Key | None:
        """Return the main address of a customer that is not shown with one."""
        if customer.key not in self._main_addresses:
            self._main_addresses[customer.key] = self.sellsy.main_address(customer)
        return self._main_addresses[customer.key]

    def quote(self, key: Key) -> Quote | None:
        """Return a quote, or None where it is gone."""
        if key not in self._quotes:
            self._quotes[key] = self._read(self.sellsy.quote, key)
        return self._quotes[key]

    def _read(self, read: Callable[[Key], Found], key: Key) -> Found | None:
        try:
            return read(key)
        except NotFound:
            self.gone(key)
            return None

    def chosen(self, choice: ProductChoice) -> Product | None:
        """Return the product that a setting names; None where there is not exactly one."""
        if choice not in self._chosen:
            found = self.sellsy.products_by_reference(choice.kind, choice.reference)
            self._chosen[choice] = found[0] if len(found) == 1 else None
        return self._chosen[choice]


def office_of(sellsy: SellsyReader, account: SellsyAccount, language: Language) -> Office:
    """Read what holds for all drafts of the account."""
    return Office(account, sellsy.taxes(), sellsy.units(), language, sellsy.unit_codes())


def plan_push(run: Planning, found: LookUp, office: Office, chosen: Sequence[str] = ()) -> Iterator[Plan]:
    """Plan a draft, or say why there is none, for each work order that waits (or is `chosen`, by Id)."""
    catalogue = Catalogue(
        run.sellsy, gone=lambda key: run.state.bindings.seen_missing(key, run.sellsy_reading())
    )
    for entry in run.state.ledger.waiting():
        run.stop()
        if chosen and entry.id not in chosen:
            continue
        plan = _plan_one(entry, run, found, office, catalogue)
        if plan is not None:
            yield plan


def _plan_one(
    entry: LedgerEntry, run: Planning, found: LookUp, office: Office, catalogue: Catalogue
) -> Plan | None:
    if entry.is_aside:
        return _settled(Message(kinds.WORK_ORDER_DELETED, {"number": entry.number}), entry, "", run)
    try:
        order = run.simon.work_order(entry.id)
    except NotFound:
        return _not_found(entry, run)
    except Refused as error:
        return _unreadable(entry, run, causes=error.problems)
    run.state.absences.forget("work_orders", entry.id)
    mine = entry_of(order.head, run)
    if mine is None or mine.marker != entry.marker:
        # Another one has its Id now: this one is no longer in Simon.
        return None
    if order.head.archived_at is None:
        _reopened(entry, run)
        return None
    try:
        decision = decide(order, entry, run.settings, run.state, run.simon, office, catalogue)
    except Refused as error:
        return _unreadable(entry, run, causes=error.problems)
    if not entry.force and _has_doubtful_quote(order, run, catalogue):
        return _unreadable(entry, run, cause="@cause-quote-not-shown")
    _cure_other_reasons(entry, decision, run)
    if isinstance(decision, Message):
        if decision.kind.severity is Severity.ERROR:
            return Plan((Hold(decision, entry.id, Table.WORK_ORDER),), STREAM)
        return _settled(decision, entry, content_hash(order), run)
    if found.second_writer or entry.id in found.cases:
        return None
    run.state.ledger.of_whom(entry.id, decision.customer)
    reason = obstacle(entry, decision.customer, found, run)
    run.cure(Table.WORK_ORDER, entry.id, *(code for code in _WAITS if reason is None or code != reason.code))
    if reason is not None:
        return Plan((Hold(reason, entry.id, Table.WORK_ORDER),), STREAM)
    subject = draft_subject(entry.id)
    attempt = len(run.state.attempts.of(subject)) + 1
    again = bool(run.state.attempts.open_at(subject))
    return Plan((CreateDraft(decision, content(order), attempt, again=again),), STREAM)


def _cure_other_reasons(entry: LedgerEntry, decision: DraftInvoice | Message, run: Planning) -> None:
    """Close what held a work order in an earlier run and does no longer: one reason, one open case.

    A draft that Sellsy refused stays open until it is made.
    """
    reason = decision.kind.code if isinstance(decision, Message) else kinds.DRAFT_REFUSED.code
    run.cure(Table.WORK_ORDER, entry.id, *(code for code in _REASONS if code != reason))


def _reopened(entry: LedgerEntry, run: Planning) -> None:
    """Forget a work order that was opened again before it was sent; not while a draft of it may exist."""
    if not run.state.attempts.open_at(draft_subject(entry.id)):
        with run.state.commit():
            if entry.document_id is None:
                run.state.ledger.forget(entry.id)
            else:
                # It had a draft once; archived again, it is not sent again by itself.
                run.state.ledger.is_deleted(entry.id)
            run.cure(Table.WORK_ORDER, entry.id)


def _not_found(entry: LedgerEntry, run: Planning) -> Plan:
    """Hold a work order that Simon does not show; settle it once it is certain that it was deleted there."""
    match absence_of("work_orders", entry.id, run):
        case Absence.LISTED:
            return _unreadable(entry, run, cause="@cause-not-shown")
        case Absence.CERTAIN:
            return _settled(Message(kinds.WORK_ORDER_DELETED, {"number": entry.number}), entry, "", run)
        case Absence.DOUBTFUL:
            message = Message(kinds.WORK_ORDER_NOT_FOUND, {"number": entry.number})
            _cure_other_reasons(entry, message, run)
            return Plan((Hold(message, entry.id, Table.WORK_ORDER),), STREAM)


def _settled(reason: Message, entry: LedgerEntry, content: str, run: Planning) -> Plan:
    """Settle a work order that is not to be sent; not while a draft of it may exist."""
    doubt = still_unknown(entry, run)
    action = Settle(reason, entry.id, content) if doubt is None else Hold(doubt, entry.id, Table.WORK_ORDER)
    return Plan((action,), STREAM)


def _unreadable(
    entry: LedgerEntry, run: Planning, *, cause: str = "", causes: tuple[Message, ...] = ()
) -> Plan:
    """Hold a work order that one of the services does not give whole: nothing is billed by guess."""
    params = {"number": entry.number, "cause": cause} if cause else {"number": entry.number}
    message = Message(kinds.WORK_ORDER_UNREADABLE, params, causes)
    _cure_other_reasons(entry, message, run)
    return Plan((Hold(message, entry.id, Table.WORK_ORDER),), STREAM)


def _has_doubtful_quote(order: WorkOrder, run: Planning, catalogue: Catalogue) -> bool:
    """Tell whether Sellsy does not show a work order's quote, and did not half an hour ago either.

    Without its quote it is billed at catalogue prices: not because of one strange answer.
    """
    key = _quote_of(order)
    binding = None if key is None else run.state.bindings.get(key)
    if key is None or binding is None:
        return False
    if catalogue.quote(key) is None:
        return not is_gone(binding.missing_since, run.sellsy_reading())
    if binding.missing_since is not None:
        run.state.bindings.there_again(key)
    return False


def decide(
    order: WorkOrder,
    entry: LedgerEntry | None,
    settings: Settings,
    state: State,
    simon: SimonReader,
    office: Office,
    catalogue: Catalogue,
    *,
    mark: str = "",
) -> DraftInvoice | Message:
    """Read what Sellsy knows about a work order and let the rule decide: the value of push and of preview."""
    country = office.account.country
    filtered = is_filtered(order, settings)
    billing = Billing() if filtered else gather(order, settings, state, simon, catalogue, country)
    return draft_invoice(
        order,
        entry.marker if entry else mark,
        settings,
        billing,
        office,
        force=entry.force if entry else False,
    )


def gather(
    order: WorkOrder,
    settings: Settings,
    state: State,
    simon: SimonReader,
    catalogue: Catalogue,
    country: str,
) -> Billing:
    """Read everything that a work order's draft depends on; `country` is the account's."""
    used = {each.item_id for each in order.used_items if each.item_id}
    sold = _in_sellsy("items", used, ARTICLES, simon)
    articles = {item_id: catalogue.product(key) if key else None for item_id, key in sold.items()}
    customer_id = order.customer_id or (order.place.customer_id if order.place else "")
    known = _in_sellsy("customers", {customer_id} - {""}, (Kind.CUSTOMER,), simon).get(customer_id)
    customer = catalogue.customer(known) if known else None
    quote = _quote_of(order)
    place = _work_address(order, customer, state)
    wanted = settings.delivery_address or settings.einvoicing.in_force(country) is not Einvoicing.OFF
    if wanted and used and customer and place and customer.invoiced_at is None:
        # Whether the goods went elsewhere depends on it.
        customer = replace(customer, main_address=catalogue.main_address(customer))
    return Billing(
        customer=customer if order.customer_id else None,
        customer_name=customer.name if customer else _simon_name(customer_id, simon),
        articles=articles,
        chosen={key: catalogue.chosen(choice) for key, choice in needed_choices(order, settings).items()},
        quote=None if quote is None else catalogue.quote(quote),
        people={sheet.person: simon.person_name(sheet.person) for sheet in sheets_to_name(order)},
        work_address=place,
    )


def _in_sellsy(
    table: str, record_ids: Collection[str], kinds_of: Collection[Kind], simon: SimonReader
) -> dict[str, Key | None]:
    """Say which record of Sellsy each record of Simon is; None where it is none, as one made by hand.

    Simon's own ExtKey says so, not what we remember of an Id: a database that was put back gives Ids again.
    """
    found = {each: parse_ext_key(text) for each, text in simon.ext_keys(table, record_ids).items()}
    return {each: key if key is not None and key.kind in kinds_of else None for each, key in found.items()}


def _work_address(order: WorkOrder, customer: Customer | None, state: State) -> Address | None:
    """Return the address of the customer in Sellsy that the work address stands for, if any."""
    binding = state.bindings.by_target(order.place.id, Kind.ADDRESS) if order.place else None
    if binding is None or customer is None:
        return None
    return next((each for each in customer.addresses if each.key == binding.key), None)


def _quote_of(order: WorkOrder) -> Key | None:
    """Return the quote that a work order was made from, if any."""
    key = parse_ext_key(order.ext_key)
    return key if key is not None and key.kind is Kind.QUOTE else None


def _simon_name(customer_id: str, simon: SimonReader) -> str:
    return simon.customer_name(customer_id) if customer_id else ""
