"""What the page of the journal looks for: the conditions of `log`, and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from simonsync.messages.kinds import Severity, Table
from simonsync.messages.render import Language, render
from simonsync.rules.text import contains
from simonsync.store.journal import Entry, JournalFilter
from simonsync.store.state import State

MOST = 200
"""So many entries are shown at most, the newest."""
_LOOKED_THROUGH = 20_000


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; what is empty does not restrict.

    Attributes:
        record: a work order's number, or an id.
        words: stand in the text or in what to do about it, whatever their case and accents.
    """

    severity: str = ""
    table: str = ""
    record: str = ""
    words: str = ""
    only_open: bool = False

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Search:
        """Read a form; what no list offers does not restrict."""
        severity, table = form.get("severity", ""), form.get("table", "")
        return cls(
            severity=severity if severity in set(Severity) else "",
            table=table if table in set(Table) else "",
            record=form.get("record", "").strip(),
            words=form.get("words", "").strip(),
            only_open=bool(form.get("only_open")),
        )


def found(state: State | None, search: Search, language: Language, zone: tzinfo) -> list[Entry]:
    """Return the newest entries that fit, the newest first."""
    if state is None:
        return []
    wanted = JournalFilter(
        severities=(Severity(search.severity),) if search.severity else tuple(Severity),
        table=Table(search.table) if search.table else None,
        record=search.record or None,
        only_open=search.only_open,
    )
    entries = list(state.journal.entries(wanted, last=_LOOKED_THROUGH if search.words else MOST))
    if search.words:
        entries = [
            each
            for each in entries
            if contains(
                search.words,
                " ".join(render(each.message, language, zone, record=each.number or each.record)),
            )
        ]
    return entries[: -MOST - 1 : -1]
