"""A firm on the sandbox: both services, a state folder, and commands without a terminal.

The services are spoken to over real sockets, or in-process, where thousands of runs must be affordable.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simonsync import sellsy, simon
from simonsync.account.execution import Account, RunResult, execute
from simonsync.http import Hooks
from simonsync.messages.kinds import Severity
from simonsync.messages.render import Language
from simonsync.sandbox.box import Sandbox
from simonsync.settings.declaration import Settings
from simonsync.settings.values import as_mapping, to_yaml
from simonsync.simon import SimonCredentials
from simonsync.store.journal import Entry, JournalFilter
from simonsync.store.ledger import LedgerEntry
from simonsync.store.opening import open_state
from simonsync.store.state import State
from simonsync.sync import cycle
from simonsync.sync.actions import Sink
from simonsync.sync.ports import SellsyWriter, SimonWriter
from simonsync.sync.pull import pull
from simonsync.sync.run import Clocks, Planning, Timing
from tests.contract.sellsy_office import who_of
from tests.wsgi_transport import HOST, Moment, WsgiTransport

if TYPE_CHECKING:
    from requests.adapters import BaseAdapter

IN_PROCESS_SELLSY = f"http://{HOST}/0/"
IN_PROCESS_SIMON = f"http://{HOST}/"
CHILDREN_FIRST = (
    "WorkOrder",
    "Equipment",
    "Contact",
    "Location",
    "Customer",
    "Item",
    "ItemGroup",
)
"""An order in which Simon lets all of its records go; a work order takes its own along."""


class Firm:
    """One account, active, whose clock is the sandbox's: nobody waits in a test.

    Attributes:
        ahead: by how much our own clock is wrong.
        boot: which start of the machine this is.
        stood_still: seconds that the machine's clock has not counted since.
        moment: told of each request before and after it, where there are no sockets.
    """

    def __init__(
        self, box: Sandbox, folder: Path, *, in_process: bool = False, urls: tuple[str, str] | None = None
    ) -> None:
        self.box = box
        self.folder = folder
        self.settings = Settings()
        self.api = "v1"
        self.workers = 1
        self.scan_requests = 60
        self.timeout = 5.0
        self.requests_per_second = 0.0 if in_process else 1000.0
        self.ahead = timedelta(0)
        self.boot = "one boot"
        self.stood_still = 0.0
        self.moment: Moment = lambda _name: None
        in_process_urls = (IN_PROCESS_SELLSY, IN_PROCESS_SIMON)
        self.urls = urls or (in_process_urls if in_process else (box.sellsy_url, box.simon_url))
        self.apps = {name: box.wsgi(name) for name in ("sellsy", "simon")} if in_process else {}

    def account(self) -> Account:
        return Account(
            name="firm",
            folder=self.folder,
            language=Language.FR,
            settings=self.settings,
            api=self.api,
            sellsy=self.sellsy_adapter,
            simon=self.simon_adapter,
            clocks=Clocks(self.now, self.elapsed, self.sleep, self.boot),
            timing=Timing(consistency_wait=timedelta(seconds=3)),
            workers=self.workers,
            scan_requests=self.scan_requests,
        )

    def connect(self) -> tuple[SellsyWriter, SimonWriter]:
        return self.sellsy_adapter(), self.simon_adapter()

    def sellsy_adapter(self) -> SellsyWriter:
        return sellsy.connect(
            self.urls[0],
            who_of(self.box, self.folder / "firm.token" if self.api == "v2" else None),
            api=self.api,
            requests_per_second=self.requests_per_second,
            timeout=self.timeout,
            hooks=self.hooks("sellsy"),
        )

    def simon_adapter(self) -> SimonWriter:
        names = self.box.credentials
        return simon.connect(
            self.urls[1],
            SimonCredentials(names["simon_key"], names["simon_user"], names["simon_password"]),
            timeout=self.timeout,
            hooks=self.hooks("simon"),
        )

    def hooks(self, service: str) -> Hooks:
        """What a session takes from its surroundings: the sandbox's clock, and perhaps no sockets."""
        return Hooks(
            sleep=self.sleep,
            now=self.now,
            clock=self.elapsed,
            random=lambda: 0.5,
            transport=self.transport(service),
        )

    def transport(self, service: str) -> BaseAdapter | None:
        """What takes the place of the network; None where there is a real one."""
        if not self.apps:
            return None
        return WsgiTransport(self.apps[service], self.sleep, self.moment)

    def now(self) -> datetime:
        return self.box.clock() + self.ahead

    def elapsed(self) -> float:
        return self.box.clock().timestamp() - self.stood_still

    def sleep(self, seconds: float) -> None:
        self.box.clock.advance(seconds)

    def later(self, **span: float) -> None:
        """Let time pass: `later(minutes=5)`."""
        self.box.clock.advance(timedelta(**span).total_seconds())

    def activate(self, **settings: Any) -> None:
        """Empty Simon, accept settings, and begin an active period, as `simonsync activate` does."""
        for entity in CHILDREN_FIRST:
            for row in self.box.simon.rows(entity):
                self.box.simon.delete(entity, number(row["Id"]))
        self.settings = replace(self.settings, **settings)
        with self.state() as state:
            sellsy_reader, simon_reader = self.connect()
            who = sellsy_reader.account()
            state.activation.belong_to(
                corp_id=who.corp_id, company=who.name, licence_hash=simon_reader.licence_hash(), api=self.api
            )
            state.activation.had_invoices(some=sellsy_reader.shows_invoices())
            state.settings.add(
                {key: to_yaml(value) for key, value in as_mapping(self.settings).items()}, self.box.clock()
            )
            state.activation.activate(self.box.clock(), self.box.clock())

    def configure(self, **settings: Any) -> None:
        """Want other settings: the next run checks and adopts them."""
        self.settings = replace(self.settings, **settings)

    def state(self) -> AbstractContextManager[State]:
        return open_state(self.folder / "firm.db")

    def run(
        self, command: str, work: Callable[[Planning, Sink], None], *, dry_run: bool = False
    ) -> RunResult:
        return execute(self.account(), command, work, dry_run=dry_run)

    def pull(self, *, dry_run: bool = False) -> RunResult:
        return self.run("pull", pull, dry_run=dry_run)

    def push(self, *, dry_run: bool = False) -> RunResult:
        return self.run("push", cycle.push, dry_run=dry_run)

    def sync(self, *, dry_run: bool = False) -> RunResult:
        return self.run("sync", cycle.sync, dry_run=dry_run)

    def journal(self, **wanted: Any) -> list[Entry]:
        """List what the journal says; with `only_open` the open cases, not what `to_look_at` lists."""
        with self.state() as state:
            found = list(state.journal.entries(JournalFilter(**wanted)))
        return [entry for entry in found if not wanted.get("only_open") or not is_to_look_at(entry)]

    def to_look_at(self) -> list[str]:
        """List the codes of the open warnings about drafts."""
        with self.state() as state:
            found = list(state.journal.entries(JournalFilter(only_open=True)))
        return [entry.message.kind.code for entry in found if is_to_look_at(entry)]

    def codes(self, **wanted: Any) -> list[str]:
        return [entry.message.kind.code for entry in self.journal(**wanted)]

    def entry(self, work_order: int) -> LedgerEntry:
        with self.state() as state:
            entry = state.ledger.get(str(work_order))
        assert entry is not None
        return entry

    # --- what people do in Simon and what Sellsy has ----------------------------------------------

    def simon_id(self, entity: str, ext_key: str) -> int:
        """Find a record of ours in Simon."""
        return number(self.box.simon.find(entity, ExtKey=ext_key)["Id"])

    def archived(
        self,
        description: str = "Remplacer le tableau électrique",
        *,
        customer: int | None = None,
        travel: int = 0,
        work: int = 0,
        items: tuple[tuple[str, int | str], ...] = (),
        ready: bool = True,
        **values: Any,
    ) -> int:
        """Make, carry out and archive a work order for a customer of Sellsy; return Simon's Id of it.

        One that is not `ready` is left in the field, so that more can be put on it.
        """
        client = customer if customer is not None else self.clients()[0]
        card = self.simon_id("Customer", f"customer:{client}")
        location = next(row for row in self.box.simon.rows("Location") if row["CustomerId"] == card)
        order = self.box.simon.add_work_order(
            number(location["Id"]), description, **{"CustomerId": card, **values}
        )
        self.box.simon.schedule(order)
        self.box.simon.begin(order)
        if travel:
            self.box.simon.add_time(order, "Travel", travel)
        if work:
            self.box.simon.add_time(order, "Work", work)
        for reference, quantity in items:
            self.box.simon.use_item(order, self.item(reference), quantity)
        if ready:
            self.ready(order)
        return order

    def ready(self, order: int) -> None:
        """Declare a work order ready and archive it."""
        self.box.simon.declare_ready(order)
        self.box.simon.archive(order)

    def item(self, reference: str) -> int:
        """Find an article in Simon by its code."""
        return number(self.box.simon.find("Item", Code=reference)["Id"])

    def clients(self) -> list[int]:
        """List the active clients of Sellsy."""
        return sorted(customer.id for customer in self.box.sellsy.clients() if customer.active)

    def drafts(self) -> list[Any]:
        """List the invoices that carry our tag, oldest first."""
        return self.box.sellsy.documents_of(tag="simonsync")

    def writes(self) -> list[str]:
        """List what was written to either service since the log was cleared."""
        return [entry.method for entry in self.box.log.writes()]


def is_to_look_at(entry: Entry) -> bool:
    """Tell whether an entry is a warning about a draft."""
    kind = entry.message.kind
    return kind.to_look_at and kind.severity is Severity.WARNING


def number(value: object) -> int:
    """Take an Id out of a row of the sandbox."""
    assert isinstance(value, int)
    return value
