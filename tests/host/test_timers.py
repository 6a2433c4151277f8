"""Timers come and go through the machine's own programs, and nothing else is touched."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from simonsync.errors import UsageError
from simonsync.host.schedule import MARK, Scope, crontab_block, units
from simonsync.host.timers import Crontab, Systemd, next_sync, schedulers, unit_folder
from tests.builders import NOON
from tests.host.machine import Machine
from tests.host.test_schedule import PLAIN

TIMERS = "simonsync-sync-firm.timer simonsync-cleanup-firm.timer"
BLOCK = crontab_block(PLAIN)
OTHER = crontab_block(replace(PLAIN, account="second"))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_a_table_is_written_once_and_read_as_it_is(machine: Machine) -> None:
    machine.with_cron("0 1 * * * caf\u00e9 \u20ac\n")
    assert Crontab().put("firm", BLOCK)
    assert machine.table.read_text() == "0 1 * * * caf\u00e9 \u20ac\n" + BLOCK
    assert machine.calls == ["crontab -l", "crontab -"]
    assert not Crontab().put("firm", BLOCK)
    assert machine.calls == ["crontab -l"]
    assert Crontab().put("firm", "")
    assert machine.table.read_text() == "0 1 * * * caf\u00e9 \u20ac\n"
    assert not Crontab().put("firm", "")


def test_bytes_that_are_no_text_stay_in_the_table(machine: Machine) -> None:
    machine.with_cron()
    machine.table.write_bytes(b"# caf\xe9\n")
    Crontab().put("firm", BLOCK)
    assert machine.table.read_bytes() == b"# caf\xe9\n" + BLOCK.encode()


def test_a_user_without_a_table_gets_one(machine: Machine) -> None:
    machine.with_cron()
    assert Crontab().put("firm", BLOCK)
    assert machine.table.read_text() == BLOCK


@pytest.mark.parametrize(
    "script",
    [
        "echo 'You (firm) are not allowed to use this program' >&2; exit 1\n",
        "exit 1\n",
        "echo '0 1 * * * backup'; echo 'no crontab' >&2; exit 1\n",
    ],
)
def test_a_table_that_cannot_be_read_for_certain_is_not_overwritten(machine: Machine, script: str) -> None:
    machine.add("crontab", script)
    with pytest.raises(UsageError) as refused:
        Crontab().put("firm", BLOCK)
    assert refused.value.code == "schedule-command-failed"
    assert machine.calls == ["crontab -l"]


def test_a_table_that_cron_refuses_is_told(machine: Machine) -> None:
    machine.add("crontab", 'if [ "$1" = - ]; then echo "bad minute" >&2; exit 1; fi\n')
    with pytest.raises(UsageError) as refused:
        Crontab().put("firm", BLOCK)
    assert refused.value.problems[0].params == {"command": "crontab -", "cause": "bad minute"}


def test_a_machine_without_cron_says_so(machine: Machine) -> None:
    with pytest.raises(UsageError) as refused:
        Crontab().put("firm", BLOCK)
    assert refused.value.code == "schedule-no-cron"
    assert machine.calls == []


def systemd(machine: Machine) -> Systemd:
    return Systemd(Scope.USER, machine.units)


def content(machine: Machine) -> dict[str, str]:
    return {path.name: path.read_text() for path in machine.units.glob("*") if path.is_file()}


def test_units_are_written_once_and_started(machine: Machine) -> None:
    machine.with_systemd()
    wanted = units(PLAIN, Scope.USER)
    manager = systemd(machine)
    assert not manager.installed("firm")
    changed = manager.install(wanted)
    assert [path.name for path in changed] == [unit.name for unit in wanted]
    assert content(machine) == {unit.name: unit.content for unit in wanted}
    assert {path.stat().st_mode & 0o777 for path in machine.units.iterdir()} == {0o644}
    assert manager.installed("firm")
    assert manager.install(wanted) == ()
    assert machine.calls == []
    manager.start("firm", changed=False)
    assert machine.calls == ["systemctl --user daemon-reload", f"systemctl --user enable --now {TIMERS}"]


def test_a_timer_that_is_changed_starts_anew(machine: Machine) -> None:
    machine.with_systemd()
    manager = systemd(machine)
    manager.install(units(PLAIN, Scope.USER))
    changed = manager.install(units(replace(PLAIN, calendar="daily"), Scope.USER))
    assert [path.name for path in changed] == ["simonsync-cleanup-firm.timer"]
    manager.start("firm", changed=True)
    assert machine.calls[-1] == f"systemctl --user restart {TIMERS}"


def test_the_systems_systemd_is_asked_without_user(machine: Machine, tmp_path: Path) -> None:
    machine.with_systemd()
    Systemd(Scope.SYSTEM, tmp_path / "system").start("firm", changed=False)
    assert machine.calls[0] == "systemctl daemon-reload"


def test_units_are_stopped_and_removed_once(machine: Machine) -> None:
    machine.with_systemd()
    manager = systemd(machine)
    manager.install(units(PLAIN, Scope.USER))
    link = machine.units / "timers.target.wants" / "simonsync-sync-firm.timer"
    link.parent.mkdir()
    link.symlink_to("../simonsync-sync-firm.timer")
    (machine.units / "simonsync-sync-second.timer").write_text(MARK)
    removed = manager.remove("firm")
    assert sorted(path.name for path in removed) == sorted(unit.name for unit in units(PLAIN, Scope.USER))
    assert list(content(machine)) == ["simonsync-sync-second.timer"]
    assert not link.is_symlink()
    called = machine.calls
    assert called[0] == "systemctl --user show-environment"
    assert called[1].startswith("systemctl --user disable --now simonsync-")
    assert called[2] == "systemctl --user daemon-reload"
    assert manager.remove("firm") == ()
    assert machine.calls == []


def test_units_that_somebody_else_wrote_stay(machine: Machine) -> None:
    machine.units.mkdir(parents=True)
    own = machine.units / "simonsync-cleanup-firm.timer"
    own.write_text("[Timer]\nOnCalendar=daily\n")
    manager = systemd(machine)
    with pytest.raises(UsageError, match="schedule-unit-foreign"):
        manager.install(units(PLAIN, Scope.USER))
    with pytest.raises(UsageError, match="schedule-unit-foreign"):
        manager.remove("firm")
    assert content(machine) == {own.name: "[Timer]\nOnCalendar=daily\n"}


def test_where_systemd_fails_its_own_words_are_told(machine: Machine) -> None:
    machine.add("systemctl", "echo 'Failed to connect to bus: No medium found' >&2; exit 1\n")
    manager = systemd(machine)
    assert not manager.runs()
    with pytest.raises(UsageError) as refused:
        manager.start("firm", changed=False)
    assert refused.value.problems[0].params == {
        "command": "systemctl --user daemon-reload",
        "cause": "Failed to connect to bus: No medium found",
    }


def test_where_there_is_no_systemd_it_does_not_run(machine: Machine) -> None:
    manager = systemd(machine)
    assert not manager.runs()
    assert manager.shuts_off()
    assert machine.calls == []


def test_a_folder_that_cannot_be_written_is_told(machine: Machine) -> None:
    machine.units.parent.mkdir(parents=True)
    machine.units.write_text("a file")
    with pytest.raises(UsageError) as refused:
        systemd(machine).install(units(PLAIN, Scope.USER))
    assert refused.value.code == "schedule-unwritable"


@pytest.mark.parametrize("able", [True, False])
def test_whether_a_service_can_be_shut_off_is_tried(machine: Machine, *, able: bool) -> None:
    machine.with_systemd(shuts_off=able)
    assert systemd(machine).shuts_off() == able
    tried = machine.calls[-1]
    assert tried.startswith("systemd-run --user --quiet --wait --collect --property=ProtectSystem=strict")
    assert tried.endswith("--property=PrivateUsers=yes true")


@pytest.mark.parametrize(("answer", "stays"), [("Linger=yes", True), ("Linger=no", False), ("", False)])
def test_whether_timers_stay_after_logout_is_asked(machine: Machine, answer: str, *, stays: bool) -> None:
    machine.add("loginctl", f"echo {answer}\n")
    assert systemd(machine).stays_after_logout("jean") == stays
    assert Systemd(Scope.SYSTEM, machine.units).stays_after_logout("jean")


# --- what there is ----------------------------------------------------------------------------------


CONFIG = Path("/etc/simonsync/config.yaml")


def found(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, *files: Path) -> Sequence[str]:
    monkeypatch.setattr("simonsync.host.timers.CRON_FILES", [str(file) for file in files])
    monkeypatch.setattr("simonsync.host.timers.SYSTEM_UNITS", Path("/nonexistent"))
    return schedulers("firm", CONFIG, environ)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("*/5 * * * * simonsync sync", 1),
        ("*/5 * * * * cd /etc/simonsync && /usr/bin/simonsync --account firm sync >/dev/null", 1),
        ("*/5 * * * * simonsync --config=/etc/simonsync/config.yaml sync", 1),
        ("*/5 * * * * simonsync --config /etc/simonsync/../simonsync/config.yaml sync", 1),
        ("*/5 * * * * simonsync --config /srv/other.yaml sync", 0),
        ("*/5 * * * * simonsync --account second sync", 0),
        ("*/5 * * * * simonsync cleanup", 0),
        ("# */5 * * * * simonsync sync", 0),
        ("*/5 * * * * rsync sync", 0),
        ("*/5 * * * * simonsync 'sync", 0),
    ],
)
def test_lines_that_people_wrote_by_hand_count_if_they_are_this_accounts(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, line: str, count: int
) -> None:
    machine.with_cron(f"MAILTO=a@b\n{line}\n{OTHER}")
    assert found({}, monkeypatch) == ("crontab -l",) * count


def test_everything_that_starts_a_sync_is_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine.with_cron(BLOCK)
    systemd(machine).install(units(PLAIN, Scope.USER))
    (tmp_path / "cron.d").mkdir()
    (tmp_path / "cron.d" / "simonsync").write_text("*/5 * * * * root simonsync sync\n")
    (tmp_path / "cron.d" / "other").write_text("* * * * * root true\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert found(environ, monkeypatch, tmp_path / "cron.d", tmp_path / "missing") == (
        str(machine.units / "simonsync-sync-firm.timer"),
        "crontab -l",
        str(tmp_path / "cron.d" / "simonsync"),
    )


def test_a_machine_with_nothing_has_no_scheduler(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert found({"XDG_CONFIG_HOME": str(tmp_path / "none")}, monkeypatch) == ()
    assert machine.calls == []


def test_a_users_units_are_where_systemd_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/jean")
    assert unit_folder(Scope.USER, {"XDG_CONFIG_HOME": "/x"}) == Path("/x/systemd/user")
    assert unit_folder(Scope.USER, {}) == Path("/home/jean/.config/systemd/user")
    assert unit_folder(Scope.SYSTEM, {}) == Path("/etc/systemd/system")


def test_the_timer_of_a_package_counts_once_it_is_enabled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = tmp_path / "lib" / "simonsync-sync-firm.timer"
    packaged.parent.mkdir()
    packaged.write_text(f"{MARK}\n")
    wanted = tmp_path / "etc" / "timers.target.wants" / packaged.name
    wanted.parent.mkdir(parents=True)
    monkeypatch.setattr("simonsync.host.timers.CRON_FILES", [])
    monkeypatch.setattr("simonsync.host.timers.SYSTEM_UNITS", tmp_path / "etc")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "own"), "PATH": "/nonexistent"}

    def found() -> list[str]:
        return [name for name in schedulers("firm", CONFIG, environ) if name.startswith(str(tmp_path))]

    assert found() == []
    wanted.symlink_to(packaged)
    assert found() == [str(wanted)]
    # Its own unit of the same name goes before the package's: still one timer.
    (tmp_path / "etc" / packaged.name).write_text(f"{MARK}\n")
    assert found() == [str(tmp_path / "etc" / packaged.name)]


# --- when the next sync begins ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("*/5 * * * * simonsync sync", 5),
        ("3-59/5 * * * * simonsync sync", 3),
        ("10,40 * * * * simonsync sync", 10),
        ("0 6 * * * simonsync sync", None),
        ("@hourly simonsync sync", None),
    ],
)
def test_the_next_sync_is_the_next_minute_of_crons_line(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, line: str, minutes: int | None
) -> None:
    machine.with_cron(line + "\n")
    monkeypatch.setattr("simonsync.host.timers.CRON_FILES", [])
    monkeypatch.setattr("simonsync.host.timers.SYSTEM_UNITS", Path("/nonexistent"))
    expected = None if minutes is None else NOON + timedelta(minutes=minutes)
    assert next_sync("firm", CONFIG, {"XDG_CONFIG_HOME": "/nonexistent"}, NOON) == expected


def test_the_next_sync_is_systemds_where_it_runs_the_timer(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simonsync.host.timers.CRON_FILES", [])
    monkeypatch.setattr("simonsync.host.timers.SYSTEM_UNITS", Path("/nonexistent"))
    environ = dict(os.environ)

    def following() -> object:
        return next_sync("firm", CONFIG, environ, NOON + timedelta(minutes=1))

    assert following() is None
    machine.units.mkdir(parents=True)
    for unit in units(PLAIN, Scope.USER):
        (machine.units / unit.name).write_text(unit.content)
    # It is there, and nothing starts it.
    assert following() is None
    machine.with_systemd()
    assert following() == NOON + timedelta(minutes=5)
