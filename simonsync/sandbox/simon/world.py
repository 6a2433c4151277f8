"""What Simon knows and the rules it keeps: records, links, the life of a work order.

The web side and the tests use the same methods, so that whatever a test does as an office or field worker
looks to a client exactly as if somebody had done it in Simon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import RLock
from typing import Any, Literal

from simonsync.sandbox.simon.access import Access
from simonsync.sandbox.simon.refusal import bad_request, conflict, not_found
from simonsync.sandbox.simon.schema import TABLES, Field, Kind, Status, Table, TimeKind, WhenDeleted

Row = Mapping[str, Any]
"""A record by property name. Values are str, int, bool, Decimal, date, aware datetime in UTC, or None."""

# The numbers go on after a wipe, so that the first work order of a freshly activated demo is 4711.
_FIRST_NUMBER = 4668


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Switches:
    """What is not published about Simon and may turn out either way; tests try both.

    Attributes:
        page_cap: most rows in one answer, whatever `$top` says.
        work_order_pdf, survey_pdf: the file as it is, inside JSON as base64, or none (404).
        stamp_seconds: precision of creation and mutation dates; 60 = minutes, as the screens show them.
        cascade: True = records in use are deleted with everything that uses them instead of 409.
        children_touch_work_order: whether a work order counts as changed when its used items, time
            sheets, questionnaires or attachments change.
        attachments: False = this server knows no attachments at all (no page of the vendor names them).
    """

    page_cap: int = 20
    work_order_pdf: Literal["bytes", "json", "none"] = "bytes"
    survey_pdf: Literal["bytes", "json", "none"] = "bytes"
    stamp_seconds: int = 1
    cascade: bool = False
    # True because the field worker's entries are part of the work order: the screens show one "last
    # mutation" for it, and an office that corrects a quantity after archiving has changed the work order.
    children_touch_work_order: bool = True
    attachments: bool = True


class SimonWorld:
    """One Simon environment. Thread-safe; rows are never changed in place, so a read row stays as it was.

    Attributes:
        clock: gives the moment of every stamp (aware, UTC); may be replaced.
        access: credentials, tokens, licence.
        switches: behaviour that tests may turn.
    """

    def __init__(self, clock: Callable[[], datetime] = _utc_now) -> None:
        self.clock = clock
        self.access = Access()
        self.switches = Switches()
        self._lock = RLock()
        self._rows: dict[str, dict[int, Row]] = {name: {} for name in TABLES}
        self._ids_by_ext_key: dict[str, dict[str, int]] = {name: {} for name in TABLES}
        self._last_ids = dict.fromkeys(TABLES, 0)
        self._next_number = _FIRST_NUMBER
        self._files: dict[int, bytes] = {}

    @classmethod
    def empty(cls, clock: Callable[[], datetime] = _utc_now) -> SimonWorld:
        """An environment without any records but its two users: one in the office, one in the field."""
        world = cls(clock)
        world.add("User", Name="Sophie Bernard", Email="sophie@example.fr", IsOffice=True, IsField=False)
        world.add("User", Name="Karim Haddad", Email="karim@example.fr", IsOffice=False, IsField=True)
        return world

    # --- reading ----------------------------------------------------------------------------------

    def rows(self, entity: str) -> list[Row]:
        """All records of an entity by ascending Id."""
        with self._lock:
            return list(self._rows[entity].values())

    def row(self, entity: str, record: int) -> Row:
        """One record by Id; 404 where there is none."""
        with self._lock:
            try:
                return self._rows[entity][record]
            except KeyError:
                raise not_found(f"There is no {entity} with Id {record}.", entity) from None

    def find(self, entity: str, **wanted: object) -> Row:
        """The one record with these values.

        Raises:
            LookupError: none or several have them.
        """
        found = [
            row for row in self.rows(entity) if all(row[name] == value for name, value in wanted.items())
        ]
        if len(found) != 1:
            raise LookupError(f"{len(found)} records of {entity} have {wanted}")
        return found[0]

    def children(self, entity: str, work_order: int) -> list[Row]:
        """The records of an entity that belong to a work order, by ascending Id."""
        return [row for row in self.rows(entity) if row["WorkOrderId"] == work_order]

    def content(self, attachment: int) -> bytes:
        """The bytes of an attachment; 404 where it has none."""
        with self._lock:
            self.row("Attachment", attachment)
            if attachment not in self._files:
                raise not_found(f"Attachment {attachment} has no content.", "Attachment")
            return self._files[attachment]

    # --- writing, as the API and the office do it ---------------------------------------------------

    def insert(self, entity: str, values: Mapping[str, object]) -> Row:
        """Make a record; Simon gives Id, stamps, and for a work order number and status."""
        with self._lock:
            table = TABLES[entity]
            checked = self._checked(table, values, {})
            now = self._stamp()
            self._last_ids[entity] += 1
            row: dict[str, Any] = dict.fromkeys(table.fields)
            row |= checked | {"Id": self._last_ids[entity], "CreationDate": now, "MutationDate": now}
            if entity == "WorkOrder":
                row |= {"Number": str(self._next_number), "Status": Status.NEW.value}
                self._next_number += 1
            self._put(entity, row)
            self._after_change(entity, row)
            return row

    def update(self, entity: str, record: int, changes: Mapping[str, object]) -> Row:
        """Change what is given, leave the rest. A save without a difference moves the mutation date too."""
        with self._lock:
            before = self.row(entity, record)
            row = self._save(entity, before, self._checked(TABLES[entity], changes, before))
            self._after_change(entity, before)
            self._after_change(entity, row)
            return row

    def delete(self, entity: str, record: int) -> None:
        """Remove a record with its dependants; 409 while others need it."""
        with self._lock:
            row = self.row(entity, record)
            doomed: list[tuple[str, int]] = []
            emptied: dict[tuple[str, int], dict[str, None]] = {}
            self._collect(entity, record, doomed, emptied)
            for doomed_entity, doomed_record in doomed:
                gone = self._rows[doomed_entity].pop(doomed_record)
                if gone["ExtKey"] is not None:
                    del self._ids_by_ext_key[doomed_entity][gone["ExtKey"]]
                if doomed_entity == "Attachment":
                    self._files.pop(doomed_record, None)
            for (user_entity, user_record), links in emptied.items():
                if (user_entity, user_record) not in doomed:
                    self._save(user_entity, self._rows[user_entity][user_record], links)
            self._after_change(entity, row)

    # --- acts of office and field workers -------------------------------------------------------------

    def add(self, entity: str, **values: object) -> int:
        """Make any record by hand and get its Id: `add("Customer", Name="Durand")`."""
        return int(self.insert(entity, values)["Id"])

    def edit(self, entity: str, record: int, **changes: object) -> None:
        """Change a record by hand: `edit("WorkOrder", 7, Description="…")`."""
        self.update(entity, record, changes)

    def add_work_order(self, location: int, description: str = "", **values: object) -> int:
        """Make a work order at a work address; its customer is the address's unless given."""
        with self._lock:
            customer = self.row("Location", location)["CustomerId"]
            return self.add(
                "WorkOrder",
                **{"CustomerId": customer, "LocationId": location, "Description": description, **values},
            )

    def schedule(
        self, work_order: int, *, start: datetime | None = None, hours: float = 2, user: int | None = None
    ) -> int:
        """Plan a work order for a field worker, by default tomorrow; a new one becomes planned."""
        begin = start or self.clock() + timedelta(days=1)
        return self.add(
            "Scheduling",
            WorkOrderId=work_order,
            UserId=user or self._field_user(),
            StartTime=begin,
            EndTime=begin + timedelta(hours=hours),
        )

    def begin(self, work_order: int) -> None:
        """The field worker starts: New or Planned becomes InProgress, anything else stays."""
        with self._lock:
            if self.row("WorkOrder", work_order)["Status"] in {Status.NEW, Status.PLANNED}:
                self._move(work_order, {Status.NEW, Status.PLANNED}, Status.IN_PROGRESS)

    def add_time(
        self,
        work_order: int,
        kind: Literal["Travel", "Work"] | TimeKind,
        minutes: int,
        *,
        start: datetime | None = None,
        user: int | None = None,
        remark: str | None = None,
    ) -> int:
        """Register travel or working time in minutes, by default the time that ends now."""
        begin = start or self.clock() - timedelta(minutes=minutes)
        return self.add(
            "TimeSheet",
            WorkOrderId=work_order,
            UserId=user or self._field_user(),
            Type=str(kind),
            StartTime=begin,
            EndTime=begin + timedelta(minutes=minutes),
            Minutes=minutes,
            Remark=remark,
        )

    def use_item(
        self,
        work_order: int,
        item: int | None,
        quantity: Decimal | int | str,
        description: str | None = None,
        **values: object,
    ) -> int:
        """Register used material; without an article it is free text, else the article's name is copied."""
        with self._lock:
            name = None if item is None else self.row("Item", item)["Name"]
            return self.add(
                "UsedItem",
                **{
                    "WorkOrderId": work_order,
                    "ItemId": item,
                    "Description": name if description is None else description,
                    "Quantity": Decimal(quantity),
                    "Date": self.clock().date(),
                    **values,
                },
            )

    def complete_survey(self, work_order: int, name: str) -> int:
        """Fill in a questionnaire: the one of this name that waits, else a further one."""
        with self._lock:
            for row in self.children("WorkOrderSurvey", work_order):
                if row["SurveyName"] == name and row["CompletedDate"] is None:
                    self.edit("WorkOrderSurvey", row["Id"], CompletedDate=self._stamp())
                    return int(row["Id"])
            return self.add(
                "WorkOrderSurvey", WorkOrderId=work_order, SurveyName=name, CompletedDate=self._stamp()
            )

    def attach(
        self, work_order: int, file_name: str, content: bytes, content_type: str = "image/jpeg"
    ) -> int:
        """Add a photo or another file to a work order."""
        with self._lock:
            attachment = self.add(
                "Attachment",
                WorkOrderId=work_order,
                FileName=file_name,
                ContentType=content_type,
                Size=len(content),
            )
            self._files[attachment] = content
            return attachment

    def declare_ready(self, work_order: int) -> None:
        """The field worker is done: the office may check the work order now."""
        self._move(
            work_order,
            {Status.NEW, Status.PLANNED, Status.IN_PROGRESS},
            Status.READY,
            ReadyDate=self._stamp(),
        )

    def archive(self, work_order: int) -> None:
        """The office has checked the work order; only a ready one can be archived (else 409)."""
        self._move(work_order, {Status.READY}, Status.ARCHIVED, ArchivedDate=self._stamp())

    def reopen(self, work_order: int) -> None:
        """Back into the field: a ready or archived work order is in progress again, its dates are empty."""
        self._move(
            work_order,
            {Status.READY, Status.ARCHIVED},
            Status.IN_PROGRESS,
            ReadyDate=None,
            ArchivedDate=None,
        )

    # --- acts of nobody: what goes wrong inside Simon ---------------------------------------------------

    def restamp(self, entity: str, record: int, **moments: datetime | None) -> None:
        """Give a record other stamps, such as one in the future: `restamp("WorkOrder", 7, MutationDate=…)`.

        Nothing else follows from it; a later change of the record stamps it anew.
        """
        with self._lock:
            stamps = {name: moment and moment.astimezone(UTC) for name, moment in moments.items()}
            self._put(entity, {**self.row(entity, record), **stamps})

    def replace(self, entity: str, record: int, **fields: object) -> None:
        """Let another record have an Id, as after a restored database; made by hand without an `ExtKey`."""
        with self._lock:
            self._put(entity, {**self.row(entity, record), "ExtKey": None, **fields})

    def hand_out_again(self, entity: str, record: int) -> None:
        """Let the next record of an entity get an Id that a deleted one had, as after a restored database.

        Raises:
            ValueError: a record has the Id, or a later one.
        """
        with self._lock:
            if max(self._rows[entity], default=0) >= record:
                raise ValueError(f"the Id {record} of {entity} is not free")
            self._last_ids[entity] = record - 1

    # --- rules ----------------------------------------------------------------------------------------

    def _stamp(self) -> datetime:
        """Now, cut to the precision of Simon's stamps: rows changed together have equal ones."""
        now = self.clock().astimezone(UTC)
        return datetime.fromtimestamp(
            now.timestamp() // self.switches.stamp_seconds * self.switches.stamp_seconds, UTC
        )

    def _checked(self, table: Table, values: Mapping[str, object], before: Row) -> dict[str, object]:
        checked = {name: self._checked_value(table, name, value, before) for name, value in values.items()}
        after = {**before, **checked}
        for field in table.fields.values():
            if field.required and _is_missing(after.get(field.name)):
                raise bad_request("Required", f"{table.name}.{field.name} is required.", field.name)
        if table.owners and all(after.get(name) is None for name in table.owners):
            raise bad_request("Required", f"{table.name} needs {' or '.join(table.owners)}.", table.owners[0])
        return checked

    def _checked_value(self, table: Table, name: str, value: object, before: Row) -> object:
        field = table.fields.get(name)
        if field is None:
            raise bad_request("UnknownProperty", f"{table.name} has no property {name}.", name)
        if field.read_only:
            raise bad_request("ReadOnlyProperty", f"{table.name}.{name} is set by Simon.", name)
        # An external key may be empty or must be unique, so an empty text is no key.
        if value is None or (field.unique and value == ""):
            return None
        if not field.kind.accepts(value):
            raise bad_request("InvalidType", f"{table.name}.{name} must be {field.kind.value}.", name)
        if isinstance(value, str):
            _check_text(table, field, value)
        if field.unique and self._ids_by_ext_key[table.name].get(str(value)) not in {None, before.get("Id")}:
            raise conflict("DuplicateExtKey", f"Another {table.name} has the {name} {value} already.", name)
        if field.target and value not in self._rows[field.target]:
            raise bad_request("UnknownReference", f"There is no {field.target} with Id {value}.", name)
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        if field.kind is Kind.DECIMAL and isinstance(value, int):
            return Decimal(value)
        return value

    def _put(self, entity: str, row: Row) -> None:
        before = self._rows[entity].get(row["Id"])
        keys = self._ids_by_ext_key[entity]
        if before is not None and before["ExtKey"] is not None:
            del keys[before["ExtKey"]]
        if row["ExtKey"] is not None:
            keys[row["ExtKey"]] = row["Id"]
        self._rows[entity][row["Id"]] = row

    def _save(self, entity: str, row: Row, changes: Mapping[str, object]) -> Row:
        saved = {**row, **changes, "MutationDate": self._stamp()}
        self._put(entity, saved)
        return saved

    def _after_change(self, entity: str, row: Row) -> None:
        """Let the work order follow its children."""
        work_order = self._rows["WorkOrder"].get(row["WorkOrderId"]) if "WorkOrderId" in row else None
        if work_order is None:
            return
        if entity == "Scheduling":
            planned = bool(self.children("Scheduling", work_order["Id"]))
            if planned and work_order["Status"] == Status.NEW:
                self._save("WorkOrder", work_order, {"Status": Status.PLANNED.value})
            elif not planned and work_order["Status"] == Status.PLANNED:
                self._save("WorkOrder", work_order, {"Status": Status.NEW.value})
        elif self.switches.children_touch_work_order:
            self._save("WorkOrder", work_order, {})

    def _move(self, work_order: int, allowed: set[Status], to: Status, **dates: datetime | None) -> None:
        with self._lock:
            row = self.row("WorkOrder", work_order)
            if row["Status"] not in allowed:
                raise conflict(
                    "InvalidStatus", f"A work order that is {row['Status']} cannot become {to}.", "Status"
                )
            self._save("WorkOrder", row, {"Status": to.value, **dates})

    def _collect(
        self,
        entity: str,
        record: int,
        doomed: list[tuple[str, int]],
        emptied: dict[tuple[str, int], dict[str, None]],
    ) -> None:
        """List what goes with a record and which links become empty, before anything is changed."""
        doomed.append((entity, record))
        for table, field, row in self._users_of(entity, record):
            user = (table.name, row["Id"])
            if user in doomed:
                continue
            if field.when_deleted is WhenDeleted.REFUSE and not self.switches.cascade:
                raise conflict("InUse", f"{entity} {record} is used by {table.name} {row['Id']}.", field.name)
            if field.when_deleted is WhenDeleted.EMPTY:
                empty = emptied.setdefault(user, {})
                empty[field.name] = None
                if not table.owners or any({**row, **empty}[name] is not None for name in table.owners):
                    continue
            self._collect(*user, doomed, emptied)

    def _users_of(self, entity: str, record: int) -> Iterator[tuple[Table, Field, Row]]:
        for table in TABLES.values():
            for field in table.links:
                if field.target == entity:
                    for row in self.rows(table.name):
                        if row[field.name] == record:
                            yield table, field, row

    def _field_user(self) -> int:
        return int(next(row["Id"] for row in self.rows("User") if row["IsField"]))


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _check_text(table: Table, field: Field, value: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise bad_request("InvalidValue", f"{table.name}.{field.name} holds half a character.", field.name)
    if field.length and len(value) > field.length:
        raise bad_request(
            "TooLong", f"{table.name}.{field.name} holds {field.length} characters at most.", field.name
        )
    if field.choices and value not in field.choices:
        raise bad_request(
            "InvalidValue", f"{table.name}.{field.name} is one of {', '.join(field.choices)}.", field.name
        )
