"""A quote becomes a work order: what it says, what is on it, and whether it is wanted [5.9]."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import QuoteRow, QuoteRowKind
from simonsync.rules.work_order import first_line, is_surely_wanted, is_wanted, work_order_of
from simonsync.settings.declaration import Settings, WorkOrderDescription
from tests.builders import quote, quote_row

PLACE = sellsy_key(Kind.ADDRESS, 9)
OTHER, TITLE, COMMENT, FREE, ITEM = (
    QuoteRowKind.OTHER,
    QuoteRowKind.TITLE,
    QuoteRowKind.COMMENT,
    QuoteRowKind.FREE,
    QuoteRowKind.ITEM,
)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        pytest.param((), "", id="no rows"),
        pytest.param((quote_row(2, TITLE, text="deux"), quote_row(1, TITLE, text="un")), "un", id="by rank"),
        pytest.param((quote_row(1, OTHER, text="saut"), quote_row(2, COMMENT, text="c")), "c", id="no break"),
        pytest.param((quote_row(1, TITLE, text="  "), quote_row(2, FREE, text="f")), "f", id="no blank one"),
        pytest.param((quote_row(1, ITEM, text="", reference="P-12"),), "P-12", id="a reference will do"),
        pytest.param((quote_row(1, OTHER, text="saut"),), "", id="nothing that speaks"),
    ],
)
def test_5_9_3_the_first_line_is_the_first_that_says_something(rows: tuple[QuoteRow, ...], line: str) -> None:
    assert first_line(quote(rows)) == line


@pytest.mark.parametrize(
    ("choice", "note", "terms", "expected"),
    [
        (WorkOrderDescription.FIRST_LINE, "Accès", "", "Tableau"),
        (WorkOrderDescription.NOTE, "Accès", "", "Accès"),
        (WorkOrderDescription.FIRST_LINE_AND_NOTE, "Accès", "", "Tableau\n\nAccès"),
        (WorkOrderDescription.FIRST_LINE_AND_NOTE, "  ", "", "Tableau"),
        (WorkOrderDescription.FIRST_LINE, "", "30 jours", "Tableau\n\n30 jours"),
        (WorkOrderDescription.NOTE, "", "", "BDT Mise aux normes"),
    ],
)
def test_5_9_3_5_9_4_the_description_is_what_was_chosen_then_the_terms(
    choice: WorkOrderDescription, note: str, terms: str, expected: str
) -> None:
    one = quote((quote_row(1, TITLE, text="Tableau"),), note=note, terms=terms)
    settings = Settings(work_order_description=choice, quote_terms=True)
    assert work_order_of(one, PLACE, settings).work_order.description == expected


def test_5_9_4_terms_are_left_out_unless_asked_for() -> None:
    one = quote((quote_row(1, TITLE, text="Tableau"),), terms="30 jours")
    assert work_order_of(one, PLACE, Settings()).work_order.description == "Tableau"


def test_5_9_the_work_order_is_the_quotes_customers_and_bears_its_number() -> None:
    made = work_order_of(quote(), PLACE, Settings()).work_order
    assert (made.key.ext_key, made.customer.ext_key, made.work_address) == ("quote:77", "customer:7", PLACE)
    assert made.customer_reference == "D-2026-0077"


@pytest.mark.parametrize("kind", QuoteRowKind)
@pytest.mark.parametrize("option", [False, True])
def test_5_9_2_articles_and_free_lines_are_used_items_unless_they_are_options(
    kind: QuoteRowKind, *, option: bool
) -> None:
    one = quote((quote_row(1, kind, quantity=Decimal("2.5"), option=option),))
    made = work_order_of(one, PLACE, Settings(quote_lines_as_used_items=True)).used_items
    assert [(used.key.ext_key, used.description, used.quantity) for used in made] == (
        [("quote:77:row:1", "Ligne 1", Decimal("2.5"))] if kind in {ITEM, FREE} and not option else []
    )


def test_5_9_2_lines_stay_in_the_quote_unless_they_are_asked_for() -> None:
    assert work_order_of(quote((quote_row(1),)), PLACE, Settings()).used_items == ()


@given(st.text(max_size=8), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_5_9_1_what_the_list_shows_decides_as_the_whole_quote_does(
    word: str, subject: str, note: str, line: str
) -> None:
    one = quote((quote_row(1, TITLE, text=line),), subject=subject, note=note)
    settings = Settings(quotes_containing=word)
    if is_surely_wanted(one.head, settings):
        assert is_wanted(one, settings)
    if not word.strip():
        assert is_surely_wanted(one.head, settings)
