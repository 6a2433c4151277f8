"""`simonsync sandbox` as a script uses it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from simonsync.cli.sandbox import MARK
from simonsync.config.credentials import SELLSY_TOKENS, SIMON, missing_credentials, read_credentials
from simonsync.config.file import load
from tests.cli.program import called, environment, started


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Start a sandbox, wait for its document, and stop it in the end."""
    with started(folder, "sandbox", "--json", *arguments) as process:
        assert process.stdout
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def told_to_people(folder: Path, *arguments: str) -> tuple[str, str]:
    """Start a sandbox, stop it as soon as it stands ready, and return its note and what it showed."""
    with started(folder, *arguments) as process:
        assert process.stderr
        note = process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        shown, _ = process.communicate(timeout=20)
    return note, shown


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10):  # noqa: S310 our own service on loopback
            return True
    except urllib.error.HTTPError as refused:
        refused.close()
        return True


def test_it_writes_what_is_needed_to_go_on(tmp_path: Path) -> None:
    with running(tmp_path, "--config-out", "try/config.yaml") as (_, document):
        assert (document["schema"], document["command"], document["exit_code"]) == (
            "simonsync/1",
            "sandbox",
            0,
        )
        data = document["data"]
        assert list(data) == ["sellsy_url", "simon_url", "config", "credentials"]
        assert data["config"] == str(tmp_path / "try/config.yaml")
        assert data["credentials"] == str(tmp_path / "try/state/credentials.yaml")
        assert stat.S_IMODE(Path(data["credentials"]).stat().st_mode) == 0o600
        assert stat.S_IMODE(Path(data["credentials"]).parent.stat().st_mode) == 0o700
        configuration = load(Path(data["config"]))
        assert (configuration.sellsy.url, configuration.simon.url) == (data["sellsy_url"], data["simon_url"])
        found = read_credentials(configuration.state, {})
        assert missing_credentials(found, configuration.state, *SELLSY_TOKENS, *SIMON) == ()
        assert answers(data["sellsy_url"])
        assert answers(data["simon_url"])
        for secret in found.values():
            assert secret not in json.dumps(document)


def test_without_a_file_nothing_is_written(tmp_path: Path) -> None:
    with running(tmp_path) as (_, document):
        assert (document["data"]["config"], document["data"]["credentials"]) == (None, None)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["SIGTERM", "Ctrl-C"]
)
def test_it_runs_until_a_signal_and_says_so_by_its_code(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    with running(tmp_path) as (process, _):
        assert process.poll() is None
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        assert process.returncode == code
        assert out == ""
        assert "Traceback" not in err
        assert "Error" not in err


def test_ports_can_be_chosen_and_a_taken_one_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = called(tmp_path, "sandbox", "--port-simon", str(port), "--json")
        assert done.code == 2
        assert done.document["messages"][0]["code"] == "sandbox-port-taken"
        assert str(port) in done.document["messages"][0]["text"]
    with running(tmp_path, "--port-sellsy", str(port)) as (_, document):
        assert document["data"]["sellsy_url"] == f"http://127.0.0.1:{port}/0/"


def test_a_file_of_somebody_else_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("account: precious\n")
    done = called(tmp_path, "sandbox", "--config-out", "config.yaml", "--json")
    assert done.code == 2
    assert done.document["messages"][0]["code"] == "sandbox-config-exists"
    assert (tmp_path / "config.yaml").read_text() == "account: precious\n"
    assert not (tmp_path / "state").exists()


def test_its_own_file_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(MARK + "old\n")
    with running(tmp_path, "--config-out", "config.yaml") as (_, document):
        assert load(tmp_path / "config.yaml").simon.url == document["data"]["simon_url"]


@pytest.mark.parametrize(
    "content", ["- {kind: bogus}\n", "- {kind: refuse, colour: red}\n", "just text\n", "- [\n", None]
)
def test_a_wrong_file_of_faults_is_told(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "faults.yaml").write_text(content)
    done = called(tmp_path, "sandbox", "--faults", "faults.yaml", "--json")
    assert done.code == 2
    assert [message["code"] for message in done.document["messages"]] == ["sandbox-faults"]


def test_faults_are_switched_on(tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_text("- {kind: status, service: simon, status: 503}\n")
    with running(tmp_path, "--faults", "faults.yaml") as (_, document):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(document["data"]["simon_url"], timeout=10)  # noqa: S310 our own service
        caught.value.close()
        assert caught.value.code == 503


def test_people_are_shown_where_and_how(tmp_path: Path) -> None:
    note, shown = told_to_people(tmp_path, "--lang", "fr", "sandbox")
    assert note.startswith("Les deux services tournent")
    assert shown.startswith("Sellsy\N{NO-BREAK SPACE}: http://127.0.0.1:")
    assert "SIMONSYNC_SIMON_KEY=" in shown


def test_people_are_told_what_to_type_next(tmp_path: Path) -> None:
    _, shown = told_to_people(tmp_path, "sandbox", "--config-out", "my try/config.yaml")
    assert "\n  simonsync --config 'my try/config.yaml' activate\n" in shown
    assert re.search(r"\n  curl -X POST http://127\.0\.0\.1:\d+/_control/work-order\n", shown)


WITHOUT_EXTRA = """
import sys
sys.modules["cheroot"] = None
from simonsync.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("command", ["sandbox", "demo"])
def test_without_the_extra_the_line_that_installs_it_is_shown(tmp_path: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRA, command],
        cwd=tmp_path,
        env=environment(tmp_path, {"PYTHONPATH": os.pathsep.join(sys.path)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip().endswith('pip install "simonsync[sandbox]"')
