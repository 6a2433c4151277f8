"""Which commands there are; each lives in the module of its name, which is imported when it is called.

What a command and its options do is told by `messages.texts.*.commands`, in three languages. To add one:

1. a module of the command's name here (dashes become underscores), and in it a function of the same name that
   takes a `typer.Context` and its options, prints for people through `context_of(ctx).output` and returns a
   `Result` for programs; heavy imports go inside. Errors are raised, never printed. A command with others
   below it is a `parser.new_app()` instead. Options that another command has as well are in `options`.
2. a line here, with examples, and its place in a group.
3. a summary, and a line for each new option or argument, in each language.
4. what it returns, in `docs/reference/json.md`, and a line in `life` of `tests/docs/test_json.py`.

`make docs` writes the other pages and the schema.

`--json`, help, exit codes and the JSON document come by themselves.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Command(NamedTuple):
    """How a command is used.

    Attributes:
        examples: as a user would type them after `simonsync`; shown in the help and in docs/reference.
        below: names of the commands below this one, where it is a Typer app.
    """

    examples: tuple[str, ...]
    below: tuple[str, ...] = ()


GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "start": ("activate", "wipe", "connect", "configure", "deactivate", "schedule"),
    "carry": ("sync", "pull", "push", "cleanup"),
    "look": ("status", "log", "preview", "explain", "einvoicing", "report", "browse", "desk"),
    "mend": ("doctor", "verify", "resolve", "reconcile", "backup", "restore", "support-bundle", "replay"),
    "try": ("demo", "sandbox"),
}
"""What people come for, and the commands for it; each stands in one group."""

COMMANDS: Final[dict[str, Command]] = {
    "activate": Command(("activate", "activate --yes --accept-terms --from-env")),
    "deactivate": Command(("deactivate",)),
    "wipe": Command(("wipe --dry-run", "wipe --tables contacts,objects")),
    "connect": Command(("connect", "connect --check")),
    "configure": Command(("configure", "configure --set invoice_note=work_address", "configure --show")),
    "pull": Command(("pull", "pull --only customers --dry-run")),
    "push": Command(("push", "push --work-order 4711")),
    "sync": Command(("sync", "sync --dry-run")),
    "cleanup": Command(("cleanup --dry-run", "cleanup --approve 0a1b2c3d")),
    "status": Command(("status", "status --json")),
    "log": Command(("log --errors", "log --since 2h --follow")),
    "preview": Command(("preview 4711", "preview 4711 --pdf 4711.pdf")),
    "explain": Command(("explain 4711", "explain id:123")),
    "einvoicing": Command(("einvoicing", "einvoicing --csv einvoicing.csv")),
    "report": Command(("report --html simonsync.html",)),
    "browse": Command(("browse", "browse --port 8001")),
    "desk": Command(("desk", "desk --port 8002")),
    "resolve": Command(("resolve 4711 --adopt 88123", "resolve 4711 --never --yes")),
    "reconcile": Command(("reconcile",)),
    "backup": Command(("backup",)),
    "restore": Command(("restore default-state-20260512T080000Z.tar.gz --dry-run",)),
    "verify": Command(("verify", "verify --write 2655001 --wait 20")),
    "doctor": Command(("doctor", "doctor --json")),
    "schedule": Command(
        ("schedule install", "schedule install --cron", "schedule show --system"),
        ("show", "install", "remove"),
    ),
    "support-bundle": Command(("support-bundle", "support-bundle case.zip")),
    "replay": Command(("replay case.zip", "replay case.zip --set invoice_note=work_address")),
    "demo": Command(("demo", "--lang en demo")),
    "sandbox": Command(("sandbox --config-out try/config.yaml",)),
}
