"""`Document.*` for writing.

The calls that finalise or delete exist so that tests can prove that nobody calls them.
"""

from typing import Any

from simonsync.sandbox.sellsy.call import (
    Call,
    Params,
    amount,
    choice,
    flag,
    members,
    section,
    text,
    timestamp,
    whole,
    words,
)
from simonsync.sandbox.sellsy.documents import loaded
from simonsync.sandbox.sellsy.errors import Refused, invalid, missing, not_editable, not_loadable
from simonsync.sandbox.sellsy.records import Customer, Document, Row
from simonsync.sandbox.sellsy.totals import PRICED
from simonsync.sandbox.sellsy.wire import moment_of
from simonsync.sandbox.sellsy.world import STEPS, SellsyWorld

ROW_TYPES = (*PRICED, "title", "comment", "sum", "break", "empty")
_EDITABLE = ("draft",)
# Kinds that may be made for somebody who is not a client yet.
_FOR_PROSPECTS = ("estimate", "proforma", "model")


def create(call: Call) -> dict[str, Any]:
    """Create a document in step draft from `document` and its sibling `row`.

    Rows inside `document` and members that are not documented are silently ignored, as the real service does:
    the answer is a success and the document has no rows.
    """
    block = section(call.params, "document", required=True)
    doctype = choice(block, "doctype", STEPS)
    third = _third(call.world, whole(block, "thirdid"), doctype)
    fields = _fields(call.world, block)
    displayed = timestamp(block, "displayedDate")
    rows = _rows(call)
    invoiced_to = _address_id(call, third, "thirdaddress")
    shipped_to = _address_id(call, third, "shipaddress")
    currency = whole(block, "currency", 0) or whole(section(call.params, "num_format"), "currencyid", 0)
    if currency and currency not in call.world.currencies:
        raise invalid("currency")
    document = call.world.add_document(
        doctype,
        third.id,
        rows=rows,
        displayed=None if displayed is None else _day(call.world, displayed),
        currency_id=currency or None,
        third_address_id=invoiced_to,
        ship_address_id=shipped_to,
        ident=text(block, "ident"),
        **fields,
    )
    if call.invisible_for:
        call.world.hide_document(document.id, call.invisible_for)
    return {"doc_id": document.id}


def _third(world: SellsyWorld, third_id: int, doctype: str) -> Customer:
    third = world.customers.get(third_id)
    # Whether an invoice for a prospect is refused or makes it a client is not known; refused is stricter.
    if third is None or (third.relation == "prospect" and doctype not in _FOR_PROSPECTS):
        raise not_loadable("third")
    return third


def _day(world: SellsyWorld, unix_seconds: int) -> Any:  # noqa: ANN401 - a date
    return moment_of(unix_seconds).astimezone(world.company.zone).date()


def _address_id(call: Call, third: Customer, name: str) -> int:
    """Return the address that is printed: the given one; else, and for 0, the main one."""
    given = whole(section(call.params, name), "id", 0)
    if given and all(address.id != given for address in third.addresses):
        raise not_loadable("address")
    return given or third.main_address_id


def _fields(world: SellsyWorld, block: Params) -> dict[str, Any]:
    """Return the members of `document` that both create and update may set."""
    fields: dict[str, Any] = {}
    for theirs, ours in (("subject", "subject"), ("notes", "notes"), ("thirdident", "third_ident")):
        if theirs in block:
            fields[ours] = text(block, theirs)
    if "tags" in block:
        fields["tags"] = words(block, "tags")
    if block.get("parentId"):
        fields["parent_id"] = whole(block, "parentId")
    if block.get("contactid"):
        fields["contact_id"] = whole(block, "contactid")
    if block.get("rateCategory"):
        fields["rate_category"] = whole(block, "rateCategory")
        if fields["rate_category"] not in world.rate_categories:
            raise invalid("rateCategory")
    expires = timestamp(block, "expireDate")
    if expires is not None:
        fields["expires"] = _day(world, expires)
    if block.get("globalDiscount"):
        fields["discount"] = amount(block, "globalDiscount")
        fields["discount_unit"] = (
            choice(block, "globalDiscountUnit", ("percent", "amount"))
            if block.get("globalDiscountUnit")
            else "percent"
        )
    flag(block, "hasDoubleVat")
    if flag(block, "useServiceDates"):
        # The form of both is not documented; that of the document's other dates is taken.
        days = [timestamp(block, name) for name in ("serviceDateStart", "serviceDateStop")]
        if None in days:
            raise missing("serviceDateStart")
        fields["service_dates"] = tuple(_day(world, day) for day in days if day is not None)
    return fields


def _rows(call: Call) -> list[Row]:
    """Return the rows in the order of their keys; a member that is not one row is silently ignored."""
    given = call.params.get("row")
    if isinstance(given, dict):
        if any(not str(key).isdigit() for key in given):
            raise invalid("row")
        given = [given[key] for key in sorted(given, key=int)]
    else:
        given = members(call.params, "row")
    return [_row(call.world, row) for row in given if isinstance(row, dict)]


def _row(world: SellsyWorld, given: Params) -> Row:
    kind = choice(given, "row_type", ROW_TYPES)
    if kind == "title":
        return Row(kind, notes=text(given, "row_title", None))
    if kind == "comment":
        return Row(kind, notes=text(given, "row_comment", None))
    if kind not in PRICED:
        return Row(kind)
    if kind in ("shipping", "packaging"):
        if not given.get(f"row_{kind}"):
            raise missing(kind)
        # The account has neither, so any name points to nothing.
        raise not_loadable(kind)
    linked, variant = _catalogue_ids(world, given) if kind == "item" else (0, 0)
    tax = world.taxes.get(whole(given, "row_taxid"))
    if tax is None:
        raise invalid("row_taxid")
    return Row(
        kind,
        linked_id=linked,
        decl_id=variant,
        # Required for a line that has no product to take it from.
        name=text(given, "row_name", None if kind == "once" else ""),
        notes=text(given, "row_notes"),
        unit=text(given, "row_unit", None),
        unit_amount=amount(given, "row_unitAmount"),
        quantity=amount(given, "row_qt", "1") if given.get("row_qt") not in (0, 0.0) else amount({}, "", "0"),
        tax_id=tax.id,
        tax_rate=tax.rate,
        discount=amount(given, "row_discount", "0"),
        discount_unit=choice(given, "row_discountUnit", ("percent", "amount"))
        if given.get("row_discountUnit")
        else "percent",
        purchase_amount=amount(given, "row_purchaseAmount", "0"),
        is_option=bool(flag(given, "row_isOption", default=False)),
    )


def _catalogue_ids(world: SellsyWorld, given: Params) -> tuple[int, int]:
    """Return product and declination of an item row: archived ones may be used, deleted ones may not."""
    product = world.products.get(whole(given, "row_linkedid"))
    declid = whole(given, "row_declid", 0)
    if product is None or (declid and all(variant.id != declid for variant in product.declinations)):
        raise not_loadable("item")
    return product.id, declid


def update(call: Call) -> dict[str, Any]:
    """Change a draft; rows replace all rows, though whether the real service does so is not known."""
    block = section(call.params, "document", required=True)
    document = _draft(call, choice(block, "doctype", STEPS))
    fields = _fields(call.world, block)
    third_id = whole(block, "thirdid", 0) or whole(block, "clientid", 0)
    if third_id:
        fields["third_id"] = _third(call.world, third_id, document.doctype).id
    if call.params.get("row"):
        fields["rows"] = _rows(call)
    call.world.edit_document(document.id, **fields)
    return {"doc_id": document.id}


def _draft(call: Call, doctype: str | None) -> Document:
    document = loaded(call, doctype)
    if document.step not in _EDITABLE:
        raise not_editable("document")
    return document


def update_step(call: Call) -> dict[str, Any]:
    """Move a document to another step; there is no way back to draft."""
    block = section(call.params, "document", required=True)
    document = loaded(call, choice(block, "doctype", STEPS))
    step, steps = text(block, "step", None), STEPS[document.doctype]
    allowed = [other for other in steps if other not in ("draft", document.step)]
    if step not in allowed:
        # The code was never recorded, only the sentence.
        raise Refused("E_CUSTOM", f"Step {step} is invalid. Available : {', '.join(allowed)}.", "step")
    if document.doctype == "invoice" and document.step == "draft":
        call.world.finalise_document(document.id)
    call.world.edit_document(document.id, step=step)
    return {"doc_id": document.id}


def validate(call: Call) -> dict[str, Any]:
    """Finalise a draft: it gets its official number."""
    timestamp(call.params, "date")
    document = _draft(call, None)
    call.world.finalise_document(document.id)
    return {"doc_id": document.id}


def delete(call: Call) -> dict[str, Any]:
    """Delete a draft."""
    doctype = choice(call.params, "doctype", STEPS) if call.params.get("doctype") else None
    document = _draft(call, doctype)
    call.world.delete_document(document.id)
    return {"doc_id": document.id}
