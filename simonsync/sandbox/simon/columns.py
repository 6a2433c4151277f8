"""How the same facts may look in Simon: a status as code, flag or date; time in one of five forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter
from typing import Any, Literal

from simonsync.sandbox.simon.refusal import bad_request
from simonsync.sandbox.simon.schema import Field, Kind, Status, TimeKind
from simonsync.sandbox.simon.world import Row

_LIFE = list(Status)
_HOURS = Decimal("0.0001")
_MINUTES_AN_HOUR = 60


def _same(value: object) -> object:
    return value


@dataclass(frozen=True, slots=True)
class Column:
    """A property as clients see it.

    Attributes:
        origin: its name before renaming.
        show: the value out of a record of the world.
        read: the world's value out of a client's.
    """

    origin: str
    kind: Kind
    show: Callable[[Row], Any]
    read: Callable[[object], object] = _same

    @classmethod
    def of(cls, field: Field) -> Column:
        """A property of the schema as it is."""
        return cls(field.name, field.kind, itemgetter(field.name))


class TimeSheetForm(StrEnum):
    """How travel and working time are written."""

    TYPE_MINUTES = "type_minutes"
    TWO_DURATIONS = "two_durations"
    START_END = "start_end"
    DECIMAL_HOURS = "decimal_hours"
    HH_MM = "hh_mm"


def status_columns(
    coding: Literal["dates"] | Mapping[str, Any] | None, columns: Iterable[Column]
) -> list[Column]:
    """Replace the status of a work order by codes, by flags, or by nothing but its dates.

    Flags add up: an archived work order has been planned and ready before, and says so.
    """
    if coding is None:
        return list(columns)
    others = [column for column in columns if column.origin != "Status"]
    if coding == "dates":
        return others
    if "flags" not in coding:
        return [*others, _coded("Status", coding, _LIFE)]
    return [*others, *(_flag(name, Status(status)) for status, name in coding["flags"].items())]


def time_sheet_columns(
    form: TimeSheetForm, kinds: Mapping[str, str | int] | None, columns: Iterable[Column]
) -> list[Column]:
    """Replace kind and duration of a time sheet by what the form has instead."""
    shown = {column.origin: column for column in columns}
    if kinds is not None:
        shown["Type"] = _coded("Type", kinds, TimeKind)
    if form is not TimeSheetForm.TYPE_MINUTES:
        del shown["Minutes"]
    if form is TimeSheetForm.TWO_DURATIONS:
        del shown["Type"]
        shown["TravelMinutes"] = Column(
            "TravelMinutes", Kind.INT32, lambda row: _minutes(row, TimeKind.TRAVEL)
        )
        shown["WorkMinutes"] = Column("WorkMinutes", Kind.INT32, lambda row: _minutes(row, TimeKind.WORK))
    if form is TimeSheetForm.START_END:
        shown["StartTime"] = replace(shown["StartTime"], show=_start)
        shown["EndTime"] = replace(
            shown["EndTime"],
            show=lambda row: row["EndTime"] or _start(row) + timedelta(minutes=row["Minutes"]),
        )
    if form is TimeSheetForm.DECIMAL_HOURS:
        shown["Hours"] = Column(
            "Hours",
            Kind.DECIMAL,
            lambda row: (Decimal(row["Minutes"]) / _MINUTES_AN_HOUR).quantize(_HOURS),
        )
    if form is TimeSheetForm.HH_MM:
        shown["Duration"] = Column(
            "Duration", Kind.TEXT, lambda row: "{:02}:{:02}".format(*divmod(row["Minutes"], 60))
        )
    return list(shown.values())


def time_sheet_rows(form: TimeSheetForm, rows: list[Row]) -> list[Row]:
    """The time sheets that the form shows: with two durations, a trip and the work after it share one."""
    if form is not TimeSheetForm.TWO_DURATIONS:
        return rows
    folded: list[Row] = []
    for row in rows:
        trip = folded[-1] if folded else None
        if trip and _belong_together(trip, row):
            folded[-1] = {**row, "Trip": trip["Minutes"], "StartTime": trip["StartTime"]}
        else:
            folded.append(row)
    return folded


def time_sheet_values(form: TimeSheetForm, values: Mapping[str, object]) -> dict[str, object]:
    """Kind and minutes out of what a client sent in a form; what is not sent stays out."""
    world = dict(values)
    if form is TimeSheetForm.TWO_DURATIONS and {"TravelMinutes", "WorkMinutes"} & set(world):
        travel, work = world.pop("TravelMinutes", 0) or 0, world.pop("WorkMinutes", 0) or 0
        if travel and work:
            raise bad_request("InvalidValue", "Write a trip and the work after it one by one.", "WorkMinutes")
        world |= {"Type": str(TimeKind.TRAVEL if travel else TimeKind.WORK), "Minutes": travel or work}
    start, end = world.get("StartTime"), world.get("EndTime")
    if form is TimeSheetForm.START_END and isinstance(start, datetime) and isinstance(end, datetime):
        world["Minutes"] = int((end - start).total_seconds()) // _MINUTES_AN_HOUR
    if form is TimeSheetForm.DECIMAL_HOURS and "Hours" in world:
        hours = world.pop("Hours")
        world["Minutes"] = round(hours * _MINUTES_AN_HOUR) if isinstance(hours, int | Decimal) else hours
    if form is TimeSheetForm.HH_MM and "Duration" in world:
        world["Minutes"] = _from_clock_face(world.pop("Duration"))
    return world


def _coded(name: str, codes: Mapping[str, str | int], choices: Iterable[str]) -> Column:
    """A choice written in other words or numbers; an unknown one stays, for the world to refuse."""
    if set(codes) != set(choices):
        raise ValueError(f"a profile gives a code to each of {', '.join(choices)}")
    kind = Kind.INT32 if all(isinstance(code, int) for code in codes.values()) else Kind.TEXT
    origins: dict[object, str] = {code: origin for origin, code in codes.items()}
    return Column(name, kind, lambda row: codes[row[name]], lambda value: origins.get(value, value))


def _flag(name: str, status: Status) -> Column:
    position = _LIFE.index(status)
    return Column(name, Kind.BOOLEAN, lambda row: _LIFE.index(row["Status"]) >= position)


def _minutes(row: Row, kind: TimeKind) -> int:
    if row["Type"] == kind:
        return int(row["Minutes"])
    return int(row.get("Trip", 0)) if kind is TimeKind.TRAVEL else 0


def _belong_together(trip: Row, row: Row) -> bool:
    same = all(trip[name] == row[name] for name in ("WorkOrderId", "UserId"))
    return same and trip["Type"] == TimeKind.TRAVEL and row["Type"] == TimeKind.WORK


def _start(row: Row) -> datetime:
    start: datetime = row["StartTime"] or row["CreationDate"]
    return start


def _from_clock_face(text: object) -> object:
    hours, colon, minutes = text.partition(":") if isinstance(text, str) else ("", "", "")
    if not (colon and hours.isdecimal() and minutes.isdecimal()):
        raise bad_request("InvalidType", "TimeSheet.Duration is written HH:MM.", "Duration")
    return int(hours) * _MINUTES_AN_HOUR + int(minutes)
