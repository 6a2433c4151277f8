"""The control endpoint under `/_control/` on each service's port: faults, log, world and clock as JSON.

    GET    /_control/faults          the faults that are on
    POST   /_control/faults          one fault, or a list of them; answers with their numbers
    DELETE /_control/faults          all off; /_control/faults/3 switches off number 3
    GET    /_control/log             all requests; ?service= and ?writes=1 choose
    DELETE /_control/log             forget them
    GET    /_control/world           Sellsy's data; ?service=simon those of Simon
    POST   /_control/world           {"service", "call", "args"}: a method of the world, as the office acts;
                                     args is an object of names and values, or an array
    POST   /_control/work-order      a work order is carried out and archived in Simon; its number
    GET    /_control/clock           the time
    POST   /_control/clock           {"advance": seconds}

Requests to it are neither logged nor spoilt. It is for processes that cannot reach the Python objects.
"""

import inspect
import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

from werkzeug.wrappers import Request, Response

from simonsync.sandbox.faults import read_fault
from simonsync.sandbox.simon.day import carry_out_a_work_order
from simonsync.sandbox.snapshot import plain

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from simonsync.sandbox.clock import Clock
    from simonsync.sandbox.faults import Switchboard
    from simonsync.sandbox.request_log import RequestLog
    from simonsync.sandbox.sellsy.world import SellsyWorld
    from simonsync.sandbox.simon.world import SimonWorld

PREFIX = "/_control/"


class Box(Protocol):
    """What is controlled: a sandbox."""

    clock: "Clock"
    log: "RequestLog"
    faults: "Switchboard"
    sellsy: "SellsyWorld"
    simon: "SimonWorld"

    def settle(self) -> None:
        """Carry out what is due by now."""

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Return the data of both services."""


def with_control(service: "WSGIApplication", control: "WSGIApplication") -> "WSGIApplication":
    """Return an application that sends requests below `/_control/` to the control endpoint."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        chosen = control if environ.get("PATH_INFO", "").startswith(PREFIX) else service
        return chosen(environ, start_response)

    return application


def control_app(box: Box) -> "WSGIApplication":
    """Return the control endpoint of a sandbox."""
    pages: dict[str, Callable[[Box, Request], Any]] = {
        "faults": _faults,
        "log": _log,
        "world": _world,
        "work-order": _work_order,
        "clock": _clock,
    }

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        page = pages.get(request.path.removeprefix(PREFIX).split("/")[0])
        try:
            if page is None:
                raise ValueError(f"there is {', '.join(pages)} here")  # noqa: TRY301 - answered below
            answer, status = page(box, request), 200
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            answer, status = {"error": str(error)}, 400
        body = json.dumps(plain(answer), ensure_ascii=False)
        return Response(body, status=status, mimetype="application/json")(environ, start_response)

    return application


def _faults(box: Box, request: Request) -> Any:  # noqa: ANN401 - any JSON
    if request.method == "POST":
        given = request.get_json(force=True)
        # All are read before the first is switched on.
        faults = [read_fault(each) for each in (given if isinstance(given, list) else [given])]
        return {"numbers": [box.faults.add(fault) for fault in faults]}
    if request.method == "DELETE":
        number = request.path.removeprefix(f"{PREFIX}faults").strip("/")
        if number:
            box.faults.remove(int(number))
        else:
            box.faults.clear()
    return {"faults": box.faults.as_json()}


def _log(box: Box, request: Request) -> Any:  # noqa: ANN401 - any JSON
    if request.method == "DELETE":
        box.log.clear()
    service = request.args.get("service")
    entries = box.log.writes(service) if request.args.get("writes") else box.log.entries(service)
    return {"entries": [entry.as_json() for entry in entries]}


def _world(box: Box, request: Request) -> Any:  # noqa: ANN401 - any JSON
    box.settle()
    if request.method != "POST":
        return box.snapshot()[request.args.get("service", "sellsy")]
    given = request.get_json(force=True)
    world = {"sellsy": box.sellsy, "simon": box.simon}[given.get("service", "sellsy")]
    name, args = given["call"], given.get("args", {})
    method = getattr(world, name) if not name.startswith("_") else None
    if not inspect.ismethod(method):
        raise ValueError(f"{name} is nothing that can be done to this world")
    try:
        return {"done": method(**args) if isinstance(args, dict) else method(*args)}
    except Exception as refusal:  # the two worlds refuse in ways of their own
        raise ValueError(f"{type(refusal).__name__}: {refusal}") from refusal


def _work_order(box: Box, request: Request) -> Any:  # noqa: ANN401 - any JSON
    if request.method != "POST":
        raise ValueError("a work order is made by POST")
    return {"number": carry_out_a_work_order(box.simon)["Number"]}


def _clock(box: Box, request: Request) -> Any:  # noqa: ANN401 - any JSON
    if request.method == "POST":
        box.clock.advance(float(request.get_json(force=True)["advance"]))
    return {"now": box.clock().isoformat()}
