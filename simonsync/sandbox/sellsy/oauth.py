"""OAuth 1 PLAINTEXT as Sellsy checks it: lenient about the form, strict about the secrets.

The seven fields come in the Authorization header or in the body, quoted or not, the signature percent-encoded
once or bare; key lengths and timestamps are free. A refusal is HTTP 401 with a text that begins with
`oauth_problem=`. oauthlib compares the signature.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from urllib.parse import quote, unquote, urlencode

from oauthlib.oauth1.rfc5849 import signature

from simonsync.sandbox.clock import Now

_FIELDS = ("oauth_consumer_key", "oauth_token", "oauth_nonce", "oauth_timestamp", "oauth_signature")


@dataclass(frozen=True)
class Credentials:
    """The four texts that Sellsy's developer portal shows for a private application."""

    consumer_token: str
    consumer_secret: str = field(repr=False)
    user_token: str = field(repr=False)
    user_secret: str = field(repr=False)


class OAuthRefused(Exception):
    """The request is not signed as it should be; the text is the body of the 401."""


def header_fields(header: str) -> dict[str, str]:
    """Return the raw fields of an Authorization header, quotes removed and not yet percent-decoded."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        return {}
    pairs = (part.strip().partition("=") for part in rest.split(","))
    return {name: value.strip().strip('"') for name, _, value in pairs if name}


class OAuthGate:
    """Lets signed requests pass, each nonce once.

    How long the real service remembers a nonce is not known: `remember_for` says so many seconds of the
    service's clock, None for ever, 0 not at all. It may be set at any time.
    """

    def __init__(self, credentials: Credentials, clock: Now, *, remember_for: float | None = None) -> None:
        self.credentials = credentials
        self.remember_for = remember_for
        self._clock = clock
        self.refuse_all = False
        self._lock = threading.Lock()
        self._nonces: dict[tuple[str, str], datetime] = {}

    def check(self, header: str, body: Mapping[str, str], url: str) -> None:
        """Let the request pass or raise OAuthRefused.

        The order is that of the usual PHP provider: consumer, nonce, token, signature. A signature in the
        body is already form-decoded.
        """
        in_header = header_fields(header)
        raw = in_header or {name: body[name] for name in body if name.startswith("oauth_")}
        given = {name: unquote(value) for name, value in in_header.items()} or dict(raw)
        absent = [name for name in _FIELDS if not given.get(name)]
        if absent:
            raise OAuthRefused(f"oauth_problem=parameter_absent&oauth_parameters_absent={'%26'.join(absent)}")
        if given.get("oauth_signature_method") != "PLAINTEXT":
            raise OAuthRefused("oauth_problem=signature_method_rejected")
        # When the collaborator who made the token is disabled, the token dies; which code the service then
        # gives is not known, the standard one is taken.
        if self.refuse_all:
            raise OAuthRefused("oauth_problem=token_revoked")
        if given["oauth_consumer_key"] != self.credentials.consumer_token:
            raise OAuthRefused("oauth_problem=consumer_key_refused")
        if not given["oauth_timestamp"].isdigit():
            raise OAuthRefused("oauth_problem=timestamp_refused")
        self._use_nonce(given["oauth_consumer_key"], given["oauth_nonce"])
        if given["oauth_token"] != self.credentials.user_token:
            raise OAuthRefused("oauth_problem=token_rejected")
        if not (self._matches(given["oauth_signature"]) or self._matches(raw["oauth_signature"])):
            raise OAuthRefused(_signature_invalid(given, url))

    def _use_nonce(self, consumer: str, nonce: str) -> None:
        with self._lock:
            now, seen = self._clock(), self._nonces.get((consumer, nonce))
            limit = self.remember_for
            if seen is not None and (limit is None or now - seen < timedelta(seconds=limit)):
                raise OAuthRefused("oauth_problem=nonce_used")
            self._nonces[consumer, nonce] = now

    def _matches(self, given: str) -> bool:
        known = self.credentials
        request = SimpleNamespace(signature=given)
        return bool(signature.verify_plaintext(request, known.consumer_secret, known.user_secret))


def _signature_invalid(given: Mapping[str, str], url: str) -> str:
    """Return the body of a wrong signature: the real one echoes consumer key and user token, so does this."""
    pairs = sorted((name, value) for name, value in given.items() if name != "oauth_signature")
    base = urlencode(pairs, quote_via=quote)
    return f"oauth_problem=signature_invalid&debug_sbs=POST&{quote(url, safe='')}&{quote(base, safe='')}"
