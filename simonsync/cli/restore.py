"""`restore`: bring back what was saved, a state or the records of a wipe or a cleanup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli.context import Context, account_of
from simonsync.cli.invocation import context_of
from simonsync.cli.options import DryRun, Yes
from simonsync.cli.output import Result, labelled
from simonsync.cli.questions import confirm
from simonsync.cli.style import Style
from simonsync.errors import UsageError
from simonsync.messages.render import moment, sentence, word

if TYPE_CHECKING:
    from simonsync.account.backup import StateRestore
    from simonsync.account.restore import RecordsRestore
    from simonsync.store.archive import Archive

_SHOWN_REFUSED = 20


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    dry_run: DryRun = False,  # noqa: FBT002 the parser's signature
    yes: Yes = False,  # noqa: FBT002 likewise
) -> Result:
    """Put back a saved state, or bring back records that a wipe or a cleanup removed."""
    from simonsync.account.backup import find_archive
    from simonsync.store.archive import ArchiveKind

    context = context_of(ctx)
    with account_of(context) as account:
        archive = find_archive(account, context.folder / file)
    context.output.note(labelled("backup", str(archive.path), context.language), Style.FAINT)
    if archive.manifest.kind is ArchiveKind.STATE:
        return _restore_state(context, archive, dry_run=dry_run, yes=yes)
    return _restore_records(context, archive, dry_run=dry_run, yes=yes)


def _restore_state(context: Context, archive: Archive, *, dry_run: bool, yes: bool) -> Result:
    from simonsync.account.backup import look_at_state, restore_state

    language = context.language
    with account_of(context) as account:
        found = look_at_state(account, archive)
    saved_at = moment(found.saved_at, context.zone, language)
    context.output.line(labelled("restore-saved-at", saved_at, language))
    for key, activation in (("restore-then", found.saved), ("restore-now", found.now)):
        phase = word(f"phase-{activation.phase}" if activation else "restore-no-state", language)
        context.output.line(labelled(key, phase, language))
    if not dry_run:
        _agree(context, "restore-question-state", yes=yes)
        with account_of(context) as account:
            found = restore_state(account, archive)
        context.output.line(word("restore-state-done", language), Style.GOOD)
    return Result({"kind": "state", "path": archive.path, **_state_as_json(found), "restored": not dry_run})


def _state_as_json(found: StateRestore) -> dict[str, object]:
    return {
        "saved_at": found.saved_at,
        "saved_phase": found.saved.phase,
        "phase_before": None if found.now is None else found.now.phase,
        "backup": found.backup,
    }


def _restore_records(context: Context, archive: Archive, *, dry_run: bool, yes: bool) -> Result:
    from simonsync.account.restore import RecordFate, look_at_records, restore_records
    from simonsync.cli.keyring import Keyring
    from simonsync.config.credentials import SIMON

    Keyring(context).obtain(*SIMON)
    with account_of(context) as account:
        found = look_at_records(account, archive, account.simon())
    if dry_run or not found.total(RecordFate.RESTORED):
        return _shown(context, archive, found, restored=False)
    if not yes:
        _show(context, found)
    _agree(context, "restore-question-records", yes=yes)
    with account_of(context) as account:
        simon = account.simon()
        return _shown(context, archive, restore_records(account, archive, simon), restored=True)


def _agree(context: Context, question: str, *, yes: bool) -> None:
    if not yes and not confirm(context, word(question, context.language), "--yes"):
        raise UsageError("not-confirmed")


def _shown(context: Context, archive: Archive, found: RecordsRestore, *, restored: bool) -> Result:
    from simonsync.errors import ExitCode

    _show(context, found)
    data = {
        "kind": "records",
        "path": archive.path,
        "restored": restored,
        "tables": {table: dict(counts) for table, counts in found.fates.items()},
        "refused": [
            {
                "table": each.table,
                "id": each.id,
                "name": each.name,
                "text": sentence(each.problem, context.language),
            }
            for each in found.refused
        ],
    }
    return Result(data, ExitCode.NEEDS_SOMEONE if found.refused else ExitCode.DONE)


def _show(context: Context, found: RecordsRestore) -> None:
    """Print how many records of each table come back, and why the others do not."""
    out, language = context.output, context.language
    fates = list(dict.fromkeys(fate for counts in found.fates.values() for fate in counts))
    out.table(
        [word("column-simon-table", language), *(word(f"fate-{fate}", language) for fate in fates)],
        [
            (word(f"simon-{table}", language), *(str(counts[fate]) for fate in fates))
            for table, counts in found.fates.items()
        ],
        right=tuple(range(1, len(fates) + 1)),
    )
    for each in found.refused[:_SHOWN_REFUSED]:
        name = each.name or each.id
        text = f"{word(f'simon-{each.table}', language)} {name}: {sentence(each.problem, language)}"
        out.line(text, Style.WARNING)
