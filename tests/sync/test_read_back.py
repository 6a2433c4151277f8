"""A fresh draft is read back and compared with what was asked for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from simonsync.domain.draft import DraftLine, LineKind
from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import DocumentRow
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.sandbox.sellsy.records import Row
from simonsync.sync.drafts import row_differences
from tests.firm import Firm

COMMENT = DraftLine(LineKind.COMMENT, "description", Message(kinds.LINE_DESCRIPTION), text="Dépannage")
ITEM = DraftLine(
    LineKind.ITEM,
    "used_item:1",
    Message(kinds.LINE_USED_ITEM),
    name="P-12",
    product=sellsy_key(Kind.ITEM, "41_7"),
    quantity=Decimal(2),
    unit_price=Decimal("8.50"),
    tax_id="1",
)
FREE = replace(ITEM, kind=LineKind.FREE, product=None)
ROWS = (
    DocumentRow(LineKind.COMMENT, "", "Dépannage", Decimal(0), Decimal(0), ""),
    DocumentRow(LineKind.ITEM, "41_7", "Prise", Decimal("2.000000000"), Decimal("8.500000000"), "1"),
    DocumentRow(LineKind.FREE, "", "P-12", Decimal(2), Decimal("8.5"), "1"),
)


@pytest.mark.parametrize(
    ("place", "change", "difference"),
    [
        (0, {"kind": "title"}, "@row-kind 1: title ≠ comment"),
        (1, {"quantity": Decimal(3)}, "@row-quantity 2: 3 ≠ 2"),
        (1, {"unit_price": Decimal(9)}, "@row-unit-price 2: 9 ≠ 8.5"),
        (1, {"product_id": "42"}, "@row-article 2: 42 ≠ 41_7"),
        (1, {"product_id": "41"}, "@row-article 2: 41 ≠ 41_7"),
        (2, {"tax_id": "2"}, "@row-tax 3: 2 ≠ 1"),
        (2, {"tax_rate": Decimal(12)}, "@row-tax 3: 12 % ≠ 0 %"),
        (2, {"tax_rate": Decimal("0.00")}, None),
        (2, {"product_id": "99"}, None),
    ],
)
def test_every_row_quantity_price_and_tax_is_compared(
    place: int, change: dict[str, object], difference: str | None
) -> None:
    rows = list(ROWS)
    rows[place] = replace(rows[place], **change)  # type: ignore[arg-type]
    found = list(row_differences((COMMENT, ITEM, FREE), rows))
    assert found == ([difference] if difference else [])


def test_a_missing_row_is_found() -> None:
    assert "@row-count 2 ≠ 3" in list(row_differences((COMMENT, ITEM, FREE), ROWS[:2]))


def test_a_draft_that_lacks_rows_is_an_open_error_with_its_document(active: Firm) -> None:
    """Sellsy may answer success and lose rows: the office must not bill such a draft."""
    order = active.archived("Dépannage")
    active.box.faults.set("invisible", service="sellsy", method="Document.create", seconds=10)
    active.push()
    (draft,) = active.drafts()
    active.box.sellsy.edit_document(draft.id, rows=[Row("comment", notes="seul")])
    active.later(minutes=1)
    active.push()
    (entry,) = active.journal(only_open=True)
    assert entry.message.kind.code == "draft-lines-differ"
    assert entry.record == str(order)
    assert entry.message.params["document"] == str(draft.id)


def test_a_draft_that_names_another_customer_or_no_work_order_is_an_open_error(active: Firm) -> None:
    active.archived("Dépannage", work=30)
    active.box.faults.set("invisible", service="sellsy", method="Document.create", seconds=10)
    active.push()
    (draft,) = active.drafts()
    customer, other = active.clients()[:2]
    active.box.sellsy.edit_document(draft.id, third_id=other, subject="autre")
    active.later(minutes=1)
    active.push()
    (entry,) = active.journal(only_open=True, codes=["draft-lines-differ"])
    said = entry.message.params["difference"]
    assert f"@document-customer {other} ≠ {customer}" in said
    assert "@document-subject autre" in said


def test_a_draft_deleted_in_sellsy_is_told_and_never_made_again(active: Firm) -> None:
    order = active.archived(work=30)
    active.push()
    (draft,) = active.drafts()
    active.later(minutes=5)
    active.box.sellsy.delete_document(draft.id)
    for _ in range(15):
        active.later(minutes=5)
        active.push()
    assert active.drafts() == []
    assert active.codes(record=str(order)) == [
        "draft-created",
        "draft-without-lines",
        "draft-deleted-in-sellsy",
    ]


def test_a_finalised_draft_is_never_touched(active: Firm) -> None:
    order = active.archived(work=30)
    active.push()
    (draft,) = active.drafts()
    active.box.sellsy.finalise_document(draft.id)
    active.box.log.clear()
    for _ in range(15):
        active.later(minutes=5)
        active.push()
    assert active.writes() == []
    assert active.entry(order).step == "due"
