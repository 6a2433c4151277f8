"""The digest: what was sent, what needs someone, what is to be looked at, once a day or a week."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from simonsync.errors import ExitCode, UsageError
from simonsync.host.alerts import announce_end
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.state import State
from tests.cli.program import called
from tests.cli.test_alerts import Office, office
from tests.host.history import configured, noted
from tests.host.monitor import Monitor

__all__ = ["office"]
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TUESDAY = datetime(2026, 11, 24, 7, 4, tzinfo=ZoneInfo("Europe/Paris"))
ENDED = ExitCode.DONE


@pytest.mark.parametrize(
    ("often", "hours", "sent"),
    [
        ("daily", [0, 0.1, 23.8, 24, 24.1], [0, 24]),
        ("weekly", [0, 24, 143, 144, 145], [0, 144]),
        ("never", [0, 24, 144], []),
    ],
)
def test_it_is_sent_by_the_first_run_after_seven_in_the_morning(
    watcher: Monitor, state: State, tmp_path: Path, often: str, hours: list[float], sent: list[float]
) -> None:
    del state
    configuration = configured(tmp_path, notify=f"[{watcher.address}]", digest=often)
    came = []
    for hour in hours:
        before = len(watcher.messages)
        announce_end(configuration, TUESDAY + timedelta(hours=hour), ENDED)
        came += [hour] * (len(watcher.messages) - before)
    assert came == sent


@pytest.mark.parametrize("allowed", [True, False])
def test_it_names_cases_and_customers_only_where_they_may_be_named(
    watcher: Monitor,
    state: State,
    tmp_path: Path,
    allowed: bool,  # noqa: FBT001 a column of the table
) -> None:
    noted(state, TUESDAY - timedelta(hours=2))
    state.journal.note(
        Message(kinds.DRAFT_DELETED, {"number": "4712", "document": "88"}), TUESDAY, record="9"
    )
    configuration = configured(
        tmp_path, notify=f"[{watcher.address}]", digest="daily", customer_names="yes" if allowed else "no"
    )
    announce_end(configuration, TUESDAY, ENDED)
    (digest,) = [each for each in watcher.messages if "digest" in each["title"]]
    assert digest["title"] == "simonsync firm: daily digest"
    assert "1 case needs someone." in digest["message"]
    assert "1 case is to be looked at." in digest["message"]
    assert "4712" in digest["message"]
    assert "4711" in digest["message"]
    assert ("Dupont SARL" in digest["message"]) is allowed


def test_a_run_that_was_stopped_leaves_it_to_the_next(watcher: Monitor, state: State, tmp_path: Path) -> None:
    del state
    configuration = configured(tmp_path, notify=f"[{watcher.address}]", digest="daily")
    announce_end(configuration, TUESDAY, ExitCode.TERMINATED)
    assert watcher.messages == []
    announce_end(configuration, TUESDAY, ENDED)
    assert len(watcher.messages) == 1


def test_without_an_address_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        configured(tmp_path, digest="daily")
    assert refused.value.code == "config-digest-for-nobody"


def test_3_4_a_sync_tells_which_drafts_it_made(office: Office) -> None:
    with (office.folder / "config.yaml").open("a") as file:
        file.write("  digest: daily\n")
    order = office.firm.archived(work=30)
    number = str(office.firm.box.simon.row("WorkOrder", order)["Number"])
    assert called(office.folder, "sync", environ=office.environ).code == 0
    (digest,) = [
        each for each in office.watcher.messages if each["title"] == "simonsync firm: résumé du jour"
    ]
    assert f"pour le bon de travail {number}." in digest["message"]
    assert "1 facture brouillon créée depuis le" in digest["message"]
