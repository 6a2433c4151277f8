"""The HTTP side of the stand-in: one URL, always POST, a form with `request`, `io_mode` and `do_in`.

Whoever has no four tokens to sign with brings an access token, which the login beside it gives.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from werkzeug.formparser import parse_form_data
from werkzeug.wsgi import get_current_url

from simonsync.sandbox.clock import Now
from simonsync.sandbox.sellsy import tokens, v2
from simonsync.sandbox.sellsy.call import Call, PageFault, Upload, Watched
from simonsync.sandbox.sellsy.errors import Refused
from simonsync.sandbox.sellsy.methods import canonical, is_write, perform
from simonsync.sandbox.sellsy.oauth import OAuthRefused
from simonsync.sandbox.sellsy.world import SellsyWorld

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/0/"


class _Bucket:
    """At most `per_second` requests in one second of the service's clock, checked every second."""

    def __init__(self, per_second: float, now: Now) -> None:
        self._per_second, self._now = per_second, now
        self._second, self._used = now().replace(microsecond=0), 0

    def takes(self) -> bool:
        second = self._now().replace(microsecond=0)
        if second - self._second >= timedelta(seconds=1) or second < self._second:
            self._second, self._used = second, 0
        self._used += 1
        return self._used <= self._per_second


def sellsy_app(world: SellsyWorld, clock: Now, *, requests_per_second: float = 0) -> "WSGIApplication":
    """Return the service as a WSGI application.

    With `requests_per_second` (the real service: 5) more requests are answered 429; whether the v1 service
    then sends Retry-After is not known, so none is sent.
    """
    bucket = _Bucket(requests_per_second, clock) if requests_per_second else None

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("PATH_INFO") == tokens.PATH:
            return world.tokens.answer(environ)(environ, start_response)
        if environ.get("PATH_INFO", "").startswith(v2.PREFIX):
            with world.lock:
                world.requests += 1
                return v2.answer(world, environ)(environ, start_response)
        if environ.get("PATH_INFO") != PATH:
            return _send(start_response, "404 Not Found", "text/html", b"<h1>Not Found</h1>")
        if environ["REQUEST_METHOD"] != "POST":
            return _send(
                start_response, "405 Method Not Allowed", "text/html", b"<h1>Method Not Allowed</h1>"
            )
        _, form, files = parse_form_data(environ)
        with world.lock:
            world.requests += 1
            with_token = environ.get("HTTP_AUTHORIZATION", "").startswith("Bearer ")
            left = world.tokens.used() if with_token else {}
            if left is None or (bucket is not None and not bucket.takes()):
                return _send(start_response, "429 Too Many Requests", "text/html", b"Too Many Requests")
            if with_token and not world.tokens.is_good(environ):
                return tokens.token_refused()(environ, start_response)
            try:
                if not with_token:
                    world.gate.check(
                        environ.get("HTTP_AUTHORIZATION", ""), form.to_dict(), get_current_url(environ)
                    )
            except OAuthRefused as refusal:
                return _send(start_response, "401 Unauthorized", "text/plain", str(refusal).encode())
            part = files.get("do_file")
            upload = Upload(part.filename or "", part.read(), part.mimetype) if part else None
            for each in files.values():
                each.close()
            body = _answer(world, form.to_dict(), upload, environ)
        content = json.dumps(body).encode()
        return _send(start_response, "200 OK", "application/json; charset=utf-8", content, left)

    return application


def _answer(
    world: SellsyWorld, form: dict[str, str], upload: Upload | None, environ: "WSGIEnvironment"
) -> dict[str, Any]:
    try:
        method, params = _do_in(form)
        unread: set[str] = set()
        fault = environ.get("sandbox.page_fault") or {}
        call = Call(
            world,
            Watched(params, unread),
            upload,
            page_fault=PageFault(**fault) if fault else None,
            invisible_for=environ.get("sandbox.invisible_for", 0.0),
        )
        response = perform(method, call)
        environ["sandbox.unread"] = tuple(sorted(unread))
    except Refused as refusal:
        return {"response": None, "error": refusal.as_json(), "status": "error"}
    return {"response": response, "error": "", "status": "success"}


def _do_in(form: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """Return method and parameters; PHP clients write no parameters as `[]`."""
    if form.get("io_mode") != "json":
        raise Refused("E_IO_MODE_DONT_EXIST", "io_mode does not exist", "io_mode")
    if not form.get("do_in"):
        raise Refused("E_IO_MODE_DO_IN_MISSING", "do_in is missing", "do_in")
    try:
        do_in = json.loads(form["do_in"])
    except ValueError:
        do_in = None
    if not isinstance(do_in, dict) or not isinstance(do_in.get("method"), str):
        raise Refused("E_DO_IN_WRONG_FORMAT", "do_in has a wrong format", "do_in")
    params = do_in.get("params")
    if params is None:
        raise Refused("E_DO_IN_PARAM_MISSING", "params is missing", "params")
    if params == []:
        params = {}
    if not isinstance(params, dict):
        raise Refused("E_DO_IN_WRONG_FORMAT", "params has a wrong format", "params")
    return do_in["method"], params


def _send(
    start_response: "StartResponse",
    status: str,
    content_type: str,
    body: bytes,
    left: Mapping[str, int] = MappingProxyType({}),
) -> Iterable[bytes]:
    more = [(name, str(count)) for name, count in left.items()]
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body))), *more])
    return [body]


def asked(environ: "WSGIEnvironment") -> tuple[str, Any]:
    """Return the method that a request names and its parameters, without anything secret.

    The body is read; whoever calls this puts it back.
    """
    _, form, files = parse_form_data(environ)
    sizes = {name: f"{part.filename} ({len(part.read())} bytes)" for name, part in files.items()}
    for part in files.values():
        part.close()
    try:
        do_in = json.loads(form.get("do_in", ""))
        method, params = str(do_in["method"]), do_in.get("params")
    except (ValueError, TypeError, KeyError):
        return f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}", None
    return canonical(method), ({**params, **sizes} if isinstance(params, dict) else params)


def name_request(environ: "WSGIEnvironment") -> tuple[str, bool]:
    """Return the method that a request names and whether it may change something."""
    method, _ = asked(environ)
    return method, is_write(method)
