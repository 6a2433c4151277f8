"""Drafts of every shape, made from what a draft and a line declare: a new field is filled by itself."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Kind, sellsy_key
from simonsync.messages import kinds
from simonsync.messages.kinds import Message

TEXTS = st.text(max_size=30)
_CUSTOMERS = st.builds(sellsy_key, st.just(Kind.CUSTOMER), TEXTS)
_ARTICLES = st.builds(sellsy_key, st.sampled_from([Kind.ITEM, Kind.SERVICE]), TEXTS)
_REASONS = st.builds(Message, st.just(kinds.LINE_USED_ITEM), st.dictionaries(TEXTS, TEXTS, max_size=3))
_WARNINGS = st.just((Message(kinds.DRAFT_WITHOUT_LINES, {"number": "4711"}),))
BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "str": TEXTS,
    "str | None": st.none() | TEXTS,
    "Decimal": st.decimals(min_value=-10_000, max_value=10_000, places=9),
    "LineKind": st.sampled_from(LineKind),
    "Key": _CUSTOMERS,
    "Key | None": st.none() | _ARTICLES,
    "date | None": st.none() | st.dates(),
    "Message": _REASONS,
    "tuple[Message, ...]": _WARNINGS,
}
"""What a field of each type may hold; a type that is new to drafts is named here."""
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "discount_unit": st.sampled_from(["percent", "amount"]),
    "tax_rate": st.sampled_from([Decimal(20), Decimal("5.5"), Decimal(0)]),
}


def _filled(kind: type[Any], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    chosen = {**BY_NAME, **given}
    return st.builds(
        kind,
        **{
            field.name: chosen[field.name] if field.name in chosen else BY_TYPE[str(field.type)]
            for field in fields(kind)
        },
    )


LINES: st.SearchStrategy[DraftLine] = _filled(DraftLine)
DRAFTS: st.SearchStrategy[DraftInvoice] = _filled(DraftInvoice, lines=st.lists(LINES, max_size=5).map(tuple))
