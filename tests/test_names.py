"""A name means one thing: no two public classes share one."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import simonsync

PACKAGE = Path(simonsync.__file__).parent
SANDBOX = PACKAGE / "sandbox"


def classes(folder: Path, leaving_out: Path | None = None) -> dict[str, list[str]]:
    """List the public classes below a folder by their names, each with the files that have one."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("*.py")):
        if leaving_out is None or not path.is_relative_to(leaving_out):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(str(path.relative_to(PACKAGE)))
    return found


# The sandbox speaks the services' own words: nothing of ours imports it, and it imports nothing of ours.
@pytest.mark.parametrize(("folder", "leaving_out"), [(PACKAGE, SANDBOX), (SANDBOX, None)])
def test_no_two_public_classes_have_one_name(folder: Path, leaving_out: Path | None) -> None:
    named = classes(folder, leaving_out)
    assert len(named) > 50
    assert {name: files for name, files in named.items() if len(files) > 1} == {}
