"""The program as a process: its channels, codes and languages."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import simonsync as package
from simonsync.__main__ import main
from simonsync.cli.commands import COMMANDS
from simonsync.messages.kinds import WORK_ORDER_FILTERED, Message
from simonsync.store.opening import open_state
from tests.cli.program import CONFIGURATION, PROGRAM, called, environment, simonsync, started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    return tmp_path


def test_the_version_is_one_line(tmp_path: Path) -> None:
    done = simonsync(tmp_path, "--version")
    assert (done.code, done.out, done.err) == (0, f"simonsync {package.__version__}\n", "")
    assert simonsync(tmp_path, "--json", "--version").document["data"] == {"version": package.__version__}


def test_without_a_command_a_script_is_told_that_there_is_none(tmp_path: Path) -> None:
    document = simonsync(tmp_path, "--json").document
    assert document["exit_code"] == 2
    assert document["messages"][0]["code"] == "usage-command-missing"


def test_a_command_reads_the_file_of_its_folder(folder: Path) -> None:
    done = simonsync(folder, "configure", "--show", "--json")
    assert done.code == 0
    assert (done.document["command"], done.document["account"]) == ("configure", "firm")
    assert done.document["data"]["settings"]["invoice_note"] == "none"


@pytest.mark.parametrize(
    ("arguments", "environ", "beginning"),
    [
        (["--lang", "fr"], {}, "Erreur\N{NO-BREAK SPACE}: "),
        (["--lang", "nl"], {"LANG": "fr_FR.UTF-8"}, "Fout: "),
        ([], {"LANG": "nl_NL.UTF-8"}, "Fout: "),
        ([], {"LANG": "de_DE.UTF-8"}, "Error: "),
    ],
)
def test_an_error_speaks_the_language_that_was_asked_for_else_the_locales(
    tmp_path: Path, arguments: list[str], environ: dict[str, str], beginning: str
) -> None:
    done = called(tmp_path, *arguments, "configure", "--show", environ=environ)
    assert done.code == 2
    assert done.err.startswith(beginning)
    assert str(tmp_path / "config.yaml") in done.err


def test_an_error_in_the_file_speaks_the_files_language_and_names_its_account(folder: Path) -> None:
    (folder / "config.yaml").write_text(CONFIGURATION + "language: fr\nbogus: 1\nsync: {time_budget: x}\n")
    done = called(folder, "configure", "--show")
    assert done.code == 2
    assert done.err.count("Erreur\N{NO-BREAK SPACE}: config.yaml:") == 2
    document = called(folder, "configure", "--show", "--json").document
    assert document["account"] == "firm"
    assert [message["code"] for message in document["messages"]] == [
        "config-unknown-key",
        "config-whole-number-due",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "names"),
    [
        (["configur", "--show"], "usage-unknown-command-near", "configure"),
        (["zzz"], "usage-unknown-command", "zzz"),
        (["configure", "--shw"], "usage-unknown-option-near", "--show"),
        (["configure", "--zzz"], "usage-unknown-option", "--zzz"),
        (["configure", "--quiet"], "usage-option-goes-first", "--quiet"),
        (["--lang", "de", "configure"], "usage-list", "de"),
        (["sandbox", "--port-simon", "x"], "usage-number", "--port-simon"),
        (["sandbox", "--port-simon", "70000"], "usage-number", "65535"),
        (["log", "-n", "0"], "usage-number", "≥ 1"),
        (["--quiet=3", "status"], "usage-no-value", "--quiet"),
        (["preview"], "usage-value-missing", "NUMBER"),
        (["configure", "extra"], "usage-too-many", "extra"),
        (["sandbox", "--port-simon"], "usage-value-missing", "--port-simon"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_in_the_document_too(
    tmp_path: Path, arguments: list[str], code: str, names: str
) -> None:
    done = called(tmp_path, "--json", *arguments)
    assert done.code == done.document["exit_code"] == 2
    (message,) = done.document["messages"]
    assert message["code"] == code
    assert names in message["text"]
    assert message["text"] in done.err
    told = called(tmp_path, *arguments)
    assert (told.code, told.out) == (2, "")
    assert message["text"] in told.err


def test_the_account_can_be_named(folder: Path) -> None:
    document = called(folder, "--account", "other", "configure", "--show", "--json").document
    assert document["account"] == "other"
    assert called(folder, "--account", "a/b", "configure", "--show").code == 2


def test_the_configuration_can_be_named(folder: Path) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    assert called(elsewhere, "configure", "--show").code == 2
    assert called(elsewhere, "--config", "../config.yaml", "configure", "--show").code == 0
    named = {"SIMONSYNC_CONFIG": str(folder / "config.yaml")}
    assert called(elsewhere, "configure", "--show", environ=named).code == 0


def test_a_working_folder_that_is_gone_is_no_bug(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f"rmdir {gone} && {sys.executable} -P -m simonsync configure --show"
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=gone, env=environment(tmp_path), capture_output=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"Error: ")


def test_a_journal_whose_reader_leaves_in_the_middle_ends_silently(folder: Path) -> None:
    (folder / "state").mkdir(mode=0o700)
    with open_state(folder / "state" / "firm.db") as state, state.commit():
        # More than a pipe holds.
        for number in range(1000):
            filtered = Message(WORK_ORDER_FILTERED, {"number": str(number), "word": "x"})
            state.journal.note(filtered, datetime.now(UTC), record=str(number))
    line = f"{' '.join(PROGRAM)} log | head -1"
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],  # noqa: S607 the shell of the machine
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.count("\n"), ended.stderr) == (0, 1, "")


def test_a_pipe_that_is_closed_early_ends_silently(folder: Path) -> None:
    line = f"{' '.join(PROGRAM)} --help | true; {' '.join(PROGRAM)} configure --show | head -1"
    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", line],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "travel_time_product =\n", "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_a_channel_that_is_closed_from_the_start_changes_no_code(folder: Path, closed: str) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        line = f'"$@" {closed}'
        return subprocess.run(
            ["/bin/sh", "-c", line, "sh", *PROGRAM, "--lang", "en", *words],
            cwd=folder,
            env=environment(folder),
            capture_output=True,
            text=True,
            check=False,
        )

    shown = run("configure", "--show")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert bool(shown.stdout) == (">&-" not in closed.split())
    refused = run("sync")
    assert (refused.returncode, bool(refused.stderr)) == (9, "2>&-" not in closed)
    assert "bug" not in refused.stderr


def test_output_that_cannot_be_written_is_told(folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "configure", "--show"],
            cwd=folder,
            env=environment(folder),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr


def test_a_terminal_that_knows_no_accents_shows_the_nearest_signs_but_json_is_utf8(folder: Path) -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = simonsync(folder, "--lang", "fr", "nettoyage", environ=ascii_only)
    assert done.code == 2
    assert done.err.startswith('Erreur : Il n\'y a pas de commande " nettoyage ".')
    document = simonsync(folder, "--lang", "fr", "zzz", "--json", environ=ascii_only).document
    assert "«" in document["messages"][0]["text"]


def test_ctrl_c_ends_without_a_trace(folder: Path) -> None:
    (folder / "state").mkdir(mode=0o700)
    with open_state(folder / "state" / "firm.db") as state:
        state.journal.note(Message(WORK_ORDER_FILTERED, {"number": "4711", "word": "x"}), datetime.now(UTC))
    with started(folder, "log", "--follow", "--json") as process:
        assert process.stdout
        entry = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert entry["code"] == "work-order-filtered"
    assert (process.returncode, out) == (130, "")
    # That is how it ends: there is nothing to go on with, and nothing to say.
    assert err == ""


def test_ctrl_c_before_the_first_line_of_ours_is_no_trace_either(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_arguments: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("simonsync.cli.app.run", interrupted)
    assert main() == 130


BROKEN = """
import sys
from simonsync.config import file
def load(*_, **__):
    raise LookupError("planted with hunter2-planted inside")
file.load = load
from simonsync.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


def test_a_bug_is_one_sentence_and_shows_its_trace_only_when_asked_without_secrets(folder: Path) -> None:
    def broken(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", BROKEN, "--lang", "en", *arguments],
            cwd=folder,
            env=environment(folder, {"SIMONSYNC_SIMON_PASSWORD": "hunter2-planted"}),
            capture_output=True,
            text=True,
            check=False,
        )

    plain = broken("configure", "--show")
    assert (plain.returncode, plain.stdout) == (1, "")
    assert plain.stderr.startswith("Error: This is a bug")
    assert "LookupError" in plain.stderr
    assert "Traceback" not in plain.stderr
    verbose = broken("--verbose", "configure", "--show", "--json")
    assert verbose.returncode == 1
    assert "Traceback" in verbose.stderr
    assert '"code": "bug"' in verbose.stdout
    for done in (plain, verbose):
        assert "hunter2-planted" not in done.stdout + done.stderr


LOUD = """
import logging, sys
from simonsync.config import file
load = file.load
def loud(*given, **named):
    logging.getLogger("simonsync.http").debug("Simon GET Items 200 hunter2-planted\\x1b[31m")
    logging.getLogger("urllib3").debug("chatter")
    return load(*given, **named)
file.load = loud
from simonsync.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("verbose", [True, False])
def test_technical_lines_are_shown_only_when_asked_for_without_secrets(
    folder: Path, *, verbose: bool
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOUD, *(["--verbose"] if verbose else []), "configure", "--show", "--json"],
        cwd=folder,
        env=environment(folder, {"SIMONSYNC_SIMON_PASSWORD": "hunter2-planted"}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert ("Simon GET Items 200 …[31m" in done.stderr) == verbose
    assert "hunter2" not in done.stderr + done.stdout
    assert "chatter" not in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    "command", sorted(COMMANDS.keys() - {"sandbox", "demo", "doctor", "support-bundle", "replay"})
)
def test_every_command_says_at_once_what_is_missing(tmp_path: Path, command: str) -> None:
    """None of them waits for an answer that nobody can give.

    For the doctor, and so for the bundle, a missing file is a finding; a replay needs none.
    """
    arguments = COMMANDS[command].examples[0].split()
    done = called(tmp_path, *arguments, "--json", environ={"XDG_CONFIG_HOME": str(tmp_path / "none")})
    assert done.code == 2
    (message,) = done.document["messages"]
    assert message["code"] in {"config-not-found", "answer-needed"}


def test_the_clock_of_tests_must_be_a_number(folder: Path) -> None:
    done = called(folder, "log", "--since", "1h", "--json", environ={"SIMONSYNC_NOW_OFFSET": "soon"})
    assert done.code == 2
    assert [message["code"] for message in done.document["messages"]] == ["now-offset-number"]


def test_the_clock_is_ours_where_a_service_is_elsewhere(folder: Path) -> None:
    (folder / "config.yaml").write_text("simon:\n  url: https://simon.example/\n")
    done = called(folder, "log", "--since", "1h", "--json", environ={"SIMONSYNC_NOW_OFFSET": "soon"})
    assert (done.code, done.document["data"]) == (0, {"entries": []})
