"""Everything that leaves the program: people's text, or one JSON document, never a mixture.

Results for people go to stdout, notes and errors to stderr. With `--json` stdout belongs to the document
alone and all text for people goes to stderr. Whatever comes from outside is cleaned of control characters
first, and of the secrets of both services, whoever sent them back.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TextIO

from simonsync.cli.style import Branch, Style
from simonsync.errors import ExitCode
from simonsync.messages.kinds import Message, Severity
from simonsync.messages.render import Language, render, word
from simonsync.messages.render import clean as harmless
from simonsync.secrecy import without_secrets

SCHEMA: Final = "simonsync/1"


class Result(NamedTuple):
    """What a command has to say to a program; what it says to people it has printed itself.

    Attributes:
        data: the document's `data`; amounts as Decimal, moments as aware datetimes.
        messages: what people should know besides; printed for them, and part of the document.
    """

    data: Mapping[str, object] = MappingProxyType({})
    exit_code: ExitCode = ExitCode.DONE
    messages: tuple[Message, ...] = ()


class Output:
    """The two channels of the program."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        as_json: bool = False,
        quiet: bool = False,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
    ) -> None:
        """Take the environment and the channels; with `as_json` stdout is kept for the document."""
        self.as_json = as_json
        self.quiet = quiet
        self.closed = False
        self.failure = ""
        self.zone: Callable[[], tzinfo] = lambda: UTC
        """The reader's time zone, asked for where a moment is shown."""
        self._documents = 0
        self._stdout, self._stderr = stdout or sys.stdout, stderr or sys.stderr
        self._colours_wanted = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"

    @property
    def people(self) -> TextIO:
        """The channel of results for people."""
        return self._stderr if self.as_json else self._stdout

    @property
    def notes(self) -> TextIO:
        """The channel of notes, progress and errors."""
        return self._stderr

    def is_terminal(self, channel: TextIO) -> bool:
        """Tell whether a person looks at a channel."""
        return not self.closed and channel.isatty()

    def shows_colours(self, channel: TextIO) -> bool:
        """Tell whether colours are wanted there: on a terminal, unless NO_COLOR is set."""
        return self._colours_wanted and self.is_terminal(channel)

    def line(self, text: str = "", style: Style = Style.PLAIN, *, indent: str | None = None) -> None:
        """Print one line of a result; on a terminal it breaks between words.

        What follows the break is indented as the line itself, or by `indent`.
        """
        self._print(self.people, text, style, indent=indent)

    def verbatim(self, text: str, style: Style = Style.PLAIN) -> None:
        """Print a line that may be copied, of a file or a command: it is not broken, whatever its length."""
        self._write_line(self.people, clean(text).rstrip(), style)

    def note(self, text: str, style: Style = Style.PLAIN) -> None:
        """Print one line beside the result: what goes on, what to do next. Not with `--quiet`."""
        if not self.quiet:
            self._print(self.notes, text, style)

    def going_on(self, text: str) -> None:
        """Say at a terminal what is being done that may take a while; in a pipe nobody waits."""
        if self.is_terminal(self.notes):
            self.note(text, Style.FAINT)

    def table(
        self, columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()
    ) -> None:
        """Print a table; `right` names the columns of numbers."""
        cells = [[clean(cell) for cell in row] for row in rows]
        if not self.is_terminal(self.people):
            from simonsync.cli import plain

            for line in plain.table(columns, cells, right):
                self._write(self.people, line + "\n")
            return
        from simonsync.cli import terminal

        shown = terminal.table(columns, cells, right, in_colours=self.shows_colours(self.people))
        if shown is not None:
            self._write(self.people, shown)
            return
        # Too narrow for columns: one field a line.
        for place, row in enumerate(cells):
            if place:
                self.line()
            for column, cell in zip(columns, row, strict=True):
                if cell:
                    self.line(f"{column}: {cell}", indent="  ")

    def tree(self, root: Branch) -> None:
        """Print a tree."""
        root = _cleaned(root)
        if self.is_terminal(self.people):
            from simonsync.cli import terminal

            shown = terminal.tree(root, in_colours=self.shows_colours(self.people))
        else:
            from simonsync.cli import plain

            shown = "".join(f"{line}\n" for line in plain.tree(root))
        self._write(self.people, shown)

    def tell(self, message: Message, language: Language) -> None:
        """Print what people should know, and what to do about it; with `--quiet` errors only."""
        severity, text, action = spoken(message, language, self.zone())
        if self.quiet and severity is not Severity.ERROR:
            return
        style = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING}.get(severity, Style.NEWS)
        self._print(self.notes, labelled(f"severity-{severity}", text, language), style)
        if action:
            self._print(self.notes, f"  → {action}", indent="    ")

    def technical(self, text: str) -> None:
        """Print technical lines as they are (a traceback); the caller has taken the secrets out."""
        for line in text.splitlines():
            self._write_line(self.notes, clean(line))

    def json_line(self, value: Mapping[str, object]) -> None:
        """Print one JSON object on a line of its own; no document follows then."""
        self._documents += 1
        self._write(self._stdout, to_json(value) + "\n")

    def document(self, command: str, account: str, result: Result, language: Language) -> None:
        """Print the JSON document of a command, once: a command that goes on may have printed it before."""
        if self._documents:
            return
        self._documents += 1
        messages = [
            {"code": message.code, "severity": severity.value, "text": text, "action": action}
            for message in result.messages
            for severity, text, action in [spoken(message, language, self.zone())]
        ]
        envelope = {
            "schema": SCHEMA,
            "command": command,
            "account": account,
            "exit_code": int(result.exit_code),
            "data": result.data,
            "messages": messages,
        }
        self._write(self._stdout, to_json(envelope) + "\n")

    def _print(
        self, channel: TextIO, text: str, style: Style = Style.PLAIN, *, indent: str | None = None
    ) -> None:
        shown = clean(text).rstrip()
        if not self.is_terminal(channel):
            self._write_line(channel, shown, style)
            return
        from simonsync.cli import terminal

        if indent is None:
            indent = shown[: len(shown) - len(shown.lstrip(" "))]
        for line in terminal.wrapped(shown, terminal.columns(), indent):
            self._write_line(channel, line, style)

    def _write_line(self, channel: TextIO, shown: str, style: Style = Style.PLAIN) -> None:
        if shown and style.value and self.shows_colours(channel):
            from simonsync.cli import terminal

            shown = terminal.coloured(shown, style)
        self._write(channel, shown + "\n")

    def _write(self, channel: TextIO, text: str) -> None:
        """Write, and stop writing for good where the reader has gone (`simonsync log | head -1`).

        A run goes on, also where a disk is full of what is written: nobody's invoices depend on somebody
        reading along. `failure` tells of the latter in the end.
        """
        if self.closed and channel is self._stdout:
            return
        try:
            channel.write(text)
            channel.flush()
        except OSError as error:
            self.closed = self.closed or channel is self._stdout
            if not isinstance(error, BrokenPipeError):
                self.failure = error.strerror or type(error).__name__
            # What is left in the buffer must not raise again when Python ends.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, channel.fileno())
            os.close(nowhere)


def clean(text: str) -> str:
    """Make a text fit to be shown: nothing that steers a terminal, and no secret that this might hide."""
    return without_secrets(harmless(text))


def _cleaned(branch: Branch) -> Branch:
    notes, below = map(clean, branch.notes), map(_cleaned, branch.below)
    return Branch(clean(branch.text), branch.style, tuple(notes), tuple(below))


def labelled(key: str, text: str, language: Language) -> str:
    """Put a word of the catalogue before a text: `Error: …`, in French `Erreur : …`."""
    gap = "\N{NO-BREAK SPACE}" if language is Language.FR else ""
    return f"{word(key, language)}{gap}: {text}"


def spoken(message: Message, language: Language, zone: tzinfo = UTC) -> tuple[Severity, str, str]:
    """Return severity, sentence and action."""
    return message.kind.severity, *render(message, language, zone)


def to_json(value: object) -> str:
    """Write JSON on one line: amounts as texts, moments in UTC, nothing that could steer a terminal."""
    import json

    return json.dumps(_without_secrets(value), ensure_ascii=False, default=_plain).translate(_ESCAPES)


def _without_secrets(value: object) -> object:
    """Take secrets out of the texts in a value; names are ours."""
    match value:
        case str():
            return without_secrets(value)
        case Mapping():
            return {name: _without_secrets(each) for name, each in value.items()}
        case list() | tuple():
            return [_without_secrets(each) for each in value]
    return value


def utc(moment: datetime) -> str:
    """Write a moment as scripts expect it: `2026-11-24T07:30:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# Outside of texts, JSON has none of these characters; inside they may be written as escapes.
_ESCAPES: Final = {
    code: f"\\u{code:04x}"
    for code in (
        *range(0x7F, 0xA0),
        0x061C,
        0x200E,
        0x200F,
        *range(0x2028, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    )
}


def _plain(value: object) -> object:
    match value:
        case datetime() if value.tzinfo is not None:
            return utc(value)
        case Decimal():
            return f"{value:f}"
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case Path():
            return str(value)
        case Mapping():
            return dict(value)
        case set() | frozenset():
            return sorted(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")
