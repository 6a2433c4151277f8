"""The program on a real terminal: questions, bars, colours, tables."""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path

import pytest

from tests.cli.program import CONFIGURATION, environment

PATIENCE = 30
"""Seconds without a sign of life after which a program waits for an answer that nobody will give."""
PRELUDE = """
import sys
from pathlib import Path
from simonsync.cli.invocation import Invocation
from simonsync.cli.start import scan
context = Invocation(scan(sys.argv[1:]), {"TERM": "xterm"}, Path.cwd()).context
"""


@contextmanager
def terminal(
    folder: Path, script: str, *arguments: str, columns: int = 80
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a script with a terminal on all its channels; give the process and the person's end."""
    person, program = pty.openpty()
    ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, *arguments],
        cwd=folder,
        env=environment(folder, {"TERM": "xterm", "COLUMNS": str(columns)}),
        stdin=program,
        stdout=program,
        stderr=program,
        start_new_session=True,
    )
    os.close(program)
    try:
        yield process, person
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(person)


def read_until(person: int, wanted: bytes | None = None) -> bytes:
    """Read what a person sees until a text appears, or until the program ends."""
    seen = b""
    while wanted is None or wanted not in seen:
        ready, _, _ = select.select([person], [], [], PATIENCE)
        assert ready, f"the program still waits after {seen!r}"
        try:
            part = os.read(person, 65536)
        except OSError:
            # The terminal of a process that has ended.
            break
        if not part:
            break
        seen += part
    return seen


def on_terminal(
    folder: Path, script: str, *arguments: str, typed: str = "", columns: int = 80
) -> tuple[int, str]:
    """Run a script to its end, type something into it; return its code and what the person saw."""
    with terminal(folder, script, *arguments, columns=columns) as (process, person):
        if typed:
            os.write(person, typed.encode())
        seen = read_until(person)
        return process.wait(timeout=30), seen.decode()


@pytest.mark.parametrize(
    ("language", "typed", "expected"),
    [
        ("fr", "oui\n", True),
        ("fr", "O\n", True),
        ("nl", "ja\n", True),
        ("en", "y\n", True),
        ("en", "no\n", False),
        ("en", "\nno\n", False),
        ("en", "\n\nyes\n", True),
        ("en", "perhaps\nyes\n", True),
        ("fr", "perhaps\nn\n", False),
    ],
)
def test_only_a_clear_yes_counts(tmp_path: Path, language: str, typed: str, expected: bool) -> None:  # noqa: FBT001 a column
    script = """
from simonsync.cli.questions import confirm
sys.exit(10 + confirm(context, "Sure?", "--yes"))
"""
    code, seen = on_terminal(tmp_path, script, "--lang", language, typed=typed)
    assert code == 10 + expected
    assert "Sure? [" in seen


@pytest.mark.parametrize(("kind", "asks"), [("ask", "builtins.input"), ("ask_secret", "getpass.getpass")])
def test_ctrl_c_at_a_question_ends_its_line(tmp_path: Path, kind: str, asks: str) -> None:
    script = f"""
import builtins, getpass
from simonsync.cli.questions import {kind}

def stopped(question):
    print(question, end="^C")
    raise KeyboardInterrupt

{asks} = stopped
try:
    {kind}(context, "Name?", "--name")
except KeyboardInterrupt:
    print("stopped")
"""
    _, seen = on_terminal(tmp_path, script)
    assert seen.splitlines()[-1] == "stopped"
    assert "Name?" in seen.splitlines()[-2]


def test_a_text_is_asked_for_with_its_default(tmp_path: Path) -> None:
    script = """
from simonsync.cli.questions import ask
assert ask(context, "Word?", "--word", "old") == "old"
assert ask(context, "Word?", "--word", "old") == "new"
"""
    code, seen = on_terminal(tmp_path, script, typed="\n new \n")
    assert code == 0, seen
    assert "Word? [old]" in seen


def test_a_secret_is_not_shown_while_it_is_typed(tmp_path: Path) -> None:
    script = """
from simonsync.cli.questions import ask, ask_secret
assert ask_secret(context, "Password", "--from-env") == "hunter2"
"""
    with terminal(tmp_path, script) as (process, person):
        seen = read_until(person, b"Password: ")
        os.write(person, b"hunter2\n")
        seen += read_until(person)
        assert process.wait(timeout=30) == 0, seen
    assert b"hunter2" not in seen


def test_an_input_that_ends_is_no_answer(tmp_path: Path) -> None:
    script = """
from simonsync.cli.questions import confirm
from simonsync.errors import UsageError
try:
    confirm(context, "Sure?", "--yes")
except UsageError as error:
    assert error.problems[0].params == {"option": "--yes"}
    sys.exit(42)
"""
    assert on_terminal(tmp_path, script, typed="\x04")[0] == 42


BARS = """
from simonsync.cli.progress import Progress
with Progress(context.output, context.language) as progress:
    for done in range(0, 101, 10):
        progress.step("customers", done, 100)
    progress.step("[red]other", 5, None)
context.output.line("end")
"""


def test_progress_shows_counts_on_a_terminal_and_vanishes_in_the_end(tmp_path: Path) -> None:
    code, seen = on_terminal(tmp_path, BARS)
    assert code == 0
    assert "100/100" in seen
    assert "[red]other" in seen
    assert seen.rstrip().endswith("end")


def test_quiet_shows_no_progress(tmp_path: Path) -> None:
    code, seen = on_terminal(tmp_path, BARS, "--quiet")
    assert (code, seen) == (0, "end\r\n")


def test_progress_on_forty_columns_survives(tmp_path: Path) -> None:
    code, seen = on_terminal(tmp_path, BARS, columns=40)
    assert code == 0
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen).replace("\r", "\n").split("\n")
    assert max(map(len, lines)) <= 40


COMMAND = """
from simonsync.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("columns", [40, 100])
def test_the_status_fits_the_terminal(tmp_path: Path, columns: int) -> None:
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    code, seen = on_terminal(tmp_path, COMMAND, "status", columns=columns)
    assert code == 0
    lines = re.sub(r"\x1b\[[0-9;]*m", "", seen).replace("\r", "").split("\n")
    # Sentences are wrapped by the terminal itself; a table would fall apart.
    assert max(len(line) for line in lines if "UsedItem" in line) <= columns


def test_errors_are_red_on_a_terminal(tmp_path: Path) -> None:
    code, seen = on_terminal(tmp_path, COMMAND, "zzz")
    assert code == 2
    assert seen.startswith("\x1b[31mError: ")
