"""One file that tells support what is the matter, without a secret, a name or an amount.

The same name is replaced by the same word everywhere in the file, so that what belongs together can still be
seen. What is let through is what cannot be a name: numbers, moments, codes, our own words; everything else
that was put into a text is replaced, whatever it is.
"""

from __future__ import annotations

import json
import platform
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from simonsync import __version__
from simonsync.account.wire_log import ENDING
from simonsync.config.redacted import redacted
from simonsync.config.schema import Configuration
from simonsync.files import is_there, not_writable, replacing
from simonsync.host.doctor.examination import Check, Shown
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language, render
from simonsync.secrecy import without_secrets
from simonsync.store.journal import Entry, JournalFilter
from simonsync.store.state import State

RUNS: Final = timedelta(days=3)
JOURNAL: Final = timedelta(days=30)
MOST: Final = 1000
"""So many runs, and so many entries of the journal, are put in: the newest."""

_LIBRARIES: Final = (
    "typer",
    "rich",
    "requests",
    "urllib3",
    "oauthlib",
    "sqlite-utils",
    "PyYAML",
    "reportlab",
)
_OURS: Final = frozenset(
    {"checks", "code", "count", "document", "kind", "list", "method", "number", "numbers", "path", "plan"}
    | {"quote", "seconds", "service", "setting", "settings", "table", "variable", "version"}
)
"""Parameters that we fill in ourselves: places, counts and codes."""
_HARMLESS: Final = re.compile(
    r"(@[\w-]+(, )?)+|\d{1,12}|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)|HTTP \d{3}|E_[A-Z_]+|"
    r"[A-Z][A-Za-z]+\.[a-z][A-Za-z]+|(yes|no|true|false)"
)
_CODES: Final = re.compile(r"\bE_[A-Z_]+\b|\bHTTP \d{3}\b")
_AMOUNT: Final = re.compile(r"-?\d[\d\s]*([.,]\d+)?\s*(€|EUR|%)?")
_SHORTEST: Final = 3


@dataclass(slots=True)
class Aliases:
    """What each name is called in the file."""

    known: dict[str, str] = field(default_factory=dict)

    def of(self, value: str, kind: str) -> str:
        """Return the word for a value: the same each time."""
        if value not in self.known:
            count = sum(each.startswith(f"{kind}-") for each in self.known.values())
            self.known[value] = f"{kind}-{count + 1}"
        return self.known[value]

    def params(self, params: Mapping[str, str]) -> dict[str, str]:
        """Replace what stands in a message."""
        return {name: self._param(name, value) for name, value in params.items()}

    def message(self, message: Message) -> Message:
        """Replace what stands in a message and in what caused it."""
        return Message(
            message.kind, self.params(message.params), tuple(self.message(each) for each in message.causes)
        )

    def text(self, text: str) -> str:
        """Replace the names that are known by now wherever they stand in a text."""
        words = {
            form: word
            for name, word in self.known.items()
            if len(name) >= _SHORTEST
            for form in (name, json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1])
        }
        if not words:
            return text
        # All at once: what takes the place of one name is not looked through for another.
        any_of = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        return re.sub(rf"(?<!\w)(?:{any_of})(?!\w)", lambda found: words[found[0]], text)

    def _param(self, name: str, value: str) -> str:
        if not value or name in _OURS or _HARMLESS.fullmatch(value):
            return value
        if name == "cause":
            # A service's own words may say anything; its codes help.
            return " ".join((*_CODES.findall(value), self.of(value, "text")))
        return self.of(value, "amount" if _AMOUNT.fullmatch(value) else "name")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was put in: how many runs, entries of the journal, and requests of the last run."""

    path: Path
    runs: int
    entries: int
    requests: int


def write_bundle(
    path: Path,
    configuration: Configuration | None,
    state: State | None,
    doctor: Callable[[Shown], Iterable[Check]],
    now: datetime,
    problems: Iterable[Message],
) -> Bundle:
    """Write the file, for its owner alone. Raises UsageError where it cannot be written.

    Given what could be read, the checks of the doctor (told how parameters are shown), and what could not.
    """
    names = Aliases()
    if configuration is not None:
        names.of(configuration.account, "account")
        for url in (
            configuration.simon.url,
            configuration.sellsy.url,
            configuration.sellsy.document_url or "",
        ):
            _alias_host(url, names)
    if state is not None and (company := state.activation.get().company):
        names.of(company, "company")
    language = configuration.language if configuration is not None else Language.EN
    runs = [asdict(each) for each in state.runs.since(now - RUNS)][-MOST:] if state is not None else []
    entries = [_entry(each, names, language) for each in _journal(state, now)]
    wire = _wire(configuration)
    about = {
        "simonsync": __version__,
        "versions": _versions(),
        "made_at": now,
        "problems": [{"code": each.code, **names.params(each.params)} for each in problems],
        "phase": state.activation.get().phase if state is not None else None,
        "doctor": [asdict(check) for check in doctor(names.params)],
        "runs": runs,
        "journal": entries,
    }
    parts = {
        "support.json": json.dumps(about, ensure_ascii=False, indent=1, default=_plain),
        "wire.log": wire,
    }
    if configuration is not None:
        import yaml

        document = redacted(configuration)
        parts["config.yaml"] = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    try:
        with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in parts.items():
                shown = names.text(text.replace(str(Path.home()), "~"))
                archive.writestr(name, without_secrets(shown, thoroughly=True))
    except OSError as error:
        raise not_writable(path, error) from None
    return Bundle(path, len(runs), len(entries), max(0, wire.count("\n") - 1))


def _journal(state: State | None, now: datetime) -> list[Entry]:
    if state is None:
        return []
    wanted = JournalFilter(since=now - JOURNAL), JournalFilter(only_open=True)
    found = {each.id: each for which in wanted for each in state.journal.entries(which)}
    return [found[number] for number in sorted(found)][-MOST:]


def _entry(entry: Entry, names: Aliases, language: Language) -> dict[str, Any]:
    message = names.message(entry.message)
    text, _ = render(message, language)
    return {
        "id": entry.id,
        "run": entry.run,
        "first_at": entry.first_at,
        "last_at": entry.last_at,
        "times": entry.times,
        "severity": message.kind.severity,
        "code": message.code,
        "params": message.shown,
        "text": text,
        "table": entry.table,
        "record": entry.record,
        "number": entry.number,
        "open": entry.open,
        "cured_at": entry.cured_at,
    }


def _wire(configuration: Configuration | None) -> str:
    if configuration is None or not is_there(configuration.database.with_suffix(ENDING)):
        return ""
    return configuration.database.with_suffix(ENDING).read_text("utf-8", "replace")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _alias_host(url: str, names: Aliases) -> None:
    host = urlsplit(url).hostname or ""
    if (
        host
        and not host.endswith(".sellsy.com")
        and not re.fullmatch(r"localhost|[\d.]+|\[?[\da-f:]+\]?", host)
    ):
        names.of(host, "host")


def _versions() -> dict[str, str]:
    found = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "sqlite": sqlite3.sqlite_version,
    }
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "?"
    return found
