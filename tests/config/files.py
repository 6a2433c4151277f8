"""Configuration files for tests."""

from __future__ import annotations

from pathlib import Path

from simonsync.config.file import load
from simonsync.config.schema import Configuration
from simonsync.errors import UsageError
from simonsync.messages.kinds import Message

SMALLEST = "simon:\n  url: https://simon.example/api/\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_bytes(text.encode())
    return path


def loaded(folder: Path, text: str) -> Configuration:
    return load(written(folder, text))


def problems(folder: Path, text: str) -> list[Message]:
    """Load a file that must not be accepted."""
    try:
        loaded(folder, text)
    except UsageError as error:
        return list(error.problems)
    raise AssertionError("the file was accepted")


def told(folder: Path, text: str) -> list[tuple[str, str]]:
    """Return code and place of each problem."""
    return [
        (problem.code, str(problem.params.get("path") or problem.params.get("key")))
        for problem in problems(folder, text)
    ]
