"""`simonsync browse`: Datasette on the state file, for real, and what it refuses."""

from __future__ import annotations

import http.cookiejar
import json
import signal
import socket
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from simonsync.domain.records import WorkOrderHead
from simonsync.store.ledger import Status
from simonsync.store.opening import open_state
from simonsync.store.sqlite.named_queries import NAMED_QUERIES
from tests.builders import NOON
from tests.cli.program import CONFIGURATION, called, started

needs_datasette = pytest.mark.skipif(
    find_spec("datasette") is None, reason="the extra simonsync[browse] is not installed"
)


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """A folder with a configuration and a state that knows one work order."""
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    (tmp_path / "state").mkdir(mode=0o700)
    with open_state(tmp_path / "state" / "firm.db") as state:
        head = WorkOrderHead(id="91", number="4711", archived_at=NOON, mutated_at=NOON)
        state.ledger.register(head, "MARKER", Status.WAITING)
    return tmp_path


@contextmanager
def browsed(
    folder: Path, *arguments: str, environ: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    with started(folder, "browse", "--json", *arguments, environ=environ) as process:
        assert process.stdout
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.terminate()


class Browser:
    """Keeps cookies, as a browser does; knows no proxy."""

    def __init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def get(self, url: str) -> tuple[int, str]:
        try:
            with self._opener.open(url, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()


@needs_datasette
def test_the_owner_asks_the_state_file_and_nobody_else_does(firm: Path) -> None:
    before = (firm / "state" / "firm.db").read_bytes()
    with browsed(firm) as (process, document):
        url = document["data"]["url"]
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        assert parts.hostname == "127.0.0.1"
        stranger, owner = Browser(), Browser()
        assert stranger.get(f"{site}/firm/work_orders.json")[0] == 403
        assert owner.get(url)[0] == 200
        assert stranger.get(url)[0] == 403

        status, answer = owner.get(f"{site}/firm/work_orders.json?_shape=objects&number=4711")
        assert status == 200
        (row,) = json.loads(answer)["rows"]
        assert (row["number"], row["status"], row["id"]) == ("4711", "waiting", "91")
        for name in NAMED_QUERIES:
            assert owner.get(f"{site}/firm/{name}")[0] == 200
        assert "Bons de travail" in owner.get(f"{site}/firm")[1]

        status, answer = owner.get(f"{site}/firm.json?sql=delete+from+work_orders")
        assert (status, "must be a SELECT" in answer) == (400, True)
        assert owner.get(f"{site}/firm.db")[0] == 403
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    with socket.socket() as probe:
        assert probe.connect_ex((str(parts.hostname), parts.port)) != 0
    assert (firm / "state" / "firm.db").read_bytes() == before


@needs_datasette
def test_a_port_that_is_taken_is_told(firm: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = called(firm, "--lang", "en", "browse", "--port", port)
    assert done.code == 2
    assert f"Port {port} cannot be used" in done.err


def test_without_the_extra_it_says_what_to_install(firm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simonsync.host.browse.find_spec", lambda _name: None)
    done = called(firm, "--lang", "en", "browse")
    assert done.code == 2
    assert 'Run: pip install "simonsync[browse]"' in done.err


def test_without_a_state_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    done = called(tmp_path, "--lang", "en", "browse")
    assert done.code == 2
    assert "There is nothing to look at yet" in done.err
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("name", NAMED_QUERIES)
def test_each_named_query_fits_the_schema(firm: Path, name: str) -> None:
    connection = sqlite3.connect(firm / "state" / "firm.db")
    try:
        given = {"number": "", "severity": "", "id": ""}
        found = connection.execute(NAMED_QUERIES[name], given).fetchall()
    finally:
        connection.close()
    assert len(found) == (1 if name == "work_orders" else 0)
