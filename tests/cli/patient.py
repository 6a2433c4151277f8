"""A firm for the doctor: in order, until a test breaks something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from simonsync.host.doctor.checks import CHECKS
from simonsync.host.schedule import MARK
from simonsync.messages.kinds import Message
from simonsync.sandbox.box import Sandbox
from simonsync.store.state import State
from tests.cli.program import Ended, called
from tests.firm import Firm
from tests.host.machine import Machine

NAMES = [probe.name for probe in CHECKS]


class Office:
    """An active firm whose last sync has just ended, on a machine with one timer."""

    def __init__(self, box: Sandbox, folder: Path, machine: Machine) -> None:
        self.folder, self.machine = folder, machine
        self.firm = Firm(box, folder / "state")
        self.environ = {f"SIMONSYNC_{name.upper()}": value for name, value in box.credentials.items()}
        self.environ |= {"PATH": str(machine.folder), "XDG_CONFIG_HOME": str(folder / "xdg")}
        (folder / "state").mkdir(mode=0o700)
        self.configure()
        self.firm.activate()
        self.ran()
        self.timer = folder / "xdg" / "systemd" / "user" / "simonsync-sync-firm.timer"
        self.timer.parent.mkdir(parents=True)
        self.timer.write_text(MARK)
        machine.with_systemd()

    def configure(self, more: str = "", *, profile: bool = False) -> None:
        (self.folder / "config.yaml").write_text(
            "account: firm\n"
            "language: en\n"
            f'sellsy: {{url: "{self.firm.box.sellsy_url}", requests_per_second: 1000}}\n'
            f"simon:\n  url: {self.firm.box.simon_url}\n"
            f"{'  profile: profile.yaml' if profile else ''}\n{more}"
        )

    def state(self, change: Callable[[State], Any]) -> None:
        with self.firm.state() as state:
            change(state)

    def note(self, message: Message, record: str = "") -> None:
        self.state(lambda state: state.journal.note(message, datetime.now(UTC), record=record))

    def ran(self, minutes_ago: float = 0, code: int = 0) -> None:
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)

        def note(state: State) -> None:
            run = state.runs.begin("sync", at)
            state.runs.finish(run, at, exit_code=code, sellsy_requests=1, simon_requests=1)

        self.state(note)

    def doctor(self, **environ: str) -> Ended:
        return called(self.folder, "doctor", "--json", environ={**self.environ, **environ})

    def checks(self, **environ: str) -> dict[str, dict[str, str]]:
        document = self.doctor(**environ).document
        checks = {check["name"]: check for check in document["data"]["checks"]}
        assert list(checks) == NAMES
        faults = [name for name, check in checks.items() if check["result"] == "error"]
        assert document["exit_code"] == (3 if faults else 0)
        for check in checks.values():
            assert check["text"]
            assert check["remedy"] or check["result"] in {"ok", "skipped"}, check
        return checks

    def results(self, **environ: str) -> dict[str, str]:
        return {name: check["result"] for name, check in self.checks(**environ).items()}
