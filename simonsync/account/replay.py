"""Do a recorded command again, without either service, and say where it departs from what was recorded."""

from __future__ import annotations

import json
import re
import threading
import zipfile
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from simonsync.account.recording import (
    CONFIG,
    EXCHANGE,
    FORMAT,
    MANIFEST,
    PROFILE,
    STAND_IN,
    STATE,
    WITNESS,
    marker_key,
)
from simonsync.account.surroundings import Surroundings
from simonsync.config.credentials import variable_of
from simonsync.errors import UsageError
from simonsync.files import write_durably
from simonsync.http import Answer, Call, Unsettled
from simonsync.http.har import Entry, body_of, entry_of, key_of, outcome_of, writes
from simonsync.rules.marker import marker
from simonsync.store.opening import open_state
from simonsync.sync.run import Clocks

_SECONDS: Final = re.compile(r"(?<!\d)(?:1[5-9]|[2-9]\d)\d{8}(?!\d)")
_NEAR: Final = 600
"""Seconds by which a moment in a request may differ: the clock moves on between two recorded answers."""
_MOST: Final = 20
"""So many differences of one thing are told."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Something that was otherwise.

    Attributes:
        kind: `sent` (a write was sent otherwise), `new` (a request that was not recorded), `missing` (a
            recorded write was not sent), `result`, `exit_code`.
        what: the call, or the place in the result.
        recorded, now: what it was, and what it is; "" where there was nothing.
    """

    kind: str
    what: str
    recorded: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording that was read: what it says of its command, and each request with its answer."""

    manifest: Mapping[str, Any]
    entries: Sequence[Entry]
    files: Mapping[str, bytes]

    def unpack(self, folder: Path, settings: Mapping[str, object]) -> Path:
        """Put configuration and state into a folder, with some settings changed; return the configuration."""
        import yaml

        document = yaml.safe_load(self.files[CONFIG])
        document["settings"] = {**document.get("settings", {}), **settings}
        config, state = folder / CONFIG, folder / "state"
        state.mkdir(mode=0o700)
        write_durably(config, yaml.safe_dump(document, allow_unicode=True))
        places = {
            PROFILE: folder / PROFILE,
            STATE: state / f"{document['account']}.db",
            WITNESS: state / f"{document['account']}.witness",
        }
        for name, place in places.items():
            if name in self.files:
                write_durably(place, self.files[name])
        if settings and STATE in self.files:
            # In force before the command begins, as if somebody had configured them.
            with open_state(places[STATE]) as known:
                _, before = known.settings.current() or (0, {})
                known.settings.add({**before, **settings}, datetime.fromisoformat(self.manifest["began"]))
        return config

    def environ(self, folder: Path) -> dict[str, str]:
        """Return an environment in which stand-ins of the credentials stand, and nothing of this machine."""
        stand_ins = {name: f"stand-in-for-{name}" for name in self.manifest["credentials"]}
        if "simon_key" in stand_ins:
            stand_ins["simon_key"] = STAND_IN
        return {"HOME": str(folder), **{variable_of(name): value for name, value in stand_ins.items()}}

    def arguments(self) -> list[str]:
        """Return the recorded arguments; a file that they name is one of the temporary folder."""
        return [_at_home(each) for each in self.manifest["arguments"]]


def read_recording(path: Path) -> Tape:
    """Read a recording. Raises UsageError where it is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(files[MANIFEST])
        entries = json.loads(files[EXCHANGE])["log"]["entries"]
        if manifest["format"] != FORMAT:
            raise UsageError("recording-newer", path=str(path), version=str(manifest["simonsync"]))
        return Tape(manifest, entries, files)
    except OSError as error:
        raise UsageError("recording-unreadable", path=str(path), cause=error.strerror or "") from None
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError):
        raise UsageError("recording-damaged", path=str(path)) from None


def _at_home(argument: str) -> str:
    option, equals, value = argument.rpartition("=")
    place = Path(value)
    return f"{option}{equals}{place.name}" if place.is_absolute() or ".." in place.parts else argument


@dataclass(slots=True)
class Player:
    """Answers in the place of both services, at the recorded time."""

    tape: Tape
    departures: list[Departure] = field(default_factory=list)
    reads_not_recorded: list[Departure] = field(default_factory=list)
    _elapsed: float = 0.0
    _left: dict[str, deque[Entry]] = field(default_factory=lambda: defaultdict(deque))
    _near: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _last: dict[str, Entry] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Sort the answers by what was asked: read ahead or not, each call finds its own."""
        self._elapsed = self.tape.manifest["elapsed"]
        for entry in self.tape.entries:
            key = key_of(entry)
            if key not in self._left:
                self._near[_SECONDS.sub("#", key)].append(key)
            self._left[key].append(entry)

    def surroundings(self) -> Surroundings:
        """Return where the command runs: in the recording."""
        manifest = self.tape.manifest
        return Surroundings(
            around=self._around,
            clocks=Clocks(self._now, lambda: self._elapsed, self._sleep, manifest["boot"]),
            machine=lambda: manifest["machine"],
            mark=lambda **of: manifest["markers"].get(marker_key(**of)) or marker(**of),
        )

    def not_sent(self) -> Iterator[Departure]:
        """Name the recorded writes that were not sent."""
        for entries in self._left.values():
            for entry in entries:
                if entry["_writes"]:
                    yield Departure("missing", entry["_call"], _short(body_of(entry)))

    def _now(self) -> datetime:
        began = datetime.fromisoformat(self.tape.manifest["began"])
        return began + timedelta(seconds=self._elapsed - self.tape.manifest["elapsed"])

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            self._elapsed += seconds

    def _around(self, service: str, url: str, call: Call, carry: Callable[[], Answer]) -> Answer:
        del carry  # nothing of a replay ever reaches a network
        asked = entry_of(service, url, call, Answer(0, {}, b""), self._now(), 0)
        with self._lock:
            entry = self._found(asked, call)
            if entry is not None:
                self._elapsed = max(self._elapsed, entry["_ended"])
        outcome = outcome_of(entry) if entry is not None else self._unknown(asked, call)
        if isinstance(outcome, Unsettled):
            raise outcome
        return outcome

    def _found(self, asked: Entry, call: Call) -> Entry | None:
        key = key_of(asked)
        if not self._left.get(key):
            near = next((each for each in self._near_to(key) if self._left[each] and _alike(each, key)), None)
            key = near or key
        if self._left.get(key):
            self._last[key] = self._left[key].popleft()
            return self._last[key]
        if not writes(call):
            # Asked more often than then: what it was told last.
            return self._last.get(key)
        for entries in self._left.values():
            if entries and entries[0]["_writes"] and entries[0]["_call"] == asked["_call"]:
                entry = entries.popleft()
                found = list(differences(body_of(entry), body_of(asked)))
                self.departures += [
                    Departure("sent", f"{asked['_call']} {place}".strip(), before, now)
                    for place, before, now in found[:_MOST]
                ]
                return entry
        return None

    def _near_to(self, key: str) -> Sequence[str]:
        """Name the calls that differ from one in moments only."""
        return self._near.get(_SECONDS.sub("#", key), ())

    def _unknown(self, asked: Entry, call: Call) -> Answer | Unsettled:
        if call.login:
            # A token that was still good when it was recorded.
            token = json.dumps({"access_token": "stand-in", "token_type": "Bearer", "expires_in": 3600})
            return Answer(200, {}, token.encode())
        told = Departure("new", asked["_call"], "", _short(body_of(asked) or asked["request"]["url"]))
        # A page that is read ahead may not have been wanted in the end: what it leads to tells.
        (self.departures if writes(call) else self.reads_not_recorded).append(told)
        return Unsettled("@cause-not-recorded", code="service-unreachable", sent=False, again=False)


def differences(before: object, now: object, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Compare two values of JSON: where they differ, what stood there and what stands there now."""
    match before, now:
        case dict(), dict():
            for name in dict.fromkeys((*before, *now)):
                inner = f"{place}.{name}" if place else str(name)
                yield from differences(before.get(name), now.get(name), inner)
        case list(), list():
            for index in range(max(len(before), len(now))):
                first, second = (each[index] if index < len(each) else None for each in (before, now))
                yield from differences(first, second, f"{place}[{index}]")
        case _ if before != now and not _alike(str(before), str(now)):
            yield place, _short(before), _short(now)


def _alike(before: str, now: str) -> bool:
    """Tell whether two texts are the same but for moments that lie close together."""
    if _SECONDS.sub("#", before) != _SECONDS.sub("#", now):
        return False
    first, second = _SECONDS.findall(before), _SECONDS.findall(now)
    return len(first) == len(second) and all(
        abs(int(one) - int(other)) <= _NEAR for one, other in zip(first, second, strict=True)
    )


def _short(value: object) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:299] + "…"  # noqa: PLR2004 a line or two of a terminal
