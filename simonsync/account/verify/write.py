"""Make one draft for a customer, look for it and send one file: what can be seen only so.

The draft carries a tag of its own and no marker, so that no run takes it for one of ours. It is sent once:
one that an earlier call left behind must be deleted first, and where the outcome is unknown nothing more is
sent.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final

from simonsync.account.verify.ask_sellsy import SellsyAnswers, answered
from simonsync.account.verify.draft import (
    CREATED,
    FILES,
    LISTED,
    MEASURED,
    READ,
    SENT,
    TAG,
    UPLOADED,
    made_id,
)
from simonsync.account.verify.facts import Answered
from simonsync.domain.draft import DraftInvoice, DraftLine, LineKind
from simonsync.domain.key import Key, Kind, sellsy_key
from simonsync.errors import CredentialsRefused, NotSent, OutcomeUnknown, UsageError
from simonsync.messages.kinds import LINE_DESCRIPTION, Message
from simonsync.sellsy.v1 import records
from simonsync.sellsy.v1.client import Upload
from simonsync.sellsy.v1.draft import create_params
from simonsync.sellsy.v1.values import members, section, text, wire_id
from simonsync.sync.run import Clocks

SUBJECT: Final = "simonsync verify"
FILE: Final = "simonsync-verify.pdf"
TRYING_TEXT: Final = "A & B < C > D \"E\" 'F' éàç\nsimonsync verify"
"""What people type and HTML does not like; more than one line."""
_QUANTITY: Final = Decimal("0.25")
_PRICE: Final = Decimal("4.5")
_DISCOUNT: Final = Decimal(10)
_PAUSES: Final = (0, 1, 2, 4, 8, 15)
_LONGEST: Final = 30
_EARLIER: Final = timedelta(days=1)
"""How far before its making the draft is looked for: clocks and zones differ."""
_AGES: Final = (300, 3600, 86_400)
"""Seconds by which a question is signed too early."""
_STEPS: Final = (1, 5, 15, 20, 30, 60)
"""Minutes after which a nonce is sent again, one nonce for each: a refusal may lengthen its memory."""


@dataclass
class Left:
    """What a call leaves in Sellsy, for a person to delete.

    Attributes:
        document, file: their ids; "" where there is none.
        unknown: whether something was sent of which nobody knows whether it arrived.
        problem: why the writing ended early.
    """

    customer: Key
    name: str
    document: str = ""
    file: str = ""
    unknown: bool = False
    problem: Message | None = None


def find_customer(asked: SellsyAnswers, customer: str) -> Left:
    """Find the customer, and make sure that no earlier draft of this kind is there.

    Raises UsageError where there is no such customer, an earlier draft, or no way to tell.
    """
    record = customer.removeprefix("customer:").strip()
    if not record.isascii() or not record.isdecimal():
        raise UsageError("verify-customer-unknown", customer=customer)
    found = asked.ask("Client.getOne chosen", clientid=wire_id(record))
    if not found:
        raise UsageError("verify-customer-unknown", customer=customer)
    key = sellsy_key(Kind.CUSTOMER, record)
    left = Left(key, _name_of(found) or str(key))
    for name, search in _searches(key):
        label = f"{LISTED} {name}"
        rows = asked.page(label, doctype="invoice", includePayments="N", search=search)
        ours = [row for row in rows if TAG in {text(each.get("word")) for each in members(row.get("tags"))}]
        if asked.found[label].refusal:
            raise UsageError("verify-cannot-look", refusal=asked.found[label].refusal)
        if ours:
            raise UsageError("verify-draft-there", document=text(ours[0].get("id")))
        if rows and name == "by-tag":
            # Who is shown others does not see all of those that were asked for.
            raise UsageError("verify-cannot-look", refusal="search.tags")
    return left


def _name_of(customer: object) -> str:
    """Name a customer for the question, as far as the answer is what it is believed to be."""
    try:
        return records.customer_alone(section(customer), "").name
    except (KeyError, TypeError, ValueError):
        return ""


def _searches(customer: Key, since: datetime | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Say how the draft is looked for, as a run looks for its own; one page must do."""
    window = {} if since is None else {"periodecreationDate_start": int((since - _EARLIER).timestamp())}
    yield "by-tag", {"tags": TAG, **window}
    yield "by-customer", {"thirds": [wire_id(customer.id)], **window}


def write(
    asked: SellsyAnswers,
    left: Left,
    clocks: Clocks,
    zone: tzinfo,
    *,
    patience: timedelta,
    wait: timedelta,
) -> None:
    """Make the draft, look for it, send a file, and see what becomes of nonces; note it in `left` at once.

    The draft is looked for during `patience`, nonces are sent again during `wait`; `zone` is the one in which
    Sellsy writes moments. Raises CredentialsRefused, ServiceUnavailable and Stopped; what there is by then
    stands in `left`.
    """
    measured: dict[str, Any] = {}
    asked.found[MEASURED] = Answered(measured)
    spent, begun = _spend(asked, measured, clocks, wait), clocks.elapsed()
    if not _create(asked, left, clocks, zone, measured):
        return
    _look_for(asked, left, clocks, measured, patience)
    _upload(asked, left, measured)
    nonces = measured.setdefault("nonces", {})
    for minutes, nonce in spent.items():
        clocks.sleep(max(0.0, begun + minutes * 60 - clocks.elapsed()))
        seen = asked.client.is_spent(nonce)
        nonces[clocks.elapsed() - begun] = seen


def _spend(asked: SellsyAnswers, measured: dict[str, Any], clocks: Clocks, wait: timedelta) -> dict[int, str]:
    """Send a nonce twice, others once, and questions that are signed with an old time."""
    ages = measured.setdefault("ages", {})
    first = secrets.token_hex(16)
    if asked.client.is_spent(first) is None:
        return {}
    measured["twice"] = asked.client.is_spent(first)
    for age in _AGES:
        at = int(((asked.client.session.server_time or clocks.now()) - timedelta(seconds=age)).timestamp())
        try:
            asked.client.is_spent(secrets.token_hex(16), at)
            ages[age] = "accepted"
        except CredentialsRefused as refused:
            ages[age] = f"refused ({refused.problems[0].params.get('cause', '')})"
            break
    spent = {each: secrets.token_hex(16) for each in (0, *_STEPS) if timedelta(minutes=each) <= wait}
    for nonce in spent.values():
        asked.client.is_spent(nonce)
    return spent


def _draft(asked: SellsyAnswers, left: Left, today: datetime, zone: tzinfo) -> DraftInvoice:
    """Compose a draft of a comment, an article where there is one, and a free line with a discount."""
    why = Message(LINE_DESCRIPTION)
    taxes = [records.tax(each) for each in members(asked.found["Accountdatas.getTaxes"].response)]
    units = [text(each.get("value")) for each in members(asked.found["Accountdatas.getUnits"].response)]
    tax = next((each for each in taxes if each.enabled), None)
    priced: dict[str, Any] = {
        "quantity": _QUANTITY,
        "unit": next(filter(None, units), ""),
        "tax_id": tax.id if tax else "",
        "tax_rate": tax.rate if tax else Decimal(0),
    }
    lines = [DraftLine(LineKind.COMMENT, "", why, text=TRYING_TEXT)]
    items = section(asked.found["Catalogue.getList active item"].response).get("result")
    for product in (records.product(each, Kind.ITEM, {}) for each in members(items)):
        more = {**priced, "unit": product.unit or priced["unit"]}
        lines.append(
            DraftLine(
                *(LineKind.ITEM, "", why),
                name=product.reference,
                text=product.name,
                product=product.key,
                unit_price=product.unit_price,
                **more,
            )
        )
        break
    lines.append(
        DraftLine(LineKind.FREE, "", why, name=SUBJECT, unit_price=_PRICE, discount=_DISCOUNT, **priced)
    )
    day = today.astimezone(zone).date()
    return DraftInvoice(
        *("", "", "", left.customer, SUBJECT, tuple(lines), SUBJECT, TRYING_TEXT, day, day),
    )


def _create(asked: SellsyAnswers, left: Left, clocks: Clocks, zone: tzinfo, measured: dict[str, Any]) -> bool:
    """Make the draft, once, and tell whether there is one of which we know the id."""
    now = asked.client.session.server_time or clocks.now()
    try:
        draft = _draft(asked, left, now, zone)
    except (KeyError, TypeError, ValueError):
        # What it is made of is not as believed; the facts tell what.
        left.problem = Message.of("verify-cannot-compose")
        return False
    params = create_params(draft, now, zone)
    params["document"]["tags"] = TAG
    if not _sent(asked, left, CREATED, lambda: asked.client.call(CREATED, params, lambda it: it)):
        return False
    asked.found[SENT] = Answered(draft)
    left.document = made_id(asked.found[CREATED].response, "doc_id")
    left.unknown = not left.document
    measured["made-at"] = asked.client.session.server_time or clocks.now()
    return bool(left.document)


def _sent(asked: SellsyAnswers, left: Left, label: str, send: Callable[[], Any]) -> bool:
    """Send something that is sent once, and tell whether it is there."""
    try:
        asked.found[label] = answered(send)
    except OutcomeUnknown as error:
        left.unknown, left.problem = True, error.problems[0]
        return False
    except NotSent as error:
        left.problem = error.problems[0]
        return False
    return not asked.found[label].refusal


def _look_for(
    asked: SellsyAnswers, left: Left, clocks: Clocks, measured: dict[str, Any], patience: timedelta
) -> None:
    """Look for the draft by itself, by its tag and by its customer, and note after how long each shows it."""
    begun = clocks.elapsed()
    waiting = {"by-id", "by-tag", "by-customer"}
    pauses = iter(_PAUSES)
    while waiting and clocks.elapsed() - begun < patience.total_seconds():
        clocks.sleep(next(pauses, _LONGEST))
        if "by-id" in waiting:
            asked.ask(READ, doctype="invoice", docid=wire_id(left.document))
            if asked.found[READ].response:
                waiting.discard("by-id")
                measured["by-id"] = clocks.elapsed() - begun
        for name, search in _searches(left.customer, measured["made-at"]):
            if name not in waiting:
                continue
            rows = asked.page(f"{LISTED} {name}", doctype="invoice", includePayments="N", search=search)
            if left.document in {text(row.get("id")) for row in rows}:
                waiting.discard(name)
                measured[name] = clocks.elapsed() - begun
        measured["looked-for"] = clocks.elapsed() - begun


def _upload(asked: SellsyAnswers, left: Left, measured: dict[str, Any]) -> None:
    """Put a small file among the customer's documents, once, and look whether it is listed."""
    content = _page()
    measured["file"] = (FILE, len(content))
    linked = {"linkedtype": "third", "linkedid": wire_id(left.customer.id)}
    upload = Upload(FILE, content, "application/pdf")
    if _sent(asked, left, UPLOADED, lambda: asked.client.call(UPLOADED, linked, lambda it: it, upload)):
        left.file = made_id(asked.found[UPLOADED].response, "file_id")
        left.unknown = left.unknown or not left.file
    asked.page(FILES, search={**linked, "mode": "files"})


def _page() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    content = io.BytesIO()
    canvas = Canvas(content, pagesize=(200, 100), invariant=True)
    canvas.drawString(20, 50, SUBJECT)
    canvas.save()
    return content.getvalue()
