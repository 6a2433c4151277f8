"""`schedule`: the timers that start sync and cleanup [7.2]."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simonsync.cli.context import Context, clock_of, opened_state
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result, labelled
from simonsync.cli.parser import new_app
from simonsync.cli.style import Style
from simonsync.errors import UsageError
from simonsync.messages.kinds import Message
from simonsync.messages.render import sentence, word

if TYPE_CHECKING:
    from simonsync.host.schedule import Schedule, Unit
    from simonsync.host.timers import Systemd

schedule = new_app(no_args_is_help=True)

_SPARE = 30
"""Seconds beyond its budget and one request that a sync may take to come to its end."""

ByCron = Annotated[bool, typer.Option("--cron")]
BySystemd = Annotated[bool, typer.Option("--systemd")]
ForSystem = Annotated[bool, typer.Option("--system")]


@schedule.command("show")
def show(
    ctx: typer.Context,
    by_systemd: BySystemd = False,  # noqa: FBT002 the parser's signature
    cron: ByCron = False,  # noqa: FBT002 likewise
    system: ForSystem = False,  # noqa: FBT002 likewise
) -> Result:
    """Print the units, or the block of cron's table, that would be installed."""
    from simonsync.host.schedule import crontab_block

    context = context_of(ctx)
    _one_kind(by_systemd=by_systemd, cron=cron, system=system)
    wanted = schedule_of(context)
    if cron:
        block = crontab_block(wanted)
        for line in block.splitlines():
            context.output.verbatim(line)
        return Result({"crontab": block})
    manager, units = _systemd(context, wanted, system=system)
    for unit in units:
        context.output.verbatim(f"# {manager.folder / unit.name}", Style.STRONG)
        for line in unit.content.splitlines():
            context.output.verbatim(line)
        context.output.line()
    return Result(_described(manager, units))


@schedule.command("install")
def install(
    ctx: typer.Context,
    by_systemd: BySystemd = False,  # noqa: FBT002 the parser's signature
    cron: ByCron = False,  # noqa: FBT002 likewise
    system: ForSystem = False,  # noqa: FBT002 likewise
) -> Result:
    """Let the timers run: systemd's, unless cron is asked for."""
    from simonsync.host.schedule import crontab_block
    from simonsync.host.timers import Crontab

    context = context_of(ctx)
    _one_kind(by_systemd=by_systemd, cron=cron, system=system)
    wanted = schedule_of(context)
    missing = _only_in_this_shell(context)
    if not cron:
        installed = _install_units(context, wanted, missing, system=system)
        _offer_more_often(context, changed=bool(installed.data["changed"]))
        return installed
    block = crontab_block(wanted)
    _refuse_second(wanted, context, "crontab -l")
    changed = Crontab().put(wanted.account, block)
    _say(context, "schedule-crontab", "crontab", changed=changed)
    _tell_missing(context, missing)
    _offer_more_often(context, changed=changed)
    return Result({"crontab": block, "changed": changed})


def _install_units(context: Context, wanted: Schedule, missing: list[str], *, system: bool) -> Result:
    manager, units = _systemd(context, wanted, system=system)
    _refuse_second(wanted, context, str(manager.folder))
    changed = manager.install(units)
    for unit in units:
        path = manager.folder / unit.name
        _say(context, "schedule-written", str(path), changed=path in changed)
    running = manager.runs()
    if running:
        manager.start(wanted.account, changed=bool(changed))
        context.output.line(word("schedule-running", context.language), Style.GOOD)
        _tell_logout(context, manager)
    else:
        _tell_how_to_start(context, manager, wanted.account)
    _tell_missing(context, missing)
    return Result({**_described(manager, units), "changed": bool(changed), "running": running})


def _tell_how_to_start(context: Context, manager: Systemd, account: str) -> None:
    out, language = context.output, context.language
    out.line(word("schedule-no-systemd", language), Style.WARNING)
    for command in manager.start_commands(account):
        out.verbatim(f"  {command}")
    out.line(word("schedule-or-cron", language), Style.WARNING)
    for command in ("remove", "install --cron"):
        out.verbatim(f"  simonsync schedule {command}")


@schedule.command("remove")
def remove(
    ctx: typer.Context,
    by_systemd: BySystemd = False,  # noqa: FBT002 the parser's signature
    cron: ByCron = False,  # noqa: FBT002 likewise
    system: ForSystem = False,  # noqa: FBT002 likewise
) -> Result:
    """Stop and remove the timers, of either kind where none is named."""
    context = context_of(ctx)
    _one_kind(by_systemd=by_systemd, cron=cron, system=system)
    account = context.configuration.account
    removed: tuple[Path, ...] = ()
    if not cron:
        removed = _manager(context, system=system).remove(account)
    from_crontab = not (by_systemd or system) and _leave_crontab(account, asked=cron)
    for path in removed:
        _say(context, "schedule-removed", str(path), changed=True)
    if from_crontab:
        _say(context, "schedule-crontab", "crontab", changed=True)
    if not removed and not from_crontab:
        context.output.line(word("schedule-nothing", context.language))
    _note_what_is_left(context)
    return Result({"removed": [str(path) for path in removed], "crontab": from_crontab})


def _note_what_is_left(context: Context) -> None:
    """Close the case of two schedulers where there are no longer two; whatever is wrong with the state."""
    from contextlib import suppress

    from simonsync.host.timers import note_schedulers, schedulers

    configuration = context.configuration
    with suppress(UsageError), opened_state(context) as state:
        if state is not None:
            found = schedulers(configuration.account, configuration.file, context.environ)
            note_schedulers(state.journal, clock_of(context)(), found)


def _leave_crontab(account: str, *, asked: bool) -> bool:
    """Take the account's block out of cron's table; where nobody asked for cron, there may be none."""
    from simonsync.host.timers import Crontab

    try:
        return Crontab().put(account, "")
    except UsageError as error:
        if asked or error.code == "schedule-crontab-block":
            raise
        return False


def schedule_of(context: Context) -> Schedule:
    """Gather what the timers of the account need to know. Raises UsageError."""
    from simonsync.config.credentials import FOLDER_VARIABLE, NAMES
    from simonsync.host.schedule import Schedule, writable_folders
    from simonsync.http import DEADLINE

    configuration = context.configuration
    state = configuration.state
    folder = context.environ.get(FOLDER_VARIABLE)
    place = (context.folder / folder).absolute() if folder else None
    files = {name: place / name for name in NAMES} if place else {}
    slowest = DEADLINE * max(configuration.sellsy.timeout, configuration.simon.timeout)
    return Schedule(
        account=configuration.account,
        program=program(),
        config=configuration.file,
        writable=writable_folders(configuration),
        calendar=configuration.cleanup.schedule,
        credentials={name: path for name, path in files.items() if path.is_file()},
        user=_owner(state if state.exists() else configuration.file),
        longest_sync=ceil(configuration.sync.time_budget + slowest) + _SPARE,
    )


def program() -> tuple[str, ...]:
    """Return the words that start this very simonsync, from anywhere."""
    started = Path(sys.argv[0])
    if started.name == "simonsync" and os.access(started, os.X_OK):
        # A link stays a link: an upgrade may put the program elsewhere.
        return (str(started.parent.resolve() / started.name),)
    return (sys.executable, "-m", "simonsync")


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)


def _one_kind(*, by_systemd: bool, cron: bool, system: bool) -> None:
    if cron and (by_systemd or system):
        raise UsageError("schedule-one-kind")


def _manager(context: Context, *, system: bool) -> Systemd:
    from simonsync.host.schedule import Scope
    from simonsync.host.timers import Systemd, unit_folder

    scope = Scope.SYSTEM if system else Scope.USER
    return Systemd(scope, unit_folder(scope, context.environ))


def _systemd(context: Context, wanted: Schedule, *, system: bool) -> tuple[Systemd, tuple[Unit, ...]]:
    from simonsync.host.schedule import units

    manager = _manager(context, system=system)
    return manager, units(replace(wanted, private_users=manager.shuts_off()), manager.scope)


def _described(manager: Systemd, units: tuple[Unit, ...]) -> dict[str, Any]:
    return {
        "units": [
            {"name": unit.name, "content": unit.content, "path": str(manager.folder / unit.name)}
            for unit in units
        ]
    }


def _refuse_second(wanted: Schedule, context: Context, place: str) -> None:
    """Refuse to install a second scheduler beside another: both would start each sync. Raises UsageError."""
    from simonsync.host.timers import schedulers

    others = [
        found
        for found in schedulers(wanted.account, wanted.config, context.environ)
        if not found.startswith(place)
    ]
    if others:
        raise UsageError("schedule-other", found=", ".join(others))


def _tell_logout(context: Context, manager: Systemd) -> None:
    from getpass import getuser

    user = getuser()
    if not manager.stays_after_logout(user):
        context.output.note(_text(context, "schedule-logout", user=user), Style.WARNING)


def _only_in_this_shell(context: Context) -> list[str]:
    """List the credentials that a timer will not see: those in the variables of this shell alone."""
    from simonsync.config.credentials import NAMES, read_credentials, variable_of

    variables = {variable_of(name) for name in NAMES}
    elsewhere = {name: value for name, value in context.environ.items() if name not in variables}
    known = read_credentials(context.configuration.state, elsewhere)
    return [variable_of(name) for name in context.credentials if name not in known]


def _tell_missing(context: Context, variables: list[str]) -> None:
    if variables:
        text = _text(context, "schedule-credentials", variables=", ".join(variables))
        context.output.note(text, Style.WARNING)


def _offer_more_often(context: Context, *, changed: bool) -> None:
    """Offer what the manual says of the cleanup, several times a week, where nobody has chosen yet [2.1]."""
    if changed and context.configuration.cleanup.schedule == "weekly":
        context.output.line(word("schedule-more-often", context.language))


def _say(context: Context, key: str, what: str, *, changed: bool) -> None:
    text = labelled(key if changed else "schedule-unchanged", what, context.language)
    context.output.line(text, Style.NEWS if changed else Style.NOTHING_TO_DO)


def _text(context: Context, code: str, **params: str) -> str:
    return sentence(Message.of(code, params), context.language)
