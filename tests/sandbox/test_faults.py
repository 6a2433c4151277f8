"""Everything that can go wrong on the way, over real connections."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.exceptions import ChunkedEncodingError, ReadTimeout
from requests.exceptions import ConnectionError as Broken

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.faults import (
    KINDS,
    ConnectionDropped,
    ConnectionRefused,
    Fault,
    Switchboard,
    read_fault,
    read_faults,
)
from simonsync.sandbox.guard import collect
from tests.sandbox.sellsy_caller import SellsyCaller, draft


def drafts(box: Sandbox) -> int:
    return len(box.sellsy.documents_of(tag="simonsync"))


def test_drop_before_applying_closes_the_connection_and_does_nothing(
    box: Sandbox, sellsy: SellsyCaller, caplog: pytest.LogCaptureFixture
) -> None:
    box.faults.set("drop_before", method="Document.create")
    with pytest.raises(Broken):
        sellsy.post("Document.create", draft(box))
    assert drafts(box) == 0
    entry = box.log.writes()[0]
    assert (entry.status, entry.applied, entry.fault) == (None, False, "drop_before")
    sellsy.ok("Document.create", draft(box))
    assert drafts(box) == 1
    # Stopped, so that the server has said all that it has to say.
    box.stop()
    assert not [record for record in caplog.records if record.name.startswith("simonsync")]


def test_drop_after_applying_closes_the_connection_and_keeps_the_draft(
    box: Sandbox, sellsy: SellsyCaller
) -> None:
    box.faults.set("drop_after", method="Document.create")
    with pytest.raises(Broken):
        sellsy.post("Document.create", draft(box))
    assert drafts(box) == 1
    entry = box.log.writes()[0]
    assert (entry.status, entry.applied, entry.fault) == (None, True, "drop_after")


def test_a_late_request_is_applied_when_the_clock_has_passed(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("late", method="Document.create", seconds=300)
    with pytest.raises(Broken):
        sellsy.post("Document.create", draft(box))
    box.clock.advance(299)
    sellsy.ok("Infos.getInfos")
    assert (drafts(box), box.guards["sellsy"].waiting, box.log.writes()[0].applied) == (0, 1, False)
    box.clock.advance(1)
    found = sellsy.ok("Document.getList", {"doctype": "invoice", "search": {"tags": "simonsync"}})
    assert found["infos"]["nbtotal"] == "1"
    assert (box.guards["sellsy"].waiting, box.log.writes()[0].applied) == (0, True)
    made = box.sellsy.documents_of(tag="simonsync")[0]
    assert made.created == box.clock()


def test_a_late_request_can_be_carried_out_without_a_next_one(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("late", method="Document.create", seconds=300)
    with pytest.raises(Broken):
        sellsy.post("Document.create", draft(box))
    box.settle()
    assert drafts(box) == 0
    box.clock.advance(301)
    box.settle()
    assert drafts(box) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 429])
@pytest.mark.parametrize("retry_after", [None, 7])
def test_a_status_comes_with_or_without_retry_after(
    box: Sandbox, sellsy: SellsyCaller, status: int, retry_after: int | None
) -> None:
    box.faults.set("status", status=status, retry_after=retry_after)
    answer = sellsy.post("Document.create", draft(box))
    assert (answer.status_code, answer.headers.get("Retry-After")) == (
        status,
        retry_after and str(retry_after),
    )
    assert drafts(box) == 0
    assert sellsy.post("Infos.getInfos").status_code == 200


@pytest.mark.parametrize("kind", ["status", "empty", "html"])
@pytest.mark.parametrize("applied", [False, True])
def test_a_spoilt_answer_may_hide_a_draft(
    box: Sandbox, sellsy: SellsyCaller, kind: str, *, applied: bool
) -> None:
    box.faults.set(kind, applied=applied)
    answer = sellsy.post("Document.create", draft(box))
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()
    assert drafts(box) == int(applied)


def test_half_a_body_is_no_json_and_the_draft_is_there(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("half")
    answer = sellsy.post("Document.create", draft(box))
    assert (answer.status_code, answer.text) == (200, '{"response": {"doc_id": 88131}, ')
    assert drafts(box) == 1


def test_html_is_html(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("html")
    answer = sellsy.post("Infos.getInfos")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<html>" in answer.text


def test_the_first_byte_may_be_slow(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("slow_first_byte", seconds=30)
    with pytest.raises(ReadTimeout):
        sellsy.session.post(box.sellsy_url, data={}, timeout=0.1)
    sellsy.ok("Infos.getInfos")


def test_the_answer_may_drip(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("slow_drip", seconds=0.01, pieces=5)
    assert sellsy.ok("Infos.getInfos")["userdatas"]["corpId"] == "61234"
    box.faults.set("slow_drip", seconds=30, pieces=2)
    do_in = json.dumps({"method": "Infos.getInfos", "params": {}})
    form = {"request": "1", "io_mode": "json", "do_in": do_in}
    with pytest.raises((ReadTimeout, Broken, ChunkedEncodingError)):
        sellsy.session.post(box.sellsy_url, data=form, timeout=0.1)


def test_refused_connections_are_refused_by_the_kernel(box: Sandbox, sellsy: SellsyCaller) -> None:
    sellsy.ok("Infos.getInfos")
    number = box.faults.set("refuse", service="sellsy")
    sellsy.session.close()
    for _ in range(2):
        with pytest.raises(Broken, match="Connection refused"):
            sellsy.post("Infos.getInfos")
    assert requests.get(f"{box.simon_url}Customer", timeout=5).status_code == 401
    box.faults.remove(number)
    sellsy.ok("Infos.getInfos")
    assert [entry.service for entry in box.log] == ["sellsy", "simon", "sellsy"]


def test_the_third_call_can_be_the_one_that_is_refused(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("refuse", service="sellsy", call=3)
    assert "Connection" not in sellsy.post("Infos.getInfos").headers
    assert sellsy.post("Infos.getInfos").headers["Connection"] == "close"
    with pytest.raises(Broken, match="Connection refused"):
        sellsy.post("Infos.getInfos")
    box.faults.clear()
    sellsy.ok("Infos.getInfos")


def test_nobody_else_gets_a_port_that_is_shut(box: Sandbox) -> None:
    port = int(box.sellsy_url.split(":")[2].split("/")[0])
    box.faults.set("refuse", service="sellsy")
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))


def test_a_port_opens_again_by_itself(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("refuse", service="sellsy", seconds=0.05)
    with pytest.raises(Broken, match="Connection refused"):
        sellsy.post("Infos.getInfos")
    answers = 0
    while not answers:
        try:
            sellsy.ok("Infos.getInfos")
            answers += 1
        except Broken:
            continue
    assert len(box.log) == 1


def test_a_sandbox_closes_while_its_port_is_shut() -> None:
    with Sandbox() as box:
        box.faults.set("refuse", seconds=60)


@pytest.fixture
def listed(sellsy: SellsyCaller) -> Callable[[int], tuple[list[str], int, str]]:
    def read(number: int) -> tuple[list[str], int, str]:
        page = sellsy.page("Client.getList", number)
        return list(page["result"]), page["infos"]["pagenum"], page["infos"]["nbtotal"]

    return read


Listed = Callable[[int], tuple[list[str], int, str]]


def test_a_wrong_page_says_so(box: Sandbox, listed: Listed) -> None:
    right = listed(2)
    box.faults.set("wrong_page", method="Client.getList")
    assert listed(1) == right


def test_a_repeated_page_denies_it(box: Sandbox, listed: Listed) -> None:
    first = listed(1)
    box.faults.set("repeated_page", method="Client.getList")
    assert listed(1) == first
    assert listed(2) == (first[0], 2, first[2])
    assert listed(2)[0] != first[0]


@pytest.mark.parametrize(("rows", "total"), [(1, "6"), (-1, "8")])
def test_pages_shift_as_if_a_record_had_gone_or_come(
    box: Sandbox, listed: Listed, rows: int, total: str
) -> None:
    everyone = [third for number in (1, 2, 3, 4) for third in listed(number)[0]]
    box.faults.set("shifting_pages", method="Client.getList", rows=rows, times=None)
    assert listed(1) == (everyone[:2], 1, "7")
    assert listed(2) == (everyone[2 + rows : 4 + rows], 2, total)


def test_simons_pages_go_wrong_too(box: Sandbox) -> None:
    keys = {name: box.credentials[f"simon_{name}"] for name in ("key", "user", "password")}
    login = {"Key": keys["key"], "Usr": keys["user"], "Pwd": keys["password"]}
    with requests.Session() as session:
        session.headers["Token"] = session.post(f"{box.simon_url}login", json=login, timeout=5).json()[
            "Token"
        ]

        def numbers(skip: int) -> list[int]:
            options = {"$skip": str(skip), "$orderby": "Id"}
            page = session.get(f"{box.simon_url}WorkOrder", params=options, timeout=5).json()
            return [record["Id"] for record in page["value"]]

        first, second, third = numbers(0), numbers(20), numbers(40)
        box.faults.set("repeated_page", service="simon", method="GET WorkOrder")
        assert numbers(20) == first
        box.faults.set("wrong_page", service="simon", method="GET WorkOrder")
        assert numbers(20) == third
        box.faults.set("shifting_pages", service="simon", method="GET WorkOrder")
        assert numbers(20) == [*second[1:], third[0]]
        box.faults.set("token_expired", service="simon")
        assert session.get(f"{box.simon_url}WorkOrder", timeout=5).status_code == 401
        assert session.get(f"{box.simon_url}WorkOrder", timeout=5).status_code == 401
        session.headers["Token"] = session.post(f"{box.simon_url}login", json=login, timeout=5).json()[
            "Token"
        ]
        assert numbers(0) == first


def test_a_used_nonce_is_a_401(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("nonce_used")
    answer = sellsy.post("Infos.getInfos")
    assert (answer.status_code, answer.text) == (401, "oauth_problem=nonce_used")
    sellsy.ok("Infos.getInfos")


def test_a_dead_token_is_a_401(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("token_expired", service="sellsy")
    answer = sellsy.post("Infos.getInfos")
    assert (answer.status_code, answer.text) == (401, "oauth_problem=token_expired")
    sellsy.ok("Infos.getInfos")


def test_a_fresh_document_may_be_invisible_for_a_while(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("invisible", method="Document.create", seconds=480)
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    search = {"doctype": "invoice", "search": {"tags": "simonsync"}}
    one = {"doctype": "invoice", "docid": made}
    box.clock.advance(479)
    assert sellsy.refused("Document.getOne", one) == ("E_OBJ_NOT_LOADABLE", "Object document not loadable")
    assert sellsy.ok("Document.getList", search)["infos"]["nbtotal"] == "0"
    box.clock.advance(1)
    assert sellsy.ok("Document.getOne", one)["id"] == str(made)
    assert sellsy.ok("Document.getList", search)["infos"]["nbtotal"] == "1"


def test_a_clock_may_be_skewed_for_one_service(box: Sandbox, sellsy: SellsyCaller) -> None:
    number = box.faults.set("clock_skew", service="sellsy", seconds=600)
    assert sellsy.post("Infos.getInfos").headers["Date"] == "Mon, 02 Mar 2026 08:10:00 GMT"
    assert requests.get(box.simon_url, timeout=5).headers["Date"] == "Mon, 02 Mar 2026 08:00:00 GMT"
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    assert f"{box.sellsy.documents[made].created:%H:%M}" == "08:10"
    box.faults.remove(number)
    assert sellsy.post("Infos.getInfos").headers["Date"] == "Mon, 02 Mar 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("not_loadable", {"code": "E_OBJ_NOT_LOADABLE", "message": "Object document not loadable"}),
        ("api_error", {"code": "E_SERVICE_UNVAILABLE"}),
    ],
)
def test_sellsys_own_errors(box: Sandbox, sellsy: SellsyCaller, kind: str, error: dict[str, str]) -> None:
    box.faults.set(kind, code="E_SERVICE_UNVAILABLE")
    answer = sellsy.post("Document.create", draft(box))
    assert answer.status_code == 200
    assert error.items() <= answer.json()["error"].items()
    assert drafts(box) == 0


def test_an_error_may_be_a_bare_text(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("bare_error")
    assert sellsy.post("Infos.getInfos").json()["error"] == "An error occurred"


Answered = Callable[..., requests.Response]


@pytest.fixture
def simon(box: Sandbox) -> Iterator[Answered]:
    """Ask Simon as somebody who is logged in."""
    keys = {name: box.credentials[f"simon_{name}"] for name in ("key", "user", "password")}
    login = {"Key": keys["key"], "Usr": keys["user"], "Pwd": keys["password"]}
    with requests.Session() as session:
        told = session.post(f"{box.simon_url}login", json=login, timeout=5).json()
        session.headers["Token"] = told["Token"]
        yield lambda path, **options: session.get(f"{box.simon_url}{path}", params=options, timeout=5)


def test_nothing_is_found_for_a_while(box: Sandbox, simon: Answered) -> None:
    box.faults.set("not_found", service="simon", method="GET WorkOrder", times=None, lasts=600)
    box.faults.set("not_found", service="simon", method="GET Item", form="html")
    for path in ("WorkOrder(1)", "WorkOrder"):
        answer = simon(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NotFound")
    assert simon("Customer").status_code == 200
    assert (simon("Item").status_code, simon("Item").status_code) == (404, 200)
    box.clock.advance(600)
    assert simon("WorkOrder").status_code == 200


def test_a_proxys_404_is_a_page(box: Sandbox, simon: Answered, sellsy: SellsyCaller) -> None:
    box.faults.set("not_found", form="html", times=2)
    for answer in (simon("Item"), sellsy.post("Infos.getInfos")):
        assert (answer.status_code, answer.text) == (404, "<h1>Not Found</h1>")


def test_a_table_is_gone_until_it_is_back(box: Sandbox, simon: Answered) -> None:
    number = box.faults.set("table_gone", table="WorkOrder")
    for path in ("WorkOrder", "WorkOrder(1)", "workorder/digitalpresentation/1", "WorkOrder"):
        assert simon(path).status_code == 404, path
    assert simon("WorkOrderSurvey").status_code == 200
    assert box.faults.fired(number) == 4
    box.faults.remove(number)
    assert simon("WorkOrder").status_code == 200


@pytest.mark.parametrize("form", ["null", "[]", "{}"])
def test_a_list_may_be_nothing_at_all(box: Sandbox, sellsy: SellsyCaller, form: str) -> None:
    box.faults.set("frameless", form=form)
    said = sellsy.post("Client.getList").json()
    assert (said["status"], json.dumps(said["response"])) == ("success", form)
    assert sellsy.ok("Client.getList")["infos"]


def test_a_list_may_lack_its_frame(box: Sandbox, sellsy: SellsyCaller) -> None:
    rows = sellsy.ok("Client.getList")["result"]
    box.faults.set("frameless", form="rows")
    assert sellsy.ok("Client.getList") == {"result": rows}


def test_what_may_not_be_seen_any_more_is_not_there_politely(
    box: Sandbox, sellsy: SellsyCaller, simon: Answered
) -> None:
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    box.faults.set("unseen", method="Document.*", times=None)
    search = {"doctype": "invoice", "search": {"tags": "simonsync"}}
    shown = sellsy.ok("Document.getList", search)
    assert (shown["result"], shown["infos"]["nbtotal"], shown["infos"]["nbpages"]) == ([], "0", 0)
    assert sellsy.refused("Document.getOne", {"doctype": "invoice", "docid": made})[0] == "E_OBJ_NOT_LOADABLE"
    assert sellsy.ok("Document.create", draft(box))
    assert sellsy.ok("Client.getList")["result"]
    box.faults.set("unseen", service="simon", method="GET Customer", times=None)
    page = simon("Customer", **{"$count": "true"}).json()
    assert (page["value"], page["@odata.count"]) == ([], 0)


def test_a_list_may_never_add_up(box: Sandbox, sellsy: SellsyCaller, simon: Answered) -> None:
    right, counted = sellsy.ok("Client.getList"), simon("Customer", **{"$count": "true"}).json()
    box.faults.set("miscounted", times=None)
    wrong = sellsy.ok("Client.getList")
    assert wrong["result"] == right["result"]
    assert int(wrong["infos"]["nbtotal"]) == int(right["infos"]["nbtotal"]) + 1
    again = simon("Customer", **{"$count": "true"}).json()
    assert again["@odata.count"] == counted["@odata.count"] + 1


def test_garbage_is_as_long_as_what_it_replaces(box: Sandbox, simon: Answered) -> None:
    path = f"workorder/digitalpresentation/{box.simon.rows('WorkOrder')[0]['Id']}"
    pdf = simon(path)
    box.faults.set("garbage", service="simon", method="GET workorder/digitalpresentation")
    garbage = simon(path)
    assert garbage.headers["Content-Type"] == "application/pdf"
    assert len(garbage.content) == len(pdf.content)
    assert not garbage.content.startswith(b"%PDF")


def test_an_answer_may_have_no_date(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("no_date", service="sellsy")
    undated = sellsy.post("Infos.getInfos")
    assert (undated.status_code, undated.headers.get("Date")) == (200, None)
    assert sellsy.post("Infos.getInfos").headers["Date"]


def test_a_header_drips_until_somebody_has_had_enough(box: Sandbox) -> None:
    host, port = box.sellsy_url.removeprefix("http://").removesuffix("/0/").split(":")
    number = box.faults.set("header_drip", service="sellsy", seconds=0.001)
    with socket.create_connection((host, int(port)), timeout=5) as caller:
        caller.sendall(b"GET /0/ HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        said = b""
        while len(said) < 200:
            said += caller.recv(1)
        assert said.startswith(b"HTTP/1.1 200 OK\r\nX-Drip: xxx")
        assert b"\n" not in said.removeprefix(b"HTTP/1.1 200 OK\r\n")
        box.faults.remove(number)
        while caller.recv(4096):
            continue


def test_a_sandbox_closes_while_a_header_drips() -> None:
    before = threading.active_count()
    with Sandbox() as box:
        box.faults.set("header_drip", service="sellsy", seconds=3600)
        host, port = box.sellsy_url.removeprefix("http://").removesuffix("/0/").split(":")
        caller = socket.create_connection((host, int(port)), timeout=5)
        caller.sendall(b"GET /0/ HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        assert caller.recv(1) == b"H"
    caller.close()
    assert threading.active_count() == before


def test_a_document_that_is_there_may_hide(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    one = {"doctype": "invoice", "docid": made}
    box.sellsy.hide_document(made, 60)
    assert sellsy.refused("Document.getOne", one)[0] == "E_OBJ_NOT_LOADABLE"
    box.clock.advance(60)
    assert sellsy.ok("Document.getOne", one)["id"] == str(made)


def statuses(sellsy: SellsyCaller, calls: int) -> list[int]:
    return [sellsy.post("Client.getList").status_code for _ in range(calls)]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, [500, 200, 200, 200]),
        ({"times": 2}, [500, 500, 200, 200]),
        ({"call": 3}, [200, 200, 500, 200]),
        ({"call": 2, "times": None}, [200, 500, 500, 500]),
        ({"method": "Client.*"}, [500, 200, 200, 200]),
        ({"method": "Document.*"}, [200, 200, 200, 200]),
        ({"service": "simon"}, [200, 200, 200, 200]),
    ],
)
def test_a_fault_hits_the_calls_it_names(
    box: Sandbox, sellsy: SellsyCaller, members: dict[str, Any], expected: list[int]
) -> None:
    number = box.faults.set("status", **members)
    assert statuses(sellsy, 4) == expected
    assert box.faults.fired(number) == expected.count(500)


def test_chance_is_the_same_for_the_same_seed() -> None:
    def pattern(seed: int) -> list[bool]:
        board = Switchboard(VirtualClock())
        board.set("empty", probability=0.5, times=None, seed=seed)
        return [board.strike("sellsy", "Client.getList") is not None for _ in range(40)]

    assert pattern(1) == pattern(1)
    assert pattern(1) != pattern(2)
    assert 8 < sum(pattern(1)) < 32


def test_a_fault_may_last_some_seconds(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("status", status=502, times=None, lasts=8)
    assert statuses(sellsy, 2) == [502, 502]
    box.clock.advance(8)
    assert statuses(sellsy, 1) == [200]
    assert box.faults.as_json() == []


def test_the_first_of_two_faults_wins_and_both_count(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.faults.set("status", status=500)
    box.faults.set("status", status=503, call=2)
    assert statuses(sellsy, 3) == [500, 503, 200]


def test_faults_come_from_a_file(tmp_path: Path) -> None:
    yaml_file, json_file = tmp_path / "faults.yaml", tmp_path / "faults.json"
    yaml_file.write_text("faults:\n- {kind: late, method: Document.create, seconds: 60}\n- kind: empty\n")
    json_file.write_text('[{"kind": "empty", "times": null}]')
    board = Switchboard(VirtualClock())
    board.load(yaml_file)
    board.load(json_file)
    assert [(f["kind"], f["times"]) for f in board.as_json()] == [("late", 1), ("empty", 1), ("empty", None)]
    yaml_file.write_text("kind: empty\n")
    with pytest.raises(ValueError, match=r"faults\.yaml: a list of faults is expected"):
        read_faults(yaml_file)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "needs a `kind`"),
        ({"kind": "meteor"}, "unknown fault 'meteor'"),
        ({"kind": "empty", "when": 3}, "unknown member 'when'"),
        ({"kind": "empty", "service": "sage"}, "unknown service 'sage'"),
        ({"kind": "late"}, "needs `seconds`"),
        ({"kind": "nonce_used", "service": "simon"}, "exists for sellsy only"),
        ({"kind": "empty", "call": 0}, "counted from 1"),
        ({"kind": "frameless", "service": "simon"}, "exists for sellsy only"),
        ({"kind": "table_gone", "table": "Customer", "service": "sellsy"}, "exists for simon only"),
        ({"kind": "table_gone"}, "needs a `table`"),
        ({"kind": "empty", "table": "Customer"}, "no other has one"),
        ({"kind": "frameless", "form": "nothing"}, r"known: null, \[\], \{\}, rows"),
        ({"kind": "empty", "form": "html"}, "known: none"),
    ],
)
def test_a_wrong_fault_is_told(given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_fault(given)


def environ(box: Sandbox, method: str = "Client.getList") -> dict[str, Any]:
    known = box.credentials
    form = {"request": "1", "io_mode": "json", "do_in": json.dumps({"method": method, "params": {}})}
    prepared = requests.Request("POST", "http://sandbox/0/", data=form).prepare()
    body = prepared.body.encode() if isinstance(prepared.body, str) else b""
    signature = f"{known['sellsy_consumer_secret']}%26{known['sellsy_user_secret']}"
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/0/",
        "SERVER_NAME": "sandbox",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "HTTP_AUTHORIZATION": f'OAuth oauth_consumer_key="{known["sellsy_consumer_token"]}", '
        f'oauth_token="{known["sellsy_user_token"]}", oauth_nonce="{len(box.log)}", oauth_timestamp="1", '
        f'oauth_signature_method="PLAINTEXT", oauth_signature="{signature}"',
    }


@pytest.fixture
def unserved() -> Sandbox:
    return Sandbox(clock=VirtualClock())


def test_in_process_there_are_no_sockets_and_the_same_faults(unserved: Sandbox) -> None:
    app = unserved.wsgi("sellsy")
    assert json.loads(collect(app, environ(unserved)).body)["status"] == "success"
    for kind, raised in (("refuse", ConnectionRefused), ("drop_after", ConnectionDropped)):
        unserved.faults.set(kind, method="Client.getList")
        with pytest.raises(raised):
            collect(app, environ(unserved))
    assert [(e.fault, e.applied) for e in unserved.log] == [
        (None, True),
        ("refuse", False),
        ("drop_after", True),
    ]


def test_in_process_waiting_moves_the_clock_of_the_test(unserved: Sandbox) -> None:
    unserved.faults.set("slow_first_byte", seconds=45)
    asked = environ(unserved) | {"sandbox.wait": unserved.clock.advance}
    assert collect(unserved.wsgi("sellsy"), asked).status == "200 OK"
    assert (unserved.clock() - VirtualClock()()).total_seconds() == 45


def test_every_kind_is_told_apart_in_the_list() -> None:
    assert len(set(KINDS.values())) == len(KINDS)
    for kind in KINDS:
        table = "Customer" if kind == "table_gone" else ""
        assert Fault(kind, seconds=1, table=table).kind == kind
