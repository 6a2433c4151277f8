"""How often a service may be asked, and when it is left alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from simonsync.errors import ServiceUnavailable

PATIENCE = 40.0
"""Seconds after which a service that keeps failing counts as down."""
FAILURES_IN_A_ROW = 5
"""Failed calls after which no further call is tried in this run."""


_SPARE = 1.01
"""A little more than the limit asks: a request may be on its way longer than the one after it."""


_TOO_SHORT_TO_WAIT = 0.0001
"""Seconds that no clock can be trusted to count."""


_DAY = 86_400
_NOT_TODAY = 3600.0
"""Seconds to leave a service alone whose quota of the day is used up: more than any run waits."""


class Pacer:
    """Spreads requests evenly, start to start, as a service's limit asks; safe to use from several threads.

    Slots are given out before a request connects; what counts for the service is when it is sent. So the
    request is held back once more, between connecting and sending, until the one before is far enough.

    A 429 means that the service counts differently: the next slot is taken, further slots get 2 % longer
    (10 % at most), and a second 429 in a row doubles the wait.

    Where the service tells how much of a quota is left, the most it ever told is taken for what its window
    holds, and requests are spread over that window. A quota of a day or a month that is used up is not waited
    for.
    """

    def __init__(self, per_second: float, clock: Callable[[], float]) -> None:
        """Take the limit in requests a second; 0 = none known."""
        self._own_step = self._step = 1 / per_second if per_second > 0 else 0.0
        self._clock = clock
        self._lock = threading.Lock()
        self._next = clock()
        self._departed: float | None = None
        self._stretch = _SPARE
        self._refusals = 0
        self._most: dict[int, int] = {}

    def reserve(self) -> float:
        """Take the next free slot and return the seconds until it begins."""
        with self._lock:
            now = self._clock()
            slot = max(now, self._next)
            self._next = slot + self._step * self._stretch
            return slot - now

    def depart(self) -> float:
        """Return the seconds after which a request may be sent; where that is now, it is taken to be sent."""
        with self._lock:
            now, wait = self._clock(), 0.0
            if self._departed is not None:
                wait = min(self._departed, now) + self._step * self._stretch - now
            if wait > _TOO_SHORT_TO_WAIT:
                return wait
            self._depart_now()
            return 0.0

    def departed(self) -> None:
        """Note that a request is being sent at this very moment."""
        with self._lock:
            self._depart_now()

    def _depart_now(self) -> None:
        self._departed = self._clock()
        self._next = max(self._next, self._departed + self._step * self._stretch)

    def refused(self, retry_after: float) -> None:
        """Slow down after a 429; the service's own word on how long counts."""
        with self._lock:
            self._refusals += 1
            self._stretch = min(1.1, self._stretch * 1.02)
            wait = retry_after or (self._step or 1.0) * 2 ** (self._refusals - 1)
            self._next = max(self._next, self._clock() + wait)

    def allowed(self, left: Mapping[int, int]) -> None:
        """Take note of how many requests are still allowed, by the seconds of their window."""
        if not left:
            return
        with self._lock:
            for seconds, count in left.items():
                # The request that was just answered is counted already.
                self._most[seconds] = max(self._most.get(seconds, 0), count + 1)
                if seconds >= _DAY and not count:
                    self._next = max(self._next, self._clock() + _NOT_TODAY)
            told = (seconds / self._most[seconds] for seconds in self._most if seconds < _DAY)
            self._step = max(self._own_step, *told, 0.0)

    def accepted(self) -> None:
        """Note that the last request was not refused."""
        with self._lock:
            self._refusals = 0


class Breaker:
    """Counts failures in a row, so that a service that is down is not asked again in this run."""

    def __init__(self, service: str) -> None:
        """Name the service."""
        self._service = service
        self._lock = threading.Lock()
        self._calls = 0
        self._seconds = 0.0

    @property
    def patience(self) -> float:
        """Seconds for which the service may go on failing."""
        return max(0.0, PATIENCE - self._seconds)

    def check(self) -> None:
        """Raise ServiceUnavailable where the service has failed too often or for too long."""
        if self._calls >= FAILURES_IN_A_ROW or self.patience <= 0:
            raise ServiceUnavailable("service-circuit-open", service=self._service)

    def failed(self, seconds: float) -> None:
        """Note a call that failed, and how long that took."""
        with self._lock:
            self._calls += 1
            self._seconds += seconds

    def answered(self) -> None:
        """Note that the service works."""
        with self._lock:
            self._calls, self._seconds = 0, 0.0
