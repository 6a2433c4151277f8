"""Holds what is asked of v2 and what it answers against a schema of our own: `v2.yaml`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from simonsync.sandbox.sellsy.world import SellsyWorld

FILE = Path(__file__).with_name("v2.yaml")


@cache
def schema() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def operation_of(verb: str, path: str) -> str:
    """Name an operation as the schema does: ids do not matter."""
    return f"{verb} {re.sub(r'/[0-9]+$', '/{id}', path)}"


@cache
def _validator(operation: str, part: str) -> Draft202012Validator:
    held = schema()[operation] if not part else schema()["operations"][operation][part]
    return Draft202012Validator(held)


def complaints(world: SellsyWorld) -> list[str]:
    """Say what was asked or answered against the schema since the world began."""
    found = []
    for verb, path, query, body, status, said in world.exchanged:
        operation = operation_of(verb, path)
        if operation not in schema()["operations"]:
            found.append(f"{operation} is not in the schema")
            continue
        held = [("query", query), ("body", body), *([("answer", said)] if status == 200 else [])]
        errors = [
            (part, error) for part, value in held for error in _validator(operation, part).iter_errors(value)
        ]
        if status != 200:
            errors += [("error", error) for error in _validator("error", "").iter_errors(said)]
        found += [f"{operation} {part} {error.json_path}: {error.message[:200]}" for part, error in errors]
    return found
