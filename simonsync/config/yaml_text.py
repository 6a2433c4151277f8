"""Read a YAML file as people wrote it: plain texts, with the line of each, and no surprises.

YAML turns `yes` into a boolean, `007` into seven and a date into a date. Here only booleans and "nothing" are
told apart from text; who knows what is due turns the text into a number. So a value can be shown as it
stands in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from simonsync.errors import UsageError
from simonsync.messages.kinds import Message

Data = None | bool | str | list["Data"] | dict[str, "Data"]

_NULL, _BOOL = "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"
_TRUE = {"yes", "true", "on"}


class YamlFile(NamedTuple):
    """A YAML file as data.

    Attributes:
        data: its content; an empty file is an empty mapping.
        lines: where each path (`sellsy.url`) begins, counted from 1.
        raw: how each boolean was written.
        root: the parser's node, for those who rewrite the file.
    """

    name: str
    data: dict[str, Data]
    lines: dict[str, int]
    raw: dict[str, str]
    root: yaml.MappingNode | None

    def place(self, path: str) -> str:
        """Name a path so that a person finds it: `config.yaml:12 sellsy.url`."""
        line = self.lines.get(path)
        return f"{self.name}:{line} {path}" if line else f"{self.name} {path}"


def read_text(path: Path, *, problem: str = "config-unreadable") -> str:
    """Read a file as UTF-8. Raises UsageError where it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(problem, path=str(path), cause=error.strerror or "") from None
    except UnicodeDecodeError as error:
        raise UsageError("config-not-utf8", path=str(path), position=str(error.start)) from None


def compose(text: str, path: Path) -> yaml.Node | None:
    """Parse a text into the nodes of the YAML parser. Raises UsageError with line and column."""
    loader = _loader()(text)
    try:
        root: yaml.Node | None = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise UsageError(
            "config-syntax",
            path=str(path),
            line=str(line),
            column=str(column),
            cause=error.problem or error.context or "",
        ) from None
    except yaml.YAMLError:
        # Characters that YAML does not allow: control characters, half surrogates.
        raise UsageError("config-characters", path=str(path)) from None
    finally:
        loader.dispose()
    return root


def parse(text: str, path: Path) -> YamlFile:
    """Turn a text into data. Raises UsageError: syntax, keys given twice, aliases, anything but a mapping."""
    root = compose(text, path)
    if root is None or (isinstance(root, yaml.ScalarNode) and root.tag == _NULL):
        return YamlFile(path.name, {}, {}, {}, None)
    if not isinstance(root, yaml.MappingNode):
        raise UsageError("config-not-a-mapping", path=str(path))
    document = YamlFile(path.name, {}, {}, {}, root)
    reading = _Reading(document)
    document.data.update(reading.mapping(root, ""))
    if reading.problems:
        raise UsageError.of(reading.problems)
    return document


def scalar(value: object) -> str:
    """Write a value (text, number, yes/no, nothing, or a list of texts) so that it fits behind a key."""
    multi_line = isinstance(value, str) and len(value.splitlines()) > 1
    text: str = yaml.safe_dump(
        value,
        default_flow_style=True,
        default_style='"' if multi_line else None,
        allow_unicode=True,
        width=2**31,
    )
    return text.removesuffix("\n").removesuffix("\n...")


def quoted(text: str) -> str:
    """Write a text in double quotes, whatever is in it."""
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=2**31)).rstrip("\n")


def children(node: yaml.Node) -> Iterator[yaml.Node]:
    """List the nodes directly below a node."""
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                yield key
                yield value
        case yaml.SequenceNode():
            yield from node.value
        case _:
            return


def _loader() -> type[Any]:
    """Take the parser in C where PyYAML was built with it: it is several times faster."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Reading:
    """Walks over the nodes once and notes every problem."""

    def __init__(self, document: YamlFile) -> None:
        self.document = document
        self.problems: list[Message] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: str) -> Data:
        # An alias is the very node of its anchor. Nobody needs aliases here, and a few lines of them can
        # unfold into gigabytes.
        if id(node) in self._seen:
            self.problems.append(Message.of("config-alias", {"path": self.document.place(path)}))
            return None
        self._seen.add(id(node))
        match node:
            case yaml.MappingNode():
                return self.mapping(node, path)
            case yaml.SequenceNode():
                return [self.value(item, path) for item in node.value]
            case _:
                return self._scalar(node, path)

    def mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Data]:
        found: dict[str, Data] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(
                    Message.of("config-key-not-text", {"path": f"{self.document.name}:{line}"})
                )
                continue
            key = str(key_node.value)
            inner = f"{path}.{key}" if path else key
            if key in found:
                first = self.document.lines[inner]
                place = f"{self.document.name}:{line} {inner}"
                self.problems.append(Message.of("config-key-twice", {"path": place, "first": str(first)}))
                continue
            self.document.lines[inner] = line
            found[key] = self.value(value_node, inner)
        return found

    def _scalar(self, node: yaml.Node, path: str) -> Data:
        if node.tag == _NULL:
            return None
        if node.tag == _BOOL:
            self.document.raw[path] = str(node.value)
            return str(node.value).lower() in _TRUE
        return str(node.value)
