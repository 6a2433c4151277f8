"""The `odata` dialect: entity sets that are listed, read, made, changed and removed."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import quote, urlencode

from werkzeug.wrappers import Request, Response

from simonsync.sandbox.simon.answers import json_answer
from simonsync.sandbox.simon.listing import Page, page_of, read_listing
from simonsync.sandbox.simon.refusal import bad_request, not_found, wrong_verb
from simonsync.sandbox.simon.renaming import Names
from simonsync.sandbox.simon.wire import read_object
from simonsync.sandbox.simon.world import SimonWorld

_PATH = re.compile(r"(?P<set>\w+)(?:\((?P<id>\d{1,18})\)|/(?P<alias>\d{1,18}))?", re.ASCII)


def answer_odata(world: SimonWorld, names: Names, request: Request, path: str) -> Response:
    """Answer a request for an entity set (`Customer`) or a record of it (`Customer(12)`, `Customer/12`)."""
    found = _PATH.fullmatch(path)
    entity = names.entity(found["set"]) if found else None
    if found is None or entity is None or (entity == "Attachment" and not world.switches.attachments):
        raise not_found(f"There is no resource {path}.", path)
    record = found["id"] or found["alias"]
    if record is None:
        return _answer_set(world, names, request, entity)
    return _answer_record(world, names, request, entity, int(record))


def _answer_set(world: SimonWorld, names: Names, request: Request, entity: str) -> Response:
    if request.method == "GET":
        return _list(world, names, request, entity)
    if request.method == "POST":
        _refuse_options(request)
        row = world.insert(entity, names.read(entity, _body(request)))
        shown = names.write(names.row(world, entity, row["Id"]))
        return json_answer(_entity(names, request, entity, shown), HTTPStatus.CREATED)
    raise wrong_verb(request.method, "GET", "POST")


def _answer_record(world: SimonWorld, names: Names, request: Request, entity: str, record: int) -> Response:
    if request.method == "GET":
        options = request.args.items(multi=True)
        listing = read_listing(options, names.kinds(entity), names.filter_dialect, single=True)
        shown = names.row(world, entity, record)
        if listing.select:
            shown = {name: shown[name] for name in listing.select}
        return json_answer(_entity(names, request, entity, names.write(shown)))
    _refuse_options(request)
    if request.method == "PUT":
        world.update(entity, record, names.read(entity, _body(request)))
        shown = names.row(world, entity, record)
        return json_answer(_entity(names, request, entity, names.write(shown)))
    if request.method == "DELETE":
        world.delete(entity, record)
        return Response(status=HTTPStatus.NO_CONTENT)
    raise wrong_verb(request.method, "GET", "PUT", "DELETE")


def _list(world: SimonWorld, names: Names, request: Request, entity: str) -> Response:
    options = list(request.args.items(multi=True))
    listing = read_listing(options, names.kinds(entity), names.filter_dialect)
    page = page_of(names.rows(world, entity), listing, world.switches.page_cap)
    answer: dict[str, object] = {"@odata.context": _context(names, request, entity)}
    if page.count is not None:
        answer["@odata.count"] = page.count
    answer["value"] = [names.write(row) for row in page.rows]
    if page.next_skip is not None:
        answer["@odata.nextLink"] = _next_link(request, dict(options), page)
    return json_answer(answer)


def _next_link(request: Request, options: dict[str, str], page: Page) -> str:
    options["$skip"] = str(page.next_skip)
    if page.next_top is not None:
        options["$top"] = str(page.next_top)
    return f"{request.base_url}?{urlencode(options, safe='$,', quote_via=quote)}"


def _entity(names: Names, request: Request, entity: str, shown: dict[str, object]) -> dict[str, object]:
    return {"@odata.context": f"{_context(names, request, entity)}/$entity", **shown}


def _context(names: Names, request: Request, entity: str) -> str:
    return f"{request.root_url}$metadata#{names.set_name(entity)}"


def _refuse_options(request: Request) -> None:
    for name in request.args:
        raise bad_request("UnknownOption", f"The option {name} is not supported here.", name)


def _body(request: Request) -> dict[str, object]:
    return read_object(request.get_data())
