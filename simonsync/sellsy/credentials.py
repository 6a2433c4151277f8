"""Who we are in Sellsy."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, repr=False)
class SellsyCredentials:
    """The four values of a private application, made in Sellsy under Settings, Developer portal, API V1.

    They act with the rights of the collaborator who made them, and die with that collaborator's access.
    Blanks around them, as copying brings along, are taken off.
    """

    consumer_token: str
    consumer_secret: str
    user_token: str
    user_secret: str

    def __post_init__(self) -> None:
        """Take off blanks around the values."""
        for each in fields(self):
            object.__setattr__(self, each.name, getattr(self, each.name).strip())

    def __repr__(self) -> str:
        """Show nothing: reprs end in logs."""
        return "SellsyCredentials(…)"
