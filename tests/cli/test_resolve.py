"""`resolve`, `push --work-order` and what is to be looked at, by the real command."""

from __future__ import annotations

import re
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
    # Nothing is open any more: that is said, and not journalled as settled once more.
    settled = desk.codes("--all").count("case-resolved")
    again = desk.run("resolve", desk.number(order), "--seen", "--yes")
    assert (again.code, "is this the number you meant?" in again.out) == (0, True)
    assert desk.codes("--all").count("case-resolved") == settled == 1
    assert "--seen" in desk.run("resolve", "--help").out


def later(desk: Desk, **span: float) -> int:
    """Let time pass and the timer start a push; return its exit code."""
    desk.firm.later(**span)
    return desk.run("push").code


def made(desk: Desk, description: str = "un") -> tuple[str, int]:
    """Have a draft; return the work order's number and the document."""
    number = desk.number(desk.firm.archived(description, work=30))
    assert desk.run("push").code == 0
    return number, int(desk.firm.drafts()[-1].id)


def test_lists_without_their_frame_make_no_second_draft(desk: Desk) -> None:
    faults = desk.firm.box.faults
    desk.firm.archived(work=30)
    faults.set("drop_after", service="sellsy", method="Document.create")
    assert desk.run("push").code == 8
    broken = faults.set("frameless", service="sellsy", method="Document.getList", form="null", times=None)
    assert [later(desk, minutes=6) for _ in range(6)] == [7] * 6
    faults.remove(broken)
    assert later(desk, minutes=6) == 0
    assert len(desk.firm.drafts()) == 1


def test_a_list_that_never_adds_up_is_told_after_an_hour_and_new_work_goes_on(desk: Desk) -> None:
    desk.firm.box.faults.set("miscounted", service="sellsy", method="Document.getList", times=None)
    desk.firm.archived(work=30)
    assert [later(desk, minutes=20) for _ in range(5)] == [7, 7, 7, 3, 3]
    assert len(desk.firm.drafts()) == 1
    assert desk.codes("--errors") == ["list-incomplete"]
    assert "has not been complete for an hour" in desk.run("log", "--errors").out.replace("\n", " ")


def test_a_draft_out_of_sight_is_deleted_after_two_looks_and_there_again_after_a_third(desk: Desk) -> None:
    made(desk)
    number, document = made(desk, "deux")
    desk.firm.box.sellsy.hide_document(document, 4 * 60 * 60)
    later(desk, minutes=61)
    assert "draft-deleted-in-sellsy" not in desk.codes()
    later(desk, minutes=61)
    later(desk, minutes=61)
    assert "draft-deleted-in-sellsy" in desk.codes("--warnings", "--record", number)
    desk.firm.later(hours=2)
    refused = desk.run("resolve", number, "--create", "--yes")
    assert refused.code == 2
    assert str(document) in refused.err
    assert desk.run("push", "--work-order", number).code == 2
    assert "draft-deleted-in-sellsy" not in desk.codes("--warnings")
    assert "draft-shown-again" in desk.codes("--record", number)
    later(desk, minutes=61)
    assert len(desk.firm.drafts()) == 2


def test_rights_that_were_taken_away_make_no_draft_deleted(desk: Desk) -> None:
    made(desk)
    made(desk, "deux")
    blind = desk.firm.box.faults.set("unseen", service="sellsy", method="Document.*", times=None)
    assert [later(desk, minutes=61) for _ in range(4)] == [0, 3, 3, 3]
    assert desk.codes("--errors") == ["list-incomplete"]
    assert "draft-deleted-in-sellsy" not in desk.codes()
    desk.firm.box.faults.remove(blind)
    assert later(desk, minutes=61) == 0
    assert desk.codes("--errors") == []


def test_while_a_work_order_is_bound_only_adopt_and_seen_are_taken(desk: Desk) -> None:
    number, document = made(desk)
    assert desk.run("resolve", number, "--create", "--yes").code == 2
    assert desk.run("resolve", number, "--never", "--yes").code == 2
    assert desk.run("resolve", number, "--seen", "--yes").code == 0
    assert desk.run("resolve", number, "--adopt", str(document), "--yes").code == 0
    other, _ = made(desk, "deux")
    assert desk.run("resolve", other, "--adopt", str(document), "--yes").code == 2


def test_a_document_can_be_named_by_the_number_that_people_see_in_sellsy(desk: Desk) -> None:
    number, document = made(desk)
    refused = desk.run("resolve", number, "--adopt", "FACT-202203-00006", "--yes")
    assert (refused.code, "FACT-202203-00006" in refused.err) == (2, True)
    assert "simonsync log" in refused.err
    assert desk.run("resolve", number, "--adopt", "-1", "--yes").code == 2
    seen = desk.firm.box.sellsy.finalise_document(document).ident
    done = desk.run("resolve", number, "--adopt", seen, "--yes", "--json")
    assert (done.code, done.document["data"]["document"]) == (0, str(document))


def test_a_draft_deleted_on_purpose_is_closed_by_the_word_that_is_named(desk: Desk) -> None:
    made(desk)
    number, document = made(desk, "deux")
    desk.firm.box.sellsy.delete_document(document)
    for _ in range(3):
        later(desk, minutes=61)
    told = desk.run("log", "--warnings", "--record", number).out.replace("\n", " ")
    assert f"simonsync resolve {number} --never" in " ".join(told.split())
    assert desk.run("resolve", number, "--seen", "--yes").code == 0
    assert "draft-deleted-in-sellsy" not in desk.codes("--warnings")
    # The books stay open until somebody says that no invoice is wanted, and explain says how.
    assert desk.run("reconcile").code == 3
    assert f"simonsync resolve {number} --never" in " ".join(desk.run("explain", number).err.split())
    assert desk.run("resolve", number, "--never", "--yes").code == 0
    assert desk.run("reconcile").code == 0
    assert "--never" not in desk.run("explain", number).err


def test_never_closes_the_warning_of_a_deleted_draft_too(desk: Desk) -> None:
    made(desk)
    number, document = made(desk, "deux")
    desk.firm.box.sellsy.delete_document(document)
    for _ in range(3):
        later(desk, minutes=61)
    assert desk.run("resolve", number, "--never", "--yes").code == 0
    assert "draft-deleted-in-sellsy" not in desk.codes("--warnings")


def test_a_work_order_that_waits_for_the_product_of_a_setting_is_named(desk: Desk) -> None:
    config = desk.folder / "config.yaml"
    config.write_text(config.read_text() + 'settings: {work_time_product: "service:SER001"}\n')
    assert desk.run("sync").code == 0
    (service,) = (each for each in desk.firm.box.sellsy.products.values() if each.name == "SER001")
    desk.firm.box.sellsy.delete_product(service.id)
    number = desk.number(desk.firm.archived(work=30))
    ended = desk.run("sync")
    assert (ended.code, f"(Work order {number})" in ended.err) == (3, True)
    (entry,) = desk.data("log", "--errors", "--record", number)["entries"]
    assert (entry["code"], entry["record"]) == ("setting-product-unknown", number)
    assert desk.data("status")["held"] == [number]


@pytest.mark.parametrize("language", ["fr", "en", "nl"])
def test_a_quota_that_is_spent_is_told_with_when_it_is_possible_again(desk: Desk, language: str) -> None:
    desk.firm.box.faults.set("status", service="sellsy", status=429, retry_after=86_400, times=None)
    ended = desk.run("push", language=language)
    assert ended.code == 7
    assert "service-quota-spent" not in ended.err
    said = {"fr": "à partir du", "en": "from", "nl": "vanaf"}[language]
    assert re.search(rf"{said} \d\d[-/]\d\d[-/]\d{{4}} \d\d:\d\d", " ".join(ended.err.split()))
