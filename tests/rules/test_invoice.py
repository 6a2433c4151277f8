"""An archived work order becomes a draft invoice, or a reason why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from simonsync.domain.draft import DraftInvoice, LineKind, totals
from simonsync.domain.key import Kind
from simonsync.domain.records import CategoryPrice, Product, QuoteRowKind, Tax, TimeKind, WorkOrder, WorkPlace
from simonsync.messages.kinds import Message, Severity
from simonsync.messages.render import Language, render
from simonsync.rules.invoice import Billing, Office, draft_invoice, needed_choices
from simonsync.rules.units import hour_of, piece_of
from simonsync.settings.declaration import (
    DescriptionSource,
    Einvoicing,
    Note,
    ProductChoice,
    QuotedTime,
    Reference,
    RoundingOf,
    Settings,
)
from tests.builders import (
    TWENTY,
    billing,
    customer,
    office,
    product,
    quote,
    quote_row,
    service,
    sheet,
    used,
    work_order,
)

MARK = "0123456789AB"
WORK = service("SER001", "55", "Temps de travail")
TRAVEL = service("SER002", "35", "Temps de déplacement")
CALL_OUT = service("SER003", "60", "Frais d'intervention")
SOCKET = product("P-12", "8.50", "Prise 16 A")

CHOSEN: dict[str, Product | None] = {
    "work_time_product": WORK,
    "travel_time_product": TRAVEL,
    "default_product": CALL_OUT,
}
ALL_LINES = Settings(
    work_time_product=ProductChoice(Kind.SERVICE, "SER001"),
    travel_time_product=ProductChoice(Kind.SERVICE, "SER002"),
    default_product=ProductChoice(Kind.SERVICE, "SER003"),
    description_as_first_line=True,
)


def draft(
    order: WorkOrder | None = None,
    settings: Settings | None = None,
    bill: Billing | None = None,
    where: Office | None = None,
) -> DraftInvoice:
    quiet = replace(settings or Settings(), einvoicing=Einvoicing.OFF)
    made = draft_invoice(order or work_order(), MARK, quiet, bill or billing(), where or office())
    assert isinstance(made, DraftInvoice), made
    return made


def refused(
    order: WorkOrder, settings: Settings | None = None, bill: Billing | None = None, *, force: bool = False
) -> Message:
    made = draft_invoice(order, MARK, settings or Settings(), bill or billing(), office(), force=force)
    assert isinstance(made, Message), made
    return made


def lines(made: DraftInvoice) -> list[tuple[str, str, str]]:
    return [(line.kind, line.name or line.text, f"{line.quantity.normalize():f}") for line in made.lines]


def test_3_4_a_whole_day_at_work_order_4711() -> None:
    order = work_order(
        used_items=(used(2, "2", "31"),),
        time_sheets=(sheet(TimeKind.TRAVEL, 15), sheet(TimeKind.WORK, 60)),
    )
    made = draft(order, ALL_LINES, billing(articles={"31": SOCKET}, chosen=CHOSEN))
    assert lines(made) == [
        ("comment", "Remplacer le tableau électrique", "0"),
        ("item", "P-12", "2"),
        ("item", "SER001", "1"),
        ("item", "SER002", "0.25"),
        ("item", "SER003", "1"),
    ]
    assert [line.source for line in made.lines] == [
        "description",
        "used_item:2",
        "work_time",
        "travel_time",
        "default_product",
    ]
    assert totals(made.lines).before_tax == Decimal("140.75")
    assert made.subject == "Bon de travail 4711 [SS-0123456789AB]"
    assert made.customer == customer().key


@pytest.mark.parametrize(
    ("language", "subject"),
    [(Language.FR, "Bon de travail 4711"), (Language.EN, "Work order 4711"), (Language.NL, "Werkbon 4711")],
)
def test_3_4_the_subject_is_in_the_accounts_language(language: Language, subject: str) -> None:
    assert draft(where=office(language=language)).subject == f"{subject} [SS-{MARK}]"


def test_3_4_3_used_items_follow_simons_ids_and_are_never_merged() -> None:
    order = work_order(used_items=(used(10, "1", "31"), used(9, "-2", "31"), used(2, "0", "31")))
    made = draft(order, bill=billing(articles={"31": SOCKET}))
    assert lines(made) == [("item", "P-12", "0"), ("item", "P-12", "-2"), ("item", "P-12", "1")]


def test_3_4_3_product_unit_tax_and_price_are_sellsys() -> None:
    made = draft(work_order(used_items=(used(1, "3", "31"),)), bill=billing(articles={"31": SOCKET}))
    (line,) = made.lines
    assert (line.name, line.text, line.unit) == ("P-12", "Prise 16 A", "unité")
    assert (line.unit_price, line.tax_id, line.tax_rate) == (Decimal("8.50"), "1", Decimal(20))


def test_3_4_3_an_article_without_unit_takes_the_accounts_first() -> None:
    article = service("SER009", "1", unit="")
    made = draft(work_order(used_items=(used(1, "3", "31"),)), bill=billing(articles={"31": article}))
    assert made.lines[0].unit == "unité"


@pytest.mark.parametrize(
    ("price", "rate", "before_tax"),
    [("12.00", 20, "10.000000"), ("66.00", 20, "55.000000"), ("10.00", 20, "8.333333")],
)
def test_3_4_3_a_price_with_tax_is_divided_by_the_rate(price: str, rate: int, before_tax: str) -> None:
    article = product("P-1", price, price_includes_tax=True, tax_rate=Decimal(rate))
    made = draft(work_order(used_items=(used(1, "1", "31"),)), bill=billing(articles={"31": article}))
    assert str(made.lines[0].unit_price) == before_tax


def test_3_4_3_free_text_becomes_a_free_line_at_zero_and_a_warning() -> None:
    made = draft(work_order(used_items=(used(1, "2", description="Gaine ICTA\n20 mm"),)))
    (line,) = made.lines
    assert (line.kind, line.name, line.unit_price, line.unit) == (
        LineKind.FREE,
        "Gaine ICTA 20 mm",
        Decimal(0),
        "unité",
    )
    assert (line.tax_id, line.quantity) == ("1", Decimal(2))
    assert [warning.kind.code for warning in made.warnings] == ["free-line-price-missing"]


def test_3_4_3_without_twenty_per_cent_a_free_line_takes_the_highest_enabled_rate() -> None:
    taxes = (
        Tax("3", Decimal("5.5"), enabled=True),
        Tax("2", Decimal(10), enabled=True),
        Tax("9", Decimal(33), enabled=False),
    )
    made = draft(work_order(used_items=(used(1),)), where=office(taxes=taxes))
    assert made.lines[0].tax_id == "2"


def test_3_4_3_an_article_that_sellsy_does_not_know_holds_the_whole_work_order() -> None:
    order = work_order(used_items=(used(1, "1", "31"), used(2, "1", "32", description="Câble R2V")))
    message = refused(order, bill=billing(articles={"31": SOCKET, "32": None}))
    assert message.kind.code == "work-order-item-unknown"
    assert message.kind.severity is Severity.ERROR
    assert message.params["item"] == "Câble R2V"


def test_5_2_and_5_3_without_a_chosen_product_time_is_not_sent() -> None:
    order = work_order(time_sheets=(sheet(TimeKind.TRAVEL, 15), sheet(TimeKind.WORK, 60)))
    made = draft(order, Settings(), billing(chosen=CHOSEN))
    assert made.lines == ()
    assert [warning.kind.code for warning in made.warnings] == ["draft-without-lines"]


def test_5_2_only_the_products_that_a_draft_needs_are_asked_for() -> None:
    order = work_order(time_sheets=(sheet(TimeKind.TRAVEL, 15),))
    assert set(needed_choices(order, ALL_LINES)) == {"default_product", "travel_time_product"}


def test_5_4_the_default_product_is_on_every_draft_once_and_last() -> None:
    made = draft(work_order(), Settings(default_product=ALL_LINES.default_product), billing(chosen=CHOSEN))
    assert lines(made) == [("item", "SER003", "1")]


def test_6_2_a_product_of_a_setting_that_is_gone_holds_the_work_order() -> None:
    message = refused(work_order(), ALL_LINES, billing(chosen={"default_product": None}))
    assert message.kind.code == "setting-product-unknown"
    assert message.params == {
        "number": "4711",
        "setting": "default_product",
        "product": "service:SER003",
    }


@pytest.mark.parametrize("description", ["", "  \n "])
def test_5_5_without_a_description_there_is_no_first_line(description: str) -> None:
    made = draft(work_order(description=description), Settings(description_as_first_line=True))
    assert made.lines == ()


@pytest.mark.parametrize(
    ("word", "text", "sent"),
    [
        ("Garantie", "Reprise sous garantie", False),
        ("Garantie", "Dépannage", True),
        ("", "Reprise sous garantie", True),
        ("   ", "Reprise sous garantie", True),
        ("dépannage", "DEPANNAGE chaudière", False),
        ("depannage", "Dépannage chaudière", False),
        ("garanti", "Garantie", False),
    ],
)
@pytest.mark.parametrize("place", ["description", "work_done"])
def test_5_6_a_filter_word_keeps_a_work_order_from_being_sent(
    place: str, word: str, text: str, *, sent: bool
) -> None:
    order = work_order(**{"description": "", place: text})
    made = draft_invoice(order, MARK, Settings(skip_work_orders_containing=word), billing(), office())
    assert isinstance(made, DraftInvoice) is sent
    if isinstance(made, Message):
        assert made.kind.code == "work-order-filtered"
        assert made.kind.severity is Severity.INFO


ADDRESS = "3 quai Perrache\n69002 Lyon"
DESCRIPTION = "Remplacer le tableau électrique"


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        (Note.NONE, None),
        (Note.WORK_ADDRESS, ADDRESS),
        (Note.DESCRIPTION, DESCRIPTION),
        (Note.WORK_ADDRESS_AND_DESCRIPTION, f"{ADDRESS}\n\n{DESCRIPTION}"),
    ],
)
def test_5_7_the_note_has_address_description_both_or_nothing(note: Note, expected: str | None) -> None:
    assert draft(settings=Settings(invoice_note=note)).note == expected


def test_5_7_a_country_is_named_where_it_is_not_the_accounts() -> None:
    place = WorkPlace("1", "Site", "Rue Neuve 1", "Bât. B", "1000", "Bruxelles", "BE")
    made = draft(work_order(place=place), Settings(invoice_note=Note.WORK_ADDRESS))
    assert made.note == "Rue Neuve 1\nBât. B\n1000 Bruxelles\nBE"


@pytest.mark.parametrize(
    ("reference", "customers", "expected"),
    [
        (Reference.NONE, "CMD-7", None),
        (Reference.WORK_ORDER_NUMBER, "CMD-7", "4711"),
        (Reference.CUSTOMER_REFERENCE, "CMD-7", "CMD-7"),
        (Reference.CUSTOMER_REFERENCE, "", None),
        (Reference.WORK_ORDER_NUMBER_AND_CUSTOMER_REFERENCE, "CMD-7", "4711 / CMD-7"),
        (Reference.WORK_ORDER_NUMBER_AND_CUSTOMER_REFERENCE, " ", "4711"),
    ],
)
def test_5_8_the_reference_has_number_customer_reference_both_or_nothing(
    reference: Reference, customers: str, expected: str | None
) -> None:
    order = work_order(customer_reference=customers)
    assert draft(order, Settings(invoice_reference=reference)).reference == expected


def test_2_3_a_work_order_without_customer_is_held() -> None:
    message = refused(work_order(customer_id=""))
    assert message.kind.code == "work-order-without-customer"
    assert message.params == {"number": "4711", "address_customer": "Garage Dupont"}


@pytest.mark.parametrize(
    ("bill", "code"),
    [
        (billing(customer=None, customer_name="Café du Port"), "work-order-customer-unknown"),
        (billing(customer=customer(prospect=True)), "work-order-customer-not-client"),
        (billing(customer=customer(currency="CHF")), "currency-differs"),
        (billing(quote=quote(currency="CHF")), "currency-differs"),
        (billing(quote=quote(step="invoiced")), "quote-already-invoiced"),
        (billing(quote=quote(step="partialinvoiced")), "quote-already-invoiced"),
        (billing(quote=quote(step="advanced")), "quote-already-invoiced"),
    ],
)
def test_2_3_the_offices_other_cases_are_held(bill: Billing, code: str) -> None:
    message = refused(work_order(), bill=bill)
    assert message.kind.code == code
    assert message.kind.severity is Severity.ERROR


def test_5_9_a_human_may_bill_a_quote_that_looks_invoiced() -> None:
    made = draft_invoice(
        work_order(), MARK, Settings(), billing(quote=quote(step="invoiced")), office(), force=True
    )
    assert isinstance(made, DraftInvoice)


def test_2_5_archived_customers_and_products_are_billed_with_a_warning() -> None:
    archived = product("P-13", "2", archived=True)
    made = draft(
        work_order(used_items=(used(1, "1", "31"), used(2, "1", "31"))),
        bill=billing(customer=customer(archived=True), articles={"31": archived}),
    )
    assert [warning.kind.code for warning in made.warnings] == ["customer-archived", "product-archived"]


def _for_category_5(*prices: CategoryPrice) -> DraftInvoice:
    """A draft for a customer of price category 5: an article with these prices besides, and work time."""
    return draft(
        work_order(used_items=(used(1, "2", "31"),), time_sheets=(sheet(TimeKind.WORK, 60),)),
        Settings(work_time_product=ProductChoice(Kind.SERVICE, "SER001")),
        bill=billing(
            customer=customer(price_category="5"),
            articles={"31": replace(SOCKET, category_prices=prices)},
            chosen=CHOSEN,
        ),
    )


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (CategoryPrice("5", Decimal(7)), "7"),
        (CategoryPrice("5", Decimal(7), currency="EUR"), "7"),
        (CategoryPrice("5", Decimal(9), includes_tax=True, tax_rate=Decimal(20)), "7.5"),
        (CategoryPrice("6", Decimal(7)), None),
        (CategoryPrice("5", Decimal(0)), None),
        (CategoryPrice("5", Decimal(7), currency="CHF"), None),
        (CategoryPrice("5", Decimal(9), includes_tax=True, tax_rate=Decimal(10)), None),
    ],
)
def test_3_4_3_the_price_of_a_price_category_and_what_is_none(
    price: CategoryPrice, expected: str | None
) -> None:
    made = _for_category_5(price)
    assert made.lines[0].unit_price == (Decimal(expected) if expected else SOCKET.unit_price)
    assert made.price_category == ("5" if expected else "")
    (warning,) = made.warnings
    assert warning.kind.code == "price-category-ignored"
    assert warning.params["products"] == ("SER001" if expected else "P-12, SER001")
    why = render(made.lines[0].why, Language.EN)[0]
    assert ("price category" in why) == bool(expected)


def test_5_9_2_a_signed_price_is_not_that_of_a_price_category() -> None:
    row = quote_row(3, product=SOCKET.key, text="Prise", quantity=Decimal(2), unit_price=Decimal(10))
    socket = replace(SOCKET, category_prices=(CategoryPrice("5", Decimal(7)),))
    made = draft(
        work_order(used_items=(used(1, "2", "31", description="Prise", ext_key=row.key.ext_key),)),
        bill=billing(customer=customer(price_category="5"), articles={"31": socket}, quote=quote((row,))),
    )
    assert (made.lines[0].unit_price, made.price_category, made.warnings) == (Decimal(10), "", ())


SIGNED = quote_row(
    3,
    product=SOCKET.key,
    text="Prise 16 A",
    quantity=Decimal(2),
    unit_price=Decimal(7),
    discount=Decimal(10),
    tax_id="2",
    tax_rate=Decimal(10),
)


@pytest.mark.parametrize(
    ("changes", "price"),
    [
        ({}, "7"),
        ({"quantity": "3"}, "8.50"),
        ({"description": "Prise 32 A"}, "8.50"),
        ({"ext_key": ""}, "8.50"),
        ({"item_id": "99"}, "9.90"),
    ],
)
def test_5_9_2_an_unchanged_line_of_a_quote_is_billed_at_the_signed_price(
    changes: dict[str, str], price: str
) -> None:
    values = {"item_id": "31", "description": "Prise 16 A", "ext_key": "quote:77:row:3", "quantity": "2"}
    order = work_order(used_items=(used(1, **{**values, **changes}),), ext_key="quote:77")
    other = product("P-99", "9.90")
    made = draft(order, bill=billing(articles={"31": SOCKET, "99": other}, quote=quote((SIGNED,))))
    (line,) = made.lines
    assert f"{line.unit_price}" == price
    if price == "7":
        assert (line.discount, line.tax_id, line.total) == (Decimal(10), "2", Decimal("12.60"))


def test_5_9_2_an_unchanged_free_line_of_a_quote_keeps_its_price() -> None:
    row = quote_row(4, QuoteRowKind.FREE, text="Déblaiement", unit_price=Decimal(40), tax_id="1")
    order = work_order(used_items=(used(1, description="Déblaiement", ext_key="quote:77:row:4"),))
    made = draft(order, bill=billing(quote=quote((row,))))
    (line,) = made.lines
    assert (line.kind, line.name, line.unit_price) == (LineKind.FREE, "Déblaiement", Decimal(40))
    assert made.warnings == ()


@pytest.mark.parametrize(
    ("own", "unit", "whole", "expected", "total"),
    [
        # Two at 7.00 are 14.00.
        (0, "percent", 5, ("5.000000", "percent"), "13.30"),
        (10, "percent", 5, ("14.500000", "percent"), "11.97"),
        (4, "amount", 50, ("64.285714", "percent"), "5.00"),
        (4, "amount", 0, ("4", "amount"), "10.00"),
    ],
)
def test_5_9_2_a_discount_on_the_whole_quote_comes_off_each_of_its_lines(
    own: int, unit: str, whole: int, expected: tuple[str, str], total: str
) -> None:
    row = replace(SIGNED, discount=Decimal(own), discount_unit=unit)
    signed = replace(quote((row,)), discount=Decimal(whole))
    item = used(1, "2", "31", description="Prise 16 A", ext_key="quote:77:row:3")
    made = draft(work_order(used_items=(item,)), bill=billing(articles={"31": SOCKET}, quote=signed))
    (line,) = made.lines
    assert (str(line.discount), line.discount_unit, str(line.total)) == (*expected, total)


def test_5_9_2_a_discount_on_a_line_for_nothing_takes_nothing_off() -> None:
    row = replace(SIGNED, unit_price=Decimal(0), discount=Decimal(4), discount_unit="amount")
    signed = replace(quote((row,)), discount=Decimal(5))
    item = used(1, "2", "31", description="Prise 16 A", ext_key="quote:77:row:3")
    made = draft(work_order(used_items=(item,)), bill=billing(articles={"31": SOCKET}, quote=signed))
    assert made.lines[0].total == Decimal(0)


def test_5_9_2_a_signed_line_without_a_tax_takes_that_of_free_lines() -> None:
    signed = quote((replace(SIGNED, tax_id="", tax_rate=Decimal(0)),))
    item = used(1, "2", "31", description="Prise 16 A", ext_key="quote:77:row:3")
    made = draft(work_order(used_items=(item,)), bill=billing(articles={"31": SOCKET}, quote=signed))
    assert (made.lines[0].tax_id, made.lines[0].tax_rate) == ("1", Decimal(20))


def test_every_line_says_why_it_is_there() -> None:
    order = work_order(
        used_items=(used(2, "2", "31"), used(3)),
        time_sheets=(sheet(TimeKind.WORK, 15), sheet(TimeKind.WORK, 45)),
    )
    made = draft(order, ALL_LINES, billing(articles={"31": SOCKET}, chosen=CHOSEN))
    for line in made.lines:
        assert set(line.why.params) >= set(line.why.kind.parameters)
    work = next(line for line in made.lines if line.source == "work_time")
    assert work.why.params["sheets"] == "15 min + 45 min"
    assert work.why.params["minutes"] == "60"


def test_the_totals_round_each_row_and_then_the_tax_per_rate() -> None:
    third = product("P-3", "0.333333333")
    order = work_order(used_items=(used(1, "1", "31"), used(2, "1", "31"), used(3, "1", "32")))
    ten = product("P-4", "10", tax_id="2", tax_rate=Decimal(10))
    made = draft(order, bill=billing(articles={"31": third, "32": ten}))
    sums = totals(made.lines)
    assert sums.before_tax == Decimal("10.66")
    assert [(tax.rate, tax.base, tax.amount) for tax in sums.taxes] == [
        (Decimal(20), Decimal("0.66"), Decimal("0.13")),
        (Decimal(10), Decimal("10.00"), Decimal("1.00")),
    ]
    assert sums.with_tax == Decimal("11.79")


# --- which text, which time ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "both", "only_ordered", "only_done"),
    [
        (DescriptionSource.WORK_DONE_OR_DESCRIPTION, "fait", "voulu", "fait"),
        (DescriptionSource.DESCRIPTION_OR_WORK_DONE, "voulu", "voulu", "fait"),
        (DescriptionSource.DESCRIPTION, "voulu", "voulu", None),
        (DescriptionSource.WORK_DONE, "fait", None, "fait"),
        (DescriptionSource.BOTH, "voulu\nfait", "voulu", "fait"),
    ],
)
def test_5_5_and_5_7_the_work_is_described_by_what_was_done_or_ordered(
    source: DescriptionSource, both: str, only_ordered: str | None, only_done: str | None
) -> None:
    settings = Settings(
        description_as_first_line=True, invoice_note=Note.DESCRIPTION, description_source=source
    )
    for texts, expected in (
        (("voulu", "fait"), both),
        (("voulu", ""), only_ordered),
        (("", "fait"), only_done),
    ):
        made = draft(work_order(description=texts[0], work_done=texts[1]), settings)
        assert made.note == expected
        assert [line.text for line in made.lines] == ([] if expected is None else [expected])


def test_5_5_what_was_ordered_and_done_in_the_same_words_is_said_once() -> None:
    settings = Settings(invoice_note=Note.DESCRIPTION, description_source=DescriptionSource.BOTH)
    assert draft(work_order(description="Dépannage", work_done="Dépannage"), settings).note == "Dépannage"


def codes_of(made: DraftInvoice) -> list[str]:
    return [warning.code for warning in made.warnings]


def test_3_4_2_time_that_is_told_twice_and_differs_is_to_look_at() -> None:
    hour = replace(sheet(TimeKind.WORK, 60), day=date(2026, 11, 24), person="8", span=7200)
    made = draft(
        work_order(time_sheets=(hour,)), ALL_LINES, billing(chosen=CHOSEN, people={"8": "Karim Haddad"})
    )
    (warning,) = [each for each in made.warnings if each.code == "time-differs"]
    assert warning.params == {
        "number": "4711",
        "day": "2026-11-24",
        "person": "Karim Haddad",
        "minutes": "60",
        "span": "120",
    }


def test_3_4_2_time_that_was_never_stopped_is_to_look_at() -> None:
    running = replace(sheet(TimeKind.WORK, 0), person="8", unfinished=True)
    made = draft(work_order(time_sheets=(running,)), ALL_LINES, billing(chosen=CHOSEN))
    (warning,) = [each for each in made.warnings if each.code == "time-unfinished"]
    assert (warning.params["day"], warning.params["person"]) == ("–", "8")


def test_5_2_and_5_3_time_that_is_not_sent_is_not_told_about() -> None:
    running = replace(sheet(TimeKind.WORK, 0), unfinished=True)
    made = draft(work_order(time_sheets=(running,)), Settings())
    assert codes_of(made) == ["draft-without-lines"]


@pytest.mark.parametrize(
    ("quoted_time", "billed", "told"),
    [(QuotedTime.BOTH, True, ["time-on-quote-too"]), (QuotedTime.QUOTE_ONLY, False, [])],
)
def test_5_9_2_time_that_the_quote_has_already_is_billed_and_told_or_left_to_the_quote(
    quoted_time: QuotedTime, told: list[str], *, billed: bool
) -> None:
    settings = replace(ALL_LINES, quoted_time=quoted_time)
    signed = quote((quote_row(1, product=WORK.key, quantity=Decimal(2)),))
    line = used(1, "2", ext_key=signed.rows[0].key.ext_key, description=signed.rows[0].text)
    order = work_order(time_sheets=(sheet(TimeKind.WORK, 90),), used_items=(line,))
    made = draft(order, settings, billing(chosen=CHOSEN, quote=signed))
    assert ("work_time" in [line.source for line in made.lines]) is billed
    assert codes_of(made) == told


@pytest.mark.parametrize("quoted_time", QuotedTime)
def test_5_9_2_a_line_of_the_quote_that_is_not_billed_takes_no_time_away(quoted_time: QuotedTime) -> None:
    signed = quote((quote_row(1, product=WORK.key),))
    made = draft(
        work_order(time_sheets=(sheet(TimeKind.WORK, 90),)),
        replace(ALL_LINES, quoted_time=quoted_time),
        billing(chosen=CHOSEN, quote=signed),
    )
    assert "work_time" in [line.source for line in made.lines]
    assert codes_of(made) == []


def test_the_first_and_last_day_of_work_are_on_the_draft_where_that_is_wanted() -> None:
    days = [date(2026, 11, 24), date(2026, 11, 20), None]
    sheets = tuple(replace(sheet(TimeKind.WORK, 30), day=day) for day in days)
    made = draft(work_order(time_sheets=sheets), Settings(service_dates=True))
    assert (made.service_from, made.service_until) == (date(2026, 11, 20), date(2026, 11, 24))
    assert draft(work_order(time_sheets=sheets)).service_from is None
    assert draft(work_order(), Settings(service_dates=True)).service_until is None


def test_time_rounded_by_visit_is_explained() -> None:
    settings = replace(ALL_LINES, time_rounding_minutes=15, time_rounding_of=RoundingOf.TIME_SHEET)
    order = work_order(time_sheets=(sheet(TimeKind.WORK, 10), sheet(TimeKind.WORK, 20)))
    (line,) = [
        line for line in draft(order, settings, billing(chosen=CHOSEN)).lines if line.source == "work_time"
    ]
    assert line.quantity == Decimal("0.75")
    text, _ = render(line.why, Language.EN)
    assert "10 min + 20 min, each rounded up to 15 min = 45 min" in text


# --- what a platform would refuse ---------------------------------------------------------------------


def test_3_4_a_line_without_a_unit_takes_the_one_for_a_piece_and_time_the_one_for_an_hour() -> None:
    units = ("m²", "Heure", "Unité")
    bare = {key: replace(each, unit="") for key, each in CHOSEN.items() if each is not None}
    order = work_order(time_sheets=(sheet(TimeKind.WORK, 60),), used_items=(used(1),))
    made = draft(order, ALL_LINES, billing(chosen=bare), office(units=units))
    assert [line.unit for line in made.billed] == ["Unité", "Heure", "Unité"]


@pytest.mark.parametrize(
    ("units", "piece", "hour"),
    [
        (("m", "pièce", "u"), "u", "u"),
        (("kg", "m"), "kg", "kg"),
        (("stuks", "uur"), "stuks", "uur"),
        (("h.", "U."), "U.", "h."),
        ((), "", ""),
    ],
)
def test_units_are_known_by_what_they_are_called(units: tuple[str, ...], piece: str, hour: str) -> None:
    assert (piece_of(units), hour_of(units)) == (piece, hour)


def test_a_product_whose_tax_is_disabled_holds_the_work_order() -> None:
    gone = Tax("9", Decimal(0), enabled=False)
    old = replace(SOCKET, tax_id="9", tax_rate=Decimal(0))
    order = work_order(used_items=(used(1, item_id="5"),))
    held = draft_invoice(
        order, MARK, Settings(), billing(articles={"5": old}), office(taxes=(TWENTY, gone)), force=True
    )
    assert isinstance(held, Message)
    assert held.code == "tax-disabled"
    assert held.params == {"number": "4711", "product": "P-12", "rate": "0"}


def test_a_price_kept_with_tax_has_six_decimals_before_it() -> None:
    with_tax = replace(SOCKET, unit_price=Decimal(10), price_includes_tax=True)
    order = work_order(used_items=(used(1, "3", item_id="5"),))
    made = draft(order, bill=billing(articles={"5": with_tax}))
    assert made.lines[0].unit_price == Decimal("8.333333")
    assert codes_of(made) == []


def test_a_total_that_is_off_by_more_than_half_a_cent_is_to_look_at() -> None:
    with_tax = replace(SOCKET, unit_price=Decimal(10), price_includes_tax=True)
    order = work_order(used_items=(used(1, "20000", item_id="5"),))
    assert codes_of(draft(order, bill=billing(articles={"5": with_tax}))) == ["price-rounded"]
