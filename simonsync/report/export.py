"""The journal as a file for others: CSV for a spreadsheet, JSON lines for programs, HTML for eyes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from functools import partial
from html import escape
from itertools import chain
from pathlib import PurePath
from typing import Any, TextIO

from simonsync.messages.render import Language, moment, render, word
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
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By it a spreadsheet tells UTF-8 from the machine's old encoding."""
Exporter = Callable[[Iterable[Entry], TextIO, Language, tzinfo], None]


def exporter_of(path: str, *, in_locale: bool = False) -> Exporter | None:
    """Return what writes a file of this name, by its ending; None where the ending is not known.

    `in_locale`: a CSV as a spreadsheet of the reader's language opens it by a double click.
    """
    by_ending: dict[str, Exporter] = {
        ".csv": partial(to_csv, in_locale=in_locale),
        ".jsonl": to_json_lines,
        ".html": to_html,
    }
    return by_ending.get(PurePath(path).suffix.lower())


def to_csv(
    entries: Iterable[Entry], file: TextIO, language: Language, zone: tzinfo, *, in_locale: bool = False
) -> None:
    """Write a table that spreadsheets open; a text that looks like a formula stays a text."""
    if in_locale:
        file.write(_BYTE_ORDER_MARK)
    semicolon = in_locale and language is not Language.EN
    _write_cells(_rows(entries, language, zone), file, ";" if semicolon else ",")


def write_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], file: TextIO) -> None:
    """Write rows under their columns' names; a text that looks like a formula stays a text."""
    cells = (["" if row[name] is None else str(row[name]) for name in columns] for row in rows)
    _write_cells(chain([columns], cells), file, ",")


def _write_cells(rows: Iterable[Sequence[str]], file: TextIO, delimiter: str) -> None:
    writer = csv.writer(file, delimiter=delimiter)
    for row in rows:
        writer.writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row)


def to_json_lines(entries: Iterable[Entry], file: TextIO, language: Language, zone: tzinfo) -> None:
    """Write one JSON object a line, as `log --json` shows them."""
    shown = (entry_as_json(entry, language, zone) for entry in entries)
    file.writelines(json.dumps(entry, ensure_ascii=False) + "\n" for entry in shown)


def to_html(entries: Iterable[Entry], file: TextIO, language: Language, zone: tzinfo) -> None:
    """Write a plain page with one row an entry."""
    title = escape(word("demo-log", language).lstrip("0123456789. "))
    rows = _rows(entries, language, zone)
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in next(rows))
    file.write(
        f'<!doctype html>\n<html lang="{language.value}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        # Wider than a telephone: it is the table that is moved, and not the page.
        '<body><div style="overflow-x:auto"><table border><thead><tr>'
        f"{heads}</tr></thead><tbody>\n"
    )
    for row in rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
        file.write(f"<tr>{cells}</tr>\n")
    file.write("</tbody></table></div></body></html>\n")


def _rows(entries: Iterable[Entry], language: Language, zone: tzinfo) -> Iterator[tuple[str, ...]]:
    """Give the headings, then each entry, as people read them: in their words, by the account's clock."""
    yield tuple(word(f"export-{name}", language) for name in COLUMNS)
    for entry in entries:
        text, action = render(entry.message, language, zone, record=entry.number or entry.record)
        yield (
            moment(entry.last_at, zone, language),
            word(f"severity-{entry.message.kind.severity}", language),
            entry.message.code,
            word(f"table-{entry.table}", language),
            entry.number or entry.record,
            text,
            action,
            str(entry.times),
            moment(entry.first_at, zone, language),
            word("yes" if entry.open else "no", language),
            moment(entry.cured_at, zone, language) if entry.cured_at else "",
            "" if entry.run is None else str(entry.run),
        )
