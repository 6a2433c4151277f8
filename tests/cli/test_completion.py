"""Completion in the shells that people use."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from simonsync.domain.records import WorkOrderHead
from simonsync.store.ledger import Status
from simonsync.store.opening import open_state
from tests.builders import NOON
from tests.cli.program import CONFIGURATION, called, environment, simonsync

SHELLS = ("bash", "zsh", "fish")


def completed(folder: Path, shell: str, line: str) -> str:
    words = line.split(" ")
    environ = {
        "_SIMONSYNC_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = called(folder, environ=environ)
    assert (done.code, done.err) == (0, "")
    return done.out


@pytest.mark.parametrize("shell", SHELLS)
def test_commands_and_options_are_completed(tmp_path: Path, shell: str) -> None:
    assert "sandbox" in completed(tmp_path, shell, "simonsync san")
    assert "configure" in completed(tmp_path, shell, "simonsync ")
    assert "bug" not in completed(tmp_path, shell, "simonsync help ")
    options = completed(tmp_path, shell, "simonsync configure --")
    assert "--show" in options
    assert "--json" in options
    assert "sandbox" not in completed(tmp_path, shell, "simonsync con")


def test_descriptions_keep_their_apostrophes_in_zsh(tmp_path: Path) -> None:
    shown = completed(tmp_path, "zsh", "simonsync wi")
    assert "Erase Simon\N{RIGHT SINGLE QUOTATION MARK}s data" in shown
    # One that is left would end the quotes around all of it.
    assert shown.strip().count("'") == 2


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_for_each_shell_is_shown(tmp_path: Path, shell: str) -> None:
    done = simonsync(
        tmp_path, "--show-completion", environ={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    )
    assert done.code == 2
    done = simonsync(
        tmp_path, "--show-completion", shell, environ={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    )
    assert done.code == 0
    assert f"_SIMONSYNC_COMPLETE=complete_{shell}" in done.out


@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("bash", ".bash_completions/simonsync.sh"),
        ("zsh", ".zfunc/_simonsync"),
        ("fish", ".config/fish/completions/simonsync.fish"),
    ],
)
def test_completion_is_installed_where_the_shell_looks(tmp_path: Path, shell: str, place: str) -> None:
    done = simonsync(
        tmp_path, "--install-completion", shell, environ={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    )
    assert done.code == 0
    assert "_SIMONSYNC_COMPLETE" in (tmp_path / place).read_text()


def in_bash(folder: Path, *words: str) -> list[str]:
    """Let bash itself ask for the last word, with the script that is shown for it."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / "simonsync"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m simonsync "$@"\n')
    program.chmod(0o755)
    listed = " ".join(f"'{word}'" for word in words)
    script = f"""
eval "$(simonsync --show-completion bash)"
COMP_WORDS=(simonsync {listed}) COMP_CWORD={len(words)}
_simonsync_completion simonsync
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    environ = environment(folder, {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    environ["PATH"] = f"{folder / 'bin'}:{environ['PATH']}"
    done = subprocess.run(
        ["/bin/bash", "--norc", "-c", script],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_with_the_installed_script(tmp_path: Path) -> None:
    assert in_bash(tmp_path, "sand") == ["sandbox"]


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """A folder with a configuration, and a state that knows three work orders."""
    (tmp_path / "config.yaml").write_text(
        f"{CONFIGURATION}settings: {{work_time_product: 'service:SER001'}}\n"
    )
    (tmp_path / "state").mkdir(mode=0o700)
    with open_state(tmp_path / "state" / "firm.db") as state:
        for place, number in enumerate(("4711", "4712", "5000")):
            moment = NOON + timedelta(hours=place)
            head = WorkOrderHead(id=str(90 + place), number=number, archived_at=moment, mutated_at=moment)
            state.ledger.register(head, f"MARKER{place}", Status.WAITING)
        state.settings.add({"default_product": "item:P-12"}, NOON)
    return tmp_path


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("words", ["preview", "explain", "resolve", "push --work-order"])
def test_the_numbers_of_known_work_orders_are_completed(firm: Path, shell: str, words: str) -> None:
    out = completed(firm, shell, f"simonsync {words} 47")
    assert ("4711" in out, "4712" in out, "5000" in out) == (True, True, False)


def test_a_work_order_is_completed_with_what_became_of_it(firm: Path) -> None:
    assert completed(firm, "fish", "simonsync explain 50") == "5000\ten attente d'envoi\n"
    assert completed(firm, "fish", "simonsync --lang en explain 50") == "5000\twaiting to be sent\n"
    assert completed(firm, "fish", "simonsync explain id:9").split("\n")[0].startswith("id:92\t")


def test_the_global_options_of_the_line_count(firm: Path) -> None:
    (firm / "config.yaml").rename(firm / "other.yaml")
    assert completed(firm, "fish", "simonsync explain 47").strip() == ""
    assert "4711" in completed(firm, "fish", "simonsync --config other.yaml explain 47")
    assert completed(firm, "fish", "simonsync --config other.yaml --account nobody explain 47").strip() == ""


def test_completion_leaves_no_trace(firm: Path) -> None:
    before = {path: path.read_bytes() for path in (firm / "state").iterdir()}
    assert "4711" in completed(firm, "fish", "simonsync explain 47")
    assert {path: path.read_bytes() for path in (firm / "state").iterdir()} == before


def test_completion_reads_along_while_a_run_writes(firm: Path) -> None:
    with open_state(firm / "state" / "firm.db") as state, state.commit():
        state.ledger.ask_to_send("91")
        assert "4711" in completed(firm, "fish", "simonsync explain 47")


@pytest.mark.parametrize("content", [None, b"", b"not a database, but long enough to look at" * 99])
def test_without_a_state_that_can_be_read_nothing_is_completed(tmp_path: Path, content: bytes | None) -> None:
    assert completed(tmp_path, "fish", "simonsync explain 47").strip() == ""
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    assert completed(tmp_path, "fish", "simonsync explain 47").strip() == ""
    (tmp_path / "state").mkdir(mode=0o700)
    if content is not None:
        (tmp_path / "state" / "firm.db").write_bytes(content)
    before = sorted((tmp_path / "state").iterdir())
    assert completed(tmp_path, "fish", "simonsync explain 47").strip() == ""
    assert completed(tmp_path, "fish", "simonsync configure --set invoice_n").startswith(
        "invoice_note=none\n"
    )
    assert sorted((tmp_path / "state").iterdir()) == before


@pytest.mark.parametrize("shell", ["bash", "fish"])
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("configure --set invoice_", "invoice_note= invoice_reference="),
        ("configure --set attachments=", "attachments=yes attachments=no"),
        ("activate --set documents=f", "documents=forms"),
        ("configure --set time_rounding_minutes=1", "time_rounding_minutes=10 time_rounding_minutes=15"),
        ("configure --set quote_statuses=draft,re", "quote_statuses=draft,read quote_statuses=draft,refused"),
        ("configure --set quotes_c", "quotes_containing="),
        ("wipe --tables obj", "objects"),
        ("wipe --tables a", "all"),
        ("wipe --tables contacts,o", "contacts,objects"),
        ("activate --tables contacts,con", ""),
        ("log --table us", "used_item"),
        ("pull --only quotes,se", "quotes,services"),
    ],
)
def test_values_are_completed(firm: Path, shell: str, line: str, found: str) -> None:
    assert completed(firm, shell, f"simonsync {line}").split() == found.split()


def test_products_that_are_or_were_in_use_are_completed(firm: Path) -> None:
    found = completed(firm, "fish", "simonsync configure --set default_product=").split()
    values = ("service:SER001", "item:P-12", "service:", "item:")
    assert found == [f"default_product={value}" for value in values]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("configure", "--set", "invoice_note", "=", "work"), "work_address work_address_and_description"),
        (("configure", "--set", "attachments", "="), "yes no"),
        (("configure", "--set", "work_time_product", "=", "service", ":", "SE"), "SER001"),
        (("configure", "--set", "attachments", "=", "yes", "--set", "documents", "=", "fo"), "forms"),
        (("configure", "--set", "attachments", "=", "--sh"), "--show"),
        (("explain", "id", ":", "92"), "92"),
    ],
)
def test_bash_takes_words_apart_at_signs_and_still_completes_them(
    firm: Path, words: tuple[str, ...], found: str
) -> None:
    assert in_bash(firm, *words) == found.split()
