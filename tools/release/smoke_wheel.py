"""Install the built wheel into an empty environment, without the developers' tools, and start it.

What works from the source folder may still lack a file or a dependency once it is installed. First without
the sandbox extra, then with it; the whole story of `demo` runs from an empty folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
PATIENCE = 300
"""Seconds after which a step counts as hanging."""
PROMISED = (
    "simonsync/py.typed",
    *(f"simonsync/messages/texts/{code}/journal.py" for code in ("en", "fr", "nl")),
)


class Failed(Exception):
    """The installed program does not do what it should."""


def main() -> int:
    """Build, install, start; return 0 where all is well."""
    with TemporaryDirectory(prefix="simonsync-smoke-") as folder:
        place = Path(folder)
        try:
            _smoke(place)
        except (Failed, subprocess.TimeoutExpired) as error:
            sys.stderr.write(f"smoke run of the wheel: {error}\n")
            return 1
    sys.stdout.write("smoke run of the wheel: ok\n")
    return 0


def _smoke(place: Path) -> None:
    home = place / "home"
    home.mkdir()
    wheel = _built(place, home)
    _check_content(wheel)
    environment = place / "venv"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    program = environment / "bin" / "simonsync"

    _run(home, python, "-m", "pip", "install", "--quiet", str(wheel))
    _run(home, python, "-m", "pip", "check")
    version = _run(home, program, "--version")
    if f"simonsync {_version_of(wheel)}" not in version:
        raise Failed(f"--version says {version!r}")
    if version != _run(home, python, "-m", "simonsync", "--version"):
        raise Failed("`python -m simonsync` is not `simonsync`")
    for command in ("activate", "sync", "log", "demo"):
        if command not in _run(home, program, "--help"):
            raise Failed(f"--help does not name {command}")
    refusal = _run(home, program, "--lang", "en", "demo", code=2)
    if "simonsync[sandbox]" not in refusal:
        raise Failed(f"demo without the sandbox does not say how to install it: {refusal!r}")

    _run(home, python, "-m", "pip", "install", "--quiet", f"{wheel}[sandbox]")
    before = set(home.iterdir())
    _run(home, program, "demo")
    if left := sorted(path.name for path in set(home.iterdir()) - before):
        raise Failed(f"demo leaves behind {', '.join(left)}")


def _built(place: Path, home: Path) -> Path:
    _run(home, Path(sys.executable), "-m", "build", "--wheel", "--outdir", str(place / "dist"), str(ROOT))
    (wheel,) = (place / "dist").glob("*.whl")
    return wheel


def _version_of(wheel: Path) -> str:
    return wheel.name.split("-")[1]


def _check_content(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    if missing := [name for name in PROMISED if name not in names]:
        raise Failed(f"the wheel lacks {', '.join(missing)}")
    if not any(name.endswith("/share/man/man1/simonsync.1") for name in names):
        raise Failed("the wheel lacks the manual page")
    if strangers := [name for name in names if not name.startswith(("simonsync/", "simonsync-"))]:
        raise Failed(f"the wheel brings {', '.join(strangers)}")


def _run(folder: Path, program: Path, *arguments: str, code: int = 0) -> str:
    """Run a program as a user would who knows nothing of this machine; return all that it prints."""
    kept = (
        "PATH",
        "LANG",
        "TMPDIR",
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "http_proxy",
        "https_proxy",
        "no_proxy",
    )
    environ = {name: os.environ[name] for name in os.environ if name in kept or name.startswith("PIP_")}
    done = subprocess.run(
        [str(program), *arguments],
        cwd=folder,
        env={**environ, "HOME": str(folder), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode != code:
        raise Failed(f"{program.name} {' '.join(arguments)} exits {done.returncode}:\n{done.stdout}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
