"""Whoever begins at README.md finds every page, and no link leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.docs.reference import ROOT

PAGES = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Return where a page's links lead within the project: the file, and the heading in it."""
    for target in LINK.findall(CODE.sub("", page.read_text("utf-8"))):
        if "://" not in target:
            path, _, heading = target.partition("#")
            yield (page.parent / path).resolve() if path else page, heading


def headings(page: Path) -> set[str]:
    """Return the names by which a page's headings are linked to, as GitHub and GitLab make them."""
    found = HEADING.findall(CODE.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = [
        f"{path.name}#{heading}"
        for path, heading in links(page)
        if not path.exists() or (heading and heading not in headings(path))
    ]
    assert dead == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        waiting += [path for path, _ in links(page) if path.suffix == ".md" and path not in reached]
    assert sorted(set(PAGES) - reached) == []


def test_every_picture_is_shown() -> None:
    shown = {path for page in PAGES for path, _ in links(page)}
    assert sorted(set((ROOT / "docs" / "images").iterdir()) - shown) == []
