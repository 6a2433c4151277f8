"""The console script, and `python -m simonsync`."""

from __future__ import annotations

import gc
import os
import sys

OBJECTS_AT_START = 200_000
"""No start makes so many objects, and those that it makes stay."""


def main() -> int:
    """Run the command line and return its exit code."""
    # Looking for garbage among what has just been loaded would be a twentieth of a short command.
    gc.set_threshold(OBJECTS_AT_START)
    _open_what_is_closed()
    try:
        from simonsync.cli.app import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        # Before the first command line is read, or after the last is printed: nothing was going on.
        return 130


def _open_what_is_closed() -> None:
    """Put nowhere in the place of channels that were closed at the start, as some supervisors do (`>&-`).

    Else the next file that is opened would take such a channel's descriptor, and what is printed.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != descriptor:
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
            mode = "w" if descriptor else "r"
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8", closefd=False))


if __name__ == "__main__":
    sys.exit(main())
