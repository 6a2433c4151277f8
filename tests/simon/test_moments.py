"""Simon's moments: whatever the format and the zone, UTC inside, and a cursor that never runs ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.simon.moments import literal_moment, parse_moment, wire_moment
from simonsync.simon.profile import (
    DateFormat,
    DateLiteral,
    Dates,
    Profile,
    StatusCoding,
    StatusNames,
    WorkOrders,
)
from simonsync.simon.records import Step, step

PARIS = "Europe/Paris"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("value", "dates", "moment"),
    [
        ("2022-05-12T14:52:00Z", Dates(), utc(2022, 5, 12, 14, 52)),
        ("2022-05-12T16:52:00+02:00", Dates(), utc(2022, 5, 12, 14, 52)),
        ("2022-05-12T14:52:00.1234567Z", Dates(), utc(2022, 5, 12, 14, 52, 0, 123456)),
        ("2022-05-12T14:52:00", Dates(), utc(2022, 5, 12, 14, 52)),
        ("2022-05-12T16:52", Dates(zone=PARIS), utc(2022, 5, 12, 14, 52)),
        ("2022-05-12", Dates(), utc(2022, 5, 12)),
        ("12/05/2022 16:52", Dates(format="%d/%m/%Y %H:%M", zone=PARIS), utc(2022, 5, 12, 14, 52)),
        ("2022-10-30T02:30:00", Dates(zone=PARIS), utc(2022, 10, 30, 0, 30)),
        (1652367120000, Dates(format=DateFormat.MILLISECONDS), utc(2022, 5, 12, 14, 52)),
        ("/Date(1652367120000)/", Dates(format=DateFormat.MILLISECONDS), utc(2022, 5, 12, 14, 52)),
        ("/Date(1652367120000+0200)/", Dates(format=DateFormat.MILLISECONDS), utc(2022, 5, 12, 14, 52)),
        (None, Dates(), None),
        ("", Dates(), None),
    ],
)
def test_a_moment_is_read_into_utc(value: object, dates: Dates, moment: datetime | None) -> None:
    assert parse_moment(value, dates) == moment


@pytest.mark.parametrize(
    ("value", "dates"),
    [
        ("soon", Dates()),
        ("12/05/2022", Dates()),
        ("2022-13-01T00:00:00Z", Dates()),
        ("9999-12-31T23:59:59-12:00", Dates()),
        ("2022-05-12T14:52:00Z", Dates(format=DateFormat.MILLISECONDS)),
        ("9" * 30, Dates(format=DateFormat.MILLISECONDS)),
        ("2022-05-12", Dates(format="%d/%m/%Y %H:%M")),
        (True, Dates()),
    ],
)
def test_what_is_no_moment_is_not_guessed_at(value: object, dates: Dates) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_moment(value, dates)


@pytest.mark.parametrize(
    ("dates", "parameter", "literal"),
    [
        (Dates(), "2022-05-12T14:52:07Z", "2022-05-12T14:52:07Z"),
        (
            Dates(zone=PARIS, literal=DateLiteral.DATETIME, format="%d/%m/%Y %H:%M"),
            "12/05/2022 16:52",
            "datetime'2022-05-12T16:52:07'",
        ),
        (
            Dates(literal=DateLiteral.DATETIMEOFFSET, format=DateFormat.MILLISECONDS),
            "1652367127000",
            "datetimeoffset'2022-05-12T14:52:07Z'",
        ),
    ],
)
def test_a_moment_is_written_as_the_service_writes_it(dates: Dates, parameter: str, literal: str) -> None:
    moment = utc(2022, 5, 12, 14, 52, 7)
    assert (wire_moment(moment, dates), literal_moment(moment, dates)) == (parameter, literal)


@pytest.mark.parametrize("format_", [DateFormat.ISO, DateFormat.MILLISECONDS, "%d/%m/%Y %H:%M"])
@given(
    seconds=st.integers(1_600_000_000, 1_900_000_000),
    zone=st.sampled_from(["UTC", PARIS, "America/New_York", "Asia/Kolkata"]),
)
def test_a_parameter_never_lies_after_the_moment_it_stands_for(format_: str, seconds: int, zone: str) -> None:
    dates = Dates(format=format_, zone=zone)
    moment = datetime.fromtimestamp(seconds, UTC)
    back = parse_moment(wire_moment(moment, dates), dates)
    assert back is not None
    assert moment - timedelta(hours=2) < back <= moment


def test_in_the_hour_that_comes_twice_what_changed_in_its_second_pass_is_asked_for_too() -> None:
    dates = Dates(zone=PARIS, literal=DateLiteral.DATETIME)
    first_pass = parse_moment("2022-10-30T02:50:00", dates)
    assert first_pass is not None
    literal = literal_moment(first_pass, dates)
    assert literal <= "datetime'2022-10-30T02:10:00'"


@pytest.mark.parametrize(
    "written",
    ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+02:00", "1753-01-01", "1899-12-30"],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "America/New_York"])
def test_the_first_day_of_a_database_is_no_date(written: str, zone: str) -> None:
    assert parse_moment(written, Dates(zone=zone)) is None


def test_where_dates_tell_the_status_the_first_day_of_a_database_is_none() -> None:
    profile = Profile(work_orders=WorkOrders(status=StatusNames(coding=StatusCoding.DATES)))
    order = {"Id": 1, "ReadyDate": "2026-05-04T10:00:00Z", "ArchivedDate": "0001-01-01T00:00:00"}
    assert step(order, profile) is Step.READY
