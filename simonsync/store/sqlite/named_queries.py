"""Questions that people ask of a state file in a browser, in SQL; a test holds them to the schema."""

from __future__ import annotations

from typing import Final

NAMED_QUERIES: Final = {
    "journal": """\
SELECT id, last_at, severity, code, kind, number, record, times, open, first_at, cured_at, cured_run, run,
    params
FROM journal
WHERE (:number = '' OR number = :number) AND (:severity = '' OR severity = :severity)
ORDER BY last_at DESC, id DESC""",
    "open_cases": """\
SELECT id, last_at, severity, code, kind, number, record, times, first_at, run, params
FROM journal
WHERE open = 1 AND severity IN ('error', 'warning')
ORDER BY severity, last_at DESC, id DESC""",
    "work_orders": """\
SELECT number, status, archived_at, drafted_at, document_id, step,
    round((julianday(drafted_at) - julianday(archived_at)) * 1440, 1) AS minutes_to_draft, marker, id
FROM work_orders
WHERE :number = '' OR number = :number
ORDER BY archived_at DESC, id DESC""",
    "bindings": """\
SELECT origin, kind, id, target_id, bound_at, missing_since
FROM bindings
WHERE :id = '' OR id = :id OR target_id = :id
ORDER BY bound_at DESC, origin, kind, id""",
    "runs": """\
SELECT id, command, started_at, finished_at, exit_code,
    round((julianday(finished_at) - julianday(started_at)) * 86400, 1) AS seconds,
    sellsy_requests, simon_requests
FROM runs
ORDER BY id DESC""",
}
"""Each with its name; a name with a colon is asked of the reader, and nothing means all."""
