"""The profile of Simon as a YAML file with every name, as `simon.profile` may override it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from textwrap import wrap
from typing import Any

from simonsync.config.yaml_text import scalar
from simonsync.simon.profile import Dialect, default_profile

_WIDTH = 100


def profile_page() -> Iterator[str]:
    """Write every key with its default, and what each part means."""
    yield "```yaml"
    _, *lines = _tree(default_profile(Dialect.ODATA), 0)
    yield from lines
    yield "```"


def _tree(node: Any, depth: int) -> Iterator[str]:
    margin = "  " * depth
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, Dialect):
            continue
        if is_dataclass(value):
            if depth == 0:
                yield ""
            yield from (f"{margin}# {line}" if line else f"{margin}#" for line in _meaning(type(value)))
            yield f"{margin}{each.name}:"
            yield from _tree(value, depth + 1)
        else:
            yield f"{margin}{each.name}: {_written(value)}"


def _meaning(part: type) -> Iterator[str]:
    """Give the docstring of a part without the heading of its attributes."""
    for line in (part.__doc__ or "").replace("`", "").splitlines():
        text = line.strip()
        if text and text != "Attributes:":
            yield from wrap(text, _WIDTH)


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(scalar(str(each)) for each in value)}]"
    text = scalar(value.value if isinstance(value, StrEnum) else value)
    if isinstance(value, StrEnum):
        ways = [member.value for member in type(value)]
        return f"{text}  # {' | '.join(ways)}"
    return text
