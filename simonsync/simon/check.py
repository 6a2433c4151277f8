"""Which parts of the profile do not match what the service answers: for `connect --check` and `doctor`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import timedelta
from difflib import get_close_matches

from simonsync.domain.entities import ENTITIES
from simonsync.errors import NotFound, Refused, ServiceUnavailable
from simonsync.messages.kinds import Message
from simonsync.simon import records, tables
from simonsync.simon.api import Simon
from simonsync.simon.moments import parse_moment
from simonsync.simon.profile import Profile, StatusCoding, TimeForm
from simonsync.simon.records import Step, Wire

_FEW = 5
_MORE = 20
_SLACK = timedelta(minutes=5)
_SHORT = 60

_NO_FIELDS = frozenset({"path", "content_path"})
MAY_BE_ABSENT = frozenset(
    {
        "work_orders.contact",
        "work_orders.equipment",
        "time_sheets.start",
        "time_sheets.end",
        "time_sheets.user",
    }
)
"""Fields without which a Simon does as well."""
DATES = {
    "work_orders": ("ready_date", "archived_date"),
    "time_sheets": ("start", "end"),
    "surveys": ("completed_date",),
}


def profile_mismatches(simon: Simon) -> tuple[Message, ...]:
    """Read a few records of every table and name where they and the profile disagree.

    An empty table proves nothing and is passed over. Raises CredentialsRefused and ServiceUnavailable.
    """
    return tuple(_mismatches(simon))


def _mismatches(simon: Simon) -> Iterator[Message]:
    for table, entity in ENTITIES.items():
        names = tables.entity(simon.profile, table)
        if not names.path:
            continue
        try:
            rows = simon.sample(table, _MORE if table in {"work_orders", "time_sheets"} else _FEW)
        except NotFound:
            if not entity.optional:
                yield Message.of("profile-table-unknown", {"path": f"{table}.path", "name": names.path})
            continue
        except (Refused, ServiceUnavailable) as error:
            # A service that is down is not the profile's fault; an answer of another shape may be.
            if isinstance(error, ServiceUnavailable) and error.code != "simon-answer-unreadable":
                raise
            yield Message.of("profile-table-refused", {"path": f"{table}.path", "name": names.path})
            continue
        if rows:
            yield from _missing_fields(table, rows, simon.profile)
            yield from _unreadable_dates(table, rows, simon)
        if rows and table == "work_orders":
            yield from _unknown_statuses(rows, simon.profile)
            yield from _missing_pdf(rows[0], simon)
        if table == "time_sheets":
            yield from _unreadable_times(rows, simon.profile)


def expected_fields(table: str, profile: Profile) -> Iterator[tuple[str, str]]:
    """Name the fields that records of a table should have, each with its place in the profile."""
    for each in fields(profile.common):
        yield f"common.{each.name}", getattr(profile.common, each.name)
    names = tables.entity(profile, table)
    unused: set[str] = set(_NO_FIELDS)
    if table == "time_sheets":
        unused |= _unused_time_fields(profile.time_sheets.form)
    for each in fields(names):
        value = getattr(names, each.name)
        place = f"{table}.{each.name}"
        if type(value) is str and each.name not in unused and place not in MAY_BE_ABSENT:
            yield place, value
    if table == "time_sheets" and profile.time_sheets.form is TimeForm.SPAN:
        yield "time_sheets.start", profile.time_sheets.start
        yield "time_sheets.end", profile.time_sheets.end
    if table == "work_orders":
        status = profile.work_orders.status
        if status.coding is StatusCoding.FLAGS:
            yield "work_orders.status.archived_flag", status.archived_flag
            yield "work_orders.status.ready_flag", status.ready_flag
        elif status.coding is not StatusCoding.DATES:
            yield "work_orders.status.field", status.field


def _unused_time_fields(form: TimeForm) -> set[str]:
    if form is TimeForm.TWO_COLUMNS:
        return {"type", "duration"}
    if form is TimeForm.SPAN:
        return {"duration", "travel_minutes", "work_minutes"}
    return {"travel_minutes", "work_minutes"}


def _missing_fields(table: str, rows: Sequence[Wire], profile: Profile) -> Iterator[Message]:
    present = sorted({name for row in rows for name in row if "@" not in name})
    for place, name in expected_fields(table, profile):
        if name and name not in present:
            likely = get_close_matches(name, present, n=1)
            suggestion = (likely or [", ".join(present)])[0]
            params = {"table": table, "path": place, "name": name, "suggestion": suggestion}
            yield Message.of("profile-field-missing", params)


def _unreadable_dates(table: str, rows: Sequence[Wire], simon: Simon) -> Iterator[Message]:
    common, dates = simon.profile.common, simon.profile.dates
    names = tables.entity(simon.profile, table)
    places = {"common.mutation_date": common.mutation_date, "common.creation_date": common.creation_date}
    places |= {f"{table}.{name}": getattr(names, name) for name in DATES.get(table, ())}
    now = simon.server_time()
    for place, field in places.items():
        for row in rows if field else ():
            try:
                moment = parse_moment(row.get(field), dates)
            except ValueError:
                params = {"table": table, "path": place, "value": _shown(row.get(field))}
                yield Message.of("profile-date-unreadable", params)
                break
            if place == "common.mutation_date" and now and moment and moment > now + _SLACK:
                params = {"table": table, "path": place, "value": _shown(row.get(field))}
                yield Message.of("profile-zone-doubtful", params)
                break


def _unknown_statuses(rows: Sequence[Wire], profile: Profile) -> Iterator[Message]:
    field = profile.work_orders.status.field
    if profile.work_orders.status.coding in {StatusCoding.FLAGS, StatusCoding.DATES}:
        return
    unknown = {
        _shown(row[field]) for row in rows if field in row and records.step(row, profile) is Step.UNKNOWN
    }
    for value in sorted(unknown):
        yield Message.of("profile-status-unknown", {"path": "work_orders.status", "value": value})


def _unreadable_times(rows: Sequence[Wire], profile: Profile) -> Iterator[Message]:
    seen = set()
    for row in rows:
        try:
            records.time_sheets(row, profile)
        except Refused as refused:
            params = refused.problems[0].params
            found = (params["field"], params["value"])
            if found not in seen and params["field"] in row:
                seen.add(found)
                yield Message.of(
                    "profile-time-unreadable", {"path": "time_sheets", "name": found[0], "value": found[1]}
                )


def _missing_pdf(row: Wire, simon: Simon) -> Iterator[Message]:
    path = simon.profile.pdfs.work_order_path
    if not path:
        return
    try:
        found = simon.work_order_pdf(records.record_id("work_orders", row, simon.profile))
    except (NotFound, Refused):
        found = None
    if found is None:
        yield Message.of("profile-pdf-missing", {"path": "pdfs.work_order_path", "name": path})


def _shown(value: object) -> str:
    return " ".join(str(value).split())[:_SHORT]
