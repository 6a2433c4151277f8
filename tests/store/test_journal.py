"""The journal: repeats are counted, what is cured is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Severity, Table
from simonsync.store.journal import Entry, JournalFilter
from simonsync.store.state import State
from tests.builders import NOON

LATER = NOON + timedelta(minutes=5)
HELD = Message(kinds.WORK_ORDER_WITHOUT_CUSTOMER, {"number": "4711", "address_customer": "Dupont"})
CREATED = Message(kinds.CUSTOMER_CREATED, {"name": "Dupont"})


def entries(state: State, wanted: JournalFilter | None = None, last: int | None = None) -> list[Entry]:
    return list(state.journal.entries(wanted or JournalFilter(), last=last))


def test_8_1_an_error_that_lasts_is_one_entry_that_counts(state: State) -> None:
    assert state.journal.note(HELD, NOON, run=1, record="123")
    assert not state.journal.note(HELD, LATER, run=2, record="123")
    (entry,) = entries(state)
    assert (entry.times, entry.first_at, entry.last_at, entry.run) == (2, NOON, LATER, 2)
    assert (entry.open, entry.record, entry.number) == (True, "123", "4711")


def test_8_1_the_same_error_about_another_record_is_another_entry(state: State) -> None:
    state.journal.note(HELD, NOON, record="123")
    state.journal.note(HELD, NOON, record="124")
    assert len(entries(state)) == 2


def test_8_1_news_are_written_each_time(state: State) -> None:
    assert state.journal.note(CREATED, NOON, record="7")
    assert state.journal.note(CREATED, LATER, record="7")
    assert [entry.open for entry in entries(state)] == [False, False]


def test_a_cured_error_shows_when_and_by_which_run(state: State) -> None:
    state.journal.note(HELD, NOON, run=1, record="123")
    assert state.journal.cure(Table.WORK_ORDER, "123", LATER, run=2) == 1
    (entry,) = entries(state)
    assert (entry.open, entry.cured_at, entry.cured_run) == (False, LATER, 2)
    assert state.journal.open_count(Severity.ERROR) == 0
    state.journal.note(HELD, LATER, run=3, record="123")
    assert len(entries(state)) == 2


def test_only_the_codes_that_are_named_are_cured(state: State) -> None:
    state.journal.note(HELD, NOON, record="123")
    failed = Message(kinds.DOCUMENT_UPLOAD_FAILED, {"number": "4711", "file": "a.pdf", "cause": "x"})
    state.journal.note(failed, NOON, record="123")
    state.journal.cure(Table.WORK_ORDER, "123", LATER, codes=[kinds.DOCUMENT_UPLOAD_FAILED.code])
    assert [entry.open for entry in entries(state)] == [True, False]


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (JournalFilter(), ["customer-created", "work-order-without-customer", "creates-wait"]),
        (JournalFilter(severities=[Severity.ERROR]), ["work-order-without-customer"]),
        (JournalFilter(table=Table.CUSTOMER), ["customer-created"]),
        (JournalFilter(record="4711"), ["work-order-without-customer", "creates-wait"]),
        (JournalFilter(record="123"), ["work-order-without-customer"]),
        (JournalFilter(since=LATER), ["creates-wait"]),
        (JournalFilter(only_open=True), ["work-order-without-customer", "creates-wait"]),
        (JournalFilter(codes=["creates-wait"]), ["creates-wait"]),
        (JournalFilter(after_id=1), ["work-order-without-customer", "creates-wait"]),
    ],
)
def test_8_2_the_journal_can_be_filtered(state: State, wanted: JournalFilter, codes: list[str]) -> None:
    state.journal.note(CREATED, NOON, record="7")
    state.journal.note(HELD, NOON, record="123")
    wait = Message(kinds.CREATES_WAIT, {"number": "4711", "until": "2026-11-24T12:20:00Z"})
    state.journal.note(wait, LATER, record="124")
    assert [entry.message.kind.code for entry in entries(state, wanted)] == codes


def test_the_newest_are_shown_oldest_first(state: State) -> None:
    for minute in range(5):
        message = Message(kinds.CUSTOMER_CREATED, {"name": str(minute)})
        state.journal.note(message, NOON + timedelta(minutes=minute), record=str(minute))
    assert [entry.record for entry in entries(state, last=2)] == ["3", "4"]


def test_old_information_is_pruned_and_errors_never(state: State) -> None:
    state.journal.note(CREATED, NOON, record="7")
    state.journal.note(HELD, NOON, record="123")
    state.journal.cure(Table.WORK_ORDER, "123", NOON)
    assert state.journal.prune(LATER) == 1
    assert [entry.message for entry in entries(state)] == [HELD]


def test_the_causes_of_a_message_come_back_with_it(state: State) -> None:
    inner = Message.of("simon-field-unreadable", {"field": "Quantity"})
    told = Message(kinds.WORK_ORDER_UNREADABLE, {"number": "4711"}, (inner,))
    state.journal.note(told, NOON, record="7")
    (entry,) = state.journal.entries(JournalFilter())
    assert entry.message == told
