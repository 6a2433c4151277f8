"""The names that Simon uses on the wire, in one place: the world below knows only the names of `schema`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from simonsync.sandbox.simon.odata import Dialect, OData4
from simonsync.sandbox.simon.refusal import bad_request
from simonsync.sandbox.simon.schema import TABLES, Kind
from simonsync.sandbox.simon.wire import plain_row, typed


class Names:
    """How entity sets, properties, paths and headers are called, and how values are written."""

    token_header = "Token"  # noqa: S105 - the header's name
    api_key_header = "ApiKey"

    def __init__(self) -> None:
        self.filter_dialect: Dialect = OData4
        self._sets = {name: name for name in TABLES}
        self._entities = {shown.lower(): name for name, shown in self._sets.items()}
        self._kinds = {
            table.name: {field.name: field.kind for field in table.fields.values()}
            for table in TABLES.values()
        }
        self._login = "login"
        self._files = {
            "WorkOrder": _path_pattern("workorder/digitalpresentation/{id}"),
            "WorkOrderSurvey": _path_pattern("workordersurvey/digitalpresentation/{id}"),
            "Attachment": _path_pattern("Attachment({id})/$value"),
        }

    def entity(self, shown: str) -> str | None:
        """The entity behind a set's name in a path, whatever its case; None = there is none."""
        return self._entities.get(shown.lower())

    def set_name(self, entity: str) -> str:
        """How an entity's set is called in paths."""
        return self._sets[entity]

    def is_login(self, path: str) -> bool:
        """Whether a path (without slashes around it) is the one to log in at."""
        return path.lower() == self._login.lower()

    def file(self, path: str) -> tuple[str, int] | None:
        """Entity and Id whose PDF or content a path asks for; None = no such path."""
        for entity, pattern in self._files.items():
            found = pattern.fullmatch(path)
            if found:
                return entity, int(found["id"])
        return None

    def kinds(self, entity: str) -> Mapping[str, Kind]:
        """The properties as shown, with their types."""
        return self._kinds[entity]

    def show(self, entity: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record with the names and values that clients see, still typed, so that it can be filtered."""
        del entity
        return row

    def write(self, entity: str, shown: Mapping[str, Any]) -> dict[str, object]:
        """A shown record as JSON."""
        del entity
        return plain_row(shown)

    def read(self, entity: str, body: Mapping[str, object]) -> dict[str, object]:
        """A client's JSON as values of the world. Annotations (`@odata.…`) carry no data."""
        kinds = self._kinds[entity]
        values: dict[str, object] = {}
        for name, value in body.items():
            if name.startswith("@"):
                continue
            if name not in kinds:
                raise bad_request("UnknownProperty", f"{self.set_name(entity)} has no property {name}.", name)
            values[name] = typed(value, kinds[name])
        return values


def _path_pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\{id\}", r"(?P<id>\d{1,18})"), re.IGNORECASE | re.ASCII)
