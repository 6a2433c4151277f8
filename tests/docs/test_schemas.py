"""The JSON Schemas that are shipped: true to the documents and to what a configuration file may hold."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from simonsync.cli.commands import COMMANDS
from simonsync.config.file import load
from simonsync.errors import UsageError
from tests.cli.program import called
from tools.docs.reference import ROOT


def shipped(name: str) -> Draft202012Validator:
    schema = json.loads((files("simonsync") / "schemas" / name).read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


DOCUMENTS, CONFIGURATION = shipped("documents.schema.json"), shipped("config.schema.json")


def test_every_command_has_its_schema() -> None:
    assert sorted(DOCUMENTS.schema["$defs"]) == sorted(COMMANDS)  # type: ignore[index]


def test_a_document_is_what_its_schema_says_also_where_something_is_wrong(tmp_path: Path) -> None:
    wrong = called(tmp_path, "status", "--json").document
    (tmp_path / "config.yaml").write_text('simon: {url: "http://127.0.0.1:9/"}\n')
    for document in (wrong, called(tmp_path, "status", "--json").document):
        DOCUMENTS.validate(document)
    changes: tuple[dict[str, Any], ...] = (
        {"phase": "asleep"},
        {"waiting": "3"},
        {"since": "2026-11-24"},
        {"streams": {}},
    )
    for change in changes:
        assert not DOCUMENTS.is_valid({**document, "data": {**document["data"], **change}}), change
    # Keys may be added; those of another command are another command's.
    assert DOCUMENTS.is_valid({**document, "data": {"new": 1}})
    assert DOCUMENTS.is_valid({**document, "command": "log", "data": {"phase": "asleep"}})


def test_the_example_is_a_configuration_in_the_eyes_of_an_editor() -> None:
    CONFIGURATION.validate(yaml.safe_load((ROOT / "config.example.yaml").read_text("utf-8")))


FILES: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"language": "de"}, False),
    ({"acount": "firm"}, False),
    ({"sync": {"unknown_wait_minutes": 5}}, False),
    ({"sync": {"time_budget": 300}}, True),
    ({"simon": {"url": "http://127.0.0.1:9/", "workers": 1.5}}, False),
    ({"settings": {"work_time_product": "service:SER001", "attachments": True}}, True),
    ({"settings": {"work_time_product": "SER001"}}, False),
    ({"settings": {"invoice_note": True}}, False),
    ({"settings": {"estimates_containing": "BDT", "quote_statuses": ["sent"]}}, True),
    ({"settings": {"time_rounding_minutes": 7}}, False),
]


@pytest.mark.parametrize(("content", "good"), FILES, ids=[str(content) for content, _ in FILES])
def test_the_schema_of_the_file_and_the_program_agree(
    tmp_path: Path, content: dict[str, Any], *, good: bool
) -> None:
    whole = {"simon": {"url": "http://127.0.0.1:9/"}, **content}
    assert CONFIGURATION.is_valid(whole) == good
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(whole))
    if good:
        load(path)
        return
    with pytest.raises(UsageError):
        load(path)
