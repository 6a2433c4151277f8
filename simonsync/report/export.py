"""The journal as a file for others: CSV for a spreadsheet, JSON lines for programs, HTML for eyes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from html import escape
from pathlib import PurePath
from typing import Any, TextIO

from simonsync.messages.render import Language, word
from simonsync.report.journal import entry_as_json
from simonsync.store.journal import Entry

COLUMNS = (
    "last_at",
    "severity",
    "code",
    "table",
    "record",
    "message",
    "action",
    "times",
    "first_at",
    "open",
    "cured_at",
    "run",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def exporter_of(path: str) -> Callable[[Iterable[Entry], TextIO, Language, tzinfo], None] | None:
    """Return what writes a file of this name, by its ending; None where the ending is not known."""
    return {".csv": to_csv, ".jsonl": to_json_lines, ".html": to_html}.get(PurePath(path).suffix.lower())


def to_csv(entries: Iterable[Entry], file: TextIO, language: Language, zone: tzinfo) -> None:
    """Write a table that spreadsheets open; a text that looks like a formula stays a text."""
    write_table(COLUMNS, (entry_as_json(entry, language, zone) for entry in entries), file)


def write_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], file: TextIO) -> None:
    """Write rows under their columns' names; a text that looks like a formula stays a text."""
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)


def to_json_lines(entries: Iterable[Entry], file: TextIO, language: Language, zone: tzinfo) -> None:
    """Write one JSON object a line, as `log --json` shows them."""
    shown = (entry_as_json(entry, language, zone) for entry in entries)
    file.writelines(json.dumps(entry, ensure_ascii=False) + "\n" for entry in shown)


def to_html(entries: Iterable[Entry], file: TextIO, language: Language, zone: tzinfo) -> None:
    """Write a plain page with one row an entry."""
    title = escape(word("demo-log", language).lstrip("0123456789. "))
    heads = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    file.write(
        f'<!doctype html>\n<html lang="{language.value}"><head><meta charset="utf-8"><title>{title}</title>'
        "</head><body><table border><thead><tr>"
        f"{heads}</tr></thead><tbody>\n"
    )
    for entry in entries:
        shown = entry_as_json(entry, language, zone)
        cells = "".join(f"<td>{escape(_text(shown[name]))}</td>" for name in COLUMNS)
        file.write(f"<tr>{cells}</tr>\n")
    file.write("</tbody></table></body></html>\n")


def _text(value: Any) -> str:  # noqa: ANN401 whatever an entry has
    return "" if value is None else str(value)


def _cell(value: Any) -> str:  # noqa: ANN401 likewise
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
