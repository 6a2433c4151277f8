"""The stand-in under other names: what a client must not have built in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from simonsync.sandbox.simon.app import simon_app
from tests.sandbox.simon_caller import SimonCaller

RENAMED: dict[str, Any] = {
    "entities": {"Customer": "Klant", "WorkOrder": "Werkbon", "TimeSheet": "Uren"},
    "fields": {
        "*": {"Id": "SimonId", "ExtKey": "EigenSleutel", "MutationDate": "Gewijzigd"},
        "WorkOrder": {"Number": "Nummer", "Status": "Toestand"},
    },
    "login": {
        "path": "auth/token",
        "Key": "licence",
        "Usr": "user",
        "Pwd": "pass",
        "Token": "access",
        "Expires": None,
    },
    "headers": {"Token": "X-Simon", "ApiKey": "X-Api-Key"},
    "files": {"WorkOrder": "werkbon/{id}/pdf", "Attachment": None},
    "file": {"FileName": "naam", "Content": "inhoud"},
    "parameters": {"LastMutation": "since", "LastId": "after"},
    "status": {"New": 0, "Planned": 10, "InProgress": 20, "Ready": 30, "Archived": 40},
    "dates": {"format": "%d/%m/%Y %H:%M:%S", "zone": "Europe/Paris"},
}


def renamed(**how: Any) -> SimonCaller:
    caller = SimonCaller(profile=RENAMED | how)
    caller.world.access.api_key = "mailed"
    caller.headers["X-Api-Key"] = "mailed"
    access = caller.world.access
    answer = caller.ok(
        "POST", "auth/token", {"licence": access.key, "user": access.user, "pass": access.password}
    )
    assert set(answer) == {"access"}
    caller.headers["X-Simon"] = answer["access"]
    return caller


def with_order(caller: SimonCaller) -> int:
    return caller.world.add_work_order(caller.world.add("Location", Name="Atelier"), "Fuite")


def test_records_have_the_profile_s_names_and_the_old_ones_are_unknown() -> None:
    simon = renamed()
    made = simon.ok("POST", "Klant", {"Name": "Durand", "EigenSleutel": "customer:1"})
    assert made["@odata.context"].endswith("#Klant/$entity")
    assert (made["SimonId"], made["EigenSleutel"], made["Gewijzigd"]) == (
        1,
        "customer:1",
        "02/03/2026 09:00:00",
    )
    assert not {"Id", "ExtKey", "MutationDate"} & set(made)
    assert simon.ok("PUT", "klant(1)", {"Name": "Dupont"})["Name"] == "Dupont"
    assert simon.refused("GET", "Customer") == (404, "NotFound")
    assert simon.refused("GET", "Klant?$filter=ExtKey eq 'customer:1'") == (400, "UnknownProperty")
    assert simon.refused("POST", "Klant", {"Name": "x", "ExtKey": "a"}) == (400, "UnknownProperty")
    assert simon.refused("GET", "Klant?$orderby=MutationDate") == (400, "InvalidOption")
    found = simon.ok("GET", "Klant?$filter=EigenSleutel eq 'customer:1'&$orderby=Gewijzigd,SimonId")
    assert [row["SimonId"] for row in found["value"]] == [1]
    duplicate = simon.call("POST", "Klant", {"Name": "x", "EigenSleutel": "customer:1"})
    assert duplicate.json is not None
    assert duplicate.json["error"]["target"] == "EigenSleutel"


def test_paths_and_headers_are_the_profile_s() -> None:
    simon = renamed()
    order = with_order(simon)
    assert simon.call("GET", f"werkbon/{order}/pdf").content_type == "application/pdf"
    assert simon.refused("GET", f"workorder/digitalpresentation/{order}") == (404, "NotFound")
    simon.world.switches.work_order_pdf = "json"
    assert set(simon.ok("GET", f"werkbon/{order}/pdf")) == {"naam", "inhoud"}
    photo = simon.world.attach(order, "a.jpg", b"jpeg")
    assert simon.refused("GET", f"Attachment({photo})/$value") == (404, "NotFound")
    assert simon.refused("POST", "login", simon.credentials) == (404, "NotFound")
    simon.headers["Token"] = simon.headers.pop("X-Simon")
    assert simon.refused("GET", "Klant") == (401, "TokenMissing")


def test_login_may_be_a_get() -> None:
    simon = SimonCaller(profile={"login": {"path": "token", "verb": "GET"}})
    access = simon.world.access
    answer = simon.ok("GET", f"token?Key={access.key}&Usr={access.user}&Pwd={access.password}")
    assert answer["Expires"] == "2026-03-02T09:00:00Z"
    assert simon.refused("POST", "token", simon.credentials) == (405, "MethodNotAllowed")


def test_requests_are_named_by_the_profile_s_paths() -> None:
    simon = SimonCaller(profile=RENAMED)
    app = simon_app(simon.world, simon.clock, profile=RENAMED)
    for verb, path, expected in (
        ("POST", "/auth/token", ("POST login", False)),
        ("PUT", "/Klant(1)", ("PUT Customer", True)),
    ):
        assert app.name_request(EnvironBuilder(path=path, method=verb).get_environ()) == expected


def test_dates_are_local_and_filters_may_be_too() -> None:
    simon = renamed()
    order = with_order(simon)
    simon.ok(
        "POST",
        "Scheduling",
        {
            "WorkOrderId": order,
            "UserId": 2,
            "StartTime": "03/07/2026 10:00:00",
            "EndTime": "03/07/2026 11:00:00",
        },
    )
    assert simon.world.rows("Scheduling")[0]["StartTime"] == datetime(2026, 7, 3, 8, 0, tzinfo=UTC)
    for moment in ("2026-07-03T10:00:00", "2026-07-03T08:00:00Z"):
        assert len(simon.ok("GET", f"Scheduling?$filter=StartTime eq {moment}")["value"]) == 1
    iso = {"WorkOrderId": order, "UserId": 2, "StartTime": "2026-07-03T08:00:00Z", "EndTime": None}
    assert simon.refused("POST", "Scheduling", iso) == (400, "InvalidType")


def test_prefixed_dates() -> None:
    simon = SimonCaller(profile={"dates": {"prefixed": True}}).log_in()
    simon.world.add("Customer", Name="Durand")
    path = "Customer?$filter=MutationDate ge "
    assert len(simon.ok("GET", f"{path}datetime'2026-03-02T08:00:00'")["value"]) == 1
    assert simon.refused("GET", f"{path}2026-03-02T08:00:00Z") == (400, "InvalidFilter")


# --- status ---------------------------------------------------------------------------------------------


def archived(simon: SimonCaller) -> None:
    for act in ((), ("declare_ready",), ("declare_ready", "archive")):
        order = with_order(simon)
        for name in act:
            getattr(simon.world, name)(order)


@pytest.mark.parametrize(
    ("status", "condition", "shown"),
    [
        (None, "Status eq 'Archived'", {"Status": "Archived"}),
        (
            {"New": "N", "Planned": "P", "InProgress": "B", "Ready": "G", "Archived": "A"},
            "Status eq 'A'",
            {"Status": "A"},
        ),
        (RENAMED["status"], "Status eq 40", {"Status": 40}),
        (
            {"flags": {"Ready": "IsReady", "Archived": "IsArchived"}},
            "IsArchived eq true",
            {"IsReady": True, "IsArchived": True},
        ),
        ("dates", "ArchivedDate ne null", {"ArchivedDate": "2026-03-02T08:00:00Z"}),
    ],
)
def test_a_status_may_be_coded_in_many_ways(status: Any, condition: str, shown: dict[str, object]) -> None:
    simon = SimonCaller(profile={} if status is None else {"status": status}).log_in()
    archived(simon)
    rows = simon.ok("GET", f"WorkOrder?$filter={condition}")["value"]
    assert [row["Id"] for row in rows] == [3]
    assert shown.items() <= rows[0].items()
    assert ("Status" in rows[0]) == ("Status" in shown)


# --- time sheets ----------------------------------------------------------------------------------------

FORMS: list[tuple[str, dict[str, object], set[str]]] = [
    ("type_minutes", {"Type": "Work", "Minutes": 50}, set()),
    ("two_durations", {"TravelMinutes": 0, "WorkMinutes": 50}, {"Type", "Minutes"}),
    (
        "start_end",
        {"Type": "Work", "StartTime": "2026-03-02T07:10:00Z", "EndTime": "2026-03-02T08:00:00Z"},
        {"Minutes"},
    ),
    ("decimal_hours", {"Type": "Work", "Hours": 0.8333}, {"Minutes"}),
    ("hh_mm", {"Type": "Work", "Duration": "00:50"}, {"Minutes"}),
]


@pytest.mark.parametrize(("form", "shown", "hidden"), FORMS)
def test_time_may_be_written_in_five_forms(form: str, shown: dict[str, object], hidden: set[str]) -> None:
    simon = SimonCaller(profile={"time_sheet": form}).log_in()
    order = with_order(simon)
    simon.world.add_time(order, "Work", 50)
    row = simon.ok("GET", "TimeSheet(1)")
    assert shown.items() <= row.items()
    assert not hidden & set(row)
    # What is shown can be sent, and means the same.
    simon.ok("POST", "TimeSheet", {"WorkOrderId": order, "UserId": 2, **shown})
    sheets = simon.world.rows("TimeSheet")
    assert [(sheet["Type"], sheet["Minutes"]) for sheet in sheets] == [("Work", 50), ("Work", 50)]
    for name in hidden:
        assert simon.refused("GET", f"TimeSheet?$filter={name} eq 50") == (400, "UnknownProperty")


def test_a_trip_and_its_work_share_a_sheet_with_two_durations() -> None:
    simon = SimonCaller(profile={"time_sheet": "two_durations"}).log_in()
    order = with_order(simon)
    for kind, minutes in (("Travel", 15), ("Work", 60), ("Work", 30), ("Travel", 20)):
        simon.world.add("TimeSheet", WorkOrderId=order, UserId=2, Type=kind, Minutes=minutes)
    rows = simon.ok("GET", "TimeSheet?$filter=TravelMinutes ge 0")["value"]
    assert [(row["Id"], row["TravelMinutes"], row["WorkMinutes"]) for row in rows] == [
        (2, 15, 60),
        (3, 0, 30),
        (4, 20, 0),
    ]
    assert simon.ok("GET", "TimeSheet(2)")["TravelMinutes"] == 15
    assert simon.refused("GET", "TimeSheet(1)") == (404, "NotFound")
    both = {"WorkOrderId": order, "UserId": 2, "TravelMinutes": 5, "WorkMinutes": 5}
    assert simon.refused("POST", "TimeSheet", both) == (400, "InvalidValue")


def test_time_without_a_span_gets_one_where_only_spans_are_shown() -> None:
    simon = SimonCaller(profile={"time_sheet": "start_end"}).log_in()
    simon.world.add("TimeSheet", WorkOrderId=with_order(simon), UserId=2, Type="Travel", Minutes=90)
    row = simon.ok("GET", "TimeSheet(1)")
    assert (row["StartTime"], row["EndTime"]) == ("2026-03-02T08:00:00Z", "2026-03-02T09:30:00Z")


@pytest.mark.parametrize("duration", ["50", "0:5:0", "a:10", 50, None])
def test_a_duration_that_is_no_clock_face_is_refused(duration: object) -> None:
    simon = SimonCaller(profile={"time_sheet": "hh_mm", "time_kinds": {"Travel": 1, "Work": 2}}).log_in()
    sheet = {"WorkOrderId": with_order(simon), "UserId": 2, "Type": 2, "Duration": duration}
    assert simon.refused("POST", "TimeSheet", sheet) == (400, "InvalidType")
    simon.ok("POST", "TimeSheet", sheet | {"Duration": "100:05"})
    assert (simon.world.rows("TimeSheet")[0]["Type"], simon.world.rows("TimeSheet")[0]["Minutes"]) == (
        "Work",
        6005,
    )


# --- the older dialect ------------------------------------------------------------------------------------


def test_the_older_dialect_has_the_profile_s_names_too() -> None:
    simon = SimonCaller(
        dialect="rest",
        profile={name: RENAMED[name] for name in ("entities", "fields", "parameters", "dates")},
    ).log_in()
    assert simon.ok("POST", "klant/insert", {"Name": "Durand", "EigenSleutel": "customer:1"}) == {
        "SimonId": 1
    }
    simon.ok("POST", "klant/update", {"SimonId": 1, "City": "Tours"})
    assert simon.ok("GET", "klant/read?EigenSleutel=customer:1") == [
        {"SimonId": 1, "EigenSleutel": "customer:1"}
    ]
    assert simon.ok("GET", "klant/readsync?since=02/03/2026 08:59:59&after=0") == [1]
    assert simon.ok("GET", "klant/readsync?since=02/03/2026 09:00:00") == []
    simon.ok("POST", "klant/delete", {"SimonId": 1})
    assert simon.world.rows("Customer") == []


@pytest.mark.parametrize(
    ("profile", "complaint"),
    [
        ({"entites": {"Customer": "Klant"}}, "no part entites"),
        ({"entities": {"Custmer": "Klant"}}, "no entity Custmer"),
        ({"fields": {"*": {"Key": "K"}}}, "no field Key"),
        ({"fields": {"Customer": {"Status": "S"}}}, "no field Status"),
        ({"status": {"New": 1}}, "each of New, Planned"),
        ({"time_kinds": {"Travel": 1}}, "each of Travel, Work"),
        ({"time_sheet": "miles"}, "miles"),
    ],
)
def test_a_misspelt_profile_is_refused(profile: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        SimonCaller(profile=profile)


def test_a_form_s_own_fields_can_be_renamed() -> None:
    simon = SimonCaller(
        profile={"time_sheet": "decimal_hours", "fields": {"TimeSheet": {"Hours": "Uren"}}}
    ).log_in()
    simon.ok(
        "POST", "TimeSheet", {"WorkOrderId": with_order(simon), "UserId": 2, "Type": "Travel", "Uren": 0.25}
    )
    assert simon.world.rows("TimeSheet")[0]["Minutes"] == 15
    assert simon.ok("GET", "TimeSheet(1)")["Uren"] == 0.25
