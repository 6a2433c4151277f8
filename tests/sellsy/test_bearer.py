"""The access token: fetched by a form, kept from run to run, renewed before it ends and where refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from stat import S_IMODE

import pytest

from simonsync.domain.draft import DraftInvoice
from simonsync.domain.key import Kind, sellsy_key
from simonsync.errors import CredentialsRefused, NotSent, ServiceUnavailable
from simonsync.http import Hooks
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.secrecy import without_secrets
from simonsync.sellsy import ClientSecret, addresses, connect
from simonsync.sellsy.v1.api import SellsyV1
from tests.contract.sellsy_office import START, flat, who_of

LOGIN = "POST /oauth2/access-tokens"


class Firm:
    """One firm's Sellsy, spoken to by runs that share a file for the token."""

    def __init__(self, box: Sandbox, clock: VirtualClock, file: Path) -> None:
        self.box, self.clock, self.file = box, clock, file

    def connected(self, who: ClientSecret | None = None) -> closing[SellsyV1]:
        clock = self.clock
        hooks = Hooks(sleep=clock.advance, clock=lambda: clock().timestamp(), now=clock, random=lambda: 0.0)
        known = who_of(self.box, self.file)
        return closing(connect(self.box.sellsy_url, who or known, requests_per_second=1000, hooks=hooks))

    @property
    def logins(self) -> int:
        return len(self.box.log.entries("sellsy", LOGIN))


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    clock = VirtualClock(START)
    with Sandbox(clock=clock) as box:
        yield Firm(box, clock, tmp_path / "firm.token")


def test_one_token_serves_all_calls_of_all_runs_and_is_the_owners_alone(firm: Firm) -> None:
    for _ in range(2):
        with firm.connected() as sellsy:
            sellsy.account()
            flat(sellsy.customers())
    assert firm.logins == 1
    assert S_IMODE(firm.file.stat().st_mode) == 0o600
    assert "Authorization" not in firm.file.read_text()
    assert firm.box.sellsy.tokens.client.client_secret not in firm.file.read_text()


def test_a_token_is_renewed_a_minute_early(firm: Firm) -> None:
    with firm.connected() as sellsy:
        sellsy.account()
        firm.clock.advance(3600 - 61)
        sellsy.account()
        assert firm.logins == 1
        firm.clock.advance(2)
        sellsy.account()
        assert firm.logins == 2
        assert sellsy.requests == 7


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"of": 1}', "\x00", '{"access_token": "x"}'])
def test_a_file_that_makes_no_sense_is_no_token(firm: Firm, content: str) -> None:
    firm.file.write_text(content)
    with firm.connected() as sellsy:
        assert sellsy.account().name == "Électricité Moreau"
    assert json.loads(firm.file.read_text())["access_token"].startswith("sandbox-access-1-")


def test_a_token_of_other_credentials_is_not_used(firm: Firm) -> None:
    with firm.connected() as sellsy:
        sellsy.account()
    with (
        firm.connected(ClientSecret("another", "secret", firm.file)) as sellsy,
        pytest.raises(CredentialsRefused) as refused,
    ):
        sellsy.account()
    assert refused.value.problems[0].params["cause"] == "invalid_client"
    assert firm.logins == 2


def test_a_token_that_is_refused_before_its_end_is_renewed_once(firm: Firm) -> None:
    with firm.connected() as sellsy:
        sellsy.account()
        firm.box.sellsy.tokens.expire()
        assert sellsy.account().name == "Électricité Moreau"
        assert firm.logins == 2
        # One that is never accepted is asked for once more, and no further.
        firm.box.faults.set("status", service="sellsy", method="Infos.getInfos", status=401, times=None)
        with pytest.raises(CredentialsRefused):
            sellsy.account()
        assert firm.logins == 3


def test_a_list_that_is_read_ahead_renews_its_token_once(firm: Firm) -> None:
    for number in range(450):
        firm.box.sellsy.add_customer(f"N{number}")
    with firm.connected() as sellsy:
        sellsy.account()
        firm.box.faults.set("token_expired", service="sellsy", method="Client.getList", call=2)
        assert len(flat(sellsy.customers())) == 456
    assert firm.logins == 2


def test_a_draft_whose_token_is_refused_was_not_made_and_is_not_repeated(firm: Firm) -> None:
    customer = next(iter(firm.box.sellsy.customers))
    draft = DraftInvoice(
        "1", "1", "7F3A2C9KQ0ZX", customer=sellsy_key(Kind.CUSTOMER, customer), subject="BT 1", lines=()
    )
    with firm.connected() as sellsy:
        sellsy.account()
        firm.box.faults.set("token_expired", service="sellsy", method="Document.create")
        with pytest.raises(NotSent) as refused:
            sellsy.create_draft(draft, 1)
        assert refused.value.code == "sellsy-token-refused"
        assert len(firm.box.log.entries("sellsy", "Document.create")) == 1
        assert firm.box.sellsy.documents_of(tag="simonsync") == []
        sellsy.create_draft(draft, 1)
    assert len(firm.box.sellsy.documents_of(tag="simonsync")) == 1


def test_neither_secret_nor_token_is_ever_shown(firm: Firm) -> None:
    with firm.connected() as sellsy:
        sellsy.account()
    token = json.loads(firm.file.read_text())["access_token"]
    client = firm.box.sellsy.tokens.client
    assert without_secrets(f"{token} {client.client_secret}") == "… …"
    assert client.client_secret not in repr(ClientSecret(client.client_id, client.client_secret))


def test_requests_are_spread_as_the_quota_of_the_account_asks(firm: Firm) -> None:
    firm.box.sellsy.tokens.quotas = {"Minute": 30}
    with firm.connected() as sellsy:
        for _ in range(35):
            sellsy.product(sellsy_key(Kind.ITEM, firm.box.sellsy.product_named("DISJ-16A").id))
    asked = firm.box.log.entries("sellsy", "Catalogue.getOne")
    assert {entry.status for entry in asked} == {200}
    gaps = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(asked[1:])]
    assert all(2 <= gap < 2.1 for gap in gaps)


def test_a_quota_of_the_day_that_is_spent_ends_the_run(firm: Firm) -> None:
    firm.box.sellsy.tokens.quotas = {"Day": 2}
    with firm.connected() as sellsy:
        sellsy.taxes()
        sellsy.units()
        with pytest.raises(ServiceUnavailable) as spent:
            sellsy.categories()
    assert spent.value.code == "service-quota-spent"
    assert len(firm.box.log.entries("sellsy")) == 3


@pytest.mark.parametrize(
    ("url", "v1", "login"),
    [
        (
            "https://apifeed.sellsy.com/0/",
            "https://apifeed.sellsy.com/0/",
            "https://login.sellsy.com/oauth2/access-tokens",
        ),
        ("http://127.0.0.1:8/0/", "http://127.0.0.1:8/0/", "http://127.0.0.1:8/oauth2/access-tokens"),
    ],
)
def test_who_stands_in_for_sellsy_has_all_its_addresses(url: str, v1: str, login: str) -> None:
    assert addresses(url)[:2] == (v1, login)


READS: list[Callable[[SellsyV1], object]] = [lambda s: s.account(), lambda s: s.taxes()]


@pytest.mark.parametrize("kind", ["drop_before", "html", "empty", "half"])
def test_a_login_that_fails_once_is_asked_again(firm: Firm, kind: str) -> None:
    firm.box.faults.set(kind, service="sellsy", method=LOGIN)
    with firm.connected() as sellsy:
        for read in READS:
            read(sellsy)
    assert firm.logins == 2
