"""`simonsync cleanup` as a timer, a script and a person run it [7.3]."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simonsync.sandbox.box import Sandbox
from tests.cli.program import PROGRAM, Ended, called, environment, simonsync
from tests.firm import Firm


@dataclass(frozen=True)
class Office:
    """An active firm with its configuration file, in a folder."""

    firm: Firm
    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        return {f"SIMONSYNC_{name.upper()}": value for name, value in self.firm.box.credentials.items()}

    def run(self, *arguments: str) -> Ended:
        return called(self.folder, "--lang", "en", *arguments, environ=self.environ)

    def strangers(self, count: int) -> None:
        for number in range(count):
            self.firm.box.simon.add("Customer", Name=f"Stranger {number}")

    def left(self) -> int:
        return sum(str(row["Name"]).startswith("Stranger") for row in self.firm.box.simon.rows("Customer"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "state").mkdir(mode=0o700)
    with Sandbox() as box:
        firm = Firm(box, tmp_path / "state")
        firm.activate()
        firm.pull()
        (tmp_path / "config.yaml").write_text(
            "account: firm\n"
            f'sellsy: {{url: "{box.sellsy_url}", requests_per_second: 1000}}\n'
            f'simon: {{url: "{box.simon_url}"}}\n'
            "cleanup: {max_deletions: 3, max_percent: 100}\n"
        )
        yield Office(firm, tmp_path)


def test_7_3_a_timer_hears_nothing_of_what_went(office: Office) -> None:
    office.strangers(2)
    ended = simonsync(office.folder, "cleanup", environ=office.environ)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert office.left() == 0


def test_7_3_a_script_reads_what_went(office: Office) -> None:
    office.strangers(1)
    ended = office.run("cleanup", "--json")
    plan = ended.document["data"]["plan"]
    assert (ended.code, ended.document["exit_code"], plan["reason"]) == (0, 0, None)
    (deletion,) = plan["deletions"]
    assert set(deletion) == {"kind", "id", "name", "reason"}
    assert (deletion["kind"], deletion["name"], deletion["reason"]) == (
        "customer",
        "Stranger 0",
        "made-in-simon",
    )
    (action,) = ended.document["data"]["actions"]
    assert (action["action"], action["target"], action["kind"]) == ("delete", "simon", "customer")
    assert action["record"] == deletion["id"]


def test_7_3_a_dry_run_shows_what_would_go_and_why(office: Office) -> None:
    office.strangers(2)
    ended = office.run("cleanup", "--dry-run")
    assert ended.code == 0
    assert "Stranger 1" in ended.out
    assert "made in Simon, not in Sellsy" in ended.out
    assert office.left() == 2
    assert len(office.run("cleanup", "--dry-run", "--json").document["data"]["plan"]["deletions"]) == 2


@pytest.mark.parametrize(("days", "kept"), [(1, False), (3, True)])
def test_8_information_is_kept_as_long_as_the_configuration_says(
    office: Office, *, days: int, kept: bool
) -> None:
    configuration = office.folder / "config.yaml"
    configuration.write_text(configuration.read_text() + f"journal: {{keep_information_days: {days}}}\n")
    assert office.firm.codes()
    two_days = {**office.environ, "SIMONSYNC_NOW_OFFSET": str(2 * 86400)}
    office.firm.later(days=2)
    assert called(office.folder, "cleanup", "--dry-run", environ=two_days).code == 0
    assert office.firm.codes()
    assert called(office.folder, "cleanup", environ=two_days).code == 0
    assert bool(office.firm.codes()) is kept


def test_7_3_the_brake_is_told_once_and_waits_for_its_plan(office: Office) -> None:
    office.strangers(4)
    first = office.run("cleanup")
    assert first.code == 4
    assert "4 records would go from Simon" in first.err
    assert office.left() == 4
    again = office.run("cleanup")
    assert (again.code, again.out, again.err) == (4, "", "")
    waits = office.run("status", "--json").document["data"]["plan"]
    document = office.run("cleanup", "--dry-run", "--json").document
    plan = document["data"]["plan"]
    assert document["exit_code"] == 4
    assert plan["reason"] == "more-than-max-deletions"
    assert [message["code"] for message in document["messages"]] == ["brake"]
    assert plan["id"] == waits
    assert f"--approve {plan['id']}" in first.err
    approved = office.run("cleanup", "--approve", plan["id"], "--yes", "--json")
    assert approved.code == 0
    assert len(approved.document["data"]["plan"]["deletions"]) == 4
    assert office.left() == 0
    stale = office.run("cleanup", "--approve", plan["id"])
    assert stale.code == 2
    assert f"There is no plan {plan['id']}" in stale.err


def test_7_3_what_is_kept_is_told_with_its_numbers(office: Office) -> None:
    box = office.firm.box
    made = box.simon.add("Customer", Name="Stranger")
    order = box.simon.add_work_order(box.simon.add("Location", Name="Chantier", CustomerId=made), "Pose")
    ended = office.run("cleanup")
    assert ended.code == 0
    assert f"work order {box.simon.row('WorkOrder', order)['Number']} still uses it" in ended.err
    assert office.run("cleanup").err == ""
    held = office.run("cleanup", "--dry-run", "--json").document["data"]["held"]
    assert [each["code"] for each in held] == ["customer-kept-open-work-orders"]


def at_a_terminal(office: Office, answer: str) -> tuple[int, str]:
    """Run the command on a terminal and answer its question; return the code and what was seen."""
    mine, theirs = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, "--lang", "en", "cleanup"],
        cwd=office.folder,
        env=environment(office.folder, office.environ),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        seen, deadline, answered = "", time.monotonic() + 60, False
        while time.monotonic() < deadline:
            if not select.select([mine], [], [], 0.2)[0]:
                continue
            try:
                read = os.read(mine, 4096)
            except OSError:  # the other end is closed
                break
            if not read:
                break
            seen += read.decode()
            if not answered and "[Yes/No]" in seen:
                os.write(mine, f"{answer}\n".encode())
                answered = True
        os.close(mine)
    return process.returncode, seen


@pytest.mark.parametrize(("answer", "code", "left"), [("yes", 0, 0), ("no", 2, 2)])
def test_7_3_a_person_sees_what_would_go_and_decides(
    office: Office, answer: str, code: int, left: int
) -> None:
    office.strangers(2)
    ended, seen = at_a_terminal(office, answer)
    assert "Stranger 1" in seen
    assert "Delete these records from Simon? (2)" in seen
    assert (ended, office.left()) == (code, left)


def test_9_1_a_cleanup_while_inactive_is_refused(office: Office) -> None:
    with office.firm.state() as state:
        state.activation.deactivate(office.firm.box.clock(), office.firm.box.clock())
    office.firm.box.log.clear()
    assert office.run("cleanup").code == 9
    assert office.firm.box.log.entries() == []
