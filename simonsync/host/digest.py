"""The digest: once a day or a week, what was sent, what needs someone, and what is to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from simonsync.config.schema import Configuration
from simonsync.messages.kinds import Message, Severity
from simonsync.messages.render import render, sentence, word
from simonsync.store.journal import Entry, JournalFilter
from simonsync.store.state import State

NEVER: Final = "never"
_STREAM: Final = "digest"
_HOUR: Final = 7
"""By the account's clock: whoever comes to the office finds it there."""
_DAYS: Final = {"daily": 1, "weekly": 7}
_MOST: Final = 20
"""So many drafts and cases of each kind are named."""


def due_digest(
    state: State, configuration: Configuration, now: datetime, shown: Callable[[Message], Message]
) -> tuple[str, str] | None:
    """Return title and text where a digest is due, and note that it is sent; None where it is not.

    It is due with the first run after seven in the morning, weekly on Monday. `shown` leaves out of a message
    what people may not read there. It is noted before it is sent: one that a mail server refuses is not sent
    again with every run.
    """
    often = configuration.alerts.digest
    if often == NEVER:
        return None
    local = now.astimezone(configuration.zone)
    morning = local.replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    begin = morning - timedelta(days=local.weekday() if often == "weekly" else 0)
    if begin > local:
        begin -= timedelta(days=_DAYS[often])
    last = state.cursors.get(_STREAM).updated_at
    if last is not None and begin <= last <= now:
        return None
    since = last if last is not None and last <= now else begin - timedelta(days=_DAYS[often])
    written = _written(state, configuration, since, shown)
    state.cursors.move(_STREAM, updated_at=now)
    return f"simonsync {configuration.account}: {word(f'digest-{often}', configuration.language)}", written


def _written(
    state: State, configuration: Configuration, since: datetime, shown: Callable[[Message], Message]
) -> str:
    drafts = [entry.number for entry in state.ledger.drafted_since(since) if entry.document_id]
    parts = [_told("digest-drafts" if drafts else "digest-no-draft", configuration, drafts, since)]
    for severity, code in ((Severity.ERROR, "digest-needs"), (Severity.WARNING, "digest-look")):
        cases = list(state.journal.entries(JournalFilter(severities=(severity,), only_open=True)))
        if cases:
            lines = [_line(entry, configuration, shown) for entry in cases[:_MOST]]
            more = ["…"] if len(cases) > _MOST else []
            parts.append("\n".join((_told(code, configuration, cases, since), *lines, *more)))
    if len(parts) == 1:
        parts.append(_told("digest-quiet", configuration, (), since))
    return "\n\n".join(parts)


def _told(code: str, configuration: Configuration, of: Sequence[object], since: datetime) -> str:
    named = ", ".join(map(str, of[:_MOST])) + ("…" if len(of) > _MOST else "")
    params = {"count": str(len(of)), "since": since.isoformat(), "numbers": named}
    return sentence(Message.of(code, params), configuration.language, configuration.zone)


def _line(entry: Entry, configuration: Configuration, shown: Callable[[Message], Message]) -> str:
    text, action = render(
        shown(entry.message), configuration.language, configuration.zone, record=entry.number or entry.record
    )
    return f"- {text}\n  → {action}" if action else f"- {text}"
