"""How records are named across both systems."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """The system in which a record was born."""

    SELLSY = "sellsy"
    SIMON = "simon"


class Kind(StrEnum):
    """What a key names."""

    CUSTOMER = "customer"
    ADDRESS = "address"
    CONTACT = "contact"
    ITEM = "item"
    SERVICE = "service"
    CATEGORY = "category"
    QUOTE = "quote"
    QUOTE_ROW = "quote_row"
    WORK_ORDER = "work_order"
    FILE = "file"


_ROW = ":row:"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """One record, named by the system it was born in, its kind and its id there.

    Records point at each other by keys; only `sync.apply` turns a key into the id in the target.

    Attributes:
        origin: where the record was born.
        kind: what it is.
        id: its id there, as text. A declined product is `ID_DECL`, a row of a quote `QUOTE:row:ROW`,
            the group for products without a category `none:item` or `none:service`.
    """

    origin: Origin
    kind: Kind
    id: str

    def __repr__(self) -> str:
        """Show it in one word: fingerprints are made of this, for each record of each pull."""
        return f"{self.origin}/{self.kind}:{self.id}"

    @property
    def ext_key(self) -> str:
        """The text written into Simon's ExtKey field, by which our records are found again.

        Examples: `customer:2655`, `item:41_7`, `service:9`, `quote:77`, `quote:77:row:5`.
        """
        prefix = Kind.QUOTE if self.kind is Kind.QUOTE_ROW else self.kind
        return f"{prefix}:{self.id}"


def sellsy_key(kind: Kind, record_id: str | int) -> Key:
    """Name a record of Sellsy."""
    return Key(Origin.SELLSY, kind, str(record_id))


def simon_key(kind: Kind, record_id: str | int) -> Key:
    """Name a record of Simon."""
    return Key(Origin.SIMON, kind, str(record_id))


_IN_EXT_KEYS = {Kind.CUSTOMER, Kind.ADDRESS, Kind.CONTACT, Kind.ITEM, Kind.SERVICE, Kind.CATEGORY, Kind.QUOTE}


def parse_ext_key(text: str | None) -> Key | None:
    """Read a Simon ExtKey; None where it is empty or was not written by simonsync."""
    kind, colon, record_id = (text or "").partition(":")
    if not colon or not record_id or kind not in _IN_EXT_KEYS:
        return None
    if kind == Kind.QUOTE and _ROW in record_id:
        return sellsy_key(Kind.QUOTE_ROW, record_id)
    return sellsy_key(Kind(kind), record_id)


def quote_row_key(quote: Key, row_id: str) -> Key:
    """Name one row of a quote."""
    return sellsy_key(Kind.QUOTE_ROW, f"{quote.id}{_ROW}{row_id}")
