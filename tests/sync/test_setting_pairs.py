"""Every pair of values of two settings, run over both services and compared with what the manual promises."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from simonsync.domain.key import Kind
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.sellsy.records import Document
from simonsync.settings.declaration import BY_KEY, ROUNDING_STEPS, ProductChoice, Settings, SettingType
from tests.firm import Firm, number
from tests.sync import manual
from tests.sync.manual import Promise
from tests.sync.quoting import article, finish, free, quote, title

TEXTS: dict[str, tuple[object, ...]] = {
    "travel_time_product": (None, "service:SER002", "item:CABLE-3G15"),
    "work_time_product": (None, "service:SER001", "item:DETECT"),
    "default_product": (None, "service:SER003", "item:DETECT"),
    "skip_work_orders_containing": ("", "  ", "GARANTIE", "pompe"),
    "quotes_containing": ("", "bdt", "pompe"),
    "quote_statuses": (("draft", "sent", "read", "accepted"), ("sent",), ("accepted", "refused")),
    "time_rounding_minutes": ROUNDING_STEPS,
}
"""Values of the settings that do not declare their own; all others are taken from the declaration."""


def values_of(key: str) -> tuple[object, ...]:
    """List the values of a setting to try."""
    if key in TEXTS:
        return TEXTS[key]
    return (False, True) if BY_KEY[key].type is SettingType.YES_NO else BY_KEY[key].choices


VALUES = {key: values_of(key) for key in BY_KEY}
Row = dict[str, Any]
Pair = tuple[tuple[str, object], tuple[str, object]]


def pairs_in(row: Mapping[str, object]) -> set[Pair]:
    return set(combinations(sorted(row.items(), key=lambda item: item[0]), 2))


def all_pairs(values: Mapping[str, Sequence[object]]) -> set[Pair]:
    """List every pair of values of two different settings."""
    return {
        ((one, first), (other, second))
        for one, other in combinations(sorted(values), 2)
        for first in values[one]
        for second in values[other]
    }


def rows(values: Mapping[str, Sequence[object]]) -> Iterator[Row]:
    """Make few settings that hold every pair: begin with a pair that is left, add what covers most."""
    left = all_pairs(values)
    while left:
        row: Row = dict(min(left, key=repr))
        for key in sorted(values, key=lambda key: -len(values[key])):
            if key not in row:
                row[key] = max(values[key], key=lambda value: len(pairs_in({**row, key: value}) & left))
        left -= pairs_in(row)
        yield {key: row[key] for key in values}


ROWS = tuple(rows(VALUES))


def test_5_every_pair_of_values_is_tried() -> None:
    covered: set[Pair] = set().union(*(pairs_in(row) for row in ROWS))
    assert covered == all_pairs(VALUES)
    assert set(VALUES) == {field.name for field in fields(Settings)}


# --- the firm -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """One firm for all: each row changes its settings and does the same work anew."""
    folder: Path = tmp_path_factory.mktemp("house")
    folder.chmod(0o700)
    firm = Firm(Sandbox(customers=1, clock=VirtualClock()), folder, in_process=True)
    firm.activate()
    firm.pull()
    return firm


def as_settings(row: Row) -> dict[str, Any]:
    """Turn the texts of a row into typed settings."""
    typed = dict(row)
    for key, value in row.items():
        kind, _, reference = str(value).partition(":")
        if BY_KEY[key].type is SettingType.PRODUCT and value is not None:
            typed[key] = ProductChoice(Kind(kind), reference)
        elif BY_KEY[key].type is SettingType.CHOICE:
            typed[key] = type(getattr(Settings(), key))(value)
    return typed


def repair(firm: Firm) -> int:
    order = firm.archived(
        manual.DESCRIPTION, ready=False, CustomerReference=manual.CUSTOMER_REFERENCE, WorkDone=manual.DONE
    )
    for kind, spans in (("Work", manual.WORK), ("Travel", manual.TRAVEL)):
        for minutes in spans:
            firm.box.simon.add_time(order, kind, minutes)  # type: ignore[arg-type]
    firm.box.simon.use_item(order, firm.item(manual.ARTICLE), 2)
    firm.box.simon.use_item(order, None, 1, manual.FREE)
    firm.box.simon.complete_survey(order, manual.FORM)
    firm.box.simon.attach(order, manual.PHOTO, b"\xff\xd8\xff")
    firm.ready(order)
    return order


def offer(firm: Firm) -> Document:
    lines = [
        article(firm, name, str(quantity), unit_amount=price, discount=discount)
        if kind == "item"
        else free(firm, name, str(price), str(quantity))
        for kind, name, quantity, price, discount in manual.SIGNED
    ]
    option = article(firm, "SPOT-LED", "4", is_option=True)
    return quote(
        firm,
        [title(manual.QUOTE_TITLE), *lines, option],
        step=manual.QUOTE_STEP,
        subject=manual.QUOTE_SUBJECT,
        notes=manual.QUOTE_NOTE,
    )


def name_of(firm: Firm, order: int) -> str:
    return str(firm.box.simon.row("WorkOrder", order)["Number"])


def place_of(firm: Firm, order: int) -> str:
    """Write the work address of a work order as people write addresses."""
    row = firm.box.simon.row("Location", number(firm.box.simon.row("WorkOrder", order)["LocationId"]))
    town = f"{row['ZipCode'] or ''} {row['City'] or ''}".strip()
    return "\n".join(line for line in (row["Street"], row["AddressLine2"], town) if line)


def found(firm: Firm, order: int) -> Promise | None:
    """Say what is in Sellsy for a work order."""
    entry = firm.entry(order)
    if entry.document_id is None:
        return None
    draft = firm.box.sellsy.documents[int(entry.document_id)]
    lines = tuple(
        (
            row.type,
            read(row.notes) if row.type == "comment" else row.name,
            row.quantity,
            row.unit_amount,
            row.discount,
        )
        for row in draft.rows
    )
    files = [stored.file_name for stored in firm.box.sellsy.files_of(draft.third_id)]
    mine = tuple(name for name in files if name.startswith(f"BT-{entry.number} "))
    return Promise(lines, read(draft.notes), draft.third_ident, mine, worked=bool(draft.service_dates))


def read(text: str) -> str:
    return html.unescape(text.replace("<br />", "\n"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(ROWS.index(row)))
def test_5_whatever_is_chosen_sellsy_gets_what_the_manual_promises(house: Firm, row: Row) -> None:
    house.later(minutes=5)
    house.configure(**as_settings(row))
    house.sync()
    house.later(minutes=1)
    order, offered = repair(house), offer(house)
    house.sync()
    assert found(house, order) == manual.repair(row, name_of(house, order), place_of(house, order))

    key = f"quote:{offered.id}"
    made = [number(each["Id"]) for each in house.box.simon.rows("WorkOrder") if each["ExtKey"] == key]
    assert len(made) == manual.quote_is_wanted(row)
    for quoted in made:
        assert house.box.simon.row("WorkOrder", quoted)["Description"] == manual.quote_description(row)
        house.later(minutes=1)
        finish(house, offered, work=sum(manual.WORK_ON_QUOTE))
        house.sync()
        promise = manual.quoted_work(row, name_of(house, quoted), place_of(house, quoted), offered.ident)
        assert found(house, quoted) == promise
    assert house.codes(only_open=True) == []
