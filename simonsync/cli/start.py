"""What can be told from the bare arguments, before they are parsed.

An error in the arguments must be told in the right language and, with `--json`, as JSON. So the few things
that shape an answer are looked up first, by a scan that cannot fail.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

LanguageCode = Literal["fr", "en", "nl"]
LANGUAGES: Final[tuple[LanguageCode, ...]] = get_args(LanguageCode)

WITH_VALUE: Final = ("--config", "--account", "--lang", "--record")
GLOBAL: Final = (*WITH_VALUE, "--quiet", "--verbose", "--version")


# Tuples with names, not dataclasses, which take a millisecond each to be made: every start needs this module.


class Options(NamedTuple):
    """The global options, as given."""

    config: Path | None = None
    account: str | None = None
    lang: LanguageCode | None = None
    quiet: bool = False
    verbose: bool = False
    record: Path | None = None


class Start(NamedTuple):
    """What a scan of the arguments finds.

    Attributes:
        version: whether `--version` stands before the command.
        command: as typed, `schedule install` for a command below another; empty where none was given.
    """

    options: Options
    as_json: bool
    version: bool
    command: str


def scan(arguments: Sequence[str], groups: Collection[str] = ()) -> Start:
    """Look for the global options, for `--json` anywhere, and for the command's name.

    `groups` are the commands that have others below them.
    """
    given: dict[str, str] = {}
    words: list[str] = []
    version = False
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name in WITH_VALUE and not words:
            given[name] = value if equals else next(rest, "")
        elif not argument.startswith("-"):
            words.append(argument)
        elif argument == "--version" and not words:
            version = True
    lang = given.get("--lang")
    options = Options(
        config=Path(given["--config"]) if given.get("--config") else None,
        account=given.get("--account"),
        lang=next((code for code in LANGUAGES if code == lang), None),
        quiet="--quiet" in arguments,
        verbose="--verbose" in arguments,
        record=Path(given["--record"]) if given.get("--record") else None,
    )
    command = " ".join(words[:2] if words[:1] and words[0] in groups else words[:1])
    return Start(options, "--json" in arguments, version, command)


def locale_language(environ: Mapping[str, str]) -> LanguageCode:
    """Return the language of the user's locale; English where we do not speak it."""
    name = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return next((code for code in LANGUAGES if name.lower().startswith(code)), "en")
