"""Values of the configuration that would break a promise: refused before anything is done, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from simonsync.config.promises import DEADLINE
from simonsync.config.schema import OPTIONS, Option, ValueType
from simonsync.http import session
from simonsync.messages.render import Language, sentence
from tests.cli.program import simonsync
from tests.config.files import SMALLEST, loaded, problems, told

NUMBERS = [option for option in OPTIONS if option.type in {ValueType.WHOLE, ValueType.NUMBER}]
NO_NUMBERS = (
    *("yes", "true", "soon", "-1", "nan", ".nan", "inf", ".inf", "-.inf", "1e999", "0x10", "1_0"),
    *("[5]", "{a: 5}"),
)


def given(option: Option, value: str) -> str:
    """A whole file with one value in it."""
    section, _, key = option.path.rpartition(".")
    line = f"{key}: {value}"
    if section == "simon":
        return f"{SMALLEST}  {line}\n"
    return f"{SMALLEST}{section}: {{{line}}}\n" if section else f"{SMALLEST}{line}\n"


@pytest.mark.parametrize("option", NUMBERS, ids=lambda option: option.path)
def test_every_number_has_sane_limits_and_nothing_else_is_one(tmp_path: Path, option: Option) -> None:
    step = 1 if option.type is ValueType.WHOLE else 0.001
    beyond = [f"{option.most + step}", "1000000000", *([f"{option.least - step}"] if option.least else [])]
    for value in (*NO_NUMBERS, *beyond):
        (found,) = problems(tmp_path, given(option, value))
        assert option.path in found.params["path"], value
        if found.code != "config-single-value-due":
            assert f"{option.least:g}" in sentence(found, Language.EN)
    assert option.least <= float(str(option.default)) <= option.most


def test_the_wait_after_an_unknown_outcome_is_never_below_fifteen_minutes(tmp_path: Path) -> None:
    for value in ("0", "14.999", "-15", "1441"):
        (found,) = problems(tmp_path, f"{SMALLEST}sync: {{unknown_wait_minutes: {value}}}\n")
        assert found.code == "config-wait-short"
        said = sentence(found, Language.EN)
        assert all(part in said for part in ("sync.unknown_wait_minutes", value, "second invoice", "from 15"))
    assert loaded(tmp_path, SMALLEST + "sync: {unknown_wait_minutes: 15}\n").sync.unknown_wait_minutes == 15


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("sellsy: {requests_per_second: 6}", "config-too-fast", "sellsy.requests_per_second"),
        ("sync: {time_budget: 100}", "config-budget-short", "sync.time_budget"),
        ("sellsy: {timeout: 61}", "config-budget-short", "sync.time_budget"),
        ("alerts: {metrics_file: state/default.db}", "config-file-taken", "alerts.metrics_file"),
        ("alerts: {metrics_file: state/default.db-wal}", "config-file-taken", "alerts.metrics_file"),
        ("alerts: {metrics_file: state/default.witness}", "config-file-taken", "alerts.metrics_file"),
        ("alerts: {metrics_file: ./x/../state/credentials.yaml}", "config-file-taken", "alerts.metrics_file"),
        ("alerts: {metrics_file: state/backups/new}", "config-file-taken", "alerts.metrics_file"),
        ("alerts: {metrics_file: config.yaml}", "config-file-taken", "alerts.metrics_file"),
        ("sellsy: {url: 'https://sellsy.example/0/?a=b'}", "config-url-query", "sellsy.url"),
        ("sellsy: {url: 'https://sellsy.example/0/#a'}", "config-url-query", "sellsy.url"),
    ],
)
def test_what_breaks_a_promise_beside_another_value_is_refused(
    tmp_path: Path, text: str, code: str, place: str
) -> None:
    found = problems(tmp_path, f"{SMALLEST}{text}\n")
    assert [(each.code, each.params["path"].split()[-1]) for each in found] == [(code, place)]
    for language in Language:
        assert code not in sentence(found[0], language)


def test_a_wait_for_one_document_fits_into_a_run(tmp_path: Path) -> None:
    text = "simon: {url: 'https://simon.example/', timeout: 10}\nsellsy: {timeout: 10}\n"
    assert told(tmp_path, f"{text}sync: {{time_budget: 60, consistency_wait_seconds: 60}}\n") == [
        ("config-consistency-long", "config.yaml:3 sync.consistency_wait_seconds")
    ]
    assert loaded(tmp_path, f"{text}sync: {{time_budget: 60, consistency_wait_seconds: 20}}\n")


def test_a_pace_that_never_comes_to_an_end_is_refused_and_none_is_allowed(tmp_path: Path) -> None:
    assert told(tmp_path, SMALLEST + "  requests_per_second: 0.01\n") == [
        ("config-too-slow", "config.yaml:3 simon.requests_per_second")
    ]
    assert loaded(tmp_path, SMALLEST + "  requests_per_second: 0\n").simon.requests_per_second == 0


def test_a_stand_in_on_this_machine_may_be_asked_faster(tmp_path: Path) -> None:
    text = SMALLEST + "sellsy: {url: 'http://127.0.0.1:5/', requests_per_second: 1000}\n"
    assert loaded(tmp_path, text).sellsy.requests_per_second == 1000


def test_metrics_may_lie_in_the_state_folder(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, SMALLEST + "alerts: {metrics_file: state/metrics.prom}\n")
    assert configuration.alerts.metrics_file == tmp_path / "state" / "metrics.prom"


def test_a_value_that_is_wrong_by_itself_is_told_once(tmp_path: Path) -> None:
    assert told(tmp_path, SMALLEST + "sync: {time_budget: 1}\n") == [
        ("config-whole-number-due", "config.yaml:3 sync.time_budget")
    ]


def test_a_command_tells_all_of_it_at_once_and_does_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "language: en\nsimon: {url: 'https://simon.example/', workers: 0}\n"
        "sellsy: {requests_per_second: 50, timeout: 0}\n"
        "sync: {unknown_wait_minutes: 5, time_budget: 7200}\n"
        "cleanup: {max_deletions: -1, max_percent: 101}\nbackup: {keep: 0}\n"
    )
    ended = simonsync(tmp_path, "sync", "--json")
    assert ended.code == 2
    found = [message["text"] for message in ended.document["messages"]]
    assert len(found) == 8
    for path in (
        *("simon.workers", "sellsy.requests_per_second", "sellsy.timeout", "sync.unknown_wait_minutes"),
        *("sync.time_budget", "cleanup.max_deletions", "cleanup.max_percent", "backup.keep"),
    ):
        assert any(path in text for text in found), path
    assert not (tmp_path / "state").exists()


def test_what_a_request_may_take_is_the_same_where_it_is_checked_and_where_it_is_kept() -> None:
    # Who reads the configuration does not import what speaks HTTP: that would slow down every command.
    assert DEADLINE == session.DEADLINE
