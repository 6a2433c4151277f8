"""How Sellsy writes documents: lists have ISO dates and no rows, single ones display dates and rows."""

from typing import Any

from simonsync.sandbox.sellsy import write_catalogue
from simonsync.sandbox.sellsy.records import Address, Customer, Document, Row
from simonsync.sandbox.sellsy.totals import PRICED, Totals, row_total, subtotals, totals
from simonsync.sandbox.sellsy.wire import (
    display_date,
    html_lines,
    iso_date,
    keyed,
    local_time,
    money_text,
    nine,
    php_amounts,
    yes_no,
)
from simonsync.sandbox.sellsy.world import STEPS, SellsyWorld

_STEP_LABELS = {
    "draft": "Brouillon",
    "due": "À régler",
    "payinprogress": "Paiement partiel",
    "paid": "Payée",
    "late": "En retard",
    "cancelled": "Annulé",
    "sent": "Envoyé",
    "read": "Lu",
    "accepted": "Accepté",
    "refused": "Refusé",
    "expired": "Expiré",
    "advanced": "Acompte",
    "partialinvoiced": "Partiellement facturé",
    "invoiced": "Facturé",
}
_GONE = "(client supprimé)"


def _shared(world: SellsyWorld, document: Document, sums: Totals) -> dict[str, Any]:
    """Write what a document says in a list and by itself alike."""
    third = world.customers.get(document.third_id)
    currency = world.currencies[document.currency_id]
    tags = keyed(
        {
            str(number): {
                "id": str(number),
                "word": word,
                "category": "",
                "linkedtype": "document",
                "linkedid": str(document.id),
            }
            for number, word in enumerate(document.tags, 7001)
        }
    )
    per_rate = ((f"{rate:.2f}", tax) for rate, _, tax in sums.per_rate)
    label = _STEP_LABELS.get(document.step, document.step)
    return {
        "id": str(document.id),
        "doctypeid": str(list(STEPS).index(document.doctype) + 1),
        "docmapid": str(document.map_id),
        "ident": document.ident,
        "step": document.step,
        "step_id": document.step,
        "step_label": label,
        "step_hex": "CCCCCC",
        "status": "ok",
        "created": local_time(document.created, world.company.zone),
        "payDateCustom": "",
        "thirdid": str(document.third_id),
        "thirdident": document.third_ident or (third.ident if third else ""),
        "thirdname": third.full_name if third else _GONE,
        "thirdemail": third.email if third else "",
        "thirdtel": third.tel if third else "",
        "thirdmobile": third.mobile if third else "",
        "thirdvatnum": third.vat if third else "",
        "thirdRelationType": third.relation if third else "client",
        "auxCode": third.auxcode if third else "",
        "contactId": str(document.contact_id or (third.main_contact_id if third else 0)),
        "contactName": _contact_name(third),
        "subject": html_lines(document.subject),
        "notes": html_lines(document.notes),
        "note": html_lines(document.notes),
        "ownerid": "31001",
        "ownerFullName": "Camille Moreau",
        "docspeakerStaffId": "31001",
        "parentid": str(document.parent_id),
        "corpaddressid": str(world.company.address.id),
        "thirdaddressid": str(document.third_address_id),
        "shipaddressid": str(document.ship_address_id),
        "rowsAmount": nine(sums.rows),
        "discountPercent": nine(sums.discount_percent),
        "discountAmount": nine(sums.discount),
        "rowsAmountDiscounted": nine(sums.taxes_free),
        "offerAmount": nine(sums.taxes_free),
        "rowsAmountAllInc": nine(sums.all_included),
        "packagingsAmount": nine(sums.rows * 0),
        "shippingsAmount": nine(sums.rows * 0),
        "totalAmountTaxesFree": nine(sums.taxes_free),
        "taxesAmountSum": nine(sums.taxes),
        "taxesAmountDetails": php_amounts(per_rate),
        "totalAmount": nine(sums.all_included),
        **({"dueAmount": nine(_due(document, sums))} if document.doctype == "invoice" else {}),
        "isDeposit": "N",
        "hasDoubleVat": "N",
        "rateCategory": str(document.rate_category),
        "isTaxesInc": "N",
        "currencyid": str(document.currency_id),
        "currencysymbol": currency.symbol,
        "bankaccountid": "0",
        "marge": "0.000000000",
        "fileid": "0",
        "filename": "",
        "nbpages": "1",
        "noedit": yes_no(document.step != "draft"),
        "analyticsCode": "",
        "tags": tags,
        "smartTags": tags,
        "customfields": {"_xml_childtag": "customfield"},
        "formatted_totalAmount": money_text(sums.all_included, currency.symbol),
        "formatted_totalAmountTaxesFree": money_text(sums.taxes_free, currency.symbol),
    }


def _due(document: Document, sums: Totals) -> Any:  # noqa: ANN401 - Decimal
    return sums.rows * 0 if document.step in ("paid", "cancelled") else sums.all_included


def _contact_name(third: Customer | None) -> str:
    contact = next((c for c in third.contacts if c.link_id == third.main_contact_id), None) if third else None
    return f"{contact.forename} {contact.name}".strip() if contact else ""


def document_in_list(world: SellsyWorld, document: Document) -> dict[str, Any]:
    """Write a document as `Document.getList` does: no rows, ISO dates."""
    return _shared(world, document, totals(document)) | {
        "displayedDate": iso_date(document.displayed),
        "expireDate": iso_date(document.expires),
        "formatted_displayedDate": display_date(document.displayed),
    }


def document_alone(world: SellsyWorld, document: Document) -> dict[str, Any]:
    """Write a document as `Document.getOne` does: rows, addresses, reference tables, display dates."""
    sums = totals(document)
    shown = subtotals(document.rows)
    rows = {str(row.id): _row(document, rank, row, shown) for rank, row in enumerate(document.rows, 1)}
    third = world.customers.get(document.third_id)
    return _shared(world, document, sums) | {
        "doctype": document.doctype,
        "displayedDate": display_date(document.displayed),
        "expireDate": display_date(document.expires),
        "map": {
            "docid": str(document.id),
            "id": str(document.map_id),
            # The order of keys means nothing in the real service, only `rank` does: so they stand reversed.
            "rows": keyed(dict(reversed(rows.items())), childtag="row"),
        },
        "corpAddress": _address_copy(world.company.address),
        "thirdAddress": _address_copy(_address(third, document.third_address_id)),
        "shipAddress": _address_copy(_address(third, document.ship_address_id)),
        # The same member is a list in one group and a map in the next.
        "customfieldsGroups": {
            "nogroup": {"name": "", "list": []},
            "1": {"name": "Divers", "list": {"4412": {"cfid": "4412", "code": "chantier"}}},
        },
        "relateds": [],
        "related": {"payments": [], "deposits": [], "creditnotes": []},
        "parentsAndPayments": [],
        "vatSummary": {
            f"{rate:.2f}": {"rate": nine(rate), "base": nine(base), "amount": nine(tax)}
            for rate, base, tax in sums.per_rate
        }
        or [],
        "taxes": write_catalogue.taxes(world),
        "units": write_catalogue.units(world),
        "currencies": write_catalogue.currencies(world),
        "paydates": [],
        "paymediums": [],
        "doclayouts": [],
        "shippings": [],
        "packagings": [],
        "sellCodes": [],
    }


def _address(third: Customer | None, address_id: int) -> Address | None:
    if third is None:
        return None
    return next((a for a in third.addresses if a.id == address_id), third.main_address)


def _address_copy(address: Address | None) -> dict[str, Any] | list[Any]:
    """Write the copy of an address that is printed on a document; it has an id of its own."""
    if address is None:
        return []
    return {
        "id": str(address.id + 9_000_000),
        "originalid": str(address.id),
        "name": address.name,
        "part1": address.part1,
        "part2": address.part2,
        "part3": address.part3,
        "part4": address.part4,
        "zip": address.zip,
        "town": address.town,
        "state": address.state,
        "countrycode": address.countrycode,
    }


def _row(document: Document, rank: int, row: Row, shown: dict[int, Any]) -> dict[str, Any]:
    """Write one row. Where titles and comments keep their text is not documented; `notes` is taken."""
    amount = shown.get(row.id, row_total(row))
    tax = amount * row.tax_rate / 100
    return {
        "id": str(row.id),
        "docmapid": str(document.map_id),
        "rank": str(rank),
        "type": row.type,
        "linkedid": str(row.linked_id),
        "declid": str(row.decl_id),
        "name": row.name,
        "notes": html_lines(row.notes),
        "unitAmount": nine(row.unit_amount),
        "unitAmountTaxesInc": nine(row.unit_amount * (1 + row.tax_rate / 100)),
        "unitid": "0",
        "unitText": row.unit,
        "qt": nine(row.quantity),
        "discount": nine(row.discount),
        "discountUnit": row.discount_unit,
        "discountPercent": nine(row.discount if row.discount_unit == "percent" else row.discount * 0),
        "taxid": str(row.tax_id),
        "taxrate": nine(row.tax_rate),
        "tax2id": "0",
        "tax2rate": "0.000000000",
        "taxAmount": nine(tax),
        "totalAmount": nine(amount),
        "totalAmountTaxesInc": nine(amount + tax),
        "purchaseAmount": nine(row.purchase_amount),
        "isOption": yes_no(row.is_option),
        "useEcoTax": "N",
        "ecoTax": "0.000000000",
        "accountingCode": "",
        "analyticsCode": "",
        "whid": "0",
        "bcid": "0",
        "serialid": "0",
        "tauxMarge": "0.000000000",
        "formatted_totalAmount": money_text(amount) if row.type in PRICED else "",
    }
