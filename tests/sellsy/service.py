"""A Sellsy of a few lines, behind a real socket: it answers each call as a test says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs

from simonsync.http import Hooks, Session
from simonsync.sellsy import SellsyCredentials
from simonsync.sellsy.v1.client import SellsyClient
from tests.http.scripted import Scripted, Seen, Step, VirtualTime, answer

CREDENTIALS = SellsyCredentials("planted-consumer", "planted+c/s", "planted-user", "planted&u=s")


def success(response: Any) -> Step:
    return enveloped({"response": response, "error": "", "status": "success"})


def failure(code: str, message: str = "", more: str = "") -> Step:
    error = {"code": code, "message": message, "more": more, "inerror": more}
    return enveloped({"response": None, "error": error, "status": "error"})


def enveloped(envelope: object) -> Step:
    return answer(200, json.dumps(envelope).encode(), "Content-Type: application/json")


class Service(Scripted):
    """Takes steps one after the other, or an answer made from each call's method and parameters."""

    def __init__(self, *steps: Step, answers: Callable[[str, Mapping[str, Any]], Step] | None = None) -> None:
        super().__init__(*steps)
        self._answers = answers
        self.time = VirtualTime()
        hooks = Hooks(sleep=self.time.sleep, clock=self.time, random=lambda: 0.0)
        self.session = Session("Sellsy", self.url, hooks=hooks)
        self.client = SellsyClient(self.session, CREDENTIALS)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()
        super().__exit__(kind, error, trace)

    @property
    def calls(self) -> list[tuple[str, Any]]:
        """Method and parameters of each request so far; of a form without a file."""
        return [_call(seen) for seen in self.seen]

    def step_for(self, seen: Seen) -> Step:
        return super().step_for(seen) if self._answers is None else self._answers(*_call(seen))


def _call(seen: Seen) -> tuple[str, Any]:
    sent = json.loads(parse_qs(seen.body.decode())["do_in"][0])
    return sent["method"], sent["params"]
