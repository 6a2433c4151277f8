from __future__ import annotations

import base64
import io
import json
from typing import Any
from urllib.parse import unquote, urlsplit

import pypdf
import pytest
from werkzeug.test import EnvironBuilder

from simonsync.sandbox.simon.app import name_request
from tests.sandbox.simon_caller import SimonCaller


@pytest.fixture
def simon() -> SimonCaller:
    return SimonCaller().log_in()


@pytest.fixture
def order(simon: SimonCaller) -> int:
    customer = simon.world.add("Customer", Name="Durand")
    return simon.world.add_work_order(
        simon.world.add("Location", CustomerId=customer, Name="Atelier"), "Fuite d'eau"
    )


# --- login ----------------------------------------------------------------------------------------------


def test_login_gives_a_token_for_an_hour() -> None:
    caller = SimonCaller()
    answer = caller.ok("POST", "login", caller.credentials)
    assert answer["Expires"] == "2026-03-02T09:00:00Z"
    caller.headers["Token"] = answer["Token"]
    assert caller.ok("GET", "Customer")["value"] == []


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"Pwd": "wrong"}, (401, "InvalidCredentials")),
        ({"Usr": "wrong"}, (401, "InvalidCredentials")),
        ({"Key": "0000000000000000"}, (401, "InvalidCredentials")),
        ({"Key": 1234567890123456}, (400, "Required")),
        ({"Pwd": None}, (400, "Required")),
    ],
)
def test_login_with_wrong_inputs_is_refused(change: dict[str, object], refusal: tuple[int, str]) -> None:
    caller = SimonCaller()
    assert caller.refused("POST", "login", {**caller.credentials, **change}) == refusal
    assert caller.refused("GET", "login") == (405, "MethodNotAllowed")


def test_requests_without_a_good_token_are_refused(simon: SimonCaller) -> None:
    token = simon.headers.pop("Token")
    assert simon.refused("GET", "Customer") == (401, "TokenMissing")
    simon.headers["Token"] = "something else"
    assert simon.refused("GET", "Customer") == (401, "TokenUnknown")
    simon.headers["Token"] = token
    simon.clock.advance(3599)
    simon.ok("GET", "Customer")
    simon.clock.advance(1)
    assert simon.refused("POST", "Customer", {"Name": "x"}) == (401, "TokenExpired")
    assert simon.world.rows("Customer") == []
    simon.log_in()
    simon.ok("GET", "Customer")


def test_several_tokens_are_good_at_once_until_all_are_forgotten(simon: SimonCaller) -> None:
    first = simon.headers["Token"]
    simon.world.access.token_minutes = 2
    simon.log_in()
    assert simon.headers["Token"] != first
    for token in (first, simon.headers["Token"]):
        simon.headers["Token"] = token
        simon.ok("GET", "Customer")
    simon.clock.advance(120)
    assert simon.refused("GET", "Customer") == (401, "TokenExpired")
    simon.headers["Token"] = first
    simon.ok("GET", "Customer")
    simon.world.access.expire_tokens()
    assert simon.refused("GET", "Customer") == (401, "TokenUnknown")


def test_a_lapsed_licence_is_forbidden_everywhere(simon: SimonCaller) -> None:
    simon.world.access.licence_active = False
    assert simon.refused("GET", "Customer") == (403, "LicenceLapsed")
    assert simon.refused("POST", "login", simon.credentials) == (403, "LicenceLapsed")


def test_newer_servers_ask_for_an_api_key_too(simon: SimonCaller) -> None:
    simon.world.access.api_key = "key-from-the-mail"
    assert simon.refused("GET", "Customer") == (401, "InvalidApiKey")
    assert simon.refused("POST", "login", {}) == (401, "InvalidApiKey")
    simon.headers["ApiKey"] = "key-from-the-mail"
    simon.ok("GET", "Customer")
    simon.log_in()


def test_no_secret_shows_in_a_repr(simon: SimonCaller) -> None:
    access = simon.world.access
    access.api_key = "key-from-the-mail"
    shown = repr(access)
    for secret in (access.key, access.password, access.api_key, simon.headers["Token"]):
        assert secret not in shown


# --- one record -----------------------------------------------------------------------------------------


def test_create_read_change_delete(simon: SimonCaller) -> None:
    answer = simon.call("POST", "Customer", {"Name": "Café Étoile", "ExtKey": "customer:7"})
    assert answer.status_code == 201
    made = answer.json
    assert made is not None
    assert made["@odata.context"] == "http://localhost/$metadata#Customer/$entity"
    assert made["MutationDate"] == made["CreationDate"] == "2026-03-02T08:00:00Z"
    assert (made["Name"], made["ExtKey"], made["City"]) == ("Café Étoile", "customer:7", None)
    simon.clock.advance(60)
    changed = simon.ok("PUT", f"Customer({made['Id']})", {"City": "Tours"})
    assert changed == {**made, "City": "Tours", "MutationDate": "2026-03-02T08:01:00Z"}
    for alias in (f"Customer({made['Id']})", f"Customer/{made['Id']}", f"customer({made['Id']})"):
        assert simon.ok("GET", alias) == changed
    assert simon.ok("GET", f"Customer({made['Id']})?$select=Id,City") == {
        "@odata.context": made["@odata.context"],
        "Id": made["Id"],
        "City": "Tours",
    }
    answer = simon.call("DELETE", f"Customer({made['Id']})")
    assert (answer.status_code, answer.data) == (204, b"")
    assert simon.refused("GET", f"Customer({made['Id']})") == (404, "NotFound")
    assert simon.refused("PUT", f"Customer({made['Id']})", {"City": "x"}) == (404, "NotFound")
    assert simon.refused("DELETE", f"Customer({made['Id']})") == (404, "NotFound")


def test_values_travel_as_their_types(simon: SimonCaller, order: int) -> None:
    used = simon.ok(
        "POST",
        "UsedItem",
        {"WorkOrderId": order, "Quantity": 0.1, "Description": "Câble", "Date": "2026-03-01"},
    )
    assert (used["Quantity"], used["Date"]) == (0.1, "2026-03-01")
    assert str(simon.world.rows("UsedItem")[0]["Quantity"]) == "0.1"
    planned = simon.ok(
        "POST",
        "Scheduling",
        {
            "WorkOrderId": order,
            "UserId": 2,
            "StartTime": "2026-03-03T09:00:00+01:00",
            "EndTime": "2026-03-03T10:00:00Z",
        },
    )
    assert (planned["StartTime"], planned["EndTime"]) == ("2026-03-03T08:00:00Z", "2026-03-03T10:00:00Z")
    assert simon.ok("GET", f"WorkOrder({order})")["Status"] == "Planned"
    assert simon.ok("GET", "User(1)")["IsOffice"] is True


@pytest.mark.parametrize(
    ("verb", "path", "body", "refusal"),
    [
        ("POST", "Customer", {"Name": "x", "ExtKey": "customer:1"}, (409, "DuplicateExtKey")),
        ("POST", "Customer", {"Nom": "x"}, (400, "UnknownProperty")),
        ("POST", "Customer", {"Name": "x", "Id": 4}, (400, "ReadOnlyProperty")),
        ("POST", "Customer", {"Name": "x" * 101}, (400, "TooLong")),
        ("POST", "Customer", [], (400, "InvalidBody")),
        ("POST", "Customer", "x", (400, "InvalidBody")),
        ("POST", "Customer?$select=Id", {"Name": "x"}, (400, "UnknownOption")),
        ("PUT", "Customer(1)", {"Name": None}, (400, "Required")),
        ("PUT", "Customer(1)", {"MutationDate": "2026-03-02T08:00:00Z"}, (400, "ReadOnlyProperty")),
        ("PUT", "Customer", {"Name": "x"}, (405, "MethodNotAllowed")),
        ("PATCH", "Customer(1)", {"Name": "x"}, (405, "MethodNotAllowed")),
        ("POST", "Customer(1)", {"Name": "x"}, (405, "MethodNotAllowed")),
        ("DELETE", "Customer", None, (405, "MethodNotAllowed")),
        ("GET", "Customers", None, (404, "NotFound")),
        ("GET", "Customer('1')", None, (404, "NotFound")),
        ("GET", "Customer(1)/Name", None, (404, "NotFound")),
        ("GET", "", None, (404, "NotFound")),
        ("GET", "Customer(1)?$filter=Id eq 1", None, (400, "UnknownOption")),
        ("POST", "Scheduling", {"StartTime": "soon"}, (400, "InvalidType")),
        ("POST", "customer/insert", {"Name": "x"}, (404, "NotFound")),
    ],
)
def test_refusals(simon: SimonCaller, verb: str, path: str, body: object, refusal: tuple[int, str]) -> None:
    simon.world.add("Customer", Name="Durand", ExtKey="customer:1")
    before = simon.world.rows("Customer")
    assert simon.refused(verb, path, body) == refusal
    assert simon.world.rows("Customer") == before


def test_a_405_says_what_would_do(simon: SimonCaller) -> None:
    assert simon.call("PATCH", "Customer(1)").headers["Allow"] == "GET, PUT, DELETE"


@pytest.mark.parametrize("body", [b"", b"{", b'{"Name": NaN}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(simon: SimonCaller, body: bytes) -> None:
    answer = simon.client.post("/Customer", data=body, headers=simon.headers)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"]["code"] == "InvalidBody"


def test_a_customer_in_use_is_a_conflict(simon: SimonCaller, order: int) -> None:
    assert simon.refused("DELETE", "Customer(1)") == (409, "InUse")
    simon.ok("DELETE", f"WorkOrder({order})")
    simon.ok("DELETE", "Location(1)")
    simon.ok("DELETE", "Customer(1)")


# --- lists ----------------------------------------------------------------------------------------------


@pytest.fixture
def items(simon: SimonCaller) -> SimonCaller:
    """45 articles, three of each second; every fifth has a key."""
    for number in range(45):
        simon.world.add(
            "Item", Name=f"Article {number:02}", ExtKey=f"item:{number}" if number % 5 == 0 else None
        )
        if number % 3 == 2:
            simon.clock.advance(1)
    return simon


def numbers(answer: dict[str, Any]) -> list[int]:
    return [int(row["Name"][-2:]) for row in answer["value"]]


def test_a_list_is_cut_at_the_cap_and_tells_where_it_goes_on(items: SimonCaller) -> None:
    seen: list[int] = []
    path = "Item?$filter=startswith(Name,'Article') and Id ge 1&$count=true"
    pages = 0
    while path:
        page = items.ok("GET", path)
        assert page["@odata.count"] == 45
        seen += numbers(page)
        pages += 1
        link = urlsplit(page.get("@odata.nextLink", ""))
        path = f"{link.path[1:]}?{unquote(link.query)}" if link.path else ""
    assert seen == list(range(45))
    assert pages == 3
    assert page["@odata.context"] == "http://localhost/$metadata#Item"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("$top=3", [0, 1, 2]),
        ("$top=0", []),
        ("$top=2&$skip=43", [43, 44]),
        ("$skip=100", []),
        ("$orderby=Id desc&$top=3", [44, 43, 42]),
        ("$orderby=MutationDate desc,Id asc&$top=4", [42, 43, 44, 39]),
        ("$orderby=MutationDate,Id desc&$top=4", [2, 1, 0, 5]),
        ("$orderby=ExtKey desc,Id&$top=2", [5, 40]),
        ("$orderby=ExtKey,Id desc&$top=2", [44, 43]),
        ("$filter=ExtKey ne null&$skip=7", [35, 40]),
        ("$filter=MutationDate ge 2026-03-02T08:00:14Z", [42, 43, 44]),
        ("$filter=MutationDate gt 2026-03-02T08:00:13Z and Id lt 45", [42, 43]),
        ("$filter=ExtKey eq 'item:5'", [5]),
    ],
)
def test_options(items: SimonCaller, options: str, expected: list[int]) -> None:
    assert numbers(items.ok("GET", f"Item?{options}")) == expected


@pytest.mark.parametrize(
    ("top", "shown", "more"),
    [(19, 19, False), (20, 20, False), (21, 20, True), (45, 20, True), (99, 20, True)],
)
def test_top_is_capped(items: SimonCaller, top: int, shown: int, more: bool) -> None:  # noqa: FBT001 - a case
    page = items.ok("GET", f"Item?$top={top}")
    assert (len(page["value"]), "@odata.nextLink" in page) == (shown, more)
    if more:
        assert f"$top={top - 20}" in page["@odata.nextLink"]
        assert "$skip=20" in page["@odata.nextLink"]


def test_the_cap_can_be_changed_and_an_exact_page_is_the_last(items: SimonCaller) -> None:
    items.world.switches.page_cap = 45
    page = items.ok("GET", "Item?$count=false")
    assert len(page["value"]) == 45
    assert "@odata.nextLink" not in page
    assert "@odata.count" not in page


def test_a_page_that_ends_with_the_last_row_is_the_last(items: SimonCaller) -> None:
    page = items.ok("GET", "Item?$top=99&$skip=25")
    assert numbers(page) == list(range(25, 45))
    assert "@odata.nextLink" not in page


def test_annotations_in_a_body_carry_no_data(simon: SimonCaller) -> None:
    simon.ok("POST", "ItemGroup", {"@odata.type": "#Simon.ItemGroup", "Name": "Tubes"})
    assert simon.ok("PUT", "ItemGroup(1)", {"@odata.etag": "x", "Name": "Tuyaux"})["Name"] == "Tuyaux"


def test_select_shows_only_these(items: SimonCaller) -> None:
    assert items.ok("GET", "Item?$select=ExtKey,Id&$top=1")["value"] == [{"ExtKey": "item:0", "Id": 1}]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("$expand=ItemGroup", "UnknownOption"),
        ("$format=json", "UnknownOption"),
        ("page=2", "UnknownOption"),
        ("$Top=2", "UnknownOption"),
        ("$top=2&$top=3", "InvalidOption"),
        ("$top=-1", "InvalidOption"),
        ("$top=all", "InvalidOption"),
        ("$skip=1.5", "InvalidOption"),
        ("$skip=" + "9" * 5000, "InvalidOption"),
        ("$count=1", "InvalidOption"),
        ("$orderby=", "InvalidOption"),
        ("$orderby=Price", "InvalidOption"),
        ("$orderby=Id up", "InvalidOption"),
        ("$orderby=Id desc asc", "InvalidOption"),
        ("$select=Price", "InvalidOption"),
        ("$filter=", "InvalidFilter"),
        ("$filter=Price gt 5", "UnknownProperty"),
    ],
)
def test_wrong_options_are_refused(items: SimonCaller, options: str, code: str) -> None:
    assert items.refused("GET", f"Item?{options}") == (400, code)


def test_a_plus_must_be_encoded(items: SimonCaller) -> None:
    query = "$filter=MutationDate ge 2026-03-02T08:00:00"
    assert items.client.get(f"/Item?{query}%2B00:00", headers=items.headers).status_code == 200
    assert items.client.get(f"/Item?{query}+00:00", headers=items.headers).status_code == 400


# --- files ----------------------------------------------------------------------------------------------


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_a_work_order_is_there_as_pdf(simon: SimonCaller, order: int) -> None:
    simon.world.use_item(order, None, 2, "Étanchéité")
    answer = simon.call("GET", f"workorder/digitalpresentation/{order}")
    assert answer.content_type == "application/pdf"
    number = simon.world.row("WorkOrder", order)["Number"]
    text = pdf_text(answer.data)
    assert f"Bon de travail {number}" in text
    assert "Fuite d'eau" in text
    assert "2 x Étanchéité" in text
    assert simon.call("GET", f"WorkOrder/DigitalPresentation/{order}").data == answer.data


def test_a_long_description_takes_the_pages_it_needs(simon: SimonCaller, order: int) -> None:
    simon.world.edit("WorkOrder", order, Description="\n".join(f"Étape {n} : purge 🔧" for n in range(120)))
    content = simon.call("GET", f"workorder/digitalpresentation/{order}").data
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 3
    text = pdf_text(content)
    assert all(f"Étape {n} : purge" in text for n in range(120))


def test_a_pdf_may_come_inside_json_or_not_at_all(simon: SimonCaller, order: int) -> None:
    simon.world.switches.work_order_pdf = "json"
    answer = simon.ok("GET", f"workorder/digitalpresentation/{order}")
    number = simon.world.row("WorkOrder", order)["Number"]
    assert answer["FileName"] == f"{number}.pdf"
    assert number in pdf_text(base64.b64decode(answer["Content"], validate=True))
    simon.world.switches.work_order_pdf = "none"
    assert simon.refused("GET", f"workorder/digitalpresentation/{order}") == (404, "NotFound")
    simon.world.switches.work_order_pdf = "bytes"
    assert simon.refused("GET", "workorder/digitalpresentation/99") == (404, "NotFound")
    assert simon.refused("POST", f"workorder/digitalpresentation/{order}", {}) == (405, "MethodNotAllowed")


def test_only_a_completed_questionnaire_has_a_pdf(simon: SimonCaller, order: int) -> None:
    survey = simon.world.add("WorkOrderSurvey", WorkOrderId=order, SurveyName="Contrôle gaz")
    path = f"workordersurvey/digitalpresentation/{survey}"
    assert simon.refused("GET", path) == (404, "NotFound")
    simon.world.complete_survey(order, "Contrôle gaz")
    assert "Contrôle gaz" in pdf_text(simon.call("GET", path).data)
    simon.world.switches.survey_pdf = "json"
    assert simon.ok("GET", path)["FileName"] == "Contrôle gaz.pdf"


def test_attachments_come_as_bytes(simon: SimonCaller, order: int) -> None:
    record = simon.world.attach(order, "photo.jpg", b"\xff\xd8jpeg", "image/jpeg")
    assert simon.ok("GET", f"Attachment({record})")["Size"] == 6
    answer = simon.call("GET", f"Attachment({record})/$value")
    assert (answer.data, answer.content_type) == (b"\xff\xd8jpeg", "image/jpeg")
    empty = {"WorkOrderId": order, "FileName": "x", "ContentType": "image/png", "Size": 1}
    made = simon.ok("POST", "Attachment", empty)
    assert simon.refused("GET", f"Attachment({made['Id']})/$value") == (404, "NotFound")
    simon.world.switches.attachments = False
    assert simon.refused("GET", "Attachment") == (404, "NotFound")
    assert simon.refused("GET", f"Attachment({record})/$value") == (404, "NotFound")


# --- names for logs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "path", "name", "writes"),
    [
        ("POST", "/login", "POST login", False),
        ("GET", "/Customer", "GET Customer", False),
        ("GET", "/customer(12)", "GET Customer", False),
        ("PUT", "/Customer(12)", "PUT Customer", True),
        ("PUT", "/Customer/12", "PUT Customer", True),
        ("POST", "/WorkOrder", "POST WorkOrder", True),
        ("DELETE", "/Item(3)", "DELETE Item", True),
        ("GET", "/workorder/digitalpresentation/4", "GET workorder/digitalpresentation", False),
        ("GET", "/Attachment(4)/$value", "GET Attachment/$value", False),
        ("GET", "/Location/read/4", "GET location/read", False),
        ("GET", "/location/readsync", "GET location/readsync", False),
        ("POST", "/location/insert", "POST location/insert", True),
        ("GET", "/nothing/here", "GET nothing", False),
        ("GET", "/", "GET ", False),
    ],
)
def test_requests_have_names(verb: str, path: str, name: str, writes: bool) -> None:  # noqa: FBT001 - a case
    environ = EnvironBuilder(path=path, method=verb).get_environ()
    assert name_request(environ) == (name, writes)


def test_the_answers_are_utf_8(simon: SimonCaller) -> None:
    simon.world.add("Customer", Name="Élan 🔧")
    answer = simon.call("GET", "Customer(1)")
    assert answer.content_type == "application/json; charset=utf-8"
    assert json.loads(answer.data)["Name"] == "Élan 🔧"
