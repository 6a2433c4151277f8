"""`resolve`, `push --work-order` and what is to be looked at, by the real command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import Clock
from tests.cli.program import Ended, called
from tests.firm import Firm


class Desk:
    """A firm whose clock can be moved, and somebody who types commands."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        self.firm, self.folder = Firm(box, folder / "state"), folder
        (folder / "state").mkdir(mode=0o700)
        (folder / "config.yaml").write_text(
            "account: firm\n"
            f'sellsy: {{url: "{box.sellsy_url}", requests_per_second: 1000}}\n'
            f'simon: {{url: "{box.simon_url}"}}\n'
            "sync: {consistency_wait_seconds: 1}\n"
        )

    def run(self, *arguments: str, language: str = "en") -> Ended:
        box = self.firm.box
        environ = {f"SIMONSYNC_{name.upper()}": value for name, value in box.credentials.items()}
        environ["SIMONSYNC_NOW_OFFSET"] = str((box.clock() - datetime.now(UTC)).total_seconds())
        return called(self.folder, "--lang", language, *arguments, environ=environ)

    def data(self, *arguments: str) -> dict[str, Any]:
        data: dict[str, Any] = self.run(*arguments, "--json").document["data"]
        return data

    def codes(self, *arguments: str) -> list[str]:
        return [entry["code"] for entry in self.data("log", *arguments)["entries"]]

    def number(self, order: int) -> str:
        return str(self.firm.box.simon.row("WorkOrder", order)["Number"])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Sandbox(customers=2, clock=Clock()) as box:
        desk = Desk(box, tmp_path)
        desk.firm.activate()
        assert desk.run("sync").code == 0
        yield desk


def test_what_is_to_be_looked_at_is_counted_listed_and_closed_by_a_word(desk: Desk) -> None:
    order = desk.firm.archived(work=30, ready=False)
    desk.firm.box.simon.use_item(order, None, 1, "Câble")
    desk.firm.ready(order)
    assert desk.run("push").code == 0
    assert desk.codes("--warnings") == ["free-line-price-missing"]
    assert desk.data("status")["to_look_at"] == 1
    assert "To look at before sending: 1" in desk.run("status").out
    assert "À regarder avant l'envoi : 1" in desk.run("status", language="fr").out
    assert desk.run("resolve", desk.number(order), "--seen", "--never", "--yes").code == 2
    done = desk.run("resolve", desk.number(order), "--seen", "--yes", "--json")
    assert (done.code, done.document["data"]["choice"]) == (0, "seen")
    assert desk.codes("--warnings") == []
    assert desk.data("status")["to_look_at"] == 0
    assert "--seen" in desk.run("resolve", "--help").out
