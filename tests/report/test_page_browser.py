"""The page in a real browser: on a phone, on paper, and without a complaint."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from simonsync.messages.render import Language
from simonsync.report.page import page
from tests.report.browser import CHROMIUM, complaints, measured, pictured, printed
from tests.report.test_page import PARIS, case, facts, sent

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

PHONE = 360
LONG = "Établissements-Vanderstraeten-Wittgenstein-et-Associés-" * 4


def full(language: Language) -> str:
    """A page with much of everything, and names that no line can hold."""
    return page(
        facts(
            company=LONG,
            cases=tuple(case(str(number), LONG) for number in range(4711, 4717)),
            drafted=tuple(sent(place, place % 9 + 0.5) for place in range(60)),
        ),
        language,
        PARIS,
    )


@pytest.mark.parametrize("language", Language)
def test_on_a_phone_nothing_is_wider_than_the_screen(tmp_path: Path, language: Language) -> None:
    found = measured(full(language), tmp_path, PHONE)
    assert found["width"] == PHONE
    assert (found["content"], found["wide"]) == (PHONE, [])
    assert found["lang"] == language.value
    assert found["headings"] == ["H1", "H2", "H2", "H2", "H2", "H2"]
    assert found["loaded"] == 0


def test_a_page_that_is_too_wide_would_be_found(tmp_path: Path) -> None:
    wide = full(Language.EN).replace("<main>", '<main><p style="width:900px">wide</p>')
    found = measured(wide, tmp_path, PHONE)
    assert found["content"] > PHONE
    assert "width:900px" in found["wide"][0]


def test_the_browser_has_nothing_to_complain_about(tmp_path: Path) -> None:
    assert complaints(full(Language.FR), tmp_path) == []
    with_error = full(Language.FR).replace("</body>", "<script>nothing.there()</script></body>")
    assert "nothing is not defined" in complaints(with_error, tmp_path)[0]


def test_it_can_be_printed(tmp_path: Path) -> None:
    pages = PdfReader(io.BytesIO(printed(page(facts(), Language.EN, PARIS), tmp_path))).pages
    text = "\n".join(one.extract_text() for one in pages)
    assert 1 <= len(pages) <= 3
    for number in ("4711", "88004"):
        assert number in text


def test_it_can_be_looked_at(tmp_path: Path) -> None:
    assert pictured(full(Language.NL), tmp_path, 800, 1200).startswith(b"\x89PNG")
