"""Every message the program can give: code, severity and parameters, declared once.

Codes are frozen: scripts and support staff search for them. Texts live in `messages.texts`, one file per
language; a test proves that every kind has its text, with the same parameters, in each of them. To add one:

1. a constant here, among those of its severity, with the names of its parameters.
2. in `texts/*/journal.py`, in each language, sorted by code: what happened, and what to do about it.
3. `Message(kinds.ITS_NAME, {...})` where it happens; `lasting` wants somebody who sees that it is cured, and
   its line in `CLOSED_BY` of `tests/messages/test_closed.py`; `_of_a_draft` does not. One about a file
   belongs to `FILE_CASES` of `sync/closing`.

`make docs` puts it on the page of the messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from simonsync.secrecy import without_secrets


class Severity(StrEnum):
    """How much a message matters [8.2]."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Table(StrEnum):
    """What a journal entry is about [8.1]; the values of `log --table`."""

    WORK_ORDER = "work_order"
    CUSTOMER = "customer"
    WORK_ADDRESS = "work_address"
    USED_ITEM = "used_item"
    ITEM = "item"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One message the program can give.

    Attributes:
        code: kebab-case, never renamed.
        severity: information, warning or error.
        parameters: names that its texts may use, beside `number` and `record`.
        table: what it is about.
        news: information worth a look (blue); without it there is nothing to do (white) [8.4].
        lasting: a state of affairs that stays open until it is cured, and is counted while it lasts.
            Errors always last; of the warnings, those that the program itself can see cured.
        to_look_at: it is about a draft, and stays open until the draft has been confirmed or sent, is watched
            no longer, or a person has looked at it. Each of several of one code is an entry of its own.
    """

    code: str
    severity: Severity
    parameters: tuple[str, ...] = ()
    table: Table = Table.NONE
    news: bool = False
    lasting: bool = False
    to_look_at: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A kind with its parameters: what there is to say, in no language yet.

    What a run tells, what an error carries and what a check finds are all of them messages.

    Attributes:
        causes: the messages that this one came from; they take the place of a parameter `cause`.
    """

    kind: MessageKind
    params: Mapping[str, str] = field(default_factory=dict)
    causes: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        """Take out the secrets of both services: whatever is told, journalled or mailed comes by here."""
        if any(without_secrets(value) != value for value in self.params.values()):
            clean = {name: without_secrets(value) for name, value in self.params.items()}
            object.__setattr__(self, "params", clean)

    @classmethod
    def of(cls, code: str, params: Mapping[str, str] | None = None) -> Message:
        """Return the message of a code; one that is never journalled has no kind of its own: an error."""
        kind = KINDS.get(code) or FINDINGS.get(code) or MessageKind(code, Severity.ERROR)
        return cls(kind, params or {})

    @property
    def code(self) -> str:
        """What scripts and support staff search for."""
        return self.kind.code

    @property
    def shown(self) -> Mapping[str, str]:
        """The parameters as scripts read them: of a cause the service's own words, else its code."""
        if not self.causes:
            return self.params
        return {
            **self.params,
            "cause": "; ".join(each.params.get("cause", each.code) for each in self.causes),
        }

    def __hash__(self) -> int:
        """Hash by code and parameters, so that messages fit into sets."""
        return hash((self.kind.code, tuple(sorted(self.params.items())), self.causes))

    def __str__(self) -> str:
        """Show code and parameters, for developers and tests; people get the catalogue's sentence."""
        return f"{self.code} {dict(self.shown)}"


KINDS: dict[str, MessageKind] = {}


def _kind(
    code: str,
    severity: Severity,
    *parameters: str,
    table: Table = Table.NONE,
    news: bool = False,
    lasting: bool = False,
    to_look_at: bool = False,
) -> MessageKind:
    lasts = lasting or to_look_at or severity is Severity.ERROR
    kind = MessageKind(code, severity, parameters, table, news, lasts, to_look_at)
    KINDS[code] = kind
    return kind


def _info(code: str, *parameters: str, table: Table = Table.NONE, news: bool = False) -> MessageKind:
    return _kind(code, Severity.INFO, *parameters, table=table, news=news)


def _warning(code: str, *parameters: str, table: Table = Table.NONE, lasting: bool = False) -> MessageKind:
    return _kind(code, Severity.WARNING, *parameters, table=table, lasting=lasting)


def _error(code: str, *parameters: str, table: Table = Table.NONE) -> MessageKind:
    return _kind(code, Severity.ERROR, *parameters, table=table)


_WO = Table.WORK_ORDER


def _of_a_draft(code: str, *parameters: str, severity: Severity = Severity.WARNING) -> MessageKind:
    return _kind(code, severity, "number", *parameters, table=_WO, to_look_at=True)


# --- information ----------------------------------------------------------------------------------
CUSTOMER_CREATED = _info("customer-created", "name", table=Table.CUSTOMER)
CONTACT_CREATED = _info("contact-created", "name")
CONTACT_UPDATED = _info("contact-updated", "name")
CONTACT_DELETED = _info("contact-deleted", "name", "reason")
GONE_IN_SELLSY = _info("gone-in-sellsy", "name", news=True)
CUSTOMER_UPDATED = _info("customer-updated", "name", table=Table.CUSTOMER)
CUSTOMER_DELETED = _info("customer-deleted", "name", "reason", table=Table.CUSTOMER, news=True)
ITEM_CREATED = _info("item-created", "name", table=Table.ITEM)
ITEM_UPDATED = _info("item-updated", "name", table=Table.ITEM)
ITEM_DELETED = _info("item-deleted", "name", "reason", table=Table.ITEM, news=True)
WORK_ADDRESS_CREATED = _info("work-address-created", "name", table=Table.WORK_ADDRESS)
WORK_ADDRESS_UPDATED = _info("work-address-updated", "name", table=Table.WORK_ADDRESS)
WORK_ADDRESS_DELETED = _info("work-address-deleted", "name", "reason", table=Table.WORK_ADDRESS, news=True)
WORK_ORDER_CREATED = _info("work-order-created", "number", "quote", table=_WO, news=True)
USED_ITEM_CREATED = _info("used-item-created", "number", "name", table=Table.USED_ITEM)
DRAFT_CREATED = _info("draft-created", "number", "document", "total", table=_WO, news=True)
DRAFT_CREATED_AGAIN = _info("draft-created-again", "number", "document", "total", table=_WO, news=True)
DRAFT_ADOPTED = _info("draft-adopted", "number", "document", table=_WO, news=True)
DRAFT_SHOWN_AGAIN = _info("draft-shown-again", "number", "document", table=_WO, news=True)
DRAFT_TOTAL_ROUNDED = _info("draft-total-rounded", "number", "expected", "found", table=_WO)
DOCUMENT_UPLOADED = _info("document-uploaded", "number", "file", table=_WO)
WORK_ORDER_FILTERED = _info("work-order-filtered", "number", "word", table=_WO)
WORK_ORDER_SETTLED = _info("work-order-settled", "number", "reason", table=_WO, news=True)
WORK_ORDER_FOUND = _info("work-order-found", "number", table=_WO, news=True)
SYNC_RESUMED = _info("sync-resumed", "service", news=True)
ACTIVATED = _info("activated", news=True)
DEACTIVATED = _info("deactivated", news=True)
SETTINGS_CHANGED = _info("settings-changed", "settings", news=True)
WIPED = _info("wiped", "count", "backup", news=True)
RECORDS_RESTORED = _info("records-restored", "count", "backup", news=True)
CONNECTED = _info("connected", "company", news=True)
DESK_ACTION = _info("desk-action", "who", "command", news=True)
CASE_RESOLVED = _info("case-resolved", "number", "choice", table=_WO, news=True)

# --- warnings -------------------------------------------------------------------------------------
FREE_LINE_PRICE_MISSING = _of_a_draft("free-line-price-missing", "text")
DRAFT_WITHOUT_LINES = _of_a_draft("draft-without-lines")
DRAFT_TOTAL_DIFFERS = _of_a_draft("draft-total-differs", "document", "expected", "found")
WORK_ORDER_CHANGED = _of_a_draft("work-order-changed-after-draft", "document", "difference")
DRAFT_DELETED = _of_a_draft("draft-deleted-in-sellsy", "document")
DRAFT_REPLACES_DELETED = _of_a_draft("draft-replaces-deleted", "document", "former")
QUOTE_CHANGED = _warning("quote-changed-after-work-order", "quote", "number", table=_WO)
QUOTE_UNREADABLE = _warning("quote-unreadable", "quote", table=_WO, lasting=True)
QUOTE_GONE = _of_a_draft("quote-gone")
QUOTE_CUSTOMER_MISSING = _warning("quote-customer-missing", "quote", table=_WO, lasting=True)
ARCHIVED_WHILE_INACTIVE = _warning("archived-while-inactive", "number", table=_WO, lasting=True)
WORK_ORDER_NOT_FOUND = _warning("work-order-not-found", "number", table=_WO, lasting=True)
WORK_ORDER_DELETED = _warning("work-order-deleted", "number", table=_WO)
WORK_ORDER_ID_REUSED = _warning("work-order-id-reused", "number", "other", table=_WO)
WORK_ORDER_DOUBTFUL = _warning("work-order-doubtful", "number", "other", table=_WO, lasting=True)
CENSUS_INCOMPLETE = _warning("census-incomplete", lasting=True)
CUSTOMER_KEPT = _warning(
    "customer-kept-open-work-orders", "name", "numbers", table=Table.CUSTOMER, lasting=True
)
RECORD_IN_USE = _warning("record-in-use", "name", table=Table.CUSTOMER, lasting=True)
RECORD_NOT_DELETED = _warning("record-not-deleted", "name", "cause", table=Table.CUSTOMER, lasting=True)
DOCUMENT_UPLOAD_FAILED = _warning(
    "document-upload-failed", "number", "file", "cause", table=_WO, lasting=True
)
DOCUMENT_UNAVAILABLE = _warning("document-unavailable", "number", "file", "cause", table=_WO, lasting=True)
ATTACHMENTS_UNAVAILABLE = _warning("attachments-unavailable", lasting=True)
CUSTOMER_ARCHIVED = _of_a_draft("customer-archived", "name")
PRODUCT_ARCHIVED = _of_a_draft("product-archived", "product")
PRICE_ROUNDED = _of_a_draft("price-rounded", "product")
PRICE_CATEGORY_IGNORED = _of_a_draft("price-category-ignored", "name", "products")
EINVOICE_NOT_READY = _of_a_draft("einvoice-not-ready", "count", "rules")
TIME_DIFFERS = _of_a_draft("time-differs", "day", "person", "minutes", "span")
TIME_UNFINISHED = _of_a_draft("time-unfinished", "day", "person")
QUOTE_CHARGES = _of_a_draft("quote-charges-not-billed", "amount")
TIME_ON_QUOTE_TOO = _of_a_draft("time-on-quote-too", "product")
SERVICE_UNAVAILABLE = _warning("service-unavailable", "service", "cause", lasting=True)
CREATES_WAIT = _warning("creates-wait", "number", "reason", "until", table=_WO, lasting=True)
TWO_SCHEDULERS = _warning("two-schedulers", lasting=True)
RECORD_REFUSED = _warning("record-refused", "name", "cause", table=Table.CUSTOMER, lasting=True)
RECORD_UNCONFIRMED = _warning("record-unconfirmed", "name", "cause", table=Table.CUSTOMER, lasting=True)

# --- errors ---------------------------------------------------------------------------------------
WORK_ORDER_WITHOUT_CUSTOMER = _error("work-order-without-customer", "number", "address_customer", table=_WO)
WORK_ORDER_CUSTOMER_UNKNOWN = _error("work-order-customer-unknown", "number", "name", table=_WO)
WORK_ORDER_UNREADABLE = _error("work-order-unreadable", "number", "cause", table=_WO)
WORK_ORDER_ITEM_UNKNOWN = _error("work-order-item-unknown", "number", "item", table=_WO)
WORK_ORDER_CUSTOMER_NOT_CLIENT = _error("work-order-customer-not-client", "number", "name", table=_WO)
QUOTE_ALREADY_INVOICED = _error("quote-already-invoiced", "number", "quote", "step", table=_WO)
CURRENCY_DIFFERS = _error("currency-differs", "number", "name", "currency", "account_currency", table=_WO)
TAX_DISABLED = _error("tax-disabled", "number", "product", "rate", table=_WO)
EINVOICE_REFUSED = _error("einvoice-would-be-refused", "number", "cause", table=_WO)
DRAFT_REFUSED = _error("draft-refused", "number", "cause", table=_WO)
SETTING_PRODUCT_UNKNOWN = _error("setting-product-unknown", "setting", "product", "number")
SELLSY_CREDENTIALS_REFUSED = _error("sellsy-credentials-refused", "cause")
SIMON_CREDENTIALS_REFUSED = _error("simon-credentials-refused", "cause")
SIMON_LICENCE_LAPSED = _error("simon-licence-lapsed")
CREATES_WAIT_AGAIN = _error("creates-wait-again", "number", "reason", table=_WO)
OUTCOME_UNKNOWN = _error("outcome-unknown", "number", "until", table=_WO)
DRAFT_REQUEST_ARRIVED = _error("draft-request-arrived", "number", table=_WO)
SEVERAL_DRAFTS = _error("several-drafts-found", "number", "documents", table=_WO)
SECOND_WRITER = _of_a_draft("second-writer", "document", severity=Severity.ERROR)
FOREIGN_MARKER = _error("foreign-marker", "number", "document", table=_WO)
DRAFT_LINES_DIFFER = _of_a_draft("draft-lines-differ", "document", "difference", severity=Severity.ERROR)
BACKUP_FAILED = _error("backup-failed", "path", "cause")
BRAKE = _error("brake", "plan", "count", "reason")
LIST_INCOMPLETE = _error("list-incomplete", "cause", "documents", "numbers")
STATE_LOST = _error("state-lost", "reason")

TO_LOOK_AT = tuple(kind.code for kind in KINDS.values() if kind.to_look_at)
"""What the office looks at before it sends a draft."""

# --- why a line of a draft is there ------------------------------------------------------------------
# Not journalled: `preview` and `explain` show them beside each line.
LINES: dict[str, MessageKind] = {}


def _line(code: str, *parameters: str) -> MessageKind:
    LINES[code] = MessageKind(code, Severity.INFO, parameters)
    return LINES[code]


LINE_DESCRIPTION = _line("line-description")
LINE_USED_ITEM = _line("line-used-item", "record", "quantity", "product", "price", "tariff")
LINE_FROM_QUOTE = _line("line-used-item-from-quote", "record", "quantity", "product", "price", "quote")
LINE_FREE = _line("line-free", "record", "quantity", "text")
LINE_WORK_TIME = _line(
    "line-work-time", "sheets", "rounding", "minutes", "quantity", "product", "price", "tariff"
)
LINE_TRAVEL_TIME = _line(
    "line-travel-time", "sheets", "rounding", "minutes", "quantity", "product", "price", "tariff"
)
LINE_DEFAULT_PRODUCT = _line("line-default-product", "product", "price", "tariff")

# --- what an e-invoice would lack (`rules.einvoicing`) ------------------------------------------------
# Not journalled: shown beside a draft or a record. An error would be refused by the platform.
FINDINGS: dict[str, MessageKind] = {}


def _finding(code: str, severity: Severity, *parameters: str) -> MessageKind:
    kind = MessageKind(f"einvoicing-{code}", severity, parameters)
    FINDINGS[kind.code] = kind
    return kind


EI_SIREN_MISSING = _finding("siren-missing", Severity.ERROR, "name")
EI_SIREN_INVALID = _finding("siren-invalid", Severity.ERROR, "name", "siren")
EI_SIRET_INVALID = _finding("siret-invalid", Severity.ERROR, "name", "siret")
EI_VAT_MISSING = _finding("vat-missing", Severity.WARNING, "name")
EI_VAT_WRONG = _finding("vat-wrong", Severity.WARNING, "name", "vat", "expected")
EI_E_REPORTING = _finding("e-reporting", Severity.INFO, "name")
EI_COUNTRY_UNKNOWN = _finding("country-unknown", Severity.ERROR, "name", "country")
EI_ADDRESS_INCOMPLETE = _finding("address-incomplete", Severity.WARNING, "name")
EI_DELIVERY_MISSING = _finding("delivery-missing", Severity.WARNING, "place")
EI_DELIVERY_INCOMPLETE = _finding("delivery-incomplete", Severity.WARNING, "place")
EI_DELIVERY_WITHOUT_COUNTRY = _finding("delivery-without-country", Severity.ERROR, "place")
EI_CATEGORY_UNCLEAR = _finding("category-unclear", Severity.WARNING, "line")
EI_UNIT_REFUSED = _finding("unit-refused", Severity.ERROR, "line", "unit")
EI_UNIT_UNSURE = _finding("unit-unsure", Severity.WARNING, "line", "unit")
EI_TIME_UNIT = _finding("time-unit", Severity.WARNING, "line", "unit")
EI_RATE_UNKNOWN = _finding("rate-unknown", Severity.ERROR, "line", "rate")
EI_TAX_REFUSED = _finding("tax-refused", Severity.ERROR, "line", "rate")
EI_EXEMPTION_MISSING = _finding("exemption-missing", Severity.ERROR, "line")
EI_EXEMPTION_UNSURE = _finding("exemption-unsure", Severity.WARNING, "line")
EI_REVERSE_CHARGE = _finding("reverse-charge", Severity.ERROR, "name")
EI_LINE_WITHOUT_NAME = _finding("line-without-name", Severity.ERROR, "line")
EI_LINE_UNCLEAR = _finding("line-unclear", Severity.WARNING, "line")
EI_PRICE_NEGATIVE = _finding("price-negative", Severity.ERROR, "line", "price")
EI_PRICE_DECIMALS = _finding("price-decimals", Severity.ERROR, "line", "price")
EI_QUANTITY_DECIMALS = _finding("quantity-decimals", Severity.ERROR, "line", "quantity")
EI_NO_PRICED_LINE = _finding("no-priced-line", Severity.ERROR)
EI_SERVICE_DATE_MISSING = _finding("service-date-missing", Severity.INFO)
EI_SERVICE_DATES_REVERSED = _finding("service-dates-reversed", Severity.ERROR)
EI_CURRENCY = _finding("currency", Severity.WARNING, "currency")
EI_REFERENCE_LONG = _finding("reference-long", Severity.INFO)
