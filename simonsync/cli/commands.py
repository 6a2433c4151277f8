"""Which commands there are, and where each of them lives; none is imported before it is called.

What a command and its options do is told by `messages.texts.*.commands`, in three languages. To add one:

1. in a module of `simonsync.cli`, a function of the command's name (dashes become underscores) that takes a
   `typer.Context` and its options, prints for people through `context_of(ctx).output` and returns a `Result`
   for programs; heavy imports go inside. Errors are raised, never printed. A command with others below it is
   a `parser.new_app()` instead.
2. a line here, with examples.
3. a summary, and a line for each new option or argument, in each language.

`--json`, help, exit codes and the JSON document come by themselves.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Command(NamedTuple):
    """Where a command lives, and how it is used.

    Attributes:
        module: module of `simonsync.cli` with a function, or a Typer app, of the command's name.
        examples: as a user would type them after `simonsync`; shown in the help and in docs/reference.
        below: names of the commands below this one, where it is a Typer app.
    """

    module: str
    examples: tuple[str, ...]
    below: tuple[str, ...] = ()


COMMANDS: Final[dict[str, Command]] = {
    "activate": Command("activation", ("activate", "activate --yes --accept-terms --from-env")),
    "deactivate": Command("activation", ("deactivate",)),
    "wipe": Command("activation", ("wipe --dry-run", "wipe --tables contacts,objects")),
    "connect": Command("activation", ("connect", "connect --check")),
    "configure": Command(
        "activation", ("configure", "configure --set invoice_note=work_address", "configure --show")
    ),
    "pull": Command("sync", ("pull", "pull --only customers --dry-run")),
    "push": Command("sync", ("push", "push --work-order 4711")),
    "sync": Command("sync", ("sync", "sync --dry-run")),
    "cleanup": Command("cleanup", ("cleanup --dry-run", "cleanup --approve 0a1b2c3d")),
    "status": Command("reading", ("status", "status --json")),
    "log": Command("reading", ("log --errors", "log --since 2h --follow")),
    "preview": Command("reading", ("preview 4711", "preview 4711 --pdf 4711.pdf")),
    "explain": Command("explanation", ("explain 4711", "explain id:123")),
    "report": Command("page", ("report --html simonsync.html",)),
    "browse": Command("browse", ("browse", "browse --port 8001")),
    "resolve": Command("repair", ("resolve 4711 --adopt 88123", "resolve 4711 --never --yes")),
    "reconcile": Command("repair", ("reconcile",)),
    "backup": Command("backup", ("backup",)),
    "restore": Command("backup", ("restore default-state-20260512T080000Z.tar.gz --dry-run",)),
    "doctor": Command("doctor", ("doctor", "doctor --json")),
    "schedule": Command(
        "schedule",
        ("schedule install", "schedule install --cron", "schedule show --system"),
        ("show", "install", "remove"),
    ),
    "demo": Command("demo", ("demo", "--lang en demo")),
    "sandbox": Command("sandbox", ("sandbox --config-out try/config.yaml",)),
}
