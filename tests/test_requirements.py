"""Every sentence of the manual has tests that ran, or a decision (`requirements.md`)."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import REPORT, SuiteReport, is_whole

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).with_name("requirements.md")
LINE = re.compile(r"- `(?P<id>[\d.]+-[a-z])` (?P<says>[^→]+[.]) → (?P<shown>.+)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
DECISION = re.compile(r"(?:^|; )Decision: \S.+\.$")
CHAPTERS = {
    "1": "1.1 1.2 1.3",
    "2": "2.1 2.2 2.3 2.4 2.5",
    "3": "3.1 3.2 3.3 3.4 3.4.1 3.4.2 3.4.3",
    "4": "4 4.1 4.2 4.3 4.4",
    "5": "5 5.1 5.2 5.3 5.4 5.5 5.6 5.7 5.8 5.9 5.9.1 5.9.2 5.9.3 5.9.4 5.10 5.11",
    "5.10": "5.10.1 5.10.2 5.10.3 5.10.4",
    "6": "6.1 6.2 6.3 6.4",
    "7": "7.1 7.2 7.3 7.4",
    "8": "8 8.1 8.2 8.3 8.4",
    "9": "9.1 9.2 9.3",
}
"""The chapters of the manual that say something."""


@dataclass(frozen=True)
class Requirement:
    """A line of the page: the tests that show it, by file and name, or a decision, or both."""

    id: str
    says: str
    tests: tuple[tuple[str, str], ...]
    decision: bool

    @property
    def chapter(self) -> str:
        return self.id.rpartition("-")[0]


def requirements() -> Iterator[Requirement]:
    """Read the page; a line of a list that is none of its lines is a mistake."""
    for number, line in enumerate(PAGE.read_text("utf-8").splitlines(), start=1):
        if not line.startswith("-"):
            continue
        found = LINE.fullmatch(line)
        assert found, f"line {number} of requirements.md: {line}"
        shown = found["shown"]
        yield Requirement(
            found["id"], found["says"], tuple(TEST.findall(shown)), DECISION.search(shown) is not None
        )


ALL = tuple(requirements())


@cache
def declared_in(path: str) -> frozenset[str]:
    """Name the tests that a file declares."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    declared = ast.parse(file.read_text("utf-8")).body
    return frozenset(part.name for part in declared if isinstance(part, ast.FunctionDef))


def test_every_line_has_a_name_of_its_own_and_a_chapter() -> None:
    assert [name for name, times in Counter(each.id for each in ALL).items() if times > 1] == []
    assert {each.chapter for each in ALL} == {name for names in CHAPTERS.values() for name in names.split()}


@pytest.mark.parametrize("requirement", ALL, ids=lambda each: each.id)
def test_every_line_is_shown_by_tests_that_exist_or_replaced_by_a_decision(requirement: Requirement) -> None:
    assert requirement.tests or requirement.decision
    assert [f"{path}::{name}" for path, name in requirement.tests if name not in declared_in(path)] == []


def test_in_a_run_of_the_whole_suite_every_named_test_ran(request: pytest.FixtureRequest) -> None:
    """It is put last in the run (`conftest.py`); where only a part runs, that the tests exist is enough."""
    report = request.config.stash[REPORT]
    if report.is_whole:
        named = {f"{path}::{name}" for each in ALL for path, name in each.tests}
        assert sorted(named - report.ran) == []
        assert sorted(named & report.skipped) == []


# --- the bookkeeping ----------------------------------------------------------------------------------


def test_a_test_counts_as_run_once_one_of_its_cases_ran_and_as_skipped_once_one_was_not() -> None:
    report = SuiteReport(is_whole=True)
    for case, outcome in (("a", "passed"), ("b", "skipped")):
        report.note(f"tests/test_x.py::test_y[{case}]", "call", outcome)
    report.note("tests/test_x.py::test_z", "call", "failed")
    report.note("tests/test_x.py::test_w", "setup", "passed")
    report.note("tests/test_x.py::test_v", "setup", "skipped")
    assert report.ran == {"tests/test_x.py::test_y", "tests/test_x.py::test_z"}
    assert report.skipped == {"tests/test_x.py::test_y", "tests/test_x.py::test_v"}


@pytest.mark.parametrize(
    ("asked", "options", "whole"),
    [
        (["tests"], {}, True),
        (["tests/"], {"keyword": "", "markexpr": "", "deselect": None, "lf": False}, True),
        (["tests/rules"], {}, False),
        (["tests", "tests/rules"], {}, False),
        (["tests/test_requirements.py::test_every_line_has_a_name_of_its_own_and_a_chapter"], {}, False),
        (["tests"], {"keyword": "5_9"}, False),
        (["tests"], {"markexpr": "slow"}, False),
        (["tests"], {"deselect": ["tests/rules"]}, False),
        (["tests"], {"ignore": ["tests/rules"]}, False),
        (["tests"], {"lf": True}, False),
    ],
)
def test_a_run_is_whole_where_nothing_is_left_out(
    asked: list[str], options: dict[str, object], *, whole: bool
) -> None:
    assert is_whole(asked, ROOT, options) is whole
