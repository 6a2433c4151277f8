"""A firm before, during and after its activation: the steps as functions, and what is there afterwards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from simonsync.account import activation, configuration
from simonsync.account.configuration import Configured
from simonsync.account.execution import Account
from simonsync.domain.phase import Phase
from simonsync.domain.records import SellsyAccount
from simonsync.sandbox.box import Sandbox
from simonsync.settings.declaration import Settings
from simonsync.sync.ports import SellsyWriter, SimonWriter
from simonsync.sync.run import Progress
from simonsync.sync.wipe import Wiped
from tests.firm import Firm

ENTITIES = ("ItemGroup", "Item", "WorkOrder", "Location", "Customer", "Equipment", "Contact")


class Office(Firm):
    """A firm whose activation is done step by step, by the functions under test."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        super().__init__(box, folder)
        self.stop: Callable[[], None] = lambda: None
        self.progress: Progress = lambda _stream, _done, _total: None
        self.workers = 4
        self.stored: list[str] = []
        self.saved: list[Settings] = []

    def account(self) -> Account:
        return replace(super().account(), stop=self.stop, progress=self.progress, workers=self.workers)

    @property
    def simon(self) -> SimonWriter:
        return self.simon_adapter()

    @property
    def sellsy(self) -> SellsyWriter:
        return self.sellsy_adapter()

    # --- the steps ----------------------------------------------------------------------------------

    def wipe(self, tables: Collection[str] | None = None, **options: Any) -> Wiped:
        return activation.wipe(self.account(), self.simon, tables, **options)

    def connect_both(self) -> SellsyAccount:
        sellsy, simon = self.connect()
        return activation.connect(self.account(), sellsy, simon, lambda: self.stored.append("both"))

    def recover(self) -> SellsyAccount:
        sellsy, simon = self.connect()
        return activation.recover(self.account(), sellsy, simon, lambda: self.stored.append("both"))

    def save_settings(self, *, accept_terms: bool = True, **settings: Any) -> Configured:
        sellsy, simon = self.connect()
        wanted = replace(self.settings, **settings)
        configured = configuration.configure(
            self.account(), wanted, sellsy, simon, self.saved.append, accept_terms=accept_terms
        )
        self.settings = wanted
        return configured

    def start(self, **settings: Any) -> None:
        """Take all three steps of a first activation."""
        self.wipe()
        self.connect_both()
        self.save_settings(**settings)

    def deactivate(self) -> bool:
        return activation.deactivate(self.account())

    def phase(self) -> Phase:
        return activation.standing(self.account()).phase

    # --- what is there --------------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """Count the records of the seven tables."""
        return {entity: len(self.box.simon.rows(entity)) for entity in ENTITIES}

    def backups(self) -> list[Path]:
        """List the archives, oldest first."""
        return sorted((self.folder / "backups").glob("*.tar.gz"))

    @contextmanager
    def stopping_after(self, times: int) -> Iterator[None]:
        """Let a signal come once `stop` was asked so many times."""
        left = times

        def stop() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise StoppedByTest

        self.stop = stop
        try:
            yield
        finally:
            self.stop = lambda: None


class StoppedByTest(Exception):
    """Raised where a signal asked the run to stop."""
