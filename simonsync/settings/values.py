"""Turn what people write for a setting into its value, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from simonsync.domain.key import Kind
from simonsync.errors import UsageError
from simonsync.messages.kinds import Message
from simonsync.settings.declaration import (
    BY_KEY,
    SETTINGS,
    ProductChoice,
    Setting,
    Settings,
    SettingType,
    SettingValue,
)

_YES = {"yes", "true", "oui", "ja"}
_NO = {"no", "false", "non", "nee"}


def parse_text(setting: Setting, text: str) -> SettingValue:
    """Read a value as typed on the command line; the empty text gives the empty value or the default.

    Raises UsageError naming the setting and the values it allows.
    """
    text = text.strip()
    match setting.type:
        case SettingType.PRODUCT:
            return _product(setting, text) if text else None
        case SettingType.YES_NO:
            if not text:
                return setting.default
            if text.casefold() in _YES | _NO:
                return text.casefold() in _YES
        case SettingType.TEXT:
            return text
        case SettingType.CHOICE:
            if isinstance(setting.default, StrEnum) and (not text or text in setting.choices):
                return type(setting.default)(text or setting.default)
        case SettingType.MINUTES:
            if not text or text in setting.choices:
                return int(text or 0)
        case SettingType.STEPS:
            steps = tuple(step.strip() for step in text.split(",") if step.strip())
            if set(steps) <= set(setting.choices):
                return steps or setting.default
    raise _not_allowed(setting, text)


def parse_yaml(setting: Setting, value: object) -> SettingValue:
    """Read a value from the `settings:` block of the configuration file. Raises UsageError."""
    if value is None:
        return parse_text(setting, "")
    match setting.type, value:
        case SettingType.YES_NO, bool():
            return value
        case SettingType.STEPS, list():
            return parse_text(setting, ",".join(map(str, value)))
        case SettingType.MINUTES, int() if not isinstance(value, bool):
            return parse_text(setting, str(value))
        case SettingType.CHOICE, False if "off" in setting.choices:
            # YAML reads an `off` without quotes as a no.
            return parse_text(setting, "off")
        case _, str():
            return parse_text(setting, value)
        case _, bool():
            raise UsageError("setting-quote-it", key=setting.key, value="yes" if value else "no")
        case SettingType.TEXT, int() | float():
            return str(value)
    raise _not_allowed(setting, str(value))


def to_text(value: SettingValue) -> str:
    """Write a value as people type it; reading it again gives the same value."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ",".join(value)
        case _:
            return str(value)


def to_yaml(value: SettingValue) -> object:
    """Give the form in which a value stands in the configuration file."""
    match value:
        case tuple():
            return list(value)
        case bool() | int():
            return value
        case _:
            return to_text(value)


def read_settings(block: Mapping[str, object], path: str = "settings") -> Settings:
    """Read the `settings:` block; old names are accepted, absent keys take their defaults.

    Raises UsageError listing every problem with its path: unknown keys (with the nearest known one), values
    that are not allowed, an old and a new name that differ.
    """
    values: dict[str, Any] = {}
    problems: list[Message] = []
    for key, value in block.items():
        setting = setting_of(str(key))
        if setting is None:
            problems.append(unknown_key(str(key), path))
            continue
        try:
            parsed = parse_yaml(setting, value)
        except UsageError as error:
            problems.extend(error.problems)
            continue
        if setting.key in values and values[setting.key] != parsed:
            problems.append(
                Message.of("setting-two-names", {"key": setting.key, "old_name": setting.old_names[0]})
            )
        values[setting.key] = parsed
    if problems:
        raise UsageError.of(problems)
    return Settings(**values)


def setting_of(name: str) -> Setting | None:
    """Find a setting by its key or an old name of it."""
    return BY_KEY.get(name) or next((s for s in SETTINGS if name in s.old_names), None)


def unknown_key(key: str, path: str) -> Message:
    """Describe a key that no setting has, with the nearest one that exists."""
    nearest = get_close_matches(key, BY_KEY, n=1, cutoff=0.5)
    if nearest:
        return Message.of("config-unknown-key-near", {"path": f"{path}.{key}", "nearest": nearest[0]})
    return Message.of("config-unknown-key", {"path": f"{path}.{key}", "allowed": ", ".join(BY_KEY)})


def as_mapping(settings: Settings) -> dict[str, SettingValue]:
    """List all settings with their values, in the order of the manual."""
    return {item.name: getattr(settings, item.name) for item in fields(settings)}


def _product(setting: Setting, text: str) -> ProductChoice:
    kind, colon, reference = text.partition(":")
    if not colon or not reference.strip() or kind.strip() not in {Kind.SERVICE, Kind.ITEM}:
        raise UsageError("setting-product-form", key=setting.key, value=text)
    return ProductChoice(Kind(kind.strip()), reference.strip())


def _not_allowed(setting: Setting, text: str) -> UsageError:
    allowed = "yes, no" if setting.type is SettingType.YES_NO else ", ".join(filter(None, setting.choices))
    return UsageError("setting-not-allowed", key=setting.key, value=text, allowed=allowed)
