"""Stand-ins of a machine's own programs, as real processes: they note how they were called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

LOG = 'printf "%s" "$(basename "$0")" >>"{log}"; for word in "$@"; do printf " %s" "$word" >>"{log}"; done\n'
LOG += 'echo >>"{log}"\n'

CRONTAB = """\
case "$1" in
  -l) if [ -f "{table}" ]; then cat "{table}"; else echo "no crontab for firm" >&2; exit 1; fi ;;
  -) cat >"{table}" ;;
  *) exit 64 ;;
esac
"""


class Machine:
    """A folder of programs at the front of PATH."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "bin"
        self.folder.mkdir()
        self.log = folder / "calls"
        self.table = folder / "crontab of the firm"
        self._monkeypatch = monkeypatch
        # The machine's own programs are out of reach: the shell and what its scripts use are not.
        for name in ("sh", "cat", "basename", "printf", "true"):
            program = next(
                Path(place) / name for place in ("/bin", "/usr/bin") if (Path(place) / name).exists()
            )
            (self.folder / name).symlink_to(program)
        monkeypatch.setenv("PATH", str(self.folder))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "xdg"))

    @property
    def units(self) -> Path:
        return Path(os.environ["XDG_CONFIG_HOME"]) / "systemd" / "user"

    def add(self, name: str, script: str = "exit 0\n") -> None:
        path = self.folder / name
        path.write_text("#!/bin/sh\n" + (LOG + script).format(log=self.log, table=self.table))
        path.chmod(0o755)

    def with_cron(self, table: str | None = None) -> None:
        self.add("crontab", CRONTAB)
        if table is not None:
            self.table.write_text(table)

    def with_systemd(self, *, shuts_off: bool = True) -> None:
        self.add("systemctl")
        self.add("systemd-run", "exit 0\n" if shuts_off else "exit 226\n")
        self.add("loginctl", "echo Linger=yes\n")

    @property
    def calls(self) -> list[str]:
        """What was called, and the list is empty again."""
        if not self.log.exists():
            return []
        lines = self.log.read_text().splitlines()
        self.log.unlink()
        return lines
