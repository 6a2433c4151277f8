"""What the office and the field workers do, in either service, as far as the service lets them.

Whom and what they mean is given as a number: the so manieth of what there is at that moment. Where there is
nothing of the kind they do nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from simonsync.sandbox.sellsy.records import Document, Row
from simonsync.sandbox.simon.refusal import SimonRefusalError
from tests.firm import number
from tools.soak.firm import SimulatedFirm
from tools.soak.memory import Memory

T = TypeVar("T")

FILTER_WORD = "garantie"
DESCRIPTIONS = ("Dépannage", "Remplacer le tableau", "Reprise sous Garantie", "")
NO_TIME = timedelta(0)
STRANGE_MARKER = "[SS-0123456789AB]"

STATUS_ACTS = ("ready", "archive", "archive", "reopen", "delete", "delete and reuse")
MISSTAMPED = (
    timedelta(hours=2),
    timedelta(days=2),
    timedelta(days=400),
    timedelta(minutes=-20),
    timedelta(hours=-3),
)
"""By how much the stamp of a record may be wrong, in the future or the past."""
ORDER_ACTS = (
    *STATUS_ACTS,
    "misstamp",
    "misstamp archived",
    "describe",
    "describe as filtered",
    "other customer",
    "no customer",
    "time",
    "item",
    "strange item",
    "free item",
)
CUSTOMER_ACTS = (
    "new",
    "rename",
    "archive",
    "unarchive",
    "delete",
    "prospect",
    "client",
    "new address",
    "delete address",
)
PRODUCT_ACTS = ("new", "reprice", "archive", "unarchive", "delete", "rename")
DRAFT_ACTS = ("edit", "finalise", "delete", "copy", "untag", "unmark", "stranger", "hide")
HIDDEN = (300, 3 * 3600, 2 * 24 * 3600)
"""Seconds for which Sellsy may hide a document that it has shown before."""
QUOTE_ACTS = ("new", "accept", "invoice", "edit", "delete")


def chosen(things: Sequence[T], place: int) -> T | None:
    """Return one of these by a number, however large; None where there is none."""
    return things[place % len(things)] if things else None


class People:
    """The people of a firm; what they do is noted in the memory of who watches."""

    def __init__(self, firm: SimulatedFirm, memory: Memory) -> None:
        self.firm = firm
        self.memory = memory
        self.sellsy, self.simon = firm.box.sellsy, firm.box.simon

    # --- Simon: office and field ------------------------------------------------------------------------

    def order(self, place: int, text: int, *, item: int, travel: int, work: int, archive: bool) -> None:
        """A work order is made for some customer, carried out and perhaps archived."""
        card = chosen(self.simon.rows("Customer"), place)
        locations = [] if card is None else self._locations(number(card["Id"]))
        if not locations:
            return
        order = self.simon.add_work_order(number(locations[0]["Id"]), DESCRIPTIONS[text % len(DESCRIPTIONS)])
        self.simon.begin(order)
        if travel:
            self.simon.add_time(order, "Travel", travel)
        if work:
            self.simon.add_time(order, "Work", work)
        article = chosen(self.simon.rows("Item"), item) if item else None
        if article is not None:
            self.simon.use_item(order, number(article["Id"]), 1 + item % 3)
        if archive:
            self.on_order("archive", order, 0)

    def on_order(self, act: str, order: int, value: int) -> None:
        """Something is done to a work order; what Simon refuses is left alone."""
        with suppress(SimonRefusalError):
            if act in STATUS_ACTS:
                self._move(act, order)
            elif act.startswith("misstamp"):
                self._misstamp(act, order, MISSTAMPED[value % len(MISSTAMPED)])
            elif act.endswith("item"):
                self._use(act, order, value)
            else:
                self._edit(act, order, value)

    def _move(self, act: str, order: int) -> None:
        simon = self.simon
        status = str(simon.row("WorkOrder", order)["Status"])
        match act:
            case "ready":
                simon.declare_ready(order)
            case "archive":
                if status != "Ready":
                    simon.declare_ready(order)
                simon.archive(order)
                self.memory.archived(order)
            case "reopen":
                simon.reopen(order)
            case _:
                simon.delete("WorkOrder", order)
                self.memory.deleted_orders.add(order)
                if act == "delete and reuse":
                    with suppress(ValueError):
                        simon.hand_out_again("WorkOrder", order)

    def _misstamp(self, act: str, order: int, by: timedelta) -> None:
        """Simon gives a work order a stamp that is wrong: what was changed last, or when it was archived."""
        stamps = {"MutationDate": self.firm.box.clock() + by}
        if act.endswith("archived") and self.simon.row("WorkOrder", order)["ArchivedDate"] and by > NO_TIME:
            stamps["ArchivedDate"] = self.firm.box.clock() + by
        self.simon.restamp("WorkOrder", order, **stamps)
        self.memory.may_be_passed_over = True

    def _use(self, act: str, order: int, value: int) -> None:
        simon = self.simon
        match act:
            case "item":
                article = chosen(simon.rows("Item"), value)
                if article is not None:
                    simon.use_item(order, number(article["Id"]), 1 + value % 3)
            case "strange item":
                simon.use_item(order, simon.add("Item", Name="Câble maison"), 2)
            case _:
                simon.use_item(order, None, 1, "Fournitures diverses")

    def _edit(self, act: str, order: int, value: int) -> None:
        simon = self.simon
        match act:
            case "describe":
                simon.edit("WorkOrder", order, Description=f"Dépannage n° {value}")
            case "describe as filtered":
                simon.edit("WorkOrder", order, WorkDone=f"{FILTER_WORD} {value}")
            case "other customer":
                card = chosen(simon.rows("Customer"), value)
                if card is not None:
                    simon.edit("WorkOrder", order, CustomerId=card["Id"])
            case "no customer":
                simon.edit("WorkOrder", order, CustomerId=None)
            case _:
                simon.add_time(order, "Work", 15 + value)

    def own_customer(self) -> None:
        """A customer is made in Simon by hand, which the office should not do [2.1]."""
        card = self.simon.add("Customer", Name="Café du Port")
        self.simon.add("Location", Name="Café du Port", CustomerId=card, City="Lyon")

    def delete_by_hand(self, entity: str, place: int) -> None:
        """Somebody deletes one of our records in Simon; what is used stays."""
        row = chosen([row for row in self.simon.rows(entity) if row["ExtKey"]], place)
        if row is not None and not self.simon.switches.cascade:
            with suppress(SimonRefusalError):
                self.simon.delete(entity, number(row["Id"]))
                self.memory.deleted_by_hand.add(str(row["ExtKey"]))

    def orders(self) -> list[int]:
        """List the work orders, the newest first: those are what people work on."""
        return [number(row["Id"]) for row in reversed(self.simon.rows("WorkOrder"))]

    def _locations(self, card: int) -> list[Any]:
        return [row for row in self.simon.rows("Location") if row["CustomerId"] == card]

    # --- Sellsy: master data ----------------------------------------------------------------------------

    def on_customer(self, act: str, place: int) -> None:
        """The office works on the customers."""
        world = self.sellsy
        if act == "new":
            world.add_customer(f"Client {len(world.customers)}", address={"name": "Siège", "town": "Lyon"})
            return
        customer = chosen(list(world.customers.values()), place)
        if customer is None:
            return
        match act:
            case "rename":
                world.edit_customer(customer.id, name=f"{customer.name.split(' n° ', 1)[0]} n° {place}")
            case "archive" | "unarchive":
                world.archive_customer(customer.id, active=act == "unarchive")
            case "delete":
                world.delete_customer(customer.id)
            case "prospect" | "client":
                world.make_prospect(customer.id, prospect=act == "prospect")
            case "new address":
                world.add_address(customer.id, name=f"Chantier {place}", part1="1 rue Y", town="Lyon")
            case _:
                address = chosen(customer.addresses, place)
                if address is not None:
                    world.delete_address(address.id)

    def on_product(self, act: str, place: int) -> None:
        """The office works on the catalogue."""
        world = self.sellsy
        if act == "new":
            name = f"NEUF-{len(world.products)}"
            if all(product.name != name for product in world.products.values()):
                world.add_product(name, "Article neuf", "10")
            return
        product = chosen(list(world.products.values()), place)
        if product is None:
            return
        match act:
            case "reprice":
                world.edit_product(product.id, unit_amount=f"{1 + place}.50")
            case "archive" | "unarchive":
                world.archive_product(product.id, active=act == "unarchive")
            case "delete":
                world.delete_product(product.id)
            case _:
                world.edit_product(product.id, name=f"{product.name.split('~', 1)[0]}~{place}")

    # --- Sellsy: documents ------------------------------------------------------------------------------

    def on_draft(self, act: str, place: int) -> None:
        """The office works on our drafts: nothing of it may ever lead to a second one."""
        world, memory = self.sellsy, self.memory
        memory.look()
        if act == "stranger":
            customer = chosen(list(world.customers.values()), place)
            if customer is not None:
                subject = f"Bon de travail 1 {STRANGE_MARKER}"
                memory.by_people(
                    world.add_document("invoice", customer.id, subject=subject, tags=["simonsync"])
                )
            return
        ours = [world.documents[each] for each in memory.made if each in world.documents]
        draft: Document | None = chosen(list(reversed(ours)), place)
        if draft is None:
            return
        match act:
            case "edit":
                world.edit_document(draft.id, rows=[Row("comment", notes="revu")])
            case "finalise":
                world.finalise_document(draft.id)
            case "delete":
                world.delete_document(draft.id)
            case "copy":
                copy = world.add_document(
                    "invoice", draft.third_id, subject=draft.subject, tags=list(draft.tags)
                )
                memory.by_people(copy)
            case "hide":
                memory.hide(draft, HIDDEN[place % len(HIDDEN)])
            case "untag":
                memory.has_untagged = True
                world.edit_document(draft.id, tags=[])
            case _:
                world.edit_document(draft.id, subject="Facture de travaux")

    def on_quote(self, act: str, place: int) -> None:
        """A quote is made for a customer, or moves on."""
        world = self.sellsy
        if act == "new":
            customer = chosen([each for each in world.clients() if each.active], place)
            product = next((each for each in world.products.values() if each.name == "DISJ-16A"), None)
            if customer is None or product is None:
                return
            row = Row(
                "item",
                linked_id=product.id,
                name=product.name,
                notes=product.tradename,
                unit="unité",
                unit_amount=product.unit_amount,
                quantity=Decimal(1 + place % 3),
                tax_id=product.tax_id,
                tax_rate=world.taxes[product.tax_id].rate,
            )
            world.add_document("estimate", customer.id, rows=[row], subject="Devis", step="sent")
            return
        quote = chosen(world.documents_of("estimate"), place)
        if quote is None:
            return
        match act:
            case "accept" | "invoice":
                world.edit_document(quote.id, step="accepted" if act == "accept" else "invoiced")
            case "edit":
                world.edit_document(quote.id, subject=f"Devis n° {place}")
            case _:
                world.delete_document(quote.id)
