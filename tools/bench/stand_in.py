"""A fast stand-in of both services for measuring: N customers, a latency and a limit as parameters.

It answers what a pull asks, without checking anything: the strict sandbox is for tests, this for the clock.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qs

FIRST_CREATION = 1_500_000_000
"""Creation of the first customer, in Unix seconds; a million, four minutes apart, fit before today."""
SPACING = 240


@dataclass(frozen=True, slots=True)
class Load:
    """What the stand-in is to be: customers, seconds of latency, requests a second (0 = no limit)."""

    customers: int = 1000
    latency: float = 0.0
    limit: float = 0.0
    simon_latency: float = 0.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where it answers."""

    sellsy: str
    simon: str


@contextmanager
def stand_in(load: Load) -> Iterator[Addresses]:
    """Serve in a process of its own, so that its work is not counted as ours."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(load, there), daemon=True)
    process.start()
    try:
        port = here.recv()
        yield Addresses(f"http://127.0.0.1:{port}/sellsy/", f"http://127.0.0.1:{port}/simon/")
    finally:
        process.terminate()
        process.join()


def _serve(load: Load, pipe: Connection) -> None:
    from cheroot.wsgi import Server

    server = Server(("127.0.0.1", 0), _App(load), numthreads=16)
    server.prepare()
    pipe.send(server.bind_addr[1])
    server.serve()


class _App:
    """Both services as one WSGI application."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.ids = itertools.count(1)
        self.lock = threading.Lock()
        self.tokens, self.filled = load.limit, time.monotonic()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path = environ["PATH_INFO"]
        if path.startswith("/sellsy"):
            if not self._admitted():
                start_response("429 Too Many Requests", [("Content-Length", "0")])
                return [b""]
            time.sleep(self.load.latency)
            answer = self._sellsy(json.loads(parse_qs(body.decode())["do_in"][0]))
            return _answered(start_response, {"response": answer, "error": "", "status": "success"})
        time.sleep(self.load.simon_latency)
        return _answered(
            start_response, self._simon(path, environ["REQUEST_METHOD"], environ["QUERY_STRING"])
        )

    def _admitted(self) -> bool:
        """A bucket that holds one second's requests."""
        if not self.load.limit:
            return True
        with self.lock:
            now = time.monotonic()
            self.tokens = min(self.load.limit, self.tokens + (now - self.filled) * self.load.limit)
            self.filled = now
            if self.tokens < 1:
                return False
            self.tokens -= 1
            return True

    def _sellsy(self, call: dict[str, Any]) -> Any:
        method, params = call["method"], call["params"]
        page = params.get("pagination", {})
        match method:
            case "Infos.getInfos":
                return {"userdatas": {"corpId": "1", "corpName": "Bench", "currencyId": "1"}}
            case "AccountPrefs.getCorpInfos":
                return {"countrycode": "FR"}
            case "AccountPrefs.getCurrencies":
                return {"1": {"id": "1", "name": "EUR"}}
            case "Client.getList":
                search = params["search"]
                since = search.get("periodecreated_start", 0)
                until = search.get("periodecreated_end", 2**40)
                return self._page(*self._window(since, until), page, a_customer)
            case "Addresses.getList":
                return self._page(0, self.load.customers, page, an_address)
            case _:
                return [] if method.endswith("s") else _listed({}, 0, page)

    def _window(self, since: int, until: int) -> tuple[int, int]:
        first = max(0, -(-(since - FIRST_CREATION) // SPACING))
        last = min(self.load.customers, (until - FIRST_CREATION) // SPACING + 1)
        return first, max(first, last)

    def _page(self, first: int, last: int, page: dict[str, int], record: Any) -> dict[str, Any]:
        begin = first + (page["pagenum"] - 1) * page["nbperpage"]
        numbers = range(begin, min(last, begin + page["nbperpage"]))
        return _listed({str(number + 1): record(number + 1) for number in numbers}, last - first, page)

    def _simon(self, path: str, verb: str, query: str) -> Any:
        if path.endswith("login"):
            return {"Token": "bench"}
        if verb == "POST":
            with self.lock:
                return {"Id": next(self.ids)}
        del query
        return {"@odata.count": 0, "value": []} if verb == "GET" else {}


def _listed(records: dict[str, Any], total: int, page: dict[str, int]) -> dict[str, Any]:
    size = page.get("nbperpage", 100)
    infos = {
        "nbperpage": size,
        "nbpages": -(-total // size),
        "pagenum": page.get("pagenum", 1),
        "nbtotal": str(total),
    }
    return {"infos": infos, "result": records or []}


def a_customer(number: int) -> dict[str, Any]:
    """Make a customer as `Client.getList` shows it."""
    return {
        "id": str(number),
        "thirdid": str(number),
        "ident": f"CLI{number:07}",
        "type": "corporation",
        "relationType": "client",
        "actif": "Y",
        "name": f"Client {number} & Fils",
        "fullName": f"Client {number} & Fils",
        "email": f"contact{number}@exemple.fr",
        "tel": "+33 4 72 00 00 00",
        "rateCategory": "0",
        "mainaddressid": str(number),
        "addr_name": "Siège",
        "addr_part1": f"{number} rue de la République",
        "addr_part2": "",
        "addr_zip": "69002",
        "addr_town": "Lyon",
        "addr_countrycode": "FR",
        "contacts": [],
        "customfields": {"_xml_childtag": "customfield"},
    }


def an_address(number: int) -> dict[str, Any]:
    """Make an address as `Addresses.getList` shows it."""
    return {
        "id": str(number),
        "linkedtype": "third",
        "linkedid": str(number),
        "name": "Siège",
        "part1": f"{number} rue de la République",
        "part2": "",
        "zip": "69002",
        "town": "Lyon",
        "countrycode": "FR",
    }


def _answered(start_response: Any, value: Any) -> list[bytes]:
    body = json.dumps(value).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
