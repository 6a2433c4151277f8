"""The schema of what we use of v2 notices what is wrong, and says what Sellsy's own document says."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from jsonschema import Draft202012Validator

from simonsync.sandbox.box import Sandbox
from simonsync.sellsy.v2.client import QUESTIONS
from tests.sellsy.v2_schema import complaints, schema

DOCUMENT = "SIMONSYNC_SELLSY_OPENAPI"
"""Names the file of Sellsy's OpenAPI document, which is not ours to give away."""


def test_each_schema_is_one_and_each_question_has_one() -> None:
    for operation in schema()["operations"].values():
        for part in ("query", "body", "answer"):
            Draft202012Validator.check_schema(operation[part])
    assert {name.removesuffix("/{id}") for name in schema()["operations"]} == QUESTIONS


@pytest.mark.parametrize(
    ("exchange", "complaint"),
    [
        (("POST", "invoices", {}, {}, 200, {}), "is not in the schema"),
        (("GET", "taxes", {"page": "2"}, None, 200, {"data": []}), "query"),
        (("GET", "taxes", {}, None, 200, {"data": [{"id": "7", "rate": 20}]}), "answer"),
        (("POST", "companies/search", {}, {"filters": {"Id": [1]}}, 400, {"error": {}}), "body"),
        (("POST", "companies/search", {}, {"filters": {}}, 400, {"message": "x"}), "error"),
    ],
)
def test_what_is_wrong_is_noticed(exchange: Any, complaint: str) -> None:
    world = Sandbox().sellsy
    world.exchanged.append(exchange)
    assert any(complaint in each for each in complaints(world)), complaints(world)


@cache
def document() -> Any:
    path = os.environ.get(DOCUMENT)
    if not path or not Path(path).exists():
        pytest.skip(f"{DOCUMENT} names no file")
    return yaml.load(Path(path).read_text("utf-8"), Loader=yaml.CSafeLoader)


def resolved(node: Any) -> Any:
    """Follow a pointer; some of the document's are percent-encoded."""
    while isinstance(node, dict) and "$ref" in node:
        found = document()
        for part in unquote(node["$ref"]).removeprefix("#/").split("/"):
            found = resolved(found)
            name = part.replace("~1", "/").replace("~0", "~")
            found = found[int(name)] if isinstance(found, list) else found[name]
        node = found
    return node


def members(node: Any) -> dict[str, Any]:
    """Everything that an object may hold, however its schema is put together."""
    node = resolved(node)
    found = dict(node.get("properties", {}))
    for way in ("allOf", "anyOf", "oneOf"):
        for each in node.get(way, []):
            for name, value in members(each).items():
                found.setdefault(name, value)
    return found


def kinds(node: Any) -> set[str]:
    node = resolved(node)
    types = node.get("type", [])
    found = {types} if isinstance(types, str) else set(types)
    if node.get("nullable"):
        found.add("null")
    if "const" in node:
        found.add("string")
    if "enum" in node:
        found.add("string")
    for way in ("allOf", "anyOf", "oneOf"):
        for each in node.get(way, []):
            found |= kinds(each)
    return found


def differences(ours: Any, theirs: Any, place: str) -> list[str]:
    """Say what our schema holds that the document does not know, or knows as another type."""
    found: list[str] = []
    known = members(theirs)
    for name, value in ours.get("properties", {}).items():
        if name not in known:
            found.append(f"{place}.{name} is not there")
            continue
        told = kinds(known[name])
        allowed = told | {"null"} | ({"integer"} if "number" in told else set())
        if told and not kinds(value) <= allowed:
            found.append(f"{place}.{name}: {kinds(value)}, not {told}")
        found += differences(value, known[name], f"{place}.{name}")
    if "items" in ours and "items" in resolved(theirs):
        inner = resolved(theirs)["items"]
        for each in ours["items"].get("oneOf", [ours["items"]]):
            found += differences(each, alike(each, inner), f"{place}[]")
    return found


def alike(ours: Any, theirs: Any) -> Any:
    """Return which of several shapes of a list's members is the one of our type."""
    wanted = ours.get("properties", {}).get("type", {}).get("const")
    for shape in map(resolved, resolved(theirs).get("oneOf", [])):
        if wanted in resolved(members(shape).get("type", {})).get("enum", []):
            return shape
    return theirs


@pytest.mark.parametrize("name", sorted(schema()["operations"]))
def test_our_schema_says_what_sellsys_document_says(name: str) -> None:
    verb, _, path = name.partition(" ")
    paths = {each.split("{")[0]: value for each, value in document()["paths"].items() if each.count("{") == 1}
    kept = document()["paths"].get(f"/{path}") or paths[f"/{path.split('{')[0]}"]
    theirs, ours = kept[verb.lower()], schema()["operations"][name]
    answers = {status: resolved(said) for status, said in theirs["responses"].items()}
    (answer,) = [said for status, said in answers.items() if str(status) == "200"]
    found = differences(ours["answer"], answer["content"]["application/json"]["schema"], "answer")
    if ours["body"].get("type") == "object":
        asked = resolved(theirs["requestBody"])["content"]["application/json"]["schema"]
        found += differences(ours["body"], asked, "body")
    queries = {resolved(each)["name"].removesuffix("[]") for each in theirs.get("parameters", [])}
    found += [
        f"query.{each} is not there" for each in ours["query"].get("properties", {}) if each not in queries
    ]
    assert found == []
