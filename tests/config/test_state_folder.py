from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from simonsync.config.state_folder import check_state_folder, make_state_folder
from simonsync.errors import ExitCode, StateUnusable, UsageError
from simonsync.files import state_problem


def test_a_new_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = make_state_folder(tmp_path / "a" / "state")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert check_state_folder(folder)


def test_making_it_again_changes_nothing(tmp_path: Path) -> None:
    folder = make_state_folder(tmp_path / "state")
    (folder / "kept").touch()
    assert make_state_folder(folder) == folder
    assert (folder / "kept").exists()


def test_a_folder_that_is_not_there_yet_is_no_problem(tmp_path: Path) -> None:
    assert check_state_folder(tmp_path / "nowhere") is False


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o777, 0o710])
def test_a_folder_open_to_others_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(UsageError) as caught:
        make_state_folder(folder)
    assert caught.value.code == "state-folder-too-open"
    assert caught.value.problems[0].params == {"path": str(folder), "mode": f"{mode:04o}"}
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateUnusable) as caught:
        make_state_folder(tmp_path / name)
    assert caught.value.code == "state-folder-not-a-folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
@pytest.mark.parametrize(
    ("mode", "code"), [(0o500, "state-folder-not-writable"), (0o200, "state-folder-not-readable")]
)
def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path, mode: int, code: str) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(StateUnusable) as caught:
        check_state_folder(folder)
    folder.chmod(0o700)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "state-disk-full"),
        (errno.EDQUOT, "state-disk-full"),
        (errno.EROFS, "state-read-only"),
        (errno.EACCES, "state-folder-not-writable"),
        (errno.ENOTDIR, "state-folder-not-a-folder"),
        (errno.EIO, "state-disk-error"),
    ],
)
def test_what_the_system_says_becomes_a_sentence(tmp_path: Path, number: int, code: str) -> None:
    problem = state_problem(tmp_path, OSError(number, os.strerror(number)))
    assert problem.code == code
    assert problem.problems[0].params["path"] == str(tmp_path)
