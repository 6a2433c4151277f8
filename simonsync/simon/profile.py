"""All wire names of Simon, in one place: what its tables, fields, headers and codes are called.

Simple-Simon mails the real names after its one-time request; the defaults here are a reconstruction. A YAML
file overrides any of them without a change of code (`profile_file`), and `connect --check` tells which of
them did not match the service's answers. No other module of the program contains a name of Simon's.

A field whose name is empty does not exist in that Simon: it is neither read nor written. To add a name: a
field of its part here, `records` which reads or writes it, the column in `sandbox/simon/schema.py`; where a
promise depends on it, `_NEVER_EMPTY` in `profile_file`. `make docs` writes it into the page of the profile.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Dialect(StrEnum):
    """How Simon's service is spoken to."""

    ODATA = "odata"
    REST = "rest"
    """The older service: GET and POST only, `table/read`, `table/readsync`, `table/insert` and so on."""


class StatusCoding(StrEnum):
    """How a work order's status is told."""

    TEXT = "text"
    INTEGER = "integer"
    FLAGS = "flags"
    """One yes/no field for ready, one for archived."""
    DATES = "dates"
    """A ready date and an archived date that are filled in or not."""


class TimeForm(StrEnum):
    """How travel and working time are told."""

    MINUTES = "minutes"
    """A row a kind, its duration in minutes."""
    TWO_COLUMNS = "two_columns"
    """A row holds minutes of travel and minutes of work."""
    SPAN = "span"
    """A row a kind, with its start and its end only."""
    DECIMAL_HOURS = "decimal_hours"
    """A row a kind, its duration in hours (1.25)."""
    CLOCK = "clock"
    """A row a kind, its duration as hours and minutes (`1:15`)."""


class DateFormat(StrEnum):
    """How moments are written; any other text in the profile is a pattern such as `%d/%m/%Y %H:%M`."""

    ISO = "iso"
    MILLISECONDS = "milliseconds"
    """Milliseconds since 1970, bare or as `/Date(1652367120000)/`."""


class DateLiteral(StrEnum):
    """How a moment is written inside an OData filter."""

    PLAIN = "plain"
    """OData v4: `2022-05-12T14:52:00Z`."""
    DATETIME = "datetime"
    """OData v2 and v3, in the profile's zone: `datetime'2022-05-12T16:52:00'`."""
    DATETIMEOFFSET = "datetimeoffset"
    """OData v2 and v3, in UTC: `datetimeoffset'2022-05-12T14:52:00Z'`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How a token is fetched; `lifetime_seconds` counts where the answer tells no expiry, 0 = unknown."""

    path: str = "login"
    verb: str = "POST"
    key: str = "Key"
    user: str = "Usr"
    password: str = "Pwd"  # noqa: S105 - the name of a field
    token: str = "Token"  # noqa: S105 - the name of a field
    expires: str = "Expires"
    lifetime_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """In which headers the token and the Api key travel; `token_prefix` precedes the token (`Bearer `)."""

    token: str = "Token"  # noqa: S105 - the name of a header
    token_prefix: str = ""
    api_key: str = "ApiKey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What answers look like.

    Attributes:
        error, message: where a refusal says what is wrong: `{"error": {"message": …}}`.
        may_be_empty: whether a change may be answered by 200 and nothing at all. Where Simon does not do
            so, such an answer comes from something in between, and the change is sent again.
    """

    error: str = "error"
    message: str = "message"
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Odata:
    """The shape of OData requests. A page asks for at most `page_size` records; Simon may give fewer."""

    record_path: str = "{path}({id})"
    page_size: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The verbs and parameters of the older service."""

    read: str = "read"
    readsync: str = "readsync"
    insert: str = "insert"
    update: str = "update"
    delete: str = "delete"
    last_mutation: str = "LastMutation"
    last_id: str = "LastId"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """How moments are written; `zone` is that of moments without an offset, `literal` is for filters."""

    format: str = DateFormat.ISO
    zone: str = "UTC"
    literal: DateLiteral = DateLiteral.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The fields that every table has."""

    id: str = "Id"
    ext_key: str = "ExtKey"
    mutation_date: str = "MutationDate"
    creation_date: str = "CreationDate"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTable:
    """A table of Simon; `path` is its name in addresses. An empty path: this Simon has no such table."""

    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalTable(NamedTable):
    """A table whose records have a postal address."""

    name: str = "Name"
    street: str = "Street"
    second_line: str = "AddressLine2"
    zip_code: str = "ZipCode"
    town: str = "City"
    state: str = "State"
    country: str = "Country"
    email: str = "Email"
    phone: str = "Phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers(PostalTable):
    """Customers."""

    path: str = "Customer"
    number: str = "Number"
    mobile: str = "Mobile"
    vat_number: str = "VatNumber"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts(NamedTable):
    """Contact persons of customers and work addresses."""

    path: str = "Contact"
    name: str = "Name"
    customer: str = "CustomerId"
    work_address: str = "LocationId"
    function: str = "Function"
    email: str = "Email"
    phone: str = "Phone"
    mobile: str = "Mobile"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkAddresses(PostalTable):
    """Work addresses."""

    path: str = "Location"
    customer: str = "CustomerId"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusNames:
    """How the status of a work order is told.

    Attributes:
        coding: text, integer, flags or dates.
        field: the field of the status, for text and integer.
        open: values of a work order that is under way; ready and archived: values of those steps.
        ready_flag: the yes/no field of ready, archived_flag: that of archived, for flags.
    """

    coding: StatusCoding = StatusCoding.TEXT
    field: str = "Status"
    open: tuple[str, ...] = ("New", "Planned", "InProgress")
    ready: tuple[str, ...] = ("Ready",)
    archived: tuple[str, ...] = ("Archived",)
    ready_flag: str = "IsReady"
    archived_flag: str = "IsArchived"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrders(NamedTable):
    """Work orders. Where `work_done` is the same field as `description`, Simon keeps only one text."""

    path: str = "WorkOrder"
    number: str = "Number"
    work_address: str = "LocationId"
    customer: str = "CustomerId"
    contact: str = "ContactId"
    equipment: str = "EquipmentId"
    description: str = "Description"
    work_done: str = "WorkDone"
    customer_reference: str = "CustomerReference"
    ready_date: str = "ReadyDate"
    archived_date: str = "ArchivedDate"
    status: StatusNames = field(default_factory=StatusNames)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedItems(NamedTable):
    """Articles used on work orders."""

    path: str = "UsedItem"
    work_order: str = "WorkOrderId"
    item: str = "ItemId"
    description: str = "Description"
    quantity: str = "Quantity"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSheets(NamedTable):
    """Travel and working time on work orders.

    Attributes:
        form: how the time is told.
        type: the field of the kind, with its values for travel and work; not used by `two_columns`.
        duration: the field of the duration, in minutes, hours or `HH:MM` as `form` says.
        travel_minutes: field of the minutes of travel, work_minutes: that of work, for `two_columns`.
        user: the field of who registered it.
    """

    path: str = "TimeSheet"
    form: TimeForm = TimeForm.MINUTES
    work_order: str = "WorkOrderId"
    type: str = "Type"
    travel: tuple[str, ...] = ("Travel",)
    work: tuple[str, ...] = ("Work",)
    duration: str = "Minutes"
    travel_minutes: str = "TravelMinutes"
    work_minutes: str = "WorkMinutes"
    start: str = "StartTime"
    end: str = "EndTime"
    user: str = "UserId"


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(NamedTable):
    """Articles."""

    path: str = "Item"
    code: str = "Code"
    name: str = "Name"
    group: str = "ItemGroupId"
    unit: str = "Unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGroups(NamedTable):
    """Groups of articles."""

    path: str = "ItemGroup"
    name: str = "Name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects(NamedTable):
    """Objects: the installations that stand at a work address."""

    path: str = "Equipment"
    name: str = "Name"
    work_address: str = "LocationId"


@dataclass(frozen=True, slots=True, kw_only=True)
class Users(NamedTable):
    """The people who work with Simon; only their names are read, for those who are to look at their time."""

    path: str = "User"
    name: str = "Name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveys(NamedTable):
    """The firm's own forms on work orders."""

    path: str = "WorkOrderSurvey"
    work_order: str = "WorkOrderId"
    name: str = "SurveyName"
    completed_date: str = "CompletedDate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments(NamedTable):
    """Files added to work orders; `content_path` is where the content of one is read."""

    path: str = "Attachment"
    work_order: str = "WorkOrderId"
    file_name: str = "FileName"
    content_type: str = "ContentType"
    size: str = "Size"
    content_path: str = "Attachment({id})/$value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdfs:
    """Where the PDFs are; they come as bytes or as base64, alone or in the field `content` of JSON."""

    work_order_path: str = "workorder/digitalpresentation/{id}"
    survey_path: str = "workordersurvey/digitalpresentation/{id}"
    content: str = "Content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The names of one Simon service."""

    dialect: Dialect = Dialect.ODATA
    login: Login = field(default_factory=Login)
    headers: Headers = field(default_factory=Headers)
    answers: Answers = field(default_factory=Answers)
    odata: Odata = field(default_factory=Odata)
    rest: Rest = field(default_factory=Rest)
    dates: Dates = field(default_factory=Dates)
    common: Common = field(default_factory=Common)
    item_groups: ItemGroups = field(default_factory=ItemGroups)
    items: Items = field(default_factory=Items)
    work_orders: WorkOrders = field(default_factory=WorkOrders)
    work_addresses: WorkAddresses = field(default_factory=WorkAddresses)
    customers: Customers = field(default_factory=Customers)
    objects: Objects = field(default_factory=Objects)
    contacts: Contacts = field(default_factory=Contacts)
    used_items: UsedItems = field(default_factory=UsedItems)
    time_sheets: TimeSheets = field(default_factory=TimeSheets)
    users: Users = field(default_factory=Users)
    surveys: Surveys = field(default_factory=Surveys)
    attachments: Attachments = field(default_factory=Attachments)
    pdfs: Pdfs = field(default_factory=Pdfs)


def default_profile(dialect: Dialect) -> Profile:
    """Return the names that hold where no profile file says otherwise.

    The older service names its tables in lower case.
    """
    profile = Profile(dialect=dialect)
    if dialect is Dialect.ODATA:
        return profile
    return replace(
        profile,
        item_groups=ItemGroups(path="itemgroup"),
        items=Items(path="item"),
        work_orders=WorkOrders(path="workorder"),
        work_addresses=WorkAddresses(path="location"),
        customers=Customers(path="customer"),
        objects=Objects(path="equipment"),
        contacts=Contacts(path="contact"),
        used_items=UsedItems(path="useditem"),
        time_sheets=TimeSheets(path="timesheet"),
        surveys=Surveys(path="workordersurvey"),
        attachments=Attachments(path="attachment"),
    )
