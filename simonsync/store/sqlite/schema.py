"""The tables of the state file, one migration after the other; an applied migration is never edited.

To add a table or a column:

1. a migration at the end of this module, and `SCHEMA_VERSION` in `file` one higher.
2. its columns in `COLUMNS` of `soundness`.
3. a class with the questions that are asked of it, reached through `State`; what belongs to a work order
   follows it in `State.rename_work_order`, and `Ledger.forget` or somebody else takes it away with it.
4. a test that opens a file of the version before.

This module loads sqlite-utils, which costs a tenth of a second: it is imported only where a file is new or
comes from an older version.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlite_utils import Database, Migrations

if TYPE_CHECKING:
    from collections.abc import Callable

migrations = Migrations("simonsync")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a state file to the present schema, each step in a transaction of its own."""
    migrations.apply(Database(connection, execute_plugins=False))


def _statements(script: str, version: int) -> Callable[[Database], None]:
    def apply(db: Database) -> None:
        for statement in script.split(";"):
            if statement.strip():
                db.execute(statement)
        # The version is what lets a command open a current file without loading this module.
        db.execute(f"PRAGMA user_version = {version}")

    return apply


_M001 = """
CREATE TABLE bindings (
    origin TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    target_id TEXT NOT NULL, fingerprint TEXT NOT NULL, bound_at TEXT NOT NULL, missing_since TEXT,
    PRIMARY KEY (origin, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bindings_by_target ON bindings (kind, target_id);

CREATE TABLE work_orders (
    id TEXT PRIMARY KEY, number TEXT NOT NULL, marker TEXT NOT NULL UNIQUE,
    archived_at TEXT NOT NULL, mutated_at TEXT NOT NULL, status TEXT NOT NULL,
    customer TEXT, content TEXT, force INTEGER NOT NULL DEFAULT 0,
    document_id TEXT, drafted_at TEXT, settings_revision INTEGER, expected TEXT,
    read_back_at TEXT, step TEXT, watched_until TEXT, documents_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX work_orders_by_status ON work_orders (status, archived_at);
CREATE INDEX work_orders_by_number ON work_orders (number);
CREATE INDEX work_orders_by_document ON work_orders (document_id);
CREATE INDEX work_orders_by_drafted ON work_orders (drafted_at);

CREATE TABLE attempts (
    subject TEXT NOT NULL, attempt INTEGER NOT NULL, payload TEXT NOT NULL, customer TEXT NOT NULL,
    t0 TEXT NOT NULL, intended_at TEXT NOT NULL, run INTEGER NOT NULL, outcome TEXT,
    unknown_since TEXT, empty_lookups INTEGER NOT NULL DEFAULT 0, last_lookup_run INTEGER,
    PRIMARY KEY (subject, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_open ON attempts (subject) WHERE outcome IS NULL OR outcome = 'unknown';

CREATE TABLE disowned (
    document_id TEXT NOT NULL, work_order TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (document_id, work_order)
) STRICT, WITHOUT ROWID;

CREATE TABLE quotes (
    id TEXT PRIMARY KEY, look TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE scans (
    stream TEXT PRIMARY KEY, position TEXT NOT NULL, span REAL NOT NULL, turn INTEGER NOT NULL,
    turn_began TEXT, turn_ended TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE addresses (
    id TEXT PRIMARY KEY, customer TEXT NOT NULL, fields TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_by_customer ON addresses (customer);

CREATE TABLE cursors (
    stream TEXT PRIMARY KEY, mutation TEXT, updated_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY, command TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT,
    exit_code INTEGER, sellsy_requests INTEGER, simon_requests INTEGER
) STRICT;

CREATE TABLE journal (
    id INTEGER PRIMARY KEY, run INTEGER, first_at TEXT NOT NULL, last_at TEXT NOT NULL,
    times INTEGER NOT NULL, severity TEXT NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL,
    record TEXT NOT NULL, number TEXT NOT NULL, params TEXT NOT NULL, open INTEGER NOT NULL,
    cured_at TEXT, cured_run INTEGER
) STRICT;
CREATE INDEX journal_by_time ON journal (last_at);
CREATE INDEX journal_open ON journal (code, kind, record) WHERE open = 1;
CREATE INDEX journal_by_record ON journal (kind, record);
CREATE INDEX journal_by_severity ON journal (severity, last_at);

CREATE TABLE activation (
    only INTEGER PRIMARY KEY CHECK (only = 1), phase TEXT NOT NULL, terms_accepted_at TEXT,
    corp_id TEXT, company TEXT, licence_hash TEXT, api TEXT, machine TEXT, creates_wait_until TEXT
) STRICT;
CREATE TABLE periods (
    since TEXT PRIMARY KEY, until TEXT, simon_since TEXT NOT NULL, simon_until TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE settings_history (
    revision INTEGER PRIMARY KEY, at TEXT NOT NULL, settings TEXT NOT NULL
) STRICT;
CREATE TABLE plans (
    id TEXT PRIMARY KEY, made_at TEXT NOT NULL, reason TEXT NOT NULL, deletions TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE deletions (
    place TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL, ext_key TEXT,
    begun_at TEXT NOT NULL, PRIMARY KEY (place, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE restored (
    place TEXT NOT NULL, old_id TEXT NOT NULL, new_id TEXT, at TEXT NOT NULL,
    PRIMARY KEY (place, old_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX restored_by_new_id ON restored (place, new_id)
"""

migrations(name="m001_initial")(_statements(_M001, 1))

# What waited before this version may have documents of any age; the next look-up sees them all.
_M002 = """
ALTER TABLE work_orders ADD COLUMN unseen_since TEXT NOT NULL DEFAULT '2000-01-01T00:00:00.000000Z'
"""

migrations(name="m002_unseen_since")(_statements(_M002, 2))

# The second edition. How far a list was gone through is the adapter's own text now. What waits and what was
# seen is remembered by the clocks that showed it; sightings by our own clock do not count any longer. A work
# order that one refusal had settled as deleted in Simon is told apart from those that are settled for what
# they say. Whether an attempt has reached Sellsy can be asked once; not of those that were made before.
_M003 = """
ALTER TABLE scans DROP COLUMN span;
CREATE TABLE absences (
    place TEXT NOT NULL, id TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (place, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE simon_tables (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
ALTER TABLE work_orders ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
UPDATE work_orders SET status = 'gone' WHERE status = 'settled' AND coalesce(content, '') = '';
CREATE TABLE witness (
    only INTEGER PRIMARY KEY CHECK (only = 1), number INTEGER NOT NULL
) STRICT;
CREATE TABLE waits (
    number INTEGER PRIMARY KEY, reason TEXT NOT NULL, knows INTEGER NOT NULL, since TEXT,
    over INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE held_up (
    work_order TEXT PRIMARY KEY, times INTEGER NOT NULL, wait INTEGER NOT NULL,
    let_through INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
ALTER TABLE runs ADD COLUMN clocks TEXT;
UPDATE bindings SET missing_since = NULL;
ALTER TABLE attempts ADD COLUMN asked_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN arrived INTEGER;
UPDATE attempts SET asked_after = 1;
CREATE TABLE former_documents (
    document_id TEXT PRIMARY KEY, work_order TEXT NOT NULL, drafted_at TEXT NOT NULL,
    watched_until TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE unlisted (
    id TEXT PRIMARY KEY, says TEXT NOT NULL, asked TEXT NOT NULL, missing_since TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE looks (what TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
ALTER TABLE activation ADD COLUMN had_invoices INTEGER
"""

migrations(name="m003_trust")(_statements(_M003, 3))

# What the present turn through a list of Sellsy has shown so far: the rest is no longer there, or archived.
_M004 = """
CREATE TABLE listed (
    stream TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (stream, id)
) STRICT, WITHOUT ROWID
"""

migrations(name="m004_listed")(_statements(_M004, 4))

# What was not ready for e-invoices when a list of Sellsy last showed it.
_M005 = """
CREATE TABLE not_ready (
    kind TEXT NOT NULL, id TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID
"""

migrations(name="m005_not_ready")(_statements(_M005, 5))
