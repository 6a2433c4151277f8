"""A person at a terminal: waits for a question, then types the answer."""

from __future__ import annotations

import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Iterable, Mapping
from fcntl import ioctl
from pathlib import Path
from select import select

from tests.cli.program import PROGRAM, Ended, environment

_PATIENCE_SECONDS = 20
_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def converse(
    folder: Path,
    arguments: Iterable[str],
    script: Iterable[tuple[str, str]],
    *,
    environ: Mapping[str, str] | None = None,
    colours: bool = False,
) -> Ended:
    """Run a command on a terminal; for each pair wait until the first text appears, then type the second.

    What the person saw comes as one text, without colours unless they are wanted.
    """
    person, program = pty.openpty()
    ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=folder,
        env=environment(folder, {"TERM": "xterm", **(environ or {})}),
        stdin=program,
        stdout=program,
        stderr=program,
        start_new_session=True,
    )
    os.close(program)
    seen, position = b"", 0
    with process:
        try:
            for wanted, typed in script:
                while wanted.encode() not in seen[position:]:
                    part = _read(person)
                    assert part, f"nothing came while waiting for {wanted!r}:\n{seen.decode()}"
                    seen += part
                position = seen.index(wanted.encode(), position) + len(wanted.encode())
                os.write(person, f"{typed}\n".encode())
            while part := _read(person):
                seen += part
            code = process.wait(timeout=30)
        finally:
            process.kill()
            os.close(person)
    shown = seen.decode() if colours else _STYLE.sub("", seen.decode())
    return Ended(code, shown.replace("\r\n", "\n"), "")


def _read(person: int) -> bytes:
    """Read what has come; nothing where the program has ended, or says nothing for a long time."""
    readable, _, _ = select([person], [], [], _PATIENCE_SECONDS)
    try:
        return os.read(person, 65536) if readable else b""
    except OSError:
        # The terminal of a process that has ended.
        return b""
