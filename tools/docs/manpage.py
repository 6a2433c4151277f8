"""Write the manual page from the texts of the help: what `man simonsync` shows.

In English, as manual pages of a program are looked for; `simonsync --lang fr COMMAND --help` speaks the
reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simonsync import __version__
from simonsync.cli.commands import COMMANDS
from simonsync.cli.invocation import Invocation
from simonsync.cli.parser import CommandTexts, command_group, load_command
from simonsync.cli.start import scan
from simonsync.config.credentials import FOLDER_VARIABLE, NAMES, PREFIX
from simonsync.config.file import VARIABLE
from simonsync.errors import ExitCode

FILES = (
    ("./config.yaml", "The configuration, where the working folder has one."),
    ("~/.config/simonsync/config.yaml", "The configuration of this user."),
    ("/etc/simonsync/config.yaml", "The configuration of the Debian package's timers."),
    ("STATE/ACCOUNT.db", "All that is remembered of an account: bindings, work orders, journal, runs."),
    ("STATE/ACCOUNT.witness", "How far the state had come: one that is put back without it is noticed."),
    ("STATE/ACCOUNT.lock", "Held by the one run that may work on the account."),
    ("STATE/ACCOUNT.answers", "Answers to the questions of `configure` that were not saved as settings yet."),
    ("STATE/credentials.yaml", "The credentials of both services, mode 0600."),
    ("STATE/backups/", "Saved states, and the records that a wipe or a cleanup removed."),
)
"""STATE is the folder that the configuration names under `state`, /var/lib/simonsync for the package."""

ENVIRONMENT = (
    (VARIABLE, "The configuration file, where --config names none."),
    *((PREFIX + name.upper(), "A credential; it goes before the one that is kept.") for name in NAMES),
    (FOLDER_VARIABLE, "A folder with one file per credential, as systemd hands it to a service."),
    ("NO_COLOR", "No colours, also on a terminal."),
    ("LC_ALL, LC_MESSAGES, LANG", "The language of the texts, where nothing else says it."),
)


def manual_page(exit_codes: Mapping[ExitCode, str]) -> str:
    """Return the page in the macros of man(7)."""
    texts = CommandTexts("en")
    group: Any = command_group(Invocation(scan(["--lang", "en"]), {}, Path("/")))
    return "\n".join(
        (
            '.\\" Written by `make docs` from the texts of the help.',
            f'.TH SIMONSYNC 1 "" "simonsync {__version__}" "User Commands"',
            ".SH NAME",
            f"simonsync \\- {_text(_lower_first(texts.summaries[''].rstrip('.')))}",
            ".SH SYNOPSIS",
            ".B simonsync",
            r"[\fIOPTION\fR]... \fICOMMAND\fR [\fIARGUMENT\fR]...",
            ".SH DESCRIPTION",
            "simonsync reads archived work orders in Simple-Simon and makes exactly one draft invoice of",
            "each in Sellsy; customers, products and quotes go the other way. A timer runs",
            ".B simonsync sync",
            "every five minutes;",
            ".B simonsync log \\-\\-errors",
            "says what needs someone, and what to do about it.",
            ".SH OPTIONS",
            *_options(group),
            ".SH COMMANDS",
            "Each command understands",
            ".B \\-\\-json",
            "(one JSON document on stdout) and",
            ".BR \\-\\-help .",
            *(line for name in COMMANDS for line in _command(name, texts)),
            ".SH EXIT STATUS",
            *(line for code, meaning in exit_codes.items() for line in _item(str(int(code)), meaning)),
            ".SH ENVIRONMENT",
            *(line for name, meaning in ENVIRONMENT for line in _item(name, meaning)),
            ".SH FILES",
            *(line for path, meaning in FILES for line in _item(path, meaning)),
            ".PP",
            "STATE is the folder that the configuration names under",
            ".BR state .",
            ".SH EXAMPLES",
            ".nf",
            *(_text(f"simonsync {example}") for command in COMMANDS.values() for example in command.examples),
            ".fi",
            ".SH SEE ALSO",
            ".BR systemd.timer (5),",
            ".BR crontab (5)",
            "",
        )
    )


def _command(name: str, texts: CommandTexts) -> Iterator[str]:
    command: Any = load_command(name, texts)
    below = getattr(command, "commands", {})
    yield from _head(name, command)
    for inner, one in below.items():
        yield from _head(f"{name} {inner}", one)


def _head(name: str, command: Any) -> Iterator[str]:
    arguments = [one.metavar for one in command.params if one.param_type_name == "argument"]
    yield f".SS {_text(' '.join((name, *arguments)))}"
    yield _text(command.help)
    for one in command.params:
        if one.param_type_name == "argument":
            yield from _item(one.metavar, one.help)
    yield from _options(command)


def _options(command: Any) -> Iterator[str]:
    for one in command.params:
        if one.param_type_name == "option" and one.opts[0] not in {"--json", "--help"}:
            value = "" if one.is_flag else f" \\fI{_text(_value(one))}\\fR"
            yield ".TP"
            yield f"\\fB{_text(one.opts[0])}\\fR{value}"
            yield _text(one.help)


def _value(option: Any) -> str:
    choices = getattr(option.type, "choices", ())
    return str(option.metavar or "|".join(choices) or option.type.name.upper())


def _item(name: str, meaning: str) -> tuple[str, ...]:
    return (".TP", f"\\fB{_text(name)}\\fR", _text(meaning))


def _text(text: str) -> str:
    """Write a text so that nothing in it steers the formatter."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    safe = safe.replace("–", "\\(en").replace("×", "\\(mu").replace("…", "...")
    return f"\\&{safe}" if safe.startswith(".") else safe


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
