"""Who we are in Sellsy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class SellsyCredentials:
    """The four texts that Sellsy's developer portal shows for a private application [4.3]."""

    consumer_token: str
    consumer_secret: str
    user_token: str
    user_secret: str

    def __repr__(self) -> str:
        """Show nothing: reprs end in logs."""
        return "SellsyCredentials(…)"
