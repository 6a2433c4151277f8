"""The work order of a quote becomes a draft at the price that the customer signed [5.9.2]."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from simonsync.account.choose import choose
from simonsync.errors import ExitCode
from simonsync.sandbox.sellsy.records import Document
from simonsync.sync import cycle
from tests.firm import Firm, number
from tests.sync.quoting import (
    article,
    finish,
    free,
    order_of,
    quote,
)

# --- the invoice --------------------------------------------------------------------------------------


def billed(firm: Firm) -> list[tuple[str, str, Decimal, Decimal, Decimal, str]]:
    (draft,) = firm.drafts()
    return [
        (row.type, row.name, row.quantity, row.unit_amount, row.discount, row.discount_unit)
        for row in draft.rows
    ]


def invoiced(firm: Firm, made: Document, **options: Any) -> None:
    firm.pull()
    firm.later(minutes=1)
    finish(firm, made, **options)
    assert firm.push().exit_code is ExitCode.DONE
    assert firm.codes(only_open=True) == []


def test_5_9_2_the_signed_price_discount_and_tax_are_billed(quoting: Firm) -> None:
    ten = quoting.box.sellsy.tax_of("10")
    made = quote(
        quoting,
        [
            article(quoting, "DISJ-16A", "8", unit_amount=Decimal("8.50"), tax_id=ten.id, tax_rate=ten.rate),
            article(quoting, "DIFF-40A", "2", discount=Decimal(10)),
            article(quoting, "TABL-2R", "1", discount=Decimal("4.50"), discount_unit="amount"),
            free(quoting, "Dépose", "45"),
        ],
    )
    quoting.box.sellsy.edit_product(quoting.box.sellsy.product_named("DISJ-16A").id, unit_amount=Decimal(99))
    invoiced(quoting, made)
    assert billed(quoting) == [
        ("item", "DISJ-16A", Decimal(8), Decimal("8.50"), Decimal(0), "percent"),
        ("item", "DIFF-40A", Decimal(2), Decimal("31.91"), Decimal(10), "percent"),
        ("item", "TABL-2R", Decimal(1), Decimal("54.50"), Decimal("4.50"), "amount"),
        ("once", "Dépose", Decimal(1), Decimal(45), Decimal(0), "percent"),
    ]
    (draft,) = quoting.drafts()
    assert draft.rows[0].tax_id == ten.id


@pytest.mark.parametrize(
    ("discount", "total"),
    [
        # 8 × 8.90 and 10 % off 2 × 31.91 are 128.64; 5 % off the whole leaves 122.21.
        ({"discount": Decimal(5)}, Decimal("122.21")),
        ({"discount": Decimal("28.64"), "discount_unit": "amount"}, Decimal("100.00")),
    ],
)
def test_5_9_2_a_discount_on_the_whole_quote_is_billed_too(
    quoting: Firm, discount: dict[str, Any], total: Decimal
) -> None:
    rows = [
        article(quoting, "DISJ-16A", "8"),
        article(quoting, "DIFF-40A", "2", discount=Decimal(10)),
        article(quoting, "SPOT-LED", "4", is_option=True),
    ]
    made = quote(quoting, rows, **discount)
    invoiced(quoting, made)
    (draft,) = quoting.drafts()
    sums = sum((row.quantity * row.unit_amount * (1 - row.discount / 100) for row in draft.rows), Decimal(0))
    assert abs(sums - total) < Decimal("0.01")
    assert quoting.codes(codes=["draft-total-differs", "draft-lines-differ"]) == []


@pytest.mark.parametrize("kind", ["shipping", "packaging"])
def test_5_9_2_shipping_and_packaging_of_the_quote_are_told_as_not_billed(quoting: Firm, kind: str) -> None:
    charge = replace(free(quoting, "Transport", "45.00"), type=kind)
    made = quote(quoting, [article(quoting, "DISJ-16A", "8"), charge])
    quoting.pull()
    quoting.later(minutes=1)
    finish(quoting, made)
    assert quoting.push().exit_code is ExitCode.DONE
    assert quoting.to_look_at() == ["quote-charges-not-billed"]
    (told,) = quoting.journal(codes=["quote-charges-not-billed"])
    assert Decimal(told.message.params["amount"]) == 45


def test_5_9_2_what_was_changed_or_added_on_the_work_order_is_billed_from_the_catalogue(
    quoting: Firm,
) -> None:
    made = quote(
        quoting,
        [
            article(quoting, "DISJ-16A", "8", unit_amount=Decimal("8.50")),
            article(quoting, "GAINE-20", "25", unit_amount=Decimal("0.70")),
        ],
    )
    quoting.pull()
    order = order_of(quoting, made)
    first = quoting.box.simon.children("UsedItem", order)[0]
    quoting.box.simon.edit("UsedItem", number(first["Id"]), Quantity=Decimal(9))
    quoting.box.simon.use_item(order, quoting.item("DIFF-40A"), 1)
    quoting.later(minutes=1)
    finish(quoting, made)
    quoting.push()
    assert [(name, quantity, price) for _, name, quantity, price, _, _ in billed(quoting)] == [
        ("DISJ-16A", Decimal(9), Decimal("8.90")),
        ("GAINE-20", Decimal(25), Decimal("0.70")),
        ("DIFF-40A", Decimal(1), Decimal("31.91")),
    ]


def test_5_9_2_a_free_line_keeps_its_price_only_while_it_is_the_quotes(quoting: Firm) -> None:
    made = quote(quoting, [free(quoting, "Dépose", "45"), free(quoting, "Repose", "60")])
    quoting.pull()
    second = quoting.box.simon.children("UsedItem", order_of(quoting, made))[1]
    quoting.box.simon.edit("UsedItem", number(second["Id"]), Description="Repose et réglage")
    quoting.later(minutes=1)
    order = finish(quoting, made)
    quoting.push()
    assert [(name, price) for _, name, _, price, _, _ in billed(quoting)] == [
        ("Dépose", Decimal(45)),
        ("Repose et réglage", Decimal(0)),
    ]
    assert quoting.codes(record=str(order), codes=["free-line-price-missing"]) == ["free-line-price-missing"]


@pytest.mark.parametrize("step", ["invoiced", "partialinvoiced", "advanced"])
def test_5_9_a_quote_that_is_invoiced_already_is_held_until_a_human_asks(quoting: Firm, step: str) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A", "8")])
    quoting.pull()
    quoting.box.sellsy.edit_document(made.id, step=step)
    quoting.later(minutes=1)
    order = finish(quoting, made)
    assert quoting.push().exit_code is ExitCode.NEEDS_SOMEONE
    (case,) = quoting.journal(only_open=True)
    assert (case.message.kind.code, case.message.params["quote"]) == ("quote-already-invoiced", made.ident)
    assert quoting.drafts() == []
    quoting.later(minutes=5)
    named = str(quoting.box.simon.row("WorkOrder", order)["Number"])
    result = quoting.run("push", lambda run, sink: cycle.push(run, sink, choose([named], run)))
    assert (result.exit_code, len(quoting.drafts())) == (ExitCode.DONE, 1)
    assert quoting.codes(only_open=True) == []


def test_5_9_without_its_quote_a_work_order_is_billed_from_the_catalogue(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A", "8", unit_amount=Decimal("8.50"))])
    quoting.pull()
    quoting.box.sellsy.delete_document(made.id)
    quoting.later(minutes=1)
    finish(quoting, made)
    for _ in range(2):
        assert quoting.push().exit_code is ExitCode.NEEDS_SOMEONE
        assert quoting.codes(only_open=True) == ["work-order-unreadable"]
        quoting.later(minutes=14)
    assert quoting.drafts() == []
    quoting.push()
    quoting.later(minutes=3)
    assert quoting.push().exit_code is ExitCode.DONE
    assert [(name, price) for _, name, _, price, _, _ in billed(quoting)] == [("DISJ-16A", Decimal("8.90"))]
    assert "quote-gone" in quoting.codes()
    assert quoting.codes(only_open=True) == []


def test_5_9_one_strange_answer_about_its_quote_changes_no_price(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A", "8", unit_amount=Decimal("8.50"))])
    quoting.pull()
    quoting.later(minutes=1)
    finish(quoting, made)
    quoting.box.faults.set("not_loadable", service="sellsy", method="Document.getOne")
    quoting.push()
    assert quoting.drafts() == []
    quoting.later(minutes=5)
    assert quoting.push().exit_code is ExitCode.DONE
    assert [(name, price) for _, name, _, price, _, _ in billed(quoting)] == [("DISJ-16A", Decimal("8.50"))]
    assert quoting.codes(only_open=True) == []


def test_2_3_a_quote_in_another_currency_is_held_at_the_invoice(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A")])
    quoting.pull()
    own = quoting.box.sellsy.company.currency_id
    other = next(one for one in quoting.box.sellsy.currencies if one != own)
    quoting.box.sellsy.edit_document(made.id, currency_id=other)
    quoting.later(minutes=1)
    finish(quoting, made)
    assert quoting.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert quoting.codes(only_open=True) == ["currency-differs"]
