"""Take a file out of what Simon answers: the bytes themselves, or base64, alone or inside JSON."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping

from simonsync.simon.client import Content

_PDF = b"%PDF-"
_PDF_WITHIN = 1024


def pdf_bytes(content: Content, field: str) -> bytes:
    """Take the PDF out of an answer, by its content and not by what it is called; else what came."""
    data = file_bytes(content, field)
    if _PDF not in data[:_PDF_WITHIN]:
        data = _decoded(data) or data
    start = data[:_PDF_WITHIN].find(_PDF)
    return data[max(start, 0) :]


def file_bytes(content: Content, field: str) -> bytes:
    """Take a file out of an answer: the bytes themselves, or base64 inside JSON."""
    if "json" not in content.content_type.lower() and content.data.lstrip()[:1] != b"{":
        return content.data
    try:
        answer = json.loads(content.data)
    except ValueError:
        return content.data
    packed = answer.get(field) if isinstance(answer, Mapping) else answer
    decoded = _decoded(packed.encode()) if isinstance(packed, str) else None
    return content.data if decoded is None else decoded


def _decoded(data: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
