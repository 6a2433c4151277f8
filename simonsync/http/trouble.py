"""What a failed exchange amounts to, and how long one may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from simonsync.http.call import Answer, Unsettled

DRIPS = "service-answer-drips"
FLOWS = 1024 * 1024
"""Bytes that no service that drips sends: a large file on a slow line is no drip."""


@dataclass(slots=True)
class Way:
    """How long a request may take, and how far it has come.

    Attributes:
        limit: seconds from one byte to the next.
        connected_by: when it must be connected and on its way.
        landed_by: when its answer must be there, whole.
        status: what the service answered.
        received: bytes of the answer.
    """

    limit: float
    connected_by: float
    landed_by: float
    status: str = "-"
    received: int = 0


def too_slow(way: Way) -> Unsettled:
    """Say that an answer comes, but so slowly that waiting for it once was enough."""
    return Unsettled("@cause-drip", code=DRIPS, again=False, flows=way.received >= FLOWS)


def what_failed(error: Exception, *, sent: bool) -> Unsettled:
    """Say what a failed exchange amounts to."""
    import requests
    from urllib3.exceptions import NewConnectionError, ReadTimeoutError

    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.ConnectTimeout | ConnectionRefusedError) or isinstance(
        reason, NewConnectionError
    ):
        sent = False
    if isinstance(error, requests.exceptions.SSLError):
        untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
        code = "service-certificate-refused" if untrusted else "service-unreachable"
        return Unsettled("TLS", code=code, sent=sent, again=not untrusted)
    timed_out = isinstance(error, requests.Timeout | ReadTimeoutError | TimeoutError)
    if not sent:
        cause = "@cause-timeout" if timed_out else "@cause-no-connection"
        return Unsettled(cause, code="service-unreachable", sent=False)
    return Unsettled("@cause-timeout" if timed_out else "@cause-connection-lost", code="service-no-answer")


def retry_after(answer: Answer, now: datetime) -> float:
    """Return how many seconds the service asks to wait; 0 where it does not say."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    moment = http_date(text)
    return max(0.0, (moment - now).total_seconds()) if moment else 0.0


_WINDOWS = {"Second": 1, "Minute": 60, "Day": 86_400, "Month": 30 * 86_400}


def quotas(answer: Answer) -> dict[int, int]:
    """Return how many requests a service still allows, by the seconds within which; where it says so.

    Sellsy does, in `X-Quota-Remaining-By-Minute` and its like: for each account, and failed requests count.
    """
    said = {
        seconds: answer.headers.get(f"X-Quota-Remaining-By-{name}", "").strip()
        for name, seconds in _WINDOWS.items()
    }
    return {seconds: int(left) for seconds, left in said.items() if left.isascii() and left.isdigit()}


def http_date(text: str) -> datetime | None:
    """Read a moment as HTTP writes it; None where it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
