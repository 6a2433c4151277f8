from __future__ import annotations

import os
import stat
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simonsync.config.credentials import (
    NAMES,
    SELLSY_CLIENT,
    SELLSY_TOKENS,
    SIMON,
    Credentials,
    from_environment,
    missing_credentials,
    read_credentials,
    sellsy_names,
    store_credentials,
    variable_of,
)
from simonsync.errors import StateUnusable, UsageError

SECRET = "hunter2-planted"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def wide_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def file_of(state: Path, text: str, mode: int = 0o600) -> Path:
    path = state / "credentials.yaml"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_environment_wins_over_the_systemd_folder_and_that_over_the_file(
    state: Path, tmp_path: Path
) -> None:
    file_of(state, "simon_key: from-file\nsimon_user: from-file\nsimon_password: from-file\n")
    folder = tmp_path / "systemd"
    folder.mkdir()
    (folder / "simon_user").write_text("from-folder\n")
    (folder / "simon_password").write_text("from-folder\n")
    (folder / "something_else").write_text("ignored")
    environ = {"CREDENTIALS_DIRECTORY": str(folder), "SIMONSYNC_SIMON_PASSWORD": "from-environment"}
    found = read_credentials(state, environ)
    assert dict(found) == {
        "simon_key": "from-file",
        "simon_user": "from-folder",
        "simon_password": "from-environment",
    }


def test_an_empty_variable_does_not_hide_the_file(state: Path) -> None:
    file_of(state, "simon_user: bureau\n")
    assert read_credentials(state, {"SIMONSYNC_SIMON_USER": ""})["simon_user"] == "bureau"


def test_without_a_state_folder_there_is_only_the_environment(tmp_path: Path) -> None:
    found = read_credentials(tmp_path / "nowhere", {"SIMONSYNC_SELLSY_USER_TOKEN": "t"})
    assert dict(found) == {"sellsy_user_token": "t"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("simon_key: 0123456789012345", "0123456789012345"),
        ("simon_key: 1234567890123456", "1234567890123456"),
        ("simon_key: yes", "yes"),
        ("simon_key: 2024-01-01", "2024-01-01"),
        ('simon_key: " with blanks "', " with blanks "),
        ("simon_key: 'a: #b'", "a: #b"),
        ("simon_key: 1e5", "1e5"),
    ],
)
def test_a_value_is_read_as_it_was_typed(state: Path, written: str, read: str) -> None:
    file_of(state, written + "\n")
    assert read_credentials(state, {})["simon_key"] == read


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601])
def test_a_file_open_to_others_is_refused_with_the_remedy(state: Path, mode: int) -> None:
    path = file_of(state, f"simon_password: {SECRET}\n", mode)
    with pytest.raises(UsageError) as caught:
        read_credentials(state, {})
    assert caught.value.code == "credentials-too-open"
    assert caught.value.problems[0].params == {"path": str(path), "mode": f"{mode:04o}"}


def test_a_narrower_file_is_read(state: Path) -> None:
    file_of(state, "simon_user: bureau\n", 0o400)
    assert read_credentials(state, {})["simon_user"] == "bureau"


def test_a_state_folder_open_to_others_is_refused(state: Path) -> None:
    file_of(state, "simon_user: bureau\n")
    state.chmod(0o750)
    with pytest.raises(UsageError) as caught:
        read_credentials(state, {})
    assert caught.value.code == "state-folder-too-open"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"simon_password: [{SECRET}]\n", "credentials-not-text"),
        (f"simon_password: {{a: {SECRET}}}\n", "credentials-not-text"),
        (f"{SECRET}: x\n", "credentials-unknown-name"),
        (f"simon_pasword: {SECRET}\n", "credentials-unknown-name"),
        (f"simon_password: '{SECRET}\n", "credentials-syntax"),
        (f'simon_password: "\\q{SECRET}"\n', "credentials-syntax"),
        (f"simon_password: {SECRET}\n simon_user: b\n", "credentials-syntax"),
        (f"{SECRET}\n", "credentials-syntax"),
        (f"simon_password: {SECRET}\nsimon_password: {SECRET}\n", "credentials-syntax"),
        (f"{SECRET}: 1\n{SECRET}: 2\n", "credentials-syntax"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_without_its_content(state: Path, text: str, code: str) -> None:
    file_of(state, text)
    with pytest.raises(UsageError) as caught:
        read_credentials(state, {})
    assert [problem.code for problem in caught.value.problems] == [code]
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_file_that_is_not_utf8_is_told(state: Path) -> None:
    path = state / "credentials.yaml"
    path.write_bytes("simon_user: café".encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(UsageError) as caught:
        read_credentials(state, {})
    assert caught.value.code == "credentials-syntax"


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_in_its_place_is_told(state: Path, make: Callable[[Path, int], None]) -> None:
    make(state / "credentials.yaml", 0o700)
    with pytest.raises(UsageError) as caught:
        read_credentials(state, {})
    assert caught.value.code == "file-not-plain"


def test_credentials_are_read_through_a_link_and_never_written_through_one(state: Path) -> None:
    secrets = state / "from-elsewhere"
    secrets.write_text("simon_user: bureau\n")
    secrets.chmod(0o600)
    (state / "credentials.yaml").symlink_to(secrets)
    assert read_credentials(state, {})["simon_user"] == "bureau"
    with pytest.raises(StateUnusable) as caught:
        store_credentials(state, {"simon_user": "other"})
    assert caught.value.code == "file-symlink"
    assert secrets.read_text() == "simon_user: bureau\n"


def test_binary_credentials_from_systemd_are_told(state: Path, tmp_path: Path) -> None:
    (tmp_path / "simon_key").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError) as caught:
        read_credentials(state, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert caught.value.code == "credentials-not-text"
    (tmp_path / "simon_key").unlink()
    (tmp_path / "simon_key").mkdir()
    with pytest.raises(UsageError) as caught:
        read_credentials(state, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert caught.value.code == "credentials-unreadable"


@pytest.mark.usefixtures("wide_umask")
def test_stored_credentials_are_for_the_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    store_credentials(state, {"simon_user": "bureau"})
    assert mode_of(state) == 0o700
    assert mode_of(state / "credentials.yaml") == 0o600
    assert [path.name for path in state.iterdir()] == ["credentials.yaml"]


def test_storing_keeps_the_other_credentials_and_an_empty_value_removes_one(state: Path) -> None:
    store_credentials(state, {"simon_user": "a", "simon_password": "b", "simon_api_key": "c"})
    store_credentials(state, {"simon_user": "z", "simon_api_key": ""})
    assert dict(read_credentials(state, {})) == {"simon_user": "z", "simon_password": "b"}


@given(value=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_whatever_is_stored_is_read_back(value: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    state = tmp_path_factory.mktemp("state")
    state.chmod(0o700)
    store_credentials(state, {"simon_password": value})
    assert read_credentials(state, {})["simon_password"] == value
    assert yaml.safe_load((state / "credentials.yaml").read_text("utf-8")) == {"simon_password": value}


def test_an_interrupted_write_leaves_the_old_file_and_nothing_beside_it(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_credentials(state, {"simon_user": "old"})

    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(StateUnusable) as caught:
        store_credentials(state, {"simon_user": "new"})
    assert caught.value.code == "state-disk-full"
    assert [path.name for path in state.iterdir()] == ["credentials.yaml"]
    assert read_credentials(state, {})["simon_user"] == "old"


def test_no_value_is_ever_shown() -> None:
    found = Credentials({"simon_password": SECRET, "simon_user": SECRET, "simon_key": ""})
    for shown in (repr(found), str(found), f"{found}", f"{found!r:>100}", f"{[found]}"):
        assert SECRET not in shown
    assert repr(found) == "Credentials(simon_password, simon_user)"
    assert found == Credentials({"simon_password": SECRET, "simon_user": SECRET})
    assert found != Credentials({"simon_password": SECRET})


def test_what_is_missing_is_told_with_its_variable_and_its_place_in_the_file(state: Path) -> None:
    found = missing_credentials({"simon_key": "k", "simon_user": ""}, state, *SIMON)
    assert [(problem.code, problem.params["variable"], problem.params["name"]) for problem in found] == [
        ("credential-missing", "SIMONSYNC_SIMON_USER", "simon_user"),
        ("credential-missing", "SIMONSYNC_SIMON_PASSWORD", "simon_password"),
    ]
    assert found[0].params["path"] == str(state / "credentials.yaml")


def test_the_names_are_those_that_scripts_rely_on() -> None:
    assert [variable_of(name) for name in NAMES] == [
        "SIMONSYNC_SELLSY_CONSUMER_TOKEN",
        "SIMONSYNC_SELLSY_CONSUMER_SECRET",
        "SIMONSYNC_SELLSY_USER_TOKEN",
        "SIMONSYNC_SELLSY_USER_SECRET",
        "SIMONSYNC_SELLSY_CLIENT_ID",
        "SIMONSYNC_SELLSY_CLIENT_SECRET",
        "SIMONSYNC_SIMON_KEY",
        "SIMONSYNC_SIMON_USER",
        "SIMONSYNC_SIMON_PASSWORD",
        "SIMONSYNC_SIMON_API_KEY",
    ]


def test_a_client_is_asked_for_by_v2_and_taken_by_v1_where_it_is_there() -> None:
    client, tokens = dict.fromkeys(SELLSY_CLIENT, "x"), dict.fromkeys(SELLSY_TOKENS, "x")
    for api, found, wanted in (
        ("v1", {}, SELLSY_TOKENS),
        ("v1", tokens, SELLSY_TOKENS),
        ("v1", client, SELLSY_CLIENT),
        ("v1", {**tokens, **client}, SELLSY_CLIENT),
        ("v1", {**tokens, "sellsy_client_id": "x"}, SELLSY_TOKENS),
        ("v1", {"sellsy_client_id": "x"}, SELLSY_CLIENT),
        ("v2", {}, SELLSY_CLIENT),
        ("v2", tokens, SELLSY_CLIENT),
    ):
        assert sellsy_names(api, found) == wanted, (api, sorted(found))


def test_who_lacks_all_four_tokens_is_told_of_the_other_kind(state: Path) -> None:
    found = missing_credentials({}, state, *SELLSY_TOKENS)
    assert [problem.code for problem in found] == [*["credential-missing"] * 4, "credential-or-client"]
    found = missing_credentials({"sellsy_user_token": "x"}, state, *SELLSY_TOKENS)
    assert {problem.code for problem in found} == {"credential-missing"}


def test_a_line_end_behind_a_pasted_secret_is_taken_off() -> None:
    assert from_environment({"SIMONSYNC_SIMON_KEY": "1234\r\n"})["simon_key"] == "1234"
