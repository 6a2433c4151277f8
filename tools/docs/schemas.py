"""Write the JSON Schemas that the package ships: of every command's document, and of config.yaml.

That of the documents follows docs/reference/json.md, which a test holds against what every command prints;
the types of keys are in `_TYPES`. That of the file follows the declarations that read it. Both grow only by
additions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from simonsync import errors
from simonsync.cli.output import SCHEMA
from simonsync.config.schema import OPTIONS, SETTINGS_KEY, Option, ValueType
from simonsync.domain.phase import Phase
from simonsync.messages.kinds import Severity
from simonsync.messages.render import Language, help_line
from simonsync.settings.declaration import SETTINGS, Setting, SettingType
from simonsync.settings.values import to_yaml

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": ["string", "null"]}
_TIME: Final[Schema] = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_FLAG: Final[Schema] = {"type": "boolean"}
_TYPES: Final[dict[str, Schema]] = {
    "phase": {"enum": [phase.value for phase in Phase]},
    "severity": {"enum": [severity.value for severity in Severity]},
    "exit_code": {"enum": [None, *(code.value for code in errors.ExitCode)]},
    "since": _TIME,
    "until": _TIME,
    "simon_mutation": _TIME,
    "updated": _TIME,
    "last_mutation": _TIME,
    **dict.fromkeys(("started_at", "finished_at", "next_run_at", "first_at", "last_at", "cured_at"), _TIME),
    **dict.fromkeys(
        ("times", "count", "waiting", "open_errors", "to_look_at", "left", "work_orders"), _COUNT
    ),
    **dict.fromkeys(("activated", "changed", "open", "would_send", "running"), _FLAG),
    **dict.fromkeys(
        ("message", "action", "code", "table", "record", "number", "subject", "reference"), _TEXT
    ),
    **dict.fromkeys(
        ("quantity", "unit_price", "tax_rate", "total", "ht", "ttc", "rate", "base", "amount"), _TEXT
    ),
}
"""Types by a key's name; what has none here may be a text, a number, true or false, or null."""
_ANY: Final[Schema] = {"type": ["string", "number", "boolean", "null"]}
_NOT_EVERYWHERE: Final = {"verify", "einvoicing", "restore", "reconcile", "report", "browse", "desk"}
"""Commands whose keys of these names mean something else."""


def documents_schema(page: str) -> str:
    """Describe every command's document, from the page that names their keys."""
    data = dict(_sections(page))
    messages = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["code", "severity", "text", "action"],
            "properties": {"severity": _TYPES["severity"]}
            | {key: {"type": "string"} for key in ("code", "text", "action")},
        },
    }
    return _written(
        {
            "$schema": DRAFT,
            "$id": f"https://simonsync.invalid/{SCHEMA}/documents.schema.json",
            "title": "What a command of simonsync prints with --json",
            "type": "object",
            "required": ["schema", "command", "account", "exit_code", "data", "messages"],
            "properties": {
                "schema": {"const": SCHEMA},
                "command": {"type": "string"},
                "account": {"type": "string"},
                "exit_code": {"enum": [code.value for code in errors.ExitCode]},
                "data": {"type": "object"},
                "messages": messages,
            },
            "allOf": [
                {
                    "if": {"properties": {"command": {"pattern": f"^{command}( |$)"}}},
                    "then": {"properties": {"data": {"$ref": f"#/$defs/{command}"}}},
                }
                for command in data
            ],
            "$defs": data,
        }
    )


def _sections(page: str) -> Iterator[tuple[str, Schema]]:
    for section in page.split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        rows = re.findall(r"^\| `([^`]+)` \| (.*) \|$", text, re.MULTILINE)
        for command in re.findall("`([^`]+)`", heading):
            schema: Schema = {"type": "object"}
            for key, what in rows:
                _put(schema, key.split("."), what, plain=command in _NOT_EVERYWHERE)
            yield command, schema


def _put(schema: Schema, names: list[str], what: str, *, plain: bool) -> None:
    """Put a key such as `streams[].table` where it belongs."""
    name, *below = names
    bare = name.rstrip("[]{}")
    known = schema.setdefault("properties", {})
    if name.endswith("[]{}"):
        known[bare] = {"type": "array", "items": {"type": "object"}, "description": what}
    elif name.endswith("{}"):
        known[bare] = {"type": ["object", "null"], "description": what}
    elif name.endswith("[]"):
        found = known.setdefault(bare, {"type": ["array", "null"]})
        if below:
            _put(found.setdefault("items", {"type": "object"}), below, what, plain=plain)
        else:
            found |= {"items": _ANY, "description": what}
    elif below:
        _put(known.setdefault(bare, {"type": ["object", "null"]}), below, what, plain=plain)
    elif whole := re.match(r"the document of `(\w+)`", what):
        known[bare] = {"$ref": f"#/$defs/{whole[1]}", "description": what}
    else:
        known[bare] = {**(_ANY if plain else _TYPES.get(bare, _ANY)), "description": what}


# --- config.yaml ----------------------------------------------------------------------------------


def configuration_schema() -> str:
    """Describe the configuration file, for editors: its keys, what each may be, and its default."""
    schema: Schema = {
        "$schema": DRAFT,
        "$id": f"https://simonsync.invalid/{SCHEMA}/config.schema.json",
        "title": "config.yaml of simonsync",
        "type": "object",
        "additionalProperties": False,
        "properties": {},
    }
    for option in OPTIONS:
        *sections, key = option.path.split(".")
        place = schema
        for name in sections:
            section = {"type": ["object", "null"], "additionalProperties": False, "properties": {}}
            place = place["properties"].setdefault(name, section)
        place["properties"][key] = _option(option)
    settings = {name: _setting(setting) for setting in SETTINGS for name in (setting.key, *setting.old_names)}
    schema["properties"][SETTINGS_KEY] = {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": settings,
        "description": "the settings of chapter 5; written by `simonsync configure`",
    }
    return _written(schema)


def _option(option: Option) -> Schema:
    shape: Schema
    match option.type:
        case ValueType.CHOICE:
            shape = {"enum": [*option.choices, None]}
        case ValueType.YES_NO:
            shape = {"type": ["boolean", "null"]}
        case ValueType.WHOLE | ValueType.NUMBER:
            kind = "integer" if option.type is ValueType.WHOLE else "number"
            shape = {"type": [kind, "null"], "minimum": option.least, "maximum": option.most}
        case ValueType.TEXTS:
            shape = {"type": ["array", "null"], "items": {"type": "string"}}
        case ValueType.URL:
            shape = {"type": ["string", "null"], "pattern": "^(https?://.*)?$"}
        case _:
            shape = {"type": ["string", "null"]}
    default = list(option.default) if isinstance(option.default, tuple) else option.default
    return {**shape, "description": option.help, "default": default}


def _setting(setting: Setting) -> Schema:
    shape: Schema
    match setting.type:
        case SettingType.PRODUCT:
            shape = {"type": ["string", "null"], "pattern": "^((service|item):.+)?$"}
        case SettingType.YES_NO:
            # `yes` is true in one YAML and a text in the next.
            shape = {"enum": [True, False, "yes", "no", "true", "false", "oui", "non", "ja", "nee", None]}
        case SettingType.MINUTES:
            shape = {"enum": [*map(int, setting.choices), *setting.choices, None]}
        case SettingType.STEPS:
            shape = {"type": ["array", "string", "null"], "items": {"enum": list(setting.choices)}}
        case SettingType.CHOICE:
            shape = {"enum": [*setting.choices, None]}
        case SettingType.TEXT:
            shape = {"type": ["string", "number", "null"]}
    what = help_line(setting.key, Language.EN)
    return {**shape, "description": what, "default": to_yaml(setting.default)}


def _written(schema: Schema) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
