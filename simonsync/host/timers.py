"""Put timers into place, take them away, and see which there are: systemd's units and cron's table.

Both are spoken to through their own programs. Where one is not there, or does not run, nothing fails: the
caller is told, and tells the person what to do.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from simonsync.errors import UsageError
from simonsync.files import not_writable, write_durably
from simonsync.host.schedule import (
    FILES_CLOSED,
    MARK,
    PRIVATE_USERS,
    Scope,
    Unit,
    paths_line,
    split_block,
    unit_name,
    with_block,
)
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.store.journal import Journal

SYSTEM_UNITS: Final = Path("/etc/systemd/system")
CRON_FILES: Final = ("/etc/crontab", "/etc/cron.d")
_PATIENCE: Final = 30
_COMMANDS: Final = ("sync", "cleanup")
_ON_CALENDAR: Final = re.compile(r"^OnCalendar=(.+)$", re.MULTILINE)


def unit_folder(scope: Scope, environ: Mapping[str, str]) -> Path:
    """Return the folder that systemd reads an admin's units from."""
    if scope is Scope.SYSTEM:
        return SYSTEM_UNITS
    own = environ.get("XDG_CONFIG_HOME")
    return (Path(own) if own else Path.home() / ".config") / "systemd" / "user"


@dataclass(frozen=True, slots=True)
class Systemd:
    """One systemd, the user's or the system's, and the folder of its units."""

    scope: Scope
    folder: Path

    def runs(self) -> bool:
        """Tell whether it runs on this machine, for this user."""
        return self._control("show-environment") == ""

    def shuts_off(self) -> bool:
        """Tell whether it can shut a service off from what is not the service's.

        A user's own systemd cannot on every machine, and a service that asks for it there never starts. It is
        tried where systemd runs; elsewhere nothing speaks against it.
        """
        if self.scope is Scope.SYSTEM or not self.runs():
            return True
        properties = (f"--property={line}" for line in (*FILES_CLOSED, PRIVATE_USERS))
        done = _run(["systemd-run", "--user", "--quiet", "--wait", "--collect", *properties, "true"])
        return done is not None and done.returncode == 0

    def install(self, units: Sequence[Unit]) -> tuple[Path, ...]:
        """Write units and return the files that were not there or were different.

        Raises UsageError where the folder cannot be written, or where somebody else wrote a file there.
        """
        changed = []
        for unit in units:
            path = self.folder / unit.name
            before = self._content(path)
            if before is not None and not before.startswith(MARK):
                raise UsageError("schedule-unit-foreign", path=str(path))
            if before != unit.content:
                changed.append(path)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for unit in units:
                if self.folder / unit.name in changed:
                    write_durably(self.folder / unit.name, unit.content, mode=0o644)
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        return tuple(changed)

    def start(self, account: str, *, changed: bool) -> None:
        """Let the timers run, now and after each start of the machine. Raises UsageError."""
        timers = [unit_name(command, account, "timer") for command in _COMMANDS]
        self._require("daemon-reload")
        self._require("enable", "--now", *timers)
        if changed:
            # One that ran before still waits for the old moment.
            self._require("restart", *timers)

    def installed(self, account: str) -> bool:
        """Tell whether this account's sync has a timer here."""
        return self._content(self.folder / unit_name("sync", account, "timer")) is not None

    def runs_sync(self, account: str) -> bool:
        """Tell whether this account's sync is waited for: its timer is started, and systemd runs."""
        return self._control("is-active", "--quiet", unit_name("sync", account, "timer")) == ""

    def remove(self, account: str) -> tuple[Path, ...]:
        """Stop the timers and remove the units; return the files that were there. Raises UsageError."""
        names = [unit_name(command, account, kind) for command in _COMMANDS for kind in ("service", "timer")]
        there = [self.folder / name for name in names if self._content(self.folder / name) is not None]
        foreign = [path for path in there if not (self._content(path) or "").startswith(MARK)]
        if foreign:
            raise UsageError("schedule-unit-foreign", path=str(foreign[0]))
        runs = bool(there) and self.runs()
        timers = [path.name for path in there if path.suffix == ".timer"]
        if runs and timers:
            self._require("disable", "--now", *timers)
        try:
            for path in there:
                path.unlink()
            for name in names:
                (self.folder / "timers.target.wants" / name).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        if runs:
            self._require("daemon-reload")
        return tuple(there)

    def stays_after_logout(self, user: str) -> bool:
        """Tell whether a user's timers go on while the user is not logged in."""
        if self.scope is Scope.SYSTEM:
            return True
        answer = _output(["loginctl", "show-user", user, "--property=Linger"])
        return answer is not None and "Linger=yes" in answer

    def start_commands(self, account: str) -> tuple[str, ...]:
        """Return what a person types to start the timers."""
        control = " ".join(self._words())
        timers = " ".join(unit_name(command, account, "timer") for command in _COMMANDS)
        return f"{control} daemon-reload", f"{control} enable --now {timers}"

    def _words(self) -> list[str]:
        return ["systemctl", "--user"] if self.scope is Scope.USER else ["systemctl"]

    def _control(self, *words: str) -> str:
        """Ask systemd for something; return why it failed, or ""."""
        done = _run([*self._words(), *words])
        return _cause(done) if done is None or done.returncode else ""

    def _require(self, *words: str) -> None:
        cause = self._control(*words)
        if cause:
            command = shlex.join([*self._words(), *words])
            raise UsageError("schedule-command-failed", command=command, cause=cause)

    @staticmethod
    def _content(path: Path) -> str | None:
        try:
            return path.read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unwritable(path, error) from None


class Crontab:
    """The user's own table of cron."""

    def read(self) -> str:
        """Return the table; "" where the user has none. Raises UsageError where that is not certain."""
        done = _run(["crontab", "-l"])
        if done is None:
            raise UsageError("schedule-no-cron")
        if done.returncode == 0:
            return _text(done.stdout)
        # Only a clear word counts: what is taken for empty would be overwritten.
        if not done.stdout and re.search(rb"no crontab|no such file", done.stderr, re.IGNORECASE):
            return ""
        raise UsageError("schedule-command-failed", command="crontab -l", cause=_cause(done))

    def put(self, account: str, block: str) -> bool:
        """Put an account's block into the table, or with "" take it out; return whether that changed it.

        Raises UsageError.
        """
        before = self.read()
        after = with_block(before, account, block)
        if after == before:
            return False
        done = _run(["crontab", "-"], given=after)
        if done is None or done.returncode:
            raise UsageError("schedule-command-failed", command="crontab -", cause=_cause(done))
        return True

    def installed(self, account: str) -> bool:
        """Tell whether the table has this account's block. Raises UsageError."""
        return bool(split_block(self.read(), account)[1])


def schedulers(account: str, config: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Name everything on this machine that starts this account's sync: files of units, tables of cron.

    Lines that people wrote by hand count too. What this user may not read is passed over.
    """
    timer = unit_name("sync", account, "timer")
    # A package keeps its units elsewhere: one of them counts once it is enabled, by a link to it.
    places = (
        (folder / timer, folder / "timers.target.wants" / timer)
        for folder in (unit_folder(scope, environ) for scope in Scope)
    )
    found = [str(next(filter(Path.is_file, both))) for both in places if any(map(Path.is_file, both))]
    with suppress(UsageError):
        found += ["crontab -l"] * _starts(Crontab().read(), account, config)
    for path in _cron_files():
        with suppress(OSError):
            found += [str(path)] * _starts(path.read_text("utf-8", errors="replace"), account, config)
    return tuple(found)


def note_schedulers(journal: Journal, at: datetime, found: Sequence[str]) -> None:
    """Let the journal tell of two schedulers while there are two."""
    kind = kinds.TWO_SCHEDULERS
    if len(found) > 1:
        journal.note(Message(kind), at)
    elif journal.is_open(kind.code, ""):
        journal.cure(kind.table, "", at, codes=(kind.code,))


def idle(found: str, account: str, environ: Mapping[str, str]) -> str | None:
    """Return the command that starts a timer of systemd that is there and does not run; else None."""
    for scope in Scope:
        manager = Systemd(scope, unit_folder(scope, environ))
        if Path(found).is_relative_to(manager.folder) and not manager.runs_sync(account):
            return manager.start_commands(account)[-1]
    return None


def stale(found: str, account: str, writable: Sequence[Path]) -> str | None:
    """Return the unit of ours that does not let a run write where it must, beside a timer; else None.

    Folders move after units were written: a link, another state folder.
    """
    for command in _COMMANDS:
        unit = Path(found).with_name(unit_name(command, account, "service"))
        with suppress(OSError):
            text = unit.read_text("utf-8", errors="replace")
            if text.startswith(MARK) and paths_line(writable) not in text.splitlines():
                return str(unit)
    return None


def next_sync(account: str, config: Path, environ: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when a timer of this machine starts this account's sync next.

    None where none does, where systemd does not run it, or where a line of cron's is more than "every so many
    minutes". systemd may be half a minute later (`RandomizedDelaySec`).
    """
    from oncalendar import OnCalendar, OnCalendarError

    found: list[datetime] = []
    for place in schedulers(account, config, environ):
        if not place.endswith(".timer"):
            table = Crontab().read() if place == "crontab -l" else Path(place).read_text("utf-8", "replace")
            calendars = [_minutes(line) for line in table.split("\n") if _starts_sync(line, account, config)]
        elif idle(place, account, environ) is None:
            calendars = _ON_CALENDAR.findall(Path(place).read_text("utf-8"))
        else:
            calendars = []
        with suppress(OnCalendarError):
            # The machine's zone, as both read it.
            found += [next(OnCalendar(each, now.astimezone())) for each in calendars if each]
    return min(found, default=None)


def _minutes(line: str) -> str:
    """Say the minutes of a line of cron as systemd does; "" where it does not run in every hour."""
    minutes, *others = line.split()[:5]
    steps = minutes.replace("*/", "0/").replace("-", "..")
    return f"*:{steps}" if others == ["*"] * 4 else ""


def _cron_files() -> Iterator[Path]:
    for name in CRON_FILES:
        path = Path(name)
        with suppress(OSError):
            yield from sorted(path.iterdir()) if path.is_dir() else [path]


def _starts(table: str, account: str, config: Path) -> int:
    """Count the lines of a table that start this account's sync."""
    return sum(_starts_sync(line, account, config) for line in table.split("\n"))


def _starts_sync(line: str, account: str, config: Path) -> bool:
    if line.lstrip().startswith("#") or "simonsync" not in line:
        return False
    try:
        words = shlex.split(line.replace(r"\%", "%"))
    except ValueError:
        words = line.split()
    given = dict(_options(words))
    return (
        "sync" in words
        and given.get("--account", account) == account
        and Path(given.get("--config", config)).resolve() == config.resolve()
    )


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        if name in {"--account", "--config"}:
            yield name, value if equals else following


def _run(words: Sequence[str], given: str = "") -> subprocess.CompletedProcess[bytes] | None:
    """Run a program of the system, its messages in English; None where it is not there or does not end."""
    program = shutil.which(words[0])
    if program is None:
        return None
    try:
        return subprocess.run(  # noqa: S603 a program of the system, with words of ours
            [program, *words[1:]],
            input=given.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def _output(words: Sequence[str]) -> str | None:
    done = _run(words)
    return None if done is None or done.returncode else _text(done.stdout)


def _text(output: bytes) -> str:
    return output.decode("utf-8", "surrogateescape")


def _cause(done: subprocess.CompletedProcess[bytes] | None) -> str:
    """Say why a program failed, in its own words."""
    if done is None:
        return "@program-missing"
    words = done.stderr.decode("utf-8", "replace").split()
    return " ".join(words)[:300] or f"exit {done.returncode}"


def _unwritable(path: Path, error: OSError) -> UsageError:
    return not_writable(path, error, "schedule-unwritable")
