"""Print what a version brings, from CHANGELOG.md: `python -m tools.release.notes [VERSION]`.

The text of the tag. Without a version, that of the package; exit code 1 where it has no section yet.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from simonsync import __version__

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
_SECTION = re.compile(r"^## \[(?P<version>[^\]]+)\](?: – (?P<day>\d{4}-\d\d-\d\d))?\n", re.MULTILINE)


def notes(changelog: str, version: str) -> str | None:
    """Return the text of a version: its name, then its section; None where it has none."""
    heads = list(_SECTION.finditer(changelog))
    for head, end in zip(heads, [*(each.start() for each in heads[1:]), len(changelog)], strict=True):
        if head["version"] == version and head["day"]:
            return f"simonsync {version}\n\n{changelog[head.end() : end].strip()}\n"
    return None


def main(arguments: Sequence[str]) -> int:
    """Print the notes, or say that there are none."""
    version = arguments[0] if arguments else __version__
    text = notes(CHANGELOG.read_text("utf-8"), version)
    if text is None:
        sys.stderr.write(f"CHANGELOG.md has no section `## [{version}] – YYYY-MM-DD`.\n")
        return 1
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
