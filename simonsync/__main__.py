"""The console script, and `python -m simonsync`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    from simonsync.cli.app import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
