"""Backups: whole or not at all, checked to the last byte, and nobody else's business."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.domain.key import Kind, sellsy_key
from simonsync.errors import ServiceUnavailable, StateUnusable, UsageError
from simonsync.store.archive import (
    ArchiveKind,
    SavedRecord,
    open_archive,
    rotate,
    save_records,
    save_state,
)
from simonsync.store.opening import open_state
from simonsync.store.state import State
from tests.builders import NOON

DUPONT = SavedRecord("9", "customer:2655", "Garage Dupont & Fils", {"Id": 9, "Name": "Garage Dupont & Fils"})
USED = SavedRecord("71", "", "", {"Id": 71, "Quantity": Decimal("0.25"), "Description": None})


def saved(folder: Path) -> Path:
    return save_records(folder, "firm", NOON, [("customers", [DUPONT]), ("used_items", [USED])])


def code_of(path: Path, account: str = "firm") -> str:
    with pytest.raises(UsageError) as caught:
        open_archive(path, account)
    return caught.value.code


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    archive = open_archive(saved(tmp_path), "firm")
    assert archive.tables() == ("customers", "used_items")
    assert list(archive.records("customers")) == [DUPONT]
    assert list(archive.records("used_items")) == [USED]
    assert list(archive.records("items")) == []
    assert archive.manifest.kind is ArchiveKind.RECORDS
    assert archive.manifest.created_at == NOON
    assert archive.manifest.counts == {"customers": 1, "used_items": 1}


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_no_record_is_changed_by_being_saved(
    tmp_path_factory: pytest.TempPathFactory, quantity: Decimal, text: str
) -> None:
    record = SavedRecord("1", text, text, {text: text, "Quantity": quantity, "None": None, "Yes": True})
    folder = tmp_path_factory.mktemp("saved")
    archive = open_archive(save_records(folder, "firm", NOON, [("items", [record])]), "firm")
    assert list(archive.records("items")) == [record]


@dataclass(frozen=True)
class Synced:
    """A file or folder that was made durable: how long it was then, and what stood in the backups' folder."""

    inode: int
    size: int
    names: frozenset[str]


def syncs_of(write: Callable[[], Path], folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Synced]:
    found = []
    really = os.fsync

    def observed(descriptor: int) -> None:
        there = os.fstat(descriptor)
        names = frozenset(path.name for path in folder.glob("*.tar.gz"))
        found.append(Synced(there.st_ino, there.st_size, names))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", observed)
    write()
    return found


@pytest.mark.parametrize("kind", ArchiveKind)
def test_an_archive_has_reached_the_disk_before_it_has_its_name(
    tmp_path: Path, kind: ArchiveKind, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wipe deletes what it has just saved: a power cut then must find the archive, and all of it."""
    folder = tmp_path / "backups"

    def write() -> Path:
        return (
            save_state(folder, "firm", NOON, state.database) if kind is ArchiveKind.STATE else saved(folder)
        )

    content, name = syncs_of(write, folder, monkeypatch)
    (path,) = folder.glob("*.tar.gz")
    assert content == Synced(path.stat().st_ino, path.stat().st_size, frozenset())
    assert (name.inode, name.names) == (folder.stat().st_ino, frozenset({path.name}))


def test_a_state_that_is_put_back_has_reached_the_disk(
    tmp_path: Path, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = open_archive(save_state(tmp_path / "backups", "firm", NOON, state.database), "firm")
    target = tmp_path / "put-back.db"

    def write() -> Path:
        archive.extract_state(target)
        return target

    (content,) = syncs_of(write, tmp_path, monkeypatch)
    assert (content.inode, content.size) == (target.stat().st_ino, target.stat().st_size)


def test_an_archive_is_its_owners_alone_and_says_whose_it_is(tmp_path: Path) -> None:
    path = saved(tmp_path / "backups")
    assert path.name == "firm-records-20261124T120000Z.tar.gz"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with tarfile.open(path) as tar:
        assert {entry.mode for entry in tar} == {0o600}
        assert tar.getnames() == ["manifest.json", "records/customers.jsonl", "records/used_items.jsonl"]


def test_two_archives_of_one_second_do_not_replace_each_other(tmp_path: Path) -> None:
    assert {saved(tmp_path).name, saved(tmp_path).name} == {
        "firm-records-20261124T120000Z.tar.gz",
        "firm-records-20261124T120000Z-2.tar.gz",
    }


def test_reading_that_fails_leaves_no_archive(tmp_path: Path) -> None:
    def broken() -> Iterator[SavedRecord]:
        yield DUPONT
        raise ServiceUnavailable("service-unavailable", service="simon")

    with pytest.raises(ServiceUnavailable):
        save_records(tmp_path, "firm", NOON, [("customers", broken())])
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_behind_is_thrown_away(tmp_path: Path) -> None:
    old, young = tmp_path / ".saving-old", tmp_path / ".saving-young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "customers").write_text("half a backup")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    path = saved(tmp_path)
    assert sorted(tmp_path.iterdir()) == [young, path]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("a file where a folder is due")
    with pytest.raises(StateUnusable) as caught:
        saved(tmp_path / "backups")
    assert caught.value.code == "archive-not-written"
    assert str(tmp_path) in caught.value.problems[0].params["path"]


def test_a_state_is_saved_while_a_run_goes_on_and_comes_back_whole(tmp_path: Path, state: State) -> None:
    key = sellsy_key(Kind.CUSTOMER, 2655)
    state.bindings.bind(key, "9", "f", NOON)
    with state.commit():
        state.bindings.bind(sellsy_key(Kind.CUSTOMER, 2), "10", "f", NOON)
        with open_state(tmp_path / "firm.db") as other:
            path = save_state(tmp_path / "backups", "firm", NOON, other.database)
    archive = open_archive(path, "firm")
    assert archive.manifest.kind is ArchiveKind.STATE
    target = tmp_path / "restored.db"
    archive.extract_state(target)
    assert target.stat().st_mode & 0o777 == 0o600
    with open_state(target) as restored:
        found = restored.bindings.get(key)
        assert found is not None
        assert found.target_id == "9"
        assert restored.bindings.count(Kind.CUSTOMER) == 1


def test_an_archive_of_records_holds_no_state(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        open_archive(saved(tmp_path), "firm").extract_state(tmp_path / "state")
    assert caught.value.code == "archive-foreign"


def test_an_archive_of_another_account_is_refused(tmp_path: Path) -> None:
    assert code_of(saved(tmp_path), "other") == "archive-other-account"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert code_of(tmp_path / "nothing.tar.gz") == "archive-unreadable"


@pytest.mark.parametrize("content", [b"", b"no archive at all", gzip.compress(b"no archive at all" * 99)])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.tar.gz"
    path.write_bytes(content)
    assert code_of(path) in {"archive-foreign", "archive-damaged", "archive-cut-off"}


def test_an_archive_that_was_cut_off_is_refused_wherever_it_was_cut(tmp_path: Path) -> None:
    whole = saved(tmp_path).read_bytes()
    path = tmp_path / "cut.tar.gz"
    for length in range(1, len(whole), 7):
        path.write_bytes(whole[:length])
        assert code_of(path) in {"archive-cut-off", "archive-damaged", "archive-foreign"}


def test_no_flipped_byte_goes_unnoticed_or_unexplained(tmp_path: Path) -> None:
    whole = saved(tmp_path).read_bytes()
    path = tmp_path / "flipped.tar.gz"
    for position in range(10, len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :])
        assert code_of(path).startswith("archive-")


def forged(path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for entry, content in members:
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return path


def manifest(**changes: object) -> tuple[tarfile.TarInfo, bytes]:
    values = {
        "format": 1,
        "kind": "records",
        "account": "firm",
        "created_at": "2026-11-24T12:00:00+00:00",
        "counts": {},
        "sha256": {},
    }
    return tarfile.TarInfo("manifest.json"), json.dumps({**values, **changes}).encode()


def link(name: str, kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, "/etc/passwd"
    return entry, b""


@pytest.mark.parametrize(
    "member",
    [
        (tarfile.TarInfo("../../home/user/.bashrc"), b"evil"),
        (tarfile.TarInfo("/etc/cron.d/evil"), b"evil"),
        (tarfile.TarInfo("records/../../evil.jsonl"), b"evil"),
        (tarfile.TarInfo("records/evil.py"), b"evil"),
        link("state.db", tarfile.SYMTYPE),
        link("records/items.jsonl", tarfile.LNKTYPE),
        link("records/items.jsonl", tarfile.CHRTYPE),
    ],
)
def test_only_plain_files_of_our_names_are_taken_in(
    tmp_path: Path, member: tuple[tarfile.TarInfo, bytes]
) -> None:
    path = forged(tmp_path / "forged.tar.gz", [manifest(), member])
    assert code_of(path) == "archive-foreign"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ([], "archive-foreign"),
        ([(tarfile.TarInfo("state.db"), b"x")], "archive-foreign"),
        ([(tarfile.TarInfo("manifest.json"), b"[]")], "archive-foreign"),
        ([(tarfile.TarInfo("manifest.json"), b"{")], "archive-foreign"),
        ([manifest(format=2)], "archive-newer"),
        ([manifest(kind="cheese")], "archive-foreign"),
        ([manifest(sha256={"state.db": "00"})], "archive-damaged"),
        ([manifest(), (tarfile.TarInfo("records/items.jsonl"), b"{}\n")], "archive-damaged"),
        ([manifest(), manifest()], "archive-damaged"),
    ],
)
def test_a_manifest_must_describe_exactly_what_is_there(
    tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]], code: str
) -> None:
    assert code_of(forged(tmp_path / "forged.tar.gz", members)) == code


def test_no_member_may_hide_behind_another_of_its_name(tmp_path: Path) -> None:
    good, evil = b"{}\n", b'{"evil": 1}\n'
    name = "records/items.jsonl"
    described = manifest(sha256={name: hashlib.sha256(good).hexdigest()})
    for contents in ((evil, good), (good, evil), (good, good)):
        members = [(tarfile.TarInfo(name), content) for content in contents]
        assert code_of(forged(tmp_path / "forged.tar.gz", [described, *members])) == "archive-damaged"


def test_rotation_keeps_the_newest_of_its_account_and_kind(tmp_path: Path, state: State) -> None:
    saved_states = [
        save_state(tmp_path, "firm", NOON + timedelta(days=day), state.database) for day in (3, 1, 2, 2)
    ]
    others = [saved(tmp_path), save_state(tmp_path, "firm-two", NOON, state.database)]
    gone = rotate(tmp_path, "firm", ArchiveKind.STATE, keep=2, now=NOON + timedelta(days=9))
    assert set(gone) == {saved_states[1], saved_states[2]}
    assert all(path.exists() for path in (saved_states[0], saved_states[3], *others))
    assert rotate(tmp_path, "firm", ArchiveKind.STATE, keep=2, now=NOON + timedelta(days=9)) == ()
    assert rotate(tmp_path / "nowhere", "firm", ArchiveKind.STATE, keep=2, now=NOON + timedelta(days=9)) == ()


def test_an_archive_dated_in_the_future_does_not_push_out_those_made_now(
    tmp_path: Path, state: State
) -> None:
    ahead, old, fresh = (
        save_state(tmp_path, "firm", NOON + timedelta(days=day), state.database) for day in (400, -1, 0)
    )
    assert rotate(tmp_path, "firm", ArchiveKind.STATE, keep=2, now=NOON) == (ahead,)
    assert rotate(tmp_path, "firm", ArchiveKind.STATE, keep=1, now=NOON) == (old,)
    assert fresh.exists()


def test_memory_stays_flat_in_the_number_of_records(tmp_path: Path) -> None:
    filling = "x" * 1000

    def many() -> Iterator[SavedRecord]:
        for number in range(20_000):
            yield SavedRecord(str(number), "", filling, {"Id": number})

    tracemalloc.start()
    try:
        archive = open_archive(save_records(tmp_path, "firm", NOON, [("items", many())]), "firm")
        assert sum(1 for _ in archive.records("items")) == 20_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000
