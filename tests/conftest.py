"""What holds for all tests, and the bookkeeping by which `test_requirements.py` knows which of them ran."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings

from simonsync.secrecy import forget

# No test measures time: a busy machine must not turn one red.
settings.register_profile("simonsync", deadline=None)
settings.load_profile("simonsync")

_LAST = "test_in_a_run_of_the_whole_suite_every_named_test_ran"
_PARTIAL = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise")


@pytest.fixture(autouse=True)
def _secrets_of_this_test_only() -> Iterator[None]:
    """Forget what a test kept: thousands of tokens of others would be looked for in each text."""
    yield
    forget()


@dataclass
class SuiteReport:
    """Which tests ran, by file and name without their cases.

    Attributes:
        is_whole: whether the run was asked for all tests.
        ran: tests of which at least one case ran, whatever came out.
        skipped: tests of which at least one case was left out.
    """

    is_whole: bool
    ran: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)

    def note(self, node: str, when: str | None, outcome: str) -> None:
        """Note how a case went."""
        name = node.partition("[")[0]
        if outcome == "skipped":
            self.skipped.add(name)
        elif when == "call":
            self.ran.add(name)


REPORT = pytest.StashKey[SuiteReport]()


def is_whole(asked: Sequence[str], folder: Path, options: Mapping[str, object]) -> bool:
    """Tell whether a run that was asked for so, in a folder and with these options, runs all tests."""
    everything = [(folder / each).resolve() for each in asked] == [Path(__file__).parent]
    return everything and not any(options.get(name) for name in _PARTIAL)


def pytest_configure(config: pytest.Config) -> None:
    """Begin the report, with Ctrl-C heard again: whoever started us in the background had it ignored.

    Every program that a test starts takes over what is ignored, and would never end by the test's SIGINT.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    whole = is_whole(config.args, config.invocation_params.dir, vars(config.option))
    config.stash[REPORT] = SuiteReport(whole)
    config.pluginmanager.register(_Reporter(config.stash[REPORT]))


class _Reporter:
    """Fills the report while tests run."""

    def __init__(self, report: SuiteReport) -> None:
        self._report = report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._report.note(report.nodeid, report.when, report.outcome)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the test that looks at all the others behind them, in whatever order they are."""
    items.sort(key=lambda item: item.name == _LAST)
