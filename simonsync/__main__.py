"""The console script, and `python -m simonsync`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        from simonsync.cli.app import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        # Before the first command line is read, or after the last is printed: nothing was going on.
        return 130


if __name__ == "__main__":
    sys.exit(main())
