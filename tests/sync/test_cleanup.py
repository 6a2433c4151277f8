"""The cleanup over both real services: what goes, what stays, and what nothing may harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from simonsync.account.cleanup import Cleanup, clean_up
from simonsync.domain.key import Kind, sellsy_key
from simonsync.errors import ExitCode, StateUnusable, WrongPhase
from simonsync.messages.render import Language, render
from simonsync.rules.cleanup import Limits
from simonsync.store.archive import ArchiveKind, open_archive
from simonsync.store.journal import Entry
from simonsync.sync.actions import Delete
from tests.firm import Firm, number

WIDE = Limits(max_deletions=1000, max_percent=100)


def clean(firm: Firm, limits: Limits = WIDE, **options: Any) -> Cleanup:
    return clean_up(firm.account(), limits, **options)


def cleaned(firm: Firm) -> list[tuple[str, str]]:
    """Clean up and say what went: kind and reason."""
    done = clean(firm)
    assert done.result.problems == ()
    return [(each["kind"], each["reason"]) for each in done.deletions]


def twice(firm: Firm) -> list[tuple[str, str]]:
    """Clean up, and again half an hour later: what is gone in Sellsy must be found gone twice."""
    assert cleaned(firm) == []
    firm.later(minutes=31)
    return cleaned(firm)


def rows(firm: Firm, entity: str) -> dict[int, str]:
    return {number(row["Id"]): str(row["Name"]) for row in firm.box.simon.rows(entity)}


def everything(firm: Firm) -> dict[str, list[dict[str, object]]]:
    return {
        entity: [dict(row) for row in firm.box.simon.rows(entity)]
        for entity in ("Customer", "Location", "Item", "ItemGroup", "WorkOrder", "UsedItem", "Contact")
    }


def card(firm: Firm, customer: int) -> int:
    return firm.simon_id("Customer", f"customer:{customer}")


def places(firm: Firm, customer_card: int) -> list[int]:
    return [
        number(row["Id"]) for row in firm.box.simon.rows("Location") if row["CustomerId"] == customer_card
    ]


def is_bound(firm: Firm, kind: Kind, record: object) -> bool:
    with firm.state() as state:
        return state.bindings.get(sellsy_key(kind, str(record))) is not None


def the(entries: Sequence[Entry]) -> Entry:
    (entry,) = entries
    return entry


def service(firm: Firm, reference: str = "SER001") -> int:
    return firm.box.sellsy.product_named(reference).id


# --- what goes ----------------------------------------------------------------------------------------


def test_7_3_where_both_sides_agree_nothing_is_done(active: Firm) -> None:
    before = everything(active)
    done = clean(active)
    assert done.result.exit_code is ExitCode.DONE
    assert done.as_json() == {"id": None, "deletions": [], "waiting": [], "reason": None}
    assert everything(active) == before
    assert active.writes() == []
    assert not (active.folder / "backups").exists()


def test_2_1_a_customer_made_in_simon_goes_with_its_work_addresses(active: Firm) -> None:
    made = active.box.simon.add("Customer", Name="Durand")
    site = active.box.simon.add("Location", Name="Chantier", CustomerId=made)
    assert cleaned(active) == [("work_address", "customer-gone"), ("customer", "made-in-simon")]
    assert made not in rows(active, "Customer")
    assert site not in rows(active, "Location")
    deleted = [method for method in active.writes() if method.startswith("DELETE")]
    assert deleted == ["DELETE Location", "DELETE Customer"]
    entry = the(active.journal(codes=["customer-deleted"]))
    assert render(entry.message, Language.EN)[0] == (
        "Customer Durand Deleted from Simon: made in Simon, not in Sellsy"
    )
    assert cleaned(active) == []


@pytest.mark.parametrize("ext_key", [None, "ERP-2655", "item:1", "quote:4"])
def test_2_1_a_foreign_key_does_not_protect_a_customer(active: Firm, ext_key: str | None) -> None:
    made = active.box.simon.add("Customer", Name="Durand", ExtKey=ext_key)
    assert cleaned(active) == [("customer", "made-in-simon")]
    assert made not in rows(active, "Customer")


def test_3_1_an_article_made_in_simon_goes(active: Firm) -> None:
    made = active.box.simon.add("Item", Code="VIS", Name="Vis", ItemGroupId=min(rows(active, "ItemGroup")))
    assert cleaned(active) == [("item", "made-in-simon")]
    assert made not in rows(active, "Item")
    assert active.codes(codes=["item-deleted"]) == ["item-deleted"]


def test_2_5_a_customer_archived_in_sellsy_goes_with_its_work_addresses_and_comes_back(active: Firm) -> None:
    client = active.clients()[0]
    old = card(active, client)
    sites = places(active, old)
    assert sites
    active.box.sellsy.archive_customer(client)
    gone = cleaned(active)
    assert gone[-1] == ("customer", "archived-in-sellsy")
    assert len(gone) == len(sites) + 1
    assert old not in rows(active, "Customer")
    assert not is_bound(active, Kind.CUSTOMER, client)
    assert not set(sites) & set(rows(active, "Location"))
    active.box.sellsy.archive_customer(client, active=True)
    active.pull()
    assert len(places(active, card(active, client))) == len(sites)


def test_3_1_a_product_and_a_service_archived_in_sellsy_go(active: Firm) -> None:
    active.box.sellsy.archive_product(service(active))
    article = next(p for p in active.box.sellsy.products.values() if p.type == "item" and p.active)
    active.box.sellsy.archive_product(article.id)
    expected = 1 + max(1, len(article.declinations))
    gone = [each for each in cleaned(active) if each[0] == "item"]
    assert gone == [("item", "archived-in-sellsy")] * expected
    assert not is_bound(active, Kind.SERVICE, service(active))


def test_7_3_a_customer_deleted_in_sellsy_goes_once_it_was_found_gone_twice(active: Firm) -> None:
    client = active.clients()[1]
    old = card(active, client)
    active.box.sellsy.delete_customer(client)
    assert cleaned(active) == []
    active.later(minutes=29)
    assert cleaned(active) == []
    assert old in rows(active, "Customer")
    active.later(minutes=1)
    assert ("customer", "gone-in-sellsy") in cleaned(active)
    assert old not in rows(active, "Customer")


def test_3_1_a_product_deleted_in_sellsy_goes_once_it_was_found_gone_twice(active: Firm) -> None:
    article = active.item("SER002")
    active.box.sellsy.delete_product(service(active, "SER002"))
    assert ("item", "gone-in-sellsy") in twice(active)
    assert article not in rows(active, "Item")


def test_7_3_a_record_that_was_there_again_must_be_found_gone_twice_anew(active: Firm) -> None:
    client = active.clients()[1]
    active.box.sellsy.hidden_customers.add(client)
    assert cleaned(active) == []
    active.later(minutes=31)
    active.box.sellsy.hidden_customers.clear()
    assert cleaned(active) == []
    active.box.sellsy.hidden_customers.add(client)
    assert cleaned(active) == []
    assert client in {
        client for client in active.box.sellsy.customers if is_bound(active, Kind.CUSTOMER, client)
    }
    active.later(minutes=31)
    assert ("customer", "gone-in-sellsy") in cleaned(active)


def test_7_3_a_record_that_answers_by_itself_must_be_found_gone_twice_anew(active: Firm) -> None:
    client = active.clients()[1]
    active.box.sellsy.hidden_customers.add(client)
    assert cleaned(active) == []
    active.later(minutes=31)
    active.box.sellsy.hidden_customers.clear()
    active.box.sellsy.make_prospect(client)
    assert cleaned(active) == []
    active.box.sellsy.delete_customer(client)
    assert cleaned(active) == []
    active.later(minutes=31)
    assert ("customer", "gone-in-sellsy") in cleaned(active)


def test_7_3_a_sync_that_was_refused_a_record_counts_as_the_first_time(active: Firm) -> None:
    client = active.clients()[1]
    active.box.sellsy.delete_customer(client)
    order = active.archived(customer=client)
    active.push()
    active.box.simon.delete("WorkOrder", order)
    active.later(minutes=31)
    active.push()
    assert ("customer", "gone-in-sellsy") in cleaned(active)


def test_2_5_a_customer_that_is_only_a_prospect_now_stays(active: Firm) -> None:
    client = active.clients()[1]
    active.box.sellsy.make_prospect(client)
    assert twice(active) == []
    assert card(active, client)


def test_3_1_a_group_of_ours_goes_along_with_its_last_article(active: Firm) -> None:
    services = [product for product in active.box.sellsy.products.values() if product.type == "service"]
    group = next(row["ItemGroupId"] for row in active.box.simon.rows("Item") if row["Code"] == "SER001")
    by_hand = active.box.simon.add("ItemGroup", Name="À nous")
    for product in services[1:]:
        active.box.sellsy.archive_product(product.id)
    assert ("item_group", "group-empty") not in cleaned(active)
    active.box.sellsy.add_product("SER999", "Autre", "1", type="service")
    active.box.sellsy.archive_product(services[0].id)
    assert cleaned(active) == [("item", "archived-in-sellsy"), ("item_group", "group-empty")]
    assert group not in rows(active, "ItemGroup")
    assert by_hand in rows(active, "ItemGroup")


def test_3_1_a_group_stays_while_sellsy_has_an_active_article_of_it(active: Firm) -> None:
    for row in active.box.simon.rows("Item"):
        if str(row["ExtKey"]).startswith("service:"):
            active.box.simon.delete("Item", number(row["Id"]))
    groups = rows(active, "ItemGroup")
    assert cleaned(active) == []
    assert rows(active, "ItemGroup") == groups


def test_3_1_a_group_stays_while_an_article_in_it_is_kept(active: Firm) -> None:
    group = active.box.simon.row("Item", active.item("SER001"))["ItemGroupId"]
    order, _shown = open_order(active, active.clients()[0])
    active.box.simon.use_item(order, active.item("SER001"), 1)
    for product in list(active.box.sellsy.products.values()):
        if product.type == "service":
            active.box.sellsy.archive_product(product.id)
    active.box.sellsy.add_product("SER999", "Sans catégorie", "1", type="service")
    assert {kind for kind, _reason in cleaned(active)} == {"item"}
    assert active.box.simon.row("Item", active.item("SER001"))["ItemGroupId"] == group


# --- what stays ---------------------------------------------------------------------------------------


def test_3_3_work_addresses_made_in_simon_stay(active: Firm) -> None:
    living = card(active, active.clients()[0])
    added = active.box.simon.add("Location", Name="Chantier", CustomerId=living)
    nobodys = active.box.simon.add("Location", Name="Dépôt")
    foreign = active.box.simon.add("Location", Name="Autre", CustomerId=living, ExtKey="GIS-12")
    assert twice(active) == []
    assert {added, nobodys, foreign} <= set(rows(active, "Location"))


def test_3_3_an_address_deleted_in_sellsy_goes_unless_a_work_order_uses_it(active: Firm) -> None:
    client = active.clients()[0]
    unused = active.box.sellsy.add_address(client, name="Chantier A", town="Lyon")
    used = active.box.sellsy.add_address(client, name="Chantier B", town="Lyon")
    active.pull()
    here, there = (active.simon_id("Location", f"address:{one.id}") for one in (unused, used))
    order = active.box.simon.add_work_order(there, "Pose")
    active.box.simon.declare_ready(order)
    active.box.simon.archive(order)
    for address in (unused, used):
        active.box.sellsy.delete_address(address.id)
    assert twice(active) == [("work_address", "gone-in-sellsy")]
    assert here not in rows(active, "Location")
    assert there in rows(active, "Location")
    assert active.codes(codes=["record-in-use"]) == []


def open_order(firm: Firm, client: int, **values: object) -> tuple[int, str]:
    order = firm.box.simon.add_work_order(places(firm, card(firm, client))[0], "Pose", **values)
    return order, str(firm.box.simon.row("WorkOrder", order)["Number"])


def test_2_5_a_customer_with_open_work_orders_is_kept_and_they_are_named(active: Firm) -> None:
    client = active.clients()[0]
    numbers = [open_order(active, client)[1] for _ in range(2)]
    active.box.sellsy.archive_customer(client)
    assert cleaned(active) == []
    assert cleaned(active) == []
    entry = the(active.journal(codes=["customer-kept-open-work-orders"]))
    assert entry.message.params["numbers"] == ", ".join(numbers)
    assert entry.message.params["name"] == active.box.sellsy.customers[client].full_name
    assert (entry.times, entry.open, entry.record) == (2, True, str(card(active, client)))
    active.box.sellsy.archive_customer(client, active=True)
    assert cleaned(active) == []
    assert not the(active.journal(codes=["customer-kept-open-work-orders"])).open


def test_2_5_a_customer_whose_work_order_is_archived_but_not_sent_is_kept_and_it_is_named(
    active: Firm,
) -> None:
    client = active.clients()[0]
    order = active.archived(customer=client, items=(("SER001", 1),))
    active.box.sellsy.delete_product(service(active))
    held = active.push()
    assert held.exit_code is ExitCode.NEEDS_SOMEONE
    active.box.sellsy.archive_customer(client)
    assert twice(active) == []
    kept = active.journal(codes=["customer-kept-open-work-orders"])
    numbers = {entry.message.params["numbers"] for entry in kept}
    assert {entry.table for entry in kept} == {"customer", "item"}
    assert numbers == {str(active.box.simon.row("WorkOrder", order)["Number"])}


def test_2_5_a_customer_is_kept_with_all_its_addresses_where_work_was_done_at_one_of_them(
    active: Firm,
) -> None:
    client = active.clients()[0]
    sites = places(active, card(active, client))
    assert len(sites) > 1
    open_order(active, client, CustomerId=None)
    active.box.sellsy.archive_customer(client)
    assert cleaned(active) == []
    assert places(active, card(active, client)) == sites
    assert active.codes(codes=["record-in-use"]) == ["record-in-use"]


def test_3_1_an_article_on_an_open_work_order_is_kept(active: Firm) -> None:
    order, shown = open_order(active, active.clients()[0])
    active.box.simon.use_item(order, active.item("SER001"), 2)
    active.box.sellsy.archive_product(service(active))
    assert cleaned(active) == []
    entry = the(active.journal(codes=["customer-kept-open-work-orders"]))
    assert (entry.table, entry.message.params["numbers"]) == ("item", shown)


@pytest.mark.parametrize("cascade", [False, True])
def test_2_5_what_sent_work_orders_use_is_kept_even_where_simon_would_delete_them_along(
    active: Firm,
    cascade: bool,  # noqa: FBT001 a switch of the sandbox
) -> None:
    client = active.clients()[0]
    order = active.archived(customer=client, items=(("SER001", 1),))
    active.push()
    assert active.entry(order).document_id
    active.box.simon.switches.cascade = cascade
    active.box.sellsy.archive_customer(client)
    active.box.sellsy.archive_product(service(active))
    assert cleaned(active) == []
    assert cleaned(active) == []
    assert active.box.simon.row("WorkOrder", order)
    kept = active.journal(codes=["record-in-use"])
    assert {(entry.table, entry.times, entry.open) for entry in kept} == {
        ("customer", 2, True),
        ("item", 2, True),
    }


def test_7_3_a_record_that_simon_refuses_to_delete_is_kept_with_one_counted_warning(active: Firm) -> None:
    made = active.box.simon.add("Customer", Name="Durand")
    active.box.faults.set("status", service="simon", method="DELETE Customer", status=409, times=None)
    for _ in range(2):
        done = clean(active)
        assert done.result.exit_code is ExitCode.DONE
        assert done.result.actions == []
    entry = the(active.journal(codes=["record-in-use"]))
    assert (entry.times, entry.record) == (2, str(made))
    active.box.faults.clear()
    assert cleaned(active) == [("customer", "made-in-simon")]
    assert not the(active.journal(codes=["record-in-use"])).open


# --- bindings -----------------------------------------------------------------------------------------


def test_2_1_a_record_with_our_key_is_recognised_and_not_deleted(active: Firm) -> None:
    client = active.clients()[0]
    old = card(active, client)
    with active.state() as state:
        for bound in tuple(state.bindings.of_kind(*Kind)):
            state.bindings.unbind(bound.key)
    before = everything(active)
    assert cleaned(active) == []
    assert everything(active) == before
    with active.state() as state:
        binding = state.bindings.get(sellsy_key(Kind.CUSTOMER, client))
    assert binding is not None
    assert binding.target_id == str(old)
    active.pull()
    assert "PUT Customer" in active.writes()
    assert len(rows(active, "Customer")) == len(active.clients())


def test_7_3_a_record_with_our_key_that_sellsy_lacks_is_gone_only_when_found_so_twice(active: Firm) -> None:
    made = active.box.simon.add("Customer", Name="Fantôme", ExtKey="customer:999999")
    assert twice(active) == [("customer", "gone-in-sellsy")]
    assert made not in rows(active, "Customer")


@pytest.mark.parametrize(("first", "second"), [(0, 2), (-2, 0), (0, 24 * 400)])
def test_7_3_the_time_between_two_looks_is_sellsys_own(active: Firm, first: float, second: float) -> None:
    """Two hours by which our clock is wrong are no two hours in which a record was gone."""
    made = active.box.simon.add("Customer", Name="Fantôme", ExtKey="customer:999999")
    active.ahead = timedelta(hours=first)
    assert cleaned(active) == []
    active.ahead = timedelta(hours=second)
    active.later(minutes=5)
    assert cleaned(active) == []
    assert made in rows(active, "Customer")
    active.later(minutes=26)
    assert cleaned(active) == [("customer", "gone-in-sellsy")]


def test_7_3_without_a_date_the_time_between_two_looks_is_the_machines_own(active: Firm) -> None:
    active.box.faults.set("no_date", service="sellsy", times=None)
    active.box.simon.add("Customer", Name="Fantôme", ExtKey="customer:999999")
    assert cleaned(active) == []
    active.boot = "another boot"
    assert twice(active) == [("customer", "gone-in-sellsy")]


def test_7_3_a_first_look_that_lies_in_the_future_is_made_anew(active: Firm) -> None:
    active.box.simon.add("Customer", Name="Fantôme", ExtKey="customer:999999")
    active.boot = ""
    skew = active.box.faults.set("clock_skew", service="sellsy", seconds=400 * 86400.0)
    assert cleaned(active) == []
    active.box.faults.remove(skew)
    active.later(minutes=31)
    assert twice(active) == [("customer", "gone-in-sellsy")]


def test_3_2_what_was_deleted_by_hand_in_simon_is_made_again_by_the_next_pull(active: Firm) -> None:
    client = active.clients()[0]
    old = card(active, client)
    for place in places(active, old):
        active.box.simon.delete("Location", place)
    active.box.simon.delete("Customer", old)
    active.box.simon.delete("Item", active.item("SER001"))
    active.pull()
    assert active.box.simon.rows("Customer")
    assert cleaned(active) == []
    assert not is_bound(active, Kind.CUSTOMER, client)
    active.pull()
    assert card(active, client) != old
    assert places(active, card(active, client))
    assert active.item("SER001")


def test_5_9_a_quotes_work_order_deleted_by_hand_is_never_made_again(firm: Firm) -> None:
    firm.activate(quotes_to_work_orders=True)
    firm.later(minutes=1)
    client = firm.clients()[0]
    firm.box.sellsy.add_document("estimate", client, subject="Tableau", step="accepted")
    firm.pull()
    (order,) = firm.box.simon.rows("WorkOrder")
    firm.box.simon.delete("WorkOrder", number(order["Id"]))
    assert cleaned(firm) == []
    firm.pull()
    assert firm.box.simon.rows("WorkOrder") == []


# --- nothing is harmed --------------------------------------------------------------------------------

LISTS = [
    ("sellsy", "Client.getList"),
    ("sellsy", "Catalogue.getList"),
    ("sellsy", "Addresses.getList"),
    ("simon", "GET Customer"),
    ("simon", "GET Item"),
    ("simon", "GET Location"),
    ("simon", "GET ItemGroup"),
    ("simon", "GET WorkOrder"),
]
WRONG: list[dict[str, Any]] = [
    {"kind": "status", "status": 500},
    {"kind": "empty"},
    {"kind": "html"},
    {"kind": "half"},
    {"kind": "drop_before"},
    {"kind": "wrong_page"},
]


@pytest.mark.parametrize("fault", WRONG, ids=lambda fault: str(fault["kind"]))
@pytest.mark.parametrize(("service", "method"), LISTS, ids=str)
def test_7_3_a_failing_or_partial_list_deletes_nothing(
    active: Firm, service: str, method: str, fault: dict[str, Any]
) -> None:
    active.box.simon.add("Customer", Name="Durand")
    active.box.simon.add("Item", Code="VIS", Name="Vis")
    active.box.sellsy.archive_customer(active.clients()[0])
    open_order(active, active.clients()[1])
    before = everything(active)
    active.box.faults.set(
        fault["kind"],
        service=service,
        method=method,
        times=None,
        **{name: value for name, value in fault.items() if name != "kind"},
    )
    done = clean(active)
    assert everything(active) == before
    assert done.result.exit_code is ExitCode.UNAVAILABLE
    assert list(done.deletions) == []


def test_7_3_a_list_that_shifts_while_it_is_read_deletes_nothing(active: Firm) -> None:
    for client in range(150):
        active.box.sellsy.add_customer(f"Client {client}", address={"name": "Siège", "town": "Lyon"})
    active.pull()
    active.box.simon.add("Customer", Name="Durand")
    before = everything(active)
    active.box.faults.set("shifting_pages", service="sellsy", method="Client.getList", rows=1, times=None)
    done = clean(active)
    assert done.result.exit_code is ExitCode.UNAVAILABLE
    assert everything(active) == before


@pytest.mark.parametrize("service", ["sellsy", "simon"])
def test_7_3_a_service_that_is_down_deletes_nothing(active: Firm, service: str) -> None:
    active.box.simon.add("Customer", Name="Durand")
    before = everything(active)
    active.box.faults.set("refuse", service=service, times=None)
    assert clean(active).result.exit_code is ExitCode.UNAVAILABLE
    assert everything(active) == before


def test_7_3_a_record_that_sellsy_does_not_answer_for_is_not_gone(active: Firm) -> None:
    client = active.clients()[1]
    active.box.sellsy.delete_customer(client)
    assert cleaned(active) == []
    active.later(minutes=31)
    active.box.faults.set(
        "api_error", service="sellsy", method="Client.getOne", code="E_PRIV_NOT_ALLOWED", times=None
    )
    assert cleaned(active) == []
    active.box.faults.clear()
    assert ("customer", "gone-in-sellsy") in cleaned(active)


def test_7_3_a_dry_run_shows_everything_and_changes_nothing(active: Firm) -> None:
    active.box.simon.add("Customer", Name="Durand")
    gone = active.clients()[1]
    active.box.sellsy.delete_customer(gone)
    client = active.clients()[0]
    open_order(active, client)
    active.box.sellsy.archive_customer(client)
    before, journal = everything(active), active.journal()
    done = clean(active, dry_run=True)
    assert [each["name"] for each in done.deletions] == ["Durand"]
    assert [action.name for action in done.result.actions if isinstance(action, Delete)] == ["Durand"]
    assert [hold.message.kind.code for hold in done.result.held] == ["customer-kept-open-work-orders"]
    assert everything(active) == before
    assert active.journal() == journal
    assert active.writes() == []
    assert not (active.folder / "backups").exists()
    active.later(minutes=31)
    assert ("customer", "gone-in-sellsy") not in cleaned(active)


def test_9_1_a_cleanup_while_inactive_asks_nobody(firm: Firm) -> None:
    with pytest.raises(WrongPhase):
        clean(firm)
    with pytest.raises(WrongPhase):
        clean(firm, approve="0badcafe")
    assert firm.box.log.entries() == []


# --- the backup ---------------------------------------------------------------------------------------


def test_7_3_everything_that_goes_is_saved_first(active: Firm) -> None:
    made = active.box.simon.add("Customer", Name="Durand", Phone="+33 1 23")
    site = active.box.simon.add("Location", Name="Chantier", CustomerId=made, Street="1 rue X")
    active.box.simon.add("Contact", Name="Mme Durand", CustomerId=made)
    active.box.simon.add("Contact", Name="M. Durand", CustomerId=made, LocationId=site)
    article = active.box.simon.add("Item", Code="VIS", Name="Vis")
    assert len(cleaned(active)) == 3
    assert active.box.simon.rows("Contact") == []
    (path,) = (active.folder / "backups").iterdir()
    archive = open_archive(path, "firm")
    assert archive.manifest.kind is ArchiveKind.RECORDS
    assert dict(archive.manifest.counts) == {"items": 1, "customers": 1, "work_addresses": 1, "contacts": 2}
    (saved,) = archive.records("customers")
    assert (saved.id, saved.name, saved.fields["Phone"]) == (str(made), "Durand", "+33 1 23")
    (place,) = archive.records("work_addresses")
    assert (place.id, place.fields["CustomerId"]) == (str(site), made)
    assert [record.id for record in archive.records("items")] == [str(article)]
    assert {record.name for record in archive.records("contacts")} == {"Mme Durand", "M. Durand"}


def test_7_3_without_a_backup_nothing_goes(active: Firm) -> None:
    active.box.simon.add("Customer", Name="Durand")
    (active.folder / "backups").write_text("in the way")
    before = everything(active)
    with pytest.raises(StateUnusable, match="archive-not-written"):
        clean(active)
    assert everything(active) == before


def test_7_3_a_person_may_still_say_no(active: Firm) -> None:
    active.box.simon.add("Customer", Name="Durand")
    asked: list[str] = []

    def no(deletions: Sequence[dict[str, str]]) -> bool:
        asked.extend(each["name"] for each in deletions)
        return False

    before = everything(active)
    assert clean(active, confirm=no).declined
    assert asked == ["Durand"]
    assert everything(active) == before
    active.box.simon.delete("Customer", active.box.simon.find("Customer", Name="Durand")["Id"])
    assert not clean(active, confirm=no).declined


def test_7_3_what_the_time_of_a_run_does_not_suffice_for_is_asked_by_the_next(active: Firm) -> None:
    client = active.clients()[1]
    active.box.sellsy.delete_customer(client)
    hurried = replace(active.account(), timing=replace(active.account().timing, budget=timedelta(seconds=-1)))
    active.box.log.clear()
    assert list(clean_up(hurried, WIDE).deletions) == []
    assert not [entry for entry in active.box.log.entries() if entry.method == "Client.getOne"]
    assert ("customer", "gone-in-sellsy") in twice(active)


@pytest.mark.parametrize("next_run", ["pull", "cleanup"])
def test_8_a_deletion_during_which_the_run_died_is_journalled_by_the_next(
    active: Firm, next_run: str
) -> None:
    made = active.box.simon.add("Customer", Name="Durand")
    fault = active.box.faults.set(
        "status", service="simon", method="DELETE Customer", status=503, applied=True, times=None
    )
    assert clean(active).result.exit_code is ExitCode.UNAVAILABLE
    assert made not in rows(active, "Customer")
    active.box.faults.remove(fault)
    for _ in range(2):
        active.later(minutes=5)
        assert (active.pull() if next_run == "pull" else clean(active).result).exit_code is ExitCode.DONE
    entry = the(active.journal(codes=["customer-deleted"]))
    assert entry.message.params == {"name": "Durand", "reason": "@made-in-simon"}


def test_8_a_deletion_that_was_never_carried_out_is_not_said_to_have_been(active: Firm) -> None:
    made = active.box.simon.add("Customer", Name="Durand")
    fault = active.box.faults.set("status", service="simon", method="DELETE Customer", times=None)
    assert clean(active).result.exit_code is ExitCode.UNAVAILABLE
    active.box.faults.remove(fault)
    active.later(minutes=5)
    active.pull()
    assert active.codes(codes=["customer-deleted"]) == []
    assert made in rows(active, "Customer")
    assert cleaned(active) == [("customer", "made-in-simon")]
    assert len(active.codes(codes=["customer-deleted"])) == 1


def test_8_a_deletion_that_simon_refuses_is_one_open_case_until_it_works(active: Firm) -> None:
    active.box.simon.add("Customer", Name="Durand")
    fault = active.box.faults.set("status", service="simon", method="DELETE Customer", status=400, times=None)
    for times in (1, 2):
        clean(active)
        case = the(active.journal(only_open=True))
        assert (case.message.kind.code, case.times) == ("record-not-deleted", times)
        assert case.message.params["name"] == "Durand"
        assert case.message.shown["cause"]
        active.later(minutes=5)
    active.box.faults.remove(fault)
    assert cleaned(active) == [("customer", "made-in-simon")]
    assert active.codes(only_open=True) == []


@pytest.mark.parametrize("gone", ["record", "table"])
def test_7_3_without_a_whole_backup_nothing_goes(active: Firm, gone: str) -> None:
    """The record itself, or the contacts that Simon deletes along with it, cannot be read to be saved."""
    made = active.box.simon.add("Customer", Name="Durand")
    active.box.simon.add("Contact", Name="Mme Durand", CustomerId=made)
    with active.state() as state:
        state.simon_tables.learn(["contacts"])
    if gone == "record":
        active.box.faults.set("not_found", service="simon", path=f"/Customer({made})", times=None)
    else:
        active.box.faults.set("table_gone", service="simon", table="Contact")
    before = everything(active)
    assert clean(active).result.exit_code is ExitCode.UNAVAILABLE
    assert everything(active) == before
    active.box.faults.clear()
    assert clean(active).result.exit_code is ExitCode.DONE
    assert made not in rows(active, "Customer")
