"""Simon's records, from the wire to the domain and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.entities import MANUAL_TABLES
from simonsync.domain.key import Key, Kind, quote_row_key, sellsy_key
from simonsync.domain.records import (
    Address,
    CustomerCard,
    Item,
    ItemGroup,
    NewUsedItem,
    NewWorkOrder,
    SimonRecord,
    TimeKind,
    TimeSheet,
    WorkAddress,
)
from simonsync.errors import Refused
from simonsync.simon import records, tables
from simonsync.simon.profile import (
    Common,
    Customers,
    Dates,
    Dialect,
    Profile,
    StatusCoding,
    StatusNames,
    TimeForm,
    TimeSheets,
    WorkOrders,
    default_profile,
)
from simonsync.simon.records import Step

PROFILE = default_profile(Dialect.ODATA)
CUSTOMER = sellsy_key(Kind.CUSTOMER, 2655)
PLACE = sellsy_key(Kind.ADDRESS, 7)
QUOTE = sellsy_key(Kind.QUOTE, 77)
IDS = {CUSTOMER: "12", PLACE: "31", QUOTE: "55", sellsy_key(Kind.ITEM, 41): "9"}


def ids(key: Key) -> str:
    return IDS[key]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


# --- to the wire ----------------------------------------------------------------------------------

ADDRESS = Address(PLACE, "Dépôt", "1 rue de l'Église", "", "75001", "Paris", "", "FR")


@pytest.mark.parametrize(
    ("record", "table", "fields"),
    [
        (
            ItemGroup(sellsy_key(Kind.CATEGORY, "none:item"), "Produits"),
            "item_groups",
            {"Name": "Produits", "ExtKey": "category:none:item"},
        ),
        (
            Item(sellsy_key(Kind.ITEM, "41_7"), "P-12", "Vanne", sellsy_key(Kind.ITEM, 41)),
            "items",
            {"Code": "P-12", "Name": "Vanne", "ItemGroupId": 9, "Unit": None, "ExtKey": "item:41_7"},
        ),
        (
            CustomerCard(CUSTOMER, "Dupont & fils", number="C-1", email="a@b.example", address=ADDRESS),
            "customers",
            {
                "Name": "Dupont & fils",
                "Number": "C-1",
                "Email": "a@b.example",
                "Phone": None,
                "Mobile": None,
                "VatNumber": None,
                "Street": "1 rue de l'Église",
                "AddressLine2": None,
                "ZipCode": "75001",
                "City": "Paris",
                "State": None,
                "Country": "FR",
                "ExtKey": "customer:2655",
            },
        ),
        (
            WorkAddress(PLACE, CUSTOMER, "Dépôt", ADDRESS),
            "work_addresses",
            {
                "CustomerId": 12,
                "Name": "Dépôt",
                "Street": "1 rue de l'Église",
                "AddressLine2": None,
                "ZipCode": "75001",
                "City": "Paris",
                "State": None,
                "Country": "FR",
                "ExtKey": "address:7",
            },
        ),
        (
            NewWorkOrder(QUOTE, CUSTOMER, PLACE, "Poser la vanne", "REF 9"),
            "work_orders",
            {
                "CustomerId": 12,
                "LocationId": 31,
                "Description": "Poser la vanne",
                "CustomerReference": "REF 9",
                "ExtKey": "quote:77",
            },
        ),
        (
            NewUsedItem(quote_row_key(QUOTE, "5"), QUOTE, None, "Petit matériel", Decimal("2.50")),
            "used_items",
            {
                "WorkOrderId": 55,
                "ItemId": None,
                "Description": "Petit matériel",
                "Quantity": Decimal("2.50"),
                "ExtKey": "quote:77:row:5",
            },
        ),
    ],
)
def test_a_record_becomes_simons_fields(record: SimonRecord, table: str, fields: dict[str, object]) -> None:
    assert records.table_of(record) == table
    assert records.wire_fields(record, PROFILE, ids) == fields


def test_3_3_a_customer_without_an_address_empties_the_one_in_simon() -> None:
    fields = records.wire_fields(CustomerCard(CUSTOMER, "Dupont"), PROFILE, ids)
    assert {fields[name] for name in ("Street", "ZipCode", "City", "Country")} == {None}


def test_a_field_that_this_simon_does_not_have_is_not_written() -> None:
    profile = Profile(customers=Customers(mobile="", state="", vat_number="TvaIntra"))
    fields = records.wire_fields(CustomerCard(CUSTOMER, "Dupont", vat_number="FR1"), profile, ids)
    assert "" not in fields
    assert fields["TvaIntra"] == "FR1"
    assert "Mobile" not in fields


def test_ids_that_are_no_numbers_are_texts() -> None:
    fields = records.wire_fields(
        WorkAddress(PLACE, CUSTOMER, "Dépôt", ADDRESS), PROFILE, lambda _key: "0c1d-77"
    )
    assert fields["CustomerId"] == "0c1d-77"


def test_a_restored_record_leaves_simons_own_fields_out() -> None:
    backup = {
        "Id": 4,
        "ExtKey": "quote:1",
        "Number": "4711",
        "Status": "Ready",
        "ReadyDate": None,
        "ArchivedDate": None,
        "MutationDate": "2022-05-12T14:52:00Z",
        "CreationDate": "2022-05-12T14:52:00Z",
        "@odata.etag": "x",
        "LocationId": 3,
        "Description": "Poser",
    }
    assert records.restorable_fields("work_orders", backup, PROFILE) == {
        "ExtKey": "quote:1",
        "LocationId": 3,
        "Description": "Poser",
    }


def test_a_restored_customer_keeps_its_number() -> None:
    assert records.restorable_fields("customers", {"Id": 1, "Number": "C-1"}, PROFILE) == {"Number": "C-1"}


# --- tables ---------------------------------------------------------------------------------------


def test_4_3_the_seven_tables_stand_in_the_manuals_order() -> None:
    assert MANUAL_TABLES == (
        "item_groups",
        "items",
        "work_orders",
        "work_addresses",
        "customers",
        "objects",
        "contacts",
    )


def test_pointers_follow_the_profile() -> None:
    profile = Profile(work_orders=WorkOrders(customer="KlantId", equipment=""))
    assert tables.references(profile, "work_orders") == {
        "KlantId": "customers",
        "LocationId": "work_addresses",
        "ContactId": "contacts",
    }


@pytest.mark.parametrize("table", ["people", "dialect", "common"])
def test_an_unknown_table_is_a_programming_error(table: str) -> None:
    with pytest.raises(ValueError, match=table):
        tables.entity(PROFILE, table)


def test_a_work_order_is_known_by_its_number_and_the_others_by_their_name() -> None:
    assert tables.label_field(PROFILE, "work_orders") == "Number"
    assert tables.label_field(PROFILE, "customers") == "Name"
    assert tables.label_field(PROFILE, "used_items") == "Description"
    assert tables.label_field(PROFILE, "time_sheets") == ""


# --- work orders ----------------------------------------------------------------------------------


def order(**fields: object) -> dict[str, object]:
    return {
        "Id": 4711,
        "Number": "2022-118",
        "Status": "Archived",
        "ArchivedDate": "2022-05-12T12:25:10Z",
        "MutationDate": "2022-05-12T14:52:00Z",
        "CreationDate": "2022-05-01T08:00:00Z",
        "CustomerId": 12,
        "LocationId": 31,
        "Description": "Fuite",
        "WorkDone": None,
        "CustomerReference": None,
        "ExtKey": None,
        **fields,
    }


def test_3_4_a_work_order_was_archived_at_its_archived_date() -> None:
    head = records.work_order_head(order(), PROFILE)
    assert head.archived_at == utc(2022, 5, 12, 12, 25, 10)
    assert head.mutated_at == utc(2022, 5, 12, 14, 52)
    assert head.created_at == utc(2022, 5, 1, 8)
    assert (head.id, head.number) == ("4711", "2022-118")


@pytest.mark.parametrize("missing", [{"ArchivedDate": None}, {"ArchivedDate": ""}])
def test_3_4_without_an_archived_date_the_mutation_date_counts(missing: dict[str, object]) -> None:
    assert records.work_order_head(order(**missing), PROFILE).archived_at == utc(2022, 5, 12, 14, 52)


def test_a_reopened_work_order_is_not_archived_although_its_date_stands() -> None:
    assert records.work_order_head(order(Status="Ready"), PROFILE).archived_at is None


def test_a_record_that_never_changed_changed_when_it_was_made() -> None:
    head = records.work_order_head(order(MutationDate=None), PROFILE)
    assert head.mutated_at == utc(2022, 5, 1, 8)


def test_3_4_a_work_order_without_any_other_stamp_changed_when_it_was_archived() -> None:
    head = records.work_order_head(order(MutationDate=None, CreationDate=None), PROFILE)
    assert head.mutated_at == head.archived_at


@pytest.mark.parametrize(
    ("wire", "field"),
    [
        (order(Id=None), "Id"),
        (order(Id=""), "Id"),
        (order(Id=True), "Id"),
        (order(MutationDate="yesterday"), "MutationDate"),
        (order(MutationDate=None, CreationDate=None, ArchivedDate=None), "MutationDate"),
        (order(ArchivedDate="yesterday"), "ArchivedDate"),
    ],
)
def test_a_field_that_cannot_be_read_is_named_and_nothing_is_guessed(
    wire: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        records.work_order_head(wire, PROFILE)
    assert caught.value.code == "simon-field-unreadable"
    assert caught.value.problems[0].params["field"] == field


def by(coding: StatusCoding, **names: object) -> Profile:
    status = StatusNames(coding=coding, **names)  # type: ignore[arg-type]
    return Profile(work_orders=WorkOrders(status=status))


@pytest.mark.parametrize(
    ("profile", "wire", "expected"),
    [
        (PROFILE, {"Status": "Archived"}, Step.ARCHIVED),
        (PROFILE, {"Status": " archived "}, Step.ARCHIVED),
        (PROFILE, {"Status": "Ready"}, Step.READY),
        (PROFILE, {"Status": "InProgress"}, Step.OPEN),
        (PROFILE, {"Status": "Gearchiveerd"}, Step.UNKNOWN),
        (PROFILE, {"Status": None}, Step.UNKNOWN),
        (PROFILE, {}, Step.UNKNOWN),
        (by(StatusCoding.INTEGER, archived=("4", "5")), {"Status": 5}, Step.ARCHIVED),
        (by(StatusCoding.INTEGER, archived=("4",), ready=("3",)), {"Status": 3}, Step.READY),
        (by(StatusCoding.FLAGS), {"IsArchived": True, "IsReady": True}, Step.ARCHIVED),
        (by(StatusCoding.FLAGS), {"IsArchived": "false", "IsReady": 1}, Step.READY),
        (by(StatusCoding.FLAGS), {"IsArchived": None, "IsReady": 0}, Step.OPEN),
        (by(StatusCoding.DATES), {"ArchivedDate": "2022-05-12T12:25:10Z"}, Step.ARCHIVED),
        (by(StatusCoding.DATES), {"ArchivedDate": None, "ReadyDate": "2022-05-12"}, Step.READY),
        (by(StatusCoding.DATES), {"Status": "Archived"}, Step.OPEN),
    ],
)
def test_2_4_the_status_is_read_however_it_is_coded(
    profile: Profile, wire: dict[str, object], expected: Step
) -> None:
    assert records.step(wire, profile) is expected


def test_a_work_order_carries_what_hangs_on_it() -> None:
    used = records.used_item({"Id": 1, "ItemId": 9, "Quantity": 2}, PROFILE)
    place = records.work_place({"Id": 31, "Name": "Dépôt", "City": "Paris", "CustomerId": None}, PROFILE)
    sheets = (TimeSheet("2", TimeKind.WORK, 3600),)
    found = records.work_order(
        order(ExtKey="quote:77", WorkDone="Réparée", CustomerReference="R1"),
        PROFILE,
        place=place,
        used_items=(used,),
        time_sheets=sheets,
    )
    assert (found.customer_id, found.description, found.work_done) == ("12", "Fuite", "Réparée")
    assert (found.customer_reference, found.ext_key) == ("R1", "quote:77")
    assert (found.used_items, found.time_sheets) == ((used,), sheets)
    assert found.place == place
    assert (place.town, place.customer_id) == ("Paris", "")


def test_2_3_a_work_order_without_a_customer_has_none() -> None:
    assert records.work_order(order(CustomerId=None), PROFILE).customer_id == ""


def test_where_simon_keeps_one_text_it_is_not_taken_twice() -> None:
    profile = Profile(work_orders=WorkOrders(work_done="Description"))
    found = records.work_order(order(), profile)
    assert (found.description, found.work_done) == ("Fuite", "")


@pytest.mark.parametrize(
    ("value", "quantity"),
    [(2, "2"), (Decimal("2.50"), "2.50"), ("1.5", "1.5"), (0, "0"), (Decimal("-1.25"), "-1.25")],
)
def test_3_4_3_a_quantity_is_taken_exactly(value: object, quantity: str) -> None:
    found = records.used_item({"Id": 1, "ItemId": None, "Quantity": value}, PROFILE)
    assert str(found.quantity) == quantity
    assert (found.item_id, found.description, found.ext_key) == ("", "", "")


@pytest.mark.parametrize("value", [None, "", True, "2,5", "two", "NaN", "Infinity", Decimal("1e40"), [2]])
def test_3_4_3_a_quantity_that_cannot_be_read_is_not_billed_by_guess(value: object) -> None:
    with pytest.raises(Refused, match="Quantity"):
        records.used_item({"Id": 1, "Quantity": value}, PROFILE)


def test_5_11_forms_and_files_are_read() -> None:
    survey = records.survey({"Id": 3, "SurveyName": "Sécurité", "CompletedDate": None}, PROFILE)
    assert (survey.id, survey.name, survey.completed_at) == ("3", "Sécurité", None)
    done = records.survey({"Id": 3, "CompletedDate": "2022-05-12T12:00:00Z"}, PROFILE)
    assert done.completed_at == utc(2022, 5, 12, 12)
    attachment = records.attachment({"Id": 8, "FileName": "photo.jpg"}, PROFILE)
    assert (attachment.id, attachment.file_name) == ("8", "photo.jpg")


# --- time -----------------------------------------------------------------------------------------


def sheet(**fields: object) -> dict[str, object]:
    return {"Id": 5, "WorkOrderId": 1, "Type": "Work", **fields}


def timed(form: TimeForm, **names: object) -> Profile:
    return Profile(time_sheets=TimeSheets(form=form, **names))  # type: ignore[arg-type]


MORNING = {"StartTime": "2022-05-12T08:00:00+02:00", "EndTime": "2022-05-12T09:15:00+02:00"}


@pytest.mark.parametrize(
    ("profile", "wire", "kind", "seconds"),
    [
        (timed(TimeForm.MINUTES), sheet(Type="Travel", Minutes=15), TimeKind.TRAVEL, 900),
        (timed(TimeForm.MINUTES), sheet(Minutes=Decimal("7.5")), TimeKind.WORK, 450),
        (timed(TimeForm.MINUTES), sheet(Minutes=0), TimeKind.WORK, 0),
        (timed(TimeForm.MINUTES), sheet(Minutes=-30), TimeKind.WORK, -1800),
        (timed(TimeForm.MINUTES), sheet(Minutes=60, **MORNING), TimeKind.WORK, 3600),
        (timed(TimeForm.MINUTES), sheet(Minutes=0, **MORNING), TimeKind.WORK, 4500),
        (timed(TimeForm.MINUTES), sheet(Minutes=60, EndTime=None, StartTime=None), TimeKind.WORK, 3600),
        (timed(TimeForm.SPAN), sheet(Type="Travel", **MORNING), TimeKind.TRAVEL, 4500),
        (timed(TimeForm.DECIMAL_HOURS), sheet(Minutes=Decimal("1.25")), TimeKind.WORK, 4500),
        (timed(TimeForm.DECIMAL_HOURS, duration="Hours"), sheet(Hours="0.1"), TimeKind.WORK, 360),
        (timed(TimeForm.CLOCK), sheet(Minutes="1:15"), TimeKind.WORK, 4500),
        (timed(TimeForm.CLOCK), sheet(Minutes="00:00:30"), TimeKind.WORK, 30),
        (timed(TimeForm.CLOCK), sheet(Minutes="26:00"), TimeKind.WORK, 93600),
        (timed(TimeForm.CLOCK), sheet(Minutes="-0:30"), TimeKind.WORK, -1800),
        (timed(TimeForm.MINUTES, travel=("1", "R")), sheet(Type=1, Minutes=1), TimeKind.TRAVEL, 60),
    ],
)
def test_3_4_1_time_is_read_in_every_form(
    profile: Profile, wire: dict[str, object], kind: TimeKind, seconds: int
) -> None:
    (found,) = records.time_sheets(wire, profile)
    assert (found.id, found.kind, found.seconds) == ("5", kind, seconds)


def test_3_4_1_a_row_with_both_columns_is_two_time_sheets() -> None:
    wire = {"Id": 5, "TravelMinutes": 15, "WorkMinutes": Decimal(60)}
    assert records.time_sheets(wire, timed(TimeForm.TWO_COLUMNS)) == (
        TimeSheet("5", TimeKind.TRAVEL, 900),
        TimeSheet("5", TimeKind.WORK, 3600),
    )


@pytest.mark.parametrize("column", [{}, {"TravelMinutes": None, "WorkMinutes": 0}])
def test_3_4_1_empty_columns_are_no_time(column: dict[str, object]) -> None:
    assert records.time_sheets({"Id": 5, **column}, timed(TimeForm.TWO_COLUMNS)) == ()


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2022-05-12T23:30:00+02:00", "2022-05-13T00:30:00+02:00", 1),
        ("2022-03-27T01:30:00+01:00", "2022-03-27T03:30:00+02:00", 1),
        ("2022-10-30T01:30:00+02:00", "2022-10-30T03:30:00+01:00", 3),
        ("2022-12-31T23:00:00Z", "2023-01-01T02:00:00+01:00", 2),
    ],
)
def test_3_4_2_over_midnight_and_over_the_change_of_the_clocks_elapsed_time_counts(
    start: str, end: str, hours: int
) -> None:
    for profile in (timed(TimeForm.SPAN), timed(TimeForm.MINUTES)):
        (found,) = records.time_sheets(sheet(StartTime=start, EndTime=end, Minutes=0), profile)
        assert found.seconds == hours * 3600


def test_3_4_2_local_times_without_an_offset_are_measured_in_utc_too() -> None:
    profile = Profile(time_sheets=TimeSheets(form=TimeForm.SPAN), dates=Dates(zone="Europe/Paris"))
    wire = sheet(StartTime="2022-03-27T01:30:00", EndTime="2022-03-27T03:30:00")
    (found,) = records.time_sheets(wire, profile)
    assert found.seconds == 3600
    assert found.day == date(2022, 3, 27)


@pytest.mark.parametrize("end", [MORNING["StartTime"], "2022-05-12T07:00:00+02:00"])
def test_a_span_that_encloses_nothing_leaves_the_duration(end: str) -> None:
    wire = sheet(Minutes=20, StartTime=MORNING["StartTime"], EndTime=end)
    assert records.time_sheets(wire, timed(TimeForm.MINUTES))[0].seconds == 1200


def test_a_span_of_no_length_is_no_time() -> None:
    wire = sheet(StartTime=MORNING["StartTime"], EndTime=MORNING["StartTime"])
    assert records.time_sheets(wire, timed(TimeForm.SPAN))[0].seconds == 0


@pytest.mark.parametrize(
    "profile",
    [timed(TimeForm.SPAN), timed(TimeForm.MINUTES), timed(TimeForm.CLOCK), timed(TimeForm.TWO_COLUMNS)],
)
def test_3_4_2_what_was_started_and_never_stopped_has_no_time_and_names_its_person(profile: Profile) -> None:
    wire = sheet(StartTime=MORNING["StartTime"], EndTime=None, UserId=8)
    (found,) = records.time_sheets(wire, profile)
    assert (found.seconds, found.unfinished, found.person) == (0, True, "8")
    assert found.day == date(2022, 5, 12)


@pytest.mark.parametrize("minutes", [0, None])
def test_3_4_2_what_ends_before_it_begins_holds_the_work_order_and_names_the_end(minutes: int | None) -> None:
    wire = sheet(StartTime=MORNING["StartTime"], EndTime="2022-05-12T00:00:00Z", UserId=8, Minutes=minutes)
    with pytest.raises(Refused) as caught:
        records.time_sheets(wire, timed(TimeForm.MINUTES))
    assert caught.value.problems[0].params["field"] == "EndTime"


def test_3_4_2_what_is_told_twice_keeps_both() -> None:
    (found,) = records.time_sheets(sheet(Minutes=60, **MORNING), timed(TimeForm.MINUTES))
    assert (found.seconds, found.span) == (3600, 4500)


@pytest.mark.parametrize(
    ("profile", "wire", "field"),
    [
        (timed(TimeForm.MINUTES), sheet(Type="Pause", Minutes=5), "Type"),
        (timed(TimeForm.MINUTES), sheet(Type=None, Minutes=5), "Type"),
        (timed(TimeForm.MINUTES), sheet(), "Minutes"),
        (timed(TimeForm.MINUTES), sheet(Minutes="1:15"), "Minutes"),
        (timed(TimeForm.CLOCK), sheet(Minutes=75), "Minutes"),
        (timed(TimeForm.CLOCK), sheet(Minutes="1:75"), "Minutes"),
        (
            timed(TimeForm.SPAN),
            sheet(StartTime=MORNING["EndTime"], EndTime=MORNING["StartTime"]),
            "EndTime",
        ),
        (timed(TimeForm.MINUTES), sheet(Minutes=5, StartTime="morning"), "StartTime"),
        (timed(TimeForm.TWO_COLUMNS), {"Id": 5, "WorkMinutes": "an hour"}, "WorkMinutes"),
    ],
)
def test_time_is_never_left_out_silently(profile: Profile, wire: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as caught:
        records.time_sheets(wire, profile)
    assert caught.value.problems[0].params["field"] == field


@given(minutes=st.integers(-100_000, 100_000))
def test_all_forms_of_one_duration_are_the_same_time(minutes: int) -> None:
    sign, hours, rest = ("-" if minutes < 0 else ""), abs(minutes) // 60, abs(minutes) % 60
    forms = (
        (timed(TimeForm.MINUTES), sheet(Minutes=minutes)),
        (timed(TimeForm.DECIMAL_HOURS), sheet(Minutes=str(Decimal(minutes) / 60))),
        (timed(TimeForm.CLOCK), sheet(Minutes=f"{sign}{hours}:{rest:02}")),
    )
    assert {records.time_sheets(wire, profile)[0].seconds for profile, wire in forms} == {minutes * 60}


def test_what_is_shown_of_an_unreadable_field_is_short_and_of_one_line() -> None:
    refused = records.unreadable("items", {"Id": 1, "Name": "a\n" * 500}, "Name", PROFILE)
    shown = refused.problems[0].params["value"]
    assert len(shown) <= 60
    assert "\n" not in shown


def test_renamed_common_fields_are_used_everywhere() -> None:
    profile = Profile(common=Common(id="Nr", ext_key="Vreemd", mutation_date="Gewijzigd"))
    head = records.work_order_head({"Nr": 4, "Gewijzigd": "2022-05-12T14:52:00Z"}, profile)
    assert head.id == "4"
    assert records.wire_fields(ItemGroup(CUSTOMER, "x"), profile, ids)["Vreemd"] == "customer:2655"
