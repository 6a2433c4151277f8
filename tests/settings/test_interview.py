"""The wizard of the manual's chapter 5, without a console."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.key import Kind
from simonsync.errors import UsageError
from simonsync.messages.render import Language
from simonsync.settings.declaration import (
    BY_KEY,
    SETTINGS,
    Note,
    ProductChoice,
    Settings,
)
from simonsync.settings.interview import EMPTY, GoBack, Question, interview, product_line, summary
from tests.builders import product, service
from tests.settings.drawn import any_settings

LANGUAGES = st.sampled_from(Language)
SOME_SETTINGS = any_settings(
    st.builds(ProductChoice, st.sampled_from([Kind.SERVICE, Kind.ITEM]), st.sampled_from(["SER001", "P-12"])),
    st.sampled_from(["", "Garantie", "BDT"]),
)


def walk(
    settings: Settings, typed: dict[str, list[str]] | None = None, language: Language = Language.FR
) -> tuple[list[Question], Settings]:
    """Answer each question with what is typed for its setting, one after the other, else with nothing."""
    rest = {key: list(answers) for key, answers in (typed or {}).items()}
    talk = interview(settings, language)
    asked = [next(talk)]
    while True:
        question = asked[-1]
        answers = rest.get(question.setting.key)
        try:
            asked.append(talk.send(question.read(answers.pop(0) if answers else "")))
        except StopIteration as end:
            assert not any(rest.values()), "some answers were never asked for"
            result: Settings = end.value
            return asked, result


def keys(asked: list[Question]) -> list[str]:
    return list(dict.fromkeys(question.setting.key for question in asked))


@given(SOME_SETTINGS, LANGUAGES)
def test_who_answers_nothing_changes_nothing(settings: Settings, language: Language) -> None:
    assert walk(settings, language=language)[1] == settings


@given(SOME_SETTINGS, LANGUAGES)
def test_5_questions_come_in_the_manuals_order(settings: Settings, language: Language) -> None:
    order = [setting.key for setting in SETTINGS]
    positions = [order.index(key) for key in keys(walk(settings, language=language)[0])]
    assert positions == sorted(positions)


def test_5_9_the_rules_for_quotes_are_asked_only_where_quotes_become_work_orders() -> None:
    of_quotes = {
        "quotes_containing",
        "quote_lines_as_used_items",
        "work_order_description",
        "quote_terms",
        "quote_statuses",
    }
    assert not of_quotes & set(keys(walk(Settings())[0]))
    assert of_quotes <= set(keys(walk(Settings(), {"quotes_to_work_orders": ["Oui"]})[0]))


def test_rounding_is_asked_only_where_time_is_sent() -> None:
    assert "time_rounding_minutes" not in keys(walk(Settings())[0])
    asked, _ = walk(Settings(), {"work_time_product": ["1", "SER001"]})
    assert "time_rounding_minutes" in keys(asked)


def test_5_2_a_product_is_asked_for_by_its_type_and_its_reference_and_is_checked() -> None:
    asked, settings = walk(Settings(), {"travel_time_product": ["Prestations de service", "SER002"]})
    of_travel = [question for question in asked if question.setting.key == "travel_time_product"]
    assert [each.label for each in of_travel[0].choices] == ["Prestations de service", "Produits", "Rien"]
    assert of_travel[0].text.startswith("Sur quel article de votre logiciel de comptabilité")
    assert of_travel[0].product is None
    assert of_travel[1].product is Kind.SERVICE
    assert settings.travel_time_product == ProductChoice(Kind.SERVICE, "SER002")


def test_5_4_the_default_product_is_first_asked_for_by_yes_or_no() -> None:
    asked, settings = walk(Settings(), {"default_product": ["oui", "item", "P-12"]})
    of_default = [question for question in asked if question.setting.key == "default_product"]
    assert [question.text for question in of_default] == [
        "Ajouter automatiquement un article par défaut ?",
        "Sélectionnez le type de produit",
        "Numéro d'article dans votre logiciel de comptabilité",
    ]
    assert settings.default_product == ProductChoice(Kind.ITEM, "P-12")


def test_a_product_can_be_taken_away_again() -> None:
    chosen = Settings(
        travel_time_product=ProductChoice(Kind.SERVICE, "SER002"),
        default_product=ProductChoice(Kind.SERVICE, "SER003"),
    )
    _, settings = walk(chosen, {"travel_time_product": ["rien"], "default_product": ["non"]})
    assert settings == Settings()


def test_another_type_of_product_does_not_keep_the_old_reference() -> None:
    chosen = Settings(work_time_product=ProductChoice(Kind.SERVICE, "SER001"))
    talk = interview(chosen, Language.EN)
    question = next(talk)
    while question.setting.key != "work_time_product":
        question = talk.send(question.read(""))
    reference = talk.send(question.read("Products"))
    assert reference.current == ""
    # Who does not know a reference goes on without a product, as the help says.
    assert reference.read("") == ""


def test_5_2_no_reference_means_no_product() -> None:
    typed = {"work_time_product": ["1", ""], "default_product": ["oui", "1", "-"]}
    chosen = Settings(default_product=ProductChoice(Kind.SERVICE, "SER003"))
    assert walk(chosen, typed)[1] == Settings()
    kept = {"default_product": ["oui", "1", ""]}
    assert walk(chosen, kept)[1] == chosen


def test_5_6_a_filter_word_is_kept_changed_and_emptied() -> None:
    with_word = Settings(skip_work_orders_containing="Garantie")
    key = "skip_work_orders_containing"
    assert walk(with_word, {key: [""]})[1] == with_word
    assert walk(with_word, {key: ["Devis"]})[1] == Settings(skip_work_orders_containing="Devis")
    assert walk(with_word, {key: [EMPTY]})[1] == Settings()


@pytest.mark.parametrize("typed", ["4", "none", "Rien", " rien ", "R"])
def test_5_7_a_choice_may_be_given_by_number_value_label_or_its_beginning(typed: str) -> None:
    settings = Settings(invoice_note=Note.DESCRIPTION)
    assert walk(settings, {"invoice_note": [typed]})[1].invoice_note is Note.NONE


def test_a_beginning_that_two_labels_have_is_not_guessed_at() -> None:
    question = next(each for each in walk(Settings())[0] if each.setting.key == "invoice_note")
    with pytest.raises(UsageError):
        question.read("Adresse")


def test_a_choice_of_numbers_is_never_meant_by_its_place() -> None:
    start = Settings(work_time_product=ProductChoice(Kind.SERVICE, "SER001"))
    asked, settings = walk(start, {"time_rounding_minutes": ["5"]})
    assert settings.time_rounding_minutes == 5
    question = next(each for each in asked if each.setting.key == "time_rounding_minutes")
    with pytest.raises(UsageError):
        question.read("2")


def test_several_steps_of_quotes_are_picked_by_comma() -> None:
    typed = {"quotes_to_work_orders": ["oui"], "quote_statuses": ["2, accepted"]}
    assert walk(Settings(), typed)[1].quote_statuses == ("sent", "accepted")


def test_an_answer_that_is_not_allowed_names_the_allowed_ones() -> None:
    question = next(each for each in walk(Settings())[0] if each.setting.key == "documents")
    with pytest.raises(UsageError) as caught:
        question.read("everything")
    assert caught.value.code == "setting-not-allowed"
    assert "Rien" in caught.value.problems[0].params["allowed"]


def test_the_summary_shows_every_setting_with_the_name_and_price_of_products() -> None:
    settings = replace(
        Settings(
            invoice_note=Note.WORK_ADDRESS_AND_DESCRIPTION,
            quotes_to_work_orders=True,
            quote_statuses=("sent", "accepted"),
            time_rounding_minutes=15,
        ),
        travel_time_product=ProductChoice(Kind.SERVICE, "SER002"),
    )
    products = {"travel_time_product": service("SER002", "35", "Temps de déplacement")}
    answers = {line.key: line for line in summary(settings, products, Language.FR)}
    assert answers.keys() == BY_KEY.keys()
    assert answers["travel_time_product"].answer == "SER002 Temps de déplacement 35,00\N{NO-BREAK SPACE}€ HT"
    assert answers["travel_time_product"].chapter == "5.2"
    assert answers["work_time_product"].answer == "Rien"
    assert answers["invoice_note"].answer.startswith("Adresse de travail")
    assert answers["attachments"].answer == "Non"
    assert answers["quote_statuses"].answer.count(",") == 1


def test_the_summary_leaves_out_what_does_not_matter() -> None:
    shown = {line.key for line in summary(Settings(), {}, Language.FR)}
    assert shown == set(keys(walk(Settings())[0]))


def test_a_price_with_tax_says_so() -> None:
    line = product_line(
        product("P-12", "12", "Câble", price_includes_tax=True, unit_price=Decimal("12.5")), Language.EN
    )
    assert line == "P-12 Câble €12.50 with tax"


def test_who_goes_back_is_asked_the_question_before_with_the_answer_given() -> None:
    talk = interview(Settings(), Language.FR)
    all_of_them = len(summary(Settings(), {}, Language.FR))
    assert next(talk).progress == f"1/{all_of_them}"
    assert talk.send("service").product is Kind.SERVICE
    second = talk.send("SER002")
    # Where time is sent, more is asked.
    assert (second.setting.key, second.progress) == ("work_time_product", f"2/{all_of_them + 2}")
    assert second.answered == {"travel_time_product": "service:SER002"}
    again = talk.throw(GoBack)
    assert (again.setting.key, again.current) == ("travel_time_product", "service")
    # From the reference back to the type; before the first question there is none.
    assert talk.send("service").current == "SER002"
    assert talk.throw(GoBack).setting.key == "travel_time_product"
    assert talk.throw(GoBack).setting.key == "travel_time_product"


def test_what_was_answered_is_not_asked_again_but_what_it_makes_matter_is() -> None:
    known = {setting.key for setting in SETTINGS} - {"invoice_note", "description_source"}
    talk = interview(Settings(), Language.FR, known)
    assert next(talk).setting.key == "invoice_note"
    assert talk.send("description").setting.key == "description_source"
    assert talk.throw(GoBack).setting.key == "invoice_note"
    with pytest.raises(StopIteration) as end:
        talk.send("none")
    assert end.value.value == Settings()
