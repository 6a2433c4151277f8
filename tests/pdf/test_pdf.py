"""The PDFs, read back as a reader would: their text, their pages, their bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import (
    SellsyAccount,
    TimeKind,
    TimeSheet,
    UsedItem,
    WorkOrder,
    WorkOrderHead,
    WorkPlace,
)
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language
from simonsync.pdf.preview import draw_preview
from simonsync.pdf.work_order import draw_work_order

PARIS = ZoneInfo("Europe/Paris")
FIRM = SellsyAccount("88", "Électricité du Rhône", "EUR", "FR")
ORDER = WorkOrder(
    head=WorkOrderHead(
        "1",
        "4711",
        archived_at=datetime(2026, 5, 12, 14, 25, tzinfo=UTC),
        mutated_at=datetime(2026, 5, 12, 14, 25, tzinfo=UTC),
        created_at=datetime(2026, 1, 4, 8, 56, tzinfo=UTC),
    ),
    customer_id="5",
    place=WorkPlace("3", "Entrepôt", "3 rue de l'Industrie", "Bâtiment C", "69200", "Vénissieux", "FR", "5"),
    description="Remplacer le tableau électrique",
    work_done="Tableau remplacé, 12 circuits repérés",
    customer_reference="Cde 2026-118",
    used_items=(
        UsedItem("1", "4", "Disjoncteur 16 A", Decimal("12.000")),
        UsedItem("2", "", "Câble R2V 3G2,5", Decimal("7.50")),
        UsedItem("3", "9", "Reprise", Decimal(-1)),
    ),
    time_sheets=(
        TimeSheet("1", TimeKind.TRAVEL, 900, date(2026, 5, 12)),
        TimeSheet("2", TimeKind.WORK, 3600, date(2026, 5, 12)),
        TimeSheet("3", TimeKind.WORK, 5430, date(2026, 5, 13)),
    ),
)


def pages(content: bytes) -> list[str]:
    assert content.startswith(b"%PDF-")
    # Lines may be broken anywhere: only the words and their order count.
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def drawn(order: WorkOrder = ORDER, language: Language = Language.FR, customer: str = "Dupont & Fils") -> str:
    return " ".join(pages(draw_work_order(order, FIRM, customer, language, PARIS)))


def test_5_11_a_work_order_shows_whose_work_it_is_and_where() -> None:
    text = drawn()
    assert "Électricité du Rhône" in text
    assert "Bon de travail 4711" in text
    assert "Client" in text
    assert "Dupont & Fils" in text
    assert "Adresse de travail" in text
    assert "Entrepôt 3 rue de l'Industrie Bâtiment C 69200 Vénissieux" in text


def test_5_11_dates_are_those_of_the_accounts_zone_in_summer_and_winter() -> None:
    text = drawn()
    assert "Créé le" in text
    assert "04/01/2026 09:56" in text
    assert "Archivé le" in text
    assert "12/05/2026 16:25" in text


def test_5_11_it_shows_what_was_to_be_done_and_what_was_done() -> None:
    text = drawn()
    assert "Description des travaux Remplacer le tableau électrique" in text
    assert "Travaux effectués Tableau remplacé, 12 circuits repérés" in text
    assert "Référence client" in text
    assert "Cde 2026-118" in text


def test_5_11_a_single_text_is_not_shown_twice() -> None:
    assert drawn(replace(ORDER, work_done=ORDER.description)).count("Remplacer le tableau") == 1


def test_5_11_used_items_come_with_their_quantities() -> None:
    text = drawn()
    assert "Disjoncteur 16 A 12 Câble R2V 3G2,5 7,5 Reprise -1" in text


def test_3_4_1_3_4_2_times_are_shown_in_minutes_with_a_sum_for_each_kind() -> None:
    text = drawn()
    assert "12/05/2026 Déplacement 15" in text
    assert "12/05/2026 Travail 60 13/05/2026 Travail 90,5" in text
    assert "Total temps de déplacement 15" in text
    assert "Total temps de travail 150,5" in text


def test_5_11_there_is_a_field_to_sign() -> None:
    assert "Nom et signature du client" in drawn()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.FR, ["Bon de travail 4711", "Archivé le", "Articles utilisés", "12/05/2026 16:25", "90,5"]),
        (Language.EN, ["Work order 4711", "Archived on", "Used items", "12/05/2026 16:25", "90.5"]),
        (Language.NL, ["Werkbon 4711", "Gearchiveerd op", "Verbruikt materiaal", "12-05-2026 16:25", "90,5"]),
    ],
)
def test_5_11_it_speaks_the_accounts_language(language: Language, words: list[str]) -> None:
    text = drawn(language=language)
    assert [each for each in words if each not in text] == []


def test_5_11_what_there_is_none_of_leaves_no_empty_section() -> None:
    bare = WorkOrder(WorkOrderHead("1", "4712", None, ORDER.head.mutated_at))
    text = drawn(bare, customer="")
    assert "Bon de travail 4712" in text
    for absent in ("Articles utilisés", "Temps", "Description des travaux", "Créé le", "Référence"):
        assert absent not in text
    assert "Client Adresse de travail – –" in text


def test_5_7_a_foreign_country_is_named_and_ones_own_is_not() -> None:
    assert ORDER.place
    assert "CH" in drawn(replace(ORDER, place=replace(ORDER.place, country="CH")))
    assert "Vénissieux FR" not in drawn()


@pytest.mark.parametrize(
    "typed", ["250 € de pièces", "cœur, œuvre, Œ", "Straße", "façade – « ça »", "ÿ Ÿ ñ ß µ ½"]
)
def test_5_11_accents_and_signs_are_right(typed: str) -> None:
    assert typed in drawn(replace(ORDER, description=typed))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("fuite 🔧 vue", "fuite ? vue"),
        ("équipe 👩\u200d🔧 là", "équipe ?? là"),
        ("cœur ❤\ufe0f", "cœur ?"),
        ("Erdős ĳs", "Erdos ijs"),
        ("e\u0301te\u0301", "été"),
        ("10\u202f000\u202f€", "10 000 €"),
        ("a\x07b\x1b[31mc", "ab[31mc"),
        ("half \ud83d character", "half ? character"),
        ("Привет", "??????"),
    ],
)
def test_5_11_what_the_font_lacks_is_shown_by_what_it_has(typed: str, shown: str) -> None:
    assert f"Description des travaux {shown} " in drawn(replace(ORDER, description=typed))


@pytest.mark.parametrize(
    "typed",
    [
        "<b>gras</b> & <i>",
        "</para><img src='x'/>",
        "&amp; &#60; &nbsp;",
        "<font color=red>",
        "]]> <!-- --> %PDF",
        "a < b > c",
    ],
)
def test_5_11_hostile_text_is_shown_as_it_was_typed(typed: str) -> None:
    order = replace(ORDER, description=typed, used_items=(UsedItem("1", "", typed, Decimal(1)),))
    assert drawn(order, customer=typed).count(typed) == 3


def test_5_11_line_breaks_stay() -> None:
    content = draw_work_order(
        replace(ORDER, description="première\r\ndeuxième\n\nquatrième"), FIRM, "", Language.FR, PARIS
    )
    lines = [line.strip() for line in PdfReader(BytesIO(content)).pages[0].extract_text().splitlines()]
    start = lines.index("première")
    assert lines[start + 1] == "deuxième"
    assert "quatrième" in lines[start + 2 : start + 4]


def test_5_11_long_texts_wrap_and_flow_over_pages_that_are_numbered() -> None:
    words = [f"mot{number}" for number in range(5000)]
    order = replace(ORDER, description=" ".join(words))
    found = pages(draw_work_order(order, FIRM, "Dupont", Language.FR, PARIS))
    assert len(found) > 5
    for number, text in enumerate(found, start=1):
        assert f"Bon de travail 4711 {number}/{len(found)}" in text
    shown = set(" ".join(found).split())
    assert set(words) <= shown
    assert "Nom et signature du client" in found[-1]


def test_5_11_one_page_is_numbered_too() -> None:
    (text,) = pages(draw_work_order(ORDER, FIRM, "Dupont", Language.FR, PARIS))
    assert "1/1" in text


def test_5_11_a_long_table_repeats_the_names_of_its_columns() -> None:
    items = tuple(
        UsedItem(str(number), "1", f"Article n° {number}", Decimal(number)) for number in range(120)
    )
    found = pages(draw_work_order(replace(ORDER, used_items=items), FIRM, "Dupont", Language.FR, PARIS))
    assert len(found) > 2
    with_items = [text for text in found if "Article n°" in text]
    assert all("Désignation Quantité" in text for text in with_items)
    assert sum(text.count("Article n°") for text in found) == 120


@pytest.mark.parametrize(
    "text", ["A" * 30_000, "très long " * 3_000, "début" + "\n" * 800 + "fin", "😀" * 2_000]
)
def test_5_11_no_text_is_too_long_for_any_place(text: str) -> None:
    order = replace(
        ORDER,
        description=text,
        work_done=text + ".",
        customer_reference=text,
        place=WorkPlace("3", text, text, "", text, text),
        used_items=(UsedItem("1", "", text, Decimal(1)),),
    )
    assert len(pages(draw_work_order(order, replace(FIRM, name=text), text, Language.FR, PARIS))) > 1


def test_5_11_equal_work_orders_give_equal_bytes_and_others_do_not() -> None:
    first, second = (draw_work_order(ORDER, FIRM, "Dupont", Language.FR, PARIS) for _ in range(2))
    assert first == second
    assert draw_work_order(ORDER, FIRM, "Durand", Language.FR, PARIS) != first


def test_5_11_the_bytes_do_not_depend_on_the_process_or_the_clock() -> None:
    script = (
        "import sys, hashlib; from tests.pdf.test_pdf import *; "
        "print(hashlib.sha256(draw_work_order(ORDER, FIRM, 'Dupont', Language.FR, PARIS)).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(seen) == 1


def test_5_11_fonts_travel_along_and_the_file_says_what_it_is() -> None:
    reader = PdfReader(BytesIO(draw_work_order(ORDER, FIRM, "Dupont", Language.FR, PARIS)))
    resources: Any = reader.pages[0]["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    used = [font for font in fonts if "Vera" in font["/BaseFont"]]
    assert len(used) == 2
    assert all("/FontFile2" in font["/FontDescriptor"] for font in used)
    assert reader.metadata is not None
    assert reader.metadata.title == "Bon de travail 4711"
    assert reader.metadata.author == "Électricité du Rhône"


ANYTHING = st.text(max_size=60)


@settings(max_examples=40, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING, st.integers(-999, 10**9))
def test_5_11_nothing_that_can_be_typed_stops_the_drawing(
    name: str, text: str, item: str, quantity: int
) -> None:
    order = replace(
        ORDER,
        description=text,
        place=WorkPlace("3", name, text),
        used_items=(UsedItem("1", "", item, Decimal(quantity) / 1000),),
        time_sheets=(TimeSheet("1", TimeKind.WORK, abs(quantity)),),
    )
    assert pages(draw_work_order(order, replace(FIRM, name=name), name, Language.FR, PARIS))


# --- previews -----------------------------------------------------------------------------------------

WHY = Message(kinds.LINE_DESCRIPTION)
DRAFT = DraftInvoice(
    work_order_id="1",
    number="4711",
    marker="ABCDEFGHJKMN",
    customer=sellsy_key(Kind.CUSTOMER, 5),
    subject="Bon de travail 4711 [SS-ABCDEFGHJKMN]",
    lines=(
        DraftLine(LineKind.COMMENT, "description", WHY, text="Remplacer <le> tableau"),
        DraftLine(
            LineKind.ITEM,
            "used_item:1",
            WHY,
            name="DISJ16",
            text="Disjoncteur 16 A",
            quantity=Decimal(12),
            unit="unité",
            unit_price=Decimal("14.90"),
            tax_rate=Decimal(20),
        ),
        DraftLine(
            LineKind.ITEM,
            "used_item:2",
            WHY,
            name="CABLE",
            quantity=Decimal("7.5"),
            unit="m",
            unit_price=Decimal("1.234567891"),
            tax_rate=Decimal("5.5"),
            discount=Decimal(10),
        ),
        DraftLine(
            LineKind.FREE,
            "used_item:3",
            WHY,
            name="Reprise",
            quantity=Decimal(-1),
            unit="unité",
            unit_price=Decimal(100),
            tax_rate=Decimal(20),
            discount=Decimal("5.50"),
            discount_unit="amount",
        ),
    ),
    reference="4711 / Cde 118",
    note="3 rue de l'Industrie\n69200 Vénissieux",
)


def previewed(language: Language = Language.FR, draft: DraftInvoice = DRAFT) -> str:
    return " ".join(pages(draw_preview(draft, FIRM, "Dupont & Fils", language)))


@pytest.mark.parametrize(
    ("language", "warning"),
    [
        (Language.FR, "Aperçu – ceci n'est pas une facture"),
        (Language.EN, "Preview – this is not an invoice"),
        (Language.NL, "Voorbeeld – dit is geen factuur"),
    ],
)
def test_3_4_a_preview_says_in_every_language_and_on_every_page_that_it_is_no_invoice(
    language: Language, warning: str
) -> None:
    draft = replace(DRAFT, lines=DRAFT.lines * 30)
    found = pages(draw_preview(draft, FIRM, "Dupont & Fils", language))
    assert len(found) > 2
    assert all(warning in text for text in found)


def test_3_4_a_preview_shows_the_lines_and_how_they_add_up() -> None:
    text = previewed()
    assert "Dupont & Fils" in text
    assert "Bon de travail 4711 [SS-ABCDEFGHJKMN]" in text
    assert "4711 / Cde 118" in text
    assert "Remplacer <le> tableau" in text
    assert "DISJ16 Disjoncteur 16 A 12 unité 14,90 € 20 % 178,80 €" in text
    assert "CABLE Remise 10 % 7,5 m 1,234567891 € 5,5 % 8,33 €" in text
    assert "Reprise Remise 5,50 € -1 unité 100,00 € 20 % -105,50 €" in text
    assert "Total HT 81,63 €" in text
    assert "TVA 20 % (73,30 €) 14,66 €" in text
    assert "TVA 5,5 % (8,33 €) 0,46 €" in text
    assert "Total TTC 96,75 €" in text
    assert "Note 3 rue de l'Industrie 69200 Vénissieux" in text


def test_3_4_a_draft_without_lines_is_previewed_too() -> None:
    text = previewed(draft=replace(DRAFT, lines=(), reference=None, note=None))
    assert "Total HT 0,00 €" in text
    assert "Référence client" not in text
    assert "Note" not in text


def test_3_4_equal_previews_give_equal_bytes() -> None:
    assert draw_preview(DRAFT, FIRM, "Dupont", Language.NL) == draw_preview(
        DRAFT, FIRM, "Dupont", Language.NL
    )
