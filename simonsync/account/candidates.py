"""The documents that may be a work order's invoice, as Sellsy shows them now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simonsync.account.resolve import documents_shown
from simonsync.errors import NotFound, Refused
from simonsync.store.opening import open_state

if TYPE_CHECKING:
    from simonsync.account.execution import Account
    from simonsync.domain.records import Document
    from simonsync.store.ledger import LedgerEntry


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document that an open case names; `document` is None where Sellsy does not show it, or refuses to."""

    id: str
    document: Document | None


def candidates_of(account: Account, entry: LedgerEntry) -> tuple[NamedDocument, ...]:
    """Read each document that the open cases of a work order name; nothing is written.

    Raises CredentialsRefused, ServiceUnavailable.
    """
    with open_state(account.database) as state:
        named = documents_shown(entry, state)
    if not named:
        return ()
    sellsy = account.sellsy()

    def shown(document_id: str) -> Document | None:
        try:
            return sellsy.invoice(document_id)
        except (NotFound, Refused):
            return None

    return tuple(NamedDocument(each, shown(each)) for each in named)
