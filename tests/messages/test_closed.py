"""Each case that stays open says who closes it: people must never look for the way to silence a message."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from simonsync.messages.kinds import KINDS, TO_LOOK_AT

ROOT = Path(__file__).parents[2]

SENT_OR_OTHERWISE_HELD = (
    "the draft is made, or something else holds the work order",
    "tests/sync/test_closing.py",
    "test_what_held_a_work_order_closes_when_it_is_sent_or_held_for_another_reason",
)
SERVICE_ANSWERS = (
    "a run that both services answer to its end, or new credentials",
    "tests/sync/test_closing.py",
    "test_a_service_that_answers_to_the_end_of_a_run_has_no_case",
)
NO_DOCUMENT_IN_THE_WAY = (
    "a look-up that shows no document in the way, or resolve",
    "tests/sync/test_watch.py",
    "test_a_case_about_a_document_that_was_deleted_closes_by_itself",
)

CLOSED_BY = {
    "archived-while-inactive": (
        "sent by name, resolve, or the daily count: opened again or deleted in Simon",
        "tests/sync/test_closing.py",
        "test_9_2_one_archived_while_inactive_and_deleted_is_no_case_once_that_is_certain",
    ),
    "attachments-unavailable": (
        "Simon offers them, or none are wanted any more",
        "tests/sync/test_closing.py",
        "test_5_11_a_simon_without_attachments_is_no_case_where_none_are_wanted",
    ),
    "brake": (
        "an approval, a cleanup that needs none, seven days, a wipe",
        "tests/sync/test_cleanup_brake.py",
        "test_7_3_a_plan_that_nobody_approves_expires_and_its_case_closes",
    ),
    "census-incomplete": (
        "the next count that adds up",
        "tests/sync/test_census.py",
        "test_3_4_a_list_that_does_not_add_up_is_told_and_stops_no_draft",
    ),
    "creates-wait": SENT_OR_OTHERWISE_HELD,
    "creates-wait-again": SENT_OR_OTHERWISE_HELD,
    "currency-differs": SENT_OR_OTHERWISE_HELD,
    "customer-kept-open-work-orders": (
        "the cleanup that may delete it, or finds that it is there again",
        "tests/sync/test_cleanup.py",
        "test_2_5_a_customer_with_open_work_orders_is_kept_and_they_are_named",
    ),
    "document-unavailable": (
        "the upload, the file taken out of Simon, seven days after the draft",
        "tests/sync/test_closing.py",
        "test_5_11_a_file_that_was_taken_out_of_simon_is_no_case",
    ),
    "document-upload-failed": (
        "the upload, the file found in Sellsy, resolve --seen",
        "tests/sync/test_closing.py",
        "test_5_11_a_file_that_fails_for_ever_is_told_until_a_person_has_seen_it",
    ),
    "draft-refused": SENT_OR_OTHERWISE_HELD,
    "einvoice-would-be-refused": SENT_OR_OTHERWISE_HELD,
    "draft-request-arrived": (
        "the draft is found, or resolve",
        "tests/sync/test_arrived.py",
        "test_a_human_who_found_none_has_it_made",
    ),
    "foreign-marker": NO_DOCUMENT_IN_THE_WAY,
    "list-incomplete": (
        "the next list that is whole",
        "tests/sync/test_whole_lists.py",
        "test_a_list_that_never_adds_up_blocks_new_work_orders_for_an_hour_at_most",
    ),
    "outcome-unknown": (
        "the draft is found or made, or resolve",
        "tests/sync/test_exactly_once.py",
        "test_a_draft_that_was_made_without_an_answer_is_found_and_adopted",
    ),
    "quote-already-invoiced": SENT_OR_OTHERWISE_HELD,
    "quote-customer-missing": (
        "its work order is made, or nobody wants one any more",
        "tests/sync/test_closing.py",
        "test_5_9_quotes_that_are_wanted_no_longer_wait_for_nobody",
    ),
    "quote-unreadable": (
        "it can be read, or nobody wants a work order of it any more",
        "tests/sync/test_quotes_once.py",
        "test_5_9_a_quote_that_is_gone_when_it_is_opened_is_left_out",
    ),
    "record-in-use": (
        "the cleanup that deletes it, or finds that it has not to go any more",
        "tests/sync/test_cleanup.py",
        "test_7_3_a_record_that_simon_refuses_to_delete_is_kept_with_one_counted_warning",
    ),
    "record-not-deleted": (
        "the cleanup that deletes it, or finds that it has not to go any more",
        "tests/sync/test_cleanup.py",
        "test_8_a_deletion_that_simon_refuses_is_one_open_case_until_it_works",
    ),
    "record-refused": (
        "it is written, or the cleanup finds that Sellsy has it no longer",
        "tests/sync/test_closing.py",
        "test_8_a_record_that_simon_refused_and_that_sellsy_has_no_longer_is_no_case",
    ),
    "record-unconfirmed": (
        "it is written, or the cleanup finds that Sellsy has it no longer",
        "tests/sync/test_pull.py",
        "test_8_a_record_that_simon_does_not_confirm_is_told_until_it_is",
    ),
    "sellsy-credentials-refused": SERVICE_ANSWERS,
    "service-unavailable": SERVICE_ANSWERS,
    "backup-failed": (
        "the next daily backup that is written",
        "tests/cli/test_backup.py",
        "test_a_daily_backup_that_fails_is_a_case_until_one_is_written",
    ),
    "setting-product-unknown": (
        "valid settings, or a run that wants those in force; for a held work order as the others",
        "tests/sync/test_closing.py",
        "test_6_2_a_setting_that_was_tried_and_refused_changes_no_later_run",
    ),
    "several-drafts-found": NO_DOCUMENT_IN_THE_WAY,
    "simon-credentials-refused": SERVICE_ANSWERS,
    "simon-licence-lapsed": SERVICE_ANSWERS,
    "state-lost": (
        "activated, and each old work order sent or settled by a word",
        "tests/sync/test_closing.py",
        "test_a_lost_state_is_over_once_people_have_activated_and_decided_about_what_is_old",
    ),
    "tax-disabled": SENT_OR_OTHERWISE_HELD,
    "two-schedulers": (
        "schedule remove, or a doctor that finds one",
        "tests/cli/test_schedule.py",
        "test_the_case_of_two_schedulers_closes_when_one_of_them_is_removed",
    ),
    "work-order-customer-not-client": SENT_OR_OTHERWISE_HELD,
    "work-order-customer-unknown": SENT_OR_OTHERWISE_HELD,
    "work-order-doubtful": (
        "sent by name, resolve, or the daily count: opened again or deleted in Simon",
        "tests/sync/test_reused_ids.py",
        "test_3_4_one_that_is_no_younger_is_sent_only_when_it_is_named",
    ),
    "work-order-item-unknown": SENT_OR_OTHERWISE_HELD,
    "work-order-not-found": SENT_OR_OTHERWISE_HELD,
    "work-order-unreadable": SENT_OR_OTHERWISE_HELD,
    "work-order-without-customer": SENT_OR_OTHERWISE_HELD,
}
"""Kind → what closes it, and a test that shows it.

What is to be looked at on a draft closes with a look (`resolve --seen`), with the document's step, or with
its watch: `tests/sync/test_to_look_at.py`.
"""


@cache
def declared_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(part.name for part in tree.body if isinstance(part, ast.FunctionDef))


def test_every_kind_of_case_has_something_that_closes_it() -> None:
    lasting = {code for code, kind in KINDS.items() if kind.lasting}
    assert lasting - {*TO_LOOK_AT} == CLOSED_BY.keys()


@pytest.mark.parametrize("code", CLOSED_BY)
def test_what_closes_a_case_is_shown_by_a_test_that_exists(code: str) -> None:
    _what, path, name = CLOSED_BY[code]
    assert name in declared_in(path)
