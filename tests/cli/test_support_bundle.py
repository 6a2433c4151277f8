"""`support-bundle`: what is the matter with a firm, and nothing of whom it works for."""

from __future__ import annotations

import json
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simonsync.host.support import Aliases
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.simon.day import carry_out_a_work_order
from simonsync.store.opening import open_state
from tests.cli.program import called, simonsync
from tests.cli.test_replay import firm

NAME = "Zébulon Ferronnerie d'art"
ELSEWHERE = "Wagram Étanchéité"
AMOUNT = "1 234,50 €"
PING = "hc.invalid/ping-0815"
PASSWORD = "pw-4711"


def content(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_no_secret_name_or_amount_is_in_it_and_the_same_name_is_the_same_word(tmp_path: Path) -> None:
    with Sandbox() as box:
        environ = firm(tmp_path, box)
        card = box.simon.insert("Customer", {"Name": NAME})["Id"]
        for _ in range(2):
            order = carry_out_a_work_order(box.simon)
            box.simon.update("WorkOrder", order["Id"], {"CustomerId": card})
        with (tmp_path / "config.yaml").open("a") as file:
            file.write(f'alerts: {{ping_url: "https://{PING}", notify: ["json://x:{PASSWORD}@h"]}}\n')
        assert called(tmp_path, "push", environ=environ).code == 3
        with open_state(tmp_path / "state" / "firm.db") as state:
            words = {"number": "4711", "cause": f"{ELSEWHERE} : {AMOUNT} E_CUSTOM"}
            state.journal.note(Message(kinds.DRAFT_REFUSED, words), datetime.now(UTC))
            company = state.activation.get().company
        done = simonsync(tmp_path, "support-bundle", "case.zip", "--json", environ=environ).document
        secrets = [value for name, value in box.credentials.items() if name != "simon_user"]
    found = content(tmp_path / "case.zip")
    assert stat.S_IMODE((tmp_path / "case.zip").stat().st_mode) == 0o600
    everything = "".join(found.values())
    assert company
    for hidden in (*secrets, NAME, ELSEWHERE, AMOUNT, PING, PASSWORD, company, str(tmp_path)):
        assert hidden not in everything
        assert json.dumps(hidden)[1:-1] not in everything
    told: dict[str, Any] = json.loads(found["support.json"])
    assert done["exit_code"] == 0
    assert datetime.fromisoformat(told["made_at"]).tzinfo
    assert any("E_CUSTOM text-" in entry["text"] for entry in told["journal"])
    assert done["data"]["entries"] == len(told["journal"])
    assert done["data"]["requests"] == found["wire.log"].count("\n") - 1 > 0
    names = [entry["params"]["name"] for entry in told["journal"] if entry["params"].get("name")]
    assert names.count(names[-1]) == 2
    assert names[-1].startswith("name-")
    assert "work_time_product: service:SER001" in found["config.yaml"]


def test_a_broken_configuration_is_what_it_tells(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("account: firm\nsellsi: {}\n")
    done = called(tmp_path, "support-bundle", "case.zip", "--json").document
    told = json.loads(content(tmp_path / "case.zip")["support.json"])
    assert done["exit_code"] == 0
    assert [problem["code"] for problem in told["problems"]][:1] == ["config-unknown-key-near"]
    assert told["doctor"]


def test_what_takes_the_place_of_a_name_is_not_taken_for_another_one() -> None:
    aliases = Aliases()
    aliases.of("Dupont", "name")
    aliases.of("name", "name")
    assert aliases.text("Dupont, name; Dupontel") == "name-1, name-2; Dupontel"


def test_a_run_in_a_wrong_phase_leaves_the_wire_log_of_the_last_one(tmp_path: Path) -> None:
    with Sandbox(customers=1) as box:
        environ = firm(tmp_path, box)
        assert called(tmp_path, "push", environ=environ).code == 0
        before = (tmp_path / "state" / "firm.wire").read_text()
        assert called(tmp_path, "deactivate", "--yes", environ=environ).code == 0
        assert called(tmp_path, "push", environ=environ).code == 9
    assert before.count("\n") > 1
    assert (tmp_path / "state" / "firm.wire").read_text() == before
