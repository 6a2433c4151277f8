"""The manual page names everything, and the formatters have nothing to say against it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from simonsync.cli.commands import COMMANDS
from simonsync.cli.parser import CommandTexts, load_command
from tools.docs.manpage import manual_page
from tools.docs.reference import EXIT_CODES

PAGE = manual_page(EXIT_CODES)
PLAIN = PAGE.replace("\\-", "-")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_with_its_options_and_examples_is_told(name: str) -> None:
    section = PLAIN.partition(f"\n.SS {name}")[2].partition("\n.SH ")[0]
    options = [one.opts[0] for one in load_command(name, CommandTexts("en")).params]
    assert [one for one in options if one.startswith("--") and one != "--json" and one not in section] == []
    assert [one for one in COMMANDS[name].examples if f"\nsimonsync {one}\n" not in PLAIN] == []


def test_every_exit_code_is_told() -> None:
    status = PLAIN.partition(".SH EXIT STATUS")[2].partition(".SH ")[0]
    assert [code for code in EXIT_CODES if f"\n\\fB{int(code)}\\fR\n" not in status] == []


@pytest.mark.parametrize(
    "command",
    [
        ("mandoc", "-Tlint", "-W", "error"),
        ("groff", "-man", "-z", "-ww", "-K", "utf8"),
        ("man", "--warnings=w", "-E", "UTF-8", "-l", "-Tutf8"),
    ],
    ids=lambda command: command[0],
)
def test_the_formatters_accept_the_page(tmp_path: Path, command: tuple[str, ...]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    page = tmp_path / "simonsync.1"
    page.write_text(PAGE, encoding="utf-8")
    done = subprocess.run(
        [*command, str(page)], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert (done.returncode, done.stderr) == (0, "")
    if command[0] == "mandoc":
        assert done.stdout == ""
