"""Documents as Sellsy's v1 service lists, shows, makes and guards them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.sellsy.records import Row
from simonsync.sandbox.sellsy.totals import totals
from tests.sandbox.sellsy_caller import SellsyCaller, draft, draft_rows


def create(sellsy: SellsyCaller, params: dict[str, Any]) -> dict[str, Any]:
    made = sellsy.ok("Document.create", params)["doc_id"]
    shown = sellsy.ok("Document.getOne", {"doctype": params["document"]["doctype"], "docid": made})
    assert isinstance(shown, dict)
    return shown


def rows_of(shown: dict[str, Any]) -> list[dict[str, Any]]:
    rows = shown["map"]["rows"]
    listed = [row for key, row in rows.items() if key != "_xml_childtag"] if rows else []
    return sorted(listed, key=lambda row: int(row["rank"]))


def test_3_4_a_draft_is_made_with_its_rows(box: Sandbox, sellsy: SellsyCaller) -> None:
    shown = create(sellsy, draft(box, notes="12 rue Haute\n69001 Lyon", thirdident="4711"))
    assert (shown["step"], shown["subject"], shown["thirdident"]) == ("draft", "Bon de travail 1", "4711")
    assert shown["created"] == "2026-03-02 09:00:00"
    assert shown["displayedDate"] == "02/03/2026"
    assert shown["notes"] == "12 rue Haute<br />\n69001 Lyon"
    assert [tag["word"] for tag in shown["tags"].values()] == ["simonsync"]
    comment, work = rows_of(shown)
    assert (comment["type"], comment["notes"]) == ("comment", "Remplacement du disjoncteur")
    assert (work["qt"], work["unitAmount"], work["unitText"]) == ("0.250000000", "55.000000000", "h")
    assert (shown["totalAmountTaxesFree"], shown["taxesAmountSum"], shown["totalAmount"]) == (
        "13.750000000",
        "2.750000000",
        "16.500000000",
    )


def test_rows_may_be_an_array(box: Sandbox, sellsy: SellsyCaller) -> None:
    params = draft(box) | {"row": list(draft_rows(box).values())}
    assert [row["type"] for row in rows_of(create(sellsy, params))] == ["comment", "item"]


def test_rows_follow_the_number_of_their_key(box: Sandbox, sellsy: SellsyCaller) -> None:
    rows = {str(n): {"row_type": "comment", "row_comment": str(n)} for n in range(1, 12)}
    params = draft(box) | {"row": dict(sorted(rows.items()))}
    shown = create(sellsy, params)
    assert [row["notes"] for row in rows_of(shown)] == [str(n) for n in range(1, 12)]
    # Only the rank tells the order, the keys do not.
    ranks = [row["rank"] for key, row in shown["map"]["rows"].items() if key != "_xml_childtag"]
    assert ranks == [str(n) for n in range(11, 0, -1)]


def test_rows_inside_document_are_silently_ignored(box: Sandbox, sellsy: SellsyCaller) -> None:
    params = {"document": draft(box, row=draft_rows(box))["document"]}
    shown = create(sellsy, params)
    assert (rows_of(shown), shown["totalAmount"]) == ([], "0.000000000")
    assert shown["map"]["rows"] == []


def test_several_rows_under_one_key_are_silently_ignored(box: Sandbox, sellsy: SellsyCaller) -> None:
    params = draft(box) | {"row": {"1": list(draft_rows(box).values())}}
    assert rows_of(create(sellsy, params)) == []


def test_every_kind_of_row_is_taken(box: Sandbox, sellsy: SellsyCaller) -> None:
    tax = box.sellsy.tax_of("20").id
    once = {
        "row_type": "once",
        "row_name": "Forfait",
        "row_unit": "h",
        "row_unitAmount": "0",
        "row_taxid": tax,
    }
    rows = [
        {"row_type": "title", "row_title": "<b>Pose</b>"},
        once | {"row_qt": "-2", "row_unitAmount": "10.005"},
        once,
        {"row_type": "sum"},
        {"row_type": "break"},
        {"row_type": "empty"},
    ]
    shown = rows_of(create(sellsy, draft(box) | {"row": rows}))
    assert [row["type"] for row in shown] == ["title", "once", "once", "sum", "break", "empty"]
    assert [row["totalAmount"] for row in shown][1:4] == ["-20.010000000", "0.000000000", "-20.010000000"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"row_linkedid": 1}, ("E_OBJ_NOT_LOADABLE", "Object item not loadable")),
        ({"row_declid": 77}, ("E_OBJ_NOT_LOADABLE", "Object item not loadable")),
        ({"row_unitAmount": 0}, ("E_PARAM_MISSING", "row_unitAmount is missing")),
        ({"row_unitAmount": "12,50"}, ("E_PARAM_INVALID", "row_unitAmount is invalid")),
        ({"row_unit": ""}, ("E_PARAM_MISSING", "row_unit is missing")),
        ({"row_taxid": None, "row_tax": "20"}, ("E_PARAM_MISSING", "row_taxid is missing")),
        ({"row_taxid": 20}, ("E_PARAM_INVALID", "row_taxid is invalid")),
        ({"row_type": "break-line"}, ("E_PARAM_INVALID", "row_type is invalid")),
        ({"row_type": None}, ("E_PARAM_MISSING", "row_type is missing")),
        ({"row_type": "shipping"}, ("E_PARAM_MISSING", "shipping is missing")),
        ({"row_qt": "two"}, ("E_PARAM_INVALID", "row_qt is invalid")),
        ({"row_isOption": "yes"}, ("E_PARAM_INVALID", "row_isOption is invalid")),
    ],
)
def test_one_wrong_row_refuses_the_whole_document(
    box: Sandbox, sellsy: SellsyCaller, change: dict[str, object], refusal: tuple[str, str]
) -> None:
    params = draft(box)
    params["row"]["2"].update(change)
    before = len(box.sellsy.documents)
    assert sellsy.refused("Document.create", params) == refusal
    assert len(box.sellsy.documents) == before


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"thirdid": 1}, ("E_OBJ_NOT_LOADABLE", "Object third not loadable")),
        ({"thirdid": "x"}, ("E_PARAM_INVALID", "thirdid is invalid")),
        ({"thirdid": None}, ("E_PARAM_MISSING", "thirdid is missing")),
        ({"doctype": "bill"}, ("E_PARAM_INVALID", "doctype is invalid")),
        ({"displayedDate": "2026-03-02"}, ("E_PARAM_INVALID", "displayedDate is invalid")),
        ({"displayedDate": 1_772_438_400_000}, ("E_PARAM_INVALID", "displayedDate is invalid")),
        ({"tags": ["simonsync"]}, ("E_PARAM_INVALID", "tags is invalid")),
        ({"currency": 99}, ("E_PARAM_INVALID", "currency is invalid")),
        ({"rateCategory": 1}, ("E_PARAM_INVALID", "rateCategory is invalid")),
    ],
)
def test_a_wrong_head_is_refused(
    box: Sandbox, sellsy: SellsyCaller, change: dict[str, object], refusal: tuple[str, str]
) -> None:
    assert sellsy.refused("Document.create", draft(box, **change)) == refusal


def test_the_block_document_is_required(box: Sandbox, sellsy: SellsyCaller) -> None:
    assert sellsy.refused("Document.create", {"row": draft_rows(box)}) == (
        "E_PARAM_MISSING",
        "document is missing",
    )


def test_no_invoice_for_a_prospect(box: Sandbox, sellsy: SellsyCaller) -> None:
    box.sellsy.make_prospect(next(iter(box.sellsy.customers)))
    assert sellsy.refused("Document.create", draft(box))[1] == "Object third not loadable"
    create(sellsy, draft(box, doctype="estimate"))


def test_archived_customer_and_product_can_be_invoiced(box: Sandbox, sellsy: SellsyCaller) -> None:
    params = draft(box)
    box.sellsy.archive_customer(params["document"]["thirdid"])
    box.sellsy.archive_product(params["row"]["2"]["row_linkedid"])
    assert len(rows_of(create(sellsy, params))) == 2


def test_a_deleted_product_refuses_the_document(box: Sandbox, sellsy: SellsyCaller) -> None:
    params = draft(box)
    box.sellsy.delete_product(params["row"]["2"]["row_linkedid"])
    assert sellsy.refused("Document.create", params)[1] == "Object item not loadable"


def test_a_number_that_is_taken_is_silently_replaced(box: Sandbox, sellsy: SellsyCaller) -> None:
    first, second = (create(sellsy, draft(box, ident="FA-1"))["ident"] for _ in range(2))
    assert first == "FA-1"
    assert second != "FA-1"


def test_the_printed_address_is_a_copy(box: Sandbox, sellsy: SellsyCaller) -> None:
    third = next(iter(box.sellsy.customers.values()))
    other = third.addresses[1]
    shown = create(sellsy, draft(box) | {"thirdaddress": {"id": other.id}, "shipaddress": {"id": 0}})
    assert shown["thirdAddress"]["originalid"] == str(other.id)
    assert shown["thirdAddress"]["id"] != str(other.id)
    assert shown["shipAddress"]["originalid"] == str(third.main_address_id) == shown["shipaddressid"]
    params = draft(box) | {"thirdaddress": {"id": 1}}
    assert sellsy.refused("Document.create", params)[1] == "Object address not loadable"


def test_a_list_has_no_rows_and_iso_dates(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box, subject="one\ntwo"))["doc_id"]
    record = sellsy.ok("Document.getList", {"doctype": "invoice"})["result"][str(made)]
    assert "map" not in record
    assert (record["displayedDate"], record["expireDate"]) == ("2026-03-02", "0000-00-00")
    assert record["subject"] == "one<br />\ntwo"
    assert record["taxesAmountDetails"] == 'a:1:{s:5:"20.00";d:2.75;}'


def test_documents_are_found_by_tag_step_customer_and_creation(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box, tags="simonsync, atelier"))["doc_id"]
    start = int(box.clock().timestamp())

    def found(**search: object) -> list[str]:
        listed = sellsy.ok("Document.getList", {"doctype": "invoice", "search": search})["result"]
        return list(listed)

    third = next(iter(box.sellsy.customers))
    assert found(tags="simonsync") == found(tags="atelier,other") == [str(made)]
    assert found(tags="simon") == []
    assert found(periodecreationDate_start=start) == [str(made)]
    assert found(periodecreationDate_start=start + 1) == []
    assert found(thirds=[third], steps=["draft"]) == [str(made)]
    assert len(found(thirds={"0": third})) == 2
    assert found(steps=["draft"], thirds=[str(third)], periodecreationDate_end=start - 1) == []


def test_created_means_the_moment_and_the_other_one_the_date_it_bears(
    box: Sandbox, sellsy: SellsyCaller
) -> None:
    day = int(box.clock().timestamp())
    made = sellsy.ok("Document.create", draft(box, displayedDate=day + 40 * 86400))["doc_id"]

    def found(**search: object) -> bool:
        listed = sellsy.ok("Document.getList", {"doctype": "invoice", "search": search})["result"]
        return str(made) in listed

    assert found(periodecreationDate_start=day, periodecreationDate_end=day + 60)
    assert not found(periodecreated_start=day, periodecreated_end=day + 60)
    assert found(periodecreated_start=day + 40 * 86400)


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({}, ("E_PARAM_MISSING", "doctype is missing")),
        ({"doctype": "invoice", "search": {"subject": "x"}}, ("E_PARAM_INVALID", "subject is invalid")),
        ({"doctype": "invoice", "search": {"steps": ["sent"]}}, ("E_PARAM_INVALID", "steps is invalid")),
        ({"doctype": "invoice", "search": {"steps": "draft"}}, ("E_PARAM_INVALID", "steps is invalid")),
        ({"doctype": "invoice", "order": {"order": "doc_id"}}, ("E_PARAM_INVALID", "order is invalid")),
    ],
)
def test_a_wrong_question_is_refused(sellsy: SellsyCaller, params: object, refusal: tuple[str, str]) -> None:
    assert sellsy.refused("Document.getList", params) == refusal


@pytest.mark.parametrize(
    "order", ["doc_ident", "doc_thirdname", "doc_displayedDate", "doc_totalAmountTaxesFree"]
)
def test_the_four_orders_turn_around(sellsy: SellsyCaller, order: str) -> None:
    def listed(direction: str) -> list[str]:
        params = {"doctype": "estimate", "order": {"direction": direction, "order": order}}
        return list(sellsy.ok("Document.getList", params)["result"])

    assert listed("ASC") == listed("DESC")[::-1]
    assert len(listed("ASC")) == 5


def test_a_new_document_shifts_the_pages(box: Sandbox, sellsy: SellsyCaller) -> None:
    first = list(sellsy.page("Document.getList", 1, doctype="invoice")["result"])
    sellsy.ok("Document.create", draft(box))
    second = list(sellsy.page("Document.getList", 2, doctype="invoice")["result"])
    assert first[-1] == second[0]


def test_the_wrong_kind_is_not_there(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    refusal = sellsy.refused("Document.getOne", {"doctype": "estimate", "docid": made})
    assert refusal == ("E_OBJ_NOT_LOADABLE", "Object document not loadable")


def test_quotes_show_every_kind_of_row(sellsy: SellsyCaller) -> None:
    quotes = sellsy.ok("Document.getList", {"doctype": "estimate"})["result"]
    kinds, options, discounts = set(), set(), set()
    for docid in quotes:
        for row in rows_of(sellsy.ok("Document.getOne", {"doctype": "estimate", "docid": docid})):
            kinds.add(row["type"])
            options.add(row["isOption"])
            discounts.add(row["discountPercent"])
    assert kinds == {"title", "item", "once", "comment", "sum", "break", "empty"}
    assert options == {"Y", "N"}
    assert "10.000000000" in discounts
    assert {q["step"] for q in quotes.values()} == {"draft", "sent", "accepted", "refused", "invoiced"}
    assert any("BDT" in q["subject"] for q in quotes.values())


def test_an_option_is_not_part_of_the_sum(box: Sandbox) -> None:
    quote = next(d for d in box.sellsy.documents.values() if "tableau" in d.subject)
    # 54.50, twice 31.91 less 10 % (57.44), 8 times 8.50 (68.00), 45.00, 3.5 times 55.00 (192.50)
    assert totals(quote).taxes_free == Decimal("417.44")


def test_rows_are_rounded_before_the_tax_per_rate(box: Sandbox) -> None:
    third = next(iter(box.sellsy.customers))
    rate = box.sellsy.tax_of("20")
    rows = [
        Row(
            "once",
            unit_amount=Decimal("0.333333333"),
            quantity=Decimal(5),
            tax_id=rate.id,
            tax_rate=rate.rate,
        )
        for _ in range(2)
    ]
    document = box.sellsy.add_document("invoice", third, rows=rows)
    # Each row is 1.666… = 1.67; the sum 3.34; the tax 0.668 = 0.67.
    assert (totals(document).taxes_free, totals(document).taxes) == (Decimal("3.34"), Decimal("0.67"))


@pytest.mark.parametrize(
    ("unit", "given", "free", "taxes"),
    [
        ("percent", "10", "90.00", "13.50"),
        ("amount", "50", "50.00", "7.50"),
        ("percent", "0", "100.00", "15.00"),
    ],
)
def test_a_discount_on_the_whole_is_spread_over_the_rates(
    box: Sandbox, sellsy: SellsyCaller, unit: str, given: str, free: str, taxes: str
) -> None:
    rows = [
        {
            "row_type": "once",
            "row_name": "x",
            "row_unit": "h",
            "row_unitAmount": "50",
            "row_taxid": box.sellsy.tax_of(rate).id,
        }
        for rate in ("20", "10")
    ]
    head = draft(box, globalDiscount=given, globalDiscountUnit=unit)["document"]
    shown = create(sellsy, {"document": head, "row": rows})
    assert (shown["totalAmountTaxesFree"], shown["taxesAmountSum"]) == (f"{free}0000000", f"{taxes}0000000")
    assert list(shown["vatSummary"]) == ["20.00", "10.00"]


def test_people_finalise_and_delete(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    draft_number = box.sellsy.documents[made].ident
    box.sellsy.finalise_document(made)
    shown = sellsy.ok("Document.getOne", {"doctype": "invoice", "docid": made})
    assert (shown["step"], shown["noedit"]) == ("due", "Y")
    assert shown["ident"] != draft_number
    box.sellsy.delete_document(made)
    assert sellsy.refused("Document.getOne", {"doctype": "invoice", "docid": made})[0] == "E_OBJ_NOT_LOADABLE"


def test_a_finalised_document_cannot_be_edited(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    sellsy.ok("Document.update", {"docid": made, "document": {"doctype": "invoice", "subject": "Neu"}})
    assert box.sellsy.documents[made].subject == "Neu"
    assert len(box.sellsy.documents[made].rows) == 2
    sellsy.ok("Document.validate", {"docid": made})
    change = {"docid": made, "document": {"doctype": "invoice", "subject": "Alt"}}
    assert sellsy.refused("Document.update", change) == ("E_OBJ_NOT_EDITABLE", "Object document not editable")
    assert sellsy.refused("Document.delete", {"docid": made})[0] == "E_OBJ_NOT_EDITABLE"
    assert sellsy.refused("Document.validate", {"docid": made})[0] == "E_OBJ_NOT_EDITABLE"


def test_rows_of_an_update_replace_all_rows(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    row = {"1": {"row_type": "comment", "row_comment": "nur dies"}}
    sellsy.ok("Document.update", {"docid": made, "document": {"doctype": "invoice"}, "row": row})
    assert [r.notes for r in box.sellsy.documents[made].rows] == ["nur dies"]


def test_there_is_no_way_back_to_draft(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    sellsy.ok("Document.updateStep", {"docid": made, "document": {"doctype": "invoice", "step": "due"}})
    back = {"docid": made, "document": {"doctype": "invoice", "step": "draft"}}
    code, message = sellsy.refused("Document.updateStep", back)
    assert code == "E_CUSTOM"
    assert message == "Step draft is invalid. Available : payinprogress, paid, late, cancelled."


def test_a_draft_can_be_deleted_by_the_api(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    sellsy.ok("Document.delete", {"doctype": "invoice", "docid": made})
    assert made not in box.sellsy.documents


def test_tags_can_be_added_and_taken_away(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    link = {"linkedtype": "invoice", "linkedid": made}
    sellsy.ok("SmartTags.assign", link | {"tags": "urgent"})
    assert [tag["word"] for tag in sellsy.ok("SmartTags.getList").values()] == ["simonsync", "urgent"]
    sellsy.ok("SmartTags.unassign", link | {"tags": "simonsync"})
    assert box.sellsy.documents[made].tags == ["urgent"]
    assert sellsy.refused("SmartTags.assign", link) == ("E_PARAM_MISSING", "tags is missing")


def test_the_snapshot_is_plain_and_moves_with_the_world(box: Sandbox, sellsy: SellsyCaller) -> None:
    before = box.sellsy.snapshot()
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    after = box.sellsy.snapshot()
    assert set(after["documents"]) - set(before["documents"]) == {str(made)}
    assert after["documents"][str(made)]["rows"][1]["quantity"] == "0.25"
    assert after["customers"] == before["customers"]
