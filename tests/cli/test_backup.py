"""`backup` and `restore`: by options, and with a question at the terminal."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from resource import RLIMIT_FSIZE, setrlimit

import pytest

from simonsync.config.credentials import store_credentials
from simonsync.sandbox.box import Sandbox
from tests.cli.conversation import converse
from tests.cli.program import PROGRAM, environment
from tests.cli.test_activation import ALL_YES, CONFIGURATION, Desk, codes


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Sandbox() as box:
        (tmp_path / "config.yaml").write_text(
            CONFIGURATION.format(sellsy=box.sellsy_url, simon=box.simon_url) + "backup: {keep: 2}\n"
        )
        yield Desk(tmp_path, box)


def test_a_state_is_saved_looked_at_and_put_back(desk: Desk) -> None:
    desk.run(*ALL_YES)
    saved = desk.ask("backup")
    path = Path(saved["data"]["path"])
    assert path.parent == desk.folder / "state" / "backups"
    assert path.stat().st_mode & 0o777 == 0o600
    looked = desk.ask("restore", path.name, "--dry-run")
    assert looked["data"]["kind"] == "state"
    assert (looked["data"]["saved_phase"], looked["data"]["restored"]) == ("active", False)
    assert desk.phase() == "active"
    assert desk.run("restore", str(path)).code == 2
    put_back = desk.ask("restore", path.name, "--yes")
    assert (put_back["exit_code"], put_back["data"]["restored"]) == (0, True)
    assert desk.phase() == "connected"
    assert desk.run("sync").code == 9
    assert desk.ask("activate", "--yes")["data"]["phase"] == "active"


def test_only_so_many_backups_of_the_state_are_kept(desk: Desk) -> None:
    desk.run(*ALL_YES)
    rotated = [len(desk.ask("backup")["data"]["rotated"]) for _ in range(4)]
    assert rotated == [0, 0, 1, 1]
    assert len(list(desk.folder.glob("state/backups/*state*"))) == 2
    assert len(list(desk.folder.glob("state/backups/*records*"))) == 1


def test_before_the_first_activation_there_is_nothing_to_save(desk: Desk) -> None:
    document = desk.ask("backup")
    assert (document["exit_code"], codes(document)) == (2, ["backup-nothing"])


def test_what_a_wipe_removed_is_looked_at_and_brought_back(desk: Desk) -> None:
    backup = Path(desk.ask("wipe", "--yes")["data"]["backup"])
    desk.box.log.clear()
    looked = desk.ask("restore", backup.name, "--dry-run")
    assert looked["data"]["tables"]["work_orders"] == {"restored": 43}
    assert looked["data"]["tables"]["attachments"].keys() == {"file"}
    assert desk.box.log.writes() == []
    assert desk.run("restore", str(backup)).code == 2
    done = desk.ask("restore", str(backup), "--yes")
    assert (done["exit_code"], done["data"]["restored"]) == (0, True)
    assert done["data"]["tables"] == looked["data"]["tables"]
    assert desk.count("WorkOrder") == 43
    assert desk.phase() == "never_activated"
    again = desk.ask("restore", str(backup), "--yes")
    assert again["data"]["restored"] is False
    assert again["data"]["tables"]["work_orders"] == {"present": 43}


def test_what_simon_refuses_is_named_and_needs_someone(desk: Desk) -> None:
    backup = desk.ask("wipe", "--yes")["data"]["backup"]
    desk.box.faults.set("status", service="simon", method="POST Contact", status=400, times=1)
    done = desk.ask("restore", backup, "--yes")
    assert done["exit_code"] == 3
    assert [each["table"] for each in done["data"]["refused"]] == ["contacts"]
    desk.box.faults.clear()
    assert desk.ask("restore", backup, "--yes")["data"]["tables"]["contacts"] == {
        "present": 9,
        "restored": 1,
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "archive-unreadable"), (b"no archive", "archive-foreign"), (b"", "archive-cut-off")],
)
def test_what_is_no_backup_is_told(desk: Desk, content: bytes | None, code: str) -> None:
    if content is not None:
        (desk.folder / "file.tar.gz").write_bytes(content)
    document = desk.ask("restore", "file.tar.gz", "--yes")
    assert document["exit_code"] == 2
    assert codes(document)[0] in {code, "archive-damaged", "archive-foreign"}
    assert desk.requests() == 0


def test_at_a_terminal_a_restore_is_shown_and_asked_for(desk: Desk) -> None:
    backup = desk.ask("wipe", "--yes")["data"]["backup"]
    store_credentials(desk.folder / "state", desk.box.credentials)
    arguments = ["--lang", "fr", "restore", backup]
    refused = converse(desk.folder, arguments, [("Remettre ces fiches", "non")])
    assert (refused.code, desk.count("WorkOrder")) == (2, 0)
    assert "Bon de travail" in refused.out
    agreed = converse(desk.folder, arguments, [("Remettre ces fiches", "oui")])
    assert (agreed.code, desk.count("WorkOrder")) == (0, 43)


# --- the daily backup ---------------------------------------------------------------------------------


def elsewhere(desk: Desk) -> Path:
    """Put the backups on a disk that is not there."""
    folder = desk.folder / "state" / "backups"
    place = desk.folder / "other disk"
    folder.rename(desk.folder / "kept")
    folder.symlink_to(place)
    return place


def test_a_daily_backup_that_fails_is_a_case_until_one_is_written(desk: Desk) -> None:
    desk.run(*ALL_YES)
    place = elsewhere(desk)
    told = desk.run("--lang", "fr", "sync")
    assert told.code == 3
    assert f"La sauvegarde quotidienne n'a pas pu être écrite dans {place}" in told.err
    again = desk.run("sync")
    assert (again.code, again.out, again.err) == (3, "", "")
    (case,) = desk.ask("log", "--errors")["data"]["entries"]
    assert (case["code"], case["times"], case["params"]["path"]) == ("backup-failed", 2, str(place))
    assert desk.ask("status")["data"]["last_run"]["exit_code"] == 3
    place.mkdir()
    assert desk.run("sync").code == 0
    assert len(list(place.glob("*state*"))) == 1
    assert desk.ask("log", "--errors")["data"]["entries"] == []


def test_the_doctor_looks_whether_backups_can_be_written_where_they_lie(desk: Desk) -> None:
    def check() -> tuple[str, str]:
        (found,) = (each for each in desk.ask("doctor")["data"]["checks"] if each["name"] == "backups")
        return found["result"], found["text"]

    desk.run(*ALL_YES)
    desk.run("sync")
    assert check()[0] == "ok"
    place = elsewhere(desk)
    result, text = check()
    assert (result, str(place) in text) == ("error", True)
    place.mkdir()
    assert check()[0] == "skipped"
    (place / "default-state-20200101T000000Z.tar.gz").touch()
    assert check()[0] == "skipped"


def test_a_copy_that_finds_no_room_names_the_disk_of_the_backups(desk: Desk) -> None:
    desk.run(*ALL_YES)
    most = 40_000
    tried = subprocess.run(
        [*PROGRAM, "--lang", "en", "backup"],
        cwd=desk.folder,
        env=environment(desk.folder),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: setrlimit(RLIMIT_FSIZE, (most, most)),
    )
    assert tried.returncode == 2
    assert str(desk.folder / "state" / "backups") in tried.stderr
    assert "backup cannot be written" in tried.stderr
