"""A pause is not a loss: drafts wait only where something shows that this state may be an old copy."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from simonsync.account.resolve import Choice, resolve
from simonsync.domain.phase import Phase
from simonsync.errors import ExitCode, StateUnusable
from simonsync.store.sqlite.schema import migrations
from tests.firm import Firm

CREATE = "Document.create"
WAITS, DONE = ExitCode.UNKNOWN_OUTCOME, ExitCode.DONE


def rounds(firm: Firm, count: int, minutes: float = 5) -> list[ExitCode]:
    """Push every few minutes and return how the runs ended."""
    ends = []
    for _ in range(count):
        firm.later(minutes=minutes)
        ends.append(firm.push().exit_code)
    return ends


def reasons(firm: Firm) -> list[str]:
    """Why drafts wait, as people are told."""
    waiting = firm.journal(codes=["creates-wait"], only_open=True)
    return [entry.message.params["reason"] for entry in waiting]


def number_of(firm: Firm, order: int) -> str:
    return str(firm.box.simon.row("WorkOrder", order)["Number"])


def phase(firm: Firm) -> Phase:
    with firm.state() as state:
        return state.activation.get().phase


def witness(firm: Firm) -> Path:
    return firm.folder / "firm.witness"


def copy(firm: Firm, name: str = "old") -> None:
    with firm.state() as state:
        state.database.copy_to(firm.folder / name)


def put_back(firm: Firm, name: str = "old") -> None:
    """Somebody copies the state file back, as one does with files."""
    for suffix in ("-wal", "-shm"):
        (firm.folder / f"firm.db{suffix}").unlink(missing_ok=True)
    shutil.copy(firm.folder / name, firm.folder / "firm.db")


def refused_once(firm: Firm) -> None:
    """One draft is about to be made, and Sellsy is certain not to have it."""
    firm.archived("refusé", work=30)
    firm.box.faults.set("status", service="sellsy", method=CREATE, status=429)
    firm.push()
    assert firm.drafts() == []


# --- a pause --------------------------------------------------------------------------------------


@pytest.mark.parametrize("pause", [20, 60, 24 * 60, 3 * 24 * 60, 40 * 24 * 60], ids=lambda pause: f"{pause}m")
def test_after_a_pause_of_any_length_nothing_waits(steady: Firm, pause: int) -> None:
    for made in (1, 2, 3):
        steady.later(minutes=pause)
        steady.archived(work=30)
        assert steady.push().exit_code is DONE
        assert len(steady.drafts()) == made
    assert "creates-wait" not in steady.codes()


def test_neither_a_new_start_of_the_machine_nor_one_that_was_asleep_is_a_reason(steady: Firm) -> None:
    for boot, stood_still in (("another boot", 3600.0), ("", 0.0), ("a third boot", -9000.0)):
        steady.boot, steady.stood_still = boot, stood_still
        steady.later(hours=2)
        steady.archived(work=30)
        assert steady.push().exit_code is DONE
    assert len(steady.drafts()) == 3


def test_our_own_clock_may_be_wrong_by_days(steady: Firm) -> None:
    for days in (400, -400, 0):
        steady.ahead = timedelta(days=days)
        steady.later(minutes=20)
        steady.archived(work=30)
        assert steady.push().exit_code is DONE
    assert len(steady.drafts()) == 3


# --- the witness ----------------------------------------------------------------------------------


def test_an_old_copy_that_is_put_back_waits_says_why_and_sends_each_once(steady: Firm) -> None:
    copy(steady)
    refused_once(steady)
    put_back(steady)
    steady.archived(work=30)
    steady.later(minutes=5)
    assert steady.push().exit_code is WAITS
    assert reasons(steady) == ["@wait-witness-ahead"] * 2
    assert phase(steady) is Phase.ACTIVE
    assert rounds(steady, 3) == [WAITS, WAITS, DONE]
    assert len(steady.drafts()) == 2
    assert steady.codes(only_open=True) == []
    # It is over, and the same evidence is none a second time.
    steady.later(hours=3)
    steady.archived(work=30)
    assert steady.push().exit_code is DONE


def test_the_same_evidence_does_not_begin_the_wait_anew(steady: Firm) -> None:
    copy(steady)
    refused_once(steady)
    put_back(steady)
    steady.archived(work=30)
    assert rounds(steady, 4, minutes=7) == [WAITS, WAITS, WAITS, DONE]
    with steady.state() as state:
        row = state.database.one("SELECT count(*) FROM waits")
    assert row is not None
    assert row[0] == 1


@pytest.mark.parametrize("name", ["old", "newer"])
def test_a_copy_that_is_put_back_once_more_is_new_evidence(steady: Firm, name: str) -> None:
    copy(steady)
    refused_once(steady)
    copy(steady, "newer")
    put_back(steady)
    rounds(steady, 4)
    put_back(steady, name)
    steady.archived("encore", work=30)
    assert rounds(steady, 1) == [ExitCode.NEEDS_SOMEONE]
    # What was made since is visible: the file knows nothing of it.
    assert "state-lost" in steady.codes(only_open=True)
    assert len(steady.drafts()) == 1


def test_a_draft_that_sellsy_does_not_show_yet_is_not_made_again_from_an_old_copy(steady: Firm) -> None:
    copy(steady)
    steady.archived(work=30)
    steady.box.faults.set("invisible", service="sellsy", method=CREATE, seconds=8 * 60)
    steady.push()
    put_back(steady)
    assert rounds(steady, 1) == [WAITS]
    assert rounds(steady, 1) == [ExitCode.NEEDS_SOMEONE]
    assert steady.codes(only_open=True) == ["state-lost"]
    assert len(steady.drafts()) == 1


def test_a_witness_that_is_gone_makes_drafts_wait_once(steady: Firm) -> None:
    witness(steady).unlink()
    steady.archived(work=30)
    assert steady.push().exit_code is WAITS
    assert reasons(steady) == ["@wait-witness-gone"]
    assert rounds(steady, 3) == [WAITS, WAITS, DONE]
    steady.archived(work=30)
    assert rounds(steady, 1, minutes=60) == [DONE]
    assert len(steady.drafts()) == 2


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"many"])
def test_a_witness_that_says_nothing_is_as_one_that_is_gone(steady: Firm, content: bytes) -> None:
    witness(steady).write_bytes(content)
    steady.archived(work=30)
    assert steady.push().exit_code is WAITS
    assert reasons(steady) == ["@wait-witness-gone"]
    assert rounds(steady, 3)[-1] is DONE


def test_a_witness_that_is_behind_is_brought_up_and_means_nothing(steady: Firm) -> None:
    """The run that counted one more died before it could say so."""
    refused_once(steady)
    told = witness(steady).read_text()
    witness(steady).write_text("0\n")
    steady.archived(work=30)
    assert rounds(steady, 1) == [DONE]
    assert int(witness(steady).read_text()) == int(told) + 2


def test_the_witness_is_written_before_the_draft_is_sent_and_is_its_owners_alone(steady: Firm) -> None:
    told = []

    def look(moment: str) -> None:
        if moment == f"before {CREATE}":
            with steady.state() as state:
                row = state.database.one("SELECT number FROM witness")
            assert row is not None
            told.append((int(witness(steady).read_text()), row["number"]))

    steady.moment = look
    for description in ("un", "deux"):
        steady.archived(description, work=30)
    steady.push()
    (first, known), (second, _) = told
    assert first == known
    assert second == first + 1
    assert stat.S_IMODE(witness(steady).stat().st_mode) == 0o600


def test_without_a_witness_that_can_be_written_nothing_is_sent(steady: Firm, tmp_path: Path) -> None:
    steady.archived(work=30)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(witness(steady).read_text())
    witness(steady).unlink()
    witness(steady).symlink_to(elsewhere)
    with pytest.raises(StateUnusable) as refusal:
        steady.push()
    assert refusal.value.code == "file-symlink"
    assert CREATE not in steady.writes()
    assert elsewhere.read_text() == "1\n"


def test_a_dry_run_leaves_wait_and_witness_to_the_run_after_it(steady: Firm) -> None:
    witness(steady).unlink()
    steady.archived(work=30)
    result = steady.push(dry_run=True)
    assert [hold.message.kind.code for hold in result.held] == ["creates-wait"]
    assert not witness(steady).exists()
    assert steady.push().exit_code is WAITS
    assert witness(steady).exists()


def test_evidence_is_not_forgotten_by_a_run_that_gets_no_answer(steady: Firm) -> None:
    witness(steady).unlink()
    steady.archived(work=30)
    fault = steady.box.faults.set("status", service="sellsy", status=503, times=None)
    assert steady.push().exit_code is ExitCode.UNAVAILABLE
    steady.box.faults.remove(fault)
    assert rounds(steady, 1, minutes=60) == [WAITS]
    assert steady.drafts() == []


# --- the first edition ----------------------------------------------------------------------------


def as_first_edition(firm: Firm, **activation: str) -> None:
    """Make the state file one that the first edition has written: without all that came after."""
    path = firm.folder / "firm.db"
    older = firm.folder / "older.db"
    raw = sqlite3.connect(older)
    migrations.apply(sqlite_utils.Database(raw, execute_plugins=False), stop_before="m003_trust")
    raw.execute("ATTACH ? AS newer", (str(path),))
    for (table,) in raw.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
        if not table.startswith(("sqlite", "_sqlite")):
            known = {row[1] for row in raw.execute(f"PRAGMA newer.table_info({table})")}
            wanted = [row[1] for row in raw.execute(f"PRAGMA main.table_info({table})")]
            columns = ", ".join(name if name in known else f"0 AS {name}" for name in wanted)
            raw.execute(f"INSERT INTO main.{table} SELECT {columns} FROM newer.{table}")  # noqa: S608
    for name, value in activation.items():
        raw.execute(f"UPDATE main.activation SET {name} = ?", (value,))  # noqa: S608
    raw.commit()
    raw.close()
    older.chmod(0o600)
    for suffix in ("-wal", "-shm"):
        path.with_name(f"firm.db{suffix}").unlink(missing_ok=True)
    older.replace(path)


def test_a_file_of_the_first_edition_gets_a_witness_and_waits_for_nothing(steady: Firm) -> None:
    ended = steady.box.clock() - timedelta(minutes=5)
    as_first_edition(steady, creates_wait_until=ended.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    witness(steady).unlink()
    steady.archived(work=30)
    assert rounds(steady, 1, minutes=20) == [DONE]
    assert witness(steady).exists()
    assert len(steady.drafts()) == 1


def test_a_wait_of_the_first_edition_goes_on(steady: Firm) -> None:
    ends = steady.box.clock() + timedelta(minutes=14)
    as_first_edition(steady, creates_wait_until=ends.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    witness(steady).unlink()
    steady.archived(work=30)
    assert rounds(steady, 4) == [WAITS, WAITS, WAITS, DONE]


def test_a_copy_of_the_first_edition_that_is_put_back_is_an_old_one(steady: Firm) -> None:
    shutil.copy(steady.folder / "firm.db", steady.folder / "kept.db")
    as_first_edition(steady)
    shutil.copy(steady.folder / "firm.db", steady.folder / "old")
    refused_once(steady)
    put_back(steady)
    assert rounds(steady, 1) == [WAITS]
    assert reasons(steady) == ["@wait-witness-ahead"]


# --- the clocks -----------------------------------------------------------------------------------


def test_a_machine_that_was_put_back_makes_drafts_wait_once(steady: Firm) -> None:
    steady.stood_still = 3600
    steady.later(hours=1)
    steady.archived(work=30)
    assert steady.push().exit_code is WAITS
    assert reasons(steady) == ["@wait-clocks-disagree"]
    assert phase(steady) is Phase.ACTIVE
    assert rounds(steady, 3) == [WAITS, WAITS, DONE]
    assert len(steady.drafts()) == 1


@pytest.mark.parametrize(("stood_still", "passed"), [(115, 5), (3000, 60 * 24 * 40)])
def test_clocks_that_drift_a_little_are_no_evidence(steady: Firm, stood_still: float, passed: float) -> None:
    steady.stood_still = stood_still
    steady.later(minutes=passed)
    steady.archived(work=30)
    assert steady.push().exit_code is DONE


def test_a_run_that_hears_no_time_leaves_the_clocks_to_be_compared(steady: Firm) -> None:
    steady.stood_still = 3600
    steady.later(hours=1)
    steady.archived(work=30)
    fault = steady.box.faults.set("no_date", service="sellsy", times=None)
    assert steady.pull().exit_code is DONE
    steady.box.faults.remove(fault)
    assert steady.push().exit_code is WAITS


def test_a_third_wait_is_a_case_that_a_word_lets_through(steady: Firm) -> None:
    """The machine is put to sleep before each run: without a human it would wait for ever."""
    order = steady.archived(work=30)
    for _ in range(2):
        steady.stood_still += 3600
        steady.later(hours=1)
        assert steady.push().exit_code is WAITS
        assert steady.codes(only_open=True) == ["creates-wait"]
    for _ in range(2):
        steady.stood_still += 3600
        steady.later(hours=1)
        steady.push()
        assert "creates-wait-again" in steady.codes(only_open=True)
    assert steady.drafts() == []
    resolve(steady.account(), number_of(steady, order), Choice.CREATE)
    steady.stood_still += 3600
    steady.later(hours=1)
    assert steady.push().exit_code is DONE
    assert len(steady.drafts()) == 1
    assert steady.codes(only_open=True) == []


def test_a_third_wait_needs_a_word_that_was_said_after_it(steady: Firm) -> None:
    order = steady.archived(work=30)
    steady.push(dry_run=True)
    for _ in range(2):
        steady.stood_still += 3600
        steady.later(hours=1)
        steady.push()
    with steady.state() as state:
        state.ledger.ask_to_send(str(order))
    steady.stood_still += 3600
    steady.later(hours=1)
    steady.push()
    assert steady.drafts() == []
    assert rounds(steady, 4)[-1] is ExitCode.NEEDS_SOMEONE


# --- an unknown outcome ---------------------------------------------------------------------------


def unknown(firm: Firm, *, hears: bool = True, fault: str = "drop_before") -> None:
    """Let the draft of a work order have an unknown outcome; nothing was made, unless the fault says so.

    Where it `hears` no Date from Sellsy, that is so from now on.
    """
    firm.archived(work=30)
    firm.box.faults.set(fault, service="sellsy", method=CREATE)
    if not hears:
        firm.box.faults.set("no_date", service="sellsy", times=None)
    assert firm.push().exit_code is WAITS


def begun(firm: Firm) -> Any:
    with firm.state() as state:
        (attempt,) = state.attempts.unknown()
    return attempt.unknown_since


class DiedError(BaseException):
    """The power goes."""


def test_the_wait_begins_when_sellsy_is_next_heard(steady: Firm) -> None:
    unknown(steady)
    assert begun(steady) is None
    steady.later(minutes=14)
    steady.pull()
    assert begun(steady).said is not None
    assert steady.box.clock() - begun(steady).said < timedelta(seconds=5)


def test_the_wait_begins_in_the_same_run_where_sellsy_is_heard_in_it(steady: Firm) -> None:
    for description in ("un", "deux"):
        steady.archived(description, work=30)
    steady.box.faults.set("drop_before", service="sellsy", method=CREATE)
    assert steady.push().exit_code is WAITS
    assert len(steady.drafts()) == 1
    assert begun(steady) is not None


def test_the_wait_after_a_death_begins_with_the_first_answer_to_the_next_run(steady: Firm) -> None:
    def die(moment: str) -> None:
        if moment == f"before {CREATE}":
            raise DiedError

    steady.archived(work=30)
    steady.moment = die
    with pytest.raises(DiedError):
        steady.push()
    steady.moment = lambda _moment: None
    # The quarter of an hour since the intent is over, that since the first answer to a run is not.
    assert rounds(steady, 1, minutes=14) == [WAITS]
    assert rounds(steady, 5, minutes=2) == [WAITS] * 5
    assert steady.drafts() == []
    assert rounds(steady, 4, minutes=3) == [WAITS, WAITS, WAITS, DONE]
    assert len(steady.drafts()) == 1


def test_a_wait_that_began_in_the_future_begins_anew(steady: Firm) -> None:
    unknown(steady)
    skew = steady.box.faults.set("clock_skew", service="sellsy", seconds=400 * 86400.0)
    steady.boot = ""
    assert rounds(steady, 1) == [WAITS]
    steady.box.faults.remove(skew)
    assert rounds(steady, 6) == [WAITS] * 5 + [DONE]
    assert len(steady.drafts()) == 1


@pytest.mark.parametrize("boot", ["one boot", "another boot"])
def test_without_a_date_a_wait_is_measured_by_the_machines_own_clock(steady: Firm, boot: str) -> None:
    unknown(steady, hears=False)
    assert rounds(steady, 1) == [WAITS]
    # A machine that was started anew counts anew.
    steady.boot = boot
    ends = rounds(steady, 6)
    assert ends == [WAITS] * (4 if boot == "one boot" else 5) + [DONE] * (2 if boot == "one boot" else 1)
    assert len(steady.drafts()) == 1


def test_without_a_date_what_is_not_unknown_is_sent_whatever_our_clock_says(steady: Firm) -> None:
    steady.box.faults.set("no_date", service="sellsy", times=None)
    for days in (0, 400, -400):
        steady.ahead = timedelta(days=days)
        steady.later(hours=1)
        steady.archived(work=30)
        assert steady.push().exit_code is DONE
    assert len(steady.drafts()) == 3


def test_without_a_date_and_with_a_wrong_clock_an_unknown_draft_is_still_found(steady: Firm) -> None:
    steady.ahead = timedelta(days=400)
    unknown(steady, hears=False, fault="drop_after")
    (made,) = steady.drafts()
    # Without the tag it is found among its customer's invoices since the intent.
    steady.box.sellsy.edit_document(made.id, tags=[])
    steady.ahead = timedelta(0)
    rounds(steady, 8)
    assert steady.drafts() == []
    assert "draft-adopted" in steady.codes()
