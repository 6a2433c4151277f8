"""A watcher of silence: what the program says of the two services must be true of the two services.

Whoever reads "deleted" or "filtered" stops looking. So each such word is held against both worlds, and what
is not true is as bad as a loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simonsync.messages.kinds import Severity, Table
from simonsync.sandbox.box import Sandbox
from simonsync.store.journal import Entry
from tools.soak.memory import Memory
from tools.soak.people import FILTER_WORD

Row = Mapping[str, Any]


def untrue(journal: Iterable[Entry], box: Sandbox, memory: Memory) -> Iterator[str]:
    """Say what the journal holds for true although the services say otherwise.

    Of a work order its last word on the matter counts: what was told before may have been true then.
    """
    orders = {str(row["Id"]): row for row in box.simon.rows("WorkOrder")}
    last: dict[tuple[str, str], Entry] = {}
    held: set[str] = set()
    for entry in journal:
        if entry.open and entry.message.kind.severity is Severity.ERROR:
            held.add(entry.record)
        if entry.table is Table.WORK_ORDER and entry.message.kind.code in _FATES:
            last[entry.record, _FATES[entry.message.kind.code]] = entry
    for (record, fate), entry in last.items():
        row = orders.get(record)
        if fate == "filter" and record in held:
            # It is looked at again, and people are told why it waits.
            continue
        if row is not None and row["Number"] == entry.number:
            yield from _untrue(entry, row, box, memory)


_FATES = {
    "work-order-deleted": "order",
    "work-order-filtered": "filter",
    "draft-deleted-in-sellsy": "draft",
    "draft-created": "draft",
    "draft-created-again": "draft",
    "draft-adopted": "draft",
    "draft-shown-again": "draft",
}
"""The words by which a work order is put aside, and those that take them back, by what they are about."""


def _untrue(entry: Entry, row: Row, box: Sandbox, memory: Memory) -> Iterator[str]:
    number, code = entry.number, entry.message.kind.code
    if code == "work-order-deleted" and entry.open:
        yield f"work order {number} is said to be deleted in Simon, where it is {row['Status']}"
    if code == "work-order-filtered" and row["Status"] == "Archived":
        text = f"{row['Description']} {row['WorkDone']}".casefold()
        if FILTER_WORD not in text and not memory.live(number) and not memory.copies(number):
            yield f"work order {number} is said to be filtered, and its text is {text!r}"
    if code == "draft-deleted-in-sellsy" and entry.open:
        document = box.sellsy.documents.get(int(entry.message.params["document"]))
        if document is not None and box.sellsy.readable(document):
            yield f"the draft {document.id} of work order {number} is said to be deleted, and it is there"
