"""What the help says: everything, in three languages."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from simonsync.cli.commands import COMMANDS, GROUPS
from simonsync.cli.invocation import Invocation
from simonsync.cli.parser import CommandTexts, command_group, load_command
from simonsync.cli.start import GLOBAL, LANGUAGES, LanguageCode, scan
from simonsync.messages.render import Language
from tests.cli.program import called

ALL = pytest.mark.parametrize("language", LANGUAGES)


def group(language: LanguageCode) -> Any:
    return command_group(Invocation(scan(["--lang", language]), {}, Path("/")))


def commands(language: LanguageCode) -> Iterator[tuple[str, Any]]:
    texts = CommandTexts(language)
    yield "", group(language)
    for name in COMMANDS:
        command = load_command(name, texts)
        yield name, command
        for inner, below in getattr(command, "commands", {}).items():
            yield f"{name} {inner}", below


def test_the_languages_are_those_of_the_messages() -> None:
    assert list(LANGUAGES) == list(Language)
    assert get_args(LanguageCode) == LANGUAGES


@ALL
def test_every_command_option_and_argument_says_what_it_does(language: LanguageCode) -> None:
    silent = [
        f"{name} {parameter.opts[0]}"
        for name, command in commands(language)
        for parameter in command.params
        if not parameter.help
    ]
    silent += [name for name, command in commands(language) if not command.help]
    assert silent == []


@ALL
def test_no_text_of_the_help_is_left_over(language: LanguageCode) -> None:
    texts = CommandTexts(language)
    names = {name for name, _ in commands(language)}
    used = {"--help"}
    for name, command in commands(language):
        for parameter in command.params:
            shown = parameter.metavar if parameter.param_type_name == "argument" else parameter.opts[0]
            own = f"{name} {shown}"
            used.add(own if own in texts.options else shown)
    assert set(texts.options) - used == set()
    assert set(texts.summaries) - names == set()


@ALL
def test_the_languages_have_the_same_help_texts(language: LanguageCode) -> None:
    mine, english = CommandTexts(language), CommandTexts("en")
    assert mine.summaries.keys() == english.summaries.keys()
    assert mine.options.keys() == english.options.keys()
    assert mine.headings.keys() == english.headings.keys()


def test_every_command_takes_json_once() -> None:
    for name, command in commands("en"):
        if not hasattr(command, "commands"):
            assert [opt for parameter in command.params for opt in parameter.opts].count("--json") == 1, name


def test_the_global_options_are_those_that_scripts_rely_on() -> None:
    options = [opt for parameter in group("en").params for opt in parameter.opts]
    assert options == [*GLOBAL, "--json", "--install-completion", "--show-completion"]


def test_commands_below_others_are_declared() -> None:
    for name, command in COMMANDS.items():
        loaded = load_command(name, CommandTexts("en"))
        assert tuple(getattr(loaded, "commands", ())) == command.below, name


EXAMPLES = [(name, example) for name, command in COMMANDS.items() for example in command.examples]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_every_example_is_understood(name: str, example: str) -> None:
    start = scan(shlex.split(example), [known for known, command in COMMANDS.items() if command.below])
    assert start.command.split()[0] == name
    words = shlex.split(example)
    arguments = words[words.index(name) + 1 :]
    command = load_command(name, CommandTexts("en"))
    if hasattr(command, "commands"):
        command, arguments = command.commands[arguments[0]], arguments[1:]
    with command.make_context(name, arguments) as context:
        assert context.command is command


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Utilisation : simonsync configure", "Options :", "Exemples :", "Montrer cette aide"]),
        ("nl", ["Gebruik: simonsync configure", "Opties:", "Voorbeelden:", "Deze hulp tonen"]),
        ("en", ["Usage: simonsync configure", "Options:", "Examples:", "Show this help"]),
    ],
)
def test_the_help_speaks_the_readers_language(tmp_path: Path, language: str, words: list[str]) -> None:
    by_option = called(tmp_path, "--lang", language, "configure", "--help")
    assert by_option.code == 0
    for word in words:
        assert word in by_option.out
    assert called(tmp_path, "configure", "--help", environ={"LC_ALL": f"{language}_XX.UTF-8"}) == by_option


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_the_help_fits_the_terminal(tmp_path: Path, columns: int) -> None:
    for arguments in (["--help"], ["sandbox", "--help"]):
        shown = called(tmp_path, *arguments, environ={"COLUMNS": str(columns)})
        assert shown.code == 0
        # The commands themselves, and the examples, are too long to be broken.
        long_lines = [
            line for line in shown.out.splitlines() if len(line) > columns and "simonsync" not in line
        ]
        assert long_lines == []


def test_each_command_stands_in_one_group_and_each_group_has_its_heading() -> None:
    listed = [name for names in GROUPS.values() for name in names]
    assert sorted(listed) == sorted(COMMANDS)
    assert all(CommandTexts(language).groups.keys() == GROUPS.keys() for language in LANGUAGES)


@pytest.mark.parametrize("words", [["push", "-h"], ["push", "--help"], ["help", "push"]])
def test_the_help_of_a_command_is_found_in_every_way(tmp_path: Path, words: list[str]) -> None:
    shown = called(tmp_path, *words)
    assert (shown.code, shown.out.startswith("Usage: simonsync push [OPTIONS]")) == (0, True)


def test_help_alone_lists_the_commands_in_their_groups(tmp_path: Path) -> None:
    shown = called(tmp_path, "--lang", "nl", "help")
    assert shown == called(tmp_path, "--lang", "nl", "-h")
    assert "Gebruik: simonsync [OPTIES] OPDRACHT [ARGUMENTEN]..." in shown.out
    assert "\nBekijken:\n  status " in shown.out
    unknown = called(tmp_path, "--lang", "fr", "schedule", "nix")
    assert (unknown.code, unknown.err) == (
        2,
        "Erreur : Il n'y a pas de commande « nix ». L'option --help les montre.\n".replace(
            "Erreur :", "Erreur\N{NO-BREAK SPACE}:"
        ),
    )
