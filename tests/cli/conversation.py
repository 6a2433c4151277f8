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
"""After so long without a word a program counts as hanging."""
_PAUSE_SECONDS = 1
"""After so long without a word, what looks like a question is one and not half a line."""
_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def converse(
    folder: Path,
    arguments: Iterable[str],
    script: Iterable[tuple[str, str]],
    *,
    environ: Mapping[str, str] | None = None,
    colours: bool = False,
) -> Ended:
    """Run a command on a terminal; for each pair wait until the first text is asked, then type the second.

    What the person saw comes as one text, without colours unless they are wanted. A question that is not in
    the script is a failure at once, with that text.
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
    screen = _Screen(person)
    with process:
        try:
            for wanted, typed in script:
                screen.wait_for(wanted)
                screen.answer(typed)
            screen.wait_for(None)
            code = process.wait(timeout=30)
        finally:
            process.kill()
            os.close(person)
    shown = screen.seen if colours else _STYLE.sub("", screen.seen)
    return Ended(code, shown.replace("\r\n", "\n"), "")


class _Screen:
    """What the person sees: all of it, and what has come since the last answer."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._before = self._new = b""

    @property
    def seen(self) -> str:
        return (self._before + self._new).decode(errors="replace")

    def wait_for(self, wanted: str | None) -> None:
        """Read until a question with this text is asked; where none is wanted, to the end of the program."""
        while True:
            asked = self._is_asked()
            if asked and wanted is not None and wanted.encode() in self._new:
                return
            part = self._read(_PAUSE_SECONDS if asked else _PATIENCE_SECONDS)
            if part == b"" and wanted is None:
                return
            if not part:
                what = "it has ended" if part == b"" else "an unexpected question" if asked else "silence"
                wish = "the end" if wanted is None else repr(wanted)
                raise AssertionError(f"{what} instead of {wish}:\n{_STYLE.sub('', self.seen)}")
            self._new += part

    def answer(self, typed: str) -> None:
        self._before, self._new = self._before + self._new, b""
        os.write(self._terminal, f"{typed}\n".encode())

    def _is_asked(self) -> bool:
        """Only a question leaves its line open, with a space for the answer."""
        last = _STYLE.sub("", self._new.decode(errors="replace")).rpartition("\n")[2]
        return last.endswith(" ") and bool(last.strip())

    def _read(self, seconds: float) -> bytes | None:
        """Read what has come: empty where the program has ended, None where it says nothing for so long."""
        readable, _, _ = select([self._terminal], [], [], seconds)
        if not readable:
            return None
        try:
            return os.read(self._terminal, 65536)
        except OSError:
            # The terminal of a process that has ended.
            return b""
