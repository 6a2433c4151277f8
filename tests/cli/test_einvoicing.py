"""`einvoicing`: the office's list of what to mend before the date; `status` counts it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from simonsync.sandbox.box import Sandbox
from tests.cli.program import called
from tests.cli.test_activation import ALL_YES, CONFIGURATION, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Sandbox(customers=3) as box:
        text = CONFIGURATION.format(sellsy=box.sellsy_url, simon=box.simon_url)
        (tmp_path / "config.yaml").write_text(text)
        box.sellsy.add_unit("bobineau")
        box.sellsy.edit_product(
            box.sellsy.product_named("GAINE-20").id, unit_id=box.sellsy.unit_of("bobineau").id
        )
        yield Desk(tmp_path, box)


def test_what_is_not_ready_is_listed_with_the_rule_and_the_remedy(desk: Desk) -> None:
    desk.run(*ALL_YES)
    data = desk.ask("einvoicing")["data"]
    assert data["counts"] == {"customer": 1, "item": 2, "service": 0, "unit": 1, "tax": 0}
    told = [(each["kind"], each["name"], each["rule"], each["severity"]) for each in data["findings"]]
    assert told == [
        ("customer", "Boulangerie de l'Église", "EI-01", "error"),
        ("customer", "Boulangerie de l'Église", "EI-03", "warning"),
        ("item", "GAINE-20", "EI-09", "warning"),
        ("item", "DOMINO", "EI-16", "error"),
        ("unit", "bobineau", "EI-09", "warning"),
    ]
    assert data["findings"][0]["remedy"].startswith("Enter the SIREN")
    shown = desk.run("einvoicing")
    assert shown.code == 0
    assert "Customer Boulangerie de l'Église" in shown.out
    assert "Dupont" not in shown.out


def test_the_list_goes_into_a_table_in_which_no_name_is_a_formula(desk: Desk) -> None:
    desk.run(*ALL_YES)
    desk.box.sellsy.add_customer("=HYPERLINK(1)")
    data = desk.ask("einvoicing", "--csv", "mend.csv")["data"]
    with (desk.folder / "mend.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(data["findings"])
    assert rows[0]["rule"] == "EI-01"
    assert {row["name"] for row in rows} >= {"'=HYPERLINK(1)", "Boulangerie de l'Église"}


def test_status_and_the_page_count_what_the_last_turn_showed(desk: Desk) -> None:
    desk.run(*ALL_YES)
    assert desk.ask("status")["data"]["not_ready"] == {"customers": 0, "products": 0, "units": 0}
    desk.run("sync")
    assert desk.ask("status")["data"]["not_ready"] == {"customers": 1, "products": 2, "units": 1}
    assert "Not ready for e-invoices: customers 1, articles 2, units 1" in desk.run("status").out
    desk.run("report")
    assert "Not ready for e-invoices" in (desk.folder / "simonsync.html").read_text("utf-8")
    # Mended in Sellsy, they are ready after the next turn.
    bakery = next(each for each in desk.box.sellsy.customers.values() if each.name.startswith("Boulangerie"))
    desk.box.sellsy.edit_customer(bakery.id, siren="521789347", vat="FR95521789347")
    desk.box.sellsy.edit_product(desk.box.sellsy.product_named("DOMINO").id, unit_amount="0.333333")
    desk.run("sync")
    assert desk.ask("status")["data"]["not_ready"] == {"customers": 0, "products": 1, "units": 1}


def test_where_nobody_wants_to_know_nothing_is_counted(desk: Desk) -> None:
    desk.run(*ALL_YES)
    desk.run("sync")
    desk.run("configure", "--set", "einvoicing=off")
    desk.run("sync")
    assert desk.ask("status")["data"]["not_ready"] == {"customers": 0, "products": 0, "units": 0}


def test_the_demo_shows_a_draft_that_is_ready_and_one_that_is_not_and_why(tmp_path: Path) -> None:
    shown = called(tmp_path, "--lang", "en", "demo")
    assert shown.code == 0
    ready, _, refused = shown.out.partition("\n10. ")
    assert "E-invoice: nothing is missing" in ready
    assert "EI-01" not in ready
    for rule in (
        "EI-01  The customer Boulangerie de l'Église has neither",
        "EI-16  The price before tax of DOMINO",
    ):
        assert rule in refused


def test_before_the_connection_there_is_nothing_to_ask(desk: Desk) -> None:
    assert desk.run("einvoicing").code == 9
    assert desk.requests() == 0
