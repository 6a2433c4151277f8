from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simonsync.config.file import load
from simonsync.config.rewrite import rewrite_settings, with_settings
from simonsync.domain.key import Kind
from simonsync.errors import UsageError
from simonsync.settings.declaration import (
    SETTINGS,
    Documents,
    Note,
    ProductChoice,
    Settings,
)
from tests.config.files import SMALLEST, written
from tests.settings.drawn import any_settings

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
PATH = Path("config.yaml")
WANTED = Settings(
    work_time_product=ProductChoice(Kind.SERVICE, "SER001"),
    skip_work_orders_containing="ne pas facturer: #1",
    invoice_note=Note.DESCRIPTION,
    attachments=True,
    time_rounding_minutes=15,
    quote_statuses=("sent", "accepted"),
)


def settings_of(text: str, folder: Path) -> Settings:
    return load(written(folder, text)).settings


def lines_changed(before: str, after: str) -> list[str]:
    return [line for line in after.splitlines() if line not in before.splitlines()]


@pytest.mark.parametrize(
    "block",
    [
        "",
        "settings: {}\n",
        "settings:\n",
        "settings: null\n",
        "settings: ~   # written by configure\n",
        "settings: {}   # written by configure\nbackup: {keep: 3}\n",
        "settings: {invoice_note: none, attachments: false}\n",
        "settings: {invoice_note: none,\n  attachments: false}  # two lines\n# end\n",
        "settings:\n  # a comment\n  invoice_note: none  # behind\n\n  # between\n  attachments: no\n# end\n",
        "settings:\n        attachments: false\naccount: firm\n",
        "settings:\n  quote_statuses:\n  - draft\n  - sent  # the last\n  attachments: yes\n# end\n",
        "settings:\n  quote_statuses:   # the steps\n    - draft\n\naccount: firm\n",
        "settings:\n  quote_statuses:\n    # first\n    - draft\n",
        "settings:\n  skip_work_orders_containing:\n  invoice_note: none\n",
        "settings:\n  skip_work_orders_containing: |\n    two\n    lines\n  invoice_note: none\n",
        "settings:\n  skip_work_orders_containing: >-\n    folded\n\n# end\n",
        'settings:\n  "invoice_note": "none"\n  ? attachments\n  : false\n',
        "settings:\n  estimates_containing: old\n  quotes_containing: old\n",
        "settings:\n  invoice_note: &anchor none\n",
        "settings:\n  invoice_note: !!str none\n",
        "settings: # no value, but a comment\n",
        "account: firm\n...\n",
        "settings:\n  invoice_note: none",
        "account: firm",
        "# accents before: éàü 😀\nsettings:\n  invoice_note: none # ü😀\naccount: firm\n",
    ],
)
@pytest.mark.parametrize("new_line", ["\n", "\r\n"])
def test_settings_are_written_and_all_else_stays(tmp_path: Path, block: str, new_line: str) -> None:
    text = ("# top\n" + SMALLEST + block).replace("\n", new_line)
    changed = with_settings(text, PATH, WANTED)
    assert settings_of(changed, tmp_path) == WANTED
    for comment in (
        "# top",
        "# end",
        "# behind",
        "# between",
        "# a comment",
        "# the steps",
        "# first",
        "# ü😀",
    ):
        assert (comment in changed) == (comment in text)
    before, after = yaml.safe_load(text.removesuffix("...\n")), yaml.safe_load(changed.replace("...", ""))
    before.pop("settings", None)
    after.pop("settings")
    assert before == after
    assert ("\n" in changed.replace("\r\n", "")) == (new_line == "\n")
    # The same settings once more change nothing, and going back loses nothing either.
    assert with_settings(changed, PATH, WANTED) == changed
    assert settings_of(with_settings(changed, PATH, Settings()), tmp_path) == Settings()


def test_only_the_lines_of_changed_settings_are_touched(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace('url: ""', "url: https://simon.example/")
    changed = with_settings(text, PATH, replace(Settings(), attachments=True, documents=Documents.FORMS))
    assert lines_changed(text, changed) == ["  documents: forms", "  attachments: true"]
    assert len(changed.splitlines()) == len(text.splitlines())
    assert settings_of(changed, tmp_path).documents is Documents.FORMS


def test_settings_that_are_the_same_leave_the_file_alone(tmp_path: Path) -> None:
    path = written(tmp_path, SMALLEST + "settings:\n  attachments: on\n")
    with_all = with_settings(path.read_text(), PATH, Settings(attachments=True))
    path.write_text(with_all)
    before = path.stat().st_ino
    rewrite_settings(path, Settings(attachments=True))
    assert path.stat().st_ino == before
    assert "attachments: on" in path.read_text()


def test_all_settings_are_written_out_in_the_manuals_order() -> None:
    changed = with_settings(SMALLEST, PATH, Settings())
    assert list(yaml.safe_load(changed)["settings"]) == [setting.key for setting in SETTINGS]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip)
ALL_SETTINGS = any_settings(
    st.builds(
        ProductChoice,
        st.sampled_from([Kind.SERVICE, Kind.ITEM]),
        st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1),
    ),
    TEXTS,
)


@given(first=ALL_SETTINGS, second=ALL_SETTINGS)
def test_any_settings_can_follow_any_others(first: Settings, second: Settings) -> None:
    text = with_settings(with_settings(SMALLEST + "# end\n", PATH, first), PATH, second)
    assert text.startswith(SMALLEST)
    assert with_settings(text, PATH, second) == text
    # What was written from scratch says the same as what was exchanged piece by piece.
    block = yaml.safe_load(text)["settings"]
    assert block == yaml.safe_load(with_settings(SMALLEST, PATH, second))["settings"]


@pytest.mark.parametrize("text", ["{simon: {url: 'https://simon.example/'}}\n", "{}\n"])
def test_a_file_without_a_place_for_the_settings_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        with_settings(text, PATH, WANTED)
    assert caught.value.code == "config-cannot-rewrite"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_the_file_keeps_its_mode_and_its_byte_order_mark(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, "\ufeff" + SMALLEST)
    path.chmod(mode)
    rewrite_settings(path, WANTED)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_bytes().startswith(b"\xef\xbb\xbfsimon:")
    assert load(path).settings == WANTED
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = written(tmp_path / "real", SMALLEST)
    link = tmp_path / "config.yaml"
    link.symlink_to(target)
    rewrite_settings(link, WANTED)
    assert link.is_symlink()
    assert load(target).settings == WANTED


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, SMALLEST)

    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(UsageError) as caught:
        rewrite_settings(path, WANTED)
    assert caught.value.code == "state-disk-full"
    assert path.read_text() == SMALLEST
    assert list(tmp_path.iterdir()) == [path]
