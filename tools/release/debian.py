"""Build the Debian package with dpkg-deb: `python -m tools.release.debian [--python PYTHON] [--version V]`.

The package brings a virtual environment of its own. One that `venv` makes knows the folder it was made in, by
its scripts and its `pyvenv.cfg`; so it is laid out here as it will lie in the end, in four steps: a link to
Debian's Python, `pyvenv.cfg`, the wheels unpacked by `pip --target`, one script. Nothing in it knows the
folder it was built in, and no interpreter is copied: Debian's security updates of Python reach it.
Its libraries are partly compiled for one version of Python: the package depends on exactly that one.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from simonsync import __version__
from simonsync.host.schedule import Schedule, Scope, units
from tools.docs.manpage import manual_page
from tools.docs.reference import EXIT_CODES, example_configuration

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "debian"
EXTRAS = "notify"
"""Of the optional parts, what a timer may need."""
PROGRAM = Path("/opt/simonsync")
STATE = Path("/var/lib/simonsync")
CONFIG = Path("/etc/simonsync/config.yaml")
COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/simonsync",
    "zsh": "usr/share/zsh/vendor-completions/_simonsync",
    "fish": "usr/share/fish/vendor_completions.d/simonsync.fish",
}
SCRIPTS = ("postinst", "prerm", "postrm")


def build(target: Path, python: str, version: str = __version__) -> Path:
    """Build the package into a folder and return its file."""
    architecture = _said("dpkg", "--print-architecture")
    name = _said(python, "-c", "import sys; print(f'python3.{sys.version_info[1]}')")
    with TemporaryDirectory(prefix="simonsync-deb-") as folder:
        stage = Path(folder) / "root"
        _environment(stage, python, name)
        _program(stage)
        _texts(stage)
        for unit in units(_schedule(), Scope.SYSTEM):
            _write(stage / "lib/systemd/system" / unit.name, unit.content)
        _write(stage / CONFIG.relative_to("/"), _configuration(), mode=0o640)
        size = sum(path.lstat().st_size for path in stage.rglob("*") if not path.is_dir()) // 1024
        control = (
            (SOURCE / "control")
            .read_text("utf-8")
            .format(version=version, architecture=architecture, size=size, python=name)
        )
        _write(stage / "DEBIAN/control", control)
        _write(stage / "DEBIAN/conffiles", f"{CONFIG}\n")
        for script in SCRIPTS:
            _write(stage / "DEBIAN" / script, (SOURCE / script).read_text("utf-8"), mode=0o755)
        target.mkdir(parents=True, exist_ok=True)
        package = target / f"simonsync_{version}_{architecture}.deb"
        _run("dpkg-deb", "--root-owner-group", "--build", str(stage), str(package))
    return package


def _schedule() -> Schedule:
    return Schedule(
        account="default",
        program=(str(PROGRAM / "bin/simonsync"),),
        config=CONFIG,
        writable=(STATE,),
        calendar="weekly",
        user="simonsync",
    )


def _configuration() -> str:
    text, own = example_configuration(), "state: ./state"
    if text.count(f"\n{own} ") != 1:
        raise ValueError(f"the example configuration has no line {own!r}")
    return text.replace(own.ljust(len(f"state: {STATE}")), f"state: {STATE}", 1)


def _environment(stage: Path, python: str, name: str) -> None:
    """Lay out the virtual environment as it will lie on the machine."""
    place = stage / PROGRAM.relative_to("/")
    libraries = place / "lib" / name / "site-packages"
    (place / "bin").mkdir(parents=True)
    (place / "bin/python3").symlink_to(f"/usr/bin/{name}")
    version = _said(python, "-c", "import platform; print(platform.python_version())")
    _write(
        place / "pyvenv.cfg",
        f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {version}\n",
    )
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "--quiet")
    _run(*pip, "install", "--no-compile", "--target", str(libraries), f"{ROOT}[{EXTRAS}]")
    # Scripts and manual pages of the libraries: the environment is nobody's workbench.
    for left in ("bin", "share"):
        shutil.rmtree(libraries / left, ignore_errors=True)
    for record in libraries.glob("*.dist-info/direct_url.json"):
        # Where it was built from is nobody's business.
        record.unlink()
    # Compiled once, here: the system user may not write there, and no clock decides whether it still counts.
    compiling = ("-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash")
    _run(python, *compiling, "-s", str(stage), "-p", "/", str(libraries))
    _write(place / "bin/simonsync", (SOURCE / "program").read_text("utf-8"), mode=0o755)


def _program(stage: Path) -> None:
    _write(stage / "usr/bin/simonsync", (SOURCE / "launcher").read_text("utf-8"), mode=0o755)
    for shell, place in COMPLETIONS.items():
        script = _said(
            *(sys.executable, "-m", "simonsync"), environ={"_SIMONSYNC_COMPLETE": f"source_{shell}"}
        )
        _write(stage / place, script.lstrip("\n") + "\n")


def _texts(stage: Path) -> None:
    documents = stage / "usr/share/doc/simonsync"
    _write_zipped(stage / "usr/share/man/man1/simonsync.1.gz", manual_page(EXIT_CODES))
    _write_zipped(documents / "changelog.gz", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    _write(documents / "config.example.yaml", example_configuration())
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.*")):
        copy = documents / page.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(page, copy)
    licence = (ROOT / "LICENSE").read_text("utf-8").strip().splitlines()
    folded = "".join(f" {line or '.'}\n" for line in licence)
    _write(documents / "copyright", (SOURCE / "copyright").read_text("utf-8") + folded)


def _write(path: Path, content: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    path.chmod(mode)


def _write_zipped(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content.encode(), mtime=0))


def _said(*words: str, environ: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        words, env={**os.environ, **(environ or {})}, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.rstrip("\n")


def _run(*words: str) -> None:
    # What dpkg-deb notes of times can be given, so that the same source makes the same package.
    changed = int((ROOT / "CHANGELOG.md").stat().st_mtime)
    environ = {"SOURCE_DATE_EPOCH": str(changed), **os.environ}
    old = os.umask(0o022)
    try:
        subprocess.run(words, env=environ, stdout=sys.stderr, check=True)
    finally:
        os.umask(old)


def options(arguments: Sequence[str]) -> str:
    """Return the Python that the package is for."""
    parser = ArgumentParser()
    parser.add_argument("--python", default="/usr/bin/python3")
    return str(parser.parse_args(arguments).python)


def main(arguments: Sequence[str]) -> int:
    """Build the package; return 2 where the tools for it are missing."""
    if shutil.which("dpkg-deb") is None:
        sys.stderr.write("dpkg-deb was not found: a Debian package is built on Debian or Ubuntu.\n")
        return 2
    sys.stdout.write(f"{build(ROOT / 'dist', options(arguments))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
