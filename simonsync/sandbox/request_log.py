"""What the services were asked, in order: the proof that a run wrote nothing, or wrote once."""

import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One request as the service saw it.

    `status` is None while it is being handled and for requests that never got an answer. `applied` is false
    where a fault kept the request from the service. `params` never holds a secret. `unread` names what was
    sent and never looked at: the service does not know it.
    """

    number: int
    service: str
    method: str
    is_write: bool
    at: datetime
    params: Any
    status: int | None = None
    applied: bool = False
    fault: str | None = None
    unread: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return this entry as plain JSON values."""
        return asdict(self) | {"at": self.at.isoformat()}


class RequestLog:
    """All requests since the start or the last `clear`, counted from 1; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[int, LogEntry] = {}
        self._last = 0

    def add(self, service: str, method: str, *, is_write: bool, at: datetime, params: Any) -> int:  # noqa: ANN401 - any JSON
        """Note that a request came in and return its number."""
        with self._lock:
            self._last += 1
            self._entries[self._last] = LogEntry(self._last, service, method, is_write, at, params)
            return self._last

    def note(self, number: int, **changes: Any) -> None:  # noqa: ANN401 - fields of LogEntry
        """Note what became of a request; entries that were cleared meanwhile stay away."""
        with self._lock:
            entry = self._entries.get(number)
            if entry is not None:
                self._entries[number] = replace(entry, **changes)

    def entries(self, service: str | None = None, method: str | None = None) -> list[LogEntry]:
        """Return the requests in order, all or those of one service or method."""
        with self._lock:
            entries = list(self._entries.values())
        return [e for e in entries if service in (None, e.service) and method in (None, e.method)]

    def writes(self, service: str | None = None) -> list[LogEntry]:
        """Return the requests that ask a service to change something."""
        return [entry for entry in self.entries(service) if entry.is_write]

    def clear(self) -> None:
        """Forget all requests and count from 1 again."""
        with self._lock:
            self._entries.clear()
            self._last = 0

    def __iter__(self) -> Iterator[LogEntry]:
        return iter(self.entries())

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)
