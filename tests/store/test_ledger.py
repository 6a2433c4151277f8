"""The ledger of work orders, the intents, the periods of activity and the cursors."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from simonsync.domain.key import Kind, sellsy_key, simon_key
from simonsync.domain.phase import Phase
from simonsync.domain.reading import Reading
from simonsync.domain.records import WorkOrderHead
from simonsync.store.attempts import AttemptOutcome
from simonsync.store.ledger import Status
from simonsync.store.state import State
from tests.builders import NOON

HEAD = WorkOrderHead("123", "4711", NOON, NOON, NOON)
EDITED = replace(HEAD, mutated_at=NOON + timedelta(minutes=1))
ARCHIVED_AGAIN = replace(EDITED, archived_at=NOON + timedelta(minutes=1))
CUSTOMER = sellsy_key(Kind.CUSTOMER, 7)


def status_after(state: State, before: Status, head: WorkOrderHead) -> Status:
    state.ledger.register(HEAD, "A" * 12, Status.WAITING)
    state.ledger.set_status("123", before)
    state.ledger.register(head, "A" * 12, Status.WAITING)
    entry = state.ledger.get("123")
    assert entry is not None
    return entry.status


@pytest.mark.parametrize(
    ("before", "head", "after"),
    [
        (Status.SETTLED, HEAD, Status.SETTLED),
        (Status.SETTLED, EDITED, Status.WAITING),
        (Status.DORMANT, EDITED, Status.DORMANT),
        (Status.DORMANT, ARCHIVED_AGAIN, Status.WAITING),
        (Status.SENT, ARCHIVED_AGAIN, Status.SENT),
        (Status.NEVER, ARCHIVED_AGAIN, Status.NEVER),
        (Status.DELETED, ARCHIVED_AGAIN, Status.DELETED),
        (Status.WAITING, ARCHIVED_AGAIN, Status.WAITING),
    ],
)
def test_3_4_what_a_change_in_simon_does_to_a_known_work_order(
    state: State, before: Status, head: WorkOrderHead, after: Status
) -> None:
    assert status_after(state, before, head) is after


def test_3_4_work_orders_wait_in_the_order_of_archiving(state: State) -> None:
    for number, minutes in (("1", 3), ("2", 1), ("3", 2)):
        at = NOON + timedelta(minutes=minutes)
        state.ledger.register(WorkOrderHead(number, number, at, at), number * 12, Status.WAITING)
    assert [entry.id for entry in state.ledger.waiting()] == ["2", "3", "1"]
    assert state.ledger.oldest_waiting() == NOON + timedelta(minutes=1)


def test_a_bound_work_order_is_sent_and_found_by_its_document(state: State) -> None:
    state.ledger.register(HEAD, "A" * 12, Status.WAITING)
    state.ledger.bind("123", "88", drafted_at=NOON, watched_until=NOON, expected={"rows": [], "total": "1"})
    entry = state.ledger.by_document("88")
    assert entry is not None
    assert (entry.status, entry.expected) == (Status.SENT, {"rows": [], "total": "1"})
    assert list(state.ledger.waiting()) == []
    assert [found.id for found in state.ledger.to_read_back()] == ["123"]
    state.ledger.read_back("123", NOON)
    assert list(state.ledger.to_read_back()) == []


def intend(state: State, number: int = 1) -> bool:
    return state.attempts.intend(
        "work_order:123", number, payload="x", customer=CUSTOMER, t0=NOON, at=NOON, run=1
    )


def test_an_intent_is_taken_once(state: State) -> None:
    assert intend(state)
    assert not intend(state)
    assert intend(state, 2)


def test_an_intent_without_an_outcome_is_unknown_until_it_is_closed(state: State) -> None:
    intend(state)
    (attempt,) = state.attempts.unknown()
    assert (attempt.outcome, attempt.unknown_since) == (None, None)
    state.attempts.wait_from("work_order:123", 1, Reading(NOON, "boot", 7.5))
    (attempt,) = state.attempts.unknown()
    assert (attempt.outcome, attempt.unknown_since) == (AttemptOutcome.UNKNOWN, Reading(NOON, "boot", 7.5))
    state.attempts.close_all("work_order:123", AttemptOutcome.APPLIED)
    assert list(state.attempts.unknown()) == []


def test_an_attempt_that_was_not_applied_leaves_an_earlier_unknown_one_unknown(state: State) -> None:
    intend(state)
    state.attempts.close("work_order:123", 1, AttemptOutcome.UNKNOWN)
    intend(state, 2)
    state.attempts.close("work_order:123", 2, AttemptOutcome.NOT_APPLIED)
    assert [attempt.number for attempt in state.attempts.open_at("work_order:123")] == [1]


def test_one_empty_look_up_a_run_counts(state: State) -> None:
    intend(state)
    state.attempts.close("work_order:123", 1, AttemptOutcome.UNKNOWN)
    for run in (5, 5, 6):
        state.attempts.count_empty_lookup("work_order:123", 1, run)
    (attempt,) = state.attempts.of("work_order:123")
    assert (attempt.empty_lookups, attempt.last_lookup_run) == (2, 6)


def test_9_2_activity_is_known_by_simons_clock(state: State) -> None:
    minute = timedelta(minutes=1)
    state.activation.activate(NOON, NOON + timedelta(microseconds=500))
    state.activation.deactivate(NOON + 10 * minute, NOON + 10 * minute)
    state.activation.activate(NOON + 20 * minute, NOON + 20 * minute)
    assert state.activation.get().phase is Phase.ACTIVE
    moments = [NOON - minute, NOON, NOON + 5 * minute, NOON + 15 * minute, NOON + 25 * minute]
    assert [state.activation.was_active(at) for at in moments] == [False, True, True, False, True]


def test_7_2_a_cursor_only_moves_forward(state: State) -> None:
    state.cursors.move("work_orders", mutation=NOON)
    state.cursors.move("work_orders", mutation=NOON - timedelta(days=1), updated_at=NOON)
    cursor = state.cursors.get("work_orders")
    assert (cursor.mutation, cursor.updated_at) == (NOON, NOON)
    state.cursors.move("customers", updated_at=NOON)
    assert state.cursors.get("customers").mutation is None


def test_6_1_settings_keep_their_history(state: State) -> None:
    first = state.settings.add({"quotes_to_work_orders": False}, NOON)
    second = state.settings.add({"quotes_to_work_orders": True}, NOON + timedelta(days=1))
    state.settings.add({"quotes_to_work_orders": True, "attachments": True}, NOON + timedelta(days=2))
    assert state.settings.revision(first) == (NOON, {"quotes_to_work_orders": False})
    assert state.settings.revision(second) is not None
    assert state.settings.unchanged_since("quotes_to_work_orders") == NOON + timedelta(days=1)
    assert state.settings.unchanged_since("quotes_to_work_orders", "attachments") == NOON + timedelta(days=2)
    assert state.settings.unchanged_since("documents") == NOON


def test_bindings_are_found_from_both_sides(state: State) -> None:
    key = sellsy_key(Kind.ITEM, "41_7")
    state.bindings.bind(key, "12", "abc", NOON)
    state.bindings.bind(simon_key(Kind.FILE, "x"), "12", "", NOON)
    found = state.bindings.by_target("12", Kind.ITEM, Kind.SERVICE)
    assert found is not None
    assert found.key == key
    later = Reading(NOON + timedelta(minutes=5))
    # The first look counts, unless it lies in the future.
    for seen, first in ((later, later), (Reading(NOON), Reading(NOON)), (later, Reading(NOON))):
        state.bindings.seen_missing(key, seen)
        assert [binding.missing_since for binding in state.bindings.of_kind(Kind.ITEM)] == [first]
    state.bindings.there_again(key)
    assert [binding.missing_since for binding in state.bindings.of_kind(Kind.ITEM)] == [None]
    state.bindings.seen_missing(key, later)
    state.bindings.bind(key, "13", "abc", NOON)
    again = state.bindings.get(key)
    assert again is not None
    assert (again.target_id, again.missing_since) == ("13", None)
