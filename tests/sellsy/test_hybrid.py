"""Both APIs together: changed customers in minutes, facts for e-invoices, what v2's answers amount to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Self

import pytest

from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import Customer
from simonsync.errors import CredentialsRefused, ListIncomplete, NotFound, Refused, ServiceUnavailable
from simonsync.http import Hooks, Session
from simonsync.sellsy.bearer import Bearer
from simonsync.sellsy.credentials import ClientSecret
from simonsync.sellsy.v2.client import Forbidden, QuestionsV2
from tests.contract.sellsy_office import VARIANTS, Office, open_office
from tests.http.scripted import Scripted, Step, VirtualTime, answer


@pytest.fixture
def office() -> Iterator[Office]:
    (hybrid,) = (each for each in VARIANTS if each.api == "v2")
    with open_office(hybrid) as opened:
        # What was made for the test was made long ago.
        opened.box.clock.advance(3600)
        yield opened


def told(office: Office, position: str) -> tuple[list[Customer], str]:
    """What a look finds, and where the next one goes on."""
    steps = list(office.sellsy.changed_customers(position))
    return [each for step in steps for each in step.records], steps[-1].position or ""


def test_a_customer_that_was_edited_is_told_once_with_all_its_addresses(office: Office) -> None:
    world = office.world
    _, position = told(office, "")
    office.box.clock.advance(300)
    old = next(iter(world.customers.values()))
    world.edit_customer(old.id, tel="+33400000000")
    person = next(each for each in world.customers.values() if each.type == "person")
    world.edit_customer(person.id, email="neu@example.org")
    found, position = told(office, position)
    assert {each.key.id for each in found} == {str(old.id), str(person.id)}
    first = next(each for each in found if each.key.id == str(old.id))
    assert first.phone == "+33400000000"
    assert first.main_address == sellsy_key(Kind.ADDRESS, old.main_address_id)
    assert len(first.addresses) == len(old.addresses) == 3
    # It looks as the slow list will show it, or Simon would be written twice.
    listed = next(each for page in office.sellsy.customers() for each in page if each.key == first.key)
    assert (first.name, first.number, first.price_category) == (
        listed.name,
        listed.number,
        listed.price_category,
    )
    for _ in range(4):
        office.box.clock.advance(300)
        again, position = told(office, position)
        assert again == []
    assert json.loads(position)["seen"] == {}


def test_a_second_edit_within_the_overlap_is_told_too(office: Office) -> None:
    _, position = told(office, "")
    for number in range(3):
        office.box.clock.advance(60)
        office.world.edit_customer(int(office.customer.id), tel=f"+3340000000{number}")
        found, position = told(office, position)
        assert [each.phone for each in found] == [f"+3340000000{number}"]


def test_an_idle_look_costs_two_requests(office: Office) -> None:
    _, position = told(office, "")
    told(office, position)
    before = office.sellsy.requests
    told(office, position)
    assert office.sellsy.requests == before + 2


def test_an_interrupted_look_goes_on_where_it_stopped(office: Office) -> None:
    _, position = told(office, "")
    office.box.clock.advance(300)
    for number in range(130):
        office.world.add_customer(f"N{number}", address={"name": "A", "town": "Lyon"})
    steps = office.sellsy.changed_customers(position)
    first = next(steps)
    assert len(first.records) == 100
    rest, position = told(office, first.position or "")
    assert len({each.key for each in (*first.records, *rest)}) == 130 == len(first.records) + len(rest)
    assert told(office, position)[0] == []


def test_who_is_archived_a_prospect_or_gone_is_not_told(office: Office) -> None:
    world = office.world
    _, position = told(office, "")
    office.box.clock.advance(60)
    archived, prospect, gone = (world.add_customer(name).id for name in ("A", "P", "G"))
    world.archive_customer(archived)
    world.make_prospect(prospect)
    world.delete_customer(gone)
    assert told(office, position)[0] == []


def test_a_position_that_v1_left_is_gone_on_from(office: Office) -> None:
    office.sellsy.account()
    office.box.clock.advance(3600)
    office.world.edit_customer(int(office.customer.id), tel="+33400000000")
    since = office.box.clock() - timedelta(minutes=30)
    assert [each.key for each in told(office, since.isoformat())[0]] == [office.customer]
    assert told(office, "no position")[0] == []


def test_taxes_and_units_tell_what_e_invoices_need(office: Office) -> None:
    office.world.add_tax("0.00", "Exonéré", category="E", vatex="VATEX-EU-132")
    by_rate = {tax.rate: tax for tax in office.sellsy.taxes()}
    assert (by_rate[Decimal(20)].category, by_rate[Decimal(20)].compliant) == ("S", True)
    assert by_rate[Decimal("19.6")].compliant is False
    assert (by_rate[Decimal(0)].category, by_rate[Decimal(0)].exemption) == ("E", "VATEX-EU-132")
    assert office.sellsy.unit_codes() == {"unité": "C62", "h": "HUR", "m": "MTR"}


def test_a_rate_that_v2_knows_by_another_id_tells_nothing(office: Office) -> None:
    office.world.ids_apart = 1
    taxes = office.sellsy.taxes()
    assert [tax.rate for tax in taxes] == [Decimal(20), Decimal(10), Decimal("5.5"), Decimal("19.6")]
    assert {(tax.category, tax.compliant) for tax in taxes} == {(None, None)}


def test_without_the_right_to_reference_data_nothing_is_told(office: Office) -> None:
    office.world.deny("v2:taxes", "v2:units")
    assert {tax.category for tax in office.sellsy.taxes()} == {None}
    assert office.sellsy.unit_codes() == {}


def test_without_the_right_to_customers_the_run_says_so(office: Office) -> None:
    _, position = told(office, "")
    office.world.deny("v2:companies/search")
    with pytest.raises(CredentialsRefused) as refused:
        told(office, position)
    assert "droits" in refused.value.problems[0].params["cause"]


def test_ids_are_the_same_where_both_apis_name_the_record_alike(office: Office) -> None:
    sellsy = office.sellsy
    quote = office.world.documents_of("estimate")[0].id
    document = sellsy.create_draft(office.draft(office.line("DISJ-16A")), 1)
    for key in (
        office.customer,
        *(sellsy_key(Kind.CUSTOMER, each.id) for each in office.world.clients()),
        office.product("DISJ-16A"),
        office.product("SER001", Kind.SERVICE),
        sellsy_key(Kind.QUOTE, quote),
    ):
        assert sellsy.is_same(key) is True, key
    assert sellsy.is_same_invoice(document) is True
    assert sellsy.is_same(sellsy_key(Kind.CUSTOMER, 99)) is None
    assert sellsy.is_same(sellsy_key(Kind.ITEM, 99)) is None
    assert sellsy.is_same_invoice("99") is None
    office.world.ids_apart = 1
    assert sellsy.is_same(office.customer) is False
    assert sellsy.is_same(office.product("DISJ-16A")) is False
    assert sellsy.is_same_invoice(document) is False


def test_a_draft_that_would_be_refused_says_why(office: Office) -> None:
    disabled = next(tax for tax in office.world.taxes.values() if not tax.compliant)
    draft = office.draft(office.line("DISJ-16A", tax_id=str(disabled.id)))
    with pytest.raises(Refused) as refused:
        office.sellsy.computed(draft)
    assert "rows.0.tax_id: La taxe n'est pas conforme" in refused.value.problems[0].params["cause"]
    office.world.deny("v2:invoices/compute")
    with pytest.raises(Refused) as forbidden:
        office.sellsy.computed(office.draft())
    assert forbidden.value.problems[0].params["sellsy_code"] == "403"


# --- what answers amount to -------------------------------------------------------------------------

ERROR = b'{"error":{"code":%d,"message":"Limite","context":null,"details":%s}}'
TOKEN = answer(200, b'{"access_token":"t0ken-of-a-test","expires_in":3600}')


def error(status: int, details: bytes = b"[]") -> Step:
    return answer(status, ERROR % (status, details))


class AskedV2(Scripted):
    """A login and v2 in one, that answer by a script."""

    def __enter__(self) -> Self:
        super().__enter__()
        time = VirtualTime()
        hooks = Hooks(sleep=time.sleep, clock=time, random=lambda: 0.0)
        session = Session("Sellsy", self.url, hooks=hooks)
        self.v2 = QuestionsV2(
            session, Bearer(session, ClientSecret("id-of-test", "secret-of-test"), hooks.now)
        )
        return self


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ([error(400, b'{"filters.x":"champ inconnu"}')], Refused),
        ([error(402)], Refused),
        ([error(409)], Refused),
        ([error(413)], Refused),
        ([error(403)], Forbidden),
        ([error(404)], NotFound),
        ([error(401), TOKEN, error(401)], CredentialsRefused),
        ([error(503)], ServiceUnavailable),
        ([error(500)], ServiceUnavailable),
        ([error(418)], ServiceUnavailable),
        ([answer(200, b"<html>")], ServiceUnavailable),
        ([answer(200, b'{"data":null,"pagination":{"total":1}}')], ServiceUnavailable),
        ([answer(200, b'{"data":[],"pagination":{"total":3}}')], ListIncomplete),
    ],
)
def test_an_answer_amounts_to(steps: list[Step], outcome: type[Exception]) -> None:
    with AskedV2(TOKEN, *steps) as service:
        with pytest.raises(outcome) as raised:
            list(service.v2.rows("GET taxes"))
        assert isinstance(raised.value, Forbidden) is (outcome is Forbidden)
        assert "secret-of-test" not in str(raised.value)


def test_a_busy_or_down_service_is_asked_again() -> None:
    whole = answer(
        200, b'{"data":[{"id":1}],"pagination":{"limit":100,"count":1,"total":1,"offset":"WyIxIl0="}}'
    )
    with AskedV2(TOKEN, error(429), error(503), whole) as service:
        assert list(service.v2.rows("GET taxes")) == [[{"id": 1}]]


def test_no_other_question_is_ever_asked() -> None:
    with AskedV2(TOKEN) as service:
        for question in ("POST invoices", "POST invoices/1/validate", "PUT companies", "DELETE files"):
            with pytest.raises(ValueError, match="not among the questions"):
                service.v2.ask(question, dict)
        assert service.seen == []


def test_the_token_is_beside_the_state_and_nowhere_else(office: Office, tmp_path: Path) -> None:
    office.sellsy.taxes()
    assert all("access" not in str(entry.params) for entry in office.box.log)
    assert list(tmp_path.iterdir()) == []
