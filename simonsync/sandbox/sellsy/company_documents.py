"""The demo account's quotes, of every kind of row, and the invoices that people made by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from simonsync.sandbox.sellsy.records import Customer, Row
from simonsync.sandbox.sellsy.world import SellsyWorld


def _line(world: SellsyWorld, ref: str, quantity: str, **fields: Any) -> Row:  # noqa: ANN401 - fields of Row
    """Return a row for a product at its catalogue price before tax."""
    product = world.product_named(ref)
    rate = world.taxes[product.tax_id].rate
    price = product.unit_amount if product.is_taxes_free else product.unit_amount / (1 + rate / 100)
    return Row(
        "item",
        linked_id=product.id,
        name=product.name,
        notes=product.tradename,
        unit=world.units[product.unit_id].value,
        unit_amount=fields.pop("unit_amount", price),
        quantity=Decimal(quantity),
        tax_id=product.tax_id,
        tax_rate=rate,
        **fields,
    )


def _free_line(world: SellsyWorld, name: str, price: str, quantity: str = "1", tax: str = "20") -> Row:
    rate = world.tax_of(tax)
    return Row(
        "once",
        name=name,
        unit="forfait",
        unit_amount=Decimal(price),
        quantity=Decimal(quantity),
        tax_id=rate.id,
        tax_rate=rate.rate,
    )


def add_quotes(world: SellsyWorld, known: list[Customer]) -> None:
    """Add quotes in several steps that show every kind of row."""
    quotes: tuple[tuple[int, str, str, str, list[Row], dict[str, Any]], ...] = (
        (
            0,
            "accepted",
            "BDT remplacement du tableau électrique",
            "Accès par la cour.\nPrévoir une coupure de deux heures.",
            [
                Row("title", notes="<strong>Remplacement du tableau</strong>"),
                _line(world, "TABL-2R", "1"),
                _line(world, "DIFF-40A", "2", discount=Decimal(10)),
                _line(world, "DISJ-16A", "8", unit_amount=Decimal("8.50")),
                Row("sum"),
                Row("comment", notes="Dépose de l'ancien tableau &amp; mise en décharge comprise"),
                _free_line(world, "Dépose de l'ancien tableau", "45"),
                _line(world, "SER001", "3.5"),
                _line(world, "SPOT-LED", "4", is_option=True),
            ],
            {},
        ),
        (
            1,
            "sent",
            "Rénovation de la salle de bains",
            "",
            [
                _line(world, "GAINE-20", "25"),
                _line(world, "SPOT-LED", "6"),
                Row("break"),
                Row("empty"),
                _line(world, "SER001", "6"),
            ],
            {"discount": Decimal(5)},
        ),
        (
            3,
            "draft",
            "Éclairage des parties communes",
            "BDT à planifier avec le gardien",
            [_line(world, "SPOT-LED", "12"), _line(world, "SER002", "1")],
            {},
        ),
        (2, "refused", "Borne de recharge", "", [_line(world, "BORNE-7KW", "1")], {}),
        (4, "invoiced", "Détecteurs de fumée", "", [_line(world, "DETECT", "3")], {}),
    )
    for number, (who, step, subject, notes, rows, more) in enumerate(quotes):
        if who < len(known):
            made = datetime(2022, 4, 4, 8, 30, tzinfo=UTC) + timedelta(days=3 * number, minutes=7 * number)
            world.add_document(
                "estimate",
                known[who].id,
                rows=rows,
                step=step,
                created=made,
                expires=made.date() + timedelta(days=30),
                subject=subject,
                notes=notes,
                **more,
            )


def add_invoices(world: SellsyWorld, known: list[Customer]) -> None:
    """Add invoices that people made by hand: none of them is the integration's."""
    for number, (who, step, subject) in enumerate(
        ((0, "due", "Dépannage du 3 février"), (1, "draft", "À compléter"), (2, "paid", "Mise aux normes"))
    ):
        if who < len(known):
            rows = [_line(world, "SER003", "1"), _line(world, "SER001", str(number + 1))]
            world.add_document(
                "invoice",
                known[who].id,
                rows=rows,
                step=step,
                created=datetime(2022, 3, 1, 9, 12, tzinfo=UTC) + timedelta(days=number),
                displayed=date(2022, 3, 1) + timedelta(days=number),
                subject=subject,
            )
