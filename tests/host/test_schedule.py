"""The timers of an account: what they say, and that they are put there and taken away without harm."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.errors import UsageError
from simonsync.host.schedule import (
    Schedule,
    Scope,
    Unit,
    crontab_block,
    markers,
    units,
    with_block,
)

PLAIN = Schedule(
    account="firm",
    program=("/opt/simonsync/bin/simonsync",),
    config=Path("/etc/simonsync/config.yaml"),
    writable=(Path("/var/lib/simonsync"),),
    calendar="Mon,Thu 03:00",
)
ODD = replace(
    PLAIN,
    config=Path("/home/jean/L'atelier 50%/config.yaml"),
    writable=(Path("/home/jean/L'atelier 50%/state"), Path("/var/lib/prometheus")),
    credentials={"simon_key": Path("/home/jean/L'atelier 50%/secrets/simon_key")},
    user="jean",
)


def lines(schedule: Schedule, name: str, scope: Scope = Scope.USER) -> list[str]:
    content = next(unit.content for unit in units(schedule, scope) if unit.name == name)
    return content.splitlines()


def values(schedule: Schedule, name: str, key: str, scope: Scope = Scope.USER) -> list[str]:
    return [line.partition("=")[2] for line in lines(schedule, name, scope) if line.partition("=")[0] == key]


# --- systemd's units --------------------------------------------------------------------------------


def test_the_account_is_in_the_names_of_its_units() -> None:
    assert [unit.name for unit in units(PLAIN, Scope.USER)] == [
        "simonsync-sync-firm.service",
        "simonsync-sync-firm.timer",
        "simonsync-cleanup-firm.service",
        "simonsync-cleanup-firm.timer",
    ]


def test_7_2_the_sync_starts_every_five_minutes_within_thirty_seconds_and_is_caught_up() -> None:
    timer = lines(PLAIN, "simonsync-sync-firm.timer")
    assert {"OnCalendar=*:0/5", "Persistent=yes", "AccuracySec=1s"} <= set(timer)
    assert values(PLAIN, "simonsync-sync-firm.timer", "RandomizedDelaySec") == ["30"]


def test_the_cleanup_starts_by_its_calendar_expression() -> None:
    assert values(PLAIN, "simonsync-cleanup-firm.timer", "OnCalendar") == ["Mon,Thu 03:00"]
    assert "Persistent=yes" in lines(PLAIN, "simonsync-cleanup-firm.timer")


def test_a_cleanup_waits_for_a_sync_that_goes_on() -> None:
    after = values(PLAIN, "simonsync-cleanup-firm.service", "After")
    assert after == ["simonsync-sync-firm.service"]
    assert values(PLAIN, "simonsync-sync-firm.service", "After") == []


@pytest.mark.parametrize("command", ["sync", "cleanup"])
def test_a_service_names_program_file_account_and_the_codes_that_are_no_failure(command: str) -> None:
    service = lines(PLAIN, f"simonsync-{command}-firm.service")
    assert (
        "ExecStart=/opt/simonsync/bin/simonsync --config /etc/simonsync/config.yaml --account firm "
        f"{command}" in service
    )
    assert "Type=oneshot" in service
    assert "SuccessExitStatus=3 4 6 7 8 9" in service


def test_a_sync_that_hangs_is_ended_and_a_cleanup_takes_its_time() -> None:
    slow = replace(PLAIN, longest_sync=1234)
    assert values(slow, "simonsync-sync-firm.service", "TimeoutStartSec") == ["1234"]
    assert values(slow, "simonsync-cleanup-firm.service", "TimeoutStartSec") == ["infinity"]


@pytest.mark.parametrize("scope", Scope)
def test_a_service_may_write_to_the_state_folder_and_nowhere_else(scope: Scope) -> None:
    service = lines(PLAIN, "simonsync-sync-firm.service", scope)
    assert {
        "NoNewPrivileges=yes",
        "PrivateTmp=yes",
        "ProtectSystem=strict",
        "ProtectHome=read-only",
        "ReadWritePaths=-/var/lib/simonsync",
        "UMask=0077",
    } <= set(service)


def test_a_state_in_the_folder_for_temporary_files_is_not_hidden_from_its_timer() -> None:
    trial = replace(PLAIN, config=Path("/tmp/try/config.yaml"))
    assert values(trial, "simonsync-sync-firm.service", "PrivateTmp") == ["no"]


def test_paths_with_blanks_apostrophes_and_percent_signs_are_quoted_for_systemd() -> None:
    service = "simonsync-sync-firm.service"
    assert values(ODD, service, "ExecStart") == [
        '/opt/simonsync/bin/simonsync --config "/home/jean/L\'atelier 50%%/config.yaml" --account firm sync'
    ]
    assert values(ODD, service, "ReadWritePaths") == [
        '"-/home/jean/L\'atelier 50%%/state" -/var/lib/prometheus'
    ]
    assert values(ODD, service, "LoadCredential") == ["simon_key:/home/jean/L'atelier 50%%/secrets/simon_key"]


def test_the_systems_service_runs_as_the_owner_of_the_state_and_after_the_network() -> None:
    service = "simonsync-sync-firm.service"
    assert values(ODD, service, "User", Scope.SYSTEM) == ["jean"]
    assert values(ODD, service, "User", Scope.USER) == []
    assert "After=network-online.target" in lines(ODD, service, Scope.SYSTEM)


@pytest.mark.parametrize(("able", "expected"), [(True, ["yes"]), (False, [])])
def test_a_user_is_only_shut_off_where_the_machine_can(*, able: bool, expected: list[str]) -> None:
    schedule = replace(PLAIN, private_users=able)
    assert values(schedule, "simonsync-sync-firm.service", "PrivateUsers") == expected
    assert values(schedule, "simonsync-sync-firm.service", "PrivateUsers", Scope.SYSTEM) == []


@pytest.mark.parametrize("sign", ['"', "\\", "$", "\n", "\x1b", "\x7f"])
@pytest.mark.parametrize("where", ["config", "writable", "program", "credentials"])
def test_a_path_that_could_break_out_of_its_line_is_refused(sign: str, where: str) -> None:
    path = Path(f"/srv/a{sign}b")
    changed = {
        "config": replace(PLAIN, config=path),
        "writable": replace(PLAIN, writable=(path,)),
        "program": replace(PLAIN, program=(str(path),)),
        "credentials": replace(PLAIN, credentials={"simon_key": path}),
    }[where]
    for write in (lambda: units(changed, Scope.USER), lambda: crontab_block(changed)):
        with pytest.raises(UsageError) as refused:
            write()
        assert refused.value.code == "schedule-path"


def test_a_calendar_expression_that_systemd_does_not_understand_is_not_written() -> None:
    with pytest.raises(UsageError) as refused:
        units(replace(PLAIN, calendar="every monday"), Scope.USER)
    assert refused.value.code == "calendar-invalid"


def analyse(*words: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not on this machine")
    return subprocess.run(
        [program, *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
    )


def written(schedule: Schedule, scope: Scope, folder: Path) -> list[str]:
    runnable = replace(schedule, program=(sys.executable, "-m", "simonsync"), user="daemon")
    for unit in units(runnable, scope):
        (folder / unit.name).write_text(unit.content)
    return [str(folder / unit.name) for unit in units(runnable, scope)]


@pytest.mark.parametrize("schedule", [PLAIN, ODD], ids=["plain paths", "odd paths"])
@pytest.mark.parametrize("scope", Scope)
def test_systemd_finds_nothing_to_complain_about(schedule: Schedule, scope: Scope, tmp_path: Path) -> None:
    names = written(schedule, scope, tmp_path)
    found = analyse("verify", f"--{scope}", "--man=no", *names, tmp_path=tmp_path)
    own = [line for line in found.stderr.splitlines() if "simonsync" in line]
    assert (found.returncode, own) == (0, [])


@pytest.mark.parametrize("command", ["sync", "cleanup"])
def test_systemd_calls_the_exposure_of_a_service_ok(command: str, tmp_path: Path) -> None:
    written(PLAIN, Scope.SYSTEM, tmp_path)
    path = tmp_path / f"simonsync-{command}-firm.service"
    found = analyse("security", "--offline=yes", "--threshold=20", str(path), tmp_path=tmp_path)
    level = re.search(r"exposure level for .*: ([0-9.]+) ", found.stdout)
    assert level, found.stderr
    assert float(level[1]) < 2
    assert found.returncode == 0


def test_each_key_stands_in_a_section_that_systemd_reads() -> None:
    """Systemd passes over what it does not know with a word that nobody reads."""
    for unit in units(ODD, Scope.SYSTEM):
        read = configparser.RawConfigParser(strict=False)
        read.read_string(unit.content)
        assert set(read.sections()) <= {"Unit", "Service", "Timer", "Install"}


# --- cron's table -----------------------------------------------------------------------------------


def test_cron_gets_two_lines_between_markers() -> None:
    begin, end = markers("firm")
    assert crontab_block(PLAIN).splitlines() == [
        begin,
        "1-59/5 * * * * /opt/simonsync/bin/simonsync --config /etc/simonsync/config.yaml --account firm sync",
        "0 3 * * 1,4 /opt/simonsync/bin/simonsync --config /etc/simonsync/config.yaml --account firm cleanup",
        end,
    ]


def given_by_cron(line: str) -> list[str]:
    """Do with a line what cron does: it ends at a bare percent sign; the shell splits the rest."""
    command = line.split(" ", 5)[5]
    bare = re.search(r"(?<!\\)%", command)
    assert bare is None, command
    shown = subprocess.run(
        ["/bin/sh", "-c", "set -- " + command.replace(r"\%", "%") + '; printf "%s\\0" "$@"'],
        capture_output=True,
        check=True,
    )
    return shown.stdout.decode().split("\0")[:-1]


FOLDERS = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" ", exclude_characters='/\0"\\$'),
    min_size=1,
    max_size=20,
)


@given(FOLDERS)
def test_any_path_reaches_the_program_through_cron_as_it_is(folder: str) -> None:
    schedule = replace(PLAIN, config=Path("/srv") / folder / "config.yaml")
    line = crontab_block(schedule).split("\n")[1]
    assert given_by_cron(line) == [*schedule.command("sync")]


def test_cron_is_told_where_the_credentials_are() -> None:
    line = crontab_block(ODD).splitlines()[1]
    assert "CREDENTIALS_DIRECTORY='/home/jean/L'\"'\"'atelier 50\\%/secrets' /opt" in line


def test_an_expression_that_cron_cannot_say_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        crontab_block(replace(PLAIN, calendar="*-*~1 03:00"))
    assert refused.value.code == "calendar-not-for-cron"


BLOCK = crontab_block(PLAIN)
OTHER = crontab_block(replace(PLAIN, account="second"))


@pytest.mark.parametrize(
    "table",
    ["", "0 1 * * * backup\n", "# a comment\n\n0 1 * * * echo 50\\%\n", OTHER, "MAILTO=a@b\r\n\t\n", "\n"],
)
@pytest.mark.parametrize("following", ["", "0 2 * * * other\n"])
def test_a_block_goes_in_and_out_and_leaves_the_rest_as_it_was(table: str, following: str) -> None:
    with_ours = with_block(table, "firm", BLOCK)
    assert with_ours.endswith(BLOCK)
    longer = with_ours + following
    assert with_block(longer, "firm", BLOCK) == longer
    later = BLOCK.replace("0 3", "0 4")
    assert with_block(longer, "firm", later) == table + later + following
    assert with_block(longer, "firm", "") == table + following


def test_a_last_line_without_its_end_is_not_joined_to_the_block() -> None:
    assert with_block("0 1 * * * backup", "firm", BLOCK) == "0 1 * * * backup\n" + BLOCK


def test_a_block_without_its_end_is_left_alone() -> None:
    begin, _end = markers("firm")
    with pytest.raises(UsageError) as refused:
        with_block(f"{begin}\n* * * * * mine\n", "firm", BLOCK)
    assert refused.value.code == "schedule-crontab-block"


def test_another_account_is_not_taken_for_this_one() -> None:
    assert with_block(OTHER, "firm", "") == OTHER
    assert with_block(OTHER, "secon", "") == OTHER


def test_a_unit_reads_back_as_it_was_meant() -> None:
    """The words of ExecStart, taken apart as a shell does, which agrees with systemd on these signs."""
    (service, *_) = units(ODD, Scope.USER)
    assert isinstance(service, Unit)
    start = next(line for line in service.content.splitlines() if line.startswith("ExecStart="))
    words = shlex.split(start.partition("=")[2].replace("%%", "%"))
    assert words == [*ODD.command("sync")]
