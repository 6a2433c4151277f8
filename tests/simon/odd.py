"""Simon as it may be too: between client and stand-in, answers are changed and things happen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from simonsync.sandbox import serving

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass
class Answer:
    """What the stand-in answered, to be changed at will."""

    path: str
    query: dict[str, str]
    verb: str
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @json.setter
    def json(self, value: object) -> None:
        self.body = json.dumps(value).encode()


class Between:
    """A WSGI application that passes requests on and changes their answers.

    `before` may change the options of a request, `after` its answer; `app` None: `after` makes the answer.
    """

    def __init__(
        self,
        app: WSGIApplication | None,
        after: Callable[[Answer], None] = lambda _answer: None,
        before: Callable[[str, dict[str, str]], None] = lambda _path, _query: None,
    ) -> None:
        self._app = app
        self._after = after
        self._before = before
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ["PATH_INFO"])
        query = dict(parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True))
        self.requests.append((environ["REQUEST_METHOD"], path, dict(query)))
        self._before(path, query)
        environ["QUERY_STRING"] = urlencode(query)
        answer = Answer(
            path, query, environ["REQUEST_METHOD"], 200, b"", {"Content-Type": "application/json"}
        )
        if self._app is None:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            environ["wsgi.input"].read(length)
        else:
            given: dict[str, Any] = {}

            def start(
                status: str, headers: list[tuple[str, str]], _error: object = None
            ) -> Callable[[bytes], object]:
                given["status"], given["headers"] = int(status[:3]), dict(headers)
                return lambda _data: None

            blocks = self._app(environ, start)
            try:
                answer.body = b"".join(blocks)
            finally:
                close = getattr(blocks, "close", None)
                if close is not None:
                    close()
            answer.status, answer.headers = given["status"], given["headers"]
        self._after(answer)
        answer.headers["Content-Length"] = str(len(answer.body))
        start_response(f"{answer.status} X", list(answer.headers.items()))
        return [answer.body]


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """Serve an application on loopback and give its address."""
    service = serving.Served(app)
    service.start()
    try:
        yield service.url
    finally:
        service.stop()
