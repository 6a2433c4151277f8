"""The sandbox as a pair of web servers: ports, connections, log, control endpoint."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection

import pytest
import requests

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import Clock, VirtualClock
from tests.sandbox.sellsy_caller import SellsyCaller, draft


def test_both_services_answer_and_leave_nothing_behind() -> None:
    threads = threading.active_count()
    with Sandbox() as box, SellsyCaller(box) as sellsy:
        sellsy.ok("Infos.getInfos")
        assert requests.get(f"{box.simon_url}Customer", timeout=5).status_code == 401
        port = int(box.sellsy_url.split(":")[2].split("/")[0])
        assert box.sellsy_url == f"http://127.0.0.1:{port}/0/"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    deadline = datetime.now(UTC) + timedelta(seconds=5)
    while threading.active_count() > threads and datetime.now(UTC) < deadline:
        threading.Event().wait(0.01)
    assert threading.active_count() == threads


def test_a_port_can_be_chosen_and_a_taken_one_is_told() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        free = holder.getsockname()[1]
    with Sandbox(port_simon=free) as box:
        assert box.simon_url == f"http://127.0.0.1:{free}/"
        with pytest.raises(OSError, match="in use"), Sandbox(port_simon=free):
            pass


def test_one_connection_carries_many_requests(box: Sandbox) -> None:
    with closing(HTTPConnection(box.sellsy_url.split("/")[2], timeout=5)) as connection:
        sockets = set()
        for _ in range(3):
            connection.request("POST", "/elsewhere", body=b"x" * 100)
            assert connection.getresponse().read() == b"<h1>Not Found</h1>"
            sockets.add(connection.sock)
    assert len(sockets) == 1


def test_several_clients_are_served_at_once(box: Sandbox) -> None:
    def work(_: int) -> str:
        with SellsyCaller(box) as sellsy:
            return str([sellsy.ok("Document.create", draft(box))["doc_id"] for _ in range(5)])

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(work, range(8)))
    assert len(set(made)) == 8
    assert len(box.sellsy.documents_of(tag="simonsync")) == 40
    assert len(box.log.writes()) == 40


def test_the_date_is_the_clocks(box: Sandbox, sellsy: SellsyCaller) -> None:
    def date() -> datetime:
        return parsedate_to_datetime(sellsy.post("Infos.getInfos").headers["Date"])

    assert date() == box.clock()
    box.clock.advance(900)
    assert date() == box.clock() == VirtualClock()() + timedelta(minutes=15)


def test_the_wall_clock_runs_ahead_by_its_offset() -> None:
    clock = Clock(offset=-60)
    clock.advance(3660)
    assert timedelta(minutes=59) < clock() - datetime.now(UTC) <= timedelta(hours=1)


def test_the_log_tells_what_was_asked_and_no_secret(box: Sandbox, sellsy: SellsyCaller) -> None:
    sellsy.ok("Client.getList", {"search": {"actif": "Y"}})
    sellsy.ok("Document.create", draft(box))
    keys = {name: box.credentials[f"simon_{name}"] for name in ("key", "user", "password")}
    login = {"Key": keys["key"], "Usr": keys["user"], "Pwd": keys["password"]}
    token = requests.post(f"{box.simon_url}login", json=login, timeout=5).json()["Token"]
    requests.get(f"{box.simon_url}Customer?$top=1", headers={"Token": token}, timeout=5)
    entries = list(box.log)
    assert [(e.number, e.service, e.is_write, e.status, e.applied) for e in entries] == [
        (1, "sellsy", False, 200, True),
        (2, "sellsy", True, 200, True),
        (3, "simon", False, 200, True),
        (4, "simon", False, 200, True),
    ]
    assert entries[0].params == {"search": {"actif": "Y"}}
    assert [e.method for e in box.log.writes()] == ["Document.create"]
    assert entries[3].params == {"path": "/Customer", "$top": "1"}
    text = str(entries)
    assert not [secret for secret in (*box.credentials.values(), token) if secret in text]
    box.log.clear()
    sellsy.ok("Infos.getInfos")
    assert [e.number for e in box.log] == [1]


def test_an_upload_is_logged_by_name_and_size(box: Sandbox, sellsy: SellsyCaller) -> None:
    third = next(iter(box.sellsy.customers))
    owner = {"linkedtype": "third", "linkedid": third}
    sellsy.ok("Briefcases.uploadFile", owner, {"do_file": ("a.pdf", b"12345", "application/pdf")})
    assert box.log.writes()[0].params == owner | {"do_file": "a.pdf (5 bytes)"}
    assert box.sellsy.files_of(third)[0].content == b"12345"


def control(box: Sandbox, path: str) -> str:
    return f"{box.sellsy_url.removesuffix('/0/')}/_control/{path}"


def test_another_process_can_play_the_office(box: Sandbox) -> None:
    third = next(iter(box.sellsy.customers))
    call = {"call": "archive_customer", "args": {"customer_id": third}}
    assert requests.post(control(box, "world"), json=call, timeout=5).status_code == 200
    world = requests.get(control(box, "world"), timeout=5).json()
    assert world["customers"][str(third)]["active"] is False
    call = {"service": "simon", "call": "add", "args": ["Customer"]}
    refused = requests.post(control(box, "world"), json=call, timeout=5)
    assert (refused.status_code, "Customer.Name" in refused.json()["error"]) == (400, True)
    call = {"service": "simon", "call": "add", "args": {"entity": "Customer", "Name": "Zoé"}}
    made = requests.post(control(box, "world"), json=call, timeout=5).json()["done"]
    assert box.simon.row("Customer", made)["Name"] == "Zoé"
    simon = requests.get(control(box, "world?service=simon"), timeout=5).json()
    assert (len(simon["Customer"]), len(simon["WorkOrder"])) == (7, 43)
    wrong = requests.post(control(box, "world"), json={"call": "_change", "args": []}, timeout=5)
    assert (wrong.status_code, "error" in wrong.json()) == (400, True)
    assert not list(box.log)


def test_another_process_can_have_a_work_order_archived(box: Sandbox) -> None:
    refused = requests.post(control(box, "work-order"), timeout=5)
    assert (refused.status_code, "simonsync pull" in refused.json()["error"]) == (400, True)
    customer = box.simon.add("Customer", Name="Zoé", ExtKey="customer:1")
    box.simon.add("Location", Name="Siège", CustomerId=customer)
    box.simon.add("Item", Name="Disjoncteur", ExtKey="item:1")
    made = requests.post(control(box, "work-order"), timeout=5).json()["number"]
    order = box.simon.find("WorkOrder", Number=made)
    assert (order["Status"], order["CustomerId"]) == ("Archived", customer)
    assert requests.get(control(box, "work-order"), timeout=5).status_code == 400


def test_another_process_can_read_the_log_and_move_the_clock(box: Sandbox, sellsy: SellsyCaller) -> None:
    sellsy.ok("Infos.getInfos")
    sellsy.ok("Document.create", draft(box))
    url = control(box, "log")
    assert [e["method"] for e in requests.get(f"{url}?writes=1", timeout=5).json()["entries"]] == [
        "Document.create"
    ]
    assert len(requests.get(f"{url}?service=simon", timeout=5).json()["entries"]) == 0
    assert requests.delete(url, timeout=5).json() == {"entries": []}
    moved = requests.post(control(box, "clock"), json={"advance": 60}, timeout=5).json()
    assert moved["now"] == (VirtualClock()() + timedelta(minutes=1)).isoformat()


def test_another_process_can_set_faults(box: Sandbox, sellsy: SellsyCaller) -> None:
    url = control(box, "faults")
    fault = {"kind": "status", "service": "sellsy", "method": "Client.*", "status": 502, "times": None}
    numbers = requests.post(url, json=[fault], timeout=5).json()["numbers"]
    assert sellsy.post("Client.getList").status_code == 502
    listed = requests.get(url, timeout=5).json()["faults"]
    assert [(f["number"], f["fired"], f["kind"]) for f in listed] == [(numbers[0], 1, "status")]
    assert requests.delete(f"{url}/{numbers[0]}", timeout=5).json() == {"faults": []}
    sellsy.ok("Client.getList")
    wrong = requests.post(url, json={"kind": "meteor"}, timeout=5)
    assert (wrong.status_code, wrong.json()["error"][:22]) == (400, "unknown fault 'meteor'")
    assert requests.get(control(box, "nothing"), timeout=5).status_code == 400
