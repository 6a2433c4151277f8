"""What is deleted in Sellsy goes from Simon: the sync looks first, the cleanup looks again [2.1, 7.3]."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simonsync.domain.key import Kind
from simonsync.messages.render import Language, render
from simonsync.report.status import status_of
from simonsync.sellsy.v1 import turns
from tests.firm import Firm
from tests.sync.test_cleanup import card, clean, cleaned, is_bound

ASKED = {"Client.getOne", "Prospects.getOne", "Catalogue.getOne"}


def waiting(firm: Firm) -> int:
    with firm.state() as state:
        return status_of(state).deletions


def asked(firm: Firm) -> list[str]:
    """What was asked for by itself since the log was cleared."""
    return [entry.method for entry in firm.box.log.entries() if entry.method in ASKED]


def told(firm: Firm) -> list[str]:
    return [entry.message.params["name"] for entry in firm.journal(codes=["gone-in-sellsy"])]


def test_7_3_what_sync_no_longer_finds_goes_with_the_first_cleanup(steady: Firm) -> None:
    client = steady.clients()[0]
    name = steady.box.sellsy.customers[client].full_name
    kept = steady.box.sellsy.add_address(steady.clients()[1], name="Dépôt", part1="2 rue X", town="Bron")
    steady.sync()
    article = steady.box.sellsy.product_named("SER003")
    steady.box.sellsy.delete_customer(client)
    steady.box.sellsy.delete_product(article.id)
    steady.box.sellsy.delete_address(kept.id)
    steady.later(minutes=5)
    steady.sync()
    assert sorted(told(steady)) == sorted([name, article.tradename, "Dépôt"])
    assert waiting(steady) == 3
    (entry, *_) = steady.journal(codes=["gone-in-sellsy"])
    assert "simonsync cleanup" in render(entry.message, Language.EN)[1]
    assert {each["name"] for each in clean(steady, dry_run=True).waiting} >= {name, article.tradename}
    steady.later(minutes=5)
    steady.sync()
    assert len(told(steady)) == 3
    steady.later(minutes=30)
    gone = cleaned(steady)
    assert {
        ("customer", "gone-in-sellsy"),
        ("item", "gone-in-sellsy"),
        ("work_address", "gone-in-sellsy"),
    } <= {*gone}
    assert not is_bound(steady, Kind.CUSTOMER, client)
    assert waiting(steady) == 0


def test_7_3_what_shows_again_counts_no_longer(steady: Firm) -> None:
    client = steady.clients()[0]
    customer = steady.box.sellsy.customers[client]
    steady.box.sellsy.delete_customer(client)
    steady.sync()
    assert waiting(steady) > 0
    steady.box.sellsy.customers[client] = customer
    steady.sync()
    assert waiting(steady) == 0
    steady.later(minutes=31)
    assert cleaned(steady) == []
    assert card(steady, client)


def test_7_3_an_archived_record_is_asked_for_once_a_day(steady: Firm) -> None:
    steady.box.sellsy.archive_customer(steady.clients()[0])
    steady.sync()
    assert asked(steady) == ["Client.getOne"]
    steady.box.log.clear()
    steady.later(hours=20)
    steady.sync()
    assert asked(steady) == []
    steady.later(hours=5)
    steady.sync()
    assert asked(steady) == ["Client.getOne"]
    assert (waiting(steady), told(steady)) == (0, [])


@pytest.mark.parametrize("slice_size", [2])
def test_7_3_a_turn_that_takes_several_cycles_misses_nobody(
    steady: Firm, monkeypatch: pytest.MonkeyPatch, slice_size: int
) -> None:
    for year in range(2014, 2024):
        steady.box.sellsy.add_customer(f"Client de {year}", created=datetime(year, 5, 4, tzinfo=UTC))
    steady.sync()
    steady.box.log.clear()
    monkeypatch.setattr(turns, "SLICE", slice_size)
    steady.scan_requests = 1
    client = steady.clients()[-1]
    steady.box.sellsy.delete_customer(client)
    with steady.state() as state:
        turn = state.scans.get("customers").turn
    cycles = 0
    while not told(steady) and cycles < 40:
        cycles += 1
        steady.later(minutes=5)
        steady.sync()
    with steady.state() as state:
        assert state.scans.get("customers").turn == turn + 1
    assert cycles > 2
    assert set(asked(steady)) == {"Client.getOne", "Prospects.getOne"}
    assert len(asked(steady)) == 2


def test_7_3_rights_that_are_taken_away_cost_a_bounded_number_of_questions(steady: Firm) -> None:
    made = [steady.box.sellsy.add_product(f"X-{each}", f"Article {each}", "1").id for each in range(30)]
    steady.sync()
    for product in made:
        steady.box.sellsy.delete_product(product)
    for cycle in (20, 30):
        steady.later(minutes=5)
        steady.sync()
        assert len(told(steady)) == cycle
