"""Planners cannot write: what they are given has no writer, and the type checker says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLANNER = """\
from simonsync.sync.run import Planning


def plan(run: Planning) -> None:
    {statement}
"""


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ('run.simon.delete("customers", "1")', True),
        ("run.sellsy.upload", True),
        ("run.sellsy.create_draft", True),
        ("run.simon.create", True),
        ("run.sellsy.account()", False),
        ('run.state.ledger.forget("1")', False),
    ],
)
def test_a_planner_that_writes_does_not_pass_the_type_check(
    tmp_path: Path, statement: str, *, refused: bool
) -> None:
    path = tmp_path / "planner.py"
    path.write_text(PLANNER.format(statement=statement))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("has no attribute" in done.stdout) is refused, done.stdout + done.stderr
