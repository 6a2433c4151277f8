"""What people type, and what happens at the same moment: each has its outcome, over both services."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from simonsync.domain.key import Kind
from simonsync.errors import ExitCode
from simonsync.messages.render import Language, render
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.sellsy.records import Document
from simonsync.settings.declaration import Note, ProductChoice, Reference
from tests.firm import Firm, number
from tests.sync.quoting import article, finish, free, quote

SIGNS = 'Léa & Fils <SARL> "L\'Été"'
EMOJI = "Boulangerie 🥐 du Port 👍"
LONG = "É" * 300
BLANKS = " \t\n "


@pytest.fixture
def office(tmp_path: Path) -> Firm:
    """An active firm, in-process, whose settings put every text on the draft."""
    tmp_path.chmod(0o700)
    firm = Firm(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    firm.activate(
        work_time_product=ProductChoice(Kind.SERVICE, "SER001"),
        travel_time_product=ProductChoice(Kind.SERVICE, "SER002"),
        description_as_first_line=True,
        invoice_note=Note.WORK_ADDRESS_AND_DESCRIPTION,
        invoice_reference=Reference.CUSTOMER_REFERENCE,
    )
    firm.pull()
    firm.later(minutes=1)
    return firm


def the_draft(firm: Firm) -> Document:
    (draft,) = firm.drafts()
    assert isinstance(draft, Document)
    return draft


def read(text: str) -> str:
    """Read a text as Sellsy shows it."""
    return html.unescape(text.replace("<br />", "\n"))


# --- names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(SIGNS, SIGNS, id="signs"),
        pytest.param(EMOJI, EMOJI, id="emoji"),
        pytest.param(LONG, "É" * 99 + "…", id="300 letters"),
        pytest.param("👍" * 60, "👍" * 49 + "…", id="60 emoji are 120 characters to Simon"),
        pytest.param("deux\r\nlignes\x07", "deux lignes", id="control characters"),
        pytest.param("co\u00adopé\u200bration", "coopération", id="what nobody can see"),
    ],
)
def test_3_2_a_customer_of_any_name_is_in_simon_and_can_be_billed(
    office: Firm, name: str, shown: str
) -> None:
    client = office.box.sellsy.add_customer(name, address={"name": name, "part1": name, "town": "Lyon"})
    assert office.pull().exit_code is ExitCode.DONE
    card = office.simon_id("Customer", f"customer:{client.id}")
    assert office.box.simon.row("Customer", card)["Name"] == shown
    (place,) = [row for row in office.box.simon.rows("Location") if row["CustomerId"] == card]
    assert place["Name"] == shown
    office.box.log.clear()
    office.pull()
    assert office.writes() == []
    office.archived(customer=client.id, work=30)
    assert office.push().exit_code is ExitCode.DONE
    assert the_draft(office).third_id == client.id
    assert office.codes(only_open=True) == []


def test_3_2_a_customer_with_nothing_but_blanks_for_a_name_goes_by_its_number(office: Firm) -> None:
    client = office.box.sellsy.add_customer(
        BLANKS, address={"name": BLANKS, "town": BLANKS, "part1": "3 quai"}
    )
    office.pull()
    card = office.simon_id("Customer", f"customer:{client.id}")
    assert office.box.simon.row("Customer", card)["Name"] == client.ident
    (place,) = [row for row in office.box.simon.rows("Location") if row["CustomerId"] == card]
    assert place["Name"] == client.ident


@pytest.mark.parametrize(
    ("reference", "name", "code", "shown"),
    [
        pytest.param(SIGNS, SIGNS, SIGNS, SIGNS, id="signs"),
        pytest.param("P-🔌", EMOJI, "P-🔌", EMOJI, id="emoji"),
        pytest.param("R" * 300, LONG, "R" * 49 + "…", "É" * 99 + "…", id="300 letters"),
        pytest.param("P-1", BLANKS, "P-1", "P-1", id="blank name"),
    ],
)
def test_3_1_3_4_3_a_product_of_any_name_is_in_simon_and_is_billed_as_itself(
    office: Firm, reference: str, name: str, code: str, shown: str
) -> None:
    product = office.box.sellsy.add_product(reference, name, "12.50")
    assert office.pull().exit_code is ExitCode.DONE
    item = office.box.simon.row("Item", office.simon_id("Item", f"item:{product.id}"))
    assert (item["Code"], item["Name"]) == (code, shown)
    office.archived(items=((code, 2),))
    assert office.push().exit_code is ExitCode.DONE
    row = the_draft(office).rows[-1]
    assert (row.linked_id, row.quantity, row.unit_amount) == (product.id, Decimal(2), Decimal("12.50"))
    assert (row.name, read(row.notes)) == (reference, name.strip())
    assert office.codes(only_open=True) == []


def test_3_1_a_product_with_nothing_but_blanks_goes_by_its_id(office: Firm) -> None:
    product = office.box.sellsy.add_product(BLANKS, BLANKS, "1")
    assert office.pull().exit_code is ExitCode.DONE
    item = office.box.simon.row("Item", office.simon_id("Item", f"item:{product.id}"))
    assert (item["Code"], item["Name"]) == (None, str(product.id))


@pytest.mark.parametrize("text", [SIGNS, EMOJI, LONG, "<script>alert(1)</script>\n{number} %s"])
def test_5_5_5_7_whatever_was_typed_on_a_work_order_arrives_as_text(office: Firm, text: str) -> None:
    office.archived(text, work=30, CustomerReference=text[:50])
    assert office.push().exit_code is ExitCode.DONE
    draft = the_draft(office)
    assert read(draft.rows[0].notes) == text
    assert read(draft.notes).endswith(f"\n\n{text}")
    assert "<script" not in draft.rows[0].notes + draft.notes
    assert draft.third_ident == " ".join(text[:50].split())
    assert office.codes(only_open=True) == []


@pytest.mark.parametrize(("text", "shown"), [(SIGNS, SIGNS), (EMOJI, EMOJI), (LONG, LONG), (BLANKS, "–")])
def test_3_4_3_free_text_of_any_kind_is_a_line_at_zero_with_a_warning(
    office: Firm, text: str, shown: str
) -> None:
    order = office.archived("Dépannage", ready=False)
    office.box.simon.use_item(order, None, 1, text)
    office.ready(order)
    assert office.push().exit_code is ExitCode.DONE
    row = the_draft(office).rows[-1]
    assert (row.type, read(row.name), row.unit_amount) == ("once", shown, Decimal(0))
    (warning,) = office.journal(codes=["free-line-price-missing"])
    assert shown in render(warning.message, Language.FR)[0]


@pytest.mark.parametrize("text", [SIGNS, EMOJI, LONG, BLANKS, "co\u00adopération\r\nligne 2"])
def test_5_9_2_a_line_of_a_quote_keeps_its_signed_price_whatever_it_says(office: Firm, text: str) -> None:
    office.configure(quotes_to_work_orders=True, quote_lines_as_used_items=True)
    office.sync()
    office.later(minutes=1)
    article_row = article(
        office, "DISJ-16A", "2", unit_amount=Decimal(7), notes=html.escape(text, quote=False)
    )
    made = quote(office, [free(office, text, "45"), article_row])
    assert office.pull().exit_code is ExitCode.DONE
    office.later(minutes=1)
    finish(office, made)
    assert office.push().exit_code is ExitCode.DONE
    priced = [row for row in the_draft(office).rows if row.type != "comment"]
    assert [(row.type, row.unit_amount) for row in priced] == [("once", Decimal(45)), ("item", Decimal(7))]
    assert office.codes(codes=["free-line-price-missing"]) == []
    assert office.codes(only_open=True) == []


# --- twins --------------------------------------------------------------------------------------------


def test_3_2_two_customers_of_one_name_stay_two(office: Firm) -> None:
    first, second = (
        office.box.sellsy.add_customer("Garage Martin", address={"name": "", "town": town})
        for town in ("Lyon", "Sète")
    )
    office.pull()
    cards = {office.simon_id("Customer", f"customer:{one.id}") for one in (first, second)}
    assert len(cards) == 2
    office.archived(customer=second.id, work=30)
    office.push()
    draft = the_draft(office)
    assert (draft.third_id, read(draft.notes).split("\n")[0]) == (second.id, "Sète")


def test_5_2_a_product_and_a_service_of_one_reference_stay_two(office: Firm) -> None:
    item = office.box.sellsy.add_product("DOUBLE", "Un article", "10")
    service = office.box.sellsy.add_product("DOUBLE", "Une prestation", "99", type="service")
    office.pull()
    names = {
        office.box.simon.row("Item", office.simon_id("Item", key))["Name"]
        for key in (f"item:{item.id}", f"service:{service.id}")
    }
    assert names == {"Un article", "Une prestation"}
    office.configure(
        work_time_product=ProductChoice(Kind.SERVICE, "DOUBLE"),
        travel_time_product=ProductChoice(Kind.ITEM, "DOUBLE"),
    )
    office.archived(work=60, travel=60)
    assert office.push().exit_code is ExitCode.DONE
    lines = [(row.linked_id, row.unit_amount) for row in the_draft(office).rows[1:]]
    assert lines == [(service.id, Decimal(99)), (item.id, Decimal(10))]


def test_3_3_an_address_in_two_roles_is_one_work_address(office: Firm) -> None:
    """The main address stands beside the customer and in the list of addresses: it is one and the same."""
    client = office.box.sellsy.add_customer("Garage Martin", address={"name": "Siège", "town": "Lyon"})
    shared = office.box.sellsy.add_address(client.id, name="Atelier", town="Sète")
    office.pull()
    office.box.sellsy.edit_address(shared.id, main=True)
    for _ in range(2):
        office.later(minutes=5)
        office.pull()
    card = office.simon_id("Customer", f"customer:{client.id}")
    places = [row for row in office.box.simon.rows("Location") if row["CustomerId"] == card]
    assert sorted(str(row["Name"]) for row in places) == ["Atelier", "Siège"]
    assert office.box.simon.row("Customer", card)["City"] == "Sète"


# --- time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        pytest.param(
            datetime(2026, 3, 2, 22, 50, tzinfo=UTC),
            datetime(2026, 3, 2, 23, 20, tzinfo=UTC),
            "0.5",
            id="over midnight in Paris",
        ),
        pytest.param(
            # 23:30 until 4:30 by the clock on the wall; from 2:00 it is 3:00 at once.
            datetime(2026, 3, 28, 22, 30, tzinfo=UTC),
            datetime(2026, 3, 29, 2, 30, tzinfo=UTC),
            "4",
            id="over the change to summer time",
        ),
        pytest.param(
            # 1:30 until 3:30 by the clock on the wall; the hour from 2:00 comes twice.
            datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 2, 30, tzinfo=UTC),
            "3",
            id="over the change back",
        ),
    ],
)
def test_3_4_2_the_time_that_passed_is_billed_whatever_the_clocks_showed(
    office: Firm, start: datetime, end: datetime, hours: str
) -> None:
    order = office.archived(ready=False)
    worker = next(number(row["Id"]) for row in office.box.simon.rows("User") if row["IsField"])
    office.box.simon.add(
        "TimeSheet",
        WorkOrderId=order,
        UserId=worker,
        Type="Work",
        StartTime=start,
        EndTime=end,
        Minutes=0,
    )
    office.ready(order)
    office.push()
    (row,) = [row for row in the_draft(office).rows if row.name == "SER001"]
    assert row.quantity == Decimal(hours)


def test_3_4_2_minutes_that_differ_from_the_span_are_billed_and_told(office: Firm) -> None:
    order = office.archived(ready=False)
    worker = next(number(row["Id"]) for row in office.box.simon.rows("User") if row["IsField"])
    start = datetime(2026, 11, 20, 8, tzinfo=UTC)
    values = {"WorkOrderId": order, "UserId": worker, "Type": "Work", "StartTime": start}
    office.box.simon.add("TimeSheet", **values, EndTime=start + timedelta(hours=2), Minutes=60)
    office.box.simon.add("TimeSheet", **values, EndTime=None, Minutes=0)
    office.ready(order)
    office.push()
    (row,) = [row for row in the_draft(office).rows if row.name == "SER001"]
    assert row.quantity == Decimal(1)
    told = {each.message.code: each.message.params for each in office.journal()}
    name = str(office.box.simon.row("User", worker)["Name"])
    assert told["time-differs"]["person"] == told["time-unfinished"]["person"] == name
    assert (told["time-differs"]["minutes"], told["time-differs"]["span"]) == ("60", "120")
    assert told["time-unfinished"]["day"] == "2026-11-20"


def test_3_4_two_work_orders_archived_in_the_same_second_are_both_sent_once(office: Firm) -> None:
    """The clock stands still: whatever is archived now has one and the same stamp."""
    orders = [office.archived("un", work=30), office.archived("deux", work=30)]
    office.push()
    orders.append(office.archived("trois, tout juste après", work=30))
    office.push()
    office.later(minutes=5)
    office.push()
    stamps = {office.box.simon.row("WorkOrder", order)["ArchivedDate"] for order in orders}
    assert len(stamps) == 1
    assert sorted(read(draft.rows[0].notes) for draft in office.drafts()) == [
        "deux",
        "trois, tout juste après",
        "un",
    ]


# --- what the office does meanwhile -------------------------------------------------------------------


def test_2_3_a_customer_deleted_before_the_push_holds_the_work_order(office: Firm) -> None:
    client = office.clients()[0]
    order = office.archived(customer=client, work=30)
    office.box.sellsy.delete_customer(client)
    assert office.push().exit_code is ExitCode.NEEDS_SOMEONE
    (case,) = office.journal(only_open=True)
    assert (case.message.kind.code, case.record) == ("work-order-customer-unknown", str(order))
    assert office.drafts() == []


def test_2_3_a_customer_deleted_while_the_draft_is_sent_ends_as_one_case(office: Firm) -> None:
    client = office.clients()[0]
    order = office.archived(customer=client, work=30)
    office.box.faults.set("api_error", service="sellsy", method="Document.create", code="E_OBJ_NOT_LOADABLE")
    assert office.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert office.codes(only_open=True) == ["draft-refused"]
    office.box.sellsy.delete_customer(client)
    office.later(minutes=5)
    assert office.push().exit_code is ExitCode.NEEDS_SOMEONE
    assert office.codes(only_open=True, record=str(order)) == ["work-order-customer-unknown"]
    assert office.drafts() == []


def test_2_4_a_work_order_held_for_another_reason_than_before_is_one_case(office: Firm) -> None:
    stranger = office.box.simon.add("Item", Name="Câble maison")
    order = office.archived(ready=False, CustomerId=None)
    office.box.simon.use_item(order, stranger, 2)
    office.ready(order)
    office.push()
    assert office.codes(only_open=True) == ["work-order-without-customer"]
    card = office.simon_id("Customer", f"customer:{office.clients()[0]}")
    office.box.simon.edit("WorkOrder", order, CustomerId=card)
    office.later(minutes=5)
    office.push()
    assert office.codes(only_open=True) == ["work-order-item-unknown"]
    assert [entry.open for entry in office.journal(codes=["work-order-without-customer"])] == [False]


def test_2_4_a_draft_that_sellsy_refuses_again_and_again_is_one_case_that_counts(office: Firm) -> None:
    office.archived(work=30)
    fault = office.box.faults.set(
        "api_error", service="sellsy", method="Document.create", code="E_PARAM_INVALID", times=None
    )
    for times in (1, 2, 3):
        office.push()
        (case,) = office.journal(only_open=True)
        assert (case.message.kind.code, case.times) == ("draft-refused", times)
        office.later(minutes=5)
    office.box.faults.remove(fault)
    office.push()
    assert len(office.drafts()) == 1
    assert office.codes(only_open=True) == []
