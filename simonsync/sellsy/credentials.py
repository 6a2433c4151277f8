"""Who we are in Sellsy: four tokens of its older kind of access, or a client of its newer one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path


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


@dataclass(frozen=True, slots=True, repr=False)
class ClientSecret:
    """Client id and secret of a personal access, made under Settings, Developer portal, API V2.

    It belongs to one collaborator and has that one's rights; it must have the scope `api-v1`, since documents
    are spoken of in v1. The secret is shown once. Blanks around the values are taken off.

    Attributes:
        token_file: keeps the token that they are exchanged for, from one run to the next.
    """

    client_id: str
    client_secret: str
    token_file: Path | None = None

    def __post_init__(self) -> None:
        """Take off blanks around the values."""
        object.__setattr__(self, "client_id", self.client_id.strip())
        object.__setattr__(self, "client_secret", self.client_secret.strip())

    def __repr__(self) -> str:
        """Show nothing: reprs end in logs."""
        return "ClientSecret(…)"
