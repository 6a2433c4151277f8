"""The one declaration of every setting [5].

The wizard, the configuration file, `config.example.yaml`, `--set`, the checks and docs/reference all read
this table. Questions and the names of choices live with the other texts (`messages.texts`), under
the setting's key. To add one:

1. a line in `SETTINGS`, where the wizard is to ask for it, and a field of `Settings` at the same place;
   `chapter` is the manual's, "" where the manual has none.
2. in `messages/texts/*/settings.py`, in each language: its question, its line of help, its choices.
3. the rule that reads it (`settings.its_name`), and a test with both of its values; what a draft promises is
   worked out a second time in `tests/sync/manual.py`. One that matters only beside another is skipped in
   `interview`.

A file that lacks it has the default; `make docs` writes it into the example and the page of the settings.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Final

from simonsync.domain.key import Kind


class Note(StrEnum):
    """What goes into the note of a draft [5.7]."""

    NONE = "none"
    WORK_ADDRESS = "work_address"
    DESCRIPTION = "description"
    WORK_ADDRESS_AND_DESCRIPTION = "work_address_and_description"


class Reference(StrEnum):
    """What goes into the customer reference of a draft [5.8]."""

    NONE = "none"
    WORK_ORDER_NUMBER = "work_order_number"
    CUSTOMER_REFERENCE = "customer_reference"
    WORK_ORDER_NUMBER_AND_CUSTOMER_REFERENCE = "work_order_number_and_customer_reference"


class WorkOrderDescription(StrEnum):
    """What describes the work of a work order that was made from a quote [5.9.3]."""

    FIRST_LINE = "first_line"
    NOTE = "note"
    FIRST_LINE_AND_NOTE = "first_line_and_note"


class Documents(StrEnum):
    """Which PDFs of Simon go to the customer's documents in Sellsy [5.11]."""

    NONE = "none"
    WORK_ORDER = "work_order"
    FORMS = "forms"
    WORK_ORDER_AND_FORMS = "work_order_and_forms"


class DescriptionSource(StrEnum):
    """Which text describes the work on a draft [5.5, 5.7]: what was ordered, or what was done."""

    WORK_DONE_OR_DESCRIPTION = "work_done_or_description"
    DESCRIPTION_OR_WORK_DONE = "description_or_work_done"
    DESCRIPTION = "description"
    WORK_DONE = "work_done"
    BOTH = "both"


class RoundingOf(StrEnum):
    """What is rounded up to the step: the sum of each kind of time, or each visit by itself."""

    SUM = "sum"
    TIME_SHEET = "time_sheet"


class QuotedTime(StrEnum):
    """What is billed where the quote has a product for time already: both, or the quote's line alone."""

    BOTH = "both"
    QUOTE_ONLY = "quote_only"


class Einvoicing(StrEnum):
    """Whether drafts and master data are checked against the rules of e-invoices.

    Nothing said: people are informed where the account is in France, and nothing is checked elsewhere.
    """

    BY_COUNTRY = ""
    OFF = "off"
    INFORM = "inform"
    STRICT = "strict"

    def in_force(self, country: str) -> Einvoicing:
        """Return what applies to an account in this country (ISO 3166)."""
        if self is not Einvoicing.BY_COUNTRY:
            return self
        return Einvoicing.INFORM if country.upper() == "FR" else Einvoicing.OFF


@dataclass(frozen=True, slots=True)
class ProductChoice:
    """A product or service picked in a setting, by its exact reference: `service:SER001`, `item:P-12`."""

    kind: Kind
    reference: str

    def __str__(self) -> str:
        """Write it as people type it."""
        return f"{self.kind}:{self.reference}"


QUOTE_STEPS: Final = (
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
)
"""The steps of a quote in Sellsy, in the order of its life."""

ROUNDING_STEPS: Final = (0, 5, 6, 10, 15, 30, 60)
"""Steps, in minutes, to which a sum of time may be rounded up; 0 means exact."""


class SettingType(StrEnum):
    """How a setting's value is written, asked for and checked."""

    PRODUCT = "product"
    YES_NO = "yes_no"
    TEXT = "text"
    CHOICE = "choice"
    MINUTES = "minutes"
    STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key, chapter, type, allowed values, and the value it has when nobody says anything."""

    key: str
    chapter: str
    type: SettingType
    default: SettingValue
    choices: tuple[str, ...] = ()
    old_names: tuple[str, ...] = ()


SettingValue = ProductChoice | bool | str | int | tuple[str, ...] | None


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("travel_time_product", "5.2", SettingType.PRODUCT, None),
    Setting("work_time_product", "5.3", SettingType.PRODUCT, None),
    Setting("default_product", "5.4", SettingType.PRODUCT, None),
    Setting("description_as_first_line", "5.5", SettingType.YES_NO, default=False),
    Setting("skip_work_orders_containing", "5.6", SettingType.TEXT, ""),
    Setting("invoice_note", "5.7", SettingType.CHOICE, Note.NONE, tuple(Note)),
    Setting("invoice_reference", "5.8", SettingType.CHOICE, Reference.NONE, tuple(Reference)),
    Setting(
        "quotes_to_work_orders",
        "5.9, 5.10",
        SettingType.YES_NO,
        default=False,
        old_names=("estimates_to_work_orders",),
    ),
    Setting("quotes_containing", "5.9.1", SettingType.TEXT, "", old_names=("estimates_containing",)),
    Setting(
        "quote_lines_as_used_items",
        "5.9.2",
        SettingType.YES_NO,
        default=False,
        old_names=("estimate_lines_as_used_items",),
    ),
    Setting(
        "work_order_description",
        "5.9.3",
        SettingType.CHOICE,
        WorkOrderDescription.FIRST_LINE,
        tuple(WorkOrderDescription),
    ),
    Setting("quote_terms", "5.9.4", SettingType.YES_NO, default=False, old_names=("estimate_terms",)),
    Setting("documents", "5.11", SettingType.CHOICE, Documents.NONE, tuple(Documents)),
    Setting("attachments", "5.11", SettingType.YES_NO, default=False),
    Setting(
        "description_source",
        "5.5, 5.7",
        SettingType.CHOICE,
        DescriptionSource.WORK_DONE_OR_DESCRIPTION,
        tuple(DescriptionSource),
    ),
    Setting("time_rounding_minutes", "", SettingType.MINUTES, 0, tuple(map(str, ROUNDING_STEPS))),
    Setting("time_rounding_of", "", SettingType.CHOICE, RoundingOf.SUM, tuple(RoundingOf)),
    Setting("quoted_time", "", SettingType.CHOICE, QuotedTime.BOTH, tuple(QuotedTime)),
    Setting("service_dates", "", SettingType.YES_NO, default=False),
    Setting("einvoicing", "", SettingType.CHOICE, Einvoicing.BY_COUNTRY, tuple(Einvoicing)),
    Setting("delivery_address", "", SettingType.YES_NO, default=False),
    Setting("contacts", "", SettingType.YES_NO, default=False),
    Setting(
        "quote_statuses",
        "",
        SettingType.STEPS,
        ("sent", "read", "accepted"),
        QUOTE_STEPS,
        old_names=("estimate_statuses",),
    ),
)

BY_KEY: Final[dict[str, Setting]] = {setting.key: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, typed; the keys are those of `SETTINGS` and a test holds them together."""

    travel_time_product: ProductChoice | None = None
    work_time_product: ProductChoice | None = None
    default_product: ProductChoice | None = None
    description_as_first_line: bool = False
    skip_work_orders_containing: str = ""
    invoice_note: Note = Note.NONE
    invoice_reference: Reference = Reference.NONE
    quotes_to_work_orders: bool = False
    quotes_containing: str = ""
    quote_lines_as_used_items: bool = False
    work_order_description: WorkOrderDescription = WorkOrderDescription.FIRST_LINE
    quote_terms: bool = False
    documents: Documents = Documents.NONE
    attachments: bool = False
    description_source: DescriptionSource = DescriptionSource.WORK_DONE_OR_DESCRIPTION
    time_rounding_minutes: int = 0
    time_rounding_of: RoundingOf = RoundingOf.SUM
    quoted_time: QuotedTime = QuotedTime.BOTH
    service_dates: bool = False
    einvoicing: Einvoicing = Einvoicing.BY_COUNTRY
    delivery_address: bool = False
    contacts: bool = False
    quote_statuses: tuple[str, ...] = field(default=("sent", "read", "accepted"))

    def differences(self, other: Settings) -> dict[str, tuple[SettingValue, SettingValue]]:
        """Return the keys whose values differ, each with this value and the other's."""
        return {
            item.name: (getattr(self, item.name), getattr(other, item.name))
            for item in fields(self)
            if getattr(self, item.name) != getattr(other, item.name)
        }
