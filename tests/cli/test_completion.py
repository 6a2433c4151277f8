"""Completion in the shells that people use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import environment, simonsync

SHELLS = ("bash", "zsh", "fish")


def completed(folder: Path, shell: str, line: str) -> str:
    words = line.split(" ")
    environ = {
        "_SIMONSYNC_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = simonsync(folder, environ=environ)
    assert (done.code, done.err) == (0, "")
    return done.out


@pytest.mark.parametrize("shell", SHELLS)
def test_commands_and_options_are_completed(tmp_path: Path, shell: str) -> None:
    assert "sandbox" in completed(tmp_path, shell, "simonsync san")
    assert "configure" in completed(tmp_path, shell, "simonsync ")
    options = completed(tmp_path, shell, "simonsync configure --")
    assert "--show" in options
    assert "--json" in options
    assert "sandbox" not in completed(tmp_path, shell, "simonsync con")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_for_each_shell_is_shown(tmp_path: Path, shell: str) -> None:
    done = simonsync(
        tmp_path, "--show-completion", environ={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    )
    assert done.code == 2
    done = simonsync(
        tmp_path, "--show-completion", shell, environ={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    )
    assert done.code == 0
    assert f"_SIMONSYNC_COMPLETE=complete_{shell}" in done.out


@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("bash", ".bash_completions/simonsync.sh"),
        ("zsh", ".zfunc/_simonsync"),
        ("fish", ".config/fish/completions/simonsync.fish"),
    ],
)
def test_completion_is_installed_where_the_shell_looks(tmp_path: Path, shell: str, place: str) -> None:
    done = simonsync(
        tmp_path, "--install-completion", shell, environ={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    )
    assert done.code == 0
    assert "_SIMONSYNC_COMPLETE" in (tmp_path / place).read_text()


def test_bash_completes_with_the_installed_script(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "simonsync"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m simonsync "$@"\n')
    program.chmod(0o755)
    script = """
eval "$(simonsync --show-completion bash)"
COMP_WORDS=(simonsync sand) COMP_CWORD=1
_simonsync_completion simonsync
echo "${COMPREPLY[@]}"
"""
    environ = environment(tmp_path, {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    environ["PATH"] = f"{tmp_path / 'bin'}:{environ['PATH']}"
    done = subprocess.run(
        ["/bin/bash", "--norc", "-c", script],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("sandbox\n", "")
