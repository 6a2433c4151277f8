"""The records of Simon, declared once: every check, listing and translation reads these tables.

The vendor publishes the names of the entities and their relations, the two identifiers `Id` and
`ExtKey`, and that mutation dates exist; the remaining names and lengths are a reconstruction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cached_property

_GREATEST = 10**12


def _survives(number: int | Decimal) -> bool:
    """Whether a decimal stays what it is on its trip through a JSON number."""
    return -_GREATEST < number < _GREATEST


class Kind(Enum):
    """The type of a property, by its name in OData."""

    TEXT = "Edm.String"
    INT32 = "Edm.Int32"
    INT64 = "Edm.Int64"
    DECIMAL = "Edm.Decimal"
    BOOLEAN = "Edm.Boolean"
    DAY = "Edm.Date"
    MOMENT = "Edm.DateTimeOffset"

    def accepts(self, value: object) -> bool:
        """Whether a value other than null is of this type. Moments need their offset."""
        if self is Kind.TEXT:
            return isinstance(value, str)
        if self is Kind.BOOLEAN:
            return isinstance(value, bool)
        if self in {Kind.INT32, Kind.INT64}:
            bits = 31 if self is Kind.INT32 else 63
            return isinstance(value, int) and not isinstance(value, bool) and -(2**bits) <= value < 2**bits
        if self is Kind.DECIMAL:
            return isinstance(value, int | Decimal) and not isinstance(value, bool) and _survives(value)
        if self is Kind.MOMENT:
            return isinstance(value, datetime) and value.tzinfo is not None
        return isinstance(value, date) and not isinstance(value, datetime)


class WhenDeleted(Enum):
    """What happens to a record when the record it points at is deleted."""

    REFUSE = "the target cannot be deleted while it is used"
    EMPTY = "the link is emptied"
    GO_ALONG = "the record is deleted too"


class Status(StrEnum):
    """The life of a work order: made and planned in the office, done in the field, archived in the office."""

    NEW = "New"
    PLANNED = "Planned"
    IN_PROGRESS = "InProgress"
    READY = "Ready"
    ARCHIVED = "Archived"


class TimeKind(StrEnum):
    """Travel and working time live in one table."""

    TRAVEL = "Travel"
    WORK = "Work"


@dataclass(frozen=True, slots=True)
class Field:
    """One property of an entity.

    Attributes:
        length: greatest number of characters; 0 = no limit.
        target: entity that the value points at; "" = it is no link.
        choices: the only texts allowed; () = any.
    """

    name: str
    kind: Kind = Kind.TEXT
    length: int = 0
    required: bool = False
    read_only: bool = False
    unique: bool = False
    target: str = ""
    when_deleted: WhenDeleted = WhenDeleted.EMPTY
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """An entity and its properties, in the order in which Simon shows them.

    Attributes:
        owners: links of which at least one must be set; () = no such rule.
    """

    name: str
    own_fields: tuple[Field, ...]
    owners: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every property by name, the four common ones included."""
        return {field.name: field for field in (*_COMMON, *self.own_fields)}

    @cached_property
    def links(self) -> tuple[Field, ...]:
        """The properties that point at other records."""
        return tuple(field for field in self.own_fields if field.target)


_COMMON = (
    Field("Id", Kind.INT64, read_only=True),
    Field("ExtKey", length=50, unique=True),
    Field("MutationDate", Kind.MOMENT, read_only=True),
    Field("CreationDate", Kind.MOMENT, read_only=True),
)


def _link(
    target: str, when_deleted: WhenDeleted, *, required: bool = False, name: str | None = None
) -> Field:
    return Field(
        name or f"{target}Id", Kind.INT64, required=required, target=target, when_deleted=when_deleted
    )


_OF_WORK_ORDER = _link("WorkOrder", WhenDeleted.GO_ALONG, required=True)
_ADDRESS = tuple(Field(name) for name in ("Street", "AddressLine2", "ZipCode", "City", "State", "Country"))

_DECLARED = (
    Table(
        "Customer",
        (
            Field("Name", length=100, required=True),
            Field("Number", length=50),
            *_ADDRESS,
            Field("Email"),
            Field("Phone"),
            Field("Mobile"),
            Field("VatNumber"),
            Field("Remark"),
        ),
    ),
    Table(
        "Contact",
        (
            _link("Customer", WhenDeleted.EMPTY),
            _link("Location", WhenDeleted.EMPTY),
            Field("Name", required=True),
            Field("Email"),
            Field("Phone"),
            Field("Mobile"),
            Field("Function"),
        ),
        # A contact person belongs to a customer or to a work address; without either it means nothing.
        owners=("CustomerId", "LocationId"),
    ),
    Table(
        "Location",
        (
            # A work address may exist without customer.
            _link("Customer", WhenDeleted.REFUSE),
            Field("Name", length=100, required=True),
            *_ADDRESS,
            Field("Email"),
            Field("Phone"),
            Field("Remark"),
        ),
    ),
    Table(
        "WorkOrder",
        (
            Field("Number", length=20, read_only=True),
            _link("Location", WhenDeleted.REFUSE, required=True),
            _link("Customer", WhenDeleted.REFUSE),
            _link("Contact", WhenDeleted.EMPTY),
            _link("Equipment", WhenDeleted.EMPTY),
            Field("Description"),
            Field("WorkDone"),
            Field("CustomerReference", length=50),
            Field("Status", read_only=True, choices=tuple(Status)),
            Field("ReadyDate", Kind.MOMENT, read_only=True),
            Field("ArchivedDate", Kind.MOMENT, read_only=True),
        ),
    ),
    Table(
        "Equipment",
        (
            _link("Location", WhenDeleted.EMPTY),
            Field("Name", required=True),
            Field("SerialNumber"),
        ),
    ),
    Table("ItemGroup", (Field("Name", length=50, required=True),)),
    Table(
        "Item",
        (
            Field("Code", length=50),
            Field("Name", length=100, required=True),
            _link("ItemGroup", WhenDeleted.EMPTY),
            Field("Unit"),
        ),
    ),
    Table(
        "User",
        (
            Field("Name", required=True),
            Field("Email", required=True),
            Field("IsOffice", Kind.BOOLEAN, required=True),
            Field("IsField", Kind.BOOLEAN, required=True),
        ),
    ),
    Table(
        "Scheduling",
        (
            _OF_WORK_ORDER,
            _link("User", WhenDeleted.REFUSE, required=True),
            Field("StartTime", Kind.MOMENT, required=True),
            Field("EndTime", Kind.MOMENT, required=True),
        ),
    ),
    Table(
        "WorkOrderSurvey",
        (
            _OF_WORK_ORDER,
            Field("SurveyName", required=True),
            Field("CompletedDate", Kind.MOMENT),
        ),
    ),
    Table(
        "UsedItem",
        (
            _OF_WORK_ORDER,
            # Without an article it is free text.
            _link("Item", WhenDeleted.REFUSE),
            Field("Description"),
            Field("Quantity", Kind.DECIMAL, required=True),
            _link("User", WhenDeleted.EMPTY),
            Field("Date", Kind.DAY),
        ),
    ),
    Table(
        "TimeSheet",
        (
            _OF_WORK_ORDER,
            _link("User", WhenDeleted.REFUSE, required=True),
            Field("Type", required=True, choices=tuple(TimeKind)),
            Field("StartTime", Kind.MOMENT),
            Field("EndTime", Kind.MOMENT),
            Field("Minutes", Kind.INT32, required=True),
            Field("Remark"),
        ),
    ),
    Table(
        "Attachment",
        (
            _OF_WORK_ORDER,
            Field("FileName", required=True),
            Field("ContentType", required=True),
            Field("Size", Kind.INT64, required=True),
        ),
    ),
)

TABLES = {table.name: table for table in _DECLARED}
"""Every entity of Simon by its name."""
