"""The fields of Sellsy's answers that the program reads, each once with the form it is believed to have.

A field that ends in `?` may be absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from simonsync.account.verify.facts import Basis
from simonsync.account.verify.forms import (
    AMOUNT,
    COUNTRY,
    CURRENCY,
    DATE_TIME,
    DIGITS,
    ID,
    KEYED,
    LISTED,
    OBJECT,
    TEXT,
    YES_NO,
    WireForm,
    one_of,
)
from simonsync.sellsy.v1.values import Record, members, section

Rows = Callable[[Any], Iterator[Record]]


def alone(response: object) -> Iterator[Record]:
    """Take a response that is one record."""
    if isinstance(response, Mapping):
        yield response


def listed(response: object) -> Iterator[Record]:
    """Go through the records of a page of a list."""
    yield from members(section(response).get("result"))


class Fields(NamedTuple):
    """The fields of one answer; `label` narrows a method's answers to one kind of record."""

    method: str
    rows: Rows
    source: str
    basis: Basis
    fields: Mapping[str, WireForm]
    label: str = ""


_TYPE = one_of("corporation", "person")
_STEPS = one_of(
    *("draft", "due", "payinprogress", "paid", "late", "cancelled"),
    *("sent", "read", "accepted", "refused", "expired", "advanced", "partialinvoiced", "invoiced"),
)
_RELATION = one_of("client", "prospect", "supplier")
_REACHED = {"email": TEXT, "tel": TEXT, "mobile": TEXT}
_PARTS = {"part1": TEXT, "part2": TEXT, "part3?": TEXT, "part4?": TEXT}
_PLACE = {"name": TEXT, **_PARTS, "zip": TEXT, "town": TEXT, "state?": TEXT, "countrycode": COUNTRY}
_PRODUCT = {
    "id": ID,
    "declid": ID,
    "decl_id?": ID,
    "name": TEXT,
    "tradename": TEXT,
    "unit": TEXT,
    "unitAmount": AMOUNT,
    "unitAmountIsTaxesFree": YES_NO,
    "unitAmountTaxesInc": AMOUNT,
    "taxid": ID,
    "taxrate": AMOUNT,
    "categoryid": ID,
    "actif": YES_NO,
}
_DOCUMENT = {
    "id": ID,
    "ident": TEXT,
    "step": _STEPS,
    "thirdid": ID,
    "subject": TEXT,
    "notes": TEXT,
    "totalAmountTaxesFree": AMOUNT,
    "created": DATE_TIME,
    "currencyid": ID,
    "tags": LISTED,
    "tags.*.word": TEXT,
}
_ROW = {
    "id": ID,
    "rank": ID,
    "type": one_of(
        *("item", "service", "once", "comment", "title", "sum", "break", "empty", "shipping", "packaging")
    ),
    "linkedid": ID,
    "declid": ID,
    "name": TEXT,
    "notes": TEXT,
    "qt": AMOUNT,
    "unitText": TEXT,
    "unitAmount": AMOUNT,
    "taxid": ID,
    "taxrate": AMOUNT,
    "discount": AMOUNT,
    "discountUnit": one_of("percent", "amount"),
    "isOption": YES_NO,
}
_THIRD = {
    "id": ID,
    "type": _TYPE,
    "ident": TEXT,
    "actif": YES_NO,
    "relationType?": _RELATION,
    "rateCategory?": ID,
    "mainaddressid?": ID,
    **{f"{name}?": TEXT for name in ("name", "fullName", "vat", *_REACHED)},
}


def _below(path: str, fields: Mapping[str, WireForm]) -> dict[str, WireForm]:
    return {f"{path}.{name}": form for name, form in fields.items()}


FIELDS: Final = (
    Fields(
        "Infos.getInfos",
        alone,
        "Infos",
        Basis.RECORDED,
        {"userdatas": OBJECT, **_below("userdatas", {"corpId": ID, "corpName": TEXT, "currencyId": ID})},
    ),
    Fields(
        "Accountdatas.getTaxes",
        members,
        "Reference data",
        Basis.RECORDED,
        {"id": ID, "value": AMOUNT, "isEnabled": YES_NO},
    ),
    Fields("Accountdatas.getUnits", members, "Reference data", Basis.OTHERS, {"value": TEXT}),
    Fields(
        "Accountdatas.getRateCategories",
        members,
        "Reference data",
        Basis.OTHERS,
        {"id": ID, "isDefault?": YES_NO},
    ),
    Fields(
        "AccountPrefs.getCurrencies", members, "Reference data", Basis.OTHERS, {"id": ID, "name": CURRENCY}
    ),
    Fields(
        "AccountPrefs.getCorpInfos",
        alone,
        "Reference data",
        Basis.INFERRED,
        {"addr_countrycode?": COUNTRY, "countrycode?": COUNTRY, "vat?": TEXT},
    ),
    Fields("Catalogue.getCategories", members, "Catalogue", Basis.OTHERS, {"id": ID, "name": TEXT}),
    Fields("Catalogue.getList", listed, "Catalogue", Basis.RECORDED, _PRODUCT),
    Fields(
        "Catalogue.getOne",
        alone,
        "Catalogue",
        Basis.OTHERS,
        {**_PRODUCT, "declinations?": LISTED},
    ),
    Fields(
        "Client.getList",
        listed,
        "Clients",
        Basis.RECORDED,
        {
            "id": ID,
            "thirdid": ID,
            "ident": TEXT,
            "type": _TYPE,
            "relationType": _RELATION,
            "actif": YES_NO,
            "name": TEXT,
            "fullName": TEXT,
            **_REACHED,
            "vat": TEXT,
            "rateCategory": ID,
            "mainaddressid": ID,
            **{f"addr_{name}": form for name, form in _PLACE.items()},
        },
    ),
    Fields(
        "Client.getOne",
        alone,
        "Clients",
        Basis.OTHERS,
        {
            "client": OBJECT,
            **_below("client", _THIRD),
            "address": LISTED,
            **_below("address.*", {"id": ID, **_PLACE, "linkedtype?": TEXT}),
        },
    ),
    Fields(
        "Client.getOne",
        alone,
        "Clients",
        Basis.OTHERS,
        {
            "corporation": OBJECT,
            **_below("corporation", {"name": TEXT, **_REACHED, "vat": TEXT, "mainaddressid?": ID}),
        },
        "company",
    ),
    Fields(
        "Client.getOne",
        alone,
        "Clients",
        Basis.OTHERS,
        {
            "contact": OBJECT,
            **_below("contact", {"name": TEXT, "forename": TEXT, "fullName?": TEXT, **_REACHED}),
        },
        "person",
    ),
    Fields(
        "Prospects.getOne",
        alone,
        "Clients",
        Basis.DOCUMENTED,
        {"prospect": OBJECT, **_below("prospect", {"id": ID, "type": _TYPE})},
    ),
    Fields(
        "Addresses.getList",
        listed,
        "Addresses",
        Basis.OTHERS,
        {"id": ID, "linkedtype": TEXT, "linkedid": ID, **_PLACE},
    ),
    Fields("Document.getList", listed, "Documents: reading", Basis.RECORDED, _DOCUMENT),
    Fields(
        "Document.getOne",
        alone,
        "Documents: reading",
        Basis.RECORDED,
        {
            **_DOCUMENT,
            "rowsAmount": AMOUNT,
            "discountAmount": AMOUNT,
            "discountPercent": AMOUNT,
            "map": OBJECT,
            "map.rows": KEYED,
            **_below("map.rows.*", _ROW),
            "shipAddress": OBJECT,
            "thirdAddress": OBJECT,
            **_below("thirdAddress", {"originalid": ID, **_PLACE}),
        },
    ),
    Fields(
        "Briefcases.getList",
        listed,
        "Files",
        Basis.RECORDED,
        {"id": ID, "file_fullname?": TEXT, "name?": TEXT, "extension": TEXT, "size": DIGITS},
    ),
)
