"""Simon → Sellsy over both real services: archived work orders become draft invoices."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simonsync.domain.key import Kind
from simonsync.errors import ExitCode, UsageError
from simonsync.rules.marker import marker_in
from simonsync.sandbox.sellsy.records import Row
from simonsync.settings.declaration import Note, ProductChoice, Reference
from tests.firm import Firm

EVERYTHING = {
    "travel_time_product": ProductChoice(Kind.SERVICE, "SER002"),
    "work_time_product": ProductChoice(Kind.SERVICE, "SER001"),
    "default_product": ProductChoice(Kind.SERVICE, "SER003"),
    "description_as_first_line": True,
    "invoice_note": Note.WORK_ADDRESS_AND_DESCRIPTION,
    "invoice_reference": Reference.WORK_ORDER_NUMBER_AND_CUSTOMER_REFERENCE,
}


def rows(firm: Firm) -> list[tuple[str, str, Decimal, Decimal]]:
    (draft,) = firm.drafts()
    return [(row.type, row.name, row.quantity, row.unit_amount) for row in draft.rows]


def test_3_4_an_archived_work_order_becomes_a_draft_invoice(active: Firm) -> None:
    active.configure(**EVERYTHING)
    order = active.archived("Remplacer le tableau", travel=15, work=120, CustomerReference="CMD-7")
    result = active.push()
    assert result.exit_code is ExitCode.DONE
    assert rows(active) == [
        ("comment", "", Decimal(0), Decimal(0)),
        ("item", "SER001", Decimal(2), Decimal(55)),
        ("item", "SER002", Decimal("0.25"), Decimal(35)),
        ("item", "SER003", Decimal(1), Decimal(60)),
    ]
    (draft,) = active.drafts()
    number = str(active.box.simon.row("WorkOrder", order)["Number"])
    assert (draft.step, draft.third_id, draft.tags) == ("draft", active.clients()[0], ["simonsync"])
    assert draft.subject.startswith(f"Bon de travail {number} [SS-")
    assert draft.third_ident == f"{number} / CMD-7"
    assert draft.notes.endswith("Remplacer le tableau")
    entry = active.entry(order)
    assert (entry.document_id, entry.marker) == (str(draft.id), marker_in(draft.subject))
    assert entry.read_back_at is not None
    assert active.codes(record=str(order)) == ["draft-created"]


def test_3_4_3_used_items_are_billed_at_todays_price(active: Firm) -> None:
    product = next(one for one in active.box.sellsy.products.values() if one.type == "item" and one.active)
    active.archived(items=((product.name, 3),))
    active.box.sellsy.edit_product(product.id, unit_amount=Decimal("12.34"), is_taxes_free=True)
    active.push()
    assert rows(active) == [("item", product.name, Decimal(3), Decimal("12.34"))]


def test_7_2_a_second_sync_right_after_the_first_writes_nothing(active: Firm) -> None:
    active.archived(work=30)
    active.sync()
    active.box.log.clear()
    result = active.sync()
    assert active.writes() == []
    assert result.exit_code is ExitCode.DONE
    assert len(active.drafts()) == 1


def test_7_2_a_dry_run_makes_no_draft(active: Firm) -> None:
    order = active.archived(work=30)
    result = active.push(dry_run=True)
    assert active.writes() == []
    assert len(result.actions) == 1
    with active.state() as state:
        assert state.ledger.get(str(order)) is None


@pytest.mark.parametrize("status", ["new", "planned", "ready"])
def test_3_4_what_is_not_archived_is_not_sent(active: Firm, status: str) -> None:
    order = active.archived(work=30)
    active.box.simon.reopen(order)
    if status == "ready":
        active.box.simon.declare_ready(order)
    result = active.push()
    assert active.drafts() == []
    assert result.exit_code is ExitCode.DONE


def test_2_3_a_work_order_without_customer_is_held_counted_and_cured(active: Firm) -> None:
    order = active.archived(CustomerId=None)
    for times in (1, 2):
        assert active.push().exit_code is ExitCode.NEEDS_SOMEONE
        (entry,) = active.journal(only_open=True)
        assert (entry.message.kind.code, entry.times) == ("work-order-without-customer", times)
        active.later(minutes=5)
    card = active.simon_id("Customer", f"customer:{active.clients()[0]}")
    active.box.simon.edit("WorkOrder", order, CustomerId=card)
    assert active.push().exit_code is ExitCode.DONE
    assert len(active.drafts()) == 1
    (entry,) = active.journal(codes=["work-order-without-customer"])
    assert not entry.open
    assert entry.cured_at is not None


def test_2_1_an_article_made_in_simon_holds_the_whole_work_order(active: Firm) -> None:
    stranger = active.box.simon.add("Item", Name="Câble maison")
    order = active.archived(work=30)
    active.box.simon.reopen(order)
    active.box.simon.use_item(order, stranger, 2)
    active.box.simon.declare_ready(order)
    active.box.simon.archive(order)
    assert active.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert active.drafts() == []
    assert active.codes(only_open=True) == ["work-order-item-unknown"]


def test_2_3_a_customer_made_in_simon_holds_the_work_order(active: Firm) -> None:
    stranger = active.box.simon.add("Customer", Name="Café du Port")
    active.archived(CustomerId=stranger)
    active.push()
    (entry,) = active.journal(only_open=True)
    assert entry.message.kind.code == "work-order-customer-unknown"
    assert entry.message.params["name"] == "Café du Port"


def test_5_6_a_filtered_work_order_is_told_once_and_judged_again_after_an_edit(active: Firm) -> None:
    active.configure(skip_work_orders_containing="garantie")
    order = active.archived("Reprise sous GARANTIE")
    for _ in range(2):
        assert active.push().exit_code is ExitCode.DONE
        active.later(minutes=5)
    assert active.codes(record=str(order)) == ["work-order-filtered"]
    active.configure(skip_work_orders_containing="")
    active.push()
    assert active.drafts() == []
    active.later(minutes=5)
    active.box.simon.edit("WorkOrder", order, Description="Dépannage")
    active.push()
    assert len(active.drafts()) == 1


@pytest.mark.parametrize(
    ("office", "code", "sent"),
    [
        ("prospect", "work-order-customer-not-client", False),
        ("deleted", "work-order-customer-unknown", False),
        ("archived", "customer-archived", True),
    ],
)
def test_2_5_what_the_office_did_to_the_customer_decides(
    active: Firm, office: str, code: str, *, sent: bool
) -> None:
    client = active.clients()[0]
    active.archived(customer=client)
    match office:
        case "prospect":
            active.box.sellsy.make_prospect(client)
        case "deleted":
            active.box.sellsy.delete_customer(client)
        case _:
            active.box.sellsy.archive_customer(client)
    active.push()
    assert code in active.codes()
    assert bool(active.drafts()) is sent


def test_9_2_what_was_archived_while_inactive_is_listed_and_not_sent(active: Firm) -> None:
    with active.state() as state:
        state.activation.deactivate(active.box.clock(), active.box.clock())
    active.later(minutes=1)
    order = active.archived()
    active.later(minutes=1)
    with active.state() as state:
        state.activation.activate(active.box.clock(), active.box.clock())
    active.push()
    assert active.drafts() == []
    assert active.codes(record=str(order)) == ["archived-while-inactive"]


def test_6_2_a_setting_whose_product_is_unknown_changes_nothing(active: Firm) -> None:
    active.configure(default_product=ProductChoice(Kind.SERVICE, "SER999"))
    active.archived()
    with pytest.raises(UsageError) as caught:
        active.push()
    assert caught.value.code == "setting-product-unknown"
    assert active.drafts() == []
    assert active.codes().count("setting-product-unknown") == 1


def test_a_changed_work_order_is_told_once_and_the_draft_is_left_alone(active: Firm) -> None:
    order = active.archived("Dépannage", work=30)
    active.push()
    (before,) = [list(draft.rows) for draft in active.drafts()]
    active.later(minutes=5)
    active.box.simon.edit("WorkOrder", order, Description="Dépannage et pose")
    for _ in range(2):
        active.push()
        active.later(minutes=5)
    changed = active.journal(codes=["work-order-changed-after-draft"])
    assert len(changed) == 1
    assert "@aspect-description: Dépannage → Dépannage et pose" in changed[0].message.params["difference"]
    (after,) = [list(draft.rows) for draft in active.drafts()]
    assert before == after


def test_a_change_of_customer_names_both(active: Firm) -> None:
    order = active.archived()
    active.push()
    active.later(minutes=5)
    customers = active.box.simon.rows("Customer")
    before = active.box.simon.row("WorkOrder", order)["CustomerId"]
    other = next(each for each in customers if each["Id"] != before)
    former = next(each for each in customers if each["Id"] == before)
    active.box.simon.edit("WorkOrder", order, CustomerId=other["Id"])
    active.push()
    (changed,) = active.journal(codes=["work-order-changed-after-draft"])
    told = f"@aspect-customer: {former['Name']} → {other['Name']}"
    assert told in changed.message.params["difference"]


def test_an_edited_draft_is_not_compared_again(active: Firm) -> None:
    active.archived(work=30)
    active.push()
    (draft,) = active.drafts()
    active.box.sellsy.edit_document(draft.id, rows=[Row("comment", notes="revu")])
    active.later(minutes=5)
    active.push()
    assert active.codes(only_open=True) == []


def test_hostile_texts_arrive_as_they_were_typed(active: Firm) -> None:
    active.configure(description_as_first_line=True, invoice_note=Note.DESCRIPTION)
    active.archived("<script>alert('x')</script> & \"été\"\nligne 2")
    active.push()
    (draft,) = active.drafts()
    assert "<script>" not in draft.rows[0].notes + draft.notes
    assert "&lt;script&gt;" in draft.rows[0].notes
    assert "<br />" in draft.rows[0].notes


@pytest.mark.parametrize("service", ["sellsy", "simon"])
def test_8_a_service_that_answers_again_cures_its_case(active: Firm, service: str) -> None:
    fault = active.box.faults.set("status", service=service, status=503, times=None)
    assert active.push().exit_code is ExitCode.UNAVAILABLE
    (entry,) = active.journal(only_open=True)
    assert entry.message.kind.code == "service-unavailable"
    assert entry.message.params["service"] == f"@{service}"
    active.box.faults.remove(fault)
    active.later(minutes=5)
    assert active.push().exit_code is ExitCode.DONE
    assert active.codes(only_open=True) == []
    assert active.codes()[-1] == "sync-resumed"


@pytest.mark.parametrize("in_list_only", [False, True])
@pytest.mark.parametrize("has_price", [False, True])
def test_3_4_3_the_price_of_the_customers_price_category_is_billed_where_sellsy_has_one(
    active: Firm, *, has_price: bool, in_list_only: bool
) -> None:
    sellsy = active.box.sellsy
    sellsy.category_in_list_only = in_list_only
    special = next(each.id for each in sellsy.rate_categories.values() if not each.is_default)
    sellsy.edit_customer(active.clients()[0], rate_category=special)
    if has_price:
        sellsy.edit_product(sellsy.product_named("SER001").id, category_prices={special: Decimal("48.50")})
    active.configure(**{**EVERYTHING, "default_product": None})
    order = active.archived("Un", work=30)
    active.push()
    price, category = (Decimal("48.50"), special) if has_price else (Decimal(55), 0)
    assert rows(active)[1] == ("item", "SER001", Decimal("0.5"), price)
    assert [draft.rate_category for draft in active.drafts()] == [category]
    assert active.entry(order).read_back_at is not None
    assert active.to_look_at() == ([] if has_price else ["price-category-ignored"])


def test_where_all_customers_have_one_price_category_no_list_is_asked_for_it(active: Firm) -> None:
    sellsy = active.box.sellsy
    sellsy.category_in_list_only = True
    for each in tuple(sellsy.rate_categories.values()):
        if not each.is_default:
            del sellsy.rate_categories[each.id]
    active.archived("un", work=30)
    active.box.log.clear()
    active.push()
    assert len(active.drafts()) == 1
    asked = [each.method for each in active.box.log]
    assert "Client.getOne" in asked
    assert "Client.getList" not in asked
