"""docs/reference/json.md names every key that a command prints, and none that it does not."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simonsync.cli.commands import COMMANDS
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.simon.day import carry_out_a_work_order
from tests.cli.test_activation import ALL_YES, CONFIGURATION, Desk
from tools.docs.reference import ROOT

PAGE = ROOT / "docs" / "reference" / "json.md"
SHIPPED = json.loads((ROOT / "simonsync" / "schemas" / "documents.schema.json").read_text("utf-8"))
SERVE_ON = {"browse", "desk", "sandbox"}
"""They print their document and go on; their own tests look at it."""
Keys = dict[str, set[str]]


@pytest.fixture(scope="module")
def documented() -> Keys:
    """The keys in the tables of each command's section."""
    keys: Keys = {}
    for section in PAGE.read_text("utf-8").split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        found = set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))
        keys |= dict.fromkeys(re.findall("`([^`]+)`", heading), found)
    return keys


def test_every_command_has_a_section(documented: Keys) -> None:
    assert sorted(documented) == sorted(COMMANDS)


def paths(value: object, path: str, known: set[str]) -> Iterator[str]:
    """Name the keys of a document, down to those that the page tells as a whole."""
    if f"{path}{{}}" in known:
        yield f"{path}{{}}"
    elif path in known:
        yield path
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from paths(below, f"{path}.{key}" if path else key, known)
    elif isinstance(value, list) and value:
        for each in value:
            yield from paths(each, f"{path}[]", known)
    elif not value and any(each.startswith((f"{path}[]", f"{path}.")) for each in known):
        yield f"{path} is empty"
    else:
        yield path


def life(desk: Desk) -> Iterator[tuple[str, dict[str, Any]]]:
    """Use every command that ends by itself, and return each with its `data`."""

    def ask(*arguments: str) -> tuple[str, dict[str, Any]]:
        return arguments[0], desk.ask(*arguments)["data"]

    yield ask("wipe", "--dry-run")
    yield ask(*ALL_YES, "--set", "work_time_product=service:SER001")
    for check in (("connect", "--check"), ("connect", "--from-env"), ("configure", "--check")):
        yield ask(*check)
    yield ask("configure", "--set", "skip_work_orders_containing=garantie")
    yield ask("pull")
    for change in ({}, {"CustomerId": None}, {"Description": "Sous garantie"}, {}):
        order = carry_out_a_work_order(desk.box.simon)
        desk.box.simon.update("WorkOrder", order["Id"], change)
    numbers = [str(row["Number"]) for row in desk.box.simon.rows("WorkOrder")]
    yield ask("push", "--dry-run")
    yield ask("preview", numbers[0])
    desk.run("--record", "case.zip", "preview", numbers[0])
    yield ask("replay", "case.zip", "--set", "invoice_note=work_address")
    for number in numbers[:2]:
        yield ask("explain", number)
    yield ask("sync")
    yield ask("status")
    yield ask("log")
    yield ask("log", "--export", "journal.csv")
    yield ask("einvoicing")
    yield ask("report")
    yield ask("reconcile")
    yield ask("resolve", numbers[1], "--never", "--yes")
    desk.box.simon.insert("Customer", {"Name": "Made in Simon"})
    yield ask("cleanup", "--dry-run")
    yield ask("backup")
    yield ask("doctor")
    yield ask("support-bundle")
    yield ask("verify", "--write", str(min(desk.box.sellsy.customers)), "--yes")
    for way in (("show",), ("show", "--cron"), ("install",), ("remove",)):
        yield ask("schedule", *way)
    yield ask("deactivate", "--yes")
    yield ask("wipe", "--yes", "--tables", "all")
    for kind in ("records", "state"):
        file = min(desk.folder.glob(f"state/backups/*{kind}*"))
        yield ask("restore", str(file), "--dry-run")
    yield ask("demo")


@pytest.fixture(scope="module")
def printed(documented: Keys, tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("firm")
    keys: Keys = defaultdict(set)
    wrong = []
    with Sandbox() as box:
        text = CONFIGURATION.format(sellsy=box.sellsy_url, simon=box.simon_url)
        (folder / "config.yaml").write_text(text)
        for command, data in life(Desk(folder, box)):
            known = Draft202012Validator({"$ref": f"#/$defs/{command}", "$defs": SHIPPED["$defs"]})
            wrong += [f"{command}: {error.json_path} {error.message}" for error in known.iter_errors(data)]
            keys[command] |= set(paths(data, "", documented[command]))
    assert wrong == [], "what is printed is not of the type that the shipped schema says"
    return keys


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - SERVE_ON))
def test_the_page_names_what_is_printed(command: str, documented: Keys, printed: Keys) -> None:
    known, shown = documented[command], printed[command]
    assert shown, "no command of this life prints it"
    empty = {path.removesuffix(" is empty") for path in shown if path.endswith(" is empty")}
    assert sorted(shown - known - {f"{path} is empty" for path in empty}) == []
    # Of what was empty each time, nobody can tell what is in it.
    missing = {path for path in known - shown if not path.startswith(tuple(empty))}
    assert sorted(missing) == []
