"""The heart: an archived work order becomes a draft invoice, or a reason why not [3.4, 5.2-5.8].

Everything that the decision needs comes in as a value (`Billing`): articles and customer as Sellsy has them
right now, the quote where the work order came from one. Nothing is read, nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Kind, parse_ext_key
from simonsync.domain.records import (
    Address,
    Customer,
    Product,
    Quote,
    QuoteRow,
    QuoteRowKind,
    SellsyAccount,
    Tax,
    TimeKind,
    TimeSheet,
    UsedItem,
    WorkOrder,
)
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language, word
from simonsync.rules.einvoicing import Places, checked
from simonsync.rules.marker import marked
from simonsync.rules.prices import is_catalogue_price, is_off, price_before_tax, price_for, signed_discount
from simonsync.rules.text import contains, cut, one_line
from simonsync.rules.time import BilledTime, billed_time, days_of_work, differs
from simonsync.rules.units import hour_of, piece_of
from simonsync.settings.declaration import (
    DescriptionSource,
    Note,
    ProductChoice,
    QuotedTime,
    Reference,
    RoundingOf,
    Settings,
)

INVOICED_STEPS = frozenset({"invoiced", "partialinvoiced", "advanced"})
_TWENTY = Decimal(20)


@dataclass(frozen=True, slots=True)
class Office:
    """What holds for all drafts of an account; `unit_codes` as far as Sellsy tells them, by unit text."""

    account: SellsyAccount
    taxes: tuple[Tax, ...]
    units: tuple[str, ...]
    language: Language
    unit_codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def free_line_tax(self) -> Tax | None:
        """The rate of a line that people must price themselves: 20 % if enabled, else the highest enabled."""
        enabled = [tax for tax in self.taxes if tax.enabled]
        return max(enabled, key=lambda tax: (tax.rate == _TWENTY, tax.rate), default=None)

    def is_disabled(self, tax_id: str) -> bool:
        """Tell whether Sellsy has disabled a rate: the tax platform would refuse an invoice with it."""
        return any(tax.id == tax_id and not tax.enabled for tax in self.taxes)


@dataclass(frozen=True, slots=True)
class Billing:
    """What Sellsy says about everything on one work order, read fresh.

    Attributes:
        customer: None where the work order's customer is not one of Sellsy's, or is gone there.
        customer_name: how Simon calls the customer, or the one of the work address where there is none.
        articles: by the id of the article in Simon; None where Sellsy does not know it (any more).
        chosen: the products that the settings name, by setting; None where Sellsy does not know it.
        quote: the quote that the work order was made from, where it still exists.
        item_names: how Simon calls the articles, by their id there.
        people: the names of those who registered time that people are told about, by their Id in Simon.
        work_address: the customer's address in Sellsy that the work address stands for, where it is one.
    """

    customer: Customer | None = None
    customer_name: str = ""
    articles: Mapping[str, Product | None] = field(default_factory=dict)
    chosen: Mapping[str, Product | None] = field(default_factory=dict)
    quote: Quote | None = None
    item_names: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    work_address: Address | None = None


def needed_choices(order: WorkOrder, settings: Settings) -> dict[str, ProductChoice]:
    """Return the settings whose products this work order's draft needs."""
    wanted = {"default_product": settings.default_product}
    for kind, key in ((TimeKind.WORK, "work_time_product"), (TimeKind.TRAVEL, "travel_time_product")):
        if _time(order, kind, settings):
            wanted[key] = getattr(settings, key)
    return {key: choice for key, choice in wanted.items() if choice is not None}


def is_filtered(order: WorkOrder, settings: Settings) -> bool:
    """Tell whether the filter word keeps a work order from being sent [5.6]."""
    return contains(settings.skip_work_orders_containing, order.description, order.work_done)


def draft_invoice(
    order: WorkOrder, mark: str, settings: Settings, billing: Billing, office: Office, *, force: bool = False
) -> DraftInvoice | Message:
    """Turn an archived work order into a draft invoice.

    Given the work order, its marker, the settings in force and what Sellsy knows, return the draft; or a
    message: information where it is on purpose not sent, an error where it is held until somebody acts.
    `force` is the human's word that a quote which looks invoiced is to be billed all the same.
    """
    number = order.head.number
    if is_filtered(order, settings):
        return Message(
            kinds.WORK_ORDER_FILTERED, {"number": number, "word": settings.skip_work_orders_containing}
        )
    held = _held(order, settings, billing, office, force=force)
    if held is not None:
        return held
    customer = billing.customer
    assert customer is not None  # noqa: S101 _held has just ruled it out
    category = customer.price_category or ""
    billing = _priced_for(category, billing, office)
    lines = tuple(_lines(order, settings, billing, office))
    disabled = next((line for line in lines if office.is_disabled(line.tax_id)), None)
    if disabled is not None:
        return Message(
            kinds.TAX_DISABLED,
            {"number": number, "product": disabled.name, "rate": f"{disabled.tax_rate.normalize():f}"},
        )
    has_its_price = any(
        product.priced_for and is_catalogue_price(line) for line, product in _articles(lines, billing)
    )
    days = days_of_work(order.time_sheets) if settings.service_dates else None
    draft = DraftInvoice(
        work_order_id=order.head.id,
        number=number,
        marker=mark,
        customer=customer.key,
        subject=marked(f"{word('subject-work-order', office.language)} {number}", mark),
        lines=lines,
        reference=_reference(order, settings),
        note=_note(order, settings, office.account.country),
        service_from=days[0] if days else None,
        service_until=days[1] if days else None,
        price_category=category if has_its_price else "",
        warnings=tuple(_warnings(order, customer, lines, settings, billing)),
    )
    places = Places(order.place, billing.work_address)
    return checked(draft, customer, places, settings, office.taxes, office.unit_codes, office.account)


def _priced_for(category: str, billing: Billing, office: Office) -> Billing:
    """Give each article the price of a customer's price category, where Sellsy has one."""

    def priced(products: Mapping[str, Product | None]) -> dict[str, Product | None]:
        return {
            place: product and price_for(product, category, office.account.currency)
            for place, product in products.items()
        }

    if not category:
        return billing
    return replace(billing, articles=priced(billing.articles), chosen=priced(billing.chosen))


def _articles(lines: Iterable[DraftLine], billing: Billing) -> Iterator[tuple[DraftLine, Product]]:
    """Return the lines that are articles of Sellsy, each with its article."""
    articles = (*billing.articles.values(), *billing.chosen.values())
    known = {product.key: product for product in articles if product is not None}
    for line in lines:
        if line.product is not None:
            yield line, known[line.product]


def _held(
    order: WorkOrder, settings: Settings, billing: Billing, office: Office, *, force: bool
) -> Message | None:
    number, customer, quote = order.head.number, billing.customer, billing.quote
    if not order.customer_id:
        return Message(
            kinds.WORK_ORDER_WITHOUT_CUSTOMER,
            {"number": number, "address_customer": billing.customer_name or "–"},
        )
    if customer is None:
        name = billing.customer_name or order.customer_id
        return Message(kinds.WORK_ORDER_CUSTOMER_UNKNOWN, {"number": number, "name": name})
    if customer.prospect:
        return Message(
            kinds.WORK_ORDER_CUSTOMER_NOT_CLIENT, {"number": number, "name": one_line(customer.name)}
        )
    for currency in (customer.currency, quote.head.currency if quote else ""):
        if currency and currency != office.account.currency:
            return Message(
                kinds.CURRENCY_DIFFERS,
                {
                    "number": number,
                    "name": one_line(customer.name),
                    "currency": currency,
                    "account_currency": office.account.currency,
                },
            )
    if quote and quote.head.step in INVOICED_STEPS and not force:
        return Message(
            kinds.QUOTE_ALREADY_INVOICED,
            {"number": number, "quote": quote.head.number, "step": quote.head.step},
        )
    unknown = [
        one_line(used.description) or billing.item_names.get(used.item_id, "") or used.item_id
        for used in order.used_items
        if used.item_id and billing.articles.get(used.item_id) is None
    ]
    if unknown:
        return Message(kinds.WORK_ORDER_ITEM_UNKNOWN, {"number": number, "item": ", ".join(unknown)})
    for key, choice in needed_choices(order, settings).items():
        if billing.chosen.get(key) is None:
            return Message(
                kinds.SETTING_PRODUCT_UNKNOWN, {"number": number, "setting": key, "product": str(choice)}
            )
    return None


def _lines(order: WorkOrder, settings: Settings, billing: Billing, office: Office) -> Iterator[DraftLine]:
    description = description_of_work(order, settings) if settings.description_as_first_line else ""
    if description:
        yield DraftLine(LineKind.COMMENT, "description", Message(kinds.LINE_DESCRIPTION), text=description)
    for used in sorted(order.used_items, key=lambda used: (len(used.id), used.id)):
        yield _used_item_line(used, billing, office)
    for kind, key, why in (
        (TimeKind.WORK, "work_time_product", kinds.LINE_WORK_TIME),
        (TimeKind.TRAVEL, "travel_time_product", kinds.LINE_TRAVEL_TIME),
    ):
        product = billing.chosen.get(key)
        time = _time(order, kind, settings)
        if product and time and getattr(settings, key):
            if settings.quoted_time is QuotedTime.QUOTE_ONLY and _is_quoted(product, order, billing.quote):
                continue
            step = settings.time_rounding_minutes
            each = "_each" if step and settings.time_rounding_of is RoundingOf.TIME_SHEET else ""
            reason = {
                "sheets": _sum_of_minutes(time.sheets),
                "rounding": f"{step}{each}",
                "minutes": _minutes(time.seconds),
                "quantity": f"{time.hours}",
            }
            yield _article_line(
                product, time.hours, f"{kind}_time", Message(why, reason), office, unit=hour_of(office.units)
            )
    product = billing.chosen.get("default_product")
    if product and settings.default_product:
        yield _article_line(
            product, Decimal(1), "default_product", Message(kinds.LINE_DEFAULT_PRODUCT), office
        )


def _time(order: WorkOrder, kind: TimeKind, settings: Settings) -> BilledTime | None:
    return billed_time(order.time_sheets, kind, settings.time_rounding_minutes, settings.time_rounding_of)


def _is_quoted(product: Product, order: WorkOrder, quote: Quote | None) -> bool:
    """Tell whether this product is billed as a line of the quote that was signed already."""
    billed = {used.ext_key for used in order.used_items}
    rows = [row for row in quote.rows if row.key.ext_key in billed] if quote else []
    return any(row.product is not None and row.product.id == product.key.id for row in rows)


def description_of_work(order: WorkOrder, settings: Settings) -> str:
    """Return what describes the work, by the setting: what was done, or what was ordered [5.5, 5.7]."""
    ordered, done = order.description.strip(), order.work_done.strip()
    match settings.description_source:
        case DescriptionSource.WORK_DONE_OR_DESCRIPTION:
            return done or ordered
        case DescriptionSource.DESCRIPTION_OR_WORK_DONE:
            return ordered or done
        case DescriptionSource.DESCRIPTION:
            return ordered
        case DescriptionSource.WORK_DONE:
            return done
        case DescriptionSource.BOTH:
            return "\n".join(dict.fromkeys(text for text in (ordered, done) if text))


def _used_item_line(used: UsedItem, billing: Billing, office: Office) -> DraftLine:
    source = f"used_item:{used.id}"
    row = _signed_row(used, billing)
    product = billing.articles.get(used.item_id) if used.item_id else None
    quantity = f"{used.quantity.normalize():f}"
    tax = office.free_line_tax
    if row is not None and billing.quote is not None:
        discount, discount_unit = signed_discount(row, billing.quote)
        why = Message(
            kinds.LINE_FROM_QUOTE,
            {
                "record": used.id,
                "quantity": quantity,
                "product": row.reference or row.text,
                "price": f"{row.unit_price.normalize():f}",
                "quote": billing.quote.head.number,
            },
        )
        return DraftLine(
            kind=LineKind.ITEM if product else LineKind.FREE,
            source=source,
            why=why,
            product=product.key if product else None,
            name=product.reference if product else one_line(row.text) or "–",
            text=product.name if product else "",
            quantity=used.quantity,
            unit=row.unit or piece_of(office.units),
            unit_price=row.unit_price,
            tax_id=row.tax_id or (tax.id if tax else ""),
            tax_rate=row.tax_rate if row.tax_id or tax is None else tax.rate,
            discount=discount,
            discount_unit=discount_unit,
        )
    if product is not None:
        why = Message(kinds.LINE_USED_ITEM, {"record": used.id, "quantity": quantity})
        return _article_line(product, used.quantity, source, why, office)
    text = one_line(used.description) or "–"
    return DraftLine(
        kind=LineKind.FREE,
        source=source,
        why=Message(kinds.LINE_FREE, {"record": used.id, "quantity": quantity, "text": text}),
        name=text,
        quantity=used.quantity,
        unit=piece_of(office.units),
        tax_id=tax.id if tax else "",
        tax_rate=tax.rate if tax else Decimal(0),
    )


def _signed_row(used: UsedItem, billing: Billing) -> QuoteRow | None:
    """Return the row of the quote that a used item came from, if nobody changed the item since.

    The customer signed that row's price, discount and tax; a changed item is billed from the catalogue.
    """
    if billing.quote is None:
        return None
    row = next((row for row in billing.quote.rows if row.key.ext_key == used.ext_key), None)
    if row is None or row.quantity != used.quantity or used_item_text(row) != used.description:
        return None
    product = billing.articles.get(used.item_id) if used.item_id else None
    # Without an article it is a free line, or one whose article Simon did not have.
    same = product is None or (row.product is not None and row.product.id == product.key.id)
    return row if same else None


def used_item_text(row: QuoteRow) -> str:
    """Return the text that a used item gets when it is made from a row of a quote [5.9.2]."""
    return cut(row.text or row.reference, 100)


def is_used_item(row: QuoteRow) -> bool:
    """Tell whether a row of a quote is something to be used: articles and free lines, no options."""
    return row.kind in {QuoteRowKind.ITEM, QuoteRowKind.FREE} and not row.option


def _article_line(
    product: Product, quantity: Decimal, source: str, why: Message, office: Office, *, unit: str = ""
) -> DraftLine:
    price = price_before_tax(product)
    tax = office.free_line_tax
    return DraftLine(
        kind=LineKind.ITEM,
        source=source,
        why=Message(
            why.kind,
            {
                **why.params,
                "product": product.reference,
                "price": f"{price.normalize():f}",
                "tariff": "category" if product.priced_for else "reference",
            },
        ),
        product=product.key,
        name=product.reference,
        text=product.name,
        quantity=quantity,
        unit=product.unit or unit or piece_of(office.units),
        unit_price=price,
        tax_id=product.tax_id or (tax.id if tax else ""),
        tax_rate=product.tax_rate if product.tax_id or tax is None else tax.rate,
    )


def _reference(order: WorkOrder, settings: Settings) -> str | None:
    """Say what goes into the customer reference of the draft [5.8]."""
    number, reference = order.head.number, one_line(order.customer_reference)
    parts = {
        Reference.NONE: (),
        Reference.WORK_ORDER_NUMBER: (number,),
        Reference.CUSTOMER_REFERENCE: (reference,),
        Reference.WORK_ORDER_NUMBER_AND_CUSTOMER_REFERENCE: (number, reference),
    }[settings.invoice_reference]
    return " / ".join(part for part in parts if part) or None


def _note(order: WorkOrder, settings: Settings, home_country: str) -> str | None:
    """Say what goes into the note of the draft: work address, description, both or nothing [5.7]."""
    blocks = []
    if settings.invoice_note in {Note.WORK_ADDRESS, Note.WORK_ADDRESS_AND_DESCRIPTION} and order.place:
        place = order.place
        abroad = place.country if place.country.upper() != home_country.upper() else ""
        town = " ".join(part for part in (place.zip_code.strip(), place.town.strip()) if part)
        lines = (place.street.strip(), place.second_line.strip(), town, abroad.strip())
        blocks.append("\n".join(line for line in lines if line))
    if settings.invoice_note in {Note.DESCRIPTION, Note.WORK_ADDRESS_AND_DESCRIPTION}:
        blocks.append(description_of_work(order, settings))
    return "\n\n".join(block for block in blocks if block) or None


def _comes_from_a_quote(used: UsedItem) -> bool:
    key = parse_ext_key(used.ext_key)
    return key is not None and key.kind is Kind.QUOTE_ROW


def _warnings(
    order: WorkOrder,
    customer: Customer,
    lines: tuple[DraftLine, ...],
    settings: Settings,
    billing: Billing,
) -> Iterator[Message]:
    number, name = order.head.number, one_line(customer.name)
    if customer.archived:
        yield Message(kinds.CUSTOMER_ARCHIVED, {"number": number, "name": name})
    articles = tuple(_articles(lines, billing))
    others = [each for each in articles if is_catalogue_price(each[0]) and not each[1].priced_for]
    if customer.price_category and others:
        products = ", ".join(dict.fromkeys(product.reference for _, product in others))
        yield Message(kinds.PRICE_CATEGORY_IGNORED, {"number": number, "name": name, "products": products})
    for reference in dict.fromkeys(product.reference for _, product in articles if product.archived):
        yield Message(kinds.PRODUCT_ARCHIVED, {"number": number, "product": reference})
    for line in lines:
        if line.kind is LineKind.FREE and line.why.kind is kinds.LINE_FREE:
            yield Message(kinds.FREE_LINE_PRICE_MISSING, {"number": number, "text": line.name})
    if billing.quote is None and any(map(_comes_from_a_quote, order.used_items)):
        yield Message(kinds.QUOTE_GONE, {"number": number})
    if billing.quote is not None and billing.quote.charges:
        yield Message(kinds.QUOTE_CHARGES, {"number": number, "amount": f"{billing.quote.charges:f}"})
    for line, product in articles:
        if is_off(line, product):
            yield Message(kinds.PRICE_ROUNDED, {"number": number, "product": product.reference})
    yield from _about_time(order, settings, billing)
    if not lines:
        yield Message(kinds.DRAFT_WITHOUT_LINES, {"number": number})


def sheets_to_name(order: WorkOrder) -> tuple[TimeSheet, ...]:
    """Return the time sheets that people are told about, and so need the name of their person for."""
    return tuple(sheet for sheet in order.time_sheets if sheet.unfinished or differs(sheet))


def _about_time(order: WorkOrder, settings: Settings, billing: Billing) -> Iterator[Message]:
    """Say where the time on the draft may not be what was worked."""
    number = order.head.number
    billed = {
        kind
        for kind, key in ((TimeKind.WORK, "work_time_product"), (TimeKind.TRAVEL, "travel_time_product"))
        if getattr(settings, key)
    }
    for sheet in sheets_to_name(order):
        if sheet.kind not in billed:
            continue
        who = {
            "number": number,
            "day": sheet.day.isoformat() if sheet.day else "–",
            "person": billing.people.get(sheet.person) or sheet.person or "–",
        }
        if sheet.unfinished:
            yield Message(kinds.TIME_UNFINISHED, who)
        elif sheet.span is not None:
            yield Message(
                kinds.TIME_DIFFERS, {**who, "minutes": _minutes(sheet.seconds), "span": _minutes(sheet.span)}
            )
    if settings.quoted_time is QuotedTime.BOTH:
        for kind, key in ((TimeKind.WORK, "work_time_product"), (TimeKind.TRAVEL, "travel_time_product")):
            product = billing.chosen.get(key)
            if product and _time(order, kind, settings) and _is_quoted(product, order, billing.quote):
                yield Message(kinds.TIME_ON_QUOTE_TOO, {"number": number, "product": product.reference})


def _minutes(seconds: int) -> str:
    return f"{seconds / 60:g}"


def _sum_of_minutes(spans: tuple[int, ...]) -> str:
    return " + ".join(f"{_minutes(span)} min" for span in spans)
