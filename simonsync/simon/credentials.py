"""Who we are in Simon."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simonsync.errors import UsageError


@dataclass(frozen=True, slots=True, repr=False)
class SimonCredentials:
    """The licence, the office user and, where Simon asks for one, the Api key.

    Attributes:
        key: the licence code, 16 digits; blanks and dashes between them are taken out.
        user: name of a user with an active licence this month.
        password: the user's password.
        api_key: the extra secret of the newer service; "" where none was given.

    Raises UsageError where the licence code is not 16 digits.
    """

    key: str
    user: str
    password: str
    api_key: str = ""

    def __post_init__(self) -> None:
        """Check the form of the licence code before anything is sent."""
        digits = re.sub(r"[\s-]", "", self.key)
        if not re.fullmatch(r"[0-9]{16}", digits):
            raise UsageError("simon-key-form")
        object.__setattr__(self, "key", digits)

    def __repr__(self) -> str:
        """Show nothing: reprs end in logs."""
        return "SimonCredentials(…)"
