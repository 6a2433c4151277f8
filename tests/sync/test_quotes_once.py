"""One work order for each quote, for ever, whatever happens; and each quote opened seldom [5.9]."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simonsync.errors import ExitCode
from simonsync.sandbox.sellsy.records import Row
from tests.firm import Firm, number
from tests.sync.quoting import (
    article,
    descriptions,
    every_kind_of_row,
    free,
    later_pull,
    opened,
    order_of,
    quote,
    quoted,
    title,
    used,
    waiting,
)

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


def test_5_9_after_a_loss_of_state_nothing_is_put_back_that_people_took_off(quoting: Firm) -> None:
    """Whether a line was never put on, or was taken off, nobody knows any more: people have seen it."""
    made = quote(quoting, [article(quoting, "DISJ-16A", "8"), free(quoting, "Dépose", "45")])
    quoting.pull()
    lines = quoting.box.simon.children("UsedItem", order_of(quoting, made))
    quoting.box.simon.delete("UsedItem", number(lines[0]["Id"]))
    with quoting.state() as state:
        state.database.execute("DELETE FROM bindings WHERE kind LIKE 'quote%'")
        state.database.execute("DELETE FROM quotes")
        state.activation.on_machine("another machine")
    assert later_pull(quoting) is ExitCode.NEEDS_SOMEONE
    with quoting.state() as state:
        state.activation.activate(quoting.box.clock(), quoting.box.clock())
    for _ in range(2):
        later_pull(quoting)
    assert used(quoting, made) == [("Dépose", Decimal(1))]
    assert warnings(quoting) == []
    quoting.box.sellsy.edit_document(made.id, subject="Mise aux normes, suite")
    later_pull(quoting)
    assert len(warnings(quoting)) == 1


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
    assert quoting.codes(only_open=True) == ["quote-unreadable"]
    later_pull(quoting)
    assert sorted(descriptions(quoting)) == ["gardé", "perdu"]
    assert quoting.codes(only_open=True) == []


def test_5_9_the_case_of_a_quote_that_is_really_gone_closes(quoting: Firm) -> None:
    made = quote(quoting, [title("perdu")])
    quoting.box.faults.set("not_loadable", service="sellsy", method="Document.getOne", times=None)
    for times in (1, 2):
        later_pull(quoting)
        (case,) = quoting.journal(only_open=True)
        assert (case.message.params["quote"], case.times) == (made.ident, times)
    quoting.box.sellsy.delete_document(made.id)
    later_pull(quoting)
    assert quoting.codes(only_open=True) == []


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
