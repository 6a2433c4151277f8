"""What the commands that a timer starts tell monitors and people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simonsync.sandbox.box import Sandbox
from tests.cli.program import Ended, called, simonsync
from tests.firm import Firm
from tests.host.monitor import Monitor, monitor

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@dataclass(frozen=True)
class Office:
    """An active firm that is watched."""

    firm: Firm
    folder: Path
    watcher: Monitor

    @property
    def environ(self) -> dict[str, str]:
        return {f"SIMONSYNC_{name.upper()}": value for name, value in self.firm.box.credentials.items()}

    @property
    def metrics(self) -> str:
        return (self.folder / "metrics.prom").read_text()

    def run(self, *arguments: str) -> Ended:
        return called(self.folder, "--lang", "en", *arguments, environ=self.environ)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "state").mkdir(mode=0o700)
    with Sandbox() as box, monitor() as watcher:
        firm = Firm(box, tmp_path / "state")
        firm.activate()
        firm.pull()
        (tmp_path / "config.yaml").write_text(
            "account: firm\n"
            "language: fr\n"
            f'sellsy: {{url: "{box.sellsy_url}", requests_per_second: 1000}}\n'
            f'simon: {{url: "{box.simon_url}"}}\n'
            "alerts:\n"
            f"  ping_url: {watcher.url}\n"
            "  metrics_file: metrics.prom\n"
            f"  notify: [{watcher.address}]\n"
        )
        yield Office(firm, tmp_path, watcher)


@pytest.mark.parametrize("command", ["sync", "pull", "push", "cleanup"])
def test_7_2_each_command_of_a_timer_is_announced(office: Office, command: str) -> None:
    ended = simonsync(office.folder, command, environ=office.environ)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert office.watcher.signals() == ["/start", ""]
    assert f'simonsync_last_run_exit_code{{account="firm",command="{command}"}} 0' in office.metrics


@pytest.mark.parametrize("command", ["sync", "pull", "push", "cleanup"])
def test_a_dry_run_is_not(office: Office, command: str) -> None:
    assert office.run(command, "--dry-run").code == 0
    assert office.watcher.signals() == []
    assert not (office.folder / "metrics.prom").exists()


def test_3_4_a_work_order_that_needs_someone_is_told_once(office: Office) -> None:
    order = office.firm.archived(CustomerId=None)
    number = str(office.firm.box.simon.row("WorkOrder", order)["Number"])
    assert office.run("sync").code == 3
    (message,) = office.watcher.messages
    assert message["title"] == "simonsync firm: Erreur"
    assert number in message["message"]
    assert office.watcher.signals() == ["/start", ""]
    assert 'simonsync_open_errors{account="firm",code="work-order-without-customer"} 1' in office.metrics
    assert office.run("sync").code == 3
    assert len(office.watcher.messages) == 1


def test_a_failure_is_told_with_its_code(office: Office) -> None:
    environ = {**office.environ, "SIMONSYNC_SELLSY_USER_SECRET": "wrong"}
    ended = called(office.folder, "sync", environ=environ)
    assert ended.code == 5
    assert office.watcher.signals() == ["/start", "/5"]
    assert len(office.watcher.messages) == 1


def test_an_account_that_is_not_active_is_a_failure(office: Office) -> None:
    with office.firm.state() as state:
        state.activation.deactivate(office.firm.box.clock(), office.firm.box.clock())
    assert office.run("sync").code == 9
    assert office.watcher.signals() == ["/start", "/9"]


def test_a_dead_monitor_changes_nothing(office: Office) -> None:
    office.firm.archived()
    office.watcher.status = 500
    ended = office.run("sync")
    assert (ended.code, ended.out) == (0, "")
    assert len(office.firm.drafts()) == 1
    # The one warning that the draft has no lines, with what to do.
    assert len(ended.err.splitlines()) == 2


def test_a_timer_tells_a_problem_that_lasts_once_and_its_code_every_time(office: Office) -> None:
    wrong = {**office.environ, "SIMONSYNC_SIMON_PASSWORD": "mistyped"}
    first, second = (simonsync(office.folder, "--lang", "en", "sync", environ=wrong) for _ in range(2))
    assert (first.code, second.code) == (5, 5)
    assert "Simon" in first.err
    assert (second.out, second.err) == ("", "")
    by_hand = simonsync(office.folder, "--lang", "en", "push", environ=wrong)
    assert by_hand.code == 5
    assert "Simon" in by_hand.err


def test_the_state_is_saved_by_the_first_sync_of_a_day(office: Office) -> None:
    for _ in range(2):
        assert simonsync(office.folder, "sync", environ=office.environ).code == 0
    assert len(list((office.folder / "state" / "backups").glob("firm-state-*.tar.gz"))) == 1
