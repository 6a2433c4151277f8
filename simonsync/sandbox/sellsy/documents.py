"""`Document.*` for reading: lists without rows, single documents with them."""

from collections.abc import Callable
from typing import Any

from simonsync.sandbox.sellsy.call import (
    Call,
    Params,
    choice,
    direction,
    flag,
    listing,
    members,
    numbers,
    search_block,
    text,
    timestamp,
    whole,
    words,
)
from simonsync.sandbox.sellsy.errors import invalid, not_loadable
from simonsync.sandbox.sellsy.records import Document
from simonsync.sandbox.sellsy.show_documents import document_alone, document_in_list
from simonsync.sandbox.sellsy.totals import totals
from simonsync.sandbox.sellsy.wire import moment_of
from simonsync.sandbox.sellsy.world import STEPS, SellsyWorld

_SEARCH = (
    "ident",
    "steps",
    "thirds",
    "owner",
    "shops",
    "tags",
    "periodecreated_start",
    "periodecreated_end",
    "periodecreationDate_start",
    "periodecreationDate_end",
    "periodeexpired_start",
    "periodeexpired_end",
)
_ORDERS = ("doc_ident", "doc_thirdname", "doc_displayedDate", "doc_totalAmountTaxesFree")


def get_list(call: Call) -> dict[str, Any]:
    """List documents of one kind, newest first unless told otherwise: a new one shifts all pages."""
    doctype = choice(call.params, "doctype", STEPS)
    flag(call.params, "includePayments")
    search = search_block(call.params, _SEARCH)
    by, descending = direction(call.params, _ORDERS)
    world = call.world
    matches = _filter(world, doctype, search)
    found = [
        d
        for d in world.documents.values()
        if d.doctype == doctype and world.readable(d) and not d.unlisted and matches(d)
    ]
    found.sort(key=lambda d: d.id, reverse=True)
    if by:
        found.sort(key=lambda d: _sort_key(world, d, by), reverse=descending)
    elif call.params.get("order") and not descending:
        found.reverse()
    return listing(call, found, lambda d: (str(d.id), document_in_list(world, d)))


def _sort_key(world: SellsyWorld, document: Document, by: str) -> Any:  # noqa: ANN401 - text, date or amount
    if by == "doc_ident":
        return document.ident
    if by == "doc_displayedDate":
        return document.displayed
    if by == "doc_totalAmountTaxesFree":
        return totals(document).taxes_free
    third = world.customers.get(document.third_id)
    return third.full_name.casefold() if third else ""


def _filter(world: SellsyWorld, doctype: str, search: Params) -> Callable[[Document], bool]:
    """Return what decides whether a document is found.

    `periodecreationDate_*` looks at the moment it was made, `periodecreated_*` at the date it bears. A tag is
    compared as a whole word; one of several is enough.
    """
    steps, thirds, tags = members(search, "steps"), set(numbers(search, "thirds")), set(words(search, "tags"))
    if any(step not in STEPS[doctype] for step in steps):
        raise invalid("steps")
    ident = text(search, "ident").casefold()
    made = timestamp(search, "periodecreationDate_start"), timestamp(search, "periodecreationDate_end")
    dated = timestamp(search, "periodecreated_start"), timestamp(search, "periodecreated_end")
    expiring = timestamp(search, "periodeexpired_start"), timestamp(search, "periodeexpired_end")

    def day_within(day: Any, period: tuple[int | None, int | None]) -> bool:  # noqa: ANN401 - date or None
        if period == (None, None):
            return True
        start, end = (
            None if t is None else moment_of(t).astimezone(world.company.zone).date() for t in period
        )
        return day is not None and (start is None or day >= start) and (end is None or day <= end)

    def matches(document: Document) -> bool:
        start, end = made
        return (
            (not steps or document.step in steps)
            and (not thirds or document.third_id in thirds)
            and (not tags or bool(tags & set(document.tags)))
            and ident in document.ident.casefold()
            and (start is None or document.created >= moment_of(start))
            and (end is None or document.created <= moment_of(end))
            and day_within(document.displayed, dated)
            and day_within(document.expires, expiring)
        )

    return matches


def loaded(call: Call, doctype: str | None) -> Document:
    """Return the document that `docid` names; the wrong kind or a fresh one that lags counts as not there."""
    document = call.world.documents.get(whole(call.params, "docid"))
    if (
        document is None
        or (doctype is not None and document.doctype != doctype)
        or not call.world.readable(document)
    ):
        raise not_loadable("document")
    return document


def get_one(call: Call) -> dict[str, Any]:
    """Give one document with its rows and the reference tables."""
    doctype = choice(call.params, "doctype", STEPS)
    return document_alone(call.world, loaded(call, doctype))
