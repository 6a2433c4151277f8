"""How settings are written, and what the manual calls them [5]."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import simonsync
from simonsync.domain.key import Kind
from simonsync.errors import UsageError
from simonsync.messages.render import Language, choices, question, word
from simonsync.settings.declaration import (
    BY_KEY,
    SETTINGS,
    Einvoicing,
    Note,
    ProductChoice,
    Settings,
    SettingType,
)
from simonsync.settings.values import parse_text, read_settings, setting_of

SCREENS = {
    "5.2": "Sur quel article de votre logiciel de comptabilité voulez-vous enregistrer le temps de "
    "déplacement de Simon ?",
    "5.3": "Sur quel article de votre logiciel de comptabilité voulez-vous enregistrer le temps de travail"
    " de Simon ?",
    "5.4": "Ajouter automatiquement un article par défaut ?",
    "5.5": "Voulez-vous envoyer la description du travail Simon comme première ligne à votre logiciel de"
    " comptabilité ?",
    "5.6": "Entrez un mot filtre optionnel pour les bons de travail de Simon que vous ne voulez PAS envoyer à"
    " votre logiciel de comptabilité.",
    "5.7": "Que voulez-vous mettre dans le champ mémo/note dans votre logiciel de comptabilité ?",
    "5.8": "Que voulez-vous comme référence client dans votre logiciel de comptabilité ?",
    "5.9, 5.10": "Créer un bon de travail Simon à partir des devis dans votre logiciel de comptabilité ?",
    "5.9.1": "Entrez un mot filtre optionnel :",
    "5.9.2": "Prendre les lignes de devis comme articles utilisés sur le bon de travail Simon ?",
    "5.9.3": "Que voulez-vous comme description du travail pour le bon de travail Simon ?",
}
"""The questions on the screens of the integration, by chapter; users know them by heart."""
DOCUMENTS = "Quels documents de Simon voulez-vous dans votre logiciel de comptabilité ?"
ATTACHMENTS = "Envoyer toutes les pièces jointes ajoutées dans Simon à votre système comptable?"


@pytest.mark.parametrize("chapter", SCREENS)
def test_5_2_to_5_9_3_each_question_is_the_one_on_the_screen(chapter: str) -> None:
    (key,) = (setting.key for setting in SETTINGS if setting.chapter == chapter)
    assert question(key, Language.FR) == SCREENS[chapter]


def test_5_4_5_11_the_questions_that_share_a_chapter_are_those_on_the_screen_too() -> None:
    assert question("product_type", Language.FR) == "Sélectionnez le type de produit"
    assert (
        question("product_reference", Language.FR) == "Numéro d'article dans votre logiciel de comptabilité"
    )
    assert question("documents", Language.FR) == DOCUMENTS
    assert question("attachments", Language.FR) == ATTACHMENTS


def test_5_2_there_are_two_types_of_product_services_first() -> None:
    assert list(choices("product_type", Language.FR).items()) == [
        ("service", "Prestations de service"),
        ("item", "Produits"),
    ]


def test_5_5_yes_and_no_are_called_so() -> None:
    assert choices("yes_no", Language.FR) == {"yes": "Oui", "no": "Non"}


def test_5_who_says_nothing_sends_nothing_more_than_the_used_items() -> None:
    none = Settings()
    assert (none.travel_time_product, none.work_time_product, none.default_product) == (None, None, None)
    assert not any(getattr(none, setting.key) for setting in SETTINGS if setting.type is SettingType.YES_NO)
    assert (none.invoice_note, none.invoice_reference, none.documents) == ("none", "none", "none")
    assert none.skip_work_orders_containing == none.quotes_containing == ""
    assert all(getattr(none, setting.key) == setting.default for setting in SETTINGS)


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ("estimates_to_work_orders", "quotes_to_work_orders"),
        ("estimates_containing", "quotes_containing"),
        ("estimate_lines_as_used_items", "quote_lines_as_used_items"),
        ("estimate_terms", "quote_terms"),
        ("estimate_statuses", "quote_statuses"),
    ],
)
def test_5_10_what_was_set_for_estimates_counts_for_quotes(old: str, key: str) -> None:
    value = {SettingType.YES_NO: True, SettingType.TEXT: "BDT", SettingType.STEPS: ["accepted"]}[
        BY_KEY[key].type
    ]
    changed = read_settings({old: value})
    assert setting_of(old) == BY_KEY[key]
    assert set(changed.differences(Settings())) == {key}
    assert read_settings({old: value, key: value}) == changed


def test_5_10_an_old_and_a_new_name_that_differ_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        read_settings({"estimates_containing": "BDT", "quotes_containing": "devis"})
    assert caught.value.code == "setting-two-names"


@pytest.mark.parametrize("typed", ["yes", "true", "oui", "OUI", "Yes"])
def test_yes_may_be_said_in_many_ways(typed: str) -> None:
    assert parse_text(BY_KEY["attachments"], typed) is True


@pytest.mark.parametrize("typed", ["no", "false", "non", "NON"])
def test_no_may_be_said_in_many_ways(typed: str) -> None:
    assert parse_text(BY_KEY["attachments"], typed) is False


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("travel_time_product", "service:SER002", ProductChoice(Kind.SERVICE, "SER002")),
        ("default_product", "item:P:12", ProductChoice(Kind.ITEM, "P:12")),
        ("default_product", "", None),
        ("invoice_note", "work_address", Note.WORK_ADDRESS),
        ("time_rounding_minutes", "15", 15),
        ("quote_statuses", "sent, accepted", ("sent", "accepted")),
        ("skip_work_orders_containing", "Garantie", "Garantie"),
        ("skip_work_orders_containing", "", ""),
    ],
)
def test_a_value_is_written_as_people_type_it(key: str, typed: str, value: object) -> None:
    assert parse_text(BY_KEY[key], typed) == value


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("invoice_note", "adresse"),
        ("attachments", "peut-être"),
        ("time_rounding_minutes", "7"),
        ("quote_statuses", "sent, lost"),
        ("travel_time_product", "SER002"),
        ("travel_time_product", "customer:5"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused(key: str, typed: str) -> None:
    with pytest.raises(UsageError):
        parse_text(BY_KEY[key], typed)


def test_4_1_the_three_sentences_on_how_it_works_are_those_on_the_screen() -> None:
    told = [word(f"activation-working-{place}", Language.FR) for place in (1, 2, 3)]
    assert [sentence.split()[0:2] for sentence in told] == [
        ["Les", "produits"],
        ["Un", "document-type:"],
        ["Un", "bon"],
    ]
    assert "si vous le souhaitez" in told[1]
    assert "facture brouillon" in told[2]


def test_4_3_the_way_to_sellsys_tokens_is_told() -> None:
    told = word("credentials-where", Language.FR)
    assert told.index("réglages") < told.index("Portail développeur") < told.index("Ajouter une application")


def test_every_setting_is_read_where_something_is_decided() -> None:
    """One that nobody reads would be asked for, saved and checked, and change nothing."""
    package = Path(simonsync.__file__).parent
    packages = ("rules", "sync", "account", "host")
    modules = [path for name in packages for path in (package / name).rglob("*.py")]
    read = set()
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                    read.add(name)
    assert [setting.key for setting in SETTINGS if setting.key not in read] == []


def test_an_off_that_yaml_takes_for_a_no_is_off_and_a_yes_is_none_of_the_choices() -> None:
    assert read_settings({"einvoicing": False}).einvoicing is Einvoicing.OFF
    with pytest.raises(UsageError):
        read_settings({"einvoicing": True})
    with pytest.raises(UsageError):
        read_settings({"documents": False})
