"""Entries of the journal as scripts read them [8]."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from simonsync.messages.render import Language, render
from simonsync.store.journal import Entry


def entry_as_json(entry: Entry, language: Language, zone: tzinfo) -> dict[str, Any]:
    """Return an entry; `record` is the work order's number where there is one, else the id."""
    text, action = render(entry.message, language, zone, record=entry.number or entry.record)
    return {
        "id": str(entry.id),
        "first_at": utc(entry.first_at),
        "last_at": utc(entry.last_at),
        "times": entry.times,
        "severity": entry.message.kind.severity.value,
        "code": entry.message.kind.code,
        "table": entry.table.value,
        "record": entry.number or entry.record or None,
        "message": text,
        "action": action,
        "params": dict(entry.message.shown),
        "open": entry.open,
        "cured_at": None if entry.cured_at is None else utc(entry.cured_at),
        "run": None if entry.run is None else str(entry.run),
    }


def utc(moment: datetime) -> str:
    """Write a moment for scripts: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
