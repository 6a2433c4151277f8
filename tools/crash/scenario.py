"""A firm with work of every kind to do, and the runs that do it: a sync, then a cleanup."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from simonsync.account.cleanup import clean_up
from simonsync.account.execution import RunResult
from simonsync.domain.key import Kind
from simonsync.rules.cleanup import Limits
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.sellsy.records import Row
from simonsync.sandbox.sellsy.world import SellsyWorld
from simonsync.sellsy.v1 import listing
from simonsync.sellsy.v2 import client as questions
from simonsync.settings.declaration import Documents, ProductChoice, Settings
from tests.firm import Firm
from tools.crash.clock import SharedClock

PATIENT, HURRIED = 10.0, 0.4
"""Seconds for an answer: more than a busy machine takes, or less than a slow service does."""
PAUSE = 0.1
"""Seconds from which on a wait is one for a service in trouble, and not for the next slot."""
LIMITS = Limits(max_deletions=50, max_percent=10)
SETTINGS = {
    "work_time_product": ProductChoice(Kind.SERVICE, "SER001"),
    "description_as_first_line": True,
    "skip_work_orders_containing": "garantie",
    "documents": Documents.WORK_ORDER_AND_FORMS,
    "attachments": True,
    "quotes_to_work_orders": True,
    "quote_lines_as_used_items": True,
}
KEPT_PRODUCTS = ("SER001", "DISJ-16A")


class Spoken:
    """Which of Sellsy's APIs the firm speaks; set before the first firm is made."""

    api = "v1"


class Premises(Sandbox):
    """A sandbox that may be served again, also by a process forked from the one that made it."""

    def __init__(self) -> None:
        self.time = SharedClock()
        super().__init__(customers=2, clock=self.time)

    def start(self) -> None:
        self._closing.clear()
        super().start()


class Office(Firm):
    """The firm as a process that is not the sandbox's has it; what is slow costs it real time."""

    def __init__(self, box: Sandbox, folder: Path, urls: tuple[str, str], settings: Settings) -> None:
        super().__init__(box, folder, urls=urls)
        self.api = Spoken.api
        self.settings = settings
        self.timeout = PATIENT
        self.pausing: Callable[[], None] = lambda: None

    def elapsed(self) -> float:
        # Without hurry real time does not count, so that every run is the same.
        return super().elapsed() + (time.monotonic() if self.timeout == HURRIED else 0.0)

    def sleep(self, seconds: float) -> None:
        if seconds >= PAUSE:
            self.pausing()
        super().sleep(seconds)

    def work(self, run: str) -> RunResult:
        """Do what a timer starts: a sync or a cleanup."""
        return self.sync() if run == SYNC else clean_up(self.account(), LIMITS).result


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of the scenario that is disturbed.

    Attributes:
        runs: what is disturbed, and `afterwards` what then goes on until all is as it must be.
        after_sync: whether it begins when the sync has been done.
    """

    name: str
    runs: tuple[str, ...]
    afterwards: tuple[str, ...]
    after_sync: bool = False


SYNC, CLEANUP = "sync", "cleanup"
WHOLE = Scene("whole", (SYNC, CLEANUP), (SYNC, CLEANUP))
SCENES = {
    scene.name: scene
    for scene in (
        WHOLE,
        Scene("sync", (SYNC,), (SYNC,)),
        Scene("cleanup", (CLEANUP,), (SYNC, CLEANUP), after_sync=True),
    )
}
"""The kills go through the whole; the faults, of which there are many, through each of its runs alone."""


def prepare(folder: Path, scene: Scene) -> tuple[Premises, Settings]:
    """Make the firm: active for an hour, in step with Sellsy, and then people have been at work.

    The state is left in the folder; what is to be done is the business of the scene's runs.
    """
    box = Premises()
    _make_small(box.sellsy)
    # Even a list of a small firm is to have more than one page.
    listing.PAGE_SIZE = questions.PAGE_SIZE = 3
    with box:
        firm = Firm(box, folder)
        firm.api = Spoken.api
        firm.activate(**SETTINGS)
        _, simon = firm.connect()
        with firm.state() as state:
            state.simon_tables.replace(simon.ask_tables())
        firm.sync()
        firm.later(minutes=5)
        quoted = _quote(box.sellsy, firm.clients()[0], "Tableau à remplacer")
        firm.sync()
        order = firm.simon_id("WorkOrder", f"quote:{quoted}")
        _vanish(firm)
        _people_at_work(firm, order)
        if scene.after_sync:
            for _ in range(2):
                firm.sync()
                firm.later(minutes=5)
        box.log.clear()
    return box, firm.settings


def _make_small(sellsy: SellsyWorld) -> None:
    """Leave little in the account, so that every request can be visited."""
    for product in tuple(sellsy.products.values()):
        if product.name not in KEPT_PRODUCTS:
            sellsy.delete_product(product.id)
    for document in tuple(sellsy.documents.values()):
        sellsy.delete_document(document.id)
    for customer in tuple(sellsy.customers.values()):
        if customer.relation == "prospect" or not customer.active:
            sellsy.delete_customer(customer.id)
    sellsy.add_product("ANCIEN-1", "Ancien disjoncteur", "5")


def _quote(sellsy: SellsyWorld, client: int, text: str) -> int:
    product = sellsy.product_named("DISJ-16A")
    rate = sellsy.taxes[product.tax_id].rate
    rows = [
        Row("title", notes=text),
        Row(
            "item",
            linked_id=product.id,
            name=product.name,
            notes=product.tradename,
            unit=sellsy.units[product.unit_id].value,
            unit_amount=Decimal("7.50"),
            quantity=Decimal(3),
            tax_id=product.tax_id,
            tax_rate=rate,
        ),
    ]
    return sellsy.add_document("estimate", client, rows=rows, step="accepted", subject=text).id


def _vanish(firm: Firm) -> None:
    """Delete a product in Sellsy, and let a cleanup find it gone for the first time, half an hour ago."""
    firm.box.sellsy.delete_product(firm.box.sellsy.product_named("ANCIEN-1").id)
    clean_up(firm.account(), LIMITS)
    for _ in range(3):
        firm.later(minutes=12)
        firm.sync()


def _people_at_work(firm: Firm, quoted: int) -> None:
    """Let the office and the field workers do what the two runs will have to deal with."""
    sellsy, simon = firm.box.sellsy, firm.box.simon
    first, second = firm.clients()
    # A customer leaves, one comes, one moves; so do articles.
    sellsy.archive_customer(second)
    sellsy.edit_customer(first, tel="+33478009900")
    address = {"name": "Boutique", "part1": "8 rue Mercière", "zip": "69002", "town": "Lyon"}
    sellsy.add_customer("Librairie du Rhône", address=address)
    sellsy.edit_product(sellsy.product_named("DISJ-16A").id, tradename="Disjoncteur 16 A courbe D")
    sellsy.add_product("NEUF-1", "Disjoncteur neuf", "11.20")
    _quote(sellsy, first, "Éclairage de la cour")
    # Work orders: with everything, of a quote, filtered, and without a customer.
    order = firm.archived("Poser le <tableau> & contrôler", work=60, items=(("DISJ-16A", 2),))
    simon.complete_survey(order, "Contrôle de sécurité")
    simon.attach(order, "photo.jpg", b"\xff\xd8 une photo")
    simon.begin(quoted)
    simon.declare_ready(quoted)
    simon.archive(quoted)
    firm.archived("Reprise sous garantie")
    firm.archived("Dépannage", CustomerId=None)
    firm.later(minutes=1)
