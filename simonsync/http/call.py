"""What is asked of a service and what comes back, as values."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from requests import PreparedRequest
    from requests.adapters import BaseAdapter

MAX_BYTES = 64 * 1024 * 1024
"""Largest answer that is read; the largest real ones are PDFs."""


class Unsettled(Exception):
    """The service did not settle the request: it is repeated where it may be, else its outcome is unknown.

    Attributes:
        cause: `HTTP 502`, a code of the service, or `@word` of the catalogue of words; never text of a body.
        code: which sentence tells it.
        sent: False where the service cannot have seen the request.
        again: whether repeating it may help.
        retry_after: seconds that the service asked to wait.
        flows: much of it came in the time that was given; the service is not down.
    """

    def __init__(
        self,
        cause: str,
        *,
        code: str = "service-answer-broken",
        sent: bool = True,
        again: bool = True,
        retry_after: float = 0.0,
        flows: bool = False,
    ) -> None:
        """Say in a word what happened."""
        super().__init__(cause)
        self.cause = cause
        self.code = code
        self.sent = sent
        self.again = again
        self.retry_after = retry_after
        self.flows = flows


class Busy(Unsettled):
    """The service asks for patience (429) and did nothing."""


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """One thing asked of a service.

    Attributes:
        name: what it is called in logs and errors (`Document.create`, `GET Customer`).
        repeatable: whether sending it twice is harmless. What is not repeatable is sent exactly once.
        path: goes behind the session's address; "" = the address itself.
        auth: signs the request; asked anew for each attempt, before the body is attached.
        fresh: use no connection that was idle; one that died unseen would make the outcome unknown.
        max_bytes: the largest answer that is read.
        login: whether it exchanges credentials for a token: what goes and comes is never kept.
    """

    name: str
    verb: str
    repeatable: bool
    path: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"
    auth: Callable[[PreparedRequest], PreparedRequest] | None = None
    fresh: bool = False
    max_bytes: int = MAX_BYTES
    login: bool = False

    def __repr__(self) -> str:
        """Show the name only: the rest may hold secrets."""
        return f"Call({self.name})"


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a service answered; `headers` are found in any case of their names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        """Show status and size only: the rest may hold secrets."""
        return f"Answer({self.status}, {len(self.body)} bytes)"

    def json(self) -> Any:  # noqa: ANN401 - JSON is anything
        """Return the body read as JSON, fractions as Decimal. Raises Unsettled where it is none."""
        if not self.body.strip():
            raise Unsettled("@cause-empty")
        try:
            return json.loads(self.body, parse_float=Decimal)
        except (ValueError, RecursionError):
            kind = "@cause-html" if self.body.lstrip()[:1] == b"<" else "@cause-not-json"
            raise Unsettled(kind) from None


Around = Callable[[str, str, Call, Callable[[], Answer]], Answer]
"""Stands around each attempt: given service, address, call, and what really carries it.

Returns the answer or raises Unsettled, as the carrier does. It is called by several threads.
"""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What a session takes from its surroundings; tests bring their own.

    Attributes:
        sleep: waits some seconds.
        clock: seconds that only go forward.
        now: aware wall clock.
        random: between 0 and 1, to keep several programs from repeating in step.
        stop: asked before each request; raises Stopped once a signal has come.
        transport: replaces the network.
        waiting: told of a service that has to be waited for: its name, why, and for how many seconds.
        around: sees each attempt and what came of it, or answers in the service's place.
    """

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    random: Callable[[], float] = random.random
    stop: Callable[[], None] = lambda: None
    transport: BaseAdapter | None = None
    waiting: Callable[[str, str, float], None] = lambda _service, _cause, _seconds: None
    around: Around = lambda _service, _url, _call, carry: carry()
