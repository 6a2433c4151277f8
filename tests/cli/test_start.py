from __future__ import annotations

from pathlib import Path

import pytest

from simonsync.cli.start import LanguageCode, Options, locale_language, scan


@pytest.mark.parametrize(
    ("line", "options", "as_json", "version", "command"),
    [
        ("", Options(), False, False, ""),
        ("status", Options(), False, False, "status"),
        ("status --json", Options(), True, False, "status"),
        ("--json status", Options(), True, False, "status"),
        ("--lang nl status", Options(lang="nl"), False, False, "status"),
        ("--lang=nl status", Options(lang="nl"), False, False, "status"),
        ("--lang de status", Options(), False, False, "status"),
        ("--lang", Options(), False, False, ""),
        ("--config a.yaml --account b push", Options(Path("a.yaml"), "b"), False, False, "push"),
        ("--quiet --verbose sync", Options(quiet=True, verbose=True), False, False, "sync"),
        ("--version", Options(), False, True, ""),
        ("--version --json", Options(), True, True, ""),
        ("status --version", Options(), False, False, "status"),
        ("schedule install --cron", Options(), False, False, "schedule install"),
        ("schedule", Options(), False, False, "schedule"),
        ("preview 4711", Options(), False, False, "preview"),
        # After the command an option is the command's own.
        ("push --config a.yaml", Options(), False, False, "push"),
        ("log -- --json", Options(), True, False, "log"),
    ],
)
def test_what_shapes_an_answer_is_told_before_parsing(
    line: str,
    options: Options,
    as_json: bool,  # noqa: FBT001 a column of the table
    version: bool,  # noqa: FBT001 likewise
    command: str,
) -> None:
    start = scan(line.split(), ("schedule",))
    assert start == (options, as_json, version, command)


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "nl_BE"}, "nl"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "xx_YY.nothing"}, "en"),
        ({"LC_ALL": "", "LANG": "FR"}, "fr"),
        ({}, "en"),
    ],
)
def test_the_locale_chooses_the_language_where_nobody_does(
    environ: dict[str, str], language: LanguageCode
) -> None:
    assert locale_language(environ) == language
