"""Calls of Sellsy v1: signing, the envelope, and what each answer means.

Everything is a POST to one URL; the called method decides whether it is a read, not the verb. What an answer
amounts to for a write: a documented error code, a 401 that names an OAuth problem, or a 429 mean that nothing
was done; a result that it was; all else leaves the outcome unknown.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from simonsync.errors import CredentialsRefused, NotFound, Refused, ServiceUnavailable, SimonsyncError
from simonsync.http import Answer, Call, Session, Unsettled
from simonsync.sellsy.credentials import SellsyCredentials

if TYPE_CHECKING:
    from requests import PreparedRequest

READS = frozenset(
    {
        "Infos.getInfos",
        "Client.getList",
        "Client.getOne",
        "Prospects.getOne",
        "Addresses.getList",
        "Catalogue.getList",
        "Catalogue.getOne",
        "Catalogue.getCategories",
        "Accountdatas.getTaxes",
        "Accountdatas.getUnits",
        "Accountdatas.getRateCategories",
        "AccountPrefs.getCorpInfos",
        "AccountPrefs.getCurrencies",
        "Document.getList",
        "Document.getOne",
        "Briefcases.getList",
    }
)
"""The methods that change nothing, and may be repeated."""
WRITES = frozenset({"Document.create", "Briefcases.uploadFile"})
"""The only methods that write. Nothing that finalises, sends, renumbers, pays or deletes is ever called."""

NOT_LOADABLE = "E_OBJ_NOT_LOADABLE"
_TRANSIENT = frozenset({"E_UNKNOW", "E_CUSTOM", "E_SERVICE_UNVAILABLE", "E_SERVICE_UNAVAILABLE"})
_QUOTA = frozenset({"E_LIMIT_REQUEST_REACHED", "E_QUOTA_NOT_SUFFICIENT"})
_ACCESS = frozenset(
    {"E_USER_NOT_LOGGED", "E_CORPORATION_BLOCKED", "E_LICENCE_BLOCKED", "E_LICENCE_NO", "E_SUBSCRIBE_HAVETO"}
)
_DOCUMENTED = frozenset(
    {
        "E_IO_MODE_DONT_EXIST",
        "E_IO_MODE_DO_IN_MISSING",
        "E_DO_IN_WRONG_FORMAT",
        "E_METHOD_DONT_EXIT",
        "E_DO_IN_PARAM_MISSING",
        "E_PRIV_NOT_ALLOWED",
        "E_PARAM_MISSING",
        "E_PARAM_INVALID",
        "E_PARAM_REQUIRED",
        NOT_LOADABLE,
        "E_OBJ_NOT_EDITABLE",
        "E_OBJ_NOT_LOADED",
        "E_LIST_DONT_EXIST",
        "E_LIST_VALUE_DONT_EXIST",
        "E_PAGINATION_MAX",
        "E_PLUGIN_NOT_LOADED",
        "E_FEATURE_DISABLED",
    }
)
"""Error codes that Sellsy documents and that say for certain that nothing was done."""

_OK, _UNAUTHORIZED, _FORBIDDEN = 200, 401, 403
_PROBLEM = re.compile(rb"oauth_problem=([a-z_]{1,40})")
_LONGEST_CAUSE = 200
_NONCE_BYTES = 16


class _NonceUsedError(SimonsyncError):
    """Sellsy says that a nonce was used before: nothing was done, and a fresh one may help."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be sent along."""

    file_name: str
    content: bytes
    content_type: str


class SellsyClient:
    """Signed calls of one account."""

    def __init__(self, session: Session, credentials: SellsyCredentials) -> None:
        """Take the session and who we are; nothing is sent yet."""
        self._session = session
        self._credentials = credentials

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._session.requests

    def server_time(self) -> datetime | None:
        """Return Sellsy's clock as of its last answer."""
        return self._session.server_time

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def call(self, method: str, params: Mapping[str, Any], upload: Upload | None = None) -> Any:  # noqa: ANN401 any JSON
        """Call a method and return its `response`.

        Raises NotFound (a read of something that cannot be loaded), Refused, CredentialsRefused,
        ServiceUnavailable; a write also NotSent and OutcomeUnknown. A method that is not in the lists above
        is never called.
        """
        if method not in READS | WRITES:
            raise ValueError(f"{method} is not one of the methods that may be called")
        is_read = method in READS
        body, content_type = _body(method, params, upload)
        call = Call(
            name=method,
            verb="POST",
            repeatable=is_read,
            body=body,
            content_type=content_type,
            auth=self._sign,
            fresh=not is_read,
        )
        reading = _reader(method, is_read=is_read)
        try:
            return self._session.send(call, reading)
        except _NonceUsedError:
            pass
        try:
            return self._session.send(call, reading)
        except _NonceUsedError:
            raise CredentialsRefused("sellsy-credentials-refused", cause="nonce_used") from None

    def _sign(self, request: PreparedRequest) -> PreparedRequest:
        """Sign with a nonce of its own: a repeated one is refused as if the secrets were wrong."""
        from requests_oauthlib import OAuth1

        sign = OAuth1(
            self._credentials.consumer_token,
            self._credentials.consumer_secret,
            self._credentials.user_token,
            self._credentials.user_secret,
            signature_method="PLAINTEXT",
            nonce=secrets.token_hex(_NONCE_BYTES),
        )
        signed: PreparedRequest = sign(request)
        return signed


def _body(method: str, params: Mapping[str, Any], upload: Upload | None) -> tuple[bytes, str]:
    fields = {
        "request": "1",
        "io_mode": "json",
        "do_in": json.dumps({"method": method, "params": params}, ensure_ascii=False),
    }
    if upload is None:
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    from urllib3.filepost import encode_multipart_formdata

    part = (upload.file_name, upload.content, upload.content_type)
    return encode_multipart_formdata({**fields, "do_file": part})


def _reader(method: str, *, is_read: bool) -> Callable[[Answer], Any]:
    def read(answer: Answer) -> Any:  # noqa: ANN401 any JSON
        if answer.status == _UNAUTHORIZED:
            raise _unauthorized(answer, is_read=is_read)
        if answer.status == _FORBIDDEN and is_read:
            raise CredentialsRefused("sellsy-credentials-refused", cause="HTTP 403")
        if answer.status != _OK:
            raise Unsettled(f"HTTP {answer.status}", again=False)
        envelope = answer.json()
        if not isinstance(envelope, dict) or "status" not in envelope or "response" not in envelope:
            raise Unsettled("@cause-not-json")
        if envelope["status"] == "success":
            return envelope["response"]
        raise _failure(envelope.get("error"), method, is_read=is_read)

    return read


def _unauthorized(answer: Answer, *, is_read: bool) -> Exception:
    """Tell a used nonce from refused credentials. The body echoes tokens: only the problem's name is kept."""
    found = _PROBLEM.match(answer.body.lstrip())
    if found is None:
        if is_read:
            return CredentialsRefused("sellsy-credentials-refused", cause="HTTP 401")
        return Unsettled("HTTP 401", again=False)
    problem = found[1].decode()
    if problem == "nonce_used":
        return _NonceUsedError("sellsy-credentials-refused", cause=problem)
    return CredentialsRefused("sellsy-credentials-refused", cause=problem)


def _failure(error: object, method: str, *, is_read: bool) -> Exception:
    """Say what an application error means; it is an object with a code, or a bare text."""
    code, cause = "", ""
    if isinstance(error, dict):
        code = str(error.get("code") or "")
        cause = str(error.get("message") or "")
        more = str(error.get("more") or error.get("inerror") or "")
        if more and more not in cause:
            cause = f"{cause} ({more})"
    elif isinstance(error, str):
        cause = error
    shown = f"{code} {cause}".strip()[:_LONGEST_CAUSE]
    if code == NOT_LOADABLE and is_read:
        return NotFound("sellsy-not-found", method=method, cause=shown)
    if code in _QUOTA:
        return ServiceUnavailable("sellsy-quota-spent", service="Sellsy", cause=code)
    if code in _ACCESS:
        return CredentialsRefused("sellsy-credentials-refused", cause=code)
    if code in _DOCUMENTED:
        return Refused("sellsy-refused", method=method, sellsy_code=code, cause=shown)
    return Unsettled(code if code in _TRANSIENT else "@cause-unknown-code")
