"""`simonsync doctor` finds what is wrong, says what to do, and never fails itself."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simonsync.domain.phase import Phase
from simonsync.host.schedule import MARK
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.sandbox.box import Sandbox
from simonsync.store.lock import hold_lock
from tests.cli.patient import NAMES, Office
from tests.cli.program import called, simonsync
from tests.host.machine import Machine


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with Sandbox() as box:
        machine = Machine(tmp_path, monkeypatch)
        monkeypatch.setattr("simonsync.host.timers.CRON_FILES", [])
        monkeypatch.setattr("simonsync.host.timers.SYSTEM_UNITS", tmp_path / "no system units")
        yield Office(box, tmp_path, machine)


WELL = dict.fromkeys(NAMES, "ok") | dict.fromkeys(
    ("machine", "witness", "alerts", "credentials_age", "backups"), "skipped"
)


def test_a_firm_in_order_is_well(office: Office) -> None:
    assert office.results() == WELL
    ended = called(office.folder, "doctor", environ=office.environ)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("\nEverything is in order.\n")


def test_before_anything_is_set_up_it_says_how_to_begin(tmp_path: Path) -> None:
    ended = simonsync(tmp_path, "doctor", "--json")
    checks = {check["name"]: check for check in ended.document["data"]["checks"]}
    assert (ended.code, list(checks)) == (3, NAMES)
    assert checks["configuration"]["result"] == "error"
    assert "config.example.yaml" in checks["configuration"]["text"]
    assert {check["result"] for name, check in checks.items() if name != "configuration"} == {"skipped"}
    assert list(tmp_path.iterdir()) == []


def test_every_mistake_in_the_configuration_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("acount: firm\nsimon: {url: 'http://example.com/'}\n")
    checks = simonsync(tmp_path, "doctor", "--json").document["data"]["checks"]
    assert "account" in checks[0]["text"]
    assert "simon.url" in checks[0]["text"]


def test_with_a_configuration_and_nothing_else_it_names_the_next_step(office: Office) -> None:
    shutil.rmtree(office.folder / "state")
    office.timer.unlink()
    checks = office.checks(SIMONSYNC_SIMON_KEY="", SIMONSYNC_SELLSY_USER_TOKEN="")
    results = {name: check["result"] for name, check in checks.items()}
    assert results == dict.fromkeys(NAMES, "skipped") | {
        "configuration": "ok",
        "disk_space": "ok",
        "phase": "warning",
        "open_errors": "ok",
        "timers": "warning",
        "cleanup_schedule": "ok",
        "credentials": "error",
    }
    assert checks["phase"]["remedy"] == "simonsync activate"
    assert checks["timers"]["remedy"] == "simonsync schedule install"
    assert checks["credentials"]["remedy"] == "simonsync connect"
    assert "SIMONSYNC_SIMON_KEY" in checks["credentials"]["text"]
    assert not (office.folder / "state").exists()


# --- whether the state may be an old copy, and by which clock one waits --------------------------------


def test_an_old_copy_of_the_state_is_told_before_the_next_sync_finds_it(office: Office) -> None:
    office.firm.pull()
    assert office.results()["witness"] == "ok"
    witness = office.folder / "state" / "firm.witness"
    witness.write_text("17\n")
    check = office.checks()["witness"]
    assert (check["result"], "simonsync restore" in check["remedy"]) == ("warning", True)
    witness.unlink()
    check = office.checks()["witness"]
    assert (check["result"], str(witness) in check["remedy"]) == ("warning", True)
    assert not witness.exists()


def test_a_machine_without_an_id_is_no_other_machine(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.state(lambda state: state.activation.on_machine("another one"))
    monkeypatch.setattr("simonsync.account.machine.MACHINE_ID", office.folder / "none")
    assert office.results()["machine"] == "skipped"


def test_a_sellsy_that_does_not_say_what_time_it_is_is_a_warning(office: Office) -> None:
    office.firm.box.faults.set("no_date", service="sellsy", times=None)
    check = office.checks()["sellsy_clock"]
    assert (check["result"], "proxy" in check["remedy"]) == ("warning", True)


# --- files --------------------------------------------------------------------------------------------


def test_a_state_folder_open_to_others_is_an_error_and_what_is_in_it_is_not_read(office: Office) -> None:
    (office.folder / "state").chmod(0o755)
    checks = office.checks()
    assert checks["state_folder"]["result"] == "error"
    assert "chmod 700" in checks["state_folder"]["text"]
    assert {checks[name]["result"] for name in ("file_modes", "write_test", "state_file", "phase")} == {
        "skipped"
    }
    assert checks["phase"]["text"] == "First needs: State file"


def test_files_that_others_may_read_are_named_with_the_command_that_closes_them(office: Office) -> None:
    backups = office.folder / "state" / "my backups"
    backups.mkdir(mode=0o750)
    (backups / "one.tar.gz").touch(mode=0o600)
    check = office.checks()["file_modes"]
    assert check["result"] == "error"
    assert check["remedy"] == f"chmod go= '{backups}'"


def test_the_file_for_others_may_lie_in_the_state_folder(office: Office) -> None:
    (office.folder / "state" / "firm.prom").write_text("simonsync_active 1\n")
    (office.folder / "state" / "firm.prom").chmod(0o644)
    assert office.checks()["file_modes"]["result"] == "error"
    office.configure("alerts: {metrics_file: state/firm.prom}\n")
    assert office.checks()["file_modes"]["result"] == "ok"


def test_files_of_another_user_are_named(office: Office) -> None:
    if os.geteuid():
        pytest.skip("only the superuser can give a file away")
    path = office.folder / "state" / "firm.db"
    os.chown(path, 65534, 65534)
    check = office.checks()["file_modes"]
    assert (check["result"], check["remedy"]) == ("error", f"sudo chown 0 {path}")


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.ENOSPC, "full"), (errno.EROFS, "read-only"), (errno.EIO, "reports an error")],
)
def test_a_disk_that_takes_nothing_is_an_error(
    office: Office, monkeypatch: pytest.MonkeyPatch, number: int, expected: str
) -> None:
    def write(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", write)
        ended = office.doctor()
    check = next(each for each in ended.document["data"]["checks"] if each["name"] == "write_test")
    assert check["result"] == "error"
    assert expected in check["text"]
    assert [path.name for path in (office.folder / "state").iterdir() if "doctor" in path.name] == []


@pytest.mark.parametrize(("megabytes", "result"), [(501, "ok"), (499, "warning"), (49, "error")])
def test_a_disk_that_is_nearly_full_is_told_in_time(
    office: Office, monkeypatch: pytest.MonkeyPatch, megabytes: int, result: str
) -> None:
    usage = shutil.disk_usage("/")._replace(free=megabytes * 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert office.results() == WELL | {"disk_space": result}


def test_a_damaged_state_file_is_found(office: Office) -> None:
    path = office.folder / "state" / "firm.db"
    for minute in range(200):
        office.note(Message(kinds.DRAFT_CREATED, {"number": str(minute)}))
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'journal'").fetchone()[0]
        size = database.execute("PRAGMA page_size").fetchone()[0]
    database.close()
    content = bytearray(path.read_bytes())
    content[root * size - size : root * size - size + 200] = b"\xff" * 200
    path.write_bytes(content)
    checks = office.checks()
    assert checks["state_file"]["result"] == "error"
    assert "restore" in checks["state_file"]["text"] + checks["state_file"]["remedy"]
    assert {checks[name]["result"] for name in ("phase", "last_sync", "open_errors", "pair")} == {"skipped"}
    assert checks["sellsy"]["result"] == "ok"


def test_a_state_file_of_a_newer_version_is_told(office: Office) -> None:
    with sqlite3.connect(office.folder / "state" / "firm.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    check = office.checks()["state_file"]
    assert check["result"] == "error"
    assert "newer version" in check["text"]


@pytest.mark.parametrize(
    ("days", "result", "shown"),
    [
        (0, "ok", "today"),
        (3, "ok", "3"),
        (364, "ok", "364"),
        (366, "warning", "366"),
        (-400, "skipped", ""),
    ],
)
def test_credentials_grow_old(office: Office, days: int, result: str, shown: str) -> None:
    path = office.folder / "state" / "credentials.yaml"
    path.touch(mode=0o600)
    names = {key: value for key, value in office.environ.items() if key.startswith("SIMONSYNC_")}
    path.write_text(
        "".join(f'{key.removeprefix("SIMONSYNC_").lower()}: "{value}"\n' for key, value in names.items())
    )
    then = (datetime.now(UTC) - timedelta(days=days, minutes=1)).timestamp()
    os.utime(path, (then, then))
    check = office.checks(**dict.fromkeys(names, ""))["credentials_age"]
    assert check["result"] == result
    assert shown in check["text"]


# --- services -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "service", "blocked"),
    [
        ("SIMONSYNC_SELLSY_USER_SECRET", "sellsy", ["settings", "pair"]),
        ("SIMONSYNC_SIMON_PASSWORD", "simon", ["profile", "pair"]),
    ],
)
def test_credentials_that_are_refused_block_what_needs_them_and_are_not_shown(
    office: Office, variable: str, service: str, blocked: list[str]
) -> None:
    ended = office.doctor(**{variable: "planted-secret"})
    results = {check["name"]: check["result"] for check in ended.document["data"]["checks"]}
    assert results == WELL | {service: "error"} | dict.fromkeys(blocked, "skipped")
    assert "planted-secret" not in ended.out + ended.err
    for value in office.firm.box.credentials.values():
        assert value not in ended.out + ended.err


@pytest.mark.parametrize(
    ("offset", "result", "word"),
    [
        (30, "ok", "within"),
        (120, "warning", "ahead"),
        (-120, "warning", "behind"),
        (400, "error", "ahead"),
        (-400, "error", "behind"),
    ],
)
def test_a_clock_that_goes_wrong_is_found_by_both_services(
    office: Office, offset: int, result: str, word: str
) -> None:
    checks = office.checks(SIMONSYNC_NOW_OFFSET=str(offset))
    for name in ("sellsy_clock", "simon_clock"):
        assert checks[name]["result"] == result
        assert word in checks[name]["text"]


def test_a_field_that_simon_does_not_have_is_found(office: Office) -> None:
    (office.folder / "profile.yaml").write_text("customers: {name: CompanyName}\n")
    office.configure(profile=True)
    office.firm.pull()
    check = office.checks()["profile"]
    assert check["result"] == "error"
    assert "CompanyName" in check["text"]


def test_a_setting_that_sellsy_does_not_have_any_more_is_found(office: Office) -> None:
    office.configure("settings: {default_product: 'service:GONE'}\n")
    check = office.checks()["settings"]
    assert check["result"] == "error"
    assert "service:GONE" in check["text"]


def test_a_state_that_belongs_to_another_company_is_found(office: Office) -> None:
    office.state(
        lambda state: state.activation.belong_to(
            corp_id="1", company="Somebody else", licence_hash="x", api="v1"
        )
    )
    check = office.checks()["pair"]
    assert check["result"] == "error"
    assert "Somebody else" in check["text"]


# --- the state ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.ACTIVE])
def test_4_an_account_that_is_not_active_is_a_warning(office: Office, phase: Phase) -> None:
    office.state(lambda state: state.activation.set_phase(phase))
    checks = office.checks()
    assert (checks["phase"]["result"], checks["last_sync"]["result"]) == ("warning", "skipped")
    assert "simonsync activate" in checks["phase"]["remedy"]


@pytest.mark.parametrize(
    ("minutes", "code", "result"),
    [
        (14, 0, "ok"),
        (14, 3, "ok"),
        (14, 4, "ok"),
        (14, 8, "ok"),
        (16, 0, "error"),
        (1, 7, "error"),
        (1, 5, "error"),
        (1, 143, "error"),
    ],
)
def test_7_2_a_sync_that_has_not_succeeded_for_a_quarter_is_an_error(
    office: Office, minutes: int, code: int, result: str
) -> None:
    with sqlite3.connect(office.folder / "state" / "firm.db") as database:
        database.execute("DELETE FROM runs")
        database.execute("UPDATE periods SET since = '2026-01-01T00:00:00.000000Z'")
    database.close()
    office.ran(minutes, code)
    assert office.results() == WELL | {"last_sync": result}


def test_7_2_a_sync_that_succeeded_in_the_future_has_not(office: Office) -> None:
    office.ran(minutes_ago=-400 * 24 * 60)
    office.ran(1, code=7)
    with sqlite3.connect(office.folder / "state" / "firm.db") as database:
        database.execute("UPDATE periods SET since = '2026-01-01T00:00:00.000000Z'")
    database.close()
    assert office.results() == WELL | {"last_sync": "error"}


def test_7_2_right_after_the_activation_the_first_sync_is_waited_for(office: Office) -> None:
    with sqlite3.connect(office.folder / "state" / "firm.db") as database:
        database.execute("DELETE FROM runs")
    database.close()
    assert office.checks()["last_sync"]["text"] == "The first sync is due soon."


def test_8_2_open_errors_are_counted(office: Office) -> None:
    for number in ("1", "2"):
        office.note(Message(kinds.WORK_ORDER_CUSTOMER_UNKNOWN, {"number": number}), number)
    check = office.checks()["open_errors"]
    assert (check["result"], check["text"]) == ("error", "Open errors: 2")
    assert check["remedy"] == "simonsync log --errors"


def test_a_state_of_another_machine_is_an_error(office: Office) -> None:
    office.state(lambda state: state.activation.on_machine("another one"))
    assert office.results() == WELL | {"machine": "error"}


def test_it_looks_on_while_a_sync_holds_the_account(office: Office) -> None:
    path = office.folder / "state" / "firm.db"
    busy = sqlite3.connect(path, isolation_level=None)
    try:
        with hold_lock(office.folder / "state" / "firm.lock", "sync", datetime.now(UTC)):
            busy.execute("BEGIN IMMEDIATE")
            busy.execute("INSERT INTO runs (command, started_at) VALUES ('sync', '2026')")
            assert office.results() == WELL
            busy.execute("ROLLBACK")
    finally:
        busy.close()


# --- timers and alerts --------------------------------------------------------------------------------


def test_nothing_that_starts_a_sync_is_a_warning(office: Office) -> None:
    office.timer.unlink()
    assert office.results() == WELL | {"timers": "warning"}


def test_a_timer_that_does_not_run_is_a_warning_with_the_command_that_starts_it(office: Office) -> None:
    office.machine.add("systemctl", "exit 3\n")
    check = office.checks()["timers"]
    assert check["result"] == "warning"
    assert str(office.timer) in check["text"]
    assert check["remedy"].startswith("systemctl --user enable --now simonsync-sync-firm.timer")
    assert "schedule install --cron" in check["remedy"]


def test_units_from_before_a_folder_moved_are_a_warning(office: Office) -> None:
    state = office.folder / "state"
    unit = office.timer.with_name("simonsync-sync-firm.service")
    unit.write_text(f"{MARK}\nReadWritePaths=-{state}\n")
    assert office.results()["timers"] == "ok"
    (state / "backups").symlink_to(office.folder)
    check = office.checks()["timers"]
    assert (check["result"], str(unit) in check["text"]) == ("warning", True)
    assert "schedule install" in check["remedy"]


def test_two_schedulers_are_an_error_in_the_journal_too_until_one_is_gone(office: Office) -> None:
    office.machine.with_cron("*/5 * * * * simonsync sync\n")
    check = office.checks()["timers"]
    assert check["result"] == "error"
    assert str(office.timer) in check["text"]
    assert "crontab -l" in check["text"]
    assert office.doctor().code == 3
    (entry,) = office.firm.journal(codes=(kinds.TWO_SCHEDULERS.code,))
    assert (entry.open, entry.times) == (True, 2)
    office.machine.table.write_text("")
    assert office.results() == WELL
    (entry,) = office.firm.journal(codes=(kinds.TWO_SCHEDULERS.code,))
    assert not entry.open


def test_a_calendar_expression_that_is_none_is_an_error(office: Office) -> None:
    office.configure("cleanup: {schedule: every monday}\n")
    check = office.checks()["cleanup_schedule"]
    assert check["result"] == "error"
    assert "Mon,Thu 03:00" in check["text"]


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("alerts", "result", "text"),
    [
        ("ping_url: 'https://hc.example/1'", "ok", "ready"),
        ("metrics_file: metrics.prom", "ok", "ready"),
        ("metrics_file: missing/metrics.prom", "warning", "missing"),
        ("notify: ['json://localhost/']", "ok", "ready"),
        ("notify: ['json://localhost/', 'nonsense://user:planted-secret@x']", "warning", "alerts.notify[1]"),
    ],
)
def test_alerts_that_would_reach_nobody_are_a_warning(
    office: Office, alerts: str, result: str, text: str
) -> None:
    office.configure(f"alerts: {{{alerts}}}\n")
    check = office.checks()["alerts"]
    assert check["result"] == result
    assert text in check["text"]
    assert "planted-secret" not in check["text"] + check["remedy"]


# --- itself -------------------------------------------------------------------------------------------


def test_a_check_that_fails_in_an_unforeseen_way_is_a_finding_like_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_path: object) -> None:
        raise ZeroDivisionError("planted-secret")

    monkeypatch.setattr(shutil, "disk_usage", broken)
    ended = office.doctor()
    checks = {check["name"]: check for check in ended.document["data"]["checks"]}
    assert {name: check["result"] for name, check in checks.items()} == WELL | {"disk_space": "error"}
    assert "ZeroDivisionError" in checks["disk_space"]["text"]
    assert "planted-secret" not in ended.out + ended.err


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
def test_people_read_each_check_with_its_remedy_below(office: Office, lang: str) -> None:
    office.timer.unlink()
    office.state(lambda state: state.activation.on_machine("another one"))
    ended = called(office.folder, "--lang", lang, "doctor", environ=office.environ)
    lines = ended.out.splitlines()
    assert [line[0] for line in lines if line and line[0] in "✔▲✖–"] == [
        {"ok": "✔", "warning": "▲", "error": "✖", "skipped": "–"}[result]
        for result in (WELL | {"timers": "warning", "machine": "error"}).values()
    ]
    assert "  → simonsync schedule install" in lines
    assert lines[-1] != ""
