"""The documents' generated parts are whole, and the example configuration is one that the program accepts."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from simonsync.config.credentials import NAMES, PREFIX
from simonsync.config.file import load
from simonsync.config.schema import OPTIONS
from simonsync.errors import ExitCode, UsageError
from simonsync.messages.kinds import KINDS
from simonsync.settings.declaration import SETTINGS, Settings
from simonsync.simon.profile import Dialect, Profile, default_profile
from simonsync.simon.profile_file import load_profile
from tools.docs.profile import profile_page
from tools.docs.reference import PARTS, documents, example_configuration, main, with_parts


def test_only_what_stands_between_the_markers_is_written() -> None:
    begin, end = "<!-- begin exit-codes: written by `make docs` -->", "<!-- end exit-codes -->"
    text = with_parts(f"before\n{begin}\nstale text\n{end}\nafter\n")
    assert text.startswith(f"before\n{begin}\n\n| Code |")
    assert text.endswith(f"|\n\n{end}\nafter\n")
    assert "stale" not in text
    assert with_parts(text) == text


def test_every_exit_code_is_explained() -> None:
    table = "\n".join(PARTS["exit-codes"]())
    assert [f"| {int(code)} | " in table for code in ExitCode] == [True] * len(ExitCode)


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("settings", [setting.key for setting in SETTINGS]),
        ("configuration", [option.path for option in OPTIONS]),
        ("credentials", [PREFIX + name.upper() for name in NAMES]),
        ("messages", list(KINDS)),
    ],
)
def test_every_name_is_in_its_table(part: str, names: list[str]) -> None:
    table = "\n".join(PARTS[part]())
    assert [name for name in names if f"| `{name}` |" not in table] == []


def test_every_generated_part_stands_on_one_page() -> None:
    pages = [page.read_text(encoding="utf-8") for page in documents() if page.suffix == ".md"]
    begun = [name for page in pages for name in re.findall("<!-- begin (.+): written by ", page)]
    assert sorted(begun) == sorted(PARTS)


def test_the_example_configuration_lacks_nothing_but_the_address_of_simon(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(example_configuration(), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load(file)
    (problem,) = refused.value.problems
    assert problem.params["path"].endswith("simon.url")


def test_the_example_configuration_holds_the_defaults(tmp_path: Path) -> None:
    text = example_configuration()
    filled = text.replace('url: ""', "url: https://simon.example/api/")
    (tmp_path / "config.yaml").write_text(filled, encoding="utf-8")
    configuration = load(tmp_path / "config.yaml")
    (tmp_path / "short.yaml").write_text("simon: {url: https://simon.example/api/}\n", encoding="utf-8")
    short = load(tmp_path / "short.yaml")
    assert configuration.settings == Settings()
    names = {option.path.split(".")[0] for option in OPTIONS}
    assert {name: getattr(configuration, name) for name in names} == {
        name: getattr(short, name) for name in names
    }


def test_the_page_of_the_profile_is_a_file_that_changes_nothing(tmp_path: Path) -> None:
    first, *lines, last = profile_page()
    assert (first, last) == ("```yaml", "```")
    (tmp_path / "profile.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert load_profile(tmp_path / "profile.yaml", Dialect.ODATA) == default_profile(Dialect.ODATA)
    keys = {line.strip() for line in lines if line.endswith(":") and not line.strip().startswith("#")}
    names = {each.name for each in fields(Profile)} - {"dialect"}
    assert keys >= {f"{name}:" for name in names}


def test_a_document_that_is_not_current_is_shown_with_its_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.docs.reference.ROOT", tmp_path)
    begin, end = "<!-- begin exit-codes: written by `make docs` -->", "<!-- end exit-codes -->"
    page = tmp_path / "docs" / "reference" / "exit-codes.md"
    page.parent.mkdir(parents=True)
    page.write_text(f"{begin}\n{end}\n", encoding="utf-8")
    assert main([]) == 1
    shown = capsys.readouterr().out
    assert "docs/reference/exit-codes.md is not current; run `make docs`" in shown
    assert "+account: default" in shown
    assert main(["--write"]) == 0
    assert main([]) == 0
    schemas = {"config.schema.json", "documents.schema.json"}
    assert {path.name for path in documents()} == {page.name, "config.example.yaml", "simonsync.1", *schemas}
