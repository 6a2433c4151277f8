"""Calls of Sellsy v1: the envelope around them, the signature, and what an answer amounts to.

Everything is a POST to one address; the called method alone decides whether something is read or written.
Only the methods listed here are ever called: none of them finalises, sends, renumbers, pays or deletes a
document.

What an answer amounts to, where the session (`simonsync.http`) leaves it to this module:

| answer                                                         | read                | write             |
| -------------------------------------------------------------- | ------------------- | ----------------- |
| `success`, and the response is what was expected               | the value           | the value         |
| `success`, but the response is not what was expected           | again               | OutcomeUnknown    |
| 401 with `oauth_problem=nonce_used`                            | once more, then     | OutcomeUnknown    |
|                                                                | CredentialsRefused  |                   |
| 401 with any other `oauth_problem`                             | CredentialsRefused  | CredentialsRefused |
| 401 without one, 403                                           | CredentialsRefused  | OutcomeUnknown    |
| 401 with a token that is refused (`invalid_token`)             | once more with a    | NotSent           |
|                                                                | new one, then       |                   |
|                                                                | CredentialsRefused  |                   |
| 401 with a token, anything else said                           | likewise            | OutcomeUnknown    |
| `error` with a code for a dead account, licence or login       | CredentialsRefused  | CredentialsRefused |
| `error` with a code for a spent quota                          | ServiceUnavailable  | ServiceUnavailable |
| `error` E_OBJ_NOT_LOADABLE                                     | NotFound            | Refused           |
| `error` with any other documented code                         | Refused             | Refused           |
| `error` E_UNKNOW, E_CUSTOM, E_SERVICE_UNVAILABLE, unknown code | again               | OutcomeUnknown    |
| `error` that is a bare text; any other status                  | again               | OutcomeUnknown    |

Everything in the column of writes but OutcomeUnknown means that nothing was done.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlencode

from simonsync.errors import (
    CredentialsRefused,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Refused,
    ServiceUnavailable,
    SimonsyncError,
)
from simonsync.http import Answer, Call, Session, Unsettled
from simonsync.rules.text import cut
from simonsync.secrecy import keep, without_secrets
from simonsync.sellsy.bearer import Bearer, is_token_refused, signed
from simonsync.sellsy.credentials import SellsyCredentials
from simonsync.sellsy.v1.values import text

if TYPE_CHECKING:
    from requests import PreparedRequest

READS: Final = frozenset(
    {
        "Accountdatas.getRateCategories",
        "Accountdatas.getTaxes",
        "Accountdatas.getUnits",
        "AccountPrefs.getCorpInfos",
        "AccountPrefs.getCurrencies",
        "Addresses.getList",
        "Briefcases.getList",
        "Catalogue.getCategories",
        "Catalogue.getList",
        "Catalogue.getOne",
        "Client.getList",
        "Client.getOne",
        "Document.getList",
        "Document.getOne",
        "Infos.getInfos",
        "Prospects.getOne",
    }
)
WRITES: Final = frozenset({"Briefcases.uploadFile", "Document.create"})

_UNSETTLED = frozenset({"E_UNKNOW", "E_CUSTOM", "E_SERVICE_UNVAILABLE", "E_SERVICE_UNAVAILABLE"})
_NOT_LET_IN = frozenset({"E_USER_NOT_LOGGED", "E_CORPORATION_BLOCKED", "E_LICENCE_BLOCKED", "E_LICENCE_NO"})
_QUOTA_SPENT = frozenset({"E_LIMIT_REQUEST_REACHED", "E_QUOTA_NOT_SUFFICIENT"})
_NOT_LOADABLE = "E_OBJ_NOT_LOADABLE"
_REFUSALS = frozenset(
    {
        _NOT_LOADABLE,
        "E_IO_MODE_DONT_EXIST",
        "E_IO_MODE_DO_IN_MISSING",
        "E_DO_IN_WRONG_FORMAT",
        "E_METHOD_DONT_EXIT",
        "E_DO_IN_PARAM_MISSING",
        "E_PRIV_NOT_ALLOWED",
        "E_SUBSCRIBE_HAVETO",
        "E_PARAM_MISSING",
        "E_PARAM_INVALID",
        "E_PARAM_REQUIRED",
        "E_OBJ_NOT_EDITABLE",
        "E_OBJ_NOT_LOADED",
        "E_LIST_DONT_EXIST",
        "E_LIST_VALUE_DONT_EXIST",
        "E_PAGINATION_MAX",
        "E_PLUGIN_NOT_LOADED",
        "E_FEATURE_DISABLED",
    }
)

_OAUTH_PROBLEM = re.compile(rb"oauth_problem=([a-z]+(?:_[a-z]+)+)(?:&|\s|$)")
_NONCE_BYTES = 16
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_SUCCESSES = range(200, 300)
_ABOUT_ONE_RECORD = (".getOne", "Briefcases.getList")
_CAUSE_LENGTH = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes along with a call."""

    name: str
    content: bytes
    content_type: str


class _NonceUsed(CredentialsRefused):
    """Sellsy saw this nonce before; a fresh one may do."""


class _TokenRefused(CredentialsRefused):
    """Sellsy does not, or no longer, accept the access token; a new one may do."""


class SellsyClient:
    """Calls methods of v1, signed with OAuth 1.0a PLAINTEXT, or with an access token in its place."""

    def __init__(self, session: Session, who: SellsyCredentials | Bearer) -> None:
        """Take a session to Sellsy's one address, and who we are."""
        self.session = session
        self.bearer = who if isinstance(who, Bearer) else None
        """What gives the tokens; None with the four tokens of the older kind."""
        self._credentials = who if isinstance(who, SellsyCredentials) else None
        if self._credentials is not None:
            keep(*astuple(self._credentials))

    @property
    def requests(self) -> int:
        """How many requests were sent so far, those for tokens included."""
        return self.session.requests + (self.bearer.requests if self.bearer else 0)

    def close(self) -> None:
        """Close all connections."""
        self.session.close()
        if self.bearer is not None:
            self.bearer.close()

    def call(
        self,
        method: str,
        params: Mapping[str, Any],
        read: Callable[[Any], T],
        upload: Upload | None = None,
        *,
        nonce: str = "",
    ) -> T:
        """Call a method and return what `read` makes of its response.

        With `nonce` it is signed with that word instead of a fresh one. Where `read` cannot make anything of
        the response (KeyError, TypeError, ValueError), the answer is broken.
        Raises what the module's table tells.
        """
        writes = method in WRITES
        if not writes and method not in READS:
            raise ValueError(f"{method} is not among the methods that may be called")
        body, content_type = _body(method, params, upload)
        with_token = self.bearer is not None

        def judge(answer: Answer) -> T:
            response = _response(method, answer, writes=writes, with_token=with_token)
            try:
                return read(response)
            except (KeyError, TypeError, ValueError, AttributeError):
                raise Unsettled("@cause-not-json") from None

        def send(token: str) -> T:
            call = Call(
                method,
                "POST",
                repeatable=not writes,
                body=body,
                content_type=content_type,
                auth=partial(signed, token=token) if token else partial(self._sign, nonce=nonce),
                fresh=writes,
            )
            return self.session.send(call, judge)

        token = self.bearer.token(to_write=writes) if self.bearer else ""
        try:
            return send(token)
        except _NonceUsed:
            if writes:
                # A first copy of this very request may have arrived: whatever doubled it on the way.
                raise OutcomeUnknown("sellsy-nonce-used", method=method) from None
            return send("")
        except _TokenRefused as error:
            if self.bearer is None:
                raise
            self.bearer.refused(token)
            if writes:
                # Nothing was done, and a create is never repeated within a run.
                raise NotSent(
                    "sellsy-token-refused", method=method, cause=error.problems[0].params["cause"]
                ) from None
            return send(self.bearer.token())

    def is_spent(self, nonce: str, at: int | None = None) -> bool | None:
        """Spend a nonce on a harmless question, and tell whether Sellsy had seen it before.

        With `at` the question is signed with that time, in Unix seconds. None where it did not become clear;
        requests that are signed with a token have no nonce. Asked once and never repeated: the second time it
        would be spent by ourselves. Raises NotSent or Stopped where it was not spent, else as a read does.
        """
        if self.bearer is not None:
            return None
        method = "Infos.getInfos"
        body, content_type = _body(method, {}, None)
        call = Call(
            method,
            "POST",
            repeatable=False,
            body=body,
            content_type=content_type,
            auth=partial(self._sign, nonce=nonce, at=at),
            fresh=True,
        )
        try:
            self.session.send(call, lambda answer: _response(method, answer, writes=True))
        except _NonceUsed:
            return True
        except OutcomeUnknown:
            return None
        except NotSent as error:
            if error.code == "service-busy":
                # Whether it looked at the word before it said so is not known.
                return None
            raise
        except Refused:
            # Who is refused for another reason has shown a word that was accepted.
            return False
        return False

    def _sign(self, request: PreparedRequest, *, nonce: str = "", at: int | None = None) -> PreparedRequest:
        # OAuth 1 alone: requests-oauthlib would load OAuth 2 and OpenID with it, in every run.
        from oauthlib.oauth1 import SIGNATURE_PLAINTEXT, Client

        known = self._credentials
        if known is None:
            raise ValueError("requests are signed with a token")
        signer = Client(
            known.consumer_token,
            known.consumer_secret,
            known.user_token,
            known.user_secret,
            signature_method=SIGNATURE_PLAINTEXT,
            nonce=nonce or secrets.token_hex(_NONCE_BYTES),
            timestamp=None if at is None else str(at),
        )
        _, headers, _ = signer.sign(str(request.url), "POST")
        request.headers.update(headers)
        return request


def _body(method: str, params: Mapping[str, Any], upload: Upload | None) -> tuple[bytes, str]:
    """Write the form: three fields, and the file beside them where there is one."""
    form = {
        "request": "1",
        "io_mode": "json",
        "do_in": json.dumps({"method": method, "params": params}, ensure_ascii=True),
    }
    if upload is None:
        return urlencode(form).encode("ascii"), "application/x-www-form-urlencoded"
    from urllib3 import encode_multipart_formdata

    part = (upload.name, upload.content, upload.content_type)
    return encode_multipart_formdata({**form, "do_file": part})


def _response(method: str, answer: Answer, *, writes: bool, with_token: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands in the envelope, or raise what it amounts to."""
    if answer.status == _UNAUTHORIZED and with_token and (not writes or is_token_refused(answer)):
        raise _TokenRefused("sellsy-credentials-refused", cause=f"HTTP {answer.status}")
    if answer.status in {_UNAUTHORIZED, _FORBIDDEN}:
        raise _not_let_in(answer, writes=writes)
    if answer.status not in _SUCCESSES:
        raise Unsettled(f"HTTP {answer.status}", again=False)
    envelope = answer.json()
    if not isinstance(envelope, Mapping) or "response" not in envelope:
        raise Unsettled("@cause-not-json")
    if envelope.get("status") == "success":
        return envelope["response"]
    raise _error(method, envelope.get("error"), writes=writes)


def _not_let_in(answer: Answer, *, writes: bool) -> SimonsyncError | Unsettled:
    """Say what a 401 or 403 means, by its `oauth_problem` alone: the rest of the body echoes our tokens."""
    found = _OAUTH_PROBLEM.match(answer.body.lstrip()) if answer.status == _UNAUTHORIZED else None
    if found is None:
        cause = f"HTTP {answer.status}"
        if writes:
            return Unsettled(cause, again=False)
        return CredentialsRefused("sellsy-credentials-refused", cause=cause)
    problem = found[1].decode("ascii")
    kind = _NonceUsed if problem == "nonce_used" else CredentialsRefused
    return kind("sellsy-credentials-refused", cause=problem)


def _error(method: str, error: object, *, writes: bool) -> SimonsyncError | Unsettled:
    if not isinstance(error, Mapping):
        return Unsettled("@cause-unknown-code")
    code = text(error.get("code"))
    if code in _NOT_LET_IN:
        return CredentialsRefused("sellsy-credentials-refused", cause=code)
    if code in _QUOTA_SPENT:
        return ServiceUnavailable("sellsy-quota-spent", service="Sellsy", sellsy_code=code)
    if code not in _REFUSALS:
        return Unsettled(code if code in _UNSETTLED else "@cause-unknown-code")
    # Before anything is cut off: the beginning of a secret is one, too.
    message, more = (
        without_secrets(text(each), thoroughly=True)
        for each in (error.get("message"), error.get("more") or error.get("inerror"))
    )
    cause = cut(f"{message} ({more})" if more and more not in message else message or code, _CAUSE_LENGTH)
    if code == _NOT_LOADABLE and not writes:
        if not method.endswith(_ABOUT_ONE_RECORD):
            # A list, or the account, cannot be gone: that is a service in trouble.
            return Unsettled(code)
        return NotFound("sellsy-not-found", method=method, cause=cause)
    return Refused("sellsy-refused", method=method, sellsy_code=code, cause=cause)
