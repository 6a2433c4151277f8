"""Sellsy's stand-in for one test, and the ways in which it may be spoken to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.http import Hooks
from simonsync.messages.kinds import LINE_DESCRIPTION, Message
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.sellsy.records import Document
from simonsync.sandbox.sellsy.world import SellsyWorld
from simonsync.sellsy import ClientSecret, SellsyCredentials, connect
from simonsync.sellsy.v1.api import SellsyV1
from simonsync.sync.ports import SellsyWriter
from tests.sellsy.v2_schema import complaints

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WHY = Message(LINE_DESCRIPTION)
T = TypeVar("T")


@dataclass(frozen=True)
class Variant:
    """A way to speak to Sellsy: the API, what lets us in, and what the two writes are called."""

    name: str
    create: str
    upload: str
    api: str = "v1"
    with_token: bool = False

    def __str__(self) -> str:
        return self.name


VARIANTS = (
    Variant("v1", create="Document.create", upload="Briefcases.uploadFile"),
    Variant("v1 by token", create="Document.create", upload="Briefcases.uploadFile", with_token=True),
    Variant("v1 and v2", create="Document.create", upload="Briefcases.uploadFile", api="v2", with_token=True),
)


@dataclass
class Office:
    """The firm's Sellsy as office staff see it (`world`), and as the engine does (`sellsy`).

    Attributes:
        customer: a customer without documents and files.
    """

    variant: Variant
    box: Sandbox
    sellsy: SellsyWriter
    customer: Key

    @property
    def world(self) -> SellsyWorld:
        return self.box.sellsy

    def ours(self) -> list[Document]:
        """The invoices that carry our tag, shown or not."""
        return self.world.documents_of(tag="simonsync")

    def product(self, reference: str, kind: Kind = Kind.ITEM) -> Key:
        return sellsy_key(kind, self.world.product_named(reference).id)

    def line(self, reference: str, quantity: str = "1", **more: Any) -> DraftLine:
        """A line with an article as the catalogue has it."""
        product = self.world.product_named(reference)
        values: dict[str, Any] = {
            "name": product.name,
            "text": product.tradename,
            "unit": "unité",
            "unit_price": product.unit_amount,
            "tax_id": str(product.tax_id),
            "tax_rate": Decimal(20),
            "product": sellsy_key(Kind(product.type), product.id),
        }
        return DraftLine(LineKind.ITEM, "used_item:1", WHY, quantity=Decimal(quantity), **{**values, **more})

    def comment(self, text: str) -> DraftLine:
        return DraftLine(LineKind.COMMENT, "description", WHY, text=text)

    def draft(self, *lines: DraftLine, marker: str = "7F3A2C9KQ0ZX", **more: Any) -> DraftInvoice:
        values: dict[str, Any] = {"customer": self.customer, **more}
        subject = f"Bon de travail 4711 [SS-{marker}]"
        return DraftInvoice("4711", "4711", marker, subject=subject, lines=lines, **values)

    def requests(self, method: str) -> int:
        """How many requests of a method came in."""
        return len(self.box.log.entries("sellsy", method))

    def disturb(self, kind: str, method: str = "*", **more: Any) -> None:
        self.box.faults.set(kind, service="sellsy", method=method, **more)


def who_of(box: Sandbox, token_file: Path | None) -> SellsyCredentials | ClientSecret:
    """Take what lets us into a sandbox's Sellsy: four tokens, or a client whose token a file keeps."""
    if token_file is not None:
        known = box.client_credentials
        return ClientSecret(known["sellsy_client_id"], known["sellsy_client_secret"], token_file)
    known = box.credentials
    return SellsyCredentials(
        known["sellsy_consumer_token"],
        known["sellsy_consumer_secret"],
        known["sellsy_user_token"],
        known["sellsy_user_secret"],
    )


@contextmanager
def open_office(variant: Variant, **options: Any) -> Iterator[Office]:
    """Serve Sellsy and connect to it; waiting moves the sandbox's clock instead of costing time."""
    clock = VirtualClock(START)
    hooks = Hooks(sleep=clock.advance, clock=lambda: clock().timestamp(), now=clock, random=lambda: 0.0)
    with Sandbox(clock=clock, **options) as box, TemporaryDirectory() as folder:

        def connected() -> SellsyV1:
            return connect(
                box.sellsy_url,
                who_of(box, Path(folder, "office.token") if variant.with_token else None),
                api=variant.api,
                requests_per_second=1000,
                timeout=5,
                hooks=hooks,
            )

        if variant.with_token:
            # A token is kept from an earlier run, so that every test counts the same requests.
            with closing(connected()) as earlier:
                earlier.account()
            box.log.clear()
        customer = box.sellsy.add_customer("Neuf", address={"name": "Siège", "town": "Lyon"})
        with closing(connected()) as sellsy:
            yield Office(variant, box, sellsy, sellsy_key(Kind.CUSTOMER, customer.id))
        assert complaints(box.sellsy) == []


def flat(pages: Iterable[Sequence[T]]) -> list[T]:
    """Everything that the pages of a list hold."""
    return [each for page in pages for each in page]
