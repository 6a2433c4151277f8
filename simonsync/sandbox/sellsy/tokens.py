"""The login that exchanges a client's id and secret for an access token, and the quotas of who has one.

The life that Sellsy's examples show is 3,600 seconds; a token that is refused is told as RFC 6750 has it. How
large quotas are depends on the account; the headers that tell what is left are Sellsy's.
"""

import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from simonsync.sandbox.clock import Now

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

PATH = "/oauth2/access-tokens"
_WINDOWS = {"Second": 1, "Minute": 60, "Day": 86_400, "Month": 30 * 86_400}


@dataclass(frozen=True)
class Client:
    """What the developer portal shows for a personal access, and what was ticked there."""

    client_id: str
    client_secret: str = field(repr=False)


class TokenDesk:
    """Gives tokens to one client, and lets requests with one of them pass.

    Attributes:
        life: seconds that a token is good for, as the answer says.
        refuse_all: nobody is let in any more, as when the collaborator's access is closed.
        quotas: requests allowed in a `Second`, `Minute`, `Day` or `Month`; none where there is no limit.
    """

    def __init__(self, client: Client, clock: Now) -> None:
        self.client = client
        self.life = 3600
        self.refuse_all = False
        self.quotas: dict[str, int] = {}
        self.given = 0
        self._clock = clock
        self._lock = threading.Lock()
        self._good: dict[str, datetime] = {}
        self._used: dict[str, tuple[datetime, int]] = {}

    def answer(self, environ: "WSGIEnvironment") -> Response:
        """Answer a request for a token; its body is a form or JSON."""
        request = Request(environ)
        if request.method != "POST":
            return _told(405, {"error": "invalid_request", "error_description": "POST is required."})
        asked = request.get_json(silent=True) if request.is_json else request.form.to_dict()
        if not isinstance(asked, dict):
            return _told(400, {"error": "invalid_request", "error_description": "The body cannot be read."})
        if asked.get("grant_type") != "client_credentials":
            return _told(
                400,
                {
                    "error": "unsupported_grant_type",
                    "error_description": "The authorization grant type is not supported.",
                },
            )
        known = self.client
        if self.refuse_all or (asked.get("client_id"), asked.get("client_secret")) != (
            known.client_id,
            known.client_secret,
        ):
            return _told(
                401, {"error": "invalid_client", "error_description": "Client authentication failed"}
            )
        with self._lock:
            self.given += 1
            token = f"sandbox-access-{self.given}-{secrets.token_urlsafe(24)}"
            self._good[token] = self._clock() + timedelta(seconds=self.life)
        return _told(200, {"token_type": "Bearer", "expires_in": self.life, "access_token": token})

    def is_good(self, environ: "WSGIEnvironment") -> bool:
        """Tell whether a request carries a token that is good now."""
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        with self._lock:
            until = self._good.get(token)
        return scheme == "Bearer" and not self.refuse_all and until is not None and self._clock() < until

    def expire(self) -> None:
        """Forget all tokens that were given, long before their end."""
        with self._lock:
            self._good.clear()

    def used(self) -> dict[str, int] | None:
        """Count a request, and tell what is left by headers; None where a quota is spent."""
        with self._lock:
            left: dict[str, int] = {}
            spent = False
            for window, most in self.quotas.items():
                begun = self._begun(window)
                since, used = self._used.get(window, (begun, 0))
                used = used + 1 if since == begun else 1
                self._used[window] = begun, used
                left[f"X-Quota-Remaining-By-{window}"] = max(0, most - used)
                spent = spent or used > most
            return None if spent else left

    def _begun(self, window: str) -> datetime:
        """Return when the window of now began; the account's windows do not move with its requests."""
        now, seconds = self._clock(), _WINDOWS[window]
        return now - timedelta(seconds=now.timestamp() % seconds)


def _told(status: int, body: Mapping[str, Any]) -> Response:
    return Response(json.dumps(body), status=status, mimetype="application/json")


def token_refused() -> Response:
    """Answer a token that is not, or no longer, good."""
    body = {"error": "invalid_token", "error_description": "The access token is invalid or has expired."}
    answer = _told(401, body)
    answer.headers["WWW-Authenticate"] = f'Bearer error="{body["error"]}"'
    return answer
