"""A few cases of the crash walk; `make crash-walk` goes through all of them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(("--around", "Document.create"), id="around every draft"),
        pytest.param(("--sample", "16", "--seed", "20"), id="here and there"),
        pytest.param(("--kills", "--sample", "12", "--workers", "4"), id="with several workers"),
        pytest.param(("--api", "v2", "--sample", "12", "--seed", "3"), id="over both APIs of Sellsy"),
    ],
)
def test_whatever_goes_wrong_comes_right_by_itself(chosen: tuple[str, ...]) -> None:
    walk = subprocess.run(
        [sys.executable, "-m", "tools.crash.walk", *chosen], capture_output=True, text=True, check=False
    )
    said = walk.stdout + walk.stderr
    assert walk.returncode == 0, said
    figure = re.search(r"(\d+) cases over .*: 0 duplicates, 0 losses$", walk.stdout, re.MULTILINE)
    assert figure is not None, said
    assert int(figure[1]) >= 12
