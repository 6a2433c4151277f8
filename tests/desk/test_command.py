"""`simonsync desk`, the real command: it serves, it stops, and it says why it cannot."""

from __future__ import annotations

import json
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from tests.cli.program import CONFIGURATION, called, started

if TYPE_CHECKING:
    import pytest


def test_it_serves_the_one_who_has_the_link_until_it_is_interrupted(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    with started(tmp_path, "--lang", "fr", "desk", "--json") as process:
        assert process.stdout
        try:
            link = json.loads(process.stdout.readline())["data"]["url"]
            with requests.Session() as browser:
                browser.trust_env = False
                page = browser.get(link, timeout=20).text
            assert '<html lang="fr">' in page
            assert "Aujourd&#39;hui" in page
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 130
        finally:
            process.terminate()
    assert not (tmp_path / "state").exists()


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = called(tmp_path, "--lang", "en", "desk", "--port", port)
    assert (done.code, f"Port {port} cannot be used" in done.err) == (2, True)


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    done = called(tmp_path, "--lang", "en", "desk")
    assert (done.code, 'Run: pip install "simonsync[desk]"' in done.err) == (2, True)
