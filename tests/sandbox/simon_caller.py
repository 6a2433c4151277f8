"""Calls Simon's stand-in without a socket, logged in, as a client would."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from werkzeug.test import Client, TestResponse

from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.simon.app import simon_app
from simonsync.sandbox.simon.world import SimonWorld


class SimonCaller:
    """A client of a small Simon whose clock stands still until it is moved."""

    def __init__(
        self,
        *,
        dialect: Literal["odata", "rest"] = "odata",
        profile: Mapping[str, Any] | None = None,
    ) -> None:
        self.clock = VirtualClock()
        self.world = SimonWorld.empty(self.clock)
        self.client = Client(simon_app(self.world, self.clock, dialect=dialect, profile=profile))
        self.headers: dict[str, str] = {}

    @property
    def credentials(self) -> dict[str, str]:
        access = self.world.access
        return {"Key": access.key, "Usr": access.user, "Pwd": access.password}

    def log_in(self) -> SimonCaller:
        self.headers["Token"] = self.ok("POST", "login", self.credentials)["Token"]
        return self

    def call(self, verb: str, path: str, body: object = None) -> TestResponse:
        where, _, query = path.partition("?")
        encoded = "&".join(quote(part, safe="$=") for part in query.split("&"))
        return self.client.open(
            f"/{where}?{encoded}" if query else f"/{where}",
            method=verb,
            headers=self.headers,
            data=None if body is None else json.dumps(body),
        )

    def ok(self, verb: str, path: str, body: object = None) -> Any:
        answer = self.call(verb, path, body)
        assert answer.status_code < 300, answer.text
        return answer.json if answer.data else None

    def refused(self, verb: str, path: str, body: object = None) -> tuple[int, str]:
        """Status and error code of an answer that must be a refusal with Simon's error object."""
        answer = self.call(verb, path, body)
        assert answer.status_code >= 400, answer.text
        assert answer.json is not None
        error = answer.json["error"]
        assert set(error) == {"code", "message", "target", "details"}
        return answer.status_code, error["code"]
