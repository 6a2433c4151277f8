"""What may go wrong between the program and the services, for a schedule to choose from."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from simonsync.sandbox.faults import FORMS, Fault

LATE = 800
"""Seconds by which a request is carried out late, at most."""
LAG = 800
"""Seconds for which Sellsy does not show a document that it has made, at most.

Both stay below the wait for an unknown outcome (15 minutes), and no document suffers both: what is promised
is promised for that.
"""

_SELLSY = (
    "*",
    "Document.create",
    "Document.create",
    "Document.getList",
    "Document.getOne",
    "Client.getOne",
    "Client.getList",
    "Catalogue.*",
    "Addresses.getList",
    "Infos.getInfos",
    "Briefcases.*",
)
_SIMON = ("*", "GET *", "GET WorkOrder", "POST *", "PUT *", "DELETE *", "POST login")
_ANYWHERE: tuple[dict[str, Any], ...] = (
    {"kind": "refuse"},
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 502, "applied": True},
    {"kind": "status", "status": 503, "retry_after": 5},
    {"kind": "status", "status": 429},
    {"kind": "status", "status": 429, "retry_after": 20},
    {"kind": "empty"},
    {"kind": "empty", "applied": True},
    {"kind": "half"},
    {"kind": "html"},
    {"kind": "html", "applied": True},
    {"kind": "slow_first_byte", "seconds": 3},
    {"kind": "slow_first_byte", "seconds": 60},
    {"kind": "slow_drip", "seconds": 1, "pieces": 3},
    {"kind": "slow_drip", "seconds": 4, "pieces": 10},
    {"kind": "wrong_page"},
    {"kind": "repeated_page"},
    {"kind": "shifting_pages", "rows": 1},
    {"kind": "token_expired"},
    {"kind": "not_found"},
    {"kind": "not_found"},
    {"kind": "not_found", "form": "html"},
    {"kind": "miscounted"},
    {"kind": "unseen"},
    {"kind": "garbage"},
    {"kind": "header_drip", "seconds": 0.5},
    {"kind": "no_date"},
    {"kind": "no_date"},
)
_AT_SELLSY: tuple[dict[str, Any], ...] = (
    *({"kind": "frameless", "form": form} for form in FORMS["frameless"]),
    {"kind": "nonce_used"},
    {"kind": "not_loadable"},
    {"kind": "api_error", "code": "E_UNKNOW"},
    {"kind": "api_error", "code": "E_CUSTOM"},
    {"kind": "api_error", "code": "E_SERVICE_UNVAILABLE"},
    {"kind": "api_error", "code": "E_PARAM_INVALID"},
    {"kind": "api_error", "code": "E_LIMIT_REQUEST_REACHED"},
    {"kind": "bare_error"},
)
_OFTEN = st.sampled_from((1, 1, 1, 2, 3, None))
_FIRST = st.sampled_from((1, 1, 1, 2, 3, 5))
_LIFE = st.sampled_from((60, 600, 600, 1800, 1800, 4 * 3600, 2 * 24 * 3600))


def _fault(service: str, method: str, what: dict[str, Any], times: int | None, call: int, life: int) -> Fault:
    return Fault(service=service, method=method, times=times, call=call, lasts=float(life), **what)


_TABLES = (
    "WorkOrder",
    "TimeSheet",
    "UsedItem",
    "Customer",
    "Item",
    "Location",
    "WorkOrderSurvey",
    "Attachment",
)
TABLES_GONE = st.builds(
    lambda table, life: Fault("table_gone", "simon", table=table, lasts=float(life)),
    st.sampled_from(_TABLES),
    _LIFE,
)
SOME = st.one_of(
    TABLES_GONE,
    st.builds(
        _fault, st.just("sellsy"), st.sampled_from(_SELLSY), st.sampled_from(_ANYWHERE), _OFTEN, _FIRST, _LIFE
    ),
    st.builds(
        _fault,
        st.just("sellsy"),
        st.sampled_from(_SELLSY),
        st.sampled_from(_AT_SELLSY),
        _OFTEN,
        _FIRST,
        _LIFE,
    ),
    st.builds(
        _fault, st.just("simon"), st.sampled_from(_SIMON), st.sampled_from(_ANYWHERE), _OFTEN, _FIRST, _LIFE
    ),
)
"""Any fault, at any call, once, some times or for a while, for two days at most."""

_UNCERTAIN: tuple[dict[str, Any], ...] = (
    *(what for what in _ANYWHERE if what["kind"] in {"drop_before", "drop_after", "half", "empty", "html"}),
    {"kind": "status", "status": 500, "applied": True},
    {"kind": "api_error", "code": "E_UNKNOW"},
    {"kind": "slow_first_byte", "seconds": 60},
)
LOST_ANSWERS = st.builds(
    _fault,
    st.just("sellsy"),
    st.sampled_from(("Document.create", "Document.create", "Briefcases.uploadFile")),
    st.sampled_from(_UNCERTAIN),
    st.sampled_from((1, 1, 2)),
    st.sampled_from((1, 1, 2)),
    _LIFE,
)
"""A write whose outcome the program cannot know."""

_WRITES = (
    ("sellsy", "Document.create"),
    ("sellsy", "Document.create"),
    ("sellsy", "Briefcases.uploadFile"),
    ("simon", "POST Customer"),
    ("simon", "POST WorkOrder"),
)
_LATENESS = (30, 300, LATE)
_LAGS = (1, 300, LAG)


def _late_write(where: tuple[str, str], seconds: int, lag: int) -> tuple[Fault, ...]:
    return (
        Fault("late", where[0], where[1], seconds=float(seconds)),
        Fault("invisible", "sellsy", "Document.create", seconds=float(lag), times=None, lasts=1800.0),
    )


LATE_WRITES = st.builds(
    _late_write, st.sampled_from(_WRITES), st.sampled_from(_LATENESS), st.sampled_from(_LAGS)
)
"""A write that is carried out only after the program has given up on it, in a Sellsy that lags besides."""


def any_brief(random: Random) -> Fault:
    """Return a fault that a program in real time gets over without long waits."""
    service, methods, kinds = random.choice(
        (
            ("sellsy", _SELLSY, _ANYWHERE + _AT_SELLSY),
            ("sellsy", ("Document.create", "Briefcases.uploadFile"), _UNCERTAIN),
            ("simon", _SIMON, _ANYWHERE),
        )
    )
    brief = [each for each in kinds if not each.keys() & {"seconds", "retry_after"}]
    what = random.choice(brief)
    if what["kind"] == "refuse":
        # A real port is shut before anybody knows what a connection is for.
        return Fault("refuse", service, seconds=1.0)
    return _fault(
        service, random.choice(methods), what, random.choice((1, 1, 2)), random.choice((1, 1, 2, 3)), 1800
    )


def any_late_write(random: Random) -> tuple[Fault, ...]:
    """Return one of `LATE_WRITES`."""
    return _late_write(random.choice(_WRITES), random.choice(_LATENESS), random.choice(_LAGS))
