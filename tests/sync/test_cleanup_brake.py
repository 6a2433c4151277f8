"""The brake: too much at once waits as a plan for a human [7.3]."""

from __future__ import annotations

from typing import Any

import pytest

from simonsync.account.cleanup import Cleanup, clean_up
from simonsync.domain.key import Kind
from simonsync.errors import ExitCode, UsageError
from simonsync.messages.render import Language, render
from simonsync.rules.cleanup import Limits
from simonsync.store.deletions import StoredPlan
from tests.firm import Firm

NARROW = Limits(max_deletions=2, max_percent=100)


def clean(firm: Firm, **options: Any) -> Cleanup:
    return clean_up(firm.account(), options.pop("limits", NARROW), **options)


def waiting(firm: Firm) -> StoredPlan | None:
    with firm.state() as state:
        return state.plans.waiting()


def customers(firm: Firm) -> set[str]:
    return {str(row["Name"]) for row in firm.box.simon.rows("Customer")}


def strangers(firm: Firm, *names: str) -> None:
    for name in names:
        firm.box.simon.add("Customer", Name=name)


@pytest.fixture
def braked(active: Firm) -> tuple[Firm, str]:
    """Three customers made in Simon, two allowed: a plan waits."""
    strangers(active, "Un", "Deux", "Trois")
    plan = clean(active).as_json()["id"]
    assert isinstance(plan, str)
    return active, plan


def test_7_3_too_many_deletions_wait_as_a_plan(active: Firm) -> None:
    strangers(active, "Un", "Deux", "Trois")
    done = clean(active)
    assert done.result.exit_code is ExitCode.BRAKE
    assert done.result.actions == []
    assert {"Un", "Deux", "Trois"} <= customers(active)
    assert done.as_json()["reason"] == "more-than-max-deletions"
    plan = waiting(active)
    assert plan is not None
    assert plan.id == done.as_json()["id"]
    assert [each["name"] for each in plan.deletions] == ["Un", "Deux", "Trois"]
    (entry,) = active.journal(codes=["brake"])
    assert entry.open
    text, action = render(entry.message, Language.EN)
    assert (
        text
        == "The cleanup has deleted nothing: 3 records would go from Simon (more than max_deletions allows)"
    )
    assert f"--approve {plan.id}" in action
    assert [message.kind.code for message in done.result.new_cases] == ["brake"]
    assert not (active.folder / "backups").exists()


def test_7_3_as_many_as_allowed_go(active: Firm) -> None:
    strangers(active, "Un", "Deux")
    assert clean(active).result.exit_code is ExitCode.DONE
    assert not {"Un", "Deux"} & customers(active)


def test_7_3_too_large_a_share_of_a_table_waits(active: Firm) -> None:
    strangers(active, "Un", "Deux", "Trois", "Quatre")
    assert len(customers(active)) == 10
    done = clean(active, limits=Limits(50, 39))
    assert (done.result.exit_code, done.reason) == (ExitCode.BRAKE, "more-than-max-percent")
    assert "Un" in customers(active)
    assert clean(active, limits=Limits(50, 40)).result.exit_code is ExitCode.DONE
    assert "Un" not in customers(active)


@pytest.mark.parametrize("kind", ["customers", "services", "articles"])
def test_7_3_a_list_that_became_empty_waits_and_takes_nothing_else_along(active: Firm, kind: str) -> None:
    strangers(active, "Un")
    before = (customers(active), len(active.box.simon.rows("Item")))
    if kind == "customers":
        active.box.sellsy.customers.clear()
    for product in list(active.box.sellsy.products.values()):
        if product.type == {"services": "service", "articles": "item"}.get(kind):
            active.box.sellsy.delete_product(product.id)
    done = clean(active, limits=Limits(1000, 100))
    assert (done.result.exit_code, done.reason) == (ExitCode.BRAKE, "listing-empty")
    assert (customers(active), len(active.box.simon.rows("Item"))) == before
    assert {each["reason"] for each in done.deletions} >= {"gone-in-sellsy", "made-in-simon"}


def test_7_3_an_empty_list_costs_one_question_for_each_record(active: Firm) -> None:
    active.box.sellsy.customers.clear()
    active.box.log.clear()
    assert clean(active).reason == "listing-empty"
    asked = [entry.method for entry in active.box.log.entries("sellsy") if entry.method.endswith("getOne")]
    assert asked == ["Client.getOne", "Prospects.getOne"] * 6


def test_7_3_an_approved_empty_list_deletes_only_what_is_gone_for_certain(active: Firm) -> None:
    active.box.sellsy.customers.clear()
    plan = clean(active).as_json()["id"]
    done = clean(active, approve=plan)
    assert done.result.exit_code is ExitCode.DONE
    assert done.deletions == []
    assert customers(active)
    active.later(minutes=31)
    plan = clean(active).as_json()["id"]
    done = clean(active, approve=plan)
    assert customers(active) == set()
    assert {each["kind"] for each in done.deletions} == {"customer", "work_address"}


def test_7_3_every_run_says_that_a_plan_waits(braked: tuple[Firm, str]) -> None:
    firm, plan = braked
    assert firm.sync().exit_code is ExitCode.BRAKE
    again = clean(firm)
    assert again.as_json()["id"] == plan
    assert again.result.exit_code is ExitCode.BRAKE
    assert again.result.new_cases == []
    (entry,) = firm.journal(codes=["brake"])
    assert entry.times == 2


def test_7_3_an_approved_plan_is_carried_out_and_its_case_closed(braked: tuple[Firm, str]) -> None:
    firm, plan = braked
    done = clean(firm, approve=plan)
    assert done.result.exit_code is ExitCode.DONE
    assert len(done.result.actions) == 3
    assert not {"Un", "Deux", "Trois"} & customers(firm)
    assert waiting(firm) is None
    (entry,) = firm.journal(codes=["brake"])
    assert not entry.open
    assert len(list((firm.folder / "backups").iterdir())) == 1
    with pytest.raises(UsageError, match="plan-unknown"):
        clean(firm, approve=plan)


def test_7_3_an_approval_deletes_only_what_is_still_doomed_and_in_the_plan(braked: tuple[Firm, str]) -> None:
    firm, plan = braked
    strangers(firm, "Quatre")
    one = firm.box.simon.find("Customer", Name="Un")["Id"]
    site = firm.box.simon.add("Location", Name="Chantier", CustomerId=one)
    two = firm.box.simon.find("Customer", Name="Deux")["Id"]
    place = firm.box.simon.add("Location", Name="Chez Deux")
    firm.box.simon.add_work_order(place, "Pose", CustomerId=two)
    done = clean(firm, approve=plan)
    assert [each["name"] for each in done.deletions] == ["Trois"]
    assert {"Un", "Deux", "Quatre"} <= customers(firm)
    assert firm.box.simon.row("Location", site)


def test_7_3_a_dry_run_names_the_plan_and_keeps_the_one_that_waits(braked: tuple[Firm, str]) -> None:
    firm, plan = braked
    done = clean(firm, dry_run=True)
    assert (done.result.exit_code, done.as_json()["id"]) == (ExitCode.BRAKE, plan)
    shown = clean(firm, approve=plan, dry_run=True)
    assert len(shown.result.actions) == 3
    kept = waiting(firm)
    assert kept is not None
    assert kept.id == plan
    assert "Un" in customers(firm)


@pytest.mark.parametrize("name", ["0badcafe", "", "x" * 8])
def test_7_3_an_unknown_plan_is_refused_without_a_request(braked: tuple[Firm, str], name: str) -> None:
    firm, plan = braked
    firm.box.log.clear()
    with pytest.raises(UsageError, match="plan-unknown") as refused:
        clean(firm, approve=name)
    assert refused.value.exit_code is ExitCode.USAGE
    assert refused.value.problems[0].params["waiting"] == plan
    assert firm.box.log.entries() == []


def test_7_3_a_plan_of_last_week_is_refused(braked: tuple[Firm, str]) -> None:
    firm, plan = braked
    firm.later(days=7, seconds=1)
    firm.box.log.clear()
    with pytest.raises(UsageError, match="plan-stale"):
        clean(firm, approve=plan)
    assert firm.box.log.entries() == []
    assert "Un" in customers(firm)


def test_7_3_a_plan_that_nobody_approves_expires_and_its_case_closes(braked: tuple[Firm, str]) -> None:
    firm, _plan = braked
    firm.later(days=7, seconds=1)
    assert firm.sync().exit_code is ExitCode.DONE
    assert waiting(firm) is None
    (entry,) = firm.journal(codes=["brake"])
    assert not entry.open


def test_7_3_a_plan_that_is_no_longer_needed_is_dropped(braked: tuple[Firm, str]) -> None:
    firm, _plan = braked
    firm.box.simon.delete("Customer", firm.box.simon.find("Customer", Name="Un")["Id"])
    done = clean(firm)
    assert done.result.exit_code is ExitCode.DONE
    assert len(done.result.actions) == 2
    assert waiting(firm) is None
    assert not firm.journal(codes=["brake"])[0].open


def test_7_3_a_new_plan_takes_the_place_of_the_old_one(braked: tuple[Firm, str]) -> None:
    firm, old = braked
    strangers(firm, "Quatre")
    new = clean(firm).as_json()["id"]
    assert new != old
    with pytest.raises(UsageError, match="plan-unknown"):
        clean(firm, approve=old)
    (entry,) = firm.journal(codes=["brake"])
    assert entry.message.params["plan"] == new


def test_7_3_an_approval_that_was_interrupted_can_be_given_again(braked: tuple[Firm, str]) -> None:
    firm, plan = braked
    firm.box.faults.set("refuse", service="simon", method="DELETE Customer", call=2, times=None)
    assert clean(firm, approve=plan).result.exit_code is ExitCode.UNAVAILABLE
    assert len({"Un", "Deux", "Trois"} & customers(firm)) == 2
    firm.box.faults.clear()
    assert clean(firm, approve=plan).result.exit_code is ExitCode.DONE
    assert not {"Un", "Deux", "Trois"} & customers(firm)


def test_7_3_what_is_permanently_in_use_does_not_trip_the_brake(active: Firm) -> None:
    for client in active.clients()[:3]:
        active.archived(customer=client, work=15)
        active.push()
        active.box.sellsy.archive_customer(client)
    done = clean(active)
    assert done.result.exit_code is ExitCode.DONE
    assert active.codes(codes=["record-in-use"]) == ["record-in-use"] * 3
    with active.state() as state:
        assert state.bindings.count(Kind.CUSTOMER) == 6
