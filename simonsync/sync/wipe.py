"""Empty Simon before the integration starts, with a backup of every record first [4.3, 7.1].

First everything is saved and the archive is checked; then exactly the saved records of the chosen tables are
deleted, in an order that Simon's references allow. A wipe that was interrupted is run again: it saves and
deletes what is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn

from simonsync.domain.key import Kind
from simonsync.domain.records import WorkOrderHead
from simonsync.errors import NotSent, OutcomeUnknown, Problem, RecordError, ServiceUnavailable
from simonsync.messages import kinds
from simonsync.messages.kinds import Message, Table
from simonsync.store.archive import Archive, SavedRecord, open_archive, save_records
from simonsync.store.attempts import draft_subject
from simonsync.store.bindings import Binding
from simonsync.store.ledger import LedgerEntry, Status
from simonsync.store.state import State
from simonsync.sync.ports import SimonReader, SimonWriter
from simonsync.sync.run import Stop, Work

TABLES: Final = (
    "item_groups",
    "items",
    "work_orders",
    "work_addresses",
    "customers",
    "objects",
    "contacts",
)
"""The tables that may be emptied, in the manual's order [4.3]."""
