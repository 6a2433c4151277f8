"""Why and since when no draft is made: this state may be an old copy, and newer drafts may exist."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simonsync.domain.reading import Reading
from simonsync.store.database import Database, Row
from simonsync.store.values import optional_reading, understood


class WaitReason(StrEnum):
    """What makes drafts wait; each is a word of the catalogue with `wait-` before it."""

    WITNESS_AHEAD = "witness-ahead"
    """The witness beside the state file has seen more drafts than the file."""
    WITNESS_GONE = "witness-gone"
    CLOCKS = "clocks-disagree"
    """More time has passed for Sellsy than for this machine, although it was not started anew."""
    REBUILT = "rebuilt"
    RESTORED = "restored"

    @property
    def is_evidence(self) -> bool:
        """Whether something was noticed, as against something that was done."""
        return self not in {WaitReason.REBUILT, WaitReason.RESTORED}


@dataclass(frozen=True, slots=True)
class Wait:
    """A time without drafts.

    Attributes:
        knows: the last run whose work this file is known to hold.
        since: when it began; None where that is the next time that Sellsy answers.
    """

    number: int
    reason: WaitReason
    knows: int
    since: Reading | None


@dataclass(frozen=True, slots=True)
class HeldUp:
    """How often a work order had to wait for what was noticed here.

    Attributes:
        reason: of the last time.
        let_through: a human has looked and let it go.
    """

    times: int
    reason: WaitReason
    let_through: bool


class Waits:
    """The waits of one account; the newest one counts."""

    def __init__(self, database: Database) -> None:
        """Work on an open state file."""
        self._database = database

    def current(self) -> Wait | None:
        """Return the wait that is not known to be over."""
        row = self._database.one("SELECT * FROM waits WHERE over = 0 ORDER BY number DESC LIMIT 1")
        return None if row is None else _wait(row)

    def begin(self, reason: WaitReason, since: Reading | None, *, knows: int) -> Wait:
        """Begin to wait; what waited before waits along."""
        with self._database.transaction():
            self._database.execute("UPDATE waits SET over = 1 WHERE over = 0")
            row = self._database.one(
                "INSERT INTO waits (reason, knows, since) VALUES (?, ?, ?) RETURNING number",
                (reason, knows, None if since is None else since.as_text()),
            )
        return Wait(row["number"] if row else 0, reason, knows, since)

    def begin_anew(self, wait: Wait, since: Reading) -> None:
        """Let a wait begin at another moment: at first it had none, or one that says nothing any more."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE waits SET since = ? WHERE number = ?", (since.as_text(), wait.number)
            )

    def end(self, wait: Wait) -> None:
        """Note that a wait is over."""
        with self._database.transaction():
            self._database.execute("UPDATE waits SET over = 1 WHERE number = ?", (wait.number,))

    def hold_up(self, work_order_id: str, wait: Wait) -> None:
        """Note that a wait holds a work order up; each wait counts once."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO held_up (work_order, times, wait) VALUES (?, 1, ?) "
                "ON CONFLICT (work_order) DO UPDATE SET times = held_up.times + "
                "CASE WHEN held_up.wait = excluded.wait THEN 0 ELSE 1 END, wait = excluded.wait",
                (work_order_id, wait.number),
            )

    def held_up(self, work_order_id: str) -> HeldUp | None:
        """Return what has held a work order up so far."""
        row = self._database.one(
            "SELECT times, reason, let_through FROM held_up JOIN waits ON number = wait WHERE work_order = ?",
            (work_order_id,),
        )
        return (
            None
            if row is None
            else HeldUp(row["times"], understood(WaitReason, row["reason"]), bool(row["let_through"]))
        )

    def let_through(self, work_order_id: str) -> None:
        """Note a human's word that a work order waits no longer for what was noticed here."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE held_up SET let_through = 1 WHERE work_order = ?", (work_order_id,)
            )


def _wait(row: Row) -> Wait:
    return Wait(
        row["number"], understood(WaitReason, row["reason"]), row["knows"], optional_reading(row["since"])
    )
