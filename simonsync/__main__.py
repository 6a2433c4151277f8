"""The console script, and `python -m simonsync`."""

from __future__ import annotations

import gc
import sys

OBJECTS_AT_START = 200_000
"""No start makes so many objects, and those that it makes stay."""


def main() -> int:
    """Run the command line and return its exit code."""
    # Looking for garbage among what has just been loaded would be a twentieth of a short command.
    gc.set_threshold(OBJECTS_AT_START)
    try:
        from simonsync.cli.app import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        # Before the first command line is read, or after the last is printed: nothing was going on.
        return 130


if __name__ == "__main__":
    sys.exit(main())
