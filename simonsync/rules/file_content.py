"""Whether a file that was fetched is the one that was asked for: its length, its kind, its beginning and end.

A service in trouble answers with a page, an error or half a file where a photo is due: that is not the file,
and it is fetched again.
"""

from __future__ import annotations

import json

_PDF, _PDF_END = b"%PDF-", b"%%EOF"
_WITHIN = 1024
_PAGES = (b"<!doctype html", b"<html")
_TEXTS = frozenset({"htm", "html", "json", "txt", "xml", "csv", "md", "log"})
_PICTURES = frozenset(
    {"jpg", "jpeg", "png", "gif", "bmp", "webp", "heic", "heif", "avif", "tif", "tiff", "dng"}
)
_PICTURES_BEGIN = (
    b"\xff\xd8",
    b"\x89PNG\r\n\x1a\n",
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
)
_ZIPPED = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"})
_LONGEST_ERROR = 65_536


def flaw_of_pdf(content: bytes) -> str:
    """Say why something is no whole PDF, as a word of the catalogue; "" where it is one."""
    if not content.strip():
        return "@cause-empty"
    if _is_page(content):
        return "@cause-html"
    if not content.startswith(_PDF):
        return "@cause-wrong-type"
    return "" if _PDF_END in content[-_WITHIN:] else "@cause-not-whole"


def flaw_of_attachment(content: bytes, name: str, content_type: str, size: int | None) -> str:
    """Say why something is not the file that was added, as a word of the catalogue; "" where it may be.

    Given its name and kind as Simon has them, and its length where Simon tells it. A picture may be of
    another kind than its name says, as telephones do it: it must be a picture.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    kind = ending or content_type.partition(";")[0].strip().lower().rpartition("/")[2]
    if not content:
        return "@cause-empty"
    if kind not in _TEXTS:
        if _is_page(content):
            return "@cause-html"
        if _is_error(content):
            return "@cause-wrong-type"
    if size is not None and len(content) != size:
        return "@cause-wrong-size"
    return "" if _may_be(kind, content) else "@cause-wrong-type"


def _may_be(kind: str, content: bytes) -> bool:
    if kind in _PICTURES:
        return _is_picture(content)
    if kind == "pdf":
        return _PDF in content[:_WITHIN]
    if kind in _ZIPPED:
        return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    return True


def _is_picture(content: bytes) -> bool:
    in_a_box = content[4:8] == b"ftyp" or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
    return content.startswith(_PICTURES_BEGIN) or in_a_box


def _is_page(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower().startswith(_PAGES)


def _is_error(content: bytes) -> bool:
    """Tell whether something is what services answer where something went wrong."""
    if len(content) > _LONGEST_ERROR or content.lstrip()[:1] != b"{":
        return False
    try:
        answer = json.loads(content)
    except ValueError:
        return False
    return isinstance(answer, dict) and any(str(key).lower() == "error" for key in answer)
