"""What comes of a call when Sellsy or the network fails: nothing is made twice, nothing is taken for done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from simonsync.domain.key import Kind
from simonsync.errors import (
    CredentialsRefused,
    NotSent,
    OutcomeUnknown,
    Refused,
    ServiceUnavailable,
    SimonsyncError,
)
from tests.contract.sellsy_office import Office, flat


@dataclass(frozen=True)
class Failure:
    """A fault of the sandbox, what a write amounts to under it, and whether Sellsy carried it out."""

    kind: str
    outcome: type[SimonsyncError]
    done: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.kind, *(f"{name}={value}" for name, value in self.more.items())])


FAILURES = [
    Failure("refuse", NotSent),
    Failure("drop_before", OutcomeUnknown),
    Failure("drop_after", OutcomeUnknown, done=True),
    Failure("status", OutcomeUnknown, more={"status": 500}),
    Failure("status", OutcomeUnknown, done=True, more={"status": 502, "applied": True}),
    Failure("status", OutcomeUnknown, more={"status": 503, "retry_after": 1}),
    Failure("status", NotSent, more={"status": 429}),
    Failure("status", NotSent, more={"status": 429, "retry_after": 2}),
    Failure("status", OutcomeUnknown, more={"status": 401}),
    Failure("empty", OutcomeUnknown),
    Failure("empty", OutcomeUnknown, done=True, more={"applied": True}),
    Failure("half", OutcomeUnknown, done=True),
    Failure("html", OutcomeUnknown),
    Failure("nonce_used", OutcomeUnknown),
    Failure("not_loadable", Refused),
    Failure("api_error", OutcomeUnknown, more={"code": "E_UNKNOW"}),
    Failure("api_error", OutcomeUnknown, more={"code": "E_SERVICE_UNVAILABLE"}),
    Failure("api_error", Refused, more={"code": "E_PRIV_NOT_ALLOWED"}),
    Failure("api_error", CredentialsRefused, more={"code": "E_LICENCE_NO"}),
    Failure("api_error", ServiceUnavailable, more={"code": "E_LIMIT_REQUEST_REACHED"}),
    Failure("bare_error", OutcomeUnknown),
]


@pytest.mark.parametrize("failure", FAILURES, ids=str)
def test_a_draft_is_sent_once_and_its_outcome_is_never_guessed(office: Office, failure: Failure) -> None:
    draft = office.draft(office.line("DISJ-16A"))
    office.sellsy.account()
    office.disturb(failure.kind, "*" if failure.kind == "refuse" else office.variant.create, **failure.more)
    with pytest.raises(failure.outcome) as caught:
        office.sellsy.create_draft(draft, 1)
    assert type(caught.value) is failure.outcome
    assert office.requests(office.variant.create) == (0 if failure.kind == "refuse" else 1)
    assert len(office.ours()) == int(failure.done)


@pytest.mark.parametrize("failure", FAILURES, ids=str)
def test_5_11_a_file_is_sent_once_and_its_outcome_is_never_guessed(office: Office, failure: Failure) -> None:
    office.sellsy.account()
    office.disturb(failure.kind, "*" if failure.kind == "refuse" else office.variant.upload, **failure.more)
    with pytest.raises(failure.outcome) as caught:
        office.sellsy.upload(office.customer, "BT-4711.pdf", b"%PDF" * 1000)
    assert type(caught.value) is failure.outcome
    assert office.requests(office.variant.upload) == (0 if failure.kind == "refuse" else 1)
    assert len(office.world.files_of(int(office.customer.id))) == int(failure.done)


def test_a_draft_that_was_applied_late_is_unknown_until_it_shows(office: Office) -> None:
    office.disturb("late", office.variant.create, seconds=30)
    with pytest.raises(OutcomeUnknown):
        office.sellsy.create_draft(office.draft(office.line("DISJ-16A")), 1)
    assert flat(office.sellsy.tagged_invoices(None)) == []
    office.box.clock.advance(31)
    assert len(flat(office.sellsy.tagged_invoices(None))) == 1


READS: list[Callable[[Office], object]] = [
    lambda office: office.sellsy.account(),
    lambda office: flat(office.sellsy.customers()),
    lambda office: office.sellsy.customer(office.customer),
    lambda office: flat(office.sellsy.addresses()),
    lambda office: flat(office.sellsy.products(Kind.ITEM)),
    lambda office: office.sellsy.product(office.product("DISJ-16A")),
    lambda office: flat(office.sellsy.tagged_invoices(None)),
    lambda office: flat(office.sellsy.files_of(office.customer)),
    lambda office: office.sellsy.taxes(),
]
PASSING = [
    Failure("drop_before", ServiceUnavailable),
    Failure("drop_after", ServiceUnavailable),
    Failure("status", ServiceUnavailable, more={"status": 502}),
    Failure("status", ServiceUnavailable, more={"status": 429}),
    Failure("status", ServiceUnavailable, more={"status": 503, "retry_after": 3}),
    Failure("empty", ServiceUnavailable),
    Failure("half", ServiceUnavailable),
    Failure("html", ServiceUnavailable),
    Failure("nonce_used", CredentialsRefused),
    Failure("api_error", ServiceUnavailable, more={"code": "E_UNKNOW"}),
    Failure("bare_error", ServiceUnavailable),
]


@pytest.mark.parametrize("failure", PASSING, ids=str)
def test_every_read_survives_one_failure(office: Office, failure: Failure) -> None:
    for read in READS:
        undisturbed = read(office)
        office.disturb(failure.kind, **failure.more)
        assert read(office) == undisturbed


@pytest.mark.parametrize("failure", PASSING, ids=str)
def test_a_failure_that_lasts_ends_the_run_within_forty_seconds(office: Office, failure: Failure) -> None:
    begun = office.box.clock()
    office.disturb(failure.kind, times=None, **failure.more)
    with pytest.raises(failure.outcome):
        office.sellsy.account()
    assert (office.box.clock() - begun).total_seconds() <= 40


def test_a_service_that_refuses_connections_ends_the_run_within_forty_seconds(office: Office) -> None:
    begun = office.box.clock()
    office.disturb("refuse", times=None)
    with pytest.raises(ServiceUnavailable):
        office.sellsy.account()
    assert (office.box.clock() - begun).total_seconds() <= 40


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("wrong_page", {}),
        ("repeated_page", {}),
        ("shifting_pages", {"rows": 1}),
        ("shifting_pages", {"rows": 3}),
    ],
)
@pytest.mark.parametrize("call", [1, 2])
def test_a_list_whose_pages_go_wrong_once_comes_out_whole(
    office: Office, kind: str, more: dict[str, Any], call: int
) -> None:
    for number in range(230):
        office.world.add_customer(f"N{number}", address={"name": "A", "town": "Lyon"})
        office.world.add_document("invoice", int(office.customer.id), tags=["simonsync"])
        office.world.add_product(f"X-{number}", "", "1")
    lists: list[Callable[[], list[Any]]] = [
        lambda: flat(office.sellsy.customers()),
        lambda: flat(office.sellsy.addresses()),
        lambda: flat(office.sellsy.products(Kind.ITEM)),
        lambda: flat(office.sellsy.tagged_invoices(None)),
        lambda: flat(office.sellsy.invoices_of(office.customer, None)),
    ]
    for read in lists:
        undisturbed = read()
        office.disturb(kind, call=call, **more)
        found = read()
        assert len(found) == len(undisturbed)
        assert all(each in found for each in undisturbed)


@pytest.mark.parametrize(("kind", "more"), [("repeated_page", {}), ("shifting_pages", {"rows": 1})])
def test_a_list_whose_pages_go_wrong_for_ever_is_not_believed(
    office: Office, kind: str, more: dict[str, Any]
) -> None:
    for number in range(230):
        office.world.add_customer(f"N{number}")
    office.disturb(kind, times=None, **more)
    with pytest.raises(ServiceUnavailable) as caught:
        flat(office.sellsy.customers())
    assert caught.value.code == "listing-incomplete"
