"""Is it the file that was asked for? Its length, its kind, its beginning and its end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simonsync.rules.file_content import flaw_of_attachment, flaw_of_pdf

JPEG, PNG = b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\x89PNG\r\n\x1a\n\x00"
HEIC = b"\x00\x00\x00\x18ftypheic\x00"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
PAGE = b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>Maintenance</html>"
ERROR = b'{"error": {"code": "Down", "message": "Bitte warten"}}'


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"%PDF-1.7\n1 0 obj\n%%EOF", ""),
        (b"%PDF-1.7\n1 0 obj\n%%EOF\r\n", ""),
        (b"%PDF-1.7\n1 0 ob", "@cause-not-whole"),
        (b"", "@cause-empty"),
        (b"\r\n", "@cause-empty"),
        (PAGE, "@cause-html"),
        (ERROR, "@cause-wrong-type"),
        (JPEG, "@cause-wrong-type"),
    ],
)
def test_5_11_a_pdf_is_one_from_beginning_to_end(content: bytes, flaw: str) -> None:
    assert flaw_of_pdf(content) == flaw


@pytest.mark.parametrize(
    ("content", "name", "kind", "flaw"),
    [
        (JPEG, "photo.jpg", "image/jpeg", ""),
        (PNG, "photo.jpg", "image/jpeg", ""),
        (HEIC, "IMG_0001.JPG", "image/jpeg", ""),
        (HEIC, "IMG_0001.heic", "", ""),
        (WEBP, "photo.webp", "image/webp", ""),
        (JPEG, "sans nom", "image/jpeg", ""),
        (PAGE, "sans nom", "image/jpeg; charset=binary", "@cause-html"),
        (PAGE, "photo.jpg", "image/jpeg", "@cause-html"),
        (ERROR, "photo.jpg", "image/jpeg", "@cause-wrong-type"),
        (b"ceci n'est pas une photo", "photo.png", "image/png", "@cause-wrong-type"),
        (b"\x00\x01", "sans nom", "image/jpeg", "@cause-wrong-type"),
        (b"", "photo.jpg", "image/jpeg", "@cause-empty"),
        (b"%PDF-1.4 a plan", "plan.pdf", "application/pdf", ""),
        (JPEG, "plan.pdf", "application/pdf", "@cause-wrong-type"),
        (PAGE, "plan.pdf", "application/pdf", "@cause-html"),
        (b"PK\x03\x04\x14", "devis.docx", "", ""),
        (PAGE, "devis.docx", "", "@cause-html"),
        (b"\xd0\xcf\x11\xe0", "devis.doc", "application/msword", ""),
        (PAGE, "mesures.html", "text/html", ""),
        (ERROR, "export.json", "application/json", ""),
        (ERROR, "mesures.xyz", "", "@cause-wrong-type"),
        (b'{"errors": 0', "mesures.xyz", "", ""),
        (b"anything at all", "mesures.xyz", "application/octet-stream", ""),
        (b"\x00\x00\x00\x20ftypisom", "film.mp4", "video/mp4", ""),
    ],
)
def test_5_11_a_file_is_of_the_kind_that_its_name_says(
    content: bytes, name: str, kind: str, flaw: str
) -> None:
    for size in (None, len(content)):
        assert flaw_of_attachment(content, name, kind, size) == flaw


@pytest.mark.parametrize("name", ["photo.jpg", "mesures.xyz", "mesures.html"])
@given(st.integers(0, 100).filter(lambda size: size != len(JPEG)))
def test_5_11_a_file_has_the_length_that_simon_names(name: str, size: int) -> None:
    assert flaw_of_attachment(JPEG, name, "", size) == "@cause-wrong-size"
