"""Answers that are not what the service would have said: in its place, or made of what it did say."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from simonsync.sandbox.faults import Fault

_HTML = (
    b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Maintenance</h1></body></html>"
)
_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer of the service."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def instead(fault: Fault, service: str, method: str) -> Answer | None:
    """Return the answer that a fault puts in the place of the service's own; None where there is none."""
    match fault.kind:
        case "status":
            more = [] if fault.retry_after is None else [("Retry-After", str(fault.retry_after))]
            phrase = HTTPStatus(fault.status).phrase
            return text(f"{fault.status} {phrase}", "text/html", phrase.encode(), *more)
        case "empty":
            return text("200 OK", "application/json", b"")
        case "html":
            return text("200 OK", "text/html; charset=utf-8", _HTML)
        case "not_found" | "table_gone":
            return _not_found(fault, service, method)
        case "nonce_used":
            return text("401 Unauthorized", "text/plain", b"oauth_problem=nonce_used")
        case "not_loadable":
            return _not_loadable()
        case "unseen" if method.endswith(".getOne"):
            return _not_loadable()
        case "api_error":
            return _sellsy_error(_error(fault.code, "Injected by a fault", ""))
        case "bare_error":
            return _sellsy_error("An error occurred")
    return None


def spoil(answer: Answer, fault: Fault) -> Answer:
    """Return what a fault makes of the service's own answer."""
    match fault.kind:
        case "half":
            return _with_body(answer, answer.body[: len(answer.body) // 2])
        case "garbage":
            # No text, no JSON, no PDF and no picture, whatever the headers say.
            return _with_body(answer, bytes(129 + place % 60 for place in range(len(answer.body))))
        case "frameless" if fault.looks == "rows":
            return _reworded(answer, lambda list_: {**list_, "response": _without_infos(list_["response"])})
        case "frameless":
            return _reworded(answer, lambda list_: {**list_, "response": json.loads(fault.looks)})
        case "unseen":
            return _reworded(answer, _emptied)
        case "miscounted":
            return _reworded(answer, lambda list_: _counted(list_, fault.rows))
        case "other_record":
            said = _with_other_ids(json.loads(answer.body), fault.rows)
            return _with_body(answer, json.dumps(said).encode())
    return answer


def text(status: str, content_type: str, body: bytes, *more: tuple[str, str]) -> Answer:
    """Return an answer with one body."""
    return Answer(status, [("Content-Type", content_type), ("Content-Length", str(len(body))), *more], body)


def _not_found(fault: Fault, service: str, method: str) -> Answer:
    if service != "simon" or fault.looks == "html":
        return text("404 Not Found", "text/html", b"<h1>Not Found</h1>")
    words = {"code": "NotFound", "message": f"There is nothing for {method}.", "target": "", "details": []}
    return text("404 Not Found", _JSON, json.dumps({"error": words}).encode())


def _not_loadable() -> Answer:
    return _sellsy_error(_error("E_OBJ_NOT_LOADABLE", "Object document not loadable", "document"))


def _error(code: str, message: str, more: str) -> dict[str, str]:
    return {"code": code, "message": message, "more": more, "inerror": more}


def _sellsy_error(error: Any) -> Answer:  # noqa: ANN401 - object or bare text
    return text("200 OK", _JSON, json.dumps({"response": None, "error": error, "status": "error"}).encode())


def _with_body(answer: Answer, body: bytes) -> Answer:
    headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
    return Answer(answer.status, [*headers, ("Content-Length", str(len(body)))], body)


def _reworded(answer: Answer, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    """Change what a list says; whatever is none stays as it is."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        return answer
    if not isinstance(said, dict) or not ("value" in said or _is_list(said.get("response"))):
        return answer
    return _with_body(answer, json.dumps(change(said)).encode())


def _is_list(response: object) -> bool:
    return isinstance(response, dict) and "infos" in response


def _without_infos(response: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in response.items() if name != "infos"}


def _emptied(said: dict[str, Any]) -> dict[str, Any]:
    """Let a list of either service be empty, and rightly counted."""
    if "value" in said:
        kept = {name: value for name, value in said.items() if name != "@odata.nextLink"}
        return {**kept, "value": [], **({"@odata.count": 0} if "@odata.count" in said else {})}
    infos = {**said["response"]["infos"], "nbpages": 0, "nbtotal": "0"}
    return {**said, "response": {**said["response"], "infos": infos, "result": []}}


def _counted(said: dict[str, Any], more: int) -> dict[str, Any]:
    """Announce more records than there are, and the pages that they would take."""
    if "value" in said:
        return {**said, "@odata.count": said["@odata.count"] + more} if "@odata.count" in said else said
    infos = said["response"]["infos"]
    total = int(infos["nbtotal"]) + more
    infos = {**infos, "nbpages": -(-total // infos["nbperpage"]), "nbtotal": str(total)}
    return {**said, "response": {**said["response"], "infos": infos}}


def _with_other_ids(said: Any, further: int) -> Any:  # noqa: ANN401 - any JSON
    """Let a record be another one: its own id, and that of what was made, lie `further` on."""
    if isinstance(said, list):
        return [_with_other_ids(each, further) for each in said]
    if not isinstance(said, dict):
        return said
    return {
        name: type(value)(int(value) + further)
        if name.lower() in {"id", "doc_id"} and str(value).isdigit()
        else _with_other_ids(value, further)
        for name, value in said.items()
    }
