"""What is still to do, as plain data: it can be printed instead of being done, which is a dry run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from simonsync.domain.draft import DraftInvoice, LineKind, totals
from simonsync.domain.entities import ENTITIES
from simonsync.domain.key import Key
from simonsync.domain.records import NewUsedItem, NewWorkOrder, SimonRecord
from simonsync.messages.kinds import Message, Table


@dataclass(frozen=True, slots=True)
class Create:
    """Make a record in Simon."""

    record: SimonRecord


@dataclass(frozen=True, slots=True)
class Update:
    """Change a record in Simon to what Sellsy says."""

    record: SimonRecord
    target_id: str


@dataclass(frozen=True, slots=True)
class CreateWorkOrder:
    """Make a work order in Simon from a quote, with its used items [5.9].

    `look` is how the quote looks now; it counts as dealt with once everything is there.
    """

    record: NewWorkOrder
    used_items: tuple[NewUsedItem, ...]
    quote_number: str
    look: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a record from Simon.

    Attributes:
        reason: a word of the catalogue.
        key: what it is bound to; None for a record that was made in Simon.
    """

    table: str
    target_id: str
    name: str
    reason: str
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class CreateDraft:
    """Make a draft invoice in Sellsy.

    Attributes:
        content: what the work order says, to notice later changes.
        attempt: which one this is to be; where another run has begun it meanwhile, nothing is done.
        again: it is made again, after an attempt whose outcome stayed unknown.
    """

    draft: DraftInvoice
    content: Mapping[str, str]
    attempt: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Attach:
    """Put a file among the customer's documents in Sellsy.

    Attributes:
        key: names the file by its source in Simon.
        source: `work_order`, `survey` or `attachment`; `source_id` is Simon's Id of it.
        content_type, size: of an attachment, as Simon has them; None where it does not tell the length.
    """

    key: Key
    work_order_id: str
    number: str
    customer: Key
    file_name: str
    source: str
    source_id: str
    content_type: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A work order or quote that cannot go yet: an open case, planned again each run."""

    message: Message
    record: str
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """A work order that on purpose is not sent, with the content for which that holds; "" = it is deleted."""

    message: Message
    work_order_id: str
    content: str


@dataclass(frozen=True, slots=True)
class Tell:
    """A quote was edited after its work order was made: people are told once for each change."""

    message: Message
    record: str
    quote: Key
    look: str


Action = Create | Update | CreateWorkOrder | Delete | CreateDraft | Attach | Hold | Settle | Tell


@dataclass(frozen=True, slots=True)
class Plan:
    """A small batch of actions, applied and committed before the next is planned.

    Attributes:
        stream: whose cursor moves once all is applied.
        mutation: where to; None leaves the mutation date alone.
    """

    actions: tuple[Action, ...]
    stream: str | None = None
    mutation: datetime | None = None


Sink = Callable[[Plan], None]
"""Takes each plan as it is made: to apply it, or, in a dry run, to show it."""


def doing(action: Action) -> str | None:
    """Name what an action does and where, such as `create-simon`; None where it writes to neither service."""
    match action:
        case Create() | CreateWorkOrder():
            return "create-simon"
        case Update():
            return "update-simon"
        case Delete():
            return "delete-simon"
        case CreateDraft():
            return "create-sellsy"
        case Attach():
            return "attach-sellsy"
        case _:
            return None


def kind_of(action: Action) -> str:
    """Name what an action is about, such as `customer`; "" where it writes to neither service."""
    match action:
        case Create(record) | CreateWorkOrder(record) | Update(record, _):
            return record.key.kind
        case Delete(table):
            return ENTITIES[table].one
        case CreateDraft():
            return "draft_invoice"
        case Attach():
            return action.source
        case _:
            return ""


def as_json(action: Action) -> dict[str, Any] | None:
    """Describe an action for `--dry-run`; what writes to neither service is no action there."""
    name = doing(action)
    if name is None:
        return None
    what, _, target = name.partition("-")
    return {"action": what, "target": target, **_described(action)}


def _described(action: Action) -> dict[str, Any]:
    match action:
        case Create(record) | CreateWorkOrder(record):
            return _record(record, None)
        case Update(record, target_id):
            return _record(record, target_id)
        case Delete(table, target_id, name, reason, key):
            return {
                "kind": ENTITIES[table].one,
                "key": None if key is None else key.ext_key,
                "record": target_id,
                "fields": {"name": name, "reason": reason},
            }
        case CreateDraft(draft):
            return {
                "kind": "draft_invoice",
                "key": draft.marker,
                "record": draft.work_order_id,
                "fields": {
                    "number": draft.number,
                    "customer": draft.customer.id,
                    "subject": draft.subject,
                    "reference": draft.reference,
                    "note": draft.note,
                    "service_from": _plain(draft.service_from),
                    "service_until": _plain(draft.service_until),
                    "price_category": draft.price_category or None,
                    "delivery": draft.delivery.id if draft.delivery else None,
                    "lines": sum(line.kind is not LineKind.COMMENT for line in draft.lines),
                    "total": str(totals(draft.lines).before_tax),
                },
            }
        case Attach():
            return {
                "kind": action.source,
                "key": action.key.id,
                "record": action.work_order_id,
                "fields": {"customer": action.customer.id, "file_name": action.file_name},
            }
        case _:
            return {}


def _record(record: SimonRecord, target_id: str | None) -> dict[str, Any]:
    return {
        "kind": record.key.kind,
        "key": record.key.ext_key,
        "record": target_id,
        "fields": {name: _plain(field) for name, field in asdict(record).items() if name != "key"},
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 asdict gives anything a record may hold
    match value:
        case {"origin": _, "kind": kind, "id": record_id}:
            return f"{kind}:{record_id}"
        case dict():
            return {name: _plain(field) for name, field in value.items() if name != "key"}
        case Decimal() | date():
            return str(value)
        case _:
            return value
