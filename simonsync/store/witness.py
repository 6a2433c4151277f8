"""A small file beside the state file that tells whether that one is an old copy.

Both hold one number, which grows with each draft that is about to be made and with each wait. It is committed
in the state first and written here before the draft is sent. So a state file that somebody puts back knows
less than its witness does; one whose writer died in between knows more, and that means nothing.
"""

from __future__ import annotations

from contextlib import suppress

from simonsync.files import read_plain, state_problem, write_durably
from simonsync.store.database import Database
from simonsync.store.waits import WaitReason

_LARGEST = 64


class Witness:
    """The witness of one state file. A rehearsal leaves it alone."""

    def __init__(self, database: Database) -> None:
        """Belong to an open state file; nothing is read yet."""
        self._database = database
        self.path = database.path.with_suffix(".witness")

    def doubt(self) -> WaitReason | None:
        """Say why the state file may be an old copy; None where nothing speaks for it.

        A file that has never had a witness is new, or comes from before there were any: it is in no doubt
        unless there is one already. Raises StateUnusable where the witness cannot be read.
        """
        known, told = self._known(), self._told()
        if told is None:
            return None if known is None else WaitReason.WITNESS_GONE
        return WaitReason.WITNESS_AHEAD if told > (known or 0) else None

    @property
    def is_new(self) -> bool:
        """Whether the state file has never had a witness."""
        return self._known() is None

    def step(self) -> None:
        """Count one more in the state, beyond what either of the two knows; `write` is to follow."""
        number = max(self._known() or 0, self._told() or 0) + 1
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO witness (only, number) VALUES (1, ?) "
                "ON CONFLICT (only) DO UPDATE SET number = excluded.number",
                (number,),
            )

    def write(self) -> None:
        """Bring the witness up to the state file, durably; never down to it. Raises StateUnusable."""
        number, told = self._known(), self._told()
        if number is None or self._database.rehearsal or (told is not None and told >= number):
            return
        try:
            write_durably(self.path, f"{number}\n")
        except OSError as error:
            raise state_problem(self.path, error) from error

    def _known(self) -> int | None:
        row = self._database.one("SELECT number FROM witness")
        return None if row is None else int(row["number"])

    def _told(self) -> int | None:
        """Read the witness; None where it is gone, or says nothing."""
        try:
            content = read_plain(self.path, most=_LARGEST)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise state_problem(self.path, error) from error
        with suppress(ValueError):
            return int(content)
        return None
