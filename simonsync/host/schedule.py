"""The timers of an account, as texts: systemd's units, or a block of cron's table [7.2].

Nothing here is written or started: `timers` does that. The sync runs every five minutes, the cleanup by
`cleanup.schedule`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from simonsync.config.schema import Configuration
from simonsync.config.state_folder import BACKUPS
from simonsync.errors import UsageError
from simonsync.host.calendar import cron_fields, parse, sync_minutes

GOOD_ENDS: Final = (3, 4, 6, 7, 8, 9)
"""Exit codes, beside 0, with which a run is over without having failed: what is left is journalled."""
MARK: Final = (
    "# Written by `simonsync schedule install`, which writes it anew; `schedule remove` removes it.\n"
)
_JITTER: Final = 30
# A quotation mark or backslash would need other quoting in each of systemd's settings and in the shell.
_UNUSABLE: Final = re.compile(r'[\x00-\x1f\x7f"\\$]')


class Scope(StrEnum):
    """Whose systemd runs the timers."""

    USER = "user"
    SYSTEM = "system"


class Unit(NamedTuple):
    """One file of systemd."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the timers of an account start, and how.

    Attributes:
        program: the words that start simonsync; the first is an absolute path.
        config: the configuration file.
        writable: the folders that a run writes to (`writable_folders`).
        calendar: when the cleanup runs.
        credentials: files of a credentials folder, by the names of the credentials.
        user: who runs it, where the system's systemd does.
        private_users: whether a user's own systemd can shut a service off from the rest of this machine.
        longest_sync: seconds that a sync may take: its budget, one request that is waited for to the end, and
            half a minute. What takes longer hangs, and is ended as by a person.
    """

    account: str
    program: tuple[str, ...]
    config: Path
    writable: tuple[Path, ...]
    calendar: str
    credentials: Mapping[str, Path] = field(default_factory=dict)
    user: str = ""
    private_users: bool = True
    longest_sync: int = 390

    def command(self, name: str) -> tuple[str, ...]:
        """Return the words of a command that a timer starts."""
        return (*self.program, "--config", str(self.config), "--account", self.account, name)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return every path that a timer's run must be able to see."""
        return (Path(self.program[0]), self.config, *self.writable, *self.credentials.values())


def writable_folders(configuration: Configuration) -> tuple[Path, ...]:
    """List the folders that a run writes to: state, backups that a link keeps elsewhere, and metrics."""
    state, metrics = configuration.state, configuration.alerts.metrics_file
    backups = (state / BACKUPS).resolve()
    return (
        state,
        *([] if backups.is_relative_to(state.resolve()) else [backups]),
        *([metrics.parent] if metrics and not metrics.is_relative_to(state) else []),
    )


def unit_name(command: str, account: str, kind: str) -> str:
    """Name a unit: `simonsync-sync-default.timer`."""
    return f"simonsync-{command}-{account}.{kind}"


def units(schedule: Schedule, scope: Scope) -> tuple[Unit, ...]:
    """Write the two services and their timers.

    Raises UsageError where the calendar expression is none, or a path cannot be written into a unit.
    """
    _check_paths(schedule)
    parse(schedule.calendar)
    return (
        Unit(unit_name("sync", schedule.account, "service"), _service(schedule, "sync", scope)),
        Unit(unit_name("sync", schedule.account, "timer"), _timer(schedule, "sync", "*:0/5")),
        Unit(unit_name("cleanup", schedule.account, "service"), _service(schedule, "cleanup", scope)),
        Unit(unit_name("cleanup", schedule.account, "timer"), _timer(schedule, "cleanup", schedule.calendar)),
    )


def _service(schedule: Schedule, command: str, scope: Scope) -> str:
    unit = [f"Description=simonsync {command} ({schedule.account})"]
    if command == "cleanup":
        # It waits for a sync that goes on: only one run holds an account.
        unit.append(f"After={unit_name('sync', schedule.account, 'service')}")
    service = [
        "Type=oneshot",
        f"ExecStart={' '.join(_quoted(word) for word in schedule.command(command))}",
        f"SuccessExitStatus={' '.join(map(str, GOOD_ENDS))}",
        # A cleanup ends when it is done, however much there is to delete.
        f"TimeoutStartSec={schedule.longest_sync if command == 'sync' else 'infinity'}",
        *(f"LoadCredential={name}:{_escaped(path)}" for name, path in sorted(schedule.credentials.items())),
        "UMask=0077",
        "NoNewPrivileges=yes",
        # What lies in the shared folder for temporary files would be hidden with it.
        f"PrivateTmp={'no' if any(map(_is_temporary, schedule.paths)) else 'yes'}",
        *FILES_CLOSED,
        # The dash: a folder that is not there (yet) is the program's to tell about, not systemd's.
        paths_line(schedule.writable),
        *_CLOSED,
    ]
    if scope is Scope.SYSTEM:
        unit += ["Wants=network-online.target", "After=network-online.target"]
        service += [*([f"User={schedule.user}"] if schedule.user else []), *_CLOSED_SYSTEM]
    elif schedule.private_users:
        # Without it a user's own systemd cannot do what the lines about files ask for, and leaves them out.
        service.append(PRIVATE_USERS)
    return _file({"Unit": unit, "Service": service})


def paths_line(writable: Iterable[Path]) -> str:
    """Write the line of a unit that opens the folders which a run writes to."""
    return f"ReadWritePaths={' '.join(_quoted(f'-{folder}') for folder in writable)}"


FILES_CLOSED: Final = ("ProtectSystem=strict", "ProtectHome=read-only")
PRIVATE_USERS: Final = "PrivateUsers=yes"
_CLOSED: Final = (
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "SystemCallErrorNumber=EPERM",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged @resources",
    # The superuser's files keep their owner when they are written anew.
    "SystemCallFilter=@chown",
)
_CLOSED_SYSTEM: Final = (
    "CapabilityBoundingSet=",
    "DeviceAllow=",
    "PrivateDevices=yes",
    "ProcSubset=pid",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "RemoveIPC=yes",
)


def _timer(schedule: Schedule, command: str, calendar: str) -> str:
    return _file(
        {
            "Unit": [f"Description=simonsync {command} ({schedule.account}), by the clock"],
            "Timer": [
                f"OnCalendar={calendar}",
                f"RandomizedDelaySec={_JITTER}",
                # By default systemd may be a minute late to spare a laptop's battery.
                "AccuracySec=1s",
                "Persistent=yes",
            ],
            "Install": ["WantedBy=timers.target"],
        }
    )


def _file(sections: Mapping[str, list[str]]) -> str:
    blocks = (f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items())
    return MARK + "\n" + "\n".join(blocks)


def _is_temporary(path: Path) -> bool:
    return any(path.is_relative_to(folder) for folder in ("/tmp", "/var/tmp"))  # noqa: S108 only compared


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


def _quoted(word: str) -> str:
    escaped = word.replace("%", "%%")
    return escaped if re.fullmatch(r"[\w%+,./:=@-]+", escaped) else f'"{escaped}"'


def _check_paths(schedule: Schedule) -> None:
    """Refuse paths that cannot be written safely into a unit or cron's table."""
    for path in schedule.paths:
        if _UNUSABLE.search(str(path)):
            raise UsageError("schedule-path", path=str(path))


def crontab_block(schedule: Schedule) -> str:
    """Write the block of cron's table. Raises UsageError where cron cannot say the calendar expression."""
    _check_paths(schedule)
    cleanup = cron_fields(schedule.calendar)
    folders = sorted({str(path.parent) for path in schedule.credentials.values()})
    variables = "".join(f"CREDENTIALS_DIRECTORY={shlex.quote(folder)} " for folder in folders)
    sync = f"{sync_minutes(schedule.calendar)} * * * *"
    begin, end = markers(schedule.account)
    lines = (
        f"{when} {variables}{shlex.join(schedule.command(command))}"
        for when, command in ((sync, "sync"), (cleanup, "cleanup"))
    )
    # In a command, cron ends the line at a bare percent sign, also between quotes.
    return "\n".join((begin, *(line.replace("%", r"\%") for line in lines), end)) + "\n"


def markers(account: str) -> tuple[str, str]:
    """Return the lines between which an account's part of cron's table stands."""
    name = f"# simonsync {account}"
    return f"{name}: begin (`simonsync schedule` writes and removes these lines)", f"{name}: end"


def with_block(table: str, account: str, block: str) -> str:
    """Return cron's table with an account's block in place of the one it had; "" takes it out.

    Raises UsageError where the end of the old block was taken away: what follows may be somebody's own.
    """
    before, old, after = split_block(table, account)
    if not old and block and before and not before.endswith("\n"):
        before += "\n"
    return f"{before}{block}{after}"


def split_block(table: str, account: str) -> tuple[str, str, str]:
    """Split cron's table into what stands before an account's block, the block, and what follows it.

    Raises UsageError as `with_block` does.
    """
    begin, end = markers(account)
    lines = table.splitlines(keepends=True)
    bare = [line.rstrip("\r\n") for line in lines]
    if begin not in bare:
        return table, "", ""
    first = bare.index(begin)
    if end not in bare[first:]:
        raise UsageError("schedule-crontab-block", begin=begin, end=end)
    last = bare.index(end, first) + 1
    return "".join(lines[:first]), "".join(lines[first:last]), "".join(lines[last:])
