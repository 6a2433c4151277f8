"""Reading the YAML file that overrides Simon's wire names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simonsync.errors import UsageError
from simonsync.messages.kinds import Message
from simonsync.simon.profile import DateFormat, Dialect, Profile, StatusCoding, TimeForm, default_profile

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_NEVER_EMPTY = frozenset(
    {
        "login.path",
        "login.key",
        "login.user",
        "login.password",
        "login.token",
        "headers.token",
        "rest.read",
        "rest.readsync",
        "rest.insert",
        "rest.update",
        "rest.delete",
        "rest.last_mutation",
        "rest.last_id",
        "odata.record_path",
        "common.id",
        "common.ext_key",
        "common.mutation_date",
        "item_groups.path",
        "item_groups.name",
        "items.path",
        "items.name",
        "work_orders.path",
        "work_orders.number",
        "work_orders.work_address",
        "work_orders.customer",
        "work_orders.description",
        "work_addresses.path",
        "work_addresses.name",
        "work_addresses.customer",
        "customers.path",
        "customers.name",
        "used_items.path",
        "used_items.work_order",
        "used_items.item",
        "used_items.quantity",
        "time_sheets.path",
        "time_sheets.work_order",
    }
)
"""Without these names a promise cannot be kept, so that they may be changed but not taken away."""

_WITH_ID = frozenset(
    {"odata.record_path", "attachments.content_path", "pdfs.work_order_path", "pdfs.survey_path"}
)


def load_profile(path: Path | None, dialect: Dialect) -> Profile:
    """Return Simon's names: the defaults of the dialect, overridden by the file where there is one.

    Raises UsageError with every problem of the file at once, each with its place.
    """
    profile = default_profile(dialect)
    if path is None:
        return profile
    reading = _Reading(str(path))
    changed = cast("Profile", reading.tree(profile, _parse(path), ""))
    if not reading.problems:
        reading.check(changed)
    if reading.problems:
        raise UsageError.of(reading.problems)
    return changed


def _parse(path: Path) -> object:
    import yaml

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise UsageError("profile-unreadable", file=str(path), cause=cause) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        cause = getattr(error, "problem", None) or type(error).__name__
        if mark is not None:
            cause = f"{cause} ({mark.line + 1}:{mark.column + 1})"
        raise UsageError("profile-unreadable", file=str(path), cause=cause) from None


class _Reading:
    """One reading of one file; `problems` collects all that is wrong in it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Message] = []

    def tree(self, defaults: DataclassInstance, given: object, path: str) -> DataclassInstance:
        """Override the fields of one node of the tree by what the file says."""
        if given is None:
            return defaults
        if not isinstance(given, Mapping):
            self._wrong(path or "-", given, "key: value")
            return defaults
        # The dialect is said in the configuration; saying it twice could only contradict.
        names = [each.name for each in fields(defaults) if each.name != "dialect"]
        changes: dict[str, object] = {}
        for key, value in given.items():
            place = f"{path}.{key}" if path else str(key)
            if key not in names:
                self._unknown(place, str(key), names)
                continue
            old = getattr(defaults, key)
            nested = is_dataclass(old) and not isinstance(old, type)
            changes[key] = self.tree(old, value, place) if nested else self._leaf(old, value, place)
        return replace(defaults, **changes)

    def _unknown(self, path: str, key: str, names: list[str]) -> None:
        params = {"file": self.file, "path": path}
        if likely := get_close_matches(key, names, n=1):
            self.problems.append(Message.of("profile-key-unknown-near", {**params, "nearest": likely[0]}))
        else:
            self.problems.append(Message.of("profile-key-unknown", {**params, "allowed": ", ".join(names)}))

    def _leaf(self, old: object, given: object, path: str) -> object:
        if isinstance(old, tuple):
            values = given if isinstance(given, list) else [given]
            if not values or not all(_is_code(value) for value in values):
                self._wrong(path, given, "[text, …]")
                return old
            return tuple(str(value) for value in values)
        if isinstance(old, bool):
            if isinstance(given, bool):
                return given
            self._wrong(path, given, "true, false")
            return old
        if isinstance(old, int):
            if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
                return given
            self._wrong(path, given, "0, 1, 2, …")
            return old
        if isinstance(old, StrEnum) and not isinstance(old, DateFormat):
            allowed = [member.value for member in type(old)]
            if given in allowed:
                return type(old)(given)
            self._wrong(path, given, ", ".join(allowed))
            return old
        if given is None:
            given = ""
        if not isinstance(given, str):
            self._wrong(path, given, f'"{str(given).lower()}"')
            return old
        if not given.strip() and path in _NEVER_EMPTY:
            self._wrong(path, given, str(old))
            return old
        if given and path in _WITH_ID and "{id}" not in given:
            self._wrong(path, given, str(old or "…/{id}"))
            return old
        return given

    def check(self, profile: Profile) -> None:
        """Check what only the whole profile can tell: combinations, patterns and zones."""
        if profile.login.verb not in {"GET", "POST"}:
            self._wrong("login.verb", profile.login.verb, "POST, GET")
        if profile.odata.page_size == 0:
            self._wrong("odata.page_size", 0, "1, 2, …")
        try:
            ZoneInfo(profile.dates.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._wrong("dates.zone", profile.dates.zone, "UTC, Europe/Amsterdam, …")
        if profile.dates.format not in list(DateFormat) and "%" not in profile.dates.format:
            self._wrong("dates.format", profile.dates.format, "iso, milliseconds, %d/%m/%Y %H:%M, …")
        self._check_status(profile)
        sheets = profile.time_sheets
        needed = {
            TimeForm.TWO_COLUMNS: ("travel_minutes", "work_minutes"),
            TimeForm.SPAN: ("type", "start", "end"),
        }.get(sheets.form, ("type", "duration"))
        self._needed("time_sheets", sheets, needed)

    def _check_status(self, profile: Profile) -> None:
        status = profile.work_orders.status
        if status.coding is StatusCoding.DATES:
            self._needed("work_orders", profile.work_orders, ("archived_date",))
        elif status.coding is StatusCoding.FLAGS:
            self._needed("work_orders.status", status, ("archived_flag",))
        else:
            self._needed("work_orders.status", status, ("field",))
        if status.coding is StatusCoding.INTEGER:
            for step in ("open", "ready", "archived"):
                values = getattr(status, step)
                if not all(re.fullmatch(r"-?\d+", value) for value in values):
                    self._wrong(f"work_orders.status.{step}", ", ".join(values), "[0, 1, …]")

    def _needed(self, path: str, node: object, names: tuple[str, ...]) -> None:
        for name in names:
            if not getattr(node, name):
                self._wrong(f"{path}.{name}", "", "a name")

    def _wrong(self, path: str, found: object, expected: str) -> None:
        params = {"file": self.file, "path": path, "found": str(found), "expected": expected}
        self.problems.append(Message.of("profile-value-wrong", params))


def _is_code(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, str) and bool(value.strip()))
