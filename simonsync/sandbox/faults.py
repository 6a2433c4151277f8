"""What can go wrong between a client and a service, switched on by tests, a file or the control endpoint.

A fault names a kind, the service and method it hits, which call from now on, how often, and how likely. The
kinds are listed in `KINDS`. Nothing here knows HTTP; `guard` carries the faults out. A new one is a
line in `KINDS`, its deed in `guard`, a test in `tests/sandbox/test_faults.py`, and a line in `SPOILT` of the
crash walk, which then meets it at every request.
"""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any, Protocol

from simonsync.sandbox.clock import Now

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "refuse": "connections are refused, for `seconds` or until the fault is removed",
        "drop_before": "the connection is closed without an answer, nothing was done",
        "drop_after": "the request is carried out, then the connection is closed without an answer",
        "late": "the connection is closed, the request is carried out `seconds` later",
        "status": "answers with `status` and, where given, `retry_after`",
        "empty": "answers 200 with an empty body",
        "half": "carries the request out and answers with the first half of the body",
        "html": "answers 200 with an HTML page",
        "slow_first_byte": "carries the request out and waits `seconds` before the first byte",
        "slow_drip": "carries the request out and sends the answer in `pieces` with `seconds` between them",
        "wrong_page": "a list answers with the page after the one asked for, and says so",
        "repeated_page": "a list answers with the page before the one asked for and denies it",
        "shifting_pages": "a list moves by `rows` after its first page, as if a record had come or gone",
        "token_expired": "the token is refused; those that a login gave are all forgotten",
        "nonce_used": "Sellsy says that the nonce was used before",
        "invisible": "a document that Sellsy makes cannot be read or listed for `seconds`",
        "clock_skew": "the service's clock is `seconds` ahead; not bound to a call",
        "not_loadable": "Sellsy answers E_OBJ_NOT_LOADABLE",
        "api_error": "Sellsy answers 200 with the error `code`",
        "bare_error": "Sellsy answers 200 with an error that is a bare text",
        "not_found": "answers 404: `form` `refusal` = in the service's own words, `html` = a proxy's page",
        "table_gone": "every request about Simon's `table` is answered 404; not bound to a call",
        "frameless": "a list of Sellsy answers `form`: `null`, `[]`, `{}`, or `rows` = without its `infos`",
        "unseen": "a list shows nothing, politely and with the total 0; Sellsy gives no single record either",
        "miscounted": "a list announces `rows` more than it has",
        "other_record": "what is answered bears the id that is `rows` further, as if it were another record",
        "garbage": "carries the request out and answers as many bytes without a meaning",
        "header_drip": "carries the request out and sends a header that never ends, a byte every `seconds`",
        "no_date": "carries the request out and answers without the header Date",
    }
)
_SELLSY_ONLY = ("nonce_used", "invisible", "not_loadable", "api_error", "bare_error", "frameless")
_SIMON_ONLY = ("table_gone",)
_TIMED = ("late", "slow_first_byte", "slow_drip", "invisible", "clock_skew", "header_drip")
_STANDING = ("clock_skew", "table_gone")
_BEYOND_FIRST_PAGE = ("repeated_page", "shifting_pages")
_PAGES = ("wrong_page", *_BEYOND_FIRST_PAGE, "frameless", "miscounted")
FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"not_found": ("refusal", "html"), "frameless": ("null", "[]", "{}", "rows")}
)
"""What a fault may look like, by kind; the first is meant where none is named."""
SERVICES = ("sellsy", "simon")


class ConnectionDropped(ConnectionResetError):
    """The service closes the connection without an answer.

    Raised through the WSGI application: the server closes the TCP connection for real, an in-process
    transport turns it into its own connection error.
    """


class ConnectionRefused(ConnectionRefusedError):
    """The service does not accept the connection; only in-process, over TCP the kernel refuses."""


class HeaderDrips(Exception):
    """The service sends a header that never ends, a byte every `seconds`.

    Raised through the WSGI application: the server writes the bytes, an in-process transport lets the time
    pass for which its client is patient. `wait` lets seconds pass, `goes_on` says whether the fault is still
    switched on.
    """

    START = b"HTTP/1.1 200 OK\r\nX-Drip: "

    def __init__(self, seconds: float, wait: "Waiting", goes_on: Callable[[], bool]) -> None:
        super().__init__(f"a byte every {seconds} s")
        self.seconds = seconds
        self.wait = wait
        self.goes_on = goes_on


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: one of `KINDS`.
        service: `sellsy`, `simon` or `*`.
        method: name of the method, exact or with `*`: `Document.create`, `GET Customer`, `Client.*`.
        path: path of the address, exact or with `*`: `/WorkOrder(12)` is one record of a table.
        call: the first matching call that is hit, counted from 1 at the moment the fault is set.
        times: how many calls are hit; None = every one from then on.
        probability: how likely a matching call is hit, with `seed`.
        lasts: seconds of the services' clock after which the fault is over by itself; None = never.
        seconds: see the kind.
        applied: for `status`, `empty`, `html`: whether the request is carried out all the same.
        form: what it looks like, for the kinds in `FORMS`; the first one of them where none is named.
        table: for `table_gone`.
    """

    kind: str
    service: str = "*"
    method: str = "*"
    path: str = "*"
    call: int = 1
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0
    lasts: float | None = None
    seconds: float = 0.0
    applied: bool = False
    status: int = 500
    retry_after: int | None = None
    code: str = "E_UNKNOW"
    rows: int = 1
    pieces: int = 10
    form: str = ""
    table: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known: {', '.join(KINDS)}")
        if self.service not in (*SERVICES, "*"):
            raise ValueError(f"unknown service {self.service!r}; known: {', '.join(SERVICES)}, *")
        if self.kind in _SELLSY_ONLY and self.service == "simon":
            raise ValueError(f"the fault {self.kind} exists for sellsy only")
        if self.kind in _SIMON_ONLY and self.service == "sellsy":
            raise ValueError(f"the fault {self.kind} exists for simon only")
        if self.kind in _TIMED and not self.seconds:
            raise ValueError(f"the fault {self.kind} needs `seconds`")
        if self.call < 1 or (self.times is not None and self.times < 1) or self.pieces < 1:
            raise ValueError("call, times and pieces are counted from 1")
        if self.form and self.form not in FORMS.get(self.kind, ()):
            allowed = ", ".join(FORMS.get(self.kind, ())) or "none"
            raise ValueError(f"unknown form {self.form!r} of the fault {self.kind}; known: {allowed}")
        if bool(self.table) is not (self.kind == "table_gone"):
            raise ValueError("the fault table_gone needs a `table`, and no other has one")

    @property
    def looks(self) -> str:
        """The form that is named or, where none is, the kind's first."""
        return self.form or next(iter(FORMS.get(self.kind, ("",))))

    def hits(self, service: str, method: str, page: int | None, path: str = "") -> bool:
        """Say whether a call is one that this fault is about; `page` is None where no list is asked for."""
        if self.service not in (service, "*") or (self.kind in _SELLSY_ONLY and service != "sellsy"):
            return False
        if self.kind in _PAGES and (page is None or (page == 1 and self.kind in _BEYOND_FIRST_PAGE)):
            return False
        if self.kind == "unseen" and page is None and not method.endswith(".getOne"):
            return False
        if self.kind == "table_gone":
            return service == "simon" and table_of(method) == self.table.lower()
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


def table_of(method: str) -> str:
    """Return the table that a method of Simon is about, in small letters: `GET Attachment/$value`."""
    return method.partition(" ")[2].partition("/")[0].lower()


def read_fault(given: Mapping[str, Any]) -> Fault:
    """Return the fault that a mapping describes; raise ValueError for unknown members and values."""
    known = {field.name for field in fields(Fault)}
    if unknown := set(given) - known:
        raise ValueError(f"unknown member {min(unknown)!r} of a fault; known: {', '.join(sorted(known))}")
    if "kind" not in given:
        raise ValueError("a fault needs a `kind`")
    return Fault(**given)


def read_faults(path: Path) -> list[Fault]:
    """Return the faults of a YAML or JSON file: a list, or a mapping with the list under `faults`."""
    if path.suffix == ".json":
        content = json.loads(path.read_text("utf-8"))
    else:
        import yaml

        content = yaml.safe_load(path.read_text("utf-8"))
    listed = content.get("faults") if isinstance(content, dict) else content
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ValueError(f"{path.name}: a list of faults is expected")
    return [read_fault(each) for each in listed]


class Door(Protocol):
    """What a real port can do: refuse connections for some seconds, or until it is opened."""

    def shut(self, seconds: float = 0.0) -> None:
        """Refuse connections from now on."""

    def open(self) -> None:
        """Accept connections again."""


class _Armed:
    """A fault that is switched on, with what it has seen and done."""

    def __init__(self, number: int, fault: Fault, now: datetime) -> None:
        self.number = number
        self.fault = fault
        self.random = Random(fault.seed)  # noqa: S311 - chooses calls, guards nothing
        self.until = None if fault.lasts is None else now + timedelta(seconds=fault.lasts)
        self.seen = 0
        self.fired = 0

    def strikes(self) -> bool:
        """Say whether the fault hits the call it has just seen."""
        fault = self.fault
        if fault.kind in _STANDING:
            return True
        spent = fault.times is not None and self.fired >= fault.times
        return self.seen >= fault.call and not spent and self.random.random() < fault.probability


class Switchboard:
    """The faults that are switched on; safe to use from several threads.

    Where several faults hit a call, the one set first wins; the others still count the call.
    """

    def __init__(self, clock: Now) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._armed: dict[int, _Armed] = {}
        self._last = 0
        self.doors: dict[str, Door] = {}

    def add(self, fault: Fault) -> int:
        """Switch a fault on and return its number."""
        with self._lock:
            self._last += 1
            self._armed[self._last] = _Armed(self._last, fault, self._clock())
            number = self._last
        for service in SERVICES:
            self.shut_doors(service)
        return number

    def set(self, kind: str, **members: Any) -> int:  # noqa: ANN401 - members of Fault
        """Switch on a fault described by its members and return its number."""
        return self.add(Fault(kind, **members))

    def load(self, path: Path) -> None:
        """Switch on all faults of a file."""
        for fault in read_faults(path):
            self.add(fault)

    def remove(self, number: int) -> None:
        """Switch a fault off; what waits to be applied late stays waiting."""
        with self._lock:
            armed = self._armed.pop(number, None)
        if armed is not None and armed.fault.kind == "refuse":
            self._open_doors(armed.fault)

    def clear(self) -> None:
        """Switch every fault off."""
        with self._lock:
            numbers = list(self._armed)
        for number in numbers:
            self.remove(number)

    def fired(self, number: int) -> int:
        """Return how often a fault has struck; 0 also for one that was removed."""
        with self._lock:
            armed = self._armed.get(number)
            return armed.fired if armed else 0

    def as_json(self) -> list[dict[str, Any]]:
        """Return the faults that are switched on, with what each has seen and done."""
        with self._lock:
            return [
                {"number": a.number, "seen": a.seen, "fired": a.fired, **asdict(a.fault)}
                for a in self._current()
            ]

    def clock_of(self, service: str) -> Now:
        """Return the clock of a service: the common one plus its skew."""
        return lambda: self._clock() + timedelta(seconds=self._skew(service))

    def is_on(self, fault: Fault) -> bool:
        """Say whether a fault that `strike` has returned is still switched on."""
        with self._lock:
            return any(armed.fault is fault for armed in self._current())

    def strike(self, service: str, method: str, page: int | None = None, path: str = "") -> Fault | None:
        """Count a call and return the fault that hits it."""
        struck: Fault | None = None
        with self._lock:
            for armed in self._current():
                fault = armed.fault
                if fault.kind == "clock_skew" or not fault.hits(service, method, page, path):
                    continue
                armed.seen += 1
                if struck is None and not self._is_for_doors(fault, service) and armed.strikes():
                    armed.fired += 1
                    struck = fault
        return struck

    def shut_doors(self, service: str) -> bool:
        """Shut the service's port where the next call is one to be refused; say whether it was shut.

        Over TCP a connection is refused before anybody knows which method it is for. So the port is shut as
        soon as the call before it has been answered.
        """
        door = self.doors.get(service)
        due = []
        with self._lock:
            for armed in self._current():
                fault = armed.fault
                about = fault.service in (service, "*") and self._is_for_doors(fault, service)
                if about and not armed.fired and armed.seen >= fault.call - 1:
                    armed.fired += 1
                    due.append(fault)
        for fault in due:
            if door is not None:
                door.shut(fault.seconds)
        return bool(due)

    def _is_for_doors(self, fault: Fault, service: str) -> bool:
        return fault.kind == "refuse" and fault.method == "*" and service in self.doors

    def _open_doors(self, fault: Fault) -> None:
        for service, door in self.doors.items():
            if fault.service in (service, "*"):
                door.open()

    def _current(self) -> Iterable[_Armed]:
        now = self._clock()
        for number in [n for n, a in self._armed.items() if a.until is not None and a.until <= now]:
            del self._armed[number]
        return list(self._armed.values())

    def _skew(self, service: str) -> float:
        with self._lock:
            return sum(
                armed.fault.seconds
                for armed in self._current()
                if armed.fault.kind == "clock_skew" and armed.fault.service in (service, "*")
            )


Waiting = Callable[[float], None]
"""How to let seconds pass before or within an answer."""
