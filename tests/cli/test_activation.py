"""`activate`, `wipe`, `connect`, `configure`, `deactivate`: by options, as scripts use them [4, 5, 6, 9]."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from simonsync.sandbox.box import Sandbox
from tests.cli.program import Ended, called, started

CONFIGURATION = """\
# Our firm.
account: firm
language: en
sellsy: {{url: "{sellsy}", requests_per_second: 1000}}
simon: {{url: "{simon}"}}
"""
TABLES = ["item_groups", "items", "work_orders", "work_addresses", "customers", "objects", "contacts"]
ALL_YES = ("activate", "--yes", "--accept-terms")


@dataclass
class Desk:
    """A firm's folder and its services, and commands without a terminal."""

    folder: Path
    box: Sandbox

    @property
    def environ(self) -> dict[str, str]:
        return {f"SIMONSYNC_{name.upper()}": value for name, value in self.box.credentials.items()}

    def run(self, *arguments: str, credentials: bool = True) -> Ended:
        return called(self.folder, *arguments, environ=self.environ if credentials else None)

    def ask(self, *arguments: str) -> dict[str, Any]:
        document: dict[str, Any] = self.run(*arguments, "--json").document
        return document

    def phase(self) -> str:
        return str(self.ask("status")["data"]["phase"])

    def requests(self) -> int:
        return len(self.box.log.entries())

    def count(self, entity: str) -> int:
        return len(self.box.simon.rows(entity))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Sandbox() as box:
        text = CONFIGURATION.format(sellsy=box.sellsy_url, simon=box.simon_url)
        (tmp_path / "config.yaml").write_text(text)
        yield Desk(tmp_path, box)


def codes(document: dict[str, Any]) -> list[str]:
    return [message["code"] for message in document["messages"]]


def test_4_3_activation_by_options_takes_all_three_steps(desk: Desk) -> None:
    done = desk.ask(*ALL_YES, "--set", "work_time_product=service:SER001")
    assert done["exit_code"] == 0
    assert done["data"]["phase"] == "active"
    assert done["data"]["activated"] is True
    assert done["data"]["wipe"]["deleted"]["work_orders"] == 43
    assert done["data"]["company"] == "Électricité Moreau"
    assert float(done["data"]["products"]["work_time_product"]["unit_price"]) == 55
    assert Path(done["data"]["wipe"]["backup"]).exists()
    assert desk.count("WorkOrder") == 0
    text = (desk.folder / "config.yaml").read_text()
    assert text.startswith("# Our firm.\naccount: firm\n")
    assert "work_time_product: service:SER001" in text
    assert desk.run("sync").code == 0


def test_credentials_of_the_environment_are_never_written(desk: Desk) -> None:
    assert desk.run(*ALL_YES).code == 0
    assert not (desk.folder / "state" / "credentials.yaml").exists()
    secrets = [value for name, value in desk.box.credentials.items() if name != "simon_user"]
    for path in desk.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in secrets), path


def test_4_3_the_steps_one_by_one(desk: Desk) -> None:
    assert desk.ask("wipe", "--yes")["data"]["phase"] == "wiped"
    assert desk.ask("connect", "--from-env")["data"] == {
        "company": "Électricité Moreau",
        "phase": "connected",
    }
    saved = desk.ask("configure", "--set", "invoice_note=work_address")
    assert (saved["data"]["phase"], saved["data"]["activated"]) == ("connected", False)
    started = desk.ask("configure", "--accept-terms")
    assert (started["data"]["phase"], started["data"]["activated"]) == ("active", True)
    assert started["data"]["settings"]["invoice_note"] == "work_address"


@pytest.mark.parametrize("command", [("connect",), ("configure",), ("configure", "--check"), ("sync",)])
def test_4_3_a_step_before_its_turn_is_exit_9_without_one_request(
    desk: Desk, command: tuple[str, ...]
) -> None:
    done = desk.run(*command)
    assert done.code == 9
    assert done.err
    assert desk.requests() == 0
    assert not list(desk.folder.glob("state/*.db"))


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("wipe",), "--yes"),
        (("activate",), "--yes"),
        (("activate", "--yes"), "--accept-terms"),
    ],
)
def test_without_a_terminal_nobody_is_asked_and_the_missing_option_is_named(
    desk: Desk, arguments: tuple[str, ...], option: str
) -> None:
    done = desk.run(*arguments)
    assert done.code == 2
    assert option in done.err
    assert desk.requests() == 0


def test_without_credentials_nothing_is_erased_and_every_missing_one_is_named(desk: Desk) -> None:
    done = desk.run(*ALL_YES, credentials=False)
    assert done.code == 2
    for name in ("SIMON_KEY", "SIMON_USER", "SIMON_PASSWORD", "SELLSY_CONSUMER_TOKEN", "SELLSY_USER_SECRET"):
        assert f"SIMONSYNC_{name}" in done.err
    assert desk.requests() == 0
    assert desk.count("WorkOrder") == 43


def test_4_3_wipe_dry_run_lists_the_seven_tables_and_writes_nothing(desk: Desk) -> None:
    document = desk.ask("wipe", "--dry-run")
    tables = document["data"]["tables"]
    assert [table["table"] for table in tables] == TABLES
    assert [table["count"] for table in tables] == [3, 12, 43, 18, 6, 6, 10]
    assert all(table["last_mutation"].endswith("Z") for table in tables)
    assert desk.box.log.writes() == []
    assert not list(desk.folder.glob("state/*.db"))
    shown = desk.run("--lang", "fr", "wipe", "--dry-run").out
    assert "Groupe d'articles" in shown
    assert "Dernière mutation" in shown


@pytest.mark.parametrize("tables", ["items", "item_groups,items", "none"])
def test_4_3_a_first_activation_leaves_no_table_out(desk: Desk, tables: str) -> None:
    for command in (("wipe", "--yes"), ALL_YES):
        document = desk.ask(*command, "--tables", tables)
        assert (document["exit_code"], codes(document)) == (2, ["wipe-all-obligatory"])
    assert desk.requests() == 0


def test_4_3_what_was_left_out_is_told_after_the_wipe_too(desk: Desk) -> None:
    desk.run("wipe", "--yes")
    document = desk.ask(*ALL_YES, "--tables", "items")
    assert (document["exit_code"], codes(document)) == (2, ["wipe-all-obligatory"])
    assert desk.phase() == "wiped"


def test_a_table_that_does_not_exist_is_told(desk: Desk) -> None:
    document = desk.ask("wipe", "--yes", "--tables", "items,invoices")
    assert (document["exit_code"], codes(document)) == (2, ["usage-list"])


def test_every_wrong_setting_is_told_at_once_before_anything_is_erased(desk: Desk) -> None:
    document = desk.ask(
        *ALL_YES,
        "--set",
        "invoice_notes=none",
        "--set",
        "documents=all",
        "--set",
        "attachments",
        "--set",
        "default_product=SER003",
    )
    assert document["exit_code"] == 2
    assert codes(document) == [
        "config-unknown-key-near",
        "setting-not-allowed",
        "usage-set",
        "setting-product-form",
    ]
    assert desk.requests() == 0


def test_6_2_an_unknown_product_saves_nothing_and_is_journalled(desk: Desk) -> None:
    before = (desk.folder / "config.yaml").read_text()
    document = desk.ask(*ALL_YES, "--set", "work_time_product=service:SER999")
    assert (document["exit_code"], codes(document)) == (2, ["setting-product-unknown"])
    assert desk.phase() == "connected"
    assert (desk.folder / "config.yaml").read_text() == before
    errors = desk.ask("log", "--errors")["data"]["entries"]
    assert [(entry["code"], entry["params"]["product"]) for entry in errors] == [
        ("setting-product-unknown", "service:SER999")
    ]
    # The next try goes on where this one stopped, and erases nothing again.
    assert desk.ask(*ALL_YES)["data"]["phase"] == "active"
    assert len(list(desk.folder.glob("state/backups/*"))) == 1


def test_wrong_credentials_are_exit_5_and_stay_on_their_step(desk: Desk) -> None:
    gate = desk.box.sellsy.gate
    right, wrong = gate.credentials, replace(gate.credentials, user_secret="changed")
    environ = {**desk.environ, "SIMONSYNC_SELLSY_USER_SECRET": "wrong-secret"}
    done = called(desk.folder, *ALL_YES, environ=environ)
    assert done.code == 5
    assert "wrong-secret" not in done.out + done.err
    assert desk.phase() == "wiped"
    gate.credentials = wrong
    assert desk.run("connect", "--from-env").code == 0
    gate.credentials = right
    assert desk.run("connect", "--check").code == 0


def test_connect_check_keeps_nothing_and_names_what_the_profile_gets_wrong(desk: Desk) -> None:
    right = desk.ask("connect", "--check")
    assert (right["exit_code"], right["data"]["mismatches"]) == (0, [])
    (desk.folder / "profile.yaml").write_text("customers: {town: Plaats}\n")
    text = (desk.folder / "config.yaml").read_text()
    (desk.folder / "config.yaml").write_text(text.replace("simon: {", "simon: {profile: profile.yaml, "))
    wrong = desk.ask("connect", "--check")
    assert wrong["exit_code"] == 3
    assert wrong["data"]["mismatches"] == ["profile-field-missing"]
    assert "customers.town" in wrong["messages"][0]["text"]
    assert not list(desk.folder.glob("state/*.db"))


def test_5_2_configure_check_shows_products_and_saves_nothing(desk: Desk) -> None:
    desk.run(*ALL_YES)
    before = (desk.folder / "config.yaml").read_text()
    document = desk.ask("configure", "--check", "--set", "default_product=service:SER003")
    assert document["data"]["products"]["default_product"]["reference"] == "SER003"
    assert desk.run("configure", "--check", "--set", "default_product=service:SER9").code == 2
    assert (desk.folder / "config.yaml").read_text() == before
    assert desk.ask("configure", "--show")["data"]["settings"]["default_product"] == ""


def test_6_2_a_refused_configure_is_in_the_journal_and_changes_no_later_run(desk: Desk) -> None:
    desk.run(*ALL_YES)
    before = desk.ask("configure", "--show")["data"]["settings"]
    assert desk.run("configure", "--set", "work_time_product=service:SER9").code == 2
    (entry,) = desk.ask("log", "--errors")["data"]["entries"]
    assert (entry["code"], entry["open"]) == ("setting-product-unknown", True)
    assert "service:SER9" in entry["message"]
    assert desk.ask("configure", "--show")["data"]["settings"] == before
    assert desk.run("sync").code == 0
    assert desk.ask("log", "--errors")["data"]["entries"] == []


def test_configure_takes_settings_from_a_file_and_set_has_the_last_word(desk: Desk) -> None:
    desk.run(*ALL_YES, "--set", "skip_work_orders_containing=Garantie")
    (desk.folder / "more.yaml").write_text("settings:\n  attachments: yes\n  invoice_note: description\n")
    document = desk.ask("configure", "--from", "more.yaml", "--set", "invoice_note=none")
    assert document["exit_code"] == 0
    settings = document["data"]["settings"]
    assert settings["attachments"] == "yes"
    assert settings["invoice_note"] == "none"
    assert settings["skip_work_orders_containing"] == "Garantie"
    assert document["data"]["changed"] == ["attachments"]
    (desk.folder / "more.yaml").write_text("attachment: yes\n")
    document = desk.ask("configure", "--from", "more.yaml")
    assert (document["exit_code"], codes(document)) == (2, ["config-unknown-key-near"])


def test_a_setting_is_emptied_by_saying_nothing(desk: Desk) -> None:
    desk.run(*ALL_YES, "--set", "work_time_product=service:SER001")
    document = desk.ask("configure", "--set", "work_time_product=")
    assert document["data"]["settings"]["work_time_product"] == ""
    assert document["data"]["changed"] == ["work_time_product"]


def test_what_sellsy_does_not_give_is_said(desk: Desk) -> None:
    done = desk.run(*ALL_YES, "--set", "quotes_to_work_orders=yes", "--set", "quote_terms=yes")
    assert done.code == 0
    assert "quote_terms" in done.err


def test_9_1_deactivation_needs_a_confirmation_and_is_done_once(desk: Desk) -> None:
    assert desk.run("deactivate", "--yes").code == 9
    desk.run(*ALL_YES)
    assert desk.run("deactivate").code == 2
    assert desk.phase() == "active"
    assert desk.ask("deactivate", "--yes")["data"] == {"phase": "inactive", "changed": True}
    assert desk.ask("deactivate", "--yes")["data"] == {"phase": "inactive", "changed": False}
    before = desk.requests()
    assert desk.run("sync").code == 9
    assert desk.requests() == before


def test_9_1_a_timer_left_behind_says_nothing_about_a_deactivated_integration(desk: Desk) -> None:
    assert "simonsync activate" in desk.run("sync").err
    desk.run(*ALL_YES)
    desk.run("deactivate", "--yes")
    timer = desk.run("sync")
    assert (timer.code, timer.out, timer.err) == (9, "", "")
    assert "deactivated" in desk.run("sync", "--json").out
    assert "deactivated" in desk.run("pull").err


def test_while_active_neither_wipe_nor_activate_asks_anything(desk: Desk) -> None:
    desk.run(*ALL_YES)
    before = desk.requests()
    assert desk.run("wipe", "--yes").code == 9
    assert desk.run(*ALL_YES).code == 9
    assert desk.requests() == before


def test_4_4_a_restart_keeps_simon_unless_tables_are_named(desk: Desk) -> None:
    desk.run(*ALL_YES)
    desk.run("sync")
    desk.run("deactivate", "--yes")
    customers = desk.count("Customer")
    assert customers
    document = desk.ask("activate", "--yes")
    assert (document["exit_code"], document["data"]["phase"]) == (0, "active")
    assert desk.count("Customer") == customers
    desk.run("deactivate", "--yes")
    assert desk.run("wipe", "--yes").code == 2
    document = desk.ask("activate", "--yes", "--tables", "work_orders,work_addresses,customers")
    assert document["data"]["wipe"]["deleted"]["customers"] == customers
    assert desk.count("Customer") == 0
    assert desk.count("Item") > 0
    desk.run("sync")
    assert desk.count("Customer") == customers


def test_a_restart_that_would_lose_invoices_stops_and_names_them(desk: Desk) -> None:
    desk.run(*ALL_YES, "--set", "work_time_product=service:SER001")
    desk.run("sync")
    desk.run("deactivate", "--yes")
    world = desk.box.simon
    place = next(row for row in world.rows("Location") if row["CustomerId"])
    order = world.add_work_order(int(str(place["Id"])), "Pas encore envoyé")
    world.declare_ready(order)
    world.archive(order)
    shown = world.row("WorkOrder", order)["Number"]
    preview = desk.ask("wipe", "--dry-run", "--tables", "work_orders")
    assert preview["data"]["unsent"] == [shown]
    for command in (("wipe", "--yes", "--tables", "work_orders"), ("activate", "--yes", "--tables", "all")):
        document = desk.ask(*command)
        assert (document["exit_code"], codes(document)) == (2, ["wipe-unsent"])
        assert str(shown) in document["messages"][0]["text"]
    assert desk.count("WorkOrder") == 1
    document = desk.ask("activate", "--yes", "--tables", "all", "--include-unsent")
    assert document["data"]["phase"] == "active"
    assert desk.count("WorkOrder") == 0


def test_after_a_loss_of_state_activate_erases_nothing(desk: Desk) -> None:
    desk.run(*ALL_YES)
    desk.run("sync")
    customers = desk.count("Customer")
    for path in (desk.folder / "state").iterdir():
        if path.is_file():
            path.unlink()
    assert codes(desk.ask("wipe", "--yes")) == ["wipe-after-state-loss"]
    document = desk.ask(*ALL_YES)
    assert (document["exit_code"], document["data"]["phase"]) == (0, "active")
    assert "wipe" not in document["data"]
    assert desk.count("Customer") == customers


def test_a_wipe_that_leaves_something_says_so(desk: Desk) -> None:
    desk.box.faults.set("status", service="simon", method="DELETE ItemGroup*", status=409, times=None)
    document = desk.ask(*ALL_YES)
    assert (document["exit_code"], codes(document)) == (3, ["wipe-incomplete"])
    assert document["data"]["wipe"]["left"] > 0
    assert desk.phase() == "never_activated"
    desk.box.faults.clear()
    assert desk.ask(*ALL_YES)["data"]["phase"] == "active"


def test_ctrl_c_in_the_middle_of_a_wipe_is_exit_130_and_the_next_wipe_goes_on(desk: Desk) -> None:
    desk.box.faults.set("slow_first_byte", service="simon", method="DELETE *", seconds=0.05, times=None)
    with started(desk.folder, "wipe", "--yes", environ=desk.environ) as process:
        while not any(entry.method.startswith("DELETE") for entry in desk.box.log.entries("simon")):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    left = sum(desk.count(entity) for entity in ("WorkOrder", "Customer", "Item"))
    assert left > 0
    desk.box.faults.clear()
    assert desk.ask("wipe", "--yes")["data"]["phase"] == "wiped"
    assert desk.count("Customer") == 0


@pytest.mark.parametrize(
    ("service", "method", "command"),
    [
        ("sellsy", "Infos.getInfos", ("connect", "--from-env")),
        ("sellsy", "Infos.getInfos", ("connect", "--check")),
        ("sellsy", "Catalogue.getList", ("configure", "--set", "work_time_product=service:SER001")),
        ("simon", "GET WorkOrder", ("wipe", "--yes", "--tables", "work_orders")),
    ],
)
def test_a_service_that_refuses_a_list_or_the_account_does_not_answer_as_it_should(
    desk: Desk, service: str, method: str, command: tuple[str, ...]
) -> None:
    desk.run(*ALL_YES)
    desk.run("deactivate", "--yes")
    if service == "sellsy":
        desk.box.faults.set("api_error", service=service, method=method, code="E_PARAM_INVALID", times=None)
    else:
        desk.box.faults.set("status", service=service, method=method, status=400, times=None)
    document = desk.ask(*command)
    assert (document["exit_code"], codes(document)) == (7, [f"{service}-refused"])
