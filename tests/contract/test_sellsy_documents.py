"""What the engine may rely on when it speaks to Sellsy: quotes, draft invoices and files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from simonsync.domain.draft import DraftLine, LineKind, totals
from simonsync.domain.key import Kind, sellsy_key
from simonsync.domain.records import QuoteRowKind
from simonsync.errors import NotFound, Refused
from simonsync.rules.marker import marker_in
from simonsync.sandbox.sellsy.records import Row
from tests.contract.sellsy_office import START, WHY, Office, flat

# --- quotes ---------------------------------------------------------------------------------------


def quote(office: Office, *rows: Row, **fields: object) -> str:
    made = office.world.add_document("estimate", int(office.customer.id), rows=rows, **fields)  # type: ignore[arg-type]
    return str(made.id)


def test_5_9_quotes_are_listed_by_step_and_moment(office: Office) -> None:
    since = START - timedelta(days=2)
    kept = [quote(office, step=step, created=since) for step in ("sent", "accepted")]
    quote(office, step="refused", created=since + timedelta(hours=1))
    quote(office, step="sent", created=since - timedelta(seconds=1))
    found = flat(office.sellsy.quotes(["sent", "accepted"], since))
    assert sorted(head.key.id for head in found) == kept
    assert {head.created_at for head in found} == {since}
    assert {head.customer for head in found} == {office.customer}


def test_5_9_a_quote_is_found_by_its_exact_number_whatever_its_step_and_age(office: Office) -> None:
    number, like = "D-2020-77", "D-2020-771"
    old = START - timedelta(days=2000)
    quotes = [quote(office, step="refused", created=old, ident=ident) for ident in (number, like)]
    found = office.sellsy.quotes_by_number(number)
    assert [(head.key.id, head.step) for head in found] == [(quotes[0], "refused")]
    assert office.sellsy.quotes_by_number("D-2020-7") == ()
    assert office.sellsy.quotes_by_number(" ") == ()


def test_5_9_a_quote_is_opened_with_its_rows_in_order(office: Office) -> None:
    article = office.world.product_named("DISJ-16A")
    rows = [
        Row("comment", notes="Fuite &amp; odeur<br />au 2e"),
        Row("title", notes="<b>Cuisine</b>"),
        Row(
            "item",
            linked_id=article.id,
            name="DISJ-16A",
            notes="Disjoncteur",
            unit_amount=Decimal("8.50"),
            quantity=Decimal(2),
            tax_id=article.tax_id,
            discount=Decimal(10),
        ),
        *(Row("empty") for _ in range(8)),
        Row("once", name="Setup", unit_amount=Decimal(75), quantity=Decimal(1), is_option=True),
    ]
    opened = office.sellsy.quote(
        sellsy_key(Kind.QUOTE, quote(office, *rows, subject="Cuisine", notes="Note"))
    )
    assert [row.kind for row in opened.rows] == [
        QuoteRowKind.COMMENT,
        QuoteRowKind.TITLE,
        QuoteRowKind.ITEM,
        *[QuoteRowKind.OTHER] * 8,
        QuoteRowKind.FREE,
    ]
    comment, title, item, *_, free = opened.rows
    assert (comment.text, title.text, free.text) == ("Fuite & odeur\nau 2e", "Cuisine", "Setup")
    assert (item.reference, item.text, item.quantity) == ("DISJ-16A", "Disjoncteur", Decimal(2))
    assert item.product is not None
    assert item.product.id == str(article.id)
    assert (item.unit_price, item.tax_id, item.discount) == (Decimal("8.5"), str(article.tax_id), Decimal(10))
    assert (free.option, item.option, free.product) == (True, False, None)
    assert (opened.head.subject, opened.head.note) == ("Cuisine", "Note")


def test_5_9_opened_and_listed_quotes_have_the_same_head(office: Office) -> None:
    every = ["draft", "sent", "read", "accepted", "invoiced"]
    heads = flat(office.sellsy.quotes(every, START - timedelta(days=3650)))
    assert heads
    for head in heads:
        opened = office.sellsy.quote(head.key)
        assert opened.head == head
        if opened.address is not None:
            customer = office.world.customers[int(head.customer.id)]
            assert opened.address.key.id in {str(address.id) for address in customer.addresses}


def test_5_9_a_quote_that_was_deleted_is_gone(office: Office) -> None:
    quote_id = quote(office)
    office.world.delete_document(int(quote_id))
    with pytest.raises(NotFound):
        office.sellsy.quote(sellsy_key(Kind.QUOTE, quote_id))


def test_an_invoice_is_no_quote(office: Office) -> None:
    document_id = office.sellsy.create_draft(office.draft(office.line("DISJ-16A")), 1)
    with pytest.raises(NotFound):
        office.sellsy.quote(sellsy_key(Kind.QUOTE, document_id))


# --- draft invoices -------------------------------------------------------------------------------


def test_3_4_a_draft_is_read_back_as_it_was_meant(office: Office) -> None:
    free = DraftLine(
        LineKind.FREE,
        "used_item:2",
        WHY,
        name="Joint torique",
        quantity=Decimal(-1),
        unit="unité",
        tax_id=str(office.world.tax_of("20").id),
        tax_rate=Decimal(20),
    )
    draft = office.draft(
        office.comment("Fuite <urgent> & odeur\nde gaz à l'étage"),
        office.line("DISJ-16A", "2"),
        office.line("SER001", "0.25"),
        office.line("DOMINO", "3"),
        office.line("DIFF-40A", "4", discount=Decimal("12.5")),
        free,
        reference="4711 / PO-9",
        note="1 rue de l'Église\nLyon & <banlieue>",
    )
    document = office.sellsy.invoice(office.sellsy.create_draft(draft, 1))
    assert [row.kind for row in document.rows] == ["comment", "item", "item", "item", "item", "free"]
    assert document.rows[0].text == "Fuite <urgent> & odeur\nde gaz à l'étage"
    for row, line in zip(document.rows[1:], draft.lines[1:], strict=True):
        assert (row.quantity, row.unit_price, row.tax_id) == (line.quantity, line.unit_price, line.tax_id)
        assert row.discount == line.discount
        if line.product is not None:
            assert row.product_id == line.product.id
    assert [each.unread for each in office.box.log if each.unread] == []
    assert document.total_before_tax == document.head.total == totals(draft.lines).before_tax
    assert (document.head.step, document.head.customer) == ("draft", office.customer)
    assert marker_in(document.head.subject) == draft.marker
    assert document.head.currency == office.sellsy.account().currency
    (made,) = office.ours()
    assert made.third_ident == "4711 / PO-9"
    assert made.notes == "1 rue de l'Église<br />Lyon &amp; &lt;banlieue&gt;"
    assert made.displayed == START.date()


def test_3_4_a_declination_is_billed_as_such(office: Office) -> None:
    (product,) = office.sellsy.products_by_reference(Kind.ITEM, "PRISE-AN")
    line = replace(office.line("PRISE"), product=product.key, unit_price=product.unit_price)
    (row,) = office.sellsy.invoice(office.sellsy.create_draft(office.draft(line), 1)).rows
    assert row.product_id == product.key.id


def test_3_4_a_draft_without_lines_is_a_draft(office: Office) -> None:
    document = office.sellsy.invoice(office.sellsy.create_draft(office.draft(), 1))
    assert (document.rows, document.total_before_tax) == ((), Decimal(0))


def test_5_8_without_a_reference_the_customer_s_own_is_kept(office: Office) -> None:
    office.sellsy.create_draft(office.draft(office.line("DISJ-16A")), 1)
    (made,) = office.ours()
    assert made.third_ident in {"", office.world.customers[int(office.customer.id)].ident}


@pytest.mark.parametrize("missing", ["customer", "product"])
def test_a_draft_that_points_at_nothing_is_refused_whole(office: Office, missing: str) -> None:
    draft = office.draft(office.comment("x"), office.line("DISJ-16A"))
    if missing == "customer":
        office.world.delete_customer(int(office.customer.id))
    else:
        office.world.delete_product(int(office.product("DISJ-16A").id))
    with pytest.raises(Refused) as caught:
        office.sellsy.create_draft(draft, 1)
    assert "not loadable" in caught.value.problems[0].params["cause"]
    assert office.ours() == []


def test_our_invoices_are_listed_whatever_became_of_them(office: Office) -> None:
    ids = [
        office.sellsy.create_draft(office.draft(office.line("DISJ-16A"), marker=f"{n:012d}"), 1)
        for n in range(3)
    ]
    office.world.finalise_document(int(ids[0]))
    office.world.add_document("invoice", int(office.customer.id), tags=["other"])
    found = {head.id: head for head in flat(office.sellsy.tagged_invoices(None))}
    assert sorted(found) == ids
    assert found[ids[0]].step == "due"
    assert {marker_in(head.subject) for head in found.values()} == {f"{n:012d}" for n in range(3)}
    assert {head.created_at for head in found.values()} == {START}


def test_invoices_are_listed_from_a_moment_of_creation_on(office: Office) -> None:
    customer = int(office.customer.id)
    created = [START - timedelta(days=days) for days in (9, 5, 1)]
    for moment in created:
        # Dated otherwise, so that the date printed on it cannot be what is meant.
        office.world.add_document(
            "invoice",
            customer,
            created=moment,
            displayed=START.date() - timedelta(days=50),
            tags=["simonsync"],
        )
    since = START - timedelta(days=5)
    for pages in (office.sellsy.tagged_invoices(since), office.sellsy.invoices_of(office.customer, since)):
        assert sorted(filter(None, (head.created_at for head in flat(pages)))) == created[1:]


def test_a_document_tells_whether_it_carries_our_tag_in_lists_and_by_itself(office: Office) -> None:
    document_id = office.sellsy.create_draft(office.draft(), 1)
    for tags, tagged in ((["simonsync"], True), ([], False), (["simonsync2", "autre"], False)):
        office.world.edit_document(int(document_id), tags=tags)
        (head,) = flat(office.sellsy.invoices_of(office.customer, None))
        assert (head.tagged, office.sellsy.invoice(document_id).head.tagged) == (tagged, tagged)


def test_whether_any_invoice_is_shown_costs_one_request(office: Office) -> None:
    before = office.sellsy.requests
    assert office.sellsy.shows_invoices()
    assert office.sellsy.requests == before + 1
    for document in office.world.documents_of():
        office.world.delete_document(document.id)
    assert not office.sellsy.shows_invoices()


def test_all_invoices_of_a_customer_are_listed_with_or_without_our_tag(office: Office) -> None:
    mine = office.sellsy.create_draft(office.draft(office.line("DISJ-16A")), 1)
    typed = office.world.add_document("invoice", int(office.customer.id), subject="Manuel")
    others = [each for each in office.world.customers if each != int(office.customer.id)]
    office.world.add_document("invoice", others[0], tags=["simonsync"])
    found = {head.id for head in flat(office.sellsy.invoices_of(office.customer, None))}
    assert found == {mine, str(typed.id)}


def test_a_fresh_invoice_may_not_be_shown_yet(office: Office) -> None:
    office.disturb("invisible", office.variant.create, seconds=60)
    document_id = office.sellsy.create_draft(office.draft(office.line("DISJ-16A")), 1)
    with pytest.raises(NotFound):
        office.sellsy.invoice(document_id)
    assert flat(office.sellsy.tagged_invoices(None)) == []
    office.box.clock.advance(61)
    assert office.sellsy.invoice(document_id).head.id == document_id
    assert [head.id for head in flat(office.sellsy.tagged_invoices(None))] == [document_id]


def test_the_currency_of_a_document_is_told(office: Office) -> None:
    franc = next(each for each in office.world.currencies.values() if each.code != "EUR")
    office.world.add_document("invoice", int(office.customer.id), currency_id=franc.id)
    (head,) = flat(office.sellsy.invoices_of(office.customer, None))
    assert head.currency == franc.code != office.sellsy.account().currency


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["BT-4711 Rapport d'intervention.pdf", 'a "b" é.pdf', "photo 🚀.jpg", "sans"]
)
def test_5_11_a_file_arrives_as_it_is_and_is_listed(office: Office, name: str) -> None:
    content = b"%PDF-1.4\r\n--boundary\r\n\x00\xff" * 20_000
    file_id = office.sellsy.upload(office.customer, name, content)
    (stored,) = office.world.files_of(int(office.customer.id))
    assert stored.content == content
    (listed,) = flat(office.sellsy.files_of(office.customer))
    assert (listed.id, listed.size) == (file_id, len(content))
    assert listed.name.removesuffix(".pdf") == stored.file_name.removesuffix(".pdf")


def test_5_11_all_files_of_a_customer_are_listed(office: Office) -> None:
    for number in range(230):
        office.world.add_file("third", int(office.customer.id), f"{number}.pdf", b"%PDF")
    other = list(office.world.customers)[1]
    office.world.add_file("third", other, "other.pdf", b"%PDF")
    found = flat(office.sellsy.files_of(office.customer))
    assert len({each.id for each in found}) == 230
    assert "other.pdf" not in {each.name for each in found}


def test_5_11_a_file_for_a_customer_who_is_gone_is_refused(office: Office) -> None:
    key = office.customer
    office.world.delete_customer(int(key.id))
    with pytest.raises(Refused):
        office.sellsy.upload(key, "a.pdf", b"%PDF")
