"""`simonsync schedule` as an admin uses it, with the machine's programs as real processes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.opening import open_state
from tests.builders import NOON
from tests.cli.program import CONFIGURATION, Ended, simonsync
from tests.host.machine import Machine

UNITS = [
    "simonsync-sync-firm.service",
    "simonsync-sync-firm.timer",
    "simonsync-cleanup-firm.service",
    "simonsync-cleanup-firm.timer",
]


class Desk:
    """An admin's home, whose name is a bad one, with a configuration file in it."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.home = folder / "L'atelier 50%"
        self.home.mkdir()
        self.machine = machine
        self.configure()

    def configure(self, more: str = "") -> None:
        (self.home / "config.yaml").write_text(CONFIGURATION + more)

    def schedule(self, *words: str, lang: str = "en", environ: Mapping[str, str] | None = None) -> Ended:
        path = {"PATH": str(self.machine.folder), **(environ or {})}
        return simonsync(self.home, "--lang", lang, "schedule", *words, environ=path)

    @property
    def units(self) -> Path:
        return self.home / ".config" / "systemd" / "user"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, Machine(tmp_path, monkeypatch))


def test_show_prints_the_units_and_writes_nothing(desk: Desk) -> None:
    shown = desk.schedule("show")
    assert shown.code == 0
    assert f"# {desk.units / 'simonsync-sync-firm.timer'}" in shown.out
    assert "OnCalendar=*:0/5" in shown.out
    assert not desk.units.exists()


def test_a_sync_s_time_limit_follows_its_budget_and_the_time_limits_of_requests(desk: Desk) -> None:
    assert "TimeoutStartSec=390" in desk.schedule("show").out
    desk.configure("sync: {time_budget: 600}\n")
    assert "TimeoutStartSec=750" in desk.schedule("show").out


def test_show_gives_scripts_names_contents_and_paths(desk: Desk) -> None:
    data = desk.schedule("show", "--json").document["data"]
    assert [unit["name"] for unit in data["units"]] == UNITS
    assert [unit["path"] for unit in data["units"]] == [str(desk.units / name) for name in UNITS]
    config = str(desk.home / "config.yaml").replace("%", "%%")
    start = f'ExecStart={sys.executable} -m simonsync --config "{config}" --account firm sync'
    assert start in data["units"][0]["content"].splitlines()


def test_show_names_the_folder_of_the_systems_units(desk: Desk) -> None:
    data = desk.schedule("show", "--system", "--json").document["data"]
    assert {Path(unit["path"]).parent for unit in data["units"]} == {Path("/etc/systemd/system")}


def test_show_prints_the_lines_of_cron(desk: Desk) -> None:
    desk.configure("cleanup: {schedule: 'Sat 04:30'}\n")
    shown = desk.schedule("show", "--cron", "--json")
    block = shown.document["data"]["crontab"]
    assert block == desk.schedule("show", "--cron").out
    begin, sync, cleanup, end = block.splitlines()
    assert begin.startswith("# simonsync firm: begin")
    assert sync.startswith(f"1-59/5 * * * * {sys.executable} -m simonsync --config ")
    assert cleanup.startswith("30 4 * * 6 ")
    assert end == "# simonsync firm: end"


def test_each_account_has_units_of_its_own(desk: Desk) -> None:
    path = {"PATH": str(desk.machine.folder)}
    shown = simonsync(desk.home, "--account", "second", "schedule", "show", "--json", environ=path)
    names = [unit["name"] for unit in shown.document["data"]["units"]]
    assert names == [name.replace("firm", "second") for name in UNITS]
    assert "--account second sync" in shown.out


def test_install_starts_the_timers_where_systemd_runs_and_changes_nothing_twice(desk: Desk) -> None:
    desk.machine.with_systemd()
    first = desk.schedule("install", "--json")
    assert first.code == 0
    assert (first.document["data"]["changed"], first.document["data"]["running"]) == (True, True)
    assert sorted(path.name for path in desk.units.iterdir()) == sorted(UNITS)
    called = desk.machine.calls
    assert "systemctl --user enable --now simonsync-sync-firm.timer simonsync-cleanup-firm.timer" in called
    again = desk.schedule("install")
    assert again.out.count("Unchanged: ") == 4
    assert "restart" not in " ".join(desk.machine.calls)


MORE_OFTEN = (
    "The cleanup runs once a week. The manual means several times a week: "
    'write in config.yaml cleanup: {schedule: "Mon,Wed,Fri 03:00"} and install again.'
)


def test_2_1_install_offers_a_cleanup_several_times_a_week_until_somebody_chose(desk: Desk) -> None:
    assert MORE_OFTEN in desk.schedule("install").out
    assert MORE_OFTEN not in desk.schedule("install").out
    desk.configure('cleanup: {schedule: "Mon,Wed,Fri 03:00"}\n')
    again = desk.schedule("install")
    assert "Written: " in again.out
    assert MORE_OFTEN not in again.out


def test_install_says_what_to_do_where_no_systemd_runs(desk: Desk) -> None:
    done = desk.schedule("install", "--systemd")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("Written: ") == 4
    assert done.out.splitlines()[4:] == [
        "No systemd runs here. The files are in place; where it runs, start the timers by:",
        "  systemctl --user daemon-reload",
        "  systemctl --user enable --now simonsync-sync-firm.timer simonsync-cleanup-firm.timer",
        "Or use cron:",
        "  simonsync schedule remove",
        "  simonsync schedule install --cron",
        MORE_OFTEN,
    ]
    assert desk.schedule("install", "--json").document["data"]["running"] is False


def test_install_tells_of_timers_that_end_with_the_login(desk: Desk) -> None:
    desk.machine.with_systemd()
    desk.machine.add("loginctl", "echo Linger=no\n")
    assert "sudo loginctl enable-linger" in desk.schedule("install").err


def test_a_machine_that_cannot_shut_off_a_user_gets_units_that_start_there(desk: Desk) -> None:
    desk.machine.with_systemd(shuts_off=False)
    desk.schedule("install")
    assert "PrivateUsers" not in (desk.units / UNITS[0]).read_text()


def test_cron_keeps_what_was_there(desk: Desk) -> None:
    desk.machine.with_cron("0 1 * * * backup\n")
    done = desk.schedule("install", "--cron", "--json")
    assert done.document["data"]["changed"] is True
    table = desk.machine.table.read_text()
    assert table == "0 1 * * * backup\n" + done.document["data"]["crontab"]
    assert desk.schedule("install", "--cron").out == "Unchanged: crontab\n"
    assert desk.schedule("remove").out == "Changed: crontab\n"
    assert desk.machine.table.read_text() == "0 1 * * * backup\n"


def test_a_second_scheduler_is_refused_until_the_first_is_gone(desk: Desk) -> None:
    desk.machine.with_cron()
    desk.schedule("install")
    refused = desk.schedule("install", "--cron")
    assert refused.code == 2
    assert str(desk.units / "simonsync-sync-firm.timer") in refused.err
    assert not desk.machine.table.exists()
    assert desk.schedule("remove").code == 0
    assert desk.schedule("install", "--cron").code == 0
    refused = desk.schedule("install", "--systemd", "--json")
    assert refused.code == 2
    assert [message["code"] for message in refused.document["messages"]] == ["schedule-other"]
    assert list(desk.units.iterdir()) == []


def test_the_case_of_two_schedulers_closes_when_one_of_them_is_removed(desk: Desk) -> None:
    desk.machine.with_systemd()
    desk.schedule("install")
    (desk.home / "state").mkdir(mode=0o700)
    kind = kinds.TWO_SCHEDULERS.code
    with open_state(desk.home / "state" / "firm.db") as state:
        state.journal.note(Message(kinds.TWO_SCHEDULERS), NOON)
    desk.machine.with_cron("*/5 * * * * simonsync sync\n")
    desk.schedule("remove", "--cron")
    with open_state(desk.home / "state" / "firm.db") as state:
        # The line that somebody wrote by hand is still there.
        assert state.journal.is_open(kind, "")
    desk.schedule("remove", "--systemd")
    with open_state(desk.home / "state" / "firm.db") as state:
        assert not state.journal.is_open(kind, "")


def test_remove_takes_away_what_is_there_and_says_when_there_is_nothing(desk: Desk) -> None:
    desk.machine.with_systemd()
    desk.schedule("install")
    removed = desk.schedule("remove", "--json").document["data"]
    assert removed == {"removed": [str(desk.units / name) for name in _by_command()], "crontab": False}
    assert list(desk.units.iterdir()) == []
    assert desk.schedule("remove").out == "There were no timers.\n"


def _by_command() -> list[str]:
    return [
        f"simonsync-{command}-firm.{kind}" for command in ("sync", "cleanup") for kind in ("service", "timer")
    ]


@pytest.mark.parametrize(
    ("more", "words", "code", "remedy"),
    [
        ("cleanup: {schedule: every monday}\n", ["install"], "calendar-invalid", "Mon,Thu 03:00"),
        ("cleanup: {schedule: every monday}\n", ["show", "--cron"], "calendar-invalid", "weekly"),
        ("cleanup: {schedule: '*-*~1'}\n", ["install", "--cron"], "calendar-not-for-cron", "--systemd"),
        ("", ["install", "--cron"], "schedule-no-cron", "--systemd"),
        ("", ["remove", "--cron"], "schedule-no-cron", "--systemd"),
        ("", ["show", "--cron", "--system"], "schedule-one-kind", "--cron"),
        ("", ["install", "--cron", "--systemd"], "schedule-one-kind", "--cron"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_remedy(
    desk: Desk, more: str, words: list[str], code: str, remedy: str
) -> None:
    desk.configure(more)
    refused = desk.schedule(*words, "--json").document
    assert refused["exit_code"] == 2
    assert [message["code"] for message in refused["messages"]] == [code]
    assert remedy in refused["messages"][0]["text"]
    assert not desk.units.exists()


def test_credentials_of_a_folder_are_handed_on(desk: Desk, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "simon_key").write_text("1234567890123456\n")
    (secrets / "something_else").write_text("x")
    environ = {"CREDENTIALS_DIRECTORY": str(secrets)}
    shown = desk.schedule("show", environ=environ)
    lines = [line for line in shown.out.splitlines() if line.startswith("LoadCredential")]
    assert lines == [f"LoadCredential=simon_key:{secrets / 'simon_key'}"] * 2
    assert f"CREDENTIALS_DIRECTORY={secrets} " in desk.schedule("show", "--cron", environ=environ).out


def test_credentials_that_only_the_shell_has_are_named_and_never_shown(desk: Desk) -> None:
    environ = {"SIMONSYNC_SIMON_PASSWORD": "planted-secret", "SIMONSYNC_SIMON_KEY": "1234567890123456"}
    done = desk.schedule("install", environ=environ)
    assert done.code == 0
    assert "SIMONSYNC_SIMON_KEY, SIMONSYNC_SIMON_PASSWORD" in done.err
    written = "".join(path.read_text() for path in desk.units.iterdir())
    for text in (done.out, done.err, written):
        assert "planted-secret" not in text
        assert "1234567890123456" not in text


def test_a_metrics_file_elsewhere_may_be_written_too(desk: Desk) -> None:
    desk.configure("alerts: {metrics_file: /var/lib/node/simonsync.prom}\n")
    shown = desk.schedule("show").out
    paths = [line for line in shown.splitlines() if line.startswith("ReadWritePaths=")]
    state = str(desk.home / "state").replace("%", "%%")
    assert paths == [f'ReadWritePaths="-{state}" -/var/lib/node'] * 2


def test_backups_on_another_disk_may_be_written_too(desk: Desk) -> None:
    state, disk = desk.home / "state", desk.home.parent / "disk"
    state.mkdir(mode=0o700)
    (state / "backups").symlink_to(disk)
    shown = desk.schedule("show").out
    paths = [line for line in shown.splitlines() if line.startswith("ReadWritePaths=")]
    assert paths == [f'ReadWritePaths="-{str(state).replace("%", "%%")}" -{disk}'] * 2


@pytest.mark.parametrize(("lang", "word"), [("fr", "minuteurs"), ("nl", "timers"), ("en", "timers")])
def test_it_speaks_the_readers_language(desk: Desk, lang: str, word: str) -> None:
    done = desk.schedule("install", lang=lang)
    assert word in done.out
