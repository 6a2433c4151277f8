"""Who may use Simon: licence code, user and password give a token that is good for a while.

From the vendor's pages: the three inputs `Key`, `Usr`, `Pwd`; the token in a header of every request; that
it expires; that the user needs an active licence for the current month; on newer servers an extra Api Key.
How long a token lives is not published.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock

from simonsync.sandbox.simon.refusal import SimonRefusalError, bad_request


def _unauthorized(code: str, message: str) -> SimonRefusalError:
    return SimonRefusalError(HTTPStatus.UNAUTHORIZED, code, message)


@dataclass
class Access:
    """Credentials, tokens and licence of one Simon environment; tests set the attributes as they like.

    Attributes:
        key: licence code of 16 digits.
        api_key: what the Api Key header must hold, at login too; None = this server asks for none.
        token_minutes: how long a new token is good for.
        licence_active: False = the licence lapsed (403, at login and at every request).
    """

    key: str = field(default="1234567890123456", repr=False)
    user: str = "bureau"
    password: str = field(default="bureau-2022", repr=False)
    api_key: str | None = field(default=None, repr=False)
    token_minutes: float = 60
    licence_active: bool = True
    _tokens: dict[str, datetime] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def log_in(self, given: Mapping[str, object], api_key: str | None, now: datetime) -> tuple[str, datetime]:
        """A new token and the moment it expires. Earlier tokens stay good: several programs may log in."""
        self._check_api_key(api_key)
        for name in ("Key", "Usr", "Pwd"):
            if not isinstance(given.get(name), str):
                raise bad_request("Required", f"{name} is missing or no text.", name)
        if (given["Key"], given["Usr"], given["Pwd"]) != (self.key, self.user, self.password):
            raise _unauthorized("InvalidCredentials", "Licence code, user or password is wrong.")
        self._check_licence()
        token = secrets.token_urlsafe(24)
        expires = now.replace(microsecond=0) + timedelta(minutes=self.token_minutes)
        with self._lock:
            self._tokens[token] = expires
        return token, expires

    def tokens(self) -> tuple[str, ...]:
        """Every token that was given out and not taken back."""
        with self._lock:
            return tuple(self._tokens)

    def check(self, token: str | None, api_key: str | None, now: datetime) -> None:
        """Let a request through, or say why not (401, 403)."""
        self._check_api_key(api_key)
        if not token:
            raise _unauthorized("TokenMissing", "Log in and send the token in the header.")
        with self._lock:
            expires = self._tokens.get(token)
        if expires is None:
            raise _unauthorized("TokenUnknown", "This token is unknown. Log in again.")
        if expires <= now:
            raise _unauthorized("TokenExpired", "This token has expired. Log in again.")
        self._check_licence()

    def expire_tokens(self) -> None:
        """Forget every token at once, as a restart of the server would."""
        with self._lock:
            self._tokens.clear()

    def _check_api_key(self, api_key: str | None) -> None:
        if self.api_key is not None and api_key != self.api_key:
            raise _unauthorized("InvalidApiKey", "The Api Key is missing or wrong.")

    def _check_licence(self) -> None:
        if not self.licence_active:
            raise SimonRefusalError(
                HTTPStatus.FORBIDDEN, "LicenceLapsed", "The user has no active licence for this month."
            )
