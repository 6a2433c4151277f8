"""Every case of the walk: a kill at a boundary, or a fault at a request, once or for long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simonsync.sandbox.faults import KINDS, Fault, table_of
from simonsync.sandbox.simon.schema import TABLES
from tools.crash.boundaries import AFTER, BEFORE, REQUEST, Boundary, Passed
from tools.crash.scenario import SCENES, WHOLE, Scene

SLOW = 1.2
"""Seconds that a slow service takes: more than a hurried program waits."""
LATE = 12 * 60.0
LAG = 8 * 60.0

SPOILT: Mapping[str, Mapping[str, Any]] = {
    "refuse": {"kind": "refuse"},
    "drop_before": {"kind": "drop_before"},
    "drop_after": {"kind": "drop_after"},
    "late": {"kind": "late", "seconds": LATE},
    "500": {"kind": "status", "status": 500},
    "500-applied": {"kind": "status", "status": 500, "applied": True},
    "502": {"kind": "status", "status": 502},
    "503": {"kind": "status", "status": 503},
    "429": {"kind": "status", "status": 429},
    "429-retry-after": {"kind": "status", "status": 429, "retry_after": 7},
    "empty": {"kind": "empty"},
    "empty-applied": {"kind": "empty", "applied": True},
    "half": {"kind": "half"},
    "html": {"kind": "html"},
    "html-applied": {"kind": "html", "applied": True},
    "slow_first_byte": {"kind": "slow_first_byte", "seconds": SLOW},
    "slow_drip": {"kind": "slow_drip", "seconds": SLOW / 6, "pieces": 7},
    "wrong_page": {"kind": "wrong_page"},
    "repeated_page": {"kind": "repeated_page"},
    "shifting_pages": {"kind": "shifting_pages"},
    "token_expired": {"kind": "token_expired"},
    "nonce_used": {"kind": "nonce_used"},
    "invisible": {"kind": "invisible", "seconds": LAG},
    "not_loadable": {"kind": "not_loadable"},
    "api_error": {"kind": "api_error", "code": "E_UNKNOW"},
    "bare_error": {"kind": "bare_error"},
    "refused": {"kind": "api_error", "code": "E_PRIV_NOT_ALLOWED"},
    "400": {"kind": "status", "status": 400},
    "404": {"kind": "not_found"},
    "404-html": {"kind": "not_found", "form": "html"},
    "table_gone": {"kind": "table_gone"},
    "list-null": {"kind": "frameless", "form": "null"},
    "list-empty": {"kind": "frameless", "form": "[]"},
    "list-object": {"kind": "frameless", "form": "{}"},
    "list-without-infos": {"kind": "frameless", "form": "rows"},
    "unseen": {"kind": "unseen"},
    "miscounted": {"kind": "miscounted"},
    "other_record": {"kind": "other_record"},
    "garbage": {"kind": "garbage"},
    "header_drip": {"kind": "header_drip", "seconds": SLOW / 6},
    "no_date": {"kind": "no_date"},
    "clock_ahead": {"kind": "clock_skew", "seconds": 240},
    "clock_behind": {"kind": "clock_skew", "seconds": -240},
}
"""Ways in which a request goes wrong, by their names in this walk."""
_NOT_THERE = frozenset(
    {
        "gone-in-sellsy",
        "quote-unreadable",
        "work-order-customer-unknown",
        "work-order-item-unknown",
        "work-order-unreadable",
    }
)
ALSO_SAID: Mapping[str, frozenset[str]] = {
    "not_loadable": _NOT_THERE,
    "unseen": _NOT_THERE | {"brake", "einvoice-not-ready", "record-in-use", "setting-product-unknown"},
    "refused": frozenset({"price-category-ignored", "quote-unreadable", "work-order-unreadable"}),
    **dict.fromkeys(
        ("400", "404", "404-html"),
        frozenset({"record-in-use", "record-not-deleted", "work-order-unreadable"}),
    ),
    "table_gone": frozenset({"work-order-unreadable"}),
    "list-empty": frozenset({"brake"}),
    "other_record": _NOT_THERE,
}
"""What the journal rightly says because of a fault, beside what any may lead to: Sellsy says that there is no
such record, refuses to tell which price category is everybody's, or shows no address in the one list that may
come without a frame."""
HURRIED_BY = ("slow_first_byte", "slow_drip", "header_drip")
_FOR_WRITES = ("late", "500-applied", "empty-applied", "html-applied")
_FOR_SELLSY = ("nonce_used", "not_loadable", "api_error", "bare_error", "refused")
_FOR_SIMON = ("400", "404")
_FOR_PAGES = ("wrong_page", "repeated_page", "shifting_pages")
_FOR_LISTS = ("list-null", "list-empty", "list-object", "list-without-infos", "miscounted")
_COUNTED_APART = (*_FOR_PAGES, *_FOR_LISTS, "unseen")
"""Faults that the sandbox counts by the calls that they fit, not by all calls of a method."""
_CLOCKS = ("clock_ahead", "clock_behind")
_TABLES = {name.lower() for name in TABLES}
_SIMON_PAGE = 20
"""Rows by which the sandbox tells the pages of Simon's lists."""
KILL, ONCE, LONG = "kill", "once", "long"


@dataclass(frozen=True, slots=True)
class Step:
    """A request of the undisturbed scenario.

    Attributes:
        ordinal: which call of its method it is, from 1; `of_service` which one of its service, and `of_table`
            which one of its table of Simon's, 0 where it is about none.
        page: of a list; 0 where it is none.
    """

    number: int
    service: str
    method: str
    is_write: bool
    ordinal: int
    of_service: int
    of_table: int
    page: int


@dataclass(frozen=True, slots=True)
class Case:
    """One case; its text is what `--only` takes.

    Attributes:
        how: killed, or spoilt once, or for long.
        scene: where it happens.
        boundary: where it is killed.
        spoilt: the name of the fault, and `step` the number of the request that it hits first.
    """

    how: str
    scene: Scene
    boundary: Boundary | None = None
    spoilt: str = ""
    step: int = 0

    def __str__(self) -> str:
        return f"{self.how}:{self.boundary or f'{self.spoilt}:{self.scene.name}:{self.step}'}"


def read_case(text: str) -> Case:
    """Return the case that a text names; raise ValueError where it names none."""
    how, _, rest = text.partition(":")
    parts = rest.split(":")
    if how == KILL and len(parts) == 3:
        return Case(how, WHOLE, Boundary(parts[0], int(parts[1]), parts[2]))
    if how in (ONCE, LONG) and len(parts) == 3 and parts[0] in SPOILT and parts[1] in SCENES:
        return Case(how, SCENES[parts[1]], spoilt=parts[0], step=int(parts[2]))
    raise ValueError(f"{text} is no case; for example kill:request:17:before, once:drop_after:sync:17")


def steps_of(log: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Name the requests of an undisturbed scene."""
    of_method: Counter[tuple[str, str]] = Counter()
    of_service: Counter[str] = Counter()
    of_table: Counter[str] = Counter()
    steps = []
    for number, entry in enumerate(log, start=1):
        service, method = entry["service"], entry["method"]
        of_method[service, method] += 1
        of_service[service] += 1
        ordinal = of_method[service, method]
        table = table_of(method) if service == "simon" else ""
        of_table[table] += 1
        page = 0 if entry["is_write"] else _page(method, entry["params"])
        steps.append(
            Step(
                number,
                service,
                method,
                entry["is_write"],
                ordinal,
                of_service[service],
                of_table[table] if table in _TABLES else 0,
                page,
            )
        )
    return tuple(steps)


def kills(passed: Sequence[Passed]) -> Iterator[Case]:
    """Name the kills: before and after everything that passed."""
    for each in passed:
        for side in (BEFORE, AFTER):
            yield Case(KILL, WHOLE, Boundary(each.what, each.number, side))


def around(method: str, steps: Sequence[Step], passed: Sequence[Passed]) -> Sequence[Passed]:
    """Return the requests of a method, and what passes right before and right after each."""
    numbers = {step.number for step in steps if step.method == method}
    return [
        each
        for place, each in enumerate(passed)
        if any(
            near.what == REQUEST and near.number in numbers for near in passed[max(0, place - 1) : place + 2]
        )
    ]


def spoilings(scene: Scene, steps: Sequence[Step]) -> Iterator[Case]:
    """Name the faults: each that fits, at each request once, and for long from each method's first call."""
    for step in steps:
        for name in SPOILT:
            if fits(name, step):
                yield Case(ONCE, scene, spoilt=name, step=step.number)
                if step.ordinal == 1:
                    yield Case(LONG, scene, spoilt=name, step=step.number)


def fits(name: str, step: Step) -> bool:
    """Tell whether a fault can happen at a request."""
    if name in _CLOCKS:
        return step.of_service == 1
    if name == "invisible":
        return step.method == "Document.create"
    if name in _FOR_WRITES:
        return step.is_write
    if name == "refused" and step.method == "Accountdatas.getRateCategories":
        # The draft then names the customer's price category, although it is everybody's: as right.
        return False
    if name in _FOR_SELLSY:
        return step.service == "sellsy"
    if name in _FOR_SIMON:
        return step.service == "simon"
    if name == "table_gone":
        return step.service == "simon" and step.of_table == 1
    if name in _FOR_LISTS:
        return step.page > 0 and (step.service == "sellsy" or not name.startswith("list"))
    if name == "unseen":
        # What Simon politely keeps back of one work order, nobody can know.
        shown = step.page > 0 or step.method.endswith(".getOne")
        return shown and (step.service == "sellsy" or step.method == "GET WorkOrder")
    if name == "other_record":
        # Of Sellsy; in Simon's way an Id stands in the address, or in a list that is narrowed by it.
        return step.method.endswith(".getOne")
    if name in _FOR_PAGES:
        return step.page > (0 if name == "wrong_page" else 1)
    return True


def _call(spoilt: str, step: Step, steps: Sequence[Step]) -> int:
    """Return which call is to be hit, as the sandbox counts: only those that the fault fits."""
    if spoilt not in _COUNTED_APART:
        return step.ordinal
    method = (step.service, step.method)
    return sum((each.service, each.method) == method and fits(spoilt, each) for each in steps[: step.number])


def _page(method: str, params: Mapping[str, Any]) -> int:
    """Return which page of a list was asked for; 0 where it was no list."""
    if method.endswith(".getList"):
        return int(params.get("pagination", {}).get("pagenum", 1))
    is_list = method.startswith("GET ") and "/" not in method and not params["path"].endswith(")")
    return 1 + int(params.get("$skip", 0)) // _SIMON_PAGE if is_list else 0


def fault_of(case: Case, steps: Sequence[Step]) -> dict[str, Any]:
    """Return the fault of a case as the sandbox takes it."""
    step = steps[case.step - 1]
    members = dict(SPOILT[case.spoilt])
    kind = members["kind"]
    fault: dict[str, Any] = {**members, "service": step.service}
    if kind == "refuse":
        # A port is shut before anybody knows which method a connection is for.
        fault["call"] = step.of_service
    elif kind == "table_gone":
        fault["table"] = table_of(step.method)
    elif kind != "clock_skew":
        fault |= {"method": step.method, "call": _call(case.spoilt, step, steps)}
        fault["times"] = 1 if case.how == ONCE else None
    Fault(**fault)
    return fault


assert {members["kind"] for members in SPOILT.values()} == set(KINDS), "every kind of fault is in the walk"
