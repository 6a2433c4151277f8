"""Quotes as the office writes them in Sellsy, and what became of them in Simon."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from simonsync.errors import ExitCode
from simonsync.sandbox.sellsy.records import Document, Row
from tests.firm import Firm, number


def article(firm: Firm, reference: str, quantity: str = "1", **fields: Any) -> Row:
    """Write a row for an article or service, at its catalogue price before tax unless told otherwise."""
    product = firm.box.sellsy.product_named(reference)
    values: dict[str, Any] = {
        "linked_id": product.id,
        "name": product.name,
        "notes": product.tradename,
        "unit": "unité",
        "unit_amount": product.unit_amount,
        "quantity": Decimal(quantity),
        "tax_id": product.tax_id,
        "tax_rate": firm.box.sellsy.taxes[product.tax_id].rate,
    }
    return Row("item", **{**values, **fields})


def free(firm: Firm, name: str, price: str, quantity: str = "1", **fields: Any) -> Row:
    """Write a row that is no article."""
    tax = firm.box.sellsy.tax_of("20")
    values: dict[str, Any] = {
        "name": name,
        "unit": "forfait",
        "unit_amount": Decimal(price),
        "quantity": Decimal(quantity),
        "tax_id": tax.id,
        "tax_rate": tax.rate,
    }
    return Row("once", **{**values, **fields})


def title(text: str) -> Row:
    return Row("title", notes=text)


def comment(text: str) -> Row:
    return Row("comment", notes=text)


def quote(
    firm: Firm, rows: Sequence[Row] = (), *, customer: int | None = None, step: str = "sent", **fields: Any
) -> Document:
    """Make a quote for a customer of Sellsy, the first one unless told otherwise."""
    client = customer if customer is not None else firm.clients()[0]
    return firm.box.sellsy.add_document(
        "estimate", client, rows=rows, step=step, **{"subject": "Mise aux normes", **fields}
    )


def quoted(firm: Firm) -> list[dict[str, Any]]:
    """List the work orders in Simon that were made from quotes."""
    return [
        dict(row) for row in firm.box.simon.rows("WorkOrder") if str(row["ExtKey"] or "").startswith("quote:")
    ]


def order_of(firm: Firm, document: Document) -> int:
    """Find the work order of a quote."""
    return firm.simon_id("WorkOrder", f"quote:{document.id}")


def used(firm: Firm, document: Document) -> list[tuple[str, Decimal]]:
    """List what stands on the work order of a quote: text and quantity, in Simon's order."""
    return [
        (str(row["Description"]), Decimal(str(row["Quantity"])))
        for row in firm.box.simon.children("UsedItem", order_of(firm, document))
    ]


def finish(firm: Firm, document: Document, *, work: int = 0) -> int:
    """Carry out and archive the work order of a quote; return Simon's Id of it."""
    order = order_of(firm, document)
    if work:
        firm.box.simon.add_time(order, "Work", work)
    firm.box.simon.declare_ready(order)
    firm.box.simon.archive(order)
    return order


def opened(firm: Firm) -> list[int]:
    """List the quotes that were opened since the log was cleared, in order."""
    return [
        number(int(entry.params["docid"]))
        for entry in firm.box.log.entries("sellsy", "Document.getOne")
        if entry.params["doctype"] == "estimate"
    ]


def every_kind_of_row(firm: Firm) -> list[Row]:
    return [
        title("Remplacement"),
        article(firm, "DISJ-16A", "8"),
        Row("sum"),
        comment("mise en décharge comprise"),
        free(firm, "Dépose", "45"),
        Row("break"),
        Row("empty"),
        article(firm, "SER001", "3.5"),
        article(firm, "SPOT-LED", "4", is_option=True),
        free(firm, "Reprise", "-20", "-1"),
        article(firm, "GAINE-20", "0"),
    ]


def descriptions(firm: Firm) -> list[str]:
    return [str(row["Description"]) for row in quoted(firm)]


def later_pull(firm: Firm) -> ExitCode:
    firm.later(minutes=5)
    return firm.pull().exit_code


def waiting(firm: Firm) -> list[tuple[str, str, int]]:
    return [(entry.message.kind.code, entry.record, entry.times) for entry in firm.journal(only_open=True)]
