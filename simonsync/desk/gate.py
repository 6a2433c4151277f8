"""Who may come in: whoever has followed the link, which works once."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Request, Response

COOKIE = "simonsync-desk"
FIELD = "token"
"""The hidden field of each form: what only a page of ours knows."""

_HEADERS = {
    # Nothing from elsewhere, no script or style inside a page, and no page of ours inside another.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers would then hide from us, too, where a form comes from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Gate:
    """The link and the sessions of one desk; they end with it."""

    def __init__(self, hosts: Collection[str]) -> None:
        """Take the names, with the port, under which the desk may be asked for."""
        self._hosts = frozenset(hosts)
        self._lock = threading.Lock()
        self._key: str | None = secrets.token_urlsafe(32)
        self._sessions: dict[str, str] = {}
        # Cookies know no port: two desks on one machine must not end each other's session.
        self.cookie = f"{COOKIE}-{min(self._hosts, default='').rpartition(':')[2]}"

    @property
    def key(self) -> str:
        """What the link carries; "" once it was used."""
        return self._key or ""

    def enter(self, key: str) -> str | None:
        """Open a session for the one who brings the key of the link; it works once."""
        with self._lock:
            if self._key is None or not secrets.compare_digest(key.encode(), self._key.encode()):
                return None
            self._key = None
            session = secrets.token_urlsafe(32)
            self._sessions[session] = secrets.token_urlsafe(32)
            return session

    def leave(self, request: Request) -> None:
        """End the session of a request."""
        self._sessions.pop(request.cookies.get(self.cookie, ""), None)

    def token(self, request: Request) -> str | None:
        """Return what the forms of this request's session carry; None where it has no session."""
        return self._sessions.get(request.cookies.get(self.cookie, ""))

    def is_for_us(self, request: Request) -> bool:
        """Tell whether a request names us: a name of somebody else's that leads here is an attack."""
        return request.host in self._hosts

    def is_from_us(self, request: Request) -> bool:
        """Tell whether what is sent comes from a page of ours."""
        token = self.token(request)
        given = request.form.get(FIELD, "")
        origin = request.headers.get("Origin", request.host_url.rstrip("/"))
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        return (
            token is not None
            and secrets.compare_digest(given.encode(), token.encode())
            and origin.removeprefix("http://") in self._hosts
            and site == "same-origin"
        )


def guarded(response: Response) -> Response:
    """Add to an answer what a browser must not do with it."""
    response.headers.update(_HEADERS)
    return response
