"""What Sellsy answers when it refuses a call: HTTP 200 with a code and a sentence."""

from typing import Any


class Refused(Exception):
    """A documented refusal; `more` names the guilty parameter or object."""

    def __init__(self, code: str, message: str, more: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.more = more

    def as_json(self) -> dict[str, Any]:
        """Return the `error` member of the envelope."""
        return {"code": self.code, "message": self.message, "more": self.more, "inerror": self.more}


def missing(name: str) -> Refused:
    """Return the refusal of a call that lacks a parameter."""
    return Refused("E_PARAM_MISSING", f"{name} is missing", name)


def invalid(name: str) -> Refused:
    """Return the refusal of a call whose parameter has a wrong type or value."""
    return Refused("E_PARAM_INVALID", f"{name} is invalid", name)


def not_loadable(kind: str) -> Refused:
    """Return the refusal of an id that does not exist, or not yet, or not for this caller."""
    return Refused("E_OBJ_NOT_LOADABLE", f"Object {kind} not loadable", kind)


def not_editable(kind: str) -> Refused:
    """Return the refusal to change an object whose state forbids it."""
    return Refused("E_OBJ_NOT_EDITABLE", f"Object {kind} not editable", kind)
