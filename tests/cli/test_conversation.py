"""The person at the terminal notices at once when the program asks something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conversation import converse
from tests.cli.program import CONFIGURATION


@pytest.mark.parametrize(
    ("script", "instead"),
    [
        ([("another question", "yes")], "an unexpected question instead of 'another question'"),
        ([], "an unexpected question instead of the end"),
        ([("[Yes/No]", "no"), ("and then?", "")], "it has ended instead of 'and then?'"),
    ],
)
def test_what_is_not_in_the_script_fails_with_the_screen(
    tmp_path: Path, script: list[tuple[str, str]], instead: str
) -> None:
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    with pytest.raises(AssertionError) as failed:
        converse(tmp_path, ["--lang", "en", "activate"], script)
    assert str(failed.value).startswith(instead)
    assert "[Yes/No]" in str(failed.value)
