"""The fields of Sellsy's answers that the program reads, each once with the form it is believed to have.

In the table a field is its name or path, a `?` where it may be absent, and after `=` its form, where that is
not text. What stands in brackets is below the path before the colon: `client: (id=id type=type)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from simonsync.account.verify import forms
from simonsync.account.verify.facts import Basis
from simonsync.account.verify.forms import WireForm, one_of
from simonsync.sellsy.v1.values import Record, members, section

Rows = Callable[[Any], Iterator[Record]]
_WORD: Final = re.compile(r"(?P<path>[\w.*?]+)(?:=(?P<form>[\w-]+))?(?::\s*\((?P<below>[^()]*)\))?")
_FORMS: Final = {
    "id": forms.ID,
    "amount": forms.AMOUNT,
    "date-time": forms.DATE_TIME,
    "country": forms.COUNTRY,
    "currency": forms.CURRENCY,
    "digits": forms.DIGITS,
    "yes-no": forms.YES_NO,
    "object": forms.OBJECT,
    "whole": forms.WHOLE,
    "number": forms.NUMBER,
    "iso": forms.ISO,
    "boolean": forms.BOOLEAN,
    "keyed": forms.KEYED,
    "listed": forms.LISTED,
    "type": one_of("corporation", "person"),
    "relation": one_of("client", "prospect", "supplier"),
    "step": one_of(
        *("draft", "due", "payinprogress", "paid", "late", "cancelled"),
        *("sent", "read", "accepted", "refused", "expired", "advanced", "partialinvoiced", "invoiced"),
    ),
    "row": one_of(
        *("item", "service", "once", "comment", "title", "sum", "break", "empty", "shipping", "packaging")
    ),
    "discount": one_of("percent", "amount"),
}


def fields_of(text: str) -> dict[str, WireForm]:
    """Read the notation of the table."""
    found: dict[str, WireForm] = {}
    for word in _WORD.finditer(text):
        path, form, below = word["path"], word["form"], word["below"]
        if form or not below:
            found[path] = _FORMS[form] if form else forms.TEXT
        inner = fields_of(below or "")
        found |= {f"{path}.{name}": form for name, form in inner.items()}
    return found


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


_PLACE = "name part1 part2 part3? part4? zip town state? countrycode=country"
_PRODUCT = """
    id=id declid=id decl_id?=id name tradename unit unitAmount=amount unitAmountIsTaxesFree=yes-no
    unitAmountTaxesInc=amount taxid=id taxrate=amount categoryid=id actif=yes-no prices=listed
    prices.*: (rcid=id declid=id amount=amount hasTaxesInc=yes-no taxrate=amount currencyid=id)
"""
_DOCUMENT = """
    id=id ident step=step thirdid=id subject notes totalAmountTaxesFree=amount created=date-time currencyid=id
    tags=listed tags.*.word
"""
_THIRD = """
    id=id type=type ident actif=yes-no relationType?=relation rateCategory?=id mainaddressid?=id
    thirdid?=id maincontactid=id name?
    fullName? vat? siret? siren? email? tel? mobile?
"""
_CONTACTS = "contacts=listed contacts.*: (id=id forename name position email tel mobile)"
_CLIENTS, _REFERENCE, _READING = "Clients", "Reference data", "Documents: reading"
_ROWS: Final = (
    (
        *("Infos.getInfos", alone, "Infos", Basis.RECORDED),
        "userdatas=object: (corpId=id corpName currencyId=id)",
    ),
    ("Accountdatas.getTaxes", members, _REFERENCE, Basis.RECORDED, "id=id value=amount isEnabled=yes-no"),
    ("Accountdatas.getUnits", members, _REFERENCE, Basis.OTHERS, "value"),
    ("Accountdatas.getRateCategories", members, _REFERENCE, Basis.OTHERS, "id=id isDefault?=yes-no"),
    ("AccountPrefs.getCurrencies", members, _REFERENCE, Basis.OTHERS, "id=id name=currency"),
    (
        *("AccountPrefs.getCorpInfos", alone, _REFERENCE, Basis.INFERRED),
        "addr_countrycode?=country countrycode?=country vat?",
    ),
    ("Catalogue.getCategories", members, "Catalogue", Basis.OTHERS, "id=id name"),
    ("Catalogue.getList", listed, "Catalogue", Basis.RECORDED, _PRODUCT),
    ("Catalogue.getOne", alone, "Catalogue", Basis.OTHERS, f"{_PRODUCT} declinations?=listed"),
    (
        *("Client.getList", listed, _CLIENTS, Basis.RECORDED),
        f"""
        id=id thirdid=id ident type=type relationType=relation actif=yes-no name fullName email tel mobile vat
        siret siren rateCategory=id mainaddressid=id maincontactid=id {_CONTACTS}
        {" ".join(f"addr_{name}" for name in _PLACE.split())}
        """,
    ),
    (
        *("Client.getOne", alone, _CLIENTS, Basis.OTHERS),
        f"client=object: ({_THIRD}) address=listed address.*: (id=id linkedtype? {_PLACE})",
    ),
    (
        *("Client.getOne", alone, _CLIENTS, Basis.OTHERS),
        f"corporation=object: (name email tel mobile vat siret siren mainaddressid?=id) {_CONTACTS}",
        "company",
    ),
    (
        *("Client.getOne", alone, _CLIENTS, Basis.OTHERS),
        *("contact=object: (name forename fullName? email tel mobile)", "person"),
    ),
    ("Prospects.getOne", alone, _CLIENTS, Basis.DOCUMENTED, "prospect=object: (id=id type=type)"),
    ("Addresses.getList", listed, "Addresses", Basis.OTHERS, f"id=id linkedtype linkedid=id {_PLACE}"),
    ("Document.getList", listed, _READING, Basis.RECORDED, _DOCUMENT),
    (
        *("Document.getOne", alone, _READING, Basis.RECORDED),
        f"""
        {_DOCUMENT} rowsAmount=amount discountAmount=amount discountPercent=amount shippingsAmount=amount
        packagingsAmount=amount map=object map.rows=keyed
        map.rows.*: (
            id=id rank=id type=row linkedid=id declid=id name notes qt=amount unitText unitAmount=amount
            taxid=id taxrate=amount discount=amount discountUnit=discount isOption=yes-no
        )
        shipAddress=object thirdAddress=object: (originalid=id {_PLACE})
        """,
    ),
    (
        *("Briefcases.getList", listed, "Files", Basis.RECORDED),
        "id=id file_fullname? name? extension size=digits",
    ),
)
FIELDS: Final = tuple(
    Fields(method, rows, source, basis, fields_of(text), *label)
    for method, rows, source, basis, text, *label in _ROWS
)
