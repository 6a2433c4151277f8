"""`--record` and `replay`: a run is seen again, without the firm's services or its secrets."""

from __future__ import annotations

import json
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simonsync.account.replay import differences
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.simon.day import carry_out_a_work_order
from tests.cli.program import CONFIGURATION, Ended, called, simonsync
from tests.cli.test_activation import ALL_YES

SETTINGS = ("--set", "work_time_product=service:SER001", "--set", "documents=work_order")


@dataclass(frozen=True)
class Case:
    """A recording of a sync that made a draft, what that sync said, and a machine without any service."""

    file: Path
    said: dict[str, Any]
    elsewhere: Path
    secrets: tuple[str, ...]

    def replay(self, *more: str, file: Path | None = None) -> dict[str, Any]:
        return called(self.elsewhere, "replay", str(file or self.file), *more, "--json").document

    def entries(self) -> list[dict[str, Any]]:
        with zipfile.ZipFile(self.file) as archive:
            found: list[dict[str, Any]] = json.loads(archive.read("exchange.har"))["log"]["entries"]
        return found


def firm(
    folder: Path, box: Sandbox, known: dict[str, str] | None = None, *, pull: bool = True
) -> dict[str, str]:
    (folder / "config.yaml").write_text(
        "account: firm\nlanguage: en\n"
        f'sellsy: {{url: "{box.sellsy_url}", requests_per_second: 1000}}\n'
        f'simon: {{url: "{box.simon_url}", workers: 4}}\n'
        "sync: {consistency_wait_seconds: 3}\n"
    )
    environ = {f"SIMONSYNC_{name.upper()}": value for name, value in (known or box.credentials).items()}
    assert called(folder, *ALL_YES, *SETTINGS, environ=environ).code == 0
    if pull:
        assert called(folder, "pull", environ=environ).code == 0
    return environ


def recorded(folder: Path, environ: dict[str, str], *command: str) -> Ended:
    return simonsync(folder, "--record", "case.zip", *command, "--json", environ=environ)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("firm")
    with Sandbox(customers=130) as box:
        environ = firm(folder, box)
        carry_out_a_work_order(box.simon)
        said = recorded(folder, environ, "sync").document
        assert box.sellsy.documents_of(tag="simonsync")
        secrets = tuple(value for name, value in box.credentials.items() if name != "simon_user")
    (folder / "case.zip").rename(folder / "moved.zip")
    return Case(folder / "moved.zip", said, tmp_path_factory.mktemp("elsewhere"), secrets)


def test_a_replay_makes_the_same_plan_draft_and_exit_code_without_any_service(case: Case) -> None:
    again = case.replay()
    assert (again["exit_code"], again["data"]["departures"]) == (0, [])
    assert again["data"]["result"] == case.said["data"]
    assert again["data"]["exit_code"] == case.said["exit_code"] == 0
    assert [entry["_call"] for entry in case.entries() if entry["_writes"]].count("Document.create") == 1
    assert list(case.elsewhere.iterdir()) == []


def test_another_rule_shows_where_the_draft_departs(case: Case) -> None:
    again = case.replay("--set", "invoice_note=work_address")
    assert again["exit_code"] == 3
    (first, *_) = [each for each in again["data"]["departures"] if each["kind"] == "sent"]
    assert first["what"].startswith("Document.create params.document.")
    shown = called(
        case.elsewhere, "--lang", "fr", "replay", str(case.file), "--set", "invoice_note=work_address"
    )
    assert shown.code == 3
    assert "Envoyé autrement\N{NO-BREAK SPACE}: Document.create" in shown.out


def test_a_recording_is_for_its_owner_alone_and_holds_no_secret(case: Case) -> None:
    assert stat.S_IMODE(case.file.stat().st_mode) == 0o600
    with zipfile.ZipFile(case.file) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert [secret for secret in case.secrets if secret.encode() in content] == []
    logins = [entry for entry in case.entries() if entry["_login"]]
    assert logins
    assert all("postData" not in entry["request"] for entry in logins)
    answers = [json.loads(entry["response"]["content"]["text"]) for entry in logins]
    assert {answer["Token"] for answer in answers} == {"removed"}


def test_answers_are_found_by_what_was_asked_in_whatever_order_they_came(tmp_path: Path, case: Case) -> None:
    shuffled = tmp_path / "shuffled.zip"
    with zipfile.ZipFile(case.file) as archive, zipfile.ZipFile(shuffled, "w") as other:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "exchange.har":
                har = json.loads(content)
                har["log"]["entries"].sort(key=lambda entry: str(entry["request"]))
                content = json.dumps(har).encode()
            other.writestr(name, content)
    assert case.replay(file=shuffled)["data"]["departures"] == []


def test_a_first_import_by_several_workers_with_pages_read_ahead_is_replayed(tmp_path: Path) -> None:
    with Sandbox(customers=130) as box:
        environ = firm(tmp_path, box, pull=False)
        said = recorded(tmp_path, environ, "pull").document
        asked = len(box.log.entries())
        again = called(tmp_path, "replay", "case.zip", "--json").document
        assert len(box.log.entries()) == asked
    assert sum(said["data"]["counts"].values()) >= 250
    assert (again["exit_code"], again["data"]["departures"]) == (0, [])
    assert again["data"]["result"]["counts"] == said["data"]["counts"]


def test_3_4_a_draft_whose_outcome_is_unknown_is_replayed_with_its_waits(tmp_path: Path) -> None:
    with Sandbox() as box:
        environ = firm(tmp_path, box)
        carry_out_a_work_order(box.simon)
        with (tmp_path / "config.yaml").open("a") as file:
            file.write('alerts: {notify: ["json://127.0.0.1:9/secret-0815"], digest: daily}\n')
        box.faults.set("drop_after", service="sellsy", method="Document.create")
        said = recorded(tmp_path, environ, "sync").document
    assert said["exit_code"] == 8
    again = called(tmp_path, "replay", "case.zip", "--json").document
    assert (again["data"]["exit_code"], again["data"]["departures"]) == (8, [])
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        assert b"0815" not in archive.read("config.yaml")


def test_3_4_a_wait_that_was_over_is_over_in_the_replay(tmp_path: Path) -> None:
    with Sandbox() as box:
        environ = firm(tmp_path, box)
        carry_out_a_work_order(box.simon)
        box.faults.set("drop_before", service="sellsy", method="Document.create")
        assert called(tmp_path, "sync", environ=environ).code == 8
        for seconds in ("1800", "3600", "5400"):
            box.clock.advance(1800)
            called(tmp_path, "sync", environ={**environ, "SIMONSYNC_NOW_OFFSET": seconds})
        box.clock.advance(1800)
        ended = recorded(tmp_path, {**environ, "SIMONSYNC_NOW_OFFSET": "7200"}, "sync")
        assert len(box.sellsy.documents_of(tag="simonsync")) == 1
    again = called(tmp_path, "replay", "case.zip", "--json").document
    assert (again["exit_code"], again["data"]["departures"]) == (0, [])
    assert again["data"]["exit_code"] == ended.code == 0
    assert "draft_invoice" in {each["kind"] for each in again["data"]["result"]["actions"]}


def test_the_clock_of_a_replay_is_that_of_the_recording(tmp_path: Path) -> None:
    with Sandbox() as box:
        environ = firm(tmp_path, box)
    later = {**environ, "SIMONSYNC_NOW_OFFSET": "7200"}
    said = recorded(tmp_path, later, "log", "--since", "1h").document
    again = called(tmp_path, "replay", "case.zip", "--json").document
    assert (again["exit_code"], again["data"]["result"]["entries"]) == (0, said["data"]["entries"] or [])
    assert said["data"]["entries"] == []


def test_a_client_id_and_its_token_are_recorded_nowhere(tmp_path: Path) -> None:
    with Sandbox() as box:
        known = box.client_credentials
        environ = firm(tmp_path, box, known)
        assert recorded(tmp_path, environ, "sync").code == 0
        token = json.loads((tmp_path / "state" / "firm.token").read_text())["access_token"]
    (tmp_path / "state" / "firm.token").unlink()
    again = called(tmp_path, "replay", "case.zip", "--json").document
    assert (again["exit_code"], again["data"]["departures"]) == (0, [])
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    hidden = (token, known["sellsy_client_secret"], known["sellsy_client_id"], known["simon_password"])
    assert [secret for secret in hidden if secret.encode() in content] == []


def test_a_preview_goes_to_no_place_of_the_machine_that_replays(tmp_path: Path) -> None:
    with Sandbox() as box:
        environ = firm(tmp_path, box)
        number = str(carry_out_a_work_order(box.simon)["Number"])
        pdf = tmp_path / "preview.pdf"
        assert recorded(tmp_path, environ, "preview", number, "--pdf", str(pdf)).code == 0
    pdf.unlink()
    again = called(tmp_path, "replay", "case.zip", "--json").document
    assert (again["exit_code"], again["data"]["result"]["number"]) == (0, number)
    assert not pdf.exists()


def test_what_cannot_be_recorded_or_replayed_says_so(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    for command in ("demo", "desk", "replay"):
        refused = called(tmp_path, "--record", "case.zip", command)
        assert (refused.code, list(tmp_path.glob("*.zip"))) == (2, [])
    (tmp_path / "case.zip").write_text("PK")
    assert called(tmp_path, "replay", "case.zip").code == 2
    assert called(tmp_path, "replay", "nowhere.zip").code == 2
    taken = called(tmp_path, "--record", "config.yaml", "status")
    assert (taken.code, (tmp_path / "config.yaml").read_text()) == (2, CONFIGURATION)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("at 1764000000", "at 1764000005", False),
        ("at 1764000000", "at 1764999999", True),
        ("Ref #", "Ref 1764000000", True),
        ("Ref # 1764000000", "Ref # 1764000001", False),
    ],
)
def test_texts_that_differ_by_close_moments_only_are_no_departure(
    before: str, now: str, *, told: bool
) -> None:
    assert bool(list(differences(before, now))) is told
