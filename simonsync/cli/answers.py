"""Answers to the wizard that were not saved as settings: kept for the next time somebody is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simonsync.errors import UsageError
from simonsync.files import NotPlain, not_writable, read_plain, write_durably
from simonsync.settings.declaration import BY_KEY, Settings
from simonsync.settings.values import as_mapping, parse_text

if TYPE_CHECKING:
    from simonsync.config.schema import Configuration

_MOST = 1 << 16


def with_kept_answers(configuration: Configuration, before: Settings) -> Settings:
    """Return settings with the answers that were kept."""
    values: dict[str, Any] = dict(as_mapping(before))
    for key, text in _read(_place(configuration)).items():
        try:
            values[key] = parse_text(BY_KEY[key], text)
        except (KeyError, UsageError, AttributeError):
            # Of another version, or spoilt: it is asked for as if it had not been answered.
            continue
    return Settings(**values)


def keep_answers(configuration: Configuration, answers: Mapping[str, str]) -> None:
    """Keep what was answered. Raises UsageError where the state folder cannot be written."""
    place = _place(configuration)
    try:
        write_durably(place, json.dumps(answers, ensure_ascii=False))
    except OSError as error:
        raise not_writable(place, error) from None


def forget_answers(configuration: Configuration) -> None:
    """Forget them once they are settings."""
    _place(configuration).unlink(missing_ok=True)


def _place(configuration: Configuration) -> Path:
    return configuration.database.with_suffix(".answers")


def _read(place: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(read_plain(place, most=_MOST))
    except (OSError, NotPlain, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
