"""`replay`: a recorded command once more, without either service, and where it departs."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from simonsync.cli.configure import wanted_settings
from simonsync.cli.context import Context
from simonsync.cli.invocation import Invocation, context_of
from simonsync.cli.options import Assignments
from simonsync.cli.output import Output, Result, labelled
from simonsync.cli.style import Style
from simonsync.errors import ExitCode
from simonsync.messages.render import word

if TYPE_CHECKING:
    from simonsync.account.replay import Departure, Player, Tape


def replay(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE")],
    assignments: Assignments = None,
) -> Result:
    """Do a recorded command again, offline, and show where it departs from what was recorded."""
    from simonsync.account.replay import Player, read_recording

    context = context_of(ctx)
    tape = read_recording(context.folder / file)
    player = Player(tape)
    with TemporaryDirectory(prefix="simonsync-replay-") as folder:
        printed, found = _again(context, tape, player, Path(folder), assignments or [])
    departures = _departures(tape, player, found)
    for line in printed.splitlines():
        context.output.verbatim(line)
    _show(context, tape, found["exit_code"], departures)
    return Result(
        {
            "command": tape.arguments(),
            "recorded_at": tape.manifest["began"],
            "recorded_by": tape.manifest["simonsync"],
            "requests": len(tape.entries),
            "recorded_exit_code": tape.manifest["exit_code"],
            "exit_code": found["exit_code"],
            "result": found["data"],
            "departures": [
                {"kind": each.kind, "what": each.what, "recorded": each.recorded, "now": each.now}
                for each in departures
            ],
        },
        ExitCode.NEEDS_SOMEONE if departures else ExitCode.DONE,
    )


def _again(
    context: Context, tape: Tape, player: Player, folder: Path, assignments: list[str]
) -> tuple[str, dict[str, object]]:
    """Carry the command out in a temporary folder; return what it printed, and what it came to."""
    from simonsync.cli.app import carry_out
    from simonsync.cli.record import as_recorded
    from simonsync.cli.start import scan
    from simonsync.settings.declaration import Settings
    from simonsync.settings.values import as_mapping, setting_of, to_yaml

    wanted = as_mapping(wanted_settings(Settings(), assignments, None))
    named = [setting_of(each.partition("=")[0]) for each in assignments]
    changed = {setting.key: to_yaml(wanted[setting.key]) for setting in named if setting}
    config = tape.unpack(folder, changed)
    language = context.options.lang or tape.manifest["language"]
    arguments = ["--config", str(config), "--lang", language, *tape.arguments()]
    environ = tape.environ(folder)
    again = Invocation(scan(arguments), environ, folder)
    printed = StringIO()
    output = Output({"NO_COLOR": "1"}, as_json=again.start.as_json, stdout=printed, stderr=printed)
    again.context = Context(again.start.command, again.start.options, output, environ, folder)
    again.context.surroundings = player.surroundings()
    outcome = carry_out(arguments, again)
    if not isinstance(outcome, int):
        for message in outcome.messages:
            output.tell(message, again.context.language)
    text = json.dumps(as_recorded(outcome)).replace(str(folder), tape.manifest["folder"])
    return printed.getvalue(), json.loads(text)


def _departures(tape: Tape, player: Player, found: dict[str, object]) -> list[Departure]:
    from simonsync.account.replay import Departure, differences

    departures = [*player.departures, *player.not_sent()]
    for part in ("data", "messages", "exit_code"):
        departures += [
            Departure("exit_code" if part == "exit_code" else "result", place, before, now)
            for place, before, now in differences(tape.manifest[part], found[part], part)
        ]
    # A page that was read ahead and then not needed is no departure by itself.
    return [*player.reads_not_recorded, *departures] if departures else []


def _show(context: Context, tape: Tape, code: object, departures: list[Departure]) -> None:
    out, language = context.output, context.language
    out.line()
    out.line(labelled("replay-command", " ".join(tape.arguments()), language), Style.STRONG)
    recorded = tape.manifest["exit_code"]
    codes = str(code) if code == recorded else f"{recorded} → {code}"
    out.line(labelled("replay-exit-code", codes, language))
    if not departures:
        out.line(word("replay-alike", language), Style.GOOD)
        return
    out.line(word("replay-departs", language), Style.WARNING)
    for each in departures:
        out.line(f"  {labelled('replay-' + each.kind.replace('_', '-'), each.what, language)}")
        if each.recorded:
            out.line(f"    - {each.recorded}", indent="      ")
        if each.now:
            out.line(f"    + {each.now}", indent="      ")
