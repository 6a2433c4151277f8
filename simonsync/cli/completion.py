"""What a shell may complete beyond commands and options: work orders, settings, tables, streams.

Nothing is asked of a service, nothing is written, and where something cannot be read there is simply nothing
to complete: an error message in the middle of a command line helps nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from simonsync.cli.context import Context

VARIABLE = "_SIMONSYNC_COMPLETE"
"""Set by the scripts of the shells: which of them asks."""

_BY_ID = "id:"
_STATE_KEYS = ("travel_time_product", "work_time_product", "default_product")


def work_orders(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Complete a work order's number, or `id:` and its Id, with what became of it."""
    import sqlite3

    from simonsync.errors import UsageError
    from simonsync.messages.render import word
    from simonsync.store.sqlite.numbers import beginning_with

    by_id = incomplete.startswith(_BY_ID)
    with suppress(UsageError, OSError, sqlite3.Error):
        context = _context(ctx)
        path = context.configuration.database
        found = beginning_with(path, incomplete.removeprefix(_BY_ID), "id" if by_id else "number")
        return [
            (f"{_BY_ID if by_id else ''}{name}", word(f"ledger-{status}", context.language))
            for name, status in found.items()
        ]
    return []


def settings(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete `KEY=VALUE`: the keys, and the values of a key as soon as only one is meant."""
    from simonsync.settings.declaration import SETTINGS

    typed, equals, _ = incomplete.partition("=")
    if equals:
        meant = [setting for setting in SETTINGS if setting.key == typed]
    else:
        meant = [setting for setting in SETTINGS if setting.key.startswith(typed)]
    if len(meant) != 1:
        return [f"{setting.key}=" for setting in meant]
    (setting,) = meant
    # The key alone too: nothing after the sign empties it.
    return [f"{setting.key}={value}" for value in _values(ctx, setting.key, incomplete)] or [
        f"{setting.key}="
    ]


def _values(ctx: typer.Context, key: str, incomplete: str) -> Iterable[str]:
    from simonsync.settings.declaration import BY_KEY, SettingType

    setting = BY_KEY[key]
    match setting.type:
        case SettingType.PRODUCT:
            return _products(ctx)
        case SettingType.YES_NO:
            return "yes", "no"
        case SettingType.STEPS:
            return _next_of_list(incomplete.partition("=")[2], setting.choices)
        case _:
            return setting.choices


def _products(ctx: typer.Context) -> tuple[str, ...]:
    """Return the references that this account uses or has used, then the two ways to begin one."""
    import sqlite3

    from simonsync.errors import UsageError
    from simonsync.store.sqlite.numbers import past_settings

    known: dict[str, None] = {}
    with suppress(UsageError, OSError, sqlite3.Error):
        configuration = _context(ctx).configuration
        known.update(
            (str(value), None)
            for key in _STATE_KEYS
            if (value := getattr(configuration.settings, key)) is not None
        )
        for past in past_settings(configuration.database):
            known.update((str(past[key]), None) for key in _STATE_KEYS if past.get(key))
    return *known, "service:", "item:"


def erased_tables(incomplete: str) -> list[str]:
    """Complete `--tables`: a list by comma, or `all` or `none`."""
    from simonsync.cli.values import ALL, NONE
    from simonsync.domain.entities import MANUAL_TABLES

    found = _next_of_list(incomplete, MANUAL_TABLES)
    return found if "," in incomplete else [*found, ALL, NONE]


def journal_tables() -> list[str]:
    """Complete the journal's `--table`."""
    from simonsync.messages.kinds import Table

    return list(Table)


def streams(incomplete: str) -> list[str]:
    """Complete `pull --only`: a list by comma."""
    from simonsync.sync.pull import PULL_STREAMS

    return _next_of_list(incomplete, PULL_STREAMS)


def _next_of_list(typed: str, names: Sequence[str]) -> list[str]:
    """Return a list by comma with each name that may come next."""
    before, comma, _ = typed.rpartition(",")
    return [f"{before}{comma}{name}" for name in names if name not in before.split(",")]


def _context(ctx: typer.Context) -> Context:
    """Return the context with the global options as they stand in the line that is completed."""
    from simonsync.cli.invocation import context_of
    from simonsync.cli.start import LANGUAGES, Options

    # While a line is completed, the parser leaves values as they were typed.
    given = ctx.find_root().params
    context = context_of(ctx)
    config = Path(given["config"]) if given.get("config") else None
    lang = next((code for code in LANGUAGES if code == given.get("lang")), None)
    context.options = Options(config, given.get("account"), lang)
    return context


@contextmanager
def whole_words(environ: MutableMapping[str, str]) -> Iterator[None]:
    """Let words with `=` and `:` in them be completed in bash too, which takes them apart at these signs.

    The parts are put together again, one a line as the script gives them; what is printed inside is then cut
    to the last part: no more than that does bash replace.
    """
    if environ.get(VARIABLE) == "complete_zsh":
        with _apostrophes_for_zsh():
            yield
        return
    words = environ.get("COMP_WORDS", "").split("\n")
    place = environ.get("COMP_CWORD", "")
    if environ.get(VARIABLE) != "complete_bash" or not place.isdecimal() or int(place) >= len(words):
        yield
        return
    current = int(place)
    joined: list[str] = []
    where = 0
    for index, word in enumerate(words):
        # After `KEY= ` a new word begins; only one without a blank before it belongs to the sign.
        goes_on = index > 1 and _is_sign(words[index - 1]) and word and not word.startswith("-")
        if joined and index <= current and (_is_sign(word) or goes_on):
            joined[-1] += word
        else:
            joined.append(word)
        if index == current:
            where = len(joined) - 1
    cut = re.match(r".*[=:]", joined[where], re.DOTALL) if joined[where] != words[current] else None
    environ["COMP_WORDS"], environ["COMP_CWORD"] = "\n".join(joined), str(where)
    printed = StringIO()
    try:
        with redirect_stdout(printed):
            yield
    finally:
        import sys

        for line in printed.getvalue().splitlines(keepends=True):
            sys.stdout.write(line.removeprefix(cut[0]) if cut else line)


@contextmanager
def _apostrophes_for_zsh() -> Iterator[None]:
    """Let apostrophes in descriptions arrive: the parser doubles them in its quotes, where zsh drops both."""
    import sys

    printed = StringIO()
    try:
        with redirect_stdout(printed):
            yield
    finally:
        sys.stdout.write(printed.getvalue().replace("''", "\N{RIGHT SINGLE QUOTATION MARK}"))


def _is_sign(word: str) -> bool:
    return bool(word) and not word.strip("=:")
