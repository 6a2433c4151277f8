"""The sandbox's services without sockets: an adapter of requests that calls their WSGI applications.

What goes wrong on a real connection goes wrong here in the same words: a refused connection before anything
of the body was asked for, a dropped one after it, a time-out once the waiting exceeds the limit. Waiting
moves the sandbox's clock instead of costing time, so that thousands of runs are affordable.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from http.client import responses
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool, Timeout
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from simonsync.sandbox.faults import ConnectionDropped, ConnectionRefused, HeaderDrips

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

HOST = "127.0.0.1"
Wait = Callable[[float], None]
Moment = Callable[[str], None]


class Patience:
    """Waits for a service by moving its clock, and gives up once it takes longer than the limit.

    It stands where urllib3 has the socket, so that the limit can be set anew between two blocks.
    """

    def __init__(self, wait: Wait, limit: float) -> None:
        self._wait = wait
        self._limit = limit

    def settimeout(self, seconds: float) -> None:
        """Wait so long at most for the next block."""
        self._limit = seconds

    def __call__(self, seconds: float) -> None:
        """Let a service take its time. Raises TimeoutError where that is too long."""
        self._wait(min(seconds, self._limit))
        if seconds > self._limit:
            raise TimeoutError(f"{seconds} s")

    @property
    def sock(self) -> Patience:
        """The socket of the connection."""
        return self


class Blocks:
    """An answer's body, block by block, as it drips out of the application."""

    def __init__(self, chunks: Iterable[bytes], connection: Patience) -> None:
        self.connection = connection
        self._chunks = chunks
        self._left = iter(chunks)
        self._rest = b""

    def read1(self, amount: int = -1, *, decode_content: bool = False) -> bytes:
        """Return what comes next, b"" at the end. Raises urllib3's error where it takes too long."""
        del decode_content  # the sandbox never compresses
        while not self._rest:
            try:
                self._rest = next(self._left)
            except StopIteration:
                return b""
            except TimeoutError:
                raise ReadTimeoutError(_POOL, "", "Read timed out.") from None
        size = len(self._rest) if amount < 0 else amount
        block, self._rest = self._rest[:size], self._rest[size:]
        return block

    def close(self) -> None:
        """Tell the application that nobody reads on."""
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()


class WsgiTransport(BaseAdapter):
    """Sends requests to one application.

    `wait` moves the clock. `moment` is told `before …` and `after …` each request: before anything of it has
    reached the service, and when the service is done with it but its answer has not yet arrived.
    """

    def __init__(self, app: WSGIApplication, wait: Wait, moment: Moment = lambda _name: None) -> None:
        super().__init__()
        self._app = app
        self._wait = wait
        self._moment = moment

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the base class's signature
        timeout: Any = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - the same
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request and return its answer, the body still to be read."""
        del stream, verify, cert, proxies
        connection = Patience(self._wait, _read_limit(timeout))
        name = _name(request)
        self._moment(f"before {name}")
        environ = _environ(request) | {"sandbox.wait": connection}
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            head[:] = [status, headers, exc_info]
            return lambda _data: None

        try:
            chunks = self._app(environ, start_response)
        except ConnectionRefused:
            raise _refused(request) from None
        except ConnectionDropped as error:
            _read(request.body)
            self._moment(f"after {name}")
            raise requests.ConnectionError(
                ProtocolError("Connection aborted.", error), request=request
            ) from None
        except (TimeoutError, HeaderDrips) as error:
            _read(request.body)
            self._moment(f"after {name}")
            if isinstance(error, HeaderDrips):
                # Each byte comes in time: only a limit for the request as a whole ends this.
                self._wait(4 * _read_limit(timeout))
            raise requests.ReadTimeout(
                ReadTimeoutError(_POOL, request.url or "", "Read timed out."), request=request
            ) from None
        _read(request.body)
        self._moment(f"after {name}")
        return _response(request, head[0], head[1], Blocks(chunks, connection))

    def close(self) -> None:
        """Nothing is open."""


_POOL = HTTPConnectionPool(HOST)


def _name(request: requests.PreparedRequest) -> str:
    """Name a request well enough to choose by: a method of Sellsy, or verb and path."""
    if request.url is None or urlsplit(request.url).path != "/0/":
        return f"{request.method} {urlsplit(request.url or '').path}"
    body = _peeked(request.body)
    for method in (b"Document.create", b"Briefcases.uploadFile"):
        if method in body:
            return method.decode()
    return "read"


def _peeked(body: Any) -> bytes:
    """Look at a body without taking anything out of it: nothing counts as sent yet."""
    if isinstance(body, io.BytesIO):
        return body.getvalue()
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def _read(body: Any) -> None:
    """Take a body as it goes out in blocks."""
    if hasattr(body, "read"):
        while body.read(65536):
            pass


def _read_limit(timeout: Any) -> float:
    limit = timeout.read_timeout if isinstance(timeout, Timeout) else timeout
    return float(limit) if isinstance(limit, int | float) else float("inf")


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    parts = urlsplit(request.url or "")
    body = _peeked(request.body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path, encoding="latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or HOST,
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for header, value in request.headers.items():
        key = header.upper().replace("-", "_")
        name = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        environ[name] = _text(value)
    return environ


def _text(value: object) -> str:
    """Return a header as text; requests-oauthlib leaves the signature's as bytes."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _response(
    request: requests.PreparedRequest, status: str, headers: Iterable[tuple[str, str]], raw: Blocks
) -> requests.Response:
    response = requests.Response()
    response.status_code = int(status.split(maxsplit=1)[0])
    response.reason = responses.get(response.status_code, "")
    response.headers = CaseInsensitiveDict(headers)
    response.url = request.url or ""
    response.request = request
    response.raw = raw
    return response


def _refused(request: requests.PreparedRequest) -> requests.ConnectionError:
    """Say it as requests does: nothing was sent."""
    reason = NewConnectionError(HTTPConnection(HOST), "Failed to establish a new connection")
    return requests.ConnectionError(MaxRetryError(_POOL, request.url or "", reason), request=request)
