"""What is sent to make a draft invoice [3.4]."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.messages.kinds import LINE_DESCRIPTION, Message
from simonsync.sellsy.v1.draft import create_params

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WHY = Message(LINE_DESCRIPTION)


def line(kind: LineKind, **more: Any) -> DraftLine:
    return DraftLine(kind=kind, source="used_item:1", why=WHY, **more)


def article(product: Key, **more: Any) -> DraftLine:
    values = {"name": "REF-1", "text": "Étagère <chêne> & co", "quantity": Decimal("0.25"), "unit": "h"}
    return line(
        LineKind.ITEM, product=product, tax_id="17", unit_price=Decimal("31.910"), **{**values, **more}
    )


def draft(*lines: DraftLine, reference: str | None = None, note: str | None = None) -> DraftInvoice:
    return DraftInvoice(
        work_order_id="4711",
        number="4711",
        marker="7F3A2C9KQ0ZX",
        customer=sellsy_key(Kind.CUSTOMER, 2655),
        subject="Bon de travail 4711 [SS-7F3A2C9KQ0ZX]",
        lines=lines,
        reference=reference,
        note=note,
    )


def test_the_document() -> None:
    assert create_params(draft(reference="4711 / PO-9", note="1 rue de l'Église\nLyon <3>"), NOON, PARIS) == {
        "document": {
            "doctype": "invoice",
            "thirdid": 2655,
            "subject": "Bon de travail 4711 [SS-7F3A2C9KQ0ZX]",
            "tags": "simonsync",
            "displayedDate": int(datetime(2026, 11, 24, 12, 0, tzinfo=PARIS).timestamp()),
            "thirdident": "4711 / PO-9",
            "notes": "1 rue de l'Église<br />Lyon &lt;3&gt;",
        }
    }


def test_what_is_not_said_is_not_sent() -> None:
    document = create_params(draft(), NOON, PARIS)["document"]
    assert set(document) == {"doctype", "thirdid", "subject", "tags", "displayedDate"}


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 24, 22, 59, tzinfo=UTC), 24),
        (datetime(2026, 11, 24, 23, 1, tzinfo=UTC), 25),
        (datetime(2026, 11, 25, 0, 1, tzinfo=UTC), 25),
    ],
)
def test_3_4_the_date_is_today_in_the_account_s_zone(now: datetime, day: int) -> None:
    seconds = create_params(draft(), now, PARIS)["document"]["displayedDate"]
    assert isinstance(seconds, int)
    for zone in (UTC, PARIS, ZoneInfo("America/Cayenne"), ZoneInfo("Indian/Reunion")):
        assert datetime.fromtimestamp(seconds, zone).day == day


def test_rows_stand_beside_the_document_each_under_its_number() -> None:
    lines = tuple(line(LineKind.COMMENT, text=str(place)) for place in range(1, 12))
    params = create_params(draft(*lines), NOON, PARIS)
    assert list(params["row"]) == [str(place) for place in range(1, 12)]
    assert [row["row_comment"] for row in params["row"].values()] == list(params["row"])
    assert "row" not in params["document"]


def row(one: DraftLine) -> dict[str, Any]:
    found: dict[str, Any] = create_params(draft(one), NOON, PARIS)["row"]["1"]
    return found


def test_5_5_a_comment_is_escaped() -> None:
    comment = line(LineKind.COMMENT, text="Fuite <urgent> & odeur\nde gaz")
    assert row(comment) == {
        "row_type": "comment",
        "row_comment": "Fuite &lt;urgent&gt; &amp; odeur<br />de gaz",
    }


def test_3_4_3_an_article() -> None:
    assert row(article(sellsy_key(Kind.ITEM, 41))) == {
        "row_type": "item",
        "row_linkedid": 41,
        "row_declid": 0,
        "row_name": "REF-1",
        "row_notes": "Étagère &lt;chêne&gt; &amp; co",
        "row_unit": "h",
        "row_unitAmount": "31.91",
        "row_taxid": 17,
        "row_qt": "0.25",
    }


def test_3_4_3_a_declination_is_named_by_both_ids() -> None:
    sent = row(article(sellsy_key(Kind.ITEM, "41_7")))
    assert (sent["row_linkedid"], sent["row_declid"]) == (41, 7)


def test_a_free_line_without_a_price_is_sent_with_the_text_0() -> None:
    free = line(LineKind.FREE, name="Joint\ntorique", quantity=Decimal(-2), unit="unité", tax_id="17")
    assert row(free) == {
        "row_type": "once",
        "row_name": "Joint torique",
        "row_notes": "",
        "row_unit": "unité",
        "row_unitAmount": "0",
        "row_taxid": 17,
        "row_qt": "-2",
    }


@pytest.mark.parametrize("unit", ["percent", "amount"])
def test_a_signed_discount_is_sent(unit: str) -> None:
    sent = row(article(sellsy_key(Kind.ITEM, 41), discount=Decimal("10.50"), discount_unit=unit))
    assert (sent["row_discount"], sent["row_discountUnit"]) == ("10.5", unit)
