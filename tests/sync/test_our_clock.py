"""Our own clock may be ahead by more than a year for one run: what it noted blinds nobody afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from simonsync.errors import ExitCode
from tests.firm import Firm
from tests.sync.filing import Archive, unfinished
from tests.sync.quoting import article, quote
from tests.sync.test_cleanup import clean

YEAR = timedelta(days=400)


@contextmanager
def ahead(firm: Firm) -> Iterator[None]:
    firm.ahead = YEAR
    try:
        yield
    finally:
        firm.ahead = timedelta(0)


def deleted_is_told(firm: Firm) -> bool:
    """Delete the only draft in Sellsy, and let the timer run for a few hours."""
    (draft,) = firm.drafts()
    firm.box.sellsy.delete_document(draft.id)
    for _ in range(4):
        firm.later(minutes=61)
        firm.push()
    return "draft-deleted-in-sellsy" in firm.codes()


def test_3_4_drafts_are_watched_after_a_run_whose_clock_was_ahead(steady: Firm) -> None:
    steady.archived(work=30)
    steady.push()
    with ahead(steady):
        steady.later(minutes=61)
        steady.push()
    assert deleted_is_told(steady)


def test_3_4_a_watch_that_was_noted_in_the_future_counts_as_never(steady: Firm) -> None:
    steady.archived(work=30)
    steady.push()
    with steady.state() as state:
        state.cursors.move("watch", updated_at=steady.box.clock() + YEAR)
    assert deleted_is_told(steady)


def test_5_11_a_form_is_looked_for_after_a_run_whose_clock_was_ahead(filing: Archive) -> None:
    order = filing.with_papers()
    unfinished(filing, order, "Contrôle")
    filing.push()
    with ahead(filing):
        # Everything is there: the look is noted.
        filing.later_push(61)
        filing.later_push(61)
    filing.box.simon.complete_survey(order, "Contrôle")
    filing.later_push(61)
    assert filing.bt(order, "Contrôle.pdf") in filing.names()


def test_5_9_quotes_come_that_were_made_after_a_setting_was_switched_on_ahead_of_time(steady: Firm) -> None:
    with ahead(steady):
        steady.configure(quotes_to_work_orders=True, quote_lines_as_used_items=True)
        steady.pull()
    steady.later(minutes=5)
    quote(steady, [article(steady, "DISJ-16A")])
    assert steady.pull().exit_code is ExitCode.DONE
    assert len(steady.box.simon.rows("WorkOrder")) == 1


def test_the_screen_shows_no_change_from_the_future_once_there_is_a_newer_one(steady: Firm) -> None:
    with ahead(steady):
        steady.archived(work=30)
        steady.push()
    steady.archived(work=30)
    steady.later(minutes=5)
    steady.push()
    with steady.state() as state:
        at = state.cursors.get("work_orders").updated_at
    assert at is not None
    assert at <= steady.box.clock()


def test_8_information_is_not_deleted_by_a_clock_that_is_ahead(steady: Firm) -> None:
    steady.archived(work=30)
    steady.push()
    with ahead(steady):
        clean(steady)
    assert "draft-created" in steady.codes()
