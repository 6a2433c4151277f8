"""A draft is kept with its work order and comes back as it was."""

from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind, totals
from simonsync.domain.draft_record import from_record, to_record
from simonsync.domain.key import Kind, sellsy_key
from simonsync.messages import kinds
from simonsync.messages.kinds import Message

amounts = st.decimals(min_value=-10_000, max_value=10_000, places=9)
texts = st.text(max_size=30)
lines = st.builds(
    DraftLine,
    kind=st.sampled_from(LineKind),
    source=texts,
    why=st.builds(Message, st.just(kinds.LINE_USED_ITEM), st.dictionaries(texts, texts, max_size=3)),
    text=texts,
    name=texts,
    product=st.none() | st.builds(sellsy_key, st.sampled_from([Kind.ITEM, Kind.SERVICE]), texts),
    quantity=amounts,
    unit=texts,
    unit_price=amounts,
    tax_id=texts,
    tax_rate=st.sampled_from([Decimal(20), Decimal("5.5"), Decimal(0)]),
    discount=amounts,
    discount_unit=st.sampled_from(["percent", "amount"]),
)
drafts = st.builds(
    DraftInvoice,
    work_order_id=texts,
    number=texts,
    marker=texts,
    customer=st.builds(sellsy_key, st.just(Kind.CUSTOMER), texts),
    subject=texts,
    lines=st.lists(lines, max_size=5).map(tuple),
    reference=st.none() | texts,
    note=st.none() | texts,
    warnings=st.just((Message(kinds.DRAFT_WITHOUT_LINES, {"number": "4711"}),)),
)


@given(drafts)
def test_a_draft_comes_back_as_it_was(draft: DraftInvoice) -> None:
    record = json.loads(json.dumps(to_record(draft)))
    assert from_record(record) == draft
    assert totals(from_record(record).lines) == totals(draft.lines)
