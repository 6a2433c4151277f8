"""`simonsync verify` from the outside: documents, exit codes, the report, and what it leaves behind."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.sandbox.box import Sandbox
from tests.cli.conversation import converse
from tests.cli.program import simonsync, started
from tests.cli.test_activation import CONFIGURATION, Desk

REPORT = "simonsync-verify.txt"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Sandbox(customers=2) as box:
        text = CONFIGURATION.format(sellsy=box.sellsy_url, simon=box.simon_url)
        (tmp_path / "config.yaml").write_text(text)
        yield Desk(tmp_path, box)


def writes(desk: Desk) -> list[str]:
    return [entry.method for entry in desk.box.log.writes()]


def test_before_anything_is_activated_it_verifies_what_is_connected(desk: Desk) -> None:
    ended = simonsync(desk.folder, "verify", environ=desk.environ)
    assert ended.code == 0
    assert "Different: 0" in ended.out
    assert writes(desk) == []
    report = desk.folder / REPORT
    assert oct(report.stat().st_mode & 0o777) == "0o600"
    text = report.read_text("utf-8")
    document = json.loads(text[text.index("\n{\n") :])
    assert document["counts"]["different"] == 0
    for secret in (*desk.box.credentials.values(), *(each.name for each in desk.box.sellsy.clients())):
        assert secret not in text + ended.out + ended.err


def test_a_difference_is_told_and_is_code_3(desk: Desk) -> None:
    desk.box.sellsy.deny("Addresses.getList")
    told = desk.ask("verify", "--report", "told.txt")
    assert told["exit_code"] == 3
    differing = [fact for fact in told["data"]["facts"] if fact["result"] == "different"]
    assert [(fact["name"], fact["shape"]) for fact in differing] == [
        ("Addresses.getList:answers", "E_PRIV_NOT_ALLOWED")
    ]
    assert "Addresses.getList:answers" in (desk.folder / "told.txt").read_text("utf-8")


def test_credentials_that_are_refused_are_code_5(desk: Desk) -> None:
    desk.box.sellsy.refuse_credentials()
    told = desk.ask("verify")
    assert told["exit_code"] == 5
    assert [message["code"] for message in told["messages"]] == ["sellsy-credentials-refused"]
    assert told["data"]["counts"]["confirmed"] > 50


@pytest.mark.parametrize("options", [("--yes",), ("--wait", "5")])
def test_options_of_a_draft_need_one(desk: Desk, options: tuple[str, ...]) -> None:
    assert desk.ask("verify", *options)["exit_code"] == 2
    assert not (desk.folder / REPORT).exists()


def test_without_a_word_nothing_is_written(desk: Desk) -> None:
    customer = str(min(desk.box.sellsy.customers))
    told = desk.ask("verify", "--write", customer)
    assert (told["exit_code"], told["messages"][0]["code"]) == (2, "answer-needed")
    assert writes(desk) == []


def test_a_draft_is_made_after_a_word_and_what_to_delete_is_told(desk: Desk) -> None:
    customer = min(desk.box.sellsy.customers)
    done = desk.run("verify", "--write", str(customer), "--yes")
    assert done.code == 0
    (made,) = desk.box.sellsy.documents_of(tag="simonsync-verify")
    assert f"Draft invoice, document {made.id}" in done.out
    assert writes(desk) == ["Document.create", "Briefcases.uploadFile"]


def test_a_person_is_asked_with_the_customers_name(desk: Desk) -> None:
    customer = min(desk.box.sellsy.customers)
    name = desk.box.sellsy.customers[customer].name
    ended = converse(desk.folder, ("verify", "--write", str(customer)), ((name, "no"),), environ=desk.environ)
    assert ended.code == 2
    assert writes(desk) == []


def test_whoever_is_stopped_is_told_what_to_delete(desk: Desk) -> None:
    customer = min(desk.box.sellsy.customers)
    desk.box.faults.set("invisible", service="sellsy", method="Document.create", seconds=3600)
    running = started(desk.folder, "verify", "--write", str(customer), "--yes", environ=desk.environ)
    while "Document.create" not in writes(desk):
        assert running.poll() is None
    running.send_signal(signal.SIGTERM)
    out, _ = running.communicate(timeout=30)
    (made,) = desk.box.sellsy.documents_of(tag="simonsync-verify")
    assert running.returncode == 143
    assert f"document {made.id}" in out
