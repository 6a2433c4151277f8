"""A firm that lives in memory: hundreds of them can be born, live for weeks and be forgotten in a minute."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from unittest.mock import patch

from simonsync.account import activation, configuration, machine
from simonsync.account.execution import Account, execute
from simonsync.account.reconcile import Books, reconcile
from simonsync.domain.phase import Phase
from simonsync.errors import ExitCode, Stopped
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sync import cycle
from tests.firm import Firm
from tests.wsgi_transport import WsgiTransport
from tools.soak.moments import Moments

if TYPE_CHECKING:
    from requests.adapters import BaseAdapter

T = TypeVar("T")

_KEPT_PRODUCTS = ("SER001", "SER002", "SER003", "DISJ-16A", "DETECT", "PRISE")
_NO_DATA = frozenset({"clock", "passing", "lock", "_lock", "gate", "tokens", "access"})
"""What of a world is not data: it belongs to the running service."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the state file, what stands beside it, and what the machine's clock said."""

    state: bytes
    witness: bytes | None
    elapsed: float


class SimulatedFirm(Firm):
    """A firm on the in-process sandbox, every moment of whose runs can be chosen to do something at.

    Attributes:
        moments: where crashes and people's acts within a run are planned.
        stopping: a signal has come: the run is to stop at its next clean point.
        machine_id: what the machine calls itself; None where it has no name.
    """

    def __init__(self, box: Sandbox, folder: Path, *, in_process: bool = True) -> None:
        self.moments = Moments()
        self.stopping = False
        self.machine_id: str | None = "f" * 32
        super().__init__(box, folder, in_process=in_process)

    def account(self) -> Account:
        return replace(super().account(), stop=self.stop)

    def transport(self, service: str) -> BaseAdapter:
        return WsgiTransport(self.apps[service], self.sleep, self.moments)

    def stop(self) -> None:
        if self.stopping:
            self.stopping = False
            raise Stopped(ExitCode.TERMINATED)

    def ask_to_stop(self) -> None:
        """Send the run a signal."""
        self.stopping = True

    def carry_out(self, command: Callable[[], T]) -> T:
        """Run a command as a process of its own would be: nothing of it is left in memory afterwards."""
        try:
            with self.moments.watching(), self._on_its_machine():
                return command()
        finally:
            self.moments.dead = self.stopping = False

    def _on_its_machine(self) -> AbstractContextManager[object]:
        """While this is entered, the machine has the firm's id."""
        path = self.folder / "machine-id"
        if self.machine_id is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(f"{self.machine_id}\n", "ascii")
        return patch.object(machine, "MACHINE_ID", path)

    def start(self) -> None:
        """Take the three steps of a first activation."""
        _, simon = self.connect()
        activation.wipe(self.account(), simon, None)
        self.restart()

    def restart(self) -> None:
        """Take what is left of the three steps; nothing is wiped."""
        sellsy, simon = self.connect()
        account = self.account()
        lost = activation.standing(account).phase is Phase.NEVER_ACTIVATED
        take = activation.recover if lost else activation.connect
        take(account, sellsy, simon, lambda: None)
        configuration.configure(account, self.settings, sellsy, simon, lambda _: None, accept_terms=True)

    def phase(self) -> Phase:
        return activation.standing(self.account()).phase

    @property
    def database(self) -> Path:
        return self.account().database

    @property
    def witness(self) -> Path:
        return self.folder / "firm.witness"

    def put_state(self, content: bytes | None) -> None:
        """Put another state file in the place of the present one; None takes it away."""
        for path in self.folder.glob(f"{self.database.name}*"):
            path.unlink()
        if content is not None:
            self.database.touch(mode=0o600)
            self.database.write_bytes(content)

    def copy(self) -> Copy:
        """Copy the state, as it is at this moment."""
        witness = self.witness.read_bytes() if self.witness.exists() else None
        return Copy(self.database.read_bytes(), witness, self.elapsed())

    def roll_back(self, copy: Copy) -> None:
        """Put the machine back to a moment: its disk, and the clock that counts from its start."""
        self.put_state(copy.state)
        self.witness.unlink(missing_ok=True)
        if copy.witness is not None:
            self.witness.write_bytes(copy.witness)
        self.stood_still += self.elapsed() - copy.elapsed

    def reboot(self) -> None:
        """Start the machine anew."""
        self.boot = f"{self.boot} and another"
        self.stood_still += self.elapsed()

    def plan_that_waits(self) -> str | None:
        """Return the name of the deletions that wait for an approval, if any."""
        if not self.database.exists():
            return None
        with self.state() as state:
            plan = state.plans.waiting()
        return None if plan is None else plan.id

    def backups(self) -> list[Path]:
        """List the backups of the state, oldest first."""
        return sorted((self.folder / "backups").glob("*state*.tar.gz"))

    def reconcile(self) -> Books:
        """Compare the books of both services."""
        return reconcile(self.account())

    def second_runner(self) -> None:
        """Start the timer's command while another run goes on."""
        execute(self.account(), "sync", cycle.sync)


class Template:
    """A firm that has just begun, to be copied: three customers, a few articles, all of it in Simon."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o700)
        self._folder = folder
        box = Sandbox(customers=3, clock=VirtualClock())
        make_small(box)
        firm = SimulatedFirm(box, folder)
        firm.carry_out(firm.start)
        firm.carry_out(firm.sync)
        # Long enough for a clock that is minutes behind not to be in the time before.
        firm.later(minutes=30)
        firm.carry_out(firm.sync)
        firm.later(minutes=5)
        self._now = box.clock()
        self._worlds = {name: pickle.dumps(_data(world)) for name, world in _worlds(box).items()}
        self._files = {name: (folder / name).read_bytes() for name in ("firm.db", "firm.witness")}

    def copy(self) -> SimulatedFirm:
        """Return a firm that knows nothing of its predecessors; they must not be used any more."""
        for path in self._folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name, content in self._files.items():
            path = self._folder / name
            path.touch(mode=0o600)
            path.write_bytes(content)
        box = Sandbox(customers=0, clock=VirtualClock(self._now))
        for name, world in _worlds(box).items():
            vars(world).update(pickle.loads(self._worlds[name]))  # noqa: S301 - we have just written it
        return SimulatedFirm(box, self._folder)


def make_small(box: Sandbox) -> None:
    """Leave a few articles in Sellsy, and no documents."""
    for product in list(box.sellsy.products.values()):
        if product.name not in _KEPT_PRODUCTS:
            box.sellsy.delete_product(product.id)
    for document in list(box.sellsy.documents.values()):
        box.sellsy.delete_document(document.id)


def _worlds(box: Sandbox) -> dict[str, Any]:
    return {"sellsy": box.sellsy, "simon": box.simon}


def _data(world: object) -> dict[str, Any]:
    return {name: value for name, value in vars(world).items() if name not in _NO_DATA}
