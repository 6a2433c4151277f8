"""Quotes of Sellsy become work orders in Simon, over both real services [5.9, 5.10]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simonsync.errors import ExitCode, UsageError
from simonsync.messages.render import Language, render
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.sellsy.records import Row
from simonsync.settings.declaration import QUOTE_STEPS, WorkOrderDescription
from simonsync.sync.pull import pull
from tests.firm import Firm, number
from tests.sync.quoting import (
    article,
    comment,
    descriptions,
    every_kind_of_row,
    later_pull,
    opened,
    order_of,
    quote,
    quoted,
    title,
    used,
    waiting,
)

# --- which quotes -------------------------------------------------------------------------------------


def test_5_9_a_quote_becomes_a_work_order_for_its_customer(quoting: Firm) -> None:
    client = quoting.clients()[1]
    made = quote(quoting, [title("Tableau <b>neuf</b>")], customer=client)
    assert quoting.pull().exit_code is ExitCode.DONE
    (order,) = quoted(quoting)
    assert order["ExtKey"] == f"quote:{made.id}"
    assert order["CustomerId"] == quoting.simon_id("Customer", f"customer:{client}")
    place = quoting.box.simon.row("Location", number(order["LocationId"]))
    assert place["CustomerId"] == order["CustomerId"]
    assert (order["Description"], order["CustomerReference"]) == ("Tableau neuf", made.ident)
    assert order["Status"] == "New"


def test_8_1_a_work_order_and_its_used_items_are_told_in_the_manuals_words(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A", "8")])
    quoting.pull()
    told = quoting.journal(codes=["work-order-created", "used-item-created"])
    texts = [(entry.table.value, *render(entry.message, Language.EN)) for entry in told]
    assert [(table, text.partition(":")[0], action) for table, text, action in texts] == [
        ("work_order", "New WorkOrder Inserted to Simon Successfully", "No Action Needed"),
        ("used_item", "New UsedItem Inserted to Simon Successfully", "No Action Needed"),
    ]
    assert all(text.endswith(f"quote {made.ident}") for _, text, _ in texts)


def test_5_9_without_the_setting_no_quote_is_even_asked_for(active: Firm) -> None:
    quote(active)
    active.pull()
    assert quoted(active) == []
    assert active.box.log.entries("sellsy", "Document.getList") == []


def test_5_9_only_quotes_made_since_it_was_switched_on_count(active: Firm) -> None:
    quote(active, [title("avant")])
    active.later(minutes=1)
    active.configure(quotes_to_work_orders=True)
    active.pull()
    active.later(minutes=1)
    quote(active, [title("pendant")])
    later_pull(active)
    active.configure(quotes_to_work_orders=False)
    later_pull(active)
    quote(active, [title("entre-temps")])
    active.later(minutes=1)
    active.configure(quotes_to_work_orders=True)
    later_pull(active)
    active.later(minutes=1)
    quote(active, [title("après")])
    later_pull(active)
    assert descriptions(active) == ["pendant", "après"]


def test_5_9_a_quote_that_was_left_alone_comes_once_it_is_accepted(active: Firm) -> None:
    sent, read, accepted = (quote(active, [title(step)], step=step) for step in ("sent", "read", "accepted"))
    active.later(minutes=1)
    active.configure(quotes_to_work_orders=True)
    assert later_pull(active) is ExitCode.DONE
    active.box.sellsy.edit_document(sent.id, step="read", subject="Autre objet")
    later_pull(active)
    assert descriptions(active) == []
    active.box.sellsy.edit_document(sent.id, step="accepted")
    active.box.sellsy.edit_document(accepted.id, subject="Autre objet")
    later_pull(active)
    assert descriptions(active) == ["sent"]
    assert read.step == "read"


def test_5_9_a_quote_made_before_and_sent_after_it_was_switched_on_becomes_a_work_order(active: Firm) -> None:
    draft, old = (quote(active, [title(text)], step="draft") for text in ("brouillon", "ancien"))
    active.box.sellsy.edit_document(old.id, created=active.box.clock() - timedelta(days=366))
    active.later(minutes=1)
    active.configure(quotes_to_work_orders=True)
    later_pull(active)
    for document in (draft, old):
        active.box.sellsy.edit_document(document.id, step="sent")
    later_pull(active)
    assert descriptions(active) == ["brouillon"]


def test_5_9_1_another_word_leaves_alone_what_it_would_have_brought(active: Firm) -> None:
    active.configure(quotes_to_work_orders=True, quotes_containing="BDT")
    active.pull()
    active.later(minutes=1)
    quote(active, [title("Pose")], subject="Sans mot")
    later_pull(active)
    active.later(minutes=1)
    active.configure(quotes_containing="pose")
    later_pull(active)
    assert descriptions(active) == []
    quote(active, [title("Pose 2")])
    later_pull(active)
    assert descriptions(active) == ["Pose 2"]


def test_5_9_the_whole_list_of_many_quotes_is_read_now_and_then(quoting: Firm) -> None:
    document = quote(quoting, [title("il y a longtemps")], step="draft")
    quoting.box.sellsy.edit_document(document.id, created=quoting.box.clock() - timedelta(days=200))
    with quoting.state() as state:
        scan = state.scans.get("quotes")
        state.scans.put(replace(scan, turn=40))
    quoting.box.sellsy.edit_document(document.id, step="sent")
    later_pull(quoting)
    assert descriptions(quoting) == []
    quoting.later(minutes=20)
    later_pull(quoting)
    assert descriptions(quoting) == ["il y a longtemps"]


def test_5_9_a_quote_that_a_person_names_becomes_a_work_order_once(active: Firm) -> None:
    document = quote(active, [title("Ancien")], step="refused")
    active.box.sellsy.edit_document(document.id, created=active.box.clock() - timedelta(days=900))
    named = partial(pull, quotes=[document.ident])
    assert active.run("pull", named).exit_code is ExitCode.DONE
    assert descriptions(active) == ["Ancien"]
    active.box.log.clear()
    assert active.run("pull", named).exit_code is ExitCode.DONE
    assert active.writes() == []
    with pytest.raises(UsageError) as caught:
        active.run("pull", partial(pull, quotes=[document.ident[:-1]]))
    assert caught.value.code == "quote-unknown"


def test_5_9_a_quote_made_within_the_same_second_counts(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    clock = VirtualClock(datetime(2026, 3, 2, 8, 0, 0, 400_000, tzinfo=UTC))
    firm = Firm(Sandbox(customers=1, clock=clock), tmp_path, in_process=True)
    firm.activate(quotes_to_work_orders=True)
    clock.advance(0.2)
    quote(firm)
    firm.pull()
    assert len(quoted(firm)) == 1


@pytest.mark.parametrize("step", QUOTE_STEPS)
def test_5_9_a_quote_in_a_chosen_step_becomes_a_work_order(quoting: Firm, step: str) -> None:
    quote(quoting, step=step)
    quoting.pull()
    assert len(quoted(quoting)) == (step in {"sent", "read", "accepted"})


def test_5_9_with_other_steps_chosen_a_quote_comes_when_it_gets_there(quoting: Firm) -> None:
    quoting.configure(quote_statuses=("accepted",))
    made = quote(quoting, step="sent")
    quoting.pull()
    assert quoted(quoting) == []
    quoting.box.sellsy.edit_document(made.id, step="accepted")
    later_pull(quoting)
    assert len(quoted(quoting)) == 1


@pytest.mark.parametrize(
    ("fields", "rows", "wanted"),
    [
        pytest.param({"subject": "BDT Tableau"}, [], True, id="subject"),
        pytest.param({"notes": "à faire vite (bdt)"}, [], True, id="note, any case"),
        pytest.param({}, [title("Bdt n° 5")], True, id="a title on the first line"),
        pytest.param(
            {}, [Row("break"), comment("BDT")], True, id="a comment is the first that says something"
        ),
        pytest.param({}, [comment("Tableau"), comment("BDT")], False, id="the second line is not searched"),
        pytest.param({}, [], False, id="nowhere"),
    ],
)
def test_5_9_1_the_filter_word_is_looked_for_in_subject_note_and_first_line(
    quoting: Firm, fields: dict[str, Any], rows: Sequence[Row], *, wanted: bool
) -> None:
    quoting.configure(quotes_containing="BDT")
    quote(quoting, rows, **fields)
    quoting.pull()
    assert bool(quoted(quoting)) is wanted


@pytest.mark.parametrize(("word", "wanted"), [("", 2), ("  ", 2), ("écl", 1), ("ECLAIRAGE", 1), ("borne", 0)])
def test_5_9_1_an_empty_word_takes_all_and_accents_do_not_matter(
    quoting: Firm, word: str, wanted: int
) -> None:
    quoting.configure(quotes_containing=word)
    quote(quoting, subject="Éclairage du hall")
    quote(quoting, subject="Tableau")
    quoting.pull()
    assert len(quoted(quoting)) == wanted


@pytest.mark.parametrize("field", ["subject", "notes"])
def test_5_9_1_a_quote_that_gets_the_word_later_becomes_a_work_order_then(quoting: Firm, field: str) -> None:
    quoting.configure(quotes_containing="BDT")
    made = quote(quoting)
    quoting.pull()
    assert quoted(quoting) == []
    quoting.box.sellsy.edit_document(made.id, **{field: "BDT : bon pour accord"})
    later_pull(quoting)
    assert len(quoted(quoting)) == 1


# --- what is on the work order ------------------------------------------------------------------------


def test_5_9_2_articles_services_and_free_lines_become_used_items_in_their_order(quoting: Firm) -> None:
    made = quote(quoting, every_kind_of_row(quoting))
    quoting.pull()
    assert used(quoting, made) == [
        ("Disjoncteur 16 A courbe C", Decimal(8)),
        ("Dépose", Decimal(1)),
        ("Temps de travail", Decimal("3.5")),
        ("Reprise", Decimal(-1)),
        ("Gaine ICTA Ø 20 avec tire-fil", Decimal(0)),
    ]
    lines = quoting.box.simon.children("UsedItem", order_of(quoting, made))
    assert [row["ItemId"] for row in lines] == [
        quoting.item("DISJ-16A"),
        None,
        quoting.item("SER001"),
        None,
        quoting.item("GAINE-20"),
    ]
    assert [row["ExtKey"] for row in lines] == [
        f"quote:{made.id}:row:{row.id}"
        for row in made.rows
        if row.type in {"item", "once"} and not row.is_option
    ]


def test_5_9_2_switched_off_no_line_is_a_used_item(quoting: Firm) -> None:
    quoting.configure(quote_lines_as_used_items=False)
    made = quote(quoting, every_kind_of_row(quoting))
    quoting.pull()
    assert used(quoting, made) == []


def test_5_9_2_a_quote_without_rows_is_a_work_order_that_says_what_it_is_about(quoting: Firm) -> None:
    made = quote(quoting, subject="Éclairage du hall")
    quoting.pull()
    assert (descriptions(quoting), used(quoting, made)) == (["Éclairage du hall"], [])


def test_5_9_2_an_article_that_is_not_in_simon_is_kept_as_text(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "AMP-60W", "2")])
    quoting.pull()
    assert used(quoting, made) == [("Ampoule à incandescence 60 W", Decimal(2))]
    (line,) = quoting.box.simon.children("UsedItem", order_of(quoting, made))
    assert line["ItemId"] is None


def test_5_9_2_a_declination_is_the_article_it_stands_for(quoting: Firm) -> None:
    product = next(one for one in quoting.box.sellsy.products.values() if one.declinations)
    variant = product.declinations[0]
    made = quote(quoting, [article(quoting, product.name, decl_id=variant.id)])
    quoting.pull()
    (line,) = quoting.box.simon.children("UsedItem", order_of(quoting, made))
    assert line["ItemId"] == quoting.simon_id("Item", f"item:{product.id}_{variant.id}")


@pytest.mark.parametrize(
    ("choice", "description"),
    [
        (WorkOrderDescription.FIRST_LINE, "Tableau de l'entrée"),
        (WorkOrderDescription.NOTE, "Accès par la cour\nAvant 9 h"),
        (WorkOrderDescription.FIRST_LINE_AND_NOTE, "Tableau de l'entrée\n\nAccès par la cour\nAvant 9 h"),
    ],
)
def test_5_9_3_the_description_is_the_first_line_the_note_or_both(
    quoting: Firm, choice: WorkOrderDescription, description: str
) -> None:
    quoting.configure(work_order_description=choice)
    rows = [Row("sum"), title("<strong>Tableau de l'entrée</strong>"), comment("suite")]
    quote(quoting, rows, notes="Accès par la cour\nAvant 9 h")
    quoting.pull()
    assert descriptions(quoting) == [description]


def test_5_9_4_where_the_api_gives_no_terms_none_are_added(quoting: Firm) -> None:
    quoting.configure(quote_terms=True)
    quote(quoting, [title("Tableau")])
    quoting.pull()
    assert descriptions(quoting) == ["Tableau"]


def test_5_9_the_work_address_is_the_one_on_the_quote(quoting: Firm) -> None:
    client = quoting.clients()[0]
    site = quoting.box.sellsy.add_address(client, name="Chantier Bellecour", town="Lyon")
    quoting.pull()
    main = quoting.box.sellsy.customers[client].main_address_id
    for shipped_to, place in ((site.id, site.id), (0, main)):
        made = quote(quoting, ship_address_id=shipped_to)
        later_pull(quoting)
        location = quoting.box.simon.row("WorkOrder", order_of(quoting, made))["LocationId"]
        assert location == quoting.simon_id("Location", f"address:{place}")


# --- which wait ---------------------------------------------------------------------------------------


def test_5_9_a_quote_for_a_prospect_waits_with_one_warning_and_follows_by_itself(quoting: Firm) -> None:
    prospect = quoting.box.sellsy.add_customer(
        "Café du Port", prospect=True, address={"name": "", "town": "Sète"}
    )
    made = quote(quoting, [title("Terrasse")], customer=prospect.id)
    for times in (1, 2, 3):
        assert later_pull(quoting) is ExitCode.DONE
        assert waiting(quoting) == [("quote-customer-missing", f"quote:{made.id}", times)]
    assert opened(quoting) == []
    quoting.box.sellsy.make_prospect(prospect.id, prospect=False)
    later_pull(quoting)
    assert descriptions(quoting) == ["Terrasse"]
    assert waiting(quoting) == []


def test_5_9_a_quote_that_is_not_wanted_does_not_wait_for_its_customer(quoting: Firm) -> None:
    quoting.configure(quotes_containing="BDT")
    later_pull(quoting)
    quoting.box.log.clear()
    prospect = quoting.box.sellsy.add_customer("Café du Port", prospect=True)
    made = quote(quoting, [title("Terrasse")], customer=prospect.id)
    wanted = quote(quoting, [title("BDT Terrasse")], customer=prospect.id)
    for _ in range(3):
        later_pull(quoting)
    assert [record for _, record, _ in waiting(quoting)] == [f"quote:{wanted.id}"]
    assert sorted(opened(quoting)) == [made.id, wanted.id]


def test_5_9_a_customer_without_an_address_has_no_place_to_work_at(quoting: Firm) -> None:
    nomad = quoting.box.sellsy.add_customer("Cirque Bouglione")
    made = quote(quoting, [title("Chapiteau")], customer=nomad.id)
    for times in (1, 2):
        assert later_pull(quoting) is ExitCode.DONE
        assert waiting(quoting) == [("quote-customer-missing", f"quote:{made.id}", times)]
    quoting.box.sellsy.add_address(nomad.id, name="Quai", town="Lyon")
    later_pull(quoting)
    later_pull(quoting)
    assert descriptions(quoting) == ["Chapiteau"]
    assert waiting(quoting) == []


def test_5_9_a_customer_deleted_in_sellsy_meanwhile_does_not_end_the_run(quoting: Firm) -> None:
    gone, other = quoting.clients()[:2]
    doomed = quote(quoting, [title("perdu")], customer=gone)
    quoting.box.sellsy.delete_customer(gone)
    quote(quoting, [title("gardé")], customer=other)
    assert later_pull(quoting) is ExitCode.DONE
    assert "gardé" in descriptions(quoting)
    assert {record for _, record, _ in waiting(quoting)} <= {f"quote:{doomed.id}"}


def test_5_9_a_quote_that_is_no_longer_to_come_waits_no_longer(quoting: Firm) -> None:
    prospect = quoting.box.sellsy.add_customer("Café du Port", prospect=True)
    made = quote(quoting, customer=prospect.id)
    quoting.pull()
    assert len(waiting(quoting)) == 1
    quoting.box.sellsy.edit_document(made.id, step="refused")
    later_pull(quoting)
    assert waiting(quoting) == []
