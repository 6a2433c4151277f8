"""The state of a firm whose records are all in Simon, without writing them there one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from simonsync.domain.records import SimonRecord
from simonsync.rules.master_data import customer_card, fingerprint, work_addresses
from simonsync.sellsy.v1 import records
from simonsync.store.opening import open_state
from simonsync.store.state import State
from tools.bench.stand_in import a_customer, an_address

TOGETHER = 10_000
"""Customers in one transaction."""


def fill(file: Path, customers: int) -> None:
    """Bind the stand-in's customers and their addresses, as a first import leaves them."""
    with open_state(file) as state:
        for first in range(1, customers + 1, TOGETHER):
            with state.commit():
                for number in range(first, min(first + TOGETHER, customers + 1)):
                    _bind(number, state)


def _bind(number: int, state: State) -> None:
    customer = records.customer(a_customer(number), "")
    listed = records.customer_address(an_address(number))
    assert listed is not None
    state.addresses.add([listed])
    whole = replace(customer, addresses=(listed[1],))
    written: tuple[SimonRecord, ...] = (customer_card(whole), *work_addresses(whole))
    for record in written:
        state.bindings.bind(record.key, str(number), fingerprint(record), datetime.now(UTC))
