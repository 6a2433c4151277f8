"""The names that Simon uses on the wire, in one place: the world below knows only the names of `schema`.

Most of Simon's names are not published. A profile makes this stand-in speak others, to prove that a client
has none of them built in:

    entities    {"Customer": "Klant"}                   entity sets and, in the older dialect, tables
    fields      {"*": {"ExtKey": "OwnKey"},             for every entity,
                 "WorkOrder": {"Number": "No"}}         for one
    login       {"path": "auth", "verb": "GET", "Key": "licence", "Usr": …, "Pwd": …, "Token": …,
                 "Expires": None}                       None = the end of a token is not told
    headers     {"Token": "X-Token", "ApiKey": "X-Key"}
    files       {"WorkOrder": "pdf/{id}", "WorkOrderSurvey": …, "Attachment": None}   None = no such path
    file        {"FileName": "naam", "Content": "inhoud"}       a PDF inside JSON
    parameters  {"LastMutation": "since", "LastId": "after"}    of `readsync`
    status      {"New": 0, …} codes · {"flags": {"Ready": "IsReady", "Archived": "IsArchived"}} ·
                "dates" (no status at all, only ReadyDate and ArchivedDate)
    time_kinds  {"Travel": 1, "Work": 2}
    time_sheet  "type_minutes" · "two_durations" · "start_end" · "decimal_hours" · "hh_mm"
    dates       {"format": "%d/%m/%Y %H:%M:%S", "zone": "Europe/Paris", "prefixed": True}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from simonsync.sandbox.simon.columns import (
    Column,
    TimeSheetForm,
    status_columns,
    time_sheet_columns,
    time_sheet_rows,
    time_sheet_values,
)
from simonsync.sandbox.simon.odata import Dialect
from simonsync.sandbox.simon.refusal import bad_request, not_found
from simonsync.sandbox.simon.schema import TABLES, Kind
from simonsync.sandbox.simon.wire import plain, typed
from simonsync.sandbox.simon.world import Row, SimonWorld

_FILES = {
    "WorkOrder": "workorder/digitalpresentation/{id}",
    "WorkOrderSurvey": "workordersurvey/digitalpresentation/{id}",
    "Attachment": "Attachment({id})/$value",
}

_LOGIN = {name: name for name in ("path", "verb", "Key", "Usr", "Pwd", "Token", "Expires")} | {
    "path": "login",
    "verb": "POST",
}

_PARTS = frozenset(
    {
        "dates",
        "entities",
        "fields",
        "file",
        "files",
        "headers",
        "login",
        "parameters",
        "status",
        "time_kinds",
        "time_sheet",
    }
)

_COLUMNS = {
    table.name: {name: Column.of(field) for name, field in table.fields.items()} for table in TABLES.values()
}


class Names:
    """How entity sets, properties, paths and headers are called, and how values are written.

    Attributes:
        login: path, verb, and the names of inputs and outputs.
        headers, file, parameters: published name to shown name.
        filter_dialect: how dates are written in `$filter`.
    """

    def __init__(self, profile: Mapping[str, Any] | None = None) -> None:
        profile = profile or {}
        # A misspelt name would change nothing, and a test with it prove nothing.
        _refuse_unknown("part", set(profile) - _PARTS)
        _refuse_unknown("entity", set(profile.get("entities", {})) - set(TABLES))
        dates = profile.get("dates", {})
        self._date_format: str | None = dates.get("format")
        self._zone = ZoneInfo(dates.get("zone", "UTC"))
        self.filter_dialect = Dialect(
            prefixed_dates=dates.get("prefixed", False), zone=self._zone if "zone" in dates else None
        )
        self.login: dict[str, Any] = _LOGIN | profile.get("login", {})
        self.headers = {"Token": "Token", "ApiKey": "ApiKey"} | profile.get("headers", {})
        self.file = {"FileName": "FileName", "Content": "Content"} | profile.get("file", {})
        self.parameters = {name: name for name in ("LastMutation", "LastId")} | profile.get("parameters", {})
        self._sets: dict[str, str] = {name: name for name in TABLES} | profile.get("entities", {})
        self._entities = {shown.lower(): name for name, shown in self._sets.items()}
        self._paths = {
            entity: _path_pattern(path)
            for entity, path in (_FILES | profile.get("files", {})).items()
            if path is not None
        }
        self._form = TimeSheetForm(profile.get("time_sheet", TimeSheetForm.TYPE_MINUTES))
        self._status = profile.get("status")
        self._time_kinds: Mapping[str, str | int] | None = profile.get("time_kinds")
        self._renamed: Mapping[str, Mapping[str, str]] = profile.get("fields", {})
        self._columns = {entity: self._columns_of(entity) for entity in TABLES}
        for entity, renamed in self._renamed.items():
            known = {
                column.origin
                for name in (TABLES if entity == "*" else [entity])
                for column in self._columns[name].values()
            }
            _refuse_unknown("field", set(renamed) - known)
        self._unchanged = {name for name, columns in self._columns.items() if columns == _COLUMNS[name]}

    # --- paths ------------------------------------------------------------------------------------

    def entity(self, shown: str) -> str | None:
        """The entity behind a set's name in a path, whatever its case; None = there is none."""
        return self._entities.get(shown.lower())

    def set_name(self, entity: str) -> str:
        """How an entity's set is called in paths."""
        return self._sets[entity]

    def is_login(self, path: str) -> bool:
        """Whether a path (without slashes around it) is the one to log in at."""
        return path.lower() == str(self.login["path"]).lower()

    def file_at(self, path: str) -> tuple[str, int] | None:
        """Entity and Id whose PDF or content a path asks for; None = no such path."""
        for entity, pattern in self._paths.items():
            found = pattern.fullmatch(path)
            if found:
                return entity, int(found["id"])
        return None

    # --- records ----------------------------------------------------------------------------------

    def field(self, entity: str, name: str) -> str:
        """How a property of an entity is called."""
        return self._renamed.get(entity, {}).get(name) or self._renamed.get("*", {}).get(name, name)

    def kinds(self, entity: str) -> Mapping[str, Kind]:
        """The properties as shown, with their types."""
        return {name: column.kind for name, column in self._columns[entity].items()}

    def rows(self, world: SimonWorld, entity: str) -> list[Row]:
        """All records as clients see them, still typed, so that they can be filtered."""
        rows = world.rows(entity)
        if entity == "TimeSheet":
            rows = time_sheet_rows(self._form, rows)
        return [self._show(entity, row) for row in rows]

    def row(self, world: SimonWorld, entity: str, record: int) -> Row:
        """One record as clients see it; 404 where there is none."""
        if self._form is not TimeSheetForm.TWO_DURATIONS or entity != "TimeSheet":
            return self._show(entity, world.row(entity, record))
        name = self.field(entity, "Id")
        for row in self.rows(world, entity):
            if row[name] == record:
                return row
        raise not_found(f"There is no {self.set_name(entity)} with Id {record}.", self.set_name(entity))

    def write(self, row: Mapping[str, Any]) -> dict[str, object]:
        """A shown record as JSON."""
        return {name: self.plain(value) for name, value in row.items()}

    def plain(self, value: object) -> object:
        """A value as JSON; moments in the profile's format and zone."""
        if isinstance(value, datetime) and self._date_format is not None:
            return value.astimezone(self._zone).strftime(self._date_format)
        return plain(value)

    def moment(self, text: str) -> datetime | None:
        """A moment as the profile writes it, in UTC; None = it is written otherwise."""
        try:
            if self._date_format is None:
                moment = datetime.fromisoformat(text)
            else:
                moment = datetime.strptime(text, self._date_format)  # noqa: DTZ007 - the zone follows
                moment = moment if moment.tzinfo else moment.replace(tzinfo=self._zone)
            return moment.astimezone(UTC) if moment.tzinfo else None
        except (ValueError, OverflowError):
            return None

    def read(self, entity: str, body: Mapping[str, object]) -> dict[str, object]:
        """A client's JSON as values of the world. Annotations (`@odata.…`) carry no data."""
        columns = self._columns[entity]
        values: dict[str, object] = {}
        for name, value in body.items():
            if name.startswith("@"):
                continue
            if name not in columns:
                raise bad_request("UnknownProperty", f"{self.set_name(entity)} has no property {name}.", name)
            column = columns[name]
            values[column.origin] = column.read(self._typed(value, column.kind))
        return time_sheet_values(self._form, values) if entity == "TimeSheet" else values

    def target(self, name: str) -> str:
        """The shown name of what an error is about."""
        for renamed in self._renamed.values():
            if name in renamed:
                return renamed[name]
        return self._sets.get(name, name)

    def _show(self, entity: str, row: Row) -> Row:
        if entity in self._unchanged:
            return row
        return {name: column.show(row) for name, column in self._columns[entity].items()}

    def _typed(self, value: object, kind: Kind) -> object:
        if kind is Kind.MOMENT and isinstance(value, str):
            return self.moment(value) or value
        return typed(value, kind)

    def _columns_of(self, entity: str) -> dict[str, Column]:
        columns = list(_COLUMNS[entity].values())
        if entity == "WorkOrder":
            columns = status_columns(self._status, columns)
        if entity == "TimeSheet":
            columns = time_sheet_columns(self._form, self._time_kinds, columns)
        return {self.field(entity, column.origin): column for column in columns}


def _refuse_unknown(what: str, names: set[str]) -> None:
    if names:
        raise ValueError(f"a profile has no {what} {', '.join(sorted(names))}")


def _path_pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\{id\}", r"(?P<id>\d{1,18})"), re.IGNORECASE | re.ASCII)
