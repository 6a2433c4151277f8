"""No command imports what it does not use: a timer starts the program 288 times a day."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simonsync.config.credentials import store_credentials
from simonsync.sandbox.box import Sandbox
from tests.cli.program import CONFIGURATION, environment

NEVER = {"pydantic", "click", "dateutil", "pluggy", "keyring", "urllib3_future"}
HEAVY = {
    "cheroot",
    "flask",
    "jinja2",
    "oauthlib",
    "platformdirs",
    "reportlab",
    "requests",
    "requests_oauthlib",
    "rich",
    "simonsync.desk",
    "sqlite_utils",
    "urllib3",
    "werkzeug",
}
FORBIDDEN = {
    "--version": {"typer", "dataclasses", "inspect", "datetime"},
    "--help": {"yaml", "sqlite3", "json", "decimal", "logging", "simonsync.messages.render"},
    "configure --help": {"yaml", "sqlite3", "json", "logging"},
    "push --help": {"yaml", "sqlite3", "json", "logging"},
    "zzz": {"sqlite3", "logging"},
    "configure --show": {"sqlite3", "logging"},
    "configure --show --json": {"sqlite3", "logging"},
    "status": {"logging", "simonsync.store.lists", "simonsync.store.bindings"},
    "log": {"logging", "simonsync.store.lists", "simonsync.store.bindings"},
}

PROBE = """
import sys
from simonsync.__main__ import main
sys.argv[1:] = {arguments!r}
code = main()
sys.stderr.write("\\n" + " ".join(sys.modules))
sys.exit(code)
"""


def loaded_by(folder: Path, command: str) -> set[str]:
    """Run a command, and return the modules that it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(arguments=command.split())],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (2 if command == "zzz" else 0), done.stderr
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "simonsync.cli.app" in loaded
    return loaded


@pytest.mark.parametrize("command", sorted(FORBIDDEN))
def test_a_command_imports_only_what_it_uses(tmp_path: Path, command: str) -> None:
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    assert loaded_by(tmp_path, command) & (NEVER | HEAVY | FORBIDDEN[command]) == set()


def test_what_speaks_to_the_services_loads_oauth_1_alone(tmp_path: Path) -> None:
    with Sandbox() as box:
        (tmp_path / "config.yaml").write_text(
            f"sellsy: {{url: '{box.sellsy_url}'}}\nsimon: {{url: '{box.simon_url}'}}\n"
        )
        store_credentials(tmp_path / "state", box.credentials)
        loaded = loaded_by(tmp_path, "connect --check")
    assert "oauthlib.oauth1" in loaded
    assert loaded & (NEVER | {"requests_oauthlib", "oauthlib.oauth2", "oauthlib.openid", "rich"}) == set()


def test_who_has_a_client_of_sellsy_loads_no_oauth_library(tmp_path: Path) -> None:
    with Sandbox() as box:
        (tmp_path / "config.yaml").write_text(
            f"sellsy: {{url: '{box.sellsy_url}'}}\nsimon: {{url: '{box.simon_url}'}}\n"
        )
        store_credentials(tmp_path / "state", box.client_credentials)
        loaded = loaded_by(tmp_path, "connect --check")
    assert "simonsync.sellsy.bearer" in loaded
    assert loaded & (NEVER | {"oauthlib", "requests_oauthlib", "rich"}) == set()
