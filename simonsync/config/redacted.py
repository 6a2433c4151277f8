"""The configuration as it may leave the machine: addresses that let somebody in are left out."""

from __future__ import annotations

from typing import Final

from simonsync.config.schema import OPTIONS, SETTINGS_KEY, Configuration, ValueType
from simonsync.settings.values import as_mapping, to_yaml

SECRET: Final = frozenset({"alerts.ping_url", "alerts.notify"})
"""What may hold a password or a token of somebody's own."""


def redacted(configuration: Configuration) -> dict[str, object]:
    """Return what the file says, without secrets and without the paths of this machine."""
    document: dict[str, object] = {}
    for option in OPTIONS:
        if option.path in SECRET or option.type is ValueType.FILE:
            continue
        value: object = configuration
        for name in option.path.split("."):
            value = getattr(value, name)
        section, _, key = option.path.rpartition(".")
        inner = document.setdefault(section, {}) if section else document
        if isinstance(inner, dict):
            inner[key] = _plain(value)
    document[SETTINGS_KEY] = {
        key: to_yaml(value) for key, value in as_mapping(configuration.settings).items()
    }
    return document


def _plain(value: object) -> object:
    match value:
        case str():
            return str.__str__(value)
        case tuple():
            return list(value)
    return value
