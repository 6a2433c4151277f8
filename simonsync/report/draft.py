"""A draft as `preview` and `explain` show it: the very value that push sends, printed [3.4]."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind, Totals, totals
from simonsync.messages.kinds import Message
from simonsync.messages.render import Language, render
from simonsync.rules.einvoicing import RULE_OF
from simonsync.store.ledger import LedgerEntry, Status

_OVER = {
    Status.SENT: "work-order-already-sent",
    Status.DELETED: "draft-deleted-in-sellsy",
    Status.NEVER: "work-order-settled-for-ever",
}
"""Why a work order is not sent, whatever its draft would be."""


def draft_as_json(
    number: str,
    decision: DraftInvoice | Message,
    entry: LedgerEntry | None,
    language: Language,
    zone: tzinfo,
) -> dict[str, Any]:
    """Return a decision in the form that scripts read; amounts are strings, codes are never translated.

    `entry` says what became of the work order so far: what was sent is not sent again.
    """
    over = None if entry is None else _OVER.get(entry.status)
    document = None if entry is None else entry.document_id
    if isinstance(decision, Message):
        return {
            "number": number,
            "would_send": False,
            "reason": over or decision.kind.code,
            "document": document,
            "customer": None,
            "subject": None,
            "reference": None,
            "note": None,
            "service_dates": None,
            "price_category": None,
            "delivery": None,
            "findings": [
                finding_as_json(each, language, zone) for each in decision.causes if each.kind in RULE_OF
            ],
            "lines": [],
            "totals": None,
            "computed": None,
        }
    return {
        "number": number,
        "would_send": over is None,
        "reason": over,
        "document": document,
        "customer": decision.customer.id,
        "subject": decision.subject,
        "reference": decision.reference,
        "note": decision.note,
        "service_dates": _service_dates(decision),
        "price_category": decision.price_category or None,
        "delivery": None if decision.delivery is None else decision.delivery.id,
        "findings": [finding_as_json(each, language, zone) for each in decision.findings],
        "lines": [_line(line, language, zone) for line in decision.lines],
        "totals": totals_as_json(totals(decision.lines)),
        # Only a preview lets Sellsy compute.
        "computed": None,
    }


def finding_as_json(found: Message, language: Language, zone: tzinfo) -> dict[str, str]:
    """Return what an e-invoice would lack; an error would be refused."""
    text, remedy = render(found, language, zone)
    return {
        "rule": RULE_OF[found.kind],
        "severity": found.kind.severity.value,
        "code": found.code,
        "text": text,
        "remedy": remedy,
    }


def _service_dates(draft: DraftInvoice) -> dict[str, str] | None:
    if draft.service_from is None or draft.service_until is None:
        return None
    return {"from": draft.service_from.isoformat(), "until": draft.service_until.isoformat()}


def totals_as_json(sums: Totals) -> dict[str, Any]:
    """Return totals by their French names, which the field uses in every language."""
    return {
        "ht": str(sums.before_tax),
        "tva": [
            {"rate": f"{tax.rate.normalize():f}", "base": str(tax.base), "amount": str(tax.amount)}
            for tax in sums.taxes
        ],
        "ttc": str(sums.with_tax),
    }


def _line(line: DraftLine, language: Language, zone: tzinfo) -> dict[str, Any]:
    priced = line.kind is not LineKind.COMMENT
    text = " – ".join(part for part in (line.name, line.text) if part)
    return {
        "kind": line.kind.value,
        "source": line.source,
        "product": None if line.product is None else line.product.ext_key,
        "text": text,
        "quantity": f"{line.quantity:f}" if priced else None,
        "unit": line.unit if priced else None,
        "unit_price": f"{line.unit_price:f}" if priced else None,
        "tax_rate": f"{line.tax_rate.normalize():f}" if priced else None,
        "total": str(line.total) if priced else None,
        "why": render(line.why, language, zone)[0],
    }
