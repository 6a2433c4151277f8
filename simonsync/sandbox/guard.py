"""Stands before a service: writes the request log and carries out the faults.

Every request is read whole, named, noted, perhaps spoilt, and answered with the service's own `Date`.
"""

import io
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from simonsync.sandbox.clock import Now
from simonsync.sandbox.faults import (
    ConnectionDropped,
    ConnectionRefused,
    Fault,
    HeaderDrips,
    Switchboard,
    Waiting,
)
from simonsync.sandbox.request_log import RequestLog
from simonsync.sandbox.spoilt import Answer, instead, spoil, text

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_SECRET = frozenset({"key", "usr", "pwd", "user", "password", "token", "apikey", "api_key", "licence"})
_APPLIED_WHERE_TOLD = ("status", "empty", "html")
# The server-side page size where the request names none.
_ODATA_PAGE = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request wants: the method's name, whether it writes, its parameters, the page of a list."""

    method: str
    is_write: bool
    params: Any
    page: int | None = None


@dataclass(frozen=True, slots=True)
class _Late:
    due: datetime
    environ: "WSGIEnvironment"
    number: int


@dataclass(frozen=True)
class Service:
    """A service as the guard needs to know it."""

    name: str
    app: "WSGIApplication"
    ask: Callable[["WSGIEnvironment"], Asked]
    clock: Now
    expire_tokens: Callable[[], None] | None = None


class Guard:
    """A WSGI application around a service.

    `passing` tells how time passes, whatever the service's own clock says. `wait` lets real seconds pass; an
    in-process transport may put its own under `sandbox.wait` into the request's environment, to move a
    virtual clock or to time out.
    """

    def __init__(
        self, service: Service, log: RequestLog, faults: Switchboard, wait: Waiting, passing: Now
    ) -> None:
        self._service = service
        self._log = log
        self._faults = faults
        self._wait = wait
        self._passing = passing
        self._lock = threading.Lock()
        self._late: list[_Late] = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request, or raise ConnectionDropped or ConnectionRefused."""
        body = _body(environ)
        self.settle()
        asked = self._service.ask(_with(environ, body))
        service = self._service.name
        number = self._log.add(
            service, asked.method, is_write=asked.is_write, at=self._service.clock(), params=asked.params
        )
        fault = self._faults.strike(service, asked.method, asked.page, environ.get("PATH_INFO", ""))
        if fault is not None:
            self._log.note(number, fault=fault.kind)
        answer = self._answer(_with(environ, body), number, fault, asked.method)
        self._log.note(number, status=int(answer.status.split()[0]))
        headers = list(answer.headers)
        if fault is not None and fault.kind == "no_date":
            # A server adds a date of its own where it is not told better.
            environ["sandbox.undated"] = True
        else:
            headers.append(("Date", format_datetime(self._service.clock(), usegmt=True)))
        if self._faults.shut_doors(service):
            headers.append(("Connection", "close"))
        wait: Waiting = environ.get("sandbox.wait", self._wait)
        if fault is not None and fault.kind == "slow_first_byte":
            wait(fault.seconds)
        if fault is not None and fault.kind == "header_drip":
            raise HeaderDrips(fault.seconds, wait, lambda: self._faults.is_on(fault))
        start_response(answer.status, headers)
        if fault is not None and fault.kind == "slow_drip":
            return _dripping(answer.body, fault, wait)
        return [answer.body]

    def settle(self) -> None:
        """Carry out what was to be applied late and is due by now, in the order of arrival."""
        now = self._passing()
        with self._lock:
            due = [late for late in self._late if late.due <= now]
            self._late = [late for late in self._late if late.due > now]
        for late in due:
            self._run(late.environ, late.number)

    @property
    def waiting(self) -> int:
        """How many requests wait to be applied late."""
        with self._lock:
            return len(self._late)

    def _run(self, environ: "WSGIEnvironment", number: int) -> Answer:
        answer = collect(self._service.app, environ)
        self._log.note(number, applied=True, unread=environ.get("sandbox.unread", ()))
        return answer

    def _answer(self, environ: "WSGIEnvironment", number: int, fault: Fault | None, method: str) -> Answer:
        if fault is None:
            return self._run(environ, number)
        kind = fault.kind
        if kind == "refuse":
            raise ConnectionRefused(kind)
        if kind == "drop_before":
            raise ConnectionDropped(kind)
        if kind == "late":
            due = self._passing() + timedelta(seconds=fault.seconds)
            with self._lock:
                self._late.append(_Late(due, environ, number))
            raise ConnectionDropped(kind)
        spoilt = instead(fault, self._service.name, method)
        if spoilt is not None:
            if kind in _APPLIED_WHERE_TOLD and fault.applied:
                self._run(environ, number)
            return spoilt
        if kind == "token_expired":
            signed = environ.get("HTTP_AUTHORIZATION", "").startswith("OAuth ")
            if self._service.expire_tokens is None or signed:
                return text("401 Unauthorized", "text/plain", b"oauth_problem=token_expired")
            self._service.expire_tokens()
        if kind == "invisible":
            environ["sandbox.invisible_for"] = fault.seconds
        if kind in ("wrong_page", "repeated_page", "shifting_pages"):
            _turn_page(environ, fault)
        answer = self._run(environ, number)
        if kind == "drop_after":
            raise ConnectionDropped(kind)
        return spoil(answer, fault)


def collect(app: "WSGIApplication", environ: "WSGIEnvironment") -> Answer:
    """Run an application and return its whole answer."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:  # noqa: ANN401 - WSGI
        head[:] = [status, headers, exc_info]
        return lambda _: None

    chunks = app(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    return Answer(head[0], list(head[1]), body)


def _dripping(body: bytes, fault: Fault, wait: Waiting) -> Iterator[bytes]:
    size = max(1, -(-len(body) // fault.pieces))
    for start in range(0, len(body), size):
        if start:
            wait(fault.seconds)
        yield body[start : start + size]


def _turn_page(environ: "WSGIEnvironment", fault: Fault) -> None:
    """Make a list go wrong: Sellsy's own code does it there, Simon's offset is changed on the way in."""
    rows = fault.rows if fault.kind == "shifting_pages" else 0
    pages = {"wrong_page": 1, "repeated_page": -1}.get(fault.kind, 0)
    environ["sandbox.page_fault"] = {
        "pages": pages,
        "rows": rows,
        "honest": fault.kind == "wrong_page",
        "total": -rows,
    }
    options = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if environ["REQUEST_METHOD"] == "GET":
        per_page = min(int(options.get("$top", _ODATA_PAGE)), _ODATA_PAGE)
        options["$skip"] = str(max(0, int(options.get("$skip", 0)) + pages * per_page + rows))
        environ["QUERY_STRING"] = urlencode(options)


def _body(environ: "WSGIEnvironment") -> bytes:
    """Return the whole body of a request, which can be read only once."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return bytes(stream.read())
    length = environ.get("CONTENT_LENGTH") or "0"
    return bytes(stream.read(int(length))) if length.isdigit() else b""


def _with(environ: "WSGIEnvironment", body: bytes) -> "WSGIEnvironment":
    """Return a copy of a request's environment whose body can be read from its beginning."""
    copy = {name: value for name, value in environ.items() if not name.startswith("werkzeug.")}
    return copy | {
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input_terminated": True,
    }


def ask_sellsy(environ: "WSGIEnvironment") -> Asked:
    """Name a request to Sellsy; its parameters hold no secret, those are in the OAuth fields."""
    from simonsync.sandbox.sellsy.app import asked
    from simonsync.sandbox.sellsy.methods import is_write

    method, params = asked(environ)
    page = None
    if method.endswith(".getList"):
        block = params.get("pagination") if isinstance(params, dict) else None
        given = str(block.get("pagenum", 1)) if isinstance(block, dict) else "1"
        page = int(given) if given.isdigit() else 1
    return Asked(method, is_write(method) and "." in method, params, page)


def ask_simon(
    name_request: Callable[["WSGIEnvironment"], tuple[str, bool]], environ: "WSGIEnvironment"
) -> Asked:
    """Name a request to Simon; whatever may be a secret is taken out of its parameters."""
    body = _body(environ)
    method, is_write = name_request(_with(environ, body))
    options = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    page = None
    if re.fullmatch(r"GET \w+", method) and "(" not in environ.get("PATH_INFO", ""):
        skip = options.get("$skip", "0")
        page = 1 + int(skip) // _ODATA_PAGE if skip.isdigit() else 1
    try:
        sent = json.loads(body) if body else {}
    except ValueError:
        sent = {}
    params: dict[str, Any] = {"path": environ.get("PATH_INFO", ""), **options}
    if isinstance(sent, dict):
        params |= sent
    return Asked(method, is_write, {k: v for k, v in params.items() if k.lower() not in _SECRET}, page)
