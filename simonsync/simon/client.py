"""Requests to Simon: the login and its token, and what each answer means.

A token is fetched once and shared by all threads; it is renewed shortly before it expires, and once where
the service says 401 nevertheless. A read, a change and a deletion may be repeated; an insert is sent once,
and its ExtKey finds out what became of it.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, unquote, urlencode

from simonsync.errors import (
    Conflict,
    CredentialsRefused,
    InUse,
    NotFound,
    Refused,
    UsageError,
)
from simonsync.http import Answer, Call, Hooks, Session, Unsettled
from simonsync.secrecy import keep, without_secrets
from simonsync.simon.credentials import SimonCredentials
from simonsync.simon.moments import parse_moment
from simonsync.simon.profile import DateFormat, Profile

if TYPE_CHECKING:
    from simonsync.errors import RecordError

T = TypeVar("T")

_OK = range(200, 300)
_NO_CONTENT, _BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 204, 400, 401, 403, 404
_NOT_ALLOWED, _CONFLICT, _GONE = 405, 409, 410
_MARGIN_SECONDS = 60.0
_MARGIN_SHARE = 0.1
_LONGEST_CAUSE = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_ID_IN_ADDRESS = re.compile(r"(?:\(([^()/]+)\)|/([^()/]+))/?$")


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """A file as it came, and what the service calls it."""

    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class _Expired:
    """The service no longer accepts the token that was sent."""


class SimonClient:
    """One login at Simon, shared by all that is read and written."""

    def __init__(
        self, session: Session, credentials: SimonCredentials, profile: Profile, hooks: Hooks | None = None
    ) -> None:
        """Take the session and who we are; nothing is sent before it is needed."""
        self.credentials = credentials
        keep(credentials.key, credentials.password, credentials.api_key)
        self._session = session
        self._profile = profile
        self._hooks = hooks or Hooks()
        self._lock = threading.Lock()
        self._token: str | None = None
        self._renew_at: float | None = None
        self.lifetime: float | None = None
        """Seconds that the last token was given for; None where that was not told."""

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._session.requests

    def server_time(self) -> datetime | None:
        """Return the service's clock as of its last answer."""
        return self._session.server_time

    # --- reading ----------------------------------------------------------------------------------

    def get(self, path: str, parameters: Mapping[str, str] | None = None) -> object:
        """Read JSON, numbers with a fraction as Decimal; None where there is no content.

        Raises NotFound, Refused, CredentialsRefused or ServiceUnavailable.
        """
        call = self._call("GET", path, repeatable=True, parameters=parameters)

        def read(answer: Answer) -> object:
            self._complain(answer, path, Refused, "simon-refused")
            return None if answer.status == _NO_CONTENT else answer.json()

        return self._send(call, read)

    def content(self, path: str) -> Content | None:
        """Read a file; None where the service says that there is no content. Raises as `get` does."""
        call = self._call("GET", path, repeatable=True, accept="*/*")

        def read(answer: Answer) -> Content | None:
            if answer.status == _NO_CONTENT:
                return None
            self._complain(answer, path, Refused, "simon-refused")
            return Content(answer.body, answer.headers.get("content-type", ""))

        return self._send(call, read)

    # --- writing ----------------------------------------------------------------------------------

    def insert(self, path: str, fields: Mapping[str, object]) -> str:
        """Insert a record, once, and return its Id.

        Raises Conflict where its ExtKey is taken, Refused, NotSent or OutcomeUnknown.
        """
        call = self._call("POST", path, repeatable=False, fields=fields)

        def read(answer: Answer) -> str:
            self._complain(answer, path, Conflict, "simon-ext-key-taken")
            return self._inserted_id(answer)

        return self._send(call, read)

    def change(self, verb: str, path: str, fields: Mapping[str, object]) -> None:
        """Change a record; doing it twice does no harm, so that it may be repeated.

        Raises NotFound, Refused or ServiceUnavailable.
        """
        call = self._call(verb, path, repeatable=True, fields=fields)

        def read(answer: Answer) -> None:
            self._complain(answer, path, Refused, "simon-refused")
            self._confirm(answer)

        self._send(call, read)

    def remove(self, verb: str, path: str, fields: Mapping[str, object] | None = None) -> None:
        """Delete a record; may be repeated. Raises NotFound, InUse, Refused or ServiceUnavailable."""
        call = self._call(verb, path, repeatable=True, fields=fields)

        def read(answer: Answer) -> None:
            self._complain(answer, path, InUse, "simon-record-in-use")
            self._confirm(answer)

        self._send(call, read)

    def _confirm(self, answer: Answer) -> None:
        """Make sure that it was Simon who said yes: a page of something in between is no confirmation."""
        if answer.status == _NO_CONTENT or (self._profile.answers.may_be_empty and not answer.body.strip()):
            return
        answer.json()

    def _inserted_id(self, answer: Answer) -> str:
        """Take the new record's Id from the answer: the record, the bare Id, or the address it was put at."""
        if answer.body.strip():
            found = answer.json()
            record_id = found.get(self._profile.common.id) if isinstance(found, Mapping) else found
            if (
                isinstance(record_id, int | str)
                and not isinstance(record_id, bool)
                and str(record_id).strip()
            ):
                return str(record_id)
        match = _ID_IN_ADDRESS.search(answer.headers.get("location", ""))
        if match is None:
            raise Unsettled("@cause-empty")
        return unquote(match[1] or match[2])

    # --- the login --------------------------------------------------------------------------------

    def log_in(self) -> None:
        """Fetch a new token: the call that proves the credentials.

        Raises CredentialsRefused, UsageError where there is no login at this address, ServiceUnavailable.
        """
        with self._lock:
            self._fetch_token()

    def ready(self) -> None:
        """Make sure that there is a token: what comes first costs no further login."""
        self._current_token()

    def _current_token(self) -> str:
        with self._lock:
            if self._renew_at is not None and self._hooks.clock() >= self._renew_at:
                self._token = None
            return self._token or self._fetch_token()

    def _renewed_token(self, refused: str) -> str:
        """Return a token other than the refused one: another thread may have fetched it meanwhile."""
        with self._lock:
            return self._fetch_token() if self._token in {None, refused} else str(self._token)

    def _fetch_token(self) -> str:
        """Log in. The caller holds the lock."""
        names = self._profile.login
        inputs = {
            names.key: self.credentials.key,
            names.user: self.credentials.user,
            names.password: self.credentials.password,
        }
        get = names.verb == "GET"
        call = Call(
            name=f"{names.verb} {names.path}",
            verb=names.verb,
            repeatable=True,
            path=f"{names.path}?{urlencode(inputs, quote_via=quote)}" if get else names.path,
            headers=self._api_key_header(),
            body=None if get else json.dumps(inputs).encode(),
            login=True,
        )
        self._token, self._renew_at = None, None
        token, lifetime = self._session.send(call, self._read_login)
        keep(token)
        self._token, self.lifetime = token, lifetime
        if lifetime is not None:
            margin = min(_MARGIN_SECONDS, lifetime * _MARGIN_SHARE)
            self._renew_at = self._hooks.clock() + lifetime - margin
        return token

    def _read_login(self, answer: Answer) -> tuple[str, float | None]:
        """Read the token and the seconds that it lives, None where unknown."""
        names = self._profile.login
        if answer.status == _FORBIDDEN:
            raise CredentialsRefused("simon-licence-lapsed")
        if answer.status in {_NOT_FOUND, _NOT_ALLOWED, _GONE}:
            raise UsageError("simon-login-not-found", path=names.path, cause=f"HTTP {answer.status}")
        if answer.status not in _OK:
            # Its body may repeat what was sent: the status must do.
            raise CredentialsRefused("simon-credentials-refused", cause=f"HTTP {answer.status}")
        found = answer.json()
        token = found.get(names.token) if isinstance(found, Mapping) else found
        if not isinstance(token, str) or not token.strip() or not token.strip().isprintable():
            raise UsageError("simon-login-unreadable", path=names.path, field=names.token)
        expires = found.get(names.expires) if isinstance(found, Mapping) and names.expires else None
        return token.strip(), self._lifetime(expires)

    def _lifetime(self, expires: object) -> float | None:
        """Turn an expiry into seconds from now: a moment by the service's clock, or seconds as they are."""
        fallback = float(self._profile.login.lifetime_seconds) or None
        if isinstance(expires, int | Decimal) and self._profile.dates.format != DateFormat.MILLISECONDS:
            return float(expires)
        try:
            moment = parse_moment(expires, self._profile.dates)
        except ValueError:
            return fallback
        if moment is None:
            return fallback
        return (moment - (self._session.server_time or self._hooks.now())).total_seconds()

    def _api_key_header(self) -> dict[str, str]:
        name = self._profile.headers.api_key
        return {name: self.credentials.api_key} if name and self.credentials.api_key else {}

    # --- requests ---------------------------------------------------------------------------------

    def _call(
        self,
        verb: str,
        path: str,
        *,
        repeatable: bool,
        parameters: Mapping[str, str] | None = None,
        fields: Mapping[str, object] | None = None,
        accept: str = "application/json",
    ) -> Call:
        # Blanks as %20: to OData a plus is a plus.
        query = f"?{urlencode(parameters, quote_via=quote, safe='$')}" if parameters else ""
        return Call(
            name=f"{verb} {path}",
            verb=verb,
            repeatable=repeatable,
            path=f"{path}{query}",
            headers={"Accept": accept},
            body=None if fields is None else json.dumps(fields, default=_number).encode(),
        )

    def _send(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Send a call with the token; where it has expired, log in once and send it once more.

        A refused token means that nothing was done, so that an insert may be sent again too.
        """

        def check(answer: Answer) -> T | _Expired:
            return _Expired() if answer.status == _UNAUTHORIZED else read(answer)

        token = self._current_token()
        result = self._session.send(self._signed(call, token), check)
        if isinstance(result, _Expired):
            token = self._renewed_token(token)
            result = self._session.send(self._signed(call, token), check)
        if isinstance(result, _Expired):
            raise CredentialsRefused("simon-credentials-refused", cause=f"HTTP {_UNAUTHORIZED}")
        return result

    def _signed(self, call: Call, token: str) -> Call:
        names = self._profile.headers
        signature = {names.token: f"{names.token_prefix}{token}", **self._api_key_header()}
        return replace(call, headers={**call.headers, **signature})

    # --- what an answer means ---------------------------------------------------------------------

    def _complain(self, answer: Answer, path: str, conflict: type[RecordError], code: str) -> None:
        """Raise what a status means; `conflict` and `code` say what a 409 means to this request."""
        if answer.status in _OK:
            return
        if answer.status == _FORBIDDEN:
            raise CredentialsRefused("simon-licence-lapsed")
        if answer.status in {_NOT_FOUND, _GONE}:
            raise NotFound("simon-not-found", path=path)
        cause = self._cause(answer)
        if answer.status == _CONFLICT:
            raise conflict(code, path=path, cause=cause)
        raise Refused("simon-refused", path=path, cause=cause)

    def _cause(self, answer: Answer) -> str:
        """Take the service's own words from an error: short, on one line, without a secret."""
        names = self._profile.answers
        try:
            found = answer.json()
        except Unsettled:
            found = None
        if isinstance(found, Mapping):
            inner = found.get(names.error)
            found = inner if isinstance(inner, Mapping | str) else found
        if isinstance(found, Mapping):
            by_name = {str(name).casefold(): value for name, value in found.items()}
            found = by_name.get(names.message.casefold())
        words = _CONTROL.sub(" ", found) if isinstance(found, str) else ""
        words = " ".join(without_secrets(words, thoroughly=True).split())
        if len(words) > _LONGEST_CAUSE:
            words = words[: _LONGEST_CAUSE - 1] + "…"
        return words or f"HTTP {answer.status}"


def _number(value: object) -> int | float:
    """Write a Decimal as a JSON number; up to fifteen digits it is exact."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value).__name__)
