"""The access token that a client id and secret are exchanged for, and that then signs every request.

A form is posted to Sellsy's login (grant `client_credentials`), whose answer says how long the token is good.
It is kept in memory and, 0600, in the state folder: so a timer asks for one an hour, and not one a run. It is
renewed a minute before its end, and where Sellsy refuses it earlier.

Source: the OpenAPI document of Sellsy's API v2 (authentication), help article 8544417 (v1 by such a token).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from simonsync.errors import CredentialsRefused, ServiceUnavailable
from simonsync.files import read_plain, write_durably
from simonsync.http import Answer, Call, Session, Unsettled
from simonsync.secrecy import keep
from simonsync.sellsy.credentials import ClientSecret

if TYPE_CHECKING:
    from requests import PreparedRequest

EARLY: Final = timedelta(minutes=1)
"""How long before its end a token is no longer used: a request may be on its way for a while."""
UNTOLD: Final = timedelta(hours=1)
"""How long a token is good for whose answer does not say so: the shortest life that was ever seen."""
SOON: Final = timedelta(seconds=20)
_CALL: Final = "access-tokens"
_LARGEST: Final = 64 * 1024
_REFUSALS: Final = frozenset({401, 403})
_WORD: Final = re.compile(r"[a-z]+(?:_[a-z]+)*")


@dataclass(frozen=True, slots=True, repr=False)
class _Held:
    value: str
    until: datetime


class Bearer:
    """Gives the token of the moment; several threads may ask for it, and one of them fetches it."""

    def __init__(self, session: Session, credentials: ClientSecret, now: Callable[[], datetime]) -> None:
        """Take a session to Sellsy's login, who we are, and our clock."""
        self._session = session
        self._credentials = credentials
        self._now = now
        self._file = credentials.token_file
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._looked = False
        self._told: float | None = None
        keep(credentials.client_id, credentials.client_secret)

    @property
    def requests(self) -> int:
        """How many requests were sent for tokens so far."""
        return self._session.requests

    def close(self) -> None:
        """Close the connection to the login."""
        self._session.close()

    def token(self, *, to_write: bool = False) -> str:
        """Return a token that is good for another minute, a new one where there is none.

        Raises CredentialsRefused or ServiceUnavailable: the latter too where it is wanted `to_write`, and
        getting one took so long that what is to be written may no longer be wanted.
        """
        begun = self._now()
        with self._lock:
            if not self._looked:
                self._looked, self._held = True, self._read()
            if self._held is None or self._held.until <= self._now():
                self._held = self._fetched()
                self._write(self._held)
            token = self._held.value
        if to_write and self._now() - begun > SOON:
            host = urlsplit(self._session.url).hostname or ""
            raise ServiceUnavailable(
                "service-no-answer", service="Sellsy", host=host, method=_CALL, cause="@cause-timeout"
            )
        return token

    def renew(self) -> float | None:
        """Get a new token and return the seconds that it was given for; None where that is not told.

        Raises as `token` does.
        """
        with self._lock:
            self._looked, self._held = True, self._fetched()
            self._write(self._held)
            return self._told

    def refused(self, token: str) -> None:
        """Take note that Sellsy refuses a token: the next one asked for is new."""
        with self._lock:
            if self._held is not None and self._held.value == token:
                self._held = None

    def _fetched(self) -> _Held:
        known = self._credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": known.client_id,
            "client_secret": known.client_secret,
        }
        call = Call(
            _CALL,
            "POST",
            repeatable=True,
            body=urlencode(form).encode("ascii"),
            content_type="application/x-www-form-urlencoded",
            login=True,
        )
        return self._session.send(call, self._judge)

    def _judge(self, answer: Answer) -> _Held:
        if answer.status not in range(200, 300):
            word = _problem(answer)
            if word or answer.status in _REFUSALS:
                raise CredentialsRefused("sellsy-credentials-refused", cause=word or f"HTTP {answer.status}")
            raise Unsettled(f"HTTP {answer.status}", again=False)
        said = answer.json()
        try:
            value, life = str(said["access_token"]), timedelta(seconds=float(said.get("expires_in") or 0))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise Unsettled("@cause-not-json") from None
        keep(value)
        self._told = life.total_seconds() or None
        life = life or UNTOLD
        return _Held(value, self._now() + max(life - EARLY, life / 2))

    @property
    def _whose(self) -> str:
        """A fingerprint of the credentials: a token of others is not used."""
        known = self._credentials
        return sha256(f"{self._session.url}\n{known.client_id}\n{known.client_secret}".encode()).hexdigest()

    def _read(self) -> _Held | None:
        if self._file is None:
            return None
        try:
            said = json.loads(read_plain(self._file, most=_LARGEST))
            if said["of"] != self._whose:
                return None
            held = _Held(said["access_token"], datetime.fromisoformat(said["until"]))
            keep(held.value)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return held if held.until.tzinfo else None

    def _write(self, held: _Held) -> None:
        if self._file is None:
            return
        said = {"of": self._whose, "access_token": held.value, "until": held.until.isoformat()}
        try:
            write_durably(self._file, json.dumps(said) + "\n")
        except OSError:
            # A disk that is full is told by whoever must write; this only saves a request.
            return


def _problem(answer: Answer) -> str:
    """Return OAuth's word for what is wrong (`invalid_client`); what stands beside it may be what we sent."""
    try:
        said = answer.json()
    except Unsettled:
        return ""
    problem = said.get("error") if isinstance(said, dict) else None
    return problem if isinstance(problem, str) and _WORD.fullmatch(problem) else ""


def signed(request: PreparedRequest, token: str) -> PreparedRequest:
    """Put a token on a request."""
    request.headers["Authorization"] = f"Bearer {token}"
    return request


def is_token_refused(answer: Answer) -> bool:
    """Tell whether a 401 says that the token is not, or no longer, good: then nothing was done.

    It stands in the header that RFC 6750 has for it, or in the body; what else a 401 says is no verdict.
    """
    told = answer.headers.get("WWW-Authenticate", "")
    return bool(re.search(r"\binvalid_token\b", told)) or bool(
        re.search(rb"\binvalid_token\b", answer.body[:4096])
    )
