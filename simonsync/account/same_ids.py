"""Another of Sellsy's APIs is used on a living state only where it names the same records by the same ids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from simonsync.domain.key import Kind
from simonsync.errors import StateUnusable
from simonsync.store.state import State
from simonsync.sync.ports import SellsyReader

_KINDS: Final = (Kind.CUSTOMER, Kind.ITEM, Kind.SERVICE, Kind.QUOTE)
_INVOICE: Final = "draft_invoice"
_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
_TRIED: Final = 5
"""How many records of a kind are tried: some may have been deleted in Sellsy meanwhile."""


def require_same_ids(state: State, sellsy: SellsyReader, wanted: str, now: datetime) -> None:
    """Prove by one record of each kind that the stored ids mean the same in the API that is wanted now.

    Addresses have no interface of their own there, and stay with the one that gave their ids.
    Raises StateUnusable where a record differs, or none of a kind can be read.
    """
    known = state.activation.get().api or ""

    def prove(kind: str, records: Iterable[tuple[str, bool | None]]) -> None:
        tried = ""
        for tried, same in records:  # noqa: B007 - the last one is told
            if same is not None:
                if same:
                    return
                break
        if tried:
            raise StateUnusable(
                "state-ids-differ", known=known, wanted=wanted, kind=f"@kind-{kind}", record=tried
            )

    for kind in _KINDS:
        bound = state.bindings.newest(kind, _TRIED)
        prove(kind, ((each.key.id, sellsy.is_same(each.key)) for each in bound))
    documents = islice(state.documents.known(_EVER, now), _TRIED)
    prove(_INVOICE, ((each.id, sellsy.is_same_invoice(each.id)) for each in documents))
