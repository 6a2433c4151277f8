"""Simon's web service: login, tokens, files, and one of its two dialects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from simonsync.sandbox.simon.answers import file_answer, json_answer, refusal_answer
from simonsync.sandbox.simon.refusal import SimonRefusalError, wrong_verb
from simonsync.sandbox.simon.renaming import Names
from simonsync.sandbox.simon.resources import answer_odata
from simonsync.sandbox.simon.rest import answer_rest
from simonsync.sandbox.simon.wire import read_object
from simonsync.sandbox.simon.world import SimonWorld

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SEGMENT = re.compile(r"(?P<name>[^/(]+)(?P<id>\(\d+\))?")
_PUBLISHED = Names()
_METHODS = frozenset({"insert", "update", "delete", "read", "readsync", "digitalpresentation"})


class SimonApp:
    """The service as a WSGI application."""

    def __init__(
        self,
        world: SimonWorld,
        clock: Callable[[], datetime],
        dialect: Literal["odata", "rest"],
        names: Names,
    ) -> None:
        self._world = world
        self._clock = clock
        self._dialect = dialect
        self._names = names

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        try:
            response = self._answer(request)
        except SimonRefusalError as refusal:
            response = refusal_answer(self._names, refusal)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = request.path.strip("/")
        api_key = request.headers.get(self._names.headers["ApiKey"])
        if self._names.is_login(path):
            return self._log_in(request, api_key)
        token = request.headers.get(self._names.headers["Token"])
        self._world.access.check(token, api_key, self._clock())
        file = self._names.file_at(path)
        if file is not None and (file[0] != "Attachment" or self._world.switches.attachments):
            if request.method != "GET":
                raise wrong_verb(request.method, "GET")
            return file_answer(self._world, self._names, *file)
        answer = answer_odata if self._dialect == "odata" else answer_rest
        return answer(self._world, self._names, request, path)

    def _log_in(self, request: Request, api_key: str | None) -> Response:
        words = self._names.login
        if request.method != words["verb"]:
            raise wrong_verb(request.method, words["verb"])
        sent = request.args if request.method == "GET" else read_object(request.get_data())
        given = {name: sent.get(words[name]) for name in ("Key", "Usr", "Pwd")}
        token, expires = self._world.access.log_in(given, api_key, self._clock())
        answer: dict[str, object] = {words["Token"]: token}
        if words["Expires"] is not None:
            answer[words["Expires"]] = self._names.plain(expires)
        return json_answer(answer)

    def name_request(self, environ: WSGIEnvironment) -> tuple[str, bool]:
        """The same as the function of this name, for a service that speaks a profile's names."""
        return _name_request(self._names, environ)


def simon_app(
    world: SimonWorld,
    clock: Callable[[], datetime],
    *,
    dialect: Literal["odata", "rest"] = "odata",
    profile: Mapping[str, Any] | None = None,
) -> SimonApp:
    """Simon on top of a world, as a WSGI application.

    Args:
        world: the records and switches.
        clock: gives now (aware, UTC), for the life of tokens.
        dialect: `odata` = the newer servers, `rest` = the older ones with GET and POST only.
        profile: other wire names, see `renaming`.
    """
    return SimonApp(world, clock, dialect, Names(profile))


def name_request(environ: WSGIEnvironment) -> tuple[str, bool]:
    """A short name of a request for logs and faults (`PUT Customer`), and whether it writes (not login)."""
    return _name_request(_PUBLISHED, environ)


def _name_request(names: Names, environ: WSGIEnvironment) -> tuple[str, bool]:
    verb = environ["REQUEST_METHOD"]
    path = environ.get("PATH_INFO", "").strip("/")
    if names.is_login(path):
        return f"{verb} login", False
    first, _, rest = path.partition("/")
    found = _SEGMENT.match(first)
    shown = found["name"] if found else ""
    method = rest.partition("/")[0].lower()
    if method in _METHODS:
        return f"{verb} {shown.lower()}/{method}", verb not in _READING
    content = "/$value" if method == "$value" else ""
    return f"{verb} {names.entity(shown) or shown}{content}", verb not in _READING
