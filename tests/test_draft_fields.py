"""A field that is added to a draft or to a line shows up wherever a draft goes, or the reason stands here.

Each field is changed, and what each place makes of the draft must change with it. A failure names the field
and the place; put the field there, or say in `LEFT_OUT` why it has no business there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.draft_record import to_record
from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import DocumentRow, SellsyAccount
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language
from simonsync.pdf.preview import draw_preview
from simonsync.report.draft import draft_as_json
from simonsync.sellsy.v1.draft import create_params
from simonsync.sync.actions import CreateDraft, as_json
from simonsync.sync.drafts import row_differences

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINE = DraftLine(
    LineKind.ITEM,
    "used_item:1",
    Message(kinds.LINE_USED_ITEM, {"record": "1", "quantity": "2", "product": "P-12", "price": "8.5"}),
    text="Prise",
    name="P-12",
    product=sellsy_key(Kind.ITEM, "41"),
    quantity=Decimal(2),
    unit="unité",
    unit_price=Decimal("8.50"),
    tax_id="1",
    tax_rate=Decimal(20),
    discount=Decimal(10),
)
DRAFT = DraftInvoice(
    work_order_id="12",
    number="4711",
    marker="ABCDEFGH1234",
    customer=sellsy_key(Kind.CUSTOMER, "2655"),
    subject="Bon de travail 4711 [SS-ABCDEFGH1234]",
    lines=(LINE,),
    reference="REF-9",
    note="Rue X",
    service_from=date(2026, 11, 20),
    service_until=date(2026, 11, 23),
    price_category="62986",
    delivery=sellsy_key(Kind.ADDRESS, "31"),
    findings=(Message(kinds.EI_NO_PRICED_LINE),),
    warnings=(Message(kinds.DRAFT_WITHOUT_LINES, {"number": "4711"}),),
)
ROW = DocumentRow("item", "41", "Prise", Decimal(2), Decimal("8.50"), "1", Decimal(10))


def _pdf(draft: DraftInvoice) -> str:
    content = draw_preview(draft, SellsyAccount("1", "Volt", "EUR", "FR"), "Dupont", Language.FR)
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


PLACES: dict[str, Callable[[DraftInvoice], object]] = {
    "stored": to_record,
    "preview --json": lambda draft: draft_as_json("4711", draft, None, Language.FR, UTC),
    "preview --pdf": _pdf,
    "push --dry-run": lambda draft: as_json(CreateDraft(draft, {}, attempt=1)),
    "sent": lambda draft: create_params(draft, NOON, UTC),
    "read back": lambda draft: list(row_differences(draft.lines, (ROW,))),
}
_FOR_PEOPLE_BESIDE = "people see it beside the draft"
_SUMMED_UP = "a dry run shows how many lines there are and what they come to"
_TOTAL_TELLS = "the total before tax tells"
LEFT_OUT: dict[str, dict[str, str]] = {
    "preview --json": {
        "draft.work_order_id": "its number names it",
        "draft.number": "given beside the draft",
        "draft.marker": "the subject ends in it",
        "draft.warnings": _FOR_PEOPLE_BESIDE,
        "line.tax_id": "its rate is shown",
    },
    "preview --pdf": {
        "draft.price_category": "each line has its price",
        "draft.work_order_id": "its number names it",
        "draft.marker": "the subject ends in it",
        "draft.customer": "shown by name",
        "draft.delivery": "the address is printed by Sellsy",
        "draft.findings": _FOR_PEOPLE_BESIDE,
        "draft.warnings": _FOR_PEOPLE_BESIDE,
        "line.source": "`explain` tells",
        "line.why": "`explain` tells",
        "line.product": "its reference is shown",
        "line.tax_id": "its rate is shown",
    },
    "push --dry-run": {
        "draft.warnings": "they are told once it is made",
        "draft.findings": "`preview` tells",
        **dict.fromkeys(
            (
                "line.source",
                "line.why",
                "line.text",
                "line.name",
                "line.product",
                "line.unit",
                "line.tax_id",
                "line.tax_rate",
            ),
            _SUMMED_UP,
        ),
    },
    "sent": {
        "draft.work_order_id": "the marker stands for it",
        "draft.number": "the subject has it",
        "draft.marker": "the subject ends in it",
        "draft.warnings": "ours",
        "draft.findings": "ours",
        "line.source": "ours",
        "line.why": "ours",
        "line.tax_rate": "Sellsy knows it by the tax's id",
    },
    "read back": {
        **{
            f"draft.{field.name}": "rows are compared"
            for field in fields(DraftInvoice)
            if field.name != "lines"
        },
        "line.source": "ours",
        "line.why": "ours",
        "line.text": "people may reword it",
        "line.name": "people may reword it",
        "line.unit": "people may reword it",
        "line.tax_rate": "the tax's id is compared",
        "line.discount": _TOTAL_TELLS,
        "line.discount_unit": _TOTAL_TELLS,
    },
}
OTHER: dict[str, Any] = {"discount_unit": "amount", "kind": LineKind.COMMENT, "tax_id": "2"}


def _changed(value: object) -> object:
    match value:
        case Decimal():
            return value + 1
        case str():
            return f"{value}7"
        case date():
            return value + timedelta(days=1)
        case Message():
            return Message(kinds.LINE_DEFAULT_PRODUCT, {"product": "X", "price": "1"})
        case (Message(), *_):
            return ()
        case (DraftLine(), *_):
            return (LINE, LINE)
        case _ if hasattr(value, "kind"):
            return sellsy_key(value.kind, "77")
        case _:
            raise AssertionError(f"say here how a value like {value!r} is changed")


def variants() -> Iterator[tuple[str, DraftInvoice]]:
    for field in fields(DraftInvoice):
        changed: dict[str, Any] = {field.name: _changed(getattr(DRAFT, field.name))}
        yield f"draft.{field.name}", replace(DRAFT, **changed)
    for field in fields(DraftLine):
        value = OTHER.get(field.name) or _changed(getattr(LINE, field.name))
        line_changed: dict[str, Any] = {field.name: value}
        yield f"line.{field.name}", replace(DRAFT, lines=(replace(LINE, **line_changed),))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("field", "variant"), list(variants()), ids=[name for name, _ in variants()])
def test_each_field_of_a_draft_is_dealt_with_wherever_it_goes(
    field: str, variant: DraftInvoice, place: str
) -> None:
    show = PLACES[place]
    same = json.dumps(show(variant)) == json.dumps(show(DRAFT))
    left_out = LEFT_OUT.get(place, {})
    if field in left_out:
        assert same, f"{field} is in “{place}” now: take it out of LEFT_OUT"
    else:
        assert not same, f"{field} is missing in “{place}”: put it there, or say in LEFT_OUT why not"


def test_what_is_left_out_are_fields_of_a_draft() -> None:
    names = {name for name, _ in variants()}
    assert {name for left_out in LEFT_OUT.values() for name in left_out} <= names
