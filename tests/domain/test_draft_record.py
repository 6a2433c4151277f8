"""A draft is kept with its work order and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given

from simonsync.domain.draft import DraftInvoice, totals
from simonsync.domain.draft_record import from_record, to_record
from tests.drafts import DRAFTS

OF_THE_FIRST_EDITION = json.loads(
    '{"work_order_id": "12", "number": "4711", "marker": "ABCDEFGH1234", "customer": "2655",'
    ' "subject": "Bon de travail 4711 [SS-ABCDEFGH1234]", "reference": null, "note": "Rue X",'
    ' "lines": [{"kind": "item", "why": ["line-used-item", {"record": "3"}], "product": ["item", "41_7"],'
    ' "source": "used_item:3", "text": "Prise", "name": "P-12", "unit": "unité", "tax_id": "1",'
    ' "discount_unit": "percent", "quantity": "2", "unit_price": "8.50", "tax_rate": "20", "discount": "0"}],'
    ' "warnings": [["draft-without-lines", {"number": "4711"}]]}'
)


@given(DRAFTS)
def test_a_draft_comes_back_as_it_was(draft: DraftInvoice) -> None:
    record = json.loads(json.dumps(to_record(draft)))
    assert from_record(record) == draft
    assert totals(from_record(record).lines) == totals(draft.lines)


def test_a_draft_that_the_first_edition_kept_opens() -> None:
    kept = to_record(from_record(OF_THE_FIRST_EDITION))
    (line,) = kept["lines"]
    (line_then,) = OF_THE_FIRST_EDITION["lines"]
    # A field that is new since is added to both.
    assert {**line, **line_then} == line
    assert {**kept, **OF_THE_FIRST_EDITION, "lines": [line]} == kept


def test_what_an_older_record_lacks_has_its_default() -> None:
    record = {name: value for name, value in OF_THE_FIRST_EDITION.items() if name not in {"note", "warnings"}}
    whole = from_record(OF_THE_FIRST_EDITION)
    assert from_record(record) == replace(whole, note=None, warnings=())
