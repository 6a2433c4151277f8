"""One service, spoken to through pooled connections; `simonsync.http` tells what comes of each attempt."""

from __future__ import annotations

import io
import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from urllib.parse import urlsplit

from simonsync import __version__
from simonsync.errors import (
    NotSent,
    OutcomeUnknown,
    ServiceUnavailable,
    SimonsyncError,
    Stopped,
    UsageError,
)
from simonsync.http.address import checked_url, is_loopback
from simonsync.http.call import Answer, Busy, Call, Hooks, Unsettled
from simonsync.http.flight import Flight
from simonsync.http.pacing import Breaker, Pacer
from simonsync.http.trouble import DRIPS, FLOWS, Way, http_date, quotas, retry_after, too_slow, what_failed

if TYPE_CHECKING:
    from requests import PreparedRequest, Response
    from requests.adapters import BaseAdapter

_CONNECT_LIMIT = 10.0  # A connection that takes longer will not come; the patience is for several tries.
_LEAST_LIMIT = 1.0
_GRACE = 2.0  # Seconds in which a request in flight may still end well once a signal asked for a stop.
_WORTH_TELLING = 2.0
"""Seconds from which on a wait for the service's quota is told."""
_GLANCE = 0.05  # Seconds between two looks at clock and signals while a request is in flight.
_BLOCK = 64 * 1024
_SOON = 20.0  # What writes is sent soon or not at all: the reason for it may not hold any longer.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0
_TOO_MANY_REQUESTS = 429
_REDIRECTS = range(300, 400)
_SERVER_ERRORS = range(500, 600)

_log = logging.getLogger("simonsync.http")
# These write headers, signatures and addresses with parameters; urllib3 also when it warns.
for _name in ("requests_oauthlib", "oauthlib", "urllib3"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

T = TypeVar("T")

DEADLINE = 4
"""Times the limit between two bytes: what a request may take from its begin to the end of its answer."""


class Session:
    """One service, spoken to through pooled connections."""

    def __init__(
        self,
        service: str,
        url: str,
        *,
        timeout: float = 30.0,
        requests_per_second: float = 0.0,
        insecure_http: bool = False,
        hooks: Hooks | None = None,
        pacer: Pacer | None = None,
    ) -> None:
        """Take the service's name, its address and its limits; nothing is sent yet.

        Args:
            service: as people know it.
            url: the address that every call begins with.
            timeout: seconds for an answer to come; connecting has ten seconds of them at most.
            requests_per_second: the service's limit; 0 = none known.
            insecure_http: allow plain http beyond loopback.
            hooks: clock, waiting, stop and transport.
            pacer: shared with another session, where one limit holds for both.

        Raises:
            UsageError: the address must not be used.
        """
        self.service = service
        self.url = checked_url(service, url, insecure_http=insecure_http)
        self._host = urlsplit(url).hostname or ""
        self._timeout = timeout
        self._hooks = hooks or Hooks()
        self.pacer = pacer or Pacer(requests_per_second, self._hooks.clock)
        self._breaker = Breaker(service)
        self._lock = threading.Lock()
        self._adapter: BaseAdapter | None = None
        self._verify: bool | str = True
        self._proxies: dict[str, str] = {}
        self._answered: tuple[datetime, float] | None = None
        self.requests = 0
        self.answers = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def server_time(self) -> datetime | None:
        """Return the service's own clock: what it last said, and what has passed since; None before that."""
        if self._answered is None:
            return None
        said, at = self._answered
        return said + timedelta(seconds=max(0.0, self._hooks.clock() - at))

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            adapter, self._adapter = self._adapter, None
        if adapter is not None:
            adapter.close()

    def send(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Send a call and return what `read` makes of the answer; the module's table tells what it raises."""
        clock = self._hooks.clock
        begun = clock()
        give_up = begun + (self._breaker.patience if call.repeatable else min(_SOON, self._breaker.patience))
        pauses = 0
        while True:
            self._wait_for_slot(give_up)
            try:
                return self._attempt(call, read, give_up)
            except Busy as trouble:
                # The pacer waits; a service that says so is not down.
                if not call.repeatable:
                    raise self._error(call, trouble) from None
            except Unsettled as trouble:
                pause = max(trouble.retry_after, self._pause(pauses))
                in_time = clock() + pause + _LEAST_LIMIT <= give_up
                if not (call.repeatable and trouble.again and in_time):
                    if not trouble.flows:
                        self._breaker.failed(clock() - begun)
                    raise self._error(call, trouble) from None
                pauses += 1
                self._hooks.waiting(self.service, trouble.cause, pause)
                self._sleep(pause)

    def _attempt(self, call: Call, read: Callable[[Answer], T], give_up: float) -> T:
        with self._lock:
            self.requests += 1
        around = self._hooks.around
        answer = around(self.service, self._address(call), call, lambda: self._exchange(call, give_up))
        self.pacer.allowed(quotas(answer))
        if answer.status == _TOO_MANY_REQUESTS:
            self.pacer.refused(retry_after(answer, self._hooks.now()))
            raise Busy("HTTP 429", code="service-busy", sent=False)
        self.pacer.accepted()
        if answer.status in _SERVER_ERRORS:
            raise Unsettled(f"HTTP {answer.status}", retry_after=retry_after(answer, self._hooks.now()))
        if answer.status in _REDIRECTS:
            raise Unsettled(f"HTTP {answer.status}", code="service-redirects", again=False)
        before, self._answered = self._answered, self._dated(answer) or self._answered
        try:
            result = read(answer)
        except Unsettled:
            # Only what the service itself says counts, and no page of something in between.
            self._answered = before
            raise
        except SimonsyncError:
            self._made_sense()
            raise
        self._made_sense()
        return result

    def _made_sense(self) -> None:
        self.answers += 1
        self._breaker.answered()

    def _dated(self, answer: Answer) -> tuple[datetime, float] | None:
        moment = http_date(answer.headers.get("Date", ""))
        return None if moment is None else (moment, self._hooks.clock())

    def _wait_for_slot(self, give_up: float) -> None:
        self._hooks.stop()
        self._breaker.check()
        wait = self.pacer.reserve()
        if self._hooks.clock() + wait > give_up:
            until = (
                (self._hooks.now() + timedelta(seconds=wait)).astimezone(UTC).isoformat(timespec="seconds")
            )
            raise ServiceUnavailable("service-quota-spent", service=self.service, until=until)
        if wait >= _WORTH_TELLING:
            self._hooks.waiting(self.service, "@cause-quota", wait)
        self._sleep(wait)

    def _sleep(self, seconds: float) -> None:
        """Wait in small steps, so that a signal does not have to."""
        while seconds > 0:
            step = min(seconds, 1.0)
            self._hooks.sleep(step)
            seconds -= step
            self._hooks.stop()

    def _pause(self, pauses: int) -> float:
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * float(2**pauses))
        return longest * (0.5 + self._hooks.random() / 2)

    def _error(self, call: Call, trouble: Unsettled) -> SimonsyncError:
        kind: type[SimonsyncError] = ServiceUnavailable
        code = trouble.code
        if not call.repeatable and not trouble.sent:
            kind = NotSent
        elif not call.repeatable:
            kind, code = OutcomeUnknown, "write-outcome-unknown"
        return kind(
            code,
            service=self.service,
            host=self._host,
            method=call.name,
            cause=trouble.cause,
            seconds=f"{DEADLINE * self._timeout:.0f}",
        )

    def _exchange(self, call: Call, give_up: float) -> Answer:
        """Send one request and read its answer whole."""
        import requests
        from urllib3.exceptions import HTTPError

        clock = self._hooks.clock
        begun = clock()
        limit = self._timeout
        if call.repeatable:
            limit = min(limit, max(_LEAST_LIMIT, give_up - begun))
        body = None if call.body is None and call.repeatable else _Body(call.body or b"")
        way = Way(
            limit=limit,
            connected_by=min(begun + limit, max(give_up, begun + _LEAST_LIMIT)),
            landed_by=begun + DEADLINE * self._timeout,
        )
        ended = ""
        try:
            prepared = self._prepared(call, body)
            adapter = self._opened(fresh=call.fresh)
            return self._carried(call, lambda: self._answer(adapter, prepared, call, way), way)
        except Unsettled as trouble:
            if trouble.code == DRIPS and body is not None:
                trouble.flows = trouble.flows or body.tell() >= FLOWS
            ended = f" {trouble.cause.lstrip('@')}"
            raise
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            # The error's own text holds addresses with parameters, and its objects hold headers.
            begun_to_send = body is not None and body.asked_for
            if isinstance(error, ValueError) and way.status == "-" and not begun_to_send:
                # A header that cannot be sent.
                raise UsageError("service-request-invalid", service=self.service, method=call.name) from None
            lost = what_failed(error, sent=body is None or begun_to_send)
            ended = f" {lost.cause.lstrip('@')}"
            raise lost from None
        finally:
            _log.debug(
                "%s %s %s%s %.0f ms %d bytes",
                self.service,
                call.name,
                way.status,
                ended,
                (clock() - begun) * 1000,
                way.received,
            )

    def _carried(self, call: Call, carry: Callable[[], Answer], way: Way) -> Answer:
        """Let a request be made by a thread of its own, and wait for it no longer than it may take.

        While it connects, a signal ends it at once: nothing was sent. Later it has some seconds of grace, and
        what was written without an answer is unknown.
        """
        if self._hooks.transport is not None:
            self._keep_distance()
            return carry()
        flight = Flight(carry, self.pacer.departed)
        flight.begin()
        try:
            while not flight.at_the_door(_GLANCE):
                self._hooks.stop()
                self._check_connecting(way)
            self._keep_distance()
            if not call.repeatable:
                self._check_connecting(way)
            self._hooks.stop()
            flight.let_go()
            self._wait_for(flight, call, way)
            return flight.result()
        finally:
            flight.give_up()

    def _check_connecting(self, way: Way) -> None:
        if self._hooks.clock() >= way.connected_by:
            raise Unsettled("@cause-timeout", code="service-unreachable", sent=False)

    def _wait_for(self, flight: Flight[Answer], call: Call, way: Way) -> None:
        stopped: Stopped | None = None
        until = way.landed_by
        while not flight.landed(_GLANCE):
            if self._hooks.clock() >= until:
                if stopped is None:
                    raise too_slow(way)
                if call.repeatable:
                    raise stopped
                raise Unsettled("@cause-stopped", again=False)
            if stopped is None:
                try:
                    self._hooks.stop()
                except Stopped as signal:
                    stopped, until = signal, min(until, self._hooks.clock() + _GRACE)

    def _keep_distance(self) -> None:
        """Wait until the request before was sent so long ago as the service asks."""
        while (wait := self.pacer.depart()) > 0:
            self._sleep(wait)

    def _answer(self, adapter: BaseAdapter, prepared: PreparedRequest, call: Call, way: Way) -> Answer:
        from urllib3 import Timeout

        connect = min(way.limit, _CONNECT_LIMIT)
        with adapter.send(
            prepared,
            stream=True,
            timeout=cast("Any", Timeout(total=way.limit, connect=connect, read=way.limit)),
            verify=self._verify,
            proxies=self._proxies,
        ) as response:
            way.status = str(response.status_code)
            content = self._content(response, call, way)
            return Answer(response.status_code, response.headers, content)

    def _address(self, call: Call) -> str:
        return f"{self.url.rstrip('/')}/{call.path.lstrip('/')}" if call.path else self.url

    def _prepared(self, call: Call, body: _Body | None) -> PreparedRequest:
        from requests import Request

        headers = {
            "User-Agent": f"simonsync/{__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            **call.headers,
        }
        # Prepared without a requests session: no .netrc, no cookies, no redirects.
        prepared = Request(
            call.verb, self._address(call), headers=headers, params=dict(call.params), auth=call.auth
        ).prepare()
        if body is not None:
            prepared.body = cast("Any", body)
            prepared.headers["Content-Length"] = str(len(body.getbuffer()))
            prepared.headers["Content-Type"] = call.content_type
        return prepared

    def _opened(self, *, fresh: bool) -> BaseAdapter:
        """Return the connection pool, which several threads may use at once."""
        with self._lock:
            if self._adapter is None:
                self._adapter = self._hooks.transport or self._connected()
            elif fresh and self._hooks.transport is None:
                self._adapter.close()
            return self._adapter

    def _connected(self) -> BaseAdapter:
        from requests.utils import get_environ_proxies

        from simonsync.http.adapter import Network

        # What a firm's network needs, as every program on that machine: its proxy, its own certificates.
        self._verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        self._proxies = {} if is_loopback(self.url) else get_environ_proxies(self.url)
        return Network(pool_connections=1, max_retries=0)

    def _content(self, response: Response, call: Call, way: Way) -> bytes:
        """Read an answer block by block, so that one that never ends is noticed."""
        raw, clock = response.raw, self._hooks.clock
        blocks: list[bytes] = []
        while True:
            allowed = way.landed_by - clock()
            if allowed <= 0:
                raise too_slow(way)
            socket = getattr(getattr(raw, "connection", None), "sock", None)
            if socket is not None:
                socket.settimeout(min(way.limit, allowed))
            block = raw.read1(_BLOCK, decode_content=True)
            if not block:
                return b"".join(blocks)
            blocks.append(block)
            way.received += len(block)
            if way.received > call.max_bytes:
                raise Unsettled("@cause-too-large", code="service-answer-too-large", again=False)


class _Body(io.BytesIO):
    """A request's body that knows whether sending it has begun."""

    asked_for = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Hand out a block: from here on the service may have it."""
        self.asked_for = True
        return super().read(size)
