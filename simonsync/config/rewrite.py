"""Write settings into the configuration file and leave every other byte of it as it is, comments included.

The YAML parser tells where each value begins and ends. Values that differ are exchanged in place, missing
keys are added below the others, and the result is read back before it replaces the file.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

import yaml

from simonsync.config.schema import SETTINGS_KEY
from simonsync.config.yaml_text import Data, YamlFile, parse, read_text, scalar
from simonsync.errors import UsageError
from simonsync.files import not_writable, write_durably
from simonsync.settings.declaration import Settings, SettingValue
from simonsync.settings.values import as_mapping, parse_yaml, read_settings, setting_of, to_yaml

INDENT = 2
_BYTE_ORDER_MARK = "\ufeff"

_Edit = tuple[int, int, str]
"""What stands from one position up to another, and the text to put there."""


def rewrite_settings(path: Path, settings: Settings) -> None:
    """Write settings into the file, in one step, with the file's own mode.

    Raises UsageError where the file cannot be read or written, or where its layout leaves no place for the
    settings; nothing is changed then.
    """
    text = read_text(path)
    changed = with_settings(text, path, settings)
    if changed == text:
        return
    try:
        mark = _BYTE_ORDER_MARK if path.read_bytes().startswith(_BYTE_ORDER_MARK.encode()) else ""
        # The file is people's, not ours: where it is a link, they mean the file that it points at.
        write_durably(path.resolve(), mark + changed, mode=stat.S_IMODE(path.stat().st_mode))
    except OSError as error:
        raise not_writable(path, error, "config-unwritable") from None


def with_settings(text: str, path: Path, settings: Settings) -> str:
    """Return the text of a configuration file with other settings. Raises UsageError."""
    before = parse(text, path)
    changed = text
    for begin, end, new in sorted(_edits(text, before, settings), reverse=True):
        changed = changed[:begin] + new + changed[end:]
    if not _holds(changed, path, settings, _rest(before)):
        raise UsageError("config-cannot-rewrite", path=str(path))
    return changed


def _holds(text: str, path: Path, settings: Settings, rest: dict[str, Data]) -> bool:
    """Tell whether a text says these settings, and nothing else than before."""
    try:
        after = parse(text, path)
        block = after.data.get(SETTINGS_KEY)
        return isinstance(block, dict) and read_settings(block) == settings and _rest(after) == rest
    except UsageError:
        return False


def _rest(document: YamlFile) -> dict[str, Data]:
    return {key: value for key, value in document.data.items() if key != SETTINGS_KEY}


def _edits(text: str, document: YamlFile, settings: Settings) -> list[_Edit]:
    wanted = as_mapping(settings)
    root = document.root
    found = [pair for pair in root.value if pair[0].value == SETTINGS_KEY] if root else []
    if not found:
        return [_new_block(text, root, wanted)]
    key, block = found[0]
    if isinstance(block, yaml.MappingNode) and not block.flow_style:
        return _edits_in_block(text, block, wanted)
    # `settings: {}  # comment` becomes `settings:  # comment` with the block below it.
    colon = text.index(":", key.end_mark.index) + 1
    line_end = _line_end(text, _end(text, block))
    kept = text[colon : block.start_mark.index].rstrip() + text[_end(text, block) : line_end].rstrip()
    return [(colon, line_end, kept + _lines(text, wanted, key.start_mark.column + INDENT))]


def _new_block(text: str, root: yaml.MappingNode | None, wanted: dict[str, SettingValue]) -> _Edit:
    column = root.start_mark.column if root else 0
    block = f"{' ' * column}{SETTINGS_KEY}:{_lines(text, wanted, column + INDENT)}"
    end = _line_end(text, _end(text, root)) if root else len(text)
    # Below the comments at the end of the file, unless the YAML document ends before the file does.
    if re.search(r"^[^\s#]", text[end:], re.MULTILINE):
        return end, end, _new_line(text) + block
    gap = "" if not text or text.endswith("\n") else _new_line(text)
    return len(text), len(text), gap + block + _new_line(text)


def _edits_in_block(text: str, block: yaml.MappingNode, wanted: dict[str, SettingValue]) -> list[_Edit]:
    edits: list[_Edit] = []
    missing = dict(wanted)
    for key, value in block.value:
        setting = setting_of(str(key.value))
        if setting is None:
            continue
        missing.pop(setting.key, None)
        try:
            same = parse_yaml(setting, _data(value)) == wanted[setting.key]
        except UsageError:
            same = False
        if not same:
            edits.append(_exchange(text, key, value, scalar(to_yaml(wanted[setting.key]))))
    if missing:
        end = _line_end(text, _end(text, block))
        edits.append((end, end, _lines(text, missing, block.value[0][0].start_mark.column)))
    return edits


def _exchange(text: str, key: yaml.Node, value: yaml.Node, new: str) -> _Edit:
    begin, end = value.start_mark.index, _end(text, value)
    gap = text[text.index(":", key.end_mark.index) + 1 : begin]
    if "\n" not in gap and gap:
        return begin, end, new
    # A list below its key, or nothing at all: the new value goes right behind the colon.
    return begin - len(gap), end, f" {new}{gap.rstrip()}"


def _data(node: yaml.Node) -> object:
    """Give a setting's node the form that `settings.values` reads."""
    match node:
        case yaml.SequenceNode():
            return [str(item.value) for item in node.value]
        case yaml.ScalarNode(tag="tag:yaml.org,2002:null"):
            return None
        case yaml.ScalarNode(tag="tag:yaml.org,2002:bool"):
            return str(node.value).lower() in {"yes", "true", "on"}
        case _:
            return node.value


def _lines(text: str, values: dict[str, SettingValue], indent: int) -> str:
    return "".join(
        f"{_new_line(text)}{' ' * indent}{key}: {scalar(to_yaml(value))}" for key, value in values.items()
    )


def _end(text: str, node: yaml.Node) -> int:
    """Return where a node really ends: the parser counts the comments behind a block to it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(node, yaml.MappingNode) else last)
    begin = int(node.start_mark.index)
    return begin + len(text[begin : node.end_mark.index].rstrip())


def _line_end(text: str, position: int) -> int:
    found = re.compile(r"\r?\n|\Z").search(text, position)
    return found.start() if found else len(text)


def _new_line(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
