"""Show a state file in a browser: Datasette, read-only, on this machine, for the one who started it.

The file is for its owner's eyes, but a port on loopback is open to everybody on the machine. So Datasette
shows nothing to whoever has not come by the address that it makes for its owner, which works once.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final

from simonsync.errors import UsageError
from simonsync.host.extras import install_command
from simonsync.messages.render import Language, word
from simonsync.store.sqlite.named_queries import NAMED_QUERIES

HOST: Final = "127.0.0.1"
_LOOK: Final = 0.05
"""Seconds between two looks whether it answers."""


@dataclass(frozen=True, slots=True)
class Browsing:
    """Datasette while it runs.

    Attributes:
        url: the address for its owner; it works once.
        database: how the state file is called in addresses.
        running: whether it still runs.
    """

    url: str
    database: str
    running: Callable[[], bool]


def metadata(database: str, account: str, language: Language) -> dict[str, object]:
    """Describe the file for Datasette: its named queries, and that only its owner may see anything."""
    return {
        "title": f"simonsync – {account}",
        "description": word("browse-description", language),
        "allow": {"id": "root"},
        "databases": {
            database: {
                "queries": {
                    name: {"sql": sql, "title": word(f"browse-{name.replace('_', '-')}", language)}
                    for name, sql in NAMED_QUERIES.items()
                }
            }
        },
    }


@contextmanager
def browsing(
    file: Path, account: str, language: Language, *, port: int, check: Callable[[], None]
) -> Iterator[Browsing]:
    """Run Datasette on a state file while the body runs; `check` raises where somebody wants to stop.

    Raises UsageError where the extra is missing, the port is taken, or Datasette does not start.
    """
    if find_spec("datasette") is None:
        raise UsageError("browse-extra-missing", command=install_command("browse"))
    port = free_port(port)
    with TemporaryDirectory(prefix="simonsync-browse-") as folder:
        described = Path(folder) / "metadata.json"
        described.write_text(json.dumps(metadata(file.stem, account, language)), "utf-8")
        with (
            (Path(folder) / "log").open("w+", encoding="utf-8") as log,
            subprocess.Popen(  # noqa: S603 our own interpreter, and paths that no shell reads
                _words(file, described, port),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=_environment(os.environ),
                # Ctrl-C is ours to take: we stop it then.
                start_new_session=True,
            ) as process,
        ):
            try:
                yield Browsing(_started(process, port, log, check), file.stem, lambda: process.poll() is None)
            finally:
                process.terminate()


def _words(file: Path, described: Path, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "datasette", "serve", str(file)),
        *("--host", HOST, "--port", str(port), "--metadata", str(described), "--root"),
        # The file itself stays where it is.
        *("--setting", "allow_download", "off"),
        *("--setting", "sql_time_limit_ms", "5000"),
    ]


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Keep credentials away from it, and plugins that somebody else has installed."""
    kept = {
        name: value for name, value in environ.items() if not name.startswith(("SIMONSYNC_", "DATASETTE_"))
    }
    return {**kept, "DATASETTE_LOAD_PLUGINS": "", "PYTHONUNBUFFERED": "1"}


def free_port(port: int) -> int:
    """Return the port that is asked for, else any free one. Raises UsageError where it is taken."""
    with socket.socket() as probe:
        # As the server does it: what an earlier one has left behind is in nobody's way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError("browse-port-taken", port=str(port), cause=error.strerror or "") from None
        return int(probe.getsockname()[1])


def _started(process: subprocess.Popen[str], port: int, log: IO[str], check: Callable[[], None]) -> str:
    """Wait until Datasette answers and return the address that it has made for its owner."""
    from time import sleep

    url = process.stdout.readline().strip() if process.stdout else ""
    while process.poll() is None and url:
        check()
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return url
        sleep(_LOOK)
    process.wait()
    log.seek(0)
    said = [line.strip() for line in log if line.strip()]
    raise UsageError("browse-failed", cause=said[-1] if said else str(process.returncode))
