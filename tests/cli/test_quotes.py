"""Quotes at the command line: how many are left alone, and how one of them comes all the same [5.9]."""

from __future__ import annotations

from datetime import timedelta

from tests.cli.test_cleanup import Office, office

__all__ = ["office"]


def test_5_9_configure_says_how_many_quotes_are_left_alone_and_pull_brings_one(office: Office) -> None:
    sellsy, simon = office.firm.box.sellsy, office.firm.box.simon
    client = office.firm.clients()[0]
    earlier = sellsy.clock() - timedelta(hours=1)
    quotes = [
        sellsy.add_document("estimate", client, step=step, created=earlier)
        for step in ("sent", "accepted", "draft")
    ]
    set_up = office.run("configure", "--set", "quotes_to_work_orders=yes", "--json")
    left = set_up.document["data"]["quotes_left_alone"]
    assert left >= 2
    switched = office.run("configure", "--set", "quotes_containing=", "--set", "quote_statuses=sent,read")
    assert "left alone" in switched.err
    assert "simonsync pull --quote NUMBER" in switched.err
    again = office.run("configure", "--set", "documents=none", "--json")
    assert again.document["data"]["quotes_left_alone"] is None
    before = len(simon.rows("WorkOrder"))
    assert office.run("sync").code == 0
    assert len(simon.rows("WorkOrder")) == before
    named = office.run("pull", "--quote", quotes[2].ident, "--quote", quotes[0].ident)
    assert named.code == 0
    made = {row["ExtKey"] for row in simon.rows("WorkOrder")}
    assert {f"quote:{quotes[0].id}", f"quote:{quotes[2].id}"} <= made
    assert f"quote:{quotes[1].id}" not in made
    wrong = office.run("pull", "--quote", "D-0")
    assert (wrong.code, "There is no quote D-0 in Sellsy" in wrong.err) == (2, True)
