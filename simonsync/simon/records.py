"""Simon's records: from the wire to the domain and back, by the names of the profile. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from simonsync.domain.entities import ENTITY_OF
from simonsync.domain.key import Key
from simonsync.domain.records import (
    Address,
    Attachment,
    ContactPerson,
    CustomerCard,
    Item,
    ItemGroup,
    NewUsedItem,
    NewWorkOrder,
    SimonRecord,
    Survey,
    TimeKind,
    TimeSheet,
    UsedItem,
    WorkAddress,
    WorkOrder,
    WorkOrderHead,
    WorkPlace,
)
from simonsync.errors import Refused
from simonsync.simon import tables
from simonsync.simon.moments import parse_moment
from simonsync.simon.profile import PostalTable, Profile, StatusCoding, TimeForm

Wire = Mapping[str, object]
"""A record as it came: decoded JSON, numbers with a fraction as Decimal."""

_CLOCK = re.compile(r"(-?)(\d+):([0-5]\d)(?::([0-5]\d))?")
_SHORT = 60
_MOST_DIGITS = 15


class Step(StrEnum):
    """Where a work order stands in its life [1.2, 2.4]."""

    OPEN = "open"
    READY = "ready"
    ARCHIVED = "archived"
    UNKNOWN = "unknown"
    """A code that the profile does not list; such a work order is treated as open."""


# --- to the wire ----------------------------------------------------------------------------------


def table_of(record: SimonRecord) -> str:
    """Return the table that a record belongs into."""
    return ENTITY_OF[record.key.kind].table


def wire_fields(record: SimonRecord, profile: Profile, ids: Callable[[Key], str]) -> dict[str, object]:
    """Turn a record into Simon's fields, all of them, so that what Sellsy emptied is emptied in Simon too.

    `ids` turns the keys it points at into Simon's Ids. Empty optional texts are null; quantities Decimal.
    """
    match record:
        case ItemGroup():
            fields: dict[str, object] = {profile.item_groups.name: record.name}
        case Item():
            items = profile.items
            fields = {
                items.code: record.code or None,
                items.name: record.name,
                items.group: _reference(ids(record.group)),
                items.unit: record.unit or None,
            }
        case CustomerCard():
            customers = profile.customers
            fields = {
                customers.name: record.name,
                customers.number: record.number or None,
                customers.email: record.email or None,
                customers.phone: record.phone or None,
                customers.mobile: record.mobile or None,
                customers.vat_number: record.vat_number or None,
                **_postal(record.address, customers),
            }
        case WorkAddress():
            places = profile.work_addresses
            fields = {
                places.customer: _reference(ids(record.customer)),
                places.name: record.name,
                **_postal(record.address, places),
            }
        case ContactPerson():
            people = profile.contacts
            fields = {
                people.customer: _reference(ids(record.customer)),
                people.name: record.name,
                people.function: record.function or None,
                people.email: record.email or None,
                people.phone: record.phone or None,
                people.mobile: record.mobile or None,
            }
        case NewWorkOrder():
            orders = profile.work_orders
            fields = {
                orders.customer: _reference(ids(record.customer)),
                orders.work_address: _reference(ids(record.work_address)),
                orders.description: record.description,
                orders.customer_reference: record.customer_reference or None,
            }
        case NewUsedItem():
            used = profile.used_items
            fields = {
                used.work_order: _reference(ids(record.work_order)),
                used.item: None if record.item is None else _reference(ids(record.item)),
                used.description: record.description or None,
                used.quantity: record.quantity,
            }
        case _:
            assert_never(record)
    fields[profile.common.ext_key] = record.key.ext_key
    fields.pop("", None)
    return fields


def restorable_fields(table: str, fields: Wire, profile: Profile) -> dict[str, object]:
    """Take from a record of a backup what may be written again: not Simon's own fields, no annotations."""
    simons = tables.read_only(profile, table)
    return {name: value for name, value in fields.items() if name not in simons and "@" not in name}


def _reference(record_id: str) -> int | str:
    return int(record_id) if record_id.isascii() and record_id.isdigit() else record_id


def _postal(address: Address | None, names: PostalTable) -> dict[str, object]:
    return {
        names.street: (address and address.street) or None,
        names.second_line: (address and address.second_line) or None,
        names.zip_code: (address and address.zip_code) or None,
        names.town: (address and address.town) or None,
        names.state: (address and address.state) or None,
        names.country: (address and address.country) or None,
    }


# --- from the wire --------------------------------------------------------------------------------


def unreadable(table: str, wire: Wire, field: str, profile: Profile) -> Refused:
    """Make the error that says which field of which record cannot be read: nothing is guessed."""
    value = wire.get(field)
    shown = "-" if value is None else " ".join(str(value).split())[:_SHORT]
    return Refused(
        "simon-field-unreadable",
        table=table,
        record=str(wire.get(profile.common.id, "-")),
        field=field,
        value=shown,
    )


def part_missing(table: str, record_id: str = "") -> Refused:
    """Make the error that says which record, or which list, something lacks that belongs to it."""
    return Refused("simon-part-missing", part=f"@simon-{table} {record_id}".rstrip())


def require_asked_for(table: str, asked: str, wire: Wire, profile: Profile) -> None:
    """Refuse another record than the one that was asked for, as a cache or a merged record gives it."""
    found = record_id(table, wire, profile)
    if found.casefold() != asked.casefold():
        raise Refused("simon-other-record", part=f"@simon-{table}", asked=asked, found=found)


def record_id(table: str, wire: Wire, profile: Profile) -> str:
    """Return a record's Id. Raises Refused where it has none."""
    value = wire.get(profile.common.id)
    if value is None or isinstance(value, bool) or str(value).strip() == "":
        raise unreadable(table, wire, profile.common.id, profile)
    return str(value)


def text(wire: Wire, field: str) -> str:
    """Return a text, "" where it is null, missing, or the profile has no such field."""
    value = wire.get(field) if field else None
    return "" if value is None else str(value)


def moment(table: str, wire: Wire, field: str, profile: Profile) -> datetime | None:
    """Return a moment in UTC, None where there is none. Raises Refused where it cannot be read."""
    try:
        return parse_moment(wire.get(field), profile.dates) if field else None
    except ValueError:
        raise unreadable(table, wire, field, profile) from None


def mutation(table: str, wire: Wire, profile: Profile) -> datetime:
    """Return when a record last changed: its mutation date, else when it was made, or archived."""
    common = profile.common
    changed = moment(table, wire, common.mutation_date, profile)
    changed = changed or moment(table, wire, common.creation_date, profile)
    if changed is None and table == "work_orders":
        changed = moment(table, wire, profile.work_orders.archived_date, profile)
    if changed is None:
        raise unreadable(table, wire, common.mutation_date, profile)
    return changed


def number(table: str, wire: Wire, field: str, profile: Profile) -> Decimal | None:
    """Return a number exactly as it was written, None for null. Raises Refused where it is none."""
    value = wire.get(field)
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise unreadable(table, wire, field, profile)
    try:
        result = Decimal(str(value).strip())
    except InvalidOperation:
        raise unreadable(table, wire, field, profile) from None
    if not result.is_finite() or result.adjusted() > _MOST_DIGITS:
        raise unreadable(table, wire, field, profile)
    return result


def step(wire: Wire, profile: Profile) -> Step:
    """Tell where a work order stands, whatever way the service codes it."""
    names = profile.work_orders
    status = names.status
    if status.coding is StatusCoding.FLAGS:
        if _flag(wire, status.archived_flag):
            return Step.ARCHIVED
        return Step.READY if _flag(wire, status.ready_flag) else Step.OPEN
    if status.coding is StatusCoding.DATES:
        if _is_dated(wire, names.archived_date, profile):
            return Step.ARCHIVED
        return Step.READY if _is_dated(wire, names.ready_date, profile) else Step.OPEN
    code = text(wire, status.field).strip().casefold()
    for result, codes in (
        (Step.ARCHIVED, status.archived),
        (Step.READY, status.ready),
        (Step.OPEN, status.open),
    ):
        if code in {each.casefold() for each in codes}:
            return result
    return Step.UNKNOWN


def _is_dated(wire: Wire, field: str, profile: Profile) -> bool:
    """Tell whether a date is filled in, readable or not."""
    try:
        return parse_moment(wire.get(field), profile.dates) is not None
    except ValueError:
        return True


def _flag(wire: Wire, field: str) -> bool:
    return text(wire, field).strip().casefold() in {"true", "1", "-1", "yes", "y"}


def work_order_head(wire: Wire, profile: Profile) -> WorkOrderHead:
    """Read a work order's head; the moment of archiving is its date, else the mutation date [3.4]."""
    table = "work_orders"
    names = profile.work_orders
    changed = mutation(table, wire, profile)
    archived_at = None
    if step(wire, profile) is Step.ARCHIVED:
        archived_at = moment(table, wire, names.archived_date, profile) or changed
    return WorkOrderHead(
        id=record_id(table, wire, profile),
        number=text(wire, names.number),
        archived_at=archived_at,
        mutated_at=changed,
        created_at=moment(table, wire, profile.common.creation_date, profile),
    )


def work_order(
    wire: Wire,
    profile: Profile,
    *,
    place: WorkPlace | None = None,
    used_items: tuple[UsedItem, ...] = (),
    time_sheets: tuple[TimeSheet, ...] = (),
) -> WorkOrder:
    """Read a work order and put what hangs on it beside it."""
    names = profile.work_orders
    return WorkOrder(
        head=work_order_head(wire, profile),
        customer_id=text(wire, names.customer),
        place=place,
        description=text(wire, names.description),
        work_done="" if names.work_done == names.description else text(wire, names.work_done),
        customer_reference=text(wire, names.customer_reference),
        ext_key=text(wire, profile.common.ext_key),
        used_items=used_items,
        time_sheets=time_sheets,
    )


def work_place(wire: Wire, profile: Profile) -> WorkPlace:
    """Read a work address as a work order shows it."""
    names = profile.work_addresses
    return WorkPlace(
        id=record_id("work_addresses", wire, profile),
        name=text(wire, names.name),
        street=text(wire, names.street),
        second_line=text(wire, names.second_line),
        zip_code=text(wire, names.zip_code),
        town=text(wire, names.town),
        country=text(wire, names.country),
        customer_id=text(wire, names.customer),
    )


def used_item(wire: Wire, profile: Profile) -> UsedItem:
    """Read a used item [3.4.3]. Raises Refused where it has no quantity: nothing is billed by guess."""
    names = profile.used_items
    quantity = number("used_items", wire, names.quantity, profile)
    if quantity is None:
        raise unreadable("used_items", wire, names.quantity, profile)
    return UsedItem(
        id=record_id("used_items", wire, profile),
        item_id=text(wire, names.item),
        description=text(wire, names.description),
        quantity=quantity,
        ext_key=text(wire, profile.common.ext_key),
    )


def survey(wire: Wire, profile: Profile) -> Survey:
    """Read a form on a work order [5.11]."""
    names = profile.surveys
    return Survey(
        id=record_id("surveys", wire, profile),
        name=text(wire, names.name),
        completed_at=moment("surveys", wire, names.completed_date, profile),
    )


def attachment(wire: Wire, profile: Profile) -> Attachment:
    """Read a file on a work order [5.11]; a length that cannot be read is none."""
    names = profile.attachments
    size = text(wire, names.size).strip()
    return Attachment(
        id=record_id("attachments", wire, profile),
        file_name=text(wire, names.file_name),
        content_type=text(wire, names.content_type),
        size=int(size) if size.isascii() and size.isdigit() else None,
    )


# --- time -----------------------------------------------------------------------------------------


def time_sheets(wire: Wire, profile: Profile) -> tuple[TimeSheet, ...]:
    """Read one row of registered time [3.4.1, 3.4.2]: one time sheet, two where a row holds both kinds.

    Simon's own duration counts where it is positive, else the time from start to end in UTC. What was started
    and never stopped has no time yet. Raises Refused where neither can be read, where the end lies before the
    start, or the kind is unknown: time is never left out silently.
    """
    names = profile.time_sheets
    table = "time_sheets"
    sheet_id, person = record_id(table, wire, profile), text(wire, names.user)
    start, end = moment(table, wire, names.start, profile), moment(table, wire, names.end, profile)
    day = start.astimezone(ZoneInfo(profile.dates.zone)).date() if start else None
    runs = start is not None and end is None
    if names.form is TimeForm.TWO_COLUMNS:
        found = []
        for kind, field in ((TimeKind.TRAVEL, names.travel_minutes), (TimeKind.WORK, names.work_minutes)):
            minutes = number(table, wire, field, profile)
            if minutes:
                found.append(TimeSheet(sheet_id, kind, _seconds(minutes * 60), day, person))
        if not found and runs:
            found.append(TimeSheet(sheet_id, TimeKind.WORK, 0, day, person, unfinished=True))
        return tuple(found)
    kind, told, span = _time_kind(wire, profile), _duration(wire, profile), _span(start, end)
    if told is not None and told > 0:
        return (TimeSheet(sheet_id, kind, told, day, person, span=span),)
    if span is not None:
        return (TimeSheet(sheet_id, kind, span, day, person),)
    if runs:
        return (TimeSheet(sheet_id, kind, 0, day, person, unfinished=True),)
    ends_before = start is not None and end is not None and end < start
    if ends_before or (told is None and not (start is not None and start == end)):
        is_end = ends_before or names.form is TimeForm.SPAN
        raise unreadable(table, wire, names.end if is_end else names.duration, profile)
    return (TimeSheet(sheet_id, kind, told or 0, day, person),)


def _time_kind(wire: Wire, profile: Profile) -> TimeKind:
    names = profile.time_sheets
    code = text(wire, names.type).strip().casefold()
    if code in {each.casefold() for each in names.travel}:
        return TimeKind.TRAVEL
    if code in {each.casefold() for each in names.work}:
        return TimeKind.WORK
    raise unreadable("time_sheets", wire, names.type, profile)


def _span(start: datetime | None, end: datetime | None) -> int | None:
    """Return the seconds between two moments; None where they do not enclose any time."""
    if start is None or end is None or end <= start:
        return None
    return (end - start + timedelta(milliseconds=500)) // timedelta(seconds=1)


def _duration(wire: Wire, profile: Profile) -> int | None:
    """Return the seconds that a row tells by itself; None where it tells none."""
    names = profile.time_sheets
    table = "time_sheets"
    if names.form is TimeForm.SPAN:
        return None
    if names.form is TimeForm.CLOCK:
        clock = text(wire, names.duration).strip()
        match = _CLOCK.fullmatch(clock)
        if match is None:
            if clock:
                raise unreadable(table, wire, names.duration, profile)
            return None
        seconds = int(match[2]) * 3600 + int(match[3]) * 60 + int(match[4] or 0)
        return -seconds if match[1] else seconds
    value = number(table, wire, names.duration, profile)
    return None if value is None else _seconds(value * (3600 if names.form is TimeForm.DECIMAL_HOURS else 60))


def _seconds(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
