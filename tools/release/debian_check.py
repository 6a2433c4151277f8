"""Install, upgrade, remove and purge the Debian package in a root of its own, and run what it brings.

What is real: the package, dpkg with its database and its rules for configuration files, the maintainers'
scripts, useradd and userdel, and the program on Debian's own Python. What is not: dpkg does not enter the
root (`--force-script-chrootless`), its database only claims that what the package depends on is there, and no
systemd runs in it.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.release.debian import CONFIG, PROGRAM, ROOT, STATE, build, options

TOOLS = ("dpkg", "dpkg-deb", "useradd", "userdel")
ADMINS = "language: nl  # by the admin\n"
SECRET = b"which work orders were sent"


class Failed(Exception):
    """The package does not do what it should."""


class Machine:
    """A root with a dpkg of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "etc", "opt"):
            (root / folder).mkdir(parents=True)
        (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (root / "etc/group").write_text("root:x:0:\n")
        for name in ("shadow", "gshadow"):
            (root / "etc" / name).touch(mode=0o640)
        (root / "var/lib/dpkg/status").write_text("")

    def claim(self, package: Path) -> None:
        """Let the database say that what the package depends on is installed."""
        depends = _said("dpkg-deb", "--field", str(package), "Depends")
        (self.root / "var/lib/dpkg/status").write_text(
            "\n".join(
                f"Package: {name}\nStatus: install ok installed\nMaintainer: nobody\nArchitecture: all\n"
                f"Version: 1\nDescription: claimed\n"
                for name in depends.split(", ")
            )
        )

    def dpkg(self, *words: str) -> None:
        _run("dpkg", f"--root={self.root}", "--force-script-chrootless", "--force-confold", *words)

    def path(self, path: Path) -> Path:
        return self.root / path.relative_to("/")

    def status(self) -> str:
        database = str(self.root / "var/lib/dpkg")
        return _said(
            "dpkg-query", f"--admindir={database}", "--show", "--showformat=${Status} ${Version}", "simonsync"
        )

    def user(self) -> str:
        entries = (self.root / "etc/passwd").read_text().splitlines()
        return next((entry for entry in entries if entry.startswith("simonsync:")), "")

    def simonsync(self, *arguments: str) -> str:
        """Start the program as its script does, by the Python that the root's environment leads to."""
        place = self.path(PROGRAM) / "bin"
        return _said(str(place / "python3"), "-I", str(place / "simonsync"), *arguments)

    def files(self) -> set[str]:
        """Name all that is there, without what dpkg and useradd keep for themselves."""
        own = (
            "var/lib/dpkg/",
            "etc/passwd",
            "etc/group",
            "etc/shadow",
            "etc/gshadow",
            "etc/subuid",
            "etc/subgid",
        )
        names = (str(path.relative_to(self.root)) for path in self.root.rglob("*"))
        return {name for name in names if not name.startswith(own) and name != "etc/.pwd.lock"}


def check(python: str) -> None:
    """Build the package and lead it through its life. Raises Failed."""
    with TemporaryDirectory(prefix="simonsync-life-") as folder:
        place = Path(folder)
        package = build(ROOT / "dist", python)
        version = _said("dpkg-deb", "--field", str(package), "Version")
        newer = _newer(package, place, f"{version}+next")
        machine = Machine(place / "root")
        machine.claim(package)
        before = machine.files()
        _installed(machine, package, version)
        _upgraded(machine, newer, f"{version}+next")
        _removed(machine, newer, f"{version}+next")
        _purged(machine, before)


def _installed(machine: Machine, package: Path, version: str) -> None:
    machine.dpkg("--install", str(package))
    _same("status after the installation", machine.status(), f"install ok installed {version}")
    number = machine.user().split(":")[2:4]
    _same("folder and shell of the user", machine.user().split(":")[5:], [str(STATE), "/usr/sbin/nologin"])
    for path, mode, owners in (
        (STATE, 0o700, number),
        (CONFIG.parent, 0o770, ["0", number[1]]),
        (CONFIG, 0o640, number),
        (PROGRAM, 0o755, ["0", "0"]),
        (PROGRAM / "bin/simonsync", 0o755, ["0", "0"]),
    ):
        found = machine.path(path).stat()
        _same(f"rights of {path}", oct(stat.S_IMODE(found.st_mode)), oct(mode))
        _same(f"owners of {path}", [str(found.st_uid), str(found.st_gid)], owners)
    files = machine.files()
    _same("--version", machine.simonsync("--version"), f"simonsync {version}")
    _same("settings", "invoice_note = none" in _configured(machine, "configure", "--show"), expected=True)
    _same("files that a start leaves behind", machine.files() - files, set())
    _loads(machine, "reportlab.pdfgen", "yaml", "apprise", "sqlite_utils")
    _knows_no_other_place(machine)
    _units_are_the_users(machine)


def _configured(machine: Machine, *arguments: str) -> str:
    """Run a command with the package's own configuration, once it names a service."""
    config = machine.path(CONFIG)
    text = config.read_text()
    filled = text.replace('url: ""', "url: https://simon.example/", 1).replace(str(STATE), "./state", 1)
    try:
        config.write_text(filled)
        return machine.simonsync("--config", str(config), *arguments)
    finally:
        config.write_text(text)


def _loads(machine: Machine, *modules: str) -> None:
    libraries = str(machine.path(PROGRAM))
    for module in modules:
        code = f"import {module}; print({module.partition('.')[0]}.__file__)"
        found = _said(str(machine.path(PROGRAM) / "bin/python3"), "-I", "-c", code)
        _same(f"{module} comes from the package", found.startswith(libraries), expected=True)


def _knows_no_other_place(machine: Machine) -> None:
    marks = (b"simonsync-deb-", os.fsencode(ROOT))
    told = [
        str(path.relative_to(machine.root))
        for path in machine.root.rglob("*")
        if path.is_file() and not path.is_symlink() and any(mark in path.read_bytes() for mark in marks)
    ]
    _same("files that know where they were built", told, [])


def _units_are_the_users(machine: Machine) -> None:
    services = sorted((machine.root / "lib/systemd/system").glob("*.service"))
    _same("number of services", len(services), 2)
    for unit in services:
        text = unit.read_text()
        _same(f"{unit.name} runs as the user", "\nUser=simonsync\n" in text, expected=True)
        _same(
            f"{unit.name} starts the program",
            f"\nExecStart={PROGRAM / 'bin/simonsync'} " in text,
            expected=True,
        )


def _upgraded(machine: Machine, newer: Path, version: str) -> None:
    config, state = machine.path(CONFIG), machine.path(STATE) / "default.db"
    config.write_text(config.read_text() + ADMINS)
    state.write_bytes(SECRET)
    user = machine.user()
    machine.dpkg("--install", str(newer))
    _same("status after the upgrade", machine.status(), f"install ok installed {version}")
    _same("the admin's configuration", ADMINS in config.read_text(), expected=True)
    _same("the new example beside it", config.with_name("config.yaml.dpkg-dist").exists(), expected=True)
    _same("the state", state.read_bytes(), SECRET)
    _same("the user", machine.user(), user)


def _removed(machine: Machine, package: Path, version: str) -> None:
    machine.dpkg("--remove", "simonsync")
    _same("status after the removal", machine.status(), f"deinstall ok config-files {version}")
    _same("the program is gone", machine.path(PROGRAM).exists(), expected=False)
    _same("the state stays", (machine.path(STATE) / "default.db").read_bytes(), SECRET)
    _same("the configuration stays", ADMINS in machine.path(CONFIG).read_text(), expected=True)
    machine.dpkg("--install", str(package))
    _same("the state after coming back", (machine.path(STATE) / "default.db").read_bytes(), SECRET)
    _same("the configuration after coming back", ADMINS in machine.path(CONFIG).read_text(), expected=True)


def _purged(machine: Machine, before: set[str]) -> None:
    machine.dpkg("--purge", "simonsync")
    _same("the user after the purge", machine.user(), "")
    left = machine.files() - before
    # Folders that other packages would share; dpkg knows whose they are.
    _same("files that a purge leaves", {name for name in left if not (machine.root / name).is_dir()}, set())
    for path in (STATE, CONFIG.parent, PROGRAM):
        _same(f"{path} after the purge", machine.path(path).exists(), expected=False)


def _newer(package: Path, place: Path, version: str) -> Path:
    """Make the next version: the same program, but another example of a configuration."""
    tree = place / "next"
    _run("dpkg-deb", "--raw-extract", str(package), str(tree))
    control = tree / "DEBIAN/control"
    old = _said("dpkg-deb", "--field", str(package), "Version")
    control.write_text(control.read_text().replace(f"Version: {old}\n", f"Version: {version}\n"))
    config = tree / CONFIG.relative_to("/")
    config.write_text(config.read_text() + "# new in this version\n")
    newer = place / "newer.deb"
    _run("dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(newer))
    return newer


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise Failed(f"{what}: {found!r} instead of {expected!r}")


def _said(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=_environ())
    if done.returncode:
        raise Failed(f"{' '.join(words)} exits {done.returncode}: {done.stderr}{done.stdout}")
    return done.stdout.strip()


def _run(*words: str) -> None:
    _said(*words)


def _environ() -> dict[str, str]:
    # dpkg wants the folders of the superuser's programs in the path.
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}


def main(arguments: Sequence[str]) -> int:
    """Lead the package through its life; return 0 where all is well, 2 where it cannot be tried here."""
    missing = [tool for tool in TOOLS if shutil.which(tool, path=_environ()["PATH"]) is None]
    if missing:
        sys.stderr.write(f"the package cannot be tried here: {', '.join(missing)} not found\n")
        return 2
    if os.geteuid() != 0:
        fakeroot = shutil.which("fakeroot")
        if fakeroot is None:
            sys.stderr.write("the package can be tried by the superuser, or with fakeroot installed\n")
            return 2
        os.execv(fakeroot, [fakeroot, sys.executable, "-m", "tools.release.debian_check", *arguments])  # noqa: S606 the same program, once more
    try:
        check(options(arguments))
    except Failed as failed:
        sys.stderr.write(f"life of the Debian package: {failed}\n")
        return 1
    sys.stdout.write("life of the Debian package (install, upgrade, remove, come back, purge): ok\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
