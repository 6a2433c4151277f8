"""What the program writes for people and for itself: 0600, whole or not at all, and never through a link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simonsync.sandbox.box import Sandbox
from tests.cli.program import Ended, called
from tests.firm import Firm


class Account:
    """A firm with something to export, and the program beside it."""

    def __init__(self, folder: Path, box: Sandbox) -> None:
        (folder / "state").mkdir(mode=0o700)
        self.folder = folder
        self.environ = {f"SIMONSYNC_{name.upper()}": value for name, value in box.credentials.items()}
        self.firm = Firm(box, folder / "state")
        self.firm.activate()
        self.firm.pull()
        self.order = str(self.firm.box.simon.row("WorkOrder", self.firm.archived("un", work=30))["Number"])
        (folder / "config.yaml").write_text(
            "account: firm\nlanguage: en\n"
            f'sellsy: {{url: "{box.sellsy_url}", requests_per_second: 1000}}\n'
            f'simon: {{url: "{box.simon_url}"}}\n'
            "alerts: {metrics_file: ./state/metrics.prom}\n"
            "settings: {}\n"
        )

    def run(self, *command: str) -> Ended:
        return called(self.folder, *command, environ=self.environ)

    def writing(self, name: str) -> Ended:
        """Write the file of this name, by the command that does."""
        commands = {
            "page.html": ("report", "--html", "page.html"),
            "journal.csv": ("log", "--export", "journal.csv"),
            "journal.jsonl": ("log", "--export", "journal.jsonl"),
            "draft.pdf": ("preview", self.order, "--pdf", "draft.pdf"),
            "state/firm.lock": ("sync",),
        }
        return self.run(*commands[name])


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with Sandbox(customers=1) as box:
        yield Account(tmp_path, box)


EXPORTS = ("page.html", "journal.csv", "journal.jsonl", "draft.pdf")
NAMES = (*EXPORTS, "state/firm.lock")
FOR_PEOPLE = pytest.mark.parametrize("name", EXPORTS)
EACH = pytest.mark.parametrize("name", NAMES)


@EACH
def test_a_file_is_its_owners_alone(account: Account, name: str) -> None:
    before = os.umask(0)
    try:
        assert account.writing(name).code == 0
    finally:
        os.umask(before)
    path = account.folder / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # Nothing unfinished is left beside it.
    assert not [each for each in path.parent.iterdir() if each.name.startswith(f".{path.name}")]


def test_whoever_collects_the_metrics_may_read_them(account: Account) -> None:
    assert account.run("sync").code == 0
    assert stat.S_IMODE((account.folder / "state/metrics.prom").stat().st_mode) == 0o644


@FOR_PEOPLE
def test_an_older_file_that_others_could_read_is_replaced(account: Account, name: str) -> None:
    path = account.folder / name
    path.write_text("old")
    path.chmod(0o644)
    (account.folder / "second").hardlink_to(path)
    assert account.writing(name).code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (account.folder / "second").read_text() == "old"


def link(path: Path) -> None:
    precious = path.with_name("precious")
    precious.write_text("# mine")
    precious.chmod(0o600)
    path.symlink_to(precious)


def pipe(path: Path) -> None:
    os.mkfifo(path, 0o600)


def folder(path: Path) -> None:
    path.mkdir(mode=0o700)


@EACH
@pytest.mark.parametrize("make", [link, pipe, folder])
def test_what_else_stands_in_its_place_is_left_alone(
    account: Account, name: str, make: Callable[[Path], None]
) -> None:
    path = account.folder / name
    path.unlink(missing_ok=True)
    make(path)
    before = path.lstat()
    told = account.writing(name)
    assert told.code == 2
    assert f"Error: {path} is " in told.err
    assert "→" not in told.err
    after = path.lstat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert make is not link or path.read_text() == "# mine"
    assert make is not folder or list(path.iterdir()) == []


def test_a_device_is_no_place_for_an_export(account: Account) -> None:
    told = account.run("report", "--html", "/dev/null")
    assert (told.code, "/dev/null is not a file" in told.err) == (2, True)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@FOR_PEOPLE
@pytest.mark.parametrize("trouble", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_disk_that_takes_no_more_leaves_what_was_there(
    account: Account, name: str, trouble: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = account.folder / name
    path.write_text("old")

    def refused(_descriptor: int) -> None:
        raise OSError(trouble, os.strerror(trouble))

    monkeypatch.setattr(os, "fsync", refused)
    told = account.writing(name)
    assert (told.code, str(path) in told.err, os.strerror(trouble) in told.err) == (2, True, True)
    assert path.read_text() == "old"
    assert not [each for each in path.parent.iterdir() if each.name.startswith(f".{path.name}")]


@FOR_PEOPLE
def test_a_folder_that_is_not_there_is_named(account: Account, name: str) -> None:
    commands = {"page.html": ("report", "--html"), "draft.pdf": ("preview", account.order, "--pdf")}
    path = account.folder / "nowhere" / name
    told = account.run(*commands.get(name, ("log", "--export")), f"nowhere/{name}")
    assert (told.code, str(path) in told.err) == (2, True)


def test_metrics_are_never_written_through_a_link_and_the_doctor_says_so(account: Account) -> None:
    link(account.folder / "state" / "metrics.prom")
    assert account.run("sync").code == 0
    assert (account.folder / "state" / "precious").read_text() == "# mine"
    assert f"{account.folder / 'state' / 'metrics.prom'} is a symbolic link" in account.run("doctor").out


@pytest.mark.parametrize(
    "name", ["state/firm.db", "state/firm.db-wal", "state/firm.lock", "state/credentials.yaml", "config.yaml"]
)
def test_an_export_never_takes_the_place_of_a_file_of_ours(account: Account, name: str) -> None:
    path = account.folder / name
    before = path.read_bytes() if path.exists() else None
    told = account.run("report", "--html", name)
    assert (told.code, f"{path} belongs to the state or the configuration" in told.err) == (2, True)
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_restore_does_not_wait_for_a_pipe(account: Account) -> None:
    os.mkfifo(account.folder / "backup.tar.gz")
    told = account.run("restore", "backup.tar.gz", "--yes")
    assert (told.code, "is not a file" in told.err) == (2, True)
