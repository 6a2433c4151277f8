"""The configuration as it may leave the machine: addresses that let somebody in are left out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from simonsync.config.schema import OPTIONS, SETTINGS_KEY, Configuration
from simonsync.settings.values import as_mapping, to_yaml

SECRET: Final = frozenset({"alerts.ping_url", "alerts.notify"})
"""What may hold a password or a token of somebody's own."""
_PLACES: Final = frozenset({"state", "alerts.metrics_file", "simon.profile"})


def redacted(configuration: Configuration, *, places: bool) -> dict[str, object]:
    """Return what the file says, without secrets, and with `places` the paths of this machine."""
    document: dict[str, object] = {}
    for option in OPTIONS:
        if option.path in SECRET or (option.path in _PLACES and not places):
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
        case Path():
            return str(value)
        case str():
            return str.__str__(value)
        case tuple():
            return list(value)
    return value
