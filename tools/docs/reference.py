"""Write what the documents tell of commands, settings, messages and the like, or show where they differ.

`python -m tools.docs.reference` compares (exit 1 with the difference); `--write` writes. In the pages of
docs/reference only what stands between the markers of a part is touched; other documents are written whole.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from difflib import unified_diff
from io import StringIO
from pathlib import Path
from textwrap import wrap

from simonsync.cli.app import run
from simonsync.cli.commands import COMMANDS
from simonsync.config.credentials import PREFIX, SELLSY_CLIENT, SELLSY_TOKENS, SIMON, SIMON_OPTIONAL
from simonsync.config.schema import OPTIONS, Option, ValueType
from simonsync.config.yaml_text import scalar
from simonsync.errors import ExitCode
from simonsync.messages.kinds import KINDS, Severity
from simonsync.messages.render import Language, help_line
from simonsync.messages.texts.en.journal import JOURNAL
from simonsync.settings.declaration import SETTINGS, Setting, SettingType
from simonsync.settings.values import to_text, to_yaml
from tools.docs.manpage import manual_page
from tools.docs.profile import profile_page
from tools.docs.schemas import configuration_schema, documents_schema

ROOT = Path(__file__).parents[2]
WIDTH = 108
COMMENT_COLUMN = 44

EXIT_CODES: dict[ExitCode, str] = {
    ExitCode.DONE: "Done; also when there was nothing to do. Warnings never change the code.",
    ExitCode.BUG: "A mistake in simonsync itself; please report it.",
    ExitCode.USAGE: "The command line, the configuration or the state folder is wrong; nothing was done.",
    ExitCode.NEEDS_SOMEONE: "Done, but an open error needs someone: `simonsync log --errors`.",
    ExitCode.BRAKE: "The brake stopped deletions; a plan waits: `simonsync cleanup --approve PLAN`.",
    ExitCode.CREDENTIALS: "Credentials were refused, or the Simon licence has lapsed: `simonsync connect`.",
    ExitCode.LOCKED: "Another run holds this account.",
    ExitCode.UNAVAILABLE: "A service is down or its quota is spent; the next run goes on from there.",
    ExitCode.UNKNOWN_OUTCOME: "An outcome is unknown: it is looked up before anything is made again.",
    ExitCode.WRONG_PHASE: "Not active, or not connected; no request was made.",
    ExitCode.INTERRUPTED: "Stopped by Ctrl-C, at a clean point.",
    ExitCode.TERMINATED: "Stopped by SIGTERM, at a clean point.",
}
"""What each exit code tells the one who called."""


def settings_table() -> Iterator[str]:
    """List the settings [5] with what they do, what they may be and what they are by default."""
    yield from _table(
        ("Setting", "Chapter", "What it does", "Values", "Default"),
        (
            (
                f"`{setting.key}`",
                setting.chapter or "–",
                help_line(setting.key, Language.EN),
                _values(setting),
                _shown_default(setting),
            )
            for setting in SETTINGS
        ),
    )


def _values(setting: Setting) -> str:
    match setting.type:
        case SettingType.PRODUCT:
            return "`service:REF` or `item:REF`, or empty"
        case SettingType.YES_NO:
            return "`yes` or `no`"
        case SettingType.TEXT:
            return "text"
        case SettingType.STEPS:
            return "some of " + ", ".join(f"`{value}`" for value in setting.choices if value)
        case SettingType.CHOICE | SettingType.MINUTES:
            return ", ".join(f"`{value}`" for value in setting.choices if value)


def _shown_default(setting: Setting) -> str:
    text = to_text(setting.default)
    return ", ".join(f"`{value}`" for value in text.split(",")) if text else "empty"


def configuration_table() -> Iterator[str]:
    """List the keys of the configuration file, and what each may be."""
    yield from _table(
        ("Key", "What it means", "Values", "Default"),
        (
            (f"`{option.path}`", _escaped(option.help), _allowed(option), _default_of(option))
            for option in OPTIONS
        ),
    )


def _escaped(text: str) -> str:
    """Keep what stands in angle brackets from being taken for HTML."""
    return text.replace("<", r"\<")


def _allowed(option: Option) -> str:
    match option.type:
        case ValueType.CHOICE:
            return ", ".join(f"`{value}`" for value in option.choices)
        case ValueType.YES_NO:
            return "`true` or `false`"
        case ValueType.WHOLE | ValueType.NUMBER:
            return f"{_number(option.least)} to {_number(option.most)}"
        case ValueType.TEXTS:
            return "list of texts"
        case ValueType.URL:
            return "web address"
        case ValueType.FILE:
            return "path"
        case ValueType.NAME:
            return "letters, digits, `.`, `-`, `_`"
        case ValueType.ZONE:
            return "name of a time zone"
        case ValueType.TEXT:
            return "text"


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _default_of(option: Option) -> str:
    if option.required and option.default is None:
        return "none; must be given"
    return f"`{_example_value(option)}`"


def credentials_table() -> Iterator[str]:
    """List the credentials by their names in the environment and in the file."""
    yield from _table(
        ("Environment", "File", "Of"),
        ((f"`{PREFIX}{name.upper()}`", f"`{name}`", of) for names, of in _CREDENTIALS for name in names),
    )


_CREDENTIALS = (
    (SELLSY_TOKENS, "Sellsy, an application of API V1"),
    (SELLSY_CLIENT, "Sellsy, a personal access of API V2, in the place of the four"),
    (SIMON, "Simon"),
    (SIMON_OPTIONAL, "Simon, where its service asks for one"),
)


def messages_table() -> Iterator[str]:
    """List every message code with its text and what to do, the most urgent first."""
    for severity, title in (
        (Severity.ERROR, "Errors"),
        (Severity.WARNING, "Warnings"),
        (Severity.INFO, "Information"),
    ):
        yield f"## {title}"
        yield ""
        yield from _table(
            ("Code", "What it says", "What to do"),
            (
                (f"`{code}`", *(_without_forms(text) for text in JOURNAL[code]))
                for code, kind in sorted(KINDS.items())
                if kind.severity is severity
            ),
        )
        yield ""


def _without_forms(text: str) -> str:
    return re.sub(r"{(\w+):\w+}", r"{\1}", text)


def exit_codes_table() -> Iterator[str]:
    """List the exit codes."""
    yield from _table(("Code", "Meaning"), ((str(int(code)), EXIT_CODES[code]) for code in ExitCode))


def commands_help() -> Iterator[str]:
    """Give the help of every command, as the program prints it."""
    yield from _help(())
    for name, command in COMMANDS.items():
        yield from _help((name,))
        for below in command.below:
            yield from _help((name, below))


def _help(command: Sequence[str]) -> Iterator[str]:
    printed, columns = StringIO(), os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "90"
    try:
        with redirect_stdout(printed):
            code = run(["--lang", "en", *command, "--help"])
    finally:
        os.environ.pop("COLUMNS")
        if columns is not None:
            os.environ["COLUMNS"] = columns
    if code:
        raise ValueError(f"the help of {' '.join(command)} ends with {code}")
    yield f"## `{' '.join(('simonsync', *command))}`"
    yield ""
    yield "```text"
    yield from (line.rstrip() for line in printed.getvalue().strip("\n").splitlines())
    yield "```"
    yield ""


PARTS: dict[str, Callable[[], Iterable[str]]] = {
    "commands": commands_help,
    "settings": settings_table,
    "configuration": configuration_table,
    "credentials": credentials_table,
    "profile": profile_page,
    "messages": messages_table,
    "exit-codes": exit_codes_table,
}
"""The generated parts of the pages of docs/reference, by the name in their markers."""


def with_parts(text: str) -> str:
    """Return a document with its generated parts as they ought to be."""
    for name, write in PARTS.items():
        begin, end = f"<!-- begin {name}: written by `make docs` -->", f"<!-- end {name} -->"
        before, found, rest = text.partition(begin)
        if found:
            _, _, after = rest.partition(end)
            body = "\n".join(write()).strip("\n")
            text = f"{before}{begin}\n\n{body}\n\n{end}{after}"
    return text


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join(' --- ' for _ in head)}|"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def example_configuration() -> str:
    """Write the example of a configuration file: every key with its default and what it means."""
    return "\n".join((*_example_head(), *_example_options(), "", *_example_settings(), ""))


def _example_head() -> Iterator[str]:
    yield "# The configuration of simonsync, every key with its default. Copy it to config.yaml and fill in"
    yield "# simon.url; all else may stay as it is or be left out. Relative paths start at the folder of this"
    yield "# file. Credentials never stand here: `simonsync connect` asks for them."
    yield ""


def _example_options() -> Iterator[str]:
    section = ""
    for option in OPTIONS:
        above, _, key = option.path.rpartition(".")
        if above != section:
            section = above
            if above:
                yield f"{above}:"
        line = f"{'  ' if above else ''}{key}: {_example_value(option)}"
        yield f"{line.ljust(COMMENT_COLUMN - 1)} # {_explained(option)}"


def _example_value(option: Option) -> str:
    value = list(option.default) if isinstance(option.default, tuple) else option.default
    return '""' if option.required and value is None else scalar(value)


def _explained(option: Option) -> str:
    if option.type is ValueType.CHOICE:
        return f"{' | '.join(option.choices)}: {option.help}"
    return option.help


def _example_settings() -> Iterator[str]:
    yield "# The settings of the manual's chapter 5; `simonsync configure` writes them here, checked."
    yield "settings:"
    for setting in SETTINGS:
        chapter = f"{setting.chapter}: " if setting.chapter else ""
        values = _values(setting).replace("`", "")
        for text in (f"{chapter}{help_line(setting.key, Language.EN)}", f"Values: {values}"):
            yield from (f"  # {line}" for line in wrap(text, WIDTH - 4))
        value = to_yaml(setting.default)
        yield f"  {setting.key}: {scalar(str(value) if isinstance(value, str) else value)}"


def documents() -> dict[Path, str]:
    """Return the documents as they ought to be."""
    pages = sorted((ROOT / "docs" / "reference").glob("*.md"))
    schemas = ROOT / "simonsync" / "schemas"
    of_json = next((page for page in pages if page.name == "json.md"), None)
    text = of_json.read_text(encoding="utf-8") if of_json else ""
    return {
        **{page: with_parts(page.read_text(encoding="utf-8")) for page in pages},
        schemas / "documents.schema.json": documents_schema(text),
        schemas / "config.schema.json": configuration_schema(),
        ROOT / "config.example.yaml": example_configuration(),
        ROOT / "man" / "simonsync.1": manual_page(EXIT_CODES),
    }


def main(arguments: Sequence[str]) -> int:
    """Write the documents, or show where they differ; return 1 where they do."""
    code = 0
    for path, text in documents().items():
        name = path.relative_to(ROOT)
        present = path.read_text(encoding="utf-8") if path.exists() else ""
        if present == text:
            continue
        if "--write" in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name}: written\n")
            continue
        code = 1
        difference = unified_diff(present.splitlines(), text.splitlines(), "present", "current", lineterm="")
        sys.stdout.write("\n".join((f"{name} is not current; run `make docs`:", *difference, "")))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
