"""An account is put together without a terminal: by a page, a worker, or a test such as this one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simonsync.account.activation import standing
from simonsync.account.composition import put_together
from simonsync.config.credentials import store_credentials
from simonsync.config.file import load
from simonsync.config.schema import Configuration
from simonsync.errors import UsageError
from simonsync.sandbox.box import Sandbox

ADAPTERS = """
import os, sys
from pathlib import Path
from simonsync.account.composition import put_together
from simonsync.config.file import load
sellsy, simon = put_together(load(Path("config.yaml")), os.environ).connect()
print(sellsy.account().name)
print(*sys.modules)
"""


def configured(folder: Path, box: Sandbox) -> Configuration:
    path = folder / "config.yaml"
    path.write_text(f"sellsy: {{url: '{box.sellsy_url}'}}\nsimon: {{url: '{box.simon_url}'}}\n")
    return load(path)


def test_a_configuration_file_and_its_credentials_are_enough_to_work(tmp_path: Path) -> None:
    with Sandbox() as box:
        configuration = configured(tmp_path, box)
        store_credentials(configuration.state, box.credentials)
        done = subprocess.run(
            [sys.executable, "-c", ADAPTERS], cwd=tmp_path, capture_output=True, text=True, check=True
        )
    company, modules = done.stdout.splitlines()
    assert company == "Électricité Moreau"
    assert not {"typer", "rich", "simonsync.cli"} & set(modules.split())


def test_what_needs_no_service_needs_no_credentials(tmp_path: Path) -> None:
    with Sandbox() as box:
        account = put_together(configured(tmp_path, box), {})
    assert standing(account).first


def test_all_missing_credentials_are_named_at_once(tmp_path: Path) -> None:
    with Sandbox() as box:
        account = put_together(configured(tmp_path, box), {"SIMONSYNC_SIMON_USER": "known"})
    for connect, missing in ((account.connect, 7), (account.simon, 2)):
        with pytest.raises(UsageError) as refused:
            connect()
        assert len(refused.value.problems) == missing


def test_a_client_of_sellsy_lets_in_and_its_token_is_kept_beside_the_state(tmp_path: Path) -> None:
    with Sandbox() as box:
        account = put_together(configured(tmp_path, box), {})
        store_credentials(account.folder, box.client_credentials)
        for _ in range(2):
            assert account.sellsy().account().name == "Électricité Moreau"
        assert len(box.log.entries("sellsy", "POST /oauth2/access-tokens")) == 1
    assert [path.name for path in account.folder.glob("*.token")] == ["default.token"]


def test_credentials_are_read_anew_each_time(tmp_path: Path) -> None:
    with Sandbox() as box:
        account = put_together(configured(tmp_path, box), {})
        store_credentials(account.folder, box.credentials)
        assert account.sellsy().account().name == "Électricité Moreau"
