"""Codes and parameters become sentences; no value can steer the terminal it is shown on."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.messages import kinds
from simonsync.messages.kinds import KINDS, LINES, Message
from simonsync.messages.render import (
    NOTHING,
    Language,
    choice,
    clean,
    moment,
    money,
    number,
    render,
    sentence,
    word,
)

PARIS = ZoneInfo("Europe/Paris")
NBSP = "\N{NO-BREAK SPACE}"
LANGUAGES = pytest.mark.parametrize("language", Language)


@pytest.mark.parametrize(
    ("amount", "french", "dutch", "english"),
    [
        ("1234.56", f"1{NBSP}234,56{NBSP}€", f"€{NBSP}1.234,56", "€1,234.56"),
        ("55", f"55,00{NBSP}€", f"€{NBSP}55,00", "€55.00"),
        ("-0.5", f"-0,50{NBSP}€", f"€{NBSP}-0,50", "-€0.50"),
        ("1234567.890000000", f"1{NBSP}234{NBSP}567,89{NBSP}€", f"€{NBSP}1.234.567,89", "€1,234,567.89"),
        # A unit price that was divided by 1 + VAT: showing fewer decimals would make the arithmetic wrong.
        ("45.833333333", f"45,833333333{NBSP}€", f"€{NBSP}45,833333333", "€45.833333333"),
        ("100", f"100,00{NBSP}€", f"€{NBSP}100,00", "€100.00"),
        ("0", f"0,00{NBSP}€", f"€{NBSP}0,00", "€0.00"),
    ],
)
def test_amounts_take_the_readers_form(amount: str, french: str, dutch: str, english: str) -> None:
    value = Decimal(amount)
    assert money(value, Language.FR) == french
    assert money(value, Language.NL) == dutch
    assert money(value, Language.EN) == english


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=9))
@pytest.mark.parametrize("language", Language)
def test_an_amount_is_shown_as_it_is_whatever_the_language(language: Language, value: Decimal) -> None:
    shown = money(value, language).translate({ord("€"): None, ord(NBSP): None})
    thousands, decimals = {Language.FR: ("", ","), Language.NL: (".", ","), Language.EN: (",", ".")}[language]
    plain = shown.replace(thousands, "") if thousands else shown
    assert Decimal(plain.replace(decimals, ".")) == value


@pytest.mark.parametrize(
    ("value", "french", "dutch", "english"),
    [
        ("0.25", "0,25", "0,25", "0.25"),
        ("1.00", "1,00", "1,00", "1.00"),
        ("1E+3", f"1{NBSP}000", "1.000", "1,000"),
        ("-2", "-2", "-2", "-2"),
    ],
)
def test_numbers_keep_their_decimals(value: str, french: str, dutch: str, english: str) -> None:
    assert number(Decimal(value), Language.FR) == french
    assert number(Decimal(value), Language.NL) == dutch
    assert number(Decimal(value), Language.EN) == english


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.FR, "04/05/2022 09:56"),
        (Language.NL, "04-05-2022 09:56"),
        (Language.EN, "04/05/2022 09:56"),
    ],
)
def test_6_4_moments_are_shown_in_the_readers_zone_and_form(language: Language, text: str) -> None:
    assert moment(datetime(2022, 5, 4, 7, 56, tzinfo=UTC), PARIS, language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            Language.FR,
            f"Temps de travail : 15 min + 45 min = 60 min ÷ 60 = 1,00 × SER001 à 55,00{NBSP}€",
        ),
        (Language.EN, "Work time: 15 min + 45 min = 60 min ÷ 60 = 1.00 × SER001 at €55.00"),
        (
            Language.NL,
            f"Werktijd: 15 min + 45 min = 60 min ÷ 60 = 1,00 × SER001 voor €{NBSP}55,00",
        ),
    ],
)
def test_5_3_a_line_of_work_time_shows_its_arithmetic(language: Language, text: str) -> None:
    why = Message(
        kinds.LINE_WORK_TIME,
        {
            "sheets": "15 min + 45 min",
            "rounding": "0",
            "minutes": "60",
            "quantity": "1.00",
            "product": "SER001",
            "price": "55",
        },
    )
    assert render(why, language) == (text, "")


def test_5_2_a_rounded_sum_of_time_says_so() -> None:
    params = {"sheets": "13 min", "rounding": "15", "minutes": "15", "quantity": "0.25"}
    why = Message(kinds.LINE_TRAVEL_TIME, {**params, "product": "SER002", "price": "35"})
    assert render(why, Language.EN)[0] == (
        "Travel time: 13 min, rounded up to 15 min = 15 min ÷ 60 = 0.25 × SER002 at €35.00"
    )


def test_a_message_shows_amounts_moments_and_steps_in_the_readers_form() -> None:
    made = Message(kinds.DRAFT_CREATED, {"number": "4711", "document": "9", "total": "1234.5"})
    assert f"1{NBSP}234,50{NBSP}€ HT" in render(made, Language.FR)[0]
    unknown = Message(kinds.OUTCOME_UNKNOWN, {"number": "4711", "until": "2026-07-01T10:00:00Z"})
    assert "01/07/2026 12:00" in render(unknown, Language.FR, PARIS)[1]
    invoiced = Message(
        kinds.QUOTE_ALREADY_INVOICED, {"number": "1", "quote": "D-1", "step": "partialinvoiced"}
    )
    assert "facturé partiellement" in render(invoiced, Language.FR)[0]


@pytest.mark.parametrize("value", ["Infinity", "NaN", "soon", "2026-07-01", "\x1b[2J", ""])
def test_a_value_that_has_not_the_expected_form_is_shown_as_it_is(value: str) -> None:
    made = Message(kinds.DRAFT_CREATED, {"number": "4711", "document": "9", "total": value})
    assert clean(value) in render(made, Language.FR)[0]
    unknown = Message(kinds.OUTCOME_UNKNOWN, {"number": "4711", "until": value})
    assert clean(value) in render(unknown, Language.FR)[1]


def test_a_value_may_be_a_word_of_the_catalogue() -> None:
    def reason(value: str) -> str:
        return render(Message(kinds.ITEM_DELETED, {"name": "X", "reason": value}), Language.EN)[0]

    assert reason("@gone-in-sellsy").endswith(word("gone-in-sellsy", Language.EN))
    changed = "@aspect-description: a @made-in-simon → b; @aspect-work_minutes: 15 → 30"
    assert reason(changed).endswith("description: a @made-in-simon → b; work time (min): 15 → 30")
    assert reason("@home, sweet").endswith("@home, sweet")


@LANGUAGES
def test_a_missing_parameter_leaves_a_dash_and_never_a_crash(language: Language) -> None:
    for kind in (*KINDS.values(), *LINES.values()):
        text, action = render(Message(kind, {}), language)
        assert (NOTHING in text + action) == bool("{" in repr(_raw(kind.code, language)))


def _raw(code: str, language: Language) -> object:
    texts = f"simonsync.messages.texts.{language.value}"
    journal: dict[str, tuple[str, str]] = import_module(f"{texts}.journal").JOURNAL
    lines: dict[str, str] = import_module(f"{texts}.lines").LINES
    return journal[code] if code in journal else lines[code]


def test_a_code_without_a_sentence_is_shown_with_its_parameters() -> None:
    trouble = Message.of("something-new", {"path": "a\x1b[0mb"})
    assert sentence(trouble, Language.EN) == "something-new (path=a[0mb)"


@pytest.mark.parametrize(
    ("language", "none", "one", "two"),
    [
        (Language.FR, "0 fiche", "1 fiche", "2 fiches"),
        (Language.EN, "0 records", "1 record", "2 records"),
        (Language.NL, "0 records", "1 record", "2 records"),
    ],
)
def test_a_number_takes_the_singular_or_the_plural_of_the_language(
    language: Language, none: str, one: str, two: str
) -> None:
    for count, expected in (("0", none), ("1", one), ("2", two)):
        text, _ = render(Message(kinds.WIPED, {"count": count, "backup": "x"}), language)
        assert text.endswith(expected)


def test_a_list_takes_the_singular_or_the_plural_of_its_length() -> None:
    kept = {"name": "Dupont", "numbers": "4711"}
    one, _ = render(Message(kinds.CUSTOMER_KEPT, kept), Language.EN)
    two, _ = render(Message(kinds.CUSTOMER_KEPT, {**kept, "numbers": "4711, 4712"}), Language.EN)
    assert one.endswith("work order 4711 still uses it")
    assert two.endswith("work orders 4711, 4712 still use it")


def test_a_cause_is_said_in_our_sentence_where_the_service_had_no_words() -> None:
    unreadable = Message.of("simon-field-unreadable", {"place": "x", "field": "Quantity", "value": "many"})
    held = Message(kinds.WORK_ORDER_UNREADABLE, {"number": "4711"}, (unreadable,))
    text, _ = render(held, Language.EN)
    assert text.endswith(f"could not be read. {sentence(unreadable, Language.EN)}")
    assert held.shown["cause"] == "simon-field-unreadable"


def test_a_cause_in_the_services_own_words_stays_in_them() -> None:
    refused = Message.of("sellsy-refused", {"sellsy_code": "E_PARAM_INVALID", "cause": "Champ invalide"})
    text, _ = render(Message(kinds.DRAFT_REFUSED, {"number": "4711"}, (refused,)), Language.EN)
    assert text.endswith(": Champ invalide")


def test_a_choice_without_a_name_stands_for_itself() -> None:
    assert choice("invoice_note", "poem", Language.FR) == "poem"
    assert choice("invoice_note", "none", Language.FR) == "Rien"


CONTROLS = st.text(
    st.one_of(
        st.characters(categories=["Cc", "Cs", "Cf", "Zl", "Zp"]),
        st.sampled_from("abc{}@;:/"),
    )
)
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(CONTROLS)
@pytest.mark.parametrize(
    ("kind", "name"),
    [(kinds.DRAFT_REFUSED, "cause"), (kinds.DRAFT_CREATED, "total"), (kinds.QUOTE_ALREADY_INVOICED, "step")],
    ids=["text", "amount", "choice"],
)
def test_no_value_can_steer_a_terminal(kind: kinds.MessageKind, name: str, value: str) -> None:
    text, action = render(Message(kind, {"number": "1", name: value}), Language.FR)
    for character in text + action:
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in TURNING


def test_line_breaks_become_blanks_and_letters_stay() -> None:
    assert clean("Zoë\r\nd'été\t№ 5\x07\x9b\u202e!") == "Zoë  d'été № 5!"


@LANGUAGES
def test_only_the_language_that_is_read_is_imported(language: Language) -> None:
    program = (
        "import sys\n"
        "from simonsync.messages.render import Language, word\n"
        f"word('yes', Language({language.value!r}))\n"
        "texts = [name for name in sys.modules if name.startswith('simonsync.messages.texts.')]\n"
        "print(*{name.split('.')[3] for name in texts})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [language.value]
