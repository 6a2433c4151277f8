"""The profile file: every name can be changed, and every mistake is named with its place."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import simonsync
from simonsync.errors import UsageError
from simonsync.simon.profile import (
    DateLiteral,
    Dialect,
    Profile,
    StatusCoding,
    TimeForm,
    default_profile,
)
from simonsync.simon.profile_file import load_profile


def written(folder: Path, text: str) -> Path:
    path = folder / "profile.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, text: str, dialect: Dialect = Dialect.ODATA) -> Profile:
    return load_profile(written(folder, text), dialect)


def problems_of(folder: Path, text: str) -> list[tuple[str, str]]:
    with pytest.raises(UsageError) as caught:
        load(folder, text)
    return [(problem.code, problem.params["path"]) for problem in caught.value.problems]


@pytest.mark.parametrize("dialect", list(Dialect))
def test_without_a_file_the_defaults_of_the_dialect_hold(dialect: Dialect) -> None:
    assert load_profile(None, dialect) == default_profile(dialect)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "# nothing yet\n") == default_profile(Dialect.ODATA)


def test_names_codes_and_forms_are_overridden_and_the_rest_stays(tmp_path: Path) -> None:
    profile = load(
        tmp_path,
        """
        login: {path: Aanmelden, key: Licentie}
        headers: {token: X-Token, token_prefix: "Bearer "}
        customers: {path: Klant, name: Naam, vat_number: null}
        work_orders:
          work_done: Description
          status: {coding: integer, field: Stand, open: [0, 1], ready: 2, archived: [3, 4]}
        time_sheets: {form: clock, duration: Tijd, travel: [R], work: [W, 2]}
        dates: {zone: Europe/Amsterdam, literal: datetime, format: "%d-%m-%Y %H:%M"}
        attachments: {path: ""}
        """,
    )
    assert profile.login.path == "Aanmelden"
    assert profile.login.key == "Licentie"
    assert profile.login.user == "Usr"
    assert profile.headers.token_prefix == "Bearer "
    assert (profile.customers.path, profile.customers.name) == ("Klant", "Naam")
    assert profile.customers.vat_number == ""
    assert profile.customers.town == "City"
    status = profile.work_orders.status
    assert status.coding is StatusCoding.INTEGER
    assert (status.open, status.ready, status.archived) == (("0", "1"), ("2",), ("3", "4"))
    assert profile.time_sheets.form is TimeForm.CLOCK
    assert profile.time_sheets.work == ("W", "2")
    assert profile.dates.literal is DateLiteral.DATETIME
    assert profile.attachments.path == ""


def test_the_dialect_is_the_configurations_business(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "dialect: rest") == [("profile-key-unknown", "dialect")]


def test_all_problems_come_at_once_each_with_its_path(tmp_path: Path) -> None:
    text = """
    custmers: {name: Naam}
    work_orders:
      numbr: Nummer
      status: {coding: colour, open: [true]}
    items: Artikel
    odata: {page_size: many}
    contacts: {name: yes}
    common: {id: ""}
    pdfs: {survey_path: survey/pdf}
    """
    assert problems_of(tmp_path, text) == [
        ("profile-key-unknown-near", "custmers"),
        ("profile-key-unknown-near", "work_orders.numbr"),
        ("profile-value-wrong", "work_orders.status.coding"),
        ("profile-value-wrong", "work_orders.status.open"),
        ("profile-value-wrong", "items"),
        ("profile-value-wrong", "odata.page_size"),
        ("profile-value-wrong", "contacts.name"),
        ("profile-value-wrong", "common.id"),
        ("profile-value-wrong", "pdfs.survey_path"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "named", "meant"),
    [
        ("custmers: {}", "profile-key-unknown-near", "nearest", "customers"),
        ("customers: {nme: x}", "profile-key-unknown-near", "nearest", "name"),
        ("rest: {zzz: x}", "profile-key-unknown", "allowed", "read, readsync, insert"),
    ],
)
def test_an_unknown_key_is_answered_with_what_was_probably_meant(
    tmp_path: Path, text: str, code: str, named: str, meant: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, text)
    assert caught.value.code == code
    assert caught.value.problems[0].params[named].startswith(meant)


def test_a_yes_or_no_where_a_name_is_due_asks_for_quotes(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, "customers: {name: no}")
    assert caught.value.problems[0].params["expected"] == '"false"'


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("login: {verb: FETCH}", "login.verb"),
        ("odata: {page_size: 0}", "odata.page_size"),
        ("dates: {zone: Mars/Olympus}", "dates.zone"),
        ("dates: {zone: ../etc}", "dates.zone"),
        ("dates: {format: dd/mm}", "dates.format"),
        ("work_orders: {status: {coding: integer}}", "work_orders.status.open"),
        ("work_orders: {archived_date: '', status: {coding: dates}}", "work_orders.archived_date"),
        ("work_orders: {status: {coding: flags, archived_flag: ''}}", "work_orders.status.archived_flag"),
        ("work_orders: {status: {field: ''}}", "work_orders.status.field"),
        ("time_sheets: {form: two_columns, travel_minutes: ''}", "time_sheets.travel_minutes"),
        ("time_sheets: {form: span, end: ''}", "time_sheets.end"),
        ("time_sheets: {duration: ''}", "time_sheets.duration"),
        ("login: {lifetime_seconds: -1}", "login.lifetime_seconds"),
        ("work_orders: {status: {archived: []}}", "work_orders.status.archived"),
        ("answers: {may_be_empty: 1}", "answers.may_be_empty"),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(tmp_path: Path, text: str, path: str) -> None:
    assert ("profile-value-wrong", path) in problems_of(tmp_path, text)


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "\x00"])
def test_a_file_that_is_no_yaml_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, text)
    assert caught.value.code == "profile-unreadable"
    assert caught.value.problems[0].params["file"].endswith("profile.yaml")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "profile.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="profile-unreadable"):
        load_profile(path, Dialect.ODATA)


def test_a_list_instead_of_a_mapping_is_refused(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "- customers") == [("profile-value-wrong", "-")]


# --- no name elsewhere ----------------------------------------------------------------------------

COMMON_WORDS = {"login", "Item", "Description", "message", "error", "read", "update", "insert", "delete"}
"""Names that are words of formats and of our own, too."""
HTTP_AND_CLOCKS = {"GET", "POST", "UTC"}
STREAMS = {"WorkOrder", "UsedItem"}
"""The manual shows these two on the status screen [6.4]."""


def wire_names(node: object) -> Iterator[str]:
    for field in dataclasses.fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
        if dataclasses.is_dataclass(value):
            yield from wire_names(value)
        elif type(value) is str and value:
            yield value


def constants(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def modules() -> Iterator[Path]:
    package = Path(simonsync.__file__).parent
    for path in package.rglob("*.py"):
        if path.relative_to(package).parts[0] not in {"sandbox", "sellsy"} and path.name != "profile.py":
            yield path


def test_no_other_module_of_simon_contains_a_wire_name() -> None:
    names = set(wire_names(default_profile(Dialect.ODATA))) - COMMON_WORDS - HTTP_AND_CLOCKS
    assert {"ExtKey", "MutationDate", "LocationId", "Name", "Usr"} <= names
    found = [(path.name, constants(path) & names) for path in modules() if path.parent.name == "simon"]
    assert not [(name, used) for name, used in found if used]


def test_no_module_at_all_contains_a_name_that_only_simon_uses() -> None:
    names = {name for name in wire_names(default_profile(Dialect.ODATA)) if re.search("[a-z][A-Z]", name)}
    assert {"ExtKey", "MutationDate", "LocationId"} <= names
    # The demo plays the people in the office: it works in the stand-in itself, not through its API.
    found = [(path.name, constants(path) & (names - STREAMS)) for path in modules() if path.name != "demo.py"]
    assert not [(name, used) for name, used in found if used]
