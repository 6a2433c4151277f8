"""The sandbox in a process of its own, for one case, and how the others speak to it."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from tools.crash.scenario import Premises


@dataclass(frozen=True, slots=True)
class Served:
    """Both services while they are served, and their control endpoint."""

    sellsy_url: str
    simon_url: str

    @property
    def urls(self) -> tuple[str, str]:
        return self.sellsy_url, self.simon_url

    def world(self, service: str) -> Mapping[str, Any]:
        """Return a service's data; what was to be applied late and is due by now has been."""
        return dict(self._ask("GET", f"world?service={service}"))

    def requests(self, *, writes: bool = False) -> list[Mapping[str, Any]]:
        """Return the requests since the log was cleared."""
        return list(self._ask("GET", f"log?writes={int(writes) or ''}")["entries"])

    def clear_log(self) -> None:
        self._ask("DELETE", "log")

    def spoil(self, fault: Mapping[str, Any]) -> None:
        """Switch a fault on."""
        self._ask("POST", "faults", fault)

    def faults(self) -> list[Mapping[str, Any]]:
        """Return the faults that are on, each with how often it was seen and fired."""
        return list(self._ask("GET", "faults")["faults"])

    def heal(self) -> None:
        """Switch all faults off."""
        self._ask("DELETE", "faults")

    def _ask(self, verb: str, path: str, sent: object = None) -> Any:
        """Ask through the port that is open: a fault may have shut the other."""
        for url in self.urls:
            with suppress(OSError, HTTPException):
                return _answer(url, verb, path, sent)
        raise ConnectionError("both ports are shut")


def _answer(url: str, verb: str, path: str, sent: object) -> Any:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request(verb, f"/_control/{path}", None if sent is None else json.dumps(sent))
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise ValueError(f"{verb} {path}: {body.decode()}")
    return json.loads(body)


@contextmanager
def served(box: Premises) -> Iterator[Served]:
    """Serve the sandbox from a process of its own, which ends with the body or with this process."""
    told, tell = os.pipe()
    ended, end = os.pipe()
    child = fork(lambda: _serve(box, tell, ended), closing=(told, end))
    os.close(tell)
    os.close(ended)
    try:
        with os.fdopen(told) as urls:
            yield Served(*json.loads(urls.readline()))
    finally:
        os.close(end)
        os.waitpid(child, 0)


def _serve(box: Premises, tell: int, ended: int) -> None:
    box.start()
    os.write(tell, f"{json.dumps([box.sellsy_url, box.simon_url])}\n".encode())
    os.read(ended, 1)


def fork(do: Callable[[], None], *, closing: tuple[int, ...] = ()) -> int:
    """Do something in a new process and return its number; it exits with 0, or with 70 after an error."""
    child = os.fork()
    if child:
        return child
    try:
        for descriptor in closing:
            os.close(descriptor)
        do()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - whatever it was, this process must not go on as its parent
        traceback.print_exc()
        os._exit(70)
