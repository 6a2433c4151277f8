"""The parts that are installed only where they are wanted."""

from __future__ import annotations

import sys
from pathlib import Path


def install_command(extra: str) -> str:
    """Return the line that installs an extra where this program runs: in pipx's environment, or by pip."""
    pip = "pipx runpip simonsync" if (Path(sys.prefix) / "pipx_metadata.json").exists() else "pip"
    return f'{pip} install "simonsync[{extra}]"'
