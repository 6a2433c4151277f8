"""What the pages tell people to type and to write is understood by the program."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simonsync.cli.commands import COMMANDS
from simonsync.cli.invocation import Invocation
from simonsync.cli.parser import CommandTexts, command_group, load_command
from simonsync.cli.start import scan
from simonsync.config.schema import BY_PATH
from simonsync.settings.declaration import SETTINGS
from simonsync.simon.profile import Dialect
from simonsync.simon.profile_file import load_profile
from tools.docs.reference import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
TYPED = re.compile(r"(?:^|\s)simonsync ((?:--|[a-z])[^;|#\n]*)")


def typed(page: Path) -> Iterator[str]:
    """Return what people are told to type after `simonsync`."""
    text = page.read_text("utf-8")
    for kind, block in BLOCK.findall(text):
        if kind == "console":
            for line in block.splitlines():
                yield from TYPED.findall(line.removeprefix("$ "))
    for span in SPAN.findall(BLOCK.sub("", text)):
        if span.startswith("simonsync "):
            yield from TYPED.findall(span)


def options(command: Any) -> set[str]:
    below = getattr(command, "commands", {}).values()
    own = {opt for each in command.params for opt in each.opts}
    return own.union(*(options(each) for each in below)) if command.name != "simonsync" else own


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_options_exist(page: Path) -> None:
    everywhere = {opt for each in group().params for opt in each.opts} | {"--json", "--help"}
    wrong = []
    for line in typed(page):
        words = [word.partition("=")[0] for word in line.split()]
        name = next((word for word in words if word in COMMANDS), "")
        known = everywhere | (options(load_command(name, CommandTexts("en"))) if name else set())
        is_command = bool(name) or all(word.startswith("-") for word in words[:1])
        if not is_command or not {word for word in words if word.startswith("--")} <= known:
            wrong.append(line)
    assert wrong == []


def group() -> Any:
    return command_group(Invocation(scan(["--lang", "en"]), {}, Path("/")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_keys_of_the_configuration_exist(page: Path) -> None:
    sections = {path.partition(".")[0] for path in BY_PATH if "." in path}
    named = {
        span
        for span in SPAN.findall(BLOCK.sub("", page.read_text("utf-8")))
        if re.fullmatch(r"[a-z]+\.[a-z_]+", span) and span.partition(".")[0] in sections
    }
    assert named <= {*BY_PATH, *(f"settings.{each.key}" for each in SETTINGS)}


def test_the_profile_that_is_shown_is_understood(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "howto" / "adapting-the-profile.md").read_text("utf-8")
    (shown,) = [block for kind, block in BLOCK.findall(page) if "simon.yaml, beside" in block]
    (tmp_path / "simon.yaml").write_text(shown, "utf-8")
    profile = load_profile(tmp_path / "simon.yaml", Dialect.ODATA)
    assert profile.work_orders.status.archived == ("3",)
    assert profile.work_orders.path == "Workorders"


def test_the_page_of_the_design_has_every_package_in_its_layer() -> None:
    page = (ROOT / "docs" / "explanation" / "design.md").read_text("utf-8").partition("## Layers")[2]
    told = [set(SPAN.findall(row)) for row in re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE)]
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (layers,) = [contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers"]
    assert told == [set(re.findall(r"\w+", layer)) for layer in layers]
