"""Every text exists in every language, with the same parameters, and says what to do where someone must."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from string import Formatter
from typing import Any

import pytest

from simonsync.cli.commands import COMMANDS
from simonsync.messages.kinds import FINDINGS, KINDS, LINES, Message, MessageKind, Severity, Table
from simonsync.messages.render import Language, choice, question, render, word
from simonsync.messages.render import help_line as help_of
from simonsync.settings.declaration import SETTINGS, SettingType

ALWAYS_ALLOWED = {"number", "record"}
FORMS = {"", "money", "number", "moment", "day", "quote_statuses", "time_rounded", "tariff", "work_order"}
LANGUAGES = pytest.mark.parametrize("language", Language)


PAIRS = (("journal", "JOURNAL"), ("einvoicing", "EINVOICING"))
"""Texts that say what there is, and what to do about it."""


def catalogue(language: Language, module: str, name: str) -> dict[str, Any]:
    loaded = import_module(f"simonsync.messages.texts.{language.value}.{module}")
    texts: dict[str, Any] = getattr(loaded, name)
    return texts


def placeholders(text: str) -> list[tuple[str, str]]:
    """What a text names, and in which form; how a language counts is its own affair."""
    return sorted(
        (name, form or "")
        for _, name, form, _ in Formatter().parse(text)
        if name is not None and "/" not in (form or "")
    )


def all_texts(language: Language) -> Iterator[str]:
    for module, name in PAIRS:
        for pair in catalogue(language, module, name).values():
            yield from pair
    for module, name in (
        ("problems", "PROBLEMS"),
        ("words", "WORDS"),
        ("desk", "DESK"),
        ("lines", "LINES"),
        ("verify", "VERIFY"),
    ):
        yield from catalogue(language, module, name).values()
    for name in ("QUESTIONS", "HELP"):
        yield from catalogue(language, "settings", name).values()
    for choices in catalogue(language, "settings", "CHOICES").values():
        yield from choices.values()


@LANGUAGES
def test_every_kind_has_a_text_and_no_text_is_left_over(language: Language) -> None:
    assert catalogue(language, "journal", "JOURNAL").keys() == KINDS.keys()
    assert catalogue(language, "lines", "LINES").keys() == LINES.keys()
    assert catalogue(language, "einvoicing", "EINVOICING").keys() == FINDINGS.keys()


@LANGUAGES
@pytest.mark.parametrize(
    "kind", [*KINDS.values(), *LINES.values(), *FINDINGS.values()], ids=lambda kind: kind.code
)
def test_texts_name_only_what_their_kind_declares_and_the_same_in_each_language(
    kind: MessageKind, language: Language
) -> None:
    def used(code: str, where: Language) -> list[list[tuple[str, str]]]:
        if code in LINES:
            return [placeholders(catalogue(where, "lines", "LINES")[code])]
        module, name = PAIRS[code in FINDINGS]
        return [placeholders(text) for text in catalogue(where, module, name)[code]]

    mine = used(kind.code, language)
    assert mine == used(kind.code, Language.EN)
    names = {name for part in mine for name, _ in part}
    assert names <= {*kind.parameters, *ALWAYS_ALLOWED}
    assert {form for part in mine for _, form in part} <= FORMS


@LANGUAGES
@pytest.mark.parametrize(
    "kind",
    [kind for kind in (*KINDS.values(), *FINDINGS.values()) if kind.severity is not Severity.INFO],
    ids=lambda kind: kind.code,
)
def test_8_3_warnings_and_errors_say_what_to_do(kind: MessageKind, language: Language) -> None:
    module, name = PAIRS[kind.code in FINDINGS]
    text, action = catalogue(language, module, name)[kind.code]
    nothing = catalogue(language, "journal", "JOURNAL")["used-item-created"][1]
    assert len(action) > len(nothing)
    assert not action.startswith(nothing)
    assert action != text


@LANGUAGES
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("problems", "PROBLEMS"),
        ("words", "WORDS"),
        ("desk", "DESK"),
        ("settings", "QUESTIONS"),
        ("settings", "HELP"),
        ("commands", "SUMMARIES"),
        ("commands", "OPTIONS"),
        ("commands", "HEADINGS"),
        ("verify", "VERIFY"),
    ],
)
def test_each_language_has_the_same_texts_with_the_same_parameters(
    module: str, name: str, language: Language
) -> None:
    mine, english = catalogue(language, module, name), catalogue(Language.EN, module, name)
    assert mine.keys() == english.keys()
    assert {key: placeholders(text) for key, text in mine.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@LANGUAGES
def test_each_language_names_the_same_choices(language: Language) -> None:
    mine, english = catalogue(language, "settings", "CHOICES"), catalogue(Language.EN, "settings", "CHOICES")
    assert {key: list(values) for key, values in mine.items()} == {
        key: list(values) for key, values in english.items()
    }


@LANGUAGES
@pytest.mark.parametrize(
    ("module", "name"),
    [
        *PAIRS,
        ("problems", "PROBLEMS"),
        ("words", "WORDS"),
        ("desk", "DESK"),
        ("lines", "LINES"),
        ("verify", "VERIFY"),
    ],
)
def test_texts_are_sorted_by_code_so_that_they_are_easy_to_find(
    module: str, name: str, language: Language
) -> None:
    codes = list(catalogue(language, module, name))
    assert codes == sorted(codes)


@LANGUAGES
def test_no_text_is_empty_or_has_stray_blanks(language: Language) -> None:
    unrounded = catalogue(language, "settings", "CHOICES")["time_rounded"]["0"]
    assert unrounded == ""
    texts = [text for text in all_texts(language) if text is not unrounded]
    assert [text for text in texts if not text or text != text.rstrip() or "  " in text.lstrip()] == []


@LANGUAGES
def test_texts_name_only_commands_that_exist(language: Language) -> None:
    named = {name for text in all_texts(language) for name in re.findall(r"simonsync ([^\s.,;:)]+)", text)}
    assert named <= COMMANDS.keys()


@LANGUAGES
def test_every_setting_has_its_question_its_help_and_the_names_of_its_choices(language: Language) -> None:
    for setting in SETTINGS:
        assert question(setting.key, language)
        assert help_of(setting.key, language)
        for value in setting.choices:
            assert value in catalogue(language, "settings", "CHOICES")[setting.key]
        if setting.type is SettingType.YES_NO:
            assert {choice("yes_no", value, language) for value in ("yes", "no")} != {"yes", "no"}


@LANGUAGES
def test_every_table_severity_and_phase_has_a_name(language: Language) -> None:
    phases = ("never_activated", "wiped", "connected", "active", "inactive")
    for key in (
        *(f"table-{table}" for table in Table),
        *(f"severity-{severity}" for severity in Severity),
        *(f"phase-{phase}" for phase in phases),
    ):
        assert word(key, language)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("used-item-created", "New UsedItem Inserted to Simon Successfully"),
        ("work-order-created", "New WorkOrder Inserted to Simon Successfully"),
        ("customer-created", "New Customer Inserted to Simon Successfully"),
    ],
)
def test_8_1_the_known_messages_keep_the_manuals_wording(code: str, text: str) -> None:
    shown, action = render(Message(KINDS[code], {"name": "Dupont"}), Language.EN)
    # After it stands what it is about.
    assert shown.startswith(f"{text}: ")
    assert action == "No Action Needed"


def test_4_3_the_seven_tables_are_named_as_on_the_manuals_screen() -> None:
    tables = ("item_groups", "items", "work_orders", "work_addresses", "customers", "objects", "contacts")
    assert [word(f"simon-{table}", Language.FR) for table in tables] == [
        "Groupe d'articles",
        "Article",
        "Bon de travail",
        "Adresse de travail",
        "Client",
        "Objets",
        "Contacts",
    ]


def test_6_4_the_five_rows_of_the_status_are_named_as_on_the_manuals_screen() -> None:
    streams = ("Item_Services", "WorkOrder", "Item", "Customer", "UsedItem")
    assert [word(f"stream-{stream}", Language.FR) for stream in streams] == [
        "Item_Services",
        "Bon de travail",
        "Article",
        "Client",
        "UsedItem",
    ]
    assert word("phase-active", Language.FR) == "ACTIF"


@pytest.mark.parametrize(
    ("key", "names"),
    [
        (
            "invoice_note",
            [
                "Adresse de travail Simon",
                "Adresse de travail Simon ET description du travail Simon",
                "Description du travail Simon",
                "Rien",
            ],
        ),
        (
            "invoice_reference",
            [
                "Numéro de bon de travail Simon",
                "Référence client Simon",
                "Numéro de bon de travail Simon ET référence client Simon",
                "Rien",
            ],
        ),
        (
            "work_order_description",
            ["Description première ligne de devis", "Mémo/note", "Première ligne du devis et mémo/note"],
        ),
        (
            "documents",
            [
                "Uniquement PDF de bon de travail",
                "PDF de bon de travail ET formulaires personnalisés (PDF)",
                "Uniquement formulaires personnalisés (PDF)",
                "Rien",
            ],
        ),
    ],
)
def test_5_7_5_8_5_9_3_5_11_choices_are_named_and_ordered_as_in_the_manual(
    key: str, names: list[str]
) -> None:
    assert list(catalogue(Language.FR, "settings", "CHOICES")[key].values()) == names
