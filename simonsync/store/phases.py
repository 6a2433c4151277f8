"""Where the account stands: its phase, the pair it belongs to, when it was active, its settings over time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from simonsync.domain.phase import Phase
from simonsync.store.database import Database, Value
from simonsync.store.values import optional_moment, to_moment, to_object, to_text, understood


@dataclass(frozen=True, slots=True)
class Activation:
    """The present state of the activation.

    Attributes:
        since, until: begin and end of the newest active period, by our clock.
        corp_id, licence_hash, api: the pair that the state belongs to; None before the first connection.
        machine: identity of the machine that wrote last.
        had_invoices: the Sellsy account had some when it was connected; None where nobody looked.
        creates_wait_until: by Sellsy's clock; in a file of the first edition, no draft is made before.
    """

    phase: Phase = Phase.NEVER_ACTIVATED
    since: datetime | None = None
    until: datetime | None = None
    terms_accepted_at: datetime | None = None
    corp_id: str | None = None
    company: str | None = None
    licence_hash: str | None = None
    api: str | None = None
    machine: str | None = None
    creates_wait_until: datetime | None = None
    had_invoices: bool | None = None


class Activations:
    """Reads and changes where the account stands."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def get(self) -> Activation:
        """Tell where the account stands."""
        row = self._database.one("SELECT * FROM activation")
        period = self._database.one("SELECT * FROM periods ORDER BY simon_since DESC, since DESC LIMIT 1")
        since, until = (period["since"], period["until"]) if period else (None, None)
        if row is None:
            return Activation()
        return Activation(
            phase=understood(Phase, row["phase"]),
            since=optional_moment(since),
            until=optional_moment(until),
            terms_accepted_at=optional_moment(row["terms_accepted_at"]),
            corp_id=row["corp_id"],
            company=row["company"],
            licence_hash=row["licence_hash"],
            api=row["api"],
            machine=row["machine"],
            creates_wait_until=optional_moment(row["creates_wait_until"]),
            had_invoices=None if row["had_invoices"] is None else bool(row["had_invoices"]),
        )

    def set_phase(self, phase: Phase) -> None:
        """Move to another phase."""
        self._set(phase=phase)

    def accept_terms(self, at: datetime) -> None:
        """Note that the terms of the integration were accepted [5.1]."""
        self._set(terms_accepted_at=to_text(at))

    def belong_to(self, *, corp_id: str, company: str, licence_hash: str, api: str) -> None:
        """Note the pair of Sellsy company and Simon licence that this state belongs to."""
        self._set(corp_id=corp_id, company=company, licence_hash=licence_hash, api=api)

    def speaks(self, api: str) -> None:
        """Note which of Sellsy's APIs is spoken now; its ids were proven to be the stored ones."""
        if self.get().api not in (None, api):
            self._set(api=api)

    def of_simon(self, licence_hash: str) -> None:
        """Note the Simon that was emptied: it is the one that must be connected next."""
        self._set(licence_hash=licence_hash)

    def end_period(self, at: datetime) -> None:
        """End an active period that was never closed, without a word about the phase."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE periods SET until = ?, simon_until = ? WHERE until IS NULL",
                (to_text(at), to_text(at)),
            )

    def on_machine(self, machine: str) -> None:
        """Note the machine that writes now."""
        self._set(machine=machine)

    def had_invoices(self, *, some: bool) -> None:
        """Note whether the Sellsy account has invoices, of whomever, at its first connection."""
        self._set(had_invoices=int(some))

    def forget_end_of_wait(self) -> None:
        """Forget until when the first edition made no draft."""
        self._set(creates_wait_until=None)

    def activate(self, at: datetime, simon_at: datetime) -> None:
        """Begin an active period, by our clock and by Simon's."""
        with self._database.transaction():
            self._set(phase=Phase.ACTIVE)
            self._database.execute(
                "INSERT INTO periods (since, simon_since) VALUES (?, ?)",
                # Simon's stamps have whole seconds: what is archived in this very second counts as after.
                (to_text(at), to_text(simon_at.replace(microsecond=0))),
            )

    def deactivate(self, at: datetime, simon_at: datetime) -> None:
        """End the active period, by our clock and by Simon's."""
        with self._database.transaction():
            self._set(phase=Phase.INACTIVE)
            self._database.execute(
                "UPDATE periods SET until = ?, simon_until = ? WHERE until IS NULL",
                (to_text(at), to_text(simon_at)),
            )

    def was_active(self, simon_at: datetime) -> bool:
        """Tell whether the integration was active at a moment of Simon's clock [9.2]."""
        row = self._database.one(
            "SELECT 1 FROM periods WHERE simon_since <= ? AND (simon_until IS NULL OR ? < simon_until)",
            (to_text(simon_at), to_text(simon_at)),
        )
        return row is not None

    def _set(self, **columns: Value) -> None:
        names = ", ".join(f"{name} = ?" for name in columns)
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO activation (only, phase) VALUES (1, ?) ON CONFLICT DO NOTHING",
                (Phase.NEVER_ACTIVATED,),
            )
            self._database.execute(f"UPDATE activation SET {names}", tuple(columns.values()))


class SettingsHistory:
    """The settings that applied, from when on [6.1]: changes are never retroactive."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def current(self) -> tuple[int, Mapping[str, object]] | None:
        """Return the revision in force and its settings; None before the first."""
        row = self._database.one("SELECT * FROM settings_history ORDER BY revision DESC LIMIT 1")
        return None if row is None else (row["revision"], to_object(row["settings"]))

    def revision(self, number: int) -> tuple[datetime, Mapping[str, object]] | None:
        """Return when a revision came into force, and its settings."""
        row = self._database.one("SELECT * FROM settings_history WHERE revision = ?", (number,))
        return None if row is None else (to_moment(row["at"]), to_object(row["settings"]))

    def unchanged_since(self, *keys: str) -> datetime | None:
        """Return since when some settings have been as they are; None before the first were saved."""
        since = before = None
        for row in self._database.rows("SELECT at, settings FROM settings_history ORDER BY revision"):
            values = to_object(row["settings"])
            now = [values.get(key) for key in keys]
            if now != before:
                since, before = row["at"], now
        return optional_moment(since)

    def add(self, settings: Mapping[str, object], at: datetime) -> int:
        """Put settings into force and return their revision."""
        with self._database.transaction():
            row = self._database.one(
                "INSERT INTO settings_history (at, settings) VALUES (?, ?) RETURNING revision",
                (to_text(at), json.dumps(settings, ensure_ascii=False)),
            )
        return int(row["revision"]) if row else 0
