"""Quotes of Sellsy become work orders in Simon, over both real services [5.9, 5.10]."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simonsync.errors import ExitCode
from simonsync.messages.render import Language, render
from simonsync.operate.choose import choose
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.sellsy.records import Document, Row
from simonsync.settings.declaration import QUOTE_STEPS, WorkOrderDescription
from simonsync.sync import cycle
from tests.firm import Firm, number
from tests.sync.quoting import article, comment, finish, free, opened, order_of, quote, quoted, title, used


@pytest.fixture
def quoting(tmp_path: Path) -> Firm:
    """A firm whose quotes become work orders, lines and all; in-process, since there are many stumbles."""
    tmp_path.chmod(0o700)
    firm = Firm(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    firm.activate(quotes_to_work_orders=True, quote_lines_as_used_items=True)
    firm.pull()
    firm.later(minutes=1)
    firm.box.log.clear()
    return firm


def descriptions(firm: Firm) -> list[str]:
    return [str(row["Description"]) for row in quoted(firm)]


def later_pull(firm: Firm) -> ExitCode:
    firm.later(minutes=5)
    return firm.pull().exit_code


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
    quote(quoting, [article(quoting, "DISJ-16A", "8")])
    quoting.pull()
    told = quoting.journal(codes=["work-order-created", "used-item-created"])
    assert [(entry.table.value, *render(entry.message, Language.EN)) for entry in told] == [
        ("work_order", "New WorkOrder Inserted to Simon Successfully", "No Action Needed"),
        ("used_item", "New UsedItem Inserted to Simon Successfully", "No Action Needed"),
    ]


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


@pytest.mark.parametrize("step", QUOTE_STEPS)
def test_5_9_a_quote_in_a_chosen_step_becomes_a_work_order(quoting: Firm, step: str) -> None:
    quote(quoting, step=step)
    quoting.pull()
    assert len(quoted(quoting)) == (step in {"draft", "sent", "read", "accepted"})


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


def every_kind_of_row(firm: Firm) -> list[Row]:
    return [
        title("Remplacement"),
        article(firm, "DISJ-16A", "8"),
        Row("sum"),
        comment("mise en décharge comprise"),
        free(firm, "Dépose", "45"),
        Row("break"),
        Row("empty"),
        article(firm, "SER001", "3.5"),
        article(firm, "SPOT-LED", "4", is_option=True),
        free(firm, "Reprise", "-20", "-1"),
        article(firm, "GAINE-20", "0"),
    ]


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


def waiting(firm: Firm) -> list[tuple[str, str, int]]:
    return [(entry.message.kind.code, entry.record, entry.times) for entry in firm.journal(only_open=True)]


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


# --- one work order for ever, frugally ----------------------------------------------------------------


def test_5_9_a_quote_is_opened_once_and_again_only_when_it_has_moved(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A")])
    for _ in range(4):
        later_pull(quoting)
    assert opened(quoting) == [made.id]
    # Its work order is there, so it is not opened again whatever happens to it.
    quoting.box.sellsy.edit_document(made.id, step="accepted")
    later_pull(quoting)
    assert opened(quoting) == [made.id]
    assert len(quoted(quoting)) == 1


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"step": "accepted"}, True),
        ({"rows": [Row("once", name="autre", unit="h", unit_amount=Decimal(9), quantity=Decimal(2))]}, True),
        ({"third_ident": "sans effet"}, False),
    ],
)
def test_5_9_a_quote_without_the_word_is_opened_again_only_when_step_or_amount_moved(
    quoting: Firm, change: dict[str, Any], *, again: bool
) -> None:
    quoting.configure(quotes_containing="BDT")
    made = quote(quoting, [title("Tableau")])
    later_pull(quoting)
    later_pull(quoting)
    assert opened(quoting) == [made.id]
    quoting.box.sellsy.edit_document(made.id, **change)
    later_pull(quoting)
    later_pull(quoting)
    assert opened(quoting) == [made.id] * (2 if again else 1)


def test_7_2_a_second_pull_of_a_quote_writes_nothing(quoting: Firm) -> None:
    quote(quoting, every_kind_of_row(quoting))
    quoting.pull()
    quoting.box.log.clear()
    later_pull(quoting)
    assert quoting.writes() == []


def test_7_2_a_dry_run_shows_the_work_order_and_makes_none(quoting: Firm) -> None:
    quote(quoting, [title("Tableau")])
    result = quoting.pull(dry_run=True)
    assert len(result.actions) == 1
    assert quoting.writes() == []
    quoting.pull()
    assert descriptions(quoting) == ["Tableau"]


STUMBLES: list[dict[str, Any]] = [
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "half"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 500, "applied": True},
    {"kind": "empty", "applied": True},
    {"kind": "html", "applied": True},
    {"kind": "status", "status": 503},
]


@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize("method", ["POST WorkOrder", "POST UsedItem"])
@pytest.mark.parametrize("fault", STUMBLES, ids=lambda fault: "-".join(map(str, fault.values())))
def test_5_9_whatever_happens_on_the_way_there_is_one_work_order_with_each_item_once(
    quoting: Firm, fault: dict[str, Any], method: str, call: int
) -> None:
    first = quote(quoting, [article(quoting, "DISJ-16A", "8"), free(quoting, "Dépose", "45")])
    second = quote(quoting, [article(quoting, "SER001", "2")])
    quoting.box.faults.set(service="simon", method=method, call=call, **fault)
    for _ in range(3):
        later_pull(quoting)
    assert sorted(row["ExtKey"] for row in quoted(quoting)) == sorted(
        f"quote:{made.id}" for made in (first, second)
    )
    assert sorted(used(quoting, first)) == [("Disjoncteur 16 A courbe C", Decimal(8)), ("Dépose", Decimal(1))]
    assert used(quoting, second) == [("Temps de travail", Decimal(2))]
    assert waiting(quoting) == []


def test_5_9_a_run_that_dies_between_work_order_and_used_items_is_gone_on_with(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A", "8"), free(quoting, "Dépose", "45")])
    fault = quoting.box.faults.set("status", service="simon", method="POST UsedItem", status=401, times=None)
    later_pull(quoting)
    assert used(quoting, made) == []
    # People already work on it.
    quoting.box.simon.edit("WorkOrder", order_of(quoting, made), Description="Vu avec le client")
    quoting.box.faults.remove(fault)
    later_pull(quoting)
    assert descriptions(quoting) == ["Vu avec le client"]
    assert len(used(quoting, made)) == 2


def test_5_9_what_people_took_off_or_changed_stays_so(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A", "8"), free(quoting, "Dépose", "45")])
    quoting.pull()
    lines = quoting.box.simon.children("UsedItem", order_of(quoting, made))
    quoting.box.simon.delete("UsedItem", number(lines[0]["Id"]))
    quoting.box.simon.edit("UsedItem", number(lines[1]["Id"]), Quantity=Decimal(3))
    quoting.box.sellsy.edit_document(made.id, step="accepted")
    later_pull(quoting)
    assert used(quoting, made) == [("Dépose", Decimal(3))]


@pytest.mark.parametrize("kind", ["status", "half", "html", "wrong_page"])
def test_5_9_a_list_of_quotes_that_fails_makes_nothing_and_the_next_run_goes_on(
    quoting: Firm, kind: str
) -> None:
    quote(quoting)
    fault = quoting.box.faults.set(kind, service="sellsy", method="Document.getList", times=None)
    assert later_pull(quoting) is ExitCode.UNAVAILABLE
    assert quoted(quoting) == []
    quoting.box.faults.remove(fault)
    assert later_pull(quoting) is ExitCode.DONE
    assert len(quoted(quoting)) == 1


def test_5_9_a_quote_that_is_gone_when_it_is_opened_is_left_out(quoting: Firm) -> None:
    quote(quoting, [title("perdu")])
    quote(quoting, [title("gardé")])
    quoting.box.faults.set("not_loadable", service="sellsy", method="Document.getOne")
    assert quoting.pull().exit_code is ExitCode.DONE
    assert len(quoted(quoting)) == 1
    later_pull(quoting)
    assert sorted(descriptions(quoting)) == ["gardé", "perdu"]


# --- edited afterwards --------------------------------------------------------------------------------


def warnings(firm: Firm) -> list[dict[str, str]]:
    return [dict(entry.message.params) for entry in firm.journal(codes=["quote-changed-after-work-order"])]


def test_5_9_a_quote_edited_later_is_told_once_for_each_change(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A", "8")])
    quoting.pull()
    name = str(quoting.box.simon.row("WorkOrder", order_of(quoting, made))["Number"])
    for told, quantity in enumerate(("9", "10"), start=1):
        quoting.box.sellsy.edit_document(made.id, rows=[article(quoting, "DISJ-16A", quantity)])
        for _ in range(2):
            later_pull(quoting)
        assert warnings(quoting) == [{"quote": made.ident, "number": name}] * told
    assert used(quoting, made) == [("Disjoncteur 16 A courbe C", Decimal(8))]


def test_5_9_a_quote_that_only_goes_its_way_is_not_told(quoting: Firm) -> None:
    made = quote(quoting, [title("Tableau")], step="draft")
    quoting.pull()
    for step in ("sent", "read", "accepted"):
        quoting.box.sellsy.edit_document(made.id, step=step)
        later_pull(quoting)
    assert warnings(quoting) == []


def test_5_9_a_quote_edited_after_its_work_order_was_deleted_is_nobodys_business(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A", "8")])
    quoting.pull()
    quoting.box.simon.delete("WorkOrder", order_of(quoting, made))
    quoting.box.sellsy.edit_document(made.id, rows=[article(quoting, "DISJ-16A", "9")])
    assert later_pull(quoting) is ExitCode.DONE
    assert (quoted(quoting), warnings(quoting)) == ([], [])


# --- the invoice --------------------------------------------------------------------------------------


def billed(firm: Firm) -> list[tuple[str, str, Decimal, Decimal, Decimal, str]]:
    (draft,) = firm.drafts()
    return [
        (row.type, row.name, row.quantity, row.unit_amount, row.discount, row.discount_unit)
        for row in draft.rows
    ]


def invoiced(firm: Firm, made: Document, **options: Any) -> None:
    firm.pull()
    firm.later(minutes=1)
    finish(firm, made, **options)
    assert firm.push().exit_code is ExitCode.DONE
    assert firm.codes(only_open=True) == []


def test_5_9_2_the_signed_price_discount_and_tax_are_billed(quoting: Firm) -> None:
    ten = quoting.box.sellsy.tax_of("10")
    made = quote(
        quoting,
        [
            article(quoting, "DISJ-16A", "8", unit_amount=Decimal("8.50"), tax_id=ten.id, tax_rate=ten.rate),
            article(quoting, "DIFF-40A", "2", discount=Decimal(10)),
            article(quoting, "TABL-2R", "1", discount=Decimal("4.50"), discount_unit="amount"),
            free(quoting, "Dépose", "45"),
        ],
    )
    quoting.box.sellsy.edit_product(quoting.box.sellsy.product_named("DISJ-16A").id, unit_amount=Decimal(99))
    invoiced(quoting, made)
    assert billed(quoting) == [
        ("item", "DISJ-16A", Decimal(8), Decimal("8.50"), Decimal(0), "percent"),
        ("item", "DIFF-40A", Decimal(2), Decimal("31.91"), Decimal(10), "percent"),
        ("item", "TABL-2R", Decimal(1), Decimal("54.50"), Decimal("4.50"), "amount"),
        ("once", "Dépose", Decimal(1), Decimal(45), Decimal(0), "percent"),
    ]
    (draft,) = quoting.drafts()
    assert draft.rows[0].tax_id == ten.id


@pytest.mark.parametrize(
    ("discount", "total"),
    [
        # 8 × 8.90 and 10 % off 2 × 31.91 are 128.64; 5 % off the whole leaves 122.21.
        ({"discount": Decimal(5)}, Decimal("122.21")),
        ({"discount": Decimal("28.64"), "discount_unit": "amount"}, Decimal("100.00")),
    ],
)
def test_5_9_2_a_discount_on_the_whole_quote_is_billed_too(
    quoting: Firm, discount: dict[str, Any], total: Decimal
) -> None:
    rows = [
        article(quoting, "DISJ-16A", "8"),
        article(quoting, "DIFF-40A", "2", discount=Decimal(10)),
        article(quoting, "SPOT-LED", "4", is_option=True),
    ]
    made = quote(quoting, rows, **discount)
    invoiced(quoting, made)
    (draft,) = quoting.drafts()
    sums = sum((row.quantity * row.unit_amount * (1 - row.discount / 100) for row in draft.rows), Decimal(0))
    assert abs(sums - total) < Decimal("0.01")
    assert quoting.codes(codes=["draft-total-differs", "draft-lines-differ"]) == []


def test_5_9_2_what_was_changed_or_added_on_the_work_order_is_billed_from_the_catalogue(
    quoting: Firm,
) -> None:
    made = quote(
        quoting,
        [
            article(quoting, "DISJ-16A", "8", unit_amount=Decimal("8.50")),
            article(quoting, "GAINE-20", "25", unit_amount=Decimal("0.70")),
        ],
    )
    quoting.pull()
    order = order_of(quoting, made)
    first = quoting.box.simon.children("UsedItem", order)[0]
    quoting.box.simon.edit("UsedItem", number(first["Id"]), Quantity=Decimal(9))
    quoting.box.simon.use_item(order, quoting.item("DIFF-40A"), 1)
    quoting.later(minutes=1)
    finish(quoting, made)
    quoting.push()
    assert [(name, quantity, price) for _, name, quantity, price, _, _ in billed(quoting)] == [
        ("DISJ-16A", Decimal(9), Decimal("8.90")),
        ("GAINE-20", Decimal(25), Decimal("0.70")),
        ("DIFF-40A", Decimal(1), Decimal("31.91")),
    ]


def test_5_9_2_a_free_line_keeps_its_price_only_while_it_is_the_quotes(quoting: Firm) -> None:
    made = quote(quoting, [free(quoting, "Dépose", "45"), free(quoting, "Repose", "60")])
    quoting.pull()
    second = quoting.box.simon.children("UsedItem", order_of(quoting, made))[1]
    quoting.box.simon.edit("UsedItem", number(second["Id"]), Description="Repose et réglage")
    quoting.later(minutes=1)
    order = finish(quoting, made)
    quoting.push()
    assert [(name, price) for _, name, _, price, _, _ in billed(quoting)] == [
        ("Dépose", Decimal(45)),
        ("Repose et réglage", Decimal(0)),
    ]
    assert quoting.codes(record=str(order), codes=["free-line-price-missing"]) == ["free-line-price-missing"]


@pytest.mark.parametrize("step", ["invoiced", "partialinvoiced", "advanced"])
def test_5_9_a_quote_that_is_invoiced_already_is_held_until_a_human_asks(quoting: Firm, step: str) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A", "8")])
    quoting.pull()
    quoting.box.sellsy.edit_document(made.id, step=step)
    quoting.later(minutes=1)
    order = finish(quoting, made)
    assert quoting.push().exit_code is ExitCode.NEEDS_SOMEONE
    (case,) = quoting.journal(only_open=True)
    assert (case.message.kind.code, case.message.params["quote"]) == ("quote-already-invoiced", made.ident)
    assert quoting.drafts() == []
    quoting.later(minutes=5)
    named = str(quoting.box.simon.row("WorkOrder", order)["Number"])
    result = quoting.run("push", lambda run, sink: cycle.push(run, sink, choose([named], run)))
    assert (result.exit_code, len(quoting.drafts())) == (ExitCode.DONE, 1)
    assert quoting.codes(only_open=True) == []


def test_5_9_without_its_quote_a_work_order_is_billed_from_the_catalogue(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A", "8", unit_amount=Decimal("8.50"))])
    quoting.pull()
    quoting.box.sellsy.delete_document(made.id)
    quoting.later(minutes=1)
    finish(quoting, made)
    quoting.push()
    assert [(name, price) for _, name, _, price, _, _ in billed(quoting)] == [("DISJ-16A", Decimal("8.90"))]


def test_2_3_a_quote_in_another_currency_is_held_at_the_invoice(quoting: Firm) -> None:
    made = quote(quoting, [article(quoting, "DISJ-16A")])
    quoting.pull()
    own = quoting.box.sellsy.company.currency_id
    other = next(one for one in quoting.box.sellsy.currencies if one != own)
    quoting.box.sellsy.edit_document(made.id, currency_id=other)
    quoting.later(minutes=1)
    finish(quoting, made)
    assert quoting.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert quoting.codes(only_open=True) == ["currency-differs"]
