"""A record is believed to be the one that was asked for only where it says so itself [3.4]."""

from __future__ import annotations

import pytest

from simonsync.errors import ExitCode
from tests.firm import Firm

CREATE = "Document.create"


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("sellsy", "Client.getOne", "*"),
        ("sellsy", "Catalogue.getOne", "*"),
        ("simon", "GET WorkOrder", "*(*)"),
        ("simon", "GET Location", "*(*)"),
    ],
)
def test_3_4_no_draft_is_made_of_another_record_than_was_asked_for(
    active: Firm, service: str, method: str, path: str
) -> None:
    order = active.archived("Dépannage", items=(("SER001", 1),))
    fault = active.box.faults.set("other_record", service=service, method=method, path=path, times=None)
    assert active.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert active.drafts() == []
    assert active.codes(only_open=True) == ["work-order-unreadable"]
    active.box.faults.remove(fault)
    active.later(minutes=5)
    assert active.push().exit_code is ExitCode.DONE
    assert active.entry(order).document_id is not None
    assert active.codes(only_open=True) == []


def test_3_4_a_draft_that_is_answered_with_the_document_of_another_work_order_is_looked_up(
    active: Firm,
) -> None:
    first = active.archived("premier", work=30)
    active.push()
    second = active.archived("second", work=30)
    active.box.faults.set("other_record", service="sellsy", method=CREATE, rows=-1)
    assert active.push().exit_code is ExitCode.UNKNOWN_OUTCOME
    assert active.entry(second).document_id is None
    active.later(minutes=5)
    assert active.push().exit_code is ExitCode.DONE
    documents = {active.entry(order).document_id for order in (first, second)}
    assert documents == {str(draft.id) for draft in active.drafts()}
    assert active.codes(only_open=True) == []
