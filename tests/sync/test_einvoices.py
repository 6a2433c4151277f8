"""Drafts that e-invoices will be made of: what people are told, what is held, where the goods went."""

from __future__ import annotations

import pytest

from simonsync.settings.declaration import Einvoicing
from tests.firm import Firm, number


def price(firm: Firm, amount: str) -> None:
    firm.box.sellsy.edit_product(firm.box.sellsy.product_named("DISJ-16A").id, unit_amount=amount)


def used_at(firm: Firm, address: str) -> int:
    """An archived work order at one of the first customer's addresses, with an article."""
    order = firm.archived(items=(("DISJ-16A", 1),), ready=False)
    place = firm.box.simon.find("Location", Name=address)
    firm.box.simon.edit("WorkOrder", order, LocationId=number(place["Id"]))
    firm.ready(order)
    return order


def test_a_draft_that_would_be_refused_is_made_and_to_look_at(firm: Firm) -> None:
    firm.activate(einvoicing=Einvoicing.BY_COUNTRY)
    firm.pull()
    price(firm, "8.9000001")
    used_at(firm, "Siège social")
    firm.push()
    assert len(firm.drafts()) == 1
    assert firm.to_look_at() == ["einvoice-not-ready"]
    (told,) = firm.journal(codes=["einvoice-not-ready"])
    assert (told.message.params["count"], told.message.params["rules"]) == ("1", "EI-16")


def test_strict_holds_it_until_the_office_has_mended_it(firm: Firm) -> None:
    firm.activate(einvoicing=Einvoicing.STRICT)
    firm.pull()
    price(firm, "8.9000001")
    used_at(firm, "Siège social")
    firm.push()
    assert firm.drafts() == []
    assert firm.codes(only_open=True) == ["einvoice-would-be-refused"]
    price(firm, "8.90")
    firm.later(minutes=5)
    firm.push()
    assert len(firm.drafts()) == 1
    assert firm.codes(only_open=True) == firm.to_look_at() == []


@pytest.mark.parametrize("place", ["Entrepôt de Vénissieux", "Siège social"])
def test_goods_used_at_another_address_of_the_customer_are_delivered_there(firm: Firm, place: str) -> None:
    firm.activate(einvoicing=Einvoicing.INFORM, delivery_address=True)
    firm.pull()
    used_at(firm, place)
    firm.push()
    (draft,) = firm.drafts()
    addresses = {each.id: each.name for each in firm.box.sellsy.customers[draft.third_id].addresses}
    assert addresses[draft.ship_address_id] == place
    (sent,) = [entry.params for entry in firm.box.log.writes() if entry.method == "Document.create"]
    # Sellsy takes the main address where none is named.
    assert ("shipaddress" in sent) is (place != "Siège social")
    assert firm.to_look_at() == []


def test_goods_used_elsewhere_lack_a_delivery_address_without_the_setting(firm: Firm) -> None:
    firm.activate(einvoicing=Einvoicing.INFORM)
    firm.pull()
    used_at(firm, "Entrepôt de Vénissieux")
    firm.push()
    (told,) = firm.journal(codes=["einvoice-not-ready"])
    assert told.message.params["rules"] == "EI-07"
