"""What people read with `simonsync log`: codes and parameters, in no language."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from simonsync.messages.kinds import KINDS, TO_LOOK_AT, Message, Severity, Table
from simonsync.store.database import Database, Row, Value
from simonsync.store.values import optional_moment, to_moment, to_object, to_text, understood

_CAUSES = "causes"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal.

    Attributes:
        times: how often it happened between `first_at` and `last_at`.
        record: Simon's or Sellsy's id of what it is about; `number` the work order's number, if any.
        open: it still needs someone, or still lasts.
        run: the run that saw it last; `cured_run` the one that found it cured.
    """

    id: int
    run: int | None
    first_at: datetime
    last_at: datetime
    times: int
    message: Message
    table: Table
    record: str
    number: str
    open: bool
    cured_at: datetime | None
    cured_run: int | None


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which entries to show; an absent condition does not restrict.

    `record` matches the id or the number.
    """

    severities: Sequence[Severity] = tuple(Severity)
    codes: Sequence[str] = ()
    table: Table | None = None
    record: str | None = None
    since: datetime | None = None
    only_open: bool = False
    after_id: int = 0


class Journal:
    """The journal of one account; repeats of a lasting message are counted, not repeated."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def note(
        self,
        message: Message,
        at: datetime,
        *,
        run: int | None = None,
        record: str = "",
        table: Table | None = None,
    ) -> bool:
        """Write a message down; return whether it is new (not a repeat of one that lasts)."""
        kind, where = message.kind, table or message.kind.table
        params = json.dumps(_stored(message), sort_keys=True, ensure_ascii=False)
        with self._database.transaction():
            if kind.lasting:
                repeated = self._database.execute(
                    "UPDATE journal SET times = times + 1, last_at = ?, params = ?, run = ? "
                    "WHERE open = 1 AND code = ? AND kind = ? AND record = ? AND (NOT ? OR params = ?)",
                    (to_text(at), params, run, kind.code, where, record, kind.to_look_at, params),
                ).rowcount
                if repeated:
                    return False
            self._database.execute(
                "INSERT INTO journal (run, first_at, last_at, times, severity, code, kind, record, number, "
                "params, open) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run,
                    to_text(at),
                    to_text(at),
                    kind.severity,
                    kind.code,
                    where,
                    record,
                    message.params.get("number", ""),
                    params,
                    int(kind.lasting),
                ),
            )
        return True

    def cure(
        self, table: Table, record: str, at: datetime, *, run: int | None = None, codes: Sequence[str] = ()
    ) -> int:
        """Close what was open about a record (only these codes, where given); return how much it was.

        What is to be looked at on a draft closes by its code alone: it is no case that settles itself.
        """
        condition, parameters = _codes(codes) if codes else _codes(TO_LOOK_AT, but=True)
        with self._database.transaction():
            return self._database.execute(
                "UPDATE journal SET open = 0, cured_at = ?, cured_run = ? "
                f"WHERE open = 1 AND kind = ? AND record = ?{condition}",
                (to_text(at), run, table, record, *parameters),
            ).rowcount

    def is_open(self, code: str, record: str) -> bool:
        """Tell whether a message about a record is still open."""
        row = self._database.one(
            "SELECT 1 FROM journal WHERE open = 1 AND code = ? AND record = ?", (code, record)
        )
        return row is not None

    def open_count(self, severity: Severity) -> int:
        """Count the open entries of a severity; warnings without those about drafts (`to_look_at`)."""
        condition, parameters = _codes(TO_LOOK_AT, but=True) if severity is Severity.WARNING else ("", ())
        row = self._database.one(
            f"SELECT count(*) FROM journal WHERE open = 1 AND severity = ?{condition}",
            (severity, *parameters),
        )
        return int(row[0]) if row else 0

    def to_look_at(self) -> int:
        """Count the drafts that somebody is to look at before sending them."""
        condition, parameters = _codes(TO_LOOK_AT)
        row = self._database.one(
            f"SELECT count(DISTINCT record) FROM journal WHERE open = 1{condition}", parameters
        )
        return int(row[0]) if row else 0

    def open_numbers(self, codes: Sequence[str]) -> tuple[str, ...]:
        """List the work order numbers with an open entry of one of these codes."""
        condition, parameters = _codes(codes)
        rows = self._database.rows(
            f"SELECT DISTINCT number FROM journal WHERE open = 1{condition} ORDER BY number",
            parameters,
        )
        return tuple(str(row["number"]) for row in rows)

    def entries(self, wanted: JournalFilter, *, last: int | None = None) -> Generator[Entry]:
        """Iterate over the entries, oldest first; with `last`, only the newest so many of them."""
        condition, parameters = _where(wanted)
        order = "ORDER BY last_at, id"
        query = f"SELECT * FROM journal WHERE {condition} {order}"
        if last is not None:
            newest = f"SELECT * FROM journal WHERE {condition} ORDER BY last_at DESC, id DESC LIMIT ?"
            query, parameters = f"SELECT * FROM ({newest}) {order}", (*parameters, last)
        for row in self._database.rows(query, parameters):
            if row["code"] in KINDS:
                yield _entry(row)

    def prune(self, before: datetime) -> int:
        """Forget information older than a moment; warnings and errors stay for ever."""
        with self._database.transaction():
            return self._database.execute(
                "DELETE FROM journal WHERE severity = ? AND open = 0 AND last_at < ?",
                (Severity.INFO, to_text(before)),
            ).rowcount


def _codes(codes: Sequence[str], *, but: bool = False) -> tuple[str, tuple[Value, ...]]:
    among = "NOT IN" if but else "IN"
    return (f" AND code {among} ({', '.join('?' * len(codes))})", tuple(codes)) if codes else ("", ())


def _where(wanted: JournalFilter) -> tuple[str, tuple[Value, ...]]:
    parts = ["id > ?"]
    parameters: list[Value] = [wanted.after_id, *wanted.severities]
    parts.append(f"severity IN ({', '.join('?' * len(wanted.severities))})")
    if wanted.codes:
        parts.append(f"code IN ({', '.join('?' * len(wanted.codes))})")
        parameters += wanted.codes
    if wanted.table is not None:
        parts.append("kind = ?")
        parameters.append(wanted.table)
    if wanted.record is not None:
        parts.append("(record = ? OR number = ?)")
        parameters += [wanted.record, wanted.record]
    if wanted.since is not None:
        parts.append("last_at >= ?")
        parameters.append(to_text(wanted.since))
    if wanted.only_open:
        parts.append("open = 1")
    return " AND ".join(parts), tuple(parameters)


def _stored(message: Message) -> dict[str, object]:
    """Write the parameters of a message, and the messages that it came from, as JSON has them."""
    causes = [{"code": each.code, "params": _stored(each)} for each in message.causes]
    return {**message.params, _CAUSES: causes} if causes else dict(message.params)


def _message(code: str, stored: dict[str, Any]) -> Message:
    causes = tuple(_message(each["code"], each["params"]) for each in stored.pop(_CAUSES, ()))
    return replace(Message.of(code, stored), causes=causes)


def _entry(row: Row) -> Entry:
    return Entry(
        id=row["id"],
        run=row["run"],
        first_at=to_moment(row["first_at"]),
        last_at=to_moment(row["last_at"]),
        times=row["times"],
        message=understood(lambda params: _message(row["code"], to_object(params)), row["params"]),
        table=understood(Table, row["kind"]),
        record=row["record"],
        number=row["number"],
        open=bool(row["open"]),
        cured_at=optional_moment(row["cured_at"]),
        cured_run=row["cured_run"],
    )
