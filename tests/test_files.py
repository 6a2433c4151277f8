"""Files of ours: for their owner alone, whole or not at all, and never written through a link."""

from __future__ import annotations

import ast
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import simonsync
from simonsync.files import NotPlain, open_in_place, replacing, write_durably


def in_place(path: Path) -> None:
    descriptor = open_in_place(path)
    os.pwrite(descriptor, b"new", 0)
    os.close(descriptor)


def replaced(path: Path) -> None:
    write_durably(path, "new")


WAYS = pytest.mark.parametrize("write", [in_place, replaced])


@pytest.fixture(autouse=True)
def generous_machine() -> Iterator[None]:
    """A machine on which new files are open to everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@WAYS
def test_a_file_is_its_owners_from_its_first_moment(write: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "file"
    write(path)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_others_may_read_never_has_wider_rights_than_asked(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with replacing(path, mode=0o644) as file:
        modes = [stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()]
        file.write(b"new")
    assert modes == [0o600]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@WAYS
@pytest.mark.parametrize("there", [True, False])
def test_nothing_is_written_through_a_link(
    write: Callable[[Path], None], tmp_path: Path, *, there: bool
) -> None:
    path, target = tmp_path / "file", tmp_path / "precious"
    if there:
        target.write_text("old")
    path.symlink_to(target)
    with pytest.raises(NotPlain) as caught:
        write(path)
    assert caught.value.code == "file-symlink"
    assert target.exists() is there
    assert not there or target.read_text() == "old"
    assert path.is_symlink()


@WAYS
def test_a_pipe_is_refused_and_not_waited_for(write: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "file"
    os.mkfifo(path)
    with pytest.raises(NotPlain) as caught:
        write(path)
    assert caught.value.code == "file-not-plain"
    assert stat.S_ISFIFO(path.lstat().st_mode)


@WAYS
@pytest.mark.parametrize("place", ["/dev/null", "folder"])
def test_a_device_and_a_folder_stay_what_they_are(
    write: Callable[[Path], None], tmp_path: Path, place: str
) -> None:
    path = tmp_path / place
    path.mkdir(exist_ok=True) if place == "folder" else None
    before = path.stat()
    with pytest.raises(NotPlain) as caught:
        write(path)
    assert caught.value.code == "file-not-plain"
    assert path.stat().st_ino == before.st_ino


def test_what_is_written_in_place_changes_no_other_file(tmp_path: Path) -> None:
    path, other = tmp_path / "file", tmp_path / "precious"
    other.write_text("old")
    path.hardlink_to(other)
    with pytest.raises(NotPlain) as caught:
        in_place(path)
    assert caught.value.code == "file-second-name"
    replaced(path)
    assert other.read_text() == "old"
    in_place(path)


def test_a_file_that_was_not_finished_does_not_appear(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def interrupted() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_content_and_name_have_reached_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    synced: list[tuple[int, bytes]] = []
    really = os.fsync

    def observed(descriptor: int) -> None:
        there = os.fstat(descriptor)
        content = os.pread(descriptor, 100, 0) if stat.S_ISREG(there.st_mode) else b""
        synced.append((there.st_ino, content))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", observed)
    write_durably(path, "new")
    assert synced == [(path.stat().st_ino, b"new"), (tmp_path.stat().st_ino, b"")]


PACKAGE = Path(simonsync.__file__).parent
IN_FOLDERS_OF_THEIR_OWN = {"store/archive.py", "host/browse.py"}
"""Modules that write inside a folder which they have just made for themselves, 0700."""
WRITING = {"write_text", "write_bytes", "touch", "mkfifo", "NamedTemporaryFile", "mkstemp"}


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] != "sandbox"],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_nothing_is_written_but_through_these_functions(path: Path) -> None:
    """`Path.write_text` would follow a link, with the rights of the day, and leave half a file behind."""
    name = path.relative_to(PACKAGE).as_posix()
    if name in IN_FOLDERS_OF_THEIR_OWN:
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr=called)) if called in WRITING:
                pytest.fail(f"{name}:{node.lineno} {called}")
            case ast.Call(func=ast.Attribute(attr="open") | ast.Name(id="open"), args=args):
                modes = [arg.value for arg in args if isinstance(arg, ast.Constant)]
                assert not any(isinstance(mode, str) and set(mode) & set("wax+") for mode in modes[:2]), (
                    f"{name}:{node.lineno}"
                )
