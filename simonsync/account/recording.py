"""Keep what a command was told and what it had before it, so that it can be done again elsewhere.

A recording is a zip for its owner alone: `recording.json` (the command, its clocks, what it came to),
`config.yaml`, the profile and the state as they were, and `exchange.har` with every request to both services.
No secret is in it. It names customers.
"""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from simonsync import __version__
from simonsync.account.machine import machine_identity
from simonsync.account.surroundings import Surroundings
from simonsync.config.redacted import redacted
from simonsync.config.schema import Configuration
from simonsync.errors import UsageError
from simonsync.files import is_there, not_writable, replacing
from simonsync.http import Answer, Call, Unsettled
from simonsync.http.har import entry_of
from simonsync.rules.marker import marker
from simonsync.secrecy import without_secrets
from simonsync.sync.run import Clocks

FORMAT: Final = 1
STAND_IN: Final = "8071265943708216"
"""The licence code under which a recording is replayed."""
MANIFEST, CONFIG, PROFILE, STATE, WITNESS, EXCHANGE = (
    "recording.json",
    "config.yaml",
    "profile.yaml",
    "state.db",
    "state.witness",
    "exchange.har",
)
_CREATOR: Final = json.dumps({"name": "simonsync", "version": __version__})
_HAR_HEAD: Final = f'{{"log": {{"version": "1.2", "creator": {_CREATOR}, "entries": ['


@dataclass(slots=True)
class Recorder:
    """Takes what passes between a command and both services.

    Attributes:
        failure: why nothing is recorded any more; a run goes on without.
    """

    clocks: Clocks
    exchange: IO[bytes]
    markers: dict[str, str] = field(default_factory=dict)
    failure: OSError | None = None
    count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def surroundings(self) -> Surroundings:
        """Return where the command runs: here, but seen."""
        return Surroundings(around=self._around, mark=self._mark)

    def _around(self, service: str, url: str, call: Call, carry: Callable[[], Answer]) -> Answer:
        begun, at = self.clocks.now(), self.clocks.elapsed()
        try:
            outcome: Answer | Unsettled = carry()
        except Unsettled as trouble:
            outcome = trouble
        ended = self.clocks.elapsed()
        self._note({**entry_of(service, url, call, outcome, begun, ended - at), "_ended": ended})
        if isinstance(outcome, Unsettled):
            raise outcome
        return outcome

    def _note(self, entry: Mapping[str, Any]) -> None:
        with self._lock:
            if self.failure is None:
                try:
                    line = ("," if self.count else "") + "\n" + json.dumps(entry, ensure_ascii=False)
                    self.exchange.write(line.encode())
                    self.count += 1
                except OSError as error:
                    # A disk that is full is no reason to leave a draft half made.
                    self.failure = error

    def _mark(self, **of: Any) -> str:  # noqa: ANN401 - as `rules.marker` has them
        made = marker(**of)
        self.markers[marker_key(**of)] = made
        return made


def marker_key(*, licence: str, **of: object) -> str:
    """Name a marker by what it is made of, without the licence code."""
    del licence
    return json.dumps(of, default=str, sort_keys=True)


@dataclass(slots=True)
class Recorded:
    """What the command came to; who carries it out fills it in."""

    surroundings: Surroundings
    result: Mapping[str, object] = field(default_factory=dict)


@contextmanager
def recording(
    path: Path,
    configuration: Configuration,
    clocks: Clocks,
    arguments: Sequence[str],
    credentials: Sequence[str],
    language: str,
) -> Iterator[Recorded]:
    """Record the command that is carried out inside; the file appears when it is over.

    Given the command's arguments and the names of the credentials that there are. Raises UsageError where the
    file cannot be written.
    """
    began: tuple[datetime, float] = clocks.now(), clocks.elapsed()
    try:
        with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            _put_before(archive, configuration)
            with archive.open(EXCHANGE, mode="w", force_zip64=True) as exchange:
                exchange.write(_HAR_HEAD.encode())
                recorder = Recorder(clocks, exchange)
                recorded = Recorded(recorder.surroundings())
                yield recorded
                exchange.write(b"\n]}}\n")
            if recorder.failure is not None:
                raise recorder.failure
            manifest = {
                "format": FORMAT,
                "simonsync": __version__,
                "arguments": [without_secrets(each) for each in arguments],
                "language": language,
                "began": began[0].isoformat(),
                "elapsed": began[1],
                "boot": clocks.boot,
                "machine": machine_identity(),
                "credentials": list(credentials),
                "folder": str(configuration.file.parent),
                "markers": recorder.markers,
                **recorded.result,
            }
            archive.writestr(MANIFEST, without_secrets(json.dumps(manifest, ensure_ascii=False, indent=1)))
    except OSError as error:
        raise not_writable(path, error) from None


def _put_before(archive: zipfile.ZipFile, configuration: Configuration) -> None:
    """Put in what there was before the command: configuration, profile, state."""
    import yaml

    from simonsync.store.sqlite.copies import copy_without_secrets

    document = redacted(configuration)
    # A replay tells nobody.
    del document["alerts"]
    if configuration.simon.profile is not None:
        archive.writestr(PROFILE, without_secrets(configuration.simon.profile.read_text("utf-8")))
        section = document["simon"]
        if isinstance(section, dict):
            section["profile"] = PROFILE
    archive.writestr(CONFIG, without_secrets(yaml.safe_dump(document, allow_unicode=True, sort_keys=False)))
    if not is_there(configuration.database):
        return
    with TemporaryDirectory(prefix="simonsync-") as folder, suppress(UsageError):
        # A state that cannot be read is told by the command itself.
        copy = Path(folder) / STATE
        copy_without_secrets(configuration.database, copy, sha256(STAND_IN.encode()).hexdigest())
        archive.write(copy, STATE)
        with suppress(OSError):
            archive.writestr(WITNESS, configuration.database.with_suffix(".witness").read_bytes())
