"""The `rest` dialect of the older servers: `{table}/insert|update|delete|read|readsync`, GET and POST only.

From the vendor's pages: the five methods; that update and delete need the Simon Id; that `read` takes
optional filters and lists pairs of Simon Id and ExtKey; that `read/{id}` gives one record; that `readsync`
takes the last mutation date or the last Simon Id and lists Simon Ids. Shapes and parameter names are a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from simonsync.sandbox.simon.answers import json_answer
from simonsync.sandbox.simon.refusal import SimonRefusalError, bad_request, not_found, wrong_verb
from simonsync.sandbox.simon.renaming import Names
from simonsync.sandbox.simon.schema import Kind
from simonsync.sandbox.simon.wire import read_object
from simonsync.sandbox.simon.world import SimonWorld

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

_WRITING = frozenset({"insert", "update", "delete"})
_READING = frozenset({"read", "readsync"})
_DIGITS = 18


def answer_rest(world: SimonWorld, names: Names, request: Request, path: str) -> Response:
    """Answer a request for a method of a table, whatever the case of both."""
    table, _, rest = path.partition("/")
    method, _, record = rest.lower().partition("/")
    entity = names.entity(table)
    if entity is None or (entity == "Attachment" and not world.switches.attachments):
        raise not_found(f"There is no table {table}.", table)
    if method in _WRITING and not record:
        if request.method != "POST":
            raise wrong_verb(request.method, "POST")
        return _write(world, names, entity, method, read_object(request.get_data()))
    if method not in _READING or (record and method != "read"):
        raise not_found(f"There is no method {rest} of {table}.", rest)
    if request.method != "GET":
        raise wrong_verb(request.method, "GET")
    given = _parameters(request)
    if method == "readsync":
        return _changes(world, names, entity, given)
    return (
        _record(world, names, entity, _whole("Id", record), given)
        if record
        else _keys(world, names, entity, given)
    )


def _write(world: SimonWorld, names: Names, entity: str, method: str, body: dict[str, object]) -> Response:
    id_name = names.field(entity, "Id")
    if method == "insert":
        record = world.insert(entity, names.read(entity, body))["Id"]
    else:
        record = body.pop(id_name, None)
        if not isinstance(record, int) or isinstance(record, bool):
            raise bad_request("Required", f"{id_name} must be the Simon Id.", id_name)
        if method == "update":
            world.update(entity, record, names.read(entity, body))
        else:
            world.delete(entity, record)
    return json_answer({id_name: record})


def _record(world: SimonWorld, names: Names, entity: str, record: int, given: Mapping[str, str]) -> Response:
    if given:
        raise _unknown_parameter(next(iter(given)))
    return json_answer(names.write(names.row(world, entity, record)))


def _keys(world: SimonWorld, names: Names, entity: str, given: Mapping[str, str]) -> Response:
    """Pairs of Simon Id and ExtKey of the records that have every given value; nothing given = all."""
    kinds = names.kinds(entity)
    wanted = {name: _value(names, name, text, kinds) for name, text in given.items()}
    shown = (names.field(entity, "Id"), names.field(entity, "ExtKey"))
    return json_answer(
        [
            {name: row[name] for name in shown}
            for row in names.rows(world, entity)
            if all(row[name] == value for name, value in wanted.items())
        ]
    )


def _changes(world: SimonWorld, names: Names, entity: str, given: dict[str, str]) -> Response:
    """Simon Ids after a moment; with an Id too, those of the same moment with a greater Id as well."""
    since_text = given.pop(names.parameters["LastMutation"], None)
    after_text = given.pop(names.parameters["LastId"], None)
    if given:
        raise _unknown_parameter(next(iter(given)))
    after = None if after_text is None else _whole(names.parameters["LastId"], after_text)
    since = None if since_text is None else _moment(names, names.parameters["LastMutation"], since_text)
    id_name, mutation = names.field(entity, "Id"), names.field(entity, "MutationDate")
    rows = names.rows(world, entity)
    if since is None:
        return json_answer([row[id_name] for row in rows if after is None or row[id_name] > after])
    found = [
        (row[mutation], row[id_name])
        for row in rows
        if row[mutation] > since or (after is not None and row[mutation] == since and row[id_name] > after)
    ]
    return json_answer([record for _, record in sorted(found)])


def _parameters(request: Request) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in request.args.items(multi=True):
        if name in given:
            raise bad_request("InvalidParameter", f"{name} is given twice.", name)
        given[name] = value
    return given


def _value(names: Names, name: str, text: str, kinds: Mapping[str, Kind]) -> object:
    """A parameter as the type of its property; an empty one asks for null."""
    kind = kinds.get(name)
    if kind is None:
        raise _unknown_parameter(name)
    if not text:
        return None
    if kind in {Kind.INT32, Kind.INT64}:
        return _whole(name, text)
    if kind is Kind.BOOLEAN and text in {"true", "false"}:
        return text == "true"
    if kind is Kind.MOMENT:
        return _moment(names, name, text)
    if kind is Kind.TEXT:
        return text
    raise bad_request("InvalidParameter", f"{name} cannot be used as a filter like this.", name)


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise bad_request("InvalidParameter", f"{name} must be a whole number.", name)
    return int(text)


def _moment(names: Names, name: str, text: str) -> datetime:
    moment = names.moment(text)
    if moment is None:
        raise bad_request("InvalidParameter", f"{name} is no date and time with its offset.", name)
    return moment


def _unknown_parameter(name: str) -> SimonRefusalError:
    return bad_request("UnknownParameter", f"The parameter {name} is not known here.", name)
