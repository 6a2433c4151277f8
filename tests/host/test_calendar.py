"""Calendar expressions: what systemd reads, and what cron says in its five fields."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from simonsync.errors import UsageError
from simonsync.host.calendar import cron_fields, parse, sync_minutes

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)

UNDERSTOOD = (
    """
weekly|WEEKLY|daily|hourly|minutely|monthly|quarterly|semiannually|bi-annually|anually|yearly|daily UTC
Mon,Thu 03:00|Mon-Fri 3:00|Mon..Fri 3:00|Mon, 03:00|Mon,|monday|MON-tue|Mon..Sun|mon,mon|Mon  3:00
Mon..Wed,Fri|Mon *-*-1..7 3:00|Sunday 4:30|Mon UTC|5:30|003:00|*:*|*:0/15|3:0/31|3..8/2:00|3..4/2:00
*:*:*|3:00,10..20/5|*-*-1|*-1|1-1|02~01|*-*~1 3:00|*-*~1..3|*-*~7/2
*-*~28|2026-05-12|26-05-12|70-1-1|26..30-1-1|2026/2-1-1|*-1/3-1|*-2-30|*-*-1,15 3:00|*-*-01,03..05/2 3:0
2026-5-12 3:00 UTC|3:00 Europe/Paris|3:00 utc|weekly Europe/Paris|0000002026-1-1|2199-1-1
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
ONLY_SYSTEMD = ["3:00:00.5", "3:00:1.5/2.5", "3:00:59.9", "@1395716396", "0..24/5:00"]
"""Nobody needs these for a cleanup: parts of a second, one moment in time, a range that goes too far."""
NOT_UNDERSTOOD = (
    """
|mond|Thurs|05|5|*|1|~1|-1|Sat..Mon 3:00|Sun..Mon|Mon, Thu 03:00|,Mon|Mon/2|Mon 12|Mon *|Mon..Wed..Fri
Mon-Wed-Fri|Mon.Tue|Mon...Tue|Mon ..Tue|*-*-* 4|*-*-* 25:00|*-13-01|*-*-32|3:60|3:00:60|3:5.5|5..3:00
8..3/2:0|0/0:00|0/30:00|3:1/59|*/3:00|*/2-1-1|*..5:00|*,5:00|*:*:*/10|+3:00|3 :00|3: 00|1e3:0|٣:00
*-*-*3:00|2026-05-12T03:00:00|*-*-~1|*-*-*~1|*-*~1/3|*-*~7..1|*-*~29|*-*-31/1|*-*~2/2|*-*~30..30|1969-1-1|2200-1-1|100-1-1
3:00 Foo/Bar|3:00 Z|3:00 +02:00|3:00 europe/paris|daily daily|daily Foo|Europe/Paris|UTC|@-5|@5.5|3:00  UTC
""".replace("\n", "|")
    .strip("\n")
    .split("|")[1:-1]
)


def systemd_understands(expression: str) -> bool:
    analyse = [shutil.which("systemd-analyze") or "", "calendar", "--", expression]
    return subprocess.run(analyse, capture_output=True, check=False).returncode == 0


def understood(expression: str) -> bool:
    try:
        parse(expression)
    except UsageError:
        return False
    return True


@pytest.mark.parametrize("expression", UNDERSTOOD)
def test_an_expression_of_systemd_is_understood(expression: str) -> None:
    assert understood(expression)


@pytest.mark.parametrize("expression", [*NOT_UNDERSTOOD, *ONLY_SYSTEMD])
def test_what_systemd_does_not_understand_is_refused(expression: str) -> None:
    assert not understood(expression)


@needs_systemd
@pytest.mark.parametrize("expression", [*UNDERSTOOD, *NOT_UNDERSTOOD, *ONLY_SYSTEMD])
def test_the_lists_above_are_what_systemd_itself_says(expression: str) -> None:
    assert systemd_understands(expression) == (expression not in NOT_UNDERSTOOD)


NUMBERS = st.integers(0, 33).map(str)
ITEMS = st.one_of(
    NUMBERS,
    st.builds("{}..{}".format, NUMBERS, NUMBERS),
    st.builds("{}/{}".format, NUMBERS, NUMBERS),
    st.builds("{}..{}/{}".format, NUMBERS, NUMBERS, NUMBERS),
)
PARTS = st.one_of(st.just("*"), st.lists(ITEMS, min_size=1, max_size=2).map(",".join))
DAYS = st.sampled_from(["", "Mon ", "Sat,Sun ", "Tue..Fri ", "Fri..Tue ", "Wed,Thu-Sun "])
TIMES = st.builds("{}:{}".format, PARTS, PARTS)
# No list behind `~`: this far from the end, systemd refuses the second of two days that it takes alone.
DATES = st.one_of(
    st.builds("{}-{}-{} ".format, PARTS, PARTS, PARTS), st.builds("{}-{}~{} ".format, PARTS, PARTS, ITEMS)
)
EXPRESSIONS = st.builds("{}{}{}".format, DAYS, st.one_of(st.just(""), DATES), TIMES)


@needs_systemd
@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS)
def test_nothing_is_written_that_systemd_would_not_start(expression: str) -> None:
    if understood(expression):
        assert systemd_understands(expression)
    elif ".." not in expression:
        # A range whose end cannot be is a mistake here; systemd looks at the last of its steps.
        assert not systemd_understands(expression)


@pytest.mark.parametrize(
    ("expression", "fields"),
    [
        ("weekly", "0 0 * * 1"),
        ("*:5..5/1", "5 * * * *"),
        ("*:05..5/2", "5 * * * *"),
        ("3..3/6:00", "0 3 * * *"),
        ("daily", "0 0 * * *"),
        ("hourly", "0 * * * *"),
        ("Mon,Thu 03:00", "0 3 * * 1,4"),
        ("Sun 3:00", "0 3 * * 0"),
        ("Mon..Fri 6..9:0/30", "0,30 6,7,8,9 * * 1,2,3,4,5"),
        ("Sat,Sun,Fri 4:15", "15 4 * * 0,5,6"),
        ("*-*-1,15 02:30", "30 2 1,15 * *"),
        ("quarterly", "0 0 1 1,4,7,10 *"),
        ("*-6..8-1..7 3:0", "0 3 1,2,3,4,5,6,7 6,7,8 *"),
        ("*:0/15", "0,15,30,45 * * * *"),
        ("Mon..Sun 5:00:00", "0 5 * * *"),
        ("1970..2199-*-* 5:00", "0 5 * * *"),
    ],
)
def test_cron_says_it_in_five_fields(expression: str, fields: str) -> None:
    assert cron_fields(expression) == fields


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        ("2026-5-12 3:00", "@cron-year"),
        ("2026/2-1-1", "@cron-year"),
        ("3:00:30", "@cron-seconds"),
        ("*:*:*", "@cron-seconds"),
        ("*-*~1 3:00", "@cron-days-from-end"),
        ("Mon *-*-1..7 3:00", "@cron-weekday-and-day"),
        ("3:00 Europe/Paris", "@cron-zone"),
    ],
)
def test_what_cron_cannot_say_is_refused_with_the_reason(expression: str, cause: str) -> None:
    with pytest.raises(UsageError) as refused:
        cron_fields(expression)
    assert refused.value.code == "calendar-not-for-cron"
    assert refused.value.problems[0].params == {"value": expression, "cause": cause}


def test_what_is_no_expression_at_all_is_said_so_for_cron_too() -> None:
    with pytest.raises(UsageError) as refused:
        cron_fields("every monday")
    assert refused.value.code == "calendar-invalid"


def next_by_systemd(expression: str, begin: datetime, count: int) -> list[datetime]:
    done = subprocess.run(
        [
            shutil.which("systemd-analyze") or "",
            "calendar",
            f"--base-time={begin:%Y-%m-%d %H:%M:%S} UTC",
            f"--iterations={count}",
            expression,
        ],
        capture_output=True,
        text=True,
        check=True,
        env={"TZ": "UTC", "LC_ALL": "C"},
    )
    return [
        datetime.strptime(line.partition(": ")[2].strip(), "%a %Y-%m-%d %H:%M:%S %Z").replace(tzinfo=UTC)
        for line in done.stdout.splitlines()
        if line.strip().startswith(("Next elapse:", "Iteration #"))
    ]


@needs_systemd
@settings(max_examples=25, deadline=None)
@given(EXPRESSIONS)
def test_cron_runs_when_systemd_would(expression: str) -> None:
    try:
        fields = cron_fields(expression)
    except UsageError:
        return
    begin = datetime(2026, 11, 24, 8, 0, 30, tzinfo=UTC)
    expected = next_by_systemd(expression, begin, 6)
    found = list(islice(CronSim(fields, begin), len(expected))) if expected else []
    assert found == expected


@pytest.mark.parametrize("minute", range(60))
def test_a_sync_by_cron_has_four_minutes_before_a_cleanup_begins(minute: int) -> None:
    begin = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    cleanup = begin + timedelta(hours=1, minutes=minute)
    syncs = list(islice(CronSim(f"{sync_minutes(f'*:{minute}')} * * * *", begin), 40))
    assert {later - earlier for earlier, later in pairwise(syncs)} == {timedelta(minutes=5)}
    assert cleanup - max(sync for sync in syncs if sync <= cleanup) == timedelta(minutes=4)


def test_where_each_minute_has_its_cleanup_the_sync_runs_all_the_same() -> None:
    assert sync_minutes("*:*") == "*/5"
