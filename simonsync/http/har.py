"""Requests and answers as HAR 1.2 has them: the form in which browsers and proxies save an exchange.

It holds binary bodies, tools of all kinds show it, and what is ours stands beside it in names with `_`, as
the format allows. No header of a request is kept, since credentials travel there; of a login neither what was
sent nor what came, but for its numbers and moments.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from simonsync.http.call import Answer, Call, Unsettled
from simonsync.secrecy import without_secrets

Entry = dict[str, Any]
Outcome = Answer | Unsettled

_KEPT_HEADERS: Final = frozenset({"content-type", "date", "location", "retry-after", "www-authenticate"})
_KEPT_PREFIXES: Final = ("x-quota", "x-ratelimit", "ratelimit")
_BOUNDARY: Final = re.compile(r"boundary=([^;\s]+)")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]|/Date\(|Bearer$", re.IGNORECASE)
_READS: Final = frozenset({"GET", "HEAD", "POST"})


def entry_of(service: str, url: str, call: Call, outcome: Outcome, begun: datetime, seconds: float) -> Entry:
    """Write one attempt at a call and what came of it."""
    content, answered = _answered(outcome, call)
    milliseconds = round(seconds * 1000, 3)
    return {
        "startedDateTime": begun.isoformat(),
        "time": milliseconds,
        "request": _asked(url, call),
        "response": {
            "status": answered.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in _kept(answered.headers).items()],
            "content": {
                "size": len(answered.body),
                "mimeType": answered.headers.get("content-type", ""),
                **content,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_service": service,
        "_call": without_secrets(call.name),
        "_login": call.login,
        "_writes": writes(call),
        "_failed": _failed(outcome),
    }


def writes(call: Call) -> bool:
    """Tell whether a call changes something in a service."""
    return not call.login and (not call.repeatable or call.verb not in _READS)


def key_of(entry: Entry) -> str:
    """Say in one text what was asked: the same call has the same key, whoever signs it and whenever."""
    request = entry["request"]
    if entry["_login"]:
        return f"{entry['_service']} login {request['url']}"
    return "\n".join((entry["_service"], request["method"], request["url"], _text(request)))


def body_of(entry: Entry) -> object:
    """Return what was sent in a form that people can compare: JSON as values, else its text."""
    text = _text(entry["request"])
    fields = dict(parse_qsl(text))
    try:
        return json.loads(fields.get("do_in", text))
    except ValueError:
        return text


def outcome_of(entry: Entry) -> Outcome:
    """Return what came of a call, as the session had it."""
    if entry["_failed"] is not None:
        return Unsettled(**entry["_failed"])
    from requests.structures import CaseInsensitiveDict

    response = entry["response"]
    headers = CaseInsensitiveDict({each["name"]: each["value"] for each in response["headers"]})
    text, encoding = response["content"].get("text", ""), response["content"].get("encoding")
    body = b64decode(text) if encoding == "base64" else text.encode()
    return Answer(response["status"], headers, body)


def _asked(url: str, call: Call) -> Entry:
    query = urlencode(dict(call.params))
    address = url.partition("?")[0] if call.login else url + (f"?{query}" if query else "")
    asked: Entry = {
        "method": call.verb,
        "url": without_secrets(address),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [],
        "queryString": [],
        "headersSize": -1,
        "bodySize": -1,
    }
    if call.body is not None and not call.login:
        kind, body = call.content_type, call.body
        if boundary := _BOUNDARY.search(kind):
            # Drawn anew for each upload.
            body = body.replace(boundary[1].encode(), b"boundary")
            kind = kind.replace(boundary[1], "boundary")
        written = _written(body)
        asked["postData"] = {"mimeType": kind, "params": [], **written}
    return asked


def _answered(outcome: Outcome, call: Call) -> tuple[Entry, Answer]:
    if isinstance(outcome, Unsettled):
        return {"text": ""}, Answer(0, {}, b"")
    if not call.login:
        return _written(outcome.body), outcome
    try:
        kept = json.dumps(_without_texts(json.loads(outcome.body)))
    except (ValueError, RecursionError):
        kept = ""
    return {"text": kept}, outcome


def _without_texts(value: object) -> object:
    """Take out of a login's answer whatever may be a token: texts, but for moments."""
    match value:
        case str():
            return value if _MOMENT.match(value) else "removed"
        case dict():
            return {name: _without_texts(each) for name, each in value.items()}
        case list():
            return [_without_texts(each) for each in value]
    return value


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    found = {name.lower(): value for name, value in headers.items()}
    return {
        name: without_secrets(value)
        for name, value in found.items()
        if name in _KEPT_HEADERS or name.startswith(_KEPT_PREFIXES)
    }


def _written(body: bytes) -> Entry:
    try:
        return {"text": without_secrets(body.decode())}
    except UnicodeDecodeError:
        return {"text": b64encode(body).decode(), "encoding": "base64"}


def _text(request: Entry) -> str:
    return str(request.get("postData", {}).get("text", ""))


def _failed(outcome: Outcome) -> Entry | None:
    if isinstance(outcome, Answer):
        return None
    return {
        "cause": without_secrets(outcome.cause),
        "code": outcome.code,
        "sent": outcome.sent,
        "again": outcome.again,
        "retry_after": outcome.retry_after,
        "flows": outcome.flows,
    }
