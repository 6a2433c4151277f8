"""The real command at any interval: a pause makes nothing wait, an old copy of the state does."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simonsync.sandbox.box import Sandbox
from tests.cli.program import Ended, called, simonsync
from tests.firm import Firm

MINUTE, HOUR, DAY = 60, 3600, 86400


class Office:
    """An active firm on a served sandbox, whose every run is a command of its own."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        self.folder, self.passed = folder, 0
        self.firm = Firm(box, folder / "state")
        self.firm.folder.mkdir(mode=0o700)
        (folder / "config.yaml").write_text(
            f"account: firm\nlanguage: en\nsellsy: {{url: '{box.sellsy_url}', requests_per_second: 1000}}\n"
            f"simon: {{url: '{box.simon_url}'}}\n"
        )
        self.environ = {f"SIMONSYNC_{name.upper()}": value for name, value in box.credentials.items()}
        self.firm.activate()
        assert self.sync().code == 0

    def later(self, seconds: int, *, services_too: bool = True) -> None:
        """Let time pass for this machine, and for the services unless theirs is to stand still."""
        self.passed += seconds
        if services_too:
            address = f"{self.firm.box.simon_url}_control/clock"
            requests.post(address, json={"advance": seconds}, timeout=5).raise_for_status()

    def run(self, *arguments: str, process: bool = False) -> Ended:
        run = simonsync if process else called
        return run(
            self.folder, *arguments, environ={**self.environ, "SIMONSYNC_NOW_OFFSET": str(self.passed)}
        )

    def sync(self, *, process: bool = False) -> Ended:
        return self.run("sync", process=process)

    def told(self) -> list[dict[str, Any]]:
        """What stands open in the journal, but that a draft has no lines."""
        entries: list[dict[str, Any]] = self.run("log", "--all", "--json").document["data"]["entries"]
        return [entry for entry in entries if entry["open"] and entry["code"] != "draft-without-lines"]

    def put_back(self, saved: Path) -> None:
        for suffix in ("-wal", "-shm"):
            (self.firm.folder / f"firm.db{suffix}").unlink(missing_ok=True)
        shutil.copy(saved, self.firm.folder / "firm.db")

    def saved(self) -> Path:
        with self.firm.state() as state:
            state.database.copy_to(self.folder / "saved.db")
        return self.folder / "saved.db"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Sandbox(customers=2) as box:
        yield Office(box, tmp_path)


@pytest.mark.parametrize("services_too", [True, False], ids=["all clocks", "ours alone"])
@pytest.mark.parametrize("interval", [20 * MINUTE, HOUR, DAY], ids=["20 minutes", "an hour", "a day"])
def test_7_2_at_any_interval_the_first_run_after_archiving_makes_the_draft(
    office: Office, interval: int, *, services_too: bool
) -> None:
    for made in (1, 2, 3):
        office.later(interval, services_too=services_too)
        office.firm.archived(work=30)
        ended = office.sync(process=made == 1)
        assert (ended.code, len(office.firm.drafts())) == (0, made)
    assert office.told() == []


def test_an_old_copy_waits_says_why_and_sends_each_work_order_once(office: Office) -> None:
    saved = office.saved()
    office.firm.archived(work=30)
    office.firm.box.faults.set("status", service="sellsy", method="Document.create", status=429)
    assert office.sync().code == 7
    office.put_back(saved)
    office.later(5 * MINUTE)
    assert office.sync(process=True).code == 8
    (entry,) = office.told()
    assert entry["code"] == "creates-wait"
    assert "older than the witness beside it" in entry["message"]
    assert office.firm.drafts() == []
    office.later(16 * MINUTE)
    assert office.sync(process=True).code == 0
    assert len(office.firm.drafts()) == 1
    assert office.told() == []
    office.later(HOUR)
    office.firm.archived(work=30)
    assert office.sync().code == 0
    assert len(office.firm.drafts()) == 2


def test_a_witness_that_was_thrown_away_waits_once_and_is_there_again(office: Office) -> None:
    witness = office.firm.folder / "firm.witness"
    witness.unlink()
    office.firm.archived(work=30)
    assert office.run("sync", "--dry-run", "--json").document["data"]["held"] != []
    assert not witness.exists()
    assert office.sync().code == 8
    assert "the witness beside the state file is gone" in office.told()[0]["message"]
    office.later(16 * MINUTE)
    assert office.sync().code == 0
    office.later(DAY)
    office.firm.archived(work=30)
    assert (office.sync().code, len(office.firm.drafts())) == (0, 2)


def test_backups_know_no_witness_and_a_restore_leaves_it_alone(office: Office) -> None:
    """After a restore a human activates; drafts wait from the first answer to the next run on."""
    backup = office.run("backup", "--json").document["data"]["path"]
    office.firm.archived(work=30)
    office.sync()
    witness = office.firm.folder / "firm.witness"
    before = witness.read_bytes(), witness.stat().st_ino
    office.later(5 * MINUTE)
    assert office.run("restore", backup, "--yes").code == 0
    assert (witness.read_bytes(), witness.stat().st_ino) == before
    office.later(DAY)
    assert office.run("configure", "--accept-terms").code == 0
    office.firm.archived(work=30)
    assert office.sync().code == 8
    assert len(office.firm.drafts()) == 1
    office.later(16 * MINUTE)
    assert office.sync().code == 0
    assert len(office.firm.drafts()) == 2


@pytest.mark.parametrize("content", [None, "", "uninitialized\n"], ids=["none", "empty", "uninitialized"])
def test_a_fresh_container_each_run_is_no_other_machine(
    office: Office, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    """As in `podman run --rm`: no machine id, and another network card each time."""
    place = office.folder / "machine-id"
    if content is not None:
        place.write_text(content)
    monkeypatch.setattr("simonsync.account.machine.MACHINE_ID", place)
    with office.firm.state() as state:
        state.database.execute("UPDATE activation SET machine = NULL")
    for made in (1, 2, 3):
        monkeypatch.setattr(uuid, "getnode", lambda card=made: card)
        office.later(5 * MINUTE)
        office.firm.archived(work=30)
        assert (office.sync().code, len(office.firm.drafts())) == (0, made)
    # A machine id that comes to be is noted, and another one after it is another machine.
    place.write_text("0123456789abcdef0123456789abcdef\n")
    assert office.sync().code == 0
    place.unlink()
    assert office.sync().code == 0
    place.write_text("fedcba9876543210fedcba9876543210\n")
    assert office.sync().code == 3
    assert [entry["code"] for entry in office.told()] == ["state-lost"]
