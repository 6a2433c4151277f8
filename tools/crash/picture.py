"""What both services and the journal look like in the end, as values that two runs can be compared by."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simonsync.messages.kinds import TO_LOOK_AT
from simonsync.rules.marker import marker_in
from simonsync.store.journal import Entry

Said = tuple[str, str, str]
"""Code, table and number of a line of the journal."""

STAMPS = {"CreationDate", "MutationDate", "created", "updated", "displayed", "readable_from"}
GIVEN_BY_SELLSY = {"id", "map_id", "ident"}
LINKS = {
    "CustomerId": "Customer",
    "LocationId": "Location",
    "WorkOrderId": "WorkOrder",
    "ItemId": "Item",
    "ItemGroupId": "ItemGroup",
}
SPEAKING = ("ExtKey", "Number", "Code", "FileName", "SurveyName", "Name", "Description")

ON_THE_WAY = frozenset(
    {
        "case-resolved",
        "creates-wait",
        "customer-updated",
        "document-unavailable",
        "document-upload-failed",
        "draft-adopted",
        "draft-created-again",
        "draft-refused",
        "item-updated",
        "outcome-unknown",
        "record-refused",
        "record-unconfirmed",
        "sellsy-credentials-refused",
        "service-unavailable",
        "simon-credentials-refused",
        "sync-resumed",
        "work-address-updated",
    }
)
"""What a disturbed run may say beyond an undisturbed one on its way; none of it stays open."""
SAME_NEWS = (
    ("draft-created", "draft-adopted", "draft-created-again"),
    ("customer-created", "customer-updated"),
    ("item-created", "item-updated"),
)
"""Ways to say that a draft is there, or that a record is what it must be."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The end of a scenario.

    Attributes:
        sellsy, simon: what is there, by kind, as texts without ids and stamps.
        said: what the journal says, and `still_open` what of it still needs someone.
        documents: how many documents each marker has.
        files: how many files each customer has under each name.
    """

    sellsy: Mapping[str, list[str]]
    simon: Mapping[str, list[str]]
    said: frozenset[Said]
    still_open: frozenset[Said]
    documents: Mapping[str, int]
    files: Mapping[str, int]


def picture(sellsy: Mapping[str, Any], simon: Mapping[str, Any], journal: Iterable[Entry]) -> Picture:
    """Take a picture of both worlds and the journal."""
    entries = list(journal)
    return Picture(
        sellsy={kind: _texts(records.values(), GIVEN_BY_SELLSY) for kind, records in sellsy.items()},
        simon={
            entity: _texts((_linked(row, simon) for row in rows.values()), {"Id"})
            for entity, rows in simon.items()
        },
        said=frozenset(_said(entry) for entry in entries),
        still_open=frozenset(_said(entry) for entry in entries if entry.open),
        documents=Counter(
            mark for each in sellsy["documents"].values() if (mark := marker_in(each["subject"]))
        ),
        files=Counter(f"{each['linkedid']} {each['name']}" for each in sellsy["files"].values()),
    )


def differences(
    undisturbed: Picture, found: Picture, also_said: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Say what is wrong with the end of a disturbed scenario, compared with that of an undisturbed one.

    `also_said`: codes that this disturbance may add to the journal, beside those of `ON_THE_WAY`.
    """
    for what, counted in (("document", found.documents), ("file", found.files)):
        for name, count in counted.items():
            if count > 1:
                yield f"duplicate: {count} times the {what} {name}"
    yield from _set_differences("Sellsy's", undisturbed.sellsy, found.sellsy)
    yield from _set_differences("Simon's", undisturbed.simon, found.simon)
    for said in sorted(undisturbed.said - found.said):
        ways = next((codes for codes in SAME_NEWS if said[0] in codes), (said[0],))
        if not any((code, *said[1:]) in found.said for code in ways):
            yield f"loss: the journal does not say {said}"
    for said in sorted(found.said - undisturbed.said):
        if said[0] not in ON_THE_WAY | also_said:
            yield f"journal: it says {said}, without a cause"
    for said in sorted(found.still_open ^ undisturbed.still_open):
        if said in found.still_open and said[0] in also_said and said[0] in TO_LOOK_AT:
            # What is to be looked at on a draft stays open until somebody has looked.
            continue
        yield f"journal: {said} is open on one side only"


def _set_differences(
    whose: str, expected: Mapping[str, list[str]], found: Mapping[str, list[str]]
) -> Iterator[str]:
    for kind, records in expected.items():
        missing, more = Counter(records), Counter(found[kind])
        for text in (missing - more).elements():
            yield f"loss: {whose} {kind} lack {text}"
        for text in (more - missing).elements():
            yield f"too much: {whose} {kind} have {text}"


def _said(entry: Entry) -> Said:
    return entry.message.kind.code, entry.table.value, entry.number


def _texts(records: Iterable[Mapping[str, Any]], dropped: set[str]) -> list[str]:
    return sorted(
        json.dumps(_without(record, dropped | STAMPS), sort_keys=True, ensure_ascii=False)
        for record in records
    )


def _without(value: Any, dropped: set[str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _without(member, dropped) for name, member in value.items() if name not in dropped}
    if isinstance(value, list):
        return [_without(member, dropped) for member in value]
    return value


def _linked(row: Mapping[str, Any], simon: Mapping[str, Any]) -> dict[str, Any]:
    """Name what a row points at by what it says instead of by its Id."""
    links = {
        name: _label(simon[entity].get(str(row[name]), {})) for name, entity in LINKS.items() if row.get(name)
    }
    return {**row, **links}


def _label(row: Mapping[str, Any]) -> str:
    return next((str(row[name]) for name in SPEAKING if row.get(name)), "")
