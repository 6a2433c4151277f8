"""Which addresses may be used."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from simonsync.errors import UsageError


def checked_url(service: str, url: str, *, insecure_http: bool) -> str:
    """Return a service's address where it may be used, else raise UsageError.

    It must be https; plain http is for loopback, or where the configuration says so.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise UsageError("service-url-invalid", service=service)
    if parts.scheme == "http" and not insecure_http and not is_loopback(url):
        raise UsageError("plain-http-refused", service=service, host=parts.hostname)
    return url


def is_loopback(url: str) -> bool:
    """Tell whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
