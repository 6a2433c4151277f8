"""The text of a version's tag is its section of the changelog."""

from __future__ import annotations

import pytest

from tools.release.notes import main, notes

CHANGELOG = """\
# Changelog

## [Unreleased]

- Not yet.

## [1.1.0] – 2026-12-01

### Added

- Something.

## [1.0.0] – 2026-11-01

- The first one.
"""


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("1.1.0", "simonsync 1.1.0\n\n### Added\n\n- Something.\n"),
        ("1.0.0", "simonsync 1.0.0\n\n- The first one.\n"),
        ("Unreleased", None),
        ("1.0", None),
    ],
)
def test_a_version_is_told_by_its_section(version: str, text: str | None) -> None:
    assert notes(CHANGELOG, version) == text


def test_a_version_without_a_section_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["0.0.1"]) == 1
    assert "no section `## [0.0.1] – YYYY-MM-DD`" in capsys.readouterr().err
